"""How texts hold a question's words: chunks that are ranked, and sentences that may be quoted."""

from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Protocol

from qa.retrieval import rank
from qa.text.terms import QueryTerms


class Words(Protocol):
    """Knows the words of texts; `qa.text.words.SparseEmbedder` is one."""

    def terms(self, text: str, language: str = "") -> list[int]:
        """Return the ids of a text's terms as they follow one another."""
        ...

    def held(self, text: str, language: str = "") -> set[int]:
        """Return the ids of a text's terms and of its normal forms."""
        ...

    def stems(self, text: str, languages: Sequence[str] = ()) -> dict[int, str]:
        """Return the stem behind each id that a question's words may have."""
        ...


class WordMatch:
    """One question's words in texts of any language. What is the same for many texts is computed once."""

    def __init__(self, query: str, words: QueryTerms, sparse: Words) -> None:
        """Take a question.

        Args:
            query: The question, as it is searched.
            words: Its words and what each weighs.
            sparse: Tells the terms of texts.
        """
        self._query = query
        self._words = words
        self._sparse = sparse
        # Most chunks of a document stand under the same lines, and most documents are in the same language.
        self.above = cache(self._above)
        # For names of things and folders, which many hits share.
        self.name_terms = cache(self.terms)
        self._query_order = cache(self._in_order)
        self._stems = cache(self._stems_in)

    @property
    def weights(self) -> Mapping[int, float]:
        """What each word weighs, by the id that stands for it."""
        return self._words.weights

    def terms(self, text: str, language: str) -> Set[int]:
        """Return a text's terms, the question's words under the ids that stand for them."""
        return self._words.words(self._sparse.held(text, language))

    def pairs(self, text: str, language: str) -> float:
        """Return the share of the question's word pairs that are pairs in the text, see `rank.pair_share`."""
        order = self._query_order(self._query, language)
        return rank.pair_share(self._words.weights, order, self._in_order(text, language))

    def inside(self, text: str, language: str, held: Set[int]) -> float:
        """Return the share of the words that the text holds only within longer ones, see `rank.inside_share`."""
        return rank.inside_share(self._words.weights, self._stems(language), held, text.lower())

    def _above(self, line: str, language: str) -> Set[int]:
        """Return the terms of the line above a text, also those of the parts of joined names."""
        return self.terms(line, language) | self.terms(rank.name_parts(line), language)

    def _in_order(self, text: str, language: str) -> list[int]:
        terms = self._sparse.terms(text, language)
        return list(map(self._words.word, terms)) if self._words.forms else terms

    def _stems_in(self, language: str) -> dict[int, str]:
        """Return the stem that each of the question's words has in a language."""
        return {self._words.word(term): stem for term, stem in self._sparse.stems(self._query, (language,)).items()}
