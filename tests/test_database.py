"""Conversations and feedback, on SQLite and on a real PostgreSQL."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import postgres
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from qa.answering.serialise import answer_values
from qa.database import times
from qa.database.choices import Choices
from qa.database.conversations import Conversations
from qa.database.engine import FILE, Database, open_database, open_in_memory
from qa.database.feedback import OLD_FILE, Feedback, given_to, move_old, read_feedback, save_feedback
from qa.database.left_out import LeftOut
from qa.database.limits import filter_text, read_filter
from qa.database.tables import REVISION, metadata
from qa.database.texts import TITLE_CHARACTERS, as_title
from qa.database.upload_folders import UploadFolders
from qa.errors import ConfigError, QuestionError, StoreError, StoreUnavailableError
from qa.store.where import Filter
from qa.types import Answer


def answer(question: str = "q", said: str = "Yes. [1]") -> Answer:
    return Answer(question, question, said, (), (), (), found=True, model="extractive")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if postgres.programs() is None:
        if os.environ.get("FOOTNOTE_REQUIRE_POSTGRES"):
            pytest.fail("no PostgreSQL, and FOOTNOTE_REQUIRE_POSTGRES is set")
        pytest.skip("no PostgreSQL is installed")
    with postgres.running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return ""
    found: str = request.getfixturevalue("server")
    with closing(open_database(Path("/nowhere"), found)) as database, database.writing() as connection:
        tables = ", ".join([*metadata.tables, "alembic_version"])
        connection.execute(text(f"DROP TABLE {tables} CASCADE"))
    return found


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(tmp_path / "home", url)) as database:
        yield database


@pytest.fixture
def kept(database: Database) -> Conversations:
    return Conversations(database)


# Opening


def test_migrations_lead_to_the_tables(database: Database) -> None:
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_many_that_open_a_new_database_at_once_get_the_same(url: str, tmp_path: Path) -> None:
    problems: list[Exception] = []

    def open_one() -> None:
        try:
            with closing(open_database(tmp_path, url)) as database:
                Conversations(database).begin("documents")
        except Exception as error:  # noqa: BLE001 - a thread's error is told by the test
            problems.append(error)

    threads = [threading.Thread(target=open_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_file_is_this_users_alone(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "home")) as database:
        Conversations(database).begin("documents")
        modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "home").iterdir()}
    assert set(modes.values()) == {0}, modes


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("not an address", "is not an address"),
        ("mysql://me:secret@host/name", "begins with mysql"),
        ("postgresql://me:secret@127.0.0.1:1/name", "cannot be reached"),
    ],
)
def test_address_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises((ConfigError, StoreUnavailableError), match=said) as caught:
        open_database(tmp_path, url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damaged_file_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(StoreError, match="is damaged"):
        open_database(tmp_path)
    assert (tmp_path / FILE).read_bytes().startswith(b"no database")


def test_newer_tables_are_left_alone(database: Database, url: str, tmp_path: Path) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(ConfigError, match="newer Footnote"):
            open_database(tmp_path / "home", url)
    finally:
        with database.writing() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{REVISION}'"))


def test_writer_waits_for_another_process_and_says_so_after_a_while(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.database.engine._BUSY_S", 0.1)
    with closing(open_database(tmp_path, url)) as database, closing(open_database(tmp_path, url)) as other:
        with (
            other.writing(),
            pytest.raises(StoreUnavailableError, match="in use by another process"),
        ):
            Conversations(database).begin("documents")
        Conversations(database).begin("documents")


def test_a_page_is_told_soon_that_the_database_is_busy(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was shown for fourteen seconds. What is written in the background still waits."""
    monkeypatch.setattr("qa.database.engine._HURRIED_S", 0.1)
    with closing(open_database(tmp_path, url)) as database, closing(open_database(tmp_path, url)) as other:
        hurried = Conversations(database.hurried())
        with other.writing():
            begun = time.monotonic()
            with pytest.raises(StoreUnavailableError, match="is busy"):
                hurried.begin("documents")
            assert time.monotonic() - begun < 10
        hurried.begin("documents")
        # Also where it is another thread of this process that writes.
        with database.writing(), pytest.raises(StoreUnavailableError, match="is busy"):
            hurried.begin("documents")
        hurried.begin("documents")


# Conversations


def test_conversation_is_called_as_its_first_question_and_keeps_its_order(kept: Conversations) -> None:
    begun = kept.begin("documents")
    assert kept.listed() == []  # nothing was asked yet
    first = kept.ask(begun.id, "How long is\nthe notice period?")
    second = kept.ask(begun.id, "And for managers?", after=first.id)
    found = kept.get(begun.id)
    assert found is not None
    assert (found.title, found.tip) == ("How long is the notice period?", second.id)
    assert [exchange.question for exchange in kept.branch(begun.id)] == [first.question, second.question]
    assert [one.id for one in kept.listed()] == [begun.id]


def test_question_asked_again_begins_a_branch_and_the_other_one_stays(kept: Conversations) -> None:
    begun = kept.begin("documents")
    first = kept.ask(begun.id, "one")
    second = kept.ask(begun.id, "two", after=first.id)
    third = kept.ask(begun.id, "three", after=second.id)
    other = kept.ask(begun.id, "two, but otherwise", after=first.id)
    assert [exchange.question for exchange in kept.branch(begun.id)] == ["one", "two, but otherwise"]
    assert kept.beside(begun.id) == {second.id: (second.id, other.id), other.id: (second.id, other.id)}
    kept.show(second.id)
    assert [exchange.question for exchange in kept.branch(begun.id)] == ["one", "two", "three"]
    assert [exchange.id for exchange in kept.way(third.id)] == [first.id, second.id, third.id]


def test_answer_grows_and_ends(kept: Conversations) -> None:
    exchange = kept.ask(kept.begin("documents").id, "q", Filter(types=("pdf",)), worker="w")
    assert kept.answers.take(exchange.id, "w")
    assert not kept.answers.take(exchange.id, "another")
    kept.answers.write(exchange.id, "Ye")
    now = kept.exchange(exchange.id)
    assert now is not None
    assert (now.state, now.text, now.answer, now.limits) == ("running", "Ye", None, Filter(types=("pdf",)))
    kept.answers.finish(exchange.id, answer())
    now = kept.exchange(exchange.id)
    assert now is not None
    assert (now.state, now.text, now.answer) == ("done", "Yes. [1]", answer())
    kept.answers.stop(exchange.id)  # too late
    kept.answers.write(exchange.id, "late")
    assert kept.exchange(exchange.id) == now


def test_answers_that_nobody_is_at_are_broken_off(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = kept.begin("documents").id
    dead = kept.ask(conversation, "dead", worker="w1")
    alive = kept.ask(conversation, "alive", after=dead.id, worker="w2")
    now = times.now
    monkeypatch.setattr(times, "now", lambda: now() + timedelta(seconds=60))
    kept.answers.beat("w2")
    assert kept.answers.break_off() == 1
    assert [exchange.state for exchange in kept.branch(conversation)] == ["broken", "waiting"]
    assert kept.answers.break_off(exchange=alive.id) == 1


def test_answer_whose_going_on_was_killed_is_what_it_was(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there of the new one stood for the old one in searches and exports."""
    conversation = kept.begin("documents").id
    exchange = kept.ask(conversation, "Is it so?", worker="w1")
    kept.answers.take(exchange.id, "w1")
    kept.answers.stop(exchange.id, answer())
    assert kept.answers.reopen(exchange.id, "w1")
    kept.answers.write(exchange.id, "Perh")
    now = times.now
    monkeypatch.setattr(times, "now", lambda: now() + timedelta(seconds=60))
    assert kept.answers.break_off() == 1
    [after] = kept.branch(conversation)
    assert (after.state, after.text, after.answer) == ("done", "Yes. [1]", answer())


def test_conversations_follow_a_collection_to_its_new_name(kept: Conversations) -> None:
    old, other = kept.begin("papers"), kept.begin("mail")
    assert kept.follow("papers", "articles") == 1
    assert (kept.collection_of(old.id), kept.collection_of(other.id)) == ("articles", "mail")
    assert kept.collection_of("nowhere") == ""


def test_choice_is_found_again_until_it_is_forgotten(database: Database) -> None:
    choices = Choices(database)
    assert choices.get("collection") == ""
    choices.keep("collection", "papers")
    choices.keep("collection", "mail")
    assert choices.get("collection") == "mail"
    choices.keep("collection", "")
    assert choices.get("collection") == ""


@pytest.mark.parametrize("write", ["choice", "feedback", "left out", "folder"])
def test_the_same_written_by_many_at_once_is_there_once(database: Database, write: str) -> None:
    """A server's transactions do not wait for one another: two found nothing there, and the second failed."""
    at_once, problems = threading.Barrier(6), list[Exception]()
    writes: dict[str, Callable[[], object]] = {
        "choice": lambda: Choices(database).keep("collection", "papers"),
        "feedback": lambda: save_feedback(database, Feedback("one", True, answer())),
        "left out": lambda: LeftOut(database).add("papers", ["/a", "/b"]),
        "folder": lambda: UploadFolders(database).get_or_give("papers"),
    }

    def work() -> None:
        at_once.wait()
        try:
            writes[write]()
        except Exception as error:  # noqa: BLE001 - a thread's error is told by the test
            problems.append(error)

    for _ in range(5):
        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
    assert Choices(database).get("collection") == ("papers" if write == "choice" else "")
    assert len(read_feedback(database)) == (write == "feedback")
    assert LeftOut(database).listed("papers") == (["/a", "/b"] if write == "left out" else [])
    assert UploadFolders(database).get("papers") == ("papers" if write == "folder" else "")


def test_what_two_tabs_ask_at_once_stands_in_one_line(kept: Conversations) -> None:
    """Each followed what its own tab had seen: the second was another wording of the first, which it hid."""
    conversation = kept.begin("documents").id
    kept.ask(conversation, "first")
    at_once = threading.Barrier(2)

    def ask(question: str) -> None:
        at_once.wait()
        kept.ask(conversation, question)

    threads = [threading.Thread(target=ask, args=(question,)) for question in ("in one", "in the other")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    branch = kept.branch(conversation)
    assert branch[0].question == "first"
    assert {exchange.question for exchange in branch[1:]} == {"in one", "in the other"}


def test_no_two_collections_share_a_folder_on_a_disk_that_ignores_capitals(database: Database) -> None:
    folders = [UploadFolders(database).get_or_give(name) for name in ("papers", "Papers", "PAPERS")]
    assert len({folder.casefold() for folder in folders}) == 3


def test_deleted_conversation_comes_back_until_it_is_purged(
    kept: Conversations, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = kept.begin("documents").id
    exchange = kept.ask(conversation, "q")
    save_feedback(database, Feedback(exchange.id, True, answer()))
    kept.delete(conversation)
    assert kept.get(conversation) is None
    assert kept.listed() == []
    with pytest.raises(QuestionError, match="was deleted"):
        kept.ask(conversation, "more", after=exchange.id)
    kept.restore(conversation)
    assert len(kept.listed()) == 1
    kept.delete(conversation)
    assert kept.purge() == 0
    now = times.now
    monkeypatch.setattr(times, "now", lambda: now() + timedelta(hours=2))
    assert kept.purge() == 1
    kept.restore(conversation)
    assert kept.listed() == []
    assert kept.exchange(exchange.id) is None
    assert read_feedback(database) == []


def test_search_finds_words_of_title_question_and_answer(kept: Conversations) -> None:
    ids = []
    for question, said in [
        ("Wie hoch ist die Miete?", "850 Euro."),
        ("100% cotton_shirt?", "No."),
        ("x", "Ärger im Büro"),
    ]:
        conversation = kept.begin("documents").id
        exchange = kept.ask(conversation, question)
        kept.answers.finish(exchange.id, answer(question, said))
        ids.append(conversation)
    kept.rename(ids[2], "  Trouble  at\nwork ")

    def found(words: str) -> list[int]:
        return sorted(ids.index(one.id) for one in kept.listed(words))

    assert found("miete euro") == [0]
    assert found("100%") == [1]
    assert found("_") == [1]
    assert found("TROUBLE büro") == [2]
    assert found("nothing like it") == []
    assert kept.found("miete euro", ids) == {ids[0]: "Wie hoch ist die Miete?"}
    assert kept.found("büro ärger", ids) == {ids[2]: "Ärger im Büro"}
    assert kept.found("trouble", ids) == kept.found("", ids) == {}
    assert found("'; DROP TABLE conversations; --") == []
    assert len(kept.listed(limit=2)) == 2
    assert len(kept.listed(limit=2, skip=2)) == 1


def test_answer_of_a_newer_footnote_says_so(kept: Conversations, database: Database) -> None:
    conversation = kept.begin("documents").id
    exchange = kept.ask(conversation, "q")
    kept.answers.finish(exchange.id, answer())
    newer = json.dumps({**answer_values(answer()), "version": 99})
    with database.writing() as connection:
        connection.execute(text("UPDATE exchanges SET answer = :answer"), {"answer": newer})
    [read] = kept.branch(conversation)
    assert read.answer is None
    assert "newer Footnote" in read.error


def test_control_characters_and_all_scripts_are_kept(kept: Conversations) -> None:
    question = "Größe \x1b[31m \u202e العربية 日本語 🙂 '\"; --"
    conversation = kept.begin("documents").id
    kept.answers.finish(kept.ask(conversation, question + "\0\udc80").id, answer(question, question))
    [read] = kept.branch(conversation)
    assert read.question == question + "\ufffd\\udc80"
    assert read.answer is not None
    assert read.answer.text == question


def test_many_threads_write_at_once(kept: Conversations) -> None:
    problems: list[Exception] = []

    def work() -> None:
        try:
            conversation, after = kept.begin("documents").id, ""
            for number in range(5):
                exchange = kept.ask(conversation, str(number), after=after)
                kept.answers.write(exchange.id, "so far")
                kept.answers.finish(exchange.id, answer())
                after = exchange.id
        except Exception as error:  # noqa: BLE001 - a thread's error is told by the test
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert [len(kept.branch(one.id)) for one in kept.listed()] == [5] * 8


def test_what_was_written_before_a_kill_is_there(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from qa.database.conversations import Conversations
from qa.database.engine import open_database
kept = Conversations(open_database(Path(sys.argv[1])))
exchange = kept.ask(kept.begin("documents").id, "q", worker="w")
kept.answers.take(exchange.id, "w")
kept.answers.write(exchange.id, "half an ans")
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == -9
    with closing(open_database(tmp_path)) as database:
        kept = Conversations(database)
        [exchange] = kept.branch(kept.listed()[0].id)
    assert (exchange.state, exchange.text) == ("running", "half an ans")


# Values

_WORDS = st.lists(st.text(max_size=8), max_size=3).map(tuple)
_DAYS = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
_FILTERS: Any = st.recursive(
    st.builds(Filter, sources=_WORDS, titles=_WORDS, documents=_WORDS, types=_WORDS, languages=_WORDS, since=_DAYS),
    lambda inner: st.builds(
        Filter,
        until=_DAYS,
        metadata=st.lists(st.tuples(st.text(max_size=5), _WORDS), max_size=2).map(tuple),
        without=st.lists(inner, max_size=2).map(tuple),
    ),
    max_leaves=4,
)


@given(_FILTERS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_filter_is_read_as_it_was_written(limits: Filter) -> None:
    assert read_filter(filter_text(limits)) == limits


@given(st.text())
def test_title_is_one_short_line(said: str) -> None:
    title = as_title(said)
    assert len(title) <= TITLE_CHARACTERS
    assert len(title.splitlines()) <= 1


# Feedback


def test_last_word_on_an_answer_counts_in_the_order_of_the_first(database: Database) -> None:
    for key, liked, note in [("a", True, ""), ("b", True, ""), ("a", False, "wrong year"), ("c", None, "")]:
        save_feedback(database, Feedback(key, liked, answer(key), "documents", note))
    assert [(word.id, word.liked, word.note) for word in read_feedback(database)] == [
        ("a", False, "wrong year"),
        ("b", True, ""),
    ]
    assert given_to(database, "a") == (False, "wrong year")
    assert given_to(database, "nobody") == (None, "")


def test_feedback_of_earlier_releases_moves_in_once(database: Database, tmp_path: Path) -> None:
    at = "2026-11-01T10:00:00+00:00"
    line = {"id": "1", "liked": True, "note": "n", "collection": "documents", "at": at}
    of_old = {
        **line,
        "id": "2",
        "question": "q",
        "query": "q",
        "answer": "Yes.",
        "cited": [],
        "found": True,
        "model": "m",
    }
    lines = [
        json.dumps({**line, "answer": answer_values(answer("first"))}),
        "{damaged",
        json.dumps({**line, "liked": False, "answer": answer_values(answer("first"))}),
        json.dumps(of_old),
    ]
    (tmp_path / OLD_FILE).write_text("\n".join(lines))
    assert move_old(database, tmp_path) == 2
    assert [(word.id, word.liked, word.answer.question) for word in read_feedback(database)] == [
        ("1", False, "first"),
        ("2", True, "q"),
    ]
    assert not (tmp_path / OLD_FILE).exists()
    assert (tmp_path / f"{OLD_FILE}.moved").read_text() == "\n".join(lines)
    assert move_old(database, tmp_path) == 0


def test_feedback_of_the_first_releases_keeps_its_quotes(database: Database, tmp_path: Path) -> None:
    passage = "Wave limits. The limit for transfers by day is 1.5 m at the buoy. It is lower by night."
    quote = "The limit for transfers by day is 1.5 m at the buoy."
    cited = [{"source": "a.md", "start": 100, "end": 187, "text": passage, "quotes": [quote, "not there"]}]
    line = {"id": "k1", "liked": True, "question": "And by day?", "query": "Which limit holds, and by day?"}
    line |= {"answer": "1.5 m [1]", "found": True, "model": "extractive", "collection": "docs", "cited": cited}
    (tmp_path / OLD_FILE).write_text(json.dumps(line | {"note": "good", "at": "2026-11-01T10:00:00+00:00"}))
    move_old(database, tmp_path)
    [read] = read_feedback(database)
    assert (read.answer.query, read.answer.text, read.note) == ("Which limit holds, and by day?", "1.5 m [1]", "good")
    [citation] = read.answer.citations
    [(start, end)] = citation.spans
    assert (citation.chunk.source, citation.chunk.text[start - 100 : end - 100]) == ("a.md", quote)


def test_old_feedback_that_cannot_be_read_is_named(database: Database, tmp_path: Path) -> None:
    (tmp_path / OLD_FILE).mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        move_old(database, tmp_path)


def test_home_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")
    with pytest.raises(ConfigError, match=str(tmp_path / "home")):
        open_database(tmp_path / "home")


def test_database_that_goes_away_while_it_is_open_is_an_error_of_the_store(tmp_path: Path) -> None:
    """What runs in the background looks out for these errors alone, and ended with any other."""
    with closing(open_database(tmp_path / "home")) as database:
        shutil.rmtree(tmp_path / "home")
        database.close()
        with pytest.raises(StoreError, match="cannot be written"):
            Conversations(database).answers.beat("worker")


def test_database_in_memory_is_one_for_all_threads() -> None:
    kept = Conversations(open_in_memory())
    conversation = kept.begin("documents").id
    thread = threading.Thread(target=lambda: kept.ask(conversation, "q"))
    thread.start()
    thread.join()
    assert [exchange.question for exchange in kept.branch(conversation)] == ["q"]
