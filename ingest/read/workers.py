"""The processes that read files, seen from the ingest: each file within limits of time and memory.

A library for such pools (pebble) was tried: it starts workers by multiprocessing, which runs the caller's script again
unless that is guarded, and leaves a hanging parser behind when the ingest is killed.
"""

import asyncio
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ingest.read.patience import Patience
from ingest.read.prepare import Job, Prepared
from ingest.read.worker import ALIVE, AT, LENGTH, NO_MEMORY
from qa.errors import LoadError

_MB = 2**20
# The memory of a worker that has read many files is fragmented, which counts against the limit of the next one.
_FILES_OF_A_LIFE = 500
# How C libraries end a process that gets no memory: by abort, or by a trap as PDFium does.
_GAVE_UP = {-getattr(signal, name, 0) for name in ("SIGABRT", "SIGTRAP", "SIGILL")}
_START = "import sys; sys.path.insert(0, {root!r}); from ingest.read.worker import main; main({memory})"

OnPage = Callable[[int, int], None]


def _ignore(_done: int, _total: int) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    Attributes:
        size_mb: Largest file that is read.
        seconds: After this time, a parser counts as hung; of scans, after this time without a further page. Time for
            which other programs keep it from the processor does not count, where the system tells.
        memory_mb: Memory of the process that parses it, which needs about 200 itself. macOS and Windows enforce none.
    """

    size_mb: int = 256
    seconds: float = 120.0
    memory_mb: int = 2048


class _Lost(str):
    """Why a worker can no longer be used."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class _Worker:
    process: asyncio.subprocess.Process
    files: int = 0


@dataclass(slots=True)
class Workers:
    """Up to `count` processes, started when they are first needed; close them by leaving `async with`."""

    count: int
    limits: Limits = field(default_factory=Limits)
    _idle: list[_Worker] = field(default_factory=list)
    _all: set[_Worker] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in list(self._all):
            await self._end(worker)

    async def prepare(self, job: Job, at: OnPage = _ignore) -> Prepared:
        """Have one file read; at most `count` at a time.

        Args:
            job: Says which, and how.
            at: Called now and then with how many of its pages are read, and of how many.

        Raises:
            LoadError: It cannot be read, or not within the limits.
        """
        size, _ = job.file.status()
        if size > self.limits.size_mb * _MB:
            allowed = f"--max-size allows {self.limits.size_mb}; raise it, or split the file"
            raise LoadError(job.file.name, f"has {size // _MB:,} MB, but {allowed}", passing=True)
        worker = self._idle.pop() if self._idle else await self._start()
        outcome: Any = None
        try:
            outcome = await self._ask(worker, job, at)
        finally:
            worker.files += 1
            # A worker that did not answer, or not in time, is not used again; nor is one whose memory is fragmented.
            spent = isinstance(outcome, tuple) and outcome[0] == NO_MEMORY
            if outcome is None or spent or isinstance(outcome, _Lost) or worker.files >= _FILES_OF_A_LIFE:
                await self._end(worker)
            else:
                self._idle.append(worker)
        if isinstance(outcome, _Lost):
            raise LoadError(job.file.name, outcome)
        if isinstance(outcome, tuple):
            raise LoadError(job.file.name, outcome[0], passing=outcome[1])
        if not isinstance(outcome, Prepared):
            raise TypeError(f"a worker answered {type(outcome).__name__}")
        return outcome

    async def _ask(self, worker: _Worker, job: Job, at: OnPage) -> Any:
        process = worker.process
        if process.stdin is None:
            raise RuntimeError("a worker has no pipes")
        data = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        process.stdin.write(LENGTH.pack(len(data)) + data)
        patience = Patience(process.pid, self.limits.seconds)
        answer = asyncio.ensure_future(_answer(process, patience, at))
        try:
            while not answer.done() and (left_s := patience.left_s()):
                await asyncio.wait({answer}, timeout=left_s)
            if answer.done():
                return answer.result()
            seconds = f"{self.limits.seconds:g} s"
            return _Lost(f"took longer than {seconds} to read; raise --max-seconds, or leave the file out")
        except (asyncio.IncompleteReadError, ConnectionError):
            return _Lost(_how_it_died(await process.wait()))
        finally:
            answer.cancel()

    async def _start(self) -> _Worker:
        code = _START.format(root=str(Path(__file__).parents[2]), memory=self.limits.memory_mb * _MB)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        worker = _Worker(process)
        self._all.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        with suppress(ProcessLookupError):
            worker.process.kill()
        await worker.process.wait()


async def _answer(process: asyncio.subprocess.Process, patience: Patience, at: OnPage) -> Any:
    """Wait for what came of the job that was written; each sign of life renews the patience."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("a worker has no pipes")
    await process.stdin.drain()
    while (length := await _length(process.stdout)) in (ALIVE, AT):
        if length == AT:
            at(await _length(process.stdout), await _length(process.stdout))
        else:
            patience.renew()
    return pickle.loads(await process.stdout.readexactly(length))


async def _length(pipe: asyncio.StreamReader) -> int:
    length: int = LENGTH.unpack(await pipe.readexactly(LENGTH.size))[0]
    return length


def _how_it_died(status: int) -> str:
    if status == -signal.SIGKILL:
        return "its reader was killed, perhaps for want of memory; free some, or leave the file out"
    if status in _GAVE_UP:
        return "its reader gave up: it needs more memory than --max-memory allows, or the file is damaged"
    return f"its reader crashed (status {status}); either the file is damaged, or its parser has a fault"
