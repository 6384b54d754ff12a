"""Conversations by the day on which something was last said in them. Pure functions."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Literal

from qa.database.exchanges import Conversation

When = Literal["today", "yesterday", "week", "earlier"]
_WEEK = timedelta(days=7)


def grouped(
    conversations: Sequence[Conversation], now: datetime, zone: tzinfo
) -> list[tuple[When, list[Conversation]]]:
    """Return conversations in groups, both in the order given; no group is empty.

    Args:
        conversations: The last changed first.
        now: The time, with its zone.
        zone: The reader's, in which a day begins.
    """
    groups: list[tuple[When, list[Conversation]]] = []
    for conversation in conversations:
        when = _when(conversation.changed, now, zone)
        if not groups or groups[-1][0] != when:
            groups.append((when, []))
        groups[-1][1].append(conversation)
    return groups


def _when(changed: datetime, now: datetime, zone: tzinfo) -> When:
    today, day = now.astimezone(zone).date(), changed.astimezone(zone).date()
    if day >= today:
        return "today"
    if day == today - timedelta(days=1):
        return "yesterday"
    return "week" if day > today - _WEEK else "earlier"
