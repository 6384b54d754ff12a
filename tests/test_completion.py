"""What shells complete, tried in the shells that are installed."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import run_command

from ui import cli

# Completes as bash does at a TAB: by the function that the script has registered for the command.
_TAB = """
set -u
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
registered=$(complete -p footnote)
[[ $registered =~ -F\\ ([^ ]+) ]]
"${BASH_REMATCH[1]}" footnote "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run_command(["completion", shell]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["st"], {"status"}),
        (["ask", "--wh"], {"--where"}),
        (["ingest", "--watc"], {"--watch"}),
        (["ask", "--ranking", "r"], {"rrf"}),
        (["collections", ""], {"rename", "drop", "export", "import"}),
        (["ingest", "no"], {"notes", "notes.txt"}),
        (["ask", "what is ", "--js"], {"--json"}),
    ],
)
def test_bash_completes(
    words: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "footnote.bash").write_text(script("bash", capsys))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes.txt").touch()
    command = ["bash", "--norc", "-c", _TAB, "bash", str(tmp_path / "footnote.bash"), "footnote", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.stderr == ""
    assert set(done.stdout.split()) >= offered
    assert all(word.startswith(words[-1]) for word in done.stdout.split())


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
@pytest.mark.parametrize(
    "words",
    [
        ["ask", "--collection", "rep"],
        ["collections", "drop", "rep"],
        ["grants", "add", "ann", "reader", "rep"],
        ["audit", "--in", "rep"],
    ],
)
def test_names_of_collections_are_completed(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By asking at each TAB: here another program answers in place of `footnote`."""
    (tmp_path / "footnote.bash").write_text(script("bash", capsys))
    asked = tmp_path / "footnote"
    asked.write_text('#!/bin/sh\ntest "$*" = "collections --names" && printf "reports\\nnotes\\n"\n')
    asked.chmod(0o700)
    command = ["bash", "--norc", "-c", _TAB, "bash", str(tmp_path / "footnote.bash"), "footnote", *words]
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": path}, timeout=60)
    assert (done.stdout.split(), done.stderr) == (["reports"], "")


# How each shell is started, with nothing of the user's, and how it gets the script, as docs/commands.md says.
_STARTED = {
    "bash": ("bash --norc", "source ./script"),
    "zsh": ("zsh -f", "fpath=($PWD $fpath); autoload -Uz compinit && compinit -u -D"),
    "zsh, sourced": ("zsh -f", "autoload -Uz compinit && compinit -u -D; source <(cat script)"),
    "fish": ("fish", "cat script | source"),
    "fish, by itself": ("fish", ""),
}
_TABS = [
    ("footnote sta", "footnote status"),
    ("footnote status --timeo", "footnote status --timeout"),
    ("footnote ask --ranking rr", "footnote ask --ranking rrf"),
    ("footnote ingest note", "footnote ingest notes.txt"),
    ("footnote collections ren", "footnote collections rename"),
    ("footnote ask 'what is' --jso", "footnote ask 'what is' --json"),
    ("footnote help ing", "footnote help ingest"),
    ("footnote collections drop repor", "footnote collections drop reports"),
]


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
@pytest.mark.parametrize("start", _STARTED)
def test_tab_completes_in_a_terminal(start: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The shell itself, at a real terminal, with a real TAB."""
    shell = start.partition(",")[0]
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    command, load = _STARTED[start]
    work = tmp_path / "work"
    for path in (work, tmp_path / ".config" / "fish" / "completions"):
        path.mkdir(parents=True)
    for path in (work / "script", work / "_footnote", tmp_path / ".config" / "fish" / "completions" / "footnote.fish"):
        path.write_text(script(shell, capsys))
    (work / "notes.txt").touch()
    # Asked for the names of the collections.
    asked = tmp_path / "bin" / "footnote"
    asked.parent.mkdir()
    asked.write_text('#!/bin/sh\nprintf "reports\\nnotes\\n"\n')
    asked.chmod(0o700)
    path = f"{asked.parent}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {
        "HOME": str(tmp_path), "PATH": path, "PS1": "> ",
        "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(tmp_path / ".config"), "TERM": "screen",
    }  # fmt: skip
    terminal = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]

    def tmux(*arguments: str) -> str:
        return subprocess.run(
            [*terminal, *arguments], capture_output=True, text=True, check=True, cwd=work, env=environment, timeout=60
        ).stdout

    def shown(text: str) -> None:
        until = time.monotonic() + 60
        while not re.search(text, screen := tmux("capture-pane", "-p")):
            assert time.monotonic() < until, f"{text!r} is not on the screen:\n{screen}"
            time.sleep(0.05)

    tmux("new-session", "-d", "-x", "150", "-y", "50", command)
    try:
        shown(r"\S")  # the prompt
        tmux("send-keys", "-l", f"{load or 'true'}; echo re''ady")
        tmux("send-keys", "Enter")
        shown("(?m)^ready")
        for typed, completed in _TABS:
            tmux("send-keys", "-l", typed)
            tmux("send-keys", "Tab")
            shown(re.escape(completed))
            tmux("send-keys", "C-u")
    finally:
        tmux("kill-server")


@pytest.mark.parametrize("setting", ["FOOTNOTE_TOP_K", "FOOTNOTE_RANKING", "FOOTNOTE_LANGUAGE", "FOOTNOTE_HOME"])
@pytest.mark.parametrize("words", [["completion", "zsh"], ["help", "ask"], ["--version"], ["ask", "--help"], ["help"]])
def test_command_without_settings_runs_whatever_they_are(
    setting: str, words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").mkdir()  # and the file of settings is not a file
    monkeypatch.setenv(setting, "/dev/null/x" if setting == "FOOTNOTE_HOME" else "x")
    with suppress(SystemExit):  # as argparse ends one that was asked for help
        assert run_command(words) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_reads_its_script(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    (tmp_path / "script").write_text(text)
    done = subprocess.run([shell, "-n", str(tmp_path / "script")], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_of_every_shell_knows_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    [commands] = [action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert [name for name in commands.choices if name not in text] == []
    assert "keep-removed" in text


def test_shell_that_is_mistyped_is_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run_command(["completion", "bsh"])
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith('error: SHELL "bsh" is unknown; did you mean "bash"?\n')
