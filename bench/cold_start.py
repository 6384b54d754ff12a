"""What a cold `footnote ask` is made of: every step of it in processes of their own, median of several.

    python bench/cold_start.py [--home FOLDER] [--runs 5] [--question TEXT]

Without a home that holds an index, one is made of data/ in a temporary folder first.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.store.engine_process import endpoint_file  # noqa: E402

# Each figure starts an engine of its own, so the one before must end soon.
os.environ["FOOTNOTE_ENGINE_IDLE_S"] = "1"
QUESTION = "How high may the waves be for a transfer from Plover Dash?"
PACKAGES = (
    "numpy",
    "grpc",
    "pandas",
    "pymilvus",
    "onnxruntime",
    "fastembed",
    "sentencex",
    "ui.cli",
    "qa.wiring",
)

# One question taken apart, in a process of its own. The steps run one after the other, though the command does some of
# them at the same time.
_STEPS = """
import asyncio, json, sys, time
from pathlib import Path

taken = {}
last = time.perf_counter()

def step(name):
    global last
    now = time.perf_counter()
    taken[name] = taken.get(name, 0.0) + now - last
    last = time.perf_counter()

home, question = Path(sys.argv[1]), sys.argv[2]
import ui.cli
from qa.config import Settings
from qa.wiring import open_answerer
step("import footnote's own modules")
import pymilvus, grpc
step("import pymilvus")
import fastembed
step("import fastembed and onnxruntime")
from qa.models.dense import DenseQueryEmbedder
from qa.text.words import SparseEmbedder
from qa.models.onnx_copy import find_copy
from qa.retrieval.retrieve import Retriever
from qa.answering.answer import Answerer
from qa.store.connection import open_connection
from qa.store.engine import engine
from qa.store import Index

async def main():
    settings = Settings(home=home).filled()
    dense = DenseQueryEmbedder(find_copy(settings.dense_model, home))
    sparse = SparseEmbedder(settings.sparse_model, language=settings.language, average_terms=90.0)
    step("(other)")
    held = engine(settings.index_file)
    await held.__aenter__()
    step("engine: start, or join a running one")
    client = open_connection(settings.index_file)
    index = Index(await client.__aenter__(), settings.collection)
    step("client: connect")
    await index.open()
    step("index: open and load")
    dense.load()
    step("models: load the ONNX copy")
    sparse.load()
    step("models: stemmer and stop words")
    await index.term_statistics()
    step("index: term statistics")
    retriever = Retriever(index, dense, sparse)
    await retriever.retrieve(question, top_k=settings.top_k, ranking=settings.ranking)
    step("first search")
    answerer = Answerer(retriever, top_k=settings.top_k, threshold=settings.threshold)
    await answerer.ask(question)
    step("search again, extract and cite")
    await answerer.ask(question)
    step("a second question, whole")
    await client.__aexit__(None, None, None)
    step("client: close")
    await held.__aexit__(None, None, None)
    step("engine: leave it running")

asyncio.run(main())
print(json.dumps(taken))
"""

# Keeps the engine running until its standard input is closed, as the chat page does.
_HOLDER = """
import asyncio, sys
from pathlib import Path
from qa.store.engine import engine

async def main():
    async with engine(Path(sys.argv[1]) / "footnote.db"):
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


def main() -> int:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(description="Take a cold `footnote ask` apart.")
    parser.add_argument("--home", type=Path, metavar="FOLDER", help="home of an index (default: a new one of data/)")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="processes per figure (default 5)")
    parser.add_argument("--question", default=QUESTION, help="the question to ask")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = options.home or Path(temporary)
        if not (home / "footnote.db").exists():
            _run([sys.executable, "-m", "ingest", str(ROOT / "data"), "--home", str(home), "--quiet"])
        _report(home, options.question, options.runs)
    return 0


def _report(home: Path, question: str, runs: int) -> None:
    ask = [sys.executable, "-m", "ui.cli", "ask", question, "--home", str(home)]
    nothing = [sys.executable, "-c", "pass"]
    python_s = _median(lambda: _elapsed(nothing), runs)
    whole_s = _median(lambda: _elapsed(ask, without_engine_in=home), runs)
    help_s = _median(lambda: _elapsed([sys.executable, "-m", "ui.cli", "--help"]), runs)
    alone = _steps(home, question, runs, starting=True)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin
    assert holder.stdout
    try:
        holder.stdout.readline()
        joined_s = _median(lambda: _elapsed(ask), runs)
        joined = _steps(home, question, runs)
    finally:
        holder.stdin.close()
        holder.wait()

    print(f"{'whole commands':48}{'seconds':>9}{'× python':>10}   median of {runs}")
    for name, value in (
        ("python -c pass", python_s),
        ("footnote --help", help_s),
        ("footnote ask, starting the engine", whole_s),
        ("footnote ask, joining a running engine", joined_s),
    ):
        print(f"{name:48}{value:9.3f}{value / python_s:10.1f}")
    print(f"\n{'steps, one after the other':48}{'starting':>9}{'joining':>10}")
    for name, value in alone.items():
        print(f"{name:48}{value:9.3f}{joined[name]:10.3f}")
    print(f"\n{'imports, each in a fresh process':48}{'seconds':>9}")
    for name, value in _imports(runs).items():
        print(f"{name:48}{value:9.3f}")


def _steps(home: Path, question: str, runs: int, *, starting: bool = False) -> dict[str, float]:
    command = [sys.executable, "-c", _STEPS, str(home), question]
    taken = []
    for _ in range(runs):
        if starting:
            _wait_until_ended(home)
        taken.append(json.loads(_run(command).stdout.splitlines()[-1]))
    return {name: statistics.median(run[name] for run in taken) for name in taken[0]}


def _imports(runs: int) -> dict[str, float]:
    """Return the seconds that each package's import takes in a fresh process, with all that it imports itself."""
    code = "import time; started = time.perf_counter(); import {}; print(time.perf_counter() - started)"
    return {
        name: statistics.median(
            float(_run([sys.executable, "-W", "ignore", "-c", code.format(name)]).stdout.split()[-1])
            for _ in range(runs)
        )
        for name in PACKAGES
    }


def _wait_until_ended(home: Path) -> None:
    while endpoint_file(home / "footnote.db").exists():
        time.sleep(0.05)


def _elapsed(command: Sequence[str], *, without_engine_in: Path | None = None) -> float:
    if without_engine_in:
        _wait_until_ended(without_engine_in)
    started = time.perf_counter()
    _run(command)
    return time.perf_counter() - started


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)[:200]} failed:\n{done.stderr}")
    return done


def _median(measure: Callable[[], float], runs: int) -> float:
    measure()  # the first run reads files that the others find in memory
    return statistics.median(measure() for _ in range(runs))


if __name__ == "__main__":
    sys.exit(main())
