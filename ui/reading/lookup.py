"""What an address of the reading pane stands for: a passage of a stored answer, or a document of the collection."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa.lazy_regex import lazy_regex
from qa.types import Answer, Chunk, Citation, Statement

if TYPE_CHECKING:
    from qa.database.exchanges import Exchange

Spans = tuple[tuple[int, int], ...]

_ID = lazy_regex(r"[0-9a-f]{8,64}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be shown.

    Attributes:
        chunk: The passage.
        address: Where it is shown.
        collection: That holds it, "" for the one that the settings name.
        number: Of its footnote; 0 for none.
        spans: Offsets into the document's text of what is cited, apart from one another and in order.
        against: Likewise of what speaks against the answer.
        mark: Which span is looked for, of what is cited and then of what speaks against.
        others: Further passages of the same version of the document that the answer holds.
    """

    chunk: Chunk
    address: str
    collection: str = ""
    number: int = 0
    spans: Spans = ()
    against: Spans = ()
    mark: int = 0
    others: tuple[Chunk, ...] = field(default=(), repr=False)

    @property
    def span(self) -> tuple[int, int]:
        """What is looked for; the whole passage where nothing of it is marked."""
        marked = (*self.spans, *self.against)
        return marked[min(self.mark, len(marked) - 1)] if marked else (self.chunk.start, self.chunk.end)


def is_id(text: str) -> bool:
    """Tell whether a text can be the id of an exchange or a document."""
    return bool(_ID.fullmatch(text))


def cited(exchange: "Exchange", number: int, address: str, *, mark: int = 0) -> Wanted | None:
    """Return what a footnote of an answer cites, None if the answer has no such footnote."""
    answer = exchange.answer
    citation = next((one for one in answer.citations if one.number == number), None) if answer else None
    if answer is None or citation is None:
        return None
    spans, against = marked(answer, citation)
    others = _others(answer, citation.chunk)
    return Wanted(citation.chunk, address, number=number, spans=spans, against=against, mark=mark, others=others)


def marked(answer: Answer, citation: Citation) -> tuple[Spans, Spans]:
    """Return what is marked in a cited passage: what is cited, and what speaks against the answer."""
    against = [
        (place.start, place.end)
        for statement in answer.statements
        for place in statement.against
        if place.number == citation.number
    ]
    return merged(citation.spans, citation.chunk), merged(against, citation.chunk)


def mark_against(answer: Answer, statement: Statement, number: int) -> int:
    """Return which mark of a cited passage speaks against a statement, 0 where the answer has no such footnote."""
    citation = next((one for one in answer.citations if one.number == number), None)
    place = next((one for one in statement.against if one.number == number), None)
    if citation is None or place is None:
        return 0
    spans, against = marked(answer, citation)
    return next((len(spans) + at for at, (low, high) in enumerate(against) if low <= place.start < high), 0)


def nearest(exchange: "Exchange", rank: int, address: str) -> Wanted | None:
    """Return a passage that an answer names as near, None if there is none of this rank."""
    answer = exchange.answer
    hit = next((one for one in answer.hits if one.rank == rank), None) if answer else None
    if answer is None or hit is None:
        return None
    return Wanted(hit.chunk, address, number=rank, others=_others(answer, hit.chunk))


def merged(spans: Sequence[tuple[int, int]], chunk: Chunk) -> Spans:
    """Return spans clipped to a chunk, in order; those that touch are one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted((max(low, chunk.start), min(high, chunk.end)) for low, high in spans):
        if low >= high:
            continue
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def _others(answer: Answer, chunk: Chunk) -> tuple[Chunk, ...]:
    held = {
        other.id: other
        for other in (*(citation.chunk for citation in answer.citations), *(hit.chunk for hit in answer.hits))
        if (other.document_id, other.version) == (chunk.document_id, chunk.version) and other.id != chunk.id
    }
    return tuple(sorted(held.values(), key=lambda other: other.start))
