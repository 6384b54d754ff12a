"""What Footnote itself says around what it quotes, in the language of the question. Pure functions.

A message is its own English text, as gettext has it, so that compiled catalogues can take the place of `GERMAN`: whole
sentences with named places, and a pair of forms where a count decides. A language without a catalogue reads English.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from qa.answering.saying.phrases_de import GERMAN
from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_DE, MONTHS_EN
from qa.text.language import by_small_words, likelihood

Forms = str | tuple[str, str]
_CATALOGUES: Mapping[str, Mapping[str, Forms]] = {"de": GERMAN}
# Short questions hold too few small words to count: how a German one begins tells it.
_GERMAN_START = lazy_regex(
    r"\W*(?:bitte |und |aber |oder )?(?:wie(?:viele?)?|welche[rsnm]?|darf|dürfen|muss|müssen|was|"
    r"wer|wen|wem|wann|wo|wofür|womit|wovon|worum|woher|warum|"
    r"wieso|in welche[rnm]|in wie|von wem|aus welche[rnm]|gibt|habe|haben|hast|hat|kommt|kommen|steht|stehen|"
    r"ist|sind|liste?|zeige?|nenne?|gib|finde|fasse?|vergleiche?|stelle?|erwähn\w+|zähle?|alle|kannst|könntest|"
    r"durchschnitt(?:lich\w*)?|anzahl|gesamt\w*|insgesamt|höchste\w*|niedrigste\w*|größte\w*|kleinste\w*|teuerste\w*|"
    r"letzte[rsnm]?|neueste[rsnm]?|älteste[rsnm]?|mittelwert|"
    r"sag|erkläre?|beschreibe?|summe|summiere|zusammenfassung|inhalt|laut|gemäß|und|aber|oder)\b",
    re.IGNORECASE,
)
# "Was the …" is English, "was steht …" is not. Of other words behind it their letters tell, and "-ed", which few German
# words have.
_ENGLISH_TOO = lazy_regex(
    r"\W*(?:(was)(?! (?:steht|sagt|ist|sind|hat|kann|muss|soll|darf|gilt|wird|kostet|regelt|schreibt|enthält|passiert|"
    r"bedeutet|fordert|verlangt)\b)|in|so|an|am|list)\b",
    re.IGNORECASE,
)
_ENGLISH_END = lazy_regex(r"\w[^\W_i]ed\W*$", re.IGNORECASE)
_ENGLISH_START = lazy_regex(
    r"\W*(?:what|which|who|where|when|how|is|are|do|does|did|list|show|give|find|compare|summari[sz]e|tell|any|the)\b",
    re.IGNORECASE,
)
_GERMAN_LETTER = lazy_regex(r"[äöüß]", re.IGNORECASE)
# Those letters are Turkish, Swedish, Hungarian and Finnish too: of 1,190 questions of xquad in Turkish 507 were taken
# for German. Their other letters tell, and else which letters follow which.
_OTHER_LETTER = lazy_regex(r"[^\W\d_a-zäöüß]", re.IGNORECASE)
_FEW_WORDS, _UNLIKELY = 3, 0.01
# Of 25 questions with "was" and few small words the German ones had 2.1 to 475 times the likelihood of English, the
# English ones at most 1.3 times that of German.
_MORE_LIKELY = 1.7


@dataclass(frozen=True, slots=True)
class Phrases:
    """Says messages in one language.

    Attributes:
        language: Its ISO 639-1 code.
    """

    language: str = "en"
    _catalogue: Mapping[str, Forms] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, message: str, /, **values: object) -> str:
        """Return a message with what belongs into its places; a whole number is written as the language does."""
        said = self._catalogue.get(message, message)
        return (said if isinstance(said, str) else said[0]).format(**self._written(values))

    def many(self, one: str, other: str, count: int, /, **values: object) -> str:
        """Return the message for a count, which fills the place {n} as well."""
        said = self._catalogue.get(one, (one, other))
        forms = (said, said) if isinstance(said, str) else said
        return forms[count != 1].format(**self._written({"n": count, **values}))

    def day(self, day: date) -> str:
        """Return a day as people write it."""
        return f"{self.month(day.month, day.day)} {day.year}"

    def month(self, month: int, day: int = 0) -> str:
        """Return a month, or a day of it, without a year."""
        name = (MONTHS_DE if self.language == "de" else MONTHS_EN)[month - 1]
        if not day:
            return name
        return f"{day}. {name}" if self.language == "de" else f"{day} {name}"

    def number(self, value: int) -> str:
        """Return a whole number with its thousands parted."""
        text = f"{value:,}"
        return text.replace(",", ".") if self.language == "de" else text

    def _written(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self.number(value) if type(value) is int else value for name, value in values.items()}


ENGLISH = Phrases()


def phrases(question: str) -> Phrases:
    """Return what speaks the language of a question: the German catalogue for a German one, else English."""
    code = _language(question)
    return Phrases(code, _CATALOGUES[code]) if code in _CATALOGUES else ENGLISH


def _language(question: str) -> str:
    code = by_small_words(question)
    if code:
        return code
    # "Was there a report?" begins as a German question may.
    starts = _GERMAN_START.match(question) and not _is_english(question)
    return "de" if starts or (not _ENGLISH_START.match(question) and _has_german_letters(question)) else "en"


def _is_english(question: str) -> bool:
    """Tell whether a question that begins as a German one is in English all the same."""
    begins = _ENGLISH_TOO.match(question)
    if not begins or not begins[1]:
        return bool(begins)
    return bool(_ENGLISH_END.search(question)) or likelihood(question, "de") <= _MORE_LIKELY * likelihood(
        question, "en"
    )


def _has_german_letters(question: str) -> bool:
    if not _GERMAN_LETTER.search(question) or _OTHER_LETTER.search(question):
        return False
    return len(question.split()) < _FEW_WORDS or likelihood(question, "de") >= _UNLIKELY
