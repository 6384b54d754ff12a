"""What an OpenDocument text or slide says, in order: headings, lists with their numbers, tables, notes, formulas."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ingest.load import formulas, raised
from ingest.load.boxes import box
from ingest.load.build import TextBuilder, one_line
from ingest.load.markup import name
from ingest.load.merged import Placed, add_table
from ingest.load.odf.forms import fieldmark
from ingest.load.odf.numbers import OdfNumbers, Within
from ingest.load.office.parts import say_embedded
from ingest.load.picture import files as picture_files
from ingest.load.picture import inside as pictures_inside
from ingest.load.sheet import workbook as sheet
from ingest.load.whole import whole

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
# Deleted text that is kept for undoing, comments, what fields and forms are made of, and how characters are read aloud.
SKIPPED = {
    "tracked-changes", "annotation", "forms", "sequence-decls", "variable-decls", "user-field-decls", "shapes",
    "table-of-content-source", "index-title-template", "desc", "title", "image", "object-ole", "binary-data", "number",
    "ruby-text",
}  # fmt: skip
_STYLE_NAME = f"{_TEXT}style-name"
_MAX_REPEATS = 1_000
_MAX_COLUMNS = 16_384

_PlacedElement = tuple[Any, int, int, bool]


class OdfReader:
    """Walks the XML of a document's text."""

    def __init__(
        self,
        built: TextBuilder,
        numbers: OdfNumbers,
        fields: dict[str, str],
        embedded: Callable[[str], Any],
        picture: Callable[[str], bytes],
        read_ones: frozenset[str] = frozenset(),
        raised_styles: frozenset[str] = frozenset(),
    ) -> None:
        """Read into `built`.

        Args:
            built: What the text is added to.
            numbers: Those of the document.
            fields: What the fields of its forms show, by their names.
            embedded: Gives the root of an object in the file by its address, None where there is none.
            picture: Gives a picture in the file by its address, b"" where there is none.
            read_ones: Addresses of the objects that are documents of their own.
            raised_styles: Names of the styles whose text stands raised.
        """
        self.built = built
        self.title = ""
        self._numbers = numbers
        self._fields = fields
        self._embedded = embedded
        self._picture_of = picture
        self._read_ones = read_ones
        self._raised = raised_styles
        self._by_hand: frozenset[str] = frozenset()

    def know_notes(self, body: Any) -> None:
        """Find the raised numbers that paragraphs begin with: of notes that are typed below a text or a table."""
        spans = [one for one in body.iter(f"{_TEXT}span") if one.get(_STYLE_NAME) in self._raised]
        first = [one for one in spans if one.getprevious() is None and not (one.getparent().text or "").strip()]
        rests = ("".join(one.getparent().itertext()).lstrip()[len("".join(one.itertext())) :] for one in first)
        found = {raised.note("".join(one.itertext()), rest) for one, rest in zip(first, rests, strict=True)}
        self._by_hand = frozenset(found - {""})

    def blocks(self, parent: Any, within: Within | None = None) -> None:
        """Add paragraphs, headings, lists and tables in order, through whatever wraps them."""
        for child in parent:
            kind = name(child)
            if kind == "h":
                self._heading(child, self._numbers.of_heading(child, _level(child)))
            elif kind == "p":
                self._paragraph(child)
            elif kind == "list":
                self._list(child, within)
            elif kind == "table":
                self._table(child)
            elif kind == "control":
                self.built.paragraph(self._field(child))
            elif kind == "image":
                self._picture(child)
            elif kind in ("object", "object-ole"):
                # In a slide it stands in no paragraph.
                self.built.paragraph(self._formula(child))
                self._chart(child)
            elif kind and kind not in SKIPPED:
                self.blocks(child, within)

    def note_objects(self, body: Any) -> None:
        """Note what lies over the cells of a spreadsheet and is not read; charts draw what the cells hold."""
        for element in body.iter(f"{_DRAW}object", f"{_DRAW}object-ole"):
            inside = (element.get(_LINK) or "").removeprefix("./").rstrip("/")
            root = self._embedded(inside) if inside not in self._read_ones else None
            if inside and inside not in self._read_ones and (root is None or not _is_drawn(root)):
                say_embedded([inside])

    def drawn(self, shape: Any) -> Iterator[tuple[str, str]]:
        """Yield what a shape over the cells of a sheet says, each with its kind; charts draw what the cells hold."""
        lines = (self._cell_text([one]) for one in _outermost([shape], "p"))
        boxes = (self._cell_text(one) for one in _outermost([shape], "text-box"))
        if text := " ".join(filter(None, (*lines, *boxes))):
            yield "Text box", text
        for element in _outermost([shape], "object"):
            if formula := self._formula(element):
                yield "Formula", formula
            root = self._embedded(element.get(_LINK) or "")
            titles = root.iter(f"{_CHART}title", f"{_CHART}subtitle") if root is not None else ()
            said = (one_line(" ".join(map(self.text, title.iter(f"{_TEXT}p")))) for title in titles)
            if found := "; ".join(dict.fromkeys(filter(None, said))):
                yield "Chart", found

    def text(self, paragraph: Any) -> str:
        """Return a paragraph's own text, without notes, text boxes and comments in it."""
        return "".join(self._strings(paragraph))

    def _heading(self, heading: Any, number: str) -> None:
        text = self.text(heading)
        self.built.heading(_level(heading), f"{number} {text}" if number and text.strip() else text)
        self._aside(heading)

    def _paragraph(self, paragraph: Any) -> None:
        text = self.text(paragraph)
        if text.strip() and not self.title and self._numbers.is_title(paragraph):
            self.title = one_line(text)
            self.built.heading(1, text)
        else:
            self.built.paragraph(text)
        self._aside(paragraph)

    def _list(self, element: Any, within: Within | None) -> None:
        within = self._numbers.begin(element) if within is None else self._numbers.deeper(element, within)
        for item in element:
            if name(item) in ("list-item", "list-header"):
                self._item(item, within)

    def _item(self, item: Any, within: Within) -> None:
        """Add an item: its first paragraph carries the number, others stand below it."""
        within = within.at(item)
        is_first = name(item) == "list-item"
        for child in item:
            kind = name(child)
            if kind in ("p", "h"):
                number = self._numbers.of_item(item, child, within) if is_first else ""
                if kind == "h":
                    self._heading(child, number)
                elif is_first:
                    self.built.item(self.text(child), number)
                    self._aside(child)
                else:
                    self._paragraph(child)
                is_first = False
            elif kind == "list":
                self._list(child, within)
            elif kind and kind not in SKIPPED:
                self.blocks([child])

    def _aside(self, paragraph: Any) -> None:
        """Add what hangs on a paragraph: text boxes, charts, notes and comments."""
        for element in _outermost(paragraph, "text-box"):
            self.blocks(element)
        for element in (*_outermost(paragraph, "object"), *_outermost(paragraph, "object-ole")):
            self._chart(element)
        self.pictures(paragraph)
        for note in self._notes(paragraph):
            self.built.paragraph(note)

    def _notes(self, paragraph: Any) -> Iterator[str]:
        for note in _outermost(paragraph, "note-body"):
            if said := one_line(" ".join(map(self.text, note.iter(f"{_TEXT}p")))):
                yield f"[Note: {said}]"
        yield from filter(None, map(self.comment, _outermost(paragraph, "annotation")))

    def comment(self, element: Any) -> str:
        """Return a comment with who made it, "" for one that says nothing."""
        author = one_line("".join(element.itertext(_CREATOR)))
        said = one_line(" ".join(map(self.text, element.iter(f"{_TEXT}p"))))
        if not said:
            return ""
        return f"[Comment by {author}: {said}]" if author else f"[Comment: {said}]"

    def pictures(self, parent: Any) -> None:
        """Add what the pictures within an element say, those of text boxes apart."""
        for image in _outermost(parent, "image"):
            self._picture(image)

    def _picture(self, image: Any) -> None:
        address = image.get(_LINK) or ""
        if "ObjectReplacements/" in address:
            return  # how a chart or formula looks, which is read itself
        data = self._picture_of(address)
        inline = image.find(f"{_OFFICE}binary-data")
        if not data and inline is not None:
            data = picture_files.of_base64("".join((inline.text or "").split()), place=address)
        self.built.paragraph(pictures_inside.said(data, place=address))

    def _table(self, table: Any) -> None:
        rows = list(itertools.islice(_placed(table), sheet.MAX_ROWS))
        if all(len(row) < 2 for row in rows):
            # A frame around other content rather than a table.
            for element in (element for row in rows for element, *_ in row):
                self.blocks(element)
            return
        add_table(self.built, [[self._placed(*cell) for cell in row] for row in rows])
        # Behind the table: a row is one line.
        self.pictures(table)

    def _placed(self, cell: Any, column: int, span: int, goes_on: bool) -> Placed:
        return Placed("" if goes_on else self._cell_text(cell), column, span, goes_on)

    def _cell_text(self, cell: Any, within: Within | None = None, item: Any = None) -> str:
        """Return the paragraphs of a cell on one line, with the numbers of its lists, its notes and comments."""
        parts = []
        for child in cell:
            kind = name(child)
            if kind in ("p", "h"):
                number = self._numbers.of_item(item, child, within) if within and item is not None else ""
                item = None
                parts += [f"{number} {self.text(child)}" if number else self.text(child), *self._notes(child)]
            elif kind == "list":
                place = self._numbers.begin(child) if within is None else self._numbers.deeper(child, within)
                for one in child:
                    if name(one):
                        parts.append(self._cell_text(one, place.at(one), one if name(one) == "list-item" else None))
            elif kind and kind not in SKIPPED:
                parts.append(self._cell_text(child))
        return one_line(" ".join(parts))

    def _strings(self, element: Any) -> Iterator[str]:
        yield box(element.text or "") or element.text or ""
        for child in element:
            kind = name(child)
            if kind == "s":
                count = child.get(f"{_TEXT}c") or "1"
                yield " " * min(whole(count, 1), 100)
            elif kind == "tab":
                yield "\t"
            elif kind == "line-break":
                yield "\n"
            elif kind == "control":
                yield self._field(child)
            elif kind in ("fieldmark", "fieldmark-start"):
                yield fieldmark(child)
            elif kind == "object":
                yield self._formula(child)
            elif kind == "span" and child.get(_STYLE_NAME) in self._raised:
                yield raised.behind(_end_before(child), "".join(self._strings(child)), self._by_hand)
            elif kind and kind not in SKIPPED and kind not in ("note", "text-box", "p"):
                yield from self._strings(child)
            yield child.tail or ""

    def _field(self, control: Any) -> str:
        return self._fields.get(control.get(f"{_DRAW}control") or "", "")

    def _formula(self, element: Any) -> str:
        """Return a formula, "" for other objects."""
        root = self._embedded(element.get(_LINK) or "")
        if root is None or name(root) != "math":
            return ""
        # As its author typed it, where nothing else tells it.
        return formulas.line(root) or one_line(root.findtext(".//{*}annotation") or "")

    def _chart(self, element: Any) -> None:
        """Add a chart: its title, and its values as a table."""
        address = element.get(_LINK) or ""
        root = self._embedded(address)
        charts = [*root.iter(f"{_CHART}chart")] if root is not None else []
        inside = address.removeprefix("./").rstrip("/")
        if address and not charts and (root is None or name(root) != "math") and inside not in self._read_ones:
            say_embedded([inside])
        for chart in charts:
            for title in chart.iterchildren("{*}title", "{*}subtitle"):
                self.built.paragraph(one_line(" ".join(map(self.text, title.iter(f"{_TEXT}p")))))
            for table in chart.iter(f"{_TABLE}table"):
                self.built.chart([[self._cell_text(cell) for cell, *_ in row] for row in _placed(table)])


def raised_styles(roots: Iterable[Any]) -> frozenset[str]:
    """Return the names of the styles whose text stands raised, as their position says: "super 58%", "33% 58%"."""
    found = set()
    for style in itertools.chain.from_iterable(root.iter(f"{_STYLE}style") for root in roots):
        for look in style.iterchildren(f"{_STYLE}text-properties"):
            place = (look.get(f"{_STYLE}text-position") or "").split()[:1]
            if place and (place[0] == "super" or (place[0][0].isdecimal() and not place[0].startswith("0"))):
                found.add(style.get(f"{_STYLE}name") or "")
    return frozenset(found - {""})


def _end_before(element: Any) -> str:
    """Return the text right before an element in its paragraph."""
    previous = element.getprevious()
    if previous is None:
        return str(element.getparent().text or "")
    return str(previous.tail or "".join(previous.itertext()))


def _is_drawn(root: Any) -> bool:
    """Tell whether an object is a chart or a formula."""
    return name(root) == "math" or next(root.iter("{*}chart"), None) is not None


def rows_of(parent: Any) -> Iterator[Any]:
    """Yield the rows of a table, through what groups them."""
    for child in parent:
        if name(child) == "table-row":
            yield child
        elif name(child) in ("table-rows", "table-header-rows", "table-row-group"):
            yield from rows_of(child)


def count(element: Any, attribute: str, most: int) -> int:
    """Return how often a cell or row is repeated or how many it spans, at least 1."""
    value = element.get(f"{_TABLE}{attribute}") or "1"
    return max(1, min(whole(value, 1), most))


def _placed(table: Any) -> Iterator[list[_PlacedElement]]:
    """Yield rows of cells as (element, first column, columns spanned, whether it goes on from the row above)."""
    spanned: dict[int, tuple[int, int]] = {}
    for row in rows_of(table):
        for _ in range(count(row, "number-rows-repeated", _MAX_REPEATS)):
            placed: list[_PlacedElement] = []
            column = 0
            for cell in row:
                if name(cell) == "covered-table-cell":
                    left, wide = spanned.get(column, (0, 1))
                    if left:
                        placed.append((cell, column, wide, True))
                        spanned[column] = (left - 1, wide)
                    column += count(cell, "number-columns-repeated", _MAX_COLUMNS)
                elif name(cell) == "table-cell":
                    wide = count(cell, "number-columns-spanned", _MAX_COLUMNS)
                    down = count(cell, "number-rows-spanned", sheet.MAX_ROWS)
                    for _ in range(min(count(cell, "number-columns-repeated", _MAX_COLUMNS), _MAX_COLUMNS - column)):
                        placed.append((cell, column, wide, False))
                        spanned[column] = (down - 1, wide)
                        column += 1
            yield placed


def _level(heading: Any) -> int:
    level = heading.get(f"{_TEXT}outline-level") or "1"
    return whole(level, 1) if len(level) < 4 else 1


def _outermost(parent: Any, kind: str) -> Iterator[Any]:
    """Yield the outermost elements of a kind; those inside belong to them, or depth would multiply the work."""
    for child in parent:
        if name(child) == kind:
            yield child
        elif name(child) not in ("text-box", "note-body"):
            yield from _outermost(child, kind)
