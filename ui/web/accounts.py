"""The accounts of a process that lets in only people with one, for its sign-in, its pages and its interfaces."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie

from qa.accounts.audit import Audit
from qa.accounts.keys import Keys
from qa.accounts.person import NOBODY, Person
from qa.accounts.sessions import Attempts, Lasting, Sessions
from qa.accounts.users import Users
from qa.config import Settings
from qa.database.engine import Database
from ui.web.asgi import Scope
from ui.web.place import Place

# For how long what the database said of a session or a key is believed. A page is sixty requests at once.
_BELIEVED_S = 2.0
_MOST_BELIEVED = 2_000


class Accounts:
    """Users, sessions and keys of one database. Any number of threads may ask."""

    def __init__(self, database: Database, settings: Settings, place: Place) -> None:
        """Read from the database what is asked, when it is asked."""
        lasting = Lasting(timedelta(hours=settings.session_idle_h), timedelta(days=settings.session_days))
        self.users = Users(database)
        self.sessions = Sessions(database, lasting)
        self.keys = Keys(database)
        self.attempts = Attempts(database)
        self.audit = Audit(database, kept=settings.audit, days=settings.audit_days)  # type: ignore[arg-type]
        self.place = place
        self.lasting = lasting
        # Cookies know no ports: two Footnotes of one machine must not sign each other out.
        self.cookie = _name(place)
        self._lock = threading.Lock()
        # By what it was shown as: a key that is shown as a cookie is none, though the key is believed.
        self._believed: OrderedDict[tuple[str, str], tuple[float, Person | None]] = OrderedDict()

    def of_session(self, token: str, *, is_use: bool = True) -> Person | None:
        """Return whose session a cookie holds, None for nobody's; without `is_use` it does not last longer by it."""
        if not token:
            return None
        # What a look finds does not stand for a use, which must be noted for the session to last.
        shown = ("session" if is_use else "look", token)
        return self._ask(shown, lambda: self.sessions.person(token, is_use=is_use), fresh=not is_use)

    def of_key(self, secret: str) -> Person | None:
        """Return in whose name a key asks, None for nobody's."""
        return self._ask(("key", secret), lambda: self.keys.person(secret))

    def of_cookies(self, cookies: Mapping[str, str]) -> Person:
        """Return whose session the cookies of a page name."""
        return self.of_session(cookies.get(self.cookie, "")) or NOBODY

    def token(self, scope: Scope) -> str:
        """Return what a request has in the cookie of sessions, "" for nothing."""
        return cookies_of(scope).get(self.cookie, "")

    def end(self, token: str) -> None:
        """End a session."""
        self.sessions.end(token)
        self.forget()

    def forget(self) -> None:
        """Believe nothing any more of what the database said before."""
        with self._lock:
            self._believed.clear()

    def _ask(self, shown: tuple[str, str], find: Callable[[], Person | None], *, fresh: bool = False) -> Person | None:
        moment = time.monotonic()
        with self._lock:
            said = self._believed.get(shown)
        if said and not fresh and moment - said[0] < _BELIEVED_S:
            return said[1]
        person = find()
        if person is not None:
            with self._lock:
                self._believed[shown] = (moment, person)
                while len(self._believed) > _MOST_BELIEVED:
                    self._believed.popitem(last=False)
        return person


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies of a request; what is not written as one is left out."""
    found: dict[str, str] = {}
    for key, value in scope["headers"]:
        if key != b"cookie":
            continue
        for part in value.decode("latin-1").split(";"):
            try:
                found.update({name: morsel.value for name, morsel in SimpleCookie(part.strip()).items()})
            except CookieError:
                continue
    return found


def _name(place: Place) -> str:
    if not place.is_secure:
        return f"footnote-{place.port}"
    # Browsers take these only by TLS; the first only for a whole host, so that no other one can have set it.
    return "__Secure-footnote" if place.base else "__Host-footnote"
