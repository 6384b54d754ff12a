"""JSON and lines of JSON, as lines that a reader can quote: `path.to.key: value`."""

import json
import re
from collections.abc import Iterator
from typing import Any

from ingest.load import chat, text
from ingest.load.build import TableRow, TextBuilder, one_line
from ingest.load.file import File
from qa.errors import LoadError
from qa.types import Document

# Python's own parser stops between 1,000 and 3,000 levels, by version.
MAX_DEPTH = 100
_BLANK = re.compile(r"\s*")


def load(file: File, media_type: str) -> Document:
    """Load JSON: a chat becomes who said what, a list of flat records a table, anything else a line per value."""
    built = TextBuilder()
    source = text.read(file)
    if media_type == "application/jsonl":
        built.rows(_records(file, source))
    else:
        value = _value(file, source)
        if not chat.build(built, value):
            _top(built, value)
    return Document(
        source=file.source,
        title=file.stem,
        text=built.text,
        media_type=media_type,
        headings=tuple(built.headings),
        marks=tuple(built.marks),
    )


def _parsed(file: File, source: str, line: int = 0) -> Any:
    try:
        # Numbers stay as they are written.
        return json.loads(source, parse_float=str, parse_int=str)
    except RecursionError as error:
        raise LoadError(file.source, "is JSON nested too deep to read") from error
    except ValueError as error:
        where = f" in line {line}" if line else ""
        first = str(error).splitlines()[0][:120]
        raise LoadError(file.source, f"is not valid JSON{where} ({first}); correct it or save it as .txt") from error


def _value(file: File, source: str) -> Any:
    try:
        return _parsed(file, source)
    except LoadError:
        if found := _several(source):
            return found
        raise


def _several(source: str) -> list[Any]:
    """Return the values of a file that holds several one behind the other, as programs append them; [] for others."""
    decoder = json.JSONDecoder(parse_float=str, parse_int=str)
    found: list[Any] = []
    at = 0
    try:
        while (at := _BLANK.match(source, at).end()) < len(source):  # type: ignore[union-attr]
            value, at = decoder.raw_decode(source, at)
            found.append(value)
    except (ValueError, RecursionError):
        return []
    return found if len(found) > 1 and all(isinstance(value, dict | list) for value in found) else []


def _records(file: File, source: str) -> Iterator[TableRow]:
    for number, line in enumerate(source.split("\n"), start=1):
        if line.strip():
            yield _flat(_parsed(file, line, number), number)


def _top(built: TextBuilder, value: Any) -> None:
    if isinstance(value, list) and value and all(isinstance(item, dict) and _is_flat(item) for item in value):
        built.rows(_row(item, number) for number, item in enumerate(value, start=1))
    else:
        built.lines(
            line for path, content in _leaves(value, "", 0) for line in [f"{path}: {content}" if path else content]
        )


def _flat(value: Any, number: int) -> TableRow:
    pairs = list(_leaves(value, "", 0))
    return TableRow(number, [content for _, content in pairs], [path for path, _ in pairs])


def _row(item: dict[str, Any], number: int) -> TableRow:
    return TableRow(number, [_scalar(content) for content in item.values()], list(item))


def _is_flat(item: dict[str, Any]) -> bool:
    return not any(isinstance(value, dict | list) for value in item.values())


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield every value with the keys that lead to it.

    A list of plain values counts as one value; the items of other lists are numbered from 1.
    """
    if depth > MAX_DEPTH:
        yield path, "…"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{one_line(key)}" if path else one_line(key), depth + 1)
    elif isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        if content := ", ".join(filter(None, map(_scalar, value))):
            yield path, content
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _leaves(item, f"{path}[{number}]", depth + 1)
    elif content := _scalar(value):
        yield path, content


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return ("yes" if value else "no") if isinstance(value, bool) else one_line(str(value))
