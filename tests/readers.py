"""The processes that read files, kept from one test to the next: to start one and import the loaders takes a second.

The processes are the real ones and do the real work; they only outlive one ingest. Tests of how they start and end ask
for `fresh_readers`, and get them as an ingest has them.
"""

import asyncio
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from ingest.read import workers
from ingest.read.workers import Workers

_MOST = 4
_KEPT: list["_Kept"] = []
START, END = Workers._start, Workers._end


@dataclass(eq=False)
class _Kept:
    """A process whose pipes are connected to the event loop of the ingest that has it now."""

    kind: tuple[object, ...]
    popen: "subprocess.Popen[bytes]"
    stdin: asyncio.StreamWriter | None = None
    stdout: asyncio.StreamReader | None = None
    reading: asyncio.ReadTransport | None = None

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def returncode(self) -> int | None:
        return self.popen.poll()

    def kill(self) -> None:
        self.popen.kill()

    async def wait(self) -> int:
        return await asyncio.to_thread(self.popen.wait)

    async def connect(self) -> None:
        assert self.popen.stdin
        assert self.popen.stdout
        loop = asyncio.get_running_loop()
        self.stdout = asyncio.StreamReader()
        read_end = os.fdopen(os.dup(self.popen.stdout.fileno()), "rb", 0)
        protocol = asyncio.StreamReaderProtocol(self.stdout)
        self.reading, _ = await loop.connect_read_pipe(lambda: protocol, read_end)
        write_end = os.fdopen(os.dup(self.popen.stdin.fileno()), "wb", 0)
        transport, flow = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), write_end
        )
        self.stdin = asyncio.StreamWriter(transport, flow, None, loop)

    def disconnect(self) -> None:
        assert self.stdin
        assert self.reading
        self.stdin.close()
        self.reading.close()
        self.stdin = self.stdout = self.reading = None

    def end(self) -> None:
        self.popen.kill()
        self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            assert pipe
            pipe.close()


def _process(code: str) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)


async def _start(self: Workers) -> workers._Worker:
    # A reader dies with the thread that started it.
    if threading.current_thread() is not threading.main_thread():
        return await START(self)
    code = workers._START.format(root=str(Path(workers.__file__).parents[2]), memory=self.limits.memory_mb * 2**20)
    # What a reader takes from its surroundings.
    kind = (code, Path.cwd(), os.environ.get("PATH"), os.environ.get("TESSERACT_LANG"))
    kept = next((item for item in _KEPT if item.kind == kind and item.returncode is None), None)
    if kept:
        _KEPT.remove(kept)
    else:
        kept = _Kept(kind, _process(code))
    await kept.connect()
    worker = workers._Worker(kept)  # type: ignore[arg-type]
    self._all.add(worker)
    return worker


async def _end(self: Workers, worker: workers._Worker) -> None:
    kept = worker.process
    if not isinstance(kept, _Kept):
        await END(self, worker)
        return
    self._all.discard(worker)
    kept.disconnect()
    # One with a job in hand, or that did not do it in time, is never used again.
    if worker in self._idle and kept.returncode is None:
        _KEPT.append(kept)
        while len(_KEPT) > _MOST:
            _KEPT.pop(0).end()
    else:
        kept.end()


def keep() -> None:
    """Keep readers from now on."""
    Workers._start, Workers._end = _start, _end  # type: ignore[method-assign]


def keep_no_more() -> None:
    """Let each ingest start and end its own again."""
    Workers._start, Workers._end = START, END  # type: ignore[method-assign]
    while _KEPT:
        _KEPT.pop().end()
