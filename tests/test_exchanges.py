"""Where a question goes on the page: into the next place, or with the whole page."""

from datetime import UTC, datetime
from typing import Any

import pytest
import streamlit as st

from qa.database.exchanges import Exchange
from ui.chat import exchanges


def exchange(name: str, parent: str = "", **changes: Any) -> Exchange:
    return Exchange(name, "c", parent, "question", created=datetime.now(UTC), **changes)


class State(dict[str, Any]):
    """A session's state, outside of a session."""

    __getattr__ = dict.__getitem__


@pytest.mark.parametrize(("watched", "place"), [(False, "place-0"), (True, None)])
def test_question_behind_a_watched_answer_draws_the_whole_page(
    monkeypatch: pytest.MonkeyPatch, watched: bool, place: str | None
) -> None:
    """The browser looks for it no more once a run began that draws another place: it stood unfinished for good."""
    monkeypatch.setattr(st, "session_state", State(asked=[], shown=["a"], watched=watched))
    assert exchanges.add(exchange("b", "a"), [exchange("a", state="done")]) == place


@pytest.mark.parametrize(
    ("asked", "keys", "drawn"),
    [
        ([], ["conversations"], ["conversations"]),
        (["done", "done"], ["conversations", "place-1", "below"], ["conversations", "place-1", "below"]),
        (["done", "running"], ["conversations"], ["conversations", "place-1", "below"]),
        (["running", "waiting"], ["live", "place-1", "below"], ["live", "place-0", "place-1", "below"]),
    ],
)
def test_press_that_draws_some_parts_draws_what_is_followed_as_well(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], keys: list[str], drawn: list[str]
) -> None:
    """Its callback takes the place of the run that followed an answer, which stood unfinished for good."""
    told: list[list[str]] = []
    places = [exchange(str(number), state=state) for number, state in enumerate(asked)]
    monkeypatch.setattr(st, "session_state", State(asked=places))
    monkeypatch.setattr(st, "rerun", told.append)
    exchanges.draw_parts(*keys)
    assert told == [drawn]
