"""What a person chose on the pages and finds again after a restart: values by name."""

from sqlalchemy import delete, insert, select

from qa.database.engine import Database
from qa.database.tables import choices
from qa.database.texts import storable
from qa.database.times import now

LAST_COLLECTION = "collection"
"""Under this name stands the collection that was used last."""


class Choices:
    """Reads and writes the choices of a database. Every method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str:
        """Return what was chosen under a name, "" for nothing."""
        with self._database.reading() as connection:
            return connection.execute(select(choices.c.value).where(choices.c.name == name)).scalar_one_or_none() or ""

    def keep(self, name: str, value: str) -> None:
        """Keep what was chosen under a name; "" forgets it."""
        with self._database.writing() as connection:
            connection.execute(delete(choices).where(choices.c.name == name))
            if value:
                connection.execute(insert(choices).values(name=name, value=storable(value), changed=now()))
