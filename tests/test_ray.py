"""--engine ray: a local Ray of two actors that write to one shared engine, with the same outcome as without."""

import asyncio
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import files
import pytest
from conftest import ROOT
from test_kills import everything
from test_pipeline import ALPHA, BETA

pytestmark = [
    pytest.mark.models,
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        find_spec("ray") is None,
        reason='Ray is not installed; pip install "footnote[ray]"',
    ),
]


def ingest(home: Path, folder: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    command = [sys.executable, "-m", "ingest", str(folder), "--home", str(home), "--json", "--quiet", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout, done.stderr[-3000:]
    return done.returncode, json.loads(done.stdout), done.stderr


def test_ray_ends_in_the_same_index(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"File {number}. {ALPHA}\n\n{BETA} Number {number}.")
    files.write_pdf(folder / "a.pdf", ["Page one", "Page two"])
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\ngarbage")
    ray = ("--engine", "ray", "--actors", "2", "--collection", "with_ray")

    status, report, errors = ingest(home, folder, *ray)
    assert (status, report["added"], len(report["failed"]), report["seen"]) == (1, 41, 1, 42)
    assert "broken.pdf" in errors
    assert "Traceback" not in errors
    assert ingest(home, folder, "--collection", "without")[0] == 1
    assert asyncio.run(everything(home, "with_ray")) == asyncio.run(everything(home, "without"))

    (folder / "1.txt").rename(folder / "moved.txt")
    (folder / "2.txt").unlink()
    (folder / "3.txt").write_text(ALPHA)
    status, report, _ = ingest(home, folder, *ray)
    counts = {name: report[name] for name in ("moved", "removed", "updated", "unchanged", "added")}
    assert counts == {"moved": 1, "removed": 1, "updated": 1, "unchanged": 38, "added": 0}
    assert report["failed"][0]["known"]
    assert report["chunks_embedded"] == 1
