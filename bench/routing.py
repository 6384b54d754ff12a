"""Where the questions of whole sets would be answered from. See bench/README.md."""

import argparse
import asyncio
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.config import Settings  # noqa: E402
from qa.evaluation import Dataset, percentile, read_dataset  # noqa: E402
from qa.text.dictionaries import NONE  # noqa: E402
from qa.wiring import open_answerer  # noqa: E402
from ui.evaluation.run import dataset_settings, ingest_set  # noqa: E402

SHOWN = 40


def main() -> None:
    """Print a line for each set, and the questions that leave the ordinary route though nothing expects it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="question sets; default data/")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    parser.add_argument("--collection", default="", help="ask this collection of the home; ingest nothing")
    arguments = parser.parse_args()
    print("set | ordinary questions | routed elsewhere | share | expected elsewhere | routed so | p50, p95 of it, µs")
    for path in arguments.sets or [ROOT / "data"]:
        dataset = read_dataset(path)
        settings = Settings(home=arguments.home, dictionaries=NONE)
        asyncio.run(measured(dataset, settings, arguments.collection))


async def measured(dataset: Dataset, settings: Settings, collection: str) -> None:
    """Route every question of a set, and count."""
    own = replace(settings, collection=collection) if collection else dataset_settings(dataset, settings)
    if not collection:
        await ingest_set(dataset, own, lambda _done, _total: None)
    wrong: list[tuple[str, str]] = []
    taken: list[float] = []
    ordinary = expected = right = 0
    async with open_answerer(own) as answerer:
        for question in dataset.questions:
            started = time.perf_counter()
            routed = await answerer.route(question.text, question.turns)
            spent = (time.perf_counter() - started) * 1e6
            wanted = question.expected.route if question.expected else "passages"
            if wanted not in ("", "passages"):
                expected += 1
                right += routed.route == wanted
            elif not wanted or not question.expected:
                ordinary += 1
                taken.append(spent)
                if routed.route != "passages":
                    wrong.append((routed.route, question.text))
    share = len(wrong) / max(1, ordinary)
    p50, p95 = percentile(taken, 0.5), percentile(taken, 0.95)
    counts = f"{ordinary:,} | {len(wrong):,} | {share:.2%} | {expected:,} | {right:,}"
    print(f"{dataset.name} | {counts} | {p50:.0f}, {p95:.0f}", flush=True)
    print("   ", dict(Counter(route for route, _ in wrong)))
    for route, text in wrong[:SHOWN]:
        print(f"    {route}: {text}")


if __name__ == "__main__":
    main()
