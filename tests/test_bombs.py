"""Small files that ask for much: each ends within the limits in text or in one line, and harms no other file."""

import asyncio
import re
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from bombs import QUICK, SLOWER, Bomb
from conftest import OpenIndex, run
from fakes import FakeDense
from test_pipeline import SPARSE, SPLITTER

from ingest import Limits, discover, ingest
from ingest.discover.sources import FileSource
from ingest.read.prepare import Job
from ingest.read.workers import Workers
from qa.errors import LoadError

_MB = 2**20
# What is asked for of a process may be a little over what it may have, for the moment in which it is asked.
_MARGIN = 1.15


@pytest.mark.timeout(240)
def test_bombs_among_files_take_only_themselves_down(new_index: OpenIndex, tmp_path: Path) -> None:
    """One run, as a person meets them: a mailbox, a download folder."""
    folder = tmp_path / "docs"
    folder.mkdir()
    expected = {make(folder).name: said for make, said in QUICK.values()}
    for name in ("0.txt", "m.txt", "z.txt"):
        (folder / name).write_text(f"The good file {name}.")

    async def main() -> None:
        async with new_index() as index:
            report = await ingest(
                discover([folder]),
                index=index,
                splitter=SPLITTER,
                dense=FakeDense(),
                sparse=SPARSE,
                limits=Limits(seconds=60, memory_mb=512),
            )
            reasons: dict[str, str] = {}
            for failure in report.failed:
                assert "\n" not in failure.reason
                name = failure.source.removeprefix(f"{folder}/").removeprefix("docs/").partition("!/")[0]
                reasons[name] = failure.reason
            for name, said in expected.items():
                assert re.search(said or "^$", reasons.get(name, "")), (name, reasons.get(name))
            stored = {row.source: row.chunk_count async for row in index.documents()}
            # What lies beside a bomb in an archive is read as well.
            for name in ("0.txt", "m.txt", "z.txt", "a.zip!/good.txt", "b.zip!/good.txt"):
                assert stored[f"docs/{name}"] == 1

    run(main)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bomb", SLOWER.values(), ids=SLOWER)
def test_bomb_ends_within_the_limits(tmp_path: Path, bomb: Bomb) -> None:
    make, said = bomb
    path = make(tmp_path)
    limits = Limits(size_mb=600, seconds=40, memory_mb=1024)

    async def main() -> None:
        async with Workers(1, limits) as workers:
            peaks = asyncio.create_task(peak_of(workers))
            started = time.monotonic()
            reason = ""
            try:
                await workers.prepare(Job(FileSource(path, tmp_path), path.name, "tests", SPLITTER.options))
            except LoadError as error:
                reason = error.reason
            assert time.monotonic() - started < limits.seconds + 20
            assert "\n" not in reason
            assert re.search(said, reason), reason
            peaks.cancel()
            with suppress(asyncio.CancelledError):
                await peaks
            assert peak[0] < limits.memory_mb * _MB * _MARGIN

    peak = [0]

    async def peak_of(workers: Workers) -> None:
        while True:
            for worker in list(workers._all):
                with suppress(psutil.Error):
                    peak[0] = max(peak[0], psutil.Process(worker.process.pid).memory_info().rss)
            await asyncio.sleep(0.05)

    run(main)
