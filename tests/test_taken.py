"""What was pressed or typed is taken to its end, whatever is pressed next."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.testing.v1 import AppTest

from ui.web import taken


def page() -> None:
    """Two fields; while the first is kept, Enter in the second reaches the server."""
    import streamlit as st
    from streamlit.proto.WidgetStates_pb2 import WidgetStates
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def keep() -> None:
        ctx = get_script_run_ctx()
        assert ctx
        assert ctx.script_requests
        states = WidgetStates()
        for wid, text in ((f["id"], f["text"]) for f in st.session_state.pop("meanwhile", [])):
            states.widgets.add(id=wid, string_value=text)
        if states.widgets:
            assert ctx.script_requests.request_rerun(RerunData(widget_states=states))
        # Where Streamlit would end this for the next run.
        st.session_state["kept"] = [*st.session_state.get("kept", []), st.session_state.date]
        st.query_params["seen"] = st.session_state.date

    def ask() -> None:
        st.session_state["asked"] = [*st.session_state.get("kept", []), st.session_state.box]

    st.text_input("From", key="date", on_change=keep)
    st.text_input("Ask", key="box", on_change=ask)


@pytest.fixture
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner, name in (
        (SafeSessionState, "on_script_will_rerun"),
        (ScriptRunner, "_maybe_handle_execution_control_request"),
        (AppSession, "request_rerun"),
        (ScriptRequests, "_request_rerun_locked"),
        (ScriptRequests, "on_scriptrunner_ready"),
        (ScriptRequests, "on_scriptrunner_yield"),
    ):
        # As they were, at the end.
        monkeypatch.setattr(owner, name, getattr(owner, name))
    taken.install()


@pytest.mark.usefixtures("_installed")
def test_callback_runs_to_its_end_before_what_was_pressed_meanwhile() -> None:
    """A date that was typed just before Enter was dropped where the database is slow, and the question ran without."""
    app = AppTest.from_function(page).run()
    date, box = app.text_input
    app.session_state["meanwhile"] = [{"id": date.id, "text": "2025"}, {"id": box.id, "text": "How high?"}]
    date.input("2025").run()
    assert not app.exception
    assert app.session_state["kept"] == ["2025"]
    assert app.session_state["asked"] == ["2025", "How high?"]


def _is_here(part: str) -> bool:
    return part == "here"


def _known(known: dict[str, SimpleNamespace]) -> Any:
    """What Streamlit knows of a page whose widgets these are."""
    state = SimpleNamespace(_new_widget_state=SimpleNamespace(widget_metadata=known))
    return SimpleNamespace(
        fragment_storage=SimpleNamespace(contains=_is_here), session_state=SimpleNamespace(_state=state)
    )


@pytest.mark.parametrize(
    ("part", "by_itself", "drawn"), [("gone", False, ""), ("gone", True, "gone"), ("here", 0, "here")]
)
def test_press_of_a_part_that_is_no_more_draws_the_whole_page(
    monkeypatch: pytest.MonkeyPatch, part: str, by_itself: bool, drawn: str
) -> None:
    """Streamlit drops it: a click in the moment in which a browser draws a page anew came to nothing."""
    told: list[Any] = []
    monkeypatch.setattr(taken, "_HEARS", lambda _session, state: told.append(state))
    session = SimpleNamespace(has_fragment=_is_here)
    taken._hear(cast(Any, session), ClientState(fragment_id=part, is_auto_rerun=by_itself, query_string="c=1"))
    taken._hear(cast(Any, session), None)
    # Gone since it was heard.
    whole = taken._whole(_known({}), RerunData(fragment_id_queue=["here", part], is_auto_rerun=by_itself))
    assert (told[0].fragment_id, told[0].query_string, told[1]) == (drawn, "c=1", None)
    assert whole.fragment_id_queue == (["here", drawn] if drawn else [])


@pytest.mark.parametrize(("pressed", "drawn"), [(("look",), ["here"]), (("look", "more"), []), (("more",), [])])
def test_press_told_as_of_another_part_draws_the_whole_page(pressed: tuple[str, ...], drawn: list[str]) -> None:
    """A browser tells what is pressed within a moment together: "Show 2 earlier questions" came to nothing."""
    known = {"look": SimpleNamespace(fragment_id="here"), "more": SimpleNamespace(fragment_id=None)}
    states = WidgetStates()
    for widget in known:
        states.widgets.add(id=widget, trigger_value=widget in pressed)
    states.widgets.add(id="unknown", trigger_value=True)
    whole = taken._whole(_known(known), RerunData(widget_states=states, fragment_id_queue=["here"]))
    assert whole.fragment_id_queue == drawn


@pytest.mark.usefixtures("_installed")
def test_questions_that_wait_are_taken_one_by_one() -> None:
    """Streamlit keeps the last one alone."""
    requests = ScriptRequests()
    for question in ("first", "", "second", "third"):
        states = WidgetStates()
        if question:
            states.widgets.add(id="box").chat_input_value.data = question
        requests.request_rerun(RerunData(widget_states=states))
    taken_up: list[str] = []
    while (given := requests.on_scriptrunner_ready()) and given._rerun_data and len(taken_up) < 9:
        assert given.rerun_data.widget_states
        taken_up += [widget.chat_input_value.data for widget in given.rerun_data.widget_states.widgets]
    assert taken_up == ["first", "second", "third"]


def _asked_at(requests: ScriptRequests, query: str, question: str = "", **more: Any) -> None:
    states = WidgetStates()
    if question:
        states.widgets.add(id="box").chat_input_value.data = question
    requests.request_rerun(RerunData(query_string=query, widget_states=states, **more))


def _taken_up(requests: ScriptRequests) -> list[tuple[str, list[str], str]]:
    """The address, the questions and the page of all that waits, one after the other."""
    found = []
    while (given := requests.on_scriptrunner_ready()) and given._rerun_data and len(found) < 9:
        asked = given.rerun_data
        assert asked.widget_states
        questions = [widget.chat_input_value.data for widget in asked.widget_states.widgets]
        found.append((asked.query_string, questions, asked.page_script_hash))
    return found


@pytest.mark.usefixtures("_installed")
def test_who_goes_elsewhere_does_so_once_their_question_is_taken_where_it_was_asked() -> None:
    """It was asked in the conversation to which Back led, and a press of another page came to nothing."""
    requests = ScriptRequests()
    _asked_at(requests, "&c=1", "How high?", page_script_hash="chat")
    _asked_at(requests, "c=2", is_history_navigation=True, page_script_hash="chat")
    _asked_at(requests, "", page_script_hash="documents")
    assert _taken_up(requests) == [("&c=1", ["How high?"], "chat"), ("c=2", [], "chat"), ("", [], "documents")]
    requests = ScriptRequests()
    # What is pressed after that is pressed there, also by a part that is drawn for what was asked before.
    _asked_at(requests, "c=2", is_history_navigation=True, page_script_hash="chat")
    _asked_at(requests, "&c=1", "How deep?", page_script_hash="other")
    assert _taken_up(requests) == [("c=2", ["How deep?"], "chat")]


@pytest.mark.usefixtures("_installed")
def test_stopped_requests_take_nothing_that_would_wait_for_ever() -> None:
    requests = ScriptRequests()
    _asked_at(requests, "&", "How high?")
    _asked_at(requests, "&", "How deep?")
    requests.request_stop()
    assert not requests.request_rerun(RerunData())


@pytest.mark.usefixtures("_installed")
def test_nothing_more_is_given_out_before_what_was_is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run looks for the next one also before its callbacks: of ten questions at once the second was gone."""
    looked: list[object] = []
    requests = ScriptRequests()
    runner = cast(Any, SimpleNamespace(_requests=requests))
    monkeypatch.setattr(taken, "_LOOKS_FOR_NEXT", looked.append)
    monkeypatch.setattr(taken, "_TAKES_UP", lambda _state: None)
    monkeypatch.setattr(taken, "get_script_run_ctx", lambda **_: SimpleNamespace(script_requests=requests))
    monkeypatch.setattr(taken.ThreadState, "scoped", lambda **_: nullcontext())
    monkeypatch.setattr(taken, "_whole", lambda _ctx, asked: asked)
    monkeypatch.setattr(taken.address, "settled", lambda _ctx, asked: asked)
    requests.request_rerun(RerunData(widget_states=WidgetStates()))
    requests.on_scriptrunner_ready()
    ScriptRunner._maybe_handle_execution_control_request(runner)
    assert not looked
    taken._take_up(cast(Any, None))
    ScriptRunner._maybe_handle_execution_control_request(runner)
    assert looked == [runner]
    # `st.rerun()` brings nothing to take up: what is pressed in the run after it ends that run.
    requests.request_rerun(RerunData())
    requests.on_scriptrunner_ready()
    ScriptRunner._maybe_handle_execution_control_request(runner)
    assert looked == [runner, runner]
