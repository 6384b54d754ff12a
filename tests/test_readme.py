"""What the README and the pages for users promise: every command of the README is run, and the example in Python."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, free_port, run_command

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.split("#")[0].strip()
    for language, block in BLOCKS
    if not language
    for line in block.splitlines()
    if "#" in line
]

pytestmark = pytest.mark.models


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "FOOTNOTE_HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def test_commands_of_the_first_screen_are_those_tested_here() -> None:
    assert COMMANDS == [
        "make run",
        "make test",
        "footnote ingest ~/papers",
        'footnote ask "…"',
        "footnote ui",
        "footnote serve",
    ]


def test_transcript_is_what_the_command_prints(sample_home: Path) -> None:
    [transcript] = [block for _, block in BLOCKS if block.startswith("$ footnote ask")]
    command, _, printed = transcript.partition("\n")
    result = subprocess.run(
        shlex.split(command.removeprefix("$ ")),
        capture_output=True,
        text=True,
        env=environment(sample_home),
        cwd=ROOT,
        check=True,
    )
    assert result.stdout.strip() == printed.strip()


def test_ingest_status_and_eval(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command in this process; the plain script, which is another program, in its own."""
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))
    papers = tmp_path / "papers"
    shutil.copytree(ROOT / "data" / "minutes", papers)
    questions = [
        line
        for line in (ROOT / "data" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
        if all(name.startswith("minutes/") for name in json.loads(line)["relevant"])
    ]
    moved = "\n".join(questions[:5]).replace("minutes/", "")
    (papers / "questions.jsonl").write_text(moved, encoding="utf-8")
    for command, expected in (
        (f"footnote ingest {papers}", "2 seen = 2 added"),
        (f"python -m ingest {papers}", "2 seen = 0 added + 0 updated + 2 unchanged"),
        ("footnote status", "2 documents"),
        ("footnote collections", "all-MiniLM-L6-v2, 384 dimensions, auto, 200 tokens"),
        (f"footnote collections export documents {tmp_path / 'backup'}", "2 documents and"),
        (f"footnote collections import {tmp_path / 'backup'} --as restored", '"restored"; 2 documents compared'),
        ("footnote collections drop restored --yes", "is dropped"),
        (f"footnote eval {papers}", "nDCG@10"),
    ):
        program, *arguments = shlex.split(command)
        if program == "footnote":
            capsys.readouterr()
            status = run_command(arguments)
            out, err = capsys.readouterr()
        else:
            done = subprocess.run(
                [sys.executable, *arguments], capture_output=True, text=True, env=environment(home), cwd=ROOT
            )
            status, out, err = done.returncode, done.stdout, done.stderr
        assert status == 0, err
        assert expected in out


def test_python_example(sample_home: Path) -> None:
    page = (ROOT / "docs" / "ask.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    result = subprocess.run(
        [sys.executable, "-c", example.replace('".footnote"', repr(str(sample_home)))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "annual-2024.pdf" in result.stdout


def test_make_run_ingests_answers_and_serves(sample_home: Path, tmp_path: Path) -> None:
    """From a checkout of a few papers whose .venv is ready; `.ci/run` itself makes one from nothing."""
    if not (ROOT / ".venv" / ".ready").exists() or not shutil.which("make"):
        pytest.skip("no .venv made by `make setup` in this checkout")
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns(".venv", ".engines", ".git", ".footnote", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, checkout, ignore=ignored)
    (checkout / ".venv").symlink_to(ROOT / ".venv")
    # Else make would install the copy into the environment that these tests run in.
    for name in ("pyproject.toml", "constraints.txt", "scripts/setup.sh"):
        os.utime(checkout / name, (0, 0))
    # The model has little to do; that all papers are ingested is what `sample_home` shows.
    for path in list((checkout / "data").iterdir()):
        if path.is_dir() and path.name != "procedures":
            shutil.rmtree(path)
    papers = [path for path in (checkout / "data" / "procedures").iterdir() if path.is_file()]
    home = checkout / ".footnote"
    home.mkdir()
    (home / "models").symlink_to((sample_home / "models").resolve())
    port = free_port()
    log = tmp_path / "log"
    # The environment is this checkout's, and so would the home be.
    shell = environment(home)
    with log.open("w") as output:
        process = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=checkout,
            stdout=output,
            stderr=output,
            env=shell,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
        assert f"{len(papers)} seen = {len(papers)} added" in log.read_text()
        assert re.search(r"^\[1\] .*, characters \d+–\d+$", log.read_text(), re.MULTILINE)
        taken = subprocess.run(
            ["make", "run", f"PORT={port}"], cwd=checkout, env=shell, capture_output=True, text=True, check=False
        )
        assert taken.returncode != 0
        assert f"error: port {port} is taken" in taken.stderr
        # Said a moment after the chat answers, and nothing after it.
        said = f"==> The chat\nFootnote is at http://localhost:{port}; stop it with Ctrl-C\n"
        deadline = time.monotonic() + 60
        while not log.read_text().endswith(said) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert log.read_text().endswith(said), log.read_text()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.8.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    result = subprocess.run(
        ["bash", str(ROOT / "scripts" / "setup.sh"), str(old)], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "error: Footnote needs Python 3.11 or newer, not Python 3.8.2; "
        "install it, or name one: make PYTHON=/path/to/python3.11"
    ]


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(address, timeout=1) as reply:
                assert reply.status == 200
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(log.read_text())
