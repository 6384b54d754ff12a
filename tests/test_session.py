"""The bridge: items, exceptions and cancellation cross between a script's thread and the loop."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager, closing
from types import SimpleNamespace

import pytest

from qa.answering.events import Event, Finished, TextPiece
from qa.errors import StoreUnavailableError
from qa.store.records import ChunkSpan
from qa.store.where import EVERYTHING, Filter
from qa.types import Answer, Chunk, Turn
from ui.web.session import Session, shared

ANSWER = Answer("q", "q", "one two", (), (), (), found=True, model="extractive")
EVENTS = [TextPiece("one "), TextPiece("two"), Finished(ANSWER)]


def asking(
    session: Session, question: str, turns: Sequence[Turn] = (), where: Filter = EVERYTHING, collection: str = ""
) -> Generator[Event | None, None, None]:
    """Ask from another thread than the loop's; None now and then while nothing happens."""
    happened: queue.SimpleQueue[Event] = queue.SimpleQueue()

    async def follow() -> None:
        async with aclosing(session.stream(question, turns, where=where, collection=collection)) as events:
            async for event in events:
                happened.put(event)
                # An answer without end must not fill the memory.
                await asyncio.sleep(0.001 if happened.qsize() < 64 else 0.1)

    following = session.submit(follow())
    try:
        while not (following.done() and happened.empty()):
            try:
                yield happened.get(timeout=0.1)
            except queue.Empty:
                yield None
        following.result()
    finally:
        following.cancel()


class Engine:
    """A fake answerer and its index, with a record of what happened to it and in which thread."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.threads: set[str] = set()
        self.failures = 0
        self.cancelled = threading.Event()
        self.made = 0
        self.turns: tuple[Turn, ...] = ()
        self.meeting = asyncio.Barrier(2)

    @asynccontextmanager
    async def open(self, collection: str) -> AsyncIterator["Engine"]:
        self.threads.add(threading.current_thread().name)
        if self.failures:
            self.failures -= 1
            raise StoreUnavailableError("no index")
        self.log.append(f"open {collection}".strip())
        task = asyncio.current_task()
        try:
            yield self
        finally:
            self.threads.add(threading.current_thread().name)
            how = "close" if asyncio.current_task() is task else "close in another task"
            self.log.append(f"{how} {collection}".strip())

    async def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncIterator[Event]:
        self.threads.add(threading.current_thread().name)
        self.where = where
        self.turns = tuple(turns)
        if question == "fail":
            yield TextPiece("one ")
            raise StoreUnavailableError("gone")
        if question == "forever":
            try:
                while True:
                    self.made += 1
                    yield TextPiece("x")
                    await asyncio.sleep(0)
            finally:
                self.cancelled.set()
        if question == "meet":
            await self.meeting.wait()
        if question == "slow":
            await asyncio.sleep(0.6)
        for word in ("one ", "two"):
            yield TextPiece(word)
        yield Finished(ANSWER)

    async def status(self) -> SimpleNamespace:
        return SimpleNamespace(documents=2, chunks=9)

    async def registered(self, document: str) -> None:
        """Nothing: it has no register."""

    async def around(self, _span: ChunkSpan) -> list[Chunk]:
        return []


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = Session(engine.open)
    yield session
    session.close()


def items(session: Session, question: str) -> list[Event]:
    return [event for event in asking(session, question) if event]


def eventually(check: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not check() and time.monotonic() < deadline:
        time.sleep(0.01)
    return check()


def test_items_arrive_in_order(session: Session) -> None:
    assert items(session, "q") == EVENTS


def test_turns_are_passed_on(session: Session, engine: Engine) -> None:
    list(asking(session, "q", [Turn("user", "before")]))
    assert engine.turns == (Turn("user", "before"),)


def test_limits_are_passed_on(session: Session, engine: Engine) -> None:
    where = Filter(types=("pdf",))
    list(asking(session, "q", where=where))
    assert engine.where == where


def test_answerer_is_opened_once_and_lives_in_one_thread(session: Session, engine: Engine) -> None:
    items(session, "q")
    items(session, "q")
    session.close()
    assert engine.log == ["open", "close"]
    assert engine.threads == {"footnote-loop"}


def test_nothing_is_opened_before_the_first_question(session: Session, engine: Engine) -> None:
    asking(session, "q")
    assert engine.log == []


def test_exception_crosses_after_the_items_before_it(session: Session) -> None:
    stream = asking(session, "fail")
    assert next(item for item in stream if item) == TextPiece("one ")
    with pytest.raises(StoreUnavailableError, match="gone"):
        list(stream)


def test_early_close_cancels_the_question(session: Session, engine: Engine) -> None:
    with closing(asking(session, "forever")) as stream:
        assert next(stream) == TextPiece("x")
    assert engine.cancelled.wait(60)


def test_waiting_yields_nothing(session: Session) -> None:
    """Streamlit can stop a script only where it draws, so the script must get the chance while nothing arrives."""
    seen = list(asking(session, "slow"))
    assert seen[0] is None
    assert [item for item in seen if item] == EVENTS


def test_failed_opening_is_tried_again(session: Session, engine: Engine) -> None:
    engine.failures = 1
    with pytest.raises(StoreUnavailableError, match="no index"):
        items(session, "q")
    assert items(session, "q") == EVENTS


def test_question_stopped_during_opening_leaves_the_opening_alone() -> None:
    engine, release = Engine(), threading.Event()

    @asynccontextmanager
    async def open_slowly(collection: str) -> AsyncIterator[Engine]:
        await asyncio.to_thread(release.wait, 5)
        async with engine.open(collection):
            yield engine

    session = Session(open_slowly)
    stream = asking(session, "q")
    assert next(stream) is None
    stream.close()
    release.set()
    assert items(session, "q") == EVENTS
    assert engine.log == ["open"]
    session.close()


def test_two_threads_ask_at_once(session: Session, engine: Engine) -> None:
    """Each of the two questions waits in the loop until the other has arrived."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda question: items(session, question), ["meet", "meet"])
    assert first == second == EVENTS
    assert engine.log == ["open"]


def test_call_brings_what_the_answerer_returns(session: Session) -> None:
    last = session.call(lambda answerer: answerer.status()).result(60)
    assert (last.documents, last.chunks) == (2, 9)


def test_close_cancels_what_runs_and_ends_the_thread(engine: Engine) -> None:
    session = Session(engine.open)
    stream = asking(session, "forever")
    next(stream)
    session.close()
    session.close()
    assert engine.cancelled.is_set()
    assert engine.log == ["open", "close"]
    assert eventually(lambda: not session._thread.is_alive())


def test_process_shares_one_session(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.session._shared", None)
    first, second = shared(engine.open), shared(Engine().open)
    assert first is second
    first.close()


def test_question_after_the_index_went_away_opens_it_again() -> None:
    """An embedded engine ends with the process that started it, which need not be the chat."""
    engine = Engine()
    session = Session(engine.open)
    try:
        with pytest.raises(StoreUnavailableError, match="gone"):
            list(asking(session, "fail"))
        assert [item for item in asking(session, "q") if item][-1] == Finished(ANSWER)
    finally:
        session.close()
    assert engine.log == ["open", "close", "open", "close"]


def documents(session: Session, collection: str) -> int:
    return session.call(lambda answerer: answerer.status(), collection=collection).result(60).documents


def test_every_collection_has_an_answerer_of_its_own(session: Session, engine: Engine) -> None:
    for collection in ("papers", "mail", "papers"):
        assert documents(session, collection) == 2
    session.close()
    assert engine.log[:2] == ["open papers", "open mail"]
    assert sorted(engine.log[2:]) == ["close mail", "close papers"]


def test_only_a_few_answerers_stay_open_and_none_in_use_is_closed(session: Session, engine: Engine) -> None:
    papers = asking(session, "forever", collection="papers")
    assert next(papers) == TextPiece("x")
    for collection in "abcd":
        documents(session, collection)
    assert eventually(lambda: "close b" in engine.log)
    assert [entry for entry in engine.log if entry.startswith("close")] == ["close a", "close b"]
    assert next(papers) == TextPiece("x")
    papers.close()
    documents(session, "d")
    assert eventually(lambda: len(session._answerers) == 3)


def test_idle_answerers_are_closed_but_for_the_last(
    session: Session, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.session._IDLE_S", 0.2)
    documents(session, "papers")
    documents(session, "mail")
    assert eventually(lambda: "close papers" in engine.log)
    assert not eventually_within(0.5, lambda: "close mail" in engine.log)


def eventually_within(seconds: float, check: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not check() and time.monotonic() < deadline:
        time.sleep(0.01)
    return check()


def test_collection_that_was_dropped_is_opened_anew(session: Session, engine: Engine) -> None:
    documents(session, "papers")
    session.forget("papers")
    assert eventually(lambda: "close papers" in engine.log)
    documents(session, "papers")
    assert engine.log == ["open papers", "close papers", "open papers"]


def test_what_else_is_kept_open_is_closed_with_the_session(session: Session, engine: Engine) -> None:
    kept = session.keep_open(lambda: engine.open("shelf"))

    async def use() -> str:
        async with kept.use() as opened:
            return "it" if opened is engine else ""

    assert session.submit(use()).result(60) == "it"
    session.close()
    assert engine.log == ["open shelf", "close shelf"]
