"""Chats that run as processes of their own, as `footnote ui` does."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from conftest import ROOT, free_port


class Chat:
    """A chat that runs, in a folder of its own."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, folder: Path) -> None:
        self.process, self.port, self.folder, self.url = process, port, folder, f"http://localhost:{port}"

    def stop(self) -> tuple[int, str, str]:
        """End it as the system would; return its exit status and what it has printed on both streams."""
        self.process.terminate()
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@contextmanager
def running(command: Sequence[str], folder: Path, port: int, **environ: str) -> Iterator[Chat]:
    """Run a Python command that serves the chat on the port, in the folder, until it is left."""
    path = [environ.pop("PYTHONPATH", ""), str(ROOT), str(ROOT / "tests")]
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, **environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_until_healthy(port, process)
        yield Chat(process, port, folder)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=30)


def canned(folder: Path, **environ: str) -> AbstractContextManager[Chat]:
    """Run the chat with canned answers."""
    port = free_port()
    return running([str(ROOT / "tests" / "canned_chat.py"), str(port)], folder, port, **environ)


def _wait_until_healthy(port: int, process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            # The port is open before the page is ready: what comes early waits.
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=60):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the chat did not start: exit code {process.poll()}")
