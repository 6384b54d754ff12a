"""What the pages know of collections, over the real engine; documents removed and brought back through it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import SMALL
from test_removal import broken
from test_store import document

from qa.config import Settings
from qa.errors import StoreError, StoreUnavailableError
from qa.store import open_index, writer_turn
from ui.collections import drop, rename
from ui.documents import changes
from ui.documents.changes import Shelves
from ui.documents.listing import entries
from ui.documents.removing import Removals
from ui.web import opening, records
from ui.web.current import picked
from ui.web.escape import escape_markdown
from ui.web.library import Holding, Library, facets_of
from ui.web.session import Session


@pytest.fixture
def session() -> Iterator[Session]:
    @asynccontextmanager
    async def never(collection: str) -> AsyncIterator[Any]:
        raise StoreUnavailableError(collection)
        yield

    session = Session(never)
    yield session
    session.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", engine_idle_s=2.0)


@pytest.fixture
def library(session: Session, settings: Settings) -> Library:
    return Library(session, settings)


class Writer:
    """Another process, as it were: it has a connection of its own."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self.session, self.settings = session, settings

    def commit(self, *sources: str, failing: bool = False) -> None:
        async def main() -> None:
            async with open_index(self.settings.index_file, "documents", idle_s=2.0) as index:
                await index.open_or_create(SMALL, identity="tests")
                if sources:
                    await index.commit([document(source, ["one", "two"]) for source in sources])
                if failing:
                    await index.record_failures([broken(index)])  # type: ignore[list-item]

        self.session.submit(main()).result()


@pytest.fixture
def writer(session: Session, settings: Settings) -> Writer:
    settings.home.mkdir()
    return Writer(session, settings)


def look(session: Session, library: Library, collection: str = "documents") -> Holding:
    return session.submit(library.look(collection)).result()


def test_home_without_an_index_holds_nothing_and_none_is_made(
    session: Session, library: Library, settings: Settings
) -> None:
    holding = look(session, library)
    assert holding.is_empty
    assert holding.generation is None
    assert session.submit(library.names()).result() == ()
    assert not settings.home.exists()


def test_changes_of_others_are_seen_and_nothing_is_read_without_one(
    session: Session, library: Library, writer: Writer
) -> None:
    writer.commit("a.txt")
    first = look(session, library)
    assert [row.source for row in first.documents] == ["a.txt"]
    assert (first.passages, facets_of(first).chunks) == (2, 2)
    assert look(session, library) is first
    writer.commit("b.txt", failing=True)
    second = settled(session, library, first)
    assert {row.source for row in second.documents} == {"a.txt", "b.txt"}
    assert [row.source for row in second.failures] == ["bad.pdf"]
    assert second.change != first.change


def settled(session: Session, library: Library, known: Holding) -> Holding:
    """Look until there is news: after reading a register, the next reading waits a little."""
    deadline = time.monotonic() + 60
    while (holding := look(session, library)) is known and time.monotonic() < deadline:
        time.sleep(0.02)
    return holding


def _follow() -> None:
    """Draw what a page draws of a collection; run by AppTest, which takes its source alone."""
    import streamlit as st

    from ui.web import live

    library, settings, seen = st.session_state.parts
    st.session_state.parts = (library, settings, library.peek("documents") or seen)
    st.text(f"list of {len(seen.documents)}")
    live.follow(library, settings, None, seen, lambda now, behind: st.text(f"{len(now.documents)} {behind}"))


def test_page_stands_still_but_for_its_counts_while_somebody_writes(
    session: Session, library: Library, writer: Writer
) -> None:
    from streamlit.testing.v1 import AppTest

    writer.commit("a.txt")
    first = look(session, library)
    writer.commit("b.txt")
    settled(session, library, first)
    # A page that was drawn before the names of the collections were known is drawn again as soon as they are, writer
    # or not: where other programs keep this thread waiting, that came between its two looks at the names.
    session.submit(library.names()).result()

    def said() -> list[str]:
        page = AppTest.from_function(_follow, default_timeout=60)
        page.session_state.parts = (library, writer.settings, first)
        page.run()
        assert not page.exception
        return [element.value for element in page.text]

    async def while_written() -> list[str]:
        async with writer_turn(writer.settings.index_file, "documents", command="footnote ingest"):
            return await asyncio.to_thread(said)

    assert session.submit(while_written()).result() == ["list of 1", "2 True"]
    assert said() == ["list of 2", "2 False"], "once it has ended the whole page is drawn again"


def _follow_others() -> None:
    """Draw what stands beside a collection as well; likewise."""
    from pathlib import Path

    import streamlit as st

    from qa.config import Settings
    from ui.web import live
    from ui.web.library import Holding

    library, others = st.session_state.parts

    def beside() -> object:
        return others.pop(0) if len(others) > 1 else others[0]

    st.text(f"list beside {others[0]}")
    live.follow(library, Settings(home=Path()), None, Holding("documents"), lambda *_: st.text("counts"), beside=beside)


def test_page_is_drawn_again_where_what_stands_beside_the_counts_became_another() -> None:
    """An ingest that began in another tab: no second look of the page is needed to find it."""
    from streamlit.testing.v1 import AppTest

    holding = Holding("documents")
    page = AppTest.from_function(_follow_others, default_timeout=60)
    page.session_state.parts = (SimpleNamespace(peek=lambda _: holding, peek_names=tuple), ["a", "b"])
    assert [element.value for element in page.run().text] == ["list beside b", "counts"]
    assert not page.exception


def test_fault_of_a_look_is_said_where_the_counts_stand() -> None:
    """The database was away for a moment: a traceback took the place of the counts."""
    from streamlit.testing.v1 import AppTest

    def peek(_collection: str) -> Holding:
        raise StoreUnavailableError("The database does not answer.")

    page = AppTest.from_function(_follow_others, default_timeout=60)
    page.session_state.parts = (SimpleNamespace(peek=peek, peek_names=tuple), ["a"])
    assert [element.value for element in page.run().error] == [escape_markdown("The database does not answer.")]
    assert not page.exception


def test_renamed_and_dropped_collections_are_noticed(session: Session, library: Library, writer: Writer) -> None:
    writer.commit("a.txt")
    first = look(session, library)

    async def other(old: str, new: str) -> None:
        async with open_index(writer.settings.index_file, old, idle_s=2.0) as index:
            await (rename(index.connection, old, new) if new else drop(index.connection, old))

    session.submit(other("documents", "papers")).result()
    gone = settled(session, library, first)
    assert gone.is_empty
    assert len(look(session, library, "papers").documents) == 1
    session.submit(other("papers", "")).result()
    library.forget("papers")
    assert look(session, library, "papers").is_empty


def test_peek_answers_at_once_and_learns_meanwhile(library: Library, writer: Writer) -> None:
    writer.commit("a.txt")
    assert library.peek("documents") is None
    deadline = time.monotonic() + 60
    while library.peek("documents") is None and time.monotonic() < deadline:
        time.sleep(0.01)
    held = library.peek("documents")
    assert held
    assert len(held.documents) == 1


def test_engine_that_cannot_be_reached_is_one_line(session: Session, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, uri="http://127.0.0.1:9", timeout_s=1.0)
    holding = look(session, Library(session, settings))
    assert holding.problem
    assert "\n" not in holding.problem
    assert not holding.is_empty


def test_removed_documents_come_back_with_their_uploads(session: Session, library: Library, settings: Settings) -> None:
    upload = settings.home / "uploads" / "documents" / "a.txt"
    upload.parent.mkdir(parents=True)
    upload.write_text("one two")

    async def commit() -> None:
        async with open_index(settings.index_file, "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL, identity="tests")
            made = document("documents/a.txt", ["one", "two"])
            await index.commit([replace(made, row=replace(made.row, metadata={"root": str(upload.parent)}))])

    session.submit(commit()).result()
    held = look(session, library)
    removals = Removals(library, settings.home)
    listed = entries(held.documents, held.failures)
    removal = session.submit(removals.remove(settings, "documents", listed)).result()
    assert removals.of("documents") == [removal]
    assert look(session, library).documents == ()
    assert not upload.exists()
    back = session.submit(removals.undo(settings, removal.id)).result()
    assert back.documents == 1
    assert upload.read_text() == "one two"
    assert [row.source for row in look(session, library).documents] == ["documents/a.txt"]
    assert removals.of("documents") == []
    with pytest.raises(StoreError, match="brought back already"):
        session.submit(removals.undo(settings, removal.id)).result()


def test_two_presses_at_once_remove_once_and_bring_back_once(
    session: Session, library: Library, writer: Writer, settings: Settings
) -> None:
    """The second press runs in a thread of its own while the first is at work."""
    writer.commit("a.txt", "b.txt")
    held = look(session, library)
    removals = Removals(library, settings.home)
    shelves = Shelves(session, settings, records.opened(settings, opening.open_database, session), library, removals)
    listed = entries(held.documents, ())

    def twice(change: Callable[[], Coroutine[Any, Any, Any]]) -> list[Any]:
        return [pressed.result() for pressed in [session.submit(change()) for _ in range(2)]]

    one, same = twice(lambda: changes.remove(shelves, "documents", listed, listed))
    assert one == same
    assert [removal.titles for removal in removals.of("documents")] == [("a.txt", "b.txt")]
    # Of a page that was not drawn since: what is gone is no second removal, which would bring back nothing.
    with pytest.raises(StoreError, match="removed already"):
        session.submit(changes.remove(shelves, "documents", listed, listed)).result()
    back, same = twice(lambda: changes.undo(shelves, "documents", removals.of("documents")[0].id))
    assert back == same
    assert back.documents == 2
    # Two changes that are not the same wait for each other: nobody is told that this process is in its own way.
    gone = [session.submit(changes.remove(shelves, "documents", [entry], listed)) for entry in listed]
    assert [removal.titles for removal, _ in (pressed.result() for pressed in gone)] == [("a.txt",), ("b.txt",)]


def test_what_a_killed_process_had_removed_goes_with_the_next(
    session: Session, library: Library, writer: Writer, settings: Settings
) -> None:
    writer.commit("a.txt")
    left = settings.home / "removed" / "0123"
    (left / "x").mkdir(parents=True)
    held = look(session, library)
    removals = Removals(library, settings.home)
    session.submit(removals.remove(settings, "documents", entries(held.documents, ()))).result()
    assert not left.exists()
    assert len(removals.of("documents")) == 1


@pytest.mark.parametrize(
    ("chosen", "first", "last", "expected"),
    [
        ("papers", "mail", "old", "papers"),
        ("", "mail", "old", "mail"),
        ("", "", "old", "old"),
        ("", "", "", "documents"),
        ("no name!", "", "../x", "documents"),
    ],
)
def test_page_is_about_the_collection_that_was_named_chosen_or_used_last(
    chosen: str, first: str, last: str, expected: str
) -> None:
    assert picked(chosen, first, lambda: last, "documents") == expected


def _follow_failing() -> None:
    """Draw what cannot be drawn the first time; likewise."""
    from pathlib import Path

    import streamlit as st

    from qa.config import Settings
    from qa.errors import StoreUnavailableError
    from ui.web import live
    from ui.web.library import Holding

    library, faults = st.session_state.parts

    def draw(*_: object) -> None:
        if faults:
            raise StoreUnavailableError(faults.pop())

    live.follow(library, Settings(home=Path()), None, Holding("documents"), draw)


def test_what_could_not_be_drawn_is_drawn_again_soon() -> None:
    """The database was away while a page was drawn, and back before it asked for news: the page went on saying so."""
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_function(_follow_failing, default_timeout=60)
    library = SimpleNamespace(peek=lambda _: Holding("documents"), peek_names=tuple)
    page.session_state.parts = (library, ["The database does not answer."])

    def is_asked_for_soon() -> bool:
        page.run()
        return any('data-seen=""' in element.proto.body for element in page.get("html"))

    assert [is_asked_for_soon(), is_asked_for_soon()] == [True, False]
    assert not page.exception
