"""Documents that there is one of each year or month: a question that names one means that one's. Pure functions.

What a statement for 2023 demands is paid in 2024, so its text names both years. Its title or file tells whose it is. So
the minutes of February say when May's meeting is.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.lazy_regex import lazy_regex
from qa.retrieval.about import Sorted
from qa.retrieval.rank import name_parts
from qa.text.calendar_words import MONTH, MONTHS
from qa.text.casing import lowered
from qa.text.counterparts import other_side
from qa.text.named_times import months_named
from qa.types import Chunk, Hit

_YEAR = lazy_regex(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TIME = lazy_regex(rf"\d+|\b(?:{MONTH})\b", re.IGNORECASE)
# In small letters "may" and "march" are verbs, but for what stands around them.
_ASKED_MONTH = lazy_regex(
    rf"\b(?:in|of|for|during|im|für) (?P<in>{MONTH})\b(?! (?:i|we|you)\b)|"
    rf"\b(?:the|last|this|der|die|das) (?P<the>{MONTH}) "
    r"(?:meeting|minutes|statement|invoice|bill|report|newsletter|session)",
    re.IGNORECASE,
)
_NAMED_MONTH = lazy_regex(
    rf"\b(?P<name>{MONTH})\b|(?<!\d)(?:19|20)\d\d[-_.](?P<number>0[1-9]|1[0-2])(?!\d)", re.IGNORECASE
)
_LETTERS = lazy_regex(r"[^\W\d_]{3,}")
# The edition of the year that is asked for says it as well as the others do, or it is not what is looked for.
_AS_GOOD = 0.85
# "Next meeting: 13 May" in the minutes of February is better, by its words, than those of May.
_AS_GOOD_OF_MONTH = 0.5
# They may be told when and where May's meeting is by February's minutes.
_WHEN = lazy_regex(r"(?:when|where|what (?:time|day|date)|wann|wo|um wie ?viel uhr)\b", re.IGNORECASE)


def of_the_year(question: str, found: Sorted) -> Sorted:
    """Leave out the editions of other years and months of what a question asks for, where it names one.

    Args:
        question: That is asked, without one in front of it.
        found: What was found for it.
    """
    asked = set(_YEAR.findall(question))
    if len(asked) == 1:
        year = asked.pop()
        # That year's statement gives a credit where others demand a payment.
        is_told = any(year in _years(hit.chunk) and _tells_other_side(question, hit.chunk) for hit in found.hits)
        found = _of_one(year, _years, found, least=0.0 if is_told else _AS_GOOD)
    # "From November to February" means the minutes of both.
    if _WHEN.match(question.strip()) or len(months_named(question)) > 1:
        return found
    months = {MONTHS[lowered(match["in"] or match["the"])] for match in _ASKED_MONTH.finditer(question)}
    return _of_one(f"{months.pop()}", _months, found, least=_AS_GOOD_OF_MONTH) if len(months) == 1 else found


def _tells_other_side(question: str, chunk: Chunk) -> bool:
    return any(other_side(question, line) for line in chunk.text.splitlines())


def is_of_other_year(question: str, chunk: Chunk) -> bool:
    """Tell whether a passage is of an edition of other years than the one that a question names, and silent of that."""
    asked = set(_YEAR.findall(question))
    own = _years(chunk)
    return len(asked) == 1 and bool(own) and asked.isdisjoint(own | set(_YEAR.findall(chunk.text)))


def _of_one(time: str, times: Callable[[Chunk], set[str]], found: Sorted, *, least: float = _AS_GOOD) -> Sorted:
    """Leave out the editions of other times than one; `times` gives those in a document's names."""
    best: dict[str, float] = {}
    for hit in found.hits:
        if time in times(hit.chunk):
            for name in _names(hit.chunk):
                best[name] = max(hit.score, best.get(name, 0.0))
    others = [hit for hit in found.hits if _is_another(hit, time, times(hit.chunk), best, least)]
    if not others:
        return found
    left = {id(hit) for hit in others}
    kept = [hit for hit in found.hits if id(hit) not in left]
    groups = tuple((entity, _without(hits, left)) for entity, hits in found.groups)
    return replace(found, hits=kept, groups=groups, others=(*found.others, *others))


def _is_another(hit: Hit, time: str, own: set[str], best: dict[str, float], least: float) -> bool:
    """Tell whether a passage is of another year's or month's edition of a document that says it as well."""
    if not own or time in own:
        return False
    same = [best[name] for name in _names(hit.chunk) if name in best]
    return bool(same) and max(same) >= least * hit.score


def _without(hits: Sequence[Hit], left: set[int]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if id(hit) not in left)


def _years(chunk: Chunk) -> set[str]:
    """Return the years in a document's title and file's name."""
    return set(_YEAR.findall(f"{chunk.title} {_file(chunk)}"))


def _months(chunk: Chunk) -> set[str]:
    """Return the months in a document's title and file's name, as numbers."""
    return {
        f"{MONTHS[lowered(match['name'])] if match['name'] else int(match['number'])}"
        for match in _NAMED_MONTH.finditer(f"{chunk.title} {_file(chunk)}")
    }


def _names(chunk: Chunk) -> set[str]:
    """Return what a document is called, without its times: what the editions of several years have in common."""
    bare = {
        " ".join(_LETTERS.findall(_TIME.sub(" ", name_parts(name)).casefold())) for name in (chunk.title, _file(chunk))
    }
    return bare - {""}


def _file(chunk: Chunk) -> str:
    return chunk.source.rpartition("/")[2].rpartition(".")[0]
