"""The sentences of one question as a model reads them with it, and what that says of an answer."""

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.sentences.quoted_sentences import Quote
from qa.models.answer_selection import Candidate, Select
from qa.models.token_vectors import READS
from qa.retrieval.query import Query
from qa.text.embedded import above_at


class Selection:
    """Reads sentences with a question, and remembers how likely the likeliest of them answers.

    Attributes:
        best: The highest log-odds that a sentence answers; None before one was read.
        is_whole: Whether every sentence could be read: the model reads English alone.
    """

    def __init__(self, select: Select) -> None:
        """Take what reads sentences."""
        self._select = select
        self.best: float | None = None
        self.is_whole = True

    async def read(self, query: Query, quotes: Sequence[Quote]) -> list[Quote]:
        """Return quotes, those that can be read with the log-odds that they answer."""
        if query.language not in (READS, ""):
            self.is_whole = False
            return list(quotes)
        # Of a table alone, and of a few words, no language is known.
        readable = [quote for quote in quotes if quote.hit.chunk.metadata.get("language", "") in (READS, "")]
        if not query.language and not any(quote.hit.chunk.metadata.get("language", "") == READS for quote in quotes):
            # "Kaminkehrer Kosten" to a bill: of neither the language is known.
            readable = []
        self.is_whole = self.is_whole and len(readable) == len(quotes)
        if not readable:
            return list(quotes)
        found = await self._select(
            query.text,
            [Candidate(quote.text, quote.before, above_at(quote.hit, quote.start).strip()) for quote in readable],
        )
        if found is None:
            self.is_whole = False
            return list(quotes)
        self.best = max(float(found.max()), -float("inf") if self.best is None else self.best)
        odds = {_place(quote): float(each) for quote, each in zip(readable, found, strict=True)}
        return [replace(quote, answers=odds.get(_place(quote))) for quote in quotes]


def _place(quote: Quote) -> tuple[str, int, int]:
    return quote.hit.chunk.id, quote.start, quote.end
