"""The half of BM25 that the stored vectors lack: document frequencies, and the weights they give a query.

Stored sparse vectors hold the term-frequency half; Milvus multiplies them with the query's vector and adds up, so the
query's weights are the inverse document frequencies. Pure functions.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

BM25 = "Qdrant/bm25"
"""What makes the stored sparse vectors where no learned model does."""

# Version of the terms in stored sparse vectors: 1 for words alone, 2 for the normal forms of days, numbers and codes
# too, 3 for those of numbers in words, units and Roman numerals, 4 for those of days, scales and units in five more
# languages, 5 for those of durations. An index keeps the terms that it was made with until `footnote reindex` makes
# them anew, which embeds nothing.
TERMS_VERSION = 5

# fastembed's k1. A term's stored weight f·(k1+1) / (f + k1·…) stays below k1 + 1, however often the term occurs.
K1 = 1.2

# What a translation of a word weighs, as a part of the word. In the question's own language 0.5 to 1 rank alike; the
# more translations weigh, the better a passage in another language is found (docs/quality.md).
_TRANSLATED = 0.85


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


@dataclass(frozen=True, slots=True)
class Word:
    """The ids that a word of a question may have.

    Attributes:
        forms: Those of the word itself, the likeliest first.
        translations: Those of its translations into other languages.
        doubtful: Whether nothing tells in which language the question is. "Gift" is poison in German: translations
            then count only where no chunk holds a form.
        alike: Those of other spellings of a number or a day, which mean the same in any language.
        said_by: Those of normal forms that say this word among others, see `qa.text.normal_forms`.
        is_form: Whether it is a normal form itself: one that no chunk holds is no word of the question.
        instead: Those of other forms of the verb that it is. They count where no chunk holds the word: "pay" is a noun
            too, and where all papers say it, "paid" told nothing more (2 of 103 answers of the sample were lost by it).
        nearly: Those of everyday words for the same thing, see `qa.text.synonyms`. They count as `instead` does, and
            where no chunk holds one of those either.
        is_light: Whether it says so little that it is no word of the question where no chunk holds it.
    """

    forms: tuple[int, ...]
    translations: tuple[int, ...] = ()
    doubtful: bool = False
    alike: tuple[int, ...] = ()
    said_by: tuple[int, ...] = ()
    is_form: bool = False
    instead: tuple[int, ...] = ()
    nearly: tuple[int, ...] = ()
    is_light: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """All ids by which a text may hold the word itself."""
        return (*self.forms, *self.alike, *self.said_by, *self.translations)


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """A question's words as an index knows them: what each weighs, and the forms in which chunks hold it.

    In a collection of several languages a word has a stem for each, and translations where there is a dictionary. A
    chunk mostly holds one of them, so the word weighs once.

    Attributes:
        weights: The IDF of each word, by the id that stands for it.
        forms: The id that stands for a word, by each other id that it has; empty in a collection of one language.
        shares: What a form weighs as a part of the word, by the form's id; one that is missing here weighs all of it.
        says: The ids that stand for the words that a normal form says, by its id: a chunk with it holds them all.
        near: The ids that stand for words that no chunk holds, and some only by everyday words that mean the same.
    """

    weights: Mapping[int, float]
    forms: Mapping[int, int] = field(default_factory=dict)
    shares: Mapping[int, float] = field(default_factory=dict)
    says: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    near: Set[int] = frozenset()

    def vector(self) -> dict[int, float]:
        """Return the query's sparse vector: each form of a word weighs as much as the word, or its share of that."""
        forms = {form: self.weights[word] * self.shares.get(form, 1.0) for form, word in self.forms.items()}
        vector = {**forms, **self.weights}
        for form, words in self.says.items():
            vector[form] = vector.get(form, 0.0) + sum(self.weights[word] for word in words)
        return vector

    def word(self, term: int) -> int:
        """Return the id that stands for the word of which `term` is a form; any other term as it is."""
        return self.forms.get(term, term)

    def words(self, terms: Iterable[int]) -> Set[int]:
        """Return the terms of a text with the question's words under the ids that stand for them."""
        held = set(terms)
        said = {word for form in self.says.keys() & held for word in self.says[form]}
        return set(map(self.word, held)) | said if self.forms else held | said

    def counted(self, chunk: Mapping[int, float]) -> Mapping[int, float]:
        """Return a chunk's sparse vector with the question's words under the ids that stand for them, each once."""
        if not self.forms and not self.says:
            return chunk
        words: dict[int, float] = {}
        for term, weight in chunk.items():
            word = self.word(term)
            words[word] = max(weight * self.shares.get(term, 1.0), words.get(word, 0.0))
        for form in self.says.keys() & chunk.keys():
            words.update((word, max(chunk[form], words.get(word, 0.0))) for word in self.says[form])
        return words


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


def query_terms(words: Iterable[Word], known: TermStatistics | None) -> QueryTerms:
    """Return a question's distinct words with their IDFs, each that of the form that most chunks hold.

    A normal form that says a word counts as one of them: where all write "kW", "kilowatts" is no rare word. A
    translation that is commoner than the word weighs less in proportion.

    Args:
        words: The question's. A word's first form stands for it where no chunk holds any.
        known: How many chunks hold each term; None where that is not counted, and all words then weigh 1.

    Source:
        Lucene's SynonymQuery, too, takes the highest document frequency among a word's synonyms. That all translations
        of a word count as one is Pirkola's structured query, SIGIR 1998, https://doi.org/10.1145/290941.290957.
    """
    frequencies = known.frequencies if known else {}
    words = [word for word in words if word.forms and (not word.is_form or any(map(frequencies.get, word.forms)))]
    words = [word for word in words if not (known and word.is_light) or any(map(frequencies.get, word.ids))] or words
    commonest = [max(word.forms, key=lambda term: frequencies.get(term, 0)) for word in words]
    weights = {
        term: min(map(known.idf, (term, *word.said_by))) if known else 1.0
        for term, word in zip(commonest, words, strict=True)
    }
    forms: dict[int, int] = {}
    for term, word in zip(commonest, words, strict=True):
        forms.update((form, term) for form in word.forms if form not in weights and form not in forms)
    shares: dict[int, float] = {}
    near: set[int] = set()
    for term, word in zip(commonest, words, strict=True):
        translations = () if word.doubtful and frequencies.get(term) else word.translations
        instead = () if frequencies.get(term) else word.instead
        nearly = () if known is None or any(map(frequencies.get, (*word.ids, *instead))) else word.nearly
        if any(map(frequencies.get, nearly)):
            near.add(term)
        for other in (*word.alike, *instead, *translations, *nearly):
            if other in weights or other in forms or (known and not frequencies.get(other)):
                continue
            forms[other] = term
            shares[other] = _TRANSLATED * (min(1.0, known.idf(other) / weights[term]) if known else 1.0)
    says: dict[int, tuple[int, ...]] = {}
    for term, word in zip(commonest, words, strict=True):
        for form in word.said_by:
            # A form that is a word of the question too is one that stands there in another place.
            if frequencies.get(form) and form != term:
                says[form] = tuple(dict.fromkeys((*says.get(form, ()), term)))
    return QueryTerms(weights, forms, shares, says, frozenset(near))


def highest_score(weights: Mapping[int, float]) -> float:
    """Return the BM25 that no chunk can exceed for this query: every term, as often as you like."""
    return (K1 + 1) * sum(weights.values())
