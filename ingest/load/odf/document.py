"""OpenDocument texts, presentations and spreadsheets (.odt, .odp, .ods), read from their XML.

The library for it, odfpy, has had no release since 2020 and holds more objects than text.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.load.about import dublin_core, title_of
from ingest.load.build import TextBuilder, join_pages, shift, slide_headings
from ingest.load.file import File
from ingest.load.markup import member, name, parse
from ingest.load.odf import forms
from ingest.load.odf import parts as odf_parts
from ingest.load.odf import sheet as odf_sheet
from ingest.load.odf.numbers import OdfNumbers
from ingest.load.odf.text import OdfReader, raised_styles
from ingest.load.odf.unseen import remove_unseen
from ingest.load.parts import Budget, Parts
from ingest.load.picture.files import Packed
from ingest.load.sheet import workbook as sheet
from ingest.load.unseen import incomplete
from qa.errors import LoadError
from qa.types import Document, Mark

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"


def parts(file: File, budget: Budget) -> Parts:
    """Yield the files that are embedded in it."""
    return odf_parts.parts(file, budget)


def load(file: File, media_type: str) -> Document:
    """Load a document by its kind: slides are pages, sheets headings."""
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        if b"encryption-data" in member(archive, "META-INF/manifest.xml", file):
            raise LoadError(file.source, "is encrypted; save a copy without password and ingest that")
        root = parse(member(archive, "content.xml", file), file.source)
        title, metadata = _about(archive, file)
        styles = [root, *_styles(archive, file)]
        body = next(iter(root.find(f"{_OFFICE}body")))
        remove_unseen(body, styles)
        numbers, fields = OdfNumbers(styles), forms.controls(body)
        built, pictures = TextBuilder(), Packed(archive)
        reader = OdfReader(
            built,
            numbers,
            fields,
            lambda address: _embedded(archive, address, file),
            lambda address: pictures.picture(address.removeprefix("./")),
            odf_parts.read_ones(archive, file),
            raised_styles(styles),
        )
        reader.know_notes(body)
        if media_type.endswith(".spreadsheet"):
            odf_sheet.add_sheets(built, body, reader.text, reader.drawn)
            reader.note_objects(body)
            return sheet.document(file, media_type, built, title, metadata)
        if media_type.endswith(".presentation"):
            return replace(_presentation(file, media_type, body, title, reader), metadata=metadata)
        reader.blocks(body)
    first = next((heading.title for heading in built.headings if heading.level == 1), "")
    return built.document(file, media_type, title or reader.title or first, metadata=metadata)


def _styles(archive: zipfile.ZipFile, file: File) -> Iterator[Any]:
    root = _optional(archive, "styles.xml", file)
    if root is not None:
        yield root


def _about(archive: zipfile.ZipFile, file: File) -> tuple[str, dict[str, str]]:
    """Return the title that the file states, "" for none, and what else it says about itself."""
    meta = _optional(archive, "meta.xml", file)
    return (title_of(meta), dublin_core(meta)) if meta is not None else ("", {})


def _embedded(archive: zipfile.ZipFile, address: str, file: File) -> Any:
    """Return the root of an object inside the file, such as a formula or a chart; None where it cannot be read."""
    inside = address.removeprefix("./").rstrip("/")
    return _optional(archive, f"{inside}/content.xml", file)


def _optional(archive: zipfile.ZipFile, place: str, file: File) -> Any:
    """Return the root of a part that a file may lack; None without it, and where it is damaged, which is noted."""
    if place not in archive.NameToInfo:
        return None
    try:
        return parse(member(archive, place, file), file.source)
    except LoadError:
        incomplete(f"without its part {place}, which is damaged")
        return None


def _presentation(file: File, media_type: str, body: Any, title: str, reader: OdfReader) -> Document:
    slides = [_slide(page, reader) for page in body.iterchildren(f"{_DRAW}page")]
    text, pages = join_pages([slide.text for slide in slides])
    headings = slide_headings(slides, pages)
    marks: list[Mark] = []
    for slide, page in zip(slides, pages, strict=True):
        marks += shift(slide.marks, page.start)
    first = next((heading.title for heading in headings), "")
    return Document(
        file.source, title or first or file.stem, text, media_type, pages, tuple(headings), marks=tuple(marks)
    )


def _slide(page: Any, reader: OdfReader) -> TextBuilder:
    built = reader.built = TextBuilder()
    frames = [child for child in page if name(child) not in ("notes", "")]
    titles = [frame for frame in frames if frame.get(f"{_PRESENTATION}class") == "title"]
    for frame in titles:
        built.heading(1, " ".join(map(reader.text, frame.iter(f"{_TEXT}p", f"{_TEXT}h"))))
    for frame in frames:
        if frame not in titles:
            reader.blocks([frame])
    for comment in page.iterchildren(f"{_OFFICE}annotation"):
        built.paragraph(reader.comment(comment))
    for notes in page.iterchildren(f"{_PRESENTATION}notes"):
        said = "\n".join(filter(None, map(reader.text, notes.iter(f"{_TEXT}p"))))
        # A page number is a field of the notes' own page.
        if said and said.strip("<>").casefold() != "number":
            built.paragraph(f"Notes: {said}")
    return built
