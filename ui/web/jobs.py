"""Answers in the making. A question is a row of the database; its answer is made in the background.

Whatever a visitor's page does meanwhile (it is drawn again, closed, reloaded, shown twice), the answer goes on and is
written as it grows. Only `stop` ends it.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import uuid4

from qa.accounts.access import OF_ALL
from qa.answering import events
from qa.answering.standalone.conversation import turn_of
from qa.answering.stopping import Stop
from qa.database.conversations import Conversations
from qa.database.exchanges import Exchange
from qa.database.times import BEAT_S
from qa.errors import QAError, StoreError
from qa.types import Answer, Turn
from ui.web import recording
from ui.web.access import acting_as
from ui.web.session import APOLOGY, Session

logger = logging.getLogger(__name__)
T = TypeVar("T")

# So long may what came of an answer that is stopped be checked and kept; then it ends as it is.
_STOPPED_S = 3.0
# How often what there is of an answer is written: no more than this is lost if the process is killed.
_WRITE_S = 0.5


@dataclass(frozen=True, slots=True)
class Live:
    """How far an answer is.

    Attributes:
        text: As much of it as there is.
        doing: What goes on that takes a while, None while text comes.
        started: When the work on it began, by `time.monotonic`; 0 before that.
        waits: Whether its turn has not come: an earlier question of its branch is being answered.
    """

    text: str = ""
    doing: events.Event | None = None
    started: float = 0.0
    waits: bool = False


class Jobs:
    """Makes the answers of one process, in the session's loop. Any number of threads may use it."""

    def __init__(self, session: Session, conversations: Conversations) -> None:
        """Begin; answers that another process of this database broke off are marked."""
        self._session = session
        self._conversations = conversations
        self.worker = uuid4().hex
        """Names this process to others that use the database."""
        self._live: dict[str, Live] = {}
        self._futures: dict[str, Future[None]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopped: set[str] = set()
        self._stops: dict[str, Stop] = {}
        self._changed = threading.Condition()
        self._change = 0
        conversations.answers.break_off()
        # For all, not for the visitor for whom this is opened.
        with acting_as(OF_ALL):
            session.submit(self._beat())

    def start(self, exchange: Exchange) -> None:
        """Make the answer of a question that waits; where an earlier one of its branch is being answered, after it."""
        before = self._futures.get(exchange.parent)
        self._show(exchange.id, Live(waits=before is not None))
        self._submit(exchange, before)

    def go_on(self, exchange: Exchange) -> None:
        """Let the model go on with an answer that is not complete; until it is, the answer stays what it is."""
        if exchange.answer and self._conversations.answers.reopen(exchange.id, self.worker):
            self._show(exchange.id, Live(exchange.text))
            self._submit(exchange, None)

    def stop(self, exchange: str) -> None:
        """End an answer at once; what there is of it is kept."""
        if exchange in self._live:
            self._stopped.add(exchange)
            self._session.submit(self._cancel(exchange))

    def live(self, exchange: str) -> Live | None:
        """Return how far an answer is, None where this process does not make it, or no longer."""
        return self._live.get(exchange)

    def wait(self, seen: int, timeout_s: float) -> int:
        """Wait until something changes and return the number of the change, `seen` where nothing did in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._change != seen, timeout_s)
            return self._change

    def _submit(self, exchange: Exchange, before: "Future[None] | None") -> None:
        self._futures[exchange.id] = future = self._session.submit(self._run(exchange, before))
        # Not with the task: what waits for this exchange may be told so only when its own turn has come.
        future.add_done_callback(lambda done: self._forget(exchange.id, done))

    def _forget(self, exchange: str, done: "Future[None]") -> None:
        # An answer that is gone on with has another one by then.
        if self._futures.get(exchange) is done:
            self._futures.pop(exchange, None)

    async def _run(self, exchange: Exchange, before: "Future[None] | None") -> None:
        """Make one answer in a task of its own, which can be cancelled without this one."""
        self._tasks[exchange.id] = task = asyncio.create_task(self._answer(exchange, before))
        # Not at the end of this one: while the loop closes, the task may still write what there is.
        task.add_done_callback(lambda _task: self._end(exchange.id))
        await asyncio.wait([task])
        if before is not None:
            # Stopped while it waited: the next one does not overtake what this one waited for.
            await asyncio.wait([asyncio.wrap_future(before)])

    async def _cancel(self, exchange: str) -> None:
        """End an answer: where there are words of it, a moment later, so that they are checked and can be gone on with.

        The model is stopped at once.
        """
        # Later than `_run`, which was submitted before, and than the first step of the task.
        await asyncio.sleep(0)
        if (task := self._tasks.get(exchange)) is None:
            return
        stop, live = self._stops.get(exchange), self._live.get(exchange)
        if stop and not stop.is_asked and live and live.text:
            stop.ask()
            await asyncio.wait([task], timeout=_STOPPED_S)
        task.cancel()

    async def _answer(self, exchange: Exchange, before: "Future[None] | None") -> None:
        """Make one answer and write it; every end of it is written as well."""
        self._stops[exchange.id] = stop = Stop()
        stop.heed()
        try:
            if before is not None:
                await asyncio.wait([asyncio.wrap_future(before)])
            if (happening := await self._events(exchange)) is None:
                return
            async with aclosing(happening):
                answer = await self._followed(exchange, happening)
            is_cut = stop.is_asked and not answer.complete
            keep = self._conversations.answers.stop if is_cut else self._conversations.answers.finish
            await self._written(partial(keep, exchange.id, answer))
        except asyncio.CancelledError:
            self._ended(exchange)
            raise
        except QAError as error:
            if stop.is_asked:
                self._ended(exchange)
            else:
                await self._failed(exchange, str(error))
        except Exception:
            # Nobody awaits this task: whatever went wrong, a fault of ours or a library's, is told in place of the
            # answer. Else the question would wait until its worker counts as dead.
            logger.exception("the question could not be answered")
            await self._failed(exchange, APOLOGY)

    async def _followed(self, exchange: Exchange, happening: AsyncGenerator[events.Event, None]) -> Answer:
        """Show and write what happens, and return the answer."""
        text, started = "", time.monotonic()
        # Of an answer that is gone on with, until the first words of the new one come.
        before = exchange.text if exchange.answer else ""
        written_at = started
        self._show(exchange.id, Live(before, started=started))
        async for event in happening:
            match event:
                case events.TextPiece(piece):
                    text += piece
                    self._show(exchange.id, Live(text, None, started))
                case events.Withdrawn():
                    text = ""
                    self._show(exchange.id, Live("", None, started))
                case events.Searching() | events.PassagesFound() | events.Progress() | events.Thought():
                    self._show(exchange.id, Live(text or before, event, started))
                case events.Finished(answer):
                    return answer
            if text and time.monotonic() - written_at > _WRITE_S:
                written_at = time.monotonic()
                await self._written(partial(self._conversations.answers.write, exchange.id, text))
        raise AssertionError("an answer ends with Finished")

    async def _events(self, exchange: Exchange) -> AsyncGenerator[events.Event, None] | None:
        """Return what happens while the answer is made, None where it is another worker's."""
        collection = await self._written(partial(self._conversations.collection_of, exchange.conversation))
        if exchange.answer:
            return self._session.go_on(exchange.answer, collection=collection)
        if not await self._written(partial(self._conversations.answers.take, exchange.id, self.worker)):
            return None
        branch = await self._written(partial(self._conversations.way, exchange.parent))
        await recording.noted("asked", collection=collection, subject=exchange.question)
        return self._session.stream(exchange.question, turns_of(branch), where=exchange.limits, collection=collection)

    def _ended(self, exchange: Exchange) -> None:
        """Write that an answer was stopped or broken off. Not awaited: what was cancelled may be cancelled again."""
        with _told():
            self._keep_text(exchange)
            if exchange.id in self._stopped:
                self._conversations.answers.stop(exchange.id)
            else:
                self._conversations.answers.break_off(exchange=exchange.id)

    async def _failed(self, exchange: Exchange, reason: str) -> None:
        def write() -> None:
            self._keep_text(exchange)
            self._conversations.answers.fail(exchange.id, reason)

        with _told():
            await self._written(write)

    def _keep_text(self, exchange: Exchange) -> None:
        """Write what there is of an answer; one that was gone on with is what it was."""
        live = self._live.get(exchange.id)
        if exchange.answer:
            self._conversations.answers.write(exchange.id, exchange.text)
        elif live and live.text:
            self._conversations.answers.write(exchange.id, live.text)

    async def _written(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(work)

    async def _beat(self) -> None:
        """Say that this process is alive, and mark what others left, until the loop ends."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self._written(partial(self._conversations.answers.beat, self.worker))
                if await self._written(self._conversations.answers.break_off):
                    self._notify()
            except StoreError as error:
                logger.warning("answers in the making are not marked as such: %s", error)
            except Exception:
                # Without a beat all answers of this process would be taken for broken off, and nobody awaits it.
                logger.exception("answers in the making are not marked as such")

    def _show(self, exchange: str, live: Live) -> None:
        self._live[exchange] = live
        self._notify()

    def _end(self, exchange: str) -> None:
        self._tasks.pop(exchange, None)
        self._stops.pop(exchange, None)
        self._live.pop(exchange, None)
        self._stopped.discard(exchange)
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._change += 1
            self._changed.notify_all()


@contextmanager
def _told() -> Iterator[None]:
    """Log that the end of an answer cannot be written; once nobody beats for it, it counts as broken off."""
    try:
        yield
    except StoreError as error:
        logger.warning("the end of an answer is not written: %s", error)


def turns_of(branch: Sequence[Exchange]) -> list[Turn]:
    """Return exchanges as the turns before a next question. What a failed one was about counts too."""
    turns: list[Turn] = []
    for exchange in branch:
        turns.append(Turn("user", exchange.question))
        if exchange.answer:
            turns.append(turn_of(exchange.answer))
        elif exchange.text:
            turns.append(Turn("assistant", exchange.text))
    return turns
