"""A press is meant for where the server has led to, unless the visitor went elsewhere."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.scriptrunner import RerunData

from ui.web import address


@pytest.mark.parametrize(
    ("told", "found"),
    [
        # Told before the browser knew of the conversation that its first question has begun.
        (ClientState(page_script_hash="chat"), "c=1"),
        (ClientState(page_script_hash="chat", query_string="c=1"), "c=1"),
        (ClientState(page_script_hash="chat", query_string="c=2"), "c=1"),
        # Back, and another page.
        (ClientState(page_script_hash="chat", is_history_navigation=True), ""),
        (ClientState(page_script_hash="chat", query_string="c=2", is_history_navigation=True), "c=2"),
        (ClientState(page_script_hash="documents", query_string="collection=a"), "collection=a"),
    ],
)
def test_press_is_taken_where_the_server_has_led_to(told: ClientState, found: str) -> None:
    """Of questions sent one after the other the second began another conversation."""
    session = cast(Any, SimpleNamespace())
    opened = ClientState(page_script_hash="chat", query_string="")
    address.note(session, opened)
    assert opened.query_string == ""
    address.note(session, told)
    requests = SimpleNamespace()
    ctx = _at({"c": "1"}, requests)
    query, page = told.query_string, told.page_script_hash
    settled = address.settled(ctx, RerunData(query_string=query, page_script_hash=page, fragment_id_queue=["part"]))
    assert settled.query_string == found
    # Where the browser is elsewhere it is told once more, and shown all of it.
    is_lost = query in ("&", "&c=2")
    assert requests.__dict__ == ({"_tell_again": True} if is_lost else {})
    assert bool(settled.fragment_id_queue) is not is_lost


def test_press_of_a_page_that_was_left_stays_with_that() -> None:
    asked = RerunData(query_string="&sort=size", page_script_hash="documents")
    assert address.settled(_at({"c": "1"}), asked).query_string == "sort=size"


def _at(query: dict[str, str], requests: object = None) -> Any:
    """A run of the page "chat" at an address."""
    state = SimpleNamespace(_state=SimpleNamespace(query_params=SimpleNamespace(_query_params=query)))
    pages = SimpleNamespace(current_page_script_hash="chat")
    return SimpleNamespace(session_state=state, pages_manager=pages, script_requests=requests)
