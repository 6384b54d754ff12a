"""How many sentences an answer quotes: the best one, and others as long as they are nearly as good."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.quoting.direct import direct_answer
from qa.answering.sentences.quoted_sentences import GAP, Quote
from qa.retrieval.query import Query
from qa.text.embedded import above_at
from qa.text.language import foreign
from qa.text.wanted import asks_twice, wanted
from qa.types import Direct

# The next sentence explains one more often than another passage does.
_NEXT = 0.1
# Sentences nearer than this in meaning say the same thing: forms and contracts repeat themselves.
_SAME = 0.93
# Another sentence joins the answer while it scores at least this share of the best. As a share too, these speak for it:
# that it follows one that was taken, that the question is two, or asks for no few words; against it, that the best one
# surely holds those. Tuned on half of five sets (docs/quality-history.md).
_NEARLY = 0.96
_IF_NEXT, _IF_TWICE, _IF_OPEN, _IF_ANSWERED = 0.03, 0.07, 0.07, -0.2
# Of a passage in another language meaning alone tells which sentence it is, and not so well.
_IF_ABROAD = 0.1


def chosen_of(
    query: Query, quotes: Sequence[Quote], vectors: NDArray[np.float32], limit: int, nearly: float
) -> list[Quote]:
    """Take the best, then the next best, with a bonus for the sentence right after one that was taken.

    Args:
        query: The question.
        quotes: Scored by all; at least one.
        vectors: Of each, float32 of shape (len(quotes), dim), rows of unit length.
        limit: Upper bound on the number of sentences.
        nearly: As `quote.best_quotes` has it.
    """
    left = sorted(range(len(quotes)), key=lambda number: -quotes[number].score)
    chosen = [left.pop(0)]
    best = quotes[chosen[0]]
    abroad = not query.is_translated and foreign(query.language, [best.hit.chunk.metadata.get("language", "")])
    least = (nearly or _needed(query, best)) * best.score

    def follows(number: int) -> bool:
        start, chunk = quotes[number].start, quotes[number].hit.chunk
        return any(chunk.id == quotes[taken].hit.chunk.id and 0 <= start - quotes[taken].end <= GAP for taken in chosen)

    def value(number: int) -> float:
        return quotes[number].score + _NEXT * follows(number)

    while left and len(chosen) < limit:
        number = max(left, key=value)
        besides = _NEXT * follows(number) if nearly else best.score * _besides(query, follows=follows(number))
        if abroad and quotes[number].hit.chunk.id == best.hit.chunk.id:
            besides += best.score * _IF_ABROAD
        if quotes[number].score + besides < least:
            break
        left.remove(number)
        if all(float(vectors[number] @ vectors[taken]) < _SAME for taken in chosen):
            chosen.append(number)
    return [quotes[number] for number in chosen]


def direct_of(query: Query, quote: Quote) -> Direct | None:
    """Return the words of a sentence that answer by themselves, None where it does not show which."""
    chunk = quote.hit.chunk
    above = above_at(quote.hit, quote.start)
    return direct_answer(query, quote.text, language=chunk.metadata.get("language", ""), above=above)


def _needed(query: Query, best: Quote) -> float:
    """Return the share of the best score that another sentence needs."""
    return _NEARLY - (_IF_ANSWERED if direct_of(query, best) else 0.0)


def _besides(query: Query, *, follows: bool) -> float:
    """Return what speaks for another sentence besides its score, as a share of the best score."""
    is_open = wanted(query.asked, query.language) is None
    return _IF_NEXT * follows + _IF_OPEN * is_open + _IF_TWICE * asks_twice(query.asked)
