"""Who asks, for all that is behind the sign-in: pages, routes, the interface for programs, agents.

Where this process lets in only people with an account, `ui.web.sign_in` finds out who they are and writes it into the
request. What did not come through it is nobody's.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qa.accounts.person import LOCAL, NOBODY, Person

if TYPE_CHECKING:
    from ui.web.accounts import Accounts

PERSON = "footnote.person"
"""Where a request's scope has its person."""

ASKING: ContextVar[Mapping[str, Any] | None] = ContextVar("asking", default=None)
"""The scope of the request that is being answered, for what is not handed it."""

# Tells whose a session is, by the cookies of a page. None where everybody who reaches this process is its user.
_of_cookies: Callable[[Mapping[str, str]], Person] | None = None
_accounts: "Accounts | None" = None
# Whose page each session of Streamlit is.
_pages: dict[str, str] = {}
_MOST_PAGES = 10_000


def require_sign_in(
    of_cookies: Callable[[Mapping[str, str]], Person] | None, accounts: "Accounts | None" = None
) -> None:
    """Let only people with an account in from now on; None lets in whoever reaches this process, as at its start.

    Args:
        of_cookies: Returns whose session the cookies of a request name, `NOBODY` for none that goes on.
        accounts: What it asks, for what writes down what people do.
    """
    global _of_cookies, _accounts
    _of_cookies, _accounts = of_cookies, accounts


def accounts() -> "Accounts | None":
    """Return the accounts of this process, None where nobody has to sign in."""
    return _accounts


def is_sign_in_required() -> bool:
    """Tell whether people have to say who they are."""
    return _of_cookies is not None


def person_of(source: Mapping[str, Any] | HTTPConnection) -> Person:
    """Return who asks by a request or a websocket, or by the scope of one: `LOCAL` without accounts, else who it is.

    What lies in the scope is only ever written by the sign-in.
    """
    scope = source.scope if isinstance(source, HTTPConnection) else source
    if _of_cookies is None:
        return LOCAL
    person = scope.get(PERSON)
    return person if isinstance(person, Person) else NOBODY


def current_person() -> Person:
    """Return whose page is drawn by this run of Streamlit; `NOBODY` once their session has ended."""
    if _of_cookies is None:
        return LOCAL
    if get_script_run_ctx(suppress_warning=True) is None:
        return NOBODY
    return _of_cookies(st.context.cookies.to_dict())


def note_page(person: Person) -> None:
    """Remember whose page is drawn by this run of Streamlit: no other person may take it up, or upload to it."""
    if _of_cookies is None or (context := get_script_run_ctx(suppress_warning=True)) is None:
        return
    _pages.pop(context.session_id, None)
    _pages[context.session_id] = person.name
    while len(_pages) > _MOST_PAGES:
        _pages.pop(next(iter(_pages)), None)


def owner_of_page(session: str) -> str | None:
    """Return the name of the person whose page a session of Streamlit is, None for one that is not known."""
    return _pages.get(session)
