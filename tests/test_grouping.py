from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from qa.database.exchanges import Conversation
from qa.store.where import EVERYTHING
from ui.chat.found import excerpt
from ui.chat.grouping import grouped

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ONE = Conversation("a", "A", "documents", EVERYTHING, "x", NOW, NOW)


def changed(*before: timedelta) -> list[Conversation]:
    return [replace(ONE, id=str(number), changed=NOW - since) for number, since in enumerate(before)]


def test_groups_are_today_yesterday_the_week_and_earlier() -> None:
    hours = [timedelta(hours=h) for h in (0, 11, 13, 35, 37, 24 * 6, 24 * 8, 24 * 300)]
    groups = grouped(changed(*hours), NOW, UTC)
    assert [(when, [c.id for c in some]) for when, some in groups] == [
        ("today", ["0", "1"]),
        ("yesterday", ["2", "3"]),
        ("week", ["4", "5"]),
        ("earlier", ["6", "7"]),
    ]


def test_a_day_begins_where_the_reader_is() -> None:
    """At noon in UTC it is already the next day in Auckland, which began an hour ago."""
    groups = grouped(changed(timedelta(minutes=30), timedelta(hours=2)), NOW, ZoneInfo("Pacific/Auckland"))
    assert [when for when, _ in groups] == ["today", "yesterday"]


def test_nothing_and_a_clock_that_went_back() -> None:
    assert grouped([], NOW, UTC) == []
    assert [when for when, _ in grouped(changed(timedelta(hours=-30)), NOW, UTC)] == ["today"]


def test_what_was_found_is_shown_with_the_words_around_it() -> None:
    said = (
        "The limit for transfers from Plover Dash by day is raised from 1.50 m to 1.60 m significant wave height. [1]"
    )
    shown = "… from 1.50 m to 1.60 m significant wave height. [1]"
    assert excerpt(said, "Significant WAVE", beside="Waves?") == shown
    assert excerpt(said, "limit", beside="Waves?") == (
        "The limit for transfers from Plover Dash by day is raised from 1.50 m …"
    )
    assert excerpt("x" * 200, "x", beside="Waves?") == "x" * 72 + " …"
    # The title tells it already, or there is nothing to tell.
    assert excerpt(said, "limit wave", beside="What is the wave limit?") == ""
    assert excerpt("", "limit", beside="Waves?") == ""
