"""What HTTP adds to a question: `footnote serve` against `Answerer.ask` in a process, on one index and one engine.

    python bench/over_http.py [--home FOLDER] [--collection NAME] [--rounds 5] [--signed-in]

Without a home that holds an index, one is made of data/ in a temporary folder first; a home is copied. Each question is
asked over HTTP and in the process, one right after the other and in turns first, and the differences are what is
reported. On a machine that has other things to do read the last column, the difference between the quickest tenths of
both, and below it the processor's time of either process for a question. With --signed-in a reader's key asks, whose
role is looked up and whose questions are written down.
"""

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # noqa: E402
from load import wait_until_ready  # noqa: E402

from qa.accounts.access import Grant  # noqa: E402
from qa.accounts.grants import Grants  # noqa: E402
from qa.accounts.keys import Keys  # noqa: E402
from qa.accounts.users import Users  # noqa: E402
from qa.answering.answer import Answerer  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.database.engine import open_database  # noqa: E402
from qa.wiring import open_answerer  # noqa: E402

QUESTIONS = (
    "How high may the waves be for a transfer from Plover Dash?",
    "Who is the HSE Manager?",
    "When was the gearbox of C05 replaced?",
    "How many person transfers were counted in 2024?",
    "What is the interval of the inspection of bolted connections?",
    "Which vessel was chartered from May to September?",
    "What did the repair of the export cable cost?",
    "How many people does the company employ?",
)


@dataclass
class Times:
    """Milliseconds of one way to ask, and of the same question in the process right beside it."""

    over_http: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)

    def told(self, name: str) -> str:
        """Return them as a line of a table."""
        extra = [there - here for there, here in zip(self.over_http, self.inside, strict=True)]
        columns = [
            statistics.median(self.inside),
            statistics.median(self.over_http),
            statistics.median(extra),
            _p95(extra),
            _p10(self.over_http) - _p10(self.inside),
        ]
        return f"{name:28}" + "".join(f"{value:12.1f}" for value in columns)


def _p10(values: list[float]) -> float:
    return statistics.quantiles(values, n=10)[0]


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def _key_of_a_reader(home: Path, collection: str) -> str:
    """Add a user who may read the collection, and return a key of theirs."""
    with contextlib.closing(open_database(home)) as database:
        Users(database).add("reader", secrets.token_urlsafe())
        Grants(database).add(Grant("reader", "reader", collection))
        return Keys(database).add("reader")[1]


@contextlib.contextmanager
def served(home: Path, collection: str, *options: str) -> Iterator[tuple[int, psutil.Process]]:
    """Run `footnote serve`, and give its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "FOOTNOTE_HOME": str(home), "FOOTNOTE_COLLECTION": collection}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "ui.cli", "serve", "--port", str(port), *options]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(port)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _posted(
    connection: http.client.HTTPConnection, path: str, body: object, key: str = "", *, is_again: bool = False
) -> float:
    """Send a request over an open connection; return the milliseconds until all of the answer is there."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {key}"} if key else {})}
    data = json.dumps(body).encode()
    started = time.perf_counter()
    try:
        connection.request("POST", path, data, headers)
        response = connection.getresponse()
    except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
        # On a busy machine the question before took so long that it was closed; by a dead one the next is too.
        if is_again:
            raise
        connection.close()
        return _posted(connection, path, body, key, is_again=True)
    response.read()
    if response.status != 200:
        raise SystemExit(f"{path} answered {response.status}")
    return 1_000 * (time.perf_counter() - started)


async def _measured(port: int, answerer: Answerer, rounds: int, key: str) -> dict[str, Times]:
    connection = http.client.HTTPConnection("localhost", port, timeout=120)
    ways: dict[str, tuple[str, Callable[[str], object], Callable[[str], Awaitable[object]]]] = {
        "/api/ask": ("/api/ask", lambda text: {"question": text}, answerer.ask),
        "/v1/chat/completions": (
            "/v1/chat/completions",
            lambda text: {"model": "footnote", "messages": [{"role": "user", "content": text}]},
            answerer.ask,
        ),
        "/v1, streamed": (
            "/v1/chat/completions",
            lambda text: {"model": "footnote", "stream": True, "messages": [{"role": "user", "content": text}]},
            answerer.ask,
        ),
        "/api/search": ("/api/search", lambda text: {"query": text}, lambda text: answerer.search(text, top_k=10)),
    }
    times = {name: Times() for name in ways}
    for turn in range(rounds + 1):
        for number, question in enumerate(QUESTIONS):
            for name, (path, body, inside) in ways.items():
                pair = [0.0, 0.0]
                for at in (0, 1) if (turn + number) % 2 else (1, 0):
                    if at == 0:
                        pair[0] = await asyncio.to_thread(_posted, connection, path, body(question), key)
                        continue
                    started = time.perf_counter()
                    await inside(question)
                    pair[1] = 1_000 * (time.perf_counter() - started)
                # The first round warms both.
                if turn:
                    times[name].over_http.append(pair[0])
                    times[name].inside.append(pair[1])
    return times


async def _processor(
    port: int, server: psutil.Process, answerer: Answerer, rounds: int, key: str
) -> tuple[float, float]:
    """Return the milliseconds of processor that a question takes in this process, and in the server for `/api/ask`."""
    connection = http.client.HTTPConnection("localhost", port, timeout=120)
    started = time.process_time()
    for question in QUESTIONS * rounds:
        await answerer.ask(question)
    inside = time.process_time() - started
    before = server.cpu_times()
    for question in QUESTIONS * rounds:
        await asyncio.to_thread(_posted, connection, "/api/ask", {"question": question}, key)
    after = server.cpu_times()
    over_http = after.user + after.system - before.user - before.system
    return 1_000 * inside / len(QUESTIONS) / rounds, 1_000 * over_http / len(QUESTIONS) / rounds


async def _run(home: Path, collection: str, rounds: int, *, signed_in: bool) -> None:
    key = _key_of_a_reader(home, collection) if signed_in else ""
    with served(home, collection, *(("--sign-in", "on") if key else ())) as (port, server):
        async with open_answerer(Settings(home=home, collection=collection)) as answerer:
            times = await _measured(port, answerer, rounds, key)
            inside, over_http = await _processor(port, server, answerer, rounds, key)
    print(f"{len(QUESTIONS) * rounds} questions each way; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; ms")
    print(f"{'':28}{'inside p50':>12}{'HTTP p50':>12}{'more, p50':>12}{'more, p95':>12}{'quickest':>12}")
    for name, found in times.items():
        print(found.told(name))
    print(f"processor for a question, on average: {inside:.1f} ms in the process, {over_http:.1f} ms in the server")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--collection", default="documents")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--signed-in", action="store_true", help="ask by a reader's key")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if arguments.home:
            shutil.copytree(arguments.home, home, ignore=shutil.ignore_patterns(".footnote-*"))
        else:
            command = [sys.executable, "-m", "ui.cli", "ingest", str(ROOT / "data"), "--home", str(home)]
            subprocess.run(command, check=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)})
        asyncio.run(_run(home.absolute(), arguments.collection, arguments.rounds, signed_in=arguments.signed_in))


if __name__ == "__main__":
    main()
