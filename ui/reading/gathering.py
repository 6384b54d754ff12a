"""What is shown of a source at a place, gathered: its file, the stored text around, and the words on its page."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from starlette.requests import Request

from ingest.load import SUFFIXES
from ingest.load.formats import CONTAINERS, FORMATS
from ingest.load.picture import ocr
from qa.errors import StoreError
from qa.store import RegisterRow
from qa.store.absence import is_absent
from qa.store.records import ChunkSpan
from qa.types import Chunk
from ui.reading import links, view
from ui.reading.blocks import LINED
from ui.reading.inside import TIMEOUT_S, BusyError, Insides, block_of
from ui.reading.lookup import Spans, Wanted
from ui.reading.originals import DRAWN, Original, Originals
from ui.reading.pdf.drawing import Sheet, UnreadableError, on_picture
from ui.reading.pdf.painter import WIDTHS, Painter
from ui.reading.stored import Span, Stretch, absent, at, drawn, on_page, stretches, within
from ui.reading.view import MOST_HELD, Drawn, Reading
from ui.web.reasons import in_sentences, worded
from ui.web.records import Records
from ui.web.session import Answerer, Session

T = TypeVar("T")

# The longer side of the page that a picture is taken for: boxes are joined by distances on paper.
_LONG_SIDE_PT = 842.0
# How often somebody who waits for another's picture looks whether it is their turn.
_TURN_S = 0.1
# Stored chunks that are read around a place: a page or two of text, and more rows of a table than a screen shows.
_BEFORE, _AFTER = 6, 10
_LINED_BYTES = 8 << 20
_CONTAINERS = frozenset(FORMATS[key].media_type for key in CONTAINERS)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes work with; the records and the session are opened when they are first needed."""

    records: Callable[[], Records]
    session: Callable[[], Session]
    painter: Painter
    originals: Originals
    insides: Insides = field(default_factory=Insides)


async def called(parts: Parts, collection: str, work: Callable[[Answerer], Awaitable[T]]) -> T:
    """Do something with the answerer of a collection, in the session's loop."""
    return await asyncio.wrap_future(parts.session().call(work, collection=collection))


async def file_of(parts: Parts, wanted: Wanted) -> Original:
    """Return the file of what is shown, taken out of the one that holds it."""
    row = await called(parts, wanted.collection, lambda answerer: answerer.registered(wanted.chunk.document_id))
    return await asyncio.to_thread(lambda: parts.originals.part(parts.originals.of(row, wanted.chunk.version), row))


async def reading(parts: Parts, wanted: Wanted, request: Request) -> Reading:
    """Gather what is to be shown: `request` may name a page, a zoom, and the first stored chunk."""
    chunk = wanted.chunk
    row: RegisterRow | None = None
    stored: list[Chunk] = []
    trouble = ""
    try:
        row = await called(parts, wanted.collection, lambda answerer: answerer.registered(chunk.document_id))
        span = ChunkSpan(chunk.document_id, chunk.version, *_window(wanted, request))
        stored = await called(parts, wanted.collection, lambda answerer: answerer.around(span)) if row else []
    except StoreError as error:
        trouble = trouble_of(error, wanted.collection)
    original = await asyncio.to_thread(parts.originals.of, row, chunk.version)
    if original.inside and original.media_type in DRAWN:
        original = await asyncio.to_thread(parts.originals.part, original, row)
    if not original.media_type:
        original = replace(original, media_type=_promised(chunk.source))
    chunks = tuple(stored) or (chunk, *wanted.others)
    zoom = number_in(request, "zoom", 100)
    holder, held = await _beside(parts, wanted, row)
    gathered = Reading(
        wanted,
        row,
        original,
        chunks,
        from_store=bool(stored),
        zoom=zoom if zoom in view.ZOOMS else 100,
        trouble=trouble,
        holder=holder,
        held=held,
        turned="from" in request.query_params,
    )
    if original.is_drawn:
        return replace(gathered, page=await asyncio.to_thread(_page, parts, gathered, number_in(request, "page", 0)))
    if original.is_there and original.media_type not in LINED and ocr.installed():
        gathered = replace(gathered, figure=await _figure_in_turn(parts, gathered))
    if original.is_there and not original.inside and original.media_type in LINED:
        return await asyncio.to_thread(_lines, parts, gathered)
    return gathered


def trouble_of(error: StoreError, collection: str) -> str:
    """Return why a collection cannot be asked; "" for one that is there no more, and so holds the document no longer.

    What is said of that tells a terminal what to type, and names the collections of others.
    """
    return "" if is_absent(str(error), collection) else in_sentences(worded(error))


async def _beside(
    parts: Parts, wanted: Wanted, row: RegisterRow | None
) -> tuple[RegisterRow | None, tuple[RegisterRow, ...]]:
    """Return the file that a document lies in, such as the mail of an attachment, and what lies in the document."""
    if row is None:
        return None, ()
    source, above = row.source, row.source.rpartition("!/")[0]
    try:
        holder = await called(parts, wanted.collection, lambda answerer: answerer.named(above)) if above else None
        if row.media_type not in _CONTAINERS:
            return holder, ()
        held = await called(parts, wanted.collection, lambda answerer: answerer.inside(source, MOST_HELD))
    except StoreError:
        # What is shown tells so already.
        return None, ()
    return holder, tuple(one for one in held if "!/" not in one.source.removeprefix(f"{source}!/"))


def _window(wanted: Wanted, request: Request) -> tuple[int, int]:
    """Return the first and the last chunk that are shown."""
    if "from" in request.query_params:
        first = max(0, number_in(request, "from", 0))
        return first, first + _BEFORE + _AFTER
    return max(0, wanted.chunk.ordinal - _BEFORE), wanted.chunk.ordinal + _AFTER


def _page(parts: Parts, reading: Reading, number: int) -> Drawn | None:
    """Look a page up and find on it what is cited; None if it cannot be drawn."""
    wanted, original = reading.wanted, reading.original
    holder = at(reading.chunks, wanted.span[0]) or wanted.chunk
    # A document is shown from its first page, though the text may begin later.
    own = max(1, holder.page) if wanted.number or wanted.spans else 1
    number = number if number > 0 else own
    # A picture of one page has no number.
    stretch = on_page(reading.chunks, number if holder.page else 0) or (
        Stretch(wanted.chunk.start, wanted.chunk.text, (wanted.chunk,)) if number == max(1, holder.page) else None
    )
    spans = _marked(wanted)
    placed = [(span, inside) for span in (*spans, *wanted.against) if stretch and (inside := within(span, stretch))]
    try:
        sheet = parts.painter.sheet(
            original.path,
            original.stamp,
            number,
            stretch.text if stretch else "",
            [inside for _, inside in placed],
            absent(stretch) if stretch else (),
            drawn(stretch) if stretch else (),
        )
    except UnreadableError:
        return None
    width = WIDTHS[1] if reading.zoom <= 100 else WIDTHS[2] if reading.zoom <= 150 else WIDTHS[3]
    parts.painter.ahead(original.path, original.stamp, [sheet.number], width)
    picture = links.beneath(wanted.address, f"page-{sheet.number}.png", w=width, v=f"{original.stamp[3]:x}")
    return _boxed(wanted, sheet, picture, placed)


async def _figure_in_turn(parts: Parts, reading: Reading) -> tuple[int, Drawn] | None:
    """Find a picture as soon as no other one is looked for; None where that takes too long."""
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        with suppress(BusyError):
            return await asyncio.to_thread(_figure, parts, reading)
        await asyncio.sleep(_TURN_S)
    return None


def _figure(parts: Parts, reading: Reading) -> tuple[int, Drawn] | None:
    """Find the picture in the document that cited words were read from, and where its block begins; else None."""
    wanted, original = reading.wanted, reading.original
    spans = tuple(dict.fromkeys((wanted.span, *_marked(wanted), *wanted.against))) if wanted.number else wanted.spans
    for stretch in stretches(reading.chunks):
        if not (block := block_of(stretch, spans)):
            continue
        file = parts.originals.part(original, reading.row)
        if file.inside or not (found := parts.insides.of(file, wanted.chunk.source, stretch, block)):
            return None
        own = Stretch(stretch.start + block[0], stretch.text[slice(*block)], ())
        placed = [(span, inside) for span in (*_marked(wanted), *wanted.against) if (inside := within(span, own))]
        scale = _LONG_SIDE_PT / max(found.width, found.height)
        width, height = found.width * scale, found.height * scale
        boxes, shares = on_picture(found.words, own.text, [inside for _, inside in placed], width, height)
        sheet = Sheet(1, 1, "", width, height, boxes, shares, bool(found.words), found.width)
        return own.start, _boxed(wanted, sheet, found.address, placed)
    return None


def _boxed(wanted: Wanted, sheet: Sheet, picture: str, placed: Sequence[tuple[Span, Span]]) -> Drawn:
    """Tell which boxes of a sheet are what: those of each span of the document stand in the order of `placed`."""
    boxes = {"cited": [], "against": [], "chosen": []}  # type: dict[str, list[tuple[float, float, float, float]]]
    share, looked = 1.0, False
    for (span, _), found, own_share in zip(placed, sheet.boxes, sheet.shares, strict=True):
        is_chosen = span == wanted.span
        boxes["chosen" if is_chosen else "against" if span in wanted.against else "cited"] += found
        if is_chosen:
            share, looked = own_share, True
    return Drawn(
        sheet,
        picture,
        tuple(boxes["cited"]),
        tuple(boxes["against"]),
        tuple(boxes["chosen"]),
        share,
        looked,
    )


def _marked(wanted: Wanted) -> Spans:
    if wanted.spans or wanted.against or not wanted.number:
        return wanted.spans
    return ((wanted.chunk.start, wanted.chunk.end),)


def _lines(parts: Parts, reading: Reading) -> Reading:
    """Number the lines of each stretch as in the file, where the file says the same there."""
    from ingest.load.decoding import decode

    file = parts.originals.open(reading.original)
    if file is None:
        return reading
    with file:
        text = decode(file.read(_LINED_BYTES))
    if not text:
        return reading
    found = stretches(reading.chunks)
    numbers = line_numbers(text, found)
    return replace(reading, lines=numbers, typed=texts_in_file(text, [one for one in found if one.start in numbers]))


def line_numbers(text: str, found: list[Stretch]) -> dict[int, int]:
    """Return by their starts the number of each stretch's first line in a file's text, from 1.

    Args:
        text: The file's.
        found: Of its document, whose text may begin later than the file's.
    """
    body, above = _body(text)
    numbers = {}
    for stretch in found:
        start = above + stretch.start
        first = stretch.text.split("\n", 1)[0]
        # Where a chunk ended in the line, the white space behind it is not known.
        if body[start : start + len(first)].split() == first.split():
            numbers[stretch.start] = body.count("\n", 0, start) + 1
    return numbers


def texts_in_file(text: str, found: list[Stretch]) -> dict[int, str]:
    """Return by their starts the texts of stretches with the white space of the file, which is not stored between two.

    Args:
        text: The file's.
        found: As for `line_numbers`; one that the file does not hold is left out.
    """
    body, above = _body(text)
    texts = {stretch.start: body[above + stretch.start : above + stretch.end] for stretch in found}
    return {one.start: texts[one.start] for one in found if texts[one.start].split() == one.text.split()}


def _body(text: str) -> tuple[str, int]:
    """Return a file's text with plain line ends, and how many blank lines stand above it."""
    body = text.replace("\r\n", "\n").replace("\r", "\n")
    return body, len(body) - len(body.lstrip("\n"))


def _promised(source: str) -> str:
    """Return the media type that a source's name promises, "" for none."""
    suffix = Path(source.rpartition("!/")[2] or source).suffix.lower()
    return SUFFIXES.get(suffix, "")


def number_in(request: Request, name: str, otherwise: int) -> int:
    """Return a number that an address names; what is none, or is absurd, counts as not named."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else otherwise
