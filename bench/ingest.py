"""How near the ingest pipeline comes to the bare model: chunks per second of both, on the same chunks, in one run.

    python bench/ingest.py [PATH...] [--chunk-tokens 200] [--dense-model NAME] [--no-library]

The pipeline is compared to two things that embed the very same texts and do nothing else: sentence-transformers' own
`encode`, all texts in one call, and Footnote's embedder, in groups of the sizes that the pipeline gives it. Each runs
before and after the pipeline: on a shared machine speeds drift, and the mean of the two is what counts.
"""

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ingest import IngestReport, Splitter, discover, ingest  # noqa: E402
from ingest.split.pieces import EMBED_CHUNKS  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.models.dense import DenseChunkEmbedder  # noqa: E402
from qa.models.onnx_copy import load_model  # noqa: E402
from qa.wiring import Writer, open_writer, splitter_options  # noqa: E402

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT = ROOT.parent / "shared" / "realfiles" / "questions"


class Recorder:
    """The dense model, with a record of the groups that it was given and of the time that it worked."""

    def __init__(self, model: DenseChunkEmbedder) -> None:
        self._model = model
        self.groups: list[list[str]] = []
        self.busy_s = 0.0

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed as the model does."""
        self.groups.append(list(texts))
        started = time.perf_counter()
        vectors = await self._model.embed_chunks(texts)
        self.busy_s += time.perf_counter() - started
        return vectors


def main() -> int:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description="Compare the ingest pipeline to the bare model.")
    parser.add_argument("paths", nargs="*", type=Path, default=[DEFAULT], metavar="PATH", help=f"default: {DEFAULT}")
    parser.add_argument("--chunk-tokens", type=int, default=200, metavar="N", help="most tokens in a chunk")
    parser.add_argument("--no-library", action="store_true", help="leave out sentence-transformers' own encode")
    parser.add_argument("--dense-model", metavar="NAME", help="default: the packaged one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), chunk_tokens=options.chunk_tokens)
        if options.dense_model:
            settings = replace(settings, dense_model=options.dense_model)
        asyncio.run(_measure(options.paths, settings, with_library=not options.no_library))
    return 0


async def _measure(paths: Sequence[Path], settings: Settings, *, with_library: bool) -> None:
    # The bare model needs the texts beforehand. A first pass into a scratch index, with vectors that cost nothing,
    # gives them, and also the cost of everything but the model.
    async with open_writer(settings) as writer:
        model = writer.dense
        # Not `model.load()`: it would embed through sentence-transformers from then on, where an ingest takes the copy.
        await model.embed_chunks(["warm up"] * 64)
        groups, without_model_s = await _rehearse(paths, settings, writer)
        chunks = sum(map(len, groups))
        print(f"{len(discover(paths).sources)} files, {chunks} chunks", flush=True)

        loaded = load_model(model.name) if with_library else None
        library = [await asyncio.to_thread(_library, loaded, groups)] if loaded else []
        bare = [await _bare(model, groups)]
        recorder = Recorder(model)
        report, pipeline_s = await _timed(paths, writer, recorder)
        bare.append(await _bare(model, recorder.groups))
        if loaded:
            library.append(await asyncio.to_thread(_library, loaded, groups))
        again, again_s = await _timed(paths, writer, Recorder(model))

    embedded = report.chunks_embedded
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    rows = [
        *(("sentence-transformers, before", chunks, elapsed_s) for elapsed_s in library[:1]),
        ("embedder alone, before", chunks, bare[0]),
        ("pipeline", embedded, pipeline_s),
        ("embedder alone, after", chunks, bare[1]),
        *(("sentence-transformers, after", chunks, elapsed_s) for elapsed_s in library[1:]),
        ("pipeline without the model", chunks, without_model_s),
    ]
    for name, count, elapsed_s in rows:
        print(f"{name:30}  {count / elapsed_s:8.2f} chunks/s  {elapsed_s:8.2f} s")
    for name, times in [("sentence-transformers", library)] * with_library + [("embedder alone", bare)]:
        ratio = (embedded / pipeline_s) / (chunks / mean(times))
        print(f"pipeline / mean of {name}: {ratio:.3f}")
    print(f"model at work in the pipeline:  {recorder.busy_s / pipeline_s:.3f} of the time")
    print(f"peak memory of this process:    {peak / 2**20:.0f} MiB")
    print(f"second run, nothing changed:    {again_s:.2f} s ({again.unchanged} of {again.seen} files unchanged)")
    for failure in report.failed:
        print(f"failed: {failure.source}: {failure.reason}", file=sys.stderr)
    if (embedded, again.chunks_embedded) != (chunks, 0):
        print(f"note: the pipeline embedded {embedded} texts, then {again.chunks_embedded}", file=sys.stderr)


class _Free(Recorder):
    """Records the groups and gives any vectors of unit length."""

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Take no time."""
        self.groups.append(list(texts))
        vectors = np.zeros((len(texts), 384), dtype=np.float32)
        vectors[:, 0] = 1.0
        return vectors


async def _rehearse(paths: Sequence[Path], settings: Settings, writer: Writer) -> tuple[list[list[str]], float]:
    free = _Free(writer.dense)
    with tempfile.TemporaryDirectory() as home:
        scratch = replace(settings, home=Path(home))
        (scratch.home / "models").symlink_to(settings.home / "models")
        async with open_writer(scratch) as other:
            _, elapsed_s = await _timed(paths, other, free)
    # Without a model to wait for, few documents are ready at a time: they are grouped as the pipeline would do it.
    groups: list[list[str]] = []
    for group in free.groups:
        if groups and len(groups[-1]) < EMBED_CHUNKS:
            groups[-1] += group
        else:
            groups.append(list(group))
    return groups, elapsed_s


async def _bare(model: DenseChunkEmbedder, groups: Sequence[Sequence[str]]) -> float:
    started = time.perf_counter()
    for group in groups:
        await model.embed_chunks(group)
    return time.perf_counter() - started


def _library(model: "SentenceTransformer", groups: Sequence[Sequence[str]]) -> float:
    texts = [text for group in groups for text in group]
    started = time.perf_counter()
    model.encode(texts)
    return time.perf_counter() - started


async def _timed(paths: Sequence[Path], writer: Writer, dense: Recorder) -> tuple[IngestReport, float]:
    splitter = Splitter(**splitter_options(writer.settings, writer.copy))
    started = time.perf_counter()
    report = await ingest(discover(paths), index=writer.index, splitter=splitter, dense=dense, sparse=writer.sparse)
    return report, time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
