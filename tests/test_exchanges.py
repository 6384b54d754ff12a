"""Where a question goes on the page: into the next place, or with the whole page."""

from datetime import UTC, datetime
from typing import Any

import pytest
import streamlit as st

from qa.database.exchanges import Exchange
from ui.chat import exchanges


def exchange(name: str, parent: str = "", **changes: Any) -> Exchange:
    return Exchange(name, "c", parent, "question", created=datetime.now(UTC), **changes)


@pytest.mark.parametrize(("watched", "place"), [(False, "place-0"), (True, None)])
def test_question_behind_a_watched_answer_draws_the_whole_page(
    monkeypatch: pytest.MonkeyPatch, watched: bool, place: str | None
) -> None:
    """The browser looks for it no more once a run began that draws another place: it stood unfinished for good."""

    class State(dict[str, Any]):
        __getattr__ = dict.__getitem__

    monkeypatch.setattr(st, "session_state", State(asked=[], shown=["a"], watched=watched))
    assert exchanges.add(exchange("b", "a"), [exchange("a", state="done")]) == place
