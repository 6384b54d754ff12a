"""What the weights of the ranking give on many question sets, and what they are learned to be. See bench/README.md.

Every set is ingested and asked once; then each rule orders the same pools, which takes a second for all of them.
"""

import argparse
import asyncio
import pickle
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "bench"))

from ranking import default_sets  # noqa: E402

from qa.config import Settings  # noqa: E402
from qa.evaluation import Dataset, Question, read_dataset  # noqa: E402
from qa.retrieval import rank  # noqa: E402
from qa.retrieval.balance import COSINE, cosine_weight  # noqa: E402
from qa.retrieval.query import Query  # noqa: E402
from qa.retrieval.retrieve import POOL, Retriever, _scored, signals  # noqa: E402
from qa.store import Found  # noqa: E402
from qa.text.dictionaries import NONE  # noqa: E402
from qa.wiring import open_retriever  # noqa: E402
from ui.evaluation.run import dataset_settings, ingest_set  # noqa: E402

NAMES = ("cosine", "bm25", "cover", "pairs", "above", "named", "inside")
# Sets that share documents or a way of asking are left out together; another set is a family of its own.
FAMILIES = {"squad2": "wiki", "squad-articles": "wiki", "xquad-de": "wiki", "clapnq": "nq", "nq-passages": "nq"}
LEXICAL = "+lexical"
CUT = 10
# How much a set of drawn questions counts, and each point below the better leg.
DRAWN_WEIGHT, BELOW_WEIGHT = 0.4, 0.5
NEIGHBOUR, LEAST = 0.2, -9.0
START = {"weight": 0.6, "cover": 0.15, "pairs": 0.08, "above": 0.08, "named": 0.15, "inside": 0.3}
STEP = {"weight": 0.05, "cover": 0.05, "pairs": 0.04, "above": 0.04, "named": 0.08, "inside": 0.08}

Floats = NDArray[np.float64]
Weights = Mapping[str, float]


@dataclass(frozen=True)
class Asked:
    """One question: its pool, and what its legs alone give.

    `signals` is float64 of shape (n, 7); `documents` and `beside` say by number which document each hit is of and which
    hits stand next to it; `gains` holds the grade of each document; `most` is the most that the language allows cosine.
    """

    signals: Floats
    documents: NDArray[np.int64]
    beside: tuple[tuple[int, ...], ...]
    gains: Floats
    ideal: float
    legs: tuple[float, float]
    most: float


def main() -> None:
    """Print a table over all sets; with --learn also what is learned with each family left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="question sets; default data/ and all published ones")
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench"), help="folder of the index; kept")
    parser.add_argument("--questions", type=int, default=300, help="at most so many of each set; default 300")
    parser.add_argument("--lexical", type=int, default=80, help="draw so many from each set's sentences; default 80")
    parser.add_argument("--cache", type=Path, help="file for what was asked, so that it is asked once")
    parser.add_argument("--learn", type=int, default=0, metavar="N", help="try N weights for each family left out")
    arguments = parser.parse_args()
    known = pickle.loads(arguments.cache.read_bytes()) if arguments.cache and arguments.cache.exists() else {}
    for path in arguments.sets or default_sets():
        dataset = read_dataset(path)
        drawn = replace(dataset, questions=tuple(lexical(dataset, arguments.lexical)))
        for name, one in ((dataset.name, dataset), (dataset.name + LEXICAL, drawn)):
            if name not in known and one.questions:
                settings = Settings(home=arguments.home, dictionaries=NONE)
                known[name] = asyncio.run(asked(one, settings, arguments.questions))
            if arguments.cache:
                arguments.cache.write_bytes(pickle.dumps(known))
    left_out = learned(known, arguments.learn) if arguments.learn else {}
    table(known, left_out)


def lexical(dataset: Dataset, count: int) -> Iterator[Question]:
    """Draw questions that are put in their passage's own words, as people do who have read it.

    A third of a sentence is what is asked for, and three tenths of the other words are gone.
    """
    chance = random.Random(9)
    documents = [*(dataset.documents or ())]
    chance.shuffle(documents)
    for document in documents:
        text = re.sub(r"\s+", " ", document.text)
        sentences = [one for one in re.split(r"(?<=[.!?])\s+", text) if re.fullmatch(r"[A-Z][^|{}<>=]+[.!]", one)]
        sentences = [one for one in sentences if 9 <= len(one.split()) <= 28]
        if not sentences or count <= 0:
            continue
        words = chance.choice(sentences)[:-1].split()
        length = max(2, len(words) * 3 // 10)
        start = chance.randrange(len(words) - length)
        left = [*words[:start], "what", *words[start + length :]]
        kept = [word for word in left if word == "what" or len(word) < 4 or chance.random() > 0.3]
        count -= 1
        yield Question(id=f"drawn-{document.source}", text=f"{' '.join(kept)}?", relevant={document.source: 1})


async def asked(dataset: Dataset, settings: Settings, limit: int) -> list[Asked]:
    """Ingest a set where it is not, and put its questions."""
    settings = dataset_settings(dataset, settings)
    await ingest_set(dataset, settings, lambda _done, _total: None)
    questions: Sequence[Question] = [
        one for one in dataset.questions if any(one.relevant.values()) and not one.unanswerable
    ]
    if len(questions) > limit:
        questions = random.Random(1).sample(questions, limit)
    async with open_retriever(settings) as retriever:
        found = []
        for question in questions:
            query = await retriever.read(question.text)
            # The newest come first by a rule of its own.
            if not query.asks_for_latest:
                found.append(await put(retriever, query, question, dataset.document_id))
    return found


async def put(retriever: Retriever, query: Query, question: Question, document_id: Callable[[str], str]) -> Asked:
    """Return all that a rule needs to order one question's pool."""
    pool: Sequence[Found] = await retriever.index.search_hybrid(query.vector, query.sparse, limit=POOL)
    hits = _scored(query, pool, learned=False)
    rows = [[getattr(one, name) for name in NAMES] for one in signals(query, hits, pool, learned=False)]
    documents: dict[str, int] = {}
    numbers = [documents.setdefault(document_id(hit.chunk.source), len(documents)) for hit in hits]
    places = {(hit.chunk.document_id, hit.chunk.ordinal): number for number, hit in enumerate(hits)}
    beside = tuple(
        tuple(
            places[place] for step in (-1, 1) if (place := (hit.chunk.document_id, hit.chunk.ordinal + step)) in places
        )
        for hit in hits
    )
    ideal = gained(sorted(question.relevant.values(), reverse=True))
    legs = []
    for ranking in ("dense", "sparse"):
        run = await retriever.retrieve(query, top_k=POOL, ranking=ranking)  # type: ignore[arg-type]
        first = dict.fromkeys(document_id(hit.chunk.source) for hit in run)
        legs.append(gained([question.relevant.get(name, 0) for name in first]) / ideal)
    return Asked(
        signals=np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES)),
        documents=np.array(numbers, dtype=np.int64),
        beside=beside,
        gains=np.array([question.relevant.get(name, 0) for name in documents], dtype=np.float64),
        ideal=ideal,
        legs=(legs[0], legs[1]),
        most=1.0 if (own := cosine_weight(query, reads=retriever.reads)) >= COSINE else own,
    )


def gained(grades: Sequence[float]) -> float:
    """Return the discounted gain of the first ten."""
    return float(sum(grade / np.log2(place + 2) for place, grade in enumerate(grades[:CUT])))


def ndcg(one: Asked, own: Floats) -> float:
    """Return nDCG@10 over documents where the pool's own scores are these."""
    if not len(own):
        return 0.0
    best = np.array([max((own[other] for other in beside), default=LEAST) for beside in one.beside])
    own = own + NEIGHBOUR * np.maximum(0.0, best - own)
    scores = np.full(len(one.gains), LEAST)
    np.maximum.at(scores, one.documents, own)
    return gained(list(one.gains[np.argsort(-scores, kind="stable")])) / one.ideal


def today(one: Asked) -> Floats:
    """Score a pool as the product does."""
    weight = min(one.most, COSINE)
    return np.array([rank.combined(rank.Signals(*row), weight) for row in one.signals])


def before(one: Asked) -> Floats:
    """Score a pool as it was before: a balance for each question by the BM25 share of the 25th, and no `named`."""
    cosine, bm25, cover, pairs, above, _, inside = one.signals.T
    shares = sorted(bm25, reverse=True)
    weight = min(one.most, 0.75, 0.25 + 2.6 * (shares[24] if len(shares) > 24 else 0.0))
    return weight * cosine + (1 - weight) * bm25 + 0.12 * cover + 0.05 * pairs + 0.15 * above + 0.2 * inside


def weighed(weights: Weights) -> Callable[[Asked], Floats]:
    """Return the rule that these weights make."""

    def rule(one: Asked) -> Floats:
        weight = min(one.most, weights["weight"])
        by_name = [weight, 1 - weight, *(weights[name] for name in NAMES[2:])]
        return one.signals @ np.array(by_name)

    return rule


def mean(questions: Sequence[Asked], rule: Callable[[Asked], Floats]) -> float:
    """Return the mean nDCG@10 of a rule in percent."""
    return 100 * float(np.mean([ndcg(one, rule(one)) for one in questions]))


def better_leg(questions: Sequence[Asked]) -> float:
    """Return what the better of cosine and BM25 alone gives, in percent."""
    return 100 * float(np.mean([one.legs for one in questions], axis=0).max())


def learned(sets: Mapping[str, Sequence[Asked]], tries: int) -> dict[str, float]:
    """Return what each set gets of weights learned from the sets of other families."""
    found = {}
    for family in sorted({family_of(name) for name in sets}):
        others = {name: questions for name, questions in sets.items() if family_of(name) != family}
        weights = best_weights(others, tries)
        print(family, "left out:", {name: round(value, 2) for name, value in weights.items()}, flush=True)
        found |= {
            name: mean(questions, weighed(weights)) for name, questions in sets.items() if family_of(name) == family
        }
    weights = best_weights(sets, tries)
    print("of all:", {name: round(value, 2) for name, value in weights.items()}, flush=True)
    return found


def family_of(name: str) -> str:
    """Return the family of a set."""
    name = name.removesuffix(LEXICAL)
    return FAMILIES.get(name, name)


def best_weights(sets: Mapping[str, Sequence[Asked]], tries: int) -> dict[str, float]:
    """Return the best weights of a random walk, by nDCG@10 of the sets and how far they lie below their better legs."""
    chance = np.random.default_rng(0)
    legs = {name: better_leg(questions) for name, questions in sets.items()}

    def worth(weights: Weights) -> float:
        total = 0.0
        for name, questions in sets.items():
            value = mean(questions, weighed(weights))
            share = DRAWN_WEIGHT if name.endswith(LEXICAL) else 1.0
            total += share * (value - BELOW_WEIGHT * max(0.0, legs[name] - value))
        return total

    best, most = dict(START), worth(START)
    for _ in range(tries):
        tried = dict(best)
        for name in chance.choice(list(START), 2, replace=False):
            tried[name] += STEP[name] * chance.normal()
        if min(tried.values()) >= 0.0 and tried["weight"] <= 1.0 and (value := worth(tried)) > most:
            best, most = tried, value
    return best


def table(sets: Mapping[str, Sequence[Asked]], left_out: Mapping[str, float]) -> None:
    """Print a row for each set, and the means of asked and of drawn questions."""
    print("set | questions | cosine | BM25 | before | now | now - better leg | left out")
    rows: dict[str, list[float]] = {}
    for name, questions in sets.items():
        legs = 100 * np.mean([one.legs for one in questions], axis=0)
        row = [*legs, mean(questions, before), mean(questions, today)]
        rows[name] = [*row, row[-1] - max(legs), left_out.get(name, float("nan"))]
        print(name, len(questions), *(f"{value:.1f}" for value in rows[name]), sep=" | ")
    for title, is_drawn in (("mean", False), ("mean of the drawn", True)):
        some = [row for name, row in rows.items() if name.endswith(LEXICAL) == is_drawn]
        if some:
            print(title, "", *(f"{value:.1f}" for value in np.mean(some, axis=0)), sep=" | ")


if __name__ == "__main__":
    main()
