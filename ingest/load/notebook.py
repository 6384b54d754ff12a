"""Jupyter notebooks: prose, code and what the code printed, cell by cell."""

import json
from collections.abc import Iterator
from typing import Any

from ingest.load import markdown, markdown_unseen, text
from ingest.load.build import TextBuilder, one_line, tidy
from ingest.load.file import File
from ingest.load.picture import files as picture_files
from ingest.load.picture import inside as pictures_inside
from qa.errors import LoadError
from qa.types import Document

# What a cell printed is often a log; its beginning says what it was.
_MAX_OUTPUT_CHARS = 4_000
_PICTURES = ("image/png", "image/jpeg", "png", "jpeg")
_IN_CELL = "a cell's output or attachment"


def load(file: File, media_type: str) -> Document:
    """Load a notebook; what a picture says is told, other rich outputs are left out where they have no text."""
    try:
        book = json.loads(text.read(file))
        cells = list(_cells(book))
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise LoadError(file.source, "is not a notebook (its JSON cannot be read); save it again") from error
    built = TextBuilder()
    for cell in cells:
        _cell(built, cell)
    named = book.get("metadata", {}).get("title")
    first = next((heading.title for heading in built.headings if heading.level == 1), "")
    return built.document(file, media_type, (one_line(named) if isinstance(named, str) else "") or first)


def _cells(book: dict[str, Any]) -> Iterator[dict[str, Any]]:
    # Before version 4 the cells lay in worksheets.
    for holder in [book, *book.get("worksheets", ())]:
        yield from (cell for cell in holder.get("cells", ()) if isinstance(cell, dict))


def _cell(built: TextBuilder, cell: dict[str, Any]) -> None:
    source = tidy(_joined(cell.get("source", cell.get("input"))))
    if cell.get("cell_type") == "heading":
        level = cell.get("level")
        built.heading(level if isinstance(level, int) else 1, source)
    elif cell.get("cell_type") == "markdown":
        source = markdown_unseen.without_unseen(source)
        built.block(source, markdown.headings(source))
    else:
        built.paragraph(source)
    for bundle in _values(cell.get("attachments")):
        built.paragraph(_picture(bundle))
    for output in cell.get("outputs", ()):
        if isinstance(output, dict):
            if said := _output(output):
                built.paragraph(f"Output: {said[:_MAX_OUTPUT_CHARS]}")
            # Before version 4 the data lay in the output itself.
            built.paragraph(_picture(output.get("data", output)))


def _picture(bundle: Any) -> str:
    """Return what the picture among several forms of the same output says, "" without one."""
    named = bundle if isinstance(bundle, dict) else {}
    data = next((named[kind] for kind in _PICTURES if kind in named), "")
    return pictures_inside.said(picture_files.of_base64("".join(_joined(data).split()), place=_IN_CELL), place=_IN_CELL)


def _values(value: Any) -> Iterator[Any]:
    yield from value.values() if isinstance(value, dict) else ()


def _output(output: dict[str, Any]) -> str:
    if output.get("output_type") in ("error", "pyerr"):
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    data = output.get("data")
    plain = data.get("text/plain") if isinstance(data, dict) else None
    said = _joined(output.get("text", plain)).strip()
    # The name that a picture or a widget has in memory says nothing.
    return "" if said.startswith("<") and said.endswith(">") and "\n" not in said else said


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")
