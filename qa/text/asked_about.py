"""What of a thing a question asks for: "the deposit" of Dock Street, how "heavy" a blade is, which "company" made it.

By rule, in English and German. Pure functions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.lazy_regex import lazy_regex


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORD = lazy_regex(r"[\w'’.-]+")
_ASKS = lazy_regex(
    r"\b(?:who|whom|whose|wer|wen|wem|which|what|how|when|where|why|wann|wo|warum|welche\w*|wie|was)\b", re.IGNORECASE
)
# A second question that is joined by "and" asks for something of its own.
_SECOND = lazy_regex(
    r",? (?:and|und) (?=(?:what|which|who|how|when|where|wie|was|wer|welche\w*|wann|wo|is|at|up)\b)", re.IGNORECASE
)
_LEAST_WORDS = 3
# "What was the name of the ship": the ship is asked for.
_NAME_OF = lazy_regex(r"(?:names? of|namen?) (?:the |des |der )?", re.IGNORECASE)
_OPEN = lazy_regex(r"(?:when|where|why|wann|wo|warum)\b", re.IGNORECASE)
_WHO = lazy_regex(r"(?:who|whom|whose|wer|wen|wem)\b\s+(?P<rest>.*)", re.IGNORECASE)
_WHICH = lazy_regex(
    r"(?P<asks>how many|how much|wie ?viele?|which|what|welche[rsmn]?|number of|anzahl)\s+(?P<rest>.*)", re.IGNORECASE
)
_HOW_HIGH = lazy_regex(
    r"(?:wie hoch|how (?:large|high|big)) (?:is|was|are|were|ist|war|sind|waren)\s+(?P<rest>.*)", re.IGNORECASE
)
_HOW = lazy_regex(r"(?:how|wie)\s+(?P<word>\w+)", re.IGNORECASE)
_ARTICLES = _words("the a an der die das den dem ein eine einen our your their")
_BEING = _words("is are was were ist sind war waren lautet")
_DOING = _words("do does did")
_ENDS = _words(
    "is are was were be been do does did has have had can could may might must shall should will would am to ist sind "
    "war waren wird werden wurde wurden hat haben hatte kann können darf muss müssen soll not it there in of for on at "
    "by with from as and or who that which when if und oder von für mit bei im am an auf zu zum zur man we you i they "
    "he she wenn falls"
)
_POSSESSIVE = ("'s", "’s")
_MOST_WORDS = 3
# Said by the unit of the amount and by no word of its own: "how many metres of cable".
_UNIT = lazy_regex(
    r"(?:met(?:re|er)s?|kilomet\w+|miles?|feet|seconds?|minutes?|hours?|days?|weeks?|months?|years?|degrees?|percent|"
    r"pounds|dollars|euros?|tonnes?|litres?|kilograms?|sekunden?|minuten?|stunden?|tagen?|wochen?|monaten?|jahren?|"
    r"metern?|prozent|grad)",
    re.IGNORECASE,
)
# What says how something is: beginnings of words.
_FAMILIES = {
    words: lazy_regex(rf"\b(?:{stems})", re.IGNORECASE)
    for words, stems in {
        ("heavy", "schwer"): "heav|weigh|mass|schwer|gewicht|wieg",
        ("deep", "tief"): "deep|depth|tief",
        ("tall", "high", "hoch"): "tall|high|height|elevation|hoch|höhe",
        ("long", "lange", "lang"): "long|length|last|lang|länge|dauer",
        ("wide", "breit"): "wide|width|breit",
        ("old", "alt"): "old|age|born|alt|alter",
        ("fast", "schnell"): "fast|speed|quick|knots|schnell|geschwind",
        ("large", "big", "groß"): "larg|size|area|big|groß|größ",
        ("strong", "stark"): "strong|strength|peak|stark|stärk",
        ("far", "weit"): "far|distan|away|weit|entfern",
        ("often", "oft"): "every|times|yearly|annual|monthly|weekly|daily|alle|jährlich|mal",
        ("hot", "cold", "warm", "heiß", "kalt"): "temper|hot|heat|cold|warm|°|heiß|kalt",
        ("thick", "dick"): "thick|dick",
    }.items()
}


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """What a question asks of a thing.

    Attributes:
        words: As they stand in the question; none where the kind of thing says it all ("When …?", "Where …?").
        family: Finds what says the same of another form ("how heavy": "weighs"), None for other words.
    """

    words: tuple[str, ...]
    family: re.Pattern[str] | None = None


def asked_about(question: str) -> AskedAbout:
    """Return what of a thing is asked for."""
    first = _SECOND.split(question.strip(" ?.!"))[0]
    text = first if len(first.split()) >= _LEAST_WORDS else question.strip(" ?.!")
    asks = _ASKS.search(text)
    text = text[asks.start() :] if asks else text
    if _OPEN.match(text):
        return AskedAbout(())
    words = _named(_NAME_OF.sub("", text))
    own = tuple(word for word in words if not _UNIT.fullmatch(word))
    if words and not own:
        of = re.search(rf"\b{re.escape(words[-1])} (?:of|an|von) (\w[\w-]+)", text)
        own = (of[1],) if of else ()
    family = next((found for forms, found in _FAMILIES.items() if len(own) == 1 and own[0].casefold() in forms), None)
    return AskedAbout(own, family)


def _named(text: str) -> Sequence[str]:
    if who := _WHO.match(text):
        # "Who manufactured the bearings?": what somebody did.
        return [word for word in _WORD.findall(who["rest"]) if word.casefold() not in _ENDS | _ARTICLES][:1]
    if which := _WHICH.search(text):
        return _noun(which["asks"].casefold(), _WORD.findall(which["rest"]))
    if how_high := _HOW_HIGH.match(text):
        return _up_to_an_end(_WORD.findall(how_high["rest"]))
    how = _HOW.match(text)
    known = {form for forms in _FAMILIES for form in forms}
    return [how["word"]] if how and how["word"].casefold() in known else []


def _noun(asks: str, words: Sequence[str]) -> Sequence[str]:
    """Return the noun behind "which" or "what is the"."""
    first = words[0].casefold() if words else ""
    if asks.startswith(("how", "wie")) and first in _ENDS:
        return []
    if asks == "what" and first in _DOING:
        # "What does MWh mean?"
        return [word for word in words if word.casefold() not in _ENDS | _ARTICLES and not word[0].isupper()][-1:]
    return _up_to_an_end(words[1:] if first in _BEING else words)


def _up_to_an_end(words: Sequence[str]) -> Sequence[str]:
    found: list[str] = []
    for word in words:
        if word.endswith(_POSSESSIVE):
            found = []
        elif word.casefold() in _ENDS | _ARTICLES:
            if found:
                break
            if word.casefold() in _ENDS:
                return []
        else:
            found.append(word)
    return found[:_MOST_WORDS]
