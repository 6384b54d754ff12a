"""The embedded engine: one process of Milvus' C++ core per database file, started by its first opener and shared.

The opener holds a lock of ours for as long as its engine lives, and leaves the engine's address beside the database.
milvus-lite's own lock does not do: a second opener of the same path fails without a reason and deletes it, so that a
third would start a second engine on the same file.
"""

import asyncio
import json
import logging
import os
import re
import socket
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import StoreUnavailableError

_DATABASE_NAME = re.compile(r"[a-zA-Z0-9.\-_]{1,36}")
_JOIN_TIMEOUT_S = 15.0


@asynccontextmanager
async def engine(database: Path) -> AsyncIterator[str]:
    """Yield the address of the engine that serves `database`, starting it unless another process already has.

    The engine ends with the process that started it; its other clients then get a `StoreUnavailableError`.

    Raises:
        StoreUnavailableError: The engine cannot open the file, or its folder cannot be written.
    """
    _check_path(database)
    lock = FileLock(database.with_name(f".{database.name}.owner"), thread_local=False)
    endpoint = database.with_name(f".{database.name}.endpoint")
    deadline = time.monotonic() + _JOIN_TIMEOUT_S
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if uri := _live_endpoint(endpoint):
                yield uri
                return
            if time.monotonic() > deadline:
                raise StoreUnavailableError(
                    f"{database} is held by another process whose engine does not answer; "
                    "wait until it has ended, or end it"
                ) from None
            await asyncio.sleep(0.05)
            continue
        try:
            endpoint.unlink(missing_ok=True)
            uri = await asyncio.to_thread(_start, database)
            try:
                _leave_endpoint(endpoint, uri)
                yield uri
            finally:
                endpoint.unlink(missing_ok=True)
                await asyncio.to_thread(_stop, database)
        finally:
            lock.release()
        return


@contextmanager
def sole_writer(database: Path) -> Iterator[None]:
    """Hold the right to write to an embedded database; it ends with the process, however that ends.

    Raises:
        StoreUnavailableError: Another ingest is writing.
    """
    _check_path(database)
    lock = FileLock(database.with_name(f".{database.name}.writer"), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreUnavailableError(
            f"another ingest is writing to {database}; run this one again when it has ended"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _check_path(database: Path) -> None:
    if not _DATABASE_NAME.fullmatch(database.name):
        raise StoreUnavailableError(
            f'the engine cannot name a database "{database.name}"; use 1 to 36 letters, digits, ".", "-" or "_"'
        )
    if database.is_dir():
        raise StoreUnavailableError(f"{database} is a folder; FOOTNOTE_URI names the database file itself")
    try:
        database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _not_writable(database.parent, error) from error
    if not os.access(database.parent, os.W_OK) or (database.exists() and not os.access(database, os.R_OK | os.W_OK)):
        raise _not_writable(database if database.exists() else database.parent, None)


def _not_writable(path: Path, error: OSError | None) -> StoreUnavailableError:
    reason = f" ({error.strerror})" if error else ""
    return StoreUnavailableError(f"{path} cannot be written{reason}; set FOOTNOTE_HOME to a folder that can")


def _start(database: Path) -> str:
    with warnings.catch_warnings():
        # milvus-lite 2.5.1 imports pkg_resources, which warns its users on every start.
        warnings.simplefilter("ignore")
        from milvus_lite.server_manager import server_manager_instance
    try:
        with _silenced():
            uri = server_manager_instance.start_and_get_uri(str(database))
    except (OSError, RuntimeError) as error:
        raise StoreUnavailableError(f"the embedded engine cannot start on {database}: {error}") from error
    if uri is None:
        raise StoreUnavailableError(
            f"the embedded engine cannot open {database}; it is damaged, or not a database of this engine. "
            "Move it away and ingest again, or set FOOTNOTE_HOME"
        )
    return str(uri)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep the engine's own words about a file that it cannot open off the terminal: the error that follows says it.

    The engine inherits the standard error of the instant in which it starts; milvus-lite logs to the root logger.
    """
    root = logging.getLogger()
    level = root.level
    kept = os.dup(2)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        root.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            root.setLevel(level)
            os.dup2(kept, 2)
            os.close(kept)


def _stop(database: Path) -> None:
    from milvus_lite.server_manager import server_manager_instance

    server_manager_instance.release_server(str(database))


def _leave_endpoint(endpoint: Path, uri: str) -> None:
    draft = endpoint.with_name(f"{endpoint.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"uri": uri, "pid": os.getpid()}, file)
    draft.replace(endpoint)


def _live_endpoint(endpoint: Path) -> str:
    """Return the address in the file if something listens there, else ""; the owner may still be starting."""
    try:
        uri = str(json.loads(endpoint.read_text())["uri"])
    except (OSError, ValueError, KeyError):
        return ""
    if not uri.startswith("unix:"):
        return uri
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(uri.removeprefix("unix:"))
        except OSError:
            return ""
    return uri
