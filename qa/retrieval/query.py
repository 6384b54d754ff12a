"""A question as one index reads it: made once, before anything is looked for, and handed down from then on."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qa.lazy_regex import lazy_regex
from qa.models.dense import QueryEmbedder
from qa.models.learned_sparse import LearnedSparseEmbedder
from qa.retrieval import rank, recency
from qa.retrieval.context import compares
from qa.retrieval.scale import PLAIN, Scale
from qa.retrieval.word_match import WordMatch
from qa.store.reading import IndexReader
from qa.store.where import EVERYTHING, Filter
from qa.text.answer_type import Kind, asked_kind
from qa.text.asking_words import ASKING_WORDS
from qa.text.commands import without_command
from qa.text.language import by_asking_word, by_script, by_small_words, is_latin, question_language, segmented
from qa.text.names import DECLINING, Name, names_in, small_name
from qa.text.respell import Respelled, respelled
from qa.text.terms import QueryTerms, TermStatistics, query_terms
from qa.text.vocabulary import Vocabulary
from qa.text.word_lists import commonness, has_list
from qa.text.words import SparseEmbedder

# The weight of a word of the question in front of another. bench/follow_ups.py: of 60 follow-ups 52 are right at 1
# with its meaning alone, 55 at 0.5, and 56 at 0.7 with the meaning between the two.
_IN_FRONT = 0.7
HARDLY_READ = 0.5
_ASKED = lazy_regex(r"(?<=[.?!])\s+")


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question, and all that is known of it before a passage is.

    Attributes:
        text: The question so that it stands alone: this is searched.
        question: As it was typed; it may point back at what was said before.
        where: Which documents may answer.
        language: Code of its language, "" where its small words tell none.
        languages: Codes of the languages of the documents, most documents first.
        is_translated: Whether a dictionary leads from its language into one of theirs.
        kind: What kind of thing is asked for, "" where no rule says.
        asks_for_latest: Whether it is about the newest of several documents.
        compares: Whether it sets things side by side.
        names: The words that name one thing in particular.
        words: Its words, and what each weighs in this index.
        gloss: The question word by word in the language that the dense model reads, "" where that does not help.
        vector: float32 of shape (dim,), of unit length: the direction between its own and that of its gloss, or of the
            question in everyday words that documents hold.
        sparse: What is searched in the stored sparse vectors, by term id.
        match: Tells how texts hold its words.
        taken: Words of it that no chunk holds, and what each was taken for instead.
        scale: What the cosines of the dense model are worth.
        meaning: How far what the dense model makes of it is its meaning, see `meaning_of`.
        reads_one: Whether the dense model reads one language alone.
        about: What it names and documents are about, once that is known, see `qa.retrieval.about`.
    """

    text: str
    question: str
    where: Filter
    language: str
    languages: tuple[str, ...]
    is_translated: bool
    kind: Kind
    asks_for_latest: bool
    compares: bool
    names: tuple[Name, ...]
    words: QueryTerms
    gloss: str
    vector: NDArray[np.float32]
    sparse: Mapping[int, float]
    match: WordMatch
    taken: tuple[tuple[str, str], ...] = ()
    scale: Scale = PLAIN
    meaning: float = 1.0
    reads_one: bool = True
    about: str = ""

    def nearness(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return its scaled cosines with texts, of shape (n,) for vectors of unit length and shape (n, dim)."""
        return self.scale.of(np.clip(vectors @ self.vector, -1.0, 1.0))

    @property
    def is_foreign(self) -> bool:
        """Whether it is in a language that none of the documents is in, as far as its small words tell."""
        known = {code for code in self.languages if code}
        return bool(self.language and known) and self.language not in known

    @property
    def asked(self) -> str:
        """The question that wants an answer: the last one, if another stands in front of it to say what it is about."""
        return self.question if self.text.endswith(self.question) else self.text


@dataclass(frozen=True, slots=True)
class QueryReader:
    """What it takes to read questions as an index reads them.

    Attributes:
        index: Open.
        dense: Embeds questions as the index's chunks were.
        words: Knows a text's words.
        learned: The model that made the stored sparse vectors, None where they hold the words themselves.
        reads: Code of the only language that the dense model reads, "" where it reads several or nothing is known.
        scale: What the cosines of the dense model are worth.
    """

    index: IndexReader
    dense: QueryEmbedder
    words: SparseEmbedder
    learned: LearnedSparseEmbedder | None = None
    reads: str = ""
    scale: Scale = PLAIN

    async def read(self, text: str, *, question: str = "", where: Filter = EVERYTHING) -> Query:
        """Return the question as this index reads it.

        Args:
            text: A standalone question.
            question: As it was typed, where that is another one.
            where: Which documents to look in.

        Raises:
            StoreError: The index failed.
            ModelError: A model failed.
            ConfigError: A dictionary is damaged.
        """
        known = await self.index.term_statistics()
        spelled = await self._spelled(text, known)
        words, gloss, otherwise = await asyncio.to_thread(self._worded, spelled.text, known)
        vector, sparse = await asyncio.gather(
            self._vector(spelled.text, otherwise), self._sparse(spelled.text, words, known)
        )
        if own := _own(text, question):
            words, vector = await self._leaning(words, vector, own, known)
            sparse = sparse if self.learned else words.vector()
        language = await asyncio.to_thread(question_language, text, known.languages) or by_asking_word(text)
        return Query(
            text=text,
            question=question or text,
            where=where,
            language=language,
            languages=known.languages,
            is_translated=self.words.translates(language, known.languages),
            kind=asked_kind(question or text) or asked_kind(text),
            asks_for_latest=recency.asks_for_latest(text),
            compares=compares(text),
            names=await asyncio.to_thread(self._names, spelled, text, known, language),
            words=words,
            gloss=gloss,
            vector=vector,
            sparse=sparse,
            match=WordMatch(without_command(spelled.text), words, self.words),
            taken=spelled.taken,
            scale=self.scale.between(by_script(text), known.languages),
            meaning=1.0 if gloss else meaning_of(text, language, known.languages, reads=self.reads),
            reads_one=bool(self.reads),
        )

    async def _spelled(self, text: str, known: TermStatistics) -> Respelled:
        """Spell a question's words as the documents do, where these words are counted."""
        if self.learned:
            return Respelled(text)
        first = await asyncio.to_thread(self._respelled, text, known, None)
        # The collection's words are sought only where a word of the question is none of them.
        words = await self.index.vocabulary() if first.lacks else None
        return await asyncio.to_thread(self._respelled, text, known, words) if words else first

    def _respelled(self, text: str, known: TermStatistics, vocabulary: Vocabulary | None) -> Respelled:
        in_vocabulary = getattr(self.dense, "knows_word", _knows_none)
        # Few documents in a language lack most of its words: what they do not hold is no slip. Where its list lacks it
        # too, it is one if they hold a word like it.
        language, theirs = question_language(text, known.languages), next(filter(None, known.languages), "")
        # A question that stands behind another one may be in another language than that.
        spoken = {code for part in _ASKED.split(text) if (code := by_small_words(part))}
        is_of_few = bool(language and theirs) and language != theirs

        own = (language,) if language in known.languages else ()
        in_own = partial(self.words.frequency, known=replace(known, languages=own)) if own else None
        # A language without a list of words has many that neither the documents nor the dense model know.
        codes = tuple(sorted(spoken)) if language else known.languages or ("en",)
        listed = any(map(has_list, codes))

        def is_word(word: str) -> bool:
            if is_of_few and not (own and has_list(language)):
                return True
            if not listed or word in ASKING_WORDS or in_vocabulary(word) or commonness(word, codes):
                return True
            # What a dictionary knows is a word of another language.
            return any(one.translations for one in self.words.words(word, known.languages))

        return respelled(
            text,
            frequency=partial(self.words.frequency, known=known),
            is_word=is_word,
            own=in_own,
            likely=in_own if is_of_few else None,
            words=vocabulary,
            commonness=partial(commonness, codes=codes),
            small=self.words.small_words(known),
        )

    def _worded(self, text: str, known: TermStatistics) -> tuple[QueryTerms, str, str]:
        """Return the words and the gloss of a question, and what stands for it beside it; dictionaries may be read.

        What stands for it is the gloss, else the question in the documents' everyday words, "" where there is neither.
        """
        # "List all incidents" asks for no passage with a list.
        asked = without_command(text)
        words = query_terms(self.words.words(asked, known.languages), None if self.learned else known)
        gloss = self.words.gloss(text, known.languages, self.reads) if self.reads else ""
        # A learned model's terms are not counted as words.
        return words, gloss, gloss or ("" if self.learned else self.words.paraphrase(text, known))

    async def _leaning(
        self, words: QueryTerms, vector: NDArray[np.float32], question: str, known: TermStatistics
    ) -> tuple[QueryTerms, NDArray[np.float32]]:
        """Return words and vector for a question with another one in front, which only says what it is about.

        If both weighed alike, sentences that answer the question in front would be found and quoted again.
        """
        spelled = await self._spelled(question, known)
        own, _, otherwise = await asyncio.to_thread(self._worded, spelled.text, known)
        if not own.weights:  # "Why?"
            return words, vector
        weights = {
            term: weight if term in own.weights else weight * _IN_FRONT for term, weight in words.weights.items()
        }
        return replace(words, weights=weights), rank.mean_direction(
            [vector, await self._vector(spelled.text, otherwise)]
        )

    async def _vector(self, text: str, otherwise: str) -> NDArray[np.float32]:
        texts: Sequence[str] = [text, otherwise] if otherwise else [text]
        return rank.mean_direction(await asyncio.gather(*map(self.dense.embed_query, texts)))

    async def _sparse(self, text: str, words: QueryTerms, known: TermStatistics) -> Mapping[int, float]:
        if self.learned is None:
            return words.vector()
        weights = await self.learned.embed_query(text)
        return (
            {term: weight * known.idf(term) for term, weight in weights.items()} if self.learned.needs_idf else weights
        )

    def _names(self, spelled: Respelled, text: str, known: TermStatistics, language: str) -> tuple[Name, ...]:
        mistyped = {typed for typed, _ in spelled.taken}
        found = names_in(
            segmented(text),
            capitals=self.words.capitals_name(text, known.languages),
            terms_of=lambda word: self.words.query_terms(word, known.languages, translated=True),
            # A learned model's terms are not words.
            known=None if self.learned else known,
            is_declined=language in DECLINING,
        )
        names = tuple(name for name in found if name.text not in mistyped)
        small = small_name(text)
        if not small or self.learned or small in mistyped or any(name.text == small for name in names):
            return names
        if self.words.frequency(small, known) != 0 or self.words.paraphrase(small, known):
            return names
        # "Best time to visit sydney": no document holds it, and none its other name.
        translated = self.words.query_terms(small, known.languages, translated=True)
        is_held = any(known.frequencies.get(term) for term in translated)
        return names if is_held else (*names, Name(small, "name", is_unknown=True))


def meaning_of(text: str, language: str, languages: Sequence[str], *, reads: str) -> float:
    """Return how far a dense model that reads one language reads a question about documents.

    1 where it reads the question, or the documents, or there is nothing to tell; `HARDLY_READ` where both are in
    another language; 0 where the question is in another script.

    Args:
        text: The question.
        language: Code of its language, "" where its small words tell none.
        languages: Codes of the languages of the documents.
        reads: Code of the language that the model reads, "" for several.
    """
    if not reads:
        return 1.0
    if not is_latin(text):
        return 0.0
    held = {code for code in languages if code}
    return HARDLY_READ if held and reads not in held and language != reads else 1.0


def _own(text: str, question: str) -> str:
    """Return what a question says itself, without the one that stands in front of it; "" where none does."""
    if not question or text == question:
        return ""
    if text.endswith(question):
        return question
    front, _, own = text.rstrip("? ").rpartition("? ")
    return f"{own}?" if front else ""


def _knows_none(_word: str) -> bool:
    return False
