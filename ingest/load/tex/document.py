"""LaTeX files (.tex) through pylatexenc: headings, lists, formulas and captions with the numbers that TeX gives them.

A file that another one includes is a document of its own, so that nothing is stored twice; of what lies in the same
folder, the author's macros are read.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

from ingest.load import text, unseen
from ingest.load.about import about
from ingest.load.build import TextBuilder, one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.tex import words as tex_words
from ingest.load.tex.nodes import known_macros, parse
from ingest.load.tex.numbers import TexNumbers
from ingest.load.tex.reader import TexReader
from ingest.load.tex.source import Source, expanded, prepare
from ingest.load.unseen import incomplete
from qa.lazy_regex import lazy_regex
from qa.types import Document

_BEGIN, _END = lazy_regex(r"\\begin\s*\{document\}"), lazy_regex(r"\\end\s*\{document\}")
_CLASS = lazy_regex(r"\\documentclass\s*(?:\[[^\]]{0,2000}\])?\s*\{\s*([\w-]+)")
_INCLUDED = lazy_regex(r"\\(?:input|include|subfile|subfileinclude)\s*\{([^{}\n]{1,200})\}|\\input\s+([\w./-]{1,200})")
_PACKAGES = lazy_regex(r"\\(?:usepackage|RequirePackage)\s*(?:\[[^\]]{0,2000}\])?\s*\{([^{}]{1,500})\}")
_BOOKS = {"book", "report", "scrbook", "scrreprt", "memoir", "extbook", "extreport", "tufte-book", "amsbook"}
_MOST_NAMES, _MOST_FILES, _MOST_BYTES = 200, 100, 1 << 20
_MOST_GAPS = 5


def load(file: File, media_type: str) -> Document:
    """Load a LaTeX file; comments, drawings and the layout are left out."""
    whole = text.read(file)
    source = prepare(whole)
    preamble, body = _divided(source)
    included = [name.strip() for match in _INCLUDED.finditer(source.text) for name in match.groups() if name]
    elsewhere = _siblings(source, file, included)
    _say_what_is_missing(file, included)
    nodes = parse(expanded(source, body, known_macros()))
    about_it = parse(expanded(source, preamble, known_macros()))
    named = _CLASS.search(preamble)
    is_book = named[1] in _BOOKS if named else "\\chapter" in body
    labels: dict[str, tuple[str, str]] = {}
    for place in range(2):
        # What is referred to may stand further down, so that it is read twice.
        numbers = TexNumbers(is_book, counts=named is not None, depth=2 if is_book else 3)
        reader = TexReader(source, numbers, tex_words.words(preamble), labels, elsewhere)
        with nullcontext() if place else unseen.noting():
            reader.preamble(about_it)
            reader.read(nodes)
        labels = reader.labels
    if source.cut:
        incomplete("without some macros, which unfold without end")
    built: TextBuilder = reader.built
    if not built.text.strip() and included:
        # A document whose parts are all files of their own.
        built.paragraph(f"Includes {', '.join(dict.fromkeys(included))}.")
    first = next((heading.title for heading in built.headings if heading.level == 1), "")
    return built.document(file, media_type, one_line(reader.title) or first, metadata=about(reader.author, reader.date))


def _divided(source: Source) -> tuple[str, str]:
    """Return what stands before the document begins, and the document; a part of one has nothing before it."""
    begin = _BEGIN.search(source.text)
    if begin is None:
        return "", source.text
    ends = [match.start() for match in _END.finditer(source.text, begin.end())]
    return source.text[: begin.start()], source.text[begin.end() : ends[-1] if ends else len(source.text)]


def _siblings(source: Source, file: File, included: list[str]) -> dict[str, str]:
    """Read the author's macros of files and styles that lie in the same folder; return the source of those included."""
    found: dict[str, str] = {}
    if isinstance(file.content, bytes):
        return found
    packages = [one.strip() for match in _PACKAGES.finditer(source.text) for one in match[1].split(",")]
    names = [*(f"{one}.sty" for one in packages), *included]
    if not _CLASS.search(source.text):
        names += ["macros", "preamble", "commands", "definitions", "notation"]
    for name in list(dict.fromkeys(names))[:_MOST_NAMES]:
        path = _inside(file, name)
        if len(found) >= _MOST_FILES or path is None or path == file.content.resolve():
            continue
        try:
            if not path.is_file():
                continue
            if path.stat().st_size > _MOST_BYTES:
                raise OSError("too large")
            with unseen.noting():
                # What is damaged there is told where that file is read.
                other = prepare(decode(path.read_bytes()) or "")
        except OSError:
            incomplete(f"without the macros of {name[:80]}, which is too large or cannot be read")
            continue
        found[name] = other.text
        source.macros = other.macros | source.macros
        source.theorems = other.theorems | source.theorems
    return found


def _inside(file: File, name: str) -> Path | None:
    """Return the file of a name in the folder of a document or below it, None for what leads out of it."""
    if isinstance(file.content, bytes) or "\\" in name or "#" in name or "\0" in name:
        return None
    folder = file.content.parent.resolve()
    path = folder / (name if Path(name).suffix in (".tex", ".sty", ".ltx") else f"{name}.tex")
    try:
        found = path.resolve()
        return found if found.is_relative_to(folder) and len(str(found)) < 4_000 else None
    except (OSError, RuntimeError, ValueError):
        return None


def _say_what_is_missing(file: File, included: list[str]) -> None:
    if isinstance(file.content, bytes):
        return
    missing = list(_missing(file, included))
    if missing:
        more = f" and {len(missing) - _MOST_GAPS} more" if len(missing) > _MOST_GAPS else ""
        incomplete(f"without the included {', '.join(missing[:_MOST_GAPS])}{more}, not in its folder")


def _missing(file: File, included: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(included):
        path = _inside(file, name)
        try:
            if path is None or not path.is_file():
                yield name[:80]
        except OSError:
            yield name[:80]
