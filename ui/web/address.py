"""At which address a page is: where the server led it last, unless the visitor went elsewhere.

A browser tells its address with each press, and Streamlit believes it. But it also tells one that it was led away from,
which it does not know yet: of questions sent one after the other the second began another conversation. And it joins
what waits at the address that came last: who asked and then pressed Back had asked in the conversation that lay there,
and who asked and then pressed "Documents" stayed where they were.

A visitor goes elsewhere only by the browser's Back and Forward, by another page, and by opening one. All else that is
pressed is meant for where the server has led to by the time that it is taken up.
"""

from dataclasses import replace
from urllib.parse import parse_qs, urlencode

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext, get_script_run_ctx

# Before an address where nobody went. An address stays the same with it, for whoever reads it like that.
_HERE = "&"
# Of a session: the page of which a browser told last.
_PAGE = "_page_told"
# Of requests: whether a browser has to be told once more where it is.
_AGAIN = "_tell_again"


def note(session: AppSession, told: ClientState) -> None:
    """Note whether a visitor went to the address that a browser tells."""
    last = session.__dict__.get(_PAGE)
    session.__dict__[_PAGE] = told.page_script_hash
    if last == told.page_script_hash and not told.is_history_navigation:
        told.query_string = _HERE + told.query_string


def of(requests: ScriptRequests, asked: RerunData) -> RerunData:
    """Return what is asked for; what a run asks for at its own address is asked where the server has led to."""
    ctx = get_script_run_ctx(suppress_warning=True)
    is_of_run = ctx is not None and ctx.script_requests is requests and asked.query_string == ctx.query_string
    return replace(asked, query_string=_HERE + asked.query_string) if is_of_run else asked


def is_elsewhere(asked: RerunData) -> bool:
    """Tell whether the visitor went to the address of what is asked for."""
    return not asked.query_string.startswith(_HERE)


def kept(asked: RerunData, waiting: RerunData) -> RerunData:
    """Return what is asked for at the address and page of what waits, if the visitor went there, else as it is."""
    if is_elsewhere(asked) or not is_elsewhere(waiting):
        return asked
    return replace(
        asked,
        query_string=waiting.query_string,
        page_script_hash=waiting.page_script_hash,
        page_name=waiting.page_name,
        is_history_navigation=waiting.is_history_navigation,
    )


def settled(ctx: ScriptRunContext, asked: RerunData) -> RerunData:
    """Return what is asked for at the address where it is taken up; for the thread of the run.

    A browser that tells another one may have lost what led it on, with its connection: it is told once more, and the
    whole page is drawn.
    """
    if is_elsewhere(asked):
        return asked
    told = asked.query_string.removeprefix(_HERE)
    # Not `query_params()`, which would look for what is pressed next.
    now = ctx.session_state._state.query_params._query_params
    if asked.page_script_hash != ctx.pages_manager.current_page_script_hash:
        return replace(asked, query_string=told)
    query = urlencode(now, doseq=True)
    asked = replace(asked, query_string=query)
    if parse_qs(told, keep_blank_values=True) == parse_qs(query, keep_blank_values=True) or asked.is_auto_rerun:
        return asked
    if ctx.script_requests:
        ctx.script_requests.__dict__[_AGAIN] = True
    return replace(asked, fragment_id_queue=[], is_fragment_scoped_rerun=False)


def tell_again() -> None:
    """Tell a browser once more where it is, if it has to be."""
    ctx = get_script_run_ctx(suppress_warning=True)
    if ctx and ctx.script_requests and ctx.script_requests.__dict__.pop(_AGAIN, False):
        ctx.session_state._state.query_params._send_query_param_msg()
