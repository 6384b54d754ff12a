"""The chat page: what is shown, in what order."""

import hashlib
import os
import time
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qa import sample
from qa.answering.answer import check_question
from qa.config import Settings
from qa.database.exchanges import Conversation, Exchange
from qa.errors import QAError
from qa.store.where import EVERYTHING, Filter
from ui.chat import elsewhere, exchanges, history, limits, offering, offers, render
from ui.web import choice, live, notices, opening, pages, presses, records, suggestion
from ui.web.access import current_access
from ui.web.current import CONVERSATION, current
from ui.web.escape import escape_markdown
from ui.web.language import t
from ui.web.library import Holding, facets_of
from ui.web.reasons import worded
from ui.web.records import Records

# So long a browser may still be taking in what the page told it.
_TOLD_S = 1.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that was asked: where, after which others, and whether it is the first of its conversation."""

    conversation: Conversation
    exchange: Exchange
    branch: list[Exchange]
    first: bool


def main() -> None:
    """Draw the whole page, as Streamlit does when it is opened; most clicks draw a part of it."""
    st.session_state.whole = True
    is_unasked = notices.begin()
    exchanges.begin()
    try:
        with notices.in_place():
            _draw(is_unasked=is_unasked)
    finally:
        st.session_state.whole = False


def _draw(*, is_unasked: bool) -> None:
    try:
        settings, kept = _opened()
    except QAError:
        st.title("Footnote", anchor=False)
        raise
    conversation, branch = _current(kept)
    st.session_state.conversation = conversation
    pages.entitle(conversation.title if conversation else "")
    settings = _for_next(settings, kept, conversation)
    _draw_box(kept, conversation, is_unasked=is_unasked)
    facts, seen = _draw_sidebar(kept, settings, conversation)
    st.title("Footnote", anchor=False)
    st.caption(
        t("Answers from your own documents. Every sentence carries a footnote that opens the passage it rests on.")
    )
    line = st.container()
    if not branch:
        with st.container(gap="small"):
            _draw_examples(settings, seen, conversation.limits if conversation else EVERYTHING)
    exchanges.draw(kept, settings, branch)
    offering.draw_next(settings, _choose_question, [exchange.question for exchange in branch])
    notices.draw()
    holding = _count(facts, seen, settings, empty=not branch)
    with line:
        suggestion.draw(settings, holding, kept.database, [exchange.question for exchange in branch[-1:]])
    # Last of all: where the page was drawn again on the way, the notice stays, and a question goes back into the box.
    notices.end()
    exchanges.end()
    _note_told()


def _opened() -> tuple[Settings, Records]:
    settings = opening.read_settings()
    return settings, records.opened(settings, opening.open_database, opening.open_session())


def _for_next(settings: Settings, kept: Records, conversation: Conversation | None) -> Settings:
    """Return the settings with the collection that is asked: a conversation stays with its own."""
    return replace(settings, collection=conversation.collection if conversation else current(settings, kept.database))


def _current(kept: Records) -> tuple[Conversation | None, list[Exchange]]:
    """Return the conversation that the page's address names, and its exchanges; none for a new one."""
    wanted = st.query_params.get(CONVERSATION, "")
    if not wanted:
        return None, []
    found = kept.conversations.get(wanted)
    if found is None:
        del st.query_params[CONVERSATION]
        notices.note(t("This conversation is not here: it was deleted, or is kept elsewhere."))
        return None, []
    return found, kept.branch(found.id)


def _draw_box(kept: Records, conversation: Conversation | None, *, is_unasked: bool) -> None:
    """Draw the box, with the question that goes back into it."""
    text, until = st.session_state.get("draft", ("", None))
    # A browser that is told twice at once sees what came last: the page that draws itself again, or was not drawn to
    # its end, says it again, but not for long, since somebody may type by then.
    if text and (until is None or (is_unasked and time.monotonic() < until)):
        st.session_state.question = text
    else:
        st.session_state.pop("draft", None)
    limits.draw_chips(conversation, kept.conversations)
    typed = st.chat_input(t("Ask your documents"), key="question", on_submit=_take_typed)
    taken = st.session_state.pop("typed-taken", False)
    # To a session that begins anew, after a restart of the server, the box is new: it calls nothing.
    if typed and not taken:
        _take_question(typed)
        st.rerun()


def _put_back(question: str) -> None:
    """Have a question that could not be asked stand in the box again."""
    st.session_state.draft = (question, None)


def _note_told() -> None:
    """Note when the browser was told for the first time what goes back into the box."""
    text, until = st.session_state.get("draft", ("", None))
    if text and until is None:
        st.session_state.draft = (text, time.monotonic() + _TOLD_S)


def _take_typed() -> None:
    st.session_state["typed-taken"] = True
    _take_question(st.session_state.question or "")


def _take_question(question: str) -> None:
    """Hand over a question that was typed; one that cannot be asked goes back into the box."""
    _show_asked(_asked_now(question))


def _choose_question(question: str) -> None:
    """Hand over a question that stands on a button, likewise."""
    _show_asked(presses.once(("ask", question), partial(_asked_now, question)))


def _asked_now(question: str) -> _Asked | None:
    """Begin with the answer of a question, None where it cannot be asked."""
    if not question.strip():
        return None
    try:
        settings, kept = _opened()
        wanted = st.query_params.get(CONVERSATION, "")
        conversation, branch = _current(kept)
        if wanted and conversation is None:
            # Deleted in another tab. A new one would answer without what was said and without its limits.
            _put_back(question)
            return None
        check_question(question)
        where = limits.chosen(conversation)
        settings, first = _for_next(settings, kept, conversation), conversation is None
        if conversation is None:
            conversation = kept.conversations.begin(settings.collection, where)
        exchange = kept.conversations.ask(conversation.id, question, where, worker=kept.jobs.worker)
    except QAError as error:
        _put_back(question)
        notices.note(worded(error))
        return None
    kept.jobs.start(exchange)
    return _Asked(conversation, exchange, branch, first=first)


def _show_asked(asked: _Asked | None) -> None:
    """Draw what was asked below the others, and nothing else, if the conversation has begun."""
    if asked is None:
        return
    if asked.first:
        st.query_params[CONVERSATION] = asked.conversation.id
        limits.carry_over()
    elif not asked.branch:
        # What was offered to ask first goes with it: the whole page is drawn.
        return
    elif place := exchanges.add(asked.exchange, asked.branch):
        listed = history.to_draw(is_listed=history.is_first(asked.conversation))
        exchanges.draw_parts(listed, live.KEY, place, exchanges.BELOW)


def _draw_sidebar(
    kept: Records, settings: Settings, conversation: Conversation | None
) -> tuple[DeltaGenerator, Holding | None]:
    """Return where the facts stand, and what they were drawn of; None if that is not known yet."""
    with st.sidebar:
        history.draw_begin()
        library = opening.open_library(settings)
        choice.draw(library, kept, settings.collection, on_change=partial(history.open_, ""))
        facts, seen = st.empty(), library.peek(settings.collection)
        if seen is None:
            # Those of another collection would be checked against.
            st.session_state.facets = None
            limits.note_held(())
            facts.html(_facts(settings, None))
        else:
            st.session_state.facets = facets_of(seen)
            limits.note_held(seen.documents)
            with facts.container():
                draw = partial(_draw_facts, kept, settings)
                live.follow(library, settings, kept.database, seen, draw, watched=elsewhere.watched(kept, _wanted()))
        limits.draw(conversation, kept.conversations)
        history.draw(kept)
    return facts, seen


def _draw_facts(kept: Records, settings: Settings, holding: Holding, _is_behind: bool) -> bool:
    """Draw what is known of the collection, and look on that occasion for what was done elsewhere.

    Returns:
        Whether to look again soon: nothing is told of what was done elsewhere while the page follows an answer.
    """
    st.html(_facts(settings, holding))
    if mark := _look(kept).mark:
        # Nobody sees it. The script of the frame presses it, since only a click can draw some fragments alone.
        key = f"news-{hashlib.sha256(mark.encode()).hexdigest()[:16]}"
        st.button(t("Show what is new"), key=key, on_click=_show_news, args=(kept,))
    return exchanges.shown() is None


def _wanted() -> str:
    return str(st.query_params.get(CONVERSATION, ""))


def _look(kept: Records) -> elsewhere.News:
    """Look for what was done elsewhere."""
    state = st.session_state
    page = elsewhere.Page(
        _wanted(), state.get("conversation"), exchanges.shown(), state.get("rows", ()), history.limit()
    )
    news = elsewhere.look(kept, page)
    state.conversation = news.known
    return news


def _show_news(kept: Records) -> None:
    """Draw what was done elsewhere: the list, and what was asked below the other exchanges, and nothing else."""
    # An answer that the page follows since the button stood there would be followed no more.
    is_following = exchanges.shown() is None
    news = _look(kept)
    places = exchanges.add_all(news.branch) if news.branch else []
    if is_following or news.is_whole or places is None:
        # Nobody asked for it: a question that was just refused stays in the box, with the reason.
        notices.redraw()
    listed = history.to_draw(is_listed=not (news.listed or news.branch))
    exchanges.draw_parts(listed, live.KEY, *places, exchanges.BELOW)


def _draw_examples(settings: Settings, seen: Holding | None, where: Filter) -> None:
    """Offer what may be asked first; of a conversation with limits, about what these let through."""
    if seen and seen.is_empty:
        return
    # They are written for one collection: another holds other papers.
    is_theirs = settings.collection == opening.read_settings().collection
    given = os.environ.get("FOOTNOTE_EXAMPLES", "").split("|") if is_theirs else []
    known = sample.EXAMPLES if settings.collection == sample.COLLECTION and not where else ()
    seen = seen and offering.within(seen, where)
    questions = [text.strip() for text in given if text.strip()] or known
    offered = list(questions)[: offers.MOST] or (offering.first(settings, seen) if seen else [])
    if offered:
        st.caption(t("For example:"))
    for number, text in enumerate(offered):
        st.button(escape_markdown(text), key=f"example-{number}", on_click=_choose_question, args=(text,))


def _count(facts: DeltaGenerator, seen: Holding | None, settings: Settings, *, empty: bool) -> Holding:
    """Bring the page up to date, last of all: it is already there while the index opens.

    Returns:
        What the collection holds.
    """
    library, session = opening.open_library(settings), opening.open_session()
    holding = seen
    if holding is None:
        waiting = session.wait(library.look(settings.collection))
        while library.peek(settings.collection) is None and next(waiting, "") is None:
            facts.html(_facts(settings, None))
        # The sidebar was drawn already, without the choices.
        notices.redraw()
    problem = holding.problem
    if holding.documents:
        session.open_ahead(settings.collection, change=holding.change)
        problem = problem or session.trouble(settings.collection)
    if problem and empty:
        notices.draw_problem(worded(problem))
        st.button(t("Try again"), key="retry", on_click=_try_again, args=(settings,))
    elif holding.is_empty:
        _invite(settings)
    return holding


def _invite(settings: Settings) -> None:
    """Lead from a collection that holds nothing to the page where documents are added."""
    name = escape_markdown(settings.collection)
    if not current_access().may("add", settings.collection):
        st.info(t("There are no documents here that you may read. Ask who looks after this server for a role."))
        return
    st.info(t("“{name}” holds no documents yet. Add some, and ask here.", name=name))
    if documents := pages.page("documents"):
        st.page_link(documents, label=t("Add documents, or try the sample"), icon=":material/note_add:")


def _try_again(settings: Settings) -> None:
    opening.open_session().forget(settings.collection)
    opening.open_library(settings).forget(settings.collection)


def _facts(settings: Settings, holding: Holding | None) -> str:
    counts = (len(holding.documents), holding.passages) if holding else None
    problem = holding.problem if holding else ""
    return render.facts(settings.llm_model, counts=counts, problem=problem)
