"""Which papers of a sum are one paper twice, or no debt: copies, reminders, corrected ones, drafts. Pure functions.

Names tell, and the number of an invoice with its amount. Two invoices of one month's rent are two.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qa.answering.routes.holdings.genres import words_of
from qa.answering.routes.holdings.listing import names
from qa.answering.routes.labels import labels
from qa.answering.routes.stated.stated import Stated
from qa.answering.saying.phrases import Phrases
from qa.lazy_regex import lazy_regex
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
# "This invoice replaces the one of 9 October."
_SAYS_CORRECTED = lazy_regex(
    r"\b(?:replaces|supersedes|corrected (?:invoice|bill|statement|copy)|ersetzt|berichtigte?[nrs]? rechnung|"
    r"rechnungskorrektur|korrigierte?[nrs]? (?:rechnung|abrechnung))\b",
    re.IGNORECASE,
)
_BYTES = "bytes"
_YEAR = lazy_regex(r"(?:19|20)\d\d")
_NUMBER = lazy_regex(
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


@dataclass(frozen=True, slots=True)
class _Read:
    """A paper as it is compared.

    Attributes:
        row: Of the paper.
        one: What it states.
        words: Of its title, or else its file's name.
        marks: Words of both.
        keys: What only the same paper has too: its bytes, its name and its number with its amount.
        number: Of an invoice, "" where none stands beside its sum.
    """

    row: RegisterRow
    one: Stated
    words: frozenset[str]
    marks: frozenset[str]
    keys: frozenset[tuple[object, ...]]
    number: str = ""


def sorted_out(papers: Sequence[Paper], question: str, *, are_debts: bool = True) -> Sorted:
    """Return which papers count once each.

    Args:
        papers: With what each states.
        question: Who asks for drafts or reminders means them.
        are_debts: Whether what they state is a sum that is owed: a credit's is none, and a salary no draft's.
    """
    asked = set(words_of(question))
    marks = frozenset(word for word in _AGAIN | _CORRECTED | _NO_DEBT if not _is_asked(word, asked))
    every = [_read(row, one) for row, one in papers]
    no_debt = tuple(
        each.row for each in every if are_debts and each.marks & marks & _NO_DEBT and not _is_below(each.one)
    )
    left_out = {row.document_id for row in no_debt}
    left = [each for each in every if each.row.document_id not in left_out]
    corrected = [each for each in left if each.marks & marks & _CORRECTED]
    again: dict[str, RegisterRow] = {}
    kept: set[str] = set()
    known: set[tuple[object, ...]] = set()
    # Of two alike the one with the plainer name counts.
    for paper in sorted(left, key=_plainness):
        others = left if paper.marks & marks & _AGAIN else () if paper.marks & _CORRECTED else corrected
        there = any(_is_again(paper, other, marks) for other in others if other.row.document_id not in again)
        if there or _told_by(paper) & known:
            again[paper.row.document_id] = paper.row
        else:
            kept.add(paper.row.document_id)
            known |= paper.keys
    return Sorted(tuple(paper for paper in papers if paper[0].document_id in kept), tuple(again.values()), no_debt)


def _plainness(paper: _Read) -> tuple[object, ...]:
    """Return by what papers are put in order: what a later one changed, then plain and short names first."""
    return not paper.one.before, bool(paper.marks & _AGAIN), len(paper.row.title), paper.row.source


def said_again(again: Sequence[RegisterRow], say: Phrases) -> str:
    """Return which papers are not counted since they are others again, "" for none."""
    if not again:
        return ""
    return say.many(
        "{n} more is the same paper again, or one that was corrected, and is not counted twice: {names}.",
        "{n} more are the same papers again, or some that were corrected, and are not counted twice: {names}.",
        len(again),
        names=names(labels(again)),
    )


def _is_asked(word: str, asked: set[str]) -> bool:
    return any(said.startswith(word) or (len(said) > 3 and word.startswith(said.rstrip("s"))) for said in asked)


def _read(row: RegisterRow, one: Stated) -> _Read:
    stem = row.source.rpartition("/")[2].rpartition(".")[0]
    words = frozenset(words_of(row.title or stem))
    keys: list[tuple[object, ...]] = [(_BYTES, row.sha256)] if row.sha256 else []
    # What a letter says of a paper's sum is no sum of its own.
    keys.append(("place", one.chunk.id, one.start))
    number = _NUMBER.search(one.chunk.text)
    marks = frozenset((*words_of(row.title), *words_of(stem)))
    if _SAYS_CORRECTED.search(one.chunk.text):
        marks |= {"corrected"}
    if one.value is not None:
        if any(word.isdecimal() and not _YEAR.fullmatch(word) for word in words):
            keys.append(("name", one.value, one.unit, words))
        if number:
            keys.append(("number", one.value, one.unit, number["number"].casefold()))
    return _Read(row, one, words, marks, frozenset(keys), number["number"].casefold() if number else "")


def _told_by(paper: _Read) -> frozenset[tuple[object, ...]]:
    """Return what tells that a paper was met before; a mail or an archive may hold a file that lies beside it too."""
    return frozenset(key for key in paper.keys if key[0] != _BYTES or "!/" not in paper.row.source)


def _is_below(one: Stated) -> bool:
    return isinstance(one.value, Decimal) and one.value < 0


def _is_again(paper: _Read, other: _Read, marks: frozenset[str]) -> bool:
    """Tell whether a paper says by its name that it is another one again, or the other that it corrects this one."""
    if other is paper:
        return False
    if paper.marks & marks & _AGAIN and not other.marks & _AGAIN:
        return other.words <= paper.words and any(map(str.isdecimal, other.words))
    if other.marks & marks & _CORRECTED and not paper.marks & _CORRECTED:
        is_numbered = any(map(str.isdecimal, paper.words)) and paper.words <= other.words
        return is_numbered or bool(paper.number and paper.number == other.number)
    return False
