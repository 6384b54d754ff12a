"""An answer without a language model: the sentences of the hits that answer best, quoted to the letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.models.dense import QueryEmbedder
from qa.retrieval.rank import held_share, mean_direction
from qa.retrieval.word_match import Wording
from qa.text.answer_type import asked_kind, holds
from qa.text.embedded import prefix
from qa.text.language import language_of
from qa.text.sentences import LIST_ITEM, sentence_spans
from qa.types import Chunk, Hit

# Weights of a sentence's score, chosen on five sets (docs/quality.md): rare words of the question, pairs of them, words
# within longer ones, meaning, score of its passage, holds what is asked for.
_RARE, _PAIRS, _INSIDE, _MEANING, _PASSAGE, _KIND = 0.4, 0.1, 0.2, 0.45, 0.6, 0.1
# A sentence explains the one before it more often than another passage does.
_NEXT = 0.1
_GAP = 2
# What is put like a heading names what it is about and says nothing of it.
_TITLED, _TITLE_SHARE = 0.15, 0.75
_WORD, _DIGIT = re.compile(r"[^\W\d_]{4,}"), re.compile(r"\d")
# Where an entry of a table of contents leads, and the number of the next one, which stands on its line.
_PLACE = re.compile(r"(?:\s+\d{1,4})?(?:\s+(?:Item|Part|Section|Chapter)\s+\w{1,4}\.?)?\s*$")
# A long sentence holds more words of any question: beyond 200 characters it pays for them, up to this much.
_LENGTH, _FREE_LENGTH = 0.05, 200
# Sentences nearer than this in meaning say the same: forms and contracts repeat theirs.
_SAME = 0.93
# Another sentence joins the answer while it scores at least this share of the best.
_NEARLY = 0.8
# Ranked by all but their meaning first: a run of the model takes about 2 ms a sentence.
_EMBEDDED_SENTENCES = 12
_LONGEST_SENTENCE = 700
# Fewer words say something only as a value under its header: "Wind: 14 m/s".
_SHORTEST_WORDS = 4
_VALUE = re.compile(r"(?::|\|)\s*\S")
# What a sentence announces with a colon is quoted with it: list items, or that much of a table's lines.
_ANNOUNCED = 300
_ENDS = ".!?:;…”»"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a hit: `start` and `end` are offsets into the document's text; `score` is about [0, 1]."""

    hit: Hit
    start: int
    end: int
    text: str
    score: float


async def best_quotes(
    question: str,
    query: str,
    hits: Sequence[Hit],
    *,
    wording: Wording,
    embedder: QueryEmbedder,
    gloss: str = "",
    language: str = "english",
    limit: int = 3,
) -> list[Quote]:
    """Return the sentences that answer a question best, best first; none where no hit holds a sentence.

    Args:
        question: What was asked last, which tells what kind of thing is wanted.
        query: The standalone form of it.
        hits: Best first, with their absolute scores.
        wording: Tells how a text holds the query's words.
        embedder: Embeds the query and the sentences.
        gloss: The query in another language, "" for none.
        language: Language of the documents.
        limit: Upper bound on the number of sentences.
    """
    kind = asked_kind(question)
    candidates = []
    for hit in hits:
        for quote in _sentences(hit, language):
            long = max(0, len(quote.text) - _FREE_LENGTH) / (_LONGEST_SENTENCE - _FREE_LENGTH)
            score = _worded(quote, wording) + _PASSAGE * _passage_score(hit) + _KIND * holds(kind, quote.text)
            candidates.append(replace(quote, score=score - _LENGTH * long - _TITLED * _is_titled(quote.text)))
    candidates.sort(key=lambda quote: -quote.score)
    candidates = candidates[:_EMBEDDED_SENTENCES]
    if not candidates:
        return []
    asked = [query, gloss] if gloss else [query]
    vectors = await embedder.embed_sentences([*asked, *(quote.text for quote in candidates)])
    wanted, vectors = mean_direction(list(vectors[: len(asked)])), vectors[len(asked) :]
    cosines = vectors @ wanted
    scored = [
        replace(quote, score=quote.score + _MEANING * float(cosine))
        for quote, cosine in zip(candidates, cosines, strict=True)
    ]
    return _announced(_choose(scored, vectors, limit), language)


def _announced(quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Lengthen what ends in a colon by what it announces, and drop the quotes that are in there."""
    longer = [_with_what_follows(quote, language) if quote.text.endswith(":") else quote for quote in quotes]
    return [quote for quote in longer if not any(other is not quote and _is_within(quote, other) for other in longer)]


def _with_what_follows(quote: Quote, language: str) -> Quote:
    """Add the next sentence, the list or the first lines of the table that a quote announces, as far as they fit."""
    chunk, end = quote.hit.chunk, quote.end
    in_list = ended = False
    for start, stop in sentence_spans(chunk.text, language=language_of(chunk.metadata, language)):
        if chunk.start + start < quote.end:
            continue
        is_item = bool(LIST_ITEM.match(chunk.text, start, stop))
        over = (ended or in_list) and not is_item
        if over or chunk.start + stop - quote.end > _ANNOUNCED:
            break
        end, in_list, ended = chunk.start + stop, is_item, chunk.text[stop - 1] in _ENDS
    text = " ".join(chunk.text[quote.start - chunk.start : end - chunk.start].split())
    return replace(quote, end=end, text=text)


def _is_within(quote: Quote, other: Quote) -> bool:
    return quote.hit.chunk.id == other.hit.chunk.id and other.start <= quote.start and quote.end <= other.end


def _sentences(hit: Hit, language: str) -> list[Quote]:
    """Return the hit's sentences that say something: no headings, no fragments, nothing too long to read."""
    quotes = []
    for start, end in sentence_spans(hit.chunk.text, language=language_of(hit.chunk.metadata, language)):
        text = " ".join(hit.chunk.text[start:end].split())
        if len(text) <= _LONGEST_SENTENCE and not _is_heading(text, hit.chunk):
            quotes.append(Quote(hit, hit.chunk.start + start, hit.chunk.start + end, text, 0.0))
    return quotes


def _is_heading(text: str, chunk: Chunk) -> bool:
    plain = text.strip("#*| ").casefold()
    if len(plain.split()) < _SHORTEST_WORDS and not _VALUE.search(text):
        return True
    headings = (chunk.title, *chunk.heading.split(" › "))
    # With a word in front at most: "Subject: …" of a mail, "4.2 …".
    return any(plain.split(maxsplit=1)[-1] == part.casefold() or plain == part.casefold() for part in headings)


def _is_titled(text: str) -> bool:
    """Tell whether a text is put like a heading that no outline names, or an entry of a table of contents."""
    plain = _PLACE.sub("", text).rstrip()
    words: list[str] = _WORD.findall(plain)
    if not words or _VALUE.search(plain) or plain[-1] in _ENDS:
        return False
    if all(word.isupper() for word in words):
        return True
    if _DIGIT.search(plain):
        return False
    return sum(word[0].isupper() for word in words) >= _TITLE_SHARE * len(words)


def _passage_score(hit: Hit) -> float:
    """Return how good a passage is in itself, in about [0, 1]; the scores of plain rankings do not say."""
    known = [share for share in (hit.cosine, hit.bm25) if share is not None]
    return hit.score if hit.retriever == "scores" or not known else sum(known) / len(known)


def _worded(quote: Quote, wording: Wording) -> float:
    """Return how much the question's words say for a sentence; its headings hold them too."""
    chunk = quote.hit.chunk
    language = chunk.metadata.get("language", "")
    held = wording.terms(quote.text, language) & wording.weights.keys()
    above = wording.above(prefix(chunk.title, chunk.heading), language)
    return (
        _RARE * held_share(wording.weights, held | above, power=2)
        + _PAIRS * (wording.pairs(quote.text, language) if len(held) > 1 else 0.0)
        + _INSIDE * wording.inside(quote.text, language, held)
    )


def _choose(quotes: Sequence[Quote], vectors: NDArray[np.float32], limit: int) -> list[Quote]:
    """Take the best, then the next best, with a bonus for the sentence right after one that was taken."""
    left = sorted(range(len(quotes)), key=lambda number: -quotes[number].score)
    chosen = [left.pop(0)]

    def value(number: int) -> float:
        quote = quotes[number]
        follows = any(
            quote.hit.chunk.id == quotes[taken].hit.chunk.id and 0 <= quote.start - quotes[taken].end <= _GAP
            for taken in chosen
        )
        return quote.score + (_NEXT if follows else 0.0)

    while left and len(chosen) < limit:
        best = max(left, key=value)
        if value(best) < _NEARLY * quotes[chosen[0]].score:
            break
        left.remove(best)
        if all(float(vectors[best] @ vectors[taken]) < _SAME for taken in chosen):
            chosen.append(best)
    return [quotes[number] for number in chosen]
