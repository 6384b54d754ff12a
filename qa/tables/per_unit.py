"""How much of a thing a question asks the price of, where a column states it for one: "2 m2 of oak". Pure functions."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.tables.plan import Plan
from qa.tables.vocabulary import Vocabulary
from qa.text.number_words import CARDINAL, CARDINALS
from qa.text.numerals import larger

# Units as columns write them, and as questions do.
_UNITS = tuple(
    rf"(?:{names})"
    for names in (
        r"m2|sqm|qm|square (?:metres?|meters?)|quadratmetern?",
        r"m3|cubic (?:metres?|meters?)|kubikmetern?",
        r"m|metres?|meters?|metern?|lfm|laufmetern?",
        r"kg|kilos?|kilograms?|kilogramm",
        r"l|lit(?:re|er)s?|litern?",
        r"h|hours?|hrs?|stunden?|std",
        r"days?|tage?n?",
        r"nights?|nacht|nächten?",
        r"months?|monate?n?",
        r"persons?|people|pax|personen?|head",
        r"pieces?|pcs?|units?|each|items?|stücke?n?",
    )
)
_FOR_ONE = lazy_regex(r"\b(?:per|pro|je|a|an)\b|/", re.IGNORECASE)
# What is for one person and one night is no price of three nights.
_FOR_TWO = lazy_regex(r"(?:\b(?:per|pro|je)\b|/).*(?:\b(?:per|pro|je|and|und)\b|/)", re.IGNORECASE)
_PRICE = lazy_regex(
    r"\b(?:costs?|prices?|priced|pay|charged?|rates?|fees?|how much|what would|"
    r"kosten|kostet|koste|preise?|zahle?n?|gebühr(?:en)?|satz|wie ?viel|was (?:würden?|macht|machen))\b",
    re.IGNORECASE,
)
# Behind one of these a number is a limit.
_LIMIT = lazy_regex(
    r"(?:\b(?:than|over|under|above|below|least|most|to|exactly|beyond|exceed(?:s|ed|ing)?|als|über|unter|ab|bis|zu|mindestens|"
    r"höchstens|maximal|genau)|\b(?:between|zwischen)\b.*\b(?:and|und)|[<>≤≥=])\s*$",
    re.IGNORECASE,
)
_NUMBERS = CARDINALS["en"] | CARDINALS["de"]


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a unit, as it is written, and the column that states a value for one of it."""

    times: Decimal
    written: str
    column: int


def without_amount(question: str, vocabulary: Vocabulary) -> tuple[str, Amount | None]:
    """Return a question without how much it asks the price of, and that.

    The question comes back as it is, with None, where it asks no price, the number is a limit, or no one column is for
    one of the unit.
    """
    if not _PRICE.search(question) or not any(_FOR_ONE.search(label) for label in vocabulary.table.labels):
        return question, None
    for unit in _UNITS:
        asked = re.search(
            rf"(?<![\w.,])(?P<number>\d+(?:[.,]\d+)?|{CARDINAL})[ -]?(?P<unit>{unit})(?![\w²³])(?: (?:of|von))?",
            question,
            re.IGNORECASE,
        )
        if not asked or _LIMIT.search(question[: asked.start()]):
            continue
        columns = [
            place
            for place, label in enumerate(vocabulary.table.labels)
            if vocabulary.table.columns[place].kind == "number"
            and not _FOR_TWO.search(label)
            and re.search(
                rf"(?:\b(?:per|pro|je|a|an)\b|/) ?{unit}(?![\w²³])", unicodedata.normalize("NFKC", label), re.IGNORECASE
            )
        ]
        if len(columns) == 1:
            number = asked["number"]
            times = larger(number) if number[0].isdecimal() else Decimal(_NUMBERS[number.casefold()])
            written = f"{number} {asked['unit']}"
            return f"{question[: asked.start()]} {question[asked.end() :]}", Amount(times, written, columns[0])
    return question, None


def of_amount(plan: Plan | None, amount: Amount | None) -> bool:
    """Tell whether a plan shows the one value that an amount multiplies."""
    return plan is not None and amount is not None and plan.operation == "list" and plan.select == (amount.column,)
