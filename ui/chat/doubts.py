"""What the check says against a sentence, in the language of the page. Pure functions.

It is stored in English, with words of the sentence and of documents in it, which stay to the letter: so it is not left
to `ui.web.reasons`, which looks for reasons in the values of others.
"""

import re
from collections.abc import Callable

from qa.lazy_regex import lazy_regex
from qa.text.number_words import UP_TO_TEN
from ui.web.language import current, t

_Said = Callable[[re.Match[str]], str]

# Where one reason ends and another begins.
_BETWEEN = lazy_regex(r"; (?=the passage says |the cited passages )")
_SIDE = lazy_regex(r"(\w+) documents? says? “(.*?)”(?:, (?=\w+ documents? says? “)|$)")
_BETWEEN_QUOTED = lazy_regex(r"(?<=”) or (?=“)")
_QUOTED = lazy_regex(r"“([^“”]*)”")
_REASONS: tuple[tuple[re.Pattern[str], _Said], ...] = tuple(
    (lazy_regex(pattern, re.DOTALL), said)
    for pattern, said in (
        (r"no passage is cited", lambda _: t("no passage is cited")),
        (
            r"the cited passages say it in few of these words",
            lambda _: t("the cited passages say it in few of these words"),
        ),
        (
            r"the cited passages do not hold (.+)",
            lambda m: t("the cited passages do not hold {words}", words=_quoted(m[1])),
        ),
        (
            r"the passage says this without (.+)",
            lambda m: t("the passage says this without {words}", words=_quoted(m[1])),
        ),
        (
            r"the passage says “(.*)” here, not (“.+)",
            lambda m: t("the passage says “{held}” here, not {words}", held=m[1], words=_quoted(m[2])),
        ),
        (r"the passage says “(.*)” here", lambda m: t("the passage says “{held}” here", held=m[1])),
        (
            r"the documents do not agree: (.+)",
            lambda m: t("the documents do not agree: {sides}", sides=_sides(m[1])),
        ),
        (
            r"“(.*)” takes it for supported \((.+)\)",
            lambda m: t("“{name}” takes it for supported ({score})", name=m[1], score=m[2]),
        ),
        (
            r"“(.*)” takes it for contradicted \((.+)\)",
            lambda m: t("“{name}” takes it for contradicted ({score})", name=m[1], score=m[2]),
        ),
        (
            r"“(.*)” finds no support for it \((.+)\)",
            lambda m: t("“{name}” finds no support for it ({score})", name=m[1], score=m[2]),
        ),
        (r"it was stopped before it could be checked", lambda _: t("it was stopped before it could be checked")),
    )
)


def doubt(problem: str) -> str:
    """Return why a sentence is doubtful, or what a second opinion says; what is not known here stays as it is."""
    if current() == "en":
        return problem
    return "; ".join(map(_reason, _BETWEEN.split(problem)))


def _reason(text: str) -> str:
    for pattern, said in _REASONS:
        if found := pattern.fullmatch(text):
            return said(found)
    return text


def _quoted(text: str) -> str:
    """Return words of a sentence with the quote marks of the visitor's language around them, and its "or" between."""
    return t(" or ").join(
        _QUOTED.sub(lambda found: t("“{words}”", words=found[1]), one) for one in _BETWEEN_QUOTED.split(text)
    )


def _sides(text: str) -> str:
    """Return who says what; as it is where that cannot be taken apart."""
    sides = list(_SIDE.finditer(text))
    if "".join(side[0] for side in sides) != text:
        return text
    return ", ".join(_side(side[1], side[2]) for side in sides)


def _side(count: str, value: str) -> str:
    if count == "one":
        return t("one document says “{value}”", value=value)
    digits = str(1 + UP_TO_TEN.index(count)) if count in UP_TO_TEN else count
    return t("{n} documents say “{value}”", n=digits, value=value)
