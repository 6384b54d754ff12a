"""Columns of yes and no in a question: "have not paid", "unfinished", "without water". Pure functions.

Such a column is a property of its rows. A question names the property, and none of its cells.
"""

from qa.tables import phrases
from qa.tables.plan import Condition
from qa.tables.reading import Reading, require, take
from qa.tables.values import Column, folded
from qa.tables.vocabulary import alike
from qa.text.casing import word_set

_YES = word_set("yes y ja j true wahr x ✓ ✔ ☑")
_NO = word_set("no n nein false falsch - – ✗ ☐")
_REACH = 5  # words between a negation and what it is about
_LEAST = 4
_OPPOSITES = ("un", "in", "non", "nicht")
HAVING = word_set(
    "need needs needed require requires required involve involves involved include includes included "
    "brauchen braucht brauchte brauchten benötigen benötigt benötigte benötigten"
)
"""Verbs that say no more than that a row has what follows them, if that is a property of the table."""
_ARTICLES = word_set("a an the any ein eine einen der die das den")
# What "without a tenant" says already.
_EMPTY = word_set("vacant empty unoccupied unlet leer frei unbesetzt leerstehend")
# They say that something has not changed, or has by now; the property itself says which.
_SO_FAR = word_set("still yet already now currently noch schon bereits derzeit aktuell")


def yes_of(column: Column) -> tuple[str, ...]:
    """Return what a column of yes and no has for yes, folded; nothing for any other column."""
    distinct = {folded(text) for text in column.texts if text}
    if not distinct or not distinct <= _YES | _NO or not distinct & _YES:
        return ()
    # A column of crosses alone says no by a blank.
    return tuple(sorted(distinct & _YES))


def is_flag(reading: Reading, place: int | None) -> bool:
    """Tell whether a column says yes or no."""
    return place is not None and bool(yes_of(reading.vocabulary.table.columns[place]))


def find_flags(reading: Reading) -> None:
    """Find the properties that the question names, and which way round."""
    flags = {place: yes for place, column in enumerate(reading.vocabulary.table.columns) if (yes := yes_of(column))}
    for place, yes in flags.items():
        names = [name for name in reading.vocabulary.headers[place] if name.is_needed]
        found: dict[int, bool] = {}
        for at, word in enumerate(reading.words):
            if word.role:
                continue
            opposite = _without_prefix(word.low)
            if any(alike(word.low, word.stems, name) for name in names):
                found[at] = True
            elif opposite and any(alike(opposite, reading.known.stem(opposite), name) for name in names):
                found[at] = False
        held = {name.text for name in names if any(_says(reading, at, name) for at in found)}
        if not found or 2 * len(held) < len(names):
            continue
        first = min(found)
        # "Wer hat den Beitrag nicht bezahlt": it may stand between two words of the property.
        negation = max((at for at in reading.negated if first - _REACH <= at < max(found)), default=None)
        says_yes = found[first] == (negation is None)
        if negation is not None:
            reading.negated.remove(negation)
        for at in found:
            take(reading, at, at + 1, "flag", place)
            _explain_having(reading, at)
        # A blank cell says no.
        for value in yes:
            require(reading, first, Condition(place, "=" if says_yes else "!=", value))
    _find_opposite_values(reading)


def _explain_having(reading: Reading, at: int) -> None:
    """Take a verb before a property for having it: "needed an ambulance"."""
    for word in reversed(reading.words[max(0, at - 2) : at]):
        if word.low in _ARTICLES:
            continue
        if word.low in HAVING and not word.role:
            word.role = "arithmetic"
        return


def explain_so_far(reading: Reading) -> None:
    """Take words as explained that only say what a property or a status says already."""
    if any(reading.words[at].low in phrases.LACKING for at in reading.negated):
        for word in reading.words:
            if not word.role and word.low in _EMPTY:
                word.role = "arithmetic"
    if any(word.role in ("value", "part") for word in reading.words):
        for word in reading.words:
            if not word.role and word.low in phrases.LIVING:
                word.role = "arithmetic"
    if any(word.role in ("flag", "value") for word in reading.words) or reading.negated:
        for word in reading.words:
            if not word.role and word.low in _SO_FAR:
                word.role = "arithmetic"


def _says(reading: Reading, at: int, name: object) -> bool:
    word = reading.words[at]
    opposite = _without_prefix(word.low)
    return alike(word.low, word.stems, name) or bool(  # type: ignore[arg-type]
        opposite and alike(opposite, reading.known.stem(opposite), name)  # type: ignore[arg-type]
    )


def _without_prefix(low: str) -> str:
    """Return what a word denies, "" for one that does not: "unpaid" as "paid", "unbezahlt" as "bezahlt"."""
    for prefix in _OPPOSITES:
        if low.startswith(prefix) and len(low) >= len(prefix) + _LEAST:
            return low[len(prefix) :]
    return ""


def _find_opposite_values(reading: Reading) -> None:
    """Find cells that a word denies: "unpaid", where the cells of a status are "paid" and "open"."""
    for at, word in enumerate(reading.words):
        opposite = "" if word.role else _without_prefix(word.low)
        if not opposite or opposite in phrases.SUMS:
            continue
        places = reading.vocabulary.values.get((_key(reading, opposite),), {})
        texts = [place for place in places if reading.vocabulary.table.columns[place].kind == "text"]
        if len(texts) == 1:
            take(reading, at, at + 1, "value", texts[0])
            require(reading, at, Condition(texts[0], "!=", places[texts[0]]))


def _key(reading: Reading, low: str) -> str:
    stems = reading.known.own(low)
    return str(min(stems)) if stems else low
