"""What the register of an index is read for: which documents there are, in which version, with which terms.

An ingest may be in flight, or have been cut off: then a document has two rows, of which the newest holds.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from collections.abc import Collection as AnyCollection

from qa.store.collection import Collection, Row
from qa.store.filters import batches, equals, every, one_of
from qa.store.records import ROW_FIELDS, Found, RegisterRow
from qa.store.rows import found_chunk
from qa.store.scope import Scope

# Above this many documents, term frequencies are taken from a sample of about this many. Row keys are hashes, so the
# rows with the lowest keys are a random sample that every process draws alike.
SAMPLE_DOCUMENTS = 4_000
# Where chunks of unfinished documents crowd out others, this many times as many are looked at, up to a limit.
_LOOK_FURTHER = 8
_MOST_LOOKED_AT = 4_096

READY = equals("status", "ready")
FAILED = equals("status", "failed")


async def newest(register: Collection, expression: str) -> AsyncIterator[RegisterRow]:
    """Yield the newest row of each document among those that match."""
    found: dict[str, RegisterRow] = {}
    async for page in register.scan(expression, ROW_FIELDS):
        for values in page:
            row = RegisterRow(**{name: values[name] for name in ROW_FIELDS})
            other = found.get(row.document_id)
            if other is None or row.ingested_at > other.ingested_at:
                found[row.document_id] = row
    for row in found.values():
        yield row


async def holding(register: Collection, wanted: AnyCollection[int]) -> dict[str, dict[int, int]]:
    """Return the documents that hold any of these terms: by id, how many chunks hold each term."""
    latest: dict[str, tuple[int, dict[int, int]]] = {}
    async for page in register.scan(READY, ["document_id", "ingested_at", "terms"]):
        for row in page:
            held = {term: round(row["terms"][term]) for term in wanted if term in row["terms"]}
            known = latest.get(row["document_id"])
            if known is None or row["ingested_at"] > known[0]:
                latest[row["document_id"]] = row["ingested_at"], held
    return {document: held for document, (_, held) in latest.items() if held}


async def registered(register: Collection, found: list[Found], scope: Scope) -> list[Found]:
    """Keep the chunks of registered versions: an ingest may be in flight, or have been cut off."""
    if scope.documents is not None:
        found = [item for item in found if item.chunk.document_id in scope.documents]
    documents = list(dict.fromkeys(item.chunk.document_id for item in found))
    current: dict[str, tuple[int, str]] = {}
    for batch in batches(documents):
        expression = every(READY, one_of("document_id", batch))
        for row in await register.query(expression, ["document_id", "version", "ingested_at"]):
            known = current.get(row["document_id"], (-1, ""))
            current[row["document_id"]] = max(known, (row["ingested_at"], row["version"]))
    return [item for item in found if current.get(item.chunk.document_id, (0, ""))[1] == item.chunk.version]


async def best_registered(
    register: Collection, search: Callable[[int], Awaitable[list[Row]]], scope: Scope, limit: int
) -> list[Found]:
    """Return the best `limit` registered chunks of a search, which takes how many rows to find."""
    most = limit
    rows = await search(most)
    found = await registered(register, [found_chunk(row) for row in rows], scope)
    while len(found) < limit and len(rows) == most < _MOST_LOOKED_AT:
        # A large document that is still being stored, and so is ignored, may take the first places.
        most = min(_LOOK_FURTHER * most, _MOST_LOOKED_AT)
        rows = await search(most)
        found = await registered(register, [found_chunk(row) for row in rows], scope)
    return found[:limit]


async def sample(register: Collection, present: int) -> list[Row]:
    """Return the rows of all documents of `present`, or of about `SAMPLE_DOCUMENTS` of them."""
    expression = READY
    if present > SAMPLE_DOCUMENTS:
        highest = int(16**8 * SAMPLE_DOCUMENTS / present)
        expression = every(READY, f'id < "{highest:08x}"')
    pages = register.scan(expression, ["chunk_count", "terms", "metadata", "ingested_at"])
    return [row async for rows in pages for row in rows]
