"""Answers are made in the background: nothing but Stop ends them, and every end is written."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT, dice, rounds

from qa.answering import stopping
from qa.answering.events import Event, Finished, Progress, TextPiece, Withdrawn
from qa.database import times
from qa.database.conversations import Conversations
from qa.database.engine import open_database
from qa.database.exchanges import Exchange
from qa.errors import LLMUnavailableError
from qa.store.records import ChunkSpan
from qa.store.where import EVERYTHING, Facets, Filter, facets
from qa.types import Answer, Chunk, Turn
from ui.web.jobs import Jobs
from ui.web.session import APOLOGY, Session


class Scripted:
    """An answerer that says word after word, each when the test lets it."""

    def __init__(self) -> None:
        self.go = threading.Semaphore(0)
        self.turns: list[tuple[Turn, ...]] = []
        self.ended = threading.Event()
        self.rest = ""

    async def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncIterator[Event]:
        del where
        self.turns.append(tuple(turns))
        try:
            if question == "bug":
                raise ZeroDivisionError("a secret detail")
            for word in ("one ", "two ", "three"):
                if word == "three" and question.startswith("heeds"):
                    async for _ in stopping.until_asked(never()):
                        pass
                    if "hangs" in question:
                        await asyncio.Event().wait()
                    cut = Answer(question, question, "one two ", (), (), (), found=True, model="m", complete=False)
                    yield Finished(cut)
                    return
                await asyncio.to_thread(self.go.acquire)
                yield TextPiece(word)
            if question == "fails":
                raise LLMUnavailableError("the model went away; ask again")
            if question == "withdrawn":
                yield Withdrawn("it cites nothing")
                yield TextPiece("another text")
            yield Finished(Answer(question, question, "one two three", (), (), (), found=True, model="m"))
        finally:
            self.ended.set()

    async def go_on(self, answer: Answer) -> AsyncIterator[Event]:
        if not self.rest:
            raise LLMUnavailableError("the model went away; ask again")
        yield TextPiece(self.rest)
        yield Finished(replace(answer, text=self.rest))

    async def status(self) -> SimpleNamespace:
        return SimpleNamespace(documents=1, chunks=1)

    async def facets(self) -> Facets:
        return facets([])

    async def registered(self, document: str) -> None:
        """Nothing: it has no register."""

    async def around(self, _span: ChunkSpan) -> list[Chunk]:
        return []


async def never() -> AsyncGenerator[str, None]:
    """Yield nothing, and do not end."""
    await asyncio.Event().wait()
    yield ""


class Work:
    """All that makes answers, on a database of its own."""

    def __init__(self, home: Path) -> None:
        self.answerer = Scripted()

        @asynccontextmanager
        async def open_answerer(_collection: str) -> AsyncIterator[Scripted]:
            yield self.answerer

        self.database = open_database(home)
        self.kept = Conversations(self.database)
        self.session = Session(open_answerer)
        self.jobs = Jobs(self.session, self.kept)
        self.conversation = self.kept.begin("documents").id

    def ask(self, question: str, after: str = "") -> Exchange:
        exchange = self.kept.ask(self.conversation, question, after=after, worker=self.jobs.worker)
        self.jobs.start(exchange)
        return exchange

    def now(self, exchange: Exchange) -> Exchange:
        found = self.kept.exchange(exchange.id)
        assert found is not None
        return found

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition, as the page does."""
        seen = 0
        for _ in range(2_000):
            if condition():
                return
            seen = self.jobs.wait(seen, 0.05)
        raise AssertionError("it never came to that")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    work = Work(tmp_path)
    with closing(work.database), closing(work.session):
        yield work
        # Threads that still wait for a word would hold up the end of the run.
        work.answerer.go.release(1_000)


def text_of(work: Work, exchange: Exchange) -> str:
    live = work.jobs.live(exchange.id)
    return live.text if live else ""


def test_answer_is_made_though_nobody_looks(work: Work) -> None:
    exchange = work.ask("q")
    work.answerer.go.release(3)
    work.until(lambda: work.now(exchange).is_finished)
    now = work.now(exchange)
    assert (now.state, now.text) == ("done", "one two three")
    assert now.answer is not None
    work.until(lambda: work.jobs.live(exchange.id) is None)


def test_words_are_seen_as_they_come_and_stop_keeps_them(work: Work) -> None:
    exchange = work.ask("q")
    work.answerer.go.release(2)
    work.until(lambda: text_of(work, exchange) == "one two ")
    work.jobs.stop(exchange.id)
    assert work.answerer.ended.wait(10)
    work.until(lambda: work.now(exchange).is_finished)
    assert (work.now(exchange).state, work.now(exchange).text) == ("stopped", "one two ")


def test_next_question_waits_for_the_one_before_and_knows_its_answer(work: Work) -> None:
    first = work.ask("first")
    second = work.ask("second", after=first.id)
    assert work.now(second).state == "waiting"
    work.answerer.go.release(6)
    work.until(lambda: work.now(second).is_finished)
    assert work.answerer.turns == [(), (Turn("user", "first"), Turn("assistant", "one two three"))]


def test_question_behind_one_that_is_stopped_is_answered(work: Work) -> None:
    first = work.ask("first")
    second = work.ask("second", after=first.id)
    work.jobs.stop(first.id)
    # Otherwise it might take a second word before it hears of that.
    work.until(lambda: work.now(first).is_finished)
    # One of them goes to the first, which still waits for a word in its thread.
    work.answerer.go.release(4)
    work.until(lambda: work.now(second).is_finished)
    assert [work.now(one).state for one in (first, second)] == ["stopped", "done"]


def test_question_that_waits_is_stopped_and_the_next_does_not_overtake(work: Work) -> None:
    """Asked behind the stopped one, before or after that, it would be answered without knowing the first answer."""
    first = work.ask("first")
    second = work.ask("second", after=first.id)
    third = work.ask("third", after=second.id)
    live = [work.jobs.live(one.id) for one in (first, second, third)]
    assert [one is not None and one.waits for one in live] == [False, True, True]
    work.jobs.stop(second.id)
    work.until(lambda: work.now(second).is_finished)
    fourth = work.ask("fourth", after=second.id)
    work.answerer.go.release(9)
    work.until(lambda: all(work.now(one).is_finished for one in (third, fourth)))
    assert [work.now(one).state for one in (first, second, third, fourth)] == ["done", "stopped", "done", "done"]
    known = (Turn("user", "first"), Turn("assistant", "one two three"), Turn("user", "second"))
    assert work.answerer.turns == [(), known, known]


def test_questions_of_two_branches_are_answered_at_once(work: Work) -> None:
    exchanges = [work.ask(str(number)) for number in range(5)]
    work.until(lambda: len(work.answerer.turns) == 5)
    work.answerer.go.release(15)
    work.until(lambda: all(work.now(exchange).state == "done" for exchange in exchanges))


def test_failure_is_told_and_what_came_is_kept(work: Work) -> None:
    exchange = work.ask("fails")
    work.answerer.go.release(3)
    work.until(lambda: work.now(exchange).is_finished)
    now = work.now(exchange)
    assert (now.state, now.text, now.error) == ("failed", "one two three", "the model went away; ask again")


def test_bug_is_logged_and_not_told(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    exchange = work.ask("bug")
    work.until(lambda: work.now(exchange).is_finished)
    assert work.now(exchange).error == APOLOGY
    assert "a secret detail" in caplog.text


def test_text_that_does_not_stand_is_taken_back(work: Work) -> None:
    exchange = work.ask("withdrawn")
    work.answerer.go.release(3)
    work.until(lambda: work.now(exchange).is_finished)
    assert work.now(exchange).text == "one two three"


def test_server_that_ends_leaves_answers_broken_off_with_their_words(work: Work) -> None:
    exchange = work.ask("q")
    work.answerer.go.release(1)
    work.until(lambda: text_of(work, exchange) == "one ")
    work.session.close()
    assert (work.now(exchange).state, work.now(exchange).text) == ("broken", "one ")


def test_conversation_that_is_deleted_meanwhile_harms_nothing(work: Work) -> None:
    exchange = work.ask("q")
    work.kept.delete(work.conversation)
    work.answerer.go.release(3)
    work.until(lambda: work.now(exchange).is_finished)
    work.kept.restore(work.conversation)
    assert [one.state for one in work.kept.branch(work.conversation)] == ["done"]


def test_answer_that_broke_off_is_gone_on_with_and_stays_where_that_fails(work: Work) -> None:
    exchange = work.ask("half")
    work.answerer.go.release(3)
    work.until(lambda: work.now(exchange).is_finished)
    broken = work.now(exchange)
    work.answerer.rest = ""
    work.jobs.go_on(broken)
    work.until(lambda: work.now(exchange).is_finished)
    now = work.now(exchange)
    assert (now.state, now.answer, now.text) == ("done", broken.answer, broken.text)
    assert now.error == "the model went away; ask again"
    work.answerer.rest = "one two three four"
    work.jobs.go_on(now)
    work.until(lambda: work.now(exchange).is_finished)
    now = work.now(exchange)
    assert (now.state, now.text, now.error) == ("done", "one two three four", "")
    assert [one.text for one in work.kept.branch(work.conversation, known={exchange.id: broken})] == [now.text]


def test_answer_that_is_gone_on_with_is_seen_whole_by_other_processes(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They saw nothing of it before its end. Where it fails, the answer is what it was."""
    monkeypatch.setattr("ui.web.jobs._WRITE_S", 0)
    exchange = work.ask("half")
    work.answerer.go.release(3)
    work.until(lambda: work.now(exchange).is_finished)
    broken = work.now(exchange)

    async def go_on(_answer: Answer) -> AsyncIterator[Event]:
        yield Progress("reads it again")
        await asyncio.to_thread(work.answerer.go.acquire)
        yield TextPiece("one two three")
        yield TextPiece(" four")
        await asyncio.to_thread(work.answerer.go.acquire)
        raise LLMUnavailableError("the model went away; ask again")

    monkeypatch.setattr(work.answerer, "go_on", go_on)
    work.jobs.go_on(broken)
    work.until(lambda: bool((live := work.jobs.live(exchange.id)) and live.doing))
    live = work.jobs.live(exchange.id)
    assert live
    assert live.text == broken.text
    work.answerer.go.release()
    work.until(lambda: work.now(exchange).text == "one two three four")
    assert not work.now(exchange).is_finished
    work.answerer.go.release()
    work.until(lambda: work.now(exchange).is_finished)
    assert (work.now(exchange).text, work.now(exchange).answer) == (broken.text, broken.answer)


@pytest.mark.parametrize("hangs", [False, True])
def test_stopped_answer_is_kept_with_what_was_checked_of_it(
    work: Work, monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    """It can be gone on with. Where the check hangs, the text alone is kept."""
    monkeypatch.setattr("ui.web.jobs._STOPPED_S", 0.2 if hangs else 60)
    exchange = work.ask("heeds and hangs" if hangs else "heeds")
    work.answerer.go.release(2)
    work.until(lambda: text_of(work, exchange) == "one two ")
    work.jobs.stop(exchange.id)
    work.until(lambda: work.now(exchange).is_finished)
    now = work.now(exchange)
    assert (now.state, now.text, now.answer is None) == ("stopped", "one two ", hangs)
    if hangs:
        return
    work.answerer.rest = "one two three four"
    work.jobs.go_on(now)
    work.until(lambda: work.now(exchange).is_finished)
    assert (work.now(exchange).state, work.now(exchange).text) == ("done", "one two three four")


@pytest.mark.rounds
def test_kill_at_any_time_loses_no_question_and_no_whole_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = dice("kills of the chat")
    told: dict[str, str] = {}
    for _ in range(rounds(2)):
        command = [sys.executable, str(ROOT / "tests" / "asking_process.py"), str(tmp_path)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline()]  # it has begun
            time.sleep(chance.uniform(0, 0.5))
            process.kill()
            lines += process.stdout.readlines()
        for line in lines:
            what, exchange = line.split()
            told[exchange] = what
    with closing(open_database(tmp_path)) as database:
        kept = Conversations(database)
        now = times.now
        monkeypatch.setattr(times, "now", lambda: now() + timedelta(minutes=1))
        kept.answers.break_off()
        found = {exchange.id: exchange for one in kept.listed(limit=1_000) for exchange in kept.branch(one.id)}
    assert told.keys() <= found.keys()
    for exchange, what in told.items():
        if what == "done":
            assert found[exchange].state == "done"
            assert found[exchange].answer is not None
    assert {exchange.state for exchange in found.values()} <= {"done", "broken"}
