"""In which folder each collection's uploads are kept. Collections are renamed, their folders are not."""

from sqlalchemy import delete, insert, select

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
        own = select(upload_folders.c.folder).where(upload_folders.c.collection == collection)
        with self._database.writing() as connection:
            if found := connection.execute(own).scalar_one_or_none():
                return str(found)
            # Some disks take "Papers" and "papers" for one.
            taken = {folder.casefold() for folder in connection.execute(select(upload_folders.c.folder)).scalars()}
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

    def drop(self, collection: str) -> None:
        """Forget the folder of a collection that was dropped."""
        with self._database.writing() as connection:
            connection.execute(delete(upload_folders).where(upload_folders.c.collection == collection))
