"""The bridge between Streamlit's script threads and asyncio; the pages are its only users.

One background thread runs one event loop. The answerer is opened, used and closed in that loop, whichever thread asks.
"""

import asyncio
import concurrent.futures.thread  # noqa: F401 - see _at_exit
import logging
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator, Sequence
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, Protocol, TypeVar

from qa.answering.events import Event, TextPiece
from qa.errors import StoreUnavailableError
from qa.store.where import EVERYTHING, Facets, Filter
from qa.types import Answer, Turn

logger = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")

_ITEMS_AHEAD = 64
_TICK_S = 0.25
_CLOSE_TIMEOUT_S = 10.0


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

    def facets(self) -> Awaitable[Facets]:
        """Return what there is to limit a question to."""
        ...


class Session:
    """Owns the loop, its thread and the answerer. Any number of threads may ask at once.

    The first call that needs the answerer opens it, and it is kept. If opening fails, every waiting caller gets the
    exception, and the next call tries again. The same happens when the index of an open answerer has gone.
    """

    def __init__(self, open_answerer: Callable[[], AbstractAsyncContextManager[Answerer]]) -> None:
        self._open = open_answerer
        self._ready: asyncio.Future[Answerer] | None = None
        self._owner: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()  # set to close the answerer in use
        self._close_lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="footnote-loop", daemon=True)
        self._thread.start()
        _at_exit(self.close)

    def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncGenerator[Event, None]:
        """Yield what `Answerer.stream` yields and raise what it raises, for what `submit` runs in the loop."""
        return self._opened(lambda answerer: answerer.stream(question, turns, where=where))

    def go_on(self, answer: Answer) -> AsyncGenerator[Event, None]:
        """Yield what `Answerer.go_on` yields, likewise."""
        return self._opened(lambda answerer: answerer.go_on(answer))

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine in the loop. `close` cancels it where it has not ended by then."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def status(self) -> Generator[Status | None, None, None]:
        """Yield None four times a second until the collection has been counted, then its status.

        Streamlit can stop a script only where it draws. Closing the iterator early cancels the count in the loop.
        """
        return self._follow(_status, idle=None)

    def facets(self) -> Generator[Facets | None, None, None]:
        """Yield None four times a second until the documents have been counted, then what there is to choose from."""
        return self._follow(_facets, idle=None)

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

    def _follow(self, start: Callable[[Answerer], AsyncIterator[T]], idle: T) -> Generator[T, None, None]:
        items: asyncio.Queue[tuple[T] | Exception | None] = asyncio.Queue(maxsize=_ITEMS_AHEAD)
        pump = self.submit(self._pump(start, items))
        try:
            while (item := (yield from self._wait(items.get(), idle))) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item[0]
        finally:
            pump.cancel()

    def _wait(self, coroutine: Coroutine[Any, Any, R], idle: T) -> Generator[T, None, R]:
        future = self.submit(coroutine)
        try:
            while True:
                try:
                    return future.result(_TICK_S)
                except TimeoutError:
                    yield idle
        finally:
            future.cancel()

    async def _pump(
        self,
        start: Callable[[Answerer], AsyncIterator[T]],
        items: "asyncio.Queue[tuple[T] | Exception | None]",
    ) -> None:
        try:
            async with aclosing(self._opened(start)) as stream:
                async for item in stream:
                    await items.put((item,))
        except Exception as error:  # noqa: BLE001 - whatever it is, the thread that asked raises it
            await items.put(error)
        else:
            await items.put(None)

    async def _opened(self, start: Callable[[Answerer], AsyncIterator[T]]) -> AsyncGenerator[T, None]:
        """Yield what an answerer yields, of one that is opened anew where the index went away under the last one."""
        kept = self._ready  # opened for an earlier question
        begun = False
        try:
            async with aclosing(self._once(start)) as stream:
                async for item in stream:
                    begun = begun or isinstance(item, TextPiece)
                    yield item
            return
        except StoreUnavailableError:
            # The collection may have been rebuilt or renamed since it was opened: it is looked for once more.
            self._retire(kept if kept is not None else self._ready)
            if begun or kept is None:
                raise
        try:
            async with aclosing(self._once(start)) as stream:
                async for item in stream:
                    yield item
        except StoreUnavailableError:
            self._retire(self._ready)
            raise

    async def _once(self, start: Callable[[Answerer], AsyncIterator[T]]) -> AsyncGenerator[T, None]:
        stream = start(await self._answerer())
        try:
            async for item in stream:
                yield item
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()

    async def _answerer(self) -> Answerer:
        ready = self._ready
        if ready is None or (ready.done() and (ready.cancelled() or ready.exception() is not None)):
            ready = self._ready = self._loop.create_future()
            self._closing = asyncio.Event()
            self._owner = self._loop.create_task(self._own(ready, self._closing))
        # Shielded: a question that is stopped while the index opens must not stop the opening for the others.
        return await asyncio.shield(ready)

    def _retire(self, used: "asyncio.Future[Answerer] | None") -> None:
        """Close the answerer whose index went away, unless another question did; the next one opens another."""
        if self._ready is used:
            self._closing.set()
            self._ready = None

    async def _own(self, ready: "asyncio.Future[Answerer]", closing: asyncio.Event) -> None:
        # One task enters and leaves the context, as the task groups and timeouts inside it demand.
        try:
            async with self._open() as answerer:
                ready.set_result(answerer)
                await closing.wait()
        except Exception as error:
            if ready.done():
                logger.exception("the answerer failed to close")
            else:
                ready.set_exception(error)

    async def _shut(self) -> None:
        self._closing.set()
        opened = self._ready is not None and self._ready.done()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if task is not self._owner or not opened:
                task.cancel()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        await self._loop.shutdown_asyncgens()


def _at_exit(close: Callable[[], None]) -> None:
    # `atexit` is too late: thread pools refuse work by then, and closing the index needs `asyncio.to_thread`. These
    # callbacks run last in, first out, so that this one comes before the pools' own, registered by the import above.
    threading._register_atexit(close)  # type: ignore[attr-defined]


async def _status(answerer: Answerer) -> AsyncIterator[Status | None]:
    yield await answerer.status()


async def _facets(answerer: Answerer) -> AsyncIterator[Facets | None]:
    yield await answerer.facets()


_shared: Session | None = None
_shared_lock = threading.Lock()


def shared(open_answerer: Callable[[], AbstractAsyncContextManager[Answerer]]) -> Session:
    """Return the session of this process; the first call makes it, with its own `open_answerer`."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = Session(open_answerer)
        return _shared
