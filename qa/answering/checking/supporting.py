"""The sentences of passages that carry an answer, and which of its words a passage holds. Pure functions."""

from collections.abc import Sequence, Set

from qa.text.language import STEMMED, language_of
from qa.text.sentences import Span, sentence_spans
from qa.text.terms import Word
from qa.text.words import SparseEmbedder
from qa.types import Citation, Hit, Statement


def citations(
    checked: Sequence[Statement],
    hits: Sequence[Hit],
    *,
    reader: SparseEmbedder,
    answered: str = "",
    language: str = "english",
) -> list[Citation]:
    """Return one citation per cited passage, in order of number, with the sentences in it that carry the answer."""
    cited = sorted({number for statement in checked for number in statement.citations})
    found = []
    for number in cited:
        hit = hits[number - 1]
        code = language_of(hit.chunk.metadata, language)
        said = [reader.words(item.text, languages_of([code], answered)) for item in checked if number in item.citations]
        found.append(Citation(number, hit.chunk, supporting_spans(hit, said, reader, code)))
    return found


def supporting_spans(hit: Hit, said: Sequence[Sequence[Word]], reader: SparseEmbedder, code: str) -> tuple[Span, ...]:
    """Return the sentence of the passage that shares most words with each sentence of the answer."""
    spans = sentence_spans(hit.chunk.text, language=code)
    terms = [reader.held(hit.chunk.text[slice(*span)], code) for span in spans]
    found = set()
    for sentence in said:
        shared = [sum(holds(held, word) for word in sentence) for held in terms]
        most = max(shared, default=0)
        if most:
            start, end = spans[shared.index(most)]
            found.add((hit.chunk.start + start, hit.chunk.start + end))
    return tuple(sorted(found))


def holds(held: Set[int], word: Word) -> bool:
    """Tell whether a word is among the terms of a text, in any form or by another word for it."""
    return not held.isdisjoint((*word.forms, *word.said_by, *word.translations))


def languages_of(codes: Sequence[str], answered: str) -> tuple[str, ...]:
    """Return the languages of documents and that of an answer, each once."""
    known = [answered] if answered in STEMMED else []
    return tuple(dict.fromkeys((*codes, *known)))
