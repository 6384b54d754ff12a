"""Groups of documents in partitions of their own: by what names they go, and which a search reads."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL, run, run_command
from test_store import direction, document

from qa.errors import StoreError
from qa.store import Index, Server, open_index
from qa.store.groups import group_of, groups_below, groups_of_path, partition_of, union
from qa.store.partitions import Partitions
from qa.store.where import Filter, parse_filter
from qa.store.within import within


@pytest.mark.parametrize(
    ("source", "group"),
    [
        ("docs/hr/pay/may.pdf", "docs/hr"),
        ("docs/hr/may.pdf", "docs/hr"),
        ("docs/may.pdf", "docs"),
        ("may.pdf", ""),
        ("docs/a.zip!/hr/x/may.pdf", "docs"),
        ("https://x.example/hr/pay/may", "https://x.example/hr"),
        ("https://x.example/", "https://x.example"),
        ("https://x.example", "https://x.example"),
    ],
)
def test_group_is_the_first_folders(source: str, group: str) -> None:
    assert group_of(source, 2) == group


SOURCES = [
    "docs/hr/pay/may.pdf", "docs/hr/may.pdf", "docs/may.pdf", "docs/hr", "may.pdf", "docs/a.zip!/hr/x/may.pdf",
    "https://x.example/hr/pay/may", "https://x.example/", "https://x.example", "docs/hr/a.zip!/b/c/d.txt",
]  # fmt: skip


@pytest.mark.parametrize("folders", [1, 2, 3])
@pytest.mark.parametrize(
    "path", [*SOURCES, "docs", "docs/hr/pay", "docs/a.zip", "docs/a.zip!/hr", "https://x.example/hr"]
)
def test_no_document_at_a_path_is_in_another_group(path: str, folders: int) -> None:
    """Else a search of the path would not find it."""
    found = Filter(sources=(path,))
    groups, below = groups_of_path(path, folders), groups_below(path, folders)
    for source in SOURCES:
        is_below = source.startswith((f"{path}/", f"{path}!/"))
        if is_below or source == path:
            assert groups is None or group_of(source, folders) in groups, found
        if source.startswith(f"{path}/"):
            assert below is None or group_of(source, folders) in below


def test_groups_that_are_not_known_are_all() -> None:
    assert union([frozenset({"a"}), None]) is None
    assert union([]) == frozenset()
    assert groups_below("docs", 2) is None


def test_partitions_have_names_that_milvus_takes_and_tell_groups_apart() -> None:
    names = [partition_of(group) for group in ("", "Docs/hr", "docs/hr", "docs_hr", "書類/人事", "a" * 4_000)]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.replace("_", "").isalnum() and len(name) < 100 for name in names)


# On an engine


GROUPED = Server(partition_folders=2)
SOURCES_STORED = ("docs/hr/pay.txt", "docs/hr/deep/leave.txt", "docs/it/server.txt", "docs/readme.txt")


def _has_partitions() -> bool:
    return not version("milvus-lite").startswith("2.")


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The partitions that were named, search by search."""
    seen: list[list[str]] = []
    before = Partitions._named

    async def noted(self: Partitions, groups: Any) -> list[str]:
        seen.append(found := await before(self, groups))
        return found

    monkeypatch.setattr(Partitions, "_named", noted)
    return seen


async def _store(index: Index, *sources: str) -> None:
    await index.commit([document(source, [source], sha256=f"{sum(map(ord, source)):064x}") for source in sources])


async def _found(reader: Any, *conditions: str) -> set[str]:
    where = parse_filter(conditions)
    found = await reader.search_dense(direction(0), limit=10, where=where)
    both = await reader.search_hybrid(direction(0), {1: 1.0}, limit=10, where=where)
    assert {item.chunk.source for item in both} == {item.chunk.source for item in found}
    return {item.chunk.source for item in found}


@pytest.mark.skipif(not _has_partitions(), reason="milvus-lite 2.5.1 has no partitions")
def test_search_of_a_folder_reads_its_partition(tmp_path: Path, named: list[list[str]]) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "index.db", "docs", GROUPED) as index:
            await index.open_or_create(SMALL)
            await _store(index, *SOURCES_STORED)
            hr, it, top = (partition_of(group) for group in ("docs/hr", "docs/it", "docs"))
            assert set(await index.chunks.partitions.names()) == {"_default", hr, it, top}
            assert await index.chunks.partitions.count_in(hr) == 2
            for conditions, partitions, sources in (
                (["source=docs/hr/deep"], [hr], {"docs/hr/deep/leave.txt"}),
                (["source=docs/hr"], sorted([hr, top]), {"docs/hr/pay.txt", "docs/hr/deep/leave.txt"}),
                (["source=server.txt"], [it], {"docs/it/server.txt"}),
                (["source=docs"], [], set(SOURCES_STORED)),
                ([], [], set(SOURCES_STORED)),
            ):
                named.clear()
                assert await _found(index, *conditions) == sources
                assert named[-1] == partitions
            # What somebody may not read is not in the partitions that are read for them.
            named.clear()
            assert await _found(within(index, (parse_filter(["source=docs/it/*"]),))) == {"docs/it/server.txt"}
            assert named[-1] == [it]
            assert await _found(within(index, (parse_filter(["type=txt"]),)), "source=docs/it") == {
                "docs/it/server.txt"
            }

    run(main)


@pytest.mark.skipif(not _has_partitions(), reason="milvus-lite 2.5.1 has no partitions")
def test_partition_goes_with_its_last_document(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "index.db", "docs", GROUPED) as index:
            await index.open_or_create(SMALL)
            await _store(index, *SOURCES_STORED)
            ids = {row.source: row.document_id async for row in index.documents()}
            await index.remove(ids["docs/hr/pay.txt"])
            assert partition_of("docs/hr") in await index.chunks.partitions.names()
            await index.remove(ids["docs/hr/deep/leave.txt"], ids["docs/readme.txt"])
            assert set(await index.chunks.partitions.names()) == {"_default", partition_of("docs/it")}
            assert await _found(index) == {"docs/it/server.txt"}
        # The next process knows the groups from the collection, whatever the setting says.
        async with open_index(tmp_path / "index.db", "docs") as index:
            await index.open()
            await _store(index, "docs/hr/new.txt")
            assert partition_of("docs/hr") in await index.chunks.partitions.names()

    run(main)


@pytest.mark.skipif(not _has_partitions(), reason="milvus-lite 2.5.1 has no partitions")
def test_only_some_folders_are_loaded_for_answers(
    tmp_path: Path, named: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Milvus server loads partitions, which `test_server` has on a real one; this engine takes no such request."""
    from pymilvus import AsyncMilvusClient

    asked: list[tuple[str, list[str]]] = []

    async def load_partitions(_client: object, _name: str, partitions: list[str], **_options: object) -> None:
        asked.append(("load", partitions))

    async def release_partitions(_client: object, _name: str, partitions: list[str], **_options: object) -> None:
        asked.append(("release", partitions))

    async def main() -> None:
        async with open_index(tmp_path / "footnote.db", "docs", GROUPED) as index:
            await index.open_or_create(SMALL)
            await _store(index, *SOURCES_STORED)
            with pytest.raises(StoreError, match=r"this engine cannot load 1 of the partitions of"):
                await index.chunks.load(frozenset({"docs/hr"}))
            monkeypatch.setattr(AsyncMilvusClient, "load_partitions", load_partitions)
            monkeypatch.setattr(AsyncMilvusClient, "release_partitions", release_partitions)
        hr = partition_of("docs/hr")
        async with open_index(tmp_path / "footnote.db", "docs", replace(GROUPED, loaded_folders=("docs/hr",))) as index:
            await index.open(answering=True)
            assert asked == [("load", [hr])]
            assert await _found(index) == {"docs/hr/pay.txt", "docs/hr/deep/leave.txt"}
            assert named[-1] == [hr]
            assert await _found(index, "source=docs/hr/pay.txt") == {"docs/hr/pay.txt"}
            with pytest.raises(StoreError, match=r"docs/it is not loaded here; add it to FOOTNOTE_LOADED_FOLDERS"):
                await _found(index, "source=docs/it/server.txt", "source=docs/it/*")
            # Whoever writes looks at all of it.
            await index.open()
            assert await _found(index) == set(SOURCES_STORED)
            with pytest.raises(StoreError, match=r'no document of "docs" is in docs/xx; name folders that have some'):
                await index.chunks.load(frozenset({"docs/xx"}))
        asked.clear()

    run(main)
    for action in ("load", "release"):
        command = ["collections", action, "docs", "--folder", "docs/it/", "--home", str(tmp_path)]
        assert run_command(command) == 0
    assert asked == [("load", [partition_of("docs/it")]), ("release", [partition_of("docs/it")])]


def test_folders_of_a_collection_without_groups_cannot_be_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "footnote.db", "docs") as index:
            await index.open_or_create(SMALL)

    run(main)
    assert run_command(["collections", "load", "docs", "--folder", "docs/it", "--home", str(tmp_path)]) == 1
    assert '"docs" is not parted by folders; set FOOTNOTE_PARTITION_FOLDERS and run' in capsys.readouterr().err
    assert run_command(["collections", "release", "docs", "--home", str(tmp_path)]) == 0


def test_collection_without_groups_stays_as_it_is(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "index.db", "docs") as index:
            await index.open_or_create(SMALL)
            await _store(index, *SOURCES_STORED)
        async with open_index(tmp_path / "index.db", "docs", GROUPED) as index:
            await index.open()
            await _store(index, "docs/hr/new.txt")
            assert index.chunks.partitions.folders == 0
            assert len(await _found(index, "source=docs/hr")) == 3

    run(main)


@pytest.mark.skipif(_has_partitions(), reason="this engine has partitions")
def test_engine_without_partitions_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "index.db", "docs", GROUPED) as index:
            with pytest.raises(StoreError, match="this engine has no partitions; leave FOOTNOTE_PARTITION_FOLDERS out"):
                await index.open_or_create(SMALL)
            assert not await Index(index.connection, "docs").exists()
            assert not await index.chunks.exists()

    run(main)


def test_groups_and_tenants_do_not_go_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--uri", "http://127.0.0.1:9", "--tenancy", "shared", "--partition-folders", "1"]
    assert run_command(["status", "--home", str(tmp_path), *options]) == 1
    assert "partition_folders and tenancy both part collections; set one of them" in capsys.readouterr().err
