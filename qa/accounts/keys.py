"""Keys of users, by which programs ask in their name. A key is shown once; the database holds its hash."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from qa.accounts.person import SCOPES, Person
from qa.accounts.sessions import hashed
from qa.accounts.users import Users, person_of, unknown
from qa.database.engine import Database
from qa.database.tables import keys, users
from qa.database.times import now
from qa.errors import ConfigError

PREFIX = "fn-"
"""How every key begins, so that people and programs that look for secrets know one."""

_NOTED_S = 60.0
_MOST_DAYS = 3650
_LABEL = 200


@dataclass(frozen=True, slots=True)
class Key:
    """One key, without its secret.

    Attributes:
        id: What it is named by here.
        user: Name of its user.
        label: What it is for, in their words.
        scopes: What it may be used for.
        created: When it was made.
        expires: When it ends by itself, None for never.
        used: When it was used last, to the minute; None for never.
    """

    id: str
    user: str
    label: str
    scopes: frozenset[str]
    created: datetime
    expires: datetime | None
    used: datetime | None

    @property
    def is_expired(self) -> bool:
        """Whether it has ended by itself."""
        return self.expires is not None and self.expires <= now()


class Keys:
    """Makes, finds and removes keys. Every method is one transaction, and raises `StoreError` if it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, user: str, *, label: str = "", scopes: Iterable[str] = ("read",), days: int | None = 90
    ) -> tuple[Key, str]:
        """Make a key, and return it with its secret, which nobody can find out later.

        Args:
            user: Name of its user.
            label: What it is for.
            scopes: Of `SCOPES`; every key may read.
            days: After how many it ends; None for never.

        Raises:
            ConfigError: There is no such user, or a scope or the time is impossible.
        """
        wanted = frozenset(("read", *scopes))
        if wanted - SCOPES:
            raise ConfigError(f'"{" ".join(sorted(wanted - SCOPES))}" is no scope; use some of read, write, admin')
        if days is not None and not 1 <= days <= _MOST_DAYS:
            raise ConfigError(f"a key lasts from 1 to {_MOST_DAYS} days, not {days}")
        found = Users(self._database).get(user)
        if found is None:
            raise unknown(user)
        moment = now()
        expires = moment + timedelta(days=days) if days is not None else None
        key = Key(secrets.token_hex(4), found.name, " ".join(label.split())[:_LABEL], wanted, moment, expires, None)
        secret = PREFIX + secrets.token_urlsafe(32)
        values = {"id": key.id, "hash": hashed(secret), "user": found.id, "label": key.label}
        times = {"created": moment, "expires": expires}
        with self._database.writing() as connection:
            connection.execute(insert(keys).values(**values, **times, scopes=" ".join(sorted(wanted))))
        return key, secret

    def person(self, secret: str) -> Person | None:
        """Return in whose name a key asks, None if there is no such key or it has ended. It counts as used."""
        if not secret.startswith(PREFIX):
            return None
        moment = now()
        with self._database.reading() as connection:
            row = connection.execute(_SELECTED.add_columns(users.c.owner).where(keys.c.hash == hashed(secret))).first()
        if row is None or (row.expires and row.expires <= moment):
            return None
        if row.used is None or (moment - row.used).total_seconds() > _NOTED_S:
            with self._database.writing() as connection:
                connection.execute(update(keys).where(keys.c.id == row.id).values(used=moment))
        return person_of(row.user, is_owner_of_all=row.owner, scopes=frozenset(row.scopes.split()))

    def list(self, user: str = "") -> list[Key]:
        """Return the keys of a user, of all for "", the oldest first.

        Raises:
            ConfigError: There is no such user.
        """
        wanted = _SELECTED.order_by(keys.c.created)
        if user:
            found = Users(self._database).get(user)
            if found is None:
                raise unknown(user)
            wanted = wanted.where(keys.c.user == found.id)
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(wanted)]

    def remove(self, id: str, *, user: str = "") -> None:  # noqa: A002
        """Remove a key; with a user only if it is theirs.

        Raises:
            ConfigError: There is no such key.
        """
        which = keys.c.id == id
        if user:
            which &= keys.c.user.in_(select(users.c.id).where(users.c.name == user))
        with self._database.writing() as connection:
            if not connection.execute(delete(keys).where(which)).rowcount:
                raise ConfigError(f'there is no key "{id[:100]}"; footnote keys list names all')


_SELECTED = select(
    keys.c.id, users.c.name.label("user"), keys.c.label, keys.c.scopes, keys.c.created, keys.c.expires, keys.c.used
).join(users, users.c.id == keys.c.user)


def _key(row: Any) -> Key:
    return Key(row.id, row.user, row.label, frozenset(row.scopes.split()), row.created, row.expires, row.used)
