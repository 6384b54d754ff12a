"""Names, texts, titles and answers that hold what a terminal obeys, through every command: none of it arrives."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import run_command
from llm_server import fake_llm
from test_printing import dangers

from qa.store.engine import engine

pytestmark = pytest.mark.models

# Colours, a title of the window, the screen erased, C1 codes, a right-to-left override, an isolate, a bell, a tab,
# DEL, line ends of all kinds, and markup of rich.
EVIL = "\x1b[31mred\x1b]0;owned\x07\x1b[2J \x9b1m \u202etxt.\u2066 \x7f\r\x85\u2028\tA[red]B[bold]:smile:"
NAME = f"crane\n{EVIL}"
RULES = f"The crane {EVIL} may lift at up to 12 metres per second. The crew {EVIL} reports before every lift."
QUESTION = "Up to which wind speed may the crane lift?"


@pytest.fixture(scope="module")
def hostile(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with documents whose names, titles and texts are hostile; its engine keeps running."""
    home = tmp_path_factory.mktemp("hostile")
    (home / "models").symlink_to(model_home / "models")
    docs = home / "docs"
    docs.mkdir()
    (docs / f"{NAME}.md").write_text(f"# Rules {EVIL}\n\n{RULES}\n")
    html = f"<html><head><title>Cable &#x202e; \x1b[31m {EVIL}</title></head><body><p>The cable {EVIL} is long.</p>"
    (docs / "cable.html").write_text(html)
    mail = f"From: a@example.org\nSubject: Winch {EVIL.translate(dict.fromkeys(map(ord, chr(13) + chr(0x85))))}\n"
    (docs / "mail.eml").write_text(f"{mail}\nThe winch {EVIL} was mended.\n", errors="replace")
    (docs / f"empty\nfailed: {EVIL}.txt").touch()
    with open(os.fsencode(docs) + b"/bytes\xff\x9b31m.txt", "w") as file:  # noqa: PTH123
        file.write("Undecodable is the name of this file.")
    with asyncio.Runner() as runner:
        held = engine(home / "footnote.db")
        runner.run(held.__aenter__())
        run_command(["ingest", str(docs), "--home", str(home), "--quiet", "--json"])
        yield home
        runner.run(held.__aexit__(None, None, None))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


COMMANDS: dict[str, list[str]] = {
    "ingest": ["ingest", "{home}/docs", "--retry-failed", "--checksum"],
    "ingest, what would be done": ["ingest", "{home}/docs", "--dry-run", "--as", "evil"],
    "ingest, as JSON": ["ingest", "{home}/docs", "--retry-failed", "--json"],
    "ingest, of nothing": ["ingest", f"{{home}}/{NAME}"],
    "ingest, a label": ["ingest", "{home}/docs", "--as", f"/{EVIL}"],
    "ask": ["ask", QUESTION],
    "ask, in hostile words": ["ask", f"{QUESTION} {EVIL}"],
    "ask, what is not there": ["ask", "Who won the chess olympiad in Budapest?"],
    "ask, as JSON": ["ask", QUESTION, "--json"],
    "ask, of some": ["ask", QUESTION, "--where", f"source=*{EVIL[:4]}*"],
    "ask, of none": ["ask", QUESTION, "--where", f"type={EVIL}"],
    "ask, no condition": ["ask", QUESTION, "--where", EVIL],
    "ask, another collection": ["ask", QUESTION, "--collection", EVIL],
    "ask, another language": ["ask", QUESTION, "--language", EVIL],
    "ask, wrong usage": ["ask", QUESTION, f"--{EVIL.replace(' ', '')}"],
    "status": ["status"],
    "status, as JSON": ["status", "--json"],
    "status, of none": ["status", "--where", f"author={EVIL}"],
    "doctor": ["doctor"],
    "doctor, as JSON": ["doctor", "--json"],
    "collections": ["collections"],
    "collections, renamed": ["collections", "rename", EVIL, "b"],
    "collections, dropped": ["collections", "drop", EVIL],
    "collections, exported": ["collections", "export", "documents", f"{{tmp}}/{NAME}"],
    "collections, imported": ["collections", "import", f"{{tmp}}/{NAME}"],
    "migrate": ["migrate", f"{{tmp}}/{NAME}.db", "{tmp}/b.db"],
    "reindex": ["reindex", "--dense-model", f"{{tmp}}/{NAME}"],
    "eval": ["eval", "{set}", "--rankings", "scores", "--config", "[red]evil:top_k=3"],
    "eval, as JSON": ["eval", "{set}", "--rankings", "scores", "--json", "--no-answers"],
    "eval, of nothing": ["eval", f"{{tmp}}/{NAME}"],
    "eval, a ranking": ["eval", "{set}", "--rankings", EVIL],
    "ui": ["ui", "--port", EVIL],
    "no command": [EVIL],
    "help": ["help", EVIL],
    "completion": ["completion", EVIL],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_reaches_the_terminal_but_lines(
    name: str, hostile: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(hostile))
    # Within a set, names of documents are those of files; the questions are hostile as well.
    questions = tmp_path / EVIL
    questions.mkdir()
    (questions / f"{NAME}.md").write_text(RULES)
    question = {"id": EVIL, "text": f"{QUESTION} {EVIL}", "answers": ["12 metres"]}
    (questions / "questions.jsonl").write_text(json.dumps(question | {"relevant": {f"{NAME}.md": 1}}))
    values = {"{home}": str(hostile), "{tmp}": str(tmp_path), "{set}": str(questions)}
    capsys.readouterr()
    status = _run([_filled(part, values) for part in COMMANDS[name]])
    out, err = capsys.readouterr()
    assert out + err
    assert dangers(out + err) == [], (out, err)
    if status == 2:
        assert err.count("\n") == 2
    elif status == 1 and "ingest" not in name and name != "doctor":
        assert err.splitlines()[-1].startswith("error: ")
    if "JSON" in name:
        assert out.count("\n") == 1
        json.loads(out)


def _run(arguments: list[str]) -> int:
    try:
        return run_command(arguments)
    except SystemExit as ended:
        return int(ended.code or 0)


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text


def test_line_breaks_in_names_begin_no_lines(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["ingest", str(hostile / "docs"), "--home", str(hostile), "--retry-failed", "--quiet"]
    assert run_command(command) == 1
    failed = capsys.readouterr().err.splitlines()
    assert all(line.startswith(("failed: ", "incomplete: ", "empty, with nothing to read: ")) for line in failed)
    assert sum(r"empty\nfailed: \x1b[31m" in line for line in failed) == 1


@pytest.mark.parametrize("terminal", [True, False])
def test_words_of_a_model_are_no_codes_in_pieces_either(
    terminal: bool, hostile: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake_llm() as llm:
        llm.say(f"The crane may lift {EVIL} at up to 12 metres per second [1].\n\nThe fee is {EVIL} 99 euros [1].")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
        options = ["--llm-model", "fake", "--openai-base-url", llm.base_url, "--home", str(hostile)]
        assert run_command(["ask", QUESTION, *options]) == 0
    out, err = capsys.readouterr()
    assert "12 metres per second" in out
    assert r"\x1b[31m" in out
    assert "A[red]B[bold]:smile:" in out
    assert dangers(out + err) == []


def test_bar_of_progress_shows_names_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from ingest import progress
    from ingest.report import IngestReport

    shown: list[Any] = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(Progress, "update", lambda _self, _task, **fields: shown.append(fields["description"]))
    with progress.progress(quiet=False) as (say, on_progress):
        on_progress(IngestReport(seen=1), f"docs/{NAME}.md")
        say(f"waiting for {EVIL}")
    assert dangers("".join(shown)) == []
    assert all("\n" not in text for text in shown)
    # As markup "[red]" would be a colour.
    bar = Progress(*progress._columns(), console=Console(width=200))
    bar.add_task("a[red]b[bold]", total=1, pace=":smile:")
    with bar.console.capture() as captured:
        bar.console.print(bar.get_renderable())
    assert "a[red]b[bold]" in captured.get()
    assert ":smile:" in captured.get()
