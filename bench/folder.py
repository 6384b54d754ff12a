"""What a large folder costs an ingest: time, memory over time, and what a second run reads and embeds.

    python bench/folder.py unchanged [--files 10000]
    python bench/folder.py changed [--pages 200]
    python bench/folder.py flat [--megabytes 200] [--store engine|counting]

Vectors cost nothing here (random ones of the real shape); reading, splitting, counting terms and the engine are real.
With `--store counting` the chunks are counted and dropped, for amounts that an embedded engine is not made for.
"""

import argparse
import asyncio
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from ingest import IngestReport, Splitter, discover, ingest  # noqa: E402
from ingest.report import OnProgress, ignore_progress  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.store import EmbeddedChunks, EmbeddedDocument, RegisterRow  # noqa: E402
from qa.wiring import Writer, open_writer, splitter_options  # noqa: E402

_MB = 2**20
_DIM = 384
_EVERY_S = 10.0


class FreeDense:
    """Gives every text a vector of unit length, at no cost, and counts them."""

    def __init__(self) -> None:
        self.embedded = 0
        self._dice = np.random.default_rng(7)

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return random directions: float32, shape (len(texts), 384)."""
        self.embedded += len(texts)
        vectors = self._dice.standard_normal((len(texts), _DIM), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class CountingIndex:
    """Takes what an index takes, and keeps nothing but the register."""

    identity = "bench"
    embedded = True

    def __init__(self) -> None:
        self.rows: dict[str, RegisterRow] = {}
        self.chunks = 0

    async def documents(self) -> AsyncIterator[RegisterRow]:
        """Yield what was enrolled."""
        for row in list(self.rows.values()):
            yield row

    async def failures(self) -> AsyncIterator[RegisterRow]:
        """Yield nothing."""
        for row in ():
            yield row

    async def vectors(self, _hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Know no vectors."""
        return {}

    async def add(self, documents: Sequence[EmbeddedDocument | EmbeddedChunks]) -> None:
        """Count chunks."""
        self.chunks += sum(len(document.chunks) for document in documents)

    async def enroll(
        self, documents: Sequence[tuple[RegisterRow, Mapping[int, int]]], **_options: Collection[str]
    ) -> None:
        """Keep the rows."""
        self.rows.update({row.document_id: row for row, _ in documents})

    async def record_failures(self, rows: Sequence[RegisterRow]) -> None:
        """Forget them."""

    async def clear_unregistered(self) -> int:
        """Have nothing to clear."""
        return 0

    async def flush(self) -> None:
        """Have nothing to write."""


class Progress:
    """Keeps the report of an ingest that is under way."""

    def __init__(self) -> None:
        self.report = IngestReport()

    def __call__(self, report: IngestReport, _source: str) -> None:
        """Take the report, which goes on being counted in."""
        self.report = report


def main() -> None:
    """Run one of the benchmarks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    kinds = parser.add_subparsers(dest="kind", required=True)
    unchanged = kinds.add_parser("unchanged", help="check files that are stored already")
    unchanged.add_argument("--files", type=int, default=10_000, metavar="N")
    changed = kinds.add_parser("changed", help="change a paragraph of a long document")
    changed.add_argument("--pages", type=int, default=200, metavar="N")
    flat = kinds.add_parser("flat", help="ingest a large folder and watch the memory")
    flat.add_argument("--megabytes", type=int, default=200, metavar="N")
    flat.add_argument("--store", choices=["engine", "counting"], default="engine")
    options = parser.parse_args()
    run: dict[str, Callable[[Path], Any]] = {
        "unchanged": lambda folder: _unchanged(folder, options.files),
        "changed": lambda folder: _changed(folder, options.pages),
        "flat": lambda folder: _flat(folder, options.megabytes, counting=options.store == "counting"),
    }
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run[options.kind](Path(folder)))


async def _unchanged(folder: Path, files: int) -> None:
    docs = folder / "docs"
    for number in range(files):
        path = docs / f"{number % 100:02d}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"File number {number}. " + _words(random.Random(number), 120))
        os.utime(path, (1_700_000_000, 1_700_000_000))
    async with open_writer(_settings(folder)) as writer:
        dense = FreeDense()
        for name in ("first run", "second run, nothing changed"):
            report, elapsed_s = await _timed(docs, writer, dense)
            print(
                f"{name:32}{elapsed_s:8.2f} s   {report.added} added, {report.unchanged} unchanged, "
                f"{report.chunks_embedded} chunks embedded"
            )


async def _changed(folder: Path, pages: int) -> None:
    from fpdf import FPDF

    docs, dice = folder / "docs", random.Random(7)
    docs.mkdir()
    texts = [[_words(dice, 90) for _ in range(5)] for _ in range(pages)]

    def write() -> None:
        pdf = FPDF()
        pdf.set_font("Helvetica", size=11)
        for page in texts:
            pdf.add_page()
            for paragraph in page:
                pdf.multi_cell(0, 6, paragraph)
                pdf.ln(3)
        pdf.output(str(docs / "long.pdf"))

    write()
    async with open_writer(_settings(folder)) as writer:
        report, _ = await _timed(docs, writer, FreeDense())
        print(f"a PDF of {pages} pages: {report.chunks_embedded} chunks")
        texts[pages // 2][2] = _words(dice, 90)
        write()
        report, elapsed_s = await _timed(docs, writer, FreeDense())
        print(
            f"one paragraph changed: {report.chunks_embedded} chunks embedded, {report.chunks_reused} reused, "
            f"{elapsed_s:.1f} s"
        )


async def _flat(folder: Path, megabytes: int, *, counting: bool) -> None:
    docs = folder / "docs"
    docs.mkdir()
    written = number = 0
    while written < megabytes * _MB:
        dice = random.Random(number)
        text = "\n\n".join(_words(dice, 90) for _ in range(dice.choice([20, 200, 2_000])))
        (docs / f"{number}.txt").write_text(text)
        written, number = written + len(text), number + 1
    print(f"{number} files, {written / _MB:.0f} MB; {'chunks are counted' if counting else 'the real engine'}")
    async with open_writer(_settings(folder)) as writer:
        # The model embeds nothing here, but it takes its memory as usual.
        writer.dense.load()
        index: Any = CountingIndex() if counting else writer.index
        progress = Progress()
        memory = asyncio.create_task(_watch_memory(progress))
        report, elapsed_s = await _timed(docs, writer, FreeDense(), index=index, on_progress=progress)
        memory.cancel()
    chunks = report.chunks_embedded + report.chunks_reused
    print(f"{chunks:,} chunks in {elapsed_s:.0f} s: {chunks / elapsed_s:,.0f} a second")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"peak memory of the process: {peak / _MB:.0f} MB")


async def _watch_memory(progress: Progress) -> None:
    started = time.monotonic()
    process = psutil.Process()
    while True:
        family: Counter[str] = Counter()
        for child in process.children(recursive=True):
            try:
                family["readers" if child.name().startswith("python") else "engine"] += child.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        parts = ", ".join(f"{name} {rss / _MB:.0f}" for name, rss in sorted(family.items()))
        print(
            f"{time.monotonic() - started:6.0f} s: {progress.report.bytes_done / _MB:.0f} MB stored, "
            f"{progress.report.chunks_embedded:,} chunks; memory {process.memory_info().rss / _MB:.0f} MB; {parts}",
            flush=True,
        )
        await asyncio.sleep(_EVERY_S)


async def _timed(
    docs: Path,
    writer: Writer,
    dense: FreeDense,
    *,
    index: Any = None,
    on_progress: OnProgress = ignore_progress,
) -> tuple[IngestReport, float]:
    started = time.perf_counter()
    report = await ingest(
        discover([docs]),
        index=index or writer.index,
        splitter=Splitter(**splitter_options(writer.settings, writer.copy)),
        dense=dense,
        sparse=writer.sparse,
        on_progress=on_progress,
    )
    return report, time.perf_counter() - started


def _settings(folder: Path) -> Settings:
    return Settings(home=folder / "home").filled()


def _words(dice: random.Random, count: int) -> str:
    """Return a paragraph of sentences that no other paragraph shares."""
    return " ".join(_sentences(dice, count))


def _sentences(dice: random.Random, count: int) -> Iterator[str]:
    left = count
    while left > 0:
        length = min(left, dice.randrange(6, 20))
        left -= length
        words = [_VOCABULARY[int(len(_VOCABULARY) ** dice.random()) - 1] for _ in range(length)]
        yield f"{' '.join(words).capitalize()}."


def _vocabulary() -> list[str]:
    dice = random.Random(1)
    syllables = [a + b for a in "bdfgklmnprstvw" for b in "aeiou"]
    return ["".join(dice.choice(syllables) for _ in range(dice.choice([1, 2, 2, 3]))) for _ in range(20_000)]


_VOCABULARY = _vocabulary()

if __name__ == "__main__":
    main()
