"""Which papers of a sum are one paper twice, or no debt: copies, reminders, corrected ones, drafts. Pure functions.

Names tell, and the number of an invoice with its amount. Two invoices of one month's rent are two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa.answering.routes.genres import words_of
from qa.answering.routes.stated import Stated
from qa.store.records import RegisterRow

_AGAIN = frozenset(
    ("copy", "duplicate", "reminder", "dunning", "kopie", "duplikat", "zweitschrift", "mahnung", "erinnerung",
     "zahlungserinnerung")
)  # fmt: skip
_CORRECTED = frozenset(
    ("corrected", "revised", "correction", "korrigiert", "korrigierte", "berichtigt", "berichtigte", "korrektur")
)
_NO_DEBT = frozenset(
    ("draft", "proforma", "credit", "entwurf", "proformarechnung", "gutschrift", "storno", "stornorechnung")
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(
    r"\b(?:invoice|bill|receipt|rechnung|quittung|beleg)(?:s?nummer|s?-?nr\.?)?(?: (?:no|number|nr|nummer)\.?)?"
    r"[:#]? ?#?(?P<number>[a-z]{0,4}[-/]?\d[\w/-]*)",
    re.IGNORECASE,
)

Paper = tuple[RegisterRow, Stated]


@dataclass(frozen=True, slots=True)
class Sorted:
    """Papers that count, those that are another one again, and those that are no debt, each in order."""

    kept: tuple[Paper, ...]
    again: tuple[RegisterRow, ...] = ()
    no_debt: tuple[RegisterRow, ...] = ()


def sorted_out(papers: Sequence[Paper], question: str) -> Sorted:
    """Return which papers count once each.

    Args:
        papers: With what each states.
        question: Who asks for drafts or reminders means them.
    """
    asked = set(words_of(question))
    marked_so = {word for words in (_AGAIN, _CORRECTED, _NO_DEBT) for word in words if _is_asked(word, asked)}
    no_debt = tuple(row for row, one in papers if _marks(row, _NO_DEBT - marked_so) and not _is_below(one))
    left = [paper for paper in papers if paper[0] not in no_debt]
    again: list[RegisterRow] = []
    kept: list[Paper] = []
    # Of two alike the one with the plainer name counts.
    for paper in sorted(left, key=lambda paper: (_marks(paper[0], _AGAIN), len(paper[0].title), paper[0].source)):
        others = [other for other in left if other is not paper and other[0] not in again]
        if any(_is_again(paper, other, marked_so) for other in others) or any(_is_same(paper, one) for one in kept):
            again.append(paper[0])
        else:
            kept.append(paper)
    held = {row.document_id for row, _ in kept}
    return Sorted(tuple(paper for paper in papers if paper[0].document_id in held), tuple(again), no_debt)


def _is_asked(word: str, asked: set[str]) -> bool:
    return any(said.startswith(word) or (len(said) > 3 and word.startswith(said.rstrip("s"))) for said in asked)


def _words(row: RegisterRow) -> set[str]:
    stem = row.source.rpartition("/")[2].rpartition(".")[0]
    return set(words_of(row.title or stem))


def _marks(row: RegisterRow, marks: frozenset[str]) -> bool:
    stem = row.source.rpartition("/")[2].rpartition(".")[0]
    return bool(marks & {*words_of(row.title), *words_of(stem)})


def _is_below(one: Stated) -> bool:
    return isinstance(one.value, Decimal) and one.value < 0


def _is_again(paper: Paper, other: Paper, asked: set[str]) -> bool:
    """Tell whether a paper says by its name that it is another one again, or the other that it corrects this one."""
    mine, theirs = _words(paper[0]), _words(other[0])
    if _marks(paper[0], _AGAIN - asked) and not _marks(other[0], _AGAIN):
        return theirs <= mine and any(word.isdecimal() for word in theirs)
    if _marks(other[0], _CORRECTED - asked) and not _marks(paper[0], _CORRECTED):
        return mine <= theirs and any(word.isdecimal() for word in mine)
    return False


def _is_same(paper: Paper, other: Paper) -> bool:
    """Tell whether two papers have one number and one amount, or are the same bytes."""
    (row, one), (second, two) = paper, other
    if row.sha256 and row.sha256 == second.sha256 and "!/" not in row.source:
        return True
    if one.value is None or (one.value, one.unit) != (two.value, two.unit):
        return False
    mine, theirs = _words(row), _words(second)
    if mine == theirs and any(word.isdecimal() and not _YEAR.fullmatch(word) for word in mine):
        return True
    numbers = _NUMBER.search(one.chunk.text), _NUMBER.search(two.chunk.text)
    return bool(numbers[0] and numbers[1] and numbers[0]["number"].casefold() == numbers[1]["number"].casefold())
