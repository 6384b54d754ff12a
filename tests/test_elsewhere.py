"""What a page notices of what was done elsewhere, and what of it stands below the exchanges that it shows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from qa.database.conversations import Conversations
from qa.database.engine import Database, open_database
from qa.database.exchanges import Conversation, Exchange
from qa.errors import StoreError
from qa.store.where import Filter
from qa.types import Answer
from ui.chat import exchanges, history, page
from ui.web import notices
from ui.web.records import Records


class State(dict[str, Any]):
    """What Streamlit keeps for a visitor."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


class Tab:
    """An open page: what it was drawn with, as `ui/chat/page.py` keeps it."""

    def __init__(self, kept: Records, conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept, self.id = kept, conversation.id
        monkeypatch.setattr(st, "session_state", State())
        monkeypatch.setattr(st, "query_params", {"c": conversation.id})
        self.draw()

    def draw(self) -> None:
        branch = self.kept.branch(self.id)
        shown = {exchange.id: exchange.finished for exchange in branch}
        st.session_state.update(asked=[], watched=False, shown=shown, rows=self.rows())
        st.session_state.conversation = self.kept.conversations.get(self.id)

    def rows(self) -> history.Rows:
        return history.rows_of(self.kept.conversations.listed())

    def look(self) -> tuple[bool, list[str] | None, bool]:
        """Return whether the list is another one, the places of what is new, and whether the whole page is drawn."""
        news = page._look(self.kept)
        assert bool(news.mark) == (news.listed or news.branch is not None or news.is_whole)
        places = exchanges.add_all(news.branch) if news.branch else []
        return news.listed, places, news.is_whole


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path)
    yield database
    database.close()


@pytest.fixture
def conversations(database: Database) -> Conversations:
    return Conversations(database)


@pytest.fixture
def tab(conversations: Conversations, monkeypatch: pytest.MonkeyPatch) -> Tab:
    kept: Any = SimpleNamespace(conversations=conversations, branch=conversations.branch)
    conversation = conversations.begin("documents")
    answered(conversations, conversation.id, "first")
    return Tab(kept, conversation, monkeypatch)


def answered(conversations: Conversations, conversation: str, question: str, **more: Any) -> Exchange:
    exchange = conversations.ask(conversation, question, **more)
    answer = Answer(question, question, "Yes.", (), (), (), found=True, model="extractive")
    conversations.answers.finish(exchange.id, answer)
    return exchange


Act = Callable[[Conversations, str], object]


@pytest.mark.parametrize(
    ("act", "seen"),
    [
        (lambda _kept, _one: None, (False, [], False)),
        (lambda kept, one: kept.ask(one, "second"), (False, ["place-0"], False)),
        (lambda kept, one: [answered(kept, one, text) for text in "ab"], (False, ["place-0", "place-1"], False)),
        # The one behind it waits; no place follows two.
        (lambda kept, one: [kept.ask(one, text) for text in "ab"], (False, None, False)),
        (lambda kept, one: kept.ask(one, "otherwise", after=""), (False, None, False)),
        (lambda kept, one: kept.rename(one, "otherwise"), (True, [], False)),
        (lambda kept, _one: answered(kept, kept.begin("documents").id, "beside"), (True, [], False)),
        (lambda kept, one: kept.limit(one, Filter(types=("pdf",))), (False, [], True)),
        (lambda kept, one: kept.delete(one), (True, [], True)),
    ],
    ids=["nothing", "asked", "two", "two at once", "branch", "renamed", "begun", "limited", "deleted"],
)
def test_page_notices_what_was_done_elsewhere(
    tab: Tab, conversations: Conversations, act: Act, seen: tuple[bool, list[str] | None, bool]
) -> None:
    act(conversations, tab.id)
    assert tab.look() == seen
    if None not in seen:
        tab.draw()
        assert tab.look() == (False, [], seen[2] and not conversations.get(tab.id))


def test_what_was_done_on_the_page_is_no_news(tab: Tab, conversations: Conversations) -> None:
    """Nor while its answer is in the making: what is drawn elsewhere on the page would end what follows it."""
    exchange = conversations.ask(tab.id, "second")
    assert exchanges.add(exchange, conversations.branch(tab.id)[:-1]) == "place-0"
    conversations.rename(tab.id, "otherwise")
    assert tab.look() == (False, [], False)
    answer = Answer("second", "second", "Yes.", (), (), (), found=True, model="extractive")
    conversations.answers.finish(exchange.id, answer)
    st.session_state.asked[0] = conversations.exchange(exchange.id)
    assert tab.look() == (True, [], False)


@pytest.mark.parametrize("watched", [True, False])
def test_press_that_comes_while_an_answer_is_followed_draws_the_whole_page(
    tab: Tab, conversations: Conversations, monkeypatch: pytest.MonkeyPatch, watched: bool
) -> None:
    """A browser ends all that follows an answer where a run begins in which the answer is not drawn."""

    def rerun(parts: list[str] | None = None) -> None:
        raise StopIteration(parts)

    monkeypatch.setattr(st, "rerun", rerun)
    conversations.rename(tab.id, "otherwise")
    st.session_state.watched = watched
    with pytest.raises(StopIteration) as drawn:
        page._show_news(tab.kept)
    assert (drawn.value.value is None) == watched
    # The page draws itself again: why the question that was typed meanwhile is refused stays on it.
    notices.note("“31.02.2025” is not a date")
    notices.end()
    assert notices.begin() == watched
    assert ("notice" in st.session_state) == watched


def test_answer_that_is_gone_on_with_elsewhere_draws_the_page(tab: Tab, conversations: Conversations) -> None:
    exchange = conversations.branch(tab.id)[0]
    assert conversations.answers.reopen(exchange.id, "other")
    conversations.answers.finish(exchange.id, Answer("q", "q", "More.", (), (), (), found=True, model="m"))
    assert tab.look() == (False, None, False)


def test_database_that_fails_is_no_news(tab: Tab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asked for the look."""

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the database is locked")

    monkeypatch.setattr(tab.kept.conversations, "listed", fail)
    assert tab.look() == (False, [], False)


def test_answer_that_is_being_gone_on_with_elsewhere_draws_the_page(tab: Tab, conversations: Conversations) -> None:
    """Its words come here too, not only its end."""
    exchange = conversations.branch(tab.id)[0]
    assert conversations.answers.reopen(exchange.id, "other")
    assert tab.look() == (False, None, False)
