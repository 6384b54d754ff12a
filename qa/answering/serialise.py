"""The one form of an answer outside: on a command's standard output, in the evaluation's journal, in feedback.

A form is plain values for JSON, under the names of the dataclasses, with a `version`. What reads it takes every version
there ever was; a value that it does not know, it leaves out.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from qa.errors import ConfigError
from qa.types import Answer, Cell, Chunk, Citation, Correction, Direct, Hit, Place, Search, Statement, Table, Trace

VERSION = 1

# Fields of a statement that hold places.
_PLACES = ("evidence", "against")

Values = dict[str, Any]


def answer_values(answer: Answer, *, chunk_value: Callable[[Chunk], Any] | None = None) -> Values:
    """Return an answer as plain values.

    Args:
        answer: Any.
        chunk_value: What stands for a chunk; None writes it out. A file of many answers keeps each chunk once.
    """
    write = chunk_value or chunk_values
    plain = {field.name: getattr(answer, field.name) for field in fields(Answer)}
    return {
        "version": VERSION,
        **plain,
        "statements": [asdict(statement) for statement in answer.statements],
        "citations": [
            {
                "number": citation.number,
                "chunk": write(citation.chunk),
                "spans": [list(span) for span in citation.spans],
            }
            for citation in answer.citations
        ],
        "hits": [hit_values(hit, chunk_value=write) for hit in answer.hits],
        "direct": asdict(answer.direct) if answer.direct else None,
        "table": asdict(answer.table) if answer.table else None,
        "trace": asdict(answer.trace),
        "corrections": [asdict(correction) for correction in answer.corrections],
    }


def read_answer(values: Mapping[str, Any], *, read_chunk: Callable[[Any], Chunk] | None = None) -> Answer:
    """Return the answer that `answer_values` wrote.

    Args:
        values: As JSON gives them back.
        read_chunk: Reads what `chunk_value` wrote.

    Raises:
        ConfigError: A newer Footnote wrote it.
        ValueError: It is not such a form, or is damaged.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"this is not an answer of form {VERSION}: {type(values).__name__}")
    version = values.get("version")
    if isinstance(version, int) and version > VERSION:
        raise ConfigError(
            f"an answer of form {version} was written by a newer Footnote; this one reads up to {VERSION}"
        )
    read = read_chunk or chunk_from
    try:
        return Answer(
            **{
                **_known(Answer, values),
                "statements": tuple(map(_statement, values["statements"])),
                "citations": tuple(
                    Citation(item["number"], read(item["chunk"]), tuple((start, end) for start, end in item["spans"]))
                    for item in values["citations"]
                ),
                "hits": tuple(hit_from(item, read_chunk=read) for item in values["hits"]),
                "direct": Direct(**_known(Direct, values["direct"])) if values.get("direct") else None,
                "table": _table(values["table"]) if values.get("table") else None,
                "trace": _trace(values.get("trace") or {}),
                "corrections": tuple(
                    Correction(**_known(Correction, item)) for item in values.get("corrections") or ()
                ),
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this is not an answer of form {VERSION}: {error}") from error


def hit_values(hit: Hit, *, chunk_value: Callable[[Chunk], Any] | None = None) -> Values:
    """Return a hit as plain values, see `answer_values`."""
    plain = {field.name: getattr(hit, field.name) for field in fields(Hit)}
    return {**plain, "chunk": (chunk_value or chunk_values)(hit.chunk)}


def hit_from(values: Mapping[str, Any], *, read_chunk: Callable[[Any], Chunk] | None = None) -> Hit:
    """Return the hit that `hit_values` wrote."""
    return Hit(**{**_known(Hit, values), "chunk": (read_chunk or chunk_from)(values["chunk"])})


def chunk_values(chunk: Chunk) -> Values:
    """Return a chunk as plain values."""
    plain = {field.name: getattr(chunk, field.name) for field in fields(Chunk)}
    return {**plain, "metadata": dict(chunk.metadata)}


def chunk_from(values: Mapping[str, Any]) -> Chunk:
    """Return the chunk that `chunk_values` wrote."""
    return Chunk(**_known(Chunk, values))


def _statement(values: Mapping[str, Any]) -> Statement:
    places = {name: tuple(Place(**_known(Place, item)) for item in values.get(name, ())) for name in _PLACES}
    numbers = {key: tuple(values.get(key, ())) for key in ("citations", "moved_from")}
    return Statement(**{**_known(Statement, values), **numbers, **places})


def _table(values: Mapping[str, Any]) -> Table:
    rows = (tuple(Cell(cell["text"], tuple(cell["citations"])) for cell in row) for row in values["rows"])
    return Table(tuple(values["columns"]), tuple(rows))


def _trace(values: Mapping[str, Any]) -> Trace:
    read = {
        "searches": tuple(Search(**_known(Search, item)) for item in values.get("searches", ())),
        "seconds": tuple((stage, seconds) for stage, seconds in values.get("seconds", ())),
        "sent": tuple(values.get("sent", ())),
        "tried": tuple(values.get("tried", ())),
    }
    return Trace(**{**_known(Trace, values), **read})


def _known(kind: type[Any], values: Mapping[str, Any]) -> Values:
    """Return the values that a dataclass has names for."""
    return {field.name: values[field.name] for field in fields(kind) if field.name in values}
