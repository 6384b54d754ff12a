"""What stands on a PDF page beside its text: values of form fields with their labels, and notes.

They are drawn over the page and are no part of its text.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.load.build import one_line
from ingest.load.unseen import left_out
from qa.lazy_regex import lazy_regex

_MOST = 2_000
_MOST_CHARS = 20_000
_MOST_LABEL_CHARS = 120
_MOST_QUOTED_CHARS = 200
_ABOVE_PT = 16.0
_WORD = lazy_regex(r"[^\W\d_]{2}")

Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""


@dataclass(frozen=True, slots=True)
class Field:
    """A filled field of a form: what it is called on the page, and what is in it ("[x]", "[ ]" for a box)."""

    label: str
    value: str
    is_box: bool = False

    @property
    def line(self) -> str:
        """The field as a line of text."""
        if self.is_box:
            return f"{self.value} {self.label}".strip()
        return f"{self.label}: {self.value}" if self.label else self.value


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page holds beside its text, in the order of the file."""

    fields: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()


def beside(page: Any, textpage: Any, forms: Any) -> Beside:
    """Read fields and notes of a page.

    Args:
        page: A page of pypdfium2, open.
        textpage: Its text, open.
        forms: The form environment of its document, None for a document without fields.
    """
    import pypdfium2.raw as pdfium

    count = min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MOST)
    widgets: list[tuple[Box, int]] = []
    notes: list[str] = []
    for number in range(count):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            hidden = pdfium.FPDFAnnot_GetFlags(annotation) & (
                pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
            )
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                if not hidden:
                    widgets.append((_box(annotation), number))
            elif kind not in (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP):
                said = one_line(_string(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents"))
                if said and hidden:
                    left_out(said, "hidden notes")
                elif said:
                    notes.append(_note(annotation, kind, said, textpage))
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    fields = tuple(_fields(page, textpage, forms, widgets)) if forms is not None else ()
    return Beside(fields, tuple(dict.fromkeys(notes)))


def with_beside(text: str, found: Beside) -> str:
    """Return a page's text with the values behind their labels, and what has no place in it at its end."""
    rest = []
    at = 0
    for one in found.fields:
        match = (
            re.compile(rf"^[ \t]*{re.escape(one.label)}[ \t_.:…]*$", re.MULTILINE).search(text, at)
            if one.label
            else None
        )
        if match:
            text = f"{text[: match.start()]}{one.line}{text[match.end() :]}"
            at = match.start() + len(one.line)
        elif one.value != "[ ]":
            # What stands beside a box that nobody ticked says nothing away from its place.
            rest.append(one.line)
    blocks = [text, "\n".join(rest), *found.notes]
    return "\n\n".join(filter(None, blocks))


def _note(annotation: Any, kind: int, said: str, textpage: Any) -> str:
    import pypdfium2.raw as pdfium

    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        # It is written on the page for all to read.
        return said
    if kind in (pdfium.FPDF_ANNOT_HIGHLIGHT, pdfium.FPDF_ANNOT_UNDERLINE):
        about = _within(textpage, _box(annotation))
        if about and about != said and len(about) <= _MOST_QUOTED_CHARS:
            return f"[Note on “{about}”: {said}]"
    return f"[Note: {said}]"


def _fields(page: Any, textpage: Any, forms: Any, widgets: list[tuple[Box, int]]) -> Iterator[Field]:
    """Yield the filled fields from the top, and boxes whether ticked or not."""
    import pypdfium2.raw as pdfium

    boxes = [box for box, _ in widgets]
    ticks = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
    for box, number in sorted(widgets, key=lambda one: (-round(one[0][3]), one[0][0])):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetFormFieldType(forms.raw, annotation)
            said = one_line(_string(pdfium.FPDFAnnot_GetFormFieldAlternateName, forms.raw, annotation))
            name = one_line(_string(pdfium.FPDFAnnot_GetFormFieldName, forms.raw, annotation))
            if kind in ticks:
                state = _string(pdfium.FPDFAnnot_GetStringValue, annotation, b"AS")
                ticked = pdfium.FPDFAnnot_IsChecked(forms.raw, annotation) or state not in ("", "Off")
                label = _label(textpage, box, boxes, right_first=True) or said
                if not _WORD.search(label):
                    # A mark without a name says something only where it is set.
                    label = said or name
                    if not ticked:
                        continue
                yield Field(label, "[x]" if ticked else "[ ]", is_box=True)
            elif kind not in (pdfium.FPDF_FORMFIELD_PUSHBUTTON, pdfium.FPDF_FORMFIELD_SIGNATURE):
                value = one_line(_string(pdfium.FPDFAnnot_GetFormFieldValue, forms.raw, annotation))
                if value:
                    label = _label(textpage, box, boxes) or said or _above(textpage, box) or name
                    yield Field(label.rstrip(" :_."), value)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _label(textpage: Any, box: Box, others: list[Box], *, right_first: bool = False) -> str:
    """Return the text of a field's line between it and its neighbours: left of it, or right of a box."""
    left, bottom, right, top = box
    middle = (bottom + top) / 2
    line = [one for one in others if one != box and one[1] <= middle <= one[3]]
    before = max((one[2] for one in line if one[2] <= left + 1), default=0.0)
    after = min((one[0] for one in line if one[0] >= right - 1), default=10_000.0)
    texts = [_within(textpage, (before, bottom, left, top)), _within(textpage, (right, bottom, after, top))]
    if not right_first:
        texts = texts[:1]
    elif texts[1]:
        texts.reverse()
    return next((text for text in texts if text and len(text) <= _MOST_LABEL_CHARS), "")


def _above(textpage: Any, box: Box) -> str:
    text = _within(textpage, (box[0] - 2, box[3], box[2], box[3] + _ABOVE_PT))
    return text if len(text) <= _MOST_LABEL_CHARS else ""


def _within(textpage: Any, box: Box) -> str:
    left, bottom, right, top = box
    if right <= left or top <= bottom:
        return ""
    return one_line(textpage.get_text_bounded(left=left, bottom=bottom, right=right, top=top))


def _box(annotation: Any) -> Box:
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
    return (
        min(rect.left, rect.right),
        min(rect.bottom, rect.top),
        max(rect.left, rect.right),
        max(rect.bottom, rect.top),
    )


def _string(read: Any, *arguments: Any) -> str:
    """Call a function of PDFium that fills a buffer with UTF-16, and return its text; "" beyond a limit."""
    import pypdfium2.raw as pdfium

    size = read(*arguments, None, 0)
    if size <= 2 or size > 2 * _MOST_CHARS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    read(*arguments, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")
