"""What the list of conversations does where the database fails."""

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from qa.errors import StoreError
from ui.chat import history


def test_conversation_that_cannot_be_deleted_stays_and_the_page_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was an error without a word."""
    state: Any = SimpleNamespace()

    def fails(_id: str) -> None:
        raise StoreError("the database is locked")

    monkeypatch.setattr(st, "session_state", state)
    monkeypatch.setattr(st, "rerun", lambda: None)
    kept: Any = SimpleNamespace(conversations=SimpleNamespace(delete=fails, restore=fails))
    conversation: Any = SimpleNamespace(id="c")
    history._delete(kept, conversation)
    assert vars(state) == {"notice": "the database is locked"}
    state.deleted = conversation
    history._restore(kept, conversation)
    assert state.deleted is conversation
