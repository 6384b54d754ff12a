"""Sentences that say nothing of the things a question asks about, nor does what stands above them.

Where meaning alone speaks for a sentence it is near by chance: in a language that the dense model does not read, any
sentence may be. On the sample none of the right answers is such a sentence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.answering.completing.permission import is_permission
from qa.answering.sentences.asked_thing import held_in, names_above, openings_of, words_asked
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.sentences.single_words import said_otherwise
from qa.calibration.signals import Embed
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.amounts import FORMS, SOME_TIME
from qa.text.calendar_words import MONTH
from qa.text.casing import word_set
from qa.text.cost_words import cost_asked
from qa.text.labels import OF_EVERY_PAPER, asks_when_due, asks_when_to_pay, is_labelled, said_by_label
from qa.text.paper_words import share_said
from qa.text.wanted import wanted
from qa.types import Hit

_HAS_DAY = FORMS["date"]
_PAYABLE = lazy_regex(r"\b(?:payable|to be paid|zahlbar|fällig|zu zahlen)\b", re.IGNORECASE)
_PAPERS = word_set("bill bills invoice invoices receipt receipts rechnung rechnungen quittung quittungen beleg belege")
_MONTH = lazy_regex(MONTH, re.IGNORECASE)
# "Stromrechnung" is a bill for "Strom".
_BILL = lazy_regex(
    r"([^\W\d_]{4,}?)(?:s|en|n)?(?:ab|schluss)?(?:rechnung|quittung|beleg|angebot|vertrag)(?:en|e|s)?", re.IGNORECASE
)


# The scaled cosine from which meaning alone speaks for a sentence, and how many sentences it is asked of.
_NEAR, _MOST_NEAR = 0.6, 12


@dataclass(frozen=True, slots=True)
class _Things:
    """What a question asks about: `words`, and whether it asks for what papers of every thing have."""

    words: tuple[str, ...]
    of_papers: bool


def without_wordless(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit], *, reads: str) -> list[Quote]:
    """Return the sentences that say a word of what a question asks about, or that stand under one.

    Of "when is the roof to be paid" the roof must stand in the paper: a day to pay by stands in every bill. In another
    language, of which the dense model does not read one, half of the words must stand there, or all names.

    Args:
        query: As the index reads it.
        quotes: Sentences that may be quoted.
        hits: The passages; what a document's others say counts for the things that are asked about.
        reads: Code of the only language that the dense model reads, "" where it reads several.
    """
    if query.asked != query.text:
        # What is asked about stands in the question in front: "and what did it cost?".
        return list(quotes)
    things = _things(query, reads)
    if not things.words:
        return list(quotes)
    around = openings_of(hits)
    if things.of_papers:
        around = {}
        for hit in hits:
            around[hit.chunk.document_id] = f"{around.get(hit.chunk.document_id, '')}\n{hit.chunk.text}"
    left = [
        quote for quote in quotes if _says(query, things, quote, around.get(quote.hit.chunk.document_id, ""), reads)
    ]
    return _of_the_nearest(query, things, left, around) if asks_when_to_pay(query.asked) else left


def _of_the_nearest(query: Query, things: _Things, quotes: Sequence[Quote], around: Mapping[str, str]) -> list[Quote]:
    """Return the sentences of the papers that hold most of the things, and of those in other languages.

    "When is the home insurance to be paid" is told by no bill that only says "home". Of a day to pay by nothing else
    tells than a line that says so, or another day; of what is due otherwise, any time that stands beside it.
    """

    def tells(quote: Quote) -> bool:
        if is_labelled(query.asked, quote.text) or _HAS_DAY.search(quote.text) or _PAYABLE.search(quote.text):
            return True
        code = quote.hit.chunk.metadata.get("language", "")
        is_timed = asks_when_due(query.asked) and SOME_TIME.search(quote.text)
        return bool(is_timed and held_in(query, things.words, quote.text, code))

    quotes = [quote for quote in quotes if tells(quote)]
    # A line that says so is better than another day.
    said = [quote for quote in quotes if not _HAS_DAY.search(quote.text) or is_labelled(query.asked, quote.text)]
    quotes = said or quotes

    def held(quote: Quote) -> int | None:
        code = quote.hit.chunk.metadata.get("language", "")
        if code not in (query.language, ""):
            return None
        text = f"{names_above(quote)}\n{around.get(quote.hit.chunk.document_id, '')}"
        return len(held_in(query, things.words, text, code))

    counts = [held(quote) for quote in quotes]
    most = max((count for count in counts if count is not None), default=0)
    return [quote for quote, count in zip(quotes, counts, strict=True) if count is None or count == most]


async def near_in_meaning(query: Query, quotes: Sequence[Quote], embed: Embed, *, reads: str) -> list[Quote]:
    """Return those that say what a question asks in none of its words: "Laundry is four pounds a load" of washing.

    Args:
        query: As the index reads it.
        quotes: Best first; the first few are looked at.
        embed: Embeds sentences as the query was.
        reads: Code of the only language that the dense model reads, "" where it reads several.
    """
    if not query.meaning or (reads and query.language not in (reads, "")):
        return []
    read = [quote for quote in quotes if not reads or quote.hit.chunk.metadata.get("language", "") in (reads, "")]
    read = read[:_MOST_NEAR]
    if not read:
        return []
    near = query.nearness(await embed([quote.text for quote in read]))
    return [quote for quote, how_near in zip(read, near, strict=True) if how_near >= _NEAR]


def _things(query: Query, reads: str) -> _Things:
    asked = words_asked(query)
    want = wanted(query.asked, query.language)
    if want and want.what == "count" and want.noun and reads and query.language not in (reads, ""):
        # What is counted stands beside its number; in a language that the model reads, perhaps by another word.
        return _Things((want.noun,), of_papers=False)
    said = said_by_label(query.asked) | {cost_asked(query.asked).casefold()} | OF_EVERY_PAPER
    things = tuple(word for word in asked if word.casefold() not in said)
    # Of the power bill for March, the power is what tells it from others.
    own = tuple(
        word
        for word in things
        if not _MONTH.fullmatch(word) and word.casefold() not in _PAPERS and not is_permission(word)
    )
    return _Things(own or things, of_papers=len(things) < len(asked))


def _says(query: Query, things: _Things, quote: Quote, around: str, reads: str) -> bool:
    code = quote.hit.chunk.metadata.get("language", "")
    is_foreign = bool(query.language) and code not in (query.language, "")
    if is_foreign and not reads:
        return True
    otherwise = share_said(query.asked, query.language, quote.text, code) > 0
    if not things.of_papers and (otherwise or said_otherwise(query.asked, quote.text, things.words)):
        return True
    text = f"{names_above(quote)}\n{quote.text}\n{around}"
    held = held_in(query, things.words, text, code)
    if is_foreign:
        held |= {word for word in things.words if share_said(word, query.language, text, code)}
        return 2 * len(held) >= len(things.words) or _says_names(query, things, quote, code)
    if held or any(_is_bill_for(word, text) for word in things.words):
        return True
    asked = query.match.terms(" ".join(things.words), query.language)
    return query.match.inside(text, code, query.match.weights.keys() - asked) > 0


def _says_names(query: Query, things: _Things, quote: Quote, code: str) -> bool:
    """Tell whether a sentence itself says all names of a question, if need be as a dictionary has them: "Warschau"."""
    parts = {part for name in query.names for part in name.text.casefold().split()}
    named = [word for word in things.words if word.casefold() in parts]
    return bool(named) and len(held_in(query, named, quote.text, code)) == len(named)


def _is_bill_for(word: str, text: str) -> bool:
    bill = _BILL.fullmatch(word)
    return bill is not None and bool(re.search(rf"\b{re.escape(bill[1])}", text, re.IGNORECASE))
