"""The embedded engine: one process per database file, started by its first client and shared by all of them.

This is the client's half; the process is `qa.store.engine_process`. milvus-lite's own lock is not enough: a second
opener of the same path fails without a reason and deletes the lock, so that a third would start a second engine on the
same file.
"""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qa import disk
from qa.errors import StoreUnavailableError
from qa.lazy_regex import lazy_regex
from qa.private import make_folder
from qa.store import engine_process, trouble
from qa.store.engine_process import (
    BUSY,
    END,
    FOLDER_PREFIX,
    STARTED,
    UNABLE,
    can_write,
    endpoint_file,
    is_mine,
    is_of_a_copy,
    log_file,
    reading_folder,
)

IDLE_S = 60.0

_DATABASE_NAME = lazy_regex(r"[a-zA-Z0-9.\-_]{1,36}")
_SQLITE = b"SQLite format 3\0"
# How long to wait while the lock is held and nobody answers: by an engine of another release of Footnote, or by one
# that is about to end.
_ANSWER_S = 15.0
_RETRY_S = 0.02
_END_S = 5.0
_SOCKET_BYTES = 100  # of a unix socket's path: 108 on Linux, 104 on macOS


@dataclass(frozen=True, slots=True)
class Engine:
    """A running engine.

    Attributes:
        uri: Where it answers.
        lost: Done as soon as the engine has ended, for whatever reason.
    """

    uri: str
    lost: "asyncio.Task[bytes]"
    _writer: asyncio.StreamWriter

    async def end(self) -> None:
        """Let the engine end for all its clients; the next request of each starts another, which reads the file anew.

        After a write that failed half-way, as on a full disk, milvus-lite 2.5.1 shows rows that its file does not hold.
        """
        with contextlib.suppress(OSError):
            self._writer.write(END)
            await self._writer.drain()
            await asyncio.wait({self.lost}, timeout=_END_S)


@asynccontextmanager
async def engine(database: Path, *, idle_s: float = IDLE_S, timeout_s: float = _ANSWER_S) -> AsyncIterator[Engine]:
    """Join the engine that serves `database`, starting it if none does.

    Args:
        database: Its file; made if it does not exist.
        idle_s: How long an engine started here keeps running after its last client left, at least 1.
        timeout_s: Seconds after which starting an engine is given up; a caller that waits for more must bound that
            itself.

    Raises:
        StoreUnavailableError: The engine cannot open the file, its folder cannot be written, or the process that holds
            the file does not answer.
    """
    check_path(database)
    deadline = time.monotonic() + _ANSWER_S
    while True:
        if joined := await _join(database):
            reader, writer, uri = joined
            break
        if time.monotonic() > deadline:
            holders = trouble.engine_processes(database)
            who = f"process {holders[0]}" if holders else "a process"
            raise StoreUnavailableError(
                f"{database} is held by {who}, whose engine does not answer; wait until it has ended, or end it"
            )
        if await asyncio.to_thread(_start, database, idle_s, timeout_s) == BUSY:
            await asyncio.sleep(_RETRY_S)
    lost = asyncio.create_task(reader.read())
    try:
        yield Engine(uri, lost, writer)
    finally:
        lost.cancel()
        writer.close()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await lost


def check_path(database: Path) -> None:
    """Make the folder of a database, and refuse a path that can hold none.

    Raises:
        StoreUnavailableError: It is a folder, cannot be written, or has a name that the engine cannot take.
    """
    if not _DATABASE_NAME.fullmatch(database.name):
        raise StoreUnavailableError(
            f'the engine cannot name a database "{database.name}"; use 1 to 36 letters, digits, ".", "-" or "_"'
        )
    if _binary() and (over := len(os.fsencode(database.absolute())) - trouble.MOST_PATH_BYTES) > 0:
        raise StoreUnavailableError(
            f"the path of the database is {over} bytes too long for the engine, which takes {trouble.MOST_PATH_BYTES}: "
            f"{database}; set FOOTNOTE_HOME to a shorter one"
        )
    try:
        make_folder(database.parent)
    except OSError as error:
        raise _not_writable(database.parent, error) from error
    _check_generation(database)
    if database.is_dir() and not _holds_engine_of_3(database):
        raise StoreUnavailableError(f"{database} is a folder; FOOTNOTE_URI names the database file itself")
    if can_write(database) and (not database.exists() or os.access(database, os.R_OK)):
        return
    if not (_binary() and database.is_file() and os.access(database, os.R_OK)):
        raise _not_writable(database if database.exists() else database.parent, None)
    _make_reading_folder(reading_folder(database))


def _make_reading_folder(folder: Path) -> None:
    """Make the folder of an engine that only reads, and refuse one that another user has put there.

    Raises:
        StoreUnavailableError: It cannot be made, or is another user's.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError as error:
        raise _not_writable(folder, error) from error
    if state.st_uid != os.getuid() or state.st_mode & 0o077 or not stat.S_ISDIR(state.st_mode):
        raise StoreUnavailableError(f"{folder} is not this user's alone; remove it, or set TMPDIR to another folder")


def _check_generation(database: Path) -> None:
    """Refuse a database of the other generation of milvus-lite: a file for 2.5.1, a folder for 3; neither reads both.

    Raises:
        StoreUnavailableError: It is of the other one; the message says how to go on.
    """
    if database.is_dir() and (database / "databases").is_dir() and _binary():
        made, needed = "milvus-lite 3", "milvus-lite>=3.2.2"
    elif database.is_file() and not _binary() and _begins_with(database, _SQLITE):
        made, needed = "milvus-lite 2.5.1", "milvus-lite==2.5.1"
    else:
        return
    raise StoreUnavailableError(
        f"{database} was made by {made}, which the one installed here cannot open; nothing was changed. "
        f'Install "{needed}" and move its collections with: footnote collections export. Or set FOOTNOTE_HOME elsewhere'
    )


def _begins_with(database: Path, magic: bytes) -> bool:
    try:
        with database.open("rb") as file:
            return file.read(len(magic)) == magic
    except OSError:
        return False  # whether it may be read is checked later


def _holds_engine_of_3(database: Path) -> bool:
    """Tell whether a folder is a database of milvus-lite 3, or empty and can become one."""
    return not _binary() and (not any(database.iterdir()) or (database / "databases").exists())


def _not_writable(path: Path, error: OSError | None) -> StoreUnavailableError:
    if error and (why := disk.reason(error, path)):
        return StoreUnavailableError(why)
    reason = f" ({error.strerror})" if error else ""
    return StoreUnavailableError(f"{path} cannot be written{reason}; set FOOTNOTE_HOME to a folder that can")


async def _join(database: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, str] | None:
    """Connect to the engine process and wait until its engine answers; None if there is none, or it just ended.

    Raises:
        StoreUnavailableError: It says that the engine cannot open the database.
    """
    endpoint = endpoint_file(database)
    try:
        if not is_mine(endpoint):
            raise StoreUnavailableError(f"{endpoint} is another user's; name a folder of your own with FOOTNOTE_URI")
        told = json.loads(endpoint.read_text())
        if is_of_a_copy(told, database):
            return None
        address = str(told["clients"])
        if address.startswith("unix:"):
            reader, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
        else:
            host, port = address.rsplit(":", 1)
            reader, writer = await asyncio.open_connection(host, int(port))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        answer = json.loads(await reader.readline())
    except (OSError, ValueError):
        writer.close()
        return None
    except BaseException:
        writer.close()
        raise
    if "error" in answer:
        writer.close()
        raise await asyncio.to_thread(_refusal, database, answer)
    return reader, writer, str(answer["uri"])


def _refusal(database: Path, answer: dict[str, Any]) -> StoreUnavailableError:
    """Return the error for the reason that an engine process gives for not starting."""
    error = StoreUnavailableError(str(answer["error"]))
    if "errno" in answer:
        system = OSError(answer["errno"], os.strerror(answer["errno"]), answer["file"])
        return StoreUnavailableError(why) if (why := disk.reason(system)) else error
    return StoreUnavailableError(str(trouble.explained(database, error)))


def _socket_folder(database: Path) -> str:
    """Make a folder for the engine's sockets, beside its database where that can be.

    There all who share the database find them. Temporary files may be a process' own, as those of a container and of a
    service are; and the temporary folder of some users is too deep for the name of a socket.
    """
    # The id tells the engine process whether the folder's maker is still alive.
    prefix = f"{FOLDER_PREFIX}{os.getpid()}-"
    if not hasattr(socket, "AF_UNIX"):
        return tempfile.mkdtemp(prefix=prefix)
    places = [(str(database.absolute().parent), f".{prefix}")] if can_write(database) else []
    places += [(place, prefix) for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    for place, start in places:
        if len(os.fsencode(place)) < _SOCKET_BYTES - 32:
            with contextlib.suppress(OSError):
                folder = tempfile.mkdtemp(prefix=start, dir=place)
                if _takes_sockets(folder):
                    return folder
    raise StoreUnavailableError(
        f"no temporary folder for the engine's sockets: {tempfile.gettempdir()} is too long or cannot be written; "
        "set TMPDIR to a short path that can"
    )


def _takes_sockets(folder: str) -> bool:
    """Tell whether sockets work in a folder; remove it if not.

    Some file systems have none, and some that are shared with another machine take one that nobody can connect to.
    """
    probe = Path(folder, "probe")
    try:
        with socket.socket(socket.AF_UNIX) as tried, socket.socket(socket.AF_UNIX) as client:
            tried.bind(str(probe))
            tried.listen(1)
            client.connect(str(probe))
        probe.unlink()
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def _start(database: Path, idle_s: float, timeout_s: float) -> int:
    """Start the engine process; return `STARTED` as soon as it can be joined, or `BUSY` if there is one already."""
    folder = _socket_folder(database)
    # The file itself, not the module: importing the package around it would take longer than the engine's start.
    command = [sys.executable, engine_process.__file__, str(database.absolute()), str(idle_s), folder, _binary()]
    # In a session of its own: Ctrl-C in the terminal of one client must not end the engine of all.
    try:
        process = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            check=False,
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired as error:
        raise trouble.silent(database, "start", timeout_s) from error
    if process.returncode < 0:
        return BUSY  # killed before it was ready: the next try starts another
    if process.returncode not in (STARTED, BUSY):
        if process.returncode == UNABLE:
            raise _refusal(database, json.loads(process.stderr.splitlines()[-1]))
        last = (process.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise StoreUnavailableError(f"the embedded engine cannot start on {database}: {last}; see {log_file(database)}")
    return process.returncode


def _binary() -> str:
    """Return the program of milvus-lite 2.5.1; "" where milvus-lite 3 is installed, which has none.

    Found without importing the package, which needs pkg_resources and a third of a second.

    Raises:
        StoreUnavailableError: No milvus-lite is installed.
    """
    package = find_spec("milvus_lite")
    if package is None or not package.submodule_search_locations:
        raise StoreUnavailableError(
            "the embedded engine is not installed; install milvus-lite, or set FOOTNOTE_URI to a Milvus server"
        )
    binary = Path(package.submodule_search_locations[0], "lib", "milvus")
    return str(binary) if binary.exists() else ""
