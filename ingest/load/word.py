"""Word documents (.docx) through python-docx: paragraphs, lists, tables and notes in reading order."""

import re
from collections.abc import Iterator
from typing import Any

from ingest.load import office
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.word_unseen import remove_unseen
from qa.errors import LoadError
from qa.types import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_NOTES = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}
# Deleted text, the second copy of a drawing for old readers, and the numbering field's own code.
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", _FALLBACK}
_SIGNS = {f"{_W}tab": "\t", f"{_W}ptab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_TEXT_BOX = f"{_W}txbxContent"


def load(file: File, media_type: str) -> Document:
    """Load a Word document; page headers, page footers, comments and deleted text are left out."""
    import docx

    try:
        with office.opened(file) as stream:
            opened = docx.Document(stream)
    except KeyError as error:
        # python-docx knows the transitional namespaces only and misses the main part of a strict file.
        if "no relationship of type" in str(error):
            raise LoadError(file.source, "is damaged or saved as Strict Open XML; save it as plain .docx") from error
        raise
    remove_unseen(opened.element.body, opened.styles.element)
    reader = _Reader(opened)
    reader.blocks(opened.element.body)
    headings = tuple(reader.built.headings)
    named, metadata = office.properties(file)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    return Document(
        source=file.source,
        title=named or reader.title or first or file.stem,
        text=reader.built.text,
        media_type=media_type,
        headings=headings,
        marks=tuple(reader.built.marks),
        metadata=metadata,
    )


class _Reader:
    """Walks a document's XML. python-docx's own walk misses content controls, text boxes, notes and insertions."""

    def __init__(self, file: Any) -> None:
        self.built = TextBuilder()
        self.title = ""
        self._styles = {style.style_id: style.element for style in file.styles}
        self._kinds: dict[str, tuple[int, bool, bool]] = {}
        self._notes = dict(_notes(file.part, file.styles.element))

    def blocks(self, parent: Any) -> None:
        """Add the paragraphs and tables below an element, in order, through whatever wraps them."""
        for child in parent.iterchildren():
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self.blocks(child)

    def _paragraph(self, element: Any) -> None:
        text = _text(element)
        level, is_title, is_item = self._kind(element)
        if level:
            self.built.heading(level, text)
            self.title = self.title or (one_line(text) if is_title else "")
        elif is_item:
            self.built.item(text)
        else:
            self.built.paragraph(text)
        for box in _below(element, {_TEXT_BOX}):
            self.blocks(box)
        for note in self._notes_of(element):
            self.built.paragraph(f"[Note: {note}]")

    def _notes_of(self, element: Any) -> Iterator[str]:
        for reference in _below(element, set(_NOTES)):
            if note := self._notes.get((_NOTES[reference.tag], reference.get(f"{_W}id"))):
                yield note

    def _table(self, element: Any) -> None:
        rows = [list(_cells(row)) for row in _children(element, f"{_W}tr")]
        if len(rows) < 2 or all(len(row) < 2 for row in rows):
            # A frame around other content rather than a table.
            for row in rows:
                for cell, _, _ in row:
                    self.blocks(cell)
            return
        texts = []
        for index, row in enumerate(rows):
            cells: list[str] = []
            for cell, column, span in row:
                cells += [""] * (column - len(cells))
                text = self._cell_text(cell)
                # A header stands over all the columns that it spans.
                cells += [text] * span if index == 0 else [text] + [""] * (span - 1)
            texts.append(cells)
        self.built.table(texts)

    def _cell_text(self, cell: Any) -> str:
        parts = []
        for paragraph in cell.iter(f"{_W}p"):
            parts += [_text(paragraph), *(f"[Note: {note}]" for note in self._notes_of(paragraph))]
        return " ".join(parts)

    def _kind(self, paragraph: Any) -> tuple[int, bool, bool]:
        """Return the paragraph's heading level (0: none), whether it is the title, and whether it is a list item."""
        properties = paragraph.find(f"{_W}pPr")
        style = _value(properties, "pStyle") or ""
        if style not in self._kinds:
            self._kinds[style] = self._style_kind(style)
        level, is_title, is_item = self._kinds[style]
        level = level or _outline_level(properties)
        numbered = _numbering(properties)
        return level, is_title, is_item if numbered is None else numbered

    def _style_kind(self, style_id: str) -> tuple[int, bool, bool]:
        """Read heading level and numbering off a style or the styles it is based on."""
        numbered: bool | None = None
        seen = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            name = _value(style, "name") or ""
            properties = style.find(f"{_W}pPr")
            match = _HEADING.match(name)
            if level := int(match[1]) if match else _outline_level(properties):
                return level, False, False
            if name.lower() == "title":
                return 1, True, False
            numbered = _numbering(properties) if numbered is None else numbered
            style_id = _value(style, "basedOn") or ""
        return 0, False, bool(numbered)


def _value(parent: Any, name: str) -> str | None:
    """Return the `w:val` of a child element, None without one."""
    child = parent.find(f"{_W}{name}") if parent is not None else None
    return child.get(f"{_W}val") if child is not None else None


def _outline_level(properties: Any) -> int:
    # Present whatever language the style's name is in; 9 means body text.
    value = _value(properties, "outlineLvl")
    return int(value) + 1 if value and value.isdigit() and int(value) < 9 else 0


def _numbering(properties: Any) -> bool | None:
    """Tell whether properties make a list item (True), end an inherited list (False), or say nothing (None)."""
    numbering = properties.find(f"{_W}numPr") if properties is not None else None
    if numbering is None:
        return None
    return _value(numbering, "numId") != "0"


def _cells(row: Any) -> Iterator[tuple[Any, int, int]]:
    """Yield a row's cells as (element, first column, columns spanned), without those merged into the row above."""
    properties = row.find(f"{_W}trPr")
    column = int(_value(properties, "gridBefore") or 0)
    for cell in _children(row, f"{_W}tc"):
        properties = cell.find(f"{_W}tcPr")
        span = int(_value(properties, "gridSpan") or 1)
        merge = properties.find(f"{_W}vMerge") if properties is not None else None
        if merge is None or merge.get(f"{_W}val") == "restart":
            yield cell, column, span
        column += span


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Yield children of one kind, also those inside content controls."""
    for child in parent.iterchildren():
        if child.tag == tag:
            yield child
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent"):
            yield from _children(child, tag)


def _below(parent: Any, tags: set[str]) -> Iterator[Any]:
    """Yield the outermost descendants of some kinds, outside what is skipped."""
    for child in parent.iterchildren():
        if child.tag in tags:
            yield child
        elif child.tag not in _SKIPPED and child.tag != _TEXT_BOX:
            yield from _below(child, tags)


def _text(paragraph: Any) -> str:
    """Return a paragraph's own text, with insertions, fields and formulas, without text boxes inside it."""
    parts = []
    for element in _below(paragraph, {f"{_W}t", _MATH_TEXT, *_SIGNS}):
        # A w:tab inside w:tabs defines a tab stop.
        if element.getparent().tag != f"{_W}tabs":
            parts.append(_SIGNS.get(element.tag) or element.text or "")
    return "".join(parts)


def _notes(part: Any, styles: Any) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield the texts of footnotes and endnotes by kind and id; python-docx has no call for them."""
    from docx.oxml import parse_xml

    for relation in part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external or kind not in _NOTES.values():
            continue
        notes = parse_xml(relation.target_part.blob)
        remove_unseen(notes, styles)
        for note in notes.iterchildren():
            text = one_line(" ".join(_text(paragraph) for paragraph in note.iter(f"{_W}p")))
            if text:
                yield (kind, note.get(f"{_W}id")), text
