"""A page whose connection was lost is drawn again as a whole once it is back."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from ui.web import resumed


def _message(kind: str) -> ForwardMsg:
    message = ForwardMsg()
    getattr(message, kind).SetInParent() if kind != "script_finished" else setattr(message, kind, 0)
    return message


def test_page_that_is_back_takes_in_nothing_of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was told to change lay in what it had not got, and it went white."""
    sent: list[str | None] = []
    asked: list[ClientState] = []
    cleared: list[bool] = []
    monkeypatch.setattr(resumed, "_SENDS", lambda _session, message: sent.append(message.WhichOneof("type")))
    queue = SimpleNamespace(clear=lambda retain_lifecycle_msgs: cleared.append(retain_lifecycle_msgs))
    known = ClientState(query_string="c=1", page_script_hash="chat")
    session = cast(
        Any, SimpleNamespace(_browser_queue=queue, session_state={}, _client_state=known, request_rerun=asked.append)
    )
    resumed._send(session, _message("delta"))
    resumed.draw_again(session)
    for kind in ("delta", "page_info_changed", "script_finished", "new_session", "delta", "script_finished"):
        resumed._send(session, _message(kind))
    assert sent == ["delta", "page_info_changed", "new_session", "delta", "script_finished"]
    assert (asked, cleared) == ([known], [True])


def test_part_of_a_page_that_was_begun_before_does_not_stand_for_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part draws itself every second or so, and one that had begun let through what the page had not got."""
    sent: list[ForwardMsg] = []
    monkeypatch.setattr(resumed, "_SENDS", lambda _session, message: sent.append(message))
    queue = SimpleNamespace(clear=lambda **_: None)
    session = cast(
        Any,
        SimpleNamespace(
            _browser_queue=queue, session_state={}, _client_state=ClientState(), request_rerun=lambda _state: None
        ),
    )
    resumed.draw_again(session)
    part = _message("new_session")
    part.metadata.run.fragment_ids.append("news")
    for message in (part, _message("delta"), _message("script_finished")):
        resumed._send(session, message)
    assert sent == []
    whole = [_message("new_session"), _message("delta"), part, _message("delta")]
    for message in whole:
        resumed._send(session, message)
    assert sent == whole


def test_session_that_is_taken_up_is_drawn_again_and_a_new_one_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    monkeypatch.setattr(resumed, "draw_again", drawn.append)
    monkeypatch.setattr(resumed, "_RESUMES", lambda _manager, known: known)
    session = object()
    manager = cast(Any, SimpleNamespace(get_active_session_info=lambda _id: SimpleNamespace(session=session)))
    assert resumed._resume(manager, None) is None
    assert resumed._resume(manager, "1") == "1"
    assert drawn == [session]
