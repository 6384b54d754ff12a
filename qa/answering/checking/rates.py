"""In which span of time something happens so often: "twice a day", "einmal pro Woche". Pure, English and German."""

from collections.abc import Sequence

from qa.answering.checking.tokens import Token
from qa.text.casing import word_set

_UNITS = {
    **dict.fromkeys(word_set("hour hourly stunde stündlich"), "hour"),
    **dict.fromkeys(word_set("day daily tag tages täglich"), "day"),
    **dict.fromkeys(word_set("night nightly nacht"), "night"),
    **dict.fromkeys(word_set("week weekly woche wöchentlich"), "week"),
    **dict.fromkeys(word_set("month monthly monat monats monatlich"), "month"),
    **dict.fromkeys(word_set("quarter quarterly quartal vierteljahr vierteljährlich"), "quarter"),
    **dict.fromkeys(word_set("year annum yearly annually jahr jahres jährlich"), "year"),
    **dict.fromkeys(word_set("season saison"), "season"),
    **dict.fromkeys(word_set("term semester"), "term"),
}
_ADVERBS = word_set(
    "hourly daily nightly weekly monthly quarterly yearly annually stündlich täglich wöchentlich monatlich "
    "vierteljährlich jährlich"
)
_TIMES = word_set("time times mal")
_PER = word_set("a an per each every im am pro je in jede jeden jedes")
_ARTICLES = word_set("the der")


def rate_at(tokens: Sequence[Token], at: int) -> str:
    """Return the unit of time behind a number at a place, "" where no number of times is said of one."""
    texts = [token.text for token in tokens[at + 1 : at + 5]]
    if texts and texts[0] in _TIMES:
        texts = texts[1:]
    if texts and texts[0] in _ADVERBS:
        return _UNITS[texts[0]]
    if not texts or texts[0] not in _PER:
        return ""
    unit = texts[2:3] if texts[1:2] and texts[1] in _ARTICLES else texts[1:2]
    return _UNITS.get(unit[0], "") if unit and unit[0] not in _ADVERBS else ""


def rate_alone(token: Token) -> str:
    """Return the unit of "daily", which says once in it; "" for other words."""
    return _UNITS[token.text] if token.text in _ADVERBS else ""
