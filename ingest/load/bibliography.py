"""Bibliographies (.bib) through bibtexparser: a line of facts for each entry, with TeX's letters as they are read."""

import logging
from typing import Any

from ingest.load import text
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.unseen import incomplete
from qa.errors import LoadError
from qa.tables.lines import row_line
from qa.types import Document

_NAMED = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "url": "URL"}
# First what a reader knows a work by.
_ORDER = ("author", "editor", "title", "year", "date", "journal", "booktitle")
_OWN = {"file", "owner", "timestamp", "bdsk-url-1", "bdsk-file-1"}


def load(file: File, media_type: str) -> Document:
    """Load a bibliography; what a program kept for itself is left out."""
    from bibtexparser import middlewares
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)
    library = parse_string(text.read(file), append_middleware=[middlewares.LatexDecodingMiddleware()])
    built = TextBuilder()
    for entry in library.entries:
        built.paragraph(_line(entry))
    # A key that stands twice has two works.
    for block in library.failed_blocks:
        inner = getattr(block, "ignore_error_block", None)
        if getattr(inner, "fields", None):
            built.paragraph(_line(inner))
        else:
            incomplete(f"without the entry at line {(block.start_line or 0) + 1}, which cannot be read")
    if not built.text:
        raise LoadError(file.source, "is a bibliography without an entry that can be read")
    return built.document(file, media_type)


def _line(entry: Any) -> str:
    fields = {field.key.lower(): one_line(str(field.value)).replace("{", "").replace("}", "") for field in entry.fields}
    names = [name for name in _ORDER if name in fields] + [name for name in fields if name not in _ORDER]
    shown = {name: fields[name] for name in names if fields[name] and name not in _OWN}
    for people in ("author", "editor"):
        if people in shown:
            shown[people] = "; ".join(map(_person, shown[people].split(" and "))).replace("; ", ", ")
    columns = ["Key", "Type", *(_NAMED.get(name, name.capitalize()) for name in shown)]
    return row_line(columns, [one_line(entry.key), one_line(entry.entry_type), *shown.values()])


def _person(name: str) -> str:
    """Return "Roe, Ada" as it is said."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and "," not in given else name.strip()
