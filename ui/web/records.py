"""What the page keeps: conversations and the answers in the making, opened once in a process."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from qa.config import Settings
from qa.database.conversations import Conversations
from qa.database.engine import Database
from qa.database.exchanges import Exchange
from ui.web.access import current_access
from ui.web.jobs import Jobs
from ui.web.session import Session

# Whole answers that stay read. Each page draws those of its own conversation again and again.
_READ = 2_000


@dataclass(frozen=True, slots=True)
class Records:
    """The database and what works with it.

    Attributes:
        database: For what is written in the background, which waits for other processes.
        hurried: The same for what a page writes, at which somebody looks meanwhile.
        conversations: Of the hurried one.
        jobs: Makes the answers.
        read: Whole answers that stay read, by their ids.
    """

    database: Database
    hurried: Database
    conversations: Conversations
    jobs: Jobs
    read: dict[str, Exchange]

    def branch(self, conversation: str) -> list[Exchange]:
        """Return the exchanges of the branch that is shown; an answer that is whole is read only once.

        Raises:
            StoreError: The database failed.
        """
        found = self.conversations.branch(conversation, known=self.read)
        for exchange in found:
            if exchange.is_finished:
                self.read[exchange.id] = exchange
        while len(self.read) > _READ:
            self.read.pop(next(iter(self.read)), None)
        return found


_lock = threading.Lock()
_opened: tuple[tuple[str, str], Records] | None = None


def _person() -> str:
    return current_access().person.name


def opened(settings: Settings, open_database: Callable[[Settings], Database], session: Session) -> Records:
    """Return the records of this process; the first call opens them, and so does one with another database.

    Raises:
        ConfigError: The address cannot be used, or the home cannot be written.
        StoreError: The database cannot be reached, is damaged, or was made by a newer Footnote.
    """
    global _opened
    place = (str(settings.home), settings.database)
    with _lock:
        if _opened is None or _opened[0] != place:
            database = open_database(settings)
            hurried = database.hurried()
            conversations, quick = (Conversations(each, _person) for each in (database, hurried))
            conversations.purge()
            _opened = (place, Records(database, hurried, quick, Jobs(session, conversations), {}))
        return _opened[1]
