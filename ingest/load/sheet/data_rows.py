"""Whether the first row of a table is one of its rows, and no names of its columns, where only its texts can tell."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

from qa.lazy_regex import lazy_regex
from qa.tables.values import read_number
from qa.text.dates import read_day

_DAY = lazy_regex(r"\d{1,4}([./-])(?:\d{1,2}|[A-Za-z]{3})\1\d{1,4}(?:[T ].*)?|\d{8}(?:\d{6})?(?:\[.*\])?")
_NUMBER = lazy_regex(r"[-+−–(]?\s*(?:[^\w\s]{1,3}|[A-Z]{3})?\s*\d[\d.,'’\s]*(?:[^\w\s]|[A-Z]{3})?\s*[-+)]?")
_AMOUNT = lazy_regex(r"\d[.,]\d\d?(?!\d)")
_YEAR = lazy_regex(r"(?:19|20)\d\d")
_MOST = 0.8
_OFTEN = 3
_LOOKED_AT = 200
_SEVERAL = 3
_LONGEST = 60


def is_data(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row is one of those below it: it has a day or a number where they have, or says what they say."""
    shaped = [cell for cell in row if _shape(cell)]
    if len(set(shaped)) < len(shaped):
        return True
    if len(shaped) == 1 and _AMOUNT.search(shaped[0]) and not _DAY.search(shaped[0]):
        return True
    counted = _counts(shaped) or (_rises(row) and 2 * sum(map(_rises, below[:_LOOKED_AT])) < len(below[:_LOOKED_AT]))
    for column, cell in enumerate(row):
        others = [one[column] for one in below[:_LOOKED_AT] if column < len(one) and one[column]]
        shape = _shape(cell)
        if not cell or not others or (shape == "number" and (counted or _YEAR.fullmatch(cell))):
            continue
        alike = sum(_shape(one) == shape for one in others) if shape else others.count(cell)
        if alike >= max(_MOST * len(others), 1 if shape else _OFTEN):
            return True
    return False


def is_shaped_alike(row: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether two rows are of one table: where one has a day or a number, most often the other has one as well."""
    shapes = [(_shape(cell), _shape(beside)) for cell, beside in zip(row, other, strict=False)]
    return 2 * sum(bool(one) and one == beside for one, beside in shapes) >= sum(bool(one) for one, _ in shapes)


def _counts(shaped: Sequence[str]) -> bool:
    """Tell whether columns are numbered, or stand for values that rise evenly."""
    numbers = _numbers(shaped)
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return len(numbers) > 1 and len(steps) == 1 and min(steps) > 0


def _rises(row: Sequence[str]) -> bool:
    """Tell whether a row holds several numbers, each larger than the one before it, as depths or doses are."""
    numbers = _numbers(row)
    return len(numbers) >= _SEVERAL and all(before < after for before, after in itertools.pairwise(numbers))


def _numbers(row: Sequence[str]) -> list[Decimal]:
    return [read[0] for cell in row if len(cell) <= _LONGEST and (read := read_number(cell))]


def _shape(cell: str) -> str:
    if len(cell) > _LONGEST:
        return ""
    if _DAY.fullmatch(cell) or read_day(cell):
        return "day"
    return "number" if _NUMBER.fullmatch(cell) else ""
