"""The tables of a collection, read when a question first needs them and kept while their documents stay the same."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from qa.answering.routes.footnotes import one_line
from qa.retrieval.retrieve import Retriever
from qa.store.records import RegisterRow
from qa.store.where import Filter
from qa.tables.asking import asks_to_compute
from qa.tables.plan import ReadTable, read_table
from qa.tables.stored import TABLES, stored_tables
from qa.tables.vocabulary import Vocabulary, Words, vocabulary
from qa.text.language import STEMMED, by_small_words, stop_words
from qa.text.words import SparseEmbedder
from qa.tracing import note_waiting, stage
from qa.types import Chunk

TYPES = frozenset(
    {
        "text/csv",
        "text/tab-separated-values",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/json",
        "application/jsonl",
    }
)
_RECORDS = frozenset({"application/json", "application/jsonl"})
# Up to so many chunks of tables all of them are read at once; of more, those that a search by words leads to.
_MOST_CHUNKS = 2_000
# A table of more chunks, about a million rows, is not computed with.
MOST_OF_ONE = 200_000
# To read more takes seconds, which are said; about 2,000 chunks a second.
_SAID_FROM = 2_000
_LOOKED_UP = 400
_KEPT_ROWS = 400_000
_NEAREST = 30
_SEVERAL = 8


@dataclass
class Shelf:
    """The tables of one index.

    Attributes:
        tables: Of a document's version, what was read, by both.
        named: The document as the register has it, when it was read.
    """

    tables: dict[tuple[str, str], list[Vocabulary]] = field(default_factory=dict)

    async def find(self, question: str, where: Filter, retriever: Retriever) -> list[Vocabulary]:
        """Return the tables that a question may be about, in the order of their sources.

        Args:
            question: A standalone one.
            where: Which documents may answer.
            retriever: Of the index that this shelf is of.
        """
        rows = [row for row in await retriever.index.rows() if _may_hold(row) and where.matches(row)]
        rows = [row for row in rows if row.chunk_count <= MOST_OF_ONE]
        if not rows:
            return []
        if sum(row.chunk_count for row in rows) > _MOST_CHUNKS:
            if not asks_to_compute(question):
                # A cell of a large table is found as a passage; to read all of it takes seconds.
                rows = [row for row in rows if row.chunk_count <= _LOOKED_UP and row.media_type in TYPES]
            rows = await _near(question, where, rows, retriever)
        missing = [row for row in rows if (row.document_id, row.version) not in self.tables]
        if missing:
            if (passages := sum(row.chunk_count for row in missing)) >= _SAID_FROM:
                named = one_line(missing[0].source) if len(missing) == 1 else f"{len(missing)} tables"
                note_waiting(f"Reading {named} for the first time, {passages:,} passages")
            with stage("read tables"):
                await self._read(missing, retriever)
        return [table for row in rows for table in self.tables.get((row.document_id, row.version), [])]

    async def _read(self, rows: Sequence[RegisterRow], retriever: Retriever) -> None:
        held = sum(len(table.table.stored.rows) for tables in self.tables.values() for table in tables)
        if held > _KEPT_ROWS:
            self.tables.clear()
        chunks: dict[str, list[Chunk]] = {}
        async for chunk in retriever.index.chunks_of_all(rows):
            chunks.setdefault(chunk.document_id, []).append(chunk)
        for row in rows:
            found = sorted(chunks.get(row.document_id, []), key=lambda chunk: chunk.ordinal)
            # What an ingest in flight or damage left incomplete is no table to compute with.
            whole = len(found) == row.chunk_count and bool(found)
            read = await asyncio.to_thread(_tables, found, row, retriever.sparse) if whole else []
            self.tables[row.document_id, row.version] = read


def _may_hold(row: RegisterRow) -> bool:
    return row.media_type in TYPES or TABLES in row.metadata


def words_of(
    question: str, sparse: SparseEmbedder, language: str, holds: Callable[[Iterable[int]], bool] = lambda _terms: False
) -> Words:
    """Return what is known of the words of a question and of a table in some language.

    Args:
        question: "" where the table alone is read.
        sparse: Knows words.
        language: Code of the table's language.
        holds: Tells whether any document holds a word of these ids.
    """
    asked = by_small_words(question) or "en"
    own = language or "en"

    # A question's words are looked at for each of many tables.
    @cache
    def stem(word: str) -> frozenset[int]:
        found = of_table(word) | frozenset(sparse.terms(word, asked))
        return found | frozenset(sparse.query_terms(word, [own], translated=True)) if asked != own else found

    @cache
    def of_table(word: str) -> frozenset[int]:
        return frozenset(sparse.terms(word, own))

    def is_known(word: str) -> bool:
        # A translation that documents hold is not the word.
        return holds(of_table(word) | frozenset(sparse.terms(word, asked)))

    # Which language it is in, a short question may not tell.
    small = stop_words(STEMMED.get(asked, "english")) | stop_words("english") | stop_words("german")
    return Words(stem, of_table, small, is_known, is_foreign=asked != own)


def _tables(chunks: Sequence[Chunk], row: RegisterRow, sparse: SparseEmbedder) -> list[Vocabulary]:
    stored = stored_tables(chunks, parted=row.media_type not in _RECORDS)
    read: list[ReadTable] = [read_table(replace(table, title=row.title)) for table in stored]
    return [vocabulary(table, words_of("", sparse, table.stored.language)) for table in read]


async def _near(question: str, where: Filter, rows: Sequence[RegisterRow], retriever: Retriever) -> list[RegisterRow]:
    """Return the documents of tables that a search by words leads to."""
    by_id: Mapping[str, RegisterRow] = {row.document_id: row for row in rows}
    query = await retriever.read(question, where=where)
    found = await retriever.index.search_sparse(query.sparse, limit=_NEAREST, where=where)
    near = dict.fromkeys(item.chunk.document_id for item in found if item.chunk.document_id in by_id)
    chosen = list(near)[:_SEVERAL]
    return sorted((by_id[document] for document in chosen), key=lambda row: row.source)
