"""Rebuild a collection from its own stored text, while its old generation answers: `footnote reindex`.

The new generation is filled by the ordinary ingest from documents that are put together from the old chunks, and is
marked as ready at the end. If it is cut off, it continues where it stopped; with other settings it starts again.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Any

from ingest.discover.files import Discovered
from ingest.discover.sources import Fingerprint
from ingest.pipeline import ingest
from ingest.report import IngestReport, OnProgress
from ingest.split.splitter import Splitter
from qa.config import Settings
from qa.errors import LoadError, StoreError
from qa.lazy_regex import lazy_regex
from qa.store import Generation, Holder, Index, IndexSettings, RegisterRow
from qa.store.catalog import free_physical, generations
from qa.store.rows import lacking
from qa.tables.stored import begins_within_row, marks_of
from qa.text.dates import DATED
from qa.text.outline import sections_within
from qa.types import Chunk, Document, Heading, Mark, Page
from qa.wiring import (
    calibrated,
    chunk_embedders,
    index_settings,
    keep_words,
    known_at_first,
    open_settings_index,
    splitter_options,
    writing,
)

_SEPARATOR = " › "
_LINE = lazy_regex(r"[^\n]*\S[^\n]*")


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A document that the index holds; its text is read only when its turn comes."""

    row: RegisterRow
    read: Callable[[], Document]

    @property
    def name(self) -> str:
        """The source that the document was ingested from."""
        return self.row.source

    @property
    def metadata(self) -> Mapping[str, str]:
        """What its row said, but for what is read in its text again."""
        return {name: value for name, value in self.row.metadata.items() if name not in ("language", DATED)}

    def fingerprint(self) -> Fingerprint:
        """Describe the file as it was when it was ingested, and read: the next ingest finds it as it was before."""
        return Fingerprint(self.row.sha256, self.row.size, self.row.modified, self.row.version)

    def load(self) -> Document:
        """Put the document together from its chunks.

        Raises:
            LoadError: Some of them are missing.
        """
        return self.read()


async def reindex(
    settings: Settings,
    *,
    on_wait: Callable[[Holder | None], None] = lambda _holder: None,
    on_progress: OnProgress = lambda _report, _source: None,
) -> IngestReport:
    """Rebuild the collection of the settings with their models, language and chunk size; unset ones stay.

    Raises:
        StoreError: There is no such collection, or the index failed; the old generation answers as before.
        ModelError: The dense model cannot be loaded.
        ConfigError: A model or language is not supported.
    """
    async with writing(settings, on_wait=on_wait), open_settings_index(settings) as old:
        settings = settings.filled(await old.open())
        dense, sparse = chunk_embedders(settings)
        copy = await dense.copy(settings.home)
        made_with = index_settings(settings, copy)
        new = await _begun(old, made_with, calibration=known_at_first(settings))
        report = await ingest(
            Discovered(_sources(old, [row async for row in old.documents()])),
            index=new,
            splitter=Splitter(**splitter_options(settings, copy)),
            dense=dense,
            sparse=sparse,
            lender=old if _same_vectors(old, made_with) else None,
            on_progress=on_progress,
        )
        await _finish(old, new, report)
        await keep_words(new, sparse)
        await calibrated(settings, new, copy)
    return report


def _same_vectors(old: Index, made_with: IndexSettings) -> bool:
    """Tell whether the vectors of the old generation are those of the same model."""
    before = old.generation.settings if old.generation else None
    return before is not None and (before.dense_model, before.dim) == (made_with.dense_model, made_with.dim)


async def _begun(old: Index, made_with: IndexSettings, *, calibration: dict[str, Any]) -> Index:
    """Return the new generation: the one that an earlier run began with the same settings, or else an empty one.

    What runs with other settings left behind is dropped.
    """
    answering = old.generation
    if answering is None:
        raise ValueError("the old generation must be open")
    folders = old.connection.server.partition_folders or answering.partition_folders
    for other in await generations(old.connection):
        if other.name != old.name or other.physical == answering.physical:
            continue
        index = Index(old.connection, old.name, other)
        same = (other.settings, other.identity, other.partition_folders) == (made_with, answering.identity, folders)
        if not other.ready and same:
            await index.chunks.load()
            return index
        await index.drop()
    number = answering.number + 1
    physical = await free_physical(old.connection, old.name, number=number)
    index = Index(old.connection, old.name)
    made = Generation(
        physical,
        old.name,
        number,
        ready=False,
        identity=answering.identity,
        settings=made_with,
        calibration=calibration,
        partition_folders=folders,
    )
    await index.create(made)
    return index


def _sources(old: Index, rows: Sequence[RegisterRow]) -> tuple[StoredSource, ...]:
    loop = asyncio.get_running_loop()

    def reader(row: RegisterRow) -> Callable[[], Document]:
        # Sources are loaded in threads, but the index lives in the loop.
        return lambda: asyncio.run_coroutine_threadsafe(_document(old, row), loop).result()

    return tuple(StoredSource(row, reader(row)) for row in rows)


async def _document(old: Index, row: RegisterRow) -> Document:
    chunks = await old.chunks_of(row)
    if lack := lacking(row, chunks):
        raise LoadError(row.source, lack)
    return document_from(row, chunks)


async def _finish(old: Index, new: Index, report: IngestReport) -> None:
    """Let the new generation answer if it holds the documents of the old one and no others, and drop the old one.

    The old one's documents are listed again: on a server, where writers take no turns, they may have changed meanwhile.

    Raises:
        StoreError: A document failed or changed; the old generation goes on answering.
    """
    if report.failed:
        failure = report.failed[0]
        raise StoreError(f"the collection stays as it was: {failure.source}: {failure.reason}")
    answering = {row.document_id: row.version async for row in old.documents()}
    # An earlier run that was cut off may have rebuilt what has been removed since.
    await new.remove(*[row.document_id async for row in new.documents() if row.document_id not in answering])
    rebuilt = {row.document_id: row.version async for row in new.documents()}
    missing = [document for document, version in answering.items() if rebuilt.get(document) != version]
    if missing or new.generation is None:
        raise StoreError(
            f"the collection stays as it was: {len(missing)} of its documents changed meanwhile; run the reindex again"
        )
    await new.record_failures([row async for row in old.failures()])
    await new.flush()
    await new.declare(replace(new.generation, ready=True))
    await old.drop()


def document_from(row: RegisterRow, chunks: Sequence[Chunk]) -> Document:
    """Put a document together from its chunks, which are in order: every offset is what it was.

    Chunks hold every character that is not white space. What lay between them is filled with line breaks. Rows of a
    table keep their numbers where those of their chunk have no gap; otherwise each gets the range of its chunk.
    """
    text = ""
    headings: list[Heading] = []
    pages: list[Page] = []
    marks: list[Mark] = []
    path: list[str] = []
    for chunk in chunks:
        text += "\n" * (chunk.start - len(text)) + chunk.text
        for start, above in ((chunk.start, chunk.heading), *sections_within(chunk.metadata)):
            titles = above.split(_SEPARATOR) if above else []
            if titles == path:
                continue
            common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, titles, strict=False)))
            # A path that only became shorter ends with the heading that is in force again.
            first = min(common, max(len(titles) - 1, 0))
            named = titles[first:] or [""]
            headings += [Heading(level, title, start) for level, title in enumerate(named, first + 1)]
            path = titles
        if chunk.page:
            if pages and pages[-1].number == chunk.page:
                pages[-1] = replace(pages[-1], end=chunk.end)
            else:
                pages.append(Page(chunk.page, chunk.start, chunk.end, chunk.metadata.get("page_label", "")))
        marks += _marks(chunk)
    return Document(row.source, row.title, text, row.media_type, tuple(pages), tuple(headings), marks=tuple(marks))


def _marks(chunk: Chunk) -> Iterator[Mark]:
    """Yield where each row of a table begins, from the row numbers in the chunk's metadata.

    Each row is a line. The names of sheets stand on lines between them.
    """
    if described := marks_of(chunk):
        # A row that began in an earlier chunk is marked there.
        yield from described[begins_within_row(chunk) :]
        return
    ranges = [part.split("–") for part in chunk.metadata.get("rows", "").split(", ") if part]
    sheets = chunk.metadata.get("sheet", "").split(", ") if len(ranges) > 1 else [chunk.metadata.get("sheet", "")]
    if len(sheets) != len(ranges):
        return
    lines = [(line.start() + chunk.start, line[0].strip()) for line in _LINE.finditer(chunk.text)]
    names = [place for place, (_, line) in enumerate(lines) if line in sheets]
    edges = [0, *names[-len(sheets) + 1 :], len(lines)] if len(sheets) > 1 else [0, len(lines)]
    if len(edges) != len(sheets) + 1:
        return
    for sheet, (first, *last), (start, end) in zip(sheets, ranges, pairwise(edges), strict=True):
        rows = [position for position, line in lines[start:end] if line != sheet]
        numbers = range(int(first), int((last or [first])[0]) + 1)
        if len(rows) == len(numbers):
            yield from (Mark(position, number, sheet) for position, number in zip(rows, numbers, strict=True))
        else:
            yield from (Mark(position, number, sheet) for position in rows for number in (numbers[0], numbers[-1]))
