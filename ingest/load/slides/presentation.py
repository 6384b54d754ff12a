"""PowerPoint presentations (.pptx) through python-pptx: a page per slide, titles as headings, notes included."""

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.load.build import TextBuilder, join_pages, shift, slide_headings
from ingest.load.file import File
from ingest.load.office import charts, embedded
from ingest.load.office import package as office
from ingest.load.office import parts as office_parts
from ingest.load.office import pictures as office_pictures
from ingest.load.parts import Budget, Parts
from ingest.load.slides import comments as slides_comments
from ingest.load.slides import drawn
from ingest.load.slides.unseen import is_hidden_slide, leave_out, remove_unseen
from ingest.load.unseen import incomplete
from qa.types import Document, Mark


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are embedded in it."""
    return embedded.parts(file, budget)


def load(file: File, media_type: str) -> Document:
    """Load a presentation; text stands in the order of the shapes from top to bottom, left to right."""
    import pptx

    opened = office_parts.package(file, pptx.Presentation)
    office_parts.note_embedded(file)
    built = [_slide(slide, opened.slide_width or 0, opened.slide_height or 0) for slide in opened.slides]
    text, pages = join_pages([slide.text for slide in built])
    headings = slide_headings(built, pages)
    marks: list[Mark] = []
    for slide, page in zip(built, pages, strict=True):
        marks += shift(slide.marks, page.start)
    first = next((heading.title for heading in headings), "")
    named, metadata = office.properties(file)
    # PowerPoint's own default says nothing.
    named = "" if named.lower() in ("powerpoint presentation", "untitled", "slide 1") else named
    return Document(
        source=file.source,
        title=named or first or file.stem,
        text=text,
        media_type=media_type,
        pages=pages,
        headings=tuple(headings),
        marks=tuple(marks),
        metadata=metadata,
    )


def _slide(slide: Any, width: int, height: int) -> TextBuilder:
    built = TextBuilder()
    if is_hidden_slide(slide):
        leave_out(slide)
        return built
    drawn.take_in(slide)
    remove_unseen(slide, width, height)
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        built.heading(1, drawn.said(title.text_frame))
    title_id = title.shape_id if title is not None else None
    for shape in _in_reading_order(slide.shapes):
        if shape.shape_id != title_id:
            _shape(built, shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = drawn.said(slide.notes_slide.notes_text_frame).strip()
        if notes:
            built.paragraph(f"Notes: {notes}")
    for comment in slides_comments.comments(slide):
        built.paragraph(comment)
    return built


def _in_reading_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Yield shapes by top, then left; a group stands at its own place, its members in order within it."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        # Only groups have members.
        if hasattr(shape, "shapes"):
            yield from _in_reading_order(shape.shapes)
        else:
            yield shape


def _shape(built: TextBuilder, shape: Any) -> None:
    if getattr(shape, "has_table", False):
        built.table(_rows(shape.table))
    elif getattr(shape, "has_chart", False):
        # Not through python-pptx, which knows no three-dimensional charts and some others.
        try:
            charts.add_chart(built, shape.chart_part._element)
        except KeyError:
            incomplete("without a chart, which is damaged")
    elif drawn.add(built, shape):
        pass
    elif shape.has_text_frame:
        built.paragraph(drawn.said(shape.text_frame))
    if not _is_tiny(shape):
        for picture in shape._element.iter(*office_pictures.PICTURES):
            built.paragraph(office_pictures.said(picture, shape.part))


def _is_tiny(shape: Any) -> bool:
    """Tell whether a shape is shown too small to be read."""
    sides = [side for side in (shape.width, shape.height) if side is not None]
    return bool(sides) and min(sides) < office_pictures.LEAST_EMU


def _rows(table: Any) -> Iterator[list[str]]:
    """Yield a table's cell texts; a merged header stands over all its columns, a merged cell in each of its rows."""
    above: list[str] = []
    for index, row in enumerate(table.rows):
        texts = [drawn.said(cell.text_frame) for cell in row.cells]
        for column, cell in enumerate(row.cells):
            if not cell.is_spanned:
                continue
            if cell._tc.get("vMerge") in ("1", "true") and cell._tc.get("hMerge") not in ("1", "true"):
                texts[column] = above[column] if column < len(above) else ""
            else:
                texts[column] = texts[column - 1] if index == 0 and column else ""
        above = texts
        yield texts
