"""Questions drawn from a collection's own sentences, by rule: what people might ask, in fewer and mixed words.

People use words that the documents do not, so their questions differ: what is learned from these only corrects what was
learned from theirs, see `qa.calibration.model`. Pure functions, for English and German; on documents in other languages
the wording is English.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex
from qa.text.language import LANGUAGES, STEMMED, english_name, stop_words, word_count
from qa.text.sentences import sentence_spans
from qa.text.values import days
from qa.types import Chunk

_WORD = lazy_regex(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_NUMBER = lazy_regex(r"\d[\d.,]*")
_NAME = lazy_regex(r"(?<=[^.!?:\s] )[A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’-]+)*")
_LEAST_WORDS, _MOST_WORDS, _LEAST_CONTENT = 6, 60, 5
# The least and the greatest share of a sentence's words that a question keeps, and the fewest words.
_KEPT, _LEAST_KEPT = (0.3, 0.55), 3
_TITLED, _SWAPPED = 0.35, 0.3
_ASKS = {
    "english": {"date": "When", "number": "How many", "name": "Who", "": "What"},
    "german": {"date": "Wann", "number": "Wie viele", "name": "Wer", "": "Was"},
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question, and the chunk that it was drawn from."""

    text: str
    chunk: Chunk


def draw(chunks: Sequence[Chunk], count: int, *, seed: int) -> list[Drawn]:
    """Return at most `count` questions, each from another chunk, spread over the documents."""
    chance = random.Random(seed)
    by_document: dict[str, list[Chunk]] = {}
    for chunk in sorted(chunks, key=lambda chunk: (chunk.document_id, chunk.ordinal)):
        by_document.setdefault(chunk.document_id, []).append(chunk)
    queues = list(by_document.values())
    chance.shuffle(queues)
    for queue in queues:
        chance.shuffle(queue)
    drawn: list[Drawn] = []
    while any(queues) and len(drawn) < count:
        for queue in queues:
            if queue and len(drawn) < count:
                chunk = queue.pop()
                if text := _asked(chunk, chance):
                    drawn.append(Drawn(text, chunk))
    return drawn


def _asked(chunk: Chunk, chance: random.Random) -> str:
    """Return a question about one of a chunk's sentences, "" where none says enough."""
    code = chunk.metadata.get("language", "")
    name = english_name(code) if code in STEMMED else "english"
    small = stop_words(name if name in LANGUAGES else "english")
    spans = sentence_spans(chunk.text, language=code or "en")
    chance.shuffle(spans)
    for start, end in spans:
        sentence = " ".join(chunk.text[start:end].split())
        if not _LEAST_WORDS <= word_count(sentence) <= _MOST_WORDS:
            continue
        kind, answer = _answer(sentence, chance)
        words = [word for word in _WORD.findall(sentence.replace(answer, " ", 1)) if word.casefold() not in small]
        if len(words) >= _LEAST_CONTENT:
            return _worded(words, kind, chunk.title, _ASKS.get(name, _ASKS["english"]), chance)
    return ""


def _answer(sentence: str, chance: random.Random) -> tuple[str, str]:
    """Return the kind and the text of what a question about a sentence asks for, which it does not hold itself."""
    found = [("date", sentence[slice(*span)]) for span, day in days(sentence) if day.year or day.day]
    found += [("number", match[0]) for match in _NUMBER.finditer(sentence)]
    found += [("name", match[0]) for match in _NAME.finditer(sentence)]
    return chance.choice(found) if found else ("", "")


def _worded(words: list[str], kind: str, title: str, asks: dict[str, str], chance: random.Random) -> str:
    share = chance.uniform(*_KEPT)
    kept = sorted(chance.sample(range(len(words)), min(len(words), max(_LEAST_KEPT, round(share * len(words))))))
    chosen = [words[number] for number in kept]
    if chance.random() < _SWAPPED:
        half = len(chosen) // 2
        chosen = [*chosen[half:], *chosen[:half]]
    about = _WORD.findall(title)[:3] if title and chance.random() < _TITLED else []
    return " ".join([asks[kind], *chosen, *(word for word in about if word not in chosen)]) + "?"
