"""PDF files through PDFium: text by page, without running headers and footers, headings from the outline.

Pages that are pictures of text are read where the extra `ocr` is installed.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ingest.load import pulse
from ingest.load.about import about
from ingest.load.build import join_pages, one_line, ranges, tidy
from ingest.load.file import File
from ingest.load.no_language import is_no_language
from ingest.load.office import embedded
from ingest.load.office import parts as office_parts
from ingest.load.parts import Budget, Parts
from ingest.load.pdf import columns, hyphens, ligatures, notes, raised, rows, running, struck, ticks, twice
from ingest.load.pdf import figures as pdf_figures
from ingest.load.pdf import file as pdf_file
from ingest.load.pdf import objects as pdf_objects
from ingest.load.pdf import pictures as pdf_pictures
from ingest.load.pdf import rules as pdf_rules
from ingest.load.pdf import tables as pdf_tables
from ingest.load.pdf import words as pdf_words
from ingest.load.pdf.figures import Figure, Said
from ingest.load.pdf.file import PDFIUM, legible, opened
from ingest.load.pdf.notes import Beside
from ingest.load.pdf.rows import Placed
from ingest.load.pdf.unseen import seen_text
from ingest.load.picture import ocr, ocr_work
from ingest.load.unseen import incomplete
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document, Heading, Page

logger = logging.getLogger(__name__)

_PLACEHOLDERS = {"title", "document", "blank", "anonymous", "model", "slide 1"}
_FILE_NAME = lazy_regex(r"^untitled|^microsoft (word|powerpoint|excel) - |\.[a-z]{2,5}\d?$", re.IGNORECASE)
# "Page 3", "Diapo 3": what programs call a page or slide in an outline that nobody wrote.
_PAGE_NAME = lazy_regex(
    r"(?:page|seite|slide|folie|diapo(?:sitive|sitiva)?|p[áa]gina|sid[ae]|sivu|strona|str[áa]nka|страница|слайд"
    r"|スライド|ページ|幻灯片|슬라이드)\s*(\d{1,5})",
    re.IGNORECASE,
)
# Of scripts that part words by blanks, as Korean does; Thai, Lao, Burmese, Khmer, Japanese and Chinese part none.
_LETTER = (
    r"[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff]"
)

Bookmark = tuple[int, str, int]


@dataclass(slots=True)
class _Extract:
    """All that is taken from PDFium; page numbers start at 1."""

    pages: list[str]
    labels: list[str]
    bookmarks: list[Bookmark]
    title: str
    unreadable: list[int]
    pictures: list[int]
    """Pages that show pictures and hold no text."""
    about: dict[str, str]
    covered: dict[int, frozenset[str]]
    """Pages whose text is short and that pictures cover, and which."""
    tables: list[list[Placed]]
    """Of each page."""
    beside: list[Beside]
    """Of each page: values of fields and notes."""
    figures: list[Figure]
    """Pictures that take a part of a page."""


def load(file: File, media_type: str) -> Document:
    """Load a PDF. Each line of the page is a line of the text; a word hyphenated over a line end is joined."""
    with PDFIUM:
        found = _extract(file)
    rows.carry_over(found.tables)
    texts = [rows.with_rows(page, tables) for page, tables in zip(found.pages, found.tables, strict=True)]
    joined = hyphens.joiner(texts)

    def spelt(text: str) -> str:
        return tidy(ligatures.apart(joined(text)))

    pages = [spelt(page) for page in texts]
    # A wrong table of letters in a font makes other letters of them.
    garbled = [number for number, page in enumerate(pages, 1) if is_no_language(page)]
    if garbled and ocr.installed():
        found.pictures = sorted({*found.pictures, *garbled})
    unread = found.pictures
    covered = [number for number in pdf_pictures.without_backgrounds(found.covered) if number not in garbled]
    readings: dict[int, ocr.Reading] = {}
    if (found.pictures or covered) and ocr.installed():
        wanted = sorted({*found.pictures, *covered})[: ocr.MAX_PAGES]
        found_on = ocr.readings(lambda number: pdf_file.picture(file, number - 1), wanted, ocr_work.key(file))
        for number, reading in zip(wanted, found_on, strict=True):
            read = tidy(reading.text)
            if (
                number in covered
                and (read := pdf_pictures.with_recognised(pages[number - 1], read)) == pages[number - 1]
            ):
                continue
            pages[number - 1] = read
            readings[number] = reading
        unread = [number for number in found.pictures if not pages[number - 1]]
        garbled = [number for number in garbled if number in unread]
    shown = {*readings, *found.pictures, *covered}
    figures = pdf_figures.worth_reading([each for each in found.figures if each.page not in shown])
    said: dict[int, list[tuple[Figure, Said]]] = {}
    if figures and ocr.installed():
        said, late = pdf_figures.read(figures, partial(_figure, file))
        if late:
            first = len(figures) - late
            incomplete(f"without the words of pictures after the first {first:,} ({late:,} more)")
        for number, blocks in said.items():
            pages[number - 1] = pdf_figures.with_blocks(pages[number - 1], blocks)
    pages = [notes.with_beside(page, more) for page, more in zip(running.without(pages), found.beside, strict=True)]
    if not any(pages):
        raise LoadError(file.source, _why_blank(found))
    text, spans = join_pages(pages, found.labels)
    marks = [
        mark
        for span, tables in zip(spans, found.tables, strict=True)
        for mark in rows.marks(text, span.start, span.end, tables, spelt)
    ]
    recognised = sorted({*(number for number in readings if number not in unread), *said})
    return Document(
        source=file.source,
        title=_title(found.title) or file.stem,
        text=text,
        media_type=media_type,
        pages=spans,
        headings=tuple(_headings(text, spans, found.bookmarks)),
        marks=tuple(marks),
        drawn=tuple(
            word
            for number, reading in sorted(readings.items())
            for word in ocr.placed(reading, text, spans[number - 1].start, spans[number - 1].end)
        )
        + tuple(pdf_figures.drawn(said, text, spans)),
        metadata=found.about | ({"recognised_pages": ranges(recognised)} if recognised else {}),
        gaps=(
            *_gaps(found.unreadable, [number for number in unread if number not in garbled]),
            *_garbled(garbled),
            *_covered(covered),
            *_written(file, figures),
        ),
    )


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are attached to it."""
    return embedded.of_pdf(file, budget, pdf_file.attached(file))


def _garbled(numbers: list[int]) -> Iterator[str]:
    if numbers:
        how = "no words were recognised on them" if ocr.installed() else f"{ocr.INSTALL} them"
        yield f"the text of {_pages(numbers)} is of no language (a font without a true table of letters); {how}"


def _gaps(unreadable: list[int], unread: list[int]) -> Iterator[str]:
    if unreadable:
        yield f"without {_pages(unreadable)}, which cannot be read; get a new copy"
    if unread and ocr.installed():
        yield f"without {_pages(unread)}: no words were recognised on their pictures"
    elif unread:
        yield f"without {_pages(unread)}: pictures without text; {ocr.INSTALL} them"


def _covered(numbers: list[int]) -> Iterator[str]:
    if numbers and not ocr.installed():
        yield f"without what pictures on {_pages(numbers)} say, which cover most of it; {ocr.INSTALL} them"


def _written(file: File, figures: list[Figure]) -> Iterator[str]:
    numbers = (
        [] if ocr.installed() else pdf_figures.written_on(figures, partial(_figure, file, dpi=pdf_figures.LOOK_DPI))
    )
    if numbers:
        yield f"without what pictures on {_pages(numbers)} may say; {ocr.INSTALL} them"


def _pages(numbers: list[int]) -> str:
    return f"{'page' if len(numbers) == 1 else 'pages'} {ranges(numbers)}"


def _why_blank(found: _Extract) -> str:
    if len(found.unreadable) == len(found.pages):
        return "is damaged: none of its pages can be read; get a new copy"
    if not found.pictures:
        return "holds no text: its pages are blank or drawings"
    scanned = f"is scanned: {len(found.pictures)} of {len(found.pages)} pages are pictures without text"
    if ocr.installed():
        return f"{scanned}, and no words were recognised on them"
    return f"{scanned}; {ocr.INSTALL} it"


def _extract(file: File) -> _Extract:
    import pypdfium2

    document = opened(file)
    try:

        def said(name: str) -> str:
            return legible(partial(document.get_metadata_value, name))

        facts = about(said("Author"), said("ModDate"), said("CreationDate"))
        found = _Extract([], [], _bookmarks(document), said("Title"), [], [], facts, {}, [], [], [])
        forms = _forms(document)
        names = pdf_file.attached_names(document)
        office_parts.say_embedded(name for name in names if not embedded.is_read(name) and not embedded.is_copy(name))
        for index in range(len(document)):
            text = ""
            tables: list[Placed] = []
            beside = Beside()
            try:
                text, pictures, tables, beside, figures = _page_text(document, index, forms)
                found.figures += figures
                if pictures and text.strip():
                    found.covered[index + 1] = pictures
                elif pictures:
                    found.pictures.append(index + 1)
            except pypdfium2.PdfiumError as error:
                # One broken page must not cost the others.
                logger.warning("%s: page %d cannot be read: %s", file.source, index + 1, error)
                found.unreadable.append(index + 1)
            found.pages.append(text)
            found.tables.append(tables)
            found.beside.append(beside)
            found.labels.append(one_line(legible(partial(document.get_page_label, index))))
            pulse.at(index + 1, len(document))
        return found
    finally:
        document.close()


def _forms(document: Any) -> Any:
    """Return the form environment of a document, None where it has no fields; it is closed with the document."""
    import pypdfium2

    # It warns of forms whose second description (XFA) it does not know; the first one is read.
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)
    try:
        document.init_forms()
    except (pypdfium2.PdfiumError, RuntimeError):
        incomplete("without the values of its form, which cannot be opened; print it as a PDF")
        return None
    return document.formenv


def _figure(file: File, figure: Figure, **how: int) -> Any:
    """Draw a picture of a page without the words that are written over it; None where that is not possible."""
    import pypdfium2

    try:
        return pdf_figures.without_own(pdf_file.picture(file, figure.page - 1, figure.box, **how), figure)
    except pypdfium2.PdfiumError as error:
        # The page itself was read.
        logger.warning("%s: a picture on page %d cannot be drawn: %s", file.source, figure.page, error)
        return None


def _page_text(document: Any, index: int, forms: Any) -> tuple[str, frozenset[str], list[Placed], Beside, list[Figure]]:
    """Return a page's text, the pictures that stand for or cover it, its tables, what stands beside it, its figures."""
    import pypdfium2.raw

    page = document[index]
    try:
        objects = list(pdf_objects.drawn(page))
        textpage = page.get_textpage()
        try:
            # Not get_text_bounded: it loses line breaks between overlapping boxes ("400.01" + "3" became "400.013").
            words = pdf_words.words(textpage, page.get_rotation(), page.get_size())
            drawn = pdf_rules.rules(objects, page.get_rotation(), page.get_size())
            gone, striking = struck.struck(page, textpage, words, objects)
            drawn = replace(drawn, level=tuple(rule for rule in drawn.level if rule not in striking))
            again = twice.again(words)
            seen = seen_text(page, textpage, objects, gone, again)
            hyphens.write_drawn(seen, textpage)
            beside = notes.beside(page, textpage, forms)
            if not seen.text.strip():
                shown = any(item.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE for item in objects)
                return seen.text, frozenset(["all"] if shown else ()), [], beside, []
            words = struck.without(words, gone, textpage, page.get_rotation(), page.get_size()) if gone else words
            words = [word for word in words if word.first not in again or seen.place(word.first) is not None]
            ligatures.put_right(seen, words, textpage)
            seen.text = raised.with_powers(seen.text, words, textpage, seen.place, page.get_rotation())
            if not beside.fields:
                words = ticks.write(seen, words, ticks.ticks(page, words, objects))
            tables = rows.placed(pdf_tables.tables(words, drawn), words, seen.place)
            # Tables are looked for as they are drawn.
            text = seen.text if tables else columns.in_order(seen.text, words)
            pictures = frozenset() if tables else pdf_pictures.covering(text, objects, page.get_bbox())
            figures = [] if pictures else list(pdf_figures.figures(index + 1, page, objects, words, text))
            return text, pictures, tables, beside, figures
        finally:
            textpage.close()
    finally:
        page.close()


def _bookmarks(document: Any) -> list[Bookmark]:
    """Read the outline as (level, title, page index), leaving out entries that lead nowhere."""
    found = []
    for bookmark in document.get_toc():
        target = bookmark.get_dest()
        index = target.get_index() if target else None
        title = one_line(legible(bookmark.get_title))
        if title and index is not None and 0 <= index < len(document) and not _is_number_of(index + 1, title):
            found.append((bookmark.level + 1, title, index))
    return found


def _is_number_of(page: int, title: str) -> bool:
    """Tell whether an entry of the outline says no more than its page ("Page 3"), as programs that print write it."""
    match = _PAGE_NAME.fullmatch(title)
    return match is not None and whole(match[1]) == page


def _headings(text: str, pages: tuple[Page, ...], bookmarks: list[Bookmark]) -> list[Heading]:
    """Place the outline's entries at their titles in the text, or at the start of their page."""
    found: list[Heading] = []
    for level, title, index in bookmarks:
        page = pages[index]
        # Entries of one page follow each other, so a title is first looked for after the one before it.
        after = found[-1].start if found and page.start <= found[-1].start < page.end else page.start
        words = _bounded(title)
        at = after
        for pattern, start in ((rf"^\s*{words}", after), (words, after), (words, page.start)):
            if match := re.compile(pattern, re.IGNORECASE | re.MULTILINE).search(text, start, page.end):
                at = match.end() - len(match[0].lstrip())
                break
        found.append(Heading(level, title, at))
    return sorted(found, key=lambda heading: heading.start)


def _bounded(title: str) -> str:
    """Return a pattern of a title that does not begin or end within a word ("Rooms" in "oyorooms")."""
    words = r"\s*".join(map(re.escape, title.split()))
    before, after = (re.match(_LETTER, sign) is not None for sign in (title[0], title[-1]))
    return (f"(?<!{_LETTER})" if before else "") + words + (f"(?!{_LETTER})" if after else "")


def _title(named: str) -> str:
    """Return the title from the metadata, or "" where a program filled in something that is not one."""
    title = one_line(named)
    bare = title.strip("()[]<> ").casefold()
    is_title = re.search(r"[^\W\d_]{2}", bare) and bare not in _PLACEHOLDERS and not _FILE_NAME.search(title)
    return title if is_title else ""
