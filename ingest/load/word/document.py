"""Word documents (.docx) through python-docx: paragraphs, lists, tables and notes in reading order."""

import email
import email.policy
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ingest.load import markup, raised
from ingest.load.boxes import box
from ingest.load.build import TextBuilder, one_line, tidy
from ingest.load.file import File
from ingest.load.merged import Placed, add_table
from ingest.load.office import charts, embedded, smart_art
from ingest.load.office import package as office
from ingest.load.office import parts as office_parts
from ingest.load.office import pictures as office_pictures
from ingest.load.parts import Budget, Parts
from ingest.load.whole import whole
from ingest.load.word import numbers as word_numbers
from ingest.load.word.forms import FORMS, value_of
from ingest.load.word.unseen import remove_unseen
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING = lazy_regex(r"heading ([1-9])$", re.IGNORECASE)
_NOTES = {
    f"{_W}footnoteReference": "footnotes",
    f"{_W}endnoteReference": "endnotes",
    f"{_W}commentReference": "comments",
}
# Deleted text, the second copy of a drawing for old readers, and the numbering field's own code.
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}rt", _FALLBACK}
_SIGNS = {f"{_W}tab": "\t", f"{_W}ptab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_TEXT_BOX = f"{_W}txbxContent"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A web page or a document that is put into a document whole.
_MAILS, _MAIL_HEADS = ("message/rfc822", "multipart/related"), (b"mime-version:", b"content-type:")
_MOST_EMBEDDED = 100
_MOST_EMBEDDED_BYTES = 64 << 20
_MOST_DEPTH = 3
_MOST_COLUMNS = 63  # of a table, in Word


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are embedded in it."""
    return embedded.parts(file, budget)


def load(file: File, media_type: str) -> Document:
    """Load a Word document; page headers, page footers and deleted text are left out."""
    return _load(file, media_type, 0)


def _load(file: File, media_type: str, depth: int) -> Document:
    import docx

    try:
        opened = office_parts.package(file, docx.Document)
    except KeyError as error:
        # python-docx knows the transitional namespaces only and misses the main part of a strict file.
        if "no relationship of type" in str(error):
            raise LoadError(file.source, "is damaged or saved as Strict Open XML; save it as plain .docx") from error
        raise
    office_parts.note_embedded(file)
    remove_unseen(opened.element.body, opened.styles.element)
    reader = _Reader(opened, file, depth)
    reader.blocks(opened.element.body)
    headings = tuple(reader.built.headings)
    named, metadata = office.properties(file)
    first = next((heading.title for heading in headings if heading.level == 1), "")
    return reader.built.document(
        file, media_type, named or reader.title or first, metadata=metadata, gaps=tuple(reader.gaps)
    )


class _Reader:
    """Walks a document's XML. python-docx's own walk misses content controls, text boxes, notes and insertions."""

    def __init__(self, file: Any, named: File, depth: int) -> None:
        self.built = TextBuilder()
        self.title = ""
        self.gaps: list[str] = []
        self._file = named
        self._depth = depth
        self._embedded = 0
        self._part = file.part
        # Not the library's own list: one style without a type would stop it.
        self._styles = {style.get(f"{_W}styleId"): style for style in file.styles.element.iter(f"{_W}style")}
        self._numbers = word_numbers.numbers(_numberings(file.part))
        self._kinds: dict[str, tuple[int, bool, bool]] = {}
        self._notes = dict(_notes(file.part, file.styles.element))
        self._by_hand = _notes_by_hand(file.element.body)

    def blocks(self, parent: Any) -> None:
        """Add the paragraphs and tables below an element, in order, through whatever wraps them."""
        for child in parent.iterchildren():
            if child.tag == f"{_W}p":
                self._paragraph(child)
            elif child.tag == f"{_W}tbl":
                self._table(child)
            elif child.tag == f"{_W}altChunk":
                self._chunk(child)
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self.blocks(child)

    def _paragraph(self, element: Any) -> None:
        text = _text(element, self._by_hand)
        level, is_title, is_item = self._kind(element)
        number = self._number(element)
        if level:
            self.built.heading(level, f"{number} {text}" if number and text.strip() else text)
            self.title = self.title or (one_line(text) if is_title else "")
        elif is_item:
            self.built.item(text, number)
        else:
            self.built.paragraph(text)
        for framed in _below(element, {_TEXT_BOX}):
            self.blocks(framed)
        for chart in _below(element, {charts.CHART, charts.NEW_CHART}):
            self._drawn(chart.get(_RELATION), charts.add_chart)
        for diagram in _below(element, {smart_art.IDS}):
            self._drawn(diagram.get(smart_art.DATA), smart_art.add_diagram)
        self._pictures(element)
        for note in self._notes_of(element):
            self.built.paragraph(note)

    def _number(self, paragraph: Any) -> str:
        """Return the number that Word gives a paragraph, "" for none."""
        properties = paragraph.find(f"{_W}pPr")
        style = value_of(properties, "pStyle") or ""
        number_id, level, named = None, None, ""
        seen: set[str] = set()
        while properties is not None or (style in self._styles and style not in seen):
            numbering = properties.find(f"{_W}numPr") if properties is not None else None
            if numbering is not None:
                number_id = value_of(numbering, "numId") if number_id is None else number_id
                level = value_of(numbering, "ilvl") if level is None else level
                if number_id is not None:
                    break
            if style not in self._styles or style in seen:
                break
            seen.add(style)
            named, element = style, self._styles[style]
            properties = element.find(f"{_W}pPr")
            style = value_of(element, "basedOn") or ""
        if number_id in (None, "0"):
            return ""
        assert number_id is not None
        if level is not None and level.isdecimal():
            return self._numbers.next(number_id, whole(level))
        return self._numbers.next(number_id, self._numbers.level_of(number_id, named))

    def _pictures(self, element: Any) -> None:
        for picture in _below(element, office_pictures.PICTURES):
            self.built.paragraph(office_pictures.said(picture, self._part))

    def _drawn(self, relation_id: str | None, add: Callable[[TextBuilder, Any], None]) -> None:
        """Add a chart or a diagram, whose words lie in a part of their own."""
        relation = self._part.rels.get(relation_id or "")
        if relation is None or relation.is_external:
            return
        try:
            root = markup.parse(relation.target_part.blob, self._file.source)
        except LoadError:
            self.gaps.append("without a chart, which is damaged")
            return
        add(self.built, root)

    def _chunk(self, element: Any) -> None:
        """Add a web page or document that is put in whole."""
        self._embedded += 1
        relation = self._part.rels.get(element.get(_RELATION) or "")
        if relation is None or relation.is_external:
            return
        part = relation.target_part
        name = str(part.partname).rpartition("/")[2]
        try:
            if self._embedded > _MOST_EMBEDDED or self._depth >= _MOST_DEPTH or len(part.blob) > _MOST_EMBEDDED_BYTES:
                raise LoadError(self._file.source, "is embedded too often, too deep or too large")
            read = _embedded(File(self._file.source, name, part.blob), part.content_type, self._depth + 1)
        except LoadError as error:
            self.gaps.append(f"without its embedded part {name}: {error.reason}")
            return
        self.built.block(tidy(read.text), read.headings if tidy(read.text) == read.text else (), ())
        self.gaps += read.gaps

    def _notes_of(self, element: Any) -> Iterator[str]:
        for reference in _below(element, set(_NOTES)):
            if note := self._notes.get((_NOTES[reference.tag], reference.get(f"{_W}id"))):
                yield note

    def _table(self, element: Any) -> None:
        rows = [list(_cells(row)) for row in _children(element, f"{_W}tr")]
        if len(rows) < 2 or all(len(row) < 2 for row in rows):
            # A frame around other content rather than a table.
            for row in rows:
                for cell, *_ in row:
                    self.blocks(cell)
            return
        add_table(self.built, [[self._placed(*cell) for cell in row] for row in rows])
        # Behind the table: a row is one line.
        self._pictures(element)

    def _placed(self, cell: Any, column: int, span: int, goes_on: bool) -> Placed:
        return Placed("" if goes_on else self._cell_text(cell), column, span, goes_on)

    def _cell_text(self, cell: Any) -> str:
        parts = []
        for paragraph in cell.iter(f"{_W}p"):
            number = self._number(paragraph)
            text = _text(paragraph, self._by_hand)
            parts += [f"{number} {text}" if number else text, *self._notes_of(paragraph)]
        return " ".join(parts)

    def _kind(self, paragraph: Any) -> tuple[int, bool, bool]:
        """Return the paragraph's heading level (0: none), whether it is the title, and whether it is a list item."""
        properties = paragraph.find(f"{_W}pPr")
        style = value_of(properties, "pStyle") or ""
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
            name = value_of(style, "name") or ""
            properties = style.find(f"{_W}pPr")
            match = _HEADING.match(name)
            if level := whole(match[1]) if match else _outline_level(properties):
                return level, False, False
            if name.lower() == "title":
                return 1, True, False
            numbered = _numbering(properties) if numbered is None else numbered
            style_id = value_of(style, "basedOn") or ""
        return 0, False, bool(numbered)


def _outline_level(properties: Any) -> int:
    # Present whatever language the style's name is in; 9 means body text.
    value = value_of(properties, "outlineLvl")
    return level + 1 if (level := whole(value, 9)) < 9 else 0


def _numbering(properties: Any) -> bool | None:
    """Tell whether properties make a list item (True), end an inherited list (False), or say nothing (None)."""
    numbering = properties.find(f"{_W}numPr") if properties is not None else None
    if numbering is None:
        return None
    return value_of(numbering, "numId") != "0"


def _cells(row: Any) -> Iterator[tuple[Any, int, int, bool]]:
    """Yield a row's cells as (element, first column, columns spanned, whether it goes on from the row above)."""
    properties = row.find(f"{_W}trPr")
    column = min(whole(value_of(properties, "gridBefore")), _MOST_COLUMNS)
    for cell in _children(row, f"{_W}tc"):
        properties = cell.find(f"{_W}tcPr")
        span = max(1, min(whole(value_of(properties, "gridSpan"), 1), _MOST_COLUMNS))
        merge = properties.find(f"{_W}vMerge") if properties is not None else None
        yield cell, column, span, merge is not None and merge.get(f"{_W}val") != "restart"
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


def _text(paragraph: Any, notes: Collection[str] = ()) -> str:
    """Return a paragraph's own text, with insertions, fields and formulas, without text boxes inside it."""
    parts = []
    for element in _below(paragraph, {f"{_W}t", *_SIGNS, *FORMS}):
        if element.tag in FORMS:
            parts.append(FORMS[element.tag](element))
        # A w:tab inside w:tabs defines a tab stop.
        elif element.getparent().tag != f"{_W}tabs":
            said = _SIGNS.get(element.tag) or box(element.text or "") or element.text or ""
            parts.append(raised.behind("".join(parts[-2:]), said, notes) if _is_raised(element) else said)
    return "".join(parts)


def _notes_by_hand(body: Any) -> frozenset[str]:
    """Return the raised numbers that paragraphs begin with: of notes that are typed below a text or a table."""
    found = set()
    for paragraph in body.iter(f"{_W}p"):
        first, *rest = [*paragraph.iter(f"{_W}t")] or [None]
        if first is not None and _is_raised(first):
            found.add(raised.note(first.text or "", "".join(one.text or "" for one in rest)))
    return frozenset(found - {""})


def _is_raised(element: Any) -> bool:
    look = element.getparent().find(f"{_W}rPr/{_W}vertAlign")
    return look is not None and look.get(f"{_W}val") == "superscript"


def _numberings(part: Any) -> Any:
    """Return the root of a document's numberings, None without any."""
    from docx.oxml import parse_xml

    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/numbering"):
            return parse_xml(relation.target_part.blob)
    return None


def _embedded(file: File, content_type: str, depth: int) -> Document:
    """Read what is put into a document whole: a web page, as a file or as a mail of one, a document or a text."""
    from ingest.load import text
    from ingest.load.html import page as html
    from ingest.load.mail import message as mail
    from ingest.load.rtf import document as rtf

    content = file.read()
    head = content[:200].lstrip().lower()
    if content.startswith(b"PK"):
        return _load(file, "", depth)
    if content.startswith(b"{\\rtf"):
        return rtf.load(file, "application/rtf")
    if content_type in _MAILS or file.suffix in (".mht", ".mhtml") or head.startswith(_MAIL_HEADS):
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(preferencelist=("html", "plain"))
        payload = body.get_payload(decode=True) if body is not None else b""
        page = payload if isinstance(payload, bytes) else b""
        beside = mail.pictures(message, body) if body is not None else html.no_file
        return html.load(File(file.source, "part.html", page), "text/html", beside)
    if "html" in content_type or b"<html" in head or file.suffix in (".html", ".htm", ".xhtml"):
        return html.load(file, "text/html")
    return text.load(file, "text/plain")


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
            if text and kind == "comments":
                author = one_line(note.get(f"{_W}author") or "")
                yield (kind, note.get(f"{_W}id")), f"[Comment by {author}: {text}]" if author else f"[Comment: {text}]"
            elif text:
                yield (kind, note.get(f"{_W}id")), f"[Note: {text}]"
