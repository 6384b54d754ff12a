"""What conversations and exchanges are, and how they are read from their rows."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Row, select

from qa.answering.serialise import read_answer
from qa.database.limits import read_filter
from qa.database.tables import conversations, exchanges
from qa.errors import ConfigError
from qa.store.where import EVERYTHING, Filter
from qa.types import Answer

# "stopped" by the user, "failed" with an error, "broken" off with the server that was at it.
State = Literal["waiting", "running", "done", "stopped", "failed", "broken"]
UNFINISHED: tuple[State, ...] = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation without its exchanges.

    Attributes:
        id: Part of its address.
        title: Its first question, or what the user called it; "" before the first question.
        collection: That it was begun in.
        limits: What its next question is limited to.
        tip: Id of the last exchange of the branch that is shown, "" before the first question.
        created: When it was begun.
        changed: When something was last asked or answered in it.
    """

    id: str
    title: str
    collection: str
    limits: Filter
    tip: str
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what came of it.

    Attributes:
        id: Tells it from all others.
        conversation: Id of its conversation.
        parent: Id of the exchange before it, "" for none.
        question: As it was typed.
        limits: Which documents were asked.
        state: How far it is.
        text: As much of the answer as there is.
        answer: The whole answer, None before its end.
        error: Why there is no answer, "" for no reason.
        created: When it was asked.
        finished: When it ended, None before.
    """

    id: str
    conversation: str
    parent: str
    question: str
    limits: Filter = EVERYTHING
    state: State = "waiting"
    text: str = ""
    answer: Answer | None = field(default=None, repr=False)
    error: str = ""
    created: datetime = datetime.min
    finished: datetime | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in UNFINISHED


def is_of(owner: str) -> ColumnElement[bool]:
    """Return the condition that an exchange's conversation belongs to somebody."""
    own = select(conversations.c.id).where(
        conversations.c.id == exchanges.c.conversation, conversations.c.owner == owner
    )
    return own.exists()


def conversation_of(row: Row[Any]) -> Conversation:
    """Return the conversation of a row."""
    return Conversation(
        row.id, row.title, row.collection, read_filter(row.limits), row.tip or "", row.created, row.changed
    )


def exchange_of(row: Row[Any]) -> Exchange:
    """Return the exchange of a row; where its answer cannot be read, its error says why."""
    answer, error = None, row.error
    if row.answer:
        try:
            answer = read_answer(json.loads(row.answer))
        except (ConfigError, ValueError) as problem:
            error = f"this answer cannot be read: {problem}"
    state: State = row.state if row.state in get_args(State) else "broken"
    return Exchange(
        row.id,
        row.conversation,
        row.parent or "",
        row.question,
        read_filter(row.limits),
        state,
        row.text,
        answer,
        error,
        row.created,
        row.finished,
    )
