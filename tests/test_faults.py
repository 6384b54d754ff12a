"""One true line for each fault of what Footnote depends on: disk, permission, path, damage, silence."""

import argparse
import asyncio
import errno
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, run, run_command
from test_engine import LITE_2, host, milvus, processes, stop, wait_until_gone
from test_store import document

from qa.command.entry import guarded
from qa.database.engine import open_database
from qa.database.feedback import Feedback, save_feedback
from qa.errors import ConfigError, ModelError, StoreError, StoreUnavailableError
from qa.evaluation.dataset import Question
from qa.evaluation.journal import Journal
from qa.evaluation.run import Outcome
from qa.models.dense import DenseChunkEmbedder, DenseQueryEmbedder
from qa.models.onnx_copy import ModelCopy
from qa.store import open_index, writer_turn
from qa.store.checkup import examine
from qa.store.engine import engine
from qa.store.trouble import MOST_PATH_BYTES
from qa.store.turns import request_turn
from qa.types import Answer

pytestmark = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="makes its faults by means of Linux")
of_lite_2 = pytest.mark.skipif(not LITE_2, reason="milvus-lite 3 keeps a folder, and no program of its own")

Mount = Callable[[str], Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a file system of a size, as in "size=2m"; called again it changes what it is, as in "ro"."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mounted(options: str) -> Path:
        how = ["-o", f"remount,{options}"] if folder.is_mount() else ["-t", "tmpfs", "-o", options, "tmpfs"]
        done = subprocess.run(["mount", *how, folder], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        return folder

    yield mounted
    for process in processes(folder / "s.db"):
        process.kill()
    subprocess.run(["umount", "-l", folder], capture_output=True, check=False)


async def filled(database: Path, *, documents: int = 2) -> None:
    async with open_index(database, "tests", idle_s=1.0) as index:
        await index.open_or_create(SMALL)
        await index.commit([document(f"{number}.txt", ["alpha lamp", "beta lamp"]) for number in range(documents)])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of some documents whose engine has ended; only for copies."""
    database = tmp_path_factory.mktemp("whole") / "s.db"
    asyncio.run(filled(database, documents=30))
    wait_until_gone(database)
    return database


# A full disk


@of_lite_2
def test_full_disk_is_named_at_once_and_costs_nothing_that_was_acknowledged(mount: Mount) -> None:
    """Pymilvus repeated the insert for a minute, and left its rows in the engine's memory, as if they were stored."""
    database = mount("size=2m") / "s.db"
    texts = [f"{letter}{'lamp ' * 800}" for letter in "abcdefghij"]
    acknowledged = 0

    async def main() -> None:
        nonlocal acknowledged
        async with open_index(database, "tests", idle_s=1.0, timeout_s=60.0) as index:
            await index.open_or_create(SMALL)
            failure = ""
            while not failure:
                try:
                    await index.commit([document(f"{acknowledged}.txt", texts)])
                    acknowledged += 1
                except StoreError as error:
                    failure = str(error)
            assert re.search(rf"the disk that holds {database.parent} is full: 0.\d MB free, about 0.\d MB", failure)
            assert (await index.status()).documents == acknowledged > 5
            mount("size=20m")
            await index.commit([document(f"{acknowledged}.txt", texts)])
        wait_until_gone(database)
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open()
            found = await examine(index)
            assert (found.documents, found.incomplete, found.doubled) == (acknowledged + 1, {}, [])

    run(main)


@of_lite_2
def test_disk_without_a_byte_is_named_by_a_question(
    mount: Mount, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = mount("size=2m")
    shutil.copy(whole, folder / "footnote.db")
    with (folder / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(bytes(4096)):
            pass
    assert run_command(["status", "--home", str(folder), "--collection", "tests"]) == 1
    assert f"the disk that holds {folder} is full: 0.0 MB free" in capsys.readouterr().err


@of_lite_2
def test_limit_on_the_size_of_files_is_named(tmp_path: Path) -> None:
    """The engine would be killed by SIGXFSZ, over and over."""
    script = (
        "import asyncio, resource, sys; sys.path[:0] = ['tests', '.']\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "from pathlib import Path; from conftest import SMALL; from test_store import document\n"
        "from qa.errors import QAError; from qa.store import open_index\n"
        "async def main():\n"
        "    async with open_index(Path(sys.argv[1]), 'tests', idle_s=1.0) as index:\n"
        "        await index.open_or_create(SMALL)\n"
        "        for n in range(90): await index.commit([document(f'{n}.txt', ['lamp ' * 800] * 10)])\n"
        "try: asyncio.run(main())\n"
        "except QAError as error: print(error)\n"
    )
    called = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "s.db")], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert "may not grow further" in called.stdout, called.stdout + called.stderr


def test_full_disk_is_named_by_feedback_and_the_journal(mount: Mount) -> None:
    folder = mount("size=64k")
    (folder / "filler").write_bytes(bytes(60 * 1024))
    answer = Answer("?", "?", "lamp " * 20_000, (), (), (), found=True, model="")
    with pytest.raises((ConfigError, StoreError), match="is full"), closing(open_database(folder)) as database:
        save_feedback(database, Feedback("1", liked=True, answer=answer))
    question = Question("1", "lamp " * 20_000)
    with Journal(folder / "journal.jsonl") as journal, pytest.raises(ConfigError, match=r"is full: 0\.0 MB free"):
        journal.add(question, Outcome((), answer, {}))


# What can only be read


@of_lite_2
def test_index_on_a_read_only_disk_answers(
    mount: Mount, whole: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = mount("size=10m")
    shutil.copy(whole, folder / "footnote.db")
    mount("ro")
    options = ["--home", str(folder), "--collection", "tests", "--engine-idle", "1"]
    assert run_command(["status", *options]) == 0
    assert "30 documents" in capsys.readouterr().out

    async def main() -> None:
        async with open_index(folder / "footnote.db", "tests", idle_s=1.0) as index:
            await index.open()
            await index.warm()
            with pytest.raises(StoreError, match="cannot be written: its disk is read-only"):
                await index.commit([document("new.txt", ["gamma"])])

    run(main)
    (tmp_path / "a.txt").write_text("A lamp.")
    assert run_command(["ingest", str(tmp_path / "a.txt"), "--quiet", *options]) == 1
    errors = capsys.readouterr().err
    assert "its disk is read-only; set FOOTNOTE_HOME" in errors
    assert errors.count("\n") == 1
    run_command(["doctor", *options])
    assert "30 documents, 60 chunks by the register" in capsys.readouterr().out
    assert sorted(path.name for path in folder.iterdir()) == ["footnote.db"]


@of_lite_2
def test_index_of_another_user_answers_those_who_may_read_it(tmp_path: Path, whole: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(whole, home / "footnote.db")
    home.chmod(0o755)
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can act as another user, by setpriv")
    os.chown(home, 65534, 65534)
    os.chown(home / "footnote.db", 65534, 65534)
    (home / "footnote.db").chmod(0o644)
    python = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner", sys.executable, "-m", "ui.cli"]

    def footnote(*arguments: str) -> "subprocess.CompletedProcess[str]":
        options = ["--home", str(home), "--collection", "tests", "--engine-idle", "1"]
        return subprocess.run([*python, *arguments, *options], capture_output=True, text=True, check=False, cwd=ROOT)

    status = footnote("status")
    assert "30 documents" in status.stdout, status.stderr
    refused = footnote("ingest", str(ROOT / "data"), "--quiet")
    assert refused.returncode == 1
    assert f"error: {home} cannot be used: permission denied" in refused.stderr
    assert refused.stderr.count("\n") == 1
    home.chmod(0o700)
    refused = footnote("status")
    assert (refused.returncode, "permission denied" in refused.stderr) == (1, True)


def test_new_home_on_a_read_only_disk_is_one_line(mount: Mount, capsys: pytest.CaptureFixture[str]) -> None:
    folder = mount("ro")
    assert run_command(["ingest", str(ROOT / "data"), "--quiet", "--home", str(folder / "home")]) == 1
    assert "cannot be written: its disk is read-only; set FOOTNOTE_HOME" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["ingest", str(ROOT / "data"), "--quiet"], ["status"], ["ask", "a lamp?"]])
def test_home_where_nothing_can_be_made_is_one_line(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*command, "--home", "/proc/nope"]) == 1
    errors = capsys.readouterr().err
    assert "/proc/nope" in errors
    assert errors.count("\n") == 1


# Paths


@of_lite_2
@pytest.mark.parametrize("over", [0, 1, 30])
def test_path_of_the_database_may_be_long_but_not_too_long(tmp_path: Path, over: int) -> None:
    folder = tmp_path
    while (missing := MOST_PATH_BYTES + over - len(os.fsencode(folder / "s.db"))) > 0:
        folder /= "d" * min(missing - 1, 200) if missing != 202 else "d" * 100

    async def main() -> None:
        async with engine(folder / "s.db", idle_s=1.0):
            pass

    assert len(str(folder / "s.db")) == MOST_PATH_BYTES + over
    if not over:
        run(main)
        return
    with pytest.raises(StoreUnavailableError, match=f"{over} bytes too long"):
        run(main)


def test_temporary_folder_may_be_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unix socket's path takes 108 bytes."""
    deep = tmp_path / ("t" * 120)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))

    async def main() -> None:
        async with engine(tmp_path / "s.db", idle_s=1.0):
            pass

    run(main)


# Damage


def flipped(data: bytes, seed: int) -> bytes:
    chosen, changed = random.Random(seed), bytearray(data)
    for _ in range(300):
        changed[chosen.randrange(len(data))] ^= 1 << chosen.randrange(8)
    return bytes(changed)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    **{f"flips {seed}": lambda data, seed=seed: flipped(data, seed) for seed in range(8)},  # type: ignore[misc]
    "half": lambda data: data[: len(data) // 2],
    "odd end": lambda data: data[:-1000],
    "beginning": lambda data: bytes(100) + data[100:],
    "first page": lambda data: data[:100] + bytes(3996) + data[4096:],
    "text": lambda _data: b"not a database at all " * 1000,
}


@of_lite_2
@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_database_is_named(tmp_path: Path, whole: Path, damage: str) -> None:
    """Where it opens in spite of all, the check-up finds what is wrong."""
    database = tmp_path / "s.db"
    database.write_bytes(DAMAGE[damage](whole.read_bytes()))
    named = ""

    async def main() -> None:
        nonlocal named
        try:
            async with open_index(database, "tests", idle_s=1.0, timeout_s=20.0) as index:
                await index.open()
                await index.warm()
                assert not (await examine(index)).healthy
        except StoreError as error:
            named = str(error)

    run(main)
    assert not named or re.search(rf"{database} is damaged \(.*doctor.*--home", named), named
    assert named or damage.startswith("flips")


def broken_tokenizer(copy: Path) -> None:
    (copy / "tokenizer.json").write_text("{")


def cut_graph(copy: Path) -> None:
    os.truncate(copy / "model.onnx", 1_000_000)


def lost_graph(copy: Path) -> None:
    (copy / "model.onnx").unlink()


def lost_settings(copy: Path) -> None:
    (copy / "tokenizer_config.json").unlink()


@pytest.mark.parametrize(
    ("command", "damage"),
    [("ask", cut_graph), ("ask", lost_settings), ("ingest", broken_tokenizer), ("ingest", lost_graph)],
)
def test_damaged_copy_of_the_model_is_made_again(
    sample_home: Path, tmp_path: Path, command: str, damage: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(sample_home / "models", tmp_path / "models")
    [copy] = (tmp_path / "models").glob("all-MiniLM*")
    damage(copy)
    (tmp_path / "a.txt").write_text("A new lamp is red.")
    database = ["--uri", str(sample_home / "footnote.db"), "--home", str(tmp_path)]
    if command == "ask":
        assert run_command(["ask", "When was the guard vessel ordered?", *database]) == 0, capsys.readouterr().err
    else:
        files = ["ingest", str(tmp_path / "a.txt"), "--quiet", "--collection", "alone"]
        assert run_command([*files, "--home", str(tmp_path)]) == 0, capsys.readouterr().err
    embedder = DenseQueryEmbedder(ModelCopy(copy, "", 384, 256, "mean", ""))
    assert len(asyncio.run(embedder.embed_query("a lamp"))) == 384


@of_lite_2
def test_full_disk_is_named_by_the_copy_of_the_model(mount: Mount) -> None:
    folder = mount("size=3m")
    with pytest.raises(ModelError, match=r"the disk that holds .* is full: .* MB free, about 9\d\.\d MB needed"):
        asyncio.run(DenseChunkEmbedder("all-MiniLM-L6-v2").copy(folder / "home"))
    assert list((folder / "home" / "models").iterdir()) == []


# Silence


@pytest.mark.parametrize(
    "who", [pytest.param((milvus,), marks=of_lite_2, id="milvus"), pytest.param((host,), id="host"), (milvus, host)]
)
def test_stopped_engine_is_named_within_the_time_of_a_request(
    tmp_path: Path, who: "tuple[Callable[..., object], ...]"
) -> None:
    database = tmp_path / "s.db"

    async def main() -> None:
        await filled(database)
        async with open_index(database, "tests", timeout_s=2.0) as index:
            await index.open()
            stopped = [find(database) for find in who]
            for process in stopped:
                stop(process)  # type: ignore[arg-type]
            try:
                if milvus in who:
                    await silent(index.status())
                await silent(another())
            finally:
                for process in stopped:
                    process.resume()  # type: ignore[attr-defined]
            assert (await index.status()).documents == 2

    async def another() -> None:
        async with open_index(database, "tests", timeout_s=2.0) as index:
            await index.open()

    async def silent(request: "asyncio.Future[object] | object") -> None:
        with pytest.raises(StoreUnavailableError, match=r"within 2 s, since process .* is stopped; .*kill -CONT"):
            await request  # type: ignore[misc]

    run(main)


@pytest.fixture
def mute() -> Iterator[int]:
    """The port of a server that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("command", [["status"], ["ask", "a lamp?"], ["collections"], ["ingest", str(ROOT / "data")]])
def test_server_that_says_nothing_is_named_in_time(
    mute: int, command: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uri = f"http://127.0.0.1:{mute}"
    assert run_command([*command, "--home", str(home), "--uri", uri, "--timeout", "1"]) == 1
    assert f"{uri} did not answer within 1 s" in capsys.readouterr().err


HOLDING = """
import asyncio, sys
from pathlib import Path
from qa.store import writer_turn
from qa.store.turns import request_turn
async def main():
    database = Path(sys.argv[1])
    request = sys.argv[2] == "request"
    async with request_turn(database) if request else writer_turn(database, "tests", command="x"):
        print("held", flush=True)
        sys.stdin.read()
asyncio.run(main())
"""


@pytest.mark.parametrize("kind", ["request", "writer"])
def test_stopped_holder_of_a_turn_is_named(tmp_path: Path, kind: str) -> None:
    database = tmp_path / "s.db"
    command = [sys.executable, "-c", HOLDING, str(database), kind]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            holder.send_signal(signal.SIGSTOP)

            async def main() -> None:
                turn = (
                    request_turn(database, timeout_s=1.0)
                    if kind == "request"
                    else writer_turn(database, "tests", command="y", timeout_s=1.0)
                )
                async with turn:
                    pass

            with pytest.raises(StoreUnavailableError, match=rf"process {holder.pid}.*kill -CONT {holder.pid}"):
                run(main)
        finally:
            holder.kill()


# The last resort


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk that holds"),
        (errno.EDQUOT, "your share of its disk is used up"),
        (errno.EFBIG, "may not grow further"),
        (errno.EROFS, "its disk is read-only"),
        (errno.EACCES, "permission denied"),
        (errno.ENAMETOOLONG, "takes 300 bytes, 45 more than"),
        (errno.EMFILE, "too many files are open"),
        (errno.ENOTDIR, "is in the way"),
        (errno.ENOENT, "is missing: it was removed meanwhile, or cannot be made there"),
        (errno.EIO, "the disk reports a fault"),
    ],
)
def test_fault_of_a_file_is_one_line(
    tmp_path: Path, number: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(_arguments: argparse.Namespace) -> int:
        raise OSError(number, os.strerror(number), str(tmp_path / ("n" * (300 if number == errno.ENAMETOOLONG else 9))))

    assert guarded(command, argparse.Namespace()) == 1
    errors = capsys.readouterr().err
    assert words in errors
    assert errors.count("\n") == 1


def test_streams_that_were_closed_read_and_show_nothing() -> None:
    code = (
        "import os, sys\n"
        "from qa.command.entry import open_streams\n"
        "from qa.command.printing import say, warn\n"
        "open_streams()\n"
        "assert sys.stdin.read() == '' and not sys.stdout.isatty()\n"
        "say('said'), warn('warned'), sys.stdout.flush()\n"
        "kept = os.open(os.devnull, os.O_RDONLY)\n"
        "sys.exit(0 if kept > 2 else 3)\n"
    )
    command = 'exec "$0" -c "$1" <&- >&- 2>&-'
    assert subprocess.run(["sh", "-c", command, sys.executable, code], timeout=60, check=False).returncode == 0


def test_mistake_of_ours_still_shows_its_traceback() -> None:
    def command(_arguments: argparse.Namespace) -> int:
        raise OSError(errno.EINVAL, "Invalid argument")

    with pytest.raises(OSError, match="Invalid argument"):
        guarded(command, argparse.Namespace())
