"""What slides hold that python-pptx does not know: SmartArt, newer charts, formulas, shapes for newer programs."""

from collections.abc import Iterator
from typing import Any

from ingest.load import formulas, markup, raised
from ingest.load.build import TextBuilder
from ingest.load.office import charts, smart_art
from ingest.load.unseen import incomplete
from ingest.load.whole import whole
from qa.errors import LoadError

_CHOICES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHAPES = {f"{_P}{kind}" for kind in ("sp", "grpSp", "graphicFrame", "pic", "cxnSp")}
# What is drawn by hand; the library stops at it. In a choice a picture of it is the other form.
_INK = f"{_P}contentPart"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# What python-pptx passes over in a paragraph: formulas, and that something is raised.
_OWN = (formulas.FORMULA, f"{_A}rPr[@baseline]")
# As python-pptx writes them.
_SIGNS = {f"{_A}br": "\v", f"{_A}tab": "\t"}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def take_in(slide: Any) -> None:
    """Put in place of a choice between two forms of a shape the first that is one; the library passes over both."""
    for choice in list(slide._element.iter(f"{_CHOICES}AlternateContent")):
        parent = choice.getparent()
        if parent is None or parent.tag not in (f"{_P}spTree", f"{_P}grpSp"):
            continue
        forms = ([one for one in form if one.tag in _SHAPES] for form in choice)
        for shape in next(filter(None, forms), ()):
            choice.addprevious(shape)
        parent.remove(choice)
    for ink in list(slide._element.iter(_INK)):
        incomplete("without what is drawn by hand on it")
        ink.getparent().remove(ink)


def said(frame: Any) -> str:
    """Return the text of a shape or cell with its formulas, which stand in a line as their signs and words."""
    return "\n".join(
        _line(paragraph._p) if any(paragraph._p.find(f".//{tag}") is not None for tag in _OWN) else paragraph.text
        for paragraph in frame.paragraphs
    )


def _line(paragraph: Any) -> str:
    line = ""
    for text, is_raised in _pieces(paragraph):
        line += raised.behind(line, text) if is_raised else text
    return line


def _pieces(element: Any) -> Iterator[tuple[str, bool]]:
    """Yield the texts of a paragraph in order, and whether each is raised."""
    for child in element:
        if child.tag == formulas.FORMULA:
            yield formulas.line(child), False
        elif child.tag == f"{_A}t":
            look = element.find(f"{_A}rPr")
            baseline = look.get("baseline") or "" if look is not None else ""
            yield child.text or "", whole(baseline) > 0
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag], False
        else:
            yield from _pieces(child)


def add(built: TextBuilder, shape: Any) -> bool:
    """Add a shape that is a SmartArt or a newer chart; return whether it is one."""
    for tag, attribute, add_it in (
        (smart_art.IDS, smart_art.DATA, smart_art.add_diagram),
        (charts.NEW_CHART, _RELATION, charts.add_chart),
    ):
        for element in shape._element.iter(tag):
            relation = shape.part.rels.get(element.get(attribute) or "")
            if relation is None or relation.is_external:
                incomplete("without a chart, which is damaged")
                return True
            try:
                add_it(built, markup.parse(relation.target_part.blob, ""))
            except LoadError:
                incomplete("without a chart, which is damaged")
            return True
    return False
