"""Turns of writers, held across processes and lost with them."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT

from qa.store import Holder, writer_turn
from qa.store.turns import current_writer, request_turn

HOLDER = """
import asyncio, sys
from pathlib import Path
from qa.store import writer_turn
async def main():
    async with writer_turn(Path(sys.argv[1]), "papers", command="footnote ingest"):
        print("mine", flush=True)
        await asyncio.to_thread(sys.stdin.read)
asyncio.run(main())
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


def holder(database: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout
    assert process.stdout.readline() == "mine\n"
    return process


def test_second_writer_waits_and_is_told_for_whom(database: Path) -> None:
    async def main() -> None:
        first = holder(database)
        waited: list[Holder | None] = []
        entered: list[bool] = []

        async def second() -> None:
            async with writer_turn(database, "papers", command="second", on_wait=waited.append):
                entered.append(True)

        task = asyncio.create_task(second())
        while not waited and not entered:  # noqa: ASYNC110, it is told by a call
            await asyncio.sleep(0.01)
        assert not entered
        assert [(h.pid, h.command) for h in waited if h] == [(first.pid, "footnote ingest")]
        assert f"process {first.pid} (footnote ingest), since " in str(waited[0])
        await asyncio.to_thread(first.communicate)
        await task
        assert entered

    asyncio.run(main())


def test_killed_writer_loses_its_turn(database: Path) -> None:
    async def main() -> None:
        first = holder(database)
        first.kill()
        first.wait()
        waited: list[Holder | None] = []
        async with writer_turn(database, "papers", command="second", on_wait=waited.append):
            assert waited == []

    asyncio.run(main())


def test_other_collections_and_databases_run_freely(database: Path, tmp_path: Path) -> None:
    async def main() -> None:
        waited: list[Holder | None] = []
        async with (
            writer_turn(database, "papers", command="a", on_wait=waited.append),
            writer_turn(database, "letters", command="b", on_wait=waited.append),
            writer_turn(tmp_path / "y.db", "papers", command="c", on_wait=waited.append),
        ):
            assert waited == []

    asyncio.run(main())


def test_cancelled_wait_takes_no_turn(database: Path) -> None:
    async def main() -> None:
        async with writer_turn(database, "papers", command="a"):
            waiting = asyncio.create_task(_take(database))
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await _take(database)

    async def _take(path: Path) -> None:
        async with writer_turn(path, "papers", command="b"):
            pass

    asyncio.run(main())


def test_requests_of_one_process_go_in_turn(database: Path) -> None:
    async def main() -> None:
        running = 0

        async def one() -> None:
            nonlocal running
            async with request_turn(database):
                running += 1
                assert running == 1
                await asyncio.sleep(0.005)
                running -= 1

        await asyncio.gather(*(one() for _ in range(20)))

    asyncio.run(main())


@pytest.mark.parametrize("years", [-1, 0, 1])
def test_turn_is_held_as_long_as_its_process_whatever_the_clock_says(
    database: Path, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """It is the system's lock that counts, and not the age of a note."""
    first = holder(database)
    try:
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + years * 365 * 86_400)
        found = current_writer(database, "papers")
        assert found is not None
        assert found.pid == first.pid

        async def late() -> None:
            async with asyncio.timeout(0.2), writer_turn(database, "papers", command="second"):
                pass

        with pytest.raises(TimeoutError):
            asyncio.run(late())
        first.kill()
        first.wait()
        # The note of the killed one lies there, from the future or the past.
        assert current_writer(database, "papers") is None

        async def next_one() -> None:
            async with asyncio.timeout(60), writer_turn(database, "papers", command="next"):
                assert (current_writer(database, "papers") or first).pid == os.getpid()

        asyncio.run(next_one())
    finally:
        first.kill()
        first.communicate()
