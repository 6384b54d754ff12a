"""Whether the passages that a sentence cites support it. Pure functions.

Nothing is hidden: a sentence that fails keeps its place and says what its passages lack.
"""

import re
from collections.abc import Sequence

from qa.language import language_of
from qa.prompt import markers, without_markers
from qa.sentences import Span, sentence_spans
from qa.terms import TermsOf
from qa.types import Citation, Hit, Statement

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\w'-]+")
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s+")
# Below this share of its words in the passages, a sentence says something else than they do.
_LEAST_COVER = 0.5


def statements(text: str, hits: Sequence[Hit], *, terms_of: TermsOf, language: str = "english") -> list[Statement]:
    """Cut an answer into sentences and check each against the passages that it cites.

    Args:
        text: The answer, with markers that all point at a passage.
        hits: The numbered passages, [1] first.
        terms_of: Gives the terms of a text, for the comparison of words.
        language: Language of the answer.
    """
    checked = []
    for sentence in _cited_sentences(text, language):
        numbers = markers(sentence)
        plain = without_markers(sentence)
        if plain:
            passages = [_searchable(hits[number - 1]) for number in numbers]
            checked.append(Statement(plain, numbers, problem(plain, passages, terms_of)))
    return checked


def problem(sentence: str, passages: Sequence[str], terms_of: TermsOf) -> str:
    """Return what the passages lack of a sentence, in words for the reader; "" if they support it."""
    if not passages:
        return "no passage is cited"
    together = "\n".join(passages)
    numbers = set(_NUMBER.findall(together))
    missing = [number for number in _NUMBER.findall(_LIST_NUMBER.sub("", sentence)) if number not in numbers]
    folded = together.casefold()
    missing += [name for name in _NAME.findall(sentence) if name.casefold() not in folded]
    if missing:
        return f"the cited passages do not hold {', '.join(dict.fromkeys(missing))}"
    terms = set(terms_of(sentence))
    if terms and len(terms & set(terms_of(together))) < _LEAST_COVER * len(terms):
        return "the cited passages say it in few of these words"
    return ""


def citations(
    checked: Sequence[Statement], hits: Sequence[Hit], *, terms_of: TermsOf, language: str = "english"
) -> list[Citation]:
    """Return one citation per cited passage, in order of number, with the sentences in it that carry the answer."""
    cited = sorted({number for statement in checked for number in statement.citations})
    return [
        Citation(
            number,
            hits[number - 1].chunk,
            _supporting_spans(
                hits[number - 1], [item.text for item in checked if number in item.citations], terms_of, language
            ),
        )
        for number in cited
    ]


def _supporting_spans(hit: Hit, sentences: Sequence[str], terms_of: TermsOf, language: str) -> tuple[Span, ...]:
    """Return the sentence of the passage that shares most terms with each sentence of the answer."""
    spans = sentence_spans(hit.chunk.text, language=language_of(hit.chunk.metadata, language))
    terms = [set(terms_of(hit.chunk.text[slice(*span)])) for span in spans]
    found = set()
    for sentence in sentences:
        wanted = set(terms_of(sentence))
        shared = [len(wanted & held) for held in terms]
        most = max(shared, default=0)
        if most:
            start, end = spans[shared.index(most)]
            found.add((hit.chunk.start + start, hit.chunk.start + end))
    return tuple(sorted(found))


def _cited_sentences(text: str, language: str) -> list[str]:
    """Cut into sentences; markers that follow a full stop belong to the sentence before it."""
    moved = re.sub(r"([.!?])((?:\s*\[\d+\])+)", lambda m: "".join(m[2].split()) + m[1], text)
    return [moved[start:end] for start, end in sentence_spans(moved, language=language)]


def _searchable(hit: Hit) -> str:
    return f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}"
