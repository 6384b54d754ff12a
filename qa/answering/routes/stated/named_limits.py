"""Limits to a value that a question names: "leases with a rent under 1000 euros". Pure functions, English and German.

The value is found in the documents by its name, see `named_values`.
"""

import re
from decimal import Decimal

from qa.answering.routes.stated.limits import Limit, in_digits
from qa.lazy_regex import lazy_regex
from qa.text.bounds_said import LEAST, LESS, MORE, MOST
from qa.text.measured import Measured, measured, per, scaled

_HAVE = (
    r"(?:(?:that|which|who|die|welche|with|whose|mit|deren|dessen|have|has|had|having|haben|hat|hatten|carry|carries|"
    r"charge|pay) )+"
)
_ARTICLE = r"(?:(?:an?|the|eine?[nmr]?|die|der|das|den|dem) )?"
_SIGN = rf"(?:(?P<more>{MORE})|(?P<less>{LESS})|(?P<least>{LEAST})|(?P<most>{MOST}))"
_NAME = r"(?P<what>[^\W\d_][\w-]*(?: [^\W\d_][\w-]*){0,2}?)"
_IS = r"(?: (?:is|are|of|von|that is|lies|beträgt|ist|in höhe von))*"
_LATE = r"(?: (?:liegt|liegen|beträgt|betragen|ist|sind|haben|hat|a month|per month|a year|per year|im monat|im jahr))*"
_BEHIND = lazy_regex(
    rf"(?P<docs>.+?),? {_HAVE}{_ARTICLE}{_NAME}{_IS} {_SIGN} (?P<value>[^ ].{{0,40}}?){_LATE}", re.IGNORECASE
)
# "Leases with less than 100 euros rent".
_BEFORE = lazy_regex(
    rf"(?P<docs>.+?),? {_HAVE}{_ARTICLE}{_SIGN} (?P<value>\S+(?: (?:euros?|eur|€|[a-z]+))?) (?:of |an )?"
    rf"(?P<what>[^\W\d_][\w-]*(?: [\w-]+)?){_LATE}",
    re.IGNORECASE,
)
_NO_NAME = lazy_regex(
    r"(?:sums?|totals?|amounts?|beträge?|betrag|summen?|pages?|words?|seiten|wörter|bytes?|files?|documents?|"
    r"kb|mb|gb)",
    re.IGNORECASE,
)
_LONGEST = 200


def limited_by_name(text: str) -> tuple[Limit, str] | None:
    """Read the limit at the end of a text; return it with the text before it, None where there is none.

    Args:
        text: Such as "leases that have a rent under 1000 euros".
    """
    if len(text) > _LONGEST or not re.search(_SIGN, text, re.IGNORECASE):
        return None
    for pattern in (_BEHIND, _BEFORE):
        match = pattern.fullmatch(in_digits(text))
        # Of the sum that a paper comes to, and of its pages, other rules know more.
        if match and not _NO_NAME.fullmatch(match["what"]) and (value := _whole(match["value"])):
            said = text[len(match["docs"]) :].strip(" ,") if text.startswith(match["docs"]) else match[0]
            return _limit(match, value, said), match["docs"]
    return None


def _whole(text: str) -> Measured | None:
    """Return the number with its unit that is all of a text."""
    found = next(iter(measured(text)), None)
    return found if found and text[: found.start].strip() == "" and text[found.end :].strip(" .") == "" else None


def _limit(match: re.Match[str], value: Measured, said: str) -> Limit:
    time = per(f"{match['what']} {match[0][match.end('value') - match.start() :]}") if value.kind == "money" else ""
    is_low = bool(match["more"] or match["least"])
    amount: Decimal = scaled(value.value, value.unit)[0] if value.kind not in ("", "money") else value.value
    return Limit(
        "named",
        at_least=amount if is_low else None,
        at_most=None if is_low else amount,
        strict=bool(match["more"] or match["less"]),
        currency=f"{value.unit} {time}".strip(),
        said=said,
        what=match["what"],
        written=value.written,
    )
