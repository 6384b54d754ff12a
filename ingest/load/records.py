"""JSON and lines of JSON, as lines that a reader can quote: `path.to.key: value`."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from ingest.load import text
from ingest.load.build import TableRow, TextBuilder, one_line, ranges
from ingest.load.export import chat, keep, outline
from ingest.load.file import File
from ingest.load.unseen import incomplete
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

# Python's own parser stops between 1,000 and 3,000 levels, by version.
MAX_DEPTH = 100
_BLANK = lazy_regex(r"\s*")
# What settings of programs hold besides JSON: comments, and a comma behind the last of several.
_COMMENT = lazy_regex(r'(?P<text>"(?:[^"\\\n]|\\.)*+"?)|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|,(?=\s*[}\]])')
_UNREADABLE: Final = object()
_NAMED_LINES = 5
_TIMED = lazy_regex(
    r"(?:(?i:time|stamp|usec|created|modified|updated|edited)|(?:^|[^A-Za-z])(?:[Dd]ate|ts|at|on)|[a-z](?:Date|At|On))"
    r"(?:_?(?i:ms|usec|s))?$"
)
# How long something took, and no moment: its unit is not told.
_LASTING = lazy_regex(
    r"(?:^|[^A-Za-z])(?i:up|down|run|cpu|real|user|sys|total|elapsed|over|life|wall|process\w*)_?(?i:time)"
)
_SINCE_1970 = lazy_regex(r"(\d{9,10})(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?")
_FIRST_YEAR = 1990


def load(file: File, media_type: str) -> Document:
    """Load JSON: a chat becomes who said what, a list of flat records a table, anything else a line per value."""
    built = TextBuilder()
    source = text.read(file)
    title, metadata = "", dict[str, str]()
    if media_type == "application/jsonl":
        built.rows(_records(file, source))
    else:
        value = _value(file, source)
        if value is _UNREADABLE:
            built.paragraph(source)
        elif keep.is_note(value):
            title, metadata = keep.add(built, value)
        elif pages := outline.pages_of(value):
            outline.add(built, pages)
        elif not chat.build(built, value):
            _top(built, value)
    return built.document(file, media_type, title, metadata=metadata)


def _parsed(source: str) -> Any:
    # Numbers stay as they are written.
    return json.loads(source, parse_float=str, parse_int=str)


def _value(file: File, source: str) -> Any:
    """Return the value of a file of JSON, or those of one that holds several; a sign where it is none."""
    try:
        return _parsed(source)
    except RecursionError as error:
        raise LoadError(file.source, "is JSON nested too deep to read") from error
    except ValueError as error:
        if found := _several(source):
            return found
        try:
            return _parsed(_COMMENT.sub(_without_comment, source))
        except (ValueError, RecursionError):
            incomplete(f"is not valid JSON ({_first_line(error)}), so it is read as plain text")
            return _UNREADABLE


def _without_comment(match: re.Match[str]) -> str:
    """Leave a text as it is, and of what programs write into their settings a comma."""
    return match["text"] or ""


def _first_line(error: ValueError) -> str:
    return str(error).splitlines()[0][:120]


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
    wrong: list[int] = []
    for number, line in enumerate(source.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _flat(_parsed(line), number)
        except RecursionError as error:
            raise LoadError(file.source, f"is JSON nested too deep to read (line {number})") from error
        except ValueError:
            wrong.append(number)
            yield TableRow(number, [one_line(line)])
    if wrong:
        lines = f"line{'' if len(wrong) == 1 else 's'} {ranges(wrong[:_NAMED_LINES])}"
        more = " and further on" if len(wrong) > _NAMED_LINES else ""
        incomplete(f"not valid JSON in {lines}{more}, which is read as plain text")


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
    return TableRow(number, [_scalar(content, key) for key, content in item.items()], list(item))


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
        if content := ", ".join(filter(None, (_scalar(one, path) for one in value))):
            yield path, content
    elif isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _leaves(item, f"{path}[{number}]", depth + 1)
    elif content := _scalar(value, path):
        yield path, content


def _scalar(value: Any, key: str) -> str:
    """Write a value; a moment that is counted in seconds or parts of them as its day and time, where its key tells."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = one_line(str(value))
    return (_moment(said) if _TIMED.search(key) and not _LASTING.search(key) else "") or said


def _moment(said: str) -> str:
    """Return a count of seconds, or of thousandths or millionths, since 1970 as a day and a time; "" for another one.

    Those of this century's first decades alone are taken, so that hardly any other number is.
    """
    match = _SINCE_1970.fullmatch(said)
    if not match:
        return ""
    moment = datetime.fromtimestamp(whole(match[1]), UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if _FIRST_YEAR <= moment.year < _FIRST_YEAR + 50 else ""
