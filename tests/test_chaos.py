"""Everything at once on one embedded index, and anything of it killed at any instant.

FOOTNOTE_TEST_ROUNDS makes it longer. FOOTNOTE_TEST_SEED repeats what is killed, though never at quite the same instant.
"""

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import psutil
import pytest
from chaos_workers import QUESTIONS
from conftest import ROOT, dice, rounds

from qa.store import Index, open_index
from qa.store.checkup import examine
from qa.store.schema import CHUNK_FIELDS

CHAOS = rounds(3)
PAPERS = 8  # in each folder: some groups of the embedder, which are cut small
FOLDERS = ("north", "south")
SURFACES = ("ingest north", "ingest south", "chat", "kernel", "ask")

pytestmark = [
    pytest.mark.models,
    # All that it kills, test_kills.py and test_engine.py kill one by one in each run.
    pytest.mark.long,
    pytest.mark.timeout(300 + 30 * CHAOS),
    pytest.mark.skipif(os.name == "nt", reason="kills by means of Unix"),
    pytest.mark.skipif(importlib.util.find_spec("ipykernel") is None, reason='needs the extra "eval"'),
]


class Papers:
    """Two folders of small papers, and every content that each of them ever had."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder = folder
        self.history: dict[str, list[str]] = {}
        self.chance = chance
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)
            for number in range(PAPERS):
                self.write(folder / name / f"paper-{number}.txt", number)

    def change(self) -> None:
        for _ in range(self.chance.randint(1, 6)):
            name, number = self.chance.choice(FOLDERS), self.chance.randrange(PAPERS)
            self.write(self.folder / name / f"paper-{number}.txt", number)

    def write(self, file: Path, number: int) -> None:
        text = "\n\n".join(
            f"Item {item} of paper {number}: the crane lifts {self.chance.randint(1, 99_999)} tonnes and the key of "
            f"the boat house hangs at hook {self.chance.randint(1, 999)} since the storm of {1900 + item}."
            for item in range(self.chance.randint(1, 6))
        )
        draft = file.with_suffix(".draft")
        draft.write_text(text)
        draft.replace(file)
        source = file.relative_to(self.folder).as_posix()
        self.history.setdefault(source, []).append(hashlib.sha256(text.encode()).hexdigest())


class Surfaces:
    """Starts what is not running, and kills what is."""

    def __init__(self, home: Path, papers: Papers, logs: Path) -> None:
        self.home, self.papers, self.logs = home, papers, logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.ended: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()

    def start(self, surface: str) -> None:
        if surface in self.running and self.running[surface].poll() is None:
            return
        role, *folder = surface.split()
        log = self.logs / surface.replace(" ", "-")
        if role == "ask":
            command = ["-m", "ui.cli", "ask", QUESTIONS[0], "--home", str(self.home)]
        else:
            command = [str(Path(__file__).with_name("chaos_workers.py")), role, str(self.home), f"{log}.log"]
            command += [str(self.papers.folder / name) for name in folder]
        with Path(f"{log}.out").open("ab") as output:
            self.running[surface] = subprocess.Popen(
                [sys.executable, *command], stdout=output, stderr=output, cwd=ROOT, start_new_session=True
            )

    def reap(self) -> None:
        for surface, process in list(self.running.items()):
            if process.poll() is not None:
                self.ended[f"{surface}: {process.returncode}"] += 1
                del self.running[surface]

    def kill(self, surface: str) -> None:
        """Kill a surface and its children, as the out-of-memory killer or an impatient user does."""
        if surface in self.running:
            with contextlib.suppress(psutil.NoSuchProcess):
                family = psutil.Process(self.running[surface].pid)
                for process in (*family.children(recursive=True), family):
                    process.kill()
            self.running[surface].wait()
            self.killed[surface] += 1

    def kill_engine(self, chance: random.Random) -> None:
        hosts = [p for p in psutil.process_iter() if _is_engine_of(p, self.home / "footnote.db")]
        if hosts:
            with contextlib.suppress(psutil.NoSuchProcess):
                chance.choice(hosts).kill()
                self.killed["engine"] += 1

    def end(self) -> None:
        for surface in SURFACES:
            self.kill(surface)


def _is_engine_of(process: psutil.Process, database: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return str(database) in process.cmdline()
    return False


def lines(logs: Path, pattern: str) -> list[str]:
    return [line for file in sorted(logs.glob(pattern)) for line in file.read_text(errors="replace").splitlines()]


def said_by(logs: Path, surface: str) -> Counter[str]:
    return Counter(lines(logs, f"{surface}.log"))


def newest_acknowledged(papers: Papers, logs: Path) -> dict[str, int]:
    """For each source the newest of its contents that an ingest has called stored, by place in its history."""
    newest: dict[str, int] = {}
    for line in lines(logs, "ingest-*.log"):
        source, sha256 = line.split("\t")
        newest[source] = max(newest.get(source, 0), papers.history[source].index(sha256))
    return newest


async def check_acknowledged(home: Path, papers: Papers, logs: Path) -> int:
    """No document that was acknowledged is lost, or older than it was; return how many were looked at."""
    before = newest_acknowledged(papers, logs)
    async with open_index(home / "footnote.db", "documents", idle_s=2.0) as index:
        await index.open()
        stored = {row.source: row.sha256 async for row in index.documents()}
    for source, version in before.items():
        assert source in stored, f"{source} was acknowledged and is gone"
        assert papers.history[source].index(stored[source]) >= version, f"{source} went back to an older version"
    return len(before)


async def rows(index: Index) -> dict[str, dict[str, object]]:
    fields = (*CHUNK_FIELDS, "text_hash", "dense", "sparse")
    return {row["id"]: row async for page in index.chunks.scan("", fields) for row in page}


async def compare(home: Path, undisturbed: Path) -> int:
    """Compare two indexes row by row; return how many chunks they have."""
    async with (
        open_index(home / "footnote.db", "documents", idle_s=2.0) as one,
        open_index(undisturbed / "footnote.db", "documents", idle_s=2.0) as other,
    ):
        assert await one.open() == await other.open()
        found = await examine(one)
        assert found.healthy, found
        mine, theirs = await rows(one), await rows(other)
        assert mine.keys() == theirs.keys()
        assert await one.chunks.count() == len(mine)
        for key, row in mine.items():
            for field, value in row.items():
                expected = theirs[key][field]
                if field == "dense":
                    # The same text in another batch is padded to another length.
                    np.testing.assert_allclose(np.asarray(value), np.asarray(expected), atol=1e-5)
                else:
                    assert value == expected, (key, field)
        registered = [{**asdict(row), "ingested_at": 0} async for row in one.documents()]
        expected_rows = [{**asdict(row), "ingested_at": 0} async for row in other.documents()]
        assert sorted(registered, key=str) == sorted(expected_rows, key=str)
        return len(mine)


def run_ingest(surfaces: Surfaces, *folders: str) -> None:
    surface = " ".join(["ingest", *folders])
    surfaces.start(surface)
    assert surfaces.running[surface].wait(120) == 0


@pytest.fixture
def surfaces(home: Path, tmp_path: Path) -> Iterator[Surfaces]:
    (tmp_path / "logs").mkdir()
    made = Surfaces(home, Papers(tmp_path / "papers", dice("chaos")), tmp_path / "logs")
    yield made
    made.end()


def test_nothing_is_lost_or_doubled_whatever_is_killed(surfaces: Surfaces, model_home: Path, tmp_path: Path) -> None:
    home, papers, logs = surfaces.home, surfaces.papers, surfaces.logs
    chance = papers.chance
    run_ingest(surfaces, "north")
    looked_at = 0
    for number in range(CHAOS):
        action = chance.random()
        if action < 0.25:
            papers.change()
        for surface in chance.sample(SURFACES, k=chance.randint(1, len(SURFACES))):
            surfaces.start(surface)
        time.sleep(chance.uniform(0.05, 2.0))
        if 0.2 < action < 0.55:
            surfaces.kill_engine(chance)
        elif action > 0.55:
            surfaces.kill(chance.choice(SURFACES))
        surfaces.reap()
        if number % 3 == 2:
            looked_at += asyncio.run(check_acknowledged(home, papers, logs))
    # However slow the machine is, and whatever was killed last: both answer again.
    for surface in ("chat", "kernel"):
        before = said_by(logs, surface)["answered"]
        while said_by(logs, surface)["answered"] == before:
            surfaces.reap()
            surfaces.start(surface)
            time.sleep(0.1)
    surfaces.end()
    run_ingest(surfaces, *FOLDERS)

    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    (undisturbed / "models").symlink_to(model_home / "models")
    other = Surfaces(undisturbed, papers, tmp_path)
    run_ingest(other, *FOLDERS)
    chunks = asyncio.run(compare(home, undisturbed))

    said = lines(logs, "*")
    answered = said_by(logs, "chat")["answered"] + said_by(logs, "kernel")["answered"]
    errors = Counter(line for line in said if line.startswith(("error:", "Traceback")))
    print(f"{CHAOS} rounds; killed {dict(surfaces.killed)}; ended {dict(surfaces.ended)}")
    print(f"{answered} questions answered in chat and kernel; {chunks} chunks; {looked_at} acknowledged looked at")
    print("errors seen:", dict(errors))
    for file in sorted(logs.glob("*.out")):
        _, began, trace = file.read_text(errors="replace").partition("Traceback")
        print(f"{file.name}: {began}{trace[:3_000]}" if began else "", end="")
    assert not [line for line in errors if "lock" in line.lower() or line.startswith("Traceback")], errors
    assert looked_at > 0
