"""What users say of answers. Written by the chat, read by the evaluation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from qa.answering.serialise import answer_values, read_answer
from qa.database.engine import Database
from qa.database.tables import feedback
from qa.database.texts import storable
from qa.errors import ConfigError
from qa.types import Answer, Chunk, Citation

# Until 0.3.0 feedback was kept in this file of the home.
OLD_FILE = "feedback.jsonl"
_MOVED = "feedback.jsonl.moved"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One user's word on one answer.

    `id` is that of the exchange, and stays where the user has second thoughts; `liked` is None where the word was taken
    back.
    """

    id: str
    liked: bool | None
    answer: Answer
    collection: str = ""
    note: str = ""
    at: datetime | None = None


def save_feedback(database: Database, *words: Feedback) -> None:
    """Keep what users said, in the place of what they said of the same answers before.

    Raises:
        StoreError: The database failed.
    """
    with database.writing() as connection:
        for word in words:
            values = {
                "liked": word.liked,
                "note": storable(word.note),
                "collection": word.collection,
                "answer": json.dumps(answer_values(word.answer)),
                "at": word.at or datetime.now(UTC),
            }
            if connection.execute(update(feedback).where(feedback.c.id == word.id).values(values)).rowcount:
                continue
            last = connection.execute(select(func.max(feedback.c.number))).scalar()
            connection.execute(insert(feedback).values(id=word.id, number=(last or 0) + 1, **values))


def read_feedback(database: Database) -> list[Feedback]:
    """Return the last word on each answer, in the order of the first; what was taken back is left out.

    An answer that a newer Footnote wrote is passed over: feedback is worth no error.

    Raises:
        StoreError: The database failed.
    """
    with database.reading() as connection:
        given = select(feedback).where(feedback.c.liked.is_not(None)).order_by(feedback.c.number)
        rows = connection.execute(given).all()
    found = []
    for row in rows:
        try:
            answer = read_answer(json.loads(row.answer))
        except (ConfigError, ValueError):
            continue
        found.append(Feedback(row.id, row.liked, answer, row.collection, row.note, row.at))
    return found


def given_to(database: Database, exchange: str) -> tuple[bool | None, str]:
    """Return what was said of one answer: liked or not, None for nothing, and the note.

    Raises:
        StoreError: The database failed.
    """
    with database.reading() as connection:
        row = connection.execute(select(feedback.c.liked, feedback.c.note).where(feedback.c.id == exchange)).first()
    return (row.liked, row.note) if row else (None, "")


def move_old(database: Database, home: Path) -> int:
    """Move the feedback of earlier releases into the database, once; the file stays under another name.

    A line that is damaged, or that a newer Footnote wrote, is passed over.

    Returns:
        How many answers it was about.

    Raises:
        StoreError: The database failed.
        ConfigError: The file cannot be read or renamed.
    """
    file = home / OLD_FILE
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror}); check its permissions") from error
    words: dict[str, Feedback] = {}
    for line in text.split("\n"):
        try:
            word = _of_line(json.loads(line))
        except (ConfigError, ValueError, KeyError, TypeError, AttributeError):
            continue
        words[word.id] = word
    save_feedback(database, *words.values())
    try:
        file.replace(home / _MOVED)
    except FileNotFoundError:  # another process was as quick; both wrote the same
        pass
    except OSError as error:
        raise ConfigError(
            f"{file} cannot be renamed ({error.strerror}); check the permissions of its folder"
        ) from error
    return len(words)


def _of_line(values: Mapping[str, Any]) -> Feedback:
    answer = values["answer"]
    return Feedback(
        id=values["id"],
        liked=values["liked"],
        # Until 0.2.0 a line held the answer's text, and the rest of it beside that.
        answer=_answer_of_old(values) if isinstance(answer, str) else read_answer(answer),
        collection=values["collection"],
        note=values["note"],
        at=datetime.fromisoformat(values["at"]).astimezone(UTC),
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
