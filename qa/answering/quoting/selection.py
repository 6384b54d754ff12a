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
        best: The highest log-odds of all sentences that were looked at; None before one was read. That sentence need
            not be quoted, since words and meaning choose too; it still tells whether something there answers.
        is_whole: Whether every sentence could be read: the model reads English alone.
    """

    def __init__(self, select: Select) -> None:
        """Take what reads sentences."""
        self._select = select
        self._known: dict[tuple[str, str, int, int], float] = {}
        self.start_again()

    def start_again(self) -> None:
        """Forget what was looked at, where other passages are to answer; no sentence is read twice for one question."""
        self.best: float | None = None
        self.is_whole = True

    async def read(self, query: Query, quotes: Sequence[Quote]) -> list[Quote]:
        """Return quotes, those that can be read with the log-odds that they answer."""
        # It has learned from single questions, not from a follow-up behind the question before.
        if query.language not in (READS, "") or query.asked != query.text:
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
        new = [quote for quote in readable if _place(query, quote) not in self._known]
        if new:
            found = await self._select(
                query.text,
                [Candidate(quote.text, quote.before, above_at(quote.hit, quote.start).strip()) for quote in new],
            )
            if found is None:
                self.is_whole = False
                return list(quotes)
            self._known |= {_place(query, quote): float(odds) for quote, odds in zip(new, found, strict=True)}
        read = [replace(quote, answers=self._known.get(_place(query, quote))) for quote in quotes]
        odds = [quote.answers for quote in read if quote.answers is not None]
        self.best = max(odds if self.best is None else [*odds, self.best])
        # Beside sentences that were not read, those that were would gain for their language alone.
        return read if len(readable) == len(quotes) else list(quotes)


def _place(query: Query, quote: Quote) -> tuple[str, str, int, int]:
    return query.text, quote.hit.chunk.id, quote.start, quote.end
