"""Several indexes in one pair of collections: each sees its own rows alone.

On a server the field is the partition key, which `test_server` has on a real one; here it is a plain field.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SMALL, run, run_command
from test_collections import papers
from test_store import direction, document

from qa.errors import StoreUnavailableError
from qa.store import Index, Server, catalog, open_index
from qa.store.collection import Collection
from qa.store.connection import open_connection
from qa.store.transfer import copy

SHARED = Server(tenancy="shared")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


@asynccontextmanager
async def tenants(database: Path) -> AsyncIterator[tuple[Index, Index]]:
    async with open_connection(database, SHARED, idle_s=2.0) as connection:
        north, south = Index(connection, "north"), Index(connection, "south")
        await north.open_or_create(SMALL)
        await south.open_or_create(SMALL)
        await north.commit([document("a.txt", ["alpha north", "beta north"])])
        await south.commit([document("a.txt", ["alpha south"], sha256="1" * 64), document("b.txt", ["gamma south"])])
        yield north, south


def test_tenants_share_collections_and_see_their_own_rows(database: Path) -> None:
    async def main() -> None:
        async with tenants(database) as (north, south):
            names = await north.connection.call("list", lambda client: client.list_collections())
            assert set(names) == {"shared_d8", "shared_documents"}
            for index, texts in ((north, {"alpha north", "beta north"}), (south, {"alpha south", "gamma south"})):
                vector, weights = direction(0), {1: 1.0}
                assert {item.chunk.text for item in await index.search_dense(vector, limit=9)} == texts
                assert {item.chunk.text for item in await index.search_sparse(weights, limit=9)} <= texts
                assert {item.chunk.text for item in await index.search_hybrid(vector, weights, limit=9)} == texts
                assert await index.chunks.count() == 2
                rows = [row async for page in index.chunks.scan("", ["id", "text"]) for row in page]
                assert {row["text"] for row in rows} == texts
            keys = [row["id"] for row in await north.chunks.query("", ["id"])]
            assert await south.chunks.get(keys, ["text"]) == []
            assert await south.chunks.present(keys) == []
            assert await south.chunks.count_keys(keys) == 0
            assert (await north.term_statistics()).chunk_count == 2
            assert (await north.status()).documents == 1

    run(main)


def test_dropping_and_deleting_stay_with_the_tenant(database: Path) -> None:
    async def main() -> None:
        async with tenants(database) as (north, south):
            assert await north.chunks.delete("ordinal >= 0") == 2
            assert await south.chunks.count() == 2
            await north.drop()
            assert not await north.exists()
            assert (await south.status()).documents == 2
            assert [item.name for item in await catalog.generations(south.connection)] == ["south"]

    run(main)


def test_reader_of_a_dropped_tenant_is_told_to_ask_again(database: Path) -> None:
    async def main() -> None:
        async with tenants(database) as (north, _), open_index(database, "north", SHARED, idle_s=2.0) as reader:
            await reader.open()
            await north.drop()
            with pytest.raises(StoreUnavailableError, match="rebuilt, renamed or dropped meanwhile"):
                await reader.term_statistics()

    run(main)


def test_copy_with_the_keys_of_its_original_is_dropped_alone(database: Path) -> None:
    """A reindex makes such a copy, and drops the original: Milvus deletes by key, whoever's row it is."""

    async def main() -> None:
        async with tenants(database) as (north, _):
            twin = Index(north.connection, "twin")
            await twin.open_or_create(SMALL, identity=north.identity)
            await twin.commit([document("a.txt", ["alpha north", "beta north"])])
            found = [await index.search_dense(direction(0), limit=9) for index in (north, twin)]
            assert {item.chunk.id for item in found[0]} == {item.chunk.id for item in found[1]}
            everything = Collection(north.connection, "shared_d8", byte_limits={})
            assert len({row["id"] for row in await everything.query("", ["id"])}) == 6
            await north.drop()
            assert await twin.chunks.count() == 2
            assert (await twin.status()).documents == 1

    run(main)


def test_tenant_is_renamed_and_vectors_of_another_length_go_elsewhere(database: Path) -> None:
    async def main() -> None:
        async with tenants(database) as (north, _):
            assert north.generation
            await north.declare(replace(north.generation, name="arctic"))
            arctic = Index(north.connection, "arctic")
            assert await arctic.exists()
            assert (await arctic.status()).documents == 1
            await Index(north.connection, "wide").open_or_create(replace(SMALL, dim=16))
            names = await north.connection.call("list", lambda client: client.list_collections())
            assert set(names) == {"shared_d8", "shared_d16", "shared_documents"}

    run(main)


def test_copy_into_a_shared_pair_and_out_again(database: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            open_index(tmp_path / "own.db", "documents", idle_s=2.0) as source,
            open_index(database, "documents", SHARED, idle_s=2.0) as shared,
            open_index(tmp_path / "out.db", "documents", idle_s=2.0) as out,
        ):
            await source.open_or_create(SMALL)
            await source.commit(papers())
            assert (await copy(source, shared)).documents == 8
            assert (await copy(shared, out)).documents == 8

    run(main)


def test_embedded_engine_refuses_the_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["status", "--home", str(tmp_path), "--tenancy", "shared"]) == 1
    assert "tenancy needs a Milvus server" in capsys.readouterr().err
