"""The command line: what it prints and where, its exit status, and one line for everything that can go wrong."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import files
import pytest
from conftest import ROOT, run_command
from llm_server import Reply, fake_llm

from qa import chosen
from qa.accounts.users import Users
from qa.database.engine import open_database
from qa.models.onnx_copy import _copy_folder
from qa.store import open_index
from qa.store.engine import engine
from qa.store.engine_process import endpoint_file
from qa.types import Answer
from ui.terminal import answer_lines, note_lines

pytestmark = pytest.mark.models

RULES = "The crane may lift at up to 12 metres per second. The crew reports to the control room before every lift."
QUESTION = "Up to which wind speed may the crane lift?"


@pytest.fixture(scope="module")
def stored(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that holds two small documents; its engine keeps running, so that no command has to start it."""
    home = tmp_path_factory.mktemp("stored")
    (home / "models").symlink_to(model_home / "models")
    (home / "docs").mkdir()
    (home / "docs" / "crane.txt").write_text(RULES)
    files.write_pdf(home / "docs" / "cable.pdf", ["Annual report", "The export cable was repaired in 23 days."])
    with asyncio.Runner() as runner:
        held = engine(home / "footnote.db")
        runner.run(held.__aenter__())
        assert run_command(["ingest", str(home / "docs"), "--home", str(home), "--quiet"]) == 0
        yield home
        runner.run(held.__aexit__(None, None, None))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read `.env` of the working folder."""
    monkeypatch.chdir(tmp_path)


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **variables}


def footnote(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "ui.cli", *map(str, arguments)]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, **options)


def status(home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert run_command(["status", "--json", "--home", str(home)]) == 0
    return dict(json.loads(capsys.readouterr().out))


# What it prints


def test_answer_comes_with_its_footnote(
    stored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(stored)
    assert run_command(["ask", "How long did the repair of the export cable take?", "--home", str(stored)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    answer, footnotes = out.split("\n\n", 1)
    assert answer == "The export cable was repaired in 23 days. [1]"
    assert re.search(r"^\[1\] cable, p\. 2 — docs/cable\.pdf, characters \d+–\d+$", footnotes, re.MULTILINE)
    assert "“The export cable was repaired in 23 days.”" in footnotes


def test_question_that_the_documents_do_not_answer(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["ask", "Who won the chess olympiad in Budapest?", "--home", str(stored)]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith("Your documents do not seem to answer this")
    assert "[1]" not in out


def test_note_stands_between_answer_and_footnotes() -> None:
    answer = Answer("What?", "What?", "This. [1]", (), (), (), True, "extractive", note="No dictionary leads there.")
    assert list(answer_lines(answer)) == [
        "This. [1]",
        "",
        "No dictionary leads there.",
        "",
        "This answer cites no passage: do not rely on it.",
    ]
    assert "" not in list(note_lines(replace(answer, note="")))


def test_answer_as_json_is_one_document(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["ask", QUESTION, "--json", "--home", str(stored)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["question"], answer["found"], answer["model"]) == (QUESTION, True, "extractive")
    [citation, *_] = answer["citations"]
    chunk = citation["chunk"]
    assert (citation["number"], chunk["source"]) == (1, "docs/crane.txt")
    assert RULES[chunk["start"] : chunk["end"]] == chunk["text"]


def test_question_from_standard_input(
    stored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\n"))
    assert run_command(["ask", "-", "--home", str(stored)]) == 0
    assert "12 metres per second" in capsys.readouterr().out


def test_status_in_words_and_as_json(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["status", "--home", str(stored)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        f'collection "documents" at {stored / "footnote.db"}',
        f"home: {stored} (as --home says)",
        "2 documents, 3 chunks",
        "types: pdf 1, txt 1",
        "languages: en 2",
        f"dates: {date.today()} to {date.today()}",
        "all-MiniLM-L6-v2 (384 dimensions) and Qdrant/bm25, auto",
        "settings from options: home",
        "settings from the environment: dictionaries, engine_idle_s",
    ]
    found = status(stored, capsys)
    assert (found["documents"], found["chunks"], found["collection"]) == (2, 3, "documents")
    assert found["settings"]["dim"] == 384
    assert (found["home"], found["home_because"]) == (str(stored), "as --home says")


def test_status_says_where_each_setting_comes_from(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("FOOTNOTE_TOP_K=7\n")
    monkeypatch.setenv("FOOTNOTE_LLM_MODEL", "llama")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    kept = chosen.Chosen({"ranking": "rrf", "top_k": 9})
    file = chosen.file_of(stored)
    chosen.write(stored, kept)
    try:
        assert run_command(["status", "--home", str(stored)]) == 0
        out = capsys.readouterr().out
        found = status(stored, capsys)["origins"]
    finally:
        file.unlink()
    assert [line for line in out.splitlines() if line.startswith("settings ")] == [
        "settings from options: home",
        "settings from the environment: dictionaries, llm_model, openai_api_key, engine_idle_s",
        f"settings from {tmp_path / '.env'}: top_k",
        f"settings from the settings page ({file}): ranking",
    ]
    assert KEY not in out
    expected = {"home": "option", "llm_model": "environment", "openai_api_key": "environment", "top_k": ".env"}
    assert expected.items() <= found.items()
    assert found["ranking"] == "page"


def test_question_and_status_are_limited_to_documents(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["status", "--home", str(stored), "--where", "type=txt"]) == 0
    assert capsys.readouterr().out.splitlines()[2:4] == ["1 of 2 documents, 1 chunk", "types: txt 1"]
    assert run_command(["ask", QUESTION, "--home", str(stored), "--where", "source=docs/crane.txt", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["where"] == "source docs/crane.txt"
    assert {hit["chunk"]["source"] for hit in answer["hits"]} == {"docs/crane.txt"}
    assert run_command(["ask", QUESTION, "--home", str(stored), "--where", "source!=docs/crane.txt"]) == 0
    out = capsys.readouterr().out
    assert "(limited to: not source docs/crane.txt)" in out
    assert "docs/crane.txt" not in out.replace("not source docs/crane.txt", "")
    for condition, message in (
        ("type=xlsx", 'error: no document of "documents" matches type xlsx; there are types pdf, txt'),
        ("type", 'error: "type" is not a condition; write NAME=VALUE, such as type=pdf or date>=2024-03'),
    ):
        assert run_command(["ask", QUESTION, "--home", str(stored), "--where", condition]) == 1
        assert capsys.readouterr().err.strip() == message


def test_report_of_an_ingest_adds_up(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text(RULES)
    (docs / "b.txt").write_text("Another file.")
    (docs / "c.mp4").touch()
    files.write_pdf(docs / "bad.pdf", ["Secret"], password="secret")
    command = ["ingest", str(docs), "--home", str(home)]
    assert run_command(command) == 1
    out, err = capsys.readouterr()
    first, second, third = out.splitlines()
    assert first == "3 seen = 2 added + 0 updated + 0 unchanged + 1 failed"
    assert re.fullmatch(r"2 chunks embedded, 0 reused, \d+\.\d s", second)
    assert third == "1 file of another kind was passed over (.mp4)"
    failed = [line for line in err.splitlines() if line.startswith("failed: ")]
    assert len(failed) == 1
    assert failed[0].startswith(f"failed: {docs / 'bad.pdf'}: ")
    # What comes after the last file takes time too.
    assert err.splitlines().index("getting ready for questions") < err.splitlines().index(failed[0])

    (docs / "b.txt").unlink()
    (docs / "bad.pdf").unlink()
    (docs / "a.txt").write_text(f"{RULES} And so on.")
    assert run_command([*command, "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "1 seen = 0 added + 1 updated + 0 unchanged + 0 failed; 1 removed"
    assert err == ""

    assert run_command([*command, "--json", "--quiet"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["seen"], report["unchanged"], report["failed"], report["chunks_embedded"]) == (1, 1, [], 0)


def test_ingest_says_on_a_terminal_how_to_ask_what_was_added(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    (papers / "a.md").write_text("The lamp is lit at 19:40.\n", encoding="utf-8")
    ingest = ["ingest", str(papers), "--home", str(home), "--collection", "lamps"]
    told = []
    for is_terminal, options in ((True, ["--dry-run"]), (True, []), (True, []), (False, ["--checksum"])):
        monkeypatch.setattr(sys.stdout, "isatty", lambda seen=is_terminal: seen)
        assert run_command([*ingest, *options]) == 0
        told.append([line for line in capsys.readouterr().out.splitlines() if line.startswith("next: ")])
    where = f"--home {home} --collection lamps"
    assert told == [[], [f'next: footnote ask {where} "…", or footnote ui {where}'], [], []]
    # The sample says itself how to go on.
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr("qa.sample.folder", lambda: papers)
    assert run_command(["sample", "--home", str(home)]) == 0
    out = capsys.readouterr().out
    assert "Go on with:" in out
    assert "next: " not in out


def test_evaluation_as_json_is_one_document(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    questions = tmp_path / "set"
    shutil.copytree(stored / "docs", questions)
    question = {"id": "q1", "text": QUESTION, "answers": ["12 metres"], "relevant": {"crane.txt": 1}}
    (questions / "questions.jsonl").write_text(json.dumps(question | {"evidence": ["up to 12 metres per second"]}))
    command = ["eval", str(questions), "--home", str(stored), "--rankings", "scores"]
    assert run_command([*command, "--json"]) == 0
    out, _ = capsys.readouterr()
    assert isinstance(json.loads(out), dict)
    assert run_command(command) == 0
    assert "scores" in capsys.readouterr().out
    assert status(stored, capsys)["documents"] == 2


def test_model_that_fails_is_quoted_instead_with_one_line_why(
    stored: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with fake_llm() as llm:
        llm.say(Reply(f"Incorrect API key provided: {KEY}", status=401))
        asked = [*ASK, "--llm-model", "fake", "--openai-base-url", llm.base_url, "--home", str(stored)]
        assert run_command(asked) == 0
        out, err = capsys.readouterr()
        assert run_command([*asked, "--json"]) == 0
        values = json.loads(capsys.readouterr().out)
    why = f"{llm.base_url}/ refused the key (HTTP 401: Incorrect API key provided: …); check OPENAI_API_KEY"
    lines = [line for line in err.splitlines() if not line.startswith("opening the index and the model")]
    assert lines == [f"{why}; the passages are quoted instead"]
    assert "[1] " in out
    assert "refused" not in out
    assert "quoted instead" not in out
    assert (values["model"], values["note"]) == ("extractive", f"{why}; the passages are quoted instead.")
    assert KEY not in out + err + json.dumps(values)


def test_model_of_an_endpoint_answers(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with fake_llm() as llm:
        llm.say("The crane may lift at up to 12 metres per second [1].")
        options = ["--llm-model", "fake", "--openai-base-url", llm.base_url]
        assert run_command(["ask", QUESTION, "--home", str(stored), *options]) == 0
        out, err = capsys.readouterr()
        assert out.startswith("The crane may lift at up to 12 metres per second [1].")
        assert "\n[1] crane — " in out
        assert err == ""


# What can go wrong

KEY = "sk-secret-0123456789"


@dataclass(frozen=True)
class Case:
    """A command, what is set for it, and the one error line that it prints: a regular expression."""

    name: str
    command: list[str]
    error: str
    variables: dict[str, str] | None = None
    prepare: Callable[[Path, Path], None] | None = None
    stdin: str = ""
    status: int = 1


def _write(name: str, content: bytes) -> Callable[[Path, Path], None]:
    def prepare(folder: Path, _home: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    return prepare


def _encrypted(folder: Path, _home: Path) -> None:
    files.write_pdf(folder / "a.pdf", ["Secret"], password="secret")


def _unreadable(folder: Path, _home: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (folder / "a.txt").write_text("text")
    (folder / "a.txt").chmod(0)


def _other_model(folder: Path, home: Path) -> None:
    """Another model that is there: a copy of the packaged one under the name of a folder."""
    name = str(folder / "model")
    from qa.config import PACKAGED_MODEL

    copy = _copy_folder(name, home)
    if not copy.exists():
        copy.symlink_to(_copy_folder(PACKAGED_MODEL, home))


ASK = ["ask", QUESTION]
HOSTILE = "\x1b[31ma\nerror: b"
ERRORS = [
    Case("missing path", ["ingest", "{tmp}/missing"], r"{tmp}/missing: no such file or folder; .+"),
    Case("one of two paths", ["ingest", "{home}/docs", "{tmp}/missing"], r"{tmp}/missing: no such file or folder; .+"),
    Case("empty folder", ["ingest", "{tmp}"], r"{tmp}: the folder holds no document; these can be read: .+"),
    Case("empty question", ["ask", "  "], "the question is empty; .+"),
    Case("empty input", ["ask", "-"], "the question is empty; .+"),
    Case("long question", ["ask", "why " * 25_000], r"the question has 100,000 characters; ask in at most 2,000, .+"),
    Case("long input", ["ask", "-"], r"the question has 100,000 characters; .+", stdin="why " * 25_000),
    Case(
        "other model, asked",
        ASK,
        r'collection "documents" was made with dense_model "all-MiniLM-L6-v2", not "other"; .+',
        {"FOOTNOTE_DENSE_MODEL": "other"},
    ),
    Case(
        "other model, ingested",
        ["ingest", "{home}/docs", "--dense-model", "{tmp}/model"],
        r'collection "documents" was made with dense_model all-MiniLM-L6-v2, not {tmp}/model; .+',
        prepare=_other_model,
    ),
    Case(
        "other language, asked",
        [*ASK, "--language", "german"],
        r'collection "documents" was made with language "auto", not "german"; .+',
    ),
    Case(
        "other language, ingested",
        ["ingest", "{home}/docs"],
        r'collection "documents" was made with language auto, not german; .+',
        {"FOOTNOTE_LANGUAGE": "german"},
    ),
    Case(
        "other chunk size",
        ["ingest", "{home}/docs", "--chunk-tokens", "100"],
        r'collection "documents" was made with chunk_tokens 200, not 100; .+',
    ),
    Case("unknown language", [*ASK, "--language", "klingon"], r'language "klingon" is not supported; use one of .+'),
    Case("no dictionaries", [*ASK, "--dictionaries", "{tmp}/x"], r'the dictionaries\' folder "{tmp}/x" does not .+'),
    Case("unknown sparse model", [*ASK, "--sparse-model", "x"], r'sparse model "x" is not supported; .+'),
    Case("unknown collection, asked", [*ASK, "--collection", "none"], r'there is no collection "none" yet; make it .+'),
    Case("unknown collection", ["status", "--collection", "none"], r'there is no collection "none" yet; make it .+'),
    Case("collection that is no name", ["status", "--collection", "a b"], r'collection "a b" is not a name; use .+'),
    Case("database is a folder", [*ASK, "--uri", "{tmp}"], r"{tmp} is a folder; FOOTNOTE_URI names .+"),
    Case(
        "database is garbage",
        ["status", "--uri", "{tmp}/x.db"],
        r"the database file {tmp}/x\.db is damaged \(it is not a database, .+\); put an earlier copy .+",
        prepare=_write("x.db", b"garbage " * 1000),
    ),
    Case(
        "home is a file",
        ["status", "--home", "{tmp}/file"],
        r"{tmp}/file is in the way: a folder is needed there; move it, or name another one",
        prepare=_write("file", b""),
    ),
    Case(
        "server that is down",
        ["status", "--timeout", "2"],
        r"cannot connect to http://127\.0\.0\.1:9: .+; check .+ FOOTNOTE_URI is right",
        {"FOOTNOTE_URI": "http://127.0.0.1:9"},
    ),
    Case("no key", [*ASK, "--llm-model", "gpt"], r'the model "gpt" needs a key; set OPENAI_API_KEY, .+'),
    Case(
        "endpoint that is none",
        [*ASK, "--llm-model", "fake", "--openai-base-url", "x"],
        r'OPENAI_BASE_URL="x" is not an address; .+',
    ),
    Case("top k of nothing", [*ASK, "--top-k", "0"], r"--top-k is 0; it must lie between 1 and 100"),
    Case("chunk size of nothing", ["ingest", "{home}/docs", "--chunk-tokens", "0"], r"--chunk-tokens is 0; it must .+"),
    Case("threshold above all", [*ASK, "--threshold", "1.5"], r"--threshold is 1\.5; it must .+"),
    Case("threshold that is none", [*ASK, "--threshold", "nan"], r"--threshold is nan; it must .+"),
    Case("time that is none", [*ASK, "--timeout", "0"], r"--timeout is 0\.0; it must .+"),
    Case("no number", ASK, r'FOOTNOTE_TOP_K="many" is not a number; .+', {"FOOTNOTE_TOP_K": "many"}),
    Case("no ranking", ASK, r'ranking "best" is unknown; use one of .+', {"FOOTNOTE_RANKING": "best"}),
    Case("no number in .env", ASK, r'FOOTNOTE_TOP_K="x" is not .+', prepare=_write(".env", b"FOOTNOTE_TOP_K=x\n")),
    Case(".env that is not text", ASK, r".*\.env.+", prepare=_write(".env", b"FOOTNOTE_TOP_K=\xff\xfe\n")),
    Case("port taken", ["ui", "--port", "{port}", "--no-browser"], r"port {port} cannot be used \(.+\); .+ --port"),
    Case(
        "port above all",
        ["ui", "--port", "70000", "--no-browser"],
        r"70000 is no port; choose one from 1 to 65535 with --port",
    ),
    Case("port of nothing", ["ui", "--port", "0", "--no-browser"], r"0 is no port; .+"),
    Case("port below all", ["ui", "--port", "-1", "--no-browser"], r"-1 is no port; .+"),
    Case("no question set", ["eval", "{home}/docs"], r"{home}/docs: holds no questions; it needs .+"),
    Case("missing question set", ["eval", "{tmp}/missing"], r"{tmp}/missing: is not a folder; .+"),
    Case("no such ranking", ["eval", "{home}/docs", "--rankings", "best"], r'ranking "best" is unknown; use .+'),
]


@pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case.name) for case in ERRORS],
)
def test_error_is_one_line_and_changes_nothing(
    stored: Path, tmp_path: Path, case: Case, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    before = status(stored, capsys)
    if case.prepare:
        case.prepare(tmp_path, stored)
    monkeypatch.setattr(sys, "stdin", io.StringIO(case.stdin))
    monkeypatch.setattr("ui.web.server._run", lambda *_args, **_options: None)
    with fake_llm() as llm, socket.create_server(("127.0.0.1", 0)) as taken, monkeypatch.context() as patched:
        llm.say(Reply(f"Incorrect API key provided: {KEY}", status=401))
        values = {"tmp": str(tmp_path), "home": str(stored), "llm": llm.base_url, "port": str(taken.getsockname()[1])}
        patched.setenv("FOOTNOTE_HOME", str(stored))
        for name, value in (case.variables or {}).items():
            patched.setenv(name, value.format(**values))
        exit_status = run_command([_filled(part, values) for part in case.command])
    out, err = capsys.readouterr()
    assert (exit_status, out) == (case.status, "")
    lines = [
        line
        for line in err.splitlines()
        if line not in ("opening the index and the model", "getting ready for questions")
    ]
    assert len(lines) == 1, err
    pattern = _filled(case.error, {name: re.escape(value) for name, value in values.items()})
    assert re.fullmatch(f"error: {pattern}", lines[0]), lines[0]
    assert KEY not in err
    (tmp_path / ".env").unlink(missing_ok=True)
    assert status(stored, capsys) == before


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


BAD_FILES = [
    Case("empty file", ["a.txt"], "is empty", prepare=_write("a.txt", b"")),
    Case("blank file", ["a.md"], "is empty", prepare=_write("a.md", b" \n\t\n")),
    Case("unreadable file", ["a.txt"], "cannot be read .+; check its permissions", prepare=_unreadable),
    Case("encrypted PDF", ["a.pdf"], ".*(encrypted|password).*", prepare=_encrypted),
    Case(
        "text named PDF",
        ["a.pdf"],
        "is named .pdf but holds something other than a PDF; .+",
        prepare=_write("a.pdf", b"text"),
    ),
    Case(
        "broken PDF named text",
        ["a.txt"],
        "is damaged and cannot be opened.+",
        prepare=_write("a.txt", b"%PDF-1.7\n"),
    ),
    Case(
        "image named text",
        ["a.txt"],
        "is a picture that is damaged or cut off; get a new copy",
        prepare=_write("a.txt", b"\x89PNG\r\n\x1a\n12"),
    ),
    Case(
        "binary named text",
        ["a.txt"],
        "looks like a binary file, not text",
        prepare=_write("a.txt", bytes(range(256)) * 9),
    ),
    Case("damaged PDF", ["a.pdf"], ".+", prepare=_write("a.pdf", b"%PDF-1.7\nnothing")),
    Case(
        "damaged Word file", ["a.docx"], "is damaged or cut short; .+", prepare=_write("a.docx", b"PK\x03\x04 nothing")
    ),
    Case("unknown kind", ["a.xyz"], "looks like a binary file, not text", prepare=_write("a.xyz", b"\0\1\2\3 no text")),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in BAD_FILES])
def test_bad_file_is_one_line_and_changes_nothing(
    stored: Path, tmp_path: Path, case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    before = status(stored, capsys)
    assert case.prepare
    case.prepare(tmp_path, stored)
    [name] = case.command
    assert run_command(["ingest", str(tmp_path / name), "--home", str(stored), "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "1 seen = 0 added + 0 updated + 0 unchanged + 1 failed"
    [line] = err.splitlines()
    assert re.fullmatch(f"failed: {re.escape(str(tmp_path / name))}: {case.error}", line), line
    assert status(stored, capsys) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dance"], 'footnote has no command "dance"; use sample, ingest, .+ or .+'),
        (["list"], 'footnote has no command "list"; footnote ask "list all documents" does that'),
        (["search", "dentist"], 'footnote has no command "search"; footnote ask QUESTION does that'),
        (["help", "Delete"], 'footnote has no command "Delete"; footnote remove PATH does that'),
        (["repair"], 'footnote has no command "repair"; footnote doctor --repair does that'),
        (["drop", "old"], 'footnote has no command "drop"; footnote collections drop NAME does that'),
        (["import", "x"], 'footnote has no command "import"; .+, footnote collections import FOLDER .+'),
        (["config"], 'footnote has no command "config"; options, variables and a file .env set .+'),
        (["collections", "list"], 'footnote collections has no command "list"; footnote collections alone does that'),
        (["grants", "ls"], 'footnote grants has no command "ls"; footnote grants alone does that'),
        (["stauts"], 'footnote has no command "stauts"; did you mean "status"?'),
        (["help", "aks"], 'footnote has no command "aks"; did you mean "ask"?'),
        (["--verion"], "footnote has no option --verion; did you mean --version?"),
        (["--json", "ask", "why"], "--json stands behind the command: footnote ask --json …"),
        (["--home", "x", "ask", "why"], "--home stands behind the command: footnote COMMAND --home …"),
        (["--home=x", "ask", "why"], "--home stands behind the command: footnote ask --home …"),
        (["dance", "--json"], 'footnote has no command "dance"; use .+'),
        (["ask"], "footnote ask needs QUESTION"),
        (["ingest"], "footnote ingest needs PATH"),
        (["ingest", "--watc", "data"], "footnote ingest has no option --watc; did you mean --watch?"),
        (["ingest", "--watc"], "footnote ingest has no option --watc; did you mean --watch?"),
        (
            ["ingest", "-notes.txt"],
            "footnote ingest has no option -notes.txt; if it is not an option, write -- -notes.txt",
        ),
        (["ingest", "data", "--dry"], "footnote ingest has no option --dry; did you mean --dry-run?"),
        (["ask", "why", "--coll", "x"], "footnote ask has no option --coll; did you mean --collection?"),
        (["ask", "what", "does", "--frobnicate", "do"], "footnote ask has no option --frobnicate; if it .+ in quotes"),
        (["ask", "why", "--top-k", "many"], '--top-k "many" is not a whole number'),
        (["ask", "why", "--threshold", "low"], '--threshold "low" is not a number'),
        (["ask", "why", "--ranking", "score"], '--ranking "score" is unknown; did you mean "scores"?'),
        (["ask", "why", "--ranking", "best"], '--ranking "best" is unknown; use scores, .+'),
        (["ask", "why", "--where"], "--where needs a value"),
        (["ui", "--port", "http"], '--port "http" is not a whole number'),
        (["status", "--dance"], "footnote status has no option --dance"),
        (["status", "papers"], 'footnote status has no use for "papers"; quote what has spaces in it'),
        (["collections", "renam", "a", "b"], 'footnote collections has no command "renam"; did you mean "rename"?'),
        (["collections", "rename", "a"], "footnote collections rename needs NEW"),
        (["collections", "drop", "a", "--ye"], "footnote collections drop has no option --ye; did you mean --yes?"),
        (["ingest", "data", "--actors", "0"], "--actors: 0 is not a whole number above 0"),
        (["eval"], "name either a DATASET or --questions-from-index N"),
        (["ask", "why", "--\x1b[31m\n"], r"footnote ask has no option --\\x1b\[31m\\n; .+"),
        ([f"{HOSTILE}"], r'footnote has no command "\\x1b\[31ma\\nerror: b"; .+'),
    ],
)
def test_wrong_usage_exits_2_and_says_what(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(arguments)
    out, err = capsys.readouterr()
    assert (caught.value.code, out) == (2, "")
    said, see = err.splitlines()
    assert said == f"error: {message}" or re.fullmatch(f"error: {message}", said)
    assert re.fullmatch(r"see: footnote.* --help", see)


def test_nothing_but_the_name_says_what_can_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([]) == 2
    offered = re.findall(r"^  footnote (\w+)", capsys.readouterr().out, re.MULTILINE)
    assert offered == ["sample", "ingest", "ask", "chat", "ui", "doctor"]
    for command in offered:
        with pytest.raises(SystemExit) as caught:
            run_command([command, "--help"])
        assert caught.value.code == 0


@pytest.mark.parametrize(
    ("words", "usage"), [([], "COMMAND …"), (["ask"], "QUESTION…"), (["collections", "rename"], "OLD NEW")]
)
def test_help_is_a_command_too(words: list[str], usage: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(["help", *words])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith(f"{' '.join(['usage: footnote', *words])} [options] {usage}\n")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"footnote {version('footnote')}\n")


@pytest.mark.parametrize(
    "command",
    [
        ["ask", *QUESTION.split(), "--json"],
        ["ask", "--json", *QUESTION.split()],
        ["ask", *QUESTION.split()[:3], "--json", *QUESTION.split()[3:]],
    ],
)
def test_question_needs_no_quotes(stored: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*command, "--home", str(stored)]) == 0
    assert json.loads(capsys.readouterr().out)["question"] == QUESTION


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--collection", "documets"], 'there is no collection "documets"; did you mean "documents"?'),
        (
            ["--collection", "wills"],
            'there is no collection "wills" yet; make it with: footnote ingest PATH, '
            "or name one that is there with --collection: documents",
        ),
        (
            ["--where", "typ=pdf"],
            'no document of "documents" matches typ pdf; none has "typ"; did you mean "type"?',
        ),
        (["--where", "dat>=2024"], '"dat>=2024": >= works only with date; did you mean "date"?'),
    ],
)
def test_name_that_is_mistyped_is_guessed(
    stored: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["ask", QUESTION, "--home", str(stored), *options]) == 1
    # Another test may have measured a set in this home.
    assert re.fullmatch(rf"error: {re.escape(message)}(, eval_\w+)?\n", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("source=docs/*", ""),
        ("type=pdf", ""),
        ("sorce=docs/*", 'matches sorce docs/*; none has "sorce"; did you mean "source"?'),
        ("source=papers/*", "matches source papers/*; there are folders docs"),
    ],
)
def test_role_by_a_rule_that_nothing_passes_is_given_and_told(
    stored: Path, rule: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped rule was taken without a word, and its person found nothing."""
    with closing(open_database(stored)) as database:
        if Users(database).get("ann") is None:
            Users(database).add("ann", "a horse on the pier")
    add = ["grants", "add", "ann", "reader", "documents", "--where", rule, "--home", str(stored)]
    assert run_command(add) == 0
    out, err = capsys.readouterr()
    assert out == f'ann is reader of "documents", where {rule}\n'
    assert err == (f'ann may read nothing by this yet: no document of "documents" {said}\n' if said else "")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere a process does not know when it began")
def test_time_of_a_report_is_that_of_the_whole_command(home: Path, tmp_path: Path) -> None:
    """What comes before Footnote's own code counts: Python's start and the imports, here a sleep."""
    (tmp_path / "a.txt").write_text(RULES)
    arguments = ["footnote", "ingest", str(tmp_path / "a.txt"), "--home", str(home), "--json", "--quiet"]
    code = f"import sys, time; time.sleep(2); sys.argv = {arguments!r}; from ui.cli import main; sys.exit(main())"
    before = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    took = time.monotonic() - before
    assert done.returncode == 0, done.stderr
    # A hundredth of a second is how exactly the system tells when a process began.
    assert 2 < json.loads(done.stdout)["elapsed_s"] <= took + 0.02


@pytest.mark.parametrize("command", [[], ["ingest"], ["ask"], ["status"], ["ui"], ["eval"]])
def test_help_is_on_standard_output(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command([*command, "--help"])
    out, err = capsys.readouterr()
    assert (caught.value.code, err) == (0, "")
    assert out.startswith("usage: footnote")


def test_settings_come_from_arguments_then_environment_then_file(
    stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"FOOTNOTE_COLLECTION=from_file\nFOOTNOTE_HOME={stored}\n")
    assert run_command(["status"]) == 1
    assert '"from_file"' in capsys.readouterr().err
    monkeypatch.setenv("FOOTNOTE_COLLECTION", "from_environment")
    assert run_command(["status"]) == 1
    assert '"from_environment"' in capsys.readouterr().err
    assert run_command(["status", "--collection", "documents"]) == 0


# Imports


def _imports(*arguments: str | Path) -> set[str]:
    """The modules of a command, seen at its end in a process of its own."""
    code = (
        "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
        f"sys.argv = {['footnote', *map(str, arguments)]!r}; from ui.cli import main; sys.exit(main())"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


HEAVY = {"torch", "sentence_transformers", "transformers", "streamlit"}


@pytest.mark.parametrize("command", ["", "ask", "ingest"])
def test_help_imports_nothing_heavy(command: str) -> None:
    imported = _imports(*filter(None, [command, "--help"]))
    assert "argparse" in imported
    assert not imported & {*HEAVY, "fastembed", "onnxruntime", "pymilvus", "grpc", "pandas", "openai"}


def test_question_imports_neither_torch_nor_the_page(stored: Path) -> None:
    imported = _imports("ask", QUESTION, "--home", stored)
    assert {"fastembed", "pymilvus"} <= imported
    assert not imported & {*HEAVY, "openai"}


def test_unchanged_folder_imports_no_model(stored: Path) -> None:
    imported = _imports("ingest", stored / "docs", "--home", stored, "--quiet")
    assert not imported & HEAVY


# Processes


def test_plain_script_does_the_same(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RULES)
    command = [sys.executable, "-m", "ingest", str(tmp_path / "a.txt"), "--home", str(home), "--quiet"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 seen = 1 added + 0 updated + 0 unchanged + 0 failed\n")
    assert "\n1 document, 1 chunk\n" in footnote("status", "--home", home).stdout


def test_plain_script_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ingest", str(tmp_path / "missing"), "--home", str(tmp_path)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_damaged_database_is_one_line_also_in_a_process_of_its_own(tmp_path: Path) -> None:
    """The engine is a process of its own that writes to the same terminal."""
    (tmp_path / "x.db").write_bytes(b"garbage " * 1000)
    done = footnote("status", "--uri", tmp_path / "x.db")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"error: [^\n]+\n", done.stderr)


def test_question_joins_an_engine_that_another_process_holds(stored: Path) -> None:
    done = [footnote("ask", QUESTION, "--home", stored) for _ in range(2)]
    assert [(item.returncode, item.stderr) for item in done] == [(0, ""), (0, "")]
    assert all("12 metres per second" in item.stdout for item in done)


def test_questions_at_once_on_an_engine_that_nobody_holds(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever comes first starts it; it ends with that process, and the other may have to say so."""
    (tmp_path / "crane.txt").write_text(RULES)
    assert run_command(["ingest", str(tmp_path / "crane.txt"), "--home", str(home), "--quiet"]) == 0
    capsys.readouterr()
    while endpoint_file(home / "footnote.db").exists():
        time.sleep(0.05)
    command = [sys.executable, "-m", "ui.cli", "ask", QUESTION, "--home", str(home)]
    options: dict[str, Any] = {"env": environment(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **options) for _ in range(2)]
    results = [(*process.communicate(), process.returncode) for process in processes]
    assert any(code == 0 for _, _, code in results)
    for out, err, code in results:
        if code == 0:
            assert ("[1]" in out, err) == (True, "")
        else:
            assert re.fullmatch(r"error: [^\n]+\n", err)


def test_head_ends_an_answer_quietly(stored: Path) -> None:
    command = f'"{sys.executable}" -m ui.cli ask "{QUESTION}" --home "{stored}" | head -1'
    done = subprocess.run(["bash", "-c", command], env=environment(), capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.startswith("The crane may lift")
    assert done.stdout.count("\n") == 1


def test_reader_that_has_gone_already_ends_an_answer_quietly(stored: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "ui.cli", "ask", QUESTION, "--home", str(stored)]
    done = subprocess.run(command, env=environment(), stdout=writer, stderr=subprocess.PIPE, text=True)
    os.close(writer)
    assert done.stderr == ""


# The script, where each group of texts takes a while, so that there is time to press Ctrl-C.
_SLOW = """
import sys, time
from ingest.split import pieces
from qa.models import dense
pieces.EMBED_CHUNKS = 4
at_once = dense.vectors_of
def slowly(texts, workers, tell=None):
    print("embedding", file=sys.stderr, flush=True)
    time.sleep(0.2)
    return at_once(texts, workers, tell)
dense.vectors_of = slowly
from ui.cli import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("groups", "ending"),
    [
        (1, signal.SIGINT),
        pytest.param(4, signal.SIGTERM, marks=pytest.mark.long),
        pytest.param(1, signal.SIGHUP, marks=pytest.mark.long),
    ],
)
def test_signal_finishes_what_is_in_hand_and_the_next_run_completes_it(
    home: Path, tmp_path: Path, groups: int, ending: int
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(40):
        (docs / f"{number}.txt").write_text(f"File {number} says: {RULES}")
    command = [sys.executable, "-c", _SLOW, "ingest", str(docs), "--quiet", "--home", str(home)]
    process = subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Begun in the background of a script, a process ignores Ctrl-C, and so do those it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr
    for line in process.stderr:
        groups -= line == "embedding\n"
        if groups == 0:
            break
    # A terminal sends it to every process of the group, the readers among them.
    os.killpg(process.pid, ending)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 128 + ending, err
    assert [line for line in err.splitlines() if line != "embedding"] == []
    counted = re.match(r"40 seen = (\d+) added \+ 0 updated \+ 0 unchanged \+ 0 failed \+ (\d+) not reached\n", out)
    assert counted
    assert int(counted[1]) + int(counted[2]) == 40
    assert out.endswith("interrupted: what is counted is stored; run the same command to go on\n")

    async def documents() -> int:
        async with open_index(home / "footnote.db", "documents") as index:
            return (await index.status()).documents

    assert asyncio.run(documents()) == int(counted[1]) > 0
    assert run_command(["ingest", str(docs), "--home", str(home), "--quiet"]) == 0

    async def stored_texts() -> tuple[int, list[str]]:
        async with open_index(home / "footnote.db", "documents") as index:
            await index.open()
            texts = [row["text"] async for page in index.chunks.scan("", ["text"]) for row in page]
            return (await index.status()).chunks, sorted(texts)

    assert asyncio.run(stored_texts()) == (40, sorted(f"File {number} says: {RULES}" for number in range(40)))


def test_answer_of_a_model_is_streamed_on_a_terminal_and_not_repeated(stored: Path) -> None:
    import pty

    with fake_llm() as llm:
        llm.say("The crane may lift at up to 12 metres per second [1]. The fee is 99 euros [1].")
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "ask", QUESTION, "--home", str(stored)],
            env=environment(OPENAI_BASE_URL=llm.base_url, FOOTNOTE_LLM_MODEL="fake"),
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        # Reading from a terminal whose other end is closed is an error on Linux and nothing on macOS.
        with contextlib.suppress(OSError):
            while piece := os.read(ours, 4096):
                shown += piece
        os.close(ours)
        assert process.wait(120) == 0
    text = shown.decode()
    assert text.count("The crane may lift at up to 12 metres per second [1].") == 1
    assert "! Not supported (the cited passages do not hold 99): The fee is 99 euros." in text
    assert re.search(r"^\[1\] .*crane\.txt, characters", text, re.MULTILINE)
