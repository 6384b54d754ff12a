"""Values that a later paper changed: a rent that a letter raised, a price that a mail replaced.

Such a paper names the value before ("from £1,150 to £1,210", "£6,350 instead of £5,800") and what it is of. The value
of now stands for the document, and the one before is told.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from qa.answering.remarks.caution import asks_something
from qa.answering.routes.holdings.listing import names
from qa.answering.routes.route import Parts
from qa.answering.routes.stated.stated import Stated
from qa.answering.saying.phrases import Phrases
from qa.lazy_regex import lazy_regex
from qa.store.records import RegisterRow
from qa.text import money
from qa.text.calendar_words import MONTHS_DE, MONTHS_EN
from qa.text.changed_values import says_change
from qa.text.language import language_of
from qa.text.measured import Measured, measured, per
from qa.text.reading import read_sentences
from qa.types import Chunk

# So many passages are looked through for changes; of more, those of the papers that name a value before.
_MOST_PASSAGES = 4_000
_INSTEAD = lazy_regex(
    r"\b(?:instead of|rather than|replac\w*|now|new|statt|anstelle|neu\w*|nunmehr|ersetzt)\b", re.IGNORECASE
)
_BEFORE_OLD = lazy_regex(
    r"\b(?:from|instead of|rather than|not|replac\w+|was|were|old|previous\w*|former\w*|von|vom|statt|"
    r"anstelle(?: von)?|bisher\w*|zuvor|alt\w*|früher\w*)(?: \w+){0,2}[ (]+$",
    re.IGNORECASE,
)
_BEFORE_OLD_FAR = 40
# What tells of which paper something is: a number, a code, a name.
_TELLING = lazy_regex(r"\b(?:[\w/-]{0,40}\d[\w/-]{0,40}|[A-ZÄÖÜ][\w-]{3,40})\b")
_AMOUNT = lazy_regex(
    r"[£$€]\s?\d[\d.,]*|(?<!\d)(?<!\d[.,])(?:\d[\d.,]{0,30}\s?[£$€%]|\d{1,30}[.,]\d[\d.,]*)|"
    r"\b(?:19|20)\d\d\b|\b\d{1,2}\.? (?=[A-ZÄÖÜ]\w+ \d{4})"
)
_ANYWHERE = frozenset(
    ("Dear", "Rent", "Price", "Date", "Total", "Page", "Kind", "Miete", "Preis", "Datum", "Betrag", "Seite", "Sehr",
     "Herr", "Frau", "Euro", "This", "That", "With", "From", "Your", "Lease", "Invoice", "Mietvertrag", "Rechnung")
).union(MONTHS_EN, MONTHS_DE)  # fmt: skip
_OPENING, _LEAST_SHARED = 500, 2
_SUM, _LEAST_SUMS = lazy_regex(money.CURRENCY, re.IGNORECASE), 2


async def with_changes(
    stated: Mapping[str, Stated], rows: Sequence[RegisterRow], every: Sequence[RegisterRow], parts: Parts
) -> dict[str, Stated]:
    """Return what documents state, with the value of now where another document changed it.

    Args:
        stated: By document.
        rows: These documents.
        every: Those that may tell of a change.
        parts: What an answer is made with.
    """
    found = dict(stated)
    valued = [row for row in rows if (one := stated.get(row.document_id)) and isinstance(one.value, Decimal)]
    if not valued:
        return found
    if sum(row.chunk_count for row in every) > _MOST_PASSAGES:
        every = await _naming((stated[row.document_id].value for row in valued), every, parts)
    if sum(row.chunk_count for row in every) > _MOST_PASSAGES:
        return {key: replace(one, is_unchecked=True) for key, one in found.items()}
    openings: dict[str, str] = {}
    changes: list[tuple[Chunk, Stated, Measured]] = []
    async for chunk in parts.retriever.index.chunks_of_all(every):
        if not chunk.start:
            openings[chunk.document_id] = chunk.text[:_OPENING]
        if "rows" not in chunk.metadata:
            changes += ((chunk, new, old) for new, old in _changes(chunk, parts.language))
    for chunk, new, old in changes:
        said = _telling(f"{chunk.title} {openings.get(chunk.document_id, '')} {chunk.text}")
        shared = {
            row.document_id: len(_telling(f"{row.title} {openings.get(row.document_id, '')}") & said)
            for row in valued
            if chunk.document_id != row.document_id and _is_of(old, stated[row.document_id])
        }
        most = max(shared.values(), default=0)
        alike = [key for key, count in shared.items() if count == most]
        # Of two papers that it may be about it changes neither.
        if most >= _LEAST_SHARED and len(alike) == 1:
            one = stated[alike[0]]
            unit = f"{new.unit.partition(' ')[0]} {one.unit.partition(' ')[2]}".strip()
            found[alike[0]] = replace(new, unit=unit, before=one.written)
    return found


async def _naming(values: Iterable[object], every: Sequence[RegisterRow], parts: Parts) -> list[RegisterRow]:
    """Return the documents that hold one of some sums in any spelling: who changes a value says what it was.

    The register is asked, whatever the number of documents; a learned model's terms are no words, so all are returned.
    """
    if parts.retriever.learned:
        return list(every)
    words = parts.retriever.sparse
    terms = {term for value in values if isinstance(value, Decimal) for term in words.held(f"{value.normalize():f}")}
    held = await parts.retriever.index.holding(terms)
    return [row for row in every if row.document_id in held]


def said_changes(rows: Sequence[RegisterRow], stated: Mapping[str, Stated], say: Phrases) -> str:
    """Return which values are those of a later paper, and what they were before; "" for none."""
    changed = [
        f"{row.title or row.source} ({one.before})"
        for row in rows
        if (one := stated.get(row.document_id)) and one.before
    ]
    if any(one.is_unchecked for row in rows if (one := stated.get(row.document_id))):
        return say("Too many papers name these values to look whether a later one changed them.")
    if not changed:
        return ""
    return say("A later paper changed what these state, with the value before: {names}.", names=names(changed))


def _is_of(old: Measured, one: Stated) -> bool:
    return old.value == one.value and old.unit == one.unit.partition(" ")[0]


def _telling(text: str) -> set[str]:
    """Return the names, numbers and codes of a text that tell what it is about: no amounts, times or greetings."""
    return set(_TELLING.findall(_AMOUNT.sub(" ", text))) - _ANYWHERE


def _changes(chunk: Chunk, language: str) -> Iterator[tuple[Stated, Measured]]:
    """Yield the new value and the old one of each sentence that says that a value was changed."""
    # To cut a text into sentences takes far longer than to see that it names no two sums.
    if len(list(islice(_SUM.finditer(chunk.text), _LEAST_SUMS))) < _LEAST_SUMS:
        return
    for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
        text = sentence.text
        if asks_something(text) or not (says_change(text) or _INSTEAD.search(text)):
            continue
        amounts = [one for one in measured(text) if one.kind == "money"]
        old = [one for one in amounts if _BEFORE_OLD.search(text[max(0, one.start - _BEFORE_OLD_FAR) : one.start])]
        new = [one for one in amounts if one not in old]
        if len(old) == 1 and len(new) == 1 and old[0].unit == new[0].unit:
            unit = f"{new[0].unit} {per(text)}".strip()
            start, end = chunk.start + sentence.start, chunk.start + sentence.end
            yield Stated(new[0].value, new[0].written, text, chunk, start, end, unit=unit), old[0]
