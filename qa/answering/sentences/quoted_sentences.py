"""The sentences of a passage as they are quoted: which of them say something, and where each ends.

Headings, fragments and the title of a document say nothing; what ends in a colon is quoted with what it announces.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.lazy_regex import lazy_regex
from qa.retrieval.rank import name_parts
from qa.text.language import language_of, word_count
from qa.text.pointing import is_elliptical, points_back
from qa.text.reading import as_read, read_sentences
from qa.text.sentences import LIST_ITEM, sentence_spans
from qa.types import Chunk, Hit

LONGEST_SENTENCE = 700
"""Characters of the longest sentence that is quoted."""
GAP = 2
"""Most characters between a sentence and the one right after it."""
# Fewer words say something only as a value with its header or name: "Wind: 14 m/s", "MAX_RETRIES = 7".
_SHORTEST_WORDS = 4
_VALUE = lazy_regex(r"(?::|\||(?<=[\w\])])\s*=)\s*[^\s=]")
# Or as what an amount of money is: "Total due £1,228.80".
_AMOUNT = lazy_regex(
    r"[^\W\d_]{3,}\b[^\n]*?(?:(?:[€$£]|\b(?:EUR|GBP|USD|CHF))\s?-?\d[\d.,'’]*|"
    r"(?<![\w.,])-?\d[\d.,'’]*\s?(?:[€$£]|(?:EUR|GBP|USD|CHF|[Ee]uros?)\b))\W*$"
)
# A line of a bill names no currency, "Nachzahlung 181,00", and "Section 3.12" is none; nor need a day have a verb.
_PRICED = lazy_regex(
    r"(?!\W*(?:section|chapter|part|version|release|clause|no|nr|kapitel|abschnitt|teil|ziffer)\b)"
    r"(?:\d+ ?x? )?[^\W\d_]{3,}\b[^\n]*?\s-?\d[\d.,'’]*[.,]\d\d(?![.,]?\d)\W*$",
    re.IGNORECASE,
)
_BY_DAY = lazy_regex(
    r"[^\W\d_]{3,}\b[^\n]*? (?:bis|am|zum|ab|by|on|until)(?: zum| the)? "
    r"(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.? [^\W\d_]{3,9}\.? \d{4})\W*$",
    re.IGNORECASE,
)
# "Paid by card.", "Towels are not."
_SHORT = lazy_regex(r"[A-ZÄÖÜ][a-zäöüß]+ [a-zäöüß]{2,} [a-zäöüß]{3,}[.!]")
_NUMBERED = lazy_regex(r"\d+(?:\.\d+)*[.)]\s*")
_ADDRESS = lazy_regex(r"<?\bhttps?://\S+|<[\w./-]+\.(?:rst|md|html?|pdf)>`?_{0,2}")
_ENDS_IN_ADDRESS = lazy_regex(r"(?:https?://\S+|\.(?:rst|md|html?|pdf)>`?_{0,2})(?:\s*\[#?\w*\]_?)?\W*$")
_DRAWN = lazy_regex(r"^\W{0,9}([=~^*#-])\1{3,}+|([=~^-])\2{3,}+\W*+$")
_WORD, _DIGIT = lazy_regex(r"[^\W\d_]{4,}"), lazy_regex(r"\d")
# A first line that only says what a document is has so many words of its title, and so much of it.
_TITLE_WORDS, _TITLE_HELD, _LONGEST_TITLE = 2, 0.66, 100
_NAME_WORD = lazy_regex(r"[^\W_]+")
_SAYS = lazy_regex(
    r"\b(?:is|are|was|were|has|have|had|will|must|may|can|costs?|ist|sind|war|waren|hat|haben|wird|werden|muss|darf|"
    r"kann|kostet|kosten|est|sont|è|sono|es|son)\b|[€$£]|\b(?:EUR|GBP|USD|CHF)\b"
)
# Of the words of a line that is set like a heading, so many begin with a capital.
_TITLE_SHARE = 0.75
# Where an entry of a table of contents leads, and the number of the next one, which stands on its line.
_PLACE = lazy_regex(r"(?:\s+\d{1,4})?(?:\s+(?:Item|Part|Section|Chapter)\s+\w{1,4}\.?)?\s*$")
# What a sentence announces with a colon is quoted with it: list items, or that much of a table's lines.
_ANNOUNCED = 300
_ENDS = ".!?:;…”»"


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a hit: `start` and `end` are offsets into the document's text; `score` is about [0, 1].

    `text` is that stretch as it is read, see `qa.text.reading`: of a table's row, its values with the columns' names.
    `before` is the sentence before it in the hit. `answers` are the log-odds that it answers, as the model that reads
    it with the question gives them; None where it was not read.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float
    before: str = ""
    answers: float | None = None


def sentences_of(hit: Hit, language: str = "english") -> list[Quote]:
    """Return the sentences of a hit that say something, as they may be quoted."""
    return [quote for quote, _ in with_pointed(hit, language)]


def with_pointed(hit: Hit, language: str) -> list[tuple[Quote, str]]:
    """Return the hit's sentences that say something, and before each what it points back at, "" for nothing.

    Headings, fragments and what is too long to read are none. An elliptical sentence belongs to the one before it.
    """
    chunk = hit.chunk
    found: list[tuple[Quote, str]] = []
    before = ""
    titled = _titling(chunk)
    for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
        quote = Quote(hit, chunk.start + sentence.start, chunk.start + sentence.end, sentence.text, 0.0, before)
        if found and is_elliptical(sentence.text) and 0 <= quote.start - found[-1][0].end <= GAP:
            last, earlier = found[-1]
            found[-1] = replace(last, end=quote.end, text=f"{last.text} {sentence.text}"), earlier
        elif len(sentence.text) <= LONGEST_SENTENCE and not (
            sentence.end <= titled or _is_heading(sentence.text, chunk, is_item=_is_item(chunk.text, sentence.start))
        ):
            found.append((quote, before if points_back(sentence.text) else ""))
        before = sentence.text
    return found


def is_titled(text: str) -> bool:
    """Tell whether a text is put like a heading that no outline names, or an entry of a table of contents."""
    plain = _PLACE.sub("", text).rstrip()
    words: list[str] = _WORD.findall(plain)
    if not words or _says_value(plain) or plain[-1] in _ENDS:
        return False
    if all(word.isupper() for word in words):
        return True
    if _DIGIT.search(plain):
        return False
    return sum(word[0].isupper() for word in words) >= _TITLE_SHARE * len(words)


def with_announced(quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Lengthen what ends in a colon by what it announces, and drop the quotes that are in there."""
    longer = [_with_what_follows(quote, language) if quote.text.endswith(":") else quote for quote in quotes]
    return [quote for quote in longer if not any(other is not quote and _is_within(quote, other) for other in longer)]


def _with_what_follows(quote: Quote, language: str) -> Quote:
    """Add the next sentence, the list or the first lines of the table that a quote announces, as far as they fit."""
    chunk, end = quote.hit.chunk, quote.end
    in_list = ended = False
    for start, stop in sentence_spans(chunk.text, language=language_of(chunk.metadata, language)):
        if chunk.start + start < quote.end:
            continue
        is_item = bool(LIST_ITEM.match(chunk.text, start, stop))
        over = (ended or in_list) and not is_item
        if over or chunk.start + stop - quote.end > _ANNOUNCED:
            break
        end, in_list, ended = chunk.start + stop, is_item, chunk.text[stop - 1] in _ENDS
    return replace(quote, end=end, text=as_read(chunk.text[quote.start - chunk.start : end - chunk.start]))


def _is_within(quote: Quote, other: Quote) -> bool:
    return quote.hit.chunk.id == other.hit.chunk.id and other.start <= quote.start and quote.end <= other.end


def _titling(chunk: Chunk) -> int:
    """Return where the first line of a document ends if it only says what the document is, in its title's words."""
    line, more, _ = chunk.text.partition("\n")
    if chunk.start or chunk.page > 1 or not more or len(line) > _LONGEST_TITLE or line.rstrip()[-1:] in _ENDS:
        return 0
    title, said = (set(_NAME_WORD.findall(name_parts(text).casefold())) for text in (chunk.title, line))
    shared = len(title & said)
    is_title = shared >= max(_TITLE_WORDS, _TITLE_HELD * len(title)) and not _SAYS.search(line)
    return len(line) if is_title else 0


def is_reference(text: str) -> bool:
    """Tell whether a text does no more than name another paper and where it is: "| Guidance: | https://…"."""
    rest = _ADDRESS.sub(" ", text)
    return rest != text and _ENDS_IN_ADDRESS.search(text) is not None and not _SAYS.search(rest)


def _is_item(text: str, start: int) -> bool:
    """Tell whether a sentence begins as an item of a list, with its bullet in it or before it."""
    line = text.rfind("\n", 0, start) + 1
    return bool((item := LIST_ITEM.match(text, line)) and item.end() >= start)


def _says_value(text: str) -> bool:
    return bool(_VALUE.search(text) or _AMOUNT.search(text) or _PRICED.match(text) or _BY_DAY.match(text))


def _is_heading(text: str, chunk: Chunk, *, is_item: bool) -> bool:
    # Plain texts draw a line under a heading, or above it as well.
    if _DRAWN.search(text) and not _SAYS.search(text):
        return True
    plain = text.strip("#*| ").casefold()
    # "4 eggs" says something as an item of a list, and "2. Rent." is a heading with its number.
    says_number = is_item and _DIGIT.search(_NUMBERED.sub("", plain)) and _WORD.search(plain)
    if word_count(plain) < _SHORTEST_WORDS and not _says_value(text) and not says_number and not _SHORT.fullmatch(text):
        return True
    headings = (chunk.title, *chunk.heading.split(" › "))
    # With a word in front at most: "Subject: …" of a mail, "4.2 …".
    return any(plain.split(maxsplit=1)[-1] == part.casefold() or plain == part.casefold() for part in headings)
