"""Answers as lines of plain text, and the progress of what takes long."""

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.answering.events import Progress
from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.writing.written_table import tables_as_lines
from qa.command.printing import printable, readable, warn
from qa.lazy_regex import lazy_regex
from qa.text.reading import as_read
from qa.types import Answer, Chunk, Citation, Statement
from ui.places import Say, cited, headings, in_english, places
from ui.quoted_code import quotations, with_code
from ui.rich_text import Code, Paragraph
from ui.tables import introduction, table_lines

_WIDTH = 100
_LEAST_WIDTH = 20
_NEAREST = 3
_VERDICTS = {
    "contradicted": "Contradicted",
    "partly supported": "Only partly supported",
    "without citation": "Without a footnote",
}
_BEFORE_ITEM = lazy_regex(r"\n(?=- |… )")


def answer_lines(answer: Answer) -> Iterator[str]:
    """Yield the answer, then its notes."""
    yield from search_lines(answer.question, answer.query, answer.where)
    if answer.direct:
        yield from (*textwrap.wrap(one_line(answer.direct.text), width()), "")
    text = introduction(answer)
    if answer.model != EXTRACTIVE:
        text = tables_as_lines(text)
    for paragraph in _paragraphs(answer, text):
        yield from (*paragraph, "")
    if answer.table:
        yield from (*table_lines(answer.table, width()), "")
    yield from note_lines(answer)


def search_lines(question: str, query: str, where: str) -> Iterator[str]:
    """Yield what is searched, and in which documents, unless it is just the question in all of them."""
    if query != question:
        yield from (f"(searched for: {one_line(query)})", "")
    if where:
        yield from (f"(limited to: {where})", "")


def progress_line(progress: Progress) -> str:
    """Return what takes a while, and how much of it is done."""
    done = f" ({progress.done} of {progress.total})" if progress.total else ""
    return f"{one_line(progress.text)}{done} …"


def note_lines(answer: Answer) -> Iterator[str]:
    """Yield what is not supported, then the footnotes: the place of each, and the words that the answer rests on."""
    # Mostly the note says why as well.
    if not answer.complete and not answer.note:
        yield from ("This answer broke off before its end.", "")
    if answer.note:
        yield from (*textwrap.wrap(readable(answer.note), width()), "")
    for statement in answer.statements:
        if statement.problem:
            text = textwrap.shorten(one_line(statement.text), 70, placeholder=" …")
            yield f"! {verdict(statement)} ({one_line(statement.problem)}): {text}"
        if statement.moved_from and not statement.problem:
            was, now = (
                "".join(f"[{number}]" for number in each) for each in (statement.moved_from, statement.citations)
            )
            text = textwrap.shorten(one_line(statement.text), 70, placeholder=" …")
            yield f"~ Footnote moved from {was} to {now}, which supports it: {text}"
        if statement.opinion:
            text = textwrap.shorten(one_line(statement.text), 70, placeholder=" …")
            yield f"? Second opinion ({one_line(statement.opinion)}): {text}"
    # That no document holds what was asked for rests on all of them.
    if answer.found and not answer.citations and answer.route not in ("collection", "across", "table"):
        yield "This answer cites no passage: do not rely on it."
    for citation in answer.citations:
        yield from _footnote(citation)
    if not answer.found:
        for hit in answer.hits[:_NEAREST]:
            yield from wrapped(f"  {place(hit.chunk)}", "      ")
            yield from _indented(textwrap.shorten(one_line(hit.chunk.text), 160, placeholder=" …"), "      ")


@contextmanager
def stages(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Yield a function that shows how much of a stage is done: a bar on a terminal, else a line per stage."""
    if quiet or not sys.stderr.isatty():
        begun: set[str] = set()

        def line(stage: str, _done: int, total: int) -> None:
            if stage not in begun and not quiet:
                begun.add(stage)
                warn(f"{stage}: {total:,}")

        yield line
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID, TextColumn

    # A name must not be read as markup.
    columns = (TextColumn("{task.description}", markup=False), *Progress.get_default_columns()[1:])
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def update(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(printable(stage))
            bar.update(tasks[stage], completed=done, total=total)

        yield update


def verdict(statement: Statement) -> str:
    """Return the check's verdict on a doubted sentence, as the beginning of a line."""
    return _VERDICTS.get(statement.support, "Not supported")


def place(chunk: Chunk, t: Say = in_english) -> str:
    """Return a chunk's place: title, heading, page or rows, and the path as seen from the working folder.

    `t` puts it into the reader's language.
    """
    parts = [chunk.title, headings(chunk), *places(chunk, t)]
    return f"{', '.join(one_line(part) for part in parts if part)} — {_short_path(chunk.source)}"


def _paragraphs(answer: Answer, text: str) -> Iterator[Iterable[str]]:
    """Yield the lines of each paragraph of an answer's text."""
    if not (blocks := with_code(answer)):
        yield from map(_paragraph, readable(text).split("\n\n"))
    for block in blocks:
        if isinstance(block, Code):
            marks = "".join(f"[{number}]" for number in block.cited)
            yield f"{readable(block.run.text)} {marks}".split("\n")
        elif isinstance(block, Paragraph):
            yield _paragraph(readable("".join(run.text for run in block.runs)))


def _paragraph(text: str) -> Iterator[str]:
    """Yield a paragraph's lines, wrapped; list items keep lines of their own."""
    for part in _BEFORE_ITEM.split(text):
        yield from textwrap.wrap(part, width(), subsequent_indent="  " if part.startswith("- ") else "")


def _footnote(citation: Citation) -> Iterator[str]:
    chunk = citation.chunk
    yield from wrapped(f"[{citation.number}] {place(cited(citation))}, characters {chunk.start}–{chunk.end}", "    ")
    if codes := quotations(citation):
        yield from (f"    {line}" for code in codes for line in readable(code).split("\n"))
        return
    for quote in quotes(citation):
        yield from _indented(f"“{quote}”", "    ")


def quotes(citation: Citation) -> list[str]:
    """Return what is quoted of a passage, each on one line and without marks of lists and of quoted mail."""
    chunk = citation.chunk
    return [one_line(as_read(chunk.text[start - chunk.start : end - chunk.start])) for start, end in citation.spans]


def one_line(text: str) -> str:
    """Return a text of a document as one line."""
    return " ".join(readable(text).split())


def _indented(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, width(), initial_indent=indent, subsequent_indent=indent)


def wrapped(line: str, indent: str) -> list[str]:
    """Return a line as a terminal shows it, cut between words and indented from the second on; elsewhere uncut."""
    if not sys.stdout.isatty():
        return [line]
    lead = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(line.strip(), width(), initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False)


def width() -> int:
    """Return the width of lines: what is easily read, or that of a narrower terminal."""
    if not sys.stdout.isatty():
        return _WIDTH  # COLUMNS may be about another place
    return max(_LEAST_WIDTH, min(_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns))


def _short_path(source: str) -> str:
    path = Path(source)
    return os.path.relpath(path) if path.is_absolute() and path.is_relative_to(Path.cwd()) else source
