"""How long and how large documents are: bytes and passages by the register, pages and words by the stored text."""

from collections.abc import Mapping, Sequence

from qa.answering.routes.holdings.about import Measure
from qa.answering.saying.phrases import Phrases
from qa.retrieval.retrieve import Retriever
from qa.store.records import RegisterRow

_KILO = 1000


async def measured(measure: Measure, rows: Sequence[RegisterRow], retriever: Retriever) -> Mapping[str, int]:
    """Return a measure of each document that has it, by id: bytes are of files, pages of what has pages.

    Pages are counted up to the last that holds text. Words are counted in the whole stored text.
    """
    if measure == "bytes":
        return {row.document_id: row.size for row in rows if "!/" not in row.source}
    if measure == "passages":
        return {row.document_id: row.chunk_count for row in rows}
    if measure == "pages":
        pages: dict[str, int] = {}
        async for chunk in retriever.index.chunks_of_all(rows):
            if chunk.page:
                pages[chunk.document_id] = max(chunk.page, pages.get(chunk.document_id, 0))
        return pages
    return await _words(rows, retriever)


async def _words(rows: Sequence[RegisterRow], retriever: Retriever) -> dict[str, int]:
    """Count the words of each document; of a text that two chunks share, once."""
    spans: dict[str, list[tuple[int, int, list[int]]]] = {}
    async for chunk in retriever.index.chunks_of_all(rows):
        starts = _word_starts(chunk.text)
        spans.setdefault(chunk.document_id, []).append((chunk.start, chunk.end, starts))
    counted = {row.document_id: 0 for row in rows}
    for document, held in spans.items():
        read = 0
        for start, end, starts in sorted(held):
            counted[document] += sum(start + place >= read for place in starts)
            read = max(read, end)
    return counted


def _word_starts(text: str) -> list[int]:
    before = " "
    found = []
    for place, mark in enumerate(text):
        if before.isspace() and not mark.isspace():
            found.append(place)
        before = mark
    return found


def said_measure(measure: Measure, value: int, say: Phrases) -> str:
    """Return a measure in words: "14 pages", "1.2 MB (1,234,567 bytes)"."""
    if measure == "bytes":
        exact = say.many("{n} byte", "{n} bytes", value)
        return f"{_rounded(value, say)} ({exact})" if value >= _KILO else exact
    if measure == "pages":
        return say.many("{n} page", "{n} pages", value)
    if measure == "words":
        return say.many("{n} word", "{n} words", value)
    return say.many("{n} passage", "{n} passages", value)


def how_measured(measure: Measure, say: Phrases) -> str:
    """Return in one sentence how a measure was taken, "" where nothing need be said."""
    if measure == "pages":
        return say("Pages are counted up to the last one that holds text; a slide is a page.")
    if measure == "words":
        return say("Words are counted in the text as it is stored.")
    return ""


def _rounded(value: int, say: Phrases) -> str:
    size = float(value)
    for unit in ("kB", "MB", "GB"):
        size /= _KILO
        if size < _KILO or unit == "GB":
            break
    text = f"{size:.1f}"
    return f"{text.replace('.', ',') if say.language == 'de' else text} {unit}"
