"""Files that stay out of a collection: their documents were removed, and a watched folder must not bring them back."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import delete, insert, select, update

from qa.database.engine import Database
from qa.database.tables import left_out
from qa.database.texts import storable
from qa.database.times import now

_AT_ONCE = 500


class LeftOut:
    """Reads and writes these places, which are full paths. Each method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, collection: str, places: Iterable[str]) -> None:
        """Leave files out from now on."""
        keys = {_key(place): storable(place) for place in places}
        own = select(left_out.c.key).where(left_out.c.collection == collection)
        with self._database.writing() as connection:
            known = set(connection.execute(own).scalars())
            rows = [
                {"collection": collection, "key": key, "place": place, "at": now()}
                for key, place in keys.items()
                if key not in known
            ]
            if rows:
                connection.execute(insert(left_out), rows)

    def take_in(self, collection: str, places: Iterable[str]) -> None:
        """Leave files out no longer."""
        keys = [_key(place) for place in places]
        with self._database.writing() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                some = left_out.c.key.in_(keys[start : start + _AT_ONCE])
                connection.execute(delete(left_out).where(left_out.c.collection == collection, some))

    def listed(self, collection: str) -> list[str]:
        """Return the places that are left out of a collection."""
        own = select(left_out.c.place).where(left_out.c.collection == collection)
        with self._database.reading() as connection:
            return list(connection.execute(own).scalars())

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed."""
        with self._database.writing() as connection:
            connection.execute(delete(left_out).where(left_out.c.collection == new))
            connection.execute(update(left_out).where(left_out.c.collection == collection).values(collection=new))

    def drop(self, collection: str) -> None:
        """Forget a collection that was dropped."""
        with self._database.writing() as connection:
            connection.execute(delete(left_out).where(left_out.c.collection == collection))


def _key(place: str) -> str:
    return hashlib.sha256(storable(place).encode()).hexdigest()
