"""The record of who asked and opened what. It can be turned off, and old entries go by themselves.

It holds names, questions and the addresses of documents; never a password, a key, an answer or a text.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy import delete, func, insert, select

from qa.accounts.keys import PREFIX
from qa.accounts.person import Person
from qa.database.engine import Database
from qa.database.tables import audit
from qa.database.texts import storable
from qa.database.times import now
from qa.errors import StoreError
from qa.lazy_regex import lazy_regex

logger = logging.getLogger(__name__)

Action = Literal[
    "asked", "searched", "listed", "opened", "changed", "signed in", "signed out", "refused", "password", "key"
]
Through = Literal["page", "api", "v1", "mcp", "command"]
ACTIONS: tuple[Action, ...] = get_args(Action)
Kept = Literal["full", "brief", "off"]
"""What is kept: with the questions, without their words, or nothing."""

_SUBJECT = 500
# The same thing opened again within so long, such as the next part of one page, is one entry.
_SAME_S = 60.0
_MOST_SAME = 2_000
_PURGED_S = 3600.0
# What looks like a secret, in a question as anywhere else: keys as Footnote and OpenAI make them.
_SECRET = lazy_regex(rf"\b(?:{PREFIX}|sk-)[\w-]{{16,}}|(?i:\bbearer\s+\S+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did.

    Attributes:
        at: When.
        person: Their name; for "refused" the one that was typed.
        action: What they did.
        through: By which interface.
        address: From where, "" for this machine's commands.
        collection: In which collection, where it was in one.
        subject: The question, or what was opened.
    """

    at: datetime
    person: str
    action: Action
    through: Through
    address: str
    collection: str
    subject: str


class Audit:
    """Writes and reads the record. Any number of threads may use it."""

    def __init__(self, database: Database, *, kept: Kept = "full", days: int = 90) -> None:
        """Take the database.

        Args:
            database: Where it is kept.
            kept: What is.
            days: After how many an entry goes.
        """
        self._database = database
        self._kept = kept
        self._days = days
        self._lock = threading.Lock()
        self._lately: OrderedDict[tuple[str, ...], float] = OrderedDict()
        self._purged = float("-inf")

    def note(
        self,
        person: Person | str,
        action: Action,
        *,
        through: Through,
        address: str = "",
        collection: str = "",
        subject: str = "",
    ) -> None:
        """Write down what somebody does. A record that cannot be written goes into the log, and nobody waits for it."""
        if self._kept == "off":
            return
        name = person if isinstance(person, str) else person.name
        said = "" if self._kept == "brief" and action in ("asked", "searched") else _SECRET.sub("***", subject)
        if action in ("opened", "listed") and self._is_same((name, action, through, collection, said)):
            return
        values = {"person": storable(name)[:200], "action": action, "through": through, "address": address[:64]}
        values |= {"collection": collection[:100], "subject": storable(said)[:_SUBJECT]}
        try:
            with self._database.writing() as connection:
                connection.execute(insert(audit).values(at=now(), **values))
                if time.monotonic() - self._purged > _PURGED_S:
                    self._purged = time.monotonic()
                    connection.execute(delete(audit).where(audit.c.at < now() - timedelta(days=self._days)))
        except StoreError as error:
            logger.error("the audit log could not be written: %s", error)

    def read(
        self,
        *,
        person: str = "",
        action: str = "",
        collection: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        most: int | None = None,
    ) -> Iterator[Entry]:
        """Yield the newest entries that fit, the oldest of them first.

        Raises:
            StoreError: The database failed.
        """
        wanted = select(audit).order_by(audit.c.number.desc())
        for column, value in ((audit.c.person, person), (audit.c.action, action), (audit.c.collection, collection)):
            if value:
                wanted = wanted.where(func.lower(column) == value.lower())
        if since:
            wanted = wanted.where(audit.c.at >= since)
        if until:
            wanted = wanted.where(audit.c.at < until)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.limit(most) if most else wanted).all()
        for row in reversed(rows):
            yield Entry(row.at, row.person, row.action, row.through, row.address, row.collection, row.subject)

    def _is_same(self, what: tuple[str, ...]) -> bool:
        moment = time.monotonic()
        with self._lock:
            before = self._lately.pop(what, float("-inf"))
            is_same = moment - before < _SAME_S
            self._lately[what] = before if is_same else moment
            while len(self._lately) > _MOST_SAME:
                self._lately.popitem(last=False)
        return is_same
