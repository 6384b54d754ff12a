"""The second stage: order a pool of candidates by absolute scores. Pure functions.

RRF finds well and orders badly, since it throws the scores away. Here every chunk gets a score that means the same on
another question, so that it also tells whether the documents hold an answer at all. docs/quality.md says what it
gives on which question sets, docs/quality-history.md what was tried; bench/balance.py learns the weights again.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qa.lazy_regex import lazy_regex
from qa.text.terms import highest_score

# What cosine and BM25 together weigh, and each of the other signals; learned by bench/balance.py. All are multiplied by
# 0.9, so that the scores lie where the thresholds of "not in your documents" were learned: over the sets of
# docs/quality.md the best passage scores 0.66 with a deviation of 0.19 as it did before (0.67, 0.19).
_BOTH, _COVER, _PAIRS, _ABOVE, _NAMED, _INSIDE = 0.9, 0.13, 0.08, 0.08, 0.2, 0.22
# How far a chunk is raised towards a better neighbour. Adding the neighbour's score would put short documents last.
_NEIGHBOUR_WEIGHT = 0.2
# Shorter stems stand in too many words by chance.
_INSIDE_CHARACTERS = 4
# The same passage is shown this often at most. Otherwise several versions of one document would fill the top.
_COPIES = 2

_NAME_PART = lazy_regex(r"_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = lazy_regex(r"\w+")


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known about a chunk under one question. `cosine` lies in [-1, 1], the others in [0, 1].

    `named` is how far the question names what stands above the chunk, see `named_share`.
    """

    cosine: float = 0.0
    bm25: float = 0.0
    cover: float = 0.0
    pairs: float = 0.0
    above: float = 0.0
    named: float = 0.0
    inside: float = 0.0


def cosine(query: NDArray[np.float32], chunk: NDArray[np.float32]) -> float:
    """Return the cosine of two vectors of unit length, in [-1, 1]."""
    return float(np.clip(query @ chunk, -1.0, 1.0))


def mean_direction(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Return the vector of unit length that lies between others of unit length; one alone is returned as it is."""
    if len(vectors) == 1:
        return vectors[0]
    total = np.sum(vectors, axis=0)
    return np.asarray(total / (np.linalg.norm(total) or 1.0), dtype=np.float32)


def bm25_share(weights: Mapping[int, float], chunk: Mapping[int, float]) -> float:
    """Return a chunk's BM25 as a share of the highest that the query allows, in [0, 1]; 0 for a query without terms.

    Args:
        weights: The query's terms and their IDFs.
        chunk: The chunk's terms and their stored term-frequency weights.
    """
    highest = highest_score(weights)
    return sum(weight * chunk.get(term, 0.0) for term, weight in weights.items()) / highest if highest else 0.0


def learned_share(weights: Mapping[int, float], chunk: Mapping[int, float], longest: float) -> float:
    """Return a chunk's inner product with the query as a share of the highest that the query allows, in [0, 1].

    The weights of a learned sparse model have no upper bound, as BM25's have. The highest is taken to be that of a
    chunk that points where the query does and is as long as the longest of the pool. Nothing in the pool exceeds that,
    and the model's order stays.

    Args:
        weights: The query's terms and their weights.
        chunk: The chunk's terms and their weights, above 0.
        longest: Euclidean length of the pool's longest sparse vector.
    """
    highest = longest * length(weights)
    return sum(weight * chunk.get(term, 0.0) for term, weight in weights.items()) / highest if highest else 0.0


def length(weights: Mapping[int, float]) -> float:
    """Return the Euclidean length of a sparse vector."""
    return math.hypot(*weights.values())


def held_share(weights: Mapping[int, float], held: Set[int], *, power: int = 1) -> float:
    """Return the share of the query's weight that the terms in `held` make up, in [0, 1]; 0 without terms.

    With a power of 2 the rare words, names above all, count for more than their IDF.
    """
    total = sum(weight**power for weight in weights.values())
    return sum(weight**power for term, weight in weights.items() if term in held) / total if total else 0.0


def named_share(weights: Mapping[int, float], above: Set[int]) -> float:
    """Return how far a question names what stands above a chunk, in [0, 1]; 0 where nothing does.

    The share of the question's weight that title and headings hold, times the share of their words that the question
    holds. "The rent of Mill Lane 14" names the lease "Mill Lane 14"; a question that has two words of a paper's long
    title in it means them as words.

    Args:
        weights: The query's terms and their IDFs.
        above: The terms of title and headings.
    """
    return held_share(weights, above) * len(above & weights.keys()) / len(above) if above else 0.0


def pair_share(weights: Mapping[int, float], query: Sequence[int], chunk: Sequence[int]) -> float:
    """Return the share of the query's word pairs that the chunk holds as pairs, in [0, 1]; 0 without pairs.

    One other word may stand between them. A pair weighs as much as its words.

    Args:
        weights: The query's terms and their IDFs.
        query: Its terms as they follow one another.
        chunk: The chunk's.

    Source:
        Metzler and Croft, A Markov Random Field Model for Term Dependencies, SIGIR 2005,
        https://doi.org/10.1145/1076034.1076115, reduced to neighbours in order.
    """
    pairs = {(one, other) for one, other in pairwise(query) if one != other}
    weighed = {pair: weights.get(pair[0], 0.0) + weights.get(pair[1], 0.0) for pair in pairs}
    total = sum(weighed.values())
    if not total:
        return 0.0
    wanted = {term for pair in pairs for term in pair}
    places: dict[int, list[int]] = {}
    for place, term in enumerate(chunk):
        if term in wanted:
            places.setdefault(term, []).append(place)
    found = 0.0
    for (one, other), weight in weighed.items():
        after = set(places.get(other, ()))
        if any(place + 1 in after or place + 2 in after for place in places.get(one, ())):
            found += weight
    return found / total


def inside_share(weights: Mapping[int, float], stems: Mapping[int, str], held: Set[int], text: str) -> float:
    """Return the share of the query's weight that the chunk lacks as words but holds within longer ones, in [0, 1].

    "Vertrag" in "Mietvertrag", "parser" in "html_parser", "north" in "NorthHarbourNDA": stored terms are whole words.

    Args:
        weights: The query's terms and their IDFs.
        stems: Their stems; a term without one is not looked for.
        held: The chunk's terms.
        text: The chunk's text in lower case, titles included.
    """
    total = sum(weights.values())
    found = (
        weight
        for term, weight in weights.items()
        if term not in held and len(stem := stems.get(term, "")) >= _INSIDE_CHARACTERS and stem in text
    )
    return sum(found) / total if total else 0.0


def name_parts(title: str) -> str:
    """Return a title with its joined names taken apart: "NorthHarbour_NDA2016" as "North Harbour NDA 2016"."""
    return _NAME_PART.sub(" ", title)


def combined(signals: Signals, weight: float) -> float:
    """Return a chunk's own score, in about [-0.9, 1.39]: the same number means the same on another question.

    Args:
        signals: The chunk's.
        weight: Cosine's part of the weight that it shares with BM25, see `balance.cosine_weight`.
    """
    return (
        _BOTH * (weight * signals.cosine + (1 - weight) * signals.bm25)
        + _COVER * signals.cover
        + _PAIRS * signals.pairs
        + _ABOVE * signals.above
        + _NAMED * signals.named
        + _INSIDE * signals.inside
    )


def lifted(score: float, neighbours: Iterable[float]) -> float:
    """Return a chunk's score raised towards that of the better chunk beside it, and never lowered.

    What is asked for often stands in the passage before or after the one that names it.

    Args:
        score: The chunk's own.
        neighbours: Scores of the chunks before and after it in its document, where they are in the pool.
    """
    return score + _NEIGHBOUR_WEIGHT * max(0.0, max(neighbours, default=score) - score)


def repeated(texts: Sequence[str]) -> list[bool]:
    """Tell for each text whether two before it hold the same words; case, order and punctuation do not count.

    A folder often holds several versions of a document. Passages that differ in a word or a number stay apart: the year
    may be what is asked for.

    Args:
        texts: In rank order.
    """
    seen: Counter[frozenset[str]] = Counter()
    folded = []
    for text in texts:
        words = frozenset(_WORD.findall(text.casefold()))
        folded.append(seen[words] >= _COPIES)
        seen[words] += 1
    return folded
