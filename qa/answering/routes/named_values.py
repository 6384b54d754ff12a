"""A value that a document states under a name: its rent, notice period or mileage. Pure functions.

Which words mean a name, in either language, the caller's `Words` and the concepts of tables know.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.answering.caution import asks_something
from qa.answering.routes.stated import Stated
from qa.tables.vocabulary import WORD, Name, Words, alike
from qa.text.language import language_of
from qa.text.measured import Measured, measured, per
from qa.text.reading import read_sentences
from qa.types import Chunk

# Names of two words of which the other language makes one.
_COMPOUNDS = (
    ("notice period", "kündigungsfrist"), ("notice", "kündigungsfrist"), ("annual leave", "urlaub jahresurlaub"),
    ("annual premium", "jahresbeitrag jahresprämie"), ("sum insured", "versicherungssumme deckungssumme"),
    ("cover", "deckungssumme versicherungssumme"), ("course fee", "kursgebühr teilnahme"),
    ("delivery time", "lieferzeit lieferfrist"), ("service charges", "nebenkosten"),
    ("participation fee", "teilnahmegebühr"),
)  # fmt: skip
_MONEY = re.compile(
    r"\b(?:rents?|prices?|costs?|fees?|charges?|deposits?|amounts?|salar(?:y|ies)|wages?|premiums?|excess(?:es)?|"
    r"deductibles?|sums?|totals?|payments?|budgets?|\w*(?:miete|mieten|preise?|kosten|gebühr(?:en)?|kaution(?:en)?|"
    r"beträge?|betrag|gehalt|gehälter|löhne?|prämien?|beiträge?|beitrag|selbstbeteiligung(?:en)?|summen?|zahlung(?:en)?))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:period|term|duration|time|leave|notice|\w*(?:frist|dauer|laufzeit|lieferzeit|urlaub))\b", re.IGNORECASE
)
_SMALL_MODIFIERS = frozenset(
    re.findall(
        r"\w+",
        "monthly annual yearly total overall current own stated agreed monatliche monatlichen jährliche jährlichen "
        "gesamte gesamten vereinbarte aktuelle",
    )
)
_FARTHEST = 90


@dataclass(frozen=True, slots=True, eq=False)
class ValueName:
    """What a value is called.

    Attributes:
        said: As the question says it.
        words: Of it that say something, each with its stems; the last is the noun.
        others: Words of the other language that mean all of it.
        known: What is known of the words of question and documents.
    """

    said: str
    words: tuple[tuple[str, frozenset[int]], ...]
    others: tuple[str, ...]
    known: Words


def value_name(said: str, known: Words) -> ValueName | None:
    """Return the name of a value in a question's words; None where they say none."""
    low = " ".join(said.casefold().split())
    words = tuple((match[0], known.stem(match[0])) for match in WORD.finditer(low) if match[0] not in known.stop_words)
    if not words:
        return None
    others = [word for front, behind in _COMPOUNDS for word in behind.split() if low in (front, f"{front}s")]
    others += [front for front, behind in _COMPOUNDS if low in behind.split()]
    return ValueName(said, words, tuple(others), known)


def says(name: ValueName, text: str) -> bool:
    """Tell whether a text holds the words of a name, in whatever form or language."""
    return _places(name, text) is not None


def value_named(name: ValueName, chunks: Iterable[Chunk], *, language: str) -> Stated | None:
    """Return what a document states under a name, None where it states nothing so.

    The sentence that says most of the name wins, the earliest of several.
    """
    best: tuple[int, Stated] | None = None
    for chunk in chunks:
        if chunk.metadata.get("rows"):
            # A sheet's rows are many things, and no one of them is the document.
            continue
        for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
            found = None if asks_something(sentence.text) else _in_sentence(name, sentence.text)
            if found and (best is None or found[0] < best[0]):
                quantity = found[1]
                time = per(sentence.text) if quantity.kind == "money" else ""
                place = (chunk, chunk.start + sentence.start, chunk.start + sentence.end)
                unit = f"{quantity.unit} {time}".strip()
                best = found[0], Stated(quantity.value, quantity.written, sentence.text, *place, unit=unit)
    return best[1] if best else None


def _in_sentence(name: ValueName, text: str) -> tuple[int, Measured] | None:
    """Return how little of a name a sentence says, 0 for all of it, and the number that it states under it."""
    if not any(mark.isdecimal() for mark in text) and not _TIME.search(name.said):
        return None
    places = _places(name, text)
    if places is None:
        return None
    lacking, start, end = places
    fitting = [one for one in measured(text) if _fits(name.said, one)]
    behind = [one for one in fitting if end <= one.start <= end + _FARTHEST]
    before = [one for one in fitting if one.end <= start and start - one.end <= _FARTHEST // 3]
    chosen = behind[0] if behind else before[-1] if before else None
    return (lacking, chosen) if chosen else None


def _fits(said: str, found: Measured) -> bool:
    if _MONEY.search(said):
        return found.kind == "money"
    if _TIME.search(said):
        return found.kind == "duration"
    return not re.fullmatch(r"(?:1\d|20)\d\d", found.written)


def _places(name: ValueName, text: str) -> tuple[int, int, int] | None:
    """Return how many small words of a name a text lacks, and where its noun begins and ends."""
    tokens = [(match[0].casefold(), match.start(), match.end()) for match in WORD.finditer(text)]
    for low, start, end in tokens:
        if any(low.startswith(other) for other in name.others):
            return 0, start, end
    *front, noun = name.words
    found = next((token for token in tokens if _is(noun, token[0], name.known)), None)
    if found is None:
        return None
    lacking = [word for word in front if not any(_is(word, low, name.known) for low, _, _ in tokens)]
    if any(low not in _SMALL_MODIFIERS for low, _ in lacking):
        return None
    return len(lacking), found[1], found[2]


def _is(word: tuple[str, frozenset[int]], low: str, known: Words) -> bool:
    """Tell whether a word of a document means one of a name, in whatever form or language."""
    return alike(word[0], word[1], Name(low, known.own(low)))
