"""The pages of Footnote. Streamlit runs this file for `footnote ui`, at each visit and each click."""

import streamlit as st

from qa.accounts.person import NOBODY
from qa.command.entry import quieten
from ui.chat import page as chat
from ui.documents import page as documents
from ui.reading import links
from ui.settings import page as settings
from ui.web import frame, identity, opening, own, pages
from ui.web.escape import escape
from ui.web.guard import Guard
from ui.web.language import CHOSEN, t
from ui.web.place import ACCOUNT, SIGN_IN, at
from ui.web.style import ICON


def main() -> None:
    """Draw the page that the address names."""
    quieten()
    person = identity.current_person()
    identity.note_page(person)
    chosen = opening.configured(lenient=True).chosen
    st.session_state[CHOSEN] = chosen.language
    st.set_page_config(page_title=pages.title(), page_icon=ICON)
    # A file of this server's: the policy of the page lets no other script run.
    with st.container(key="scripts"):
        st.html(links.script() + own.script(chosen.theme) + frame.words(), unsafe_allow_javascript=True)
    if person == NOBODY:
        _signed_out()
        return
    known: dict[pages.Name, st.Page] = {
        "chat": st.Page(chat.main, title=t("Chat"), icon=":material/forum:", url_path="chat", default=True),
        "documents": st.Page(documents.main, title=t("Documents"), icon=":material/folder_open:", url_path="documents"),
    }
    # They are those of everybody: keys, models, and where texts are sent. Who follows a link there is told so.
    may = person.may("admin")
    of_settings = st.Page(
        settings.main,
        title=t("Settings"),
        icon=":material/tune:",
        url_path="settings",
        visibility="visible" if may else "hidden",
    )
    if may:
        known["settings"] = of_settings
    pages.know(known)
    chosen_page = st.navigation([*(page for page in known.values() if page is not of_settings), of_settings])
    if identity.is_sign_in_required():
        with st.sidebar.container(key="account"):
            st.html(f'<p class="fn-small"><a href="{at(ACCOUNT)}" target="_self">{escape(person.name)}</a></p>')
    chosen_page.run()


def _signed_out() -> None:
    """Say that the session has ended, where a page is still open."""
    st.title(t("You are signed out"))
    st.html(f'<p><a href="{at(SIGN_IN)}" target="_self">{escape(t("Sign in"))}</a></p>')


def visit() -> None:
    """Draw the page only behind the guard: under `streamlit run` there is none, and any web page could read along."""
    if Guard.stands:
        main()
    else:
        st.error("Start the chat with `footnote ui`. Started by Streamlit itself, it is open to other web pages.")


if __name__ == "__main__":
    # The module that others import, not the copy of this file that Streamlit makes at each run.
    from ui.web import app

    app.visit()
