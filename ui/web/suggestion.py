"""Quiet lines on a page: a collection's model does not read its languages, or an older release stored its words."""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

import streamlit as st

from qa.config import MULTILINGUAL_MODEL, Settings
from qa.database.choices import Choices
from qa.database.engine import Database
from qa.models.unread import EXTRA, are_unread, is_at_hand, kept_under, reindex_command, unread_documents
from qa.text.terms import TERMS_VERSION
from ui.web import opening
from ui.web.access import current_access
from ui.web.escape import escape_markdown
from ui.web.language import language_name, t
from ui.web.library import Holding
from ui.web.notices import note, told

_NAMED = 5


def draw(settings: Settings, holding: Holding, database: Database, questions: Sequence[str] = ()) -> None:
    """Draw the line where there is something to suggest, until it is dismissed for the collection.

    Args:
        settings: Those of the page.
        holding: What the collection holds.
        database: Keeps what was dismissed.
        questions: What was asked last.
    """
    generation = holding.generation
    # A model that somebody chose is left alone, and who may not change the collection is not told to.
    if generation is None or settings.dense_model or not current_access().may("change", settings.collection):
        return
    model = generation.settings.dense_model
    languages = unread_documents(Counter(row.metadata.get("language", "") for row in holding.documents), model)
    if not languages and not (holding.documents and are_unread(questions, model)):
        return
    name = kept_under(generation.identity)
    if Choices(database).get(name):
        return
    here = is_at_hand(settings.home)
    reads = t("{model} reads about a hundred languages.", model=MULTILINGUAL_MODEL)
    with st.container(key="model-suggestion", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(escape_markdown(f"{_said(languages)} {reads}" if here else _said(languages)), width="stretch")
            if here:
                reindex = told(_reindex)
                st.button(t("Read them with it"), key="model-take", on_click=reindex, args=(settings, database, name))
            st.button(t("Dismiss"), key="model-dismiss", on_click=told(_dismiss), args=(database, name))
        if not here:
            # Closed, since it stands above every conversation, and who only wants to ask needs no command.
            with st.expander(t("How to search by meaning too")):
                st.caption(escape_markdown(reads))
                st.code(f"{EXTRA}\n{reindex_command(settings.collection)}", language=None)


def draw_terms(settings: Settings, holding: Holding, database: Database) -> None:
    """Draw the line where an earlier release stored the collection's words, until it is dismissed."""
    generation = holding.generation
    may = current_access().may("change", settings.collection)
    if generation is None or not generation.settings.is_stale or not holding.documents or not may:
        return
    name = f"terms-{TERMS_VERSION}-{sha256(generation.identity.encode()).hexdigest()[:32]}"
    if Choices(database).get(name):
        return
    with st.container(key="terms-suggestion", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            escape_markdown(
                t(
                    "An earlier Footnote stored these words: some dates, numbers, units and codes are found in the "
                    "spelling of the documents only."
                )
            ),
            width="stretch",
        )
        model = generation.settings.dense_model
        renew = told(_renew)
        st.button(t("Find them in any"), key="terms-take", on_click=renew, args=(settings, database, name, model))
        st.button(t("Dismiss"), key="terms-dismiss", on_click=told(_dismiss), args=(database, name))


def _said(languages: Sequence[str]) -> str:
    if not languages:
        return t("This collection's model does not read the language of the question: words are found, meaning is not.")
    return t(
        "Documents in {languages} are found by their words alone, not by what they mean.",
        languages=", ".join(map(language_name, languages[:_NAMED])),
    )


def _dismiss(database: Database, name: str) -> None:
    Choices(database).keep(name, "dismissed")


def _renew(settings: Settings, database: Database, name: str, model: str) -> None:
    opening.open_ingests(settings).start(settings.collection, "reindex", (), options={"reindex": model, "terms": True})
    _dismiss(database, name)
    note(
        t("The words are made anew; nothing is embedded again. The collection answers as before meanwhile."), good=True
    )


def _reindex(settings: Settings, database: Database, name: str) -> None:
    jobs = opening.open_ingests(settings)
    jobs.start(settings.collection, "reindex", (), options={"reindex": MULTILINGUAL_MODEL})
    _dismiss(database, name)
    note(t("The collection is read with the other model. It answers as before meanwhile."), good=True)
