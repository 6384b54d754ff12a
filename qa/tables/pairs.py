"""One column compared with another in a question: "below their minimum", "over budget", "paid after the due date"."""

from collections.abc import Sequence

from qa.tables import phrases
from qa.tables.concepts import concept
from qa.tables.plan import Condition, Sign
from qa.tables.reading import Reading, require, take
from qa.tables.vocabulary import Name, alike
from qa.text.casing import word_set

# The names of what is compared with a bound, by the bound's own names.
_HELD: tuple[tuple[frozenset[str], frozenset[str]], ...] = (
    (
        word_set("minimum min mindestbestand mindestmenge reorder maximum max meldebestand"),
        word_set("stock quantity bestand menge hand lagerbestand count available vorrat lager"),
    ),
    (
        word_set("budget budgeted planned plan etat geplant estimate estimated"),
        word_set("spent actual cost costs ausgegeben ausgaben kosten ist expenses"),
    ),
    (word_set("target goal ziel soll"), word_set("actual result ist achieved erreicht sales")),
    (word_set("limit grenzwert"), word_set("value measured actual wert messwert reading")),
    (
        word_set("due deadline fällig fälligkeit frist"),
        word_set("paid returned delivered completed finished bezahlt zurück geliefert abgeschlossen"),
    ),
)
_SMALL = word_set("the their its his her a an own ihr ihre ihren ihrem seinem seinen dem der den das unter date datum")
_LATE: dict[str, Sign] = {"late": ">", "verspätet": ">"}
_MOST_BETWEEN = 4


def find_pairs(reading: Reading) -> None:
    """Find a comparison whose second side is a column, and the column that is held against it."""
    lows = [word.low for word in reading.words]
    for at in range(len(lows)):
        for size in (3, 2, 1):
            sign = phrases.COMPARISONS.get(tuple(lows[at : at + size]))
            if sign is None or sign == "=" or any(word.role for word in reading.words[at : at + size]):
                continue
            after = at + size
            while after < len(lows) and lows[after] in _SMALL and after < at + size + _MOST_BETWEEN:
                after += 1
            if (pair := _pair(reading, after)) is not None:
                bound, end, held = pair
                take(reading, at, after, "arithmetic")
                take(reading, after, end, "bound", bound)
                require(reading, at, Condition(held, sign, other=bound))  # type: ignore[arg-type]
                _take_held(reading, held)
                _explain_late(reading)
                return
            break


def _pair(reading: Reading, at: int) -> tuple[int, int, int] | None:
    """Return the bound's column whose name begins at a place, where the name ends, and what is held against it."""
    columns = reading.vocabulary.table.columns
    best: tuple[int, int] | None = None
    for place, names in enumerate(reading.vocabulary.headers):
        if columns[place].kind == "text":
            continue
        needed = [name for name in names if name.is_needed] or list(names)
        end = at
        while end < len(reading.words) and not reading.words[end].role and _is_of(reading, end, needed):
            end += 1
        if end > at and (best is None or end > best[1]) and _bounds(names):
            best = place, end
    if best is None:
        return None
    held = _held_against(reading, best[0])
    return (best[0], best[1], held) if held is not None else None


def _is_of(reading: Reading, at: int, names: Sequence[Name]) -> bool:
    word = reading.words[at]
    return any(alike(word.low, word.stems, name) for name in names)


def _bounds(names: Sequence[Name]) -> frozenset[str]:
    """Return the names of a column that is compared with one of these names; none where that is not a bound."""
    for bounds, held in _HELD:
        if any(_means(name.text, bounds) for name in names):
            return held
    return frozenset()


def _means(text: str, words: frozenset[str]) -> bool:
    return text in words or (bool(concept(text)) and any(concept(text) == concept(word) for word in words))


def _held_against(reading: Reading, bound: int) -> int | None:
    headers, columns = reading.vocabulary.headers, reading.vocabulary.table.columns
    words = _bounds(headers[bound])
    places = [place for place in range(len(headers)) if place != bound and columns[place].kind == columns[bound].kind]
    places = [place for place in places if not _bounds(headers[place])]
    called = [place for place in places if any(_means(name.text, words) for name in headers[place])]
    said = [place for place in called if any(_is_of(reading, at, headers[place]) for at in range(len(reading.words)))]
    for found in (said, called):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _take_held(reading: Reading, held: int) -> None:
    names = reading.vocabulary.headers[held]
    for at, word in enumerate(reading.words):
        if not word.role and any(alike(word.low, word.stems, name) for name in names if name.is_needed):
            take(reading, at, at + 1, "bound", held)


def _explain_late(reading: Reading) -> None:
    for word in reading.words:
        if not word.role and (word.low in _LATE or word.low in ("currently", "already", "derzeit", "bereits")):
            word.role = "arithmetic"
