"""What an index of some size needs and takes on the embedded engine: memory, disk, start, and the latency of each call.

    python bench/sizing.py [--chunks 20000 100000 300000] [--searches 200]

Vectors, terms and texts are those of `bench/engine.py`. 300,000 chunks take about ten minutes and 3 GB of disk.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import psutil
from engine import (
    CHUNKS_OF_A_DOCUMENT,
    ROOT,
    made_document,
    made_vectors,
    made_weights,
    opened,
    wait_until_ended,
)

sys.path.insert(0, str(ROOT))

from qa.store import Index
from qa.store.filters import equals
from qa.store.ids import document_id

_MB = 2**20
_DOCUMENTS_AT_A_TIME = 25
_REPLACED = 20


def main() -> None:
    """Measure each size in one growing index, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--chunks", type=int, nargs="+", default=[20_000, 100_000, 300_000], metavar="N")
    parser.add_argument("--searches", type=int, default=200, metavar="N", help="calls per figure (default 200)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder) / "bench.db", sorted(options.chunks), options.searches))


async def _measure(database: Path, sizes: list[int], searches: int) -> None:
    dice = np.random.default_rng(7)
    stored = 0
    for size in sizes:
        async with opened(database) as index:
            rows_s, stored = await _grow(index, dice, stored, size)
        await asyncio.to_thread(wait_until_ended, database)
        started = time.perf_counter()
        async with opened(database) as index:
            start_s = time.perf_counter() - started
            print(f"\n{stored:,} chunks: stored at {rows_s:,.0f} a second; {start_s:.1f} s from nothing to open")
            await _calls(index, dice, stored, searches)
            print(f"{'memory of the engine, MB':32}{_engine_mb(database):8.0f}   of a client {_own_mb():.0f}")
            print(f"{'disk, MB':32}{_disk_mb(database):8.0f}", flush=True)


async def _grow(index: Index, dice: np.random.Generator, stored: int, size: int) -> tuple[float, int]:
    """Store documents up to `size` chunks; return rows a second of the store alone, and how many chunks there are."""
    spent = 0.0
    before = stored
    while stored < size:
        first = stored // CHUNKS_OF_A_DOCUMENT
        documents = [made_document(dice, first + n) for n in range(_DOCUMENTS_AT_A_TIME)]
        started = time.perf_counter()
        await index.commit(documents, replacing=False)
        spent += time.perf_counter() - started
        stored += _DOCUMENTS_AT_A_TIME * CHUNKS_OF_A_DOCUMENT
    await index.flush()
    return (stored - before) / spent, stored


async def _calls(index: Index, dice: np.random.Generator, stored: int, searches: int) -> None:
    documents = stored // CHUNKS_OF_A_DOCUMENT

    def number() -> int:
        return int(dice.integers(documents))

    async def dense() -> object:
        return await index.search_dense(made_vectors(dice, 1)[0], limit=50)

    async def sparse() -> object:
        return await index.search_sparse(made_weights(dice, 6), limit=50)

    async def hybrid() -> object:
        return await index.search_hybrid(made_vectors(dice, 1)[0], made_weights(dice, 6), limit=50)

    async def chunks_of_a_document() -> object:
        key = document_id(index.identity, f"/bench/{number()}.txt")
        return await index.chunks.count(equals("document_id", key))

    async def replace() -> object:
        return await index.commit([made_document(dice, number(), version=dice.integers(2**31))])

    print(f"{'ms':32}{'p50':>8}{'p99':>8}")
    calls: tuple[tuple[str, Callable[[], Awaitable[object]], int], ...] = (
        ("dense, 50 hits", dense, searches),
        ("sparse, 50 hits", sparse, searches),
        ("hybrid, 50 hits with vectors", hybrid, searches),
        ("count the chunks of a document", chunks_of_a_document, searches),
        (f"replace {CHUNKS_OF_A_DOCUMENT} chunks", replace, _REPLACED),
    )
    for name, call, count in calls:
        times = []
        for _ in range(count):
            started = time.perf_counter()
            await call()
            times.append((time.perf_counter() - started) * 1000)
        p99 = statistics.quantiles(times, n=100)[98] if count >= 100 else max(times)
        print(f"{name:32}{statistics.median(times):8.1f}{p99:8.1f}{'' if count >= 100 else '   (the slowest)'}")


def _engine_mb(database: Path) -> float:
    """Return the resident memory of the engine's process and of the one that hosts it."""
    named = [process for process in psutil.process_iter() if str(database) in process.cmdline()]
    family = {process for host in named for process in (host, *host.children(recursive=True))}
    return float(sum(process.memory_info().rss for process in family) / _MB)


def _own_mb() -> float:
    return float(psutil.Process().memory_info().rss / _MB)


def _disk_mb(database: Path) -> float:
    return sum(path.stat().st_size for path in database.parent.rglob("*") if path.is_file()) / _MB


if __name__ == "__main__":
    main()
