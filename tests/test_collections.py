"""Whole collections: named, listed, renamed, dropped, exported, imported and moved between engines."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, SMALL, run, run_command
from test_store import direction, document

from qa.config import Settings
from qa.errors import StoreError, StoreUnavailableError
from qa.evaluation import read_dataset
from qa.followup import standalone
from qa.store import EmbeddedDocument, Generation, Index, catalog, open_index
from qa.store.schema import CHUNK_FIELDS, RESERVED_TERM
from qa.store.transfer import copy, verify_sample
from qa.wiring import open_retriever


def papers(count: int = 7) -> list[EmbeddedDocument]:
    texts = ["Größe 測試 🌊 “quoted”\n\ttab", "…"]
    many = [document(f"/papers/{n}.txt", [f"text {n}", *texts], sha256=f"{n:064x}") for n in range(count)]
    return [*many, document("/papers/no-terms.txt", ["…"], sha256="f" * 64, terms=[{}])]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose collection "documents" holds a few papers, without any model."""

    async def main() -> None:
        async with open_index(tmp_path / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL)
            await index.commit(papers())
            await Index(index.connection, "taken").open_or_create(SMALL)

    run(main)
    return tmp_path


def footnote(home: Path, *arguments: str) -> int:
    return run_command([*arguments, "--home", str(home)])


async def contents(home: Path, name: str) -> tuple[dict[str, object], list[object]]:
    async with open_index(home / "footnote.db", name, idle_s=2.0) as index:
        await index.open()
        fields = (*CHUNK_FIELDS, "text_hash", "dense", "sparse")
        rows = {row["id"]: row async for page in index.chunks.scan("", fields) for row in page}
        for row in rows.values():
            row["dense"] = np.asarray(row["dense"], dtype=np.float32).tolist()
        assert await index.chunks.count() == len(rows)
        return rows, sorted([{**asdict(row), "ingested_at": 0} async for row in index.documents()], key=str)


def same(home: Path, name: str, other_home: Path, other: str) -> bool:
    return asyncio.run(contents(home, name)) == asyncio.run(contents(other_home, other))


# Listing, renaming, dropping


def test_collections_are_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert footnote(home, "collections", "--json") == 0
    listed, _ = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["documents"], listed["chunks"]) == ("documents", 8, 22)
    assert (listed["dense_model"], listed["dim"], listed["ready"]) == ("fake", 8, True)
    assert footnote(home, "collections") == 0
    assert "fake, 8 dimensions" in capsys.readouterr().out


def test_no_collections_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert footnote(tmp_path, "collections") == 0
    assert "footnote ingest PATH" in capsys.readouterr().out
    assert not (tmp_path / "footnote.db").exists()


def test_renamed_collection_keeps_its_documents_and_their_keys(home: Path) -> None:
    before = asyncio.run(contents(home, "documents"))
    assert footnote(home, "collections", "rename", "documents", "papers") == 0
    assert asyncio.run(contents(home, "papers")) == before

    async def main() -> None:
        async with (
            open_index(home / "footnote.db", "papers", idle_s=2.0) as index,
            open_index(home / "footnote.db", "documents", idle_s=2.0) as old,
        ):
            await index.open()
            assert index.identity == "documents"
            assert not await old.exists()
            # The old name is free again, for a collection of its own.
            await old.open_or_create(SMALL)
            assert (await old.status()).documents == 0
            assert (await index.status()).documents == 8
            assert [item.name for item in await catalog.generations(index.connection)] == [
                "documents",
                "papers",
                "taken",
            ]

    run(main)


def test_dropped_collection_is_gone_and_others_stay(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def other() -> None:
        async with open_index(home / "footnote.db", "letters", idle_s=2.0) as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])

    run(other)
    assert footnote(home, "collections", "drop", "documents", "--yes") == 0
    capsys.readouterr()
    assert footnote(home, "collections", "--json") == 0
    assert [item["name"] for item in json.loads(capsys.readouterr().out)] == ["letters", "taken"]


def test_drop_asks_first(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Terminal:
        def __init__(self, line: str) -> None:
            self.line = line

        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            return self.line

    monkeypatch.setattr("sys.stdin", Terminal("yes\n"))
    assert footnote(home, "collections", "drop", "documents") == 1
    assert '"documents" holds 8 documents in 22 chunks' in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", Terminal("documents\n"))
    assert footnote(home, "collections", "drop", "documents") == 0


def test_index_made_before_names_and_generations_opens(tmp_path: Path) -> None:
    """Its row of settings has another key and holds the settings alone."""

    async def main() -> None:
        async with open_index(tmp_path / "old.db", "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL)
            await index.commit(papers())
            [row] = await index.register.query('status == "settings"', [])
            stored = {**row, "id": "0" * 32, "ingested_at": 0, "metadata": asdict(SMALL), "terms": {RESERVED_TERM: 1.0}}
            fields = ("document_id", "source", "title", "media_type", "sha256", "version", "status", "error")
            stored |= dict.fromkeys(fields, "") | {"size": 0, "modified": 0, "chunk_count": 0, "status": "settings"}
            await index.register.delete('status == "settings"')
            await index.register.insert([stored])
        async with open_index(tmp_path / "old.db", "documents", idle_s=2.0) as index:
            assert await index.open() == SMALL
            assert index.identity == "documents"
            await index.open_or_create(SMALL)
            assert (await index.status()).documents == 8

    run(main)


def test_newest_ready_generation_answers(tmp_path: Path) -> None:
    async def main() -> None:
        async with open_index(tmp_path / "g.db", "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL)
            for number, ready in ((2, True), (3, False)):
                later = Index(index.connection, "documents")
                await later.create(Generation(f"documents_g{number}", "documents", number, ready, "documents", SMALL))
            found = await catalog.find(index.connection, "documents")
            assert found
            assert found.number == 2

    run(main)


def test_reader_of_a_dropped_collection_is_told_to_ask_again(home: Path) -> None:
    async def main() -> None:
        async with (
            open_index(home / "footnote.db", "documents", idle_s=2.0) as reader,
            open_index(home / "footnote.db", "documents", idle_s=2.0) as other,
        ):
            await reader.open()
            await other.drop()
            with pytest.raises(StoreUnavailableError, match="rebuilt, renamed or dropped meanwhile"):
                await reader.search_dense(direction(0), limit=1)

    run(main)


# Export and import


def test_export_and_import_give_the_same_collection(home: Path, tmp_path: Path) -> None:
    assert footnote(home, "collections", "export", "documents", str(tmp_path / "backup")) == 0
    assert {file.name for file in (tmp_path / "backup").iterdir()} == {
        "collection.json",
        "documents.parquet",
        "chunks.parquet",
    }
    other = tmp_path / "other"
    assert footnote(other, "collections", "import", str(tmp_path / "backup"), "--as", "copied") == 0
    assert same(home, "documents", other, "copied")


def test_import_goes_on_where_it_stopped(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert footnote(home, "collections", "export", "documents", str(tmp_path / "backup")) == 0
    other = tmp_path / "other"

    async def begin() -> None:
        async with open_index(other / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL)
            await index.commit(papers()[:3])

    run(begin)
    assert footnote(other, "collections", "import", str(tmp_path / "backup")) == 0
    assert "5 documents and 13 chunks stored" in capsys.readouterr().out
    assert same(home, "documents", other, "documents")


# Migration


KILLED = """
import asyncio, os, sys
from qa.store import transfer
from ui.cli import main
transfer.BATCH_CHUNKS = 3
commits = 0
commit = transfer.Index.commit
async def dying(self, documents, **options):
    global commits
    commits += 1
    if commits == 3:
        os.kill(os.getpid(), 9)
    await commit(self, documents, **options)
transfer.Index.commit = dying
sys.exit(main(["migrate", sys.argv[1], sys.argv[2]]))
"""


def test_migration_that_was_killed_goes_on(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = home / "footnote.db", tmp_path / "target" / "footnote.db"
    done = subprocess.run([sys.executable, "-c", KILLED, str(source), str(target)], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert run_command(["migrate", str(source), str(target)]) == 0
    assert "6 documents and 16 chunks stored" in capsys.readouterr().out
    assert same(home, "documents", tmp_path / "target", "documents")


def test_changed_row_is_noticed(home: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            open_index(home / "footnote.db", "documents", idle_s=2.0) as source,
            open_index(tmp_path / "target.db", "documents", idle_s=2.0) as target,
        ):
            await source.open()
            rows = [row async for row in source.documents()]
            await copy(source, target)
            assert await verify_sample(source, target, rows) == 8
            [spoilt] = await target.chunks.query('text == "text 3"', [*CHUNK_FIELDS, "text_hash", "dense", "sparse"])
            await target.chunks.delete('text == "text 3"')
            vector = np.asarray(spoilt["dense"], dtype=np.float32)[::-1]
            await target.chunks.insert([{**spoilt, "dense": vector, "sparse": dict(spoilt["sparse"])}])
            with pytest.raises(StoreError, match=r"/papers/3\.txt is not the same"):
                await verify_sample(source, target, rows)

    run(main)


@pytest.mark.models
def test_copied_sample_answers_alike(
    sample_home: Path, model_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "copied"
    target.mkdir()
    (target / "models").symlink_to(model_home / "models")
    assert run_command(["migrate", str(sample_home / "footnote.db"), str(target / "footnote.db")]) == 0
    assert "246 chunks stored" in capsys.readouterr().out
    questions = read_dataset(ROOT / "data").questions

    async def found(home: Path) -> list[list[tuple[str, float]]]:
        async with open_retriever(Settings(home=home)) as retriever:
            return [
                [(hit.chunk.id, round(hit.score, 5)) for hit in await retriever.retrieve(standalone(q.text, q.turns))]
                for q in questions
            ]

    assert asyncio.run(found(sample_home)) == asyncio.run(found(target))


# Bad input


def cut(folder: Path) -> None:
    chunks = folder / "chunks.parquet"
    chunks.write_bytes(chunks.read_bytes()[:200])


def lose(folder: Path) -> None:
    (folder / "documents.parquet").unlink()


def shorten(folder: Path) -> None:
    table = pq.read_table(folder / "chunks.parquet")
    pq.write_table(table.slice(0, 3), folder / "chunks.parquet")


def age(folder: Path) -> None:
    described = json.loads((folder / "collection.json").read_text())
    (folder / "collection.json").write_text(json.dumps({**described, "version": 99}))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (cut, "is damaged"),
        (lose, "is no exported collection (documents.parquet is missing)"),
        (shorten, "is not whole"),
        (age, "was exported by another release"),
        (shutil.rmtree, "is no exported collection (collection.json is missing)"),
    ],
)
def test_export_that_cannot_be_imported_is_named(
    home: Path, tmp_path: Path, spoil: Callable[[Path], None], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert footnote(home, "collections", "export", "documents", str(tmp_path / "backup")) == 0
    spoil(tmp_path / "backup")
    assert footnote(tmp_path / "other", "collections", "import", str(tmp_path / "backup")) == 1
    [line] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert message in line
    assert not (tmp_path / "other" / "footnote.db").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["collections", "rename", "letters", "b"], 'there is no collection "letters"; there are "documents", "taken"'),
        (["collections", "rename", "documents", "documents"], '"documents" is its name already'),
        (["collections", "rename", "documents", "taken"], 'there is a collection "taken" already'),
        (["collections", "rename", "documents", "a b"], 'collection "a b" is not a name'),
        (
            ["collections", "drop", "letters", "--yes"],
            'there is no collection "letters"; there are "documents", "taken"',
        ),
        (["collections", "drop", "documents"], "add --yes to drop it where nobody can be asked"),
        (["collections", "export", "letters", "{}/x"], 'there is no collection "letters"'),
        (["collections", "export", "documents", "{}"], "exists and is not empty; name a new folder"),
        (["collections", "import", "{}/nowhere"], "is no exported collection"),
        (["reindex", "--collection", "letters"], 'there is no collection "letters" yet'),
        (["reindex", "--language", "klingon"], 'language "klingon" is not supported'),
    ],
)
def test_impossible_wishes_change_nothing(
    home: Path, tmp_path: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = asyncio.run(contents(home, "documents"))
    assert footnote(home, *(argument.format(tmp_path) for argument in arguments)) == 1
    [line] = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error:")]
    assert message in line
    assert asyncio.run(contents(home, "documents")) == before


def test_migration_from_nowhere_or_to_itself_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = str(home / "footnote.db")
    assert run_command(["migrate", here, str(home / "." / "footnote.db")]) == 1
    assert "are the same engine" in capsys.readouterr().err
    assert run_command(["migrate", str(home / "none.db"), here]) == 1
    assert "there is no index at" in capsys.readouterr().err
    assert not (home / "none.db").exists()


def test_collection_of_other_documents_is_no_target(home: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            open_index(home / "footnote.db", "documents", idle_s=2.0) as source,
            open_index(tmp_path / "target.db", "letters", idle_s=2.0) as target,
        ):
            await source.open()
            await target.open_or_create(SMALL)
            with pytest.raises(StoreError, match="is there already and is not a copy"):
                await copy(source, target)

    run(main)
