"""The store's contract, on the real engine: embedded by default, any server with FOOTNOTE_TEST_MILVUS_URI."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest
from conftest import SMALL, OpenIndex, run
from hypothesis import HealthCheck, given, settings, strategies

from qa.errors import CollectionMismatchError, StoreError, StoreUnavailableError
from qa.store import EmbeddedDocument, Index, new_row, open_index
from qa.store.client import NO_PINGS_MS, channel_options
from qa.store.collection import Collection
from qa.store.filters import LIST_LIMIT, batches, differs, equals, every, literal, one_of
from qa.store.ids import chunk_id, document_id, row_id, text_hash
from qa.store.rows import chunk_rows
from qa.types import Chunk, Document

EMBEDDED = "FOOTNOTE_TEST_MILVUS_URI" not in os.environ


def direction(number: int) -> np.ndarray:
    vector = np.zeros(SMALL.dim, dtype=np.float32)
    vector[number % SMALL.dim] = 1.0
    return vector


def document(
    source: str, texts: list[str], *, sha256: str = "0" * 64, terms: list[Mapping[int, float]] | None = None
) -> EmbeddedDocument:
    """A document of one chunk per text; the n-th chunk points into the n-th direction and holds the term n + 1."""
    row = new_row(
        "tests",
        Document(source, source, "\n".join(texts), "text/plain"),
        sha256=sha256,
        size=1,
        modified=2,
        chunk_count=len(texts),
    )
    chunks = [
        Chunk(
            chunk_id(row.document_id, row.version, number),
            row.document_id,
            row.version,
            number,
            source,
            source,
            "",
            0,
            0,
            len(text),
            text,
            {"n": "1"},
        )
        for number, text in enumerate(texts)
    ]
    return EmbeddedDocument(
        row,
        tuple(chunks),
        np.stack([direction(number) for number in range(len(texts))]),
        tuple(terms if terms is not None else [{number + 1: 1.5} for number in range(len(texts))]),
        tuple(text_hash(text) for text in texts),
    )


async def sources(index: Index) -> dict[str, str]:
    return {row.source: row.version async for row in index.documents()}


# Documents and versions


def test_document_is_found_by_direction_and_by_term(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            [dense, *_] = await index.search_dense(direction(1), limit=2)
            assert (dense.chunk.text, dense.chunk.source, dense.chunk.ordinal) == ("beta", "a.txt", 1)
            assert dense.score == pytest.approx(1.0)
            [sparse] = await index.search_sparse({1: 2.0}, limit=5)
            assert (sparse.chunk.text, sparse.score) == ("alpha", pytest.approx(3.0))
            assert dense.chunk.metadata == {"n": "1"}

    run(main)


def test_index_is_made_without_the_pause_in_which_pymilvus_waits_for_it(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pymilvus.client.async_grpc_handler import AsyncGrpcHandler

    async def never(*_arguments: object, **_options: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(AsyncGrpcHandler, "wait_for_creating_index", never)

    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["one"])])
            assert (await index.status()).chunks == 1

    run(main)


def test_hybrid_scores_are_reciprocal_ranks_and_vectors_come_along(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            found = await index.search_hybrid(direction(0), {1: 1.0}, limit=10, rrf_k=60)
            assert [item.chunk.text for item in found] == ["alpha", "beta"]
            # alpha leads both lists, beta is second in the dense one.
            assert found[0].score == pytest.approx(2 / 61)
            assert found[1].score == pytest.approx(1 / 62)
            assert found[0].dense is not None
            assert found[0].dense == pytest.approx(direction(0))
            assert found[0].sparse == {1: pytest.approx(1.5)}

    run(main)


def test_warming_up_finds_nothing_and_changes_nothing(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.warm()
            await index.commit([document("a.txt", ["alpha"])])
            await index.warm()
            assert [item.chunk.text for item in await index.search_sparse({1: 1.0}, limit=5)] == ["alpha"]

    run(main)


def test_leg_without_terms_is_left_out(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            assert await index.search_sparse({}, limit=5) == []
            found = await index.search_hybrid(direction(1), {}, limit=5)
            assert found[0].chunk.text == "beta"

    run(main)


def test_chunk_without_terms_is_stored_and_found_by_meaning_only(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["…"], terms=[{}])])
            assert (await index.search_dense(direction(0), limit=1))[0].chunk.text == "…"
            assert await index.search_sparse({1: 1.0}, limit=1) == []

    run(main)


def test_new_version_replaces_the_old_one(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            newer = document("a.txt", ["gamma"], sha256="1" * 64)
            await index.commit([newer])
            assert await sources(index) == {"a.txt": newer.row.version}
            assert await index.chunks.count() == 1
            assert (await index.status()).chunks == 1

    run(main)


def test_documents_that_swap_their_versions_are_replaced_wholly(new_index: OpenIndex) -> None:
    """What is old of the one is new of the other, as where two files swap their names within one batch."""

    async def main() -> None:
        async with new_index() as index:
            others = [document(f"{n}.txt", ["gamma"], sha256="3" * 64) for n in range(3)]
            swapped = [("a.txt", "1"), ("b.txt", "2")]
            await index.commit([*(document(name, ["alpha", name], sha256=v * 64) for name, v in swapped), *others])
            swapped = [("a.txt", "2"), ("b.txt", "1")]
            newer = [document(name, ["beta"], sha256=v * 64) for name, v in swapped]
            await index.commit(newer)
            rows = {row.source: row.version async for row in index.documents()}
            assert rows == {one.row.source: one.row.version for one in (*newer, *others)}
            assert sorted([found.chunk.text for found in await index.search_dense(direction(0), limit=9)]) == [
                "beta", "beta", "gamma", "gamma", "gamma",
            ]  # fmt: skip
            assert await index.chunks.count() == 5
            assert await index.register.count(equals("status", "ready")) == 5

    run(main)


def test_many_documents_are_replaced_and_removed_in_few_requests(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one each took the engine 60 to 80 ms."""
    from pymilvus import AsyncMilvusClient

    deletions = 0
    delete = AsyncMilvusClient.delete

    async def counted(self: AsyncMilvusClient, *arguments: object, **options: object) -> object:
        nonlocal deletions
        deletions += 1
        return await delete(self, *arguments, **options)

    monkeypatch.setattr(AsyncMilvusClient, "delete", counted)
    many = 2 * LIST_LIMIT + 1

    async def main() -> None:
        async with new_index() as index:
            await index.commit([document(f"{n}.txt", ["alpha", "beta"]) for n in range(many)], replacing=False)
            await index.commit([document(f"{n}.txt", ["gamma"], sha256="1" * 64) for n in range(1, many)])
            assert (await index.chunks.count(), await index.register.count(equals("status", "ready"))) == (
                many + 1,
                many,
            )
            assert deletions <= 2 * 5
            await index.remove(*(document_id("tests", f"{n}.txt") for n in range(1, many - 1)))
            assert {row.source async for row in index.documents()} == {"0.txt", f"{many - 1}.txt"}
            assert await index.chunks.count() == 3
            assert deletions <= 2 * 5 + 2 * 3

    run(main)


def test_removed_document_takes_its_chunks_and_terms_along(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            gone = document("a.txt", ["alpha"])
            await index.commit([gone, document("b.txt", ["alpha", "beta"])])
            assert (await index.term_statistics()).frequencies[1] == 2
            await index.remove(gone.row.document_id)
            known = await index.term_statistics()
            assert (known.chunk_count, known.frequencies[1], known.frequencies[2]) == (2, 1, 1)
            assert await index.chunks.count() == 2

    run(main)


def test_what_lies_in_a_file_is_found_by_its_name(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            names = (
                "a.eml",
                "a.eml!/b.zip",
                "a.eml!/b.zip!/c.txt",
                "a.eml!",
                "a.emlx!/d.txt",
                "x/a.eml!/e.txt",
                "a.eml/f",
            )
            await index.commit([document(name, ["one"], sha256=f"{at:064x}") for at, name in enumerate(names)])
            found = await index.rows_inside("a.eml", 9)
            assert [row.source for row in found] == ["a.eml!/b.zip", "a.eml!/b.zip!/c.txt"]
            assert [row.source for row in await index.rows_inside("a.eml!/b.zip", 9)] == ["a.eml!/b.zip!/c.txt"]
            assert await index.rows_inside('"', 9) == []
            named = await index.row_named("a.eml")
            assert named
            assert named.source == "a.eml"
            assert await index.row_named("b.zip") is None

    run(main)


def test_term_statistics_follow_a_changed_document(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            assert dict((await index.term_statistics()).frequencies) == {1: 1, 2: 1}
            await index.commit([document("a.txt", ["x"], sha256="1" * 64, terms=[{9: 1.0}])])
            assert dict((await index.term_statistics()).frequencies) == {9: 1}

    run(main)


def test_chunks_without_a_register_row_are_invisible_and_cleared(new_index: OpenIndex) -> None:
    """An ingest that was killed after inserting chunks left this behind."""

    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha"])])
            crashed = document("a.txt", ["omega", "psi"], sha256="1" * 64)
            await insert_chunks(index, crashed)
            assert [item.chunk.text for item in await index.search_dense(direction(0), limit=5)] == ["alpha"]
            assert await index.clear_unregistered() == 2
            assert await index.chunks.count() == 1
            assert await index.clear_unregistered() == 0

    run(main)


def test_commit_takes_over_chunks_that_arrived_before_a_crash(new_index: OpenIndex) -> None:
    """Inserting over an existing key doubles the row on 2.5.1."""

    async def main() -> None:
        async with new_index() as index:
            later = document("a.txt", ["alpha", "beta"])
            await insert_chunks(index, later, only=1)
            await index.commit([later])
            assert await index.chunks.count() == 2

    run(main)


def test_chunks_that_arrived_twice_are_stored_once(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pymilvus repeats a request whose answer was lost; reading shows one row, only counting shows two."""
    from pymilvus import AsyncMilvusClient

    insert = AsyncMilvusClient.insert

    async def twice(self: AsyncMilvusClient, *arguments: object, **options: object) -> object:
        monkeypatch.setattr(AsyncMilvusClient, "insert", insert)
        await insert(self, *arguments, **options)
        return await insert(self, *arguments, **options)

    async def main() -> None:
        async with new_index() as index:
            monkeypatch.setattr(AsyncMilvusClient, "insert", twice)
            await index.commit([document("a.txt", ["alpha", "beta"])])
            assert await index.chunks.count() == 2

    run(main)


def test_interrupted_replacement_shows_the_newer_version_alone(new_index: OpenIndex) -> None:
    """Killed between registering the new version and deleting the old one."""

    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["old"])])
            await index.commit([document("a.txt", ["new"], sha256="1" * 64)], replacing=False)
            assert [item.chunk.text for item in await index.search_dense(direction(0), limit=5)] == ["new"]
            assert await index.clear_unregistered() == 1
            assert await index.register.count(equals("status", "ready")) == 1

    run(main)


async def insert_chunks(index: Index, embedded: EmbeddedDocument, only: int | None = None) -> None:
    await index.chunks.insert(chunk_rows(embedded)[:only])


def test_vectors_are_found_by_the_text_they_were_made_of(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            found = await index.vectors([text_hash("beta"), text_hash("never")])
            assert list(found) == [text_hash("beta")]
            assert found[text_hash("beta")] == pytest.approx(direction(1))

    run(main)


def test_hostile_names_harm_nothing(new_index: OpenIndex) -> None:
    names = ["x') or ('1'='1", 'say "hi"\\', "drop\ttable\n", "Größe µ 測試 🌊.txt", "' or 1==1 --"]

    async def main() -> None:
        async with new_index() as index:
            await index.commit([document(name, ["alpha"]) for name in names])
            await index.commit([document(names[0], ["beta"], sha256="1" * 64)])
            assert set(await sources(index)) == set(names)
            await index.remove(document_id("tests", names[1]))
            assert set(await sources(index)) == set(names) - {names[1]}

    run(main)


# Definition and settings


def test_other_settings_are_refused_and_named(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            with pytest.raises(CollectionMismatchError, match="chunk_tokens 40, not 50"):
                await index.open_or_create(replace(SMALL, chunk_tokens=50))
            await index.open_or_create(SMALL)

    run(main)


def test_missing_collection_is_named_with_the_next_step(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index(create=False) as index:
            with pytest.raises(StoreError, match=r'no collection "\w+_tests" yet.*footnote ingest PATH'):
                await index.open()

    run(main)


def test_interrupted_creation_is_completed(new_index: OpenIndex) -> None:
    from qa.store import schema

    async def main() -> None:
        async with new_index(create=False) as index:
            await index.chunks.create(schema.chunk_schema(SMALL.dim), {})
            assert not await index.exists()
            await index.open_or_create(SMALL)
            assert await index.open() == SMALL

    run(main)


def test_rows_survive_closing_and_opening(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha"])])
            await index.flush()
        async with new_index() as index:
            assert (await index.status()).documents == 1

    run(main)


def test_dropped_index_is_gone(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha"])])
            await index.drop()
            assert not await index.exists()
            await index.drop()
            await index.open_or_create(SMALL)
            assert (await index.status()).documents == 0

    run(main)


# One collection


def rows_of(count: int, text: str = "t") -> list[dict[str, object]]:
    return chunk_rows(document("many.txt", [f"{text}{number}" for number in range(count)]))


def test_scan_yields_each_row_once_beyond_one_page(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.store.collection.QUERY_ROWS", 20)

    async def main() -> None:
        async with new_index() as index:
            rows = rows_of(301)
            await index.chunks.insert(rows)
            pages = [page async for page in index.chunks.scan("", ["id"])]
            assert len(pages) > 10
            assert sorted(row["id"] for page in pages for row in page) == sorted(row["id"] for row in rows)

    run(main)


def test_filter_holds_on_every_leg(new_index: OpenIndex) -> None:
    """`hybrid_search(filter=…)` is accepted and ignored by every engine."""

    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"]), document("b.txt", ["alpha", "beta"])])
            only = equals("source", "b.txt")
            for vectors in ({"dense": direction(0)}, {"sparse": {1: 1.0}}, {"dense": direction(0), "sparse": {1: 1.0}}):
                rows = await index.chunks.hybrid_search(vectors, limit=10, expression=only, fields=["source"])
                assert {row["source"] for row in rows} == {"b.txt"}
            rows = await index.chunks.search("dense", direction(0), limit=10, expression=only, fields=["source"])
            assert {row["source"] for row in rows} == {"b.txt"}

    run(main)


def test_get_and_query_return_what_was_asked(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            rows = rows_of(3)
            await index.chunks.insert(rows)
            [row] = await index.chunks.get([str(rows[1]["id"]), "f" * 32], ["text", "ordinal"])
            assert (row["text"], row["ordinal"]) == ("t1", 1)
            found = await index.chunks.query("ordinal >= 1", ["text"])
            assert sorted(row["text"] for row in found) == ["t1", "t2"]
            assert await index.chunks.count("ordinal >= 1") == 2

    run(main)


def test_upsert_overwrites_by_key(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            [row] = rows_of(1)
            await index.chunks.upsert([row])
            await index.chunks.upsert([{**row, "text": "changed"}])
            assert await index.chunks.count() == 1
            assert (await index.chunks.get([str(row["id"])], ["text"]))[0]["text"] == "changed"

    run(main)


def test_delete_returns_how_many_and_notices_when_nothing_goes(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AsyncMilvusClient.delete never looks at the response."""

    async def main() -> None:
        async with new_index() as index:
            await index.chunks.insert(rows_of(3))
            assert await index.chunks.delete("ordinal == 1") == 1
            assert await index.chunks.delete("ordinal == 1") == 0

            async def ignore(*_: object, **__: object) -> dict[str, int]:
                return {}

            monkeypatch.setattr("pymilvus.AsyncMilvusClient.delete", ignore)
            with pytest.raises(StoreError, match="kept 2 of 2 rows"):
                await index.chunks.delete("ordinal >= 0")

    run(main)


def test_refused_expression_is_an_error_and_not_an_empty_list(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            for call in (
                index.chunks.delete("zz == 1"),
                index.chunks.query("zz == 1", ["id"]),
                index.chunks.count("zz"),
            ):
                with pytest.raises(StoreError):
                    await call

    run(main)


def test_release_and_load(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.chunks.insert(rows_of(2))
            await index.chunks.flush()
            await index.chunks.release()
            await index.chunks.load()
            assert await index.chunks.count() == 2

    run(main)


def test_partitions_work_or_say_who_has_them(new_index: OpenIndex) -> None:
    """milvus-lite 2.5.1 has none."""

    async def main() -> None:
        async with new_index() as index:
            if EMBEDDED and version("milvus-lite").startswith("2."):
                with pytest.raises(StoreError, match=r"this engine cannot .* a Milvus server"):
                    await index.chunks.partitions.create("north")
                return
            await index.chunks.partitions.create("north")
            await index.chunks.partitions.create("north")
            assert set(await index.chunks.partitions.names()) == {"_default", "north"}
            await index.chunks.insert(rows_of(2), partition="north")
            assert await index.chunks.count() == 2
            await index.chunks.partitions.drop("north")
            assert "north" not in await index.chunks.partitions.names()
            assert await index.chunks.count() == 0

    run(main)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "é" * 40_000}, r'field "text" of "\w+" takes 65535 bytes, got 80000'),
        ({"title": "t" * 1025}, r'field "title" of "\w+" takes 1024 bytes, got 1025'),
    ],
)
def test_too_long_text_is_refused_before_anything_is_inserted(
    new_index: OpenIndex, change: dict[str, str], message: str
) -> None:
    async def main() -> None:
        async with new_index() as index:
            first, second = rows_of(2)
            with pytest.raises(StoreError, match=message):
                await index.chunks.insert([first, {**second, **change}])
            assert await index.chunks.count() == 0

    run(main)


def test_key_twice_in_a_batch_is_refused(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            [row] = rows_of(1)
            with pytest.raises(StoreError, match="occurs twice"):
                await index.chunks.insert([row, row])

    run(main)


def test_large_insert_goes_in_several_requests(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.store.requests.REQUEST_BYTES", 5_000)

    async def main() -> None:
        async with new_index() as index:
            await index.chunks.insert(rows_of(50, "word " * 100))
            assert await index.chunks.count() == 50

    run(main)


def test_server_that_is_down_is_named_in_one_line() -> None:
    async def main() -> None:
        async with open_index("http://127.0.0.1:9", "tests", timeout_s=2.0):
            pass

    with pytest.raises(
        StoreUnavailableError, match=r"http://127\.0\.0\.1:9: Connection refused; .*FOOTNOTE_URI"
    ) as raised:
        run(main)
    assert "\n" not in str(raised.value)


def test_every_exception_class_of_pymilvus_is_translated() -> None:
    from pymilvus import exceptions

    from qa.store.client import translate

    classes = [
        c for c in vars(exceptions).values() if isinstance(c, type) and issubclass(c, exceptions.MilvusException)
    ]
    assert len(classes) > 10
    for kind in classes:
        with pytest.raises(StoreError), translate("test"):
            raise kind(message="no\nsecond line")


# Expressions


def test_expressions() -> None:
    assert equals("source", 'a"b\\') == r'source == "a\"b\\"'
    assert differs("page", 3) == "page != 3"
    assert one_of("id", ["a", "b"]) == 'id in ["a", "b"]'
    assert every("a == 1", "", "b == 2") == "(a == 1) and (b == 2)"
    assert every("") == ""


def test_lists_are_never_empty_nor_too_long() -> None:
    with pytest.raises(ValueError, match="1 to 500"):
        one_of("id", [])
    with pytest.raises(ValueError, match="1 to 500"):
        one_of("id", map(str, range(501)))
    assert [len(batch) for batch in batches(map(str, range(1001)))] == [500, 500, 1]
    assert list(batches([])) == []


@pytest.mark.parametrize("value", ["a\nb", "\x00", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(StoreError, match="control character"):
        literal(value)


def test_any_text_is_found_by_its_own_literal_and_by_no_other(new_index: OpenIndex) -> None:
    """The property that keeps values from becoming syntax, against the engine's own parser."""
    texts = strategies.text(
        strategies.one_of(strategies.sampled_from("\"'\\%_{}[]() =or"), strategies.characters(codec="utf-8")),
        min_size=1,
        max_size=40,
    ).filter(lambda text: not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in text))

    async def main() -> None:
        async with new_index() as index:
            await index.chunks.insert(rows_of(3))
            loop = asyncio.get_running_loop()

            @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
            @given(texts)
            def holds(text: str) -> None:
                async def check(collection: Collection) -> int:
                    return await collection.count(equals("title", text))

                expected = 3 if text == "many.txt" else 0
                assert asyncio.run_coroutine_threadsafe(check(index.chunks), loop).result() == expected

            await asyncio.to_thread(holds)
            assert await index.chunks.count(equals("title", "many.txt")) == 3

    run(main)


def test_keys_are_hex_and_keep_parts_apart() -> None:
    assert document_id("ab", "c") != document_id("a", "bc")
    assert chunk_id("d", "v", 1) != chunk_id("d", "v", 2)
    for key in (document_id("c", "x') or ('1'='1"), row_id("d", "v"), text_hash("\ud800")):
        assert len(key) == 32
        assert set(key) <= set("0123456789abcdef")


def test_embedded_engine_is_never_pinged() -> None:
    """It hangs up on a client that is silent for 40 s otherwise, as while a model loads on a busy machine."""
    assert channel_options("unix:/tmp/engine")["grpc.keepalive_time_ms"] == NO_PINGS_MS
    assert "grpc.keepalive_time_ms" not in channel_options("http://localhost:19530")
