"""Processes that are suspended and continued, as a laptop is that sleeps: an ingest, its engine, or both."""

import asyncio
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from conftest import ROOT
from test_engine import processes, stop
from test_kills import _command, everything

pytestmark = [
    pytest.mark.models,
    pytest.mark.skipif(not Path("/proc/locks").exists(), reason="looks at processes by means of Linux"),
]

_FILES = 60


def the_writer(writer: psutil.Process, _database: Path) -> list[psutil.Process]:
    return [writer, *writer.children(recursive=True)]


def the_engine(_writer: psutil.Process, database: Path) -> list[psutil.Process]:
    return processes(database)


def both(writer: psutil.Process, database: Path) -> list[psutil.Process]:
    """All that run, one by one: neither stops at the same instant as the other."""
    return [*{process.pid: process for process in (*the_writer(writer, database), *processes(database))}.values()]


# A minute is what a request may take, so that the longer suspension is over the time of those that were under way.
MINUTE = [pytest.mark.long, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    ("who", "suspended_s"),
    [
        pytest.param(both, 1.0, id="both"),
        pytest.param(both, 62.0, id="both, a minute", marks=MINUTE),
        pytest.param(the_writer, 62.0, id="writer, a minute", marks=MINUTE),
        pytest.param(the_engine, 62.0, id="engine, a minute", marks=MINUTE),
    ],
)
def test_suspended_ingest_goes_on_or_ends_in_one_line_and_nothing_is_lost(
    home: Path,
    tmp_path: Path,
    who: Callable[[psutil.Process, Path], list[psutil.Process]],
    suspended_s: float,
) -> None:
    folder, log, database = tmp_path / "docs", tmp_path / "embedded", home / "footnote.db"
    folder.mkdir()
    for number in range(_FILES):
        (folder / f"f{number}.txt").write_text(" ".join(f"Lamp {number} burnt {hour} hours." for hour in range(20)))
    command = _command(home, log, folder)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as ingest:
        try:
            while ingest.poll() is None and not (log.exists() and log.stat().st_size):
                time.sleep(0.005)  # until it embeds, so that it stores and embeds from now on
            assert ingest.poll() is None, ingest.communicate()
            suspended = who(psutil.Process(ingest.pid), database)
            for process in suspended:
                stop(process)
            time.sleep(suspended_s)  # this is what is tried
            for process in reversed(suspended):
                process.resume()
            _, errors = ingest.communicate(timeout=300)
        finally:
            ingest.kill()
    assert ingest.returncode == (1 if errors else 0)
    assert errors.count("\n") <= 1, errors
    # Only an engine that is silent while its client waits may end an ingest.
    assert not errors or (who is the_engine and "did not answer within" in errors), errors
    registered, chunks = asyncio.run(everything(home, "documents"))
    if errors:
        again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert (again.returncode, again.stderr) == (0, "")
        before, (registered, chunks) = registered, asyncio.run(everything(home, "documents"))
        assert not before - registered, "what was registered is not what it was"
    assert len(registered) == _FILES
    assert set(registered.values()) == set(chunks.values()) == {1}
