"""The words of texts: the term-frequency half of BM25, through fastembed. The other half is `qa.text.terms`."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any
from unicodedata import category

from qa.errors import ConfigError
from qa.text.dictionaries import NONE, Dictionaries
from qa.text.language import (
    AUTO,
    LANGUAGES,
    ONLY_STEMMED,
    STEMMED,
    english_name,
    lettered,
    most_likely,
    spaced,
    stop_words,
)
from qa.text.normal_forms import forms, terms_of
from qa.text.particles import with_other_particles
from qa.text.respell import alike
from qa.text.terms import BM25, TERMS_VERSION, TermStatistics, Word
from qa.text.verb_forms import other_verb_forms

_CAPITAL_NOUNS = {"german"}
# The version of an index's terms from which on more languages are stemmed.
_MORE_STEMMED = 3
# Words whose terms are remembered: some 10 MB.
_KNOWN_WORDS = 50_000


class SparseEmbedder:
    """The term-frequency half of BM25, through fastembed. The other half is `qa.text.terms`.

    For the language "auto" every text is stemmed in its own language, given by its code, without the stop words of
    that; a question is read in all languages that the index holds. For a named language the codes say nothing.
    """

    def __init__(
        self,
        name: str,
        *,
        language: str,
        average_terms: float,
        dictionaries: Dictionaries | None = None,
        version: int = TERMS_VERSION,
    ) -> None:
        """Take a language.

        Args:
            name: "Qdrant/bm25".
            language: "auto", or an English name.
            average_terms: The average number of terms in a chunk.
            dictionaries: Translate the words of questions, for "auto" alone.
            version: Of the index's terms, see `TERMS_VERSION`.

        Raises:
            ConfigError: The model or the language is not supported.
        """
        if name != BM25:
            raise ConfigError(f'sparse model "{name}" is not supported; set FOOTNOTE_SPARSE_MODEL to {BM25}')
        if language != AUTO and language not in LANGUAGES:
            known = ", ".join([AUTO, *LANGUAGES])
            raise ConfigError(f'language "{language}" is not supported; use one of {known}')
        self._language = language
        self._average_terms = average_terms
        self._dictionaries = dictionaries or Dictionaries(NONE)
        self._normal_forms = version > 1
        self._version = version
        self._stemmers: dict[str, _Stemmer] = {}

    def load(self) -> None:
        """Make the stemmer and read the stop words of the named language, or of English, once."""
        self._stemmer("").load()

    async def embed_chunks(self, texts: Sequence[str], languages: Sequence[str] = ()) -> list[Mapping[int, float]]:
        """Return one mapping per text from term id to term-frequency weight, in [0, 2.2); empty without terms.

        `languages` are the codes of the texts' languages, "" where one is not known, or none at all.
        """
        return await asyncio.to_thread(self._embed, list(texts), languages)

    def words(self, text: str, languages: Sequence[str] = (), *, translated: bool = True) -> list[Word]:
        """Return the ids that each of a question's words may have, in order; stop words have none.

        Args:
            text: The question.
            languages: Codes of the languages that the index holds, most documents first. Stop words tell in which of
                them a question is, or in which other that a dictionary translates into one of them. A word has an id
                for each language that stems it differently.
            translated: Whether to look the words up in dictionaries.

        Raises:
            ConfigError: A dictionary is damaged.
        """
        others = {} if self._normal_forms else alike(text)
        said_by, of_forms = self._said_by(text), self._form_words(text)
        if self._language != AUTO:
            stemmer = self._stemmer("")
            named = [
                Word(
                    _ids([stemmer.term(token)[0]]),
                    alike=_ids(stemmer.term(other)[0] for other in others.get(token, ())),
                    said_by=said_by.get(token, ()),
                    instead=_ids(stemmer.term(one)[0] for one in other_verb_forms(token, [self._language])),
                )
                for token in stemmer.tokens(text)
            ]
            return [word for word in (*named, *of_forms) if word.forms]
        held = languages or ("",)
        tokens, own, sources = self._read(text, held)
        stemmers = self._by_name(held)
        if own:
            stemmers = {own: self._by_name([*sources, *held])[own]} | stemmers
            tokens = [token for token in tokens if token not in stemmers[own].stop_words]
        words = []
        for token in tokens:
            own_ids = _ids(stemmer.term(token)[0] for stemmer in stemmers.values())
            translations = _ids(self._translated(token, sources, held)) if translated else ()
            spelled = (*others.get(token, ()), *with_other_particles(token))
            same = _ids(s.term(other)[0] for other in spelled for s in stemmers.values())
            verbs = other_verb_forms(token, [own] if own else stemmers)
            instead = _ids(s.term(other)[0] for other in verbs for s in stemmers.values())
            words.append(Word(own_ids, translations, not own, same, said_by.get(token, ()), instead=instead))
        return [word for word in (*words, *of_forms) if word.forms]

    def query_terms(self, text: str, languages: Sequence[str] = (), *, translated: bool = False) -> list[int]:
        """Return the distinct ids that a question's words may have, those of translations if asked for; see `words`."""
        words = self.words(text, languages, translated=translated)
        return list(dict.fromkeys(term for word in words for term in word.ids))

    def capitals_name(self, text: str, languages: Sequence[str] = ()) -> bool:
        """Tell whether a capital within a question begins a name that the documents would spell alike.

        Not in German, where every noun has one, nor in a language in which the index holds nothing.
        """
        if self._language != AUTO:
            return self._language not in _CAPITAL_NOUNS
        held = languages or ("",)
        _, own, _ = self._read(text, held)
        stemmers = self._by_name(held)
        return own in stemmers and own not in _CAPITAL_NOUNS if own else not _CAPITAL_NOUNS & stemmers.keys()

    def small_words(self, known: TermStatistics) -> frozenset[str]:
        """Return the stop words of an index's languages, in lower case: those that `frequency` does not count."""
        return frozenset().union(*(each.stop_words for each in self._by_name(known.languages or ("",)).values()))

    def frequency(self, word: str, known: TermStatistics) -> int | None:
        """Return how many chunks hold a word in one of its forms, None for a stop word.

        Args:
            word: In lower case.
            known: The index's counts.
        """
        stemmers = self._by_name(known.languages or ("",))
        if any(word in stemmer.stop_words for stemmer in stemmers.values()):
            return None
        spelled = (word, *with_other_particles(word), *other_verb_forms(word, stemmers))
        return max(known.frequencies.get(each.term(one)[0] or 0, 0) for each in stemmers.values() for one in spelled)

    def translates(self, source: str, targets: Sequence[str]) -> bool:
        """Tell whether a dictionary leads from a language into one of others, all by their codes."""
        sources = self._dictionaries.sources(targets) if self._language == AUTO else []
        return english_name(source) in map(english_name, sources)

    def terms(self, text: str, language: str = "") -> list[int]:
        """Return the ids of the text's terms as they follow one another, repeated ones included."""
        stemmer = self._stemmer(language)
        return [term for token in stemmer.tokens(text) if (term := stemmer.term(token)[0]) is not None]

    def held(self, text: str, language: str = "") -> set[int]:
        """Return the ids of the text's terms and of its normal forms."""
        stemmer = self._stemmer(language)
        # A text says most of its words more than once.
        ids = {stemmer.term(token)[0] for token in set(stemmer.tokens(text))}
        return {*(term for term in ids if term is not None), *map(form_id, terms_of(text))}

    def _said_by(self, text: str) -> dict[str, tuple[int, ...]]:
        """Return the normal forms of a question that say a word of it, by the word in lower case."""
        found: dict[str, list[int]] = {}
        for form in forms(text):
            for term, tokens in form.says.items():
                for token in tokens:
                    found.setdefault(token, []).append(form_id(term))
        return {token: tuple(dict.fromkeys(ids)) for token, ids in found.items()}

    def _form_words(self, text: str) -> list[Word]:
        """Return the normal forms of a question as words of their own: the same day counts more than its parts."""
        wholes: dict[tuple[int, int], dict[str, None]] = {}
        for form in forms(text):
            # What can be read two ways stands here twice.
            wholes.setdefault(form.span, {}).update(dict.fromkeys(form.whole))
        return [Word(_ids(map(form_id, whole)), is_form=True) for whole in wholes.values() if whole]

    def stem(self, word: str, language: str = "") -> str:
        """Return the stem of a word in lower case, also of a stop word, which has no id."""
        return self._stemmer(language).stem(word)

    def is_small(self, word: str, language: str = "") -> bool:
        """Tell whether a word in lower case is a stop word."""
        return word in self._stemmer(language).stop_words

    def stems(self, text: str, languages: Sequence[str] = ()) -> dict[int, str]:
        """Return the stem behind each id that a question's words may have."""
        stems: dict[int, str] = {}
        for stemmer in self._by_name(languages or ("",)).values():
            found = (stemmer.term(token) for token in stemmer.tokens(text))
            stems.update((term, stem) for term, stem in found if term is not None)
        return stems

    def gloss(self, text: str, languages: Sequence[str], target: str) -> str:
        """Return a question word by word in another language, for a dense model that reads no other.

        "" where it is in that language already, where its small words tell no language, where the index holds nothing
        in the other one, and where no dictionary leads there.

        Args:
            text: The question.
            languages: Codes of the languages that the index holds, most documents first.
            target: Code of the language that is wanted.

        Raises:
            ConfigError: A dictionary is damaged.
        """
        if self._language != AUTO or target not in languages:
            return ""
        tokens, own, sources = self._read(text, languages)
        if not own:
            return ""
        found = [
            next(filter(None, (self._dictionaries.gloss(token, code, target) for code in sources)), "")
            for token in tokens
        ]
        return " ".join(word or token for word, token in zip(found, tokens, strict=True)) if any(found) else ""

    def _read(self, text: str, held: Sequence[str]) -> tuple[list[str], str, list[str]]:
        """Return a question's words in lower case, the name of its language, and the codes to translate it from.

        The name is "" where its small words tell none; it may then be translated from any language that leads to one
        that the index holds.
        """
        stemmers, sources = self._by_name(held), self._dictionaries.sources(held)
        foreign = {name: stemmer for name, stemmer in self._by_name(sources).items() if name not in stemmers}
        tokens = next(iter(stemmers.values())).tokens(text)
        own = most_likely(tokens, _stop_words(stemmers), _stop_words(foreign))
        return tokens, own, [code for code in sources if not own or self._stemmer(code).language == own]

    def _translated(self, token: str, sources: Sequence[str], targets: Sequence[str]) -> Iterator[int | None]:
        """Yield the terms that a dictionary has for a word, where that is a single word too."""
        for source, target in product(sources, targets):
            stemmer = self._stemmer(target)
            for translation in self._dictionaries.translations(token, source, target):
                tokens = [word for word in stemmer.tokens(translation) if word not in stemmer.stop_words]
                if len(tokens) == 1:
                    yield stemmer.term(tokens[0])[0]

    def _embed(self, texts: list[str], languages: Sequence[str]) -> list[Mapping[int, float]]:
        vectors: list[Mapping[int, float]] = [{}] * len(texts)
        of_language: dict[str, list[int]] = {}
        for number, code in enumerate(languages or [""] * len(texts)):
            of_language.setdefault(code if self._language == AUTO else "", []).append(number)
        for code, numbers in of_language.items():
            for number, vector in zip(
                numbers, self._stemmer(code).embed([texts[number] for number in numbers]), strict=True
            ):
                vectors[number] = _with_forms(vector, texts[number], self._version) if self._normal_forms else vector
        return vectors

    def _by_name(self, codes: Iterable[str]) -> dict[str, "_Stemmer"]:
        return {stemmer.language: stemmer for stemmer in map(self._stemmer, codes)}

    def _stemmer(self, code: str) -> "_Stemmer":
        """Return the stemmer of a language; a text whose language is not known is taken for English."""
        stemmed = STEMMED | ONLY_STEMMED if self._version >= _MORE_STEMMED else STEMMED
        name = self._language if self._language != AUTO else stemmed.get(code, "" if code else "english")
        if name not in self._stemmers:
            self._stemmers[name] = _Stemmer(name, self._average_terms, auto=self._language == AUTO)
        return self._stemmers[name]


class _Stemmer:
    """One language's way from a text to terms: fastembed's, or for "" the words as they are."""

    def __init__(self, language: str, average_terms: float, *, auto: bool) -> None:
        self.language = language
        self._average_terms = average_terms
        self._auto = auto
        self._model: Any = None
        self._known: dict[str, tuple[int | None, str]] = {}
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


@lru_cache(maxsize=_KNOWN_WORDS)
def form_id(term: str) -> int:
    """Return the id of a normal form; one that a tokenizer makes too has the id of that word."""
    # First the whole, see `_without_language`.
    import fastembed  # noqa: F401
    from fastembed.sparse.bm25 import Bm25

    return int(Bm25.compute_token_id(term))


def _with_forms(vector: Mapping[int, float], text: str, version: int) -> Mapping[int, float]:
    """Add the normal forms that a text's words do not say already, each with the weight of a word that stands once."""
    found = {form_id(term) for term in terms_of(text, version)} - vector.keys()
    return {**vector, **dict.fromkeys(sorted(found), min(vector.values()))} if found and vector else vector


def _stop_words(stemmers: Mapping[str, _Stemmer]) -> dict[str, frozenset[str]]:
    return {name: stemmer.stop_words for name, stemmer in stemmers.items()}


def _ids(terms: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(term for term in terms if term is not None))
