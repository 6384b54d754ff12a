"""How well each ranking finds, over many question sets, with 95 % intervals. See bench/README.md.

Every set is ingested into its own collection, the one that `footnote eval` uses, and asked through the same retriever.
"""

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.config import Settings  # noqa: E402
from qa.evaluation import (  # noqa: E402
    Dataset,
    Question,
    document_run,
    passage_metrics,
    qrels_of,
    read_dataset,
    retrieval_metrics,
    run_questions,
)
from qa.text.dictionaries import NONE  # noqa: E402
from qa.types import Ranking  # noqa: E402
from qa.wiring import open_retriever  # noqa: E402
from ui.evaluation.run import dataset_settings, ingest_set  # noqa: E402

RANKINGS: tuple[Ranking, ...] = ("dense", "sparse", "rrf", "scores")
RESAMPLES = 5_000

Values = Mapping[str, float]


def main() -> None:
    """Print a table over all sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="question sets; default data/ and all published ones")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    parser.add_argument("--language", default="auto", help="auto (default), or one for all sets")
    parser.add_argument("--questions", type=int, default=0, help="at most so many of each set, drawn with a fixed seed")
    arguments = parser.parse_args()
    sets = arguments.sets or default_sets()
    print(
        "set | questions | " + " | ".join(RANKINGS) + " | scores - rrf | scores - better leg | Evidence@5 rrf, scores"
    )
    gains = []
    for path in sets:
        dataset = read_dataset(path)
        settings = Settings(home=arguments.home, language=arguments.language, dictionaries=NONE)
        ndcg, evidence = asyncio.run(measured(dataset, settings, arguments.questions))
        print(line(dataset.name, ndcg, evidence), flush=True)
        gains.append([mean(ndcg[ranking]) for ranking in RANKINGS])
    print("mean | | " + " | ".join(f"{value:.1f}" for value in np.mean(gains, axis=0)))


def default_sets() -> list[Path]:
    """Return the sample and the published sets beside the project, where they are."""
    folder = Path(os.environ.get("FOOTNOTE_DATASETS", ROOT.parent / "shared" / "datasets"))
    return [ROOT / "data", *sorted(path for path in folder.glob("*") if path.is_dir())]


async def measured(
    dataset: Dataset, settings: Settings, limit: int
) -> tuple[dict[Ranking, Values], dict[Ranking, Values]]:
    """Return nDCG@10 over documents and Evidence@5 in percent, by ranking and question."""
    settings = dataset_settings(dataset, settings)
    await ingest_set(dataset, settings, lambda _done, _total: None)
    questions: Sequence[Question] = [question for question in dataset.questions if any(question.relevant.values())]
    questions = [question for question in questions if not question.unanswerable]
    if limit and len(questions) > limit:
        questions = random.Random(0).sample(questions, limit)
    async with open_retriever(settings) as retriever:
        runs = {ranking: await run_questions(retriever, questions, ranking=ranking) for ranking in RANKINGS}
    ndcg, evidence = {}, {}
    for ranking, outcomes in runs.items():
        hits = {question: outcome.hits for question, outcome in outcomes.items()}
        documents = document_run(hits, dataset.document_id)
        ndcg[ranking] = percent(retrieval_metrics(qrels_of(questions), documents, ("nDCG@10",))["nDCG@10"])
        evidence[ranking] = percent(passage_metrics(questions, hits, dataset.document_id)["Evidence@5"])
    return ndcg, evidence


def line(name: str, ndcg: Mapping[Ranking, Values], evidence: Mapping[Ranking, Values]) -> str:
    """Return one row of the table: means, and differences with their intervals."""
    better: Ranking = max(("dense", "sparse"), key=lambda ranking: mean(ndcg[ranking]))
    cells = [name, str(len(ndcg["scores"]))]
    cells += [f"{mean(values):.1f} [{interval(list(values.values()))}]" for values in ndcg.values()]
    cells += [difference(ndcg["scores"], ndcg[other]) for other in ("rrf", better)]
    if evidence["scores"]:
        cells.append(f"{mean(evidence['rrf']):.1f}, {mean(evidence['scores']):.1f}")
    return " | ".join(cells)


def difference(one: Values, other: Values) -> str:
    """Return the mean of the paired differences and its interval; one without 0 is significant at 5 %."""
    values = [one[question] - other[question] for question in one]
    return f"{np.mean(values):+.1f} [{interval(values)}]"


def interval(values: Sequence[float]) -> str:
    """Return the 95 % percentile interval of the mean, by bootstrap over the questions."""
    sample = np.asarray(values)
    generator = np.random.default_rng(0)
    means = [sample[generator.integers(0, len(sample), len(sample))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, (2.5, 97.5))
    return f"{low:.1f}, {high:.1f}"


def percent(values: Values) -> Values:
    """Return the values times 100."""
    return {question: 100 * value for question, value in values.items()}


def mean(values: Values) -> float:
    """Return the mean over the questions."""
    return float(np.mean(list(values.values())))


if __name__ == "__main__":
    main()
