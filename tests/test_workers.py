"""Files are read in processes of their own: what a parser does harms no other file, and ends with the ingest."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import files
import psutil
import pytest
from conftest import ROOT, run
from test_pipeline import ALPHA, SPLITTER

from ingest.discover.sources import FileSource
from ingest.read import patience
from ingest.read.prepare import Job, Prepared
from ingest.read.workers import Limits, Workers
from qa.errors import LoadError

# What stands in for a parser that misbehaves: a module that the worker finds before ours.
_BEHAVIOURS = {
    "hangs": "while True: pass",
    "sleeps": "import time; time.sleep(3600)",
    "naps": "import time; time.sleep(1.5)",
    "crashes": "import os; os.kill(os.getpid(), 11)",
    "is killed": "import os; os.kill(os.getpid(), 9)",
    "exits": "import os; os._exit(7)",
    "large": "data = bytearray(b'x') * (600 * 2**20)",
    "grows": "data = bytearray(2**31)",
    "prints": "print('chatter'); import sys; sys.stdout.flush(); import os; os.write(1, b'more')",
    "raises": "raise RuntimeError('two\\nlines')",
}


pytestmark = pytest.mark.usefixtures("fresh_readers")


@pytest.fixture
def job(tmp_path: Path) -> Callable[[str], Job]:
    """Makes a job for a text file whose loader does something first, and then loads it."""

    def make(behaviour: str = "") -> Job:
        path = tmp_path / f"{behaviour or 'good'}.txt"
        path.write_text(ALPHA)
        return Job(FileSource(path, tmp_path), path.name, "tests", SPLITTER.options)

    return make


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Lets the text loader of the workers do what the name of the file says."""
    code = f"""
import ingest.load.text as text
behaviours, load = {_BEHAVIOURS!r}, text.load
def misbehave(path, *arguments):
    exec(behaviours.get(path.stem, ""))
    return load(path, *arguments)
text.load = misbehave
"""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "misbehave.py").write_text(code)
    start = (
        "import sys; sys.path[:0] = [{root!r}, %r]; import misbehave; "
        "from ingest.read.worker import main; main({memory})"
    )
    monkeypatch.setattr("ingest.read.workers._START", start % str(tmp_path / "site"))


def test_file_is_read(job: Callable[[str], Job]) -> None:
    async def main() -> None:
        async with Workers(1) as workers:
            [document] = (await workers.prepare(job(""))).documents
            assert (document.row.source, document.row.chunk_count) == ("good.txt", 1)
            assert [chunk.text for chunk in document.chunks] == [ALPHA]

    run(main)


def test_reader_tells_how_many_pages_of_a_pdf_are_read(tmp_path: Path) -> None:
    path = files.write_pdf(tmp_path / "a.pdf", [ALPHA, "The second.", "The end."])
    told: list[tuple[int, int]] = []

    async def main() -> None:
        async with Workers(1) as workers:
            whole = Job(FileSource(path, tmp_path), path.name, "tests", SPLITTER.options)
            assert (await workers.prepare(whole, lambda done, total: told.append((done, total)))).documents

    run(main)
    assert told[-1] == (3, 3)
    assert told == sorted(told)


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("crashes", "its reader crashed (status -11)"),
        ("is killed", "its reader was killed, perhaps for want of memory"),
        ("exits", "its reader crashed (status 7)"),
        ("grows", "needs more memory than a file may take; raise --max-memory"),
        ("raises", "cannot be read as text (RuntimeError: two); is it damaged?"),
    ],
)
def test_parser_takes_only_its_own_file_down(job: Callable[[str], Job], behaviour: str, reason: str) -> None:
    if behaviour == "grows" and sys.platform != "linux":
        pytest.skip("only Linux limits memory")

    async def main() -> None:
        async with Workers(2, Limits(memory_mb=800)) as workers:
            outcomes = await asyncio.gather(
                *(workers.prepare(job(name)) for name in ("", behaviour)), return_exceptions=True
            )
            assert isinstance(outcomes[0], Prepared)
            assert isinstance(outcomes[1], LoadError)
            assert reason in outcomes[1].reason
            assert "\n" not in outcomes[1].reason
            # And the next one is read as if nothing had been.
            assert (await workers.prepare(job(""))).documents

    run(main)


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is said of memory")
def test_damaged_file_is_called_damaged_after_a_large_one(job: Callable[[str], Job]) -> None:
    """A reader's peak lasts for all of its life, unless it is forgotten."""

    async def main() -> None:
        async with Workers(1, Limits(memory_mb=800)) as workers:
            assert (await workers.prepare(job("large"))).documents
            with pytest.raises(LoadError, match="is it damaged"):
                await workers.prepare(job("raises"))

    run(main)


@pytest.mark.usefixtures("misbehaving")
@pytest.mark.parametrize("behaviour", ["hangs", "sleeps"])
def test_parser_that_takes_too_long_is_ended(job: Callable[[str], Job], behaviour: str) -> None:
    async def main() -> None:
        async with Workers(1) as workers:
            assert (await workers.prepare(job(""))).documents
            workers.limits = Limits(seconds=0.5)
            with pytest.raises(LoadError, match=r"took longer than 0.5 s to read; raise --max-seconds"):
                await workers.prepare(job(behaviour))
            workers.limits = Limits()
            assert (await workers.prepare(job(""))).documents

    run(main)


@pytest.mark.usefixtures("misbehaving")
def test_time_without_a_processor_does_not_count(job: Callable[[str], Job], monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with Workers(1) as workers:
            assert (await workers.prepare(job(""))).documents
            workers.limits = Limits(seconds=0.5)
            monkeypatch.setattr(patience, "starved_s", lambda _pid: time.monotonic())
            assert (await workers.prepare(job("naps"))).documents
            monkeypatch.setattr(patience, "_AT_MOST", 2)
            with pytest.raises(LoadError, match=r"took longer than 0.5 s to read"):
                await workers.prepare(job("sleeps"))

    run(main)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not say how long a process waits")
def test_process_that_others_keep_from_its_processor_is_starved() -> None:
    """On one processor, beside one that never rests."""
    spin = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.nice(int(sys.argv[2]))\nwhile True: pass"
    on = str(min(os.sched_getaffinity(0)))
    started = [subprocess.Popen([sys.executable, "-c", spin, on, nice]) for nice in ("0", "19")]
    try:
        end = time.monotonic() + 120
        while patience.starved_s(started[1].pid) < 0.5:
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        for process in started:
            process.kill()
            process.wait()
    assert patience.starved_s(started[1].pid) == 0.0


@pytest.mark.usefixtures("misbehaving")
def test_parser_that_prints_does_not_garble_the_answer(job: Callable[[str], Job]) -> None:
    async def main() -> None:
        async with Workers(1) as workers:
            for _ in range(2):
                assert (await workers.prepare(job("prints"))).documents

    run(main)


def test_worker_is_used_for_many_files(job: Callable[[str], Job]) -> None:
    async def main() -> None:
        async with Workers(1) as workers:
            for _ in range(5):
                await workers.prepare(job(""))
            assert len(workers._all) == 1

    run(main)


def test_no_process_is_left_at_the_end(job: Callable[[str], Job]) -> None:
    before = set(psutil.Process().children(recursive=True))

    async def main() -> None:
        async with Workers(2) as workers:
            await asyncio.gather(workers.prepare(job("")), workers.prepare(job("")))

    run(main)
    assert set(psutil.Process().children(recursive=True)) == before


@pytest.mark.usefixtures("misbehaving")
def test_cancelled_job_ends_its_process(job: Callable[[str], Job]) -> None:
    async def main() -> None:
        async with Workers(1) as workers:
            task: asyncio.Task[Prepared] = asyncio.create_task(_wait(workers.prepare(job("sleeps"))))
            while not workers._all:  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.01)
            [worker] = workers._all
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert worker.process.returncode is not None

    run(main)


async def _wait(awaitable: Awaitable[Prepared]) -> Prepared:
    return await awaitable


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a process with its parent")
def test_hanging_parser_dies_with_a_killed_ingest(tmp_path: Path) -> None:
    """Otherwise it would keep a core busy until the next reboot."""
    script = f"""
import asyncio, sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from ingest.read import workers
from ingest.read.prepare import Job
from ingest.discover.sources import FileSource
from ingest.split.splitter import SplitterOptions
path, pid = Path({str(tmp_path / "x.txt")!r}), {str(tmp_path / "pid")!r}
workers._START = (
    "import sys, os; sys.path.insert(0, {{root!r}}); from ingest.read import worker; worker._die_with_parent();"
    f"open({{pid!r}}, 'w').write(str(os.getpid()) + chr(10)); [0 for _ in iter(int, 1)]  # {{{{root}}}} {{{{memory}}}}"
)
async def main():
    path.write_text("x")
    async with workers.Workers(1) as pool:
        await pool.prepare(Job(FileSource(path, path.parent), "x", "x", SplitterOptions(path, 1, 1)))
asyncio.run(main())
"""
    ingest = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 60
    while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text().endswith("\n")):
        assert time.monotonic() < deadline
        assert ingest.poll() is None
        time.sleep(0.05)
    hanging = psutil.Process(int((tmp_path / "pid").read_text()))
    ingest.send_signal(signal.SIGKILL)
    ingest.wait()
    hanging.wait(timeout=60)
    assert not psutil.pid_exists(hanging.pid) or hanging.status() == psutil.STATUS_ZOMBIE


def test_file_that_changes_while_it_is_read_is_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.read import prepare

    files.write_pdf(tmp_path / "a.pdf", ["One page"])
    source = FileSource(tmp_path / "a.pdf", tmp_path)
    load = prepare.load

    def changing(path: Path, name: str) -> object:
        loaded = load(path, name)
        os.utime(path, (1, 1))
        return loaded

    monkeypatch.setattr(prepare, "load", changing)
    with pytest.raises(LoadError, match="changed while it was read") as caught:
        prepare.prepare(Job(source, "a.pdf", "tests", SPLITTER.options))
    assert caught.value.passing


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
def test_reader_does_not_count_the_memory_of_who_started_it() -> None:
    """A failing parser would be said to lack memory wherever the ingest holds a model."""
    script = "from ingest.read.worker import _peak_bytes; print(_peak_bytes())"
    large = (
        "import subprocess, sys; held = b'x' * 500_000_000; "
        f"print(subprocess.run([sys.executable, '-c', {script!r}], capture_output=True, text=True).stdout)"
    )
    done = subprocess.run([sys.executable, "-c", large], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 1_000_000 < int(done.stdout) < 300_000_000
