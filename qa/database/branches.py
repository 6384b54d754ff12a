"""The tree that the exchanges of a conversation form, and the way from its root to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from qa.database.exchanges import Exchange, exchange_of
from qa.database.tables import exchanges


def along(connection: Connection, conversation: str, tip: str, known: Mapping[str, Exchange]) -> list[Exchange]:
    """Return the exchanges from the first one to the tip. Answers are large, so what is known is not read again."""
    own = links(connection, conversation)
    way = _way({child: link.parent for child, link in own.items()}, tip)
    found = {one: known[one] for one in way if one in known and own[one].is_of(known[one])}
    missing = [one for one in way if one not in found]
    rows = connection.execute(select(exchanges).where(exchanges.c.id.in_(missing))) if missing else ()
    found |= {row.id: exchange_of(row) for row in rows}
    return [found[one] for one in way if one in found]


@dataclass(frozen=True, slots=True)
class Link:
    """What ties an exchange to the one before it, and tells whether it has changed."""

    parent: str
    state: str
    finished: datetime | None

    def is_of(self, exchange: Exchange) -> bool:
        """Tell whether an exchange that was read before is still as its row is."""
        return (self.state, self.finished) == (exchange.state, exchange.finished)


def links(connection: Connection, conversation: str) -> dict[str, Link]:
    """Return the links of a conversation's exchanges, the oldest first."""
    columns = (exchanges.c.id, exchanges.c.parent, exchanges.c.state, exchanges.c.finished)
    wanted = select(*columns).where(exchanges.c.conversation == conversation)
    rows = connection.execute(wanted.order_by(exchanges.c.created, exchanges.c.id))
    return {row.id: Link(row.parent or "", row.state, row.finished) for row in rows}


def _way(parents: Mapping[str, str], tip: str) -> list[str]:
    """Return the ids from the first exchange to the tip."""
    way: list[str] = []
    while tip in parents and tip not in way:
        way.append(tip)
        tip = parents[tip]
    return way[::-1]
