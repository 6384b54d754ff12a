"""Answers in the making: which worker is at one, how much of it there is, and how it ended."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, case, literal, select, update

from qa.answering.serialise import answer_values
from qa.database import times
from qa.database.engine import Database
from qa.database.exchanges import UNFINISHED, State, is_of
from qa.database.tables import conversations, exchanges
from qa.database.texts import storable
from qa.types import Answer


class Answers:
    """Takes questions that wait, and keeps what comes of them.

    Every method is one transaction, and raises `StoreError` if the database fails. Nobody takes a question of others.
    """

    def __init__(self, database: Database, owner: Callable[[], str]) -> None:
        self._database = database
        self._owner = owner

    def take(self, exchange: str, worker: str) -> bool:
        """Take a waiting question to answer it; False if another worker was quicker, or it no longer waits."""
        taken = (
            update(exchanges)
            .where(exchanges.c.id == exchange, exchanges.c.state == "waiting", is_of(self._owner()))
            .values(state="running", worker=worker, beat=times.now())
        )
        with self._database.writing() as connection:
            return connection.execute(taken).rowcount == 1

    def reopen(self, exchange: str, worker: str) -> bool:
        """Take an answer that is there to go on with it; False if another worker was quicker.

        Until `finish` brings another one, the answer stays what it is, however this ends. The conversation counts as
        changed: whoever else looks at it sees what comes.
        """
        now = times.now()
        taken = (
            update(exchanges)
            .where(exchanges.c.id == exchange, exchanges.c.answer.is_not(None), is_of(self._owner()))
            .where(exchanges.c.state.in_(("done", "stopped")))
            .values(state="running", error="", worker=worker, beat=now, finished=None)
        )
        with self._database.writing() as connection:
            is_taken = connection.execute(taken).rowcount == 1
            if is_taken:
                connection.execute(_touched(exchange, now))
        return is_taken

    def write(self, exchange: str, text: str) -> None:
        """Keep as much of an answer as there is, and say that somebody is at it."""
        grown = update(exchanges).where(exchanges.c.id == exchange, exchanges.c.state.in_(UNFINISHED))
        with self._database.writing() as connection:
            connection.execute(grown.values(text=storable(text), beat=times.now()))

    def finish(self, exchange: str, answer: Answer) -> None:
        """Keep a whole answer."""
        self._end(exchange, "done", text=storable(answer.text), answer=json.dumps(answer_values(answer)))

    def stop(self, exchange: str, answer: Answer | None = None) -> None:
        """Mark an answer as stopped by the user; what there is of it stays.

        Args:
            exchange: The question.
            answer: What came of it, where that was checked; it can be gone on with.
        """
        if answer is None:
            self._end(exchange, "stopped")
        else:
            values = answer_values(answer)
            self._end(exchange, literal("stopped"), text=storable(answer.text), answer=json.dumps(values))

    def fail(self, exchange: str, error: str) -> None:
        """Say why there is no answer."""
        self._end(exchange, "failed", error=storable(error))

    def beat(self, worker: str) -> None:
        """Say that a worker is alive, for all that it is at."""
        own = update(exchanges).where(exchanges.c.worker == worker, exchanges.c.state.in_(UNFINISHED))
        with self._database.writing() as connection:
            connection.execute(own.values(beat=times.now()))

    def break_off(self, *, exchange: str = "") -> int:
        """Mark answers as broken off; the text of one that was gone on with is that of its answer again.

        Args:
            exchange: The one that its worker gives up; "" for all whose worker has not said for a while that it lives.

        Returns:
            How many there were.
        """
        which = exchanges.c.id == exchange if exchange else exchanges.c.beat < times.now() - times.DEAD
        given_up = (exchanges.c.state.in_(UNFINISHED), which)
        marked = update(exchanges).where(*given_up)
        gone_on_with = select(exchanges.c.id, exchanges.c.answer).where(*given_up, exchanges.c.answer.is_not(None))
        with self._database.writing() as connection:
            for row in connection.execute(gone_on_with).all():
                # A process that was killed left as much of the new one as there was: a search would not find the rest.
                if text := _text_of(row.answer):
                    connection.execute(update(exchanges).where(exchanges.c.id == row.id).values(text=storable(text)))
            return connection.execute(marked.values(state=_or_done("broken"), finished=times.now())).rowcount

    def _end(self, exchange: str, state: State | ColumnElement[str], **values: Any) -> None:
        now = times.now()
        ends = _or_done(state) if isinstance(state, str) else state
        ended = update(exchanges).where(exchanges.c.id == exchange, exchanges.c.state.in_((*UNFINISHED, "broken")))
        with self._database.writing() as connection:
            connection.execute(ended.values(state=ends, finished=now, **values))
            connection.execute(_touched(exchange, now))


def _touched(exchange: str, now: datetime) -> Update:
    """Return what marks an exchange's conversation as changed."""
    own = select(exchanges.c.conversation).where(exchanges.c.id == exchange).scalar_subquery()
    return update(conversations).where(conversations.c.id == own).values(changed=now)


def _text_of(answer: str) -> str:
    """Return the text of a stored answer, "" where it cannot be read."""
    try:
        return str(json.loads(answer)["text"])
    except (ValueError, KeyError, TypeError):
        return ""


def _or_done(state: State) -> ColumnElement[str]:
    """Return the state in which an exchange ends; one that has an answer is done."""
    return case((exchanges.c.answer.is_not(None), "done"), else_=state)
