"""Which conversation each terminal holds, for `footnote ask --continue`."""

from datetime import datetime, timedelta

from sqlalchemy import case, delete, insert, select, update

from qa.database import times
from qa.database.engine import Database
from qa.database.tables import conversations, terminals

# How long a terminal can go on with what it held.
HELD = timedelta(days=1)


class Terminals:
    """Reads and writes the terminals of a database. Every method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, place: str, terminal: str) -> str:
        """Return the id of the conversation that a terminal holds, else of the newest of its place; "" for none.

        One that was deleted, or that nobody went on with for a day, is not held any more.

        Args:
            place: Which collection it is about, of which engine.
            terminal: Its name.
        """
        own_first = case((terminals.c.terminal == terminal, 0), else_=1)
        held = (
            select(terminals.c.conversation)
            .join(conversations, conversations.c.id == terminals.c.conversation)
            .where(terminals.c.place == place, terminals.c.at > times.now() - HELD, conversations.c.deleted.is_(None))
            .order_by(own_first, terminals.c.at.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.execute(held).scalar_one_or_none() or ""

    def hold(self, place: str, terminal: str, conversation: str, *, at: datetime | None = None) -> None:
        """Note which conversation a terminal holds, and forget what none has held for a day.

        Args:
            place: Which collection it is about, of which engine.
            terminal: Its name.
            conversation: Id of one that is there.
            at: When it was last gone on with; None for now.
        """
        own = (terminals.c.place == place) & (terminals.c.terminal == terminal)
        values = {"conversation": conversation, "at": at or times.now()}
        with self._database.writing() as connection:
            connection.execute(delete(terminals).where(terminals.c.at < times.now() - HELD))
            if not connection.execute(update(terminals).where(own).values(**values)).rowcount:
                connection.execute(insert(terminals).values(place=place, terminal=terminal, **values))
