"""Conversations that their owners let others read, each under a link of its own.

The link is a word that nobody can guess. It is kept as it is, and not as a hash, so that its owner finds it again: who
reads the database reads the conversations in it anyway.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from qa.database.engine import Database
from qa.database.tables import conversations, shares
from qa.database.times import now

_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class Share:
    """A link to a conversation, up to where it was when it was shared.

    Attributes:
        token: The last part of its address.
        conversation: Id of the conversation.
        tip: Id of the last exchange that is shown.
        owner: Whose conversation it is.
        created: When it was shared.
    """

    token: str
    conversation: str
    tip: str
    owner: str
    created: datetime


class Shares:
    """Reads and writes shares. Every method is one transaction, and raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, conversation: str, *, owner: str) -> Share | None:
        """Share a conversation as it is shown now, in the place of an earlier link; None if it is not the owner's."""
        own = select(conversations.c.tip).where(
            conversations.c.id == conversation, conversations.c.owner == owner, conversations.c.deleted.is_(None)
        )
        with self._database.writing() as connection:
            tip = connection.execute(own).scalar_one_or_none()
            if not tip:
                return None
            share = Share(secrets.token_urlsafe(_TOKEN_BYTES), conversation, tip, owner, now())
            connection.execute(delete(shares).where(shares.c.conversation == conversation))
            connection.execute(
                insert(shares).values(
                    token=share.token, conversation=conversation, tip=tip, owner=owner, created=share.created
                )
            )
        return share

    def of(self, conversation: str, *, owner: str) -> Share | None:
        """Return how a conversation is shared, None if it is not, or is not the owner's."""
        return self._found(shares.c.conversation == conversation, shares.c.owner == owner)

    def get(self, token: str) -> Share | None:
        """Return what a link leads to, None if it was never given out or taken back, or its conversation is gone."""
        return self._found(shares.c.token == token)

    def revoke(self, conversation: str, *, owner: str) -> None:
        """Let a link lead nowhere from now on."""
        with self._database.writing() as connection:
            connection.execute(delete(shares).where(shares.c.conversation == conversation, shares.c.owner == owner))

    def _found(self, *conditions: Any) -> Share | None:
        wanted = select(shares).join(conversations, conversations.c.id == shares.c.conversation)
        wanted = wanted.where(*conditions, conversations.c.deleted.is_(None))
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        return _share(row) if row else None


def _share(row: Row[Any]) -> Share:
    return Share(row.token, row.conversation, row.tip, row.owner, row.created)
