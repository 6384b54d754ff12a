"""The one shape of the rules that read questions: a pattern for the whole of a text, and what is read where it fits."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from qa.lazy_regex import lazy_regex

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Read]):
    """A wording and what it means.

    Attributes:
        pattern: Fits the whole text.
        read: Makes the meaning of a match and today's date; None where it means nothing after all.
    """

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], date | None], Read | None]


def readings(text: str, rules: Iterable[Rule[Read]], today: date | None = None) -> Iterator[Read]:
    """Yield what the rules that fit a text read in it, in their order."""
    for rule in rules:
        match = rule.pattern.fullmatch(text)
        found = rule.read(match, today) if match else None
        if found is not None:
            yield found


def rules(patterns: Iterable[str], read: Callable[[re.Match[str], date | None], Read | None]) -> tuple[Rule[Read], ...]:
    """Return a rule for each of several wordings that mean the same kind of thing; case does not matter."""
    return tuple(Rule(lazy_regex(pattern, re.IGNORECASE), read) for pattern in patterns)
