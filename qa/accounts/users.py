"""Who may sign in: users by name, with a password of theirs or as an OpenID provider knows them.

Passwords are kept as argon2id makes them (RFC 9106, its second recommended choice). On purpose that takes 64 MB a time
and, on two busy cores, 0.3 s, so callers bound how many run at once.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update

from qa.accounts.person import LOCAL, SCOPES, Person
from qa.database.engine import Database
from qa.database.tables import conversations, grants, ingests, sessions, shares, users
from qa.database.times import now
from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_NAME = lazy_regex(r"[\w.@+-]{1,100}")
LEAST_CHARACTERS = 10
# Longer ones cost time and are no safer.
_MOST_BYTES = 1024


@dataclass(frozen=True, slots=True)
class User:
    """One user.

    Attributes:
        id: Never given twice, so that a new user of an old name is another one.
        name: As they sign in.
        is_owner_of_all: Whether every collection is theirs.
        has_password: Whether they sign in here; else an OpenID provider says who they are.
        created: When they were added.
    """

    id: str
    name: str
    is_owner_of_all: bool
    has_password: bool
    created: datetime

    @property
    def person(self) -> Person:
        """Who asks, where this user has signed in."""
        return person_of(self.name, is_owner_of_all=self.is_owner_of_all)


def person_of(name: str, *, is_owner_of_all: bool, scopes: frozenset[str] = SCOPES) -> Person:
    """Return a user as one who asks: looking after others is for those whom everything belongs to."""
    return Person(name, is_owner_of_all, scopes if is_owner_of_all else scopes - {"admin"})


def alike(name: str) -> str:
    """Return what is the same for all ways to write a name, whether or not a user can have it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def named(name: str) -> str:
    """Return a name as it is stored: two that look alike or differ in capitals are one.

    Raises:
        ConfigError: No user can have this name.
    """
    plain = alike(name)
    if not _NAME.fullmatch(plain):
        raise ConfigError(f'"{name[:100]}" is not a name; use letters, digits and . _ - @ +, at most 100')
    if plain == LOCAL.name:
        raise ConfigError(f'"{plain}" is who works on this machine without an account; choose another name')
    return plain


class Users:
    """Reads and writes users. Every method is one transaction, and raises `StoreError` if the database fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, password: str | None = None, *, is_owner_of_all: bool = False) -> User:
        """Add a user; without a password they come in by an OpenID provider that knows them by this e-mail address.

        Raises:
            ConfigError: The name cannot be used or is taken, or the password is too short or too long.
        """
        plain = named(name)
        user = User(uuid4().hex, plain, is_owner_of_all, password is not None, now())
        row = {"id": user.id, "name": plain, "owner": is_owner_of_all, "created": user.created}
        row |= {"password": _hashed(plain, password) if password is not None else "", "issuer": "", "subject": ""}
        with self._database.writing() as connection:
            if connection.execute(select(users.c.id).where(users.c.name == plain)).first():
                raise ConfigError(
                    f'"{plain}" is a user already; change the password with: footnote users passwd {plain}'
                )
            connection.execute(insert(users).values(row))
        return user

    def set_password(self, name: str, password: str) -> None:
        """Give a user a new password. All their sessions end.

        Raises:
            ConfigError: There is no such user, or the password is too short or too long.
        """
        user = self.get(name)
        if user is None:
            raise unknown(name)
        hashed = _hashed(user.name, password)
        with self._database.writing() as connection:
            connection.execute(update(users).where(users.c.id == user.id).values(password=hashed))
            connection.execute(delete(sessions).where(sessions.c.user == user.id))

    def remove(self, name: str) -> None:
        """Remove a user, with all sessions, keys, roles and shared links of theirs.

        Their conversations stay, and are nobody's: the next user of this name is somebody else.

        Raises:
            ConfigError: There is no such user.
        """
        plain = _looked_for(name)
        with self._database.writing() as connection:
            if not connection.execute(delete(users).where(users.c.name == plain)).rowcount:
                raise unknown(name)
            connection.execute(delete(grants).where(grants.c.person == plain))
            connection.execute(delete(shares).where(shares.c.owner == plain))
            for table in (conversations, ingests):
                # No name holds a blank.
                connection.execute(update(table).where(table.c.owner == plain).values(owner=f"removed {plain}"))

    def list(self) -> list[User]:
        """Return all users by name."""
        with self._database.reading() as connection:
            return [_user(row) for row in connection.execute(select(users).order_by(users.c.name))]

    def get(self, name: str) -> User | None:
        """Return the user of a name, None if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == _looked_for(name))).first()
            return _user(row) if row else None

    def with_password(self, name: str, password: str) -> User | None:
        """Return the user whose name and password these are, None for nobody; both take the same time."""
        import argon2  # noqa: F401 - first the whole: other threads begin with that
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._database.reading() as connection:
            row = connection.execute(select(users).where(users.c.name == _looked_for(name))).first()
        stored = row.password if row and row.password else _of_nobody()
        try:
            _hasher().verify(stored, _plain(password))
        except (VerificationError, InvalidHashError):
            return None
        if row is None or not row.password:
            return None
        if _hasher().check_needs_rehash(stored):
            with self._database.writing() as connection:
                same = (users.c.id == row.id) & (users.c.password == stored)
                connection.execute(update(users).where(same).values(password=_hasher().hash(_plain(password))))
        return _user(row)

    def of_provider(self, issuer: str, subject: str, email: str, *, is_let_in: bool, is_owner_of_all: bool) -> User:
        """Return the user whom an OpenID provider means, added at their first visit where they are let in.

        Args:
            issuer: Address of the provider.
            subject: Whom it means; it never means another one by it.
            email: Their address, which the provider has verified; the name of the user.
            is_let_in: Whether they may come though nobody added them by name.
            is_owner_of_all: Whether every collection is theirs, beyond what was said when they were added.

        Raises:
            ConfigError: They are not let in, or somebody else has the name.
        """
        with self._database.writing() as connection:
            same = (users.c.issuer == issuer) & (users.c.subject == subject)
            row = connection.execute(select(users).where(same)).first()
            if row is None:
                plain = named(email)
                row = connection.execute(select(users).where(users.c.name == plain)).first()
                # A user with a password, or whom the provider knew as another one, is not theirs to take over.
                if row and (row.password or row.subject):
                    raise ConfigError(f'"{plain}" is another user here; ask who looks after this Footnote')
                if row is None and not is_let_in:
                    raise ConfigError(f'"{plain}" has no account here; ask who looks after this Footnote')
                values = {"issuer": issuer, "subject": subject}
                if row is None:
                    made = {
                        "id": uuid4().hex,
                        "name": plain,
                        "password": "",
                        "owner": is_owner_of_all,
                        "created": now(),
                    }
                    connection.execute(insert(users).values(made | values))
                else:
                    connection.execute(update(users).where(users.c.id == row.id).values(values))
                row = connection.execute(select(users).where(same)).one()
            if is_owner_of_all and not row.owner:
                connection.execute(update(users).where(users.c.id == row.id).values(owner=True))
                row = connection.execute(select(users).where(same)).one()
            return _user(row)


def unknown(name: str) -> ConfigError:
    """Return the error that there is no such user."""
    return ConfigError(f'there is no user "{name[:100]}"; footnote users list names all')


def _user(row: Any) -> User:
    return User(row.id, row.name, row.owner, bool(row.password), row.created)


def _looked_for(name: str) -> str:
    """Return a name as it would be stored; whatever cannot be one is no user's."""
    try:
        return named(name)
    except ConfigError:
        return ""


def _plain(password: str) -> str:
    """Return a password in one of the ways in which keyboards write the same letters."""
    return unicodedata.normalize("NFKC", password)


def _hashed(name: str, password: str) -> str:
    plain = _plain(password)
    if len(plain) < LEAST_CHARACTERS:
        raise ConfigError(f"the password has less than {LEAST_CHARACTERS} characters; choose a longer one")
    if len(plain.encode("utf-8", "replace")) > _MOST_BYTES:
        raise ConfigError(f"the password has more than {_MOST_BYTES} bytes; choose a shorter one")
    if plain.casefold() == name or len(set(plain)) < 4:
        raise ConfigError("the password is easily guessed; choose another one")
    return _hasher().hash(plain)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _of_nobody() -> str:
    """Return a hash that no password has, to spend the same time on who does not exist."""
    return _hasher().hash(uuid4().hex + uuid4().hex)
