"""`footnote doctor`, as a command on a real index."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, run_command
from files import write_dictionary

from qa.config import Settings
from qa.store import open_index, writer_turn
from qa.store.filters import equals
from ui.commands.doctor import _disk, _unread


@pytest.fixture(scope="module")
def papers(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two documents of its own."""
    home = tmp_path_factory.mktemp("doctor")
    (home / "models").symlink_to(model_home / "models")
    (home / "docs").mkdir()
    (home / "docs" / "cable.txt").write_text("The export cable was repaired in May.")
    (home / "docs" / "crane.md").write_text("# Crane\n\nThe crane lifts four tonnes.")
    assert run_command(["ingest", str(home / "docs"), "--home", str(home), "--quiet"]) == 0
    return home


def doctor(home: Path, *options: str) -> int:
    return run_command(["doctor", "--home", str(home), *options])


def test_healthy_index_is_called_so(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(papers) == 0
    output, errors = capsys.readouterr()
    assert errors == ""  # "chunks: 2" stood among the findings
    assert "BAD" not in output
    assert output.splitlines()[-1] == "all is well"
    assert "2 documents, 2 chunks by the register" in output
    assert "milvus-lite 2.5.1" in output


def test_reader_that_goes_in_the_middle_leaves_the_index_closed(papers: Path) -> None:
    """`footnote doctor | head -6` ended in a traceback of the event loop."""
    command = [sys.executable, "-m", "ui.cli", "doctor", "--home", str(papers)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        for line in process.stdout:
            if "nobody is writing" in line:
                break
        process.stdout.close()
        assert [line for line in process.stderr if ": " not in line or "rror" in line] == []
    assert process.returncode == 1


def test_damage_is_named_mended_and_ingested_again(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def lose_chunk() -> None:
        async with open_index(papers / "footnote.db", "documents", idle_s=1.0) as index:
            await index.open()
            assert await index.chunks.delete(equals("title", "Crane")) == 1

    asyncio.run(lose_chunk())
    assert doctor(papers, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    [bad] = [finding for finding in found if not finding["healthy"] and finding["remedy"]]
    assert bad["text"] == "1 document lacks chunks (docs/crane.md)"
    assert doctor(papers, "--repair") == 0
    assert "to be ingested again: docs/crane.md" in capsys.readouterr().out
    assert run_command(["ingest", str(papers / "docs"), "--home", str(papers), "--quiet"]) == 0
    assert "1 added + 0 updated + 1 unchanged" in capsys.readouterr().out
    assert doctor(papers) == 0


def test_dictionaries_are_named_and_damaged_ones_found(
    papers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor(papers) == 0
    assert "ok   languages   no dictionaries" in capsys.readouterr().out
    monkeypatch.setenv("FOOTNOTE_DICTIONARIES", str(tmp_path))
    index = write_dictionary(tmp_path, "eng-deu", [("crane", "Kran")])
    assert doctor(papers) == 0
    assert "ok   languages   dictionaries from eng to deu\n" in capsys.readouterr().out
    index.with_suffix(".dict.dz").unlink()
    index.write_bytes(b"")
    assert doctor(papers) == 1
    assert f"BAD  languages   the dictionary {index} cannot be read" in capsys.readouterr().out


def test_damaged_model_copy_is_named(
    papers: Path, model_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    shutil.copytree(model_home / "models", tmp_path / "models")
    [model] = (tmp_path / "models").glob("all-MiniLM*/model.onnx")
    model.write_bytes(b"cut off")
    assert doctor(tmp_path, "--uri", str(papers / "footnote.db")) == 1
    assert "is damaged" in capsys.readouterr().out


def test_index_is_left_alone_while_somebody_writes(papers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        async with writer_turn(papers / "footnote.db", "documents", command="footnote ingest"):
            assert await asyncio.to_thread(doctor, papers) == 0

    asyncio.run(main())
    output = capsys.readouterr().out
    assert "(footnote ingest), since" in output
    assert "by the register" not in output


def test_nothing_ingested_yet_is_no_illness(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(tmp_path) == 0
    assert "there is none at" in capsys.readouterr().out
    assert not (tmp_path / "footnote.db").exists()


def test_server_that_is_down_is_one_bad_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(tmp_path, "--uri", "http://127.0.0.1:9", "--timeout", "2") == 1
    lines = capsys.readouterr().out.splitlines()
    [bad] = [line for line in lines if line.startswith("BAD")]
    assert lines[-1] == f"to mend: {bad.split()[1]}; the lines that begin with BAD say how"
    assert "cannot connect to http://127.0.0.1:9" in bad


@pytest.mark.parametrize(
    ("languages", "model", "told"),
    [
        ({"en": 8, "de": 3, "": 1}, "all-MiniLM-L6-v2", "documents are in other languages (3 German)"),
        ({"ar": 2}, "all-MiniLM-L6-v2", "footnote reindex --dense-model multilingual-e5-small --collection papers"),
        ({"en": 30, "de": 3}, "all-MiniLM-L6-v2", ""),
        ({"ar": 2}, "multilingual-e5-small", ""),
        ({"": 4}, "all-MiniLM-L6-v2", ""),
        ({}, "all-MiniLM-L6-v2", ""),
    ],
)
def test_another_model_is_named_where_this_one_reads_too_little(
    languages: dict[str, int], model: str, told: str, tmp_path: Path
) -> None:
    finding = _unread(languages, model, Settings(home=tmp_path, collection="papers"))
    assert (told in finding.text) if told and finding else (finding is None and not told)


def test_home_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_, **__: False)
    finding = _disk(Settings(home=tmp_path))
    assert not finding.healthy
    assert str(finding).endswith(f"{tmp_path} cannot be written; set FOOTNOTE_HOME to a folder that can")
