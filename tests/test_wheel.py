"""What pip installs: a wheel does all that the checkout does, with nothing of the checkout beside it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from chat_server import running
from conftest import ROOT, free_port

from qa import sample

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return variables under which Python finds the wheel's packages, and not those of the checkout."""
    built, folder = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    # What an earlier build left there would come along.
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(ROOT)], check=True
    )
    [wheel] = built.glob("footnote-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder), str(wheel)], check=True)
    return {**os.environ, "PYTHONPATH": str(folder), "FOOTNOTE_HOME": str(tmp_path_factory.mktemp("home"))}


def run(installed: dict[str, str], folder: Path, *words: str) -> str:
    command = [sys.executable, *words]
    return subprocess.run(command, env=installed, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_wheel_is_what_runs(installed: dict[str, str], tmp_path: Path) -> None:
    where = run(installed, tmp_path, "-c", "import qa, ui, ingest; print(qa.__file__, ui.__file__, ingest.__file__)")
    assert all(path.startswith(installed["PYTHONPATH"]) for path in where.split())


def test_sample_is_in_the_wheel_and_answers(installed: dict[str, str], tmp_path: Path) -> None:
    """All of it is there, byte for byte; the mails are ingested here, and all of it where it lies in the checkout."""
    papers = Path(installed["PYTHONPATH"]) / "footnote_sample"
    assert held(papers) == held(ROOT / "data")
    for folder in [folder for folder in papers.iterdir() if folder.is_dir() and folder.name != "mail"]:
        shutil.rmtree(folder)
        folder.mkdir()
    printed = run(installed, tmp_path, "-m", "ui.cli", "sample")
    # A mail's attachment is a document of its own.
    seen = re.search(r"^(\d+) seen = \1 added", printed, re.MULTILINE)
    assert seen
    assert int(seen[1]) > len(list((papers / "mail").iterdir()))
    assert sample.EXAMPLES[0] in printed
    assert "1.60 m significant wave height. [1]" in printed
    assert "plover-dash-limit.eml" in printed


def held(folder: Path) -> dict[str, bytes]:
    """Return the papers below a folder."""
    files = (path for path in folder.rglob("*.*") if path.is_file() and path.suffix not in (".py", ".pyc"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_chat_is_served_from_the_wheel(installed: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    command = ["-m", "ui.cli", "ui", "--port", str(port), "--no-browser", "--collection", "sample"]
    with running(command, tmp_path, port, **installed) as chat:
        assert chat.stop()[0] == 0
