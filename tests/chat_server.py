"""Chats that run as processes of their own, as `footnote ui` does."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO
from urllib.request import urlopen

import psutil
import pytest
from conftest import EAGER, ROOT, free_port


class Chat:
    """A chat that runs, in a folder of its own."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", port: int, folder: Path, printed: Sequence[IO[bytes]]
    ) -> None:
        self.process, self.port, self.folder, self.url = process, port, folder, f"http://localhost:{port}"
        self._printed = printed

    def stop(self) -> tuple[int, str, str]:
        """End it as the system would; return its exit status and what it has printed on both streams."""
        self.process.terminate()
        self.process.wait(timeout=30)
        out, err = self.printed()
        return self.process.returncode, out, err

    def printed(self) -> list[str]:
        """Return what it has printed on both streams so far."""
        for stream in self._printed:
            stream.seek(0)
        return [stream.read().decode() for stream in self._printed]


@contextmanager
def running(command: Sequence[str], folder: Path, port: int, **environ: str) -> Iterator[Chat]:
    """Run a Python command that serves the chat on the port, in the folder, until it is left."""
    path = [environ.pop("PYTHONPATH", ""), EAGER, str(ROOT), str(ROOT / "tests")]
    # Files: nobody empties a pipe while a chat serves many tests.
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
            stdout=out,
            stderr=err,
        )
        try:
            _wait_until_healthy(port, process)
            yield Chat(process, port, folder, (out, err))
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=30)


def canned(folder: Path, **environ: str) -> AbstractContextManager[Chat]:
    """Run the chat with canned answers."""
    port = free_port()
    return running([str(ROOT / "tests" / "canned_chat.py"), str(port)], folder, port, **environ)


def real(home: Path, *options: str, **environ: str) -> AbstractContextManager[Chat]:
    """Run `footnote ui` over a home, in the folder that holds it."""
    port = free_port()
    command = ["-m", "ui.cli", "ui", "--no-browser", f"--port={port}", f"--home={home}", *options]
    return running(command, home.parent, port, **environ)


def wait_for_end_of_engine(home: Path) -> None:
    """Wait until an earlier command's engine is gone: what it holds may be copied then, and the next starts its own."""
    running = True
    deadline = time.monotonic() + 180  # another process of tests may use it for a while
    while running:
        assert time.monotonic() < deadline, f"an engine still serves {home}"
        running = False
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                running |= any(str(home) in part for part in process.cmdline())
        time.sleep(0.1)


def _wait_until_healthy(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 180  # a start takes a second, and a minute where twenty programs share a core
    while time.monotonic() < deadline and process.poll() is None:
        try:
            # The port is open before the page is ready: what comes early waits.
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=60):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the chat did not start: exit code {process.poll()}")
