"""Documents that there is one of each year: a question that names a year means that year's. Pure functions.

What a statement for 2023 demands is paid in 2024, so its text names both years. Its title or file tells whose it is.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.retrieval.about import Sorted
from qa.retrieval.rank import name_parts
from qa.text.calendar_words import MONTH
from qa.types import Chunk, Hit

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TIME = re.compile(rf"\d+|\b(?:{MONTH})\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{3,}")
# The edition of the year that is asked for says it as well as the others do, or it is not what is looked for.
_AS_GOOD = 0.85


def of_the_year(question: str, found: Sorted) -> Sorted:
    """Leave out the editions of other years of what a question asks for, where it names one year.

    Args:
        question: That is asked, without one in front of it.
        found: What was found for it.
    """
    asked = set(_YEAR.findall(question))
    if len(asked) != 1:
        return found
    (year,) = asked
    best: dict[str, float] = {}
    for hit in found.hits:
        if year in _years(hit.chunk):
            for name in _names(hit.chunk):
                best[name] = max(hit.score, best.get(name, 0.0))
    others = [hit for hit in found.hits if _is_another(hit, year, best)]
    if not others:
        return found
    left = {id(hit) for hit in others}
    kept = [hit for hit in found.hits if id(hit) not in left]
    groups = tuple((entity, _without(hits, left)) for entity, hits in found.groups)
    return replace(found, hits=kept, groups=groups, others=(*found.others, *others))


def _is_another(hit: Hit, year: str, best: dict[str, float]) -> bool:
    """Tell whether a passage is of another year's edition of a document that says it as well."""
    own = _years(hit.chunk)
    if not own or year in own:
        return False
    same = [best[name] for name in _names(hit.chunk) if name in best]
    return bool(same) and max(same) >= _AS_GOOD * hit.score


def _without(hits: Sequence[Hit], left: set[int]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if id(hit) not in left)


def _years(chunk: Chunk) -> set[str]:
    """Return the years in a document's title and file's name."""
    return set(_YEAR.findall(f"{chunk.title} {_file(chunk)}"))


def _names(chunk: Chunk) -> set[str]:
    """Return what a document is called, without its times: what the editions of several years have in common."""
    bare = {
        " ".join(_LETTERS.findall(_TIME.sub(" ", name_parts(name)).casefold())) for name in (chunk.title, _file(chunk))
    }
    return bare - {""}


def _file(chunk: Chunk) -> str:
    return chunk.source.rpartition("/")[2].rpartition(".")[0]
