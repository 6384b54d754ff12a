"""Turns of writers on one embedded database, across processes. On a server there is no turn-taking.

Both kinds are locks of the operating system, so that a process that dies loses its turn at that instant.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from qa.private import make_folder, write_file

_POLL_S = 0.002
_LONGEST_POLL_S = 0.02


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
async def request_turn(database: Path) -> AsyncIterator[None]:
    """Hold the right to send one writing request.

    Four concurrent writers cost milvus-lite 3 up to all of 3,200 acknowledged rows when it was killed; in turn, none.
    """
    lock = _lock(database.with_name(f".{database.name}.write"))
    await _acquired(lock)
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def writer_turn(
    database: Path, collection: str, *, command: str, on_wait: Callable[[Holder | None], None] = lambda _holder: None
) -> AsyncIterator[None]:
    """Hold the right to change a collection's documents; wait for it while another process has it.

    Args:
        database: Of the embedded engine.
        collection: Others in the same database are not held up.
        command: What this process does, in words for those who wait.
        on_wait: Called once when there is someone to wait for, with who it is if that can be told.
    """
    lock, note = _files(database, collection)
    if not _acquire(lock):
        on_wait(_read(note))
        await _acquired(lock)
    try:
        _write(note, Holder(os.getpid(), command, time.time()))
        yield
    finally:
        _write(note, None)
        lock.release()


def current_writer(database: Path, collection: str) -> Holder | None:
    """Return who writes to a collection at this moment; None if nobody does, or it cannot be told who."""
    lock, note = _files(database, collection)
    if not _acquire(lock):
        return _read(note)
    lock.release()
    return None


def _files(database: Path, collection: str) -> tuple[FileLock, Path]:
    lock = database.with_name(f".{database.name}.{collection}.writer")
    return _lock(lock), lock.with_name(f"{lock.name}.json")


def _lock(file: Path) -> FileLock:
    make_folder(file.parent)  # else the library makes it, for everybody to look into
    return FileLock(file, mode=0o600, thread_local=False)


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
    return True


def _write(note: Path, holder: Holder | None) -> None:
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
