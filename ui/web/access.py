"""What the person may read and do for whom something is done at this moment: on a page, in a request, in the loop.

The doors ask here, and nobody hands rights down to them: the session, the library, the conversations, the ingests, and
what changes documents and settings. So a page or a route that is added tomorrow keeps to them without knowing.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from qa.accounts.access import OF_ALL, OF_NOBODY, Access, Grant
from qa.accounts.person import LOCAL, NOBODY, Person
from ui.web.guard import Application, Receive, Scope, Send
from ui.web.identity import current_person, person_of

# Roles that are given or taken count after this long.
_FRESH_S = 1.0
_MOST_KNOWN = 1_000

_asking: ContextVar[Person | None] = ContextVar("asking", default=None)
_acting: ContextVar[Access | None] = ContextVar("acting", default=None)

# Returns what somebody was given. Until it is known where that is kept, nobody was given anything.
_grants_of: Callable[[str], Sequence[Grant]] = lambda _name: ()  # noqa: E731
_known: dict[str, tuple[float, Access]] = {}
_lock = Lock()


def read_grants_with(grants_of: Callable[[str], Sequence[Grant]]) -> None:
    """Look up what somebody was given with this function from now on."""
    global _grants_of
    with _lock:
        _grants_of = grants_of
        _known.clear()


def current_access() -> Access:
    """Return what may be done for the person for whom this is done; nothing for nobody."""
    acting = _acting.get()
    if acting is not None:
        return acting
    asking = _asking.get()
    return access_of(current_person() if asking is None else asking)


def access_of(person: Person) -> Access:
    """Return what somebody may read and do, as it was at most a second ago."""
    if person == LOCAL:
        return OF_ALL
    if person == NOBODY:
        return OF_NOBODY
    if person.is_owner_of_all:
        return Access(person)
    with _lock:
        read_at, known = _known.get(person.name, (float("-inf"), OF_NOBODY))
    if time.monotonic() - read_at > _FRESH_S:
        known = Access(person, tuple(_grants_of(person.name)))
        with _lock:
            if len(_known) >= _MOST_KNOWN:
                _known.clear()
            _known[person.name] = time.monotonic(), known
    # Of the same person a key may do less than the page.
    return known if known.person == person else Access(person, known.grants)


def forget_grants() -> None:
    """Let what was given and taken here count at once."""
    with _lock:
        _known.clear()


@contextmanager
def acting_as(access: Access) -> Iterator[None]:
    """Do what follows with these rights, for a job in the background or for Footnote itself."""
    token = _acting.set(access)
    try:
        yield
    finally:
        _acting.reset(token)


class AsWhoAsks:
    """An ASGI application that lets another one do what a request asks for with the rights of who sent it."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        # A page's runs ask by themselves who they are for: its websocket may be open for longer than a session lasts.
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = _asking.set(person_of(scope))
        try:
            await self._app(scope, receive, send)
        finally:
            _asking.reset(token)
