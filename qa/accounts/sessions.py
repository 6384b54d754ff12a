"""Who has signed in: sessions of browsers, and how fast somebody may guess passwords.

What a browser holds is 256 random bits; the database holds their hash. A session ends on its own when it is not used
for a while, and at the latest after its whole time.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from qa.accounts.person import Person
from qa.accounts.users import User, alike, person_of
from qa.database.engine import Database
from qa.database.tables import attempts, sessions, users
from qa.database.times import now

# How often it is written down that a session is used.
_NOTED_S = 60.0
# Failures that cost nothing: of an account from one address, of an address, of an account from all addresses.
_FREE_OF_PAIR, _FREE_OF_ADDRESS, _FREE_OF_ACCOUNT = 5, 20, 20
# How long each further one makes wait at least; it doubles up to the most.
_FIRST_WAIT_S, _MOST_WAIT_S = 2.0, 900.0
# Likewise for an account from all addresses: whoever knows a name must not keep its person out for long.
_MOST_WAIT_OF_ACCOUNT_S = 30.0
# Failures are forgotten after so long without another.
_FORGOTTEN = timedelta(hours=1)
# For so long an address from which somebody signed in is known as theirs.
_KNOWN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long sessions last.

    Attributes:
        idle: Without being used.
        whole: At the most.
    """

    idle: timedelta = timedelta(hours=24)
    whole: timedelta = timedelta(days=14)


class Sessions:
    """Begins, finds and ends sessions. Every method is one transaction, and raises `StoreError` if it fails."""

    def __init__(self, database: Database, lasting: Lasting | None = None) -> None:
        self._database = database
        self._lasting = lasting or Lasting()

    def begin(self, user: User) -> str:
        """Begin a session and return what the browser has to show for it."""
        token = secrets.token_urlsafe(32)
        moment = now()
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(self._over(moment)))
            connection.execute(insert(sessions).values(id=hashed(token), user=user.id, created=moment, used=moment))
        return token

    def person(self, token: str, *, is_use: bool = True) -> Person | None:
        """Return whose session this is, None if it is nobody's or has ended; with `is_use` it counts as used."""
        if not token:
            return None
        moment = now()
        with self._database.reading() as connection:
            row = connection.execute(
                select(sessions.c.used, users.c.name, users.c.owner)
                .join(users, users.c.id == sessions.c.user)
                .where(sessions.c.id == hashed(token), ~self._over(moment))
            ).first()
        if row is None:
            return None
        if is_use and (moment - row.used).total_seconds() > _NOTED_S:
            with self._database.writing() as connection:
                connection.execute(update(sessions).where(sessions.c.id == hashed(token)).values(used=moment))
        return person_of(row.name, is_owner_of_all=row.owner)

    def end(self, token: str) -> None:
        """End a session."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == hashed(token)))

    def _over(self, moment: datetime):  # type: ignore[no-untyped-def]
        return or_(sessions.c.used < moment - self._lasting.idle, sessions.c.created < moment - self._lasting.whole)


class Attempts:
    """Slows down who guesses passwords, for all processes of one database.

    An account is guessed from one address, several accounts from one address, or one account from many addresses: each
    is counted. Somebody who only knows a name cannot keep its person out: from an address where that person has signed
    in before, what others try elsewhere does not count; from any other they wait half a minute at most.

    An attempt is counted before the password is looked at, so that many at once are no way around it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, account: str, address: str) -> float:
        """Count an attempt, and return 0; or return how many seconds are to wait before another one.

        Args:
            account: The name that somebody typed, whether a user has it or not.
            address: From where; "" is not counted.
        """
        moment = now()
        counted = {_of_pair("guessed", account, address): (_FREE_OF_PAIR, _MOST_WAIT_S)}
        if address:
            counted[_of("address", address)] = (_FREE_OF_ADDRESS, _MOST_WAIT_S)
        with self._database.writing() as connection:
            connection.execute(delete(attempts).where(attempts.c.last < moment - _FORGOTTEN))
            known = attempts.c.of == _of_pair("known", account, address)
            if not address or connection.execute(select(attempts.c.of).where(known)).first() is None:
                counted[_of("account", account)] = (_FREE_OF_ACCOUNT, _MOST_WAIT_OF_ACCOUNT_S)
            rows = {row.of: row for row in connection.execute(select(attempts).where(attempts.c.of.in_(list(counted))))}
            wait = max(((row.until - moment).total_seconds() for row in rows.values()), default=0.0)
            if wait > 0:
                return wait
            for of, (free, most_s) in counted.items():
                failures = rows[of].failures + 1 if of in rows else 1
                values = {"failures": failures, "last": moment, "until": moment + _pause(failures - free, most_s)}
                if of in rows:
                    connection.execute(update(attempts).where(attempts.c.of == of).values(values))
                else:
                    connection.execute(insert(attempts).values(of=of, **values))
        return 0.0

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an account from an address, and know that address as one of its person.

        Of the address alone and of the account alone one failure is forgotten: others may still guess.
        """
        moment = now()
        alone = attempts.c.of.in_([_of("address", address), _of("account", account)])
        known = _of_pair("known", account, address)
        with self._database.writing() as connection:
            connection.execute(
                delete(attempts).where(attempts.c.of.in_([_of_pair("guessed", account, address), known]))
            )
            lower = {"failures": attempts.c.failures - 1, "until": attempts.c.last}
            connection.execute(update(attempts).where(alone, attempts.c.failures > 0).values(lower))
            if address:
                # Not a failure: a row that is kept for longer.
                values = {"failures": 0, "last": moment + _KNOWN, "until": moment}
                connection.execute(insert(attempts).values(of=known, **values))


def hashed(token: str) -> str:
    """Return how a random token is stored; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _pause(beyond: int, most_s: float) -> timedelta:
    """Return how long to wait after so many failures beyond those that cost nothing."""
    return timedelta(seconds=min(_FIRST_WAIT_S * 2 ** min(beyond, 20), most_s) if beyond >= 0 else 0)


def _of(kind: str, name: str) -> str:
    # As users are found: else each other way to write a name would have attempts of its own.
    return hashlib.sha256(f"{kind} {alike(name)}".encode("utf-8", "replace")).hexdigest()


def _of_pair(kind: str, account: str, address: str) -> str:
    # No name and no address holds a line break.
    return _of(kind, f"{alike(account)}\n{address}")
