"""The roles that people were given, in the database that all servers of one index share."""

import json
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, delete, insert, select, update

from qa.accounts.access import EVERY, ROLES, Grant
from qa.database.engine import Database
from qa.database.tables import grants
from qa.database.texts import storable
from qa.database.times import now


class Grants:
    """Reads and writes grants. Every method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, grant: Grant) -> None:
        """Give a role; another one that the same person has for the same documents goes."""
        with self._database.writing() as connection:
            connection.execute(delete(grants).where(*_same(grant)))
            connection.execute(
                insert(grants).values(
                    id=uuid4().hex,
                    person=storable(grant.person),
                    collection=grant.collection,
                    role=grant.role,
                    rule=_rule(grant),
                    created=now(),
                )
            )

    def remove(self, grant: Grant) -> bool:
        """Take a role back; False where it was not given. Its `role` does not matter."""
        with self._database.writing() as connection:
            return connection.execute(delete(grants).where(*_same(grant))).rowcount > 0

    def of(self, person: str) -> list[Grant]:
        """Return what somebody was given, by collection."""
        return self._listed(grants.c.person == person)

    def listed(self, collection: str = "") -> list[Grant]:
        """Return all that was given, by person and collection; with a collection, what is about it."""
        return self._listed(grants.c.collection.in_((collection, EVERY))) if collection else self._listed()

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed."""
        with self._database.writing() as connection:
            # What was given beforehand for the new name was given for another collection.
            connection.execute(delete(grants).where(grants.c.collection == new))
            connection.execute(update(grants).where(grants.c.collection == collection).values(collection=new))

    def drop(self, collection: str) -> None:
        """Forget what was given for a collection that was dropped: the next of its name is another one."""
        with self._database.writing() as connection:
            connection.execute(delete(grants).where(grants.c.collection == collection))

    def forget(self, person: str) -> None:
        """Take all from somebody who is no user any more."""
        with self._database.writing() as connection:
            connection.execute(delete(grants).where(grants.c.person == person))

    def _listed(self, *conditions: ColumnElement[bool]) -> list[Grant]:
        wanted = select(grants).where(*conditions)
        wanted = wanted.order_by(grants.c.person, grants.c.collection, grants.c.created)
        with self._database.reading() as connection:
            return [grant for row in connection.execute(wanted) if (grant := _grant(row))]


def _same(grant: Grant) -> tuple[ColumnElement[bool], ...]:
    return (
        grants.c.person == storable(grant.person),
        grants.c.collection == grant.collection,
        grants.c.rule == _rule(grant),
    )


def _rule(grant: Grant) -> str:
    return storable(json.dumps(grant.rule, ensure_ascii=False)) if grant.rule else ""


def _grant(row: Row[tuple[object, ...]]) -> Grant | None:
    """Return what a row says; None for a role of a newer Footnote, which lets do nothing here."""
    if row.role not in ROLES:
        return None
    return Grant(row.person, row.role, row.collection, tuple(json.loads(row.rule)) if row.rule else ())
