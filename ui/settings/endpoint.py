"""The endpoint's part of the page: its address, its key and its model, what this machine offers, and a test."""

from collections.abc import Coroutine
from typing import Any, TypeVar

import streamlit as st

from qa.chosen import OPENAI, holds_password, place_of
from qa.config import Configured
from qa.errors import ConfigError, without_passwords
from qa.models.chat import probe
from qa.models.chat.probe import Program
from ui.settings import fields, keeping, told
from ui.settings.told import Line
from ui.web import opening
from ui.web.escape import escape_markdown
from ui.web.language import current, t
from ui.web.notices import draw_problem
from ui.web.reasons import worded

T = TypeVar("T")

# Where programs are looked for on this machine.
PROGRAMS: tuple[Program, ...] = probe.PROGRAMS

_ADDRESS, _MODEL, _TYPED = "endpoint-address", "endpoint-model", "endpoint-key-typed"
_SEEN, _FOUND, _SAID, _OFFERED = "endpoint-seen", "endpoint-found", "endpoint-said", "endpoint-offered"
_REPLACING = "endpoint-replacing"
_TEST_S = 30.0


def draw(configured: Configured) -> None:
    """Draw the part."""
    st.header(t("Who writes the answers"), anchor=False)
    st.caption(t("Without a model, answers are quoted from your documents, and nothing leaves this machine."))
    _follow(configured)
    _draw_address(configured)
    _draw_found()
    _draw_key(configured)
    _draw_model(configured)
    _draw_buttons(configured)
    _draw_said(configured)


def _follow(configured: Configured) -> None:
    """Show what is stored, also what another page stored since; what is typed and not yet kept stays otherwise."""
    stored = (configured.settings.openai_base_url, configured.settings.llm_model)
    if _MODEL not in st.session_state:
        # The page was left: what came of the last click there is old.
        st.session_state.pop(_SAID, None)
    if _ADDRESS not in st.session_state or st.session_state.get(_SEEN) != stored:
        st.session_state[_ADDRESS], st.session_state[_MODEL] = stored[0], stored[1] or None
    st.session_state[_SEEN] = stored


def _draw_address(configured: Configured) -> None:
    fixed = fields.fixed_by("openai_base_url", configured.origin("openai_base_url"))
    if fixed:
        shown = without_passwords(_address())
        st.text_input(t("Address"), placeholder=OPENAI, value=shown, disabled=True, key="endpoint-address-fixed")
    else:
        st.text_input(t("Address"), placeholder=OPENAI, key=_ADDRESS)
    said = t("Any endpoint that speaks as OpenAI's does. Empty is OpenAI's own.")
    st.caption(escape_markdown(f"{said} {fixed}".strip()))
    is_asked = not fixed and st.button(
        t("Look on this machine"),
        key="endpoint-look",
        icon=":material/search:",
        help=t("Asks the usual ports of this machine alone which models they offer."),
    )
    # It has a place of its own also where nobody looks: else it would take that of the field below.
    with st.container():
        if is_asked:
            _look()


def _draw_found() -> None:
    found: list[Line] | None = st.session_state.get(_FOUND)
    if found is None:
        return
    if not found:
        ports = ", ".join(str(program.port) for program in PROGRAMS)
        st.info(t("Nothing listens at the usual ports of this machine ({ports}).", ports=ports))
    for place, line in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", key=f"endpoint-found-{place}"):
            st.markdown(escape_markdown(line.text))
            if line.use:
                st.button(t("Use this"), key=f"endpoint-use-{place}", on_click=_use, args=(line.use,))


def _draw_key(configured: Configured) -> None:
    address = _address()
    fixed = fields.fixed_by("openai_api_key", configured.origin("openai_api_key"))
    if fixed:
        st.text_input(t("Key"), placeholder="••••••••", value="", disabled=True, key="endpoint-key-fixed")
        st.caption(escape_markdown(t("It is sent to the address above.") + " " + fixed))
        return
    chosen = configured.chosen
    if chosen.key_for(address) and not st.session_state.get(_REPLACING):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("Key"), placeholder="••••••••", value="", disabled=True, key="endpoint-key-kept")
            st.button(t("Replace"), key="endpoint-key-replace", on_click=_replace_key, args=(True,))
            st.button(t("Remove"), key="endpoint-key-remove", on_click=_keep_key, args=("",))
        said = [t("Kept, and sent to {place} alone. It is not shown again.", place=chosen.key_place)]
    else:
        form = st.form("endpoint-key", clear_on_submit=True, border=False)
        with form, st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("Key"), type="password", key=_TYPED, autocomplete="off")
            st.form_submit_button(t("Keep the key"), on_click=_keep_key)
        said = [t("Many endpoints of your own need none. It is kept in a file that only you can read.")]
        if chosen.key and chosen.key_place != place_of(address):
            said.append(t("The key that is kept is for {place}; another takes its place.", place=chosen.key_place))
    st.caption(escape_markdown(" ".join(said)))
    if problem := st.session_state.get("endpoint-key-error", ""):
        draw_problem(problem)


def _draw_model(configured: Configured) -> None:
    fixed = fields.fixed_by("llm_model", configured.origin("llm_model"))
    address, names = st.session_state.get(_OFFERED, ("", []))
    known = names if address == _address() else []
    current = st.session_state.get(_MODEL) or ""
    st.selectbox(
        t("Model"),
        list(dict.fromkeys([*([current] if current else []), *known])),
        index=None,
        key=_MODEL,
        placeholder=(
            t("None: answers are quoted. Choose, or type a name.")
            if known
            else t("None: answers are quoted. Type a name, or press “Test” for a list.")
        ),
        accept_new_options=True,
        disabled=bool(fixed),
    )
    if fixed:
        st.caption(escape_markdown(fixed))


def _draw_buttons(configured: Configured) -> None:
    settings = configured.settings
    is_new = (_address(), _model()) != (settings.openai_base_url, settings.llm_model)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("Save"), key="endpoint-save", type="primary", disabled=not is_new, on_click=_save)
        tests = st.button(t("Test"), key="endpoint-test", help=t("Lists the models and asks one short question."))
        stored = {"page"} & {configured.origin(name) for name in ("openai_base_url", "llm_model")}
        if stored:
            st.button(t("Reset"), key="endpoint-reset", on_click=_reset, help=t("Back to answers that are quoted"))
        if is_new:
            st.caption(t("Not saved yet"))
    if tests:
        _test(configured)


def _draw_said(configured: Configured) -> None:
    """Show what a test or a save came to, as long as it is about what the fields hold."""
    about, line = st.session_state.get(_SAID, (None, None))
    if line is None or about != _about(configured):
        return
    if line.level == "good":
        st.success(escape_markdown(line.text))
    else:
        draw_problem(line.text, is_doubt=line.level == "doubt")
    if line.use:
        st.button(
            t("Use {address}", address=escape_markdown(line.use)),
            key="endpoint-better",
            on_click=_use,
            args=(line.use,),
        )


def _address() -> str:
    return str(st.session_state.get(_ADDRESS) or "").strip()


def _model() -> str:
    return str(st.session_state.get(_MODEL) or "").strip()


def _look() -> None:
    with st.spinner(t("Looking …")):
        found = _waited(probe.look(PROGRAMS))
    st.session_state[_FOUND] = [told.of_found(one) for one in found]
    models = {one.program.address: list(one.models or ()) for one in found}
    st.session_state["endpoint-models"] = models
    st.rerun()


def _use(address: str) -> None:
    """Take an address over into the field; nothing is stored or sent yet."""
    st.session_state[_ADDRESS] = address
    models = st.session_state.get("endpoint-models", {}).get(address, [])
    if models:
        st.session_state[_OFFERED] = (address, models)
        if _model() not in models:
            st.session_state[_MODEL] = models[0] if len(models) == 1 else None
    st.session_state.pop(_FOUND, None)
    st.session_state.pop(_SAID, None)


def _replace_key(is_replacing: bool) -> None:
    st.session_state[_REPLACING] = is_replacing


def _keep_key(key: str | None = None) -> None:
    """Store the key that was typed, or remove the one that is kept; it stays nowhere else."""
    if key is None:
        key = str(st.session_state.get(_TYPED) or "")
        st.session_state[_TYPED] = ""
    st.session_state.pop("endpoint-key-error", None)
    try:
        keeping.set_key(key, _address())
        st.session_state.pop(_REPLACING, None)
    except ConfigError as error:
        st.session_state["endpoint-key-error"] = worded(error)


def _save() -> None:
    values = {"openai_base_url": _address() or None, "llm_model": _model() or None}
    configured = opening.configured()
    changeable = {name: value for name, value in values.items() if configured.origin(name) in ("page", "default")}
    try:
        keeping.set_values(changeable, check=keeping.check_endpoint)
    except ConfigError as error:
        _say(Line("bad", worded(error)), configured)
        return
    _say(Line("good", t("Saved. The next question is answered this way.")), opening.configured())


def _reset() -> None:
    try:
        keeping.set_values({"openai_base_url": None, "llm_model": None})
        st.session_state.pop(_OFFERED, None)
    except ConfigError as error:
        _say(Line("bad", worded(error)), opening.configured())


def _test(configured: Configured) -> None:
    address, model = _address(), _model()
    if holds_password(address) and configured.origin("openai_base_url") in ("page", "default"):
        _say(Line("bad", keeping.with_password()), configured)
        return
    is_fixed = configured.origin("openai_api_key") not in ("page", "default")
    key = configured.settings.openai_api_key if is_fixed else configured.chosen.key_for(address)
    try:
        with st.spinner(t("Testing …")):
            found = _waited(probe.tried(address, key, model, timeout_s=min(_TEST_S, configured.settings.timeout_s)))
    except ConfigError:
        is_address = not address or place_of(address).startswith("http")
        text = (
            t("OpenAI asks for a key. Keep one above, or give the address of another endpoint.")
            if is_address
            else t("This is no address: one begins with http:// or https://.")
        )
        _say(Line("bad", text), configured)
        return
    st.session_state[_OFFERED] = (address, list(found.models))
    _say(told.of_try(found, address, model), configured)
    # The list of models is above the button.
    st.rerun()


def _say(line: Line, configured: Configured) -> None:
    st.session_state[_SAID] = (_about(configured), line)


def _about(configured: Configured) -> tuple[str, str, bool, str]:
    """Return what a line is about, and in which language."""
    return _address(), _model(), bool(configured.settings.openai_api_key), current()


def _waited(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns, run in the session's loop; Streamlit can stop the page meanwhile."""
    waiting, slot = opening.open_session().wait(coroutine), st.empty()
    while True:
        try:
            next(waiting)
            slot.empty()  # where Streamlit can stop a script
        except StopIteration as ended:
            result: T = ended.value
            return result
