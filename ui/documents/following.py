"""What is kept about a collection beside the index: it follows a rename, and goes with a drop.

The pages and the command line both call this once the index itself is changed.
"""

from collections.abc import Iterable
from pathlib import Path

from qa.accounts.grants import Grants
from qa.database.choices import LAST_COLLECTION, Choices
from qa.database.conversations import Conversations
from qa.database.engine import Database
from qa.database.ingests import Ingests
from qa.database.left_out import LeftOut
from qa.database.watches import Watches
from ui.documents.uploads import Uploads


def follow(database: Database, home: Path, old: str, new: str) -> None:
    """Let everything that names a collection name it as it is called now.

    Args:
        database: Where it is kept.
        home: Where uploaded files are.
        old: The name until now.
        new: The name from now on.

    Raises:
        StoreError: The database failed.
    """
    Conversations(database).follow(old, new)
    kept = (Ingests(database), Watches(database), LeftOut(database), Uploads(home, database), Grants(database))
    for part in kept:
        part.rename(old, new)
    if Choices(database).get(LAST_COLLECTION) == old:
        Choices(database).keep(LAST_COLLECTION, new)


def forget(database: Database, home: Path, name: str, *, sharing: Iterable[str] = ()) -> None:
    """End what is at work for a collection that was dropped, and delete its uploads; its conversations stay.

    Args:
        database: Where it is kept.
        home: Where uploaded files are.
        name: Of the collection.
        sharing: Other collections that have documents of its uploads, which stay for them.

    Raises:
        StoreError: The database failed.
    """
    # First, since each would make the collection anew.
    Watches(database).drop(name)
    ingests = Ingests(database)
    for ingest in ingests.unfinished(name):
        ingests.cancel(ingest.id)
    LeftOut(database).drop(name)
    uploads = Uploads(home, database)
    # Copies that were made before copies were noted name nothing yet.
    for other in sharing:
        uploads.copy(name, other)
    uploads.drop(name)
    Grants(database).drop(name)
    if Choices(database).get(LAST_COLLECTION) == name:
        Choices(database).keep(LAST_COLLECTION, "")
