"""One language's way from a text to terms, by fastembed's BM25; and the everyday words that stand for a word."""

from collections.abc import Collection, Mapping
from copy import copy
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from unicodedata import category

from qa.text.language import LANGUAGES, lettered, spaced, stop_words
from qa.text.synonyms import listed, near_stems

CAPITAL_NOUNS = frozenset(("german",))
"""Languages in which every noun has a capital."""
# Words whose terms are remembered: some 10 MB.
_KNOWN_WORDS = 50_000


class Stemmer:
    """One language's way from a text to terms: fastembed's, or for "" the words as they are."""

    def __init__(self, language: str, average_terms: float, *, auto: bool) -> None:
        self.language = language
        self._average_terms = average_terms
        self._auto = auto
        self._model: Any = None
        self._known: dict[str, tuple[int | None, str]] = {}
        self._near: Mapping[str, tuple[str, ...]] | None = None
        self.stop_words = stop_words(language) if language in LANGUAGES else frozenset[str]()

    def load(self) -> Any:
        """Make fastembed's BM25 of the language, once, and return it."""
        if self._model is None:
            from py_rust_stemmers import SnowballStemmer

            self._model = copy(_without_language(self._average_terms))
            self._model.stopwords = set(self.stop_words)
            self._model.stemmer = SnowballStemmer(self.language) if self.language else None
        return self._model

    def tokens(self, text: str) -> list[str]:
        """Return the words of a text in lower case, stop words too."""
        return list(self.load().tokenizer.tokenize(self._prepared(text)))

    def term(self, word: str) -> tuple[int | None, str]:
        """Return the id and the stem of a word, None and "" for a stop word; remembered, since words recur."""
        if word not in self._known:
            if len(self._known) >= _KNOWN_WORDS:
                self._known.clear()
            model = self.load()
            # fastembed's public methods give ids without their order.
            stems = model._stem([word])
            self._known[word] = (model.compute_token_id(stems[0]), stems[0]) if stems else (None, "")
        return self._known[word]

    def stem(self, word: str) -> str:
        """Return the stem of a word, the word itself where the language has no stemmer."""
        stemmer = self.load().stemmer
        return str(stemmer.stem_word(word)) if stemmer else word

    def near(self, word: str, named: Collection[str]) -> tuple[str, ...]:
        """Return the everyday words that stand for a word, none for one with a capital that names somebody: "Bill"."""
        if word in named and self.language not in CAPITAL_NOUNS:
            return ()
        if self._near is None:
            self._near = near_stems(listed(self.language), self.stem)
        return self._near.get(self.stem(word), ())

    def embed(self, texts: list[str]) -> list[Mapping[int, float]]:
        """Return the texts' terms and their weights."""
        return [
            dict(zip(vector.indices.tolist(), vector.values.tolist(), strict=True))
            for vector in self.load().embed([self._prepared(text) for text in texts])
        ]

    def _prepared(self, text: str) -> str:
        # Left over in file names that a browser wrote.
        text = text.replace("%20", " ")
        return lettered(spaced(text)) if self._auto else text


@lru_cache(maxsize=_KNOWN_WORDS)
def form_id(term: str) -> int:
    """Return the id of a normal form; one that a tokenizer makes too has the id of that word."""
    # First the whole, see `_without_language`.
    import fastembed  # noqa: F401
    from fastembed.sparse.bm25 import Bm25

    return int(Bm25.compute_token_id(term))


@cache
def _without_language(average_terms: float) -> Any:
    """Return fastembed's BM25 that neither stems nor leaves words out, once for all languages."""
    # First the whole: where another thread is importing it, only this waits for it, and a part of it fails in both.
    import fastembed  # noqa: F401
    from fastembed.sparse import bm25

    # It searches all of Unicode, which takes 0.15 s at each start of a command.
    bm25.get_all_punctuation = _punctuation  # type: ignore[attr-defined]
    # It would fetch its stop words from a model hub; given a folder, it only asks that the folder exists.
    folder = str(Path(__file__).parent)
    return bm25.Bm25(
        "Qdrant/bm25", specific_model_path=folder, avg_len=average_terms, stopwords=set(), disable_stemmer=True
    )


def _punctuation() -> set[str]:
    """Return all characters that are punctuation: beyond two planes there are ideographs, tags and private ones."""
    return {character for character in map(chr, range(0x20000)) if category(character).startswith("P")}
