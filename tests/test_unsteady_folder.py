"""A folder that changes while it is read: nothing twice, nothing lost, nothing wrongly removed."""

import os
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import OpenIndex, run, run_command
from fakes import FakeDense
from test_folder import names, sync, write
from test_pipeline import ALPHA, BETA, GAMMA, SPARSE, SPLITTER, counts, held, ingested

from ingest import discover, ingest
from ingest.report import IngestReport
from qa.errors import LoadError
from qa.store import Index

Change = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of three small files, one of them in a folder of its own, last changed long ago."""
    folder = tmp_path / "docs"
    write(folder / "a.txt", ALPHA)
    write(folder / "b.txt", BETA)
    write(folder / "sub" / "c.txt", GAMMA)
    return folder


def replace_by_folder(path: Path) -> None:
    path.unlink()
    write(path / "inner.txt", "What lies inside now.")


def replace_by_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("A file now.")


def link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def link_to_nothing(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nothing.txt"))


def become_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def save_by_rename(path: Path) -> None:
    draft = path.with_name(f".{path.name}.swp")
    draft.write_text("Saved anew.")
    draft.replace(path)


def grow(path: Path) -> None:
    with path.open("a") as file:
        file.write("\n\nMore was appended.")


# What happens to a.txt between its discovery and its reading, and what an ingest says of it.
CHANGES: list[tuple[str, Change, str]] = [
    ("is removed", Path.unlink, "was removed meanwhile"),
    ("becomes a folder", replace_by_folder, "is not a regular file"),
    ("becomes a link to itself", link_to_itself, "is a link that leads back to itself"),
    ("becomes a link to nothing", link_to_nothing, "is a link to nothing"),
    ("becomes a pipe", become_a_pipe, "is not a regular file"),
    ("is emptied", lambda path: path.write_text(""), "is empty"),
    ("is saved by rename", save_by_rename, ""),
    ("grows", grow, ""),
]


@pytest.mark.parametrize(("change", "reason"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES])
@pytest.mark.parametrize("stored", [False, True], ids=["new", "stored"])
def test_file_that_changes_after_its_discovery(
    new_index: OpenIndex, folder: Path, stored: bool, change: Change, reason: str
) -> None:
    """Others are unharmed, what was stored stays, and the next run brings the index in step."""

    async def main() -> None:
        async with new_index() as index:
            if stored:
                await sync(index, folder)
                write(folder / "a.txt", f"{ALPHA} Changed.", at=1_700_001_000)
            found = discover([folder])
            change(folder / "a.txt")
            report = await ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE)
            assert [failure.reason.startswith(reason) for failure in report.failed] == ([True] if reason else [])
            texts = await held(index)
            assert texts["b.txt"] == [BETA]
            assert texts["c.txt"] == [GAMMA]
            if reason and stored:
                assert texts["a.txt"] == [ALPHA]
            elif reason:
                assert "a.txt" not in texts
            else:
                assert "".join(texts["a.txt"]).endswith(("Saved anew.", "More was appended."))
            await in_step(index, folder)

    run(main)


def text_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*.txt") if path.is_file()]


async def in_step(index: Index, folder: Path) -> None:
    """Ingest again and check that the index holds the text of every file that is one, and no other document."""
    report = await sync(index, folder)
    broken = {Path(failure.source).name for failure in report.failed}
    texts = await held(index)
    there = {path.name: path.read_text() for path in text_files(folder)}
    for name, text in there.items():
        assert name in broken or "\n\n".join(texts[name]) == text, name
    assert set(texts) <= set(there) | broken
    again = await sync(index, folder)
    assert (again.added, again.updated, again.removed, again.chunks_embedded) == (0, 0, 0, 0)


@pytest.mark.parametrize("at", ["reading", "embedding", "committing"])
@pytest.mark.parametrize("change", [Path.unlink, grow, save_by_rename], ids=["removed", "grown", "saved"])
def test_file_that_changes_later_on(
    new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch, at: str, change: Change
) -> None:
    """Between reading and commit nobody looks at a file; the next run does."""

    async def main() -> None:
        async with new_index() as index:
            changed: list[bool] = []

            def once() -> None:
                if not changed:
                    changed.append(True)
                    change(folder / "a.txt")

            class Dense(FakeDense):
                async def embed_chunks(self, texts: object) -> object:  # type: ignore[override]
                    if at == "embedding":
                        once()
                    return await super().embed_chunks(texts)  # type: ignore[arg-type]

            add = Index.add

            async def adding(self: Index, chunks: object) -> None:
                if at == "committing":
                    once()
                await add(self, chunks)  # type: ignore[arg-type]

            monkeypatch.setattr(Index, "add", adding)

            def progress(_report: IngestReport, _source: str) -> None:
                if at == "reading":
                    once()

            await ingest(
                discover([folder]),
                index=index,
                splitter=SPLITTER,
                dense=Dense(),
                sparse=SPARSE,
                on_progress=progress,
            )
            assert changed
            await held(index)
            await in_step(index, folder)

    run(main)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: replace_by_folder(folder / "a.txt"),
        lambda folder: replace_by_file(folder / "sub"),
        lambda folder: (folder / "sub").rename(folder / "other"),
        lambda folder: (shutil.rmtree(folder / "sub"), (folder / "sub").symlink_to(folder)),
        lambda folder: (folder / "loop").symlink_to(folder / "loop"),
        lambda folder: (folder / "up").symlink_to(folder),
    ],
    ids=["file to folder", "folder to file", "renamed", "folder to a link to its parent", "loop", "link upwards"],
)
def test_what_takes_the_place_of_another_is_told_from_it(
    new_index: OpenIndex, folder: Path, change: Callable[[Path], object]
) -> None:
    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            change(folder)
            report = await sync(index, folder)
            assert not report.failed
            there = {f"docs/{path.relative_to(folder).as_posix()}" for path in text_files(folder)}
            assert set(await names(index)) == {name for name in there if "/up/" not in name}
            await in_step(index, folder)

    run(main)


def test_folder_that_vanishes_while_it_is_walked_is_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def vanishing(self: Path, **options: bool) -> os.stat_result:
        if self == folder / "sub":
            shutil.rmtree(self, ignore_errors=True)
        return stat(self, **options)

    monkeypatch.setattr(Path, "stat", vanishing)
    found = discover([folder])
    assert [source.name for source in found.sources] == [str(folder / "a.txt"), str(folder / "b.txt")]
    assert not found.closed


def test_path_that_cannot_be_looked_at_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in ("x" * 5_000, str(tmp_path / "loop"), "a\0b", str(tmp_path / "nothing")):
        with pytest.raises(LoadError, match="check the path"):
            discover([Path(path)])
    assert run_command(["ingest", str(tmp_path / "loop"), "--home", str(tmp_path / "home"), "--quiet"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")


def test_file_that_grows_slowly_is_stored_whole_in_the_end(new_index: OpenIndex, folder: Path) -> None:
    """A copy under way is read as far as it has come, even twice in one tick of the clock, and then again."""
    whole = f"{ALPHA}\n\n{BETA}\n\n{GAMMA}"

    async def main() -> None:
        async with new_index() as index:
            for end in range(20, len(whole) + 40, 40):
                (folder / "copy.txt").write_text(whole[:end])
                await sync(index, folder)
            assert "".join((await held(index))["copy.txt"]) == whole.replace("\n\n", "")
            await in_step(index, folder)

    run(main)


def test_archive_that_is_replaced_by_a_folder_takes_its_members_with_it(new_index: OpenIndex, folder: Path) -> None:
    with zipfile.ZipFile(folder / "d.zip", "w") as archive:
        archive.writestr("one.txt", ALPHA)
        archive.writestr("two.txt", BETA)

    async def main() -> None:
        async with new_index() as index:
            await sync(index, folder)
            assert "docs/d.zip!/one.txt" in await names(index)
            (folder / "d.zip").unlink()
            write(folder / "d.zip" / "one.txt", ALPHA)
            await sync(index, folder)
            assert [name for name in await names(index) if "d.zip" in name] == ["docs/d.zip/one.txt"]

    run(main)


# Roots in roots


async def held_by_source(index: Index) -> dict[str, list[str]]:
    register = {row.document_id: row.source async for row in index.documents()}
    found: dict[str, list[tuple[int, str]]] = {source: [] for source in register.values()}
    async for page in index.chunks.scan("", ["document_id", "ordinal", "text"]):
        for row in page:
            found[register[row["document_id"]]].append((row["ordinal"], row["text"]))
    assert len(found) == len(register)
    return {source: [text for _, text in sorted(pieces)] for source, pieces in found.items()}


@pytest.mark.parametrize("seed", range(12))
def test_nested_and_renamed_roots_lose_and_double_nothing(new_index: OpenIndex, tmp_path: Path, seed: int) -> None:
    """Folders within each other are ingested in any order, moved and renamed meanwhile; at the end the outermost."""
    choose = random.Random(seed)
    top = tmp_path / "top"
    for number, place in enumerate(("a", "a/b", "a/b/c", "z", "z/a", "z/a/b")):
        for file in range(2):
            write(top / place / f"f{number}{file}.txt", f"Text {number} of file {file}.")

    def folders() -> list[Path]:
        return sorted(path for path in top.rglob("*") if path.is_dir() and any(path.rglob("*.txt")))

    async def main() -> None:
        async with new_index() as index:
            for _ in range(7):
                what = choose.random()
                if what < 0.3:
                    moved = choose.choice(folders())
                    target = choose.choice([top, *folders()]) / choose.choice("abxyz")
                    if not target.exists() and moved not in target.parents:
                        moved.rename(target)
                elif what < 0.4:
                    choose.choice(sorted(top.rglob("*.txt"))).unlink()
                else:
                    picked = choose.choice([top, *folders()])
                    report = await ingested(index, picked)
                    assert not report.failed
                    stored = ["\n\n".join(chunks) for chunks in (await held_by_source(index)).values()]
                    for path in picked.rglob("*.txt"):
                        assert stored.count(path.read_text()) >= 1, path
            await ingested(index, top)
            files = {str(path): path.read_text() for path in top.rglob("*.txt")}
            left = {source: "\n\n".join(chunks) for source, chunks in (await held_by_source(index)).items()}
            assert sorted(left.values()) == sorted(files.values()), (left, sorted(files))
            again = await ingested(index, top)
            assert counts(again) == {"unchanged": len(files)}

    run(main)


def test_root_of_the_same_name_beside_a_gone_one_takes_nothing_from_it(new_index: OpenIndex, tmp_path: Path) -> None:
    """Two folders "docs" on two sticks: the second one is no later state of the first."""
    write(tmp_path / "one" / "docs" / "a.txt", ALPHA)
    write(tmp_path / "one" / "docs" / "b.txt", BETA)
    write(tmp_path / "two" / "docs" / "c.txt", GAMMA)

    async def main() -> None:
        async with new_index() as index:
            await ingested(index, tmp_path / "one" / "docs")
            (tmp_path / "one").rename(tmp_path / "pulled")
            report = await ingested(index, tmp_path / "two" / "docs")
            assert report.removed == 0
            assert await names(index) == ["docs (2)/c.txt", "docs/a.txt", "docs/b.txt"]
            (tmp_path / "pulled").rename(tmp_path / "one")
            assert counts(await ingested(index, tmp_path / "one" / "docs")) == {"unchanged": 2}

    run(main)


def test_both_at_once_are_each_stored(new_index: OpenIndex, tmp_path: Path) -> None:
    write(tmp_path / "one" / "docs" / "a.txt", ALPHA)
    write(tmp_path / "two" / "docs" / "a.txt", BETA)

    async def main() -> None:
        async with new_index() as index:
            await ingested(index, tmp_path / "one" / "docs", tmp_path / "two" / "docs")
            assert await names(index) == ["docs (2)/a.txt", "docs/a.txt"]
            await ingested(index, tmp_path)
            assert sorted("".join(text) for text in (await held_by_source(index)).values()) == sorted([ALPHA, BETA])

    run(main)
