"""Kinds of index by settings, and another one in place of the old."""

import asyncio
import json
from pathlib import Path

import pytest
from conftest import SMALL, run, run_command
from test_store import direction, document

from qa.config import Settings
from qa.errors import ConfigError, StoreUnavailableError
from qa.index_types import IndexType, described, read_index_type
from qa.store import open_index
from qa.store.indexes import drop_index


@pytest.mark.parametrize(
    ("text", "vectors", "expected"),
    [
        ("HNSW", "dense", IndexType("HNSW")),
        (" hnsw:M=16,efConstruction=200 ", "dense", IndexType("HNSW", {"M": 16, "efConstruction": 200})),
        ("IVF_FLAT: nlist = 64", "dense", IndexType("IVF_FLAT", {"nlist": 64})),
        ("AUTOINDEX", "sparse", IndexType("AUTOINDEX")),
        (
            "SPARSE_INVERTED_INDEX:inverted_index_algo=daat_wand",
            "sparse",
            IndexType("SPARSE_INVERTED_INDEX", {"inverted_index_algo": "DAAT_WAND"}),
        ),
    ],
)
def test_type_is_read_and_written_alike(text: str, vectors: str, expected: IndexType) -> None:
    assert read_index_type(text, vectors) == expected
    assert read_index_type(str(expected), vectors) == expected


@pytest.mark.parametrize(
    ("text", "vectors", "message"),
    [
        ("HNWS", "dense", "is no type of index for dense vectors"),
        ("HNSW", "sparse", "is no type of index for sparse vectors; use one of AUTOINDEX, SPARSE_INVERTED_INDEX"),
        ("HNSW:M", "dense", "is no parameter of an index; write NAME=VALUE"),
        ("HNSW:M=1", "dense", "M=1 is not a whole number from 2 to 2,048"),
        ("HNSW:M=x", "dense", "M=x is not a whole number"),
        ("FLAT:M=8", "dense", 'FLAT has no parameter "M"; it takes none'),
        ("HNSW:nlist=8", "dense", 'HNSW has no parameter "nlist"; it takes M, efConstruction'),
        ("SPARSE_INVERTED_INDEX:inverted_index_algo=best", "sparse", "use one of DAAT_MAXSCORE, DAAT_WAND, TAAT_NAIVE"),
        ("", "dense", "is no type of index"),
    ],
)
def test_what_is_no_type_is_told(text: str, vectors: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_index_type(text, vectors)


def test_setting_is_checked_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match='"TREE" is no type of index for dense vectors'):
        Settings(tmp_path, dense_index="TREE")


def test_engines_say_more_than_was_asked_for() -> None:
    said = {"index_type": "HNSW", "metric_type": "COSINE", "M": "16", "dim": "8", "state": "Finished"}
    assert described(said) == IndexType("HNSW", {"M": 16})


def test_who_asks_while_an_index_is_changed_waits_for_it(tmp_path: Path) -> None:
    """Engines fail then in words of their own, such as "metric type not match"."""

    async def main() -> None:
        database = tmp_path / "index.db"
        async with open_index(database, "docs") as index, open_index(database, "docs") as other:
            await index.open_or_create(SMALL)
            await index.commit([document(f"{n}.txt", ["text"] * 40, sha256=f"{n:064x}") for n in range(5)])
            await other.open()
            asked, ended = 0, asyncio.Event()

            async def ask() -> None:
                nonlocal asked
                while not ended.is_set():
                    assert len(await other.search_hybrid(direction(0), {1: 1.0}, limit=10)) == 10
                    assert await other.chunks.count() == 200
                    asked += 1

            async with asyncio.TaskGroup() as tasks:
                asking = [tasks.create_task(ask()) for _ in range(4)]
                for wanted in ("IVF_FLAT:nlist=4", "FLAT", "IVF_FLAT:nlist=8"):
                    await index.chunks.change_index("dense", read_index_type(wanted, "dense"))
                ended.set()
            assert len(asking) <= asked

    run(main)


def test_index_that_is_not_done_in_time_is_told(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "index.db", "docs") as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["text"])])
            await index.chunks.release()
            await drop_index(index.connection, index.chunks.name, "dense")
            index.connection.timeout_s = 1.0
            with pytest.raises(StoreUnavailableError, match="another index of it is being built, and not done"):
                await index.search_dense(direction(0), limit=10)

    run(main)


@pytest.mark.models
def test_index_is_changed_in_place(model_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Answers are found before and after; what the engine refuses changes nothing."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(model_home / "models")
    paper = tmp_path / "paper.txt"
    paper.write_text("The lighthouse at Cape Skerry is 41 metres high.")
    at = ["--home", str(home)]
    assert run_command(["ingest", str(paper), "--quiet", *at]) == 0

    def shown(*options: str) -> dict[str, str]:
        capsys.readouterr()
        assert run_command(["collections", "index", "documents", *options, "--json", *at]) == 0
        found: dict[str, str] = json.loads(capsys.readouterr().out)
        return found

    def answers() -> bool:
        assert run_command(["ask", "How high is the lighthouse at Cape Skerry?", *at]) == 0
        return "41 metres" in capsys.readouterr().out

    first = shown()
    assert first == {"dense": "FLAT", "sparse": "SPARSE_INVERTED_INDEX"}
    changed = shown("--dense", "IVF_FLAT:nlist=4", "--sparse", "SPARSE_INVERTED_INDEX:inverted_index_algo=DAAT_WAND")
    assert changed == {
        "dense": "IVF_FLAT:nlist=4",
        "sparse": "SPARSE_INVERTED_INDEX:inverted_index_algo=DAAT_WAND",
    }
    assert answers()
    # milvus-lite has neither of these.
    for refused in ("HNSW", "DISKANN"):
        assert run_command(["collections", "index", "documents", "--dense", refused, *at]) == 1
        assert "refused to index" in capsys.readouterr().err
    assert shown() == changed
    assert answers()
    assert run_command(["ingest", str(paper), "--quiet", *at]) == 0
    assert run_command(["collections", "index", "other", *at]) == 1
