"""A source at a place as HTML: the part that the pane shows, and the page of its own. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.store import RegisterRow
from qa.types import Chunk
from ui.places import headings, places
from ui.reading.blocks import LINED, MAILS, Block, Paragraph, blocks, reads
from ui.reading.drawn import HERE, Ink, drawn, numbered, page_name
from ui.reading.links import ROOT, beneath, document, with_values
from ui.reading.lookup import Wanted
from ui.reading.originals import DRAWN, Original
from ui.reading.pdf.boxes import Box
from ui.reading.pdf.drawing import Sheet
from ui.reading.stored import Stretch, at, stretches
from ui.web import place
from ui.web.escape import escape
from ui.web.language import current, t

ZOOMS = (50, 75, 100, 125, 150, 200, 300)
"""Of 100 the width of the pane that a page may take."""
MOST_HELD = 100
"""Documents within a document that are named."""
# Less of the words than that on the page's picture is not the place.
_FOUND = 0.6
_WHOLE = 0.95


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page of a PDF or picture file: what it is, and which boxes are cited, speak against, and are looked for."""

    sheet: Sheet
    picture: str
    cited: tuple[Box, ...] = ()
    against: tuple[Box, ...] = ()
    chosen: tuple[Box, ...] = ()
    share: float = 1.0
    looked: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is shown of a source.

    Attributes:
        wanted: What is looked for.
        row: The register's row of the document, None if the collection holds it no longer.
        original: Its file.
        chunks: Stored chunks around the place; those of the answer where the collection holds none.
        from_store: Whether they come from the collection.
        page: The page's picture, None where there is none.
        zoom: Of `ZOOMS`.
        lines: For each stretch's start the number of its first line in the file, where it is known.
        typed: For each stretch's start its text with the white space of the file, where it is known.
        trouble: Why the collection could not be asked.
        holder: The document that this one lies in, such as the mail of an attachment.
        held: The documents that lie in this one.
        figure: The picture that cited words were read from, and where its block begins in the text.
        turned: Whether somebody went on to this text: it is shown from its beginning, wherever the place is.
    """

    wanted: Wanted
    row: RegisterRow | None
    original: Original
    chunks: tuple[Chunk, ...]
    from_store: bool
    page: Drawn | None = None
    zoom: int = 100
    lines: dict[int, int] = field(default_factory=dict)
    typed: dict[int, str] = field(default_factory=dict)
    trouble: str = ""
    holder: RegisterRow | None = None
    held: tuple[RegisterRow, ...] = ()
    figure: tuple[int, Drawn] | None = None
    turned: bool = False


def part(reading: Reading) -> str:
    """Return what the pane shows."""
    chunk = reading.wanted.chunk
    kind = "page" if reading.page else "text"
    body = [_notes(reading), _held(reading)]
    if reading.page:
        width = _width(reading.page, reading.zoom)
        body = [_wide("".join(body), width), _picture(reading.page, reading.zoom)]
        body.append(_wide(_beneath(reading, reading.page), width))
    else:
        body.append(_text(reading))
    return (
        f'<article class="fnr" data-kind="{kind}">'
        f'<header class="fnr-head"><div class="fnr-names"><h2 class="fnr-title" id="fnr-title" tabindex="-1">'
        f"{_number(reading)}<bdi>{escape(chunk.title or chunk.source)}</bdi></h2>{_where(reading)}</div>"
        f'<button type="button" class="fnr-close" data-fnr="close" hidden>{escape(t("Close"))}</button></header>'
        f"{_tools(reading)}"
        f'<div class="fnr-body" tabindex="0" role="region" aria-label="{escape(_region(reading))}">'
        f"{''.join(body)}</div></article>"
    )


def whole(reading: Reading) -> str:
    """Return a page of its own."""
    chunk = reading.wanted.chunk
    return page(chunk.title or chunk.source, part(reading).replace("<h2", "<h1", 1).replace("</h2>", "</h1>", 1))


def page(title: str, body: str) -> str:
    """Return a page of its own around a body that is HTML."""
    return (
        f'<!DOCTYPE html><html lang="{escape(current())}" class="fnr-alone"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} · Footnote</title><link rel="stylesheet" href="{place.at(ROOT)}/files/pane.css">'
        f'<script src="{place.at(ROOT)}/files/pane.js" defer></script></head><body><main>{body}</main></body></html>'
    )


def message(title: str, text: str) -> str:
    """Return a part that says why nothing is shown."""
    return (
        f'<article class="fnr" data-kind="none"><header class="fnr-head"><div class="fnr-names">'
        f'<h2 class="fnr-title" id="fnr-title" tabindex="-1">{escape(title)}</h2></div>'
        f'<button type="button" class="fnr-close" data-fnr="close" hidden>{escape(t("Close"))}</button></header>'
        f'<div class="fnr-body" tabindex="0" role="region" aria-label="{escape(title)}"><p class="fnr-note">'
        f"{escape(text)}</p></div></article>"
    )


def _number(reading: Reading) -> str:
    if not reading.wanted.number:
        return ""
    number = reading.wanted.number
    said = escape(t("footnote {n}", n=number))
    return f'<span class="fnr-of" role="img" aria-label="{said}">{number}</span> '


def _where(reading: Reading) -> str:
    chunk = at(reading.chunks, reading.wanted.span[0]) or reading.wanted.chunk
    if reading.page:
        sheet = reading.page.sheet
        parts = [_called(sheet)]
    else:
        parts = places(chunk, t)
    if (path := headings(chunk, reading.wanted.span[0])) and (
        not reading.page or reading.page.sheet.number == chunk.page
    ):
        parts.append(path)
    source = _holder(reading) or _source(chunk.source)
    shown = "".join(f"<span><bdi>{escape(one)}</bdi></span>" for one in parts)
    return f'<p class="fnr-where">{shown}<span>{source}</span></p>'


def _holder(reading: Reading) -> str:
    """Return the source with a way to the file that the document lies in; "" where it lies in none."""
    row, source = reading.holder, reading.wanted.chunk.source
    if row is None or not source.startswith(f"{row.source}!/"):
        return ""
    return f"{_to(row, reading, row.source)} › <bdi>{escape(source.removeprefix(f'{row.source}!/'))}</bdi>"


def _held(reading: Reading) -> str:
    """Return the ways to the documents that lie in this one."""
    if not reading.held:
        return ""
    label = t("Attachments") if reading.original.media_type in MAILS else t("Files in it")
    names = [row.source.rpartition("!/")[2] for row in reading.held[:MOST_HELD]]
    items = "".join(f"<li>{_to(row, reading, name)}</li>" for row, name in zip(reading.held, names, strict=False))
    more = f"<li>{escape(t('…'))}</li>" if len(reading.held) > MOST_HELD else ""
    return (
        f'<nav class="fnr-held" aria-label="{escape(label)}"><span>{escape(label)}</span><ul>{items}{more}</ul></nav>'
    )


def _to(row: RegisterRow, reading: Reading, name: str) -> str:
    address = document(row.document_id, reading.wanted.collection)
    return f'<a data-fnr="other" href="{escape(address)}"><bdi>{escape(name)}</bdi></a>'


def _source(source: str) -> str:
    shown = escape(source)
    if re.match(r"https?://", source):
        return f'<a href="{shown}" target="_blank" rel="noopener noreferrer"><bdi>{shown}</bdi></a>'
    return f"<bdi>{shown}</bdi>"


def _region(reading: Reading) -> str:
    if reading.page:
        sheet = reading.page.sheet
        return _called(sheet)
    return t("Text of the source")


def _called(sheet: Sheet) -> str:
    """Return what a page is called; a picture of one page is none."""
    return t("Picture") if _is_one_picture(sheet) else page_name(sheet.number, sheet.label, sheet.count)


def _is_one_picture(sheet: Sheet) -> bool:
    return bool(sheet.pixels) and sheet.count == 1


def _tools(reading: Reading) -> str:
    address, buttons = reading.wanted.address, []
    zoom = None if reading.zoom == 100 else reading.zoom
    if reading.page:
        sheet = reading.page.sheet
        before = with_values(address, page=sheet.number - 1, zoom=zoom) if sheet.number > 1 else ""
        after = with_values(address, page=sheet.number + 1, zoom=zoom) if sheet.number < sheet.count else ""
        if not _is_one_picture(sheet):
            buttons += [
                _tool(before, "prev", "‹", t("Previous page")),
                f'<span class="fnr-at">{escape(page_name(sheet.number, sheet.label, sheet.count))}</span>',
                _tool(after, "next", "›", t("Next page")),
            ]
        place = ZOOMS.index(reading.zoom)
        smaller = with_values(address, page=sheet.number, zoom=ZOOMS[place - 1]) if place else ""
        larger = with_values(address, page=sheet.number, zoom=ZOOMS[place + 1]) if place + 1 < len(ZOOMS) else ""
        buttons += [_tool(smaller, "smaller", "−", t("Smaller")), _tool(larger, "larger", "+", t("Larger"))]
    elif reading.from_store and reading.chunks:
        first, last = reading.chunks[0].ordinal, reading.chunks[-1].ordinal
        count = reading.row.chunk_count if reading.row and reading.row.version == reading.chunks[0].version else 0
        if first > 0:
            buttons.append(_tool(with_values(address, **{"from": max(0, first - 16)}), "prev", "‹", t("Earlier text")))
        if first > 0 or last + 1 < count:
            shown = with_values(address, **{"from": last + 1}) if last + 1 < count else ""
            buttons.append(_tool(shown, "next", "›", t("Later text")))
    if reading.original.is_there:
        own, copy = beneath(address, "original"), beneath(address, "original", download=1)
        label = t("Open the original")
        buttons += [
            '<span class="fnr-gap"></span>',
            f'<a class="fnr-link" href="{escape(own)}" target="_blank" rel="noopener">{escape(label)}</a>',
            f'<a class="fnr-link" href="{escape(copy)}" download>{escape(t("Download"))}</a>',
        ]
    return f'<nav class="fnr-tools" aria-label="{escape(t("Source"))}">{"".join(buttons)}</nav>' if buttons else ""


def _tool(address: str, name: str, sign: str, label: str) -> str:
    if not address:
        return f'<span class="fnr-tool fnr-off" aria-hidden="true">{sign}</span>'
    said = escape(label)
    return (
        f'<a class="fnr-tool" data-fnr="{name}" href="{escape(address)}" aria-label="{said}" title="{said}">{sign}</a>'
    )


def _notes(reading: Reading) -> str:
    said = _note(reading)
    return f'<p class="fnr-note" role="note">{escape(said)}</p>' if said else ""


def _note(reading: Reading) -> str:
    if reading.trouble:
        return t("The collection cannot be asked now: {why} This is the passage as it was cited.", why=reading.trouble)
    match reading.original.state:
        case "removed" | "changed" | "unreadable" if not reading.from_store:
            if reading.original.state == "removed":
                return t("The collection no longer holds this document. This is the passage as it was cited.")
            return t("The file has changed since this was cited. This is the passage as it was.")
        case "changed":
            return t(
                "The file has changed since it was read. This is the text that was stored; “Ingest again”, on the page "
                "of documents, reads the new one."
            )
        case "gone":
            return t("The file is no longer there. This is the text that was stored.")
        case "elsewhere":
            folder = reading.original.folder
            return t("The file is not on this machine: there is no {folder}. This is the stored text.", folder=folder)
        case "unreadable":
            return t("The file cannot be opened here. This is the text that was stored.")
    if reading.original.inside and reading.original.media_type in DRAWN:
        name = reading.original.name
        return t("This stands inside {name}, so its pages are not drawn. This is the text that was stored.", name=name)
    if reading.original.is_drawn and not reading.page:
        return t("The page cannot be drawn. This is the text that was stored.")
    if reading.page and reading.page.looked and reading.page.share < _FOUND:
        return t("The words could not be found on the picture of the page; they stand beneath it.")
    if reading.page and reading.page.looked and reading.page.share < _WHOLE:
        return t("Not all of the words could be found on the picture of the page; they stand beneath it.")
    return ""


def _picture(drawn_page: Drawn, zoom: int) -> str:
    sheet = drawn_page.sheet
    boxes = [_box(box, "fnr-box") for box in drawn_page.cited]
    boxes += [_box(box, "fnr-box fnr-against") for box in drawn_page.against]
    boxes += [_box(box, "fnr-box fnr-chosen", HERE if not at else "") for at, box in enumerate(drawn_page.chosen)]
    width = _width(drawn_page, zoom)
    # The height is known before the picture comes: nothing moves when it does.
    return (
        f'<div class="fnr-page" style="width:{width};aspect-ratio:{sheet.width:.1f}/{sheet.height:.1f}">'
        f'<img src="{escape(drawn_page.picture)}" alt="{escape(_called(sheet))}">{"".join(boxes)}</div>'
    )


def _width(drawn_page: Drawn, zoom: int) -> str:
    """Return how wide a picture is drawn. A small one is not blown up to the width of the pane."""
    pixels = drawn_page.sheet.pixels
    return f"min({zoom}%,{pixels * zoom // 100}px)" if pixels else f"{zoom}%"


def _wide(html: str, width: str) -> str:
    """Show what stands above or below a picture, and stays in sight where one that is enlarged is moved sideways."""
    return (
        f'<div class="fnr-wide" style="width:max(100%,{width})"><div class="fnr-fixed">{html}</div></div>'
        if html
        else ""
    )


def _box(box: Box, kind: str, name: str = "") -> str:
    left, top, width, height = (100 * value for value in box)
    named = f' id="{name}"' if name else ""
    return (
        f'<span class="{kind}"{named} style="left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%">'
        "</span>"
    )


def _beneath(reading: Reading, drawn_page: Drawn) -> str:
    """Show the passage as text under the page's picture: for those who do not see it, and for copying."""
    found = not drawn_page.looked or drawn_page.share >= _WHOLE
    ink = Ink.of(reading.wanted, reading.original.media_type)
    # What nobody sees, since it is folded, is no place to go to: each page that was turned to was shown from its end.
    ink.placed = found
    text = drawn(
        _blocks([Stretch(reading.wanted.chunk.start, reading.wanted.chunk.text, (reading.wanted.chunk,))], reading), ink
    )
    return (
        f'<details class="fnr-beneath"{"" if found else " open"}><summary>{escape(t("Text of the passage"))}</summary>'
        f'<div class="fnr-text">{text}</div></details>'
    )


def _blocks(found: Sequence[Stretch], reading: Reading) -> list[Block]:
    return [block for stretch in found for block in blocks(stretch, reading.original.media_type)]


def _text(reading: Reading) -> str:
    ink = Ink.of(reading.wanted, reading.original.media_type)
    ink.placed = reading.turned or bool(reading.figure and reading.figure[1].chosen)
    pieces = []
    for stretch in stretches(reading.chunks):
        if (first := reading.lines.get(stretch.start)) and reading.original.media_type in LINED:
            stretch = replace(stretch, text=reading.typed.get(stretch.start, stretch.text))
            flowing = reads(stretch, reading.original.media_type)
            pieces.append(numbered(stretch.text, stretch.start, first, ink, flowing))
        else:
            pieces.append(_with_figure(_blocks([stretch], reading), reading, ink))
    between = f'<p class="fnr-break">{escape(t("…"))}</p>'
    lined = " fnr-plain" if reading.original.media_type in LINED else ""
    return f'<div class="fnr-text{lined}">{between.join(pieces)}</div>'


def _with_figure(found: Sequence[Block], reading: Reading, ink: Ink) -> str:
    """Return blocks as HTML, with the picture that words were read from in front of them."""
    start, figure = reading.figure or (-1, None)
    place = next(
        (
            number
            for number, block in enumerate(found)
            if isinstance(block, Paragraph) and block.start <= start < block.start + len(block.text)
        ),
        -1,
    )
    if figure is None or place < 0:
        return drawn(found, ink)
    return f"{drawn(found[:place], ink)}{_picture(figure, 100)}{drawn(found[place:], ink)}"
