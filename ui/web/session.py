"""The bridge between Streamlit's script threads and asyncio; the pages, programs and agents ask through it.

One background thread runs one event loop. Answerers are opened, used and closed in that loop, whichever thread asks.
"""

import asyncio
import concurrent.futures.thread  # noqa: F401 - see _at_exit
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol, TypeVar

from qa.answering.events import Event, TextPiece
from qa.errors import NoCollectionError, QAError, StoreUnavailableError
from qa.store.records import ChunkSpan, RegisterRow
from qa.store.where import EVERYTHING, Filter
from qa.store.within import Alternatives
from qa.types import Answer, Chunk, Turn
from ui.presets import SIGN
from ui.web.access import acting_as, current_access
from ui.web.kept_open import KeptOpen

logger = logging.getLogger(__name__)
T = TypeVar("T")

APOLOGY = "Sorry, something went wrong here. The details are in the log of the terminal that runs Footnote."
_TICK_S = 0.25
_CLOSE_TIMEOUT_S = 10.0
# An answerer holds models in memory, and takes a second to open.
_MOST_OPEN = 3
_IDLE_S = 600.0


class Status(Protocol):
    """What the collection holds."""

    @property
    def documents(self) -> int: ...  # noqa: D102
    @property
    def chunks(self) -> int: ...  # noqa: D102


class Answerer(Protocol):
    """What the page needs of the question flow."""

    def stream(self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING) -> AsyncIterator[Event]:
        """Yield what happens, `Finished` last."""
        ...

    def go_on(self, answer: Answer) -> AsyncIterator[Event]:
        """Yield what happens while an answer that broke off is gone on with, `Finished` last."""
        ...

    def status(self) -> Awaitable[Status]:
        """Count what the collection holds."""
        ...

    def registered(self, document: str) -> Awaitable[RegisterRow | None]:
        """Return the newest registered version of a document."""
        ...

    def passages(self, ids: Sequence[str], /) -> Awaitable[list[Chunk]]:
        """Return stored passages by their ids."""
        ...

    def named(self, source: str) -> Awaitable[RegisterRow | None]:
        """Return the newest registered version of the document of a source."""
        ...

    def inside(self, source: str, most: int) -> Awaitable[list[RegisterRow]]:
        """Return the documents inside a file, about `most` where it holds more."""
        ...

    def reads_all_of(self, source: str) -> Awaitable[bool]:
        """Tell whether all that the file of a document holds may be read here."""
        ...

    def within(self, only: Alternatives) -> "Answerer":
        """Return the answerer for who may read only what passes one of some filters."""
        ...

    def around(self, span: ChunkSpan, /) -> Awaitable[list[Chunk]]:
        """Return the stored chunks of a stretch of a document, in order."""
        ...


class Session:
    """Owns the loop, its thread and the answerers, one for each collection. Any number of threads may ask at once.

    The first call that needs a collection's answerer opens it, and it is kept: the one that was used last for good,
    others until they have been idle for a while or too many are open. If opening fails, every waiting caller gets the
    exception, and the next call tries again. The same happens when the index of an open answerer has gone.
    """

    def __init__(
        self,
        open_answerer: Callable[[str], AbstractAsyncContextManager[Answerer]],
        version: Callable[[], object] = lambda: None,
        default: Callable[[], str] = lambda: "",
    ) -> None:
        """Start the loop.

        Args:
            open_answerer: Opens the answerer of a collection, of the one that the settings name for "".
            version: Returns what differs once the settings are others. Then answerers are opened anew for what comes;
                what goes on ends in the old ones.
            default: Returns the name of the collection that "" stands for.
        """
        self.follow: Callable[[AsyncGenerator[Event, None]], AsyncGenerator[Event, None]] = lambda happening: happening
        """Passes on all that happens while questions are answered; whoever counts them puts a counter here."""
        self._open = open_answerer
        self._default = default
        self._version = version
        self._opened_with: object = None
        self._answerers: dict[str, KeptOpen[Answerer]] = {}
        self._closing: set[KeptOpen[Answerer]] = set()
        self._kept: list[KeptOpen[Any]] = []
        self._tried: dict[str, int] = {}
        self._sweep: asyncio.TimerHandle | None = None
        self._close_lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="footnote-loop", daemon=True)
        self._thread.start()
        _at_exit(self.close)

    def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING, collection: str = ""
    ) -> AsyncGenerator[Event, None]:
        """Yield what `Answerer.stream` yields and raise what it raises, for what `submit` runs in the loop."""
        return self.follow(
            self._for_who_asks(lambda answerer: answerer.stream(question, turns, where=where), collection)
        )

    def go_on(self, answer: Answer, *, collection: str = "") -> AsyncGenerator[Event, None]:
        """Yield what `Answerer.go_on` yields, likewise."""
        return self.follow(self._for_who_asks(lambda answerer: answerer.go_on(answer), collection))

    async def used(self, work: Callable[[Any], Awaitable[T]], collection: str = "") -> T:
        """Return what some work with a collection's open answerer returns, for what `submit` runs in the loop."""

        async def once(answerer: Answerer) -> AsyncGenerator[T, None]:
            yield await work(answerer)

        async with aclosing(self._for_who_asks(once, collection)) as results:
            async for result in results:
                return result
        raise AssertionError("the work gives one result")

    def keep_open(self, open_: Callable[[], AbstractAsyncContextManager[T]]) -> KeptOpen[T]:
        """Return what opens something else in the loop when it is first used there; `close` closes it."""
        kept = KeptOpen(open_)
        self._kept.append(kept)
        return kept

    def open_ahead(self, collection: str, *, change: int = 0) -> None:
        """Open the answerer of a collection, so that its first question need not wait; a failure is `trouble`.

        Args:
            collection: Its name.
            change: Of what it holds; where opening it failed, another change may have mended that.
        """
        answerer = self._answerers.get(collection)
        if answerer is None or (answerer.failure and self._tried.get(collection) != change):
            self._tried[collection] = change
            self.submit(self._ahead(collection))

    def trouble(self, collection: str) -> str:
        """Return why the answerer of a collection could not be opened the last time, "" if it could or is new."""
        answerer = self._answerers.get(collection)
        failure = answerer.failure if answerer else None
        if failure and not current_access().sees_all:
            name = self.named(collection)
            if isinstance(failure, NoCollectionError) or not current_access().sees(name):
                failure = _no_collection(name)
        if failure is None or isinstance(failure, QAError):
            return str(failure or "")
        return APOLOGY

    def forget(self, collection: str) -> None:
        """Close the answerer of a collection that was dropped or has another name now; the next call opens it anew."""
        self._loop.call_soon_threadsafe(self._close_answerer, collection)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine in the loop, with the rights of who asks here.

        `close` cancels it where it has not ended by then.
        """
        # The task takes over the context of this call.
        with acting_as(current_access()):
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> Generator[None, None, T]:
        """Run a coroutine in the loop and return what it returns; yield None four times a second until then.

        Streamlit can stop a script only where it draws. Closing the iterator early cancels the coroutine.
        """
        future = self.submit(coroutine)
        try:
            while True:
                try:
                    return future.result(_TICK_S)
                except TimeoutError:
                    yield
        finally:
            future.cancel()

    def call(self, work: Callable[[Answerer], Awaitable[T]], *, collection: str = "") -> Future[T]:
        """Have a collection's answerer do something once, in the loop; the future brings what it returns or raises."""
        return self.submit(self.used(work, collection))

    def close(self) -> None:
        """Cancel what is running, close the answerer in its loop and end the thread. Further calls do nothing."""
        with self._close_lock:
            if self._loop.is_closed():
                return
            closed = self.submit(self._shut())
            try:
                closed.result(_CLOSE_TIMEOUT_S)
            except TimeoutError:
                logger.warning("the answerer did not close within %.0f s", _CLOSE_TIMEOUT_S)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def named(self, collection: str) -> str:
        """Return the name by which a collection is known, without that of a preset; for "" that of the settings."""
        return collection.partition(SIGN)[0] or self._default()

    async def _for_who_asks(
        self, start: Callable[[Answerer], AsyncIterator[T]], collection: str
    ) -> AsyncGenerator[T, None]:
        """Yield what an answerer yields that knows only what who asks may read: there is no other way to one.

        Raises:
            NoCollectionError: They may read nothing of this collection, whether or not there is one.
        """
        access = current_access()
        if access.sees_all:
            async with aclosing(self._opened(start, collection)) as stream:
                async for item in stream:
                    yield item
            return
        name = self.named(collection)
        if not (only := access.only(name)):
            raise _no_collection(name)
        try:
            async with aclosing(self._opened(lambda answerer: start(answerer.within(only)), collection)) as stream:
                async for item in stream:
                    yield item
        except NoCollectionError as error:
            # Its words name the collections that there are.
            raise _no_collection(name) from error

    async def _opened(self, start: Callable[[Answerer], AsyncIterator[T]], collection: str) -> AsyncGenerator[T, None]:
        """Yield what an answerer yields, of one that is opened anew where the index went away under the last one."""
        answerer = self._answerer(collection)
        kept = answerer.opened  # for an earlier question
        begun = False
        try:
            async with aclosing(_once(start, answerer)) as stream:
                async for item in stream:
                    begun = begun or isinstance(item, TextPiece)
                    yield item
            return
        except StoreUnavailableError:
            # The collection may have been rebuilt or renamed since it was opened: it is looked for once more.
            answerer.retire(kept if kept is not None else answerer.opened)
            if begun or kept is None:
                raise
        answerer = self._answerer(collection)
        try:
            async with aclosing(_once(start, answerer)) as stream:
                async for item in stream:
                    yield item
        except StoreUnavailableError:
            answerer.retire(answerer.opened)
            raise

    async def _ahead(self, collection: str) -> None:
        try:
            async with self._answerer(collection).use():
                pass
        except QAError as error:
            logger.debug("%s did not open ahead of a question: %s", collection, error)
        except Exception:
            # Nobody awaits it and nothing is lost: the first question opens it, and says what is wrong.
            logger.exception("%s did not open ahead of a question", collection)

    def _answerer(self, collection: str) -> KeptOpen[Answerer]:
        """Return a collection's answerer, and close others that are too many, or have been idle for too long."""
        if (version := self._version()) != self._opened_with:
            self._opened_with = version
            for name in list(self._answerers):
                self._leave_answerer(name)
        if collection not in self._answerers:
            self._answerers[collection] = KeptOpen(lambda: self._open(collection))
        answerer = self._answerers[collection]
        answerer.used_at = time.monotonic()
        self._close_idle()
        return answerer

    def _close_idle(self) -> None:
        """Close the answerers that nobody uses and that have been idle for too long, or are too many; not the last."""
        by_use = sorted(self._answerers, key=lambda name: self._answerers[name].used_at)
        for name in by_use[:-1]:
            answerer = self._answerers[name]
            is_too_much = len(self._answerers) > _MOST_OPEN or time.monotonic() - answerer.used_at > _IDLE_S
            if is_too_much and not answerer.users:
                self._close_answerer(name)
        if self._sweep:
            self._sweep.cancel()
        self._sweep = self._loop.call_later(_IDLE_S / 2, self._close_idle) if len(self._answerers) > 1 else None

    def _close_answerer(self, collection: str) -> None:
        if answerer := self._answerers.pop(collection, None):
            answerer.close()
            self._closing = {other for other in self._closing if other.owners or other.users} | {answerer}

    def _leave_answerer(self, collection: str) -> None:
        answerer = self._answerers.pop(collection)
        self._closing = {other for other in self._closing if other.owners or other.users} | {answerer}
        answerer.close_after_use()

    async def _shut(self) -> None:
        everything = [*self._answerers.values(), *self._closing, *self._kept]
        # Those that are open close themselves; what is still being opened is broken off like all other work.
        owners = {owner for kept in everything for owner in kept.owners}
        for kept in everything:
            kept.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()} - owners:
            task.cancel()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        await self._loop.shutdown_asyncgens()


async def _once(start: Callable[[Answerer], AsyncIterator[T]], answerer: KeptOpen[Answerer]) -> AsyncGenerator[T, None]:
    async with answerer.use() as opened:
        stream = start(opened)
        try:
            async for item in stream:
                yield item
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()


def _no_collection(name: str) -> NoCollectionError:
    told = f'there is no collection "{name}" that you may read'
    # A program cannot look at the choice of a page. What somebody was given is no secret to them.
    given = [one for one in current_access().given if one != name]
    return NoCollectionError(told, elsewhere=f"{told}; you may read: {', '.join(given)}" if given else told)


def _at_exit(close: Callable[[], None]) -> None:
    # `atexit` is too late: thread pools refuse work by then, and closing the index needs `asyncio.to_thread`. These
    # callbacks run last in, first out, so that this one comes before the pools' own, registered by the import above.
    threading._register_atexit(close)  # type: ignore[attr-defined]


_shared: Session | None = None
_shared_lock = threading.Lock()


def shared(
    open_answerer: Callable[[str], AbstractAsyncContextManager[Answerer]],
    version: Callable[[], object] = lambda: None,
    default: Callable[[], str] = lambda: "",
) -> Session:
    """Return the session of this process; the first call makes it, with what `Session` is made with."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = Session(open_answerer, version, default)
        return _shared
