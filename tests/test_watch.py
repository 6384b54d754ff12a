"""--watch: changes are followed once they have settled, and a disk that vanishes takes nothing with it."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, run

from ingest.command import written_by_us
from ingest.watch import watch
from qa.config import Settings
from qa.errors import LoadError
from qa.store import open_index


class Watched:
    """A watch in the background, that notes when it looked at the folder and what it saw there."""

    def __init__(
        self,
        folder: Path,
        settle_s: float = 0.3,
        rescan_s: float = 600.0,
        ours: Callable[[Path], bool] = lambda _path: False,
    ) -> None:
        self.folder = folder
        self.seen: list[dict[str, str]] = []
        self.said: list[str] = []
        self.stop = asyncio.Event()
        self._settle_s = settle_s
        self._rescan_s = rescan_s
        self._ours = ours

    async def __aenter__(self) -> "Watched":
        self._task = asyncio.create_task(
            watch(
                [self.folder],
                self._sync,
                stop=self.stop,
                say=self.said.append,
                settle_s=self._settle_s,
                rescan_s=self._rescan_s,
                ours=self._ours,
            )
        )
        return self

    async def __aexit__(self, *_error: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self._task, 60)

    async def _sync(self) -> None:
        if not self.folder.is_dir():
            raise LoadError(str(self.folder), "no such file or folder")
        self.seen.append({path.name: path.read_text() for path in self.folder.rglob("*.txt")})

    async def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, (self.seen, self.said)
            await asyncio.sleep(0.05)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha")
    return folder


def test_change_is_followed(folder: Path) -> None:
    async def main() -> None:
        async with Watched(folder) as watched:
            await watched.until(lambda: len(watched.seen) == 1)
            (folder / "sub").mkdir()
            (folder / "sub" / "b.txt").write_text("beta")
            await watched.until(lambda: watched.seen[-1] == {"a.txt": "alpha", "b.txt": "beta"})
            (folder / "a.txt").unlink()
            await watched.until(lambda: watched.seen[-1] == {"b.txt": "beta"})

    run(main)


def test_file_that_grows_is_looked_at_when_it_is_finished(folder: Path) -> None:
    async def main() -> None:
        async with Watched(folder, settle_s=1.0) as watched:
            await watched.until(lambda: len(watched.seen) == 1)
            with (folder / "b.txt").open("w") as file:
                for _ in range(12):
                    file.write("more ")
                    file.flush()
                    await asyncio.sleep(0.2)
            await watched.until(lambda: len(watched.seen) == 2)
            assert watched.seen[-1]["b.txt"] == "more " * 12

    run(main)


def test_vanished_folder_is_waited_for(folder: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with Watched(folder) as watched:
            await watched.until(lambda: len(watched.seen) == 1)
            shutil.move(folder, tmp_path / "unplugged")
            await watched.until(lambda: any("is not there, or empty; waiting" in said for said in watched.said))
            assert len(watched.seen) == 1
            (tmp_path / "unplugged" / "b.txt").write_text("beta")
            shutil.move(tmp_path / "unplugged", folder)
            await watched.until(lambda: len(watched.seen) == 2)
            assert watched.seen[-1] == {"a.txt": "alpha", "b.txt": "beta"}

    run(main)


def test_empty_mount_point_is_waited_for(folder: Path, tmp_path: Path) -> None:
    shutil.move(folder, tmp_path / "unplugged")
    folder.mkdir()

    async def main() -> None:
        async with Watched(folder) as watched:
            await watched.until(lambda: bool(watched.said))
            assert not watched.seen
            os.rmdir(folder)  # noqa: PTH106
            shutil.move(tmp_path / "unplugged", folder)
            await watched.until(lambda: watched.seen == [{"a.txt": "alpha"}])

    run(main)


def test_everything_is_looked_at_now_and_then(folder: Path) -> None:
    """A network mount reports no change."""

    async def main() -> None:
        async with Watched(folder, rescan_s=0.5) as watched:
            await watched.until(lambda: len(watched.seen) >= 3)

    run(main)


def test_what_a_sync_writes_is_no_change(folder: Path) -> None:
    """An index among the documents would be looked at for ever."""

    async def main() -> None:
        async with Watched(folder, ours=lambda path: path.name == "footnote.db") as watched:
            await watched.until(lambda: len(watched.seen) == 1)
            (folder / "footnote.db").write_text("written")
            await asyncio.sleep(2.0)
            assert len(watched.seen) == 1
            (folder / "b.txt").write_text("beta")
            await watched.until(lambda: len(watched.seen) == 2)

    run(main)


def test_index_among_the_documents_is_told_from_them(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    inside = written_by_us(Settings(home=folder / ".footnote"), [folder])
    assert inside(folder / ".footnote" / "models" / "x")
    assert not inside(folder / "a.txt")
    around = written_by_us(Settings(home=tmp_path), [folder])
    assert not around(folder / "a.txt")
    assert around(tmp_path / ".footnote.db.owner")
    beside = written_by_us(Settings(home=tmp_path / "home", uri=str(folder / "my.db")), [folder])
    assert [name for name in ("my.db", ".my.db.log", "a.txt") if beside(folder / name)] == ["my.db", ".my.db.log"]


@pytest.mark.models
def test_command_follows_a_folder_until_ctrl_c(home: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "ingest", str(folder), "--watch", "--json", "--home", str(home)]
    process = subprocess.Popen(
        [*command, "--collection", "watched"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout
    try:
        assert json.loads(process.stdout.readline())["added"] == 1
        (folder / "broken.txt").write_bytes(b"\0\1\2\0")
        (folder / "b.txt").write_text("beta")
        report = json.loads(process.stdout.readline())
        assert (report["added"], report["unchanged"], len(report["failed"])) == (1, 1, 1)
        shutil.copy(folder / "b.txt", folder / "c.txt")
        report = json.loads(process.stdout.readline())
        assert (report["added"], report["unchanged"], report["failed"][0]["known"]) == (1, 2, True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, ""), err
    assert "Traceback" not in err
    assert err.count("broken.txt: looks like a binary file") == 1, "told once, though counted again"

    async def documents() -> int:
        async with open_index(home / "footnote.db", "watched") as index:
            return (await index.status()).documents

    assert asyncio.run(documents()) == 3
