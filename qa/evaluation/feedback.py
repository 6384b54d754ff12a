"""What users say about answers: a file of JSON lines below the home. Written by the chat, read by the evaluation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa import disk
from qa.answering.serialise import answer_values, read_answer
from qa.errors import ConfigError
from qa.private import make_folder, open_file
from qa.types import Answer, Chunk, Citation

FILE = "feedback.jsonl"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One user's judgement of one answer.

    `id` stays the same when the user changes their mind, and the last line with it counts. `liked` is None if the
    judgement was taken back.
    """

    id: str
    liked: bool | None
    answer: Answer
    collection: str = ""
    note: str = ""
    at: str = ""


def save_feedback(home: Path, feedback: Feedback) -> None:
    """Add a line to the file, with the time.

    Raises:
        ConfigError: It cannot be written.
    """
    values = {
        "id": feedback.id,
        "liked": feedback.liked,
        "note": feedback.note,
        "collection": feedback.collection,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "answer": answer_values(feedback.answer),
    }
    try:
        make_folder(home)
        with open_file(home / FILE, "a") as lines:
            lines.write(json.dumps(values) + "\n")
    except OSError as error:
        raise ConfigError(disk.reason(error, home / FILE) or f"{home / FILE} cannot be written: {error}") from error


def read_feedback(home: Path) -> list[Feedback]:
    """Return the last judgement of each answer, in the order of the first; those taken back are left out.

    A line that is damaged, or that a newer Footnote wrote, is skipped: feedback is not worth an error.

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
            feedback = _read(json.loads(line))
        except (ConfigError, ValueError, KeyError, TypeError, AttributeError):
            continue
        found[feedback.id] = feedback
    return [feedback for feedback in found.values() if feedback.liked is not None]


def _read(values: Mapping[str, Any]) -> Feedback:
    answer = values["answer"]
    return Feedback(
        id=values["id"],
        liked=values["liked"],
        # Until 0.2.0 a line held the answer's text as a string, and its other values beside it.
        answer=_answer_of_old(values) if isinstance(answer, str) else read_answer(answer),
        collection=values["collection"],
        note=values["note"],
        at=values["at"],
    )


def _answer_of_old(values: Mapping[str, Any]) -> Answer:
    return Answer(
        question=values["question"],
        query=values["query"],
        text=values["answer"],
        statements=(),
        citations=tuple(_citation_of_old(number, cited) for number, cited in enumerate(values["cited"], 1)),
        hits=(),
        found=values["found"],
        model=values["model"],
    )


def _citation_of_old(number: int, cited: Mapping[str, Any]) -> Citation:
    text, start = cited["text"], cited["start"]
    chunk = Chunk("", "", "", 0, cited["source"], "", "", 0, start, cited["end"], text)
    places = [(text.find(quote), len(quote)) for quote in cited["quotes"]]
    return Citation(number, chunk, tuple((start + at, start + at + length) for at, length in places if at >= 0))
