"""PDF files through PDFium: text by page, without running headers and footers, headings from the outline."""

import logging
import re
import threading
from pathlib import Path
from typing import Any

from ingest.load import running
from ingest.load.build import join_pages, one_line, tidy
from qa.errors import LoadError
from qa.types import Document, Heading, Page

logger = logging.getLogger(__name__)

# PDFium keeps global state and is not thread-safe, not even across documents; the pipeline loads in several threads.
_PDFIUM = threading.Lock()

# What PDFium puts in place of a hyphen at a line end; the line break itself is gone.
_HYPHEN = re.compile("([^\\W_]+)[\ufffe\x02](?:\r?\n)?([^\\W_]+)")
_PLACEHOLDERS = {"title", "document", "blank", "anonymous", "model", "slide 1"}
_FILE_NAME = re.compile(r"^untitled|^microsoft (word|powerpoint|excel) - |\.[a-z]{2,5}\d?$", re.IGNORECASE)

Bookmark = tuple[int, str, int]


def load(path: Path, media_type: str) -> Document:
    """Load a PDF. Each line of the page is a line of the text; a word hyphenated over a line end is joined."""
    with _PDFIUM:
        pages, bookmarks, named, unreadable = _extract(path)
    words = _words(pages)
    pages = [tidy(_HYPHEN.sub(lambda match: _join(match[1], match[2], words), page)) for page in pages]
    if not any(pages):
        if len(unreadable) == len(pages):
            raise LoadError(str(path), "is damaged: none of its pages can be read; get a new copy")
        raise LoadError(str(path), "has no text layer (a scan?); run OCR on it first, for instance with OCRmyPDF")
    text, spans = join_pages(running.without(pages))
    return Document(
        source=str(path),
        title=_title(named) or path.stem,
        text=text,
        media_type=media_type,
        pages=spans,
        headings=tuple(_headings(text, spans, bookmarks)),
        metadata={"unreadable_pages": ", ".join(map(str, unreadable))} if unreadable else {},
    )


def _extract(path: Path) -> tuple[list[str], list[Bookmark], str, list[int]]:
    """Take from PDFium all that is needed: page texts, outline, title, numbers of pages it cannot read."""
    import pypdfium2

    document = _open(path)
    try:
        pages, unreadable = [], []
        for index in range(len(document)):
            try:
                pages.append(_page_text(document, index))
            except pypdfium2.PdfiumError as error:
                # One broken page must not cost the others.
                logger.warning("%s: page %d cannot be read: %s", path, index + 1, error)
                pages.append("")
                unreadable.append(index + 1)
        return pages, _bookmarks(document), document.get_metadata_value("Title"), unreadable
    finally:
        document.close()


def _open(path: Path) -> Any:
    import pypdfium2
    import pypdfium2.raw

    try:
        # Absolute, because pypdfium2 would take a leading "~" for a home folder.
        return pypdfium2.PdfDocument(path.absolute())
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise LoadError(str(path), "is encrypted; save a copy without password and ingest that") from error
        if error.err_code == pypdfium2.raw.FPDF_ERR_SECURITY:
            raise LoadError(str(path), "is encrypted in a way that PDFium does not know; save a plain copy") from error
        raise LoadError(str(path), "is damaged: PDFium cannot open it; get a new copy or print it anew") from error


def _page_text(document: Any, index: int) -> str:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            # Not get_text_bounded: it loses line breaks between overlapping boxes ("400.01" + "3" became "400.013").
            text: str = textpage.get_text_range()
            return text
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
        title = one_line(bookmark.get_title())
        if title and index is not None and 0 <= index < len(document):
            found.append((bookmark.level + 1, title, index))
    return found


def _words(pages: list[str]) -> set[str]:
    """Collect the document's words, with and without inner hyphens, but no halves of a word at a line end."""
    text = _HYPHEN.sub(" ", "\n".join(pages)).casefold()
    return set(re.findall(r"[^\W\d_]+-[^\W\d_]+", text)) | set(re.findall(r"[^\W\d_]+", text))


def _join(left: str, right: str, words: set[str]) -> str:
    """Join the halves of a word at a line end, keeping a hyphen that belongs there ("higher-order", "Form 10-Q").

    PDFium marks both kinds alike, so the document's other words decide: the spelling it uses elsewhere, else a
    hyphen if both halves are words of their own.
    """
    first, second = left.casefold(), right.casefold()
    if first + second in words:
        return left + right
    hyphen = (
        f"{first}-{second}" in words
        or (min(len(first), len(second)) > 3 and {first, second} <= words)
        or len(first) == 1
        or left[-1].isdigit()
        or right[0].isdigit()
        or (right[0].isupper() and not left.isupper())
    )
    return f"{left}-{right}" if hyphen else left + right


def _headings(text: str, pages: tuple[Page, ...], bookmarks: list[Bookmark]) -> list[Heading]:
    """Place the outline's entries at their titles in the text, or at the start of their page."""
    found: list[Heading] = []
    for level, title, index in bookmarks:
        page = pages[index]
        # Entries of one page follow each other, so a title is looked for after the one before it first.
        after = found[-1].start if found and page.start <= found[-1].start < page.end else page.start
        words = r"\s*".join(map(re.escape, title.split()))
        at = after
        for pattern, start in ((rf"^\s*{words}", after), (words, after), (words, page.start)):
            if match := re.compile(pattern, re.IGNORECASE | re.MULTILINE).search(text, start, page.end):
                at = match.end() - len(match[0].lstrip())
                break
        found.append(Heading(level, title, at))
    return sorted(found, key=lambda heading: heading.start)


def _title(named: str) -> str:
    """Return the title from the metadata, or "" where a program filled in something that is none."""
    title = one_line(named)
    bare = title.strip("()[]<> ").casefold()
    is_title = re.search(r"[^\W\d_]{2}", bare) and bare not in _PLACEHOLDERS and not _FILE_NAME.search(title)
    return title if is_title else ""
