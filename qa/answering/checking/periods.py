"""How often: "per day", "weekly", "im Jahr". Whether a passage says a number by another time. Pure functions."""

from collections.abc import Iterator, Sequence

from qa.answering.checking.derived import same_value
from qa.answering.checking.fit import Text, fit, neighbours
from qa.answering.checking.tokens import Token
from qa.lazy_regex import lazy_regex

_ADVERBS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annual": "year",
    "annually": "year",
}
_ADJECTIVES = {"stündlich": "hour", "täglich": "day", "wöchentlich": "week", "monatlich": "month", "jährlich": "year"}
# "Monatsmiete" and "Jahresgebühr" say how often as well.
_COMPOUND = lazy_regex(
    r"(monat|jahr|woche|tag|stunde)(?:e?s|n)(?=gebühr|miet|pacht|lohn|löhne|beitr|preis|rate|satz|sätze|gehalt|gehält|"
    r"pauschale|umsatz|kosten|verbrauch|betrag|beträ|zins|honorar|entgelt|prämie)"
)
_TIMES = {
    "hour": "hour",
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "minute": "minute",
    "second": "second",
    "sekunde": "second",
    "stunde": "hour",
    "tag": "day",
    "woche": "week",
    "monat": "month",
    "quartal": "quarter",
    "jahr": "year",
}
_PER = frozenset({"per", "a", "an", "each", "every", "pro", "je", "im", "am", "jede", "jeden", "jedes", "calendar"})
_IN_THE = ("in", "der")
_NUMBER_NEAR, _BEHIND = 4, 6
_LEAST = 0.6
# "A day later" is when, not how often.
_WHEN = frozenset({"later", "after", "before", "ago", "earlier", "of", "später", "zuvor", "danach"})


def other_period(said: Text, passages: Sequence[Text]) -> Iterator[tuple[Token, int, Token]]:
    """Yield (how often of the sentence, index of a passage, how often there) where a number is said by another time."""
    held = [(number, list(_periods(text))) for number, text in enumerate(passages)]
    for place, period in _periods(said):
        count = _count(said, place)
        found = []
        for number, periods in held:
            for at, other in periods:
                there = _count(passages[number], at)
                if count is not None and there is not None and same_value(count, there):
                    found.append((1.0, number, at, other))
                elif count is None:
                    around = neighbours(said, place)
                    found.append((fit(around, said, place, passages[number], at), number, at, other))
        best = max(found, key=lambda each: each[0], default=None)
        if best and best[0] >= _LEAST and all(other != period for value, _, _, other in found if value >= best[0]):
            yield said.tokens[place], best[1], passages[best[1]].tokens[best[2]]


def _periods(text: Text) -> Iterator[tuple[int, str]]:
    """Yield where a text says how often, and by which time."""
    for place, token in enumerate(text.tokens):
        period = _ADVERBS.get(token.text) or _adjective(token.text)
        if not period and token.text in _TIMES and _is_per(text, place):
            period = _TIMES[token.text]
        if period:
            yield place, period


def _adjective(word: str) -> str:
    if compound := _COMPOUND.match(word):
        return _TIMES[compound[1]]
    return next((period for stem, period in _ADJECTIVES.items() if word.startswith(stem)), "")


def _is_per(text: Text, place: int) -> bool:
    before, behind = text.tokens[max(0, place - 2) : place], text.tokens[place + 1 : place + 2]
    if not before or any(token.text in _WHEN or token.kind == "year" for token in behind):
        return False
    per = before[-1].text in _PER or tuple(token.text for token in before) == _IN_THE
    return per and _count(text, place) is not None


def _count(text: Text, place: int) -> Token | None:
    """Return the number that a time belongs to: the last before it, or of "the daily rate of 40 euros" the next."""
    own = text.tokens[place]
    for at in range(place - 1, max(-1, place - 1 - _NUMBER_NEAR), -1):
        if text.tokens[at].sentence == own.sentence and text.tokens[at].kind == "number":
            return text.tokens[at]
    if own.text in _TIMES:
        return None
    behind = text.tokens[place + 1 : place + 1 + _BEHIND]
    return next((token for token in behind if token.kind == "number" and token.sentence == own.sentence), None)
