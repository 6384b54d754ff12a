"""Questions about the latest: how they are recognised, and how newer documents go first. Pure functions.

Reports that follow one another say the same in nearly the same words; only their dates tell which one is meant by "the
latest". How the two numbers below were chosen is in docs/quality.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_EN
from qa.types import Chunk, Hit

# The most score that a passage loses to newer documents. One that answers as well takes half of it.
_MOST_LOST = 0.2
# A newer document counts for nothing if its best passage scores this much less than the best of all.
_WIDTH = 0.2

_RECORDS = (
    "audit|bill|bulletin|edition|email|e-mail|filing|forecast|inspection|invoice|issue|letter|mail|meeting|memo|message"
    "|minutes|newsletter|payslip|quarter|release|report|review|revision|statement|survey|update|version"
)
_RECORDS_DE = (
    "ausgabe|besprechung|bericht|brief|e-mail|fassung|inspektion|mail|messung|mitteilung|nachricht|protokoll|prüfung"
    "|quartal|quartalsbericht|rechnung|revision|sitzung|stand|version"
)
# Not "at the latest", nor "the latest date for it", which speak of one and the same document.
_LATEST = lazy_regex(
    rf"""\b(?: (?<!\bat\ the\ )latest (?!\ (?:possible|date|day|time|deadline|start|end)\b)
             | newest | most\ (?:recent(?:ly)?|current) | up[- ]to[- ]date
             | last\ (?:\w+\ )?(?:{_RECORDS})
             | neuest\w* | aktuellst\w* | jüngste\w* | letzte[nmrs]?\ (?:\w+\ )?(?:{_RECORDS_DE})\w* )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def asks_for_latest(question: str) -> bool:
    """Tell whether a question, in English or German, is about the newest of several documents."""
    return bool(_LATEST.search(question))


def newest_first(hits: Sequence[Hit], days: Mapping[str, date]) -> list[Hit]:
    """Order by score, and let passages give way to those of newer documents that answer as well.

    Each newer document counts by how near its best passage is to the best of all, and each that counts in full halves
    what is left of a passage's allowance. The best score stays what it was, so that no question is refused for this.

    Args:
        hits: Hits with absolute scores.
        days: The days of their documents, by id; passages of a document that is missing lose nothing.
    """
    best: dict[str, float] = {}
    for hit in hits:
        best[hit.chunk.document_id] = max(hit.score, best.get(hit.chunk.document_id, hit.score))
    top = max(best.values(), default=0.0)
    counted = {document: max(0.0, 1 - (top - score) / _WIDTH) for document, score in best.items() if document in days}

    def lost(document: str) -> float:
        if document not in days:
            return 0.0
        newer = sum(share for other, share in counted.items() if days[other] > days[document])
        return float(_MOST_LOST * (1 - 2**-newer))

    scored = [replace(hit, score=hit.score - lost(hit.chunk.document_id)) for hit in hits]
    raised = top - max((hit.score for hit in scored), default=0.0)
    scored = [replace(hit, score=hit.score + raised) for hit in scored]
    return sorted(scored, key=lambda hit: -hit.score)


def note(cited: Sequence[Chunk], near: Sequence[Chunk], days: Mapping[str, date]) -> str:
    """Return a note for the reader on which document was taken for the latest, "" where there is only one.

    Args:
        cited: The passages that the answer rests on.
        near: The passages that were found, those cited among them.
        days: The days of the documents of both, by id.
    """
    sources = {chunk.document_id: chunk.source for chunk in (*near, *cited)}
    if len(sources) == 1:
        return ""
    if not days.keys() & sources.keys():
        return "None of the documents found for this question states a date, so it is not known which is the latest."

    def named(document: str) -> str:
        day = days[document]
        return f"{sources[document].rpartition('/')[2]} of {day.day} {MONTHS_EN[day.month - 1]} {day.year}"

    newest = max(days.keys() & sources.keys(), key=lambda document: (days[document], document))
    dated = [chunk.document_id for chunk in cited if chunk.document_id in days]
    if not dated:
        return f"The document cited states no date; {named(newest)} was found for this question too."
    shown = max(dated, key=days.__getitem__)
    text = f"The newest document cited is {named(shown)}"
    return f"{text}; {named(newest)} was found for this question too." if days[newest] > days[shown] else f"{text}."
