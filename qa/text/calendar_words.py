"""The names of months and weekdays, and how they are shortened: the one home of these words.

All in English and German; the months' full names in Spanish, French, Italian, Dutch and Portuguese too.
"""

from collections.abc import Iterable

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTHS_DE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
# Austria's names among them; texts in one language hold the abbreviations of the other.
_SHORTER = (
    "jan jänner", "feb feber", "mar mär mrz maerz", "apr", "", "jun", "jul", "aug", "sep sept", "oct okt", "nov",
    "dec dez",
)  # fmt: skip

MONTH_SPELLINGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(dict.fromkeys([english.lower(), *shorter.split(), german.lower()]))
    for english, german, shorter in zip(MONTHS_EN, MONTHS_DE, _SHORTER, strict=True)
)
"""All spellings of each month in lower case, January first."""

MONTHS = {name: number for number, names in enumerate(MONTH_SPELLINGS, 1) for name in names}
"""The number of each month, by all spellings in lower case."""

MORE_MONTH_SPELLINGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(dict.fromkeys(names.split()))
    for names in (
        "enero janvier gennaio januari janeiro", "febrero février fevrier febbraio februari fevereiro",
        "marzo mars maart março", "abril avril aprile", "mayo mai maggio mei maio", "junio juin giugno juni junho",
        "julio juillet luglio juli julho", "agosto août aout augustus",
        "septiembre setiembre septembre settembre setembro", "octubre octobre ottobre outubro",
        "noviembre novembre novembro", "diciembre décembre decembre dicembre dezembro",
    )
)  # fmt: skip
"""The months' full names in Spanish, French, Italian, Dutch and Portuguese, in lower case, January first."""

MORE_MONTHS = {name: number for number, names in enumerate(MORE_MONTH_SPELLINGS, 1) for name in names}
"""The number of each month by these names; those that are German too are among `MONTHS` as well."""

_SHORT = {name: number for number, names in enumerate(_SHORTER, 1) for name in names.split()}
MONTHS_IN = {
    "en": {name.lower(): number for number, name in enumerate(MONTHS_EN, 1)} | _SHORT,
    "de": {name.lower(): number for number, name in enumerate(MONTHS_DE, 1)} | _SHORT,
}
"""The same by code of a language: its own names, and the abbreviations of both."""

WEEKDAYS_IN = {
    "en": {
        name: number
        for number, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())  # noqa: SIM905
    },
    "de": {
        name: number
        for number, name in enumerate("montag dienstag mittwoch donnerstag freitag samstag sonntag".split())  # noqa: SIM905
    }
    | {"sonnabend": 5},
}
"""The number of each weekday by code of a language and name in lower case; Monday is 0."""


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, the longest that fits; without a group around it."""
    return "|".join(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word)))


MONTH = any_of(MONTHS)
"""A pattern of every spelling of every month, in lower case."""

MONTH_NAME = any_of([*MONTHS_EN, *MONTHS_DE])
"""A pattern of the months' full names, each with its capital."""

WEEKDAY = any_of(name for names in WEEKDAYS_IN.values() for name in names)
"""A pattern of the weekdays' names, in lower case."""
