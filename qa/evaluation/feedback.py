"""What users say of answers: a file of JSON lines below the home. Written by the chat, read by the evaluation."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.errors import ConfigError
from qa.types import Answer

FILE = "feedback.jsonl"


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that a judged answer rested on: where it stands, and the sentences of it that were quoted."""

    source: str
    start: int
    end: int
    text: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """One user's word on one answer.

    `id` stays where the user has second thoughts, and the last line with it counts; `liked` is None where the word was
    taken back. `query` is the question as it was searched for, standing alone; `found` whether there was an answer.
    """

    id: str
    liked: bool | None
    question: str
    query: str
    answer: str
    found: bool
    model: str
    collection: str
    cited: tuple[Cited, ...]
    note: str = ""
    at: str = ""


def feedback_on(answer: Answer, *, key: str, liked: bool | None, note: str = "", collection: str = "") -> Feedback:
    """Return what is kept of a user's word on an answer, without the time."""
    cited = tuple(
        Cited(
            source=citation.chunk.source,
            start=citation.chunk.start,
            end=citation.chunk.end,
            text=citation.chunk.text,
            quotes=tuple(
                citation.chunk.text[start - citation.chunk.start : end - citation.chunk.start]
                for start, end in citation.spans
            ),
        )
        for citation in answer.citations
    )
    return Feedback(
        id=key,
        liked=liked,
        question=answer.question,
        query=answer.query,
        answer=answer.text,
        found=answer.found,
        model=answer.model,
        collection=collection,
        cited=cited,
        note=note.strip(),
    )


def save_feedback(home: Path, feedback: Feedback) -> None:
    """Add a line to the file, with the time.

    Raises:
        ConfigError: It cannot be written.
    """
    values = asdict(feedback) | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / FILE).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(values) + "\n")
    except OSError as error:
        raise ConfigError(f"{home / FILE} cannot be written ({error.strerror}); check its permissions") from error


def read_feedback(home: Path) -> list[Feedback]:
    """Return the last word on each answer, in the order of the first; what was taken back is left out.

    A line that is damaged is passed over: feedback is worth no error.

    Raises:
        ConfigError: The file cannot be read.
    """
    try:
        text = (home / FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{home / FILE} cannot be read ({error.strerror}); check its permissions") from error
    found: dict[str, Feedback] = {}
    for line in text.split("\n"):
        try:
            values = json.loads(line)
            feedback = Feedback(**{**values, "cited": tuple(_cited(item) for item in values["cited"])})
        except (ValueError, KeyError, TypeError):
            continue
        found[feedback.id] = feedback
    return [feedback for feedback in found.values() if feedback.liked is not None]


def _cited(values: Mapping[str, Any]) -> Cited:
    return Cited(**{**values, "quotes": tuple(values["quotes"])})
