"""What is left of an index for who may read a part of it: by every way there is to read it, on the real engine."""

import inspect
from collections.abc import Mapping
from dataclasses import replace

import pytest
from conftest import OpenIndex, run
from test_store import direction, document

from qa.errors import FilterError, StoreError
from qa.index_types import read_index_type
from qa.store import EmbeddedDocument, Index
from qa.store import within as within_module
from qa.store.collection import Collection
from qa.store.partitions import Partitions
from qa.store.reading import IndexReader
from qa.store.records import ChunkSpan
from qa.store.where import EVERYTHING, Filter, parse_filter
from qa.store.within import _CollectionWithin, _PartitionsWithin, within

HIDDEN = "hidden"
# By folders alone, and by what only the register knows.
RULES = {
    "folder": (["source=open/*"], []),
    "path": (["source=open/a.txt"], ["source=open/b.txt"]),
    "language": (["language=de"], []),
    "either": (["source=open/a.txt"], ["title=open/b.txt"]),
    "not": (["source!=secret/*"], []),
}


def said(source: str, texts: list[str], **metadata: str) -> EmbeddedDocument:
    made = document(source, texts, sha256=f"{sum(map(ord, source)):064x}")
    return replace(made, row=replace(made.row, metadata=metadata))


def only(rule: str) -> tuple[Filter, ...]:
    return tuple(parse_filter(conditions) for conditions in RULES[rule] if conditions)


async def filled(index: Index) -> None:
    await index.commit(
        [
            said("open/a.txt", ["open one", "open two"], language="de"),
            said("open/b.txt", ["open three"], language="de"),
            said("secret/c.txt", ["hidden one", "hidden two"], language="en"),
            said("openly/d.txt", ["hidden four"], language="en"),
            said("secret/c.txt!/f.txt", ["hidden five"], language="en"),
        ]
    )
    failed = said("secret/e.txt", ["hidden"], language="en").row
    await index.record_failures([replace(failed, id="f" * 32, status="failed", error="hidden reason")])


async def everything(reader: IndexReader, ids: list[str], spans: list[ChunkSpan]) -> dict[str, object]:
    """Return what each way to read brings."""
    rows = [row async for row in reader.documents()]
    held = await reader.holding({1, 2, 7})
    chunks = [chunk async for chunk in reader.chunks_of_all(await reader.rows())]
    failed = [row async for row in reader.failures()]
    return {
        "documents": rows,
        "rows": list(await reader.rows()),
        "dense": await reader.search_dense(direction(0), limit=9),
        "sparse": await reader.search_sparse({1: 1.0, 2: 1.0}, limit=9),
        "hybrid": await reader.search_hybrid(direction(0), {1: 1.0, 2: 1.0}, limit=9),
        "holding": held,
        "chunks of all": chunks,
        "chunks": [chunk for row in rows for chunk in await reader.chunks_of(row)],
        "passages": await reader.passages(ids),
        "around": await reader.around(spans),
        "row of": [await reader.row_of(span.document_id) for span in spans],
        "named": [await reader.row_named(source) for source in ("open/a.txt", "secret/c.txt")],
        "inside": await reader.rows_inside("secret/c.txt", 9),
        "days": await reader.days([span.document_id for span in spans]),
        "failures": failed,
        "facets": await reader.facets(),
        "status": await reader.status(),
        "terms": await reader.term_statistics(),
        "languages": reader.languages,
        "keys": await reader.chunks.present(ids),
        "got": await reader.chunks.get(ids, ["text"]),
    }


@pytest.mark.parametrize("rule", RULES)
def test_nothing_hidden_comes_back_by_any_way(new_index: OpenIndex, rule: str) -> None:
    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            rows = [row async for row in index.documents()]
            chunks = [chunk async for chunk in index.chunks_of_all(rows)]
            ids = [chunk.id for chunk in chunks]
            spans = [ChunkSpan(row.document_id, row.version, 0, 9) for row in rows]
            whole = await everything(index, ids, spans)
            part = await everything(within(index, only(rule)), ids, spans)
            assert HIDDEN in str(whole)
            assert "secret" in str(whole)
            shown = "not" if rule == "not" else "open"
            for way, found in part.items():
                assert "secret" not in str(found), way
                if shown == "open":
                    assert HIDDEN not in str(found), way
                    assert "openly" not in str(found), way
            counted = (4, 3) if rule == "not" else (3, 2)
            status = await within(index, only(rule)).status()
            assert (status.chunks, status.documents) == counted
            assert len(part["dense"]) == len(part["passages"]) == len(part["got"]) == counted[0]  # type: ignore[arg-type]
            assert part["failures"] == []

    run(main)


def test_asking_for_hidden_documents_is_like_asking_for_none(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            reader = within(index, only("folder"))
            for condition in ("source=secret/*", "source=absent/*", "language=en", "title=secret/c.txt"):
                where = parse_filter([condition])
                with pytest.raises(FilterError) as refused:
                    await reader.search_dense(direction(0), limit=5, where=where)
                told = str(refused.value).replace(str(where), "WHERE")
                assert told in (
                    f'no document of "{index.name}" matches WHERE',
                    f'no document of "{index.name}" matches WHERE; there are folders open',
                    f'no document of "{index.name}" matches WHERE; there are languages de',
                )
            found = await reader.search_dense(direction(0), limit=5, where=parse_filter(["source=open/b.txt"]))
            assert [item.chunk.text for item in found] == ["open three"]

    run(main)


def test_nothing_is_there_where_no_role_was_given(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            reader = within(index, ())
            assert (await reader.status()).documents == 0
            assert await reader.search_hybrid(direction(0), {1: 1.0}, limit=5) == []
            assert await reader.rows() == []
            assert (await reader.facets()).documents == 0
            assert within(index, (EVERYTHING,)) is index
            assert within(index, (*only("folder"), EVERYTHING)) is index

    run(main)


def test_document_that_no_longer_passes_is_hidden_with_its_new_text(new_index: OpenIndex) -> None:
    """Within the moment in which the rule is not looked up again, too."""

    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            reader = within(index, only("language"))
            assert len(await reader.search_dense(direction(0), limit=9)) == 3
            changed = said("open/b.txt", ["hidden now"], language="en")
            changed = replace(
                changed,
                row=replace(changed.row, id="a" * 32, version="b" * 32),
                chunks=tuple(replace(chunk, id="c" * 32, version="b" * 32) for chunk in changed.chunks),
            )
            await index.commit([changed])
            found = await reader.search_dense(direction(0), limit=9)
            assert {item.chunk.text for item in found} == {"open one", "open two"}
            assert "hidden" not in str(await reader.rows())

    run(main)


def test_new_document_that_passes_is_found_soon(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(within_module, "_FRESH_S", 0.0)

    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            reader = within(index, only("language"))
            assert (await reader.status()).documents == 2
            await index.commit([said("more/f.txt", ["another"], language="de")])
            assert (await reader.status()).documents == 3
            await index.remove((await reader.rows())[0].document_id)
            assert (await reader.status()).documents == 2

    run(main)


@pytest.mark.parametrize("most", [1, 10_000])
def test_more_documents_than_one_expression_names(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(within_module, "MOST_IDS", most)

    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            await index.commit([said(f"secret/{n}.txt", [f"hidden {n}"], language="en") for n in range(20)])
            reader = within(index, only("language"))
            assert (await reader.status()).chunks == 3
            assert await reader.chunks.count() == 3
            # Those that are hidden come first, and more than were asked for.
            found = await reader.search_dense(direction(0), limit=3)
            assert {item.chunk.text for item in found} == {"open one", "open two", "open three"}
            assert len([row async for page in reader.chunks.scan("", ["text"]) for row in page]) == 3

    run(main)


def test_nothing_can_be_written_through_a_part(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await filled(index)
            part = within(index, only("folder"))
            flat = read_index_type("FLAT", "dense")
            for write in (
                part.chunks.delete(""),
                part.chunks.drop(),
                part.chunks.insert([]),
                part.chunks.upsert([]),
                part.chunks.change_index("dense", flat),
                part.chunks.partitions.create("north"),
                part.chunks.partitions.drop("_default"),
            ):
                with pytest.raises(StoreError, match="can only be read"):
                    await write
            # How many rows a partition has is known to who may read them all.
            for other in (part.chunks.insert_in_groups([]), part.chunks.partitions.count_in("_default")):
                with pytest.raises(StoreError, match="can only be read"):
                    await other
            assert await index.chunks.count() == 7

    run(main)


def test_every_way_to_read_a_collection_is_known_here() -> None:
    """A new method of a collection must be one that carries the rule, or one of which no row comes."""
    carried = {"count", "get", "query", "search", "hybrid_search"}
    made_of_these = {"count_keys", "present", "scan", "keyed", "keyed_otherwise"}
    refused = {"insert", "insert_in_groups", "upsert", "delete", "drop", "create", "change_index"}
    of_the_engine = {"exists", "indexes", "load", "release", "flush"}
    assert _public(Collection) == carried | made_of_these | refused | of_the_engine
    own: Mapping[str, object] = vars(_CollectionWithin)
    assert carried | refused <= own.keys()


def test_every_way_to_change_partitions_is_refused_here() -> None:
    """A new method of partitions must be refused, or be one of which no row or count comes."""
    refused = {"count_in", "create", "drop"}
    of_the_engine = {"names", "load", "release", "load_groups", "in_groups"}
    assert _public(Partitions) == refused | of_the_engine
    own: Mapping[str, object] = vars(_PartitionsWithin)
    assert refused <= own.keys()


def _public(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}
