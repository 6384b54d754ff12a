"""Whole numbers that documents write in digits: Python refuses to read more than 4,300 of them.

A file that somebody damaged, or made for harm, must not be refused for the width of one cell.
"""

_MOST_DIGITS = 18


def whole(text: str | bytes | None, otherwise: int = 0) -> int:
    """Return the number that digits write, with a minus in front or not; `otherwise` where they write none.

    Of more than 18 digits it is the largest of 18: no page, row, column or second has such a number.
    """
    said = (text.decode("ascii", "replace") if isinstance(text, bytes) else text or "").strip()
    digits = said.removeprefix("-")
    if not digits.isdecimal():
        return otherwise
    digits = digits.lstrip("0") or "0"
    number = int(digits) if len(digits) <= _MOST_DIGITS else 10**_MOST_DIGITS - 1
    return -number if said.startswith("-") else number
