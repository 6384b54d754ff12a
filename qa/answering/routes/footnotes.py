"""The footnotes of an answer that is put together document by document, and the answer itself. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.answering.quoting.quote import EXTRACTIVE
from qa.lazy_regex import lazy_regex
from qa.types import Answer, Chunk, Citation, Hit, Statement, Table

_SPACE = lazy_regex(r"\s+")


@dataclass
class Footnotes:
    """Numbers chunks in the order in which they are cited, each once, and keeps the spans that were cited of them."""

    chunks: dict[str, Chunk] = field(default_factory=dict)
    spans: dict[str, set[tuple[int, int]]] = field(default_factory=dict)

    def number(self, chunk: Chunk, *spans: tuple[int, int]) -> int:
        """Return the number of a chunk; `spans` are offsets into the document's text, inside of it."""
        self.chunks.setdefault(chunk.id, chunk)
        self.spans.setdefault(chunk.id, set()).update(spans)
        return list(self.chunks).index(chunk.id) + 1

    def taken(self, citation: Citation) -> int:
        """Return the number of what another answer cites."""
        return self.number(citation.chunk, *citation.spans)

    def citations(self) -> tuple[Citation, ...]:
        """Return them in order."""
        return tuple(
            Citation(number, chunk, tuple(sorted(self.spans[key])))
            for number, (key, chunk) in enumerate(self.chunks.items(), 1)
        )

    def hits(self) -> tuple[Hit, ...]:
        """Return their chunks as hits in the same order; nothing scored them."""
        return tuple(Hit(chunk, 0.0, number, "sparse") for number, chunk in enumerate(self.chunks.values(), 1))


def put_together(
    question: str,
    query: str,
    text: str,
    statements: Sequence[Statement],
    notes: Footnotes,
    *,
    table: Table | None = None,
    model: str = EXTRACTIVE,
    note: str = "",
    found: bool = True,
) -> Answer:
    """Return the answer of these statements and footnotes; `text` carries their markers."""
    return Answer(
        question=question,
        query=query,
        text=text,
        statements=tuple(statements),
        citations=notes.citations(),
        hits=notes.hits(),
        found=found,
        model=model,
        note=note,
        table=table,
    )


def marked(numbers: Sequence[int]) -> str:
    """Return markers with a blank in front: " [1][2]", "" for none."""
    return f" {''.join(f'[{number}]' for number in numbers)}" if numbers else ""


def one_line(text: str) -> str:
    """Return a title or a name on one line, without brackets that could be taken for markers."""
    return _SPACE.sub(" ", text.replace("[", "(").replace("]", ")")).strip()
