"""A text as the check reads it: words with their stems and places, and the numbers, dates and turns among them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from qa.answering.checking.lexicon import Lexicon
from qa.answering.checking.values import Amount

Kind = Literal[
    "word",
    "small",
    "name",
    "number",
    "year",
    "day",
    "month",
    "weekday",
    "ordinal",
    "time",
    "negation",
    "denial",
    "quantifier",
    "bound",
    "modal",
]
# What of a text says where in it something stands.
CONTENT = frozenset({"word", "name", "number", "year", "day", "month", "weekday", "ordinal", "time", "denial"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a phrase that counts as one.

    Attributes:
        start: Offset into the text.
        end: Of its last character, exclusive.
        text: In small letters.
        key: What its forms share: a stem, or a number's value.
        kind: What it is; "small" for words that say little alone.
        value: Of a quantifier, bound or modal its level, of a month, day, year or ordinal its number.
        amount: Of a number.
        opposites: Stems that say the contrary.
        sentence: Counted from 0.
        clause: Counted from 0 through the text; a comma, a colon and "but" begin one.
        converse: Whether its opposite says the same where two things change places.
        aside: Whether it stands in parentheses.
        capital: Whether it begins with a capital that no sentence asks for.
    """

    start: int
    end: int
    text: str
    key: str
    kind: Kind
    value: str = ""
    amount: Amount | None = None
    opposites: frozenset[str] = frozenset()
    sentence: int = 0
    clause: int = 0
    converse: bool = False
    aside: bool = False
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """How to read the words of one language.

    Attributes:
        code: "en" or "de".
        stem: Cuts a word in small letters down to what its forms share.
        is_small: Tells the words that say little alone.
        names: Whether a capital within a sentence begins a name.
        lexicon: The words that turn, count, bound or oppose.
    """

    code: str
    stem: Callable[[str], str]
    is_small: Callable[[str], bool]
    names: bool
    lexicon: Lexicon
