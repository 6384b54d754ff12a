"""Which sentences of a passage are no answer to a question, though they hold its words. Pure functions.

The head of a mail and the title of a document name what they are about, and say nothing of it. A row of June does not
say what was in July.
"""

import re
from collections.abc import Sequence

from qa.answering.refusing.not_computed import in_row
from qa.answering.sentences.quoted_sentences import Quote
from qa.lazy_regex import lazy_regex
from qa.retrieval.entities import Entity
from qa.retrieval.rank import name_parts
from qa.tables.named_periods import periods
from qa.tables.phrases import COMPARISONS
from qa.tables.plan import Condition, within
from qa.text.dates import read_day, read_month
from qa.text.values import Values

_MAIL_HEAD = lazy_regex(r"(?:From|To|Cc|Bcc|Date|Subject|Von|An|Datum|Betreff): \S")
# What stands above a mail that another one quotes; behind the colon that mail begins.
_QUOTED_HEAD = lazy_regex(r"(?:On|Am) \S[^\n]{5,90}\b(?:wrote|schrieb)\b[^:\n]{0,60}:")
_MAILS = (".eml", ".msg")
_ABOUT_MAIL = lazy_regex(
    r"\b(?:e-?mails?|mails?|send|sends|sent|wrote|writes?|written|received?|subject|from whom|to whom|reply|replied|"
    r"geschrieben|schrieb|schreibt|gesendet|geschickt|schickte|absender|empfänger|betreff|post)\b",
    re.IGNORECASE,
)
# A title is short, without an end, and nearly all its words have capitals; numbers of houses and years do not count.
_MOST_WORDS, _CAPITALS = 12, 0.6
_SMALL = 3
_BLANK = lazy_regex(r"[^:_]{2,60}:[*\s]*(?:[_…]|\.{4})[_.…\s]*")
# What is still to be written: "[INSERT THE ADDRESS HERE]".
_PLACEHOLDER = lazy_regex(r"\[(?:INSERT|ENTER|ADD|YOUR|PASTE|EINFÜGEN|HIER)\b[^\]a-z]*\]")
_COMES = lazy_regex(
    r"\b(?:check(?:ing)?[ -]?in|checked in|arriv\w+|move[ -]in|moving in|anreise\w*|ankunft\w*|einchecken|einzug\w*)\b",
    re.IGNORECASE,
)
_GOES = lazy_regex(
    r"\b(?:check(?:ing)?[ -]?out|checked out|depart(?:ure|ures|s|ed|ing)?|move[ -]out|moving out|abreise\w*|abfahrt\w*|"
    r"auschecken|auszug\w*)\b",
    re.IGNORECASE,
)
# What leads to another page says nothing of this one: "← Back to the house".
_LEADS_ON = lazy_regex(r"\W{0,2}[←→⇐⇒‹«↑⬅➡]\s*\w")
_ENDS = ".!?:;…"
# Of the words of the shorter of a title and a first line.
_SAME = 0.5
_FIRST_FIELD = lazy_regex(r"[^:;\n]{1,60}: ([^;\n]{1,40})(?:; |$)")


def is_left_blank(text: str) -> bool:
    """Tell whether a text is a field of a form in which nothing was written: "Password: ______"."""
    return _BLANK.fullmatch(text.strip()) is not None


def is_of_other_end(question: str, text: str) -> bool:
    """Tell whether a text is of how a stay or journey begins, and the question of how it ends, or the reverse."""
    for one, other in ((_COMES, _GOES), (_GOES, _COMES)):
        if one.search(question) and not other.search(question):
            return bool(other.search(text)) and not one.search(text)
    return False


def may_be_quoted(question: str, quote: Quote) -> bool:
    """Tell whether a sentence says something, and not only what its document is about or who sent it."""
    chunk = quote.hit.chunk
    is_mail = bool(chunk.metadata.get("from")) or chunk.source.casefold().endswith(_MAILS)
    is_head = (is_mail and _MAIL_HEAD.match(quote.text)) or _QUOTED_HEAD.fullmatch(quote.text)
    if _PLACEHOLDER.search(quote.text) or _LEADS_ON.match(quote.text):
        return False
    if is_head and not _ABOUT_MAIL.search(question):
        return False
    return quote.start != 0 or not (_is_title(quote.text) and _is_of_this(quote))


def _is_of_this(quote: Quote) -> bool:
    """Tell whether a first line may be the title of its document: where that has one, it says most of the same."""
    chunk = quote.hit.chunk
    title, line = _words(chunk.title), _words(quote.text)
    if not title or title <= _words(name_parts(chunk.source)):
        return True
    return len(line & title) >= _SAME * min(len(line), len(title))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


def _is_title(text: str) -> bool:
    words: list[str] = re.findall(r"[^\W\d_]+", text)
    long = [word for word in words if len(word) > _SMALL]
    if (
        not long
        or len(words) > _MOST_WORDS
        or text.rstrip()[-1] in _ENDS
        or ": " in text
        or "|" in text
        or " = " in text
    ):
        return False
    return words[0][0].isupper() and sum(word[0].isupper() for word in long) >= _CAPITALS * len(long)


def is_of_another_time(question: str, quote: Quote) -> bool:
    """Tell whether a row begins with its day or month, and the question names another one."""
    if not in_row(quote.hit.chunk, quote.start) or not (first := _FIRST_FIELD.match(quote.text)):
        return False
    day = read_day(first[1]) or read_month(first[1])
    named = periods(question)
    if day is None or len(named) != 1 or _is_compared(question[: named[0].start]):
        return False
    value = named[0].value
    if value.isdecimal() and len(value) <= 2:
        return not within(day, Condition(0, "month", value))
    if value.startswith("Q"):
        return not within(day, Condition(0, "quarter", value[1:]))
    if named[0].is_of_any_year:
        value = f"{day.year}-{value}"
    # A row of a month may be about any of its days.
    shown = value[: len("2025-06")] if read_month(first[1]) else value
    return not within(day, Condition(0, "=", shown))


def _is_compared(before: str) -> bool:
    """Tell whether a time stands behind "since" or "before", which other times meet."""
    words = before.casefold().split()
    return any(COMPARISONS.get(tuple(words[-size:]), "=") != "=" for size in (1, 2, 3))


def is_of_another_thing(named: Sequence[Entity], quote: Quote) -> bool:
    """Tell whether a sentence or row speaks of another thing of a kind than the one that is named: Mill Lane 12."""
    numbered = [entity for entity in named if entity.kind == "numbered" and entity.name]
    if not numbered:
        return False
    text = Values(quote.text)
    return any(entity.names_another(text) for entity in numbered) and not any(
        entity.stands_in(text) for entity in numbered
    )
