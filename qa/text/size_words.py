"""How papers say how large, heavy, warm or fast something is: by a number in a unit. Pure, English and German.

"How big is the flat?" is answered by "62 square metres", in which no word of "big" stands.
"""

import re
from functools import lru_cache

from qa.lazy_regex import lazy_regex
from qa.text import amounts
from qa.text.sized_things import PEOPLE, thing_sized

AREAS = (
    r"m²|m2|sqm|km²|ha|qm|sq\.? ?(?:m|ft|feet|yards?|miles?)|ft²|"
    r"square (?:metres?|meters?|feet|foot|yards?|miles?|kilomet(?:re|er)s?)|hectares?|acres?|Quadratmetern?|Hektar"
)
_VOLUMES = r"l|ml|m³|lit(?:re|er)s?|Litern?|gallons?|cubic \w+|Kubikmetern?"
_BYTES = r"[KMGT]B|[mg]igabytes?|terabytes?"
_POWERS = r"W|kW|MW|GW|watts?|kilowatts?|hp|PS|N|kN|Nm|V|A"
_PRESSURES = r"bar|[kMh]?Pa|psi"

# The words by which something is asked, after "how" or "wie" or by themselves; in which units, or with which words.
_SIZES = tuple(
    (
        lazy_regex(asks, re.IGNORECASE),
        lazy_regex(rf"(?:{amounts.NUMBER})[ -]?(?:{units})(?![\w/²³])", re.IGNORECASE),
        lazy_regex(said, re.IGNORECASE) if said else None,
    )
    for asks, units, said in (
        (
            r"\b(?:how|wie) (?P<word>big|large|spacious|small|groß|gross|klein)\b",
            f"{AREAS}|{_VOLUMES}|{_BYTES}",
            "",
        ),
        (
            r"\b(?:how|wie) (?P<word>heavy|schwer)\b|\bhow much (?:does|do|did|will) .*\b(?P<word2>weigh)\b|"
            r"\bwas (?P<word3>wieg\w+)\b|\bwie ?viel (?P<word4>wieg\w+)\b",
            amounts.WEIGHTS,
            "",
        ),
        (
            r"\b(?:how|wie) (?P<word>tall|wide|deep|thick|broad|tief|breit|dick|hoch)\b",
            amounts.LENGTHS,
            "",
        ),
        (r"\b(?:how|wie) (?P<word>far|weit)\b", amounts.LENGTHS, ""),
        (
            r"\b(?:how|wie) (?P<word>hot|cold|warm|cool|heiß|kalt|kühl)\b",
            amounts.TEMPERATURES,
            "",
        ),
        (r"\b(?:how|wie) (?P<word>fast|quick|schnell)\b", amounts.SPEEDS, ""),
        (r"\b(?:how|wie) (?P<word>loud|noisy|quiet|laut|leise)\b", amounts.LOUDNESS, ""),
        (r"\b(?:how|wie) (?P<word>strong|powerful|stark)\b", f"{_POWERS}|{amounts.SPEEDS}", ""),
        (
            r"\b(?:how|wie) (?P<word>old|alt)\b",
            r"years? old|years? of age|Jahre alt",
            r"\b(?:built|made|born|founded|manufactured|baujahr|gebaut|geboren|gegründet|hergestellt)\b.{0,30}\b(?:1[5-9]|20)\d\d\b",
        ),
        (
            r"\bhow much (?P<word>pressure)\b|\b(?:what|which|welche[nrm]?) (?P<word2>pressure|druck)\b",
            _PRESSURES,
            "",
        ),
    )
)
# Of a sum of money how big it is asks for no area.
_OF_MONEY = lazy_regex(
    r"\b(?:costs?|prices?|fees?|rents?|deposits?|deductibles?|excess|premiums?|salary|wages?|fines?|tax|loan|bills?|"
    r"invoices?|budget|discount|share|revenues?|profits?|debts?|turnover|income|\w*(?:kosten|preis|gebühr|miete|kaution|beitrag|prämie|gehalt|rechnung|betrag|"
    r"selbstbeteiligung|umsatz|umsätze|gewinn|schulden|steuer|strafe|zinssatz|stundensatz|einkommen|vermögen))\b",
    re.IGNORECASE,
)
# A team is as large as it has people.
_PEOPLE = lazy_regex(rf"(?:{amounts.NUMBER})[ -](?:{PEOPLE})(?!\w)", re.IGNORECASE)
_LONGEST = 700


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[str, re.Pattern[str], re.Pattern[str] | None] | None:
    thing = thing_sized(question)
    if _OF_MONEY.search(question) or thing not in ("", "group"):
        return None
    for asks, units, said in _SIZES:
        if match := asks.search(question):
            word = next(word for name, word in match.groupdict().items() if word and name.startswith("word"))
            return (word, _PEOPLE, None) if thing == "group" else (word, units, said)
    return None


def size_asked(question: str) -> str:
    """Return the word by which a question asks how large, heavy or fast something is, "" where it does not."""
    found = _asked(question)
    return found[0] if found else ""


def says_size(question: str, text: str) -> bool:
    """Tell whether a sentence states a number in a unit of what a question asks: square metres of how big it is."""
    found = _asked(question)
    if found is None:
        return False
    _, units, said = found
    text = text[:_LONGEST]
    return bool(units.search(text)) or (said is not None and bool(said.search(text)))
