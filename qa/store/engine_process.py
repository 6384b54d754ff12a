"""The process that runs one embedded engine for all who use its database; `qa.store.engine` starts it.

It needs nothing but the standard library and imports nothing of Footnote, so that it is ready within a tenth of a
second:

    python engine_process.py DATABASE IDLE_S FOLDER BINARY

It holds the lock beside the database for as long as its engine lives, listens on a socket of its own, and tells every
client that connects where the engine answers. A client is whoever keeps that connection open: the kernel closes it when
the client ends, however it ends. Some seconds after the last one left, the engine is stopped.

BINARY is milvus-lite 2.5.1's engine, a program of its own; "" runs that of milvus-lite 3 in threads of this process.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STARTED, BUSY, UNABLE = 0, 3, 4  # exit statuses of the process that is called; its child is the one that stays
# Of FOLDER, which holds the sockets; with a point before it where it lies beside the database.
FOLDER_PREFIX = "footnote-"

_STOP_S = 3.0
_START_S = 300.0  # a large database is read before the engine answers: 42 s at 300,000 chunks
# An engine that is killed while it opens its database is started again, but not for ever: short of memory, it is killed
# each time.
_STARTS = 3
_TICK_S = 1.0
_OWNER = "owner"  # in FOLDER, locked for as long as its engine process lives
_IN_FOLDER = {"clients", "engine", _OWNER}
_YOUNG_S = 60.0
# A link that another user left where the database lies would have this process write elsewhere.
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
END = b"end"  # what a client says whose write failed: the engine's memory may hold rows that its file does not


def owner_file(database: Path) -> Path:
    """Return the file whose lock the one engine process of a database holds, and which names that process."""
    return _beside(database, "owner")


def endpoint_file(database: Path) -> Path:
    """Return the file that tells clients where to connect."""
    return _beside(database, "endpoint")


def log_file(database: Path) -> Path:
    """Return the file that takes the engine's output since its last start."""
    return _beside(database, "log")


def can_write(database: Path) -> bool:
    """Tell whether this user may change a database, or make it."""
    return os.access(database.parent, os.W_OK) and (not database.exists() or os.access(database, os.W_OK))


def reading_folder(database: Path) -> Path:
    """Return where the engine's own files are for a database that can only be read: in this user's temporary files."""
    import hashlib
    import tempfile

    user = os.getuid() if hasattr(os, "getuid") else 0
    key = hashlib.sha256(os.fsencode(database.absolute())).hexdigest()[:16]
    return Path(tempfile.gettempdir(), f"footnote-read-{user}-{key}")


def _beside(database: Path, ending: str) -> Path:
    folder = database.parent if can_write(database) else reading_folder(database)
    return folder / f".{database.name}.{ending}"


def is_mine(path: Path) -> bool:
    """Tell whether a file is this user's own; one that another user left in a shared folder cannot be trusted."""
    return not hasattr(os, "getuid") or os.getuid() in (0, path.lstat().st_uid)


def main(arguments: list[str]) -> int:
    """Become the engine process of a database, unless it has one."""
    database, idle_s, folder, binary = Path(arguments[0]), float(arguments[1]), Path(arguments[2]), arguments[3]
    # Neither what is made here nor what the engine makes is for other users of the machine.
    os.umask(0o077)
    try:
        # Held until both this process and the child that stays are gone.
        _owned = _lock(folder / _OWNER) if os.name != "nt" else None
        lock = _lock(owner_file(database))
        if lock is None:
            shutil.rmtree(folder, ignore_errors=True)
            return BUSY
        _clear_stale(database)
        listener, address = _listen(folder)
        _leave_endpoint(database, address)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        sys.stderr.write(f"{json.dumps(_as_answer(error, database))}\n")
        return UNABLE
    # From here on a client that comes is served, if only with an error; whoever called this need not wait.
    if hasattr(os, "fork") and os.fork():
        return STARTED
    _leave_id(lock)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _redirect_output(log_file(database))
    _sweep(folder.parent)
    engine = _Engine(database, folder, binary, lock)
    try:
        _Host(database, idle_s, listener, engine).serve()
    finally:
        if _is_ours(database, lock):
            endpoint_file(database).unlink(missing_ok=True)
        listener.close()
        shutil.rmtree(folder, ignore_errors=True)
        if engine.has_lost_its_place and not binary:
            os._exit(0)  # milvus-lite 3 also writes at the interpreter's exit
    return 0


class _Host:
    """Serves clients until the engine ends, or has had none for `idle_s`."""

    def __init__(self, database: Path, idle_s: float, listener: socket.socket, engine: "_Engine") -> None:
        self._database = database
        self._idle_s = idle_s
        self._listener = listener
        self._engine = engine
        self._clients: set[socket.socket] = set()
        self._selector = selectors.DefaultSelector()
        self._selector.register(listener, selectors.EVENT_READ)

    def serve(self) -> None:
        try:
            answer = {"uri": self._engine.start()}
        except _NotStartedError as error:
            self._refuse({"error": str(error)})
            return
        except OSError as error:
            self._refuse(_as_answer(error, self._database))
            return
        message = f"{json.dumps(answer)}\n".encode()
        if self._engine.lifeline is not None:
            self._selector.register(self._engine.lifeline, selectors.EVENT_READ)
        idle_since = time.monotonic()
        try:
            while self._clients or time.monotonic() - idle_since < self._idle_s:
                for key, _ in self._selector.select(min(_TICK_S, self._idle_s or _TICK_S)):
                    if key.fileobj is self._listener:
                        self._welcome(message)
                    elif key.fd == self._engine.lifeline or self._hear(key.fileobj):
                        return
                if self._clients:
                    idle_since = time.monotonic()
                if not _is_ours(self._database, self._engine.lock):
                    # The folder was deleted or moved, and may have been made again with an engine of its own.
                    self._engine.has_lost_its_place = True
                    return
        finally:
            # First no new client can come, then the engine goes, and its clients learn of that last.
            self._listener.close()
            self._engine.stop()
            for client in self._clients:
                client.close()

    def _welcome(self, message: bytes) -> None:
        client, _ = self._listener.accept()
        client.setblocking(False)
        try:
            client.send(message)
        except OSError:
            client.close()
            return
        self._clients.add(client)
        self._selector.register(client, selectors.EVENT_READ)

    def _hear(self, client: Any) -> bool:
        """Read what a client says, or notice that it left; tell whether the engine is to end."""
        with contextlib.suppress(OSError):
            if said := client.recv(4096):
                return bool(said.startswith(END))
        self._selector.unregister(client)
        self._clients.discard(client)
        client.close()
        return False

    def _refuse(self, answer: dict[str, Any]) -> None:
        """Tell those who wait why there is no engine; whoever started this process is among them, or on the way."""
        self._listener.settimeout(2.0)
        with contextlib.suppress(TimeoutError):
            while True:
                client, _ = self._listener.accept()
                with client, contextlib.suppress(OSError):
                    client.sendall(f"{json.dumps(answer)}\n".encode())
                self._listener.settimeout(0.05)


class _NotStartedError(Exception):
    """The engine cannot open the database."""


class _KilledError(Exception):
    """The engine was killed before it answered, which says nothing of its database."""


class _Engine:
    """milvus-lite on one database."""

    def __init__(self, database: Path, folder: Path, binary: str, lock: Any) -> None:
        self.lock = lock
        self.lifeline: int | None = None
        """Readable when the engine's own process has ended; None where it has none."""
        self.has_lost_its_place = False
        """Whether something else may stand where its database was."""
        self._database = database
        self._folder = folder
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None
        self._stops_with: Any = None

    def start(self) -> str:
        """Start it and return its address once it answers there."""
        if not self._binary:
            return self._start_threads()
        for _ in range(_STARTS):
            with contextlib.suppress(_KilledError):
                return self._start_process()
        raise _NotStartedError(
            f"the embedded engine was killed {_STARTS} times while it opened {self._database}; make sure that the "
            "machine has memory for it, and try again"
        )

    def stop(self) -> None:
        if self._process is None:
            if self.has_lost_its_place:
                return  # it would write what it holds to the path of its database; main ends it without that
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(str(self._database))
            return
        self._stops_with.close()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start_process(self) -> str:
        """Start milvus-lite 2.5.1's binary, much as its own `milvus_lite.server` does.

        That module waits half a second at every start and imports pkg_resources. Here the engine also inherits our lock
        and the end of a pipe: the lock is held until both are gone, so that killing this process never lets a second
        engine in, and the pipe tells at once that the engine has died.
        """
        import fcntl

        # The engine ends when this lock is let go.
        lifelock = _beside(self._database, "lock")
        self._stops_with = lifelock.open("a")
        try:
            fcntl.lockf(self._stops_with, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _NotStartedError(
                f"{self._database} is open in another program that runs milvus-lite itself; end that program"
            ) from error
        self.lifeline, held = os.pipe()
        address = self._folder / "engine"
        library = str(Path(self._binary).parent)
        path = {name: f"{library}:{os.environ.get(name, '')}" for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")}
        self._process = subprocess.Popen(
            [self._binary, str(self._database), f"unix:{address}", "ERROR", str(lifelock)],
            env={**os.environ, **path},
            cwd=lifelock.parent,
            stdin=subprocess.DEVNULL,
            pass_fds=(self.lock, held),
            # Python ignores SIGXFSZ, and so must the engine: at a limit a write fails, which it lives through.
            restore_signals=False,
        )
        os.close(held)
        deadline = time.monotonic() + _START_S
        while not _answers(address):
            ended = self._process.poll()
            if ended is not None or time.monotonic() > deadline:
                self.stop()
                os.close(self.lifeline)
                address.unlink(missing_ok=True)
                if ended in (-signal.SIGKILL, -signal.SIGTERM):
                    raise _KilledError
                raise _NotStartedError(
                    f"the embedded engine cannot open {self._database}; it is damaged, or not a database of this "
                    "engine. Move it away and ingest again, or set FOOTNOTE_HOME"
                )
            time.sleep(0.005)
        return f"unix:{address}"

    def _start_threads(self) -> str:
        from milvus_lite.server_manager import server_manager_instance

        uri = server_manager_instance.start_and_get_uri(str(self._database))
        if uri is None:
            raise _NotStartedError(
                f"the embedded engine cannot open {self._database}; see {log_file(self._database)}. "
                "Move it away and ingest again, or set FOOTNOTE_HOME"
            )
        return str(uri)


def _lock(path: Path) -> Any:
    """Lock a file for this process and return the lock; None if another process has it."""
    if os.name == "nt":
        from filelock import FileLock, Timeout

        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None
        return lock
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _as_answer(error: OSError, database: Path) -> dict[str, Any]:
    """Return what a client is told about a file that the system refuses; the client puts it into words."""
    return {"error": str(error), "errno": error.errno, "file": str(error.filename or database)}


def _leave_id(lock: Any) -> None:
    """Write this process's id into the file that it has locked, so that an error can name who is waited for."""
    if isinstance(lock, int):
        with contextlib.suppress(OSError):
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)


def _is_ours(database: Path, lock: Any) -> bool:
    """Tell whether the lock that this process holds is still the one that others look at."""
    if not isinstance(lock, int):
        return True
    try:
        return os.path.samestat(os.fstat(lock), owner_file(database).stat())
    except OSError:
        return False


def _listen(folder: Path) -> tuple[socket.socket, str]:
    """Listen where only this user can connect: in a folder of mode 0700, or on the loopback interface without one."""
    if hasattr(socket, "AF_UNIX"):
        listener = socket.socket(socket.AF_UNIX)
        path = folder / "clients"
        listener.bind(str(path))
        path.chmod(0o600)
        address = f"unix:{path}"
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.listen(128)
    return listener, address


def _clear_stale(database: Path) -> None:
    """Remove the folder of an engine process that was killed; its lock is ours now, so it is gone."""
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
        endpoint = endpoint_file(database)
        told = json.loads(endpoint.read_text())
        folder = Path(told["clients"].removeprefix("unix:")).parent
        if is_mine(endpoint) and not is_of_a_copy(told, database) and _maker(folder):
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove the folder of an engine process; one that holds anything else may be the user's own, and stays."""
    if {path.name for path in folder.iterdir()} <= _IN_FOLDER:
        for name in _IN_FOLDER:
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _sweep(place: Path) -> None:
    """Remove what killed engine processes of this user left behind, whatever their database."""
    if os.name == "nt":
        return
    for folder in place.glob(f"*{FOLDER_PREFIX}[0-9]*-*"):
        with contextlib.suppress(OSError, ValueError):
            state = folder.lstat()
            old = abs(time.time() - state.st_mtime) > _YOUNG_S
            is_a_folder = stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid()
            if is_a_folder and old and _maker(folder) and _is_left(folder):
                _remove(folder)


def _maker(folder: Path) -> int:
    """Return the process that made a folder for sockets, 0 for another folder."""
    maker = folder.name.removeprefix(".").partition(FOLDER_PREFIX)
    number = maker[2].partition("-")[0]
    return int(number) if not maker[0] and number.isdecimal() else 0


def _is_left(folder: Path) -> bool:
    """Tell whether the engine process that a folder was made for is gone; its maker, if it did not get that far."""
    if (folder / _OWNER).exists():
        # Asked first: in containers processes have the same few numbers.
        lock = _lock(folder / _OWNER)
        if lock is not None:
            os.close(lock)
        return lock is not None
    try:
        os.kill(_maker(folder), 0)
    except ProcessLookupError:
        return True
    return False


def is_of_a_copy(told: Mapping[str, object], database: Path) -> bool:
    """Tell whether an endpoint came here with a copy of the folder: its process, which may run, has another database.

    Args:
        told: What the endpoint's file holds.
        database: That lies beside it.

    Raises:
        OSError: It cannot be told.
    """
    return "of" in told and told["of"] != _identity(database)


def _identity(database: Path) -> list[int]:
    """Return what stays when a folder is moved, and is another when it is copied."""
    state = owner_file(database).stat()
    return [state.st_dev, state.st_ino]


def _leave_endpoint(database: Path, address: str) -> None:
    endpoint = endpoint_file(database)
    draft = endpoint.with_name(f"{endpoint.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"clients": address, "of": _identity(database)}, file)
    draft.replace(endpoint)


def _redirect_output(log: Path) -> None:
    """Let go of the caller's terminal, which may be closed long before this process ends."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NO_LINK, 0o600)
    except OSError:
        said = os.open(os.devnull, os.O_WRONLY)  # on a full disk, for example; what is stored may still be read
    os.dup2(nothing, 0)
    os.dup2(said, 1)
    os.dup2(said, 2)


def _answers(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(address))
        except OSError:
            return False
        return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
