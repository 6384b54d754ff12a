"""Boxes of forms, as text: `[x]` and `[ ]`."""

TICKED, BLANK = "[x]", "[ ]"


def box(text: str) -> str:
    """Return the state of a box that a text is the sign of, "" for other text."""
    sign = text.strip()
    return "" if sign not in ("☐", "☑", "☒") else BLANK if sign == "☐" else TICKED
