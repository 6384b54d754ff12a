"""The page of settings: what is shown, in what order."""

from typing import Any

import streamlit as st

from qa.config import Configured
from qa.errors import QAError
from ui.settings import endpoint, fields, keeping
from ui.settings.fields import Field
from ui.settings.style import STYLE
from ui.web import opening, pages
from ui.web.access import current_access
from ui.web.escape import escape_markdown
from ui.web.language import current, languages, t
from ui.web.notices import draw_problem
from ui.web.own import THEMES
from ui.web.reasons import worded

_ERRORS, _SEEN = "settings-errors", "settings-seen"


def main() -> None:
    """Draw the page once, as Streamlit does after every click."""
    st.html(STYLE)
    st.title(t("Settings"), anchor=False)
    pages.entitle(t("Settings"))
    if not current_access().configures:
        # It names models, addresses and how keys end.
        st.info(t("These are for who looks after this server."))
        return
    try:
        configured = opening.configured(lenient=True)
        if configured.problem:
            draw_problem(worded(configured.problem))
            st.button(t("Forget all that was chosen here"), key="settings-forget", on_click=_forget)
            return
        st.caption(t("What you change counts from the next question on, here and in the terminal."))
        _draw_interface(configured)
        endpoint.draw(configured)
        st.divider()
        st.caption(t("These are kept as soon as you change them."))
        for field in fields.of_model():
            _draw_field(field, configured)
        st.header(t("How passages are found"), anchor=False)
        for field in fields.of_search():
            _draw_field(field, configured)
        _draw_reset(configured)
    except QAError as error:
        draw_problem(worded(error))


def _draw_interface(configured: Configured) -> None:
    st.header(t("These pages"), anchor=False)
    known = languages()
    chosen = configured.chosen
    left, right = st.columns(2)
    codes = ["", *known]
    left.selectbox(
        t("Language"),
        codes,
        index=codes.index(chosen.language) if chosen.language in codes else 0,
        format_func=lambda code: known.get(code, "") or t("the browser's"),
        key=_synced("language", chosen.language if chosen.language in codes else ""),
        on_change=_keep_interface,
        args=("language", _key("language")),
    )
    names = {"": t("the system's"), "light": t("light"), "dark": t("dark")}
    right.selectbox(
        t("Appearance"),
        list(THEMES),
        format_func=names.__getitem__,
        key=_synced("theme", chosen.theme if chosen.theme in THEMES else ""),
        on_change=_keep_interface,
        args=("theme", _key("theme")),
    )
    _draw_error("interface")


def _draw_field(field: Field, configured: Configured) -> None:
    value = getattr(configured.settings, field.name)
    origin = configured.origin(field.name)
    fixed = fields.fixed_by(field.name, origin)
    shared: dict[str, Any] = {
        "key": _synced(field.name, int(value) if field.kind == "whole" else value),
        "disabled": bool(fixed),
        "on_change": _keep,
        "args": (field, _key(field.name)),
    }
    with st.container(key=f"setting-{field.name}"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if field.options:
                st.selectbox(field.label, list(field.options), format_func=field.options.__getitem__, **shared)
            elif field.kind == "text":
                st.text_input(field.label, placeholder=fields.said_default(field), **shared)
            elif field.kind == "share":
                st.number_input(field.label, 0.0, 1.0, step=0.05, placeholder=t("learned"), **shared)
            else:
                st.number_input(field.label, field.low, field.high, step=field.step, **shared)
            if origin == "page":
                st.button(
                    t("Reset"),
                    key=f"reset-{field.name}",
                    help=t("Back to {value}", value=fields.said_default(field)),
                    on_click=_reset,
                    args=(field,),
                )
        default = t("Default: {value}.", value=fields.said_default(field))
        st.caption(escape_markdown(" ".join(filter(None, [field.what, fields.said_range(field), default, fixed]))))
        _draw_error(field.name)


def _draw_reset(configured: Configured) -> None:
    names = fields.names_of([fields.of_model(), fields.of_search()])
    if any(configured.origin(name) == "page" for name in names):
        st.divider()
        st.button(t("Reset all of these"), key="reset-all", on_click=_reset_all, args=(names,))


def _synced(name: str, value: Any) -> str:
    """Return the key of a widget that shows a value, also one that came about elsewhere since."""
    key = _key(name)
    seen: dict[str, Any] = st.session_state.setdefault(_SEEN, {})
    if key not in st.session_state or seen.get(name) != value:
        st.session_state[key] = value
    seen[name] = value
    return key


def _key(name: str) -> str:
    """Return the key of a setting's widget: another one for each language, in which a choice has another label.

    A browser goes on showing the label of what was chosen, in the language in which it was.
    """
    return f"setting-value-{name}-{current()}"


def _keep(field: Field, key: str) -> None:
    given = st.session_state[key]
    with _telling(field.name):
        value = fields.value_of(field, given)
        keeping.set_values({field.name: value}, check=lambda settings: keeping.check_models(settings, field.name))


def _keep_interface(name: str, key: str) -> None:
    with _telling("interface"):
        keeping.set_interface(name, st.session_state[key])


def _reset(field: Field) -> None:
    with _telling(field.name):
        keeping.set_values({field.name: None})


def _reset_all(names: list[str]) -> None:
    with _telling("interface"):
        keeping.set_values(dict.fromkeys(names))


def _forget() -> None:
    with _telling("interface"):
        keeping.forget_all()


class _telling:  # noqa: N801 - reads as what it does
    """Keeps what goes wrong inside, for the line under the setting; nothing was stored then."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        st.session_state.setdefault(_ERRORS, {}).pop(self._name, None)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        if isinstance(error, QAError):
            st.session_state[_ERRORS][self._name] = worded(error)
            return True
        return False


def _draw_error(name: str) -> None:
    if problem := st.session_state.get(_ERRORS, {}).get(name, ""):
        draw_problem(problem)
