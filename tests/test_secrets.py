"""Passwords and keys go to the server and nowhere else."""

import asyncio
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, SMALL, free_port, run_command

from qa.config import Settings
from qa.errors import ConfigError
from qa.store import open_index
from qa.wiring import server

SECRET = "hunter2-correct-horse"
VARIABLES = {"FOOTNOTE_USER": "me", "FOOTNOTE_PASSWORD": SECRET, "OPENAI_API_KEY": SECRET}
COMMANDS = [
    ["status", "--json"],
    ["doctor", "--json"],
    ["ask", "What?", "--json"],
    ["collections", "--json"],
    ["reindex", "--json", "--quiet"],
]


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.usefixtures("secrets")
def test_no_output_holds_a_secret(tmp_path: Path, command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "docs").mkdir()
    options = ["--uri", f"http://127.0.0.1:{free_port()}", "--home", str(tmp_path), "--timeout", "2"]
    assert run_command([*command, *options]) == 1
    out, err = capfd.readouterr()
    assert out + err
    assert SECRET not in out + err


@pytest.mark.parametrize("name", ["token", "password", "openai-api-key"])
def test_no_option_takes_a_secret(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("status", "ask", "migrate"):
        with pytest.raises(SystemExit):
            run_command([command, "--help"])
        assert f"--{name}" not in capsys.readouterr().out


def test_settings_show_no_secret() -> None:
    settings = Settings.from_env(VARIABLES)
    assert server(settings).token == f"me:{SECRET}"
    assert SECRET not in repr(settings) + repr(server(settings))


@pytest.mark.parametrize("scheme", ["http", "https", "tcp"])
def test_password_in_an_address_is_refused_and_not_repeated(tmp_path: Path, scheme: str) -> None:
    with pytest.raises(ConfigError, match="FOOTNOTE_PASSWORD") as raised:
        Settings(tmp_path, uri=f"{scheme}://me:{SECRET}@milvus:19530")
    assert SECRET not in str(raised.value)


@pytest.mark.usefixtures("secrets")
def test_no_process_that_is_started_shows_a_secret(tmp_path: Path) -> None:
    """What stands on a command line is seen by every user of the machine."""

    async def main() -> list[str]:
        async with open_index(tmp_path / "s.db", "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            asked = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "ui.cli", "status", "--uri", str(tmp_path / "s.db"), "--collection", "tests"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert SECRET not in asked.stdout + asked.stderr
            return [argument for process in psutil.process_iter() for argument in _arguments(process)]

    arguments = asyncio.run(main())
    assert str(tmp_path / "s.db") in arguments
    assert not [argument for argument in arguments if SECRET in argument]


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
