"""What documents are called where they stand side by side, so that no two of them are called alike. Pure functions."""

from collections import Counter
from collections.abc import Sequence

from qa.answering.routes.footnotes import one_line
from qa.answering.routes.holdings.genres import is_kind, words_of
from qa.store.records import RegisterRow


def labels(rows: Sequence[RegisterRow]) -> list[str]:
    """Return a document's title, with its file's name where others have that title or it only says what kind it is.

    Where files of one name have one title, their paths tell them apart.
    """
    titles = [one_line(row.title or row.source) for row in rows]
    alike = Counter(title.casefold() for title in titles)
    named = [
        f"{title} ({one_line(row.source.rpartition('/')[2])})"
        if row.title and (alike[title.casefold()] > 1 or _is_bare(title))
        else title
        for row, title in zip(rows, titles, strict=True)
    ]
    twice = Counter(named)
    return [
        f"{title} ({one_line(row.source)})" if twice[name] > 1 else name
        for row, title, name in zip(rows, titles, named, strict=True)
    ]


def _is_bare(title: str) -> bool:
    """Tell whether a title says no more than what kind of document it is: "Arbeitsvertrag", "Receipt"."""
    return all(map(is_kind, words_of(title)))
