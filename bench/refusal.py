"""How well Footnote tells what is not in the documents, over many question sets; writes the packaged calibration.

Each set is ingested into its own collection, the one that `footnote eval` uses, and asked its own questions, those of
the other sets, its own with the documents that answer them taken out, and ones about a thing in its documents of which
they do not say what is asked. See bench/README.md.
"""

import argparse
import asyncio
import json
import pickle
import random
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.answering.answer import Answerer  # noqa: E402
from qa.answering.refusing.refuse import UNCALIBRATED, doubt, is_another  # noqa: E402
from qa.calibration import calibrate as own  # noqa: E402
from qa.calibration import model  # noqa: E402
from qa.calibration.general import general_questions  # noqa: E402
from qa.calibration.signals import LACKS, SIGNALS, remembering, signals  # noqa: E402
from qa.calibration.unread import is_unread  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.evaluation import Dataset, Question, read_dataset  # noqa: E402
from qa.retrieval.retrieve import POOL, Retriever  # noqa: E402
from qa.text.quantities import wanted  # noqa: E402
from qa.types import Hit  # noqa: E402
from qa.wiring import open_retriever  # noqa: E402
from ui.evaluation.run import dataset_settings, ingest_set  # noqa: E402

sys.path.insert(0, str(ROOT / "bench"))
from attributes import attribute_questions  # noqa: E402
from ranking import default_sets  # noqa: E402

# Sets that share articles: none is learned from where another is measured, nor asked the other's questions.
RELATED = ({"squad2", "squad-articles", "xquad-de"},)
# What each kind of question weighs in the packaged model, and how firmly its weights are held at 0.
WEIGHTS = {"answered": 1.0, "unanswerable": 0.5, "taken out": 0.3, "foreign": 0.3, "general": 0.2}
RIDGE, EACH = 20.0, 100.0
# The same for whether a sentence holds what is asked for. That is learned apart, from questions about what is there.
HOLDING = {"answered": 1.0, "asked in kind": 0.7, "unanswerable": 0.6, "attribute": 0.7}
ANSWERED = ("answered", "asked in kind")
HOLDING_RIDGE = 10.0
# Of `HOLDING`'s own questions, the share of what is drawn of the others.
KIND_SHARE = 0.6
WRONG = 0.02
# Below WRONG, since a little less is refused wrongly of the questions that were learned from than of others.
AIMED = 0.014
SAMPLE = "sample"
SHOWN = ("unanswerable", "attribute", "taken out", "foreign", "general")

# What is known of one question: its signals, whether it is refused uncalibrated, whether it names another thing, and
# whether what it names stands in a passage of a language that is not compared with its own.
Row = tuple[NDArray[np.float64], bool, bool, bool]
# By kind of question; "drawn" and "drawn, taken out" are what a collection learns from.
Rows = dict[str, list[Row]]


def main() -> None:
    """Print a row for each set, or write the packaged model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="question sets; default data/ and all published ones")
    parser.add_argument("--home", default=".footnote-bench", help="folder of the index; {} stands for the set's name")
    parser.add_argument("--questions", type=int, default=80, help="of each set at most, drawn with a fixed seed")
    parser.add_argument("--cache", type=Path, help="file that keeps what was found, so that a second run asks nothing")
    parser.add_argument("--learn", action="store_true", help="write qa/calibration/packaged.py")
    arguments = parser.parse_args()
    found: dict[str, Rows] = pickle.loads(arguments.cache.read_bytes()) if has(arguments.cache) else {}
    sets = {name_of(path): read_dataset(path) for path in arguments.sets or default_sets()}
    for name, dataset in sets.items():
        if name not in found:
            home = Path(arguments.home.replace("{}", name))
            found[name] = asyncio.run(asked(name, sets, Settings(home=home), arguments.questions))
            if arguments.cache:
                arguments.cache.write_bytes(pickle.dumps(found))
            print(f"{dataset.name}: asked", file=sys.stderr, flush=True)
    if arguments.learn:
        write_packaged(found)
    report(found)


def has(file: Path | None) -> bool:
    """Tell whether there is such a file."""
    return file is not None and file.exists()


def name_of(path: Path) -> str:
    """Return a set's name without the ending of one that was cut to a sample."""
    return path.name.removesuffix(".set").replace("data", "sample")


async def asked(name: str, sets: Mapping[str, Dataset], settings: Settings, limit: int) -> Rows:
    """Ask one collection all kinds of questions."""
    dataset = sets[name]
    settings = dataset_settings(dataset, settings)
    await ingest_set(dataset, settings, lambda _done, _total: None)
    rows: Rows = {kind: [] for kind in (*WEIGHTS, *HOLDING, "drawn", "drawn, taken out")}
    times = []
    async with open_retriever(settings) as retriever:
        answerer = Answerer(retriever)
        own_questions = drawn(dataset, limit)
        for question in own_questions:
            if (await answerer.route(question.text)).route != "passages":
                continue
            started = time.perf_counter()
            hits = await retriever.retrieve(await retriever.read(question.text), top_k=POOL)
            times.append(time.perf_counter() - started)
            kind = "unanswerable" if question.unanswerable else "answered"
            rows[kind].append(await row(retriever, question.text, hits))
            left = [hit for hit in hits if not question.relevant.get(dataset.document_id(hit.chunk.source))]
            if kind == "answered" and len(hits) > len(left) > POOL // 5 and len(dataset.documents or ()) > EACH:
                rows["taken out"].append(await row(retriever, question.text, left))
        for text in foreign(name, sets, limit):
            rows["foreign"].append(await row(retriever, text))
        known = await retriever.index.term_statistics()
        for text in general_questions(known.languages):
            rows["general"].append(await row(retriever, text))
        for text in in_kind(dataset, own_questions, round(KIND_SHARE * limit)):
            rows["asked in kind"].append(await row(retriever, text))
        chunks = await own.sample(retriever)
        for text in attribute_questions(chunks, round(KIND_SHARE * limit), german=known.languages[:1] == ("de",)):
            rows["attribute"].append(await row(retriever, text))
        for item in own.draw(chunks, own.QUESTIONS, seed=0):
            with_it, without = await own.asked(retriever, item)
            rows["drawn"] += [(found, False, False, False) for found in with_it]
            rows["drawn, taken out"] += [(found, False, False, False) for found in without]
    print(f"{name}: {1000 * float(np.median(times)):.0f} ms to find", file=sys.stderr)
    return rows


def drawn(dataset: Dataset, limit: int) -> list[Question]:
    """Return questions that stand alone, drawn with a fixed seed, and as many unanswerable ones if there are any."""
    alone = [question for question in dataset.questions if not question.turns]
    random.Random(0).shuffle(alone)
    kinds = ([q for q in alone if not q.unanswerable], [q for q in alone if q.unanswerable])
    return [question for kind in kinds for question in (kind if dataset.documents is None else kind[:limit])]


def in_kind(dataset: Dataset, others: Sequence[Question], limit: int) -> list[str]:
    """Return further questions that ask for an amount, a count or a day, of which the others hold few."""
    if dataset.documents is None:
        return []
    there = {question.id for question in others}
    asked = [
        question.text
        for question in dataset.questions
        if question.id not in there
        and not question.unanswerable
        and wanted(question.text) not in ("", "person", "named")
    ]
    random.Random(0).shuffle(asked)
    return asked[:limit]


def foreign(name: str, sets: Mapping[str, Dataset], limit: int) -> list[str]:
    """Return questions of the other sets, the same number of each."""
    others = [other for other in sets if other != name and not any({name, other} <= related for related in RELATED)]
    each = -(-limit // max(1, len(others)))
    return [question.text for other in others for question in drawn(sets[other], limit)[:each]]


async def row(retriever: Retriever, text: str, hits: Sequence[Hit] | None = None) -> Row:
    """Return what is known of one question to a collection."""
    query = await retriever.read(text)
    found = list(hits if hits is not None else await retriever.retrieve(query, top_k=POOL))
    embed = remembering(retriever.dense.embed_sentences)
    named = await retriever.named(query, found)
    query, near = named.query or query, named.hits[:8]
    return (
        await signals(query, [*named.hits, *named.others], embed=embed, language=retriever.language),
        doubt(query, near, threshold=UNCALIBRATED) is not None,
        is_another(query.names, near),
        is_unread(query, found, reads=retriever.reads),
    )


def matrix(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return the signals of questions, float64 of shape (n, len(SIGNALS) + len(LACKS))."""
    return np.array([found for found, *_ in rows]).reshape(len(rows), len(SIGNALS) + len(LACKS))


def own_signals(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return those of `SIGNALS` alone."""
    return matrix(rows)[:, : len(SIGNALS)]


def packaged(found: Mapping[str, Rows]) -> dict[str, Any]:
    """Return means, spreads, weights and bias that these sets teach."""
    parts = [(kind, own_signals(rows[kind])) for rows in found.values() for kind in WEIGHTS if rows[kind]]
    values = np.vstack([part for _, part in parts])
    counts = np.concatenate([np.full(len(part), EACH * WEIGHTS[kind] / len(part)) for kind, part in parts])
    truth = np.concatenate([np.full(len(part), float(kind == "answered")) for kind, part in parts])
    means = np.average(values, axis=0, weights=counts)
    spreads = np.sqrt(np.average((values - means) ** 2, axis=0, weights=counts)) + 1e-6
    scaled = np.column_stack([np.ones(len(values)), (values - means) / spreads])
    holds = np.array([1e-3] + [RIDGE] * len(SIGNALS))
    weights = model.fitted(scaled, truth, counts, prior=np.zeros(len(SIGNALS) + 1), holds=holds)
    return {"means": means, "spreads": spreads, "weights": weights, "holding": holding(found)}


def holding(found: Mapping[str, Rows]) -> NDArray[np.float64]:
    """Return the weights of `LACKS` that these sets teach, the bias first."""
    parts = [(kind, matrix(rows[kind])[:, len(SIGNALS) :]) for rows in found.values() for kind in HOLDING if rows[kind]]
    values = np.vstack([part for _, part in parts])
    counts = np.concatenate([np.full(len(part), EACH * HOLDING[kind] / len(part)) for kind, part in parts])
    truth = np.concatenate([np.full(len(part), float(kind in ANSWERED)) for kind, part in parts])
    holds = np.array([1e-3] + [HOLDING_RIDGE] * len(LACKS))
    rows = np.column_stack([np.ones(len(values)), values])
    found = model.fitted(rows, truth, counts, prior=np.zeros(len(holds)), holds=holds)
    # That something lacks never speaks for an answer.
    return np.append(found[:1], np.minimum(found[1:], 0.0))


def said_of(learned: Mapping[str, Any], weights: NDArray[np.float64], rows: Sequence[Row]) -> NDArray[np.float64]:
    """Return the logarithms of the probabilities that a model gives questions."""
    scaled = np.clip((own_signals(rows) - learned["means"]) / learned["spreads"], -4.0, 4.0)
    about = np.column_stack([np.ones(len(rows)), scaled]) @ weights
    nothing, lacking = learned["holding"][0], learned["holding"][1:]
    holds = nothing + matrix(rows)[:, len(SIGNALS) :] @ lacking
    said = np.log1p(np.exp(-nothing)) - np.log1p(np.exp(-about)) - np.log1p(np.exp(-holds))
    unmeasured = np.where([unread for *_, unread in rows], -np.log1p(np.exp(-weights[0])), -np.inf)
    return np.asarray(np.maximum(said, unmeasured))


def corrected(learned: Mapping[str, Any], rows: Rows) -> NDArray[np.float64]:
    """Return the weights after a collection's own questions, as `model.learned` does it."""
    kinds = [rows["drawn, taken out"], rows["general"][: len(rows["drawn"])]]
    return model.correction(
        *(
            np.clip((own_signals(kind) - learned["means"]) / learned["spreads"], -4.0, 4.0)
            for kind in (rows["drawn"], *kinds)
        ),
        prior=learned["weights"],
    )


def left_out(found: Mapping[str, Rows], name: str) -> dict[str, Rows]:
    """Return the sets without this one and its relatives."""
    gone = set().union({name}, *(related for related in RELATED if name in related))
    return {other: rows for other, rows in found.items() if other not in gone}


def write_packaged(found: Mapping[str, Rows]) -> None:
    """Write what all sets teach, with a threshold found on each set by what the others teach."""
    # The sample is what Footnote is judged by, so it teaches no weight; wrong refusals of its questions count.
    learned = packaged(left_out(found, SAMPLE) or found)
    said = []
    for name in found:
        others = packaged(left_out(found, name)) if len(left_out(found, name)) > 1 else learned
        said.append(said_of(others, corrected(others, found[name]), found[name]["answered"]))
    threshold = np.exp(float(np.quantile(np.concatenate(said), AIMED)))
    lines = [
        f'    "{name}": ({mean:.5f}, {spread:.5f}, {weight:.5f}),'
        for name, mean, spread, weight in zip(
            SIGNALS, learned["means"], learned["spreads"], learned["weights"][1:], strict=True
        )
    ]
    (ROOT / "qa" / "calibration" / "packaged.py").write_text(
        '"""The weights learned from people\'s questions over the sets of docs/quality.md, '
        'by bench/refusal.py --learn."""\n\n'
        f"BIAS = {learned['weights'][0]:.5f}\nTHRESHOLD = {threshold:.5f}\n"
        "# The mean, the spread and the weight of each signal.\n"
        "LEARNED: dict[str, tuple[float, float, float]] = {\n" + "\n".join(lines) + "\n}\n"
        "# That a sentence holds what is asked for, and what each lack takes from it.\n"
        f"HOLDS = {learned['holding'][0]:.5f}\nLACKING: dict[str, float] = {{\n"
        + "".join(f'    "{name}": {weight:.5f},\n' for name, weight in zip(LACKS, learned["holding"][1:], strict=True))
        + "}\n",
        encoding="utf-8",
    )


def report(found: Mapping[str, Rows]) -> None:
    """Print what is refused before and after, each set by a model that never saw it."""
    header = " | ".join(f"{kind}: refused before, now; AUROC; recall at {WRONG:.0%}" for kind in SHOWN)
    print(f"set | answered, refused wrongly before, now | {header}")
    summary: dict[str, list[tuple[float, ...]]] = {kind: [] for kind in (*SHOWN, "answered")}
    for name, rows in found.items():
        learned = packaged(left_out(found, name)) if len(left_out(found, name)) > 1 else packaged(found)
        weights = corrected(learned, rows)
        said = [
            said_of(
                packaged(left_out(found, other)),
                corrected(packaged(left_out(found, other)), found[other]),
                found[other]["answered"],
            )
            for other in left_out(found, name)
        ]
        least = float(np.quantile(np.concatenate(said), AIMED)) if said else 0.0

        answered, before, now = decided(learned, weights, rows["answered"], least)
        summary["answered"].append((before, now))
        cells = [name, f"{before:.3f}, {now:.3f}"]
        for kind in SHOWN:
            if not rows[kind]:
                cells.append("")
                continue
            values, was, is_now = decided(learned, weights, rows[kind], least)
            figures = (was, is_now, auroc(answered, values), recall(answered, values))
            summary[kind].append(figures)
            cells.append(", ".join(f"{figure:.3f}" for figure in figures))
        print(" | ".join(cells), flush=True)
    means = [", ".join(f"{figure:.3f}" for figure in np.mean(values, axis=0)) for values in summary.values() if values]
    print(json.dumps(dict(zip([kind for kind, values in summary.items() if values], means, strict=True))))


def decided(
    learned: Mapping[str, Any], weights: NDArray[np.float64], rows: Sequence[Row], least: float
) -> tuple[NDArray[np.float64], float, float]:
    """Return what `said_of` says, and the shares refused before and now; another thing is always refused."""
    values = said_of(learned, weights, rows) - 100.0 * np.array([another for _, _, another, _ in rows])
    return values, float(np.mean([before for _, before, *_ in rows])), float(np.mean(values < least))


def auroc(answered: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return how often an answered question scores above another, ties counted half."""
    higher = answered[:, None] > others[None]
    return float(np.mean(higher + 0.5 * (answered[:, None] == others[None])))


def recall(answered: NDArray[np.float64], others: NDArray[np.float64]) -> float:
    """Return the share of the others that is refused where at most 2 % of the answered ones are."""
    least = np.sort(answered)[int(WRONG * len(answered))]
    return float(np.mean(others < least))


if __name__ == "__main__":
    main()
