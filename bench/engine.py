"""What sharing one embedded engine costs: joining it against starting it, and searching while an ingest writes.

    python bench/engine.py [--chunks 20000] [--searches 400]

Vectors and terms are random, of the real shape (384 dimensions, 70 terms, texts of 900 characters); the engine and the
path of a search through Footnote are real.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from qa.store import EmbeddedDocument, Index, IndexSettings, new_row, open_index  # noqa: E402
from qa.store.engine_process import endpoint_file  # noqa: E402
from qa.store.ids import chunk_id, text_hash  # noqa: E402
from qa.types import Chunk, Document  # noqa: E402

DIM = 384
TERMS = 70
VOCABULARY = 20_000
CHUNKS_OF_A_DOCUMENT = 20
SETTINGS = IndexSettings("random", DIM, "Qdrant/bm25", "english", 200, float(TERMS))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--chunks", type=int, default=20_000, metavar="N", help="chunks in the index (default 20000)")
    parser.add_argument("--searches", type=int, default=400, metavar="N", help="searches per figure (default 400)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder) / "bench.db", options.chunks, options.searches))


async def _measure(database: Path, chunks: int, searches: int) -> None:
    dice = np.random.default_rng(7)
    async with opened(database) as index:
        started = time.perf_counter()
        for number in range(0, chunks // CHUNKS_OF_A_DOCUMENT, 50):
            await index.commit([made_document(dice, number + n) for n in range(50)], replacing=False)
        await index.flush()
        print(f"{chunks:,} chunks stored at {chunks / (time.perf_counter() - started):,.0f} a second")
    await _opening(database)
    async with opened(database) as index:
        alone = await _searches(index, dice, searches)
        writing = asyncio.create_task(_write(database))
        await asyncio.sleep(1.0)
        beside = await _searches(index, dice, searches)
        writing.cancel()
    print(f"\n{'hybrid search, ms':28}{'p50':>8}{'p99':>8}   {searches} searches each")
    for name, times in (("alone", alone), ("beside an ingest", beside)):
        p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
        print(f"{name:28}{p50:8.1f}{p99:8.1f}")
    ratio = statistics.median(beside) / statistics.median(alone)
    print(f"{'ratio of the medians':28}{ratio:8.2f}")


async def _opening(database: Path) -> None:
    """Time what a command does before it can ask: reach the engine, connect, load the collection."""
    starting, joining = [], []
    for _ in range(5):
        await asyncio.to_thread(wait_until_ended, database)
        started = time.perf_counter()
        async with opened(database):
            starting.append(time.perf_counter() - started)
            started = time.perf_counter()
            async with opened(database):
                joining.append(time.perf_counter() - started)
    print(f"\n{'until a collection is open, s':32}{'median of 5':>12}   libraries imported already")
    for name, times in (("starting the engine", starting), ("joining a running one", joining)):
        print(f"{name:32}{statistics.median(times):12.3f}")


def wait_until_ended(database: Path) -> None:
    """Wait for the engine to end, a second after its last client left."""
    while endpoint_file(database).exists():
        time.sleep(0.05)


async def _searches(index: Index, dice: np.random.Generator, count: int) -> list[float]:
    times = []
    for _ in range(count):
        vector, weights = made_vectors(dice, 1)[0], made_weights(dice, 6)
        started = time.perf_counter()
        await index.search_hybrid(vector, weights, limit=50)
        times.append((time.perf_counter() - started) * 1000)
    return times


async def _write(database: Path) -> None:
    """Ingest without an end, from a process of its own."""
    process = await asyncio.create_subprocess_exec(sys.executable, __file__, "--write", str(database))
    try:
        await process.wait()
    finally:
        process.kill()
        await process.wait()


async def _write_for_ever(database: Path) -> None:
    dice = np.random.default_rng(random.randrange(2**32))
    number = 1_000_000
    async with opened(database) as index:
        while True:
            await index.commit([made_document(dice, number + n) for n in range(10)], replacing=False)
            number += 10


@asynccontextmanager
async def opened(database: Path) -> AsyncIterator[Index]:
    """Open the index in `database`, made where there is none."""
    async with open_index(database, "bench", idle_s=1.0) as index:
        await index.open_or_create(SETTINGS)
        yield index


def made_document(dice: np.random.Generator, number: int, version: int | None = None) -> EmbeddedDocument:
    """Make a document of random vectors and terms; `version` tells its content from that of others of its number."""
    texts = [f"{number} {n} " + "word " * 180 for n in range(CHUNKS_OF_A_DOCUMENT)]
    document = Document(f"/bench/{number}.txt", f"Paper {number}", "", "text/plain")
    sha256 = f"{number if version is None else version:030x}".ljust(64, "0")
    row = new_row("bench", document, sha256=sha256, size=1, modified=1, chunk_count=len(texts))
    above = (row.document_id, row.version)
    chunks = tuple(
        Chunk(chunk_id(*above, n), *above, n, row.source, row.title, "", 0, 0, len(text), text)
        for n, text in enumerate(texts)
    )
    sparse = tuple(made_weights(dice, TERMS) for _ in texts)
    return EmbeddedDocument(row, chunks, made_vectors(dice, len(texts)), sparse, tuple(map(text_hash, texts)))


def made_vectors(dice: np.random.Generator, count: int) -> np.ndarray:
    """Return random directions: float32, shape (count, DIM), rows of unit length."""
    vectors = dice.standard_normal((count, DIM), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def made_weights(dice: np.random.Generator, count: int) -> dict[int, float]:
    """Return the weights of `count` random terms."""
    # Few terms are common and many are rare, as in a language.
    terms = dict.fromkeys((VOCABULARY ** dice.random(2 * count)).astype(int).tolist())
    return dict(zip(list(terms)[:count], (dice.random(count) + 0.5).tolist(), strict=False))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        asyncio.run(_write_for_ever(Path(sys.argv[2])))
    else:
        main()
