"""Two generations of the embedded engine on one database: one clear line, and not a byte of it is changed."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import SMALL, run
from environments import on_this_machine, overlay

from qa.errors import StoreUnavailableError
from qa.store import engine, open_index
from qa.store.engine_process import endpoint_file, log_file

_OPEN = """
import asyncio, sys
sys.path[:0] = ["tests", "."]
from pathlib import Path
from conftest import SMALL
from qa.errors import StoreUnavailableError
from qa.store import open_index

async def main():
    try:
        async with open_index(Path(sys.argv[1]), "tests", timeout_s=30.0, idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            print("opened", (await index.status()).documents)
    except StoreUnavailableError as error:
        print(error)

asyncio.run(main())
"""


def content(path: Path) -> dict[str, str]:
    """The hash of every file of a database, which is a file or a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {str(file): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def opened_by(variables: dict[str, str], database: Path) -> str:
    command = [sys.executable, "-c", _OPEN, str(database)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    [line] = done.stdout.splitlines()
    return line


@pytest.mark.skipif(os.name == "nt", reason="milvus-lite 2.5.1 is not for Windows")
def test_folder_of_milvus_lite_3_is_named_and_left(tmp_path: Path) -> None:
    database = tmp_path / "footnote.db"
    for folder in ("databases", "collections"):
        (database / folder).mkdir(parents=True)
    (database / "LOCK").touch()
    (database / "collections" / "a").write_text("kept")
    before = content(database)

    async def main() -> None:
        with pytest.raises(StoreUnavailableError, match=r'made by milvus-lite 3, .* Install "milvus-lite>=3.2.2"'):
            async with open_index(database, "tests"):
                pass

    run(main)
    assert content(database) == before
    assert not log_file(database).exists()


def test_file_of_milvus_lite_2_5_is_named_and_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "footnote.db"

    async def make() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)

    async def main() -> None:
        with pytest.raises(StoreUnavailableError, match=r'made by milvus-lite 2.5.1, .* Install "milvus-lite==2.5.1"'):
            async with open_index(database, "tests"):
                pass

    if not engine._binary():
        pytest.skip("milvus-lite 2.5.1 is not installed")
    run(make)
    before = content(database)
    monkeypatch.setattr(engine, "_binary", lambda: "")
    run(main)
    assert content(database) == before


@pytest.mark.engines
@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(not on_this_machine(), reason="not tried on this system")
def test_neither_generation_opens_or_harms_what_the_other_made(tmp_path: Path) -> None:
    engines = {"2.5.1": dict(os.environ), "3": overlay("milvus-lite-3.2.2", "milvus-lite==3.2.2")}
    for made, other in (("2.5.1", "3"), ("3", "2.5.1")):
        folder = tmp_path / made
        folder.mkdir()
        database = folder / "footnote.db"
        assert opened_by(engines[made], database) == "opened 0"
        while endpoint_file(database).exists():
            time.sleep(0.05)  # on its way out the engine writes to its files
        before = content(database)
        for _ in range(2):
            assert f"was made by milvus-lite {made}" in opened_by(engines[other], database)
        assert content(database) == before
        assert opened_by(engines[made], database) == "opened 0"
