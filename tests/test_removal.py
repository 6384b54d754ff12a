"""Documents removed and brought back, and collections copied, on the real engine."""

import asyncio
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import SMALL, OpenIndex, run
from test_store import direction, document

from qa.errors import LoadError, StoreError
from qa.store import Index, catalog, failed_row
from qa.store.removal import bring_back, set_aside
from ui.collections import copy


async def stored(index: Index) -> tuple[dict[str, str], list[str], int]:
    documents = {row.source: row.version async for row in index.documents()}
    return documents, [row.source async for row in index.failures()], await index.chunks.count()


def broken(index: Index, source: str = "bad.pdf") -> object:
    return failed_row(index.identity, source, "is encrypted", sha256="b" * 64, size=7, modified=1)


async def ids(index: Index, *sources: str) -> list[str]:
    rows = [row async for row in index.documents()] + [row async for row in index.failures()]
    return [row.document_id for row in rows if row.source in sources]


def test_removed_documents_are_not_found_and_come_back_whole(new_index: OpenIndex, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document(f"{name}.txt", [name, "x"]) for name in "abc"])
            await index.record_failures([broken(index)])  # type: ignore[list-item]
            before = await stored(index)
            folder = tmp_path / "removed" / "1"
            assert await set_aside(index, await ids(index, "a.txt", "b.txt", "bad.pdf"), folder) == 3
            assert await stored(index) == ({"c.txt": before[0]["c.txt"]}, [], 2)
            found = await index.search_dense(direction(0), limit=9)
            assert {item.chunk.source for item in found} == {"c.txt"}
            assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())} <= {0o700, 0o600}
            assert await bring_back(index, folder) is not None
            assert await stored(index) == before
            found = await index.search_dense(direction(0), limit=9)
            assert {item.chunk.source for item in found} == {"a.txt", "b.txt", "c.txt"}
            assert not folder.exists()
            with pytest.raises(LoadError):
                await bring_back(index, folder)

    run(main)


def test_failure_alone_is_removed_and_comes_back(new_index: OpenIndex, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.record_failures([broken(index)])  # type: ignore[list-item]
            assert await set_aside(index, await ids(index, "bad.pdf"), tmp_path / "removed") == 1
            assert (await stored(index))[1] == []
            await bring_back(index, tmp_path / "removed")
            assert (await stored(index))[1] == ["bad.pdf"]

    run(main)


def test_what_was_ingested_again_meanwhile_stays(new_index: OpenIndex, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["old"]), document("b.txt", ["b"])])
            await set_aside(index, await ids(index, "a.txt", "b.txt"), tmp_path / "removed")
            newer = document("a.txt", ["new", "words"], sha256="1" * 64)
            await index.commit([newer])
            back = await bring_back(index, tmp_path / "removed")
            assert (back.documents, back.there) == (1, 1)
            documents, _, chunks = await stored(index)
            assert documents["a.txt"] == newer.row.version
            assert chunks == 3

    run(main)


def test_undo_after_a_rebuild_with_other_settings_says_so(new_index: OpenIndex, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["a"])])
            await set_aside(index, await ids(index, "a.txt"), tmp_path / "removed")
            assert index.generation
            await index.declare(replace(index.generation, settings=replace(SMALL, chunk_tokens=99)))
            with pytest.raises(StoreError, match="rebuilt with other settings"):
                await bring_back(index, tmp_path / "removed")
            assert (tmp_path / "removed").exists()

    run(main)


def test_folder_that_cannot_be_written_removes_nothing(new_index: OpenIndex, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["a"])])
            (tmp_path / "taken").mkdir()
            (tmp_path / "taken" / "x").touch()
            with pytest.raises(LoadError, match="not empty"):
                await set_aside(index, await ids(index, "a.txt"), tmp_path / "taken")
            assert "a.txt" in (await stored(index))[0]

    run(main)


def test_collection_is_copied_to_another_name_and_both_answer(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            await index.commit([document("a.txt", ["alpha", "beta"])])
            name = f"{index.name}_copy"
            copied = await copy(index.connection, index.name, name)
            assert (copied.documents, copied.chunks, copied.compared) == (1, 2, 1)
            other = Index(index.connection, name)
            try:
                await other.open()
                assert await stored(other) == await stored(index)
                with pytest.raises(StoreError, match="already exists"):
                    await copy(index.connection, index.name, name)
                with pytest.raises(StoreError, match="there is no collection"):
                    await copy(index.connection, "nowhere", "elsewhere")
            finally:
                await other.drop()

    run(main)


def test_collection_of_a_newer_release_is_named(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            assert index.generation
            newer = replace(index.generation, settings=replace(SMALL, format_version=99))
            await catalog.declare(index.connection, newer)
            with pytest.raises(StoreError, match=r"newer Footnote \(format 99"):
                await Index(index.connection, index.name).open()
            # It can still be dropped.
            await Index(index.connection, index.name, newer).drop()

    asyncio.run(main())
