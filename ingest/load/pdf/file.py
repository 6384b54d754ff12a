"""A PDF as PDFium has it: opened, its pages drawn as pictures, and the files that are attached to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from ingest.load.file import File
from qa.errors import LoadError

PDFIUM = threading.Lock()
"""Held by whoever calls PDFium: it keeps global state and is not thread-safe, not even across documents."""

# The resolution that Tesseract was trained for, and at most the pixels of an A3 page.
_DPI = 300
_MAX_PIXELS = 5_000
_MOST_ATTACHED = 100

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as shares of a page as it is shown."""


def opened(file: File) -> Any:
    """Open a PDF, with the lock held; who opens it closes it.

    Raises:
        LoadError: It is encrypted or damaged.
    """
    import pypdfium2
    import pypdfium2.raw

    try:
        # Absolute, because pypdfium2 would take a leading "~" for a home folder.
        return pypdfium2.PdfDocument(file.content.absolute() if isinstance(file.content, Path) else file.content)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that") from error
        if error.err_code == pypdfium2.raw.FPDF_ERR_SECURITY:
            raise LoadError(file.source, "is encrypted in a way that is not known here; save a plain copy") from error
        raise LoadError(file.source, "is damaged and cannot be opened; get a new copy or print it again") from error


def legible(read: Callable[[], str]) -> str:
    """Return what a file says about itself; "" where it is no text, as titles of some printers' drivers are."""
    try:
        return read()
    except UnicodeDecodeError:
        return ""


def picture(file: File, index: int, box: Box = (0.0, 0.0, 1.0, 1.0), dpi: int = _DPI) -> Any:
    """Draw a page, or a part of it, as a grey picture.

    Args:
        file: The PDF.
        index: Of the page, from 0.
        box: The part.
        dpi: Dots an inch; fewer where a side would have more than 5,000.

    Raises:
        PdfiumError: The page cannot be drawn.
    """
    with PDFIUM, closing(opened(file)) as document:
        page = document[index]
        try:
            # Posters would fill the memory at the resolution of a letter.
            wide, high = page.get_size()
            left, top, right, bottom = box
            scale = min(dpi / 72, _MAX_PIXELS / max((right - left) * wide, (bottom - top) * high, 1))
            cut = (left * wide, (1 - bottom) * high, (1 - right) * wide, top * high)
            return page.render(scale=scale, grayscale=True, crop=cut).to_pil()
        finally:
            page.close()


def attached_names(document: Any) -> list[str]:
    """Return the names of the files that are attached to an open PDF, the first hundred of them."""
    number = min(document.count_attachments(), _MOST_ATTACHED)
    return [legible(document.get_attachment(index).get_name) for index in range(number)]


def attached(file: File) -> Iterator[tuple[str, Callable[[], bytes | None]]]:
    """Yield the names of the files that are attached to a PDF, and what takes each of them out.

    That returns None where it cannot be done. One at a time: all of them may be more than the memory holds.
    """
    with PDFIUM, closing(opened(file)) as document:
        names = attached_names(document)
    for index, name in enumerate(names):
        yield name, partial(_taken_out, file, index)


def _taken_out(file: File, index: int) -> bytes | None:
    import pypdfium2

    with PDFIUM, closing(opened(file)) as document:
        try:
            return bytes(document.get_attachment(index).get_data())
        except pypdfium2.PdfiumError:
            return None
