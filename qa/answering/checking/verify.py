"""Whether the passages that a sentence cites support it. Pure functions.

Nothing is hidden: a sentence that fails keeps its place and says what its passages lack. How often that is right, and
how often wrong, docs/quality.md says.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from qa.answering.checking.competing import Clash
from qa.answering.checking.contradiction import clashes
from qa.answering.checking.cover import Cover, cover_of, lacking_spans
from qa.answering.checking.derived import beside
from qa.answering.checking.fit import Text, text_of, words
from qa.answering.checking.held_words import all_said, in_their_numerals, lacking
from qa.answering.checking.lexicon import LANGUAGES, lexicon
from qa.answering.checking.lists import unheld_items
from qa.answering.checking.nearness import Nearness
from qa.answering.checking.quantities import holds, unheld, unheld_money, unscaled
from qa.answering.checking.reading import read
from qa.answering.checking.silence import tells_silence
from qa.answering.checking.supporting import languages_of, supporting_spans
from qa.answering.checking.tokens import Language
from qa.answering.checking.valid import at_time
from qa.answering.writing.prompt import markers, without_markers
from qa.lazy_regex import lazy_regex
from qa.text.language import STEMMED, language_of
from qa.text.normal_forms import spelled_as
from qa.text.sentences import Span, sentence_spans
from qa.text.words import SparseEmbedder
from qa.types import Hit, Place, Statement, Support

_LIST_NUMBER = lazy_regex(r"^\s*\d{1,3}[.)]\s+")
_CODES = {name: code for code, name in STEMMED.items()}
_NUMBERS = frozenset({"number", "year", "month", "day", "time", "ordinal"})
_DATES = frozenset({"month", "weekday"})
_MOST_REASONS = 3
# Sentences that people write are shorter; "(1(1(1…" of 4,000 characters took 10 s.
_LONGEST_COMPARED = 1_000


# "Here is an overview:" says nothing that a passage could hold; what has a number or a name in it may.
# Nor does what Markdown sets in between: a heading, a line of bold words in its place, a rule, a fence.
_SET_BETWEEN = lazy_regex(r"#{1,6}[ \t]+[^\d\n]*|\*\*[^\d\n*]{1,60}\*\*|[-*_](?:[ \t]*[-*_]){2,}|(?:```+|~~~+)[^\n`]*")
_LEAD_IN = lazy_regex(r"[\W_]*[^\W\d_]+(?:[ ,]+[^\W\d_A-ZÄÖÜ][^\W\d_]*){0,7}:")


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
        searchable = "\n".join(all_said(hit) for _, hit in cited)
        spelled = in_their_numerals(spelled_as(sentence, searchable), searchable)
        missing, cover, least = lacking(
            spelled, [hit for _, hit in cited], self._reader, answered=self._answered, language=self._language
        )
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
                missing += [*unscaled(said, held), *unheld_money(said, held)]
                missing += [words(said, token) for token in unheld_items(said, held)]
                own = cover_of(said, held)
                own = replace(own, share=max(own.share, cover))
                # What is marked anyway needs no vectors, which take longer than all else.
                marked = bool(against or missing)
                enough = enough or (
                    own.enough
                    if marked
                    else self._enough(own, piece, [hit for _, hit in cited], language, lacking_spans(said, held))
                )
        if tells_silence(sentence, (hit.chunk.text for _, hit in cited)):
            enough, against, missing = False, [], []
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

    def _enough(
        self, cover: Cover, sentence: str, hits: Sequence[Hit], language: Language, spans: Sequence[Span]
    ) -> bool:
        """Tell whether passages speak of what a sentence says."""
        if self._nearness is None or not cover.in_doubt:
            return cover.enough
        near = self._nearness.of(sentence, [(hit.chunk.text, language.code) for hit in hits], spans)
        return cover.enough if near is None else cover.enough_near(near)

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
            words = self._reader.words(sentence, languages_of([code], self._answered))
            found += [Place(number, *span) for span in supporting_spans(hit, [words], self._reader, code)]
        return tuple(found)


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
    # "In May 2024" for what holds from January on.
    if (then := at_time(said, held)) and then.agrees:
        bounds |= {words(said, token) for token in said.tokens if token.kind in _DATES}
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


def _cited_sentences(text: str, language: str) -> list[str]:
    """Cut into sentences; markers that follow a full stop belong to the sentence before it."""
    moved = re.sub(r"([.!?])((?:\s*\[\d+\])+)", lambda m: "".join(m[2].split()) + m[1], text)
    return [moved[start:end] for start, end in sentence_spans(moved, language=language)]
