"""What is drawn on a PDF page, also within forms.

Pages have thousands of texts and lines, so each is little more than its handle: pypdfium2's own objects cost more.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Objects may lie within forms, and these within others.
_DEPTH = 5

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Drawn:
    """An object: PDFium's handle, which holds as long as its page is open, its kind, and how many forms it lies in."""

    raw: Any
    type: int
    level: int

    def bounds(self) -> Box:
        """Return its left, bottom, right and top in points of the page, or of the form that it lies in."""
        import pypdfium2.raw as pdfium

        edges = [ctypes.c_float() for _ in range(4)]
        pdfium.FPDFPageObj_GetBounds(self.raw, *(ctypes.byref(edge) for edge in edges))
        left, bottom, right, top = (edge.value for edge in edges)
        return left, bottom, right, top

    def matrix(self) -> Any:
        """Return how it is turned and moved, as a matrix of pypdfium2."""
        import pypdfium2
        import pypdfium2.raw as pdfium

        found = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.raw, ctypes.byref(found))
        return pypdfium2.PdfMatrix.from_raw(found)


def drawn(page: Any) -> Iterator[Drawn]:
    """Yield the objects of a page, open in pypdfium2, in the order in which they are drawn; a form before its own.

    Raises:
        PdfiumError: The page is damaged.
    """
    import pypdfium2.raw as pdfium

    yield from _within(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, 0)


def _within(parent: Any, count: Any, get: Any, level: int) -> Iterator[Drawn]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    kind_of, form = pdfium.FPDFPageObj_GetType, pdfium.FPDF_PAGEOBJ_FORM
    for index in range(max(count(parent), 0)):
        raw = get(parent, index)
        if not raw:
            raise pypdfium2.PdfiumError("Failed to get an object of the page.")
        kind = kind_of(raw)
        yield Drawn(raw, kind, level)
        if kind == form and level < _DEPTH - 1:
            yield from _within(raw, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, level + 1)
