"""Why the embedded engine failed or fell silent, as its disk, its file and its processes tell.

milvus-lite itself says "Unexpected error in RPC handling" for a full disk and a damaged file alike.
"""

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from qa import disk
from qa.errors import StoreError, StoreUnavailableError
from qa.lazy_regex import lazy_regex
from qa.store.engine_process import can_write, owner_file

MOST_PATH_BYTES = 504  # of SQLite in milvus-lite 2.5.1, which adds "-journal" and takes 512

# An engine writes each row about three times before it compacts; a page and a journal's header come on top.
_WRITTEN_TIMES = 3
_SPARE_BYTES = 256 * 1024
_OWN_TABLES = {"collection_meta", "bm25_stats", "token_doc_count"}
_SQLITE = b"SQLite format 3\0"
_CHECK_S = 3.0
# Faults of the engine itself, as opposed to its complaints about a request: they name a line of its C++ code, or stand
# for anything that was thrown.
_INTERNAL = lazy_regex(r"Assert |Unexpected error|[Ii]nternal error|\.cpp:\d")
_UNREADABLE = lazy_regex(r"failed to parse|malformed|not a database|I/O error|damaged|to load collection .*Assert ")
_REMEDY = (
    "put an earlier copy in its place, examine it with footnote doctor, or ingest again with --home and a new folder"
)


def written(row_bytes: int) -> int:
    """Return about how many bytes on disk an insert of this many takes until the engine compacts."""
    return _WRITTEN_TIMES * row_bytes + _SPARE_BYTES


def check_room(database: Path, row_bytes: int) -> None:
    """Refuse rows that cannot fit on the disk, before the engine has half of them.

    Raises:
        StoreError: There is less room than they take themselves.
    """
    with suppress(OSError):
        if disk.free_bytes(database.parent) < row_bytes:
            raise StoreError(disk.full(database.parent, needed=written(row_bytes)))


def is_internal(error: Exception) -> bool:
    """Tell whether an engine failed at a request, rather than refused it."""
    return bool(_INTERNAL.search(str(error)) or _UNREADABLE.search(str(error)))


def explained(database: Path, error: StoreError, *, row_bytes: int = 0) -> StoreError:
    """Return the cause of an engine's failure, or the error itself if none is found. May take seconds.

    Args:
        database: Its file.
        error: What the engine said, at its start or about a request.
        row_bytes: How many bytes were to be written.
    """
    lack = disk.room(database, written(row_bytes))
    if lack and can_write(database) and (why := disk.reason(lack, database, needed=written(row_bytes))):
        return StoreError(why)
    if damage := damage_of(database):
        return damaged(database, damage)
    if _UNREADABLE.search(str(error)):
        return damaged(database, "the engine cannot read its rows")
    return error


def damaged(database: Path, damage: str) -> StoreError:
    """Return the error for a file with this damage."""
    return StoreError(f"the database file {database} is damaged ({damage}); {_REMEDY}")


def damage_of(database: Path) -> str:
    """Return what is wrong with a database file as SQLite sees it; "" where nothing is, or it is not SQLite's."""
    if not database.is_file():
        return ""
    try:
        with database.open("rb") as file:
            head = file.read(len(_SQLITE))
    except OSError as error:
        return error.strerror or str(error)
    if head and head != _SQLITE:
        return "it is not a database, or its beginning is overwritten"
    deadline = time.monotonic() + _CHECK_S
    try:
        # A file that another program writes to at this moment is not looked at: "database is locked" is not damage.
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as opened:
            opened.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
            [found] = opened.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return ""
    except UnicodeDecodeError:  # Python's own, of a message that quotes what is in the file
        return "its contents were changed"
    except sqlite3.DatabaseError as error:
        return _one_line(error)
    return "" if found == "ok" else _one_line(found)


def tables(database: Path) -> set[str]:
    """Return the names under which a database file of milvus-lite 2.5.1 keeps rows; none where they cannot be read."""
    names = [str(name) for (name,) in _selected(database, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name for name in names if name not in _OWN_TABLES and not name.startswith("sqlite_")}


def rows(database: Path, table: str) -> int:
    """Return how many rows a database file of milvus-lite 2.5.1 holds of a collection; 0 where that cannot be read."""
    quoted = table.replace('"', '""')
    return sum(count for (count,) in _selected(database, f'SELECT count(*) FROM "{quoted}"'))


def _selected(database: Path, query: str) -> list[tuple[Any, ...]]:
    if not database.is_file():
        return []
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as opened:
            return opened.execute(query).fetchall()
    except (sqlite3.Error, UnicodeDecodeError):
        return []


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:100]


def silent(database: Path, action: str, timeout_s: float) -> StoreUnavailableError:
    """Return the error for an engine that did not answer in time; it names the engine's process if that is stopped."""
    waited = f"cannot {action}: the embedded engine of {database} did not answer within {timeout_s:.3g} s"
    if stopped := [pid for pid in engine_processes(database) if is_stopped(pid)]:
        ids = " ".join(map(str, stopped))
        return StoreUnavailableError(
            f"{waited}, since process {ids} is stopped; let it go on with kill -CONT {ids}, "
            f"or end it with kill -9 {ids}"
        )
    if pids := engine_processes(database):
        return StoreUnavailableError(
            f"{waited}; it may still be opening a large database: try again, raise --timeout, or end process {pids[0]}"
        )
    return StoreUnavailableError(f"{waited}; try again, or raise --timeout")


def engine_processes(database: Path) -> list[int]:
    """Return the ids of the processes that run a database's engine, first the one that started it.

    The engine process notes its own id, which may belong to another process by now. So the system is asked which
    processes have the engine's lock file open; where it does not say, the note counts as long as that lock is held.
    """
    file = owner_file(database)
    try:
        noted = int(file.read_text() or 0)
    except (OSError, ValueError):
        noted = 0
    if Path("/proc/self/fd").exists():
        return sorted(_opened_by(file), key=lambda pid: (pid != noted, pid))
    return [noted] if noted and _is_locked(file) else []


def _opened_by(file: Path) -> set[int]:
    """Return the ids of the other processes that have a file open, as far as this user may know."""
    try:
        wanted = file.stat()
    except OSError:
        return set()
    found = set()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.path.samestat(descriptor.stat(), wanted):
                found.add(int(descriptor.parts[2]))
    return found - {os.getpid()}


def _is_locked(file: Path) -> bool:
    try:
        with FileLock(file, timeout=0, thread_local=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def is_stopped(pid: int) -> bool:
    """Tell whether a process was stopped by a signal; False where the system does not say."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in "Tt"


def lock_holder(file: Path) -> int:
    """Return the id of the process that holds the lock of a file; 0 where the system does not say."""
    try:
        inode = file.stat().st_ino
        for line in Path("/proc/locks").read_text().splitlines():
            fields = line.split()
            if "FLOCK" in fields and fields[-3].rpartition(":")[2] == str(inode):
                return int(fields[-4])
    except (OSError, ValueError, IndexError):
        pass
    return 0
