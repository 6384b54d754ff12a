"""A page whose connection was lost is drawn again as a whole once it is back, and takes in nothing of before.

What was sent into the lost connection reached nobody, and Streamlit goes on with the rest of it in the new one. A page
that is told to change what it has not got gives up: of 20 connections that were lost just after a first question 3 left
a white page until it was loaded again. And where a browser does not know that something was being drawn it asks for
nothing, so that an answer that was sent in vain stayed unseen.
"""

from typing import Any, cast

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from ui.web import notices

_RESUMES = WebsocketSessionManager._resume_stored_session
_SENDS = AppSession._enqueue_forward_msg
# Of a session: what it draws is still what was drawn for the connection before.
_BEFORE = "_drawn_for_lost"
# What changes a page, and what begins and ends a drawing of it. A part of a page that began to be drawn just before the
# connection was lost begins likewise, and is not the whole page that was asked for.
_CHANGES = ("delta", "new_session", "script_finished")


def install() -> None:
    """Have pages that come back drawn again, in this process."""
    cast(Any, WebsocketSessionManager)._resume_stored_session = _resume
    cast(Any, AppSession)._enqueue_forward_msg = _send


def _resume(manager: WebsocketSessionManager, *args: Any, **named: Any) -> str | None:
    """Take up a session whose browser is back."""
    resumed = _RESUMES(manager, *args, **named)
    if resumed and (found := manager.get_active_session_info(resumed)):
        draw_again(found.session)
    return resumed


def draw_again(session: AppSession) -> None:
    """Draw the whole page of a session, and send nothing of what was drawn before."""
    session.__dict__[_BEFORE] = True
    session._browser_queue.clear(retain_lifecycle_msgs=True)
    session.session_state[notices.UNASKED] = True
    session.request_rerun(session._client_state)


def _send(session: AppSession, message: ForwardMsg) -> None:
    """Send a message to the browser of a session, unless it would change what that has not got."""
    if _BEFORE in session.__dict__:
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            session.__dict__.pop(_BEFORE, None)
        elif kind in _CHANGES:
            return
    _SENDS(session, message)
