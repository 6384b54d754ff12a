"""The second stage: order a pool of candidates by absolute scores. Pure functions.

RRF finds well and orders badly, since it throws the scores away. Over eleven question sets (mean nDCG@10, pools of 50):
RRF 72.6, min-max of both scores within the pool 74.7, 0.4 · cosine + 0.6 · BM25 share 75.0. Being absolute it also
tells whether the documents hold an answer at all, which an RRF score cannot. The window and the neighbours below are
for the passage within the document: of 472 questions about five long texts (chroma-chunking) 425 have their evidence
among the first 5 chunks without the two, 436 with both.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from qa.terms import highest_score

# A heavier window finds two more of those 472 and loses on abstracts (scifact's evidence: .894 of the questions within
# 5 chunks at 0.1, .883 at 0.15).
COSINE_WEIGHT = 0.4
BM25_WEIGHT = 0.5
WINDOW_WEIGHT = 0.1

# One sentence is too short for a question of two facts; three are nearly the chunk.
_WINDOW_SENTENCES = 2
# Anything from 0.1 to 0.35 does. Added to every chunk instead, the neighbour's score puts short documents last: of 100
# questions about 232 short pages 93 instead of 99 found one in the first 5 chunks.
_NEIGHBOUR_WEIGHT = 0.2


def cosine(query: NDArray[np.float32], chunk: NDArray[np.float32]) -> float:
    """Return the cosine of two vectors of unit length, in [-1, 1]."""
    return float(np.clip(query @ chunk, -1.0, 1.0))


def bm25_share(weights: Mapping[int, float], chunk: Mapping[int, float]) -> float:
    """Return a chunk's BM25 as a share of the highest that the query allows, in [0, 1]; 0 for a query without terms.

    Args:
        weights: The query's terms and their IDFs.
        chunk: The chunk's terms and their stored term-frequency weights.
    """
    highest = highest_score(weights)
    return sum(weight * chunk.get(term, 0.0) for term, weight in weights.items()) / highest if highest else 0.0


def window_share(weights: Mapping[int, float], sentences: Sequence[Set[int]]) -> float:
    """Return the largest share of the query's weight that two sentences in a row hold, in [0, 1]; 0 without terms.

    BM25 cannot tell words that stand together from words scattered over the chunk.

    Args:
        weights: The query's terms and their IDFs.
        sentences: The terms of each of the chunk's sentences, in order; may be empty.
    """
    total = sum(weights.values())
    if not total:
        return 0.0
    windows = (set().union(*sentences[start : start + _WINDOW_SENTENCES]) for start in range(len(sentences)))
    held = (sum(weight for term, weight in weights.items() if term in window) for window in windows)
    return max(held, default=0.0) / total


def combined(cosine_score: float, bm25: float, window: float) -> float:
    """Return a chunk's own score, in [-0.4, 1]: the same number means the same on another question."""
    return COSINE_WEIGHT * cosine_score + BM25_WEIGHT * bm25 + WINDOW_WEIGHT * window


def lifted(score: float, neighbours: Iterable[float]) -> float:
    """Return a chunk's score raised towards that of the better chunk beside it, and never lowered.

    What is asked for often stands in the passage before or after the one that names it.

    Args:
        score: The chunk's own.
        neighbours: Scores of the chunks before and after it in its document, where they are in the pool.
    """
    return score + _NEIGHBOUR_WEIGHT * max(0.0, max(neighbours, default=score) - score)
