"""How near the words of a question stand to those of a sentence that says them otherwise: "landings" and "transfers".

The pass that makes a text's vector gives those of its tokens as well. A word that the sentence holds counts in full,
another one by the highest cosine of its tokens with one of the sentence's. Late interaction ranks passages by the sum
of such cosines over all tokens (Khattab and Zaharia, "ColBERT", 2020); here they stand in for what is not held, and
each word weighs as much as it is rare.
"""

from collections.abc import Set

import numpy as np

from qa.lazy_regex import lazy_regex
from qa.models.token_vectors import TokenVectors, unit
from qa.retrieval.query import Query

_WORD = lazy_regex(r"[^\W_]+(?:[-'’][^\W_]+)*")
# Cosines at which two words have nothing in common, and are as good as one. Tuned as docs/quality.md says.
_NOTHING, _SAME = 0.4, 0.8


class NearWords:
    """The words of one question, with their vectors."""

    def __init__(self, query: Query, tokens: TokenVectors) -> None:
        """Take a question, and what the packaged model makes of its text."""
        weights = query.match.weights
        self._words: list[tuple[Set[int], float]] = []
        vectors = []
        for match in _WORD.finditer(query.text):
            terms = query.match.terms(match[0], query.language) & weights.keys()
            at = [
                place for place, (start, end) in enumerate(tokens.spans) if start < match.end() and match.start() < end
            ]
            if terms and at:
                self._words.append((terms, max(weights[term] for term in terms) ** 2))
                vectors.append(tokens.tokens[at].mean(axis=0))
        self._vectors = unit(np.array(vectors, dtype=np.float32)) if vectors else None

    def share(self, held: Set[int], tokens: TokenVectors) -> float:
        """Return the share of the question that a sentence says, in [0, 1].

        Args:
            held: The terms that stand in the sentence or above it.
            tokens: What the model makes of the sentence.
        """
        there = tokens.words
        if self._vectors is None or not len(there):
            return 0.0
        cosines = (self._vectors @ unit(there).T).max(axis=1)
        near = np.clip((cosines - _NOTHING) / (_SAME - _NOTHING), 0.0, 1.0)
        said = sum(
            weight * (1.0 if terms & held else float(alike))
            for (terms, weight), alike in zip(self._words, near, strict=True)
        )
        return said / sum(weight for _, weight in self._words)
