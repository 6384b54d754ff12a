"""The words of texts: the term-frequency half of BM25, through fastembed. The other half is `qa.text.terms`."""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex
from qa.text.dictionaries import NONE, Dictionaries
from qa.text.language import AUTO, LANGUAGES, ONLY_STEMMED, STEMMED, english_name, most_likely
from qa.text.normal_forms import forms, terms_of
from qa.text.particles import with_other_particles
from qa.text.respell import alike
from qa.text.stemmer import CAPITAL_NOUNS, Stemmer, form_id
from qa.text.synonyms import LIGHT
from qa.text.terms import BM25, TERMS_VERSION, TermStatistics, Word
from qa.text.verb_forms import other_verb_forms

# The version of an index's terms from which on more languages are stemmed.
_MORE_STEMMED = 3
_WORD = lazy_regex(r"[^\W\d_]+")
_CAPITAL = lazy_regex(r"\b[A-ZÄÖÜ][a-zäöüß]+")


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
        self._stemmers: dict[str, Stemmer] = {}

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
        capitals = _capitalised(text)
        if self._language != AUTO:
            stemmer = self._stemmer("")
            named = [
                Word(
                    _ids([stemmer.term(token)[0]]),
                    alike=_ids(stemmer.term(other)[0] for other in others.get(token, ())),
                    said_by=said_by.get(token, ()),
                    instead=_ids(stemmer.term(one)[0] for one in other_verb_forms(token, [self._language])),
                    nearly=_ids(stemmer.term(one)[0] for one in stemmer.near(token, capitals)),
                    is_light=token in LIGHT,
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
        spoken = [stemmers[own]] if own else list(stemmers.values())
        words = []
        for token in tokens:
            own_ids = _ids(stemmer.term(token)[0] for stemmer in stemmers.values())
            translations = _ids(self._translated(token, sources, held)) if translated else ()
            spelled = (*others.get(token, ()), *with_other_particles(token))
            same = _ids(s.term(other)[0] for other in spelled for s in stemmers.values())
            verbs = other_verb_forms(token, [own] if own else stemmers)
            instead = _ids(s.term(other)[0] for other in verbs for s in stemmers.values())
            nearly = _ids(s.term(other)[0] for s in spoken for other in s.near(token, capitals))
            words.append(
                Word(
                    own_ids,
                    translations,
                    not own,
                    same,
                    said_by.get(token, ()),
                    instead=instead,
                    nearly=nearly,
                    is_light=token in LIGHT,
                )
            )
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
            return self._language not in CAPITAL_NOUNS
        held = languages or ("",)
        _, own, _ = self._read(text, held)
        stemmers = self._by_name(held)
        return own in stemmers and own not in CAPITAL_NOUNS if own else not CAPITAL_NOUNS & stemmers.keys()

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

    def paraphrase(self, text: str, known: TermStatistics) -> str:
        """Return a question with everyday words in place of those that no chunk holds, "" where there are none.

        Args:
            text: The question.
            known: The index's counts; of several words that mean the same, the one that most chunks hold is taken.
        """
        spoken, named = self._spoken(text, known.languages or ("",)), _capitalised(text)

        def count(word: str) -> int:
            return max(known.frequencies.get(stemmer.term(word)[0] or 0, 0) for stemmer in spoken)

        def instead(match: re.Match[str]) -> str:
            word = match[0].lower()
            near = [other for stemmer in spoken for other in stemmer.near(word, named) if count(other)]
            return max(near, key=count) if near and self.frequency(word, known) == 0 else match[0]

        other = _WORD.sub(instead, text)
        return "" if other == text else other

    def _spoken(self, text: str, held: Sequence[str]) -> list[Stemmer]:
        """Return the stemmers of the languages in which a question may be, of those that the index holds."""
        if self._language != AUTO:
            return [self._stemmer("")]
        stemmers = self._by_name(held)
        _, own, _ = self._read(text, held)
        return [stemmers[own]] if own in stemmers else list(stemmers.values())

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

    def _by_name(self, codes: Iterable[str]) -> dict[str, Stemmer]:
        return {stemmer.language: stemmer for stemmer in map(self._stemmer, codes)}

    def _stemmer(self, code: str) -> Stemmer:
        """Return the stemmer of a language; a text whose language is not known is taken for English."""
        stemmed = STEMMED | ONLY_STEMMED if self._version >= _MORE_STEMMED else STEMMED
        name = self._language if self._language != AUTO else stemmed.get(code, "" if code else "english")
        if name not in self._stemmers:
            self._stemmers[name] = Stemmer(name, self._average_terms, auto=self._language == AUTO)
        return self._stemmers[name]


def _with_forms(vector: Mapping[int, float], text: str, version: int) -> Mapping[int, float]:
    """Add the normal forms that a text's words do not say already, each with the weight of a word that stands once."""
    found = {form_id(term) for term in terms_of(text, version)} - vector.keys()
    return {**vector, **dict.fromkeys(sorted(found), min(vector.values()))} if found and vector else vector


def _capitalised(text: str) -> frozenset[str]:
    """Return the words with a capital behind the first one, in lower case."""
    return frozenset(match[0].lower() for match in _CAPITAL.finditer(text) if text[: match.start()].strip())


def _stop_words(stemmers: Mapping[str, Stemmer]) -> dict[str, frozenset[str]]:
    return {name: stemmer.stop_words for name, stemmer in stemmers.items()}


def _ids(terms: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(term for term in terms if term is not None))
