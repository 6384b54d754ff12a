"""What shells complete, tried in the shells that are installed."""

import argparse
import shutil
import subprocess
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
