"""Texts as the database keeps them. Pure functions."""

TITLE_CHARACTERS = 80


def storable(text: str) -> str:
    """Return a text as any database takes it: without NUL, and with halves of surrogate pairs made visible."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "backslashreplace").decode("utf-8")


def as_title(text: str) -> str:
    """Return a text as the title of a conversation: one line, not too long."""
    line = " ".join(storable(text).split())
    return line if len(line) <= TITLE_CHARACTERS else line[: TITLE_CHARACTERS - 1].rstrip() + "…"
