"""--watch among thousands of changes: the index is in step with the folder when they are over."""

import asyncio
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, OpenIndex, run
from test_folder import sync
from test_pipeline import held

from ingest.watch import watch
from qa.store import Index, open_index

MANY = [pytest.param(100), pytest.param(2_000, marks=pytest.mark.long)]


@asynccontextmanager
async def watched(index: Index, folder: Path) -> AsyncIterator[None]:
    """Keep an index in step with a folder in the background; what ends the watch ends the test."""
    stop = asyncio.Event()

    async def synced() -> None:
        await sync(index, folder)

    task = asyncio.create_task(watch([folder], synced, stop=stop, say=print, settle_s=0.2))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 120)


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.rglob("*.txt")}


async def in_step(index: Index, folder: Path, *, timeout_s: float) -> None:
    """Wait until the register says what the folder holds, then compare all texts."""
    there = files_of(folder)
    until = time.monotonic() + timeout_s
    while True:
        register = {Path(row.source).name async for row in index.documents()}
        if register == set(there) and {name: "".join(texts) for name, texts in await texts_of(index)} == there:
            break
        assert time.monotonic() < until, (len(register), len(there))
        await asyncio.sleep(0.3)
    # Nothing is under way any more that would change it.
    await asyncio.sleep(1.0)
    assert {name: "".join(texts) for name, texts in (await held(index)).items()} == there


async def texts_of(index: Index) -> list[tuple[str, list[str]]]:
    """As `held`, while an ingest is under way that may leave two versions for a moment."""
    found: dict[str, list[str]] = {}
    async for page in index.chunks.scan("", ["source", "text"]):
        for row in page:
            found.setdefault(Path(row["source"]).name, []).append(row["text"])
    return list(found.items())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("many", MANY)
def test_many_files_made_changed_and_deleted_at_once(new_index: OpenIndex, tmp_path: Path, many: int) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "kept.txt").write_text("This one stays.")
    limit_s = 60 + many / 5

    async def main() -> None:
        async with new_index() as index, watched(index, folder):
            for number in range(many):
                (folder / f"{number % 20}").mkdir(exist_ok=True)
                (folder / f"{number % 20}" / f"f{number}.txt").write_text(f"Made as number {number}.")
            began = time.monotonic()
            await in_step(index, folder, timeout_s=limit_s)
            print(f"made: {time.monotonic() - began:.1f} s")
            for number in range(many):
                (folder / f"{number % 20}" / f"f{number}.txt").write_text(f"Changed, number {number}.")
            began = time.monotonic()
            await in_step(index, folder, timeout_s=limit_s)
            print(f"changed: {time.monotonic() - began:.1f} s")
            for number in range(20):
                shutil.rmtree(folder / f"{number}")
            began = time.monotonic()
            await in_step(index, folder, timeout_s=limit_s)
            print(f"deleted: {time.monotonic() - began:.1f} s")

    run(main)


@pytest.mark.models
@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("many", [60, 2_000])
def test_command_follows_many_files_made_changed_and_deleted(home: Path, tmp_path: Path, many: int) -> None:
    """The real command, with the real model, each change while it is busy with the one before."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "kept.txt").write_text("This one stays.")
    command = [sys.executable, "-m", "ui.cli", "ingest", str(folder), "--watch", "--json", "--home", str(home)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=unbuffered(), preexec_fn=heard
    )
    reports: list[dict[str, Any]] = []
    reader = threading.Thread(target=lambda: reports.extend(map(json.loads, process.stdout or [])))
    errors = threading.Thread(target=lambda: said.append((process.stderr or io.StringIO()).read()))
    said: list[str] = []
    reader.start()
    errors.start()
    limit_s = 120 + many / 2

    async def main() -> None:
        until = time.monotonic() + limit_s
        while not reports:
            assert process.poll() is None, said
            assert time.monotonic() < until
            await asyncio.sleep(0.05)
        async with open_index(home / "footnote.db", "documents") as index:
            await index.open()
            for number in range(many):
                (folder / f"{number % 20}").mkdir(exist_ok=True)
                (folder / f"{number % 20}" / f"f{number}.txt").write_text(f"Made as number {number}.")
            await in_step(index, folder, timeout_s=limit_s)
            for number in range(many):
                file = folder / f"{number % 20}" / f"f{number}.txt"
                if number % 3 == 0:
                    file.write_text(f"Changed, number {number}.")
                elif number % 3 == 1:
                    file.unlink()
                else:
                    file.rename(file.with_name(f"g{number}.txt"))
            await in_step(index, folder, timeout_s=limit_s)
            shutil.rmtree(folder / "1")
            for number in range(many):
                (folder / f"again{number}.txt").write_text(f"Once more, number {number}.")
            await in_step(index, folder, timeout_s=limit_s)

    try:
        run(main)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 130
    finally:
        process.kill()
        reader.join()
        errors.join()
    assert "Traceback" not in said[0]
    # Nothing was left for another run to mend.
    done = subprocess.run(
        [part for part in command if part != "--watch"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    report = json.loads(done.stdout)
    assert (report["unchanged"], report["added"], report["updated"]) == (len(files_of(folder)), 0, 0)


def unbuffered() -> dict[str, str]:
    """Let a command print each report when it has it."""
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def heard() -> None:
    """Let a command hear Ctrl-C, which one in the background of a shell ignores."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
