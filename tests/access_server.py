"""`footnote serve` as it is with accounts, for people that a header or a cookie names: who they are is not the point.

Run as `access_server.py PORT`. Roles are those of the database of the home.
"""

import os
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from qa.accounts.access import checked_grant
from qa.accounts.grants import Grants
from qa.accounts.person import NOBODY, SCOPES, Person

# Of what is hidden from most, everything bears this word: texts, titles, names of files, folders and collections.
SECRET = "quetzal"
PEOPLE = {
    "boss": Person("boss", True, SCOPES),
    # May read a folder of "papers".
    "ann": Person("ann", False, SCOPES),
    # May read what is German of "papers": only the register knows what that is.
    "gus": Person("gus", False, SCOPES),
    # May change documents of that folder.
    "eva": Person("eva", False, SCOPES),
    # Owns "papers", and knows nothing of the other collection.
    "owen": Person("owen", False, SCOPES),
    # Was given nothing.
    "bob": Person("bob", False, SCOPES),
    # May read "papers" with a key that reads nothing.
    "key": Person("key", False, frozenset({"write"})),
}
GRANTS = [
    ("ann", "reader", "papers", ["source=files/open/*"]),
    ("gus", "reader", "papers", ["title=Kanu*"]),
    ("eva", "editor", "papers", ["source=files/open/*"]),
    ("owen", "owner", "papers", []),
    ("key", "owner", "*", []),
]


def person(cookies: Mapping[str, str]) -> Person:
    return PEOPLE.get(cookies.get("person", ""), NOBODY)


def give(home: Path) -> None:
    """Give the roles of these tests."""
    from qa.database.engine import open_database

    with closing(open_database(home)) as database:
        for name, role, collection, rule in GRANTS:
            Grants(database).add(checked_grant(name, role, collection, rule))


def main() -> None:
    from ui.web import identity, server
    from ui.web.access import AsWhoAsks

    class Named:
        """In the place of the sign-in: believes the header."""

        def __init__(self, app: Any) -> None:
            self._app = AsWhoAsks(app)

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "lifespan":
                names = [value.decode() for key, value in scope["headers"] if key == b"x-person"]
                scope = {**scope, identity.PERSON: PEOPLE.get(names[0] if names else "", NOBODY)}
            await self._app(scope, receive, send)

    give(Path(os.environ["FOOTNOTE_HOME"]))
    identity.require_sign_in(person)
    server.AsWhoAsks = Named  # type: ignore[assignment, misc]
    server.serve({}, port=int(sys.argv[1]), browser=False, programs=True)


if __name__ == "__main__":
    main()
