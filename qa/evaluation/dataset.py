"""Question sets read from disk: published ones in two files, or questions about a folder of real files.

A published set is a folder with `docs.jsonl` ({"id", "title", "text"}) and `queries.jsonl`. A folder of files has a
`questions.jsonl` at its top whose documents are paths relative to the folder. Both kinds of questions have the keys
`id`, `text`, `turns`, `answers`, `relevant`, `evidence`, `spans`, `unanswerable`, `kind`, `synthetic`, `expected`; only
the text is required. An item of `evidence` is a quote, or a list of quotes of which each alone proves the same, from
one document or another. `spans` are the [start, end) of the evidence in the one relevant document, or {"document",
"start", "end"} where there are several, if a set knows them. Older files say `question`, `answer` and `files` for
`text`, `answers` and `relevant`.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

from qa.errors import LoadError
from qa.paths import expanded
from qa.types import Document, RouteName, Turn

DOCUMENTS_FILE = "docs.jsonl"
QUERIES_FILE = "queries.jsonl"
QUESTIONS_FILE = "questions.jsonl"
_CELL = 2  # a row and a value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an exact answer must be, as far as the set says; see `exact.exact_metrics`.

    Attributes:
        route: The route that it takes; "" for any.
        count: The number that it states.
        documents: Ids of all the documents that it cites.
        cells: For a row of its table, known by one of its words, what another cell holds; "" for nothing.
        only: Whether its table has no other rows.
    """

    route: str = ""
    count: int | None = None
    documents: tuple[str, ...] | None = None
    cells: tuple[tuple[str, str], ...] = ()
    only: bool = True


class Span(NamedTuple):
    """A place of evidence: character offsets into a document's text, the end exclusive; "" is the one relevant one."""

    start: int
    end: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what is known about its answer.

    `relevant` maps document ids to grades, where 0 is judged and not relevant. `evidence` holds, for each fact that the
    answer needs, the literal quotes from those documents of which any one proves it; `spans`, if not empty, gives its
    place instead. `answers` are wordings of the answer; a question without them may still be answerable. A `synthetic`
    question was made by rule or by a model from the documents themselves. `expected` says what an exact answer holds,
    if there can be one.
    """

    id: str
    text: str
    turns: tuple[Turn, ...] = ()
    answers: tuple[str, ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    evidence: tuple[tuple[str, ...], ...] = ()
    unanswerable: bool = False
    kind: str = ""
    spans: tuple[Span, ...] = ()
    synthetic: bool = False
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Questions, and the documents they are about.

    `folder` is absolute. `documents` is None where the documents are the folder's files.
    """

    name: str
    folder: Path
    questions: tuple[Question, ...]
    documents: tuple[Document, ...] | None = None

    def document_id(self, source: str) -> str:
        """Return the id by which the questions know an ingested document: its own, or its path below the folder."""
        if self.documents is None:
            # A file is registered by its path within the folder, under the folder's name.
            return source.partition("/")[2]
        return source

    def sample(self, count: int, *, seed: int) -> "Dataset":
        """Return the set with `count` of its questions, drawn by `seed`, in their order; all if it has no more."""
        if count >= len(self.questions):
            return self
        drawn = sorted(random.Random(seed).sample(range(len(self.questions)), count))
        return replace(self, questions=tuple(self.questions[number] for number in drawn))


def read_dataset(path: Path) -> Dataset:
    """Read a question set.

    Args:
        path: A folder with `docs.jsonl` and `queries.jsonl`, or one of files with `questions.jsonl` at its top.

    Raises:
        LoadError: The folder is not a question set, or a line of its files is malformed. The message names the file,
            the line and what is wrong.
    """
    folder = expanded(path).resolve()
    if not folder.is_dir():
        raise LoadError(str(path), "is not a folder; name the folder of a question set")
    if (folder / DOCUMENTS_FILE).exists() or (folder / QUERIES_FILE).exists():
        documents = _by_id(folder / DOCUMENTS_FILE, _document, lambda document: document.source)
        questions = _by_id(folder / QUERIES_FILE, _question, lambda question: question.id)
        _check_relevant(folder / QUERIES_FILE, questions, {document.source for document in documents.values()})
        return Dataset(folder.name, folder, tuple(questions.values()), tuple(documents.values()))
    if not (folder / QUESTIONS_FILE).exists():
        raise LoadError(
            str(path), f"holds no questions; it needs {DOCUMENTS_FILE} and {QUERIES_FILE}, or {QUESTIONS_FILE}"
        )
    questions = _by_id(folder / QUESTIONS_FILE, _question, lambda question: question.id)
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    _check_relevant(folder / QUESTIONS_FILE, questions, files)
    return Dataset(folder.name, folder, tuple(questions.values()))


def _by_id(file: Path, make: Callable[["_Fields"], T], key: Callable[[T], str]) -> dict[int, T]:
    """Read a file of JSON lines as one object a line, by line number."""
    made: dict[int, T] = {}
    seen: dict[str, int] = {}
    for number, fields in _lines(file):
        item = make(fields)
        first = seen.setdefault(key(item), number)
        if first != number:
            raise fields.wrong(f'id "{key(item)}" is already that of line {first}; give each its own')
        made[number] = item
    if not made:
        raise LoadError(str(file), "is empty; it needs one JSON object a line")
    return made


def _lines(file: Path) -> Iterator[tuple[int, "_Fields"]]:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    values = json.loads(line)
                except ValueError as error:
                    raise LoadError(str(file), f"line {number} is not JSON ({error})") from error
                if not isinstance(values, dict):
                    raise LoadError(str(file), f"line {number} is not a JSON object in braces")
                yield number, _Fields(file, number, values)
    except FileNotFoundError:
        raise LoadError(str(file), "is missing; a question set needs it") from None
    except UnicodeDecodeError as error:
        raise LoadError(str(file), "is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise LoadError(str(file), f"cannot be read ({error.strerror})") from error


@dataclass(frozen=True, slots=True)
class _Fields:
    """The values of one line, read with their types checked; a key that is absent and one that is null are the same."""

    file: Path
    number: int
    values: Mapping[str, Any]

    def wrong(self, what: str) -> LoadError:
        return LoadError(str(self.file), f"line {self.number}: {what}")

    def get(self, *names: str) -> Any:
        return next((self.values[name] for name in names if self.values.get(name) is not None), None)

    def identity(self) -> str:
        value = self.get("id")
        return str(self.number if value is None else value)

    def string(self, *names: str) -> str:
        value = self.get(*names)
        if not isinstance(value, str | None):
            raise self.wrong(f'"{names[0]}" is not a string')
        return value or ""

    def strings(self, *names: str) -> tuple[str, ...]:
        value = self.get(*names)
        values = [value] if isinstance(value, str) else value or []
        if not isinstance(values, list) or not all(isinstance(item, str) for item in values):
            raise self.wrong(f'"{names[0]}" is not a list of strings')
        return tuple(item for item in values if item.strip())

    def alternatives(self, name: str) -> tuple[tuple[str, ...], ...]:
        """Return a list whose items are strings or lists of strings, each item as a tuple."""
        value = self.get(name)
        items = [item if isinstance(item, list) else [item] for item in value] if isinstance(value, list) else value
        if isinstance(items, str):
            items = [[items]]
        if not isinstance(items or [], list) or not all(isinstance(text, str) for item in items or [] for text in item):
            raise self.wrong(f'"{name}" is not a list of strings, or of lists of strings that prove the same')
        quotes = (tuple(text for text in item if text.strip()) for item in items or [])
        return tuple(item for item in quotes if item)

    def grades(self) -> dict[str, int]:
        value = self.get("relevant", "files") or {}
        grades = {str(name): 1 for name in value} if isinstance(value, list) else value
        if not isinstance(grades, dict) or not all(type(grade) is int and grade >= 0 for grade in grades.values()):
            raise self.wrong('"relevant" is not an object of document ids and whole-numbered grades')
        return grades

    def turns(self) -> tuple[Turn, ...]:
        turns = self.get("turns") or []
        if not isinstance(turns, list) or not all(isinstance(turn, dict) and _is_turn(**turn) for turn in turns):
            raise self.wrong('"turns" is not a list of {"role": "user" or "assistant", "text": …}')
        return tuple(Turn(turn["role"], turn["text"]) for turn in turns)

    def spans(self) -> tuple[Span, ...]:
        value = self.get("spans") or []
        found = [_span(item) for item in value] if isinstance(value, list) else [None]
        spans = tuple(span for span in found if span)
        if len(spans) < len(found):
            raise self.wrong(
                '"spans" is not a list of [start, end] or {"document": id, "start": …, "end": …} with 0 ≤ start < end'
            )
        return spans

    def expected(self) -> Expected | None:
        value = self.get("expected")
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.wrong('"expected" is not an object')
        cells = value.get("cells") or []
        right = (
            value.get("route", "") in ("", *get_args(RouteName))
            and isinstance(value.get("count"), int | None)
            and _is_list(value.get("documents") or [], str)
            and isinstance(cells, list)
            and all(_is_list(cell, str) and len(cell) == _CELL for cell in cells)
            and isinstance(value.get("only", True), bool)
            and value.keys() <= {"route", "count", "documents", "cells", "only"}
        )
        if not right:
            raise self.wrong(
                '"expected" is not {"route": …, "count": N, "documents": [ids], "cells": [[row, value]], "only": …}'
            )
        documents = value.get("documents")
        return Expected(
            route=value.get("route", ""),
            count=value.get("count"),
            documents=None if documents is None else tuple(documents),
            cells=tuple((row, cell) for row, cell in cells),
            only=value.get("only", True),
        )

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if not isinstance(value, bool | None):
            raise self.wrong(f'"{name}" is neither true nor false')
        return bool(value)


def _document(fields: _Fields) -> Document:
    if fields.get("id") is None:
        raise fields.wrong('a document without "id"')
    return Document(fields.identity(), fields.string("title"), fields.string("text"), "text/plain")


def _question(fields: _Fields) -> Question:
    text = fields.string("text", "question")
    if not text.strip():
        raise fields.wrong('a question without "text"')
    question = Question(
        id=fields.identity(),
        text=text,
        turns=fields.turns(),
        answers=fields.strings("answers", "answer"),
        relevant=fields.grades(),
        evidence=fields.alternatives("evidence"),
        unanswerable=fields.flag("unanswerable"),
        kind=fields.string("kind"),
        spans=fields.spans(),
        synthetic=fields.flag("synthetic"),
        expected=fields.expected(),
    )
    relevant = [name for name, grade in question.relevant.items() if grade > 0]
    if any(not span.document for span in question.spans) and len(relevant) != 1:
        raise fields.wrong('"spans" without a document need exactly one relevant document, in which they lie')
    if others := {span.document for span in question.spans} - {"", *relevant}:
        raise fields.wrong(f'"spans" lie in "{min(others)}", which is no relevant document of the question')
    if question.unanswerable and any(question.relevant.values()):
        raise fields.wrong("the question is unanswerable, yet has relevant documents; drop one of the two")
    return question


def _is_list(value: Any, kind: type[Any]) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _is_turn(role: Any = None, text: Any = None, **_others: Any) -> bool:
    return role in ("user", "assistant") and isinstance(text, str)


def _span(value: Any) -> Span | None:
    """Return a span as a set writes it; None if it is none."""
    if isinstance(value, dict):
        span = Span(value.get("start"), value.get("end"), value.get("document", ""))  # type: ignore[arg-type]
    elif isinstance(value, list) and len(value) == 2:
        span = Span(*value)
    else:
        return None
    whole = type(span.start) is int and type(span.end) is int and isinstance(span.document, str)
    return span if whole and 0 <= span.start < span.end else None


def _check_relevant(file: Path, questions: Mapping[int, Question], known: Set[str]) -> None:
    for number, question in questions.items():
        listed = question.expected.documents or () if question.expected else ()
        for name in (*question.relevant, *listed):
            # A part of a file is listed as "file!/part".
            if name.partition("!/")[0] not in known and name not in known:
                raise LoadError(str(file), f'line {number}: no document has the id "{name}", which is called relevant')
