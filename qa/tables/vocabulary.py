"""The words of a table: of its columns, of its cells, and of its name. Pure functions."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache

from qa.lazy_regex import lazy_regex
from qa.tables.concepts import concept, same_thing
from qa.tables.plan import ReadTable
from qa.tables.values import folded, is_currency
from qa.text.casing import word_set

# Returns what a word has in common with its other forms; nothing for a word that says nothing by itself.
Stem = Callable[[str], frozenset[int]]


@dataclass(frozen=True, eq=False)
class Words:
    """What is known of the words of questions and of one table.

    Attributes:
        stem: Stems a word in the languages of both.
        own: Stems a word in the table's own language.
        stop_words: Those of the question's language.
        is_known: Tells whether any document holds a word; one that does is not a slip of the pen.
        is_foreign: Whether the question is in another language than the table.
    """

    stem: Stem
    own: Stem
    stop_words: Set[str] = frozenset()
    is_known: Callable[[str], bool] = lambda _word: False
    is_foreign: bool = False


WORD = lazy_regex(r"\d+(?:[.,]\d+)+|\d+(?=[^\W\d_])|[^\W_]+|[%°€$£]")
_CAMEL = lazy_regex(r"(?<=[a-zäöüß]{2})(?=[A-ZÄÖÜ])")
# Cells of a column with more different ones than this are found whole, not by their words.
_MOST_VALUES = 5_000
_LONGEST_VALUE = 12
_LEAST_PREFIX = 5
_LEAST_OTHER_HALF = 4


# Words of a header that no question needs to say.
FILLERS = word_set("no nr number id code the of in to per and der die das von in zu und date datum")
UNITS = word_set(
    "m km cm mm kg g t kw mw gw kwh mwh gwh v kv a h hr hrs min s c percent % gbp eur usd chf l ml bar kn nm mwh "
    "m2 m3 km2 ha qm sqm prozent euro euros pounds dollars € $ £"
)
CURRENCIES = word_set("gbp eur usd chf euro euros pounds dollars € $ £")
# "Amount of men", "Menge an Regen".
_OF_THINGS = lazy_regex(r"\b(?:amount|quantity) of (?!money|the (?:bill|invoice))|\bmenge\b", re.IGNORECASE)
# Columns that say what money went to.
_FOR_WHAT = word_set("what for purpose payee zweck verwendungszweck empfänger wofür was")
_RATES = word_set("rate rates satz sätze")
# What a question asks about a thing, and what columns call it.
KINSHIP: dict[str, frozenset[str]] = {
    kin: word_set(names)
    for kin, names in {
        "depth": "depth tiefe wassertiefe",
        "length": "length duration hours days months minutes stopped länge dauer stunden tage monate minuten",
        "height": "height höhe",
        "weight": "weight mass kg gewicht masse",
        "price": "price cost costs rent fee amount salary wage spent value gbp eur usd chf preis kosten miete gebühr "
        "betrag einzelpreis gehalt lohn wert ausgabe ausgaben expense expenses premium fare tariff toll charge prämie "
        "beitrag tarif tagessatz stundensatz",
        "temperature": "temperature temp temperatur",
        "power": "power kw mw leistung",
        "speed": "speed knots geschwindigkeit",
        "stock": "stock quantity qty hand bestand menge lager lagerbestand stückzahl vorrat",
        "supplier": "supplier vendor provider lieferant anbieter",
    }.items()
}
# Those of these words that mean it by themselves, not as a unit of it.
_FIRST_KIN = word_set("depth tiefe length duration länge dauer price preis cost kosten power leistung stock bestand")


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a column's header."""

    text: str
    stems: frozenset[int]

    @property
    def is_needed(self) -> bool:
        """Whether a question that means the column says it."""
        return self.text not in FILLERS and self.text not in UNITS


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What may be said of one table.

    Attributes:
        table: The table.
        headers: The words of each column's name.
        names: Words of the table's file, title and sheet.
        values: By the words of a whole cell, the columns that hold it and its spelling there.
        words: By a word in cells of text columns, the columns that hold it and its spelling there.
        longest: The number of words in the longest cell of `values`.
        forms: All of the table's words in lower case.
        stems: What these have in common with their other forms.
        beginnings: How the words of columns and names begin.
        concepts: What the words of columns and names name, as `qa.tables.concepts` counts it.
    """

    table: ReadTable
    headers: tuple[tuple[Name, ...], ...]
    names: tuple[Name, ...]
    values: dict[tuple[str, ...], dict[int, str]]
    words: dict[str, dict[int, str]]
    longest: int
    forms: frozenset[str] = frozenset()
    stems: frozenset[int] = frozenset()
    beginnings: frozenset[str] = frozenset()
    concepts: frozenset[int] = frozenset()


def vocabulary(table: ReadTable, words_known: Words) -> Vocabulary:
    """Return the words of a table."""
    stem, own = cache(words_known.stem), cache(words_known.own)
    stored = table.stored
    headers = tuple(
        (*_names(header, stem), *_priced(table, place, header, stem)) for place, header in enumerate(stored.columns)
    )
    # The extension too: "the total in expenses.csv".
    file = stored.source.rpartition("/")[2]
    names = tuple(_names(f"{stored.title} {stored.sheet} {file}", stem))
    values: dict[tuple[str, ...], dict[int, str]] = {}
    words: dict[str, dict[int, str]] = {}
    forms: set[str] = set()
    for place, column in enumerate(table.columns):
        distinct = dict.fromkeys(text for text in column.texts if text)
        for text in distinct:
            tokens = tokens_of(text)
            forms.update(tokens)
            # A cell of signs alone, "–" or "***", has no words.
            if 0 < len(tokens) <= _LONGEST_VALUE:
                values.setdefault(key(tokens, own, by_stem=len(distinct) <= _MOST_VALUES), {})[place] = text
            if column.kind == "text" and len(distinct) <= _MOST_VALUES:
                for token in tokens:
                    if own(token):
                        words.setdefault(key([token], own)[0], {}).setdefault(place, folded(token))
    said = [name for column in (*headers, names) for name in column]
    stems = {item for form in forms if len(forms) <= _MOST_VALUES for item in own(form)}
    return Vocabulary(
        table,
        headers,
        names,
        values,
        words,
        max(map(len, values), default=0),
        frozenset(forms),
        frozenset(stems).union(*(name.stems for name in said)),
        frozenset(name.text[:_LEAST_PREFIX] for name in said),
        frozenset(map(concept, (name.text for name in said))) - {0},
    )


def _priced(table: ReadTable, place: int, header: str, stem: Stem) -> Iterator[Name]:
    """Yield a currency for a rate whose cells have one, as if its header said it: a birth rate is no price."""
    if not _RATES.isdisjoint(tokens_of(header)) and is_currency(table.columns[place].unit):
        yield from _names("eur", stem)


def called(known: Vocabulary) -> Iterator[Name]:
    """Yield the words of a table's columns and of its name."""
    for names in (*known.headers, known.names):
        yield from names


def is_ledger(vocabulary: Vocabulary) -> bool:
    """Tell whether a table lists what was spent or taken, and when, even if it does not say so."""
    table = vocabulary.table
    said = {concept(name.text) for names in vocabulary.headers for name in names} - {0}
    money = [at for at, names in enumerate(vocabulary.headers) if _is_of_money(table, at, names)]
    for_what = not said.isdisjoint(map(concept, ("category", "merchant", "payment", "description"))) or any(
        name.text in _FOR_WHAT for names in vocabulary.headers for name in names
    )
    return any(column.kind == "date" for column in table.columns) and len(money) == 1 and for_what


def _is_of_money(table: ReadTable, place: int, names: Sequence[Name]) -> bool:
    """Tell whether a column is called after an amount, or by its currency alone; "Amount (mm)" is no money."""
    column = table.columns[place]
    if concept("amount") in map(concept, (name.text for name in names)):
        return (not column.unit or is_currency(column.unit)) and not _OF_THINGS.search(table.labels[place])
    return column.kind == "number" and is_called_by_currency(names)


def is_called_by_currency(names: Sequence[Name]) -> bool:
    """Tell whether a column's name is that of a currency and nothing else: "GBP"."""
    return bool(names) and all(name.text in CURRENCIES for name in names)


def tokens_of(text: str) -> list[str]:
    """Return the words of a text in lower case: "NV-45 2.2kW" as "nv", "45", "2.2", "kw"."""
    return [token.casefold() for token in spelled(text)]


def spelled(text: str) -> list[str]:
    """Return the words of a text as they are written."""
    return WORD.findall(unicodedata.normalize("NFKC", text))


def key(tokens: Sequence[str], stem: Stem, *, by_stem: bool = True) -> tuple[str, ...]:
    """Return words for comparison, whatever their endings."""
    return tuple(_form(token, stem) if by_stem else token for token in tokens)


def is_of(word: str, stems: frozenset[int], known: Vocabulary) -> bool:
    """Tell whether a word may be one of a table's, in whatever form."""
    return (
        word in known.forms
        or not stems.isdisjoint(known.stems)
        or word[:_LEAST_PREFIX] in known.beginnings
        or concept(word) in known.concepts
    )


def same(word: str, stems: frozenset[int], name: Name) -> bool:
    """Tell whether a question's word is a header's, in whatever form."""
    return word == name.text or not stems.isdisjoint(name.stems)


def alike(word: str, stems: frozenset[int], name: Name) -> bool:
    """Tell whether a question's word means a header's: the same, a synonym, or one that begins so ("supplies")."""
    if same(word, stems, name) or same_thing(word, name.text):
        return True
    if len(word) >= _LEAST_PREFIX and len(name.text) >= len(word) + _LEAST_OTHER_HALF:
        # A German compound: "Strom" of "Stromverbrauch", "Verbrauch" too.
        return name.text.startswith(word) or name.text.endswith(
            (word, *(word.removesuffix(ending) for ending in ("s", "te", "t")))
        )
    shared = _shared(word, name.text)
    return shared >= _LEAST_PREFIX and shared >= max(len(word), len(name.text)) - 3


def mistyped(word: str, name: str) -> bool:
    """Tell whether words of five letters or more differ by a letter added, left out or replaced, or two exchanged."""
    if min(len(word), len(name)) < _LEAST_PREFIX or abs(len(word) - len(name)) > 1 or word == name:
        return False
    first = _shared(word, name)
    last = _shared(word[::-1], name[::-1])
    if first + last >= max(len(word), len(name)) - 1:
        return True
    exchanged = len(word) == len(name) and first + last == len(word) - 2
    return exchanged and word[first] == name[first + 1] and word[first + 1] == name[first]


def _form(token: str, stem: Stem) -> str:
    stems = stem(token) if not token[:1].isdecimal() else frozenset()
    return str(min(stems)) if stems else token


def _names(text: str, stem: Stem) -> Iterator[Name]:
    for token in tokens_of(_CAMEL.sub(" ", text).replace("_", " ")):
        yield Name(token, stem(token))


def _shared(word: str, other: str) -> int:
    count = 0
    for one, two in zip(word, other, strict=False):
        if one != two:
            break
        count += 1
    return count


def kin(names: Iterable[Name], kind: str) -> bool:
    """Tell whether one of the words for a kind of thing names a column ("price": "cost", "GBP")."""
    return any(name.text in KINSHIP.get(kind, ()) for name in names)


def first_kin(names: Iterable[Name], kind: str) -> bool:
    """Tell whether a word that means only this kind of thing names a column ("duration", not "months")."""
    return any(name.text in KINSHIP.get(kind, ()) and name.text in _FIRST_KIN for name in names)
