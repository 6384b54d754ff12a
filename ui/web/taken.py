"""What somebody pressed or typed is taken to its end, whatever is pressed or typed next.

Streamlit ends a run for the next one wherever it looks at the session's state or draws. In the callback of a press
that would lose the press: its value is old by the next run, so that nobody is called for it again. Where the database
is slow, a date that was typed just before Enter was dropped, and the question ran without it; a question was gone where
a field was changed just after it. So nothing is ended before all callbacks have been called, and what comes meanwhile
waits in line: see `runner.fastReruns` in server.py, which would begin it beside them.

And it drops a press of a fragment that is no more. Where the whole page was drawn anew, some have another name since,
and a browser shows the old ones until it has drawn it too: of 18 presses in that moment 4 came to nothing. Such a
press draws the whole page, with the callback of the widget of the same key.

And a browser tells what is pressed within a moment as pressed in the part that came first, which alone would be drawn:
such a press, too, draws the whole page.

And of two questions that wait it keeps the second alone. That one waits until the first is taken up.

And it takes each for one at the address that came last, whatever that is: see address.py. Who goes elsewhere just after
a question goes there once that is taken up where it was asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    ScriptRequest,
    ScriptRequests,
    ScriptRequestType,
    _has_active_trigger_value,
)
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    RunLocation,
    ScriptRunContext,
    ThreadState,
    get_script_run_ctx,
)
from streamlit.runtime.state.safe_session_state import SafeSessionState

from ui.web import address

_TAKES_UP = SafeSessionState.on_script_will_rerun
_LOOKS_FOR_NEXT = ScriptRunner._maybe_handle_execution_control_request
_HEARS = AppSession.request_rerun
_JOINS = ScriptRequests._request_rerun_locked
_GIVES = ScriptRequests.on_scriptrunner_ready
_GIVES_MEANWHILE = ScriptRequests.on_scriptrunner_yield
# Of requests: what waits until others are taken up, and whether what was given out is not taken up yet.
_BEHIND = "_behind"
_GIVEN = "_given_out"


def install() -> None:
    """Have Streamlit take what is pressed to its end, in this process."""
    cast(Any, SafeSessionState).on_script_will_rerun = _take_up
    cast(Any, ScriptRunner)._maybe_handle_execution_control_request = _look_for_next
    cast(Any, AppSession).request_rerun = _hear
    cast(Any, ScriptRequests)._request_rerun_locked = _join
    cast(Any, ScriptRequests).on_scriptrunner_ready = _give
    cast(Any, ScriptRequests).on_scriptrunner_yield = _give_meanwhile


def _take_up(state: SafeSessionState, *states: Any, **more: Any) -> None:
    """Note what was pressed and typed, and call the callbacks."""
    with ThreadState.scoped(run_location=RunLocation.CALLBACK):
        address.tell_again()
        try:
            _TAKES_UP(state, *states, **more)
        finally:
            ctx = get_script_run_ctx(suppress_warning=True)
            if ctx and ctx.script_requests:
                ctx.script_requests.__dict__.pop(_GIVEN, None)


def _look_for_next(runner: ScriptRunner) -> None:
    """End this run if there is a next one, unless what led to this one is not taken up yet."""
    # A run looks also between its beginning and the callbacks: of three questions at once the second was gone.
    if not _is_taking_up() and _GIVEN not in runner._requests.__dict__:
        _LOOKS_FOR_NEXT(runner)


def _is_taking_up() -> bool:
    try:
        return ThreadState.get().run_location is RunLocation.CALLBACK
    except RuntimeError:
        # Of no run.
        return False


def _hear(session: AppSession, told: ClientState | None) -> None:
    """Take what a browser tells."""
    if told:
        heard = ClientState()
        heard.CopyFrom(told)
        address.note(session, heard)
        if heard.fragment_id and not heard.is_auto_rerun and not session.has_fragment(heard.fragment_id):
            heard.fragment_id = ""
        told = heard
    _HEARS(session, told)


def _join(requests: ScriptRequests, asked: RerunData) -> bool:
    """Join what is asked with what waits, or have it wait behind that: a second question, and who goes elsewhere.

    Whatever comes after what waits behind waits behind that: taken up before it, it would be undone by what that knew.
    """
    behind: list[RerunData] = requests.__dict__.setdefault(_BEHIND, [])
    waiting = requests._rerun_data if requests._state is ScriptRequestType.RERUN else None
    asked = address.of(requests, asked)
    is_second = waiting is not None and (
        (_holds_question(asked) and _holds_question(waiting))
        or (address.is_elsewhere(asked) and not waiting.is_auto_rerun)
    )
    if (behind or is_second) and not asked.is_auto_rerun and requests._state is not ScriptRequestType.STOP:
        behind.append(asked)
        return True
    return _JOINS(requests, address.kept(asked, waiting) if waiting else asked)


def _give(requests: ScriptRequests) -> ScriptRequest:
    return cast(ScriptRequest, _given(requests, _GIVES(requests)))


def _give_meanwhile(requests: ScriptRequests) -> ScriptRequest | None:
    return _given(requests, _GIVES_MEANWHILE(requests))


def _given(requests: ScriptRequests, given: ScriptRequest | None) -> ScriptRequest | None:
    """Return what is to be drawn; what waited behind it waits in front now."""
    if given is None or given.type is not ScriptRequestType.RERUN:
        return given
    asked = given.rerun_data
    # A run that brings nothing calls no callbacks, and would never be taken up.
    if any(one is not None for one in (asked.widget_states, asked.replay_trigger_states, asked.replay_trigger_values)):
        requests.__dict__[_GIVEN] = True
    _follow_up(requests)
    ctx = get_script_run_ctx(suppress_warning=True)
    return replace(given, _rerun_data=_whole(ctx, address.settled(ctx, given.rerun_data))) if ctx else given


def _whole(ctx: ScriptRunContext, asked: RerunData) -> RerunData:
    """Return what to draw: all of it where a part is no more by now, or something else was pressed."""
    is_there = ctx.fragment_storage.contains
    is_whole = not asked.is_auto_rerun and not all(map(is_there, asked.fragment_id_queue))
    if is_whole or (asked.fragment_id_queue and _is_pressed_elsewhere(ctx, asked)):
        return replace(asked, fragment_id_queue=[], is_fragment_scoped_rerun=False)
    return asked


def _is_pressed_elsewhere(ctx: ScriptRunContext, asked: RerunData) -> bool:
    """Tell whether something was pressed that lies in none of the parts to draw."""
    known = ctx.session_state._state._new_widget_state.widget_metadata
    pressed = [widget.id for widget in _widgets(asked) if _has_active_trigger_value(widget) and widget.id in known]
    return any(known[one].fragment_id not in asked.fragment_id_queue for one in pressed)


def _follow_up(requests: ScriptRequests) -> None:
    """Have the next of what waited behind wait in front, once that is free."""
    with requests._lock:
        if behind := requests.__dict__.get(_BEHIND):
            _JOINS(requests, behind.pop(0))


def _holds_question(asked: RerunData) -> bool:
    return any(
        widget.WhichOneof("value") == "chat_input_value" and widget.chat_input_value.data for widget in _widgets(asked)
    )


def _widgets(asked: RerunData) -> Sequence[WidgetState]:
    return asked.widget_states.widgets if asked.widget_states else ()
