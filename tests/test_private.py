"""What Footnote keeps is this user's alone: what it makes, and what an older release left open."""

import argparse
import ast
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, run_command
from test_imports import MODULES

from qa.config import Settings
from qa.evaluation.journal import Journal
from qa.private import is_open, make_folder, open_file, walk
from qa.store import open_index
from qa.store.engine_process import _clear_stale, _lock, endpoint_file, owner_file
from qa.store.turns import writer_turn
from ui.commands import doctor

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes say nothing here")


@pytest.fixture(autouse=True)
def _usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def left_open(folder: Path) -> list[Path]:
    return [path for path in walk([folder]) if is_open(path)]


def test_folder_and_those_above_it_are_closed_and_one_that_is_there_stays(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    make_folder(theirs / "a" / "b")
    assert left_open(theirs) == [theirs]
    make_folder(theirs)
    assert theirs.stat().st_mode & 0o777 == 0o755
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OSError, match="file"):
            make_folder(folder)


def test_file_is_closed(tmp_path: Path) -> None:
    for mode in ("w", "a", "a+"):
        with open_file(tmp_path / mode, mode) as file:
            file.write("x\n")
        assert not is_open(tmp_path / mode)


def test_index_and_journal_leave_nothing_open(tmp_path: Path) -> None:
    """The home was made by the library of the locks, as 0755, and the database by the engine, as 0644."""
    home = tmp_path / "new" / "home"

    async def main() -> None:
        database = home / "footnote.db"
        async with writer_turn(database, "tests", command="test"), open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            assert left_open(home.parent) == []

    asyncio.run(main())
    with Journal(home / "evaluations" / "tests" / "x.jsonl"):
        pass
    assert (home / "footnote.db").exists()
    assert left_open(home.parent) == []


@pytest.mark.models
def test_commands_leave_nothing_open(tmp_path: Path) -> None:
    from tiny_models import embedding_model

    home, model = tmp_path / "home", embedding_model(tmp_path / "model")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The lamp is red. The fox sleeps in the barn.")
    common = ["--home", str(home)]
    for command in (
        ["ingest", str(tmp_path / "docs"), "--quiet", "--dense-model", str(model), "--chunk-tokens", "32"],
        ["ask", "Is the lamp red?"],
        ["status"],
        ["collections"],
        ["eval", "--questions-from-index", "1"],
        ["doctor"],
    ):
        run_command([*command, *common])
        assert left_open(home) == [], command


def old_home(folder: Path) -> Path:
    """Return a home as a release before this one left it."""
    for name in ("models/m/model.onnx", "footnote.db", ".footnote.db.write", "feedback.jsonl"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    return folder


def test_doctor_reports_and_closes_what_an_older_release_left_open(tmp_path: Path) -> None:
    home = old_home(tmp_path / "home")
    found = doctor._privacy(Settings(home=home), repair=False)
    assert not found.healthy
    assert found.text.startswith(f"other users of this machine can open 7 files and folders ({home}, ")
    assert left_open(home)
    assert doctor._privacy(Settings(home=home), repair=True).healthy
    assert left_open(home) == []
    assert doctor._privacy(Settings(home=home), repair=False).healthy


def test_doctor_leaves_alone_what_is_not_ours(tmp_path: Path) -> None:
    """A folder of documents may be the home as well, and its owner may share it."""
    home = old_home(tmp_path / "home")
    (home / "mine.txt").write_text("")
    (tmp_path / "elsewhere").mkdir()
    (home / "models" / "link").symlink_to(tmp_path / "elsewhere")
    assert doctor._privacy(Settings(home=home), repair=True).healthy
    assert left_open(home) == [home, home / "mine.txt"]
    assert is_open(tmp_path / "elsewhere")


def test_endpoint_of_another_user_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that all may write to, that user would be handed every text and every question."""
    from qa.errors import StoreUnavailableError

    endpoint_file(tmp_path / "x.db").write_text(json.dumps({"clients": "unix:/nowhere"}))
    monkeypatch.setattr(os, "getuid", lambda: 4242)

    async def main() -> None:
        async with open_index(tmp_path / "x.db", "tests"):
            raise AssertionError

    with pytest.raises(StoreUnavailableError, match="is another user's; name a folder of your own"):
        asyncio.run(main())


def test_endpoint_does_not_say_what_is_deleted(tmp_path: Path) -> None:
    mine = tmp_path / "footnote-project"
    mine.mkdir()
    (mine / "thesis.txt").write_text("")
    endpoint_file(tmp_path / "x.db").write_text(json.dumps({"clients": f"unix:{mine}/clients"}))
    _clear_stale(tmp_path / "x.db")
    assert (mine / "thesis.txt").exists()


def test_lock_is_no_link(tmp_path: Path) -> None:
    owner_file(tmp_path / "x.db").symlink_to(tmp_path / "made")
    with pytest.raises(OSError, match="symbolic links"):
        _lock(owner_file(tmp_path / "x.db"))
    assert not (tmp_path / "made").exists()


# Where files and folders are made otherwise, and why that is right.
ALLOWED = {
    "qa/private.py": "it is the one place",
    "qa/evaluation/files.py": "--output is the user's own",
    "ui/evaluation/question_set.py": "so is it here",
    "ui/documents/uploads.py": "opened for this user alone, then renamed",
    "qa/store/portable.py": "so is an export",
    "ui/conversation/talk.py": "so is what /save writes",
    "qa/store/engine.py": "mkdtemp closes what it makes",
    "qa/store/engine_process.py": "it imports nothing of Footnote, and has a umask",
    "qa/models/onnx_copy.py": "closed as a whole, since libraries write there",
    "qa/models/exporter.py": "into the same folder",
    "qa/models/bert_graph.py": "and so does this",
    "ingest/web/fetch.py": "in a folder of mkdtemp",
    "ui/reading/parts.py": "and here",
    "ingest/read/worker.py": "to the kernel, of its own process",
}
MAKING = {"mkdir", "makedirs", "write_text", "write_bytes", "mkstemp", "mkdtemp", "touch", "copyfile", "copytree"}


def makes(call: ast.Call) -> bool:
    name = ast.unparse(call.func).split(".")[-1]
    modes = [value.value for value in (*call.args, *(word.value for word in call.keywords)) if _is_mode(value)]
    return name in MAKING or (name == "open" and bool(modes))


def _is_mode(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in ("w", "a", "x", "wb", "ab", "xb", "w+", "a+", "r+", "rb+")


def test_what_is_kept_is_made_in_one_place() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and makes(node)
    }
    assert found <= set(ALLOWED)


def test_umask_of_a_program_that_uses_the_library_is_its_own() -> None:
    from qa.command.entry import guarded

    assert guarded(lambda _: 0, argparse.Namespace()) == 0
    before = os.umask(0o022)
    assert before == 0o022


@pytest.mark.models
def test_model_runtime_collects_nothing(model_home: Path, tmp_path: Path) -> None:
    """Onnxruntime would keep an id of the machine and a queue of events below the user's home."""
    code = (
        "import asyncio, sys; from pathlib import Path; from qa.models.dense import DenseQueryEmbedder; "
        "from qa.models.onnx_copy import find_copy; copy = find_copy('all-MiniLM-L6-v2', Path(sys.argv[1])); "
        "print(len(asyncio.run(DenseQueryEmbedder(copy).embed_query('a lamp'))))"
    )
    user = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    shell = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"} | user
    command = [sys.executable, "-c", code, str(model_home)]
    done = subprocess.run(command, env=shell, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "384\n"
    assert list(tmp_path.rglob("*")) == []
