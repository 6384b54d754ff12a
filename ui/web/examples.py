"""Questions that a page offers where nothing has been asked: about what the collection holds. Pure functions.

They are answered with and without a language model: what documents there are, and what one is about.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import PurePosixPath

from ingest.load.formats import FORMATS
from qa.store.records import RegisterRow
from qa.store.where import day_of
from ui.web.language import t

_MOST_ABOUT = 3
_LONGEST_TITLE = 60
# Of so many passages a summary says more than a glance.
_LEAST_PASSAGES = 3
# What holds rows, instructions or other files is about nothing that could be told in sentences.
_UNTOLD = frozenset(
    FORMATS[key].media_type
    for key in ("csv", "tsv", "xlsx", "xls", "ods", "code", "json", "jsonl", "xml", "zip", "mbox", "ipynb")
    if key in FORMATS
)
_TABLES = frozenset(FORMATS[key].media_type for key in ("csv", "tsv", "xlsx", "xls", "ods") if key in FORMATS)
# A title that has them would end the name in the question.
_QUOTES = frozenset('"“”„«»')


def questions(rows: Sequence[RegisterRow]) -> list[str]:
    """Return questions about documents in the visitor's language, none where there are none.

    Args:
        rows: The newest version of each document.
    """
    if not rows:
        return []
    named = Counter(row.title.casefold() for row in rows)
    told = [row for row in rows if named[row.title.casefold()] == 1 and can_be_told(row)]
    told.sort(key=worth, reverse=True)
    about = [about_it(row.title) for row in told[:_MOST_ABOUT]]
    return [*([t("Which documents are there?")] if len(rows) > 1 else []), *about]


def worth(row: RegisterRow) -> tuple[bool, bool, date, str]:
    """Return what puts documents in order, the last first: those with much to tell, well named, then the newest."""
    return row.chunk_count >= _LEAST_PASSAGES, is_named(row), day_of(row), row.source


def is_named(row: RegisterRow) -> bool:
    """Tell whether a document has a title of its own, and not only the name of its file."""
    return _plain(row.title) != _plain(PurePosixPath(row.source).stem) and " " in row.title


def is_table(row: RegisterRow) -> bool:
    """Tell whether a document is a table of its own."""
    return bool(row.chunk_count) and row.media_type in _TABLES


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def about_it(title: str) -> str:
    """Return the question what a document is about."""
    return t("What is “{title}” about?", title=title)


def can_be_told(row: RegisterRow) -> bool:
    """Tell whether a document can be asked about by its title, and is of a kind that sentences can tell of."""
    title = row.title
    fits = 0 < len(title) <= _LONGEST_TITLE and not _QUOTES & set(title)
    return fits and bool(row.chunk_count) and row.media_type not in _UNTOLD
