"""Whether the passages that a sentence cites support it. Pure functions.

Nothing is hidden: a sentence that fails keeps its place and says what its passages lack. How often that is right, and
how often wrong, docs/quality.md says.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from functools import lru_cache, partial

from qa.answering.checking.competing import Clash
from qa.answering.checking.contradiction import clashes
from qa.answering.checking.cover import Cover, cover_of
from qa.answering.checking.derived import beside
from qa.answering.checking.fit import Text, text_of, words
from qa.answering.checking.lexicon import LANGUAGES, lexicon
from qa.answering.checking.nearness import Nearness
from qa.answering.checking.quantities import holds, unheld
from qa.answering.checking.tokens import Language, read
from qa.answering.prompt import markers, without_markers
from qa.text.calendar_words import MONTHS_EN
from qa.text.dates import read_day
from qa.text.language import STEMMED, foreign, language_of
from qa.text.names import roman_pattern
from qa.text.normal_forms import spelled_as
from qa.text.numerals import roman_names
from qa.text.sentences import Span, sentence_spans
from qa.text.terms import Word
from qa.text.values import days
from qa.text.words import SparseEmbedder
from qa.types import Citation, Hit, Place, Statement, Support

_NUMBER = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:[.,:/]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_DECIMAL = re.compile(r"(\d+)\.(\d*?)0*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\w'’-]+")
_POSSESSIVE = re.compile(r"['’]+s?$")
_LIST_NUMBER = re.compile(r"^\s*\d{1,3}[.)]\s+")
_CODES = {name: code for code, name in STEMMED.items()}
_NUMBERS = frozenset({"number", "year", "month", "day", "time", "ordinal"})
_DATES = frozenset({"month", "weekday"})
_MOST_REASONS = 3
# Sentences that people write are shorter; "(1(1(1…" of 4,000 characters took 10 s.
_LONGEST_COMPARED = 1_000
# Below this share of its words in the passages, a sentence says something else than they do, where the words can't be
# compared one by one; in another language than theirs a dictionary finds fewer.
_LEAST_COVER = 0.4
_LEAST_TRANSLATED = 0.3
# "Islamic" is "islamisch": names that are adapted begin alike.
_ADAPTED = 4


# "Here is an overview:" says nothing that a passage could hold; what has a number or a name in it may.
# Nor does what Markdown sets in between: a heading, a line of bold words in its place, a rule, a fence.
_SET_BETWEEN = re.compile(r"#{1,6}[ \t]+[^\d\n]*|\*\*[^\d\n*]{1,60}\*\*|[-*_](?:[ \t]*[-*_]){2,}|(?:```+|~~~+)[^\n`]*")
_LEAD_IN = re.compile(r"[\W_]*[^\W\d_]+(?:[ ,]+[^\W\d_A-ZÄÖÜ][^\W\d_]*){0,7}:")


def statements(
    text: str,
    hits: Sequence[Hit],
    *,
    reader: SparseEmbedder,
    answered: str = "",
    language: str = "english",
    nearness: Nearness | None = None,
) -> list[Statement]:
    """Cut an answer into sentences and check each against the passages that it cites.

    Args:
        text: The answer, with markers that all point at a passage.
        hits: The numbered passages, [1] first.
        reader: Compares the words.
        answered: Code of the answer's language, "" where nothing tells it.
        language: Of the documents, "auto" where each has its own.
        nearness: Decides where words leave it in doubt; what it lacks for that, it notes. None: words decide.
    """
    check = Check(reader, answered=answered, language=language, nearness=nearness)
    checked = []
    for sentence in _cited_sentences(text, answered or language):
        numbers = markers(sentence)
        plain = without_markers(sentence)
        if plain and (numbers or not _says_nothing(plain)):
            checked.append(check.statement(plain, [(number, hits[number - 1]) for number in numbers]))
    return checked


def _says_nothing(sentence: str) -> bool:
    """Tell whether a sentence without markers leads to others and claims nothing itself."""
    return bool(_LEAD_IN.fullmatch(sentence.strip("*_ ")) or _SET_BETWEEN.fullmatch(sentence))


def problem(
    sentence: str,
    passages: Sequence[Hit],
    *,
    reader: SparseEmbedder,
    answered: str = "",
    language: str = "english",
    nearness: Nearness | None = None,
) -> str:
    """Return what speaks against a sentence, in words for the reader; "" if the passages support it."""
    check = Check(reader, answered=answered, language=language, nearness=nearness)
    return check.statement(sentence, list(enumerate(passages, 1))).problem


class Check:
    """Checks sentences of one answer; each passage is read once.

    Of a sentence in another language than all of its passages the words are compared in translation; where no
    dictionary has any, its numbers alone are. What contradicts it is looked for in its own language.
    """

    def __init__(
        self,
        reader: SparseEmbedder,
        *,
        answered: str = "",
        language: str = "english",
        nearness: Nearness | None = None,
    ) -> None:
        """Take what compares words, the code of the answer's language ("" for unknown) and that of the documents.

        `nearness` decides what words leave in doubt.
        """
        self._reader = reader
        self._nearness = nearness
        self._answered = answered
        self._language = language
        self._read: dict[tuple[str, str], Text] = {}

    def statement(self, sentence: str, cited: Sequence[tuple[int, Hit]]) -> Statement:
        """Return a sentence, without markers, with what the passages that it cites say of it.

        Args:
            sentence: Any.
            cited: The passages with their numbers.
        """
        numbers = tuple(number for number, _ in cited)
        if not cited:
            return Statement(sentence, numbers, "no passage is cited", "without citation")
        # A day, number or code in another spelling says the same.
        searchable = "\n".join(_searchable(hit) for _, hit in cited)
        spelled = _in_their_numerals(spelled_as(sentence, searchable), searchable)
        missing, cover, least = self._lacking(spelled, [hit for _, hit in cited])
        plain = _LIST_NUMBER.sub("", spelled)
        language = self._shared(hit for _, hit in cited)
        against: list[Clash] = []
        enough = cover >= least
        if language:
            held = [self._text(hit.chunk.text, language) for _, hit in cited]
            enough = False
            for piece in _pieces(plain):
                said = text_of(piece, read(piece, language))
                against += self._clashes(said, held, cited, language)
                missing = _not_held([*missing, *_unheld_dates(said, held)], said, held) + unheld(said, held)
                own = cover_of(said, held)
                own = replace(own, share=max(own.share, cover))
                # What is marked anyway needs no vectors, which take longer than all else.
                marked = bool(against or missing)
                enough = enough or (
                    own.enough if marked else self._enough(own, piece, [hit for _, hit in cited], language)
                )
        places = tuple(dict.fromkeys(_place(clash, cited) for clash in against))
        missing = [word for word in missing if not any(word in clash.said for clash in against)]
        reasons = _worded(against)[:_MOST_REASONS]
        if missing:
            reasons.append(f"the cited passages do not hold {', '.join(dict.fromkeys(missing))}")
        support: Support = "contradicted" if against else "partly supported" if missing else "supported"
        if not enough:
            support = "not found"
            reasons = reasons or ["the cited passages say it in few of these words"]
        evidence = () if support == "not found" else self._evidence(sentence, cited)
        return Statement(sentence, numbers, "; ".join(reasons), support, evidence, places)

    def _enough(self, cover: Cover, sentence: str, hits: Sequence[Hit], language: Language) -> bool:
        """Tell whether passages speak of what a sentence says."""
        if self._nearness is None or not cover.in_doubt:
            return cover.enough
        cosine = self._nearness.of(sentence, [(hit.chunk.text, language.code) for hit in hits])
        return cover.enough if cosine is None else cover.enough_near(cosine)

    def _lacking(self, sentence: str, hits: Sequence[Hit]) -> tuple[list[str], float, float]:
        """Return the numbers and names that no passage holds, the share of words that one does, and the least share."""
        reader = self._reader
        texts = [_searchable(hit) for hit in hits]
        codes = [language_of(hit.chunk.metadata, self._language) for hit in hits]
        together = "\n".join(_with_dates(text) for text in texts)
        numbers = {value for number in _NUMBER.findall(together) for value in _values(number)}
        missing = [
            number for number in _NUMBER.findall(_LIST_NUMBER.sub("", sentence)) if not numbers & set(_values(number))
        ]
        languages = _languages(codes, self._answered)
        words = [word for word in reader.words(sentence, languages) if not word.is_form]
        elsewhere = foreign(self._answered, codes)
        readable = not elsewhere or any(word.translations for word in words)
        held = {term for text, code in zip(texts, codes, strict=True) for term in reader.held(text, code)}
        if readable and reader.capitals_name(sentence, languages):
            folded = _folded(together)
            joined = re.sub(r"[\s-]+", "", folded)
            for name in (_POSSESSIVE.sub("", found) for found in _NAME.findall(sentence)):
                own = [word for word in reader.words(name, languages) if not word.is_form]
                # Small words that begin with a capital are no names, and have no ids.
                known = _stands(_folded(name), folded, joined) or all(_holds(held, word) for word in own)
                if not known and not (elsewhere and _adapted(name, own, folded)):
                    missing.append(name)
        # "Henry VII" is not "Henry VIII", and "World War I" is not the second.
        for (start, end), word, number in roman_names(sentence):
            if not roman_pattern(word, number).search(together.casefold()):
                missing.append(sentence[start:end])
        least = _LEAST_TRANSLATED if elsewhere else _LEAST_COVER
        cover = sum(_holds(held, word) for word in words) / len(words) if readable and words else 1.0
        return missing, cover, least

    def _shared(self, hits: Iterable[Hit]) -> Language | None:
        """Return the language of a sentence and all of its passages, None where they differ or it is not known."""
        return shared_language(self._reader, hits, language=self._language, answered=self._answered)

    def _clashes(
        self, said: Text, held: Sequence[Text], cited: Sequence[tuple[int, Hit]], language: Language
    ) -> list[Clash]:
        """Return what the passages say otherwise, and neither their titles nor headings say."""
        above = "\n".join(dict.fromkeys(f"{hit.chunk.title}\n{hit.chunk.heading}" for _, hit in cited))
        stated = {token.text for token in self._text(above, language).tokens}
        return [clash for clash in clashes(said, held) if clash.kind == "polarity" or clash.said.lower() not in stated]

    def _text(self, text: str, language: Language) -> Text:
        key = (text, language.code)
        if key not in self._read:
            self._read[key] = text_of(text, read(text, language))
        return self._read[key]

    def _evidence(self, sentence: str, cited: Sequence[tuple[int, Hit]]) -> tuple[Place, ...]:
        """Return the sentence of each passage that shares most words with one that is checked."""
        found = []
        for number, hit in cited:
            code = language_of(hit.chunk.metadata, self._language)
            words = self._reader.words(sentence, _languages([code], self._answered))
            found += [Place(number, *span) for span in _supporting_spans(hit, [words], self._reader, code)]
        return tuple(found)


def citations(
    checked: Sequence[Statement],
    hits: Sequence[Hit],
    *,
    reader: SparseEmbedder,
    answered: str = "",
    language: str = "english",
) -> list[Citation]:
    """Return one citation per cited passage, in order of number, with the sentences in it that carry the answer."""
    cited = sorted({number for statement in checked for number in statement.citations})
    found = []
    for number in cited:
        hit = hits[number - 1]
        code = language_of(hit.chunk.metadata, language)
        said = [reader.words(item.text, _languages([code], answered)) for item in checked if number in item.citations]
        found.append(Citation(number, hit.chunk, _supporting_spans(hit, said, reader, code)))
    return found


def _supporting_spans(hit: Hit, said: Sequence[Sequence[Word]], reader: SparseEmbedder, code: str) -> tuple[Span, ...]:
    """Return the sentence of the passage that shares most words with each sentence of the answer."""
    spans = sentence_spans(hit.chunk.text, language=code)
    terms = [reader.held(hit.chunk.text[slice(*span)], code) for span in spans]
    found = set()
    for sentence in said:
        shared = [sum(_holds(held, word) for word in sentence) for held in terms]
        most = max(shared, default=0)
        if most:
            start, end = spans[shared.index(most)]
            found.add((hit.chunk.start + start, hit.chunk.start + end))
    return tuple(sorted(found))


def _holds(held: Set[int], word: Word) -> bool:
    return not held.isdisjoint((*word.forms, *word.said_by, *word.translations))


def _folded(text: str) -> str:
    """Return a text in small letters without accents, as names are compared."""
    if text.isascii():
        return text.casefold()
    return "".join(part for part in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(part))


def _in_their_numerals(sentence: str, passages: str) -> str:
    """Return a sentence with "World War Two" and "Henry the Eighth" as the passages write them, in Roman numerals."""
    named = {(word, number): passages[slice(*span)] for span, word, number in roman_names(passages)}
    for (word, number), name in named.items():
        for match in reversed(list(roman_pattern(word, number).finditer(sentence.lower()))):
            end = name[name.rindex(word) :] if match[0].startswith(word.lower()) else name
            sentence = f"{sentence[: match.start()]}{end}{sentence[match.end() :]}"
    return sentence


def _stands(name: str, folded: str, joined: str) -> bool:
    """Tell whether a name begins a word of a text, with its endings; glued to others where it has a hyphen or digits.

    "Ann" does not stand in "Anna", nor "Solar" in "Solaris": an ending has two letters at most and no "a", "o" or "i".
    """
    if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?:['’]?(?:e?[snm]|e|er))?(?![a-z0-9])", folded):
        return True
    return bool(re.search(r"[-\d]", name)) and re.sub(r"[\s-]+", "", name) in joined


def _adapted(name: str, words: Sequence[Word], folded: str) -> bool:
    """Tell whether a name may stand in another language: it begins alike there, or is a word that a dictionary has."""
    return _folded(name)[:_ADAPTED] in folded or all(word.translations for word in words)


def shared_language(
    reader: SparseEmbedder, hits: Iterable[Hit], *, language: str, answered: str = ""
) -> Language | None:
    """Return the language of an answer and of its passages, None where they differ or its words are not known."""
    codes = {_code(language_of(hit.chunk.metadata, language)) for hit in hits} - {""}
    code = _code(answered) or next(iter(codes), "en")
    return None if code not in LANGUAGES or codes - {code} else reading(reader, code)


@lru_cache(maxsize=8)
def reading(reader: SparseEmbedder, code: str) -> Language:
    """Return how to read the words of a language, by its code."""
    stem = partial(reader.stem, language=code)
    return Language(code, stem, partial(reader.is_small, language=code), code != "de", lexicon(code, stem))


def _pieces(sentence: str) -> list[str]:
    """Cut what a model wrote without a full stop where words end: the time to compare grows with the square."""
    pieces = []
    while len(sentence) > _LONGEST_COMPARED:
        at = sentence.rfind(" ", _LONGEST_COMPARED // 2, _LONGEST_COMPARED)
        at = at if at > 0 else _LONGEST_COMPARED
        pieces.append(sentence[:at])
        sentence = sentence[at:]
    return [*pieces, sentence]


def _unheld_dates(said: Text, held: Sequence[Text]) -> list[str]:
    """Return the days of the week and months that no passage holds; "before November" may be 31 October."""
    known = {token.key for text in held for token in text.tokens}
    return [
        words(said, token)
        for token in said.tokens
        if token.kind in _DATES and token.key not in known and not beside(said, token, held)
    ]


def _not_held(missing: Sequence[str], said: Text, held: Sequence[Text]) -> list[str]:
    """Drop the numbers that the passages hold in another way of writing, rounded, or as a difference."""
    numbers = [(words(said, token), token) for token in said.tokens if token.kind in _NUMBERS]
    ways = {way for way, _ in numbers if all(holds(said, token, held) for other, token in numbers if other == way)}
    bounds = {words(said, token) for token in said.tokens if beside(said, token, held)}
    return [
        number
        for number in missing
        if number not in bounds and not (number[0].isdecimal() and any(number in way for way in ways))
    ]


def _place(clash: Clash, cited: Sequence[tuple[int, Hit]]) -> Place:
    number, hit = cited[clash.passage]
    return Place(number, hit.chunk.start + clash.start, hit.chunk.start + clash.end)


def _worded(against: Sequence[Clash]) -> list[str]:
    """Say what the passages say instead, no more surely than that."""
    said: dict[str, list[str]] = {}
    for clash in against:
        said.setdefault(clash.held, []).append(f"“{clash.said}”")
    lacking = said.pop("", [])
    reasons = [
        f"the passage says “{held}” here"
        + (f", not {' or '.join(dict.fromkeys(instead))}" if "“”" not in instead else "")
        for held, instead in said.items()
    ]
    return reasons + [f"the passage says this without {' and '.join(dict.fromkeys(lacking))}"] * bool(lacking)


def _code(language: str) -> str:
    """Return a language's code by its code or English name."""
    return _CODES.get(language, language)


def _languages(codes: Sequence[str], answered: str) -> tuple[str, ...]:
    known = [answered] if answered in STEMMED else []
    return tuple(dict.fromkeys((*codes, *known)))


def _values(number: str) -> tuple[str, ...]:
    """Return a number as it stands and as it may stand elsewhere: 3,000 as 3000, 1.60 as 1.6, and 3.5 for 3,5."""
    plain = number.replace(",", ".")
    if _THOUSANDS.fullmatch(plain):
        return number, plain, plain.replace(".", "")
    if decimal := _DECIMAL.fullmatch(plain):
        return number, plain, f"{decimal[1]}.{decimal[2]}".rstrip(".")
    return number, plain


def _with_dates(text: str) -> str:
    """Return a text with each date such as 2021-05-03 in words too, as an answer will say it; 03/05/2021 is two."""
    places = {place for place, day in days(text) if day.year and day.day}
    stated = {
        day for start, end in places for first in (True, False) if (day := read_day(text[start:end], day_first=first))
    }
    return "\n".join((text, *(f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}" for day in sorted(stated))))


def _cited_sentences(text: str, language: str) -> list[str]:
    """Cut into sentences; markers that follow a full stop belong to the sentence before it."""
    moved = re.sub(r"([.!?])((?:\s*\[\d+\])+)", lambda m: "".join(m[2].split()) + m[1], text)
    return [moved[start:end] for start, end in sentence_spans(moved, language=language)]


def _searchable(hit: Hit) -> str:
    return f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}"
