"""All values of a sort in texts: deadlines, dates, amounts, addresses. Pure functions, English and German."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.answering.routes.side_by_side.across_words import Listed
from qa.lazy_regex import lazy_regex
from qa.text import money, scales
from qa.text.language import language_of
from qa.text.periods import DAY
from qa.text.sentences import sentence_spans
from qa.types import Chunk

# The length is bounded: without, a document that is one row of digits takes time by its square.
_MONEY = (
    rf"(?:(?:{money.GLUED}|{money.SIGN})\s?\d[\d.,]{{0,30}}{scales.OF_MONEY}?|"
    rf"\d[\d.,]{{0,30}}{scales.BEHIND}?\s?{money.CURRENCY})"
)
_FULL_DAY = DAY.split("|today")[0] + ")"
_SPAN = (
    r"\d{1,3} (?:working |calendar |business )?(?:days?|weeks?|months?|hours?|years?|Tagen?|Wochen?|Monaten?|Stunden?)"
)
_BY = (
    r"(?:no later than|not later than|at the latest(?: by)?|by|until|before|due(?: on| by)?|deadline(?: is| of)?:?|"
    r"expires?(?: on)?|expir(?:ed|ing) on|ends?(?: on)?|within|latest by|at least|spätestens(?: am| bis)?|bis(?: zum| "
    r"spätestens)?|innerhalb(?: von)?|binnen|fällig(?: am)?|vor dem|endet(?: am)?|läuft (?:am|bis)|mindestens)"
)
_PATTERNS: dict[Listed, re.Pattern[str]] = {
    "deadlines": lazy_regex(
        rf"(?<!\w){_BY} (?:the |dem |den )?(?:end of )?(?P<value>{_FULL_DAY}|{_SPAN}(?! (?:ago|old)))|"
        rf"(?P<late>{_FULL_DAY}) at the latest|(?P<word>(?:deadline|due date|frist)\b[^.]*?(?:{_FULL_DAY}|{_SPAN}))",
        re.IGNORECASE,
    ),
    "dates": lazy_regex(rf"(?<![\w.])(?P<value>{_FULL_DAY})", re.IGNORECASE),
    "amounts": lazy_regex(rf"(?<!\w)(?P<value>{_MONEY})", re.IGNORECASE),
    "e-mail addresses": lazy_regex(r"(?P<value>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"),
    "telephone numbers": lazy_regex(
        r"(?<![\w.,/-])(?P<value>(?:\+|00|0)\d{1,4}[ /()-]{0,2}\d[\d /()-]{4,14}\d)(?![\w-])"
    ),
    "links": lazy_regex(r"(?P<value>(?:https?://|www\.)[^\s<>\"')\]]+)", re.IGNORECASE),
    "IBANs": lazy_regex(r"(?<!\w)(?P<value>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)"),
}
# "may" and "march" are months with a capital alone.
_VERB = lazy_regex(r"may|march|mar")
_YEAR_ALONE = lazy_regex(r"(?:19|20)\d\d")
# "at least three months" is a period of notice only where something is to be given or declared.
_LEAST = lazy_regex(r"^(?:at least|mindestens|within|innerhalb|binnen)\b", re.IGNORECASE)
_DUTY = lazy_regex(
    r"\b(?:notice|notif|must|shall|has to|have to|is to|are to|required|deliver|submit|pay|paid|report|return|"
    r"declar\w*|"
    r"muss|müssen|hat .* zu|ist .* zu|melden|zahlen|gezahlt|einzureichen|kündig\w*)",
    re.IGNORECASE,
)


_ACTIONS = lazy_regex(
    r"^(?:[#*\d. ]*)(?:open )?(?:actions?(?: items| points| list)?|to[- ]?dos?|deadlines|due dates|aufgaben|"
    r"maßnahmen|fristen|"
    r"offene punkte|termine und aufgaben)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_LAST_DAY = lazy_regex(rf"^[^\n]*?\S {{2,}}(?P<by>{_BY} )?(?P<value>{_FULL_DAY})[ .|]*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Value:
    """A value and the sentence that holds it; `start` and `end` are offsets of that in the document's text."""

    text: str
    chunk: Chunk
    start: int
    end: int
    sentence: str


def values_in(chunk: Chunk, sort: Listed, *, language: str) -> Iterator[Value]:
    """Yield the values of a sort that a chunk holds, in order, each once a sentence."""
    begins, ends = _actions(chunk) if sort == "deadlines" else (len(chunk.text), len(chunk.text))
    yield from _of_actions(chunk, begins, ends)
    for start, end in sentence_spans(chunk.text, language=language_of(chunk.metadata, language)):
        if begins <= start < ends:
            continue
        end = min(end, begins) if start < begins else end
        sentence = " ".join(chunk.text[start:end].split())
        seen: set[str] = set()
        for match in _PATTERNS[sort].finditer(sentence):
            value = next(filter(None, match.groups()))
            if sort in ("dates", "deadlines") and (_YEAR_ALONE.fullmatch(value) or _VERB.fullmatch(value)):
                continue
            if sort == "deadlines" and _LEAST.match(match[0]) and not _DUTY.search(sentence):
                continue
            if value not in seen:
                seen.add(value)
                said = match[0].strip() if sort == "deadlines" else value
                yield Value(said.strip(" ,.;"), chunk, chunk.start + start, chunk.start + end, sentence)


def _actions(chunk: Chunk) -> tuple[int, int]:
    """Return where a list of actions begins and ends in a chunk: from its heading to the next empty line."""
    nowhere = len(chunk.text), len(chunk.text)
    begins = _ACTIONS.search(chunk.text)
    if not begins and not _ACTIONS.search(chunk.heading.rpartition(" › ")[2]):
        return nowhere
    start = begins.end() if begins else 0
    first = _LAST_DAY.search(chunk.text, start)
    if not first:
        return nowhere
    empty = re.compile(r"\n\s*\n").search(chunk.text, first.end())
    return start, empty.start() if empty else len(chunk.text)


def _of_actions(chunk: Chunk, begins: int, ends: int) -> Iterator[Value]:
    """Yield the days at the ends of its lines: "Order 15 drums    Gwen Maddocks    10 January 2025"."""
    for match in _LAST_DAY.finditer(chunk.text, begins, ends):
        said = f"{match['by'] or ''}{match['value']}"
        yield Value(said, chunk, chunk.start + match.start(), chunk.start + match.end(), " ".join(match[0].split()))
