"""The embedded engine as a process of its own: shared by all, started by whoever comes, ended with the last."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import grpc
import psutil
import pytest
from conftest import ROOT, SMALL, dice, rounds, run
from pymilvus import AsyncMilvusClient
from pymilvus.decorators import error_handler
from pymilvus.exceptions import MilvusException
from test_store import direction, document, rows_of

from qa.errors import StoreUnavailableError
from qa.store import EmbeddedDocument, Index, open_index
from qa.store.client import EMBEDDED
from qa.store.connection import ENGINE_LIVES, Connection, open_connection
from qa.store.engine import Engine, _takes_sockets, engine
from qa.store.engine_process import endpoint_file, log_file, owner_file
from qa.store.lost import EngineLostError, EngineUnreadyError
from qa.store.trouble import engine_processes

# milvus-lite 2 is a program of its own beneath ours, milvus-lite 3 runs in threads of our process.
LITE_2 = version("milvus-lite").startswith("2.")
PROCESSES = 2 if LITE_2 else 1

pytestmark = pytest.mark.skipif(os.name == "nt", reason="watches the engine by means of Unix")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "s.db"
    for process in processes(tmp_path / "s.db"):
        process.kill()


def processes(database: Path) -> list[psutil.Process]:
    """All processes that run the engine of a database: our own, and milvus-lite's beneath it."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(database) in process.cmdline() and "-c" not in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def milvus(database: Path) -> psutil.Process:
    """The process that dies when the engine crashes."""
    return next(process for process in processes(database) if process.name() == "milvus" or not LITE_2)


def host(database: Path) -> psutil.Process:
    return next(process for process in processes(database) if process.name() != "milvus")


def stop(process: psutil.Process) -> None:
    """Stop a process until SIGCONT; it may go on for a moment after the signal was sent."""
    process.suspend()
    deadline = time.monotonic() + 60.0
    while any("State:\tT" not in thread.read_text() for thread in Path(f"/proc/{process.pid}/task").glob("*/status")):
        assert time.monotonic() < deadline, process
        time.sleep(0.01)


def wait_until_gone(database: Path) -> None:
    deadline = time.monotonic() + 60.0
    while left := processes(database):
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


async def stored(database: Path) -> int:
    async with open_index(database, "tests", idle_s=1.0) as index:
        return (await index.status()).documents


CLIENT = """
import asyncio, sys
from pathlib import Path
from qa.store import EmbeddedDocument, Index, open_index
async def main():
    async with open_index(Path(sys.argv[1]), "tests", idle_s=1.0) as index:
        print((await index.status()).documents, flush=True)
        if len(sys.argv) > 2:
            sys.stdin.read()
asyncio.run(main())
"""


def client(database: Path, *stay: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", CLIENT, str(database), *stay],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


# Sharing


def test_other_processes_share_the_engine(database: Path) -> None:
    """milvus-lite itself fails the second opener and deletes the lock, so that a third starts a second engine."""

    async def main() -> None:
        async with open_index(database, "tests") as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])
            others = [client(database) for _ in range(3)]
            for other in others:
                output, errors = await asyncio.to_thread(other.communicate)
                assert (other.returncode, output.strip()) == (0, "1"), errors
            assert len(processes(database)) == PROCESSES
            await index.commit([document("b.txt", ["beta"])])
            assert (await index.status()).documents == 2

    run(main)


def test_engine_outlives_the_process_that_started_it(database: Path) -> None:
    async def prepare() -> None:
        async with open_index(database, "tests", idle_s=30.0) as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])

    run(prepare)
    first = client(database, "stay")
    assert first.stdout
    assert first.stdout.readline().strip() == "1"
    before = {process.pid for process in processes(database)}
    first.kill()
    first.wait()
    assert asyncio.run(stored(database)) == 1
    assert {process.pid for process in processes(database)} == before


@pytest.mark.rounds
def test_first_comers_at_the_same_instant_get_one_engine(database: Path) -> None:
    async def prepare() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)

    run(prepare)
    for _ in range(rounds(1)):
        wait_until_gone(database)
        comers = [client(database, "stay") for _ in range(4)]
        for comer in comers:
            assert comer.stdout
            assert comer.stdout.readline().strip() == "0"
        assert len(processes(database)) == PROCESSES
        for comer in comers:
            comer.communicate()
            assert comer.returncode == 0


def test_engine_ends_some_time_after_its_last_client(database: Path) -> None:
    async def main() -> None:
        async with engine(database, idle_s=1.0):
            await asyncio.sleep(1.5)
            assert len(processes(database)) == PROCESSES

    run(main)
    wait_until_gone(database)
    assert not endpoint_file(database).exists()


def test_only_the_owner_can_connect(database: Path) -> None:
    async def main() -> None:
        async with engine(database, idle_s=1.0) as running:
            endpoint = endpoint_file(database)
            assert endpoint.stat().st_mode & 0o777 == 0o600
            folder = Path(json.loads(endpoint.read_text())["clients"].removeprefix("unix:")).parent
            assert folder.stat().st_mode & 0o777 == 0o700
            sockets = [c for p in processes(database) for c in p.net_connections("inet")]
            if LITE_2:
                assert Path(running.uri.removeprefix("unix:")).parent == folder
                assert sockets == []
            assert {c.laddr.ip.removeprefix("::ffff:") for c in sockets} <= {"127.0.0.1"}

    run(main)


# Whatever was left behind


@pytest.mark.parametrize(
    "left",
    [
        '{"clients": "unix:/nowhere/at/all.sock"}',
        '{"uri": "unix:/x", "pid": 1}',
        "",
        "[1]",
        "no json",
        '{"clients": 7}',
    ],
)
def test_stale_endpoint_is_replaced(database: Path, left: str) -> None:
    endpoint_file(database).write_text(left)
    owner_file(database).write_text("")

    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)

    run(main)


def test_endpoint_that_leads_to_a_stranger_is_not_believed(database: Path) -> None:
    """After a reboot another program may listen where the file says."""
    stranger = socket.socket(socket.AF_UNIX)
    path = database.parent / "stranger"
    stranger.bind(str(path))
    stranger.listen()
    endpoint_file(database).write_text(json.dumps({"clients": f"unix:{path}"}))

    async def main() -> None:
        async def shut() -> None:
            connection, _ = await asyncio.to_thread(stranger.accept)
            connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
            connection.close()

        shutting = asyncio.create_task(shut())
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
        await shutting

    run(main)
    stranger.close()


def test_killed_engine_process_leaves_nothing_that_matters(database: Path) -> None:
    async def main() -> None:
        folders = set()
        for number in range(5):
            async with open_index(database, "tests", idle_s=1.0) as index:
                await index.open_or_create(SMALL)
                await index.commit([document(f"{number}.txt", ["alpha"])])
                assert (await index.status()).documents == number + 1
                folder = Path(json.loads(endpoint_file(database).read_text())["clients"].removeprefix("unix:")).parent
                folders.add(folder)
                os.kill(host(database).pid, signal.SIGKILL)
        assert len(folders) == 5
        assert await stored(database) == 5
        assert not [folder for folder in folders if folder.exists()]

    run(main)


@pytest.mark.skipif(not LITE_2, reason="milvus-lite 3 writes to its path once more when it is closed")
def folder_of(database: Path) -> Path:
    """The folder of an engine's sockets."""
    return Path(json.loads(endpoint_file(database).read_text())["clients"].removeprefix("unix:")).parent


@pytest.mark.parametrize(("deep", "beside"), [("", True), ("d" * 70, False)])
def test_sockets_lie_beside_the_database_where_their_path_can(deep: str, beside: bool) -> None:
    """Two containers that share a database, or a service and a terminal, each have temporary files of their own."""
    with tempfile.TemporaryDirectory(prefix="fn", dir="/tmp") as place:
        database = Path(place, deep, "s.db")

        async def main() -> Path:
            async with open_index(database, "tests", idle_s=1.0) as index:
                await index.open_or_create(SMALL)
                return folder_of(database)

        folder = asyncio.run(main())
        assert (folder.parent == database.parent) is beside
        wait_until_gone(database)
        assert not folder.exists()


@pytest.mark.parametrize("refused", ["bind", "connect"])
def test_folder_in_which_sockets_do_not_work_is_passed_over(
    refused: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("not supported")

    class Socket(socket.socket):
        pass

    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    assert _takes_sockets(str(first))
    assert list(first.iterdir()) == []
    second.mkdir()
    setattr(Socket, refused, fail)
    monkeypatch.setattr(socket, "socket", Socket)
    assert not _takes_sockets(str(second))
    assert not second.exists()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at processes by means of Linux")
def test_what_killed_engines_left_is_swept_and_nothing_else(database: Path) -> None:
    """An engine of whatever database clears it away: the one that was killed may never be opened again."""
    killed, living = database.with_name("killed.db"), database.with_name("living.db")

    async def prepare(which: Path) -> None:
        async with open_index(which, "tests", idle_s=30.0) as index:
            await index.open_or_create(SMALL)

    try:
        for which in (killed, living):
            run(lambda which=which: prepare(which))
        # Their makers are gone, as far as the names of their folders say.
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        left, kept = folder_of(killed), folder_of(living)
        for process in processes(killed):
            process.kill()
        wait_until_gone(killed)
        place = left.parent
        renamed = place / f"footnote-{gone.pid}-{left.name}"
        left.rename(renamed)
        others = place / f"footnote-{gone.pid}-own", place / f"footnote-notes-{gone.pid}"
        for folder in others:
            folder.mkdir()
            (folder / "mine.txt").touch()
        for folder in (renamed, kept, *others):
            os.utime(folder, (0, 0))
        run(lambda: prepare(database))
        deadline = time.monotonic() + 60
        while renamed.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert all((folder / "mine.txt").exists() for folder in others)
        assert {path.name for path in kept.iterdir()} >= {"clients", "owner"}
        for folder in others:
            (folder / "mine.txt").unlink()
            folder.rmdir()
    finally:
        for which in (killed, living):
            for process in processes(which):
                process.kill()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at processes by means of Linux")
def test_engine_is_known_by_the_file_it_holds_and_not_by_its_note(database: Path) -> None:
    """The id that it left may be that of another process by now, which nobody should be told to end."""

    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            running = {process.pid for process in processes(database)}
            assert set(engine_processes(database)) == running
            assert engine_processes(database)[0] == host(database).pid
            owner_file(database).write_text(str(os.getppid()))
            assert set(engine_processes(database)) == running
        wait_until_gone(database)
        owner_file(database).write_text(str(os.getppid()))
        assert engine_processes(database) == []

    run(main)


def test_folder_deleted_and_made_anew_gets_an_engine_of_its_own(database: Path) -> None:
    async def main() -> None:
        async with open_index(database, "tests", idle_s=30.0) as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])
        database.parent.rename(database.parent.with_name("moved-away"))
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            assert (await index.status()).documents == 0

    run(main)
    wait_until_gone(database)


def test_copy_of_a_folder_in_use_is_a_database_of_its_own(database: Path) -> None:
    """What was written into the copy went into the original, whose engine the copied endpoint names."""
    copy = database.parent.with_name("copied") / database.name

    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])
            shutil.copytree(database.parent, copy.parent, ignore=shutil.ignore_patterns(".footnote-*"))
            async with open_index(copy, "tests", idle_s=1.0) as other:
                await other.open_or_create(SMALL)
                await other.commit([document("b.txt", ["beta"]), document("c.txt", ["gamma"])])
            # The original goes on, and its engine can be found.
            assert await stored(database) == 1
            assert (await index.status()).documents == 1

    run(main)
    assert asyncio.run(stored(copy)) >= 2
    wait_until_gone(database)
    wait_until_gone(copy)


# An engine that dies


@pytest.mark.parametrize("victim", [milvus, host])
def test_next_call_starts_a_dead_engine_again(database: Path, victim: Callable[[Path], psutil.Process]) -> None:
    async def running(index: Index) -> psutil.Process:
        for _ in range(100):
            with suppress(StopIteration):
                return victim(database)
            # What was killed answered once more before it died.
            await index.search_dense(direction(0), limit=1)
        raise AssertionError("no engine runs, and searches are answered")

    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])
            for number in range(4):
                (await running(index)).kill()
                if number % 2:
                    await asyncio.sleep(0.3)
                [hit] = await index.search_dense(direction(0), limit=1)
                assert hit.chunk.text == "alpha"
            await index.commit([document("b.txt", ["beta"])])
            assert (await index.status()).documents == 2

    run(main)


def test_search_in_flight_succeeds_late(database: Path) -> None:
    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            await index.commit([document("a.txt", ["alpha"])])
            stop(milvus(database))
            search = asyncio.create_task(index.search_dense(direction(0), limit=1))
            await asyncio.sleep(0.3)
            assert not search.done()
            os.kill(milvus(database).pid, signal.SIGKILL)
            [hit] = await search
            assert hit.chunk.text == "alpha"

    run(main)


@pytest.mark.parametrize("arrives", [True, False])
def test_insert_whose_outcome_is_unknown_is_finished_and_not_doubled(
    database: Path, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    """Inserting over an existing key doubles the row on 2.5.1."""
    from pymilvus import AsyncMilvusClient

    insert = AsyncMilvusClient.insert
    calls = 0

    async def dies(self: AsyncMilvusClient, name: str, rows: list[dict[str, object]], **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            if arrives:
                await insert(self, name, rows[:3], **options)
            milvus(database).kill()
            await asyncio.Event().wait()
        return await insert(self, name, rows, **options)

    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            monkeypatch.setattr(AsyncMilvusClient, "insert", dies)
            rows = rows_of(5)
            await index.chunks.insert(rows)
            assert calls == 2
            assert sorted(await index.chunks.present([str(row["id"]) for row in rows])) == sorted(
                row["id"] for row in rows
            )
            assert await index.chunks.count() == 5

    run(main)


@pytest.mark.skipif(not LITE_2, reason="milvus-lite 3.2.2 loses nothing, but may keep chunks of an older version")
@pytest.mark.rounds
def test_kills_during_replacements_lose_nothing(database: Path) -> None:
    """An upsert in place lost the old row in 8 of 40; here readers see the old version or the new one."""
    chance = dice("replacements")

    def sha256(version: int) -> str:
        return f"{version:030x}".ljust(64, "0")  # a version is told by the first thirty digits

    def papers(version: int) -> list[EmbeddedDocument]:
        texts = [f"version {version}, part {part}" for part in range(4)]
        return [document(f"{name}.txt", texts, sha256=sha256(version)) for name in "abcde"]

    async def main() -> None:
        async with (
            open_index(database, "tests", idle_s=5.0) as index,
            open_index(database, "tests", idle_s=5.0) as reader,
        ):
            await index.open_or_create(SMALL)
            await reader.open()
            await index.commit(papers(0))
            for version in range(1, rounds(10) + 1):
                replacing = asyncio.create_task(index.commit(papers(version)))
                await asyncio.sleep(chance.uniform(0.0, 0.06))
                if alive := [process for process in processes(database) if process.name() == "milvus" or not LITE_2]:
                    alive[0].kill()
                seen = {row.source: row.version async for row in reader.documents()}
                assert len(seen) == 5, f"round {version}"
                await replacing
                assert {row.sha256 async for row in reader.documents()} == {sha256(version)}
                assert await reader.chunks.count() == 20
                assert len(await reader.search_dense(direction(0), limit=5)) == 5

    run(main)


def test_engine_that_dies_of_a_request_is_named(database: Path) -> None:
    async def main() -> None:
        async with open_connection(database, idle_s=1.0) as connection:
            asked = 0

            async def deadly(_client: object) -> None:
                nonlocal asked
                asked += 1
                milvus(database).kill()
                await asyncio.Event().wait()

            with pytest.raises(StoreUnavailableError, match="cannot do it: the embedded engine has ended"):
                await connection.call("do it", deadly)
            assert asked == ENGINE_LIVES

    run(main)


def test_request_whose_connection_is_closed_by_another_is_sent_again(database: Path) -> None:
    """It was refused with "Retry run out of 0 retry times, StatusCode.CANCELLED"."""

    async def main() -> None:
        async with open_connection(database, idle_s=1.0) as connection:
            first = milvus(database).pid
            asked: list[int] = []

            @error_handler(func_name="list_collections")
            async def cut(client: AsyncMilvusClient) -> list[str]:
                asked.append(milvus(database).pid)
                if len(asked) == 1:
                    # As pymilvus' retry_on_rpc_failure ends.
                    raise MilvusException(grpc.StatusCode.CANCELLED, "Retry run out of 0 retry times")
                return await client.list_collections(timeout=None, retry_times=0)

            assert await connection.call("list the collections", cut) == []
            # A read is sent again over what is there; before a write is, what it may still do is ended.
            assert asked == [first, first]
            asked.clear()
            with pytest.raises(EngineLostError, match="cannot write it: the connection was closed; ask again"):
                await connection.write("write it", cut)
            assert await connection.write("write it", cut) == []
            assert asked[1] != first

    run(main)


def test_engine_that_has_not_started_whole_gives_way_to_another(database: Path) -> None:
    """An ingest into a new home failed at its first collection, once in several thousand on a busy machine."""

    async def main() -> None:
        async with open_connection(database, idle_s=1.0) as connection:
            asked: list[int] = []

            @error_handler(func_name="create_collection")
            async def unready(client: AsyncMilvusClient) -> list[str]:
                asked.append(milvus(database).pid)
                if len(asked) == 1:
                    why = 'Assert "init_flag_ == true"  => Mmap manager has not been init. at MmapManager.h:96'
                    raise MilvusException(1, why)
                return await client.list_collections(timeout=None, retry_times=0)

            await connection.change("make it", unready)
            assert len(asked) == 2
            assert asked[0] != asked[1]
            asked.clear()
            assert await connection.call("look for it", unready) == []
            assert len(set(asked)) == 2

    run(main)


def test_engine_that_is_unready_while_it_is_joined_again_gives_way_too(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart, the collections are loaded before anything is asked."""
    seen: list[int] = []
    load = Connection._load_all

    async def unready(self: Connection, client: AsyncMilvusClient, running: Engine | None) -> None:
        seen.append(milvus(database).pid)
        if len(seen) == 1:
            raise EngineUnreadyError("cannot load it: the embedded engine did not start whole; ask again")
        await load(self, client, running)

    monkeypatch.setattr(Connection, "_load_all", unready)

    async def main() -> None:
        async with open_connection(database, idle_s=1.0):
            assert len(set(seen)) == 2

    run(main)


def test_call_that_is_cancelled_ends_at_once_and_leaves_the_connection_usable(database: Path) -> None:
    async def main() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            stop(milvus(database))
            search = asyncio.create_task(index.search_dense(direction(0), limit=1))
            await asyncio.sleep(0.1)
            search.cancel()
            with pytest.raises(asyncio.CancelledError):
                await search
            os.kill(milvus(database).pid, signal.SIGCONT)
            assert await index.search_dense(direction(0), limit=1) == []

    run(main)


# An engine that cannot start


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("with space.db", 'cannot name a database "with space.db"'),
        ("x" * 40, "1 to 36 letters"),
        pytest.param("folder", "is a folder", marks=pytest.mark.skipif(not LITE_2, reason="its database is a folder")),
        ("garbage.db", "garbage.db is damaged"),
        ("file/inside.db", "is in the way: a folder is needed"),
    ],
)
def test_engine_that_cannot_start_says_why(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "garbage.db").write_bytes(b"this is not a database" * 1000)

    async def main() -> None:
        async with engine(tmp_path / name):
            pass

    for _ in range(2):
        with pytest.raises(StoreUnavailableError, match=message):
            run(main)


@pytest.mark.skipif(not LITE_2, reason="milvus-lite 3 has no program of its own to kill")
@pytest.mark.parametrize("kills", [2, 3])
def test_engine_killed_while_it_opens_its_database_does_not_call_it_damaged(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    from qa.store import engine as module

    real = Path(module._binary())
    (tmp_path / "milvus").write_text(
        f"#!/bin/sh\necho >> {tmp_path}/started\n"
        f"if [ $(wc -l < {tmp_path}/started) -le {kills} ]; then kill -9 $$; fi\n"
        f'LD_LIBRARY_PATH={real.parent} exec {real} "$@"\n'
    )
    (tmp_path / "milvus").chmod(0o700)
    monkeypatch.setattr(module, "_binary", lambda: str(tmp_path / "milvus"))

    async def main() -> None:
        async with engine(database, idle_s=1.0) as running:
            assert running.uri

    if kills == 3:
        with pytest.raises(StoreUnavailableError, match="was killed 3 times while it opened"):
            run(main)
        wait_until_gone(database)
    run(main)


def test_many_who_wait_for_an_engine_that_cannot_start_all_learn_why(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"this is not a database" * 1000)

    async def one() -> str:
        try:
            async with engine(tmp_path / "garbage.db"):
                return "started"
        except StoreUnavailableError as error:
            return str(error)

    async def main() -> None:
        for reason in await asyncio.gather(*(one() for _ in range(5))):
            assert "is damaged" in reason

    run(main)


def test_database_that_another_program_opened_is_named(database: Path) -> None:
    """A script that uses milvus-lite itself holds its lock, not ours."""
    script = (
        "import sys\nfrom milvus_lite.server_manager import server_manager_instance as m\n"
        "print(m.start_and_get_uri(sys.argv[1]), flush=True)\nsys.stdin.read()\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", script, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout
    other.stdout.readline()

    async def main() -> None:
        async with engine(database, idle_s=1.0):
            pass

    try:
        with pytest.raises(StoreUnavailableError, match="open in another program" if LITE_2 else "cannot open"):
            run(main)
    finally:
        other.communicate()
    wait_until_gone(database)
    run(main)


def test_engine_speaks_into_its_log_and_not_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "garbage.db").write_bytes(b"this is not a database" * 1000)
    called = client(tmp_path / "garbage.db")
    _, errors = called.communicate()
    assert "StoreUnavailableError" in errors
    assert "sqlite" not in errors.lower().replace("storeunavailableerror", "")
    assert log_file(tmp_path / "garbage.db").exists()


def test_death_of_the_engine_leaves_no_word_on_the_terminal(database: Path, tmp_path: Path) -> None:
    """Pymilvus would report with a traceback what is repeated on the next engine."""
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom qa.store import open_index\n"
        "async def main():\n"
        "    async with open_index(Path(sys.argv[1]), 'tests', idle_s=1.0) as index:\n"
        "        for _ in range(6):\n"
        "            asking = [asyncio.create_task(index.exists()) for _ in range(20)]\n"
        "            await asyncio.sleep(0.01)\n"
        "            print('asked', flush=True)\n"
        "            await asyncio.gather(*asking)\n"
        "            index.generation = None\n"
        "asyncio.run(main())\n"
    )

    async def prepare() -> None:
        async with open_index(database, "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)

    run(prepare)
    with (tmp_path / "said").open("w") as said:
        command = [sys.executable, "-c", script, str(database)]
        asking = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, cwd=ROOT)
    assert asking.stdout
    for _ in range(6):
        assert asking.stdout.readline() == "asked\n"
        if alive := [process for process in processes(database) if process.name() == "milvus" or not LITE_2]:
            alive[0].kill()
    asking.communicate()
    assert (asking.returncode, (tmp_path / "said").read_text()) == (0, "")


def test_request_whose_channel_another_one_closed_is_one_to_an_engine_that_ended(database: Path) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        request: asyncio.Future[None] = loop.create_future()
        loop.call_soon(request.cancel)
        running = SimpleNamespace(lost=loop.create_future())
        with pytest.raises(EngineLostError, match="cannot search: the embedded engine has ended"):
            await Connection(database, EMBEDDED)._answered("search", request, running)  # type: ignore[arg-type]

    run(main)


def test_host_killed_before_it_is_ready_is_started_again(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = subprocess.run
    killed = 0

    def kills(command: list[str], **options: object) -> object:
        nonlocal killed
        killed += 1
        if killed <= 2:
            return subprocess.CompletedProcess(command, -signal.SIGKILL, "", "")
        return start(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr("qa.store.engine.subprocess.run", kills)

    async def main() -> None:
        async with engine(database, idle_s=1.0):
            assert killed == 3

    run(main)
