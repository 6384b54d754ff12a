"""A process that asks, ingests and opens for days stays as small as it was after the first hour."""

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, OpenIndex, run, run_command
from test_folder import sync, write
from test_pipeline import ALPHA, counts
from test_session import asking

from qa.answering.answer import Answerer
from qa.answering.events import Finished
from qa.config import Settings
from qa.evaluation import read_dataset
from qa.wiring import open_answerer, open_settings_index
from ui.web.session import Session

# asyncio and gRPC keep pools, which grow to a few threads whenever they have several things to do at once.
_POOLED_THREADS = 8
_LEAK_MB = 30.0


@dataclass(frozen=True, slots=True)
class Use:
    """What this process holds at one moment."""

    descriptors: int
    threads: int  # of ours; those of pools of asyncio and of libraries are counted in all_threads
    all_threads: int
    tasks: int
    children: int
    rss_mb: float


def use(loop: asyncio.AbstractEventLoop | None = None) -> Use:
    gc.collect()
    process = psutil.Process()
    ours = [thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")]
    tasks = len(asyncio.all_tasks(loop)) if loop else 0
    children = len(process.children())
    return Use(
        process.num_fds(), len(ours), process.num_threads(), tasks, children, process.memory_info().rss / 1_000_000
    )


def check_flat(before: Use, after: Use) -> None:
    """Nothing is held that was not held before; pools and the allocator have some room."""
    assert after.descriptors <= before.descriptors, (before, after)
    assert after.threads <= before.threads, (before, after)
    assert after.all_threads <= before.all_threads + _POOLED_THREADS, (before, after)
    assert after.tasks <= before.tasks, (before, after)
    assert after.children <= before.children, (before, after)
    assert after.rss_mb <= before.rss_mb + _LEAK_MB, (before, after)
    print(f"{before}\n{after}")


def questions() -> list[str]:
    return [question.text for question in read_dataset(ROOT / "data").questions]


FEW_AND_MANY = [pytest.param(18, 9), pytest.param(500, 50, marks=pytest.mark.long)]


@pytest.mark.models
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("many", "warm"), FEW_AND_MANY)
def test_questions_in_a_row_leave_nothing_behind(sample_home: Path, many: int, warm: int) -> None:
    """One in ten is given up after its first event, as by somebody who asks again before the answer is there."""
    asked = questions()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        found = 0
        async with open_answerer(Settings(home=sample_home)) as answerer:
            before = None
            for number in range(many):
                if number == warm:
                    before = use(loop)
                stream = answerer.stream(f"{asked[number % len(asked)]} {number}")
                async for event in stream:
                    if number % 10 == 9:
                        break
                    found += isinstance(event, Finished) and event.answer.found
                await stream.aclose()  # type: ignore[attr-defined]
            assert before
            check_flat(before, use(loop))
        assert found > many / 3

    run(main)


@pytest.mark.models
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("many", "warm"), [pytest.param(14, 8), pytest.param(100, 25, marks=pytest.mark.long)])
def test_questions_of_a_chat_leave_nothing_behind(sample_home: Path, many: int, warm: int) -> None:
    asked = questions()
    inside: list[Answerer] = []

    @asynccontextmanager
    async def opened(_collection: str) -> AsyncIterator[Answerer]:
        async with open_answerer(Settings(home=sample_home)) as answerer:
            inside.append(answerer)
            yield answerer

    first = use()
    session = Session(opened)
    try:
        before = None
        for number in range(many):
            if number == warm:
                before = use(session._loop)
            events = asking(session, asked[number % len(asked)])
            if number % 10 == 9:
                next(events)
                events.close()
            else:
                assert any(isinstance(event, Finished) for event in events)
        session.call(lambda answerer: answerer.status()).result(60)
        assert before
        check_flat(before, settled(before, lambda: use(session._loop)))
    finally:
        session.close()
    assert len(inside) == 1
    assert settled(first, use).threads == first.threads


def settled(before: Use, look: Callable[[], Use]) -> Use:
    """Look until a question that was given up has ended in its loop."""
    for _ in range(200):
        now = look()
        if now.tasks <= before.tasks and now.threads <= before.threads:
            break
        threading.Event().wait(0.05)
    return now


@pytest.mark.models
@pytest.mark.parametrize("many", [12, pytest.param(100, marks=pytest.mark.long)])
def test_opening_an_index_again_and_again_leaves_nothing_behind(sample_home: Path, many: int) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        before = None
        for number in range(many):
            async with open_settings_index(Settings(home=sample_home)) as index:
                await index.open()
                await index.status()
            if number == 4:
                before = use(loop)
        assert before
        check_flat(before, use(loop))

    run(main)


@pytest.mark.usefixtures("fresh_readers")
@pytest.mark.parametrize("many", [6, pytest.param(50, marks=pytest.mark.long)])
def test_ingests_in_a_row_leave_nothing_behind(new_index: OpenIndex, tmp_path: Path, many: int) -> None:
    """Every other one finds a changed file, which is read in processes that end with the ingest."""
    folder = tmp_path / "docs"
    write(folder / "same.txt", ALPHA)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with new_index() as index:
            before = None
            for number in range(many):
                if number % 2 == 0:
                    write(folder / "changed.txt", f"Text number {number}.", at=1_700_000_000 + number)
                report = await sync(index, folder)
                expected = {"unchanged": 2} if number % 2 else {"updated": 1, "unchanged": 1}
                assert counts(report) == ({"added": 2} if number == 0 else expected)
                if number == 3:
                    before = use(loop)
            assert before
            check_flat(before, use(loop))

    run(main)


@pytest.mark.long
@pytest.mark.models
@pytest.mark.usefixtures("fresh_readers")
@pytest.mark.timeout(900)
def test_commands_in_one_process_leave_nothing_behind(home: Path, tmp_path: Path) -> None:
    """An ingest with the real model, as a program does that calls it every hour."""
    folder = tmp_path / "docs"
    write(folder / "same.txt", ALPHA)
    early: list[Use] = []
    for number in range(50):
        if number % 2 == 0:
            write(folder / "changed.txt", f"Text number {number}.", at=1_700_000_000 + number)
        assert run_command(["ingest", str(folder), "--home", str(home), "--quiet"]) == 0
        if number < 20:
            early.append(use())
    # Each loads the model, and the allocator gives back what that took when it likes to.
    check_flat(replace(early[-1], rss_mb=max(held.rss_mb for held in early)), use())


def test_a_descriptor_that_is_left_open_would_be_seen(tmp_path: Path) -> None:
    before = use()
    left = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(AssertionError):
            check_flat(before, use())
    finally:
        os.close(left)
