"""What a query's vector costs where the model's threads spin in wait for its next step, and where they sleep.

    python bench/spinning.py [--queries 100]

Alone, and beside as many processes that want every core. Milliseconds of the clock and of the processor for each query.
"""

import argparse
import asyncio
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastembed import TextEmbedding

from qa.models.dense import DenseChunkEmbedder
from qa.models.loaded import loaded
from qa.models.onnx_copy import ModelCopy

QUERY = "How high may the waves be for a transfer from Plover Dash?"


class Spinning(TextEmbedding):
    """As fastembed comes."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=100, help="for each row (default: %(default)s)")
    count = parser.parse_args().queries
    with tempfile.TemporaryDirectory() as folder:
        copy = asyncio.run(DenseChunkEmbedder("all-MiniLM-L6-v2").copy(Path(folder)))
        sleeping = loaded(copy, None)
        models = {"sleeping": sleeping, "spinning": _spinning(copy), "one thread": loaded(copy, 1)}
        print(f"{'':10} {'beside':>7} {'clock ms':>9} {'p95':>6} {'cpu ms':>7}")
        for beside in (0, os.cpu_count() or 1):
            with busy(beside):
                for name, model in models.items():
                    print(f"{name:10} {beside:7} {_measured(model, count)}")


def _spinning(copy: ModelCopy) -> TextEmbedding:
    [name] = {
        model["model"] for model in TextEmbedding.list_supported_models() if model["model"].startswith("footnote/")
    }
    return Spinning(name, specific_model_path=str(copy.folder))


def _measured(model: Any, count: int) -> str:
    list(model.query_embed(QUERY))
    clocks = []
    began = time.process_time()
    for _ in range(count):
        at = time.perf_counter()
        list(model.query_embed(QUERY))
        clocks.append(1000 * (time.perf_counter() - at))
        time.sleep(0.01)
    used = 1000 * (time.process_time() - began) / count
    return f"{statistics.median(clocks):9.1f} {sorted(clocks)[int(count * 0.95)]:6.1f} {used:7.1f}"


@contextmanager
def busy(count: int) -> Iterator[None]:
    """Keep some processes at work."""
    processes = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()


def _burn() -> None:
    while True:
        pass


if __name__ == "__main__":
    main()
