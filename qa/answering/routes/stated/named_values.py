"""A value that a document states under a name: its rent, notice period or mileage. Pure functions.

Which words mean a name, in either language, the caller's `Words` and the concepts of tables know.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from qa.answering.remarks.caution import asks_something
from qa.answering.routes.stated.stated import Stated
from qa.lazy_regex import lazy_regex
from qa.tables.vocabulary import WORD, Name, Words, alike
from qa.text.bounds_said import is_exact
from qa.text.language import language_of
from qa.text.measured import Measured, measured, per, scaled
from qa.text.reading import by_field, read_sentences
from qa.types import Chunk

# Names of two words of which the other language makes one.
_COMPOUNDS = (
    ("notice period", "kündigungsfrist"), ("notice", "kündigungsfrist"), ("annual leave", "urlaub jahresurlaub"),
    ("annual premium", "jahresbeitrag jahresprämie"), ("sum insured", "versicherungssumme deckungssumme"),
    ("cover", "deckungssumme versicherungssumme"), ("course fee", "kursgebühr teilnahme"),
    ("delivery time", "lieferzeit lieferfrist"), ("service charges", "nebenkosten"),
    ("participation fee", "teilnahmegebühr"),
)  # fmt: skip
_MONEY = lazy_regex(
    r"\b(?:rents?|prices?|costs?|fees?|charges?|deposits?|amounts?|salar(?:y|ies)|wages?|premiums?|excess(?:es)?|"
    r"deductibles?|sums?|totals?|payments?|budgets?|\w*(?:miete|mieten|preise?|kosten|gebühr(?:en)?|kaution(?:en)?|"
    r"beträge?|betrag|gehalt|gehälter|löhne?|prämien?|beiträge?|beitrag|selbstbeteiligung(?:en)?|summen?|zahlung(?:en)?))\b",
    re.IGNORECASE,
)
_TIME = lazy_regex(
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
# What is said in words without a digit: "three months", "four per cent".
_WORDED = lazy_regex(rf"{_TIME.pattern}|rates?\b|share|interest|\w*(?:zins|zinsen|satz|anteil)\b", re.IGNORECASE)
# "Rent increase", "three months' rent" and "former salary" are other values than the rent and the salary.
_OF_ANOTHER = lazy_regex(
    r"[\s-]*(?:increases?|rises?|reductions?|reviews?|adjustments?|arrears|deposits?|per (?:hour|unit|piece)|"
    r"erhöhung|minderung|rückstand|pro (?:stunde|stück)|je (?:stunde|stück))\b",
    re.IGNORECASE,
)
_FRONT = lazy_regex(
    r"(?:months?['’]?s?|weeks?['’]?|former|previous|old|earlier|last|unit|hourly|monatsmieten?|"
    r"frühere[rsn]?|bisherige[rsn]?|alte[rsn]?|letzte[rsn]?) $",
    re.IGNORECASE,
)
_PAST = lazy_regex(
    r"\b(?:was|were|formerly|previously|used to|until recently|betrug|betrugen|war|waren|früher|bisher|zuvor)\b",
    re.IGNORECASE,
)
_NOW = lazy_regex(
    r"\b(?:now|currently|today|since|as (?:of|from)|nunmehr|jetzt|heute|derzeit|seit|ab)\b", re.IGNORECASE
)
_DIRECT = lazy_regex(
    r"[\s:=()|]*(?:(?:is|are|was|were|be|of|at|to|amounts? to|comes to|currently|now|about|around|in|a|an|per|each|the|"
    r"month|monthly|year|yearly|annual|annually|gross|net|beträgt|betragen|betrug|ist|sind|war|von|in höhe|liegt|bei|"
    r"derzeit|jetzt|seit|monatlich|jährlich|im|pro|monat|jahr|rund|etwa|brutto|netto|must|not|exceed|between|from|up|"
    r"most|least|zwischen|ab|bis|zu|höchstens|mindestens)[\s:=]+)*",
    re.IGNORECASE,
)
_BETWEEN = lazy_regex(
    r"\W*(?:(?:of|in|as|the|a|an|per|month|monthly|annual|annually|year|gross|net|is|are|an|als|der|die|pro|monat|jahr|"
    r"monatlich|jährlich|brutto|netto)\b\W*){0,3}",
    re.IGNORECASE,
)


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
    return any(True for _ in _places(name, text))


def value_named(name: ValueName, chunks: Iterable[Chunk], *, language: str) -> Stated | None:
    """Return what a document states under a name, None where it states nothing so.

    What says most of the name wins, then what says it of now, the earliest of several. Its value is None where such
    sentences differ, or where a range or a bound is stated: no one value is the document's.
    """
    held = [found for chunk in chunks for found in _in_chunk(name, chunk, language)]
    if not held:
        return None
    best = min(found.rank for found in held)
    alike_ones = [found for found in held if found.rank == best]
    first = alike_ones[0]
    if first.is_direct and len({found.amount for found in alike_ones}) > 1:
        now = [found for found in alike_ones if _NOW.search(found.stated.sentence)]
        first = now[0] if len({found.amount for found in now}) == 1 else replace(first, is_exact=False)
    return first.stated if first.is_exact else replace(first.stated, value=None, is_unclear=True)


@dataclass(frozen=True, slots=True)
class _Held:
    """A number under a name at one place: how surely it is the value, whether it follows at once, and is no bound."""

    rank: tuple[int, bool, bool]
    is_direct: bool
    is_exact: bool
    stated: Stated

    @property
    def amount(self) -> tuple[Decimal, str]:
        """What it can be compared by."""
        assert isinstance(self.stated.value, Decimal)
        return scaled(self.stated.value, self.stated.unit)


def _in_chunk(name: ValueName, chunk: Chunk, language: str) -> Iterator[_Held]:
    if chunk.metadata.get("rows"):
        # A sheet's rows are many things, and no one of them is the document.
        return
    for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
        for one in () if asks_something(sentence.text) else by_field(chunk.text, sentence):
            for lacking, is_direct, is_past, found in _in_sentence(name, one.text):
                time = per(one.text) if found.kind == "money" else ""
                place = (chunk, chunk.start + one.start, chunk.start + one.end)
                unit = f"{found.unit} {time}".strip()
                stated = Stated(found.value, found.written, one.text, *place, unit=unit)
                exact = is_exact(one.text, found.start, found.end, is_sum=found.kind == "money")
                yield _Held((lacking, not is_direct, is_past), is_direct, exact, stated)


def _in_sentence(name: ValueName, text: str) -> Iterator[tuple[int, bool, bool, Measured]]:
    """Yield how little of a name a sentence says, 0 for all of it, and the number that it states under it.

    Beside it whether the number follows at once, and whether it is one that was.
    """
    if not any(mark.isdecimal() for mark in text) and not _WORDED.search(name.said):
        return
    places = list(_places(name, text))
    fitting = [one for one in measured(text) if _fits(name.said, one)] if places else []
    for number, (lacking, start, end) in enumerate(places):
        front = _FRONT.search(text[:start])
        if _OF_ANOTHER.match(text, end) or (front and front[0].strip().casefold() not in name.said.casefold()):
            continue
        until = places[number + 1][1] if number + 1 < len(places) else len(text)
        behind = [one for one in fitting if end <= one.start <= min(end + _FARTHEST, until)]
        before = [one for one in fitting if one.end <= start and _BETWEEN.fullmatch(text[one.end : start])]
        chosen = behind[0] if behind else before[-1] if before else None
        if chosen:
            is_direct = not behind or bool(_DIRECT.fullmatch(text[end : chosen.start]))
            yield lacking, is_direct, bool(_PAST.search(text[max(0, start - 20) : chosen.start])), chosen


def _fits(said: str, found: Measured) -> bool:
    if _MONEY.search(said):
        return found.kind == "money"
    if _TIME.search(said):
        return found.kind == "duration"
    return not re.fullmatch(r"(?:1\d|20)\d\d", found.written)


def _places(name: ValueName, text: str) -> Iterator[tuple[int, int, int]]:
    """Yield how many small words of a name a text lacks, and where its noun begins and ends, each time."""
    tokens = [(match[0].casefold(), match.start(), match.end()) for match in WORD.finditer(text)]
    others = [token for token in tokens if any(token[0].startswith(other) for other in name.others)]
    if others:
        yield from ((0, start, end) for _, start, end in others)
        return
    *front, noun = name.words
    found = [token for token in tokens if _is(noun, token[0], name.known)]
    lacking = [word for word in front if not any(_is(word, low, name.known) for low, _, _ in tokens)] if found else []
    if any(low not in _SMALL_MODIFIERS for low, _ in lacking):
        return
    yield from ((len(lacking), start, end) for _, start, end in found)


def _is(word: tuple[str, frozenset[int]], low: str, known: Words) -> bool:
    """Tell whether a word of a document means one of a name, in whatever form or language."""
    return alike(word[0], word[1], Name(low, known.own(low)))
