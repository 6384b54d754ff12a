"""Python environments that the tests make for engines that cannot be installed beside the one of Footnote."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

import pytest
from conftest import ROOT

FOLDER = ROOT / ".engines"
# What the store and its tests import, in the versions of Footnote's own environment.
STORE = (
    "pymilvus",
    "filelock",
    "numpy",
    "sentencex",
    "platformdirs",
    "python-dotenv",
    "psutil",
    "hypothesis",
    "pytest",
    "pytest-timeout",
)


def environment(name: str, *requirements: str) -> Path:
    """Return the folder of programs of an environment with these packages, made at the first call.

    Skips the test where they cannot be installed, or fails it where FOOTNOTE_REQUIRE_ENGINES says that it must run.
    """
    programs = FOLDER / name / "bin"
    mark = FOLDER / name / ".requirements"
    wanted = "\n".join(requirements)
    if mark.exists() and mark.read_text() == wanted:
        return programs
    venv.create(FOLDER / name, with_pip=True, clear=True)
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*install, *requirements], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = f"{name} cannot be installed: {(done.stderr.strip().splitlines() or ['no reason'])[-1]}"
        unavailable(reason)
    mark.write_text(wanted)
    return programs


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where FOOTNOTE_REQUIRE_ENGINES says that it must run."""
    if os.environ.get("FOOTNOTE_REQUIRE_ENGINES"):
        pytest.fail(reason)
    pytest.skip(reason)


def pinned(names: tuple[str, ...] = STORE) -> list[str]:
    """Return packages in their versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    versions = {re.split(r"[=\s]", line)[0].lower(): line.split()[0] for line in lines if "==" in line}
    return [versions[name] for name in names]


def run_tests(programs: Path, *files: str) -> "subprocess.CompletedProcess[str]":
    """Run test files of this folder in another environment."""
    command = [str(programs / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    others = {name: value for name, value in os.environ.items() if name != "FOOTNOTE_TEST_MILVUS_URI"}
    return subprocess.run(command, cwd=ROOT, env=others, capture_output=True, text=True, check=False)


def on_this_machine() -> bool:
    """Tell whether the engines exist for this system: their packages are for Linux."""
    return sys.platform == "linux"
