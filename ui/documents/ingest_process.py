"""The process that reads documents for the server: how it is started, spoken with and ended."""

import asyncio
import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

_START = "import sys; sys.path.insert(0, {root!r}); from ingest.process import main; main()"
_ROOT = str(Path(__file__).parents[2])
# The report of a large ingest is one line.
_LONGEST_LINE = 256 * 2**20
# A cancelled ingest finishes what it has in hand; a file that takes longer than this to read is dropped.
_PATIENCE_S = 10.0


class Process:
    """An `ingest.process`, which ends with this one. It lives in the session's loop."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._rested = 0.0
        self._patience: asyncio.TimerHandle | None = None
        self.is_at_work = False
        """Whether it has an order."""
        self.is_stopping = False

    @classmethod
    async def start(cls) -> "Process":
        """Start one."""
        from qa.store import this_command

        pipe = asyncio.subprocess.PIPE
        code = _START.format(root=_ROOT)
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-c", code, *this_command().split(), stdin=pipe, stdout=pipe, limit=_LONGEST_LINE
            )
        )

    @property
    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def begin(self, order: dict[str, Any]) -> None:
        """Give it an order."""
        self.is_at_work = True
        await self._say({"order": order})

    async def _say(self, message: dict[str, Any]) -> None:
        """Send a message; a process that is gone is noticed by `hear`."""
        if self._process.stdin is None:
            raise RuntimeError("the process has no pipe")
        with suppress(ConnectionError):
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            await self._process.stdin.drain()

    async def hear(self) -> dict[str, Any] | None:
        """Return its next message, None once it has ended."""
        if self._process.stdout is None:
            raise RuntimeError("the process has no pipe")
        line = await self._process.stdout.readline()
        message: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return message

    async def stop(self) -> None:
        """Have it finish what it has in hand, or end it where that takes too long."""
        self.is_stopping = True
        self._patience = asyncio.get_running_loop().call_later(_PATIENCE_S, self.kill)
        await self._say({"stop": True})

    def rest(self) -> None:
        """Note that it has nothing to do from now on."""
        self.is_at_work = self.is_stopping = False
        if self._patience:
            self._patience.cancel()
        self._rested = time.monotonic()

    def idle_s(self) -> float:
        """Return for how long it has had nothing to do."""
        return time.monotonic() - self._rested

    def close(self) -> None:
        """Let it end."""
        if self._process.stdin:
            self._process.stdin.close()

    async def ended(self) -> None:
        """Kill it, and wait until it is gone."""
        if self._patience:
            self._patience.cancel()
        self.kill()
        self.close()
        await self._process.wait()

    def kill(self) -> None:
        """End it at once; what is stored stays whole."""
        with suppress(ProcessLookupError):
            self._process.kill()
