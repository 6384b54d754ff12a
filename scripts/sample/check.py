"""Loads the sample documents in a simple way and checks the questions against their text."""

from __future__ import annotations

import csv
import email
import email.message
import email.policy
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import bs4
import docx
import openpyxl
import pptx
import pypdfium2
from docx.table import Table

QUESTION_KINDS = ("fact", "table", "multi", "number", "date", "follow-up", "german", "cross-lingual", "unanswerable")
# Kinds whose answers are exact: counts, lists of documents, cells.
EXACT_KINDS = ("collection", "document", "across", "tables")

_PAGES = re.compile(r"(\d+) (?:pages|Seiten)")


@dataclass
class Sample:
    """The text of one document: its pages (only a PDF has more than one) and the words that come from tables."""

    pages: list[str]
    table_words: int = 0

    @property
    def words(self) -> int:
        """The number of words in the document."""
        return sum(len(page.split()) for page in self.pages)


@dataclass
class Report:
    """The result of a check: what was counted and what is wrong."""

    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def collapse(text: str) -> str:
    """Replace each run of white space by one space."""
    return " ".join(text.split())


def check_corpus(folder: Path) -> Report:
    """Count the documents below `folder` and check `questions.jsonl` against them."""
    report = Report()
    samples = load_samples(folder)
    for name, sample in samples.items():
        pages = f", {len(sample.pages)} pages" if name.endswith(".pdf") else ""
        report.lines.append(f"{sample.words:6d}  {name}{pages}")
    formats = Counter(Path(name).suffix[1:] for name in samples)
    total = sum(sample.words for sample in samples.values())
    tables = sum(sample.table_words for sample in samples.values())
    report.lines.append(f"{total:6d}  words in {len(samples)} documents, {tables} of them in tables")
    report.lines.append("formats: " + ", ".join(f"{name} {count}" for name, count in sorted(formats.items())))
    questions = read_questions(folder / "questions.jsonl")
    kinds = Counter(str(question["kind"]) for question in questions)
    known = (*QUESTION_KINDS, *EXACT_KINDS)
    report.lines.append(f"questions: {len(questions)}, " + ", ".join(f"{k} {kinds[k]}" for k in known if kinds[k]))
    report.problems.extend(_repeated_ids(questions))
    for question in questions:
        report.problems.extend(f"{question.get('id')}: {problem}" for problem in check_question(question, samples))
    return report


def load_samples(folder: Path) -> dict[str, Sample]:
    """Load all documents below `folder`; the keys are the paths relative to it."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in _LOADERS)
    return {path.relative_to(folder).as_posix(): _LOADERS[path.suffix](path) for path in paths}


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Read the questions, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def check_question(question: dict[str, Any], samples: dict[str, Sample]) -> list[str]:
    """List what is wrong with one question."""
    problems = []
    if "expected" in question:
        return _check_expected(question, samples)
    if question["kind"] not in QUESTION_KINDS:
        problems.append(f"unknown kind {question['kind']!r}")
    if (question["kind"] == "follow-up") != bool(question.get("turns")):
        problems.append("turns belong to follow-ups, and only to them")
    if question.get("unanswerable", False) != (question["kind"] == "unanswerable"):
        problems.append("the mark 'unanswerable' does not fit the kind")
    if question.get("unanswerable"):
        if question["answers"] or question["relevant"] or question["evidence"]:
            problems.append("an unanswerable question has no answers, documents or evidence")
        return problems
    return problems + _check_evidence(question, samples)


def _check_expected(question: dict[str, Any], samples: dict[str, Sample]) -> list[str]:
    """List what is wrong with a question that states an exact answer instead of its evidence."""
    problems = [] if question["kind"] in EXACT_KINDS else [f"unknown kind {question['kind']!r}"]
    documents = question["expected"].get("documents") or ()
    problems += [f"no document {name}" for name in documents if name.partition("!/")[0] not in samples]
    if question["evidence"] or question["relevant"]:
        problems.append("what is expected takes the place of evidence and documents")
    texts = [collapse(page) for name in documents or samples if name in samples for page in samples[name].pages]
    # What is computed from a table stands in no document; nor does how many pages one has.
    is_computed = question["kind"] == "tables"
    if counted := _PAGES.fullmatch(" ".join(question["answers"])):
        is_computed = True
        if [len(samples[name].pages) for name in documents if name in samples] != [int(counted[1])]:
            problems.append(f"{documents} do not have {counted[0]}")
    if (
        question["answers"]
        and not is_computed
        and not any(collapse(answer) in text for answer in question["answers"] for text in texts)
    ):
        problems.append(f"no answer occurs in the documents: {question['answers']}")
    return problems


def _check_evidence(question: dict[str, Any], samples: dict[str, Sample]) -> list[str]:
    names = list(question["relevant"])
    problems = [f"no document {name}" for name in names if name not in samples]
    facts = [item if isinstance(item, list) else [item] for item in question["evidence"]]
    evidence = [collapse(quote) for quotes in facts for quote in quotes]
    if not names or not evidence or not question["answers"]:
        problems.append("answers, documents and evidence are needed")
    pages = {name: [collapse(page) for page in samples[name].pages] for name in names if name in samples}
    for quote in evidence:
        if not any(_stands(quote, page) for texts in pages.values() for page in texts):
            problems.append(f"evidence not found: {quote}")
    for name, texts in pages.items():
        if not any(_stands(quote, page) for quote in evidence for page in texts):
            problems.append(f"no evidence from {name}")
    if not any(collapse(answer).lower() in quote.lower() for answer in question["answers"] for quote in evidence):
        problems.append(f"no answer occurs in the evidence: {question['answers']}")
    return problems


def _stands(quote: str, page: str) -> bool:
    """Tell whether a page holds a quote; a row of a PDF's table stands there without the names of its columns."""
    values = [cell.partition(": ")[2] for cell in quote.split("; ")]
    return quote in page or (all(values) and " ".join(values) in page)


def _repeated_ids(questions: Iterable[dict[str, Any]]) -> list[str]:
    counts = Counter(str(question["id"]) for question in questions)
    return [f"{name}: the id occurs {count} times" for name, count in counts.items() if count > 1]


def _load_pdf(path: Path) -> Sample:
    with pypdfium2.PdfDocument(path) as pdf:
        return Sample([page.get_textpage().get_text_range() for page in pdf])


def _load_docx(path: Path) -> Sample:
    lines: list[str] = []
    table_lines: list[str] = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            rows = _render_rows([[cell.text for cell in row.cells] for row in block.rows])
            table_lines.extend(rows)
            lines.extend(rows)
        else:
            lines.append(block.text)
    return _sample(lines, table_lines)


def _load_pptx(path: Path) -> Sample:
    lines: list[str] = []
    table_lines: list[str] = []
    for slide in pptx.Presentation(str(path)).slides:
        shapes: list[Any] = list(slide.shapes)
        for shape in shapes:
            if shape.has_table:
                rows = _render_rows([[cell.text for cell in row.cells] for row in shape.table.rows])
                table_lines.extend(rows)
                lines.extend(rows)
            elif shape.has_text_frame:
                lines.append(shape.text_frame.text)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            lines.append(slide.notes_slide.notes_text_frame.text)
    return _sample(lines, table_lines)


def _load_xlsx(path: Path) -> Sample:
    book = openpyxl.load_workbook(path, data_only=True)
    lines: list[str] = []
    for sheet in book.worksheets:
        lines.extend(_render_rows(list(sheet.iter_rows(values_only=True))))
    return _sample(lines, lines)


def _load_csv(path: Path) -> Sample:
    with path.open(encoding="utf-8", newline="") as file:
        lines = _render_rows(list(csv.reader(file)))
    return _sample(lines, lines)


def _load_html(path: Path) -> Sample:
    soup = bs4.BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    for noise in soup(["script", "style"]):
        noise.decompose()
    table_lines: list[str] = []
    for table in soup("table"):
        rows = [[cell.get_text(" ", strip=True) for cell in row(["th", "td"])] for row in table("tr")]
        rendered = _render_rows(rows)
        table_lines.extend(rendered)
        table.replace_with("\n".join(rendered))
    return _sample([soup.get_text("\n")], table_lines)


def _load_text(path: Path) -> Sample:
    text = path.read_text(encoding="utf-8")
    return _sample([text], [line for line in text.splitlines() if line.startswith("|")])


def _load_email(path: Path) -> Sample:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    if not isinstance(message, email.message.EmailMessage):
        raise TypeError(f"{path} is not an e-mail")
    body = message.get_body(("plain",))
    if body is None:
        raise ValueError(f"{path} has no plain text")
    head = [f"{name}: {message[name]}" for name in ("Subject", "From", "To", "Date")]
    return _sample([*head, str(body.get_content())], [])


def _sample(lines: Iterable[str], table_lines: Iterable[str]) -> Sample:
    return Sample(["\n".join(lines)], sum(len(line.split()) for line in table_lines))


def _render_rows(rows: Sequence[Sequence[object]]) -> list[str]:
    """Render each row below the first as one line `Header: value; Header: value`."""
    if not rows:
        return []
    header = [_render_cell(cell) for cell in rows[0]]
    lines = []
    for row in rows[1:]:
        cells = zip(header, map(_render_cell, row), strict=True)
        lines.append("; ".join(f"{name}: {value}" for name, value in cells if value))
    return lines


def _render_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime) and value == datetime.combine(value.date(), datetime.min.time()):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


_LOADERS: dict[str, Callable[[Path], Sample]] = {
    ".pdf": _load_pdf,
    ".docx": _load_docx,
    ".pptx": _load_pptx,
    ".xlsx": _load_xlsx,
    ".csv": _load_csv,
    ".html": _load_html,
    ".md": _load_text,
    ".txt": _load_text,
    ".eml": _load_email,
}
