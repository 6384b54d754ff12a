"""kill -9 at any instant of an ingest costs at most the batch in flight, and the next run goes on from there."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, dice, rounds
from test_pipeline import held

from qa.store import open_index

KILLS = rounds(1)
# Enough that an ingest is still at work when it is killed.
FILES = 25 * (KILLS + 2)

# The plain script with small batches, and a list of all that was embedded, by the hash of its text. What a batch takes
# is waited for instead of computed: only when it ends matters here, and a kill finds it at work all the same.
_WATCHED = """
import runpy, sys, time
import numpy as np
from ingest.split import pieces
from qa.models import dense
from qa.store.ids import text_hash

pieces.EMBED_CHUNKS = 16
log = open(sys.argv[2], "a", buffering=1)

def logged(texts, workers, tell=None):
    hashes = [text_hash(text) for text in texts]
    log.write("".join(one + chr(10) for one in hashes))
    time.sleep(0.25)
    made = np.array([np.random.default_rng(int(one[:12], 16)).normal(size=384) for one in hashes], dtype=np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)

dense.vectors_of = logged
sys.argv = ["ingest", *sys.argv[3:], "--quiet", "--home", sys.argv[1]]
runpy.run_module("ingest", run_name="__main__")
"""


def _command(home: Path, log: Path, folder: Path, *options: str) -> list[str]:
    return [sys.executable, "-c", _WATCHED, str(home), str(log), str(folder), *options]


def _killed(command: list[str], log: Path, chance: random.Random) -> bool:
    """Run an ingest and kill it some time after it began to embed; False if it ended before."""
    before = log.stat().st_size if log.exists() else 0
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    while process.poll() is None and (log.stat().st_size if log.exists() else 0) == before:
        time.sleep(0.005)
    time.sleep(chance.random() * 0.6)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


async def _stored(home: Path, collection: str = "documents") -> set[str]:
    """The hashes of all texts that the index holds vectors of, registered or not."""
    async with open_index(home / "footnote.db", collection) as index:
        if not await index.exists():
            return set()
        await index.open()
        return {row["text_hash"] async for page in index.chunks.scan("", ["text_hash"]) for row in page}


async def everything(home: Path, collection: str) -> tuple[Counter[Any], Counter[Any]]:
    async with open_index(home / "footnote.db", collection) as index:
        await index.open()
        await held(index)
        register = Counter([(row.source, row.version, row.chunk_count) async for row in index.documents()])
        fields = ["source", "version", "ordinal", "text", "text_hash"]
        chunks = Counter(
            [tuple(row[field] for field in fields) async for page in index.chunks.scan("", fields) for row in page]
        )
    return register, chunks


@pytest.mark.models
@pytest.mark.rounds
@pytest.mark.timeout(300 + 120 * KILLS)
def test_killed_ingests_lose_nothing_double_nothing_and_embed_nothing_again(home: Path, tmp_path: Path) -> None:
    chance = dice("kills")
    folder = tmp_path / "docs"
    folder.mkdir()

    def write(number: int) -> None:
        sentences = (
            f"In year {chance.randrange(3000)} turbine {number} made {chance.random()} GWh."
            for _ in range(chance.choice([1, 3, 6, 20]))
        )
        (folder / f"f{number:03d}.txt").write_text(" ".join(sentences))

    for number in range(FILES):
        write(number)
    log = tmp_path / "embedded"
    killed = twice = 0
    for _ in range(KILLS):
        stored, embedded = asyncio.run(_stored(home)), log.read_text().split() if log.exists() else []
        killed += _killed(_command(home, log, folder), log, chance)
        again = set(log.read_text().split()[len(embedded) :])
        assert not again & stored, "a stored chunk was embedded again"
        twice += len(again & set(embedded))
        for number in chance.sample(range(FILES), 12):
            write(number)
        (folder / f"f{chance.randrange(FILES):03d}.txt").unlink(missing_ok=True)
    assert killed >= KILLS * 0.75, "too few were killed in the middle to show anything"

    done = subprocess.run(_command(home, log, folder), cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    undisturbed = _command(home, tmp_path / "other", folder, "--collection", "undisturbed")
    subprocess.run(undisturbed, cwd=ROOT, capture_output=True, check=True)
    register, chunks = asyncio.run(everything(home, "documents"))
    assert (register, chunks) == asyncio.run(everything(home, "undisturbed"))
    assert len(register) == len(list(folder.iterdir()))
    assert set(chunks.values()) == {1}
    print(f"{killed} kills, {len(log.read_text().split())} texts embedded, {twice} of them twice, {len(chunks)} chunks")
    # What was in flight when it was killed: the batch with the model, and those that waited to be stored.
    assert twice <= killed * 4 * 16
