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
from qa.text.values import days
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
# A paper of which there is one a month, and which month's is asked for: "the invoice of June", "Stromrechnung im März".
# What was sent on a day is another one's: "the bill of June 12".
_PAPER = (
    r"(?:invoices?|bills?|statements?|reports?|newsletters?|pay ?slips?|\w*(?:rechnung(?:en)?|auszug|auszüge)|"
    r"\w*bericht\w{0,2})"
)
_MEETING = r"(?:minutes|\w*protokolls?)"
_OF = r"(?:(?P<within>in|im)|of|for|from|vom|von|für|aus dem|zum)(?: the month of| de[nm]| monat)*"
_VERBS, _SHORT = frozenset(("may", "march")), 3
# "The bill of June 12" is of a day, that "of June Carter" of somebody.
_NO_DAY = r"(?! ?\d{1,2}\b)(?! (?-i:[^\W\da-zäöüß]))"
_PAPERS_MONTH = lazy_regex(
    rf"\b{_PAPER} {_OF} (?P<of>{MONTH})\b{_NO_DAY}|\b(?<!\d )(?<!\d\. )(?P<month>{MONTH})[ -]?{_PAPER}\b", re.IGNORECASE
)
_EDITIONS_MONTH = lazy_regex(
    rf"\b(?:{_PAPER}|{_MEETING}) {_OF} (?P<of>{MONTH})\b{_NO_DAY}|"
    rf"\b(?<!\d )(?<!\d\. )(?P<month>{MONTH})[ -]?(?:{_PAPER}|{_MEETING})\b",
    re.IGNORECASE,
)
_MONTH = lazy_regex(rf"\b(?:{MONTH})\b", re.IGNORECASE)
_NAMED_MONTH = lazy_regex(
    rf"\b(?P<name>{MONTH})\b|(?<!\d)(?:19|20)\d\d[-_.](?P<number>0[1-9]|1[0-2])(?!\d)", re.IGNORECASE
)
_LETTERS = lazy_regex(r"[^\W\d_]{3,}")
# In the name of a document: a day on which it was written or scanned, somebody's first name, a verb.
_WHOLE_DAY = lazy_regex(
    rf"(?<!\d)(?:19|20)\d\d[-_.]\d{{2}}[-_.]\d{{2}}(?!\d)|\b\d{{1,2}}\.? (?:{MONTH})\b|\b(?:{MONTH}) \d{{1,2}}\b(?!\d)",
    re.IGNORECASE,
)
_NO_MONTH = lazy_regex(
    rf"\b(?:{MONTH}) (?!(?:{_PAPER}|{_MEETING}|meeting|session|sitzung)\b)(?-i:[^\W\da-zäöüß])[\w'’-]*|"
    r"\bmay (?:i|we|you)\b",
    re.IGNORECASE,
)
# When a bill is paid says nothing of the month that it is for.
_PAYING = lazy_regex(
    r"\b(?:due|payable|pay|paid|payment|by|(?<!\d )until|before|sent|dated?|issued|fällig|zahlbar|zahlen|bezahlt|"
    r"überweis\w*|(?<!\d )(?<!\d\. )bis|spätestens|rechnungsdatum|datum)\b.{0,20}$",
    re.IGNORECASE,
)
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
    papers = _months_of(_PAPERS_MONTH, question)
    if (_WHEN.match(question.strip()) and not papers) or len(months_named(question)) > 1:
        return found
    months = papers | {MONTHS[lowered(match["in"] or match["the"])] for match in _ASKED_MONTH.finditer(question)}
    return _of_one(f"{months.pop()}", _months, found, least=_AS_GOOD_OF_MONTH) if len(months) == 1 else found


def _tells_other_side(question: str, chunk: Chunk) -> bool:
    return any(other_side(question, line) for line in chunk.text.splitlines())


def is_of_other_year(question: str, chunk: Chunk) -> bool:
    """Tell whether a passage is of an edition of other years than the one that a question names, and silent of that."""
    asked = set(_YEAR.findall(question))
    own = _years(chunk)
    return len(asked) == 1 and bool(own) and asked.isdisjoint(own | set(_YEAR.findall(chunk.text)))


def is_of_other_month(question: str, chunk: Chunk) -> bool:
    """Tell whether a passage is of another month's edition than the one that a question names.

    A bill of June may be filed by the day in July on which it came. The invoice of May, which is due in June, is of
    another month all the same.
    """
    asked = _months_of(_EDITIONS_MONTH, question)
    if len(asked) != 1:
        return False
    is_paper = bool(_months_of(_PAPERS_MONTH, question))
    own = _months(chunk, of_days=not is_paper)
    return bool(own) and asked.isdisjoint(map(int, own)) and not _speaks_of(asked.pop(), chunk.text)


def _speaks_of(month: int, text: str) -> bool:
    """Tell whether a text names a month, other than as that in which something is paid or was written."""
    named = [(match.span(), MONTHS[lowered(match[0])]) for match in _MONTH.finditer(text) if not match[0].islower()]
    named += [(span, day.month) for span, day in days(text) if day.month]
    return any(
        said == month and not _PAYING.search(text[text.rfind("\n", 0, start) + 1 : start]) for (start, _), said in named
    )


def _months_of(pattern: re.Pattern[str], question: str) -> set[int]:
    """Return the months of papers that a question names; "Jan" may be somebody, and who "may report" is no month."""
    found = set()
    for match in pattern.finditer(question):
        name = match["of"] or match["month"]
        is_verb = match["month"] and lowered(name) in _VERBS and (name[0].islower() or not match.start())
        # What was done in June with a bill was done with that of May.
        is_when = match["of"] and match["within"] and _WHEN.match(question.strip())
        if not is_verb and not is_when and (len(name) > _SHORT or lowered(name) == "may"):
            found.add(MONTHS[lowered(name)])
    return found


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


def _months(chunk: Chunk, *, of_days: bool = True) -> set[str]:
    """Return the months in a document's title and file's name, as numbers; those of whole days where these count."""
    names = _NO_MONTH.sub(" ", f"{chunk.title}\n{_file(chunk)}")
    return {
        f"{MONTHS[lowered(match['name'])] if match['name'] else int(match['number'])}"
        for match in _NAMED_MONTH.finditer(names if of_days else _WHOLE_DAY.sub(" ", names))
    }


def _names(chunk: Chunk) -> set[str]:
    """Return what a document is called, without its times: what the editions of several years have in common."""
    bare = {
        " ".join(_LETTERS.findall(_TIME.sub(" ", name_parts(name)).casefold())) for name in (chunk.title, _file(chunk))
    }
    return bare - {""}


def _file(chunk: Chunk) -> str:
    return chunk.source.rpartition("/")[2].rpartition(".")[0]
