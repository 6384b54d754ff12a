"""`footnote ask --continue` and `footnote chat`: what is kept, shown and saved."""

import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import ROOT, run_command
from test_printing import dangers

from qa.config import Settings
from qa.database import times
from qa.database.conversations import Conversations
from qa.database.engine import FILE, open_database
from qa.database.terminals import HELD
from qa.private import is_open
from qa.store.where import parse_filter
from qa.types import Answer, Cell, Chunk, Citation, Direct, Statement, Table, Turn
from ui.conversation import kept
from ui.conversation.kept import Kept
from ui.conversation.passage import passage_lines
from ui.conversation.save import as_markdown, escaped
from ui.conversation.typed import HISTORY, add_to_history, read_history
from ui.export import exported

Talk = Callable[..., tuple[int, str, str]]
TEXT = "The crane lifts up to 12 tonnes by day.\nAt night the crane lifts 5 tonnes at most. Nobody stands below it."


@pytest.fixture(scope="module")
def cranes(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a document about cranes and one about soup."""
    home = tmp_path_factory.mktemp("cranes")
    (home / "models").symlink_to(model_home / "models")
    (home / "docs").mkdir()
    (home / "docs" / "crane.txt").write_text(TEXT)
    (home / "docs" / "soup.md").write_text("# Canteen\n\nThe soup costs three pounds. It is served from noon on.\n")
    assert run_command(["ingest", str(home / "docs"), "--home", str(home), "--quiet"]) == 0
    return home


@pytest.fixture
def talk(cranes: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Talk:
    """Pipes lines into `footnote chat`."""
    monkeypatch.chdir(tmp_path)

    def talk(*lines: str, options: tuple[str, ...] = ()) -> tuple[int, str, str]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = run_command(["chat", "--home", str(cranes), *options])
        said = capsys.readouterr()
        return status, said.out, said.err

    return talk


def answer(text: str, quoted: str = "", **fields: object) -> Answer:
    chunk = Chunk("c", "d", "v", 0, "/docs/a.txt", "A", "", 0, 10, 10 + len(TEXT), TEXT)
    start = 10 + TEXT.find(quoted)
    cited = (Citation(1, chunk, ((start, start + len(quoted)),) if quoted else ()),)
    made = Answer("Q?", "Q?", text, (Statement(text, (1,)),), cited, (), found=True, model="extractive")
    return replace(made, **fields)  # type: ignore[arg-type]


# What is kept


def add(conversation: Kept, question: str, answered: Answer | None = None, **named: object) -> None:
    conversation.add(question, answered, asked=times.now(), **named)  # type: ignore[arg-type]


def turns(settings: Settings) -> tuple[Turn, ...]:
    return Kept(settings, goes_on=True).turns


def test_conversation_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    add(Kept(settings), "How much?", answer("12 tonnes [1]"))
    assert turns(settings) == (Turn("user", "How much?"), Turn("assistant", "12 tonnes [1]", ("d",)))
    assert not is_open(tmp_path / "home" / FILE)
    assert not is_open(tmp_path / "home")


def test_conversation_stands_in_the_list_of_the_page(tmp_path: Path) -> None:
    """With its limits, whole answers, failures and what was stopped; asking goes on behind what the page added."""
    settings = Settings(home=tmp_path, collection="papers")
    talk, where = Kept(settings), parse_filter(["type=pdf"])
    add(talk, "How much?", answer("12 tonnes [1]"), where=where)
    add(talk, "And at night?", error="nothing listens there")
    add(talk, "Why?")
    database = open_database(tmp_path)
    stored = Conversations(database)
    [found] = stored.listed()
    assert (found.title, found.collection) == ("How much?", "papers")
    first, second, third = stored.branch(found.id)
    assert first.answer
    assert (first.answer.citations, first.limits) == (answer("12 tonnes [1]").citations, where)
    assert (second.state, second.error, third.state) == ("failed", "nothing listens there", "stopped")
    assert "12 tonnes" in as_markdown_export(stored, found.id)
    stored.ask(found.id, "On the page?")
    add(Kept(settings, goes_on=True), "And here again?")
    assert [one.question for one in stored.branch(found.id)][-2:] == ["On the page?", "And here again?"]
    stored.delete(found.id)
    assert turns(settings) == ()
    add(talk, "After it was deleted?")
    assert [one.title for one in stored.listed()] == ["After it was deleted?"]
    database.close()


def as_markdown_export(stored: Conversations, id: str) -> str:  # noqa: A002
    found = stored.get(id)
    assert found
    return exported("md", found.title, stored.branch(id)).decode()


def test_terminals_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path)
    for terminal in ("1", "2"):
        monkeypatch.setattr(kept, "_terminal", lambda terminal=terminal: terminal)
        add(Kept(settings), f"of {terminal}")
    assert turns(settings)[0].text == "of 2"
    monkeypatch.setattr(kept, "_terminal", lambda: "1")
    assert turns(settings)[0].text == "of 1"
    monkeypatch.setattr(kept, "_terminal", lambda: "3")  # a new one goes on with the newest
    assert turns(settings)[0].text == "of 2"


def test_collections_do_not_mix(tmp_path: Path) -> None:
    add(Kept(Settings(home=tmp_path, collection="a")), "of a")
    assert turns(Settings(home=tmp_path, collection="b")) == ()
    assert turns(Settings(home=tmp_path, collection="a", uri="http://localhost:19530")) == ()


def test_what_goes_on_is_limited_in_size_and_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path)
    talk = Kept(settings)
    for number in range(15):
        add(talk, f"{number}?", answer("long " * 900))
    found = turns(settings)
    assert len(found) == kept.MAX_TURNS
    assert all(len(turn.text) <= kept.MAX_CHARACTERS for turn in found)
    later = times.now() + HELD + timedelta(minutes=1)
    monkeypatch.setattr(times, "now", lambda: later)
    assert turns(settings) == ()


def written(settings: Settings, terminal: str, turns: object, *, age_s: float = 60) -> Path:
    """Write a file as an earlier release kept a conversation."""
    folder = settings.home / kept.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{kept._collection(settings)}-{terminal}.json"
    file.write_text(turns if isinstance(turns, str) else json.dumps({"version": 1, "turns": turns}))
    os.utime(file, (0, time.time() - age_s))
    return file


OLD = [
    {"role": "user", "text": "How much?", "documents": []},
    {"role": "assistant", "text": "12 tonnes [1]", "documents": ["d"]},
    {"role": "user", "text": "And at night?", "documents": []},
]


def test_what_an_earlier_release_kept_moves_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=tmp_path)
    monkeypatch.setattr(kept, "_terminal", lambda: "7")
    written(settings, "7", OLD)
    written(settings, "8", [{**OLD[0], "text": "of another"}], age_s=30)
    other = written(Settings(home=tmp_path, collection="other"), "7", OLD)
    written(settings, "9", OLD, age_s=kept.MAX_AGE_S + 60)
    for _ in range(2):
        assert [turn.text for turn in turns(settings)] == ["How much?", "12 tonnes [1]", "And at night?"]
    assert list((tmp_path / kept.FOLDER).iterdir()) == [other]
    database = open_database(tmp_path)
    stored = Conversations(database)
    assert {one.title for one in stored.listed()} == {"How much?", "of another"}
    database.close()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 1}', '{"version": 9, "turns": []}', '{"version": 1, "turns": [{"role": "root"}]}',
     '{"version": 1, "turns": [{"role": "user", "text": 1, "documents": []}]}', "x" * 2_000_000],
)  # fmt: skip
def test_damaged_file_of_an_earlier_release_counts_as_none(tmp_path: Path, text: str) -> None:
    settings = Settings(home=tmp_path)
    file = written(settings, "1", text)
    assert turns(settings) == ()
    assert not file.exists()


def test_home_that_is_no_folder_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    add(Kept(Settings(home=tmp_path / "home")), "How much?")
    assert turns(Settings(home=tmp_path / "home")) == ()


def test_history_is_private_short_and_survives_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / HISTORY
    add_to_history(file, "first\x1b[31m\nline")
    assert not is_open(file)
    with file.open("ab") as stream:
        stream.write(b'{"no": "line"}\nnot json\n\xff\n')
    add_to_history(file, "last")
    assert read_history(file) == ["first\x1b[31m\nline", "last"]
    monkeypatch.setattr("ui.conversation.typed._MAX_BYTES", 4_000)
    for number in range(900):
        add_to_history(file, f"line {number}")
    assert file.stat().st_size < 4_000 + 100
    assert read_history(file)[-1] == "line 899"


# What is shown and saved


def test_passage_has_its_words_marked_across_lines() -> None:
    [citation] = answer("x", "12 tonnes by day.\nAt night the crane").citations
    marked = [line[start:end] for line, marks in passage_lines(citation) for start, end in marks]
    assert marked == ["12 tonnes by day.", "At night the crane"]


def test_saved_conversation_has_direct_answers_and_tables() -> None:
    table = Table(("", "Load"), ((Cell("Crane | A", (1,)), Cell("12 t", (1,))), (Cell("Hoist"), Cell(""))))
    made = answer("The crane lifts 12 tonnes by day [1]", "12 tonnes by day", direct=Direct("12 tonnes", 0, 16, 25))
    across = answer("Loads, side by side.\n\n- Crane | A: 12 t [1]", "12 tonnes", table=table)
    text = as_markdown([made, across], title="T")
    assert "\n\n**12 tonnes**\n\n" in text
    assert "| Crane \\| A[^2-1] | 12 t[^2-1] |\n| Hoist | – |" in text
    assert "- Crane" not in text


def test_saved_conversation_has_footnotes_and_nothing_else_that_is_markdown() -> None:
    evil = "![x](https://evil.example/?q=1) <img src=x> [a](javascript:x) `c` # h www.evil.example \x1b[31m [7]"
    text = as_markdown([answer(f"{evil} [1]", "12 tonnes", question=evil, note=evil)], title=evil)
    assert dangers(text.replace("\n", "")) == []
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inner} <= {"text", "softbreak", "hardbreak"}
    assert "[^1-1]: A — /docs/a.txt: “12 tonnes”" in text


@pytest.mark.parametrize("text", ["# a", "- a", "+ a", "1. a", "1) a", "> a", "a | b", "~~a~~", "&copy;", "===", "---"])
def test_line_is_shown_as_it_is(text: str) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(escaped(text))
    shown = text.replace("&", "&amp;").replace(">", "&gt;")
    assert html == f"<p>{shown}</p>\n"


# The commands


@pytest.mark.models
def test_ask_goes_on_with_the_last_conversation(cranes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(cranes / kept.FOLDER, ignore_errors=True)
    assert run_command(["ask", "--continue", "--home", str(cranes), "How much does the crane lift by day?"]) == 0
    assert "note: there is no conversation of the last day" in capsys.readouterr().err
    assert run_command(["ask", "--continue", "--home", str(cranes), "And at night?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == "How much does the crane lift at night?"
    assert run_command(["ask", "--home", str(cranes), "And at night?", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == "And at night?"


@pytest.mark.models
def test_question_that_fails_is_part_of_the_conversation(cranes: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(cranes)]
    assert run_command(["ask", "How much does the crane lift by day?", "--where", "type=pdf", *home]) == 1
    assert run_command(["ask", "--continue", "And at night?", "--json", *home]) == 0
    assert json.loads(capsys.readouterr().out)["query"] == "How much does the crane lift at night?"


@pytest.mark.models
def test_piped_chat_answers_line_by_line(talk: Talk, tmp_path: Path) -> None:
    status, out, err = talk(
        "How much does the crane lift by day?", "", "And at night?", "/open 1", "/save talk.md", "/help", "/quit", "no"
    )
    assert (status, err) == (0, "")
    assert "> And at night?\n\n(searched for: How much does the crane lift at night?)\n" in out
    assert "»At night the crane lifts 5 tonnes at most.«" in out, out
    assert "2 answers written to talk.md" in out
    assert "> no" not in out
    assert "\x1b" not in out
    assert (tmp_path / "talk.md").read_text().count("## ") == 2


@pytest.mark.models
@pytest.mark.parametrize("word", ["quit", "Exit", ":q", "/q"])
def test_words_of_other_programs_end_the_chat_and_help(talk: Talk, word: str) -> None:
    status, out, err = talk("help", word, "How much does the crane lift by day?")
    assert (status, err) == (0, "")
    assert "/limit CONDITION" in out
    assert "lifts" not in out


@pytest.mark.models
def test_limits_and_new_conversations(talk: Talk) -> None:
    question = "How much does the crane lift by day?"
    status, out, _ = talk(question, "/limit type=md", "What does the soup cost?", "/limit off", "/new", "And at night?")
    assert status == 0
    assert "(limited to: type md)" in out
    assert "all documents may answer" in out
    assert "(searched for" not in out


@pytest.mark.models
@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (["/opne 1"], 'error: there is no /opne; did you mean "/open"?; /help lists the commands'),
        (["/open 1"], "error: there is no footnote yet; ask a question"),
        (["What does the soup cost?", "/open 7"], 'error: "/open 7" opens nothing; the last answer has footnote'),
        (["/save x.md"], "error: there is no answer yet; ask a question"),
        (["What does the soup cost?", "/save"], "error: /save needs a file: /save answers.md"),
        (
            ["What does the soup cost?", "/save a/b/c.md"],
            "error: a/b/c.md cannot be written: No such file or directory",
        ),
        (["What does the soup cost?", "/save x.md", "/save x.md"], "error: x.md already exists; name another file"),
        (["/limit 'a"], "error: 'a cannot be read (No closing quotation); close its quotes"),
        (["/limit colour=red", "What?"], "error: "),
        (["/limit source=nope"], "error: "),
        (["a" * 3_000], "error: the question has 3,000 characters"),
    ],
)
def test_wrong_lines_are_one_line_and_the_chat_goes_on(talk: Talk, lines: list[str], error: str) -> None:
    status, out, err = talk(*lines, "/help")
    assert status == 1
    assert err.startswith(error)
    assert err.count("\n") == 1
    assert "/limit CONDITION" in out


@pytest.mark.models
def test_limit_that_nothing_passes_is_not_taken(talk: Talk) -> None:
    status, out, err = talk("/limit type=md", "/limit source=nope", "/limit", "What does the soup cost?")
    assert status == 1
    assert re.match("error: .*nope", err)
    assert out.count("limited to: type md, 1 document") == 2
    assert "(limited to: type md)" in out


@pytest.mark.models
def test_chat_that_is_limited_to_nothing_does_not_begin(talk: Talk) -> None:
    status, out, err = talk("What does the soup cost?", options=("--where", "source=nope"))
    assert (status, "error: " in err, "soup" in out) == (1, True, False)


@pytest.mark.models
def test_chat_goes_on_with_the_last_conversation(talk: Talk) -> None:
    talk("How much does the crane lift by day?")
    _, out, _ = talk("And at night?", options=("--continue",))
    assert "(searched for: How much does the crane lift at night?)" in out


@pytest.fixture
def stalled() -> Iterator[int]:
    """The port of a server that takes a request and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.models
@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_keys_of_the_chat(cranes: Path, stalled: int, tmp_path: Path) -> None:
    """Ctrl-C empties a line and ends an answer, Tab completes, Up brings back, Ctrl-D ends the chat."""

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def wait(text: str) -> None:
        until = time.monotonic() + 60
        while not re.search(text, screen := tmux("capture-pane", "-p")):
            assert time.monotonic() < until, screen
            time.sleep(0.1)

    (cranes / HISTORY).unlink(missing_ok=True)
    model = f"FOOTNOTE_LLM_MODEL=m OPENAI_API_KEY=k OPENAI_BASE_URL=http://127.0.0.1:{stalled}/v1"
    command = f"env {model} {sys.executable} -m ui.cli chat --home {cranes}; echo status $?; cat"
    tmux("new-session", "-d", "-x", "120", "-y", "40", "-c", str(ROOT), command)
    try:
        wait(r"2 documents in \"documents\"")
        tmux("send-keys", "-l", "scrap")
        wait("> scrap")
        tmux("send-keys", "C-c")
        wait(r">\s*\n(?!.*scrap)|> ?$")
        tmux("send-keys", "-l", "What does the soup cost?")
        tmux("send-keys", "Enter")
        wait("> What does the soup cost")
        time.sleep(1)  # the question is on its way; whenever Ctrl-C comes, it ends the answer
        tmux("send-keys", "C-c")
        wait(r"stopped[\s\S]*\n>")
        tmux("send-keys", "-l", "/he")
        tmux("send-keys", "Tab")
        wait("> /help")
        tmux("send-keys", "Enter")
        wait("Ctrl-C ends an answer")
        tmux("send-keys", "Up", "Up")
        wait(r"> What does the soup cost\?\s*\n(.*\n)*.*documents · /help")
        tmux("send-keys", "C-c", "C-d")
        wait("status 0")
    finally:
        tmux("kill-server")
    assert read_history(cranes / HISTORY) == ["What does the soup cost?", "/help"]
    assert not is_open(cranes / HISTORY)
