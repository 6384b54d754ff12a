"""A folder and an index kept in step for years: what moves, fails, is mounted elsewhere, cut off, or shared out."""

import asyncio
import os
import shutil
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import OpenIndex, run
from fakes import FakeDense
from numpy.typing import NDArray
from test_pipeline import ALPHA, BETA, GAMMA, SPARSE, SPLITTER, counts, held, ingested, rows_of

from ingest import Limits, Selection, Wishes, discover, ingest, plan_only
from ingest.discover.sources import FileSource, Fingerprint
from ingest.read.workers import Workers
from ingest.report import Change, IngestReport
from ingest.split import pieces
from qa.errors import StoreError
from qa.store import Index
from qa.text.embedded import embedded_text
from qa.types import Chunk, Document

_BROKEN = b"\0\1\2 no text \0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two small files, last changed an hour ago."""
    folder = tmp_path / "docs"
    folder.mkdir()
    write(folder / "a.txt", f"{ALPHA}\n\n{BETA}")
    write(folder / "b.txt", "Beta file")
    return folder


def write(path: Path, content: str | bytes, *, at: int = 1_700_000_000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (at, at))


async def sync(index: Index, folder: Path, **wishes: Any) -> IngestReport:
    selection = wishes.pop("selection", None)
    found = discover([folder], selection)
    return await ingest(
        found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE, wishes=Wishes(**wishes)
    )


async def names(index: Index) -> list[str]:
    return sorted([row.source async for row in index.documents()])


# Unchanged


def test_unchanged_file_is_not_even_read(new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)

            def read(_source: FileSource) -> Fingerprint:
                raise AssertionError("read")

            monkeypatch.setattr(FileSource, "fingerprint", read)
            assert counts(await sync(index, folder)) == {"unchanged": 2}
            with pytest.raises(AssertionError, match="read"):
                await sync(index, folder, checksum=True)

    run(main)


def test_file_that_changed_within_its_size_and_time_is_found_by_checksum(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            write(folder / "b.txt", "Beta filE")
            assert counts(await sync(index, folder)) == {"unchanged": 2}
            assert counts(await sync(index, folder, checksum=True)) == {"unchanged": 1, "updated": 1}

    run(main)


def test_file_that_changed_just_before_it_was_stored_is_read_again(new_index: OpenIndex, folder: Path) -> None:
    """Within the clock's tick it may have changed twice."""

    async def main() -> None:
        async with new_index() as index:
            # A time that no machine is too slow for.
            moment = time.time_ns() + 60 * 10**9
            (folder / "b.txt").write_text("one")
            os.utime(folder / "b.txt", ns=(moment, moment))
            await sync(index, folder)
            (folder / "b.txt").write_text("two")
            os.utime(folder / "b.txt", ns=(moment, moment))
            assert counts(await sync(index, folder)) == {"unchanged": 1, "updated": 1}

    run(main)


# Moved


def test_renamed_file_keeps_its_vectors_and_gets_its_new_title(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            (folder / "a.txt").rename(folder / "new-name.txt")
            report = await sync(index, folder)
            assert counts(report) == {"moved": 1, "unchanged": 1}
            assert (report.chunks_embedded, report.chunks_reused) == (0, 2)
            assert await held(index) == {"b.txt": ["Beta file"], "new-name.txt": [ALPHA, BETA]}
            assert (await rows_of(index))["new-name.txt"].title == "new name"
            assert counts(await sync(index, folder)) == {"unchanged": 2}

    run(main)


def test_of_two_equal_files_each_is_moved_once(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            write(folder / "c.txt", "Beta file")
            await sync(index, folder)
            (folder / "b.txt").rename(folder / "x.txt")
            (folder / "c.txt").rename(folder / "y.txt")
            shutil.copy2(folder / "x.txt", folder / "z.txt")
            assert counts(await sync(index, folder)) == {"moved": 2, "added": 1, "unchanged": 1}

    run(main)


def test_folder_mounted_elsewhere_is_unchanged(new_index: OpenIndex, folder: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            elsewhere = tmp_path / "mnt" / "docs"
            shutil.move(folder, elsewhere)
            assert counts(await sync(index, elsewhere)) == {"unchanged": 2}
            (elsewhere / "b.txt").unlink()
            assert counts(await sync(index, elsewhere)) == {"unchanged": 1, "removed": 1}
            assert await names(index) == ["docs/a.txt"]

    run(main)


def test_two_folders_of_one_name_live_side_by_side(new_index: OpenIndex, folder: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            other = tmp_path / "other" / "docs"
            write(other / "a.txt", GAMMA)
            await sync(index, folder)
            report = await sync(index, other)
            assert counts(report) == {"added": 1}
            assert report.remarks == [f'{other} is stored as "docs (2)": another "docs" was there']
            assert await names(index) == ["docs (2)/a.txt", "docs/a.txt", "docs/b.txt"]
            for again in (other, folder):
                report = await sync(index, again)
                assert set(counts(report)) == {"unchanged"}
            assert await names(index) == ["docs (2)/a.txt", "docs/a.txt", "docs/b.txt"]

    run(main)


def test_folder_takes_the_label_that_it_is_given(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder, label="mine")
            assert await names(index) == ["mine/a.txt", "mine/b.txt"]
            assert counts(await sync(index, folder)) == {"unchanged": 2}

    run(main)


def test_single_file_is_the_same_document_as_in_its_folder(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            assert counts(await ingested(index, folder / "a.txt")) == {"added": 1}
            assert counts(await sync(index, folder)) == {"added": 1, "unchanged": 1}
            assert counts(await ingested(index, folder / "b.txt")) == {"unchanged": 1}
            assert await names(index) == ["docs/a.txt", "docs/b.txt"]

    run(main)


def test_folder_around_a_known_one_takes_its_documents_over(new_index: OpenIndex, folder: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            report = await sync(index, tmp_path, label="all")
            assert counts(report) == {"moved": 2}
            assert report.chunks_embedded == 0
            assert await names(index) == ["all/docs/a.txt", "all/docs/b.txt"]
            assert counts(await sync(index, folder)) == {"unchanged": 2}

    run(main)


def test_documents_stored_under_absolute_paths_are_taken_over(
    new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Indexes made before files were registered by their folders."""

    async def main() -> None:
        async with new_index() as index:
            with monkeypatch.context() as before:
                before.setattr(
                    "ingest.plan.roots.Root.name_of", lambda root, path: str(path) if root.label == "docs" else ""
                )
                before.setattr("ingest.plan.roots.Root.metadata", lambda _root: {})
                await sync(index, folder)
            assert await names(index) == [str(folder / "a.txt"), str(folder / "b.txt")]
            report = await sync(index, folder)
            assert counts(report) == {"moved": 2}
            assert report.chunks_embedded == 0
            assert await names(index) == ["docs/a.txt", "docs/b.txt"]

    run(main)


# Removed


def test_removed_file_stays_when_asked_to(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            (folder / "a.txt").unlink()
            assert counts(await sync(index, folder, keep_removed=True)) == {"unchanged": 1}
            assert await names(index) == ["docs/a.txt", "docs/b.txt"]

    run(main)


def test_file_that_is_ignored_now_is_removed_and_one_that_is_excluded_stays(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            assert counts(await sync(index, folder, selection=Selection(exclude=("a.txt",)))) == {"unchanged": 1}
            assert await names(index) == ["docs/a.txt", "docs/b.txt"]
            (folder / ".footnoteignore").write_text("a.txt")
            assert counts(await sync(index, folder)) == {"unchanged": 1, "removed": 1}
            assert await names(index) == ["docs/b.txt"]

    run(main)


# Failed


def test_failure_is_remembered_until_the_file_changes(
    new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with new_index() as index:
            write(folder / "c.txt", _BROKEN)
            first = await sync(index, folder)
            assert counts(first) == {"added": 2, "failed": 1}
            tried: list[str] = []
            prepare = Workers.prepare

            async def counted(workers: Any, job: Any, *rest: Any) -> Any:
                tried.append(job.name)
                return await prepare(workers, job, *rest)

            monkeypatch.setattr(Workers, "prepare", counted)
            again = await sync(index, folder)
            assert counts(again) == {"unchanged": 2, "failed": 1}
            assert again.failed == [replace(first.failed[0], known=True)]
            assert tried == []
            assert counts(await sync(index, folder, retry_failed=True)) == {"unchanged": 2, "failed": 1}
            assert tried == ["docs/c.txt"]
            assert await index.register.count('status == "failed"') == 1
            write(folder / "c.txt", "now it is text", at=1_700_000_100)
            assert counts(await sync(index, folder)) == {"unchanged": 2, "added": 1}
            assert await index.register.count('status == "failed"') == 0

    run(main)


def test_file_that_breaks_and_is_as_before_is_unchanged(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            write(folder / "b.txt", _BROKEN, at=1_700_000_100)
            assert counts(await sync(index, folder)) == {"unchanged": 1, "failed": 1}
            assert (await held(index))["b.txt"] == ["Beta file"]
            write(folder / "b.txt", "Beta file")
            assert counts(await sync(index, folder)) == {"unchanged": 2}
            assert await index.register.count('status == "failed"') == 0

    run(main)


def test_broken_file_that_is_gone_is_forgotten(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            write(folder / "c.txt", _BROKEN)
            await sync(index, folder)
            (folder / "c.txt").unlink()
            assert counts(await sync(index, folder)) == {"unchanged": 2}
            assert await index.register.count('status == "failed"') == 0

    run(main)


def test_file_over_the_limit_is_named_and_tried_when_the_limit_is_raised(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            write(folder / "large.html", f"<p>{ALPHA}</p><!-- {' ' * 2**21} -->")
            found = discover([folder])
            options = {"index": index, "splitter": SPLITTER, "dense": FakeDense(), "sparse": SPARSE}
            report = await ingest(found, limits=Limits(size_mb=1), **options)
            assert counts(report) == {"added": 2, "failed": 1}
            assert "has 2 MB, but --max-size allows 1; raise it, or split the file" in report.failed[0].reason
            assert counts(await ingest(found, **options)) == {"added": 1, "unchanged": 2}

    run(main)


# Files inside files


def archive(path: Path, members: dict[str, str | bytes], *, at: int = 1_700_000_000) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    os.utime(path, (at, at))


def test_members_of_an_archive_are_documents_of_their_own(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            archive(folder / "c.zip", {"x.txt": ALPHA, "sub/y.txt": GAMMA, "bad.pdf": b"%PDF-1.7 x", "z.exe": b"\0"})
            report = await sync(index, folder)
            assert counts(report) == {"added": 5, "failed": 1}
            assert [failure.source for failure in report.failed] == ["docs/c.zip!/bad.pdf"]
            assert report.ignored == ["docs/c.zip!/z.exe"]
            inside = ["docs/c.zip", "docs/c.zip!/sub/y.txt", "docs/c.zip!/x.txt"]
            assert await names(index) == ["docs/a.txt", "docs/b.txt", *inside]
            again = await sync(index, folder)
            assert counts(again) == {"unchanged": 5, "failed": 1}
            assert again.failed[0].known

    run(main)


def test_changed_archive_keeps_vectors_and_drops_what_it_no_longer_holds(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            archive(folder / "c.zip", {"x.txt": ALPHA, "y.txt": GAMMA})
            await sync(index, folder)
            archive(folder / "c.zip", {"x.txt": ALPHA, "z.txt": "Zeta"}, at=1_700_000_100)
            report = await sync(index, folder)
            assert counts(report) == {"unchanged": 2, "updated": 2, "added": 1, "removed": 1}
            assert (report.chunks_embedded, report.chunks_reused) == (1, 1)
            assert [name for name in await names(index) if "!" in name] == ["docs/c.zip!/x.txt", "docs/c.zip!/z.txt"]

    run(main)


def test_moved_archive_moves_what_it_holds_without_embedding(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            archive(folder / "c.zip", {"x.txt": ALPHA, "y.txt": GAMMA})
            await sync(index, folder)
            (folder / "c.zip").rename(folder / "d.zip")
            planned = await plan_only(discover([folder]), index=index)
            assert counts(planned) == {"moved": 1, "unchanged": 2}
            report = await sync(index, folder)
            assert counts(report) == {"moved": 3, "unchanged": 2}
            assert Change("moved", "docs/d.zip!/x.txt", "docs/c.zip!/x.txt") in report.changes
            assert report.chunks_embedded == 0
            assert [name for name in await names(index) if "zip" in name] == [
                "docs/d.zip",
                "docs/d.zip!/x.txt",
                "docs/d.zip!/y.txt",
            ]
            assert counts(await sync(index, folder)) == {"unchanged": 5}

    run(main)


def test_removed_archive_takes_what_it_held_with_it(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            archive(folder / "c.zip", {"x.txt": ALPHA, "bad.pdf": b"%PDF-1.7 x"})
            await sync(index, folder)
            (folder / "c.zip").unlink()
            assert counts(await sync(index, folder)) == {"unchanged": 2, "removed": 2}
            assert await index.register.count('status == "failed"') == 0

    run(main)


def test_archive_cut_off_after_its_members_is_completed(
    new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own row comes last: until then it counts as not ingested."""
    monkeypatch.setattr(pieces, "EMBED_CHUNKS", 1)

    async def main() -> None:
        async with new_index() as index:
            archive(folder / "c.zip", {"x.txt": ALPHA, "y.txt": GAMMA})
            enroll = index.enroll

            async def failing(documents: Any, **options: Any) -> None:
                if any(row.source == "docs/c.zip!/y.txt" for row, _ in documents):
                    raise StoreError("the engine is gone")
                await enroll(documents, **options)

            with monkeypatch.context() as patched:
                patched.setattr(index, "enroll", failing)
                with pytest.raises(StoreError):
                    await sync(index, folder)
            report = await sync(index, folder)
            assert not report.failed
            assert report.seen == report.finished == 5
            assert await names(index) == [
                "docs/a.txt",
                "docs/b.txt",
                "docs/c.zip",
                "docs/c.zip!/x.txt",
                "docs/c.zip!/y.txt",
            ]
            await held(index)

    run(main)


def test_row_of_an_archive_is_written_after_those_of_its_members(
    new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a member is known and the archive is not: its row says that all of it is stored."""

    async def main() -> None:
        async with new_index() as index:
            archive(folder / "c.zip", {"x.txt": ALPHA, "y.txt": GAMMA})
            await sync(index, folder)
            own = {row.source: row async for row in index.documents()}["docs/c.zip"]
            await index.register.delete(index.register.keyed([own.id]))
            archive(folder / "c.zip", {"x.txt": BETA, "z.txt": GAMMA}, at=1_700_000_100)
            order: list[str] = []
            insert = index.register.insert

            async def noted(rows: Any) -> None:
                order.extend(row["source"] for row in rows)
                await insert(rows)

            monkeypatch.setattr(index.register, "insert", noted)
            await sync(index, folder)
            assert sorted(order) == ["docs/c.zip", "docs/c.zip!/x.txt", "docs/c.zip!/z.txt"]
            assert order[-1] == "docs/c.zip"
            assert [name for name in await names(index) if "zip" in name] == sorted(order)

    run(main)


# What would be done


def test_dry_run_says_what_the_next_run_does(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            (folder / "a.txt").rename(folder / "c.txt")
            write(folder / "b.txt", GAMMA, at=1_700_000_100)
            write(folder / "d.txt", "Delta file")
            planned = await plan_only(discover([folder]), index=index)
            assert planned.dry_run
            assert await names(index) == ["docs/a.txt", "docs/b.txt"]
            done = await sync(index, folder)
            assert set(planned.changes) == set(done.changes)
            assert Change("moved", "docs/c.txt", "docs/a.txt") in done.changes
            assert counts(planned) == counts(done) == {"moved": 1, "updated": 1, "added": 1}

    run(main)


def test_dry_run_needs_no_index(folder: Path) -> None:
    report = asyncio.run(plan_only(discover([folder]), index=None))
    assert counts(report) == {"added": 2}


# Shared out


def test_shards_are_disjoint_and_together_everything(new_index: OpenIndex, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            folder = tmp_path / "many"
            for number in range(30):
                write(folder / f"{number}.txt", f"Text number {number}")
            added = [counts(await sync(index, folder, shard=(part, 3)))["added"] for part in (1, 2, 3)]
            assert sum(added) == 30
            assert min(added) >= 4
            assert counts(await sync(index, folder)) == {"unchanged": 30}
            (folder / "7.txt").unlink()
            removed = [counts(await sync(index, folder, shard=(part, 3))).get("removed", 0) for part in (1, 2, 3)]
            assert sorted(removed) == [0, 0, 1]

    run(main)


# Cut off


class Slow(FakeDense):
    """Counts the texts that it embeds, and lets a test in after each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.after_batch = asyncio.Event()

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = await super().embed_chunks(texts)
        self.after_batch.set()
        await asyncio.sleep(0.01)
        return vectors


def test_stopped_ingest_stores_what_is_in_hand_and_the_next_one_goes_on(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "EMBED_CHUNKS", 4)
    folder = tmp_path / "many"
    for number in range(60):
        write(folder / f"{number}.txt", f"Text number {number}")

    async def main() -> None:
        async with new_index() as index:
            dense, stop = Slow(), asyncio.Event()
            options: dict[str, Any] = {"index": index, "splitter": SPLITTER, "dense": dense, "sparse": SPARSE}
            task = asyncio.create_task(ingest(discover([folder]), stop=stop, **options))
            await dense.after_batch.wait()
            stop.set()
            report = await task
            assert report.interrupted
            assert 0 < report.added == (await index.status()).documents < 60
            assert report.chunks_embedded == len(dense.embedded) == report.added
            again = await ingest(discover([folder]), **options)
            assert counts(again) == {"added": 60 - report.added, "unchanged": report.added}
            assert len(dense.embedded) == len(set(dense.embedded)) == 60

    run(main)


def test_large_document_that_was_cut_off_is_not_embedded_from_its_start_again(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored in pieces that nobody believes before the last one, and that the next run takes over."""
    monkeypatch.setattr(pieces, "EMBED_CHUNKS", 4)
    monkeypatch.setattr(pieces, "PIECE_CHUNKS", 8)
    write(tmp_path / "docs" / "large.txt", "\n\n".join(f"{ALPHA} Number {number}." for number in range(40)))

    async def main() -> None:
        async with new_index() as index:
            dense, stop = Slow(), asyncio.Event()
            options: dict[str, Any] = {"index": index, "splitter": SPLITTER, "dense": dense, "sparse": SPARSE}
            task = asyncio.create_task(ingest(discover([tmp_path / "docs"]), stop=stop, **options))
            await dense.after_batch.wait()
            stop.set()
            assert (await task).added == 0
            stored = await index.chunks.count()
            assert 0 < stored < 40
            assert (await index.status()).chunks == 0
            [vector] = await FakeDense().embed_sentences([ALPHA])
            assert await index.search_dense(vector, limit=5) == []
            report = await ingest(discover([tmp_path / "docs"]), **options)
            assert counts(report) == {"added": 1}
            assert (report.chunks_embedded, report.chunks_reused) == (40 - stored, stored)
            assert len(dense.embedded) == len(set(dense.embedded)) == 40
            assert len((await held(index))["large.txt"]) == 40

    run(main)


def test_document_in_pieces_crowds_nothing_out_of_a_search(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "EMBED_CHUNKS", 4)
    monkeypatch.setattr(pieces, "PIECE_CHUNKS", 8)
    write(tmp_path / "docs" / "large.txt", "\n\n".join([ALPHA] * 30))
    write(tmp_path / "other" / "small.txt", f"{ALPHA} And more.")

    async def main() -> None:
        async with new_index() as index:
            await ingested(index, tmp_path / "other")
            enroll = index.enroll
            seen: list[list[Chunk]] = []

            async def looked_at(*arguments: Any, **options: Any) -> None:
                [vector] = await FakeDense().embed_sentences([f"large\n{ALPHA}"])
                seen.append([item.chunk for item in await index.search_dense(vector, limit=3)])
                await enroll(*arguments, **options)

            monkeypatch.setattr(index, "enroll", looked_at)
            await ingested(index, tmp_path / "docs")
            assert [[chunk.source for chunk in chunks] for chunks in seen] == [["other/small.txt"]]
            assert embedded_text(seen[0][0]).startswith("small\n")

    run(main)


# What is not a file


def test_documents_in_memory_belong_to_no_folder(new_index: OpenIndex, folder: Path) -> None:
    from ingest import Discovered, DocumentSource

    async def main() -> None:
        async with new_index() as index:
            found = Discovered((DocumentSource(Document("docs/1", "One", ALPHA, "text/plain")),))
            await ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE)
            await sync(index, folder)
            assert await names(index) == ["docs/1", "docs/a.txt", "docs/b.txt"]
            assert counts(await sync(index, folder)) == {"unchanged": 2}

    run(main)
