"""How many clients `footnote serve` answers at once: quoted answers over HTTP, by one process and by two.

    python bench/load.py HOME [--collection sample] [--clients 25 100] [--requests 400]

HOME holds an ingested sample; it is copied first. Each client asks one question after the other. They are spread over
the processes as a load balancer would spread them. All is on this machine: the clients take their share of it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "How high may the waves be for a transfer from Plover Dash?",
    "What did Nordgriff pay for missing the availability guarantee of 2024?",
    "What went wrong with the export cable, and what did the repair cost?",
    "How often is the training of technicians renewed?",
    "Who is the emergency coordinator?",
    "What is the notice period of the service agreement?",
    "How long is the vessel chartered for?",
    "What was the availability in 2024?",
)
_START_S, _REQUEST_S = 180.0, 300.0


@dataclass
class Round:
    """What came of one round."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Print one line for each number of processes and clients."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--collection", default="sample")
    parser.add_argument("--clients", type=int, nargs="+", default=[25, 100])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--requests", type=int, default=400, help="of each round")
    given = parser.parse_args()
    print("| processes | clients | requests a second | p50, s | p95, s | errors | load before |")
    print("|---|---|---|---|---|---|---|")
    for processes in given.processes:
        with served(given.home, processes) as ports:
            asyncio.run(asked(ports, given.collection, clients=len(ports), requests=2 * len(QUESTIONS)))  # warms up
            for clients in given.clients:
                load = os.getloadavg()[0]
                started = time.monotonic()
                found = asyncio.run(asked(ports, given.collection, clients=clients, requests=given.requests))
                took = time.monotonic() - started
                print(line(processes, clients, found, took, load), flush=True)


def line(processes: int, clients: int, found: Round, took: float, load: float) -> str:
    """Return a round as a row of the table."""
    good = found.seconds or [0.0]
    p95 = statistics.quantiles(good, n=20)[-1] if len(good) > 1 else good[0]
    errors = ", ".join(f"{count} {what}" for what, count in found.errors.items()) or "0"
    figures = (f"{len(found.seconds) / took:.1f}", f"{statistics.median(good):.2f}", f"{p95:.2f}")
    return f"| {processes} | {clients} | {' | '.join(figures)} | {errors} | {load:.1f} |"


async def asked(ports: Sequence[int], collection: str, *, clients: int, requests: int) -> Round:
    """Have clients ask until all requests are made."""
    found, left = Round(), iter(range(requests))

    async def client(number: int) -> None:
        url = f"http://localhost:{ports[number % len(ports)]}/api/ask"
        async with httpx.AsyncClient(timeout=_REQUEST_S, trust_env=False) as http:
            for which in left:
                body = {"question": QUESTIONS[which % len(QUESTIONS)], "collection": collection}
                started = time.monotonic()
                try:
                    reply = await http.post(url, json=body)
                except httpx.HTTPError as error:
                    found.errors[type(error).__name__] += 1
                    continue
                if reply.status_code == 200 and json.loads(reply.content)["text"]:
                    found.seconds.append(time.monotonic() - started)
                else:
                    found.errors[str(reply.status_code)] += 1

    await asyncio.gather(*(client(number) for number in range(clients)))
    return found


@contextlib.contextmanager
def served(home: Path, processes: int) -> Iterator[list[int]]:
    """Run processes on one copy of a home, and give their ports."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy, symlinks=True, ignore=shutil.ignore_patterns(".footnote-*"))
        ports = []
        for _ in range(processes):
            ports.append(port := free_port())
            command = [sys.executable, "-m", "ui.cli", "serve", "--port", str(port)]
            environment = {**os.environ, "FOOTNOTE_HOME": str(copy), "PYTHONPATH": str(ROOT)}
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            wait_until_ready(port)
        yield ports


def wait_until_ready(port: int) -> None:
    """Wait until a process can use the index.

    Raises:
        TimeoutError: It does not come to that.
    """
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://localhost:{port}/readyz", timeout=10, trust_env=False).status_code == 200:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing answers on port {port}")


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
