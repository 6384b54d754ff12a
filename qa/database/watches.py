"""Folders that are kept in step with a collection, also after the server was started again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, delete, insert, or_, select, update

from qa.database.engine import Database
from qa.database.tables import watches
from qa.database.texts import storable
from qa.database.times import DEAD, now


@dataclass(frozen=True, slots=True)
class Watch:
    """A folder that is watched.

    Attributes:
        id: Tells it from all others.
        collection: Into which its documents go.
        folder: Its path.
        trouble: What it waits for, "" where it watches.
        created: Since when.
    """

    id: str
    collection: str
    folder: str
    trouble: str
    created: datetime


class Watches:
    """Reads and writes the watches of a database. Every method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, collection: str, folder: str) -> Watch:
        """Watch a folder; if it is watched for this collection already, return that watch."""
        same = select(watches).where(watches.c.collection == collection, watches.c.folder == storable(folder))
        with self._database.writing() as connection:
            if row := connection.execute(same).first():
                return _watch(row)
            watch = Watch(uuid4().hex, collection, storable(folder), "", now())
            connection.execute(
                insert(watches).values(
                    id=watch.id, collection=collection, folder=watch.folder, trouble="", created=watch.created
                )
            )
        return watch

    def listed(self, collection: str = "") -> list[Watch]:
        """Return what is watched, the oldest first; for all collections for ""."""
        wanted = select(watches).order_by(watches.c.created, watches.c.id)
        if collection:
            wanted = wanted.where(watches.c.collection == collection)
        with self._database.reading() as connection:
            return [_watch(row) for row in connection.execute(wanted)]

    def stop(self, id: str) -> None:  # noqa: A002
        """Watch a folder no more; its documents stay."""
        with self._database.writing() as connection:
            connection.execute(delete(watches).where(watches.c.id == id))

    def take(self, worker: str) -> list[Watch]:
        """Take over the watches that no living worker has, keep those of this one, and return both."""
        free = or_(watches.c.worker == worker, watches.c.beat.is_(None), watches.c.beat < now() - DEAD)
        with self._database.writing() as connection:
            connection.execute(update(watches).where(free).values(worker=worker, beat=now()))
            own = select(watches).where(watches.c.worker == worker).order_by(watches.c.created, watches.c.id)
            return [_watch(row) for row in connection.execute(own)]

    def tell(self, id: str, trouble: str) -> None:  # noqa: A002
        """Say what a watch waits for, "" for nothing."""
        with self._database.writing() as connection:
            connection.execute(update(watches).where(watches.c.id == id).values(trouble=storable(trouble)))

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed."""
        with self._database.writing() as connection:
            connection.execute(update(watches).where(watches.c.collection == collection).values(collection=new))

    def drop(self, collection: str) -> None:
        """Watch no folder for a collection that was dropped."""
        with self._database.writing() as connection:
            connection.execute(delete(watches).where(watches.c.collection == collection))


def _watch(row: Row[Any]) -> Watch:
    return Watch(row.id, row.collection, row.folder, row.trouble, row.created)
