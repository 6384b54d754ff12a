"""The half of BM25 that the stored vectors lack: document frequencies, and the weights they give a query.

Stored sparse vectors hold the term-frequency half; Milvus multiplies them with the query's vector and adds up, so the
query's weights are the inverse document frequencies. Pure functions.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

# fastembed's k1. A term's stored weight f·(k1+1) / (f + k1·…) stays below k1 + 1, however often the term occurs.
K1 = 1.2

# Gives the ids of a text's distinct terms; `SparseEmbedder.query_terms` is one.
TermsOf = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class TermStatistics:
    """How many chunks there are, and how many of them hold each term; codes of languages, most documents first."""

    chunk_count: int
    frequencies: Mapping[int, int]
    languages: tuple[str, ...] = ()

    def idf(self, term: int) -> float:
        """Return ln(1 + (N - n + 0.5) / (n + 0.5)), above 0 for every n in [0, N]; n is 0 for a term never seen.

        Source:
            Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009, https://doi.org/10.1561/1500000019,
            with Lucene's 1 inside the logarithm, which keeps terms of more than half the chunks above 0.
        """
        frequency = self.frequencies.get(term, 0)
        return math.log1p((self.chunk_count - frequency + 0.5) / (frequency + 0.5))


def document_terms(chunks: Iterable[Mapping[int, float]]) -> dict[int, int]:
    """Count, for each term, the chunks of one document that hold it: what the register keeps per document."""
    return dict(Counter(term for chunk in chunks for term in chunk))


def statistics(documents: Iterable[tuple[int, Mapping[int, float]]]) -> TermStatistics:
    """Add up the register's rows, each a document's chunk count and its `document_terms`."""
    chunk_count = 0
    frequencies: Counter[int] = Counter()
    for chunks, terms in documents:
        chunk_count += chunks
        for term, count in terms.items():
            frequencies[term] += round(count)
    return TermStatistics(chunk_count, frequencies)


def query_weights(words: Iterable[Sequence[int]], known: TermStatistics) -> dict[int, float]:
    """Return the query's sparse vector: the IDF of each of its terms, once per term.

    Args:
        words: The ids that each word may have, the likeliest first: those that some chunk holds count, else the first.
        known: How many chunks hold each term.
    """
    weights: dict[int, float] = {}
    for word in words:
        held = [term for term in word if known.frequencies.get(term)]
        weights.update((term, known.idf(term)) for term in held or word[:1])
    return weights


def highest_score(weights: Mapping[int, float]) -> float:
    """Return the BM25 that no chunk can exceed for this query: every term, as often as you like."""
    return (K1 + 1) * sum(weights.values())
