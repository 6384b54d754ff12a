"""How long a question takes at 20,000 chunks: rankings and answers, for each dense model. See bench/README.md.

    python bench/latency.py [SET...] [--dense-model NAME...] [--questions 100] [--rounds 3]

The passages of all sets are ingested into one collection with vectors drawn at random: what a search costs does not
depend on them, and 20,000 real ones take half an hour. Words, terms, questions and everything that is done to them are
real. Each question is asked by every ranking and answered, one right after the other, so that what else the machine
does weighs on all.
"""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ranking import default_sets  # noqa: E402

from ingest import Discovered, DocumentSource, Splitter, ingest  # noqa: E402
from qa.config import MULTILINGUAL_MODEL, PACKAGED_MODEL, Settings  # noqa: E402
from qa.evaluation import Dataset, read_dataset  # noqa: E402
from qa.text.dictionaries import NONE  # noqa: E402
from qa.types import Ranking  # noqa: E402
from qa.wiring import open_answerer, open_retriever, open_writer, splitter_options  # noqa: E402

RANKINGS: tuple[Ranking, ...] = ("rrf", "scores")


class Drawn:
    """Vectors of unit length that cost nothing."""

    def __init__(self, dim: int) -> None:
        self._dim = dim
        self._random = np.random.default_rng(0)

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 of shape (len(texts), dim), rows of unit length."""
        vectors = self._random.standard_normal((len(texts), self._dim), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def main() -> None:
    """Print a table for each model."""
    parser = argparse.ArgumentParser(description="Time questions at 20,000 chunks.")
    parser.add_argument("sets", nargs="*", type=Path, help="question sets with docs.jsonl; default all published ones")
    parser.add_argument("--dense-model", nargs="*", default=[PACKAGED_MODEL, MULTILINGUAL_MODEL], metavar="NAME")
    parser.add_argument("--questions", type=int, default=100, metavar="N", help="of all sets, drawn with a fixed seed")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each is asked")
    options = parser.parse_args()
    sets = [read_dataset(path) for path in options.sets or default_sets()]
    sets = [dataset for dataset in sets if dataset.documents]
    asked = [question.text for dataset in sets for question in dataset.questions if not question.turns]
    asked = random.Random(0).sample(asked, min(options.questions, len(asked)))
    for name in options.dense_model:
        with tempfile.TemporaryDirectory() as home:
            settings = replace(Settings(home=Path(home), dictionaries=NONE), dense_model=name)
            asyncio.run(_measure(sets, settings, asked, options.rounds))


async def _measure(sets: Sequence[Dataset], settings: Settings, asked: Sequence[str], rounds: int) -> None:
    async with open_writer(settings) as writer:
        found = Discovered(tuple(DocumentSource(document) for dataset in sets for document in dataset.documents or ()))
        splitter = Splitter(**splitter_options(writer.settings, writer.copy))
        started = time.perf_counter()
        report = await ingest(
            found, index=writer.index, splitter=splitter, dense=Drawn(writer.copy.dim), sparse=writer.sparse
        )
        elapsed_s = time.perf_counter() - started
        print(f"{settings.dense_model}: {report.chunks_embedded} chunks in {elapsed_s:.0f} s, without the model")
    times: dict[str, list[float]] = {}
    async with open_retriever(settings) as retriever, open_answerer(settings, retriever=retriever) as answerer:
        await answerer.ask(asked[0])
        for _ in range(rounds):
            for question in asked:
                for ranking in RANKINGS:
                    started = time.perf_counter()
                    await retriever.retrieve(question, top_k=8, ranking=ranking)
                    times.setdefault(ranking, []).append(time.perf_counter() - started)
                started = time.perf_counter()
                await answerer.ask(question)
                times.setdefault("answer", []).append(time.perf_counter() - started)
    print(f"{'ms a question':16}{'p50':>8}{'p95':>8}{'p50 / rrf':>11}{'p95 / rrf':>11}")
    fusion = times["rrf"]
    for name, values in times.items():
        middle, high = statistics.median(values), _p95(values)
        print(
            f"{name:16}{middle * 1000:8.1f}{high * 1000:8.1f}"
            f"{middle / statistics.median(fusion):11.2f}{high / _p95(fusion):11.2f}"
        )


def _p95(values: Sequence[float]) -> float:
    return float(np.percentile(values, 95))


if __name__ == "__main__":
    main()
