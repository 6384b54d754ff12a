"""What lies over the cells of an Excel sheet: text boxes, boxes to tick, SmartArt, titles of charts (of cells)."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ingest.load import markup
from ingest.load.build import one_line
from ingest.load.office import charts, smart_art
from ingest.load.sheet.parts import column_letters
from ingest.load.unseen import incomplete, left_out
from ingest.load.whole import whole

_KIND, _OLD_KIND, _CHART_SHEET = "/drawing", "/vmlDrawing", "/chartsheet"
_WORKBOOK = "xl/workbook.xml"
# Boxes to tick and buttons are drawn as Excel 97 did; the drawing beside it, which has their words, is hidden.
_CONTROL = "{*}compatExt"
_TICKED = frozenset({"Checkbox", "Radio"})
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MOST_BYTES = 32 << 20
_MOST = 1_000
_TRUE = ("1", "true")


def lines(sheet: Any) -> Iterator[str]:
    """Yield what lies over a sheet of openpyxl that is open for streaming, each with the cell where it begins."""
    archive, path = sheet.parent._archive, sheet._worksheet_path.lstrip("/")
    for drawing in _targets(archive, path, _KIND):
        try:
            root = _tree(archive, drawing)
            found = list(_anchored(root, archive, drawing, _controls(archive, path)))
        except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
            incomplete(f"without what lies over the cells of sheet {sheet.title}, which is damaged or too large")
            continue
        yield from found[:_MOST]
        if len(found) > _MOST:
            incomplete(f"without what lies over the cells of sheet {sheet.title} after the first {_MOST:,}")


def of_chart_sheets(archive: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the lines of each sheet that is a chart, unless it is hidden."""
    try:
        targets = {key: target for key, kind, target in _relations(archive, _WORKBOOK) if kind.endswith(_CHART_SHEET)}
        sheets = list(_tree(archive, _WORKBOOK).iter("{*}sheet")) if targets else []
    except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return
    for sheet in sheets:
        target = targets.get(sheet.get(_RELATION) or "")
        if not target or sheet.get("state", "visible") != "visible":
            continue
        title = sheet.get("name") or ""
        try:
            drawings = list(_targets(archive, target, _KIND))
            yield title, [line for one in drawings for line in _anchored(_tree(archive, one), archive, one, {})]
        except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
            incomplete(f"without the chart on sheet {title}, which is damaged or too large")


def _controls(archive: Any, path: str) -> dict[str, tuple[str, bool]]:
    """Return the kind of each box or button of a sheet, and whether it is ticked, by its id."""
    found = {}
    for drawing in _targets(archive, path, _OLD_KIND):
        try:
            # Excel itself writes VML that is not well formed.
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
            data = archive.read(drawing) if archive.getinfo(drawing).file_size <= _MOST_BYTES else b""
            root = etree.fromstring(data, parser) if data else None
        except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile):
            continue
        for shape in root.iter("{*}shape") if root is not None else ():
            for client in shape.iterchildren("{*}ClientData"):
                found[shape.get("id") or ""] = client.get("ObjectType") or "", client.findtext("{*}Checked") == "1"
    return found


def _anchored(root: Any, archive: Any, drawing: str, controls: dict[str, tuple[str, bool]]) -> Iterator[str]:
    relations = {key: target for key, _, target in _relations(archive, drawing)}
    for anchor in _anchors(root):
        place = _place(anchor)
        for shape in _shapes(anchor):
            properties = next(shape.iter("{*}cNvPr"), None)
            is_hidden = properties is not None and properties.get("hidden") in _TRUE
            control = next(properties.iter(_CONTROL), None) if properties is not None else None
            kind, is_ticked = (
                controls.get(control.get("spid") or "", ("", False)) if control is not None else ("", False)
            )
            for what, said in _said(shape, archive, relations):
                if kind in _TICKED:
                    yield f"[Box{place}: [{'x' if is_ticked else ' '}] {said}]"
                elif is_hidden and not kind and anchor.getparent() is not root:
                    continue  # a comment, as LibreOffice draws it
                elif is_hidden and not kind:
                    left_out(said, "hidden shapes")
                else:
                    yield f"[{what}{place}: {said}]"


def _anchors(element: Any) -> Iterator[Any]:
    for child in element.iterchildren():
        if markup.name(child) in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"):
            yield child
        elif child.tag == f"{_CHOICES}AlternateContent":
            yield from next(filter(None, (list(_anchors(form)) for form in child)), ())


def _shapes(element: Any) -> Iterator[Any]:
    """Yield the shapes, those of groups one by one; of a choice between two forms, the first."""
    for child in element.iterchildren():
        kind = markup.name(child)
        if kind in ("sp", "graphicFrame", "cxnSp"):
            yield child
        elif child.tag == f"{_CHOICES}AlternateContent":
            yield from next(filter(None, (list(_shapes(form)) for form in child)), ())
        elif kind == "grpSp":
            yield from _shapes(child)


def _said(shape: Any, archive: Any, relations: dict[str, str]) -> Iterator[tuple[str, str]]:
    for body in shape.iter("{*}txBody"):
        if said := " ".join(filter(None, (one_line("".join(p.itertext("{*}t"))) for p in body.iterchildren("{*}p")))):
            yield "Text box", said
    for element in shape.iter(smart_art.IDS):
        if (target := relations.get(element.get(smart_art.DATA) or "")) and (
            boxes := smart_art.lines(_tree(archive, target))
        ):
            yield "SmartArt", "; ".join(boxes)
    for element in shape.iter(charts.CHART, charts.NEW_CHART):
        if (target := relations.get(element.get(_RELATION) or "")) and (
            titles := charts.titles(_tree(archive, target))
        ):
            yield "Chart", "; ".join(titles)


def _place(anchor: Any) -> str:
    start = anchor.find("{*}from")
    row, column = (start.findtext(f"{{*}}{key}") if start is not None else None for key in ("row", "col"))
    if not (row and column and row.strip().isdecimal() and column.strip().isdecimal()):
        return ""
    return f" at {column_letters(whole(column) + 1)}{whole(row) + 1}"


def _targets(archive: Any, part: str, kind: str) -> Iterator[str]:
    try:
        yield from (target for _, named, target in _relations(archive, part) if named.endswith(kind))
    except (KeyError, ValueError, etree.XMLSyntaxError, zipfile.BadZipFile):
        incomplete(f"without what lies over the cells, whose links in {part} are damaged")


def _relations(archive: Any, part: str) -> Iterator[tuple[str, str, str]]:
    """Yield the id, the kind and the target of each part that a part refers to."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    if links not in archive.NameToInfo:
        return
    for relation in _tree(archive, links):
        if isinstance(relation.tag, str) and relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
            yield relation.get("Id") or "", relation.get("Type") or "", target


def _tree(archive: Any, name: str) -> Any:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise ValueError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(name), parser)
