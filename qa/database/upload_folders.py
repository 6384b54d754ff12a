"""In which folder each collection's uploads are kept. Collections are renamed, their folders are not.

The copy of a collection names the files of the first one's folder, and has a folder of its own for what comes later.
For each folder that it names so, there is a row "copy/…" with "folder/…": names of collections and folders hold no
slash.
"""

from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select

from qa.database.engine import Database
from qa.database.tables import upload_folders


class UploadFolders:
    """Reads and writes the names of these folders. Every method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, collection: str) -> str:
        """Return the name of a collection's folder, "" before it has one."""
        own = select(upload_folders.c.folder).where(upload_folders.c.collection == collection)
        with self._database.reading() as connection:
            return connection.execute(own).scalar_one_or_none() or ""

    def get_or_give(self, collection: str) -> str:
        """Return the name of a collection's folder; the first time, one that no other collection has."""
        if known := self.get(collection):  # which waits for no other process
            return known
        own = select(upload_folders.c.folder).where(upload_folders.c.collection == collection)
        with self._database.writing() as connection:
            if found := connection.execute(own).scalar_one_or_none():
                return str(found)
            # Some disks take "Papers" and "papers" for one.
            folders = connection.execute(select(upload_folders.c.folder)).scalars()
            taken = {_folder(folder).casefold() for folder in folders}
            numbered = (f"{collection}-{number}" for number in range(2, len(taken) + 3))
            name = next(free for free in (collection, *numbered) if free.casefold() not in taken)
            connection.execute(insert(upload_folders).values(collection=collection, folder=name))
            return name

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed."""
        own = select(upload_folders.c.folder).where(upload_folders.c.collection == collection)
        with self._database.writing() as connection:
            name = connection.execute(own).scalar_one_or_none()
            connection.execute(delete(upload_folders).where(upload_folders.c.collection.in_((collection, new))))
            if name:
                connection.execute(insert(upload_folders).values(collection=new, folder=name))
            for row, folder in _named(connection, collection):
                connection.execute(delete(upload_folders).where(upload_folders.c.collection == row))
                _name(connection, new, folder)

    def copy(self, collection: str, new: str) -> None:
        """Note that a copy names the files that a collection names."""
        with self._database.writing() as connection:
            for _, folder in _named(connection, collection):
                _name(connection, new, folder)

    def named(self, collection: str) -> tuple[str, ...]:
        """Return the folders whose files a collection names."""
        with self._database.reading() as connection:
            return tuple(dict.fromkeys(folder for _, folder in _named(connection, collection)))

    def drop(self, collection: str) -> tuple[str, ...]:
        """Forget the folders of a collection that was dropped, and return those that no other one names."""
        with self._database.writing() as connection:
            own = _named(connection, collection)
            connection.execute(delete(upload_folders).where(upload_folders.c.collection.in_([row for row, _ in own])))
            folders = connection.execute(select(upload_folders.c.folder)).scalars()
            left = {_folder(folder) for folder in folders}
            return tuple(dict.fromkeys(folder for _, folder in own if folder not in left))


def _folder(stored: str) -> str:
    return stored.partition("/")[0]


def _named(connection: Connection, collection: str) -> list[tuple[str, str]]:
    """Return the rows of a collection, each with the folder that it names."""
    rows = connection.execute(select(upload_folders.c.collection, upload_folders.c.folder)).all()
    return [(row, _folder(folder)) for row, folder in rows if row.partition("/")[0] == collection]


def _name(connection: Connection, collection: str, folder: str) -> None:
    mark = uuid4().hex[:12]
    connection.execute(insert(upload_folders).values(collection=f"{collection}/{mark}", folder=f"{folder}/{mark}"))
