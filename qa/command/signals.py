"""What ends a command: SIGTERM and SIGHUP do what Ctrl-C does, and the second of them ends it at once.

The exit status is 128 plus the signal's number, as in a shell: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP.
"""

import asyncio
import errno
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, TypeVar

from qa.command import printing

Result = TypeVar("Result")

INTERRUPTED = 130
STOPPED = "stopped; what was finished is kept, and the same command continues from there"

_ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Stops:
    """The signals that came while a command ran, and what is done about them.

    Attributes:
        first: Number of the first signal; 0 before it came.
        on_first: What the first signal does; None raises `KeyboardInterrupt`.
        before_end: Called before the second signal ends the process, to end what would outlive it.
    """

    def __init__(self) -> None:
        self.first = 0
        self.on_first: Callable[[], object] | None = None
        self.before_end: list[Callable[[], object]] = []

    def handle(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal; Python calls this in the main thread, between any two of its steps."""
        if number == getattr(signal, "SIGHUP", 0):
            _let_go_of_terminal()
        if self.first:
            self._end()
        self.first = number
        if self.on_first is None:
            raise KeyboardInterrupt
        self.on_first()

    @property
    def status(self) -> int:
        """The exit status of a command that was ended."""
        return 128 + self.first if self.first else INTERRUPTED

    def _end(self) -> None:
        """End the process without waiting for its threads, which may be in the middle of a batch."""
        for act in self.before_end:
            with suppress(Exception):
                act()
        printing.last_line(STOPPED)
        os._exit(self.status)


_current: Stops | None = None


def current() -> Stops | None:
    """Return the stops of the command that runs in this thread; None outside of one."""
    return _current if threading.current_thread() is threading.main_thread() else None


@contextmanager
def stoppable() -> Iterator[Stops]:
    """Handle the signals that end a command, except those that its parent ignores, as nohup does."""
    global _current
    stops, outer = Stops(), _current
    if threading.current_thread() is not threading.main_thread():
        yield stops
        return
    before = {number: signal.getsignal(number) for number in _ENDING}
    taken = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in taken:
        signal.signal(number, stops.handle)
    _current = stops
    try:
        yield stops
    finally:
        _current = outer
        for number in taken:
            # Once stopped, a further signal ends the process without waiting for the threads that Python waits for.
            signal.signal(number, signal.SIG_DFL if stops.first else before[number])


def ignore_signals() -> None:
    """Leave it to the process that started this one to end it."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run the asynchronous part of a command; the first signal cancels it.

    Raises:
        KeyboardInterrupt: A signal came.
    """
    stops = current()
    if stops is None:
        return asyncio.run(main)

    async def cancellable() -> Result:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()

        def cancel() -> None:
            if task is not None:
                task.cancel()
            loop.call_soon_threadsafe(lambda: None)  # it may be waiting for something else

        with on_first(cancel):
            return await main

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        if stops.first:
            raise KeyboardInterrupt from None
        raise


@contextmanager
def on_first(act: Callable[[], object]) -> Iterator[None]:
    """Have the first signal call `act`, between any two steps of the main thread; `act` must not wait."""
    stops = current() or Stops()
    before, stops.on_first = stops.on_first, act
    try:
        yield
    finally:
        stops.on_first = before


@contextmanager
def interruptible(act: Callable[[], object]) -> Iterator[None]:
    """Have Ctrl-C call `act` within this context, and not count as a signal; others end the command as before."""
    stops = current() or Stops()
    outer = stops.on_first

    def first() -> None:
        if stops.first == signal.SIGINT:
            act()
        elif outer is not None:
            outer()
        else:
            raise KeyboardInterrupt

    with on_first(first):
        try:
            yield
        finally:
            if stops.first == signal.SIGINT:
                stops.first = 0


@contextmanager
def ended_with(end: Callable[[], object]) -> Iterator[None]:
    """Have the second signal call `end` before it ends the process."""
    stops = current() or Stops()
    stops.before_end.append(end)
    try:
        yield
    finally:
        stops.before_end.remove(end)


def _let_go_of_terminal() -> None:
    """Write to nowhere from now on if the terminal is gone: each line would fail."""
    with suppress(ImportError):
        import termios

        for descriptor in (0, 1, 2):
            try:
                termios.tcgetattr(descriptor)
            except termios.error as error:
                # The others are not terminals.
                if error.args[0] == errno.EIO:
                    os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
            except OSError:
                continue
