"""Turns of writers on one embedded database, across processes. On a server there is no turn-taking.

Both kinds are locks of the operating system, so that a process that dies loses its turn at that instant.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from qa.disk import reason
from qa.errors import StoreError, StoreUnavailableError
from qa.private import make_folder, write_file
from qa.store.trouble import is_stopped, lock_holder

_POLL_S = 0.002
_LONGEST_POLL_S = 0.02
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who writes to a collection, and since when (seconds since 1970)."""

    pid: int
    command: str
    since: float

    def __str__(self) -> str:
        clock = time.strftime("%H:%M:%S", time.localtime(self.since))
        return f"process {self.pid} ({self.command}), since {clock}"


@asynccontextmanager
async def request_turn(database: Path, *, timeout_s: float = 60.0) -> AsyncIterator[None]:
    """Hold the right to send one writing request.

    When milvus-lite 3 was killed under four concurrent writers, up to all of 3,200 acknowledged rows were lost; none
    when they took turns.

    Raises:
        StoreUnavailableError: Another process kept it for all of `timeout_s`.
        StoreError: The database can only be read.
    """
    file = database.with_name(f".{database.name}.write")
    lock = _lock(file)
    try:
        async with asyncio.timeout(timeout_s):
            await _acquired(lock)
    except TimeoutError as error:
        holder = lock_holder(file)
        raise StoreUnavailableError(
            f"{_named(holder)} has been writing to {database} for {timeout_s:g} s; {_way_out(holder)}"
        ) from error
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def writer_turn(
    database: Path,
    collection: str,
    *,
    command: str,
    on_wait: Callable[[Holder | None], None] = lambda _holder: None,
    timeout_s: float = 60.0,
) -> AsyncIterator[None]:
    """Hold the right to change a collection's documents; wait for it while another process has it.

    An ingest may take hours, and is waited for; a stopped process is waited for no longer than `timeout_s`.

    Args:
        database: File of the embedded engine.
        collection: Name of the one to change; writers to others in the same database are not held up.
        command: What this process does, in words for those who wait.
        on_wait: Called once if another process has the turn, with its holder if that is known.
        timeout_s: Seconds to wait for a stopped process, in case it goes on.

    Raises:
        StoreUnavailableError: The process that has the turn is stopped.
        StoreError: The database can only be read.
    """
    lock, note = _files(database, collection)
    if not _acquire(lock):
        on_wait(_read(note))
        await _while_it_works(lock, note, timeout_s, collection)
    try:
        _write(note, Holder(os.getpid(), command, time.time()))
        yield
    finally:
        _write(note, None)
        lock.release()


def current_writer(database: Path, collection: str) -> Holder | None:
    """Return who writes to a collection at this moment; None if nobody does, or it cannot be told who."""
    try:
        lock, note = _files(database, collection)
        if not _acquire(lock):
            return _read(note)
    except StoreError:
        return None  # it can only be read here
    lock.release()
    return None


def _files(database: Path, collection: str) -> tuple[FileLock, Path]:
    lock = database.with_name(f".{database.name}.{collection}.writer")
    return _lock(lock), lock.with_name(f"{lock.name}.json")


def _lock(file: Path) -> FileLock:
    try:
        make_folder(file.parent)  # otherwise the library makes it, readable by everybody
    except OSError as error:
        raise StoreError(reason(error, file.parent) or f"{file.parent} cannot be made: {error}") from error
    return FileLock(file, mode=0o600, thread_local=False)


async def _while_it_works(lock: FileLock, note: Path, timeout_s: float, collection: str) -> None:
    """Wait for a turn, but no longer than `timeout_s` for a process that is stopped."""
    stopped_s = 0.0
    while True:
        try:
            async with asyncio.timeout(_LOOK_S):
                await _acquired(lock)
                return
        except TimeoutError:
            holder = lock_holder(Path(lock.lock_file))
            stopped_s = stopped_s + _LOOK_S if holder and is_stopped(holder) else 0.0
            if stopped_s >= timeout_s:
                who = _read(note) or _named(holder)
                raise StoreUnavailableError(
                    f'{who} has the turn to write to collection "{collection}", and is stopped; {_way_out(holder)}'
                ) from None


def _named(holder: int) -> str:
    return f"process {holder}" if holder else "another process"


def _way_out(holder: int) -> str:
    if holder and is_stopped(holder):
        return f"let it go on with kill -CONT {holder}, or end it with kill {holder} and kill -CONT {holder}"
    return "wait until it has ended, or end it"


async def _acquired(lock: FileLock) -> None:
    delay = _POLL_S
    while not _acquire(lock):
        await asyncio.sleep(delay)
        delay = min(delay * 1.5, _LONGEST_POLL_S)


def _acquire(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        # Mostly because the folder can only be read.
        file = Path(lock.lock_file)
        raise StoreError(reason(error, file.parent) or f"{file} cannot be locked: {error}") from error
    return True


def _write(note: Path, holder: Holder | None) -> None:
    # For others to read; on a full disk they do without.
    with suppress(OSError):
        write_file(note, json.dumps(asdict(holder)) if holder else "")


def _read(note: Path) -> Holder | None:
    try:
        return Holder(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def this_command() -> str:
    """Return what this process was called as, short enough for a line."""
    name = Path(sys.argv[0]).name
    words = ["footnote" if name in ("__main__.py", "cli.py") else name, *sys.argv[1:2]]
    return " ".join(words)[:60]
