"""Packages for the tests that cannot be installed beside those of Footnote: other engines, real servers."""

import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from conftest import ROOT
from filelock import FileLock

FOLDER = ROOT / ".engines"
_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")


def environment(name: str, *requirements: str) -> Path:
    """Return the folder of programs of an environment with these packages, made at the first call.

    Skips the test where they cannot be installed, or fails it where FOOTNOTE_REQUIRE_ENGINES says that it must run.
    """
    with _made(name, requirements) as folder:
        if folder:
            venv.create(folder, with_pip=True)
            _install([str(folder / "bin" / "python"), *_PIP], requirements, folder)
    return FOLDER / name / "bin"


def overlay(name: str, *requirements: str) -> dict[str, str]:
    """Return variables with which Python finds these packages, without their dependencies, before Footnote's own.

    They are installed at the first call. Skips the test where they cannot be, or fails it as `environment` does.
    """
    with _made(name, requirements) as folder:
        if folder:
            _install([sys.executable, *_PIP, "--no-deps", "--target", str(folder)], requirements, folder)
    # The tests in there are a run of their own.
    ours = ("FOOTNOTE_TEST_MILVUS_URI", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_CURRENT_TEST")
    others = {key: value for key, value in os.environ.items() if key not in ours}
    return {**others, "PYTHONPATH": str(FOLDER / name)}


@contextmanager
def _made(name: str, requirements: Sequence[str]) -> Iterator[Path | None]:
    """Give an empty folder to fill, to one process at a time, unless it was filled before; a failed one is redone."""
    folder, wanted = FOLDER / name, "\n".join(requirements)
    mark = FOLDER / f"{name}.requirements"
    FOLDER.mkdir(exist_ok=True)
    with FileLock(FOLDER / f"{name}.lock"):
        if mark.exists() and mark.read_text() == wanted:
            yield None
            return
        mark.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        yield folder
        mark.write_text(wanted)


def _install(command: Sequence[str], requirements: Sequence[str], folder: Path) -> None:
    done = subprocess.run([*command, *requirements], capture_output=True, text=True, check=False)
    if done.returncode:
        reasons = done.stderr.strip().splitlines() or ["no reason"]
        unavailable(f"{folder.name} cannot be installed: {reasons[-1]}")


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where FOOTNOTE_REQUIRE_ENGINES says that it must run."""
    if os.environ.get("FOOTNOTE_REQUIRE_ENGINES"):
        pytest.fail(reason)
    pytest.skip(reason)


def run_tests(variables: dict[str, str], *files: str) -> "subprocess.CompletedProcess[str]":
    """Run test files of this folder with the packages of an overlay."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def on_this_machine() -> bool:
    """Tell whether the engines exist for this system: their packages are for Linux."""
    return sys.platform == "linux"
