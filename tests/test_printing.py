"""What is printed: one way to the terminal, on which nothing is left that a terminal obeys."""

import ast
import io
import json
import logging
import sys
import unicodedata
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from qa.command import printing
from qa.command.printing import as_json, counted, printable, readable, say, say_json, say_piece, warn

HOSTILE = "\x1b[31m\x1b]0;title\x07\x9b2J\u202egpj.\u2066\x7f\x00\r\x85\u2028\n\t\udcff\u200b\U000e0041"


def dangers(text: str) -> list[str]:
    """Return what a terminal may obey, hide or reorder, but for the line breaks; judged by Unicode's own tables."""
    return [
        character
        for character in text
        if (unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") and character != "\n")
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    ]


def test_what_a_terminal_obeys_is_seen_instead() -> None:
    assert printable("a\x1b[31mb") == r"a\x1b[31mb"
    assert printable("\x9b31m \x07 \x7f") == r"\x9b31m \x07 \x7f"
    assert printable("a\nerror: b\r\n\tc") == r"a\nerror: b\r\n\tc"
    assert printable("invoice\u202efdp.exe") == r"invoice\u202efdp.exe"
    assert printable("a\u2028b\u2067c\ufeff\U000e0041") == r"a\u2028b\u2067c\ufeff\U000e0041"


def test_bytes_of_a_name_that_are_no_text_are_seen_as_they_are() -> None:
    assert printable(b"a\xff\x9b.txt".decode("utf-8", "surrogateescape")) == r"a\xff\x9b.txt"
    assert printable("\ud83d") == r"\ud83d"


@pytest.mark.parametrize(
    "text",
    [
        "naïve “quoted” – ça",
        "漢字かな交じり文 한국어",
        "שָׁלוֹם\u200f (12)",
        "می\u200cخواهم",
        "👩\u200d💻 x\u0301",
        "[red]:smile:",
    ],
)
def test_scripts_stay_as_they_are(text: str) -> None:
    assert printable(text) == readable(text) == text


def test_text_of_a_document_has_its_lines_and_no_overrides() -> None:
    assert readable("a\r\nb\x0cc\u2029d\te\u202ef\u00adg") == "a\nb\nc\nd    efg"


@given(st.text(st.characters(codec=None)))
def test_nothing_dangerous_is_left(text: str) -> None:
    assert dangers(printable(text)) == []
    assert "\n" not in printable(text)
    assert printable(printable(text)) == printable(text)


@given(st.text(st.characters(codec=None)))
def test_json_is_safe_and_reads_back_the_same(text: str) -> None:
    written = as_json({text: [text]})
    assert dangers(written) == []
    assert "\n" not in written
    # A pair of halves is read back as the character that it is.
    assert json.loads(written) == json.loads(json.dumps({text: [text]}))


def test_a_line_is_one_line_and_a_text_has_several(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\nb", "c")
    say()
    warn(f"failed: {HOSTILE}")
    out, err = capsys.readouterr()
    assert out == "a\\nb\nc\n\n"
    assert err.count("\n") == 1
    assert dangers(out + err) == []


def test_codes_in_two_pieces_are_no_codes(capsys: pytest.CaptureFixture[str]) -> None:
    for piece in ("one\x1b", "[31m two\r", "\nthree\x9b", "2J", "\u202e"):
        say_piece(piece)
    out = capsys.readouterr().out
    assert dangers(out) == []
    assert out.split() == ["one\\x1b[31m", "two", "three\\x9b2J"]


def test_json_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"name": HOSTILE, "path": Path("/tmp/é")})
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert dangers(out) == []
    assert json.loads(out) == {"name": HOSTILE, "path": "/tmp/é"}


def test_terminal_of_another_encoding_sees_what_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", stream)
    say("“é”")
    assert stream.buffer.getvalue() == b"\\u201c\xe9\\u201d\n"  # type: ignore[attr-defined]


def test_log_lines_take_the_same_way() -> None:
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, "%s failed", (HOSTILE,), None)
    try:
        raise ValueError(HOSTILE)
    except ValueError:
        record.exc_info = sys.exc_info()
    text = printing._LogFormatter("%(levelname)s: %(message)s").format(record)
    assert dangers(text) == []
    first, second, *_ = text.splitlines()
    assert first.startswith(r"ERROR: \x1b[31m")
    assert second == "Traceback (most recent call last):"


def test_traceback_of_a_bug_takes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(HOSTILE)
    except ValueError as error:
        printing._show(type(error), error, error.__traceback__)
    err = capsys.readouterr().err
    assert "\nValueError: \\x1b[31m" in err
    assert dangers(err) == []


# What writes elsewhere than in `printing`, by the end of its name.
WRITERS = {"print", "pprint", "input", "print_exc", "print_exception", "print_stack", "print_json", "perror"}
STREAMS = {"stdout", "stderr", "__stdout__", "__stderr__"}
# What may be asked of a stream, which writes nothing.
ASKED = {"isatty", "fileno", "flush"}


def writes(tree: ast.AST) -> list[str]:
    """Return whatever may write to stdout or stderr, as "line: code"."""
    asked = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ASKED}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in WRITERS:
            found.append(node)
        elif isinstance(node, ast.Attribute) and node.attr in STREAMS and id(node) not in asked:
            if ast.unparse(node.value) == "sys":
                found.append(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "os.write":
            found.append(node)
    return [f"{node.lineno}: {ast.unparse(node)}" for node in found]


@pytest.mark.parametrize(
    "code", ["print(1)", "sys.stdout.write('a')", "x = sys.stderr", "traceback.print_exc()", "os.write(1, b'')"]
)
def test_walk_sees_what_writes(code: str) -> None:
    assert writes(ast.parse(code))


# The engine's process has no terminal: what it says goes to the client that started it, as JSON.
MAY_WRITE = {
    "qa/command/printing.py",
    "qa/store/engine_process.py",
    "ui/reading/inside_process.py",
    "ui/reading/part_process.py",
}


def test_nothing_else_writes_to_the_terminal() -> None:
    """A name or a text that is printed elsewhere is printed raw."""
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for package in ("qa", "ingest", "ui")
        for path in (ROOT / package).rglob("*.py")
        if path.relative_to(ROOT).as_posix() not in MAY_WRITE
        for line in writes(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()


def test_one_thing_is_not_many_and_thousands_are_set_apart() -> None:
    assert [counted(number, "document") for number in (0, 1, 2_000)] == ["0 documents", "1 document", "2,000 documents"]
    assert counted(3, "entry", "entries") == "3 entries"
