"""A collection rebuilt from its own stored text, while the old generation answers."""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Build, run, run_command
from test_session import asking

from ingest.discover.sources import Fingerprint
from ingest.load import load
from ingest.read.prepare import prepared
from ingest.reindex import StoredSource, document_from, reindex
from ingest.split.splitter import Splitter
from qa import Settings, open_answerer
from qa.answering.events import Finished
from qa.calibration.model import PACKAGED, Calibration, read
from qa.errors import ConfigError
from qa.store import Index, RegisterRow, catalog, open_index
from qa.store.catalog import generations
from qa.text.terms import TERMS_VERSION
from qa.types import Answer, Chunk, Document
from ui.web.session import Session

pytestmark = pytest.mark.models


@pytest.fixture
def papers(home: Path) -> Path:
    """A home with four documents of several chunks; their folder is `<home>/docs`."""
    docs = home / "docs"
    docs.mkdir()
    for number in range(4):
        items = (f"The crane {n} of yard {number} lifts {n + 4} tonnes when the wind is low." for n in range(12))
        (docs / f"yard-{number}.md").write_text(f"# Yard {number}\n\n## Cranes\n\n" + "\n\n".join(items))
    assert run_command(["ingest", str(docs), "--home", str(home), "--quiet", "--chunk-tokens", "60"]) == 0
    return home


async def texts(home: Path) -> dict[str, list[str]]:
    """The chunks of each document of the collection that answers, in order."""
    async with open_index(home / "footnote.db", "documents", idle_s=2.0) as index:
        await index.open()
        found: dict[str, list[tuple[int, str]]] = {}
        async for page in index.chunks.scan("", ["source", "ordinal", "text"]):
            for row in page:
                found.setdefault(Path(row["source"]).name, []).append((row["ordinal"], row["text"]))
        return {name: [text for _, text in sorted(rows)] for name, rows in sorted(found.items())}


async def known(home: Path) -> list[tuple[str, int, bool]]:
    async with open_index(home / "footnote.db", "documents", idle_s=2.0) as index:
        return [(item.physical, item.number, item.ready) for item in await generations(index.connection)]


# Documents put together again


@pytest.mark.parametrize("name", ["reports/annual-2024.pdf", "procedures/emergency-response.md", "reports/hse-2024.md"])
def test_document_from_its_chunks_splits_as_the_file_does(model_home: Path, name: str) -> None:
    [tokenizer] = (model_home / "models").glob("all-MiniLM*/tokenizer.json")
    document = load(ROOT / "data" / name).documents[0]
    split = Splitter(tokenizer, chunk_tokens=200, max_tokens=256).split
    chunks = split(document, document_id="d", version="v")
    row = RegisterRow("r", "d", document.source, document.title, document.media_type, "", 1, 1, "v", len(chunks))
    again = document_from(row, chunks)
    assert all(again.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert [item.text for item in split(again, document_id="d", version="v")] == [chunk.text for chunk in chunks]
    assert [item.page for item in split(again, document_id="d", version="v")] == [chunk.page for chunk in chunks]


def chunk(start: int, text: str, heading: str, page: int = 0) -> Chunk:
    return Chunk("", "d", "v", 0, "s", "T", heading, page, start, start + len(text), text)


def test_headings_and_pages_come_back_by_hand() -> None:
    chunks = [
        chunk(2, "one", "A", 1),
        chunk(7, "two", "A › B", 1),
        chunk(10, "three", "A", 2),
        chunk(18, "four", "C", 3),
    ]
    document = document_from(RegisterRow("r", "d", "s", "T", "text/plain", "", 1, 1, "v", 4), chunks)
    assert document.text == "\n\none\n\ntwothree\n\n\nfour"
    assert [(h.level, h.title, h.start) for h in document.headings] == [
        (1, "A", 2),
        (2, "B", 7),
        (1, "A", 10),
        (1, "C", 18),
    ]
    assert [(p.number, p.start, p.end) for p in document.pages] == [(1, 2, 10), (2, 10, 15), (3, 18, 22)]


@pytest.mark.parametrize("size", [200, 60])
@pytest.mark.parametrize(
    "name", ["contracts/service-agreement.pdf", "registers/spare-parts.xlsx", "registers/fault-log-2024.csv"]
)
def test_sheets_rows_and_printed_page_numbers_come_back(name: str, size: int, model_home: Path) -> None:
    [tokenizer] = (model_home / "models").glob("all-MiniLM*/tokenizer.json")
    document = load(ROOT / "data" / name).documents[0]
    chunks = Splitter(tokenizer, chunk_tokens=200, max_tokens=256).split(document, document_id="d", version="v")
    row = RegisterRow("r", "d", document.source, document.title, document.media_type, "", 1, 1, "v", len(chunks))
    split = Splitter(tokenizer, chunk_tokens=size, max_tokens=256).split
    again = split(document_from(row, chunks), document_id="d", version="v")
    places = [(item.start, item.page, dict(item.metadata)) for item in split(document, document_id="d", version="v")]
    assert [(item.start, item.page, dict(item.metadata)) for item in again] == places


def test_rows_that_are_not_all_there_keep_the_range_of_their_chunk() -> None:
    table = {"rows": "2–5, 3–4", "sheet": "Old, New"}
    text = "Old\nA: 1\nA: 2\nNew\nB: 1\nB: 2"
    chunks = [Chunk("", "d", "v", 0, "s", "T", "", 0, 0, len(text), text, table)]
    document = document_from(RegisterRow("r", "d", "s", "T", "text/csv", "", 1, 1, "v", 1), chunks)
    assert [(mark.start, mark.number, mark.sheet) for mark in document.marks] == [
        (4, 2, "Old"),
        (4, 5, "Old"),
        (9, 2, "Old"),
        (9, 5, "Old"),
        (18, 3, "New"),
        (23, 4, "New"),
    ]
    label = Chunk("", "d", "v", 0, "s", "T", "", 3, 0, 3, "one", {"page_label": "iv"})
    more = Chunk("", "d", "v", 1, "s", "T", "", 3, 4, 7, "two", {"page_label": "iv"})
    [page] = document_from(RegisterRow("r", "d", "s", "T", "x", "", 1, 1, "v", 2), [label, more]).pages
    assert (page.number, page.label, page.start, page.end) == (3, "iv", 0, 7)


def test_language_and_day_of_a_document_are_told_anew() -> None:
    read = {"language": "pl", "dated": "2020-01-01", "root": "x"}
    row = RegisterRow("r", "d", "s", "T", "text/plain", "", 1, 1, "v", 0, metadata=read)
    assert StoredSource(row, lambda: Document("s", "T", "", "text/plain")).metadata == {"root": "x"}


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("invoice.txt", "Elektro Brandt\nDatum: 3. Februar 2025\n\nGeliefert am 2. Mai 2024.", "2025-02-03"),
        ("note.txt", "The pumps, which had leaked since the winter, were exchanged on 3 May 2023 by the crew.", None),
        ("mail.eml", "Date: Mon, 6 May 2019 10:00:00 +0000\nSubject: x\n\nBerlin, 3 February 2025\n", None),
        ("rows.csv", "day,what\n3 February 2025,rent\n", None),
    ],
)  # fmt: skip
def test_day_at_the_head_is_kept_where_nothing_else_states_one(
    model_home: Path, tmp_path: Path, name: str, text: str, day: str | None
) -> None:
    [tokenizer] = (model_home / "models").glob("all-MiniLM*/tokenizer.json")
    (tmp_path / name).write_text(text)
    document = load(tmp_path / name).documents[0]
    splitter = Splitter(tokenizer, chunk_tokens=200, max_tokens=256)
    made = prepared(document, Fingerprint("0" * 64, 1, 1, "v"), identity="i", splitter=splitter, metadata={})
    assert made.row.metadata.get("dated") == day


# Rebuilding


def test_other_chunk_size_rebuilds_and_the_folder_stays_unchanged(
    papers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = asyncio.run(texts(papers))
    capsys.readouterr()
    assert run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["failed"]) == (4, [])
    after = asyncio.run(texts(papers))
    assert before.keys() == after.keys()
    assert sum(map(len, after.values())) < sum(map(len, before.values()))
    words = {name: " ".join(parts).split() for name, parts in before.items()}
    assert {name: " ".join(parts).split() for name, parts in after.items()} == words
    assert asyncio.run(known(papers)) == [("documents_g2", 2, True)]
    # Without its settings named: the collection knows them.
    assert run_command(["ingest", str(papers / "docs"), "--home", str(papers), "--quiet"]) == 0
    assert "0 added + 0 updated + 4 unchanged" in capsys.readouterr().out
    assert run_command(["ask", "How much does crane 3 of yard 2 lift?", "--home", str(papers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"]


def test_files_that_could_not_be_read_are_not_tried_again(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (papers / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing else")
    ingest = ["ingest", str(papers / "docs"), "--home", str(papers), "--quiet", "--json"]
    run_command(ingest)
    assert run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet"]) == 0
    capsys.readouterr()
    run_command(ingest)
    [failure] = json.loads(capsys.readouterr().out)["failed"]
    assert (Path(failure["source"]).name, failure["known"]) == ("broken.pdf", True)


def test_other_model_answers_without_being_named_again(
    papers: Path, tiny: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny().save(str(tmp_path / "model"))
    (papers / "models").unlink()
    (papers / "models").mkdir(mode=0o700)
    command = ["reindex", "--home", str(papers), "--dense-model", str(tmp_path / "model"), "--chunk-tokens", "20"]
    assert run_command([*command, "--quiet"]) == 0
    capsys.readouterr()
    assert run_command(["status", "--home", str(papers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["dim"] == 16
    assert run_command(["doctor", "--home", str(papers)]) == 0
    assert f"{tmp_path / 'model'} loads, 16 dimensions" in capsys.readouterr().out
    assert run_command(["ask", "How much does crane 3 of yard 2 lift?", "--home", str(papers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"]


def test_small_collection_knows_what_an_answer_looks_like_after_a_rebuild(papers: Path) -> None:
    """It is too small to teach anything, and began with what any collection begins with."""

    async def calibration() -> Calibration | None:
        async with open_index(papers / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open()
            return read(await index.calibration())

    async def forget() -> None:
        async with open_index(papers / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open()
            await index.calibrate({})

    for number in (2, 3):
        (papers / "docs" / f"yard-{number}.md").unlink()
    ingested = ["ingest", str(papers / "docs"), "--home", str(papers), "--quiet"]
    assert run_command(ingested) == 0
    asyncio.run(reindex(Settings(home=papers, chunk_tokens=80)))
    assert asyncio.run(calibration()) == PACKAGED

    # As an earlier release left it.
    asyncio.run(forget())
    (papers / "docs" / "yard-1.md").write_text("# Yard 1\n\nThe crane lifts five tonnes.\n")
    assert run_command(ingested) == 0
    assert asyncio.run(calibration()) == PACKAGED


def test_refused_wish_leaves_the_collection_alone(papers: Path) -> None:
    before = asyncio.run(texts(papers))
    with pytest.raises(ConfigError, match="klingon"):
        asyncio.run(reindex(Settings(home=papers, language="klingon")))
    assert asyncio.run(texts(papers)) == before
    assert asyncio.run(known(papers)) == [("documents", 1, True)]


KILLED = """
import os, sys
import ingest.split.pieces
from qa.store import Index
from ui.cli import main
ingest.split.pieces.EMBED_CHUNKS = 1
commits = 0
enroll = Index.enroll
async def dying(self, documents, **options):
    global commits
    await enroll(self, documents, **options)
    commits += 1
    if commits == 2:
        os.kill(os.getpid(), 9)
Index.enroll = dying
sys.exit(main(["reindex", "--home", sys.argv[1], "--chunk-tokens", sys.argv[2], "--quiet"]))
"""


def killed_reindex(home: Path, chunk_tokens: int) -> None:
    command = [sys.executable, "-c", KILLED, str(home), str(chunk_tokens)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9


def test_killed_rebuild_goes_on_or_starts_anew(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = asyncio.run(texts(papers))
    killed_reindex(papers, 120)
    assert asyncio.run(texts(papers)) == before  # the old one answers
    assert asyncio.run(known(papers)) == [("documents", 1, True), ("documents_g2", 2, False)]
    capsys.readouterr()
    assert run_command(["collections", "--home", str(papers)]) == 0
    assert "being rebuilt" in capsys.readouterr().out
    # With other settings what was begun is dropped.
    killed_reindex(papers, 100)
    # With the same ones it goes on.
    assert run_command(["reindex", "--home", str(papers), "--chunk-tokens", "100", "--quiet"]) == 0
    assert "2 documents rebuilt, 2 were rebuilt before" in capsys.readouterr().out
    [(_, number, ready)] = asyncio.run(known(papers))
    assert (number, ready) == (2, True)


@pytest.mark.parametrize("years", [-1, 1])
def test_killed_rebuild_goes_on_whatever_the_clock_says(
    papers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    killed_reindex(papers, 120)
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + years * 365 * 86_400 * 10**9)
    capsys.readouterr()
    assert run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet"]) == 0
    assert "2 documents rebuilt, 2 were rebuilt before" in capsys.readouterr().out
    assert asyncio.run(known(papers)) == [("documents_g2", 2, True)]


def test_document_removed_before_a_rebuild_goes_on_stays_removed(papers: Path) -> None:
    killed_reindex(papers, 120)
    for name in ("yard-0.md", "yard-3.md"):
        (papers / "docs" / name).unlink()
    (papers / "docs" / "yard-1.md").write_text("# Yard 1\n\nThe crane of yard 1 is sold.")
    assert run_command(["ingest", str(papers / "docs"), "--home", str(papers), "--quiet"]) == 0
    assert run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet"]) == 0
    after = asyncio.run(texts(papers))
    assert sorted(after) == ["yard-1.md", "yard-2.md"]
    assert "is sold" in " ".join(after["yard-1.md"])


class Killed(BaseException):
    """Ends a command where kill -9 would, without waiting for another process."""


def die(*_arguments: object, **_options: object) -> None:
    raise Killed


def test_killed_before_the_old_generation_was_dropped(
    papers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Index, "drop", die)
        with pytest.raises(Killed):
            run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet"])
    assert asyncio.run(known(papers)) == [("documents", 1, True), ("documents_g2", 2, True)]
    capsys.readouterr()
    assert run_command(["status", "--home", str(papers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["chunk_tokens"] == 120
    assert run_command(["ingest", str(papers / "docs"), "--home", str(papers), "--quiet"]) == 0
    assert "0 added + 0 updated + 4 unchanged" in capsys.readouterr().out
    assert asyncio.run(known(papers)) == [("documents_g2", 2, True)]


def test_killed_while_the_new_generation_was_made(
    papers: Path, tiny: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left has no row of settings and other dimensions than those asked for then."""
    with monkeypatch.context() as patched:
        patched.setattr(catalog, "declare", die)
        with pytest.raises(Killed):
            run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet"])
    assert asyncio.run(known(papers)) == [("documents", 1, True)]
    tiny().save(str(tmp_path / "model"))
    (papers / "models").unlink()
    command = ["reindex", "--home", str(papers), "--dense-model", str(tmp_path / "model"), "--chunk-tokens", "20"]
    assert run_command([*command, "--quiet"]) == 0
    assert asyncio.run(known(papers)) == [("documents_g2", 2, True)]


def test_document_without_all_its_chunks_stops_the_rebuild(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def spoil() -> None:
        async with open_index(papers / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open()
            assert await index.chunks.delete('source like "%yard-2.md" and ordinal == 1') == 1

    asyncio.run(spoil())
    before = asyncio.run(texts(papers))
    assert run_command(["reindex", "--home", str(papers), "--chunk-tokens", "120", "--quiet"]) == 1
    assert "the collection stays as it was" in capsys.readouterr().err
    assert asyncio.run(texts(papers)) == before


# A chat that is open meanwhile


def asked(session: Session, question: str) -> Answer:
    [answer] = [event.answer for event in asking(session, question) if isinstance(event, Finished)]
    return answer


def test_open_chat_goes_on_with_the_new_generation(papers: Path) -> None:
    settings = Settings(home=papers, engine_idle_s=2.0)
    session = Session(lambda _: open_answerer(settings))
    try:
        question = "How much does crane 3 of yard 2 lift?"
        before = asked(session, question)

        async def main() -> None:
            # Answered by the old generation while the new one is being built.
            rebuilding = asyncio.create_task(reindex(replace(settings, chunk_tokens=120)))
            during = 0
            while not rebuilding.done():
                answer = await asyncio.to_thread(asked, session, question)
                during += answer.found
                await asyncio.sleep(0.05)
            await rebuilding
            assert during > 0

        run(main)
        after = asked(session, question)
        assert before.found
        assert after.found
        assert len(after.hits[0].chunk.text) > len(before.hits[0].chunk.text)
    finally:
        session.close()


def test_terms_of_an_earlier_release_are_renewed_without_embedding(
    papers: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is stored was read by an earlier release, too: its text is taken as it is, and stays of that reading."""

    async def age() -> None:
        async with open_index(papers / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open()
            assert index.generation
            await index.declare(replace(index.generation, settings=replace(index.generation.settings, terms_version=1)))

    async def versions() -> set[str]:
        async with open_index(papers / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open()
            return {row.version async for row in index.documents()}

    run(age)
    before = run(versions)
    monkeypatch.setattr("qa.store.schema.READ_VERSION", 99)
    capsys.readouterr()
    assert run_command(["status", "--home", str(papers)]) == 0
    assert "footnote reindex finds them in any" in capsys.readouterr().out
    assert run_command(["reindex", "--home", str(papers), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["chunks_embedded"], report["added"]) == (0, 4)
    assert run(versions) == before
    assert run_command(["status", "--home", str(papers), "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["stale_terms"], status["settings"]["terms_version"]) == (False, TERMS_VERSION)
