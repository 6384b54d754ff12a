"""Passages about the thing that a question names, without those about another of its kind. Pure functions."""

from collections.abc import Sequence

from qa.retrieval.query import Query
from qa.text.names import Name, numbered_names
from qa.text.values import Values
from qa.types import Hit


def about_it(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits without those of documents whose title names another thing of that kind.

    "Are dogs allowed at Harbour Row 7?" is not answered from the lease of Mill Lane 12. All are returned where the
    question compares, names nothing with a number, or no hit is about what it names.
    """
    named = [name for name in query.names if name.kind in ("numbered", "code")]
    if not named or query.compares or not any(_names_it(named, hit.chunk.title) for hit in hits):
        return list(hits)
    return [hit for hit in hits if _mentions(named, hit) or not _is_about_another(named, hit.chunk.title)]


def _names_it(named: Sequence[Name], title: str) -> bool:
    return any(name.stands_in(Values(title)) for name in named)


def _mentions(named: Sequence[Name], hit: Hit) -> bool:
    together = Values(f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}")
    return any(name.stands_in(together) for name in named)


def _is_about_another(named: Sequence[Name], title: str) -> bool:
    held = Values(title)
    return any(held.holds_like(name.text) if name.kind == "code" else bool(numbered_names(title)) for name in named)
