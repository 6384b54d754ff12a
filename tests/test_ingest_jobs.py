"""Ingests in the background of the server, by real processes, into the real engine."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from conftest import ROOT, Build
from sqlalchemy import update
from test_uploads import File

from qa.config import Settings
from qa.database.engine import FILE, Database, open_database
from qa.database.ingests import Failed, Ingest, Ingests, Progress, Stage
from qa.database.tables import ingests
from qa.database.times import now
from qa.errors import StoreUnavailableError
from qa.store import current_writer, this_command
from qa.store.turns import request_turn
from qa.wiring import open_settings_index, writing
from ui.documents import following
from ui.documents.changes import bring
from ui.documents.ingest_process import Process
from ui.documents.jobs import IngestJobs
from ui.documents.uploads import Uploads
from ui.documents.watching import Watching
from ui.web.session import Session

pytestmark = pytest.mark.models

PATIENCE_S = 90.0


class Server:
    """A server's session, database and ingests."""

    def __init__(self, home: Path, database: Database) -> None:
        self.settings = Settings(home=home, engine_idle_s=2.0)
        self.session = Session(lambda _collection: pytest.fail("nobody asks"))
        self.jobs = IngestJobs(self.session, database, lambda: self.settings)

    def until(self, condition: Callable[[], bool]) -> None:
        seen, deadline = 0, time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, self.jobs.ingests.listed()
            seen = self.jobs.wait(seen, 0.5)

    def ended(self, ingest: Ingest) -> Ingest:
        """Wait for the end of an ingest, and return it as it is then."""
        self.until(lambda: self.now(ingest).is_finished)
        return self.now(ingest)

    def now(self, ingest: Ingest) -> Ingest:
        found = self.jobs.ingests.get(ingest.id)
        assert found
        return found

    def sources(self, collection: str) -> list[str]:
        """What is stored."""

        async def look() -> list[str]:
            async with open_settings_index(replace(self.settings, collection=collection)) as index:
                await index.open()
                return sorted([row.source async for row in index.documents()])

        return self.session.submit(look()).result(60)


@pytest.fixture(scope="module")
def home(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("jobs") / "home"
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(model_home / "models")
    return home


@pytest.fixture(scope="module")
def database(home: Path) -> Iterator[Database]:
    with closing(open_database(home)) as database:
        yield database


@pytest.fixture(scope="module")
def server(home: Path, database: Database) -> Iterator[Server]:
    """One for all: its processes keep their model."""
    server = Server(home, database)
    Watching(server.session, server.jobs, lambda: server.settings)
    yield server
    server.session.close()


@pytest.fixture
def name() -> str:
    """The name of a collection of the test's own."""
    return f"c{uuid.uuid4().hex[:12]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files that can be read, and one that can't."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "pump.txt").write_text("The pump is greased every nine weeks.")
    (folder / "crane.txt").write_text("The crane carries four tonnes.")
    (folder / "broken.pdf").write_text("no PDF at all")
    return folder


@contextmanager
def stuck(server: Server) -> Iterator[None]:
    """Let no process write: what is ingested meanwhile is read, and not stored."""

    async def held(begun: asyncio.Event, over: asyncio.Event) -> None:
        async with request_turn(server.settings.index_file):
            begun.set()
            await over.wait()

    begun, over = asyncio.Event(), asyncio.Event()
    holding = server.session.submit(held(begun, over))
    server.until(begun.is_set)
    try:
        yield
    finally:
        if not holding.done():
            server.session.submit(_set(over)).result()
            holding.result()


def is_reading(server: Server, ingest: Ingest) -> bool:
    """Tell whether an ingest has files in hand."""
    return server.now(ingest).stage == "reading" and bool(server.jobs.current(ingest.collection)[0].progress.file)


def many(folder: Path, count: int = 40) -> Path:
    """A folder of many small files."""
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(f"Pump {number} is greased by crew {number + 7}.")
    return folder


def test_ingest_is_made_in_the_background_and_its_failures_are_kept(
    server: Server, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is written is looked at, not what a look now and then finds: a stage may last for milliseconds.
    seen: list[str] = []
    write = Ingests.write

    def written(self: Ingests, id: str, worker: str, stage: Stage, progress: Progress, **more: str) -> bool:  # noqa: A002
        seen.append(stage)
        return write(self, id, worker, stage, progress, **more)

    monkeypatch.setattr(Ingests, "write", written)
    ingest = server.jobs.start(name, "folder", [str(folder)])
    assert ingest.state == "waiting"
    ended = server.ended(ingest)
    assert ended.state == "done"
    assert replace(ended.progress, file="") == Progress(found=3, read=2, passages=2, embedded=2, stored=2, failed=1)
    assert server.jobs.ingests.failures(ingest.id) == [
        Failed(str(folder / "broken.pdf"), "is named .pdf but holds something other than a PDF; export it again")
    ]
    assert seen.index("opening") < seen.index("reading")
    assert server.sources(name) == ["papers/crane.txt", "papers/pump.txt"]
    # Once more: nothing is embedded, and the process that did it before does it again.
    again = server.ended(server.jobs.again(ended))
    assert (again.progress.unchanged, again.progress.embedded) == (2, 0)


def test_counts_of_an_upload_are_of_what_was_uploaded(server: Server, name: str, folder: Path) -> None:
    """What lies there from earlier uploads was counted as found, unchanged and failed."""
    server.ended(server.jobs.start(name, "folder", [str(folder)]))
    (folder / "new.txt").write_text("Pump 7 is greased by crew 9.")
    options = {"touched": ["new.txt", "crane.txt"]}
    ended = server.ended(server.jobs.start(name, "upload", [str(folder)], options=options))
    found = replace(ended.progress, file="")
    assert found == Progress(found=2, unchanged=1, read=1, passages=1, embedded=1, stored=1)


def test_second_ingest_of_a_collection_waits_and_other_collections_do_not(
    server: Server, name: str, folder: Path
) -> None:
    first = server.jobs.start(name, "folder", [str(folder)])
    second = server.jobs.start(name, "folder", [str(folder / "pump.txt")])
    other = server.jobs.start(f"{name}_other", "folder", [str(folder)])
    server.until(lambda: server.now(other).state == "running" and server.now(first).state == "running")
    assert server.now(second).state == "waiting"
    ends = [server.ended(ingest) for ingest in (first, second, other)]
    assert [ingest.state for ingest in ends] == ["done"] * 3
    assert ends[1].started >= ends[0].finished  # type: ignore[operator]


def test_cancelled_ingest_ends_and_what_was_stored_is_whole(server: Server, name: str, tmp_path: Path) -> None:
    server.ended(server.jobs.start(name, "folder", [str(many(tmp_path / "few", 1))]))
    folder = many(tmp_path / "many")
    with stuck(server):
        ingest = server.jobs.start(name, "folder", [str(folder)])
        waiting = server.jobs.start(name, "folder", [str(folder)])
        server.until(lambda: is_reading(server, ingest))
        server.jobs.cancel(waiting.id)
        server.jobs.cancel(ingest.id)
        assert server.ended(waiting).state == "stopped"
    ended = server.ended(ingest)
    assert ended.state == "stopped"
    assert len(server.sources(name)) == 1 + ended.progress.stored
    # The same again goes on from there.
    again = server.ended(server.jobs.again(ended))
    assert (again.state, again.progress.unchanged) == ("done", ended.progress.stored)
    assert len(server.sources(name)) == 41


def test_cancelled_ingest_that_is_stuck_is_dropped(
    server: Server, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.documents.ingest_process._PATIENCE_S", 0.1)
    server.ended(server.jobs.start(name, "folder", [str(many(tmp_path / "few", 1))]))
    with stuck(server):
        ingest = server.jobs.start(name, "folder", [str(many(tmp_path / "many"))])
        server.until(lambda: is_reading(server, ingest))
        server.jobs.cancel(ingest.id)
        assert server.ended(ingest).state == "stopped"
    assert len(server.sources(name)) == 1


def test_ingest_that_writes_nothing_is_cancelled_from_another_process(
    server: Server, database: Database, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was noticed with the next progress that was written, after half a minute."""
    monkeypatch.setattr("ui.documents.ingest_process._PATIENCE_S", 0.2)
    server.ended(server.jobs.start(name, "folder", [str(many(tmp_path / "few", 1))]))
    with stuck(server):
        ingest = server.jobs.start(name, "folder", [str(many(tmp_path / "many"))])
        server.until(lambda: is_reading(server, ingest))
        Ingests(database).cancel(ingest.id)
        assert server.ended(ingest).state == "stopped"


def test_patience_with_one_ingest_does_not_end_the_next_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one, cancelled as well, was killed when the time of the first was over."""

    async def main() -> bool:
        process = await Process.start()
        try:
            monkeypatch.setattr("ui.documents.ingest_process._PATIENCE_S", 0.05)
            await process.stop()
            process.rest()
            monkeypatch.setattr("ui.documents.ingest_process._PATIENCE_S", PATIENCE_S)
            await process.stop()
            # It says nothing, as long as it lives.
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(process.hear(), 0.5)
            return process.is_alive
        finally:
            await process.ended()

    assert asyncio.run(main())


def test_killed_process_is_told_and_leaves_the_collection_whole(server: Server, name: str, tmp_path: Path) -> None:
    server.ended(server.jobs.start(name, "folder", [str(many(tmp_path / "few", 1))]))
    folder = many(tmp_path / "many")
    (folder / "000.pdf").write_text("no PDF")
    with stuck(server):
        ingest = server.jobs.start(name, "folder", [str(folder)])
        # What could not be read is known before the end.
        server.until(lambda: len(server.jobs.ingests.failures(ingest.id)) == 1)
        # Who waits is told the command that they know, `footnote serve` or `footnote ui`.
        assert f"({this_command()})" in str(current_writer(server.settings.index_file, name))
        for child in psutil.Process().children():
            if any("ingest.process" in word for word in child.cmdline()):
                child.kill()
        ended = server.ended(ingest)
    assert (ended.state, ended.error) == ("failed", "the process that read the documents was killed; run it again")
    [failure] = server.jobs.ingests.failures(ingest.id)
    assert failure.source == str(folder / "000.pdf")
    assert server.ended(server.jobs.again(ended)).state == "done"
    assert len(server.sources(name)) == 41


def test_nothing_to_read_is_one_line(server: Server, name: str, tmp_path: Path) -> None:
    ended = server.ended(server.jobs.start(name, "folder", [str(tmp_path / "nowhere")]))
    assert ended.state == "failed"
    assert ended.error == f"{tmp_path / 'nowhere'}: no such file or folder; check the path"
    some = server.jobs.start(name, "again", [str(tmp_path / "nowhere.txt")], options={"some_may_be_gone": True})
    assert server.ended(some).error.endswith("nowhere.txt: is no longer there")


def test_address_that_cannot_be_fetched_is_a_failure_with_its_reason(server: Server, name: str) -> None:
    ingest = server.jobs.start(name, "address", ["http://127.0.0.1:9/page", "http://nowhere.invalid/"])
    ended = server.ended(ingest)
    assert ended.state == "done"
    told = {failure.source: failure.reason for failure in server.jobs.ingests.failures(ingest.id)}
    assert set(told) == {"http://127.0.0.1:9/page", "http://nowhere.invalid/"}
    assert "loopback" in told["http://127.0.0.1:9/page"]


def test_page_and_terminal_wait_for_each_other(server: Server, name: str, folder: Path) -> None:
    async def held(begun: asyncio.Event, over: asyncio.Event) -> None:
        async with writing(replace(server.settings, collection=name)):
            begun.set()
            await over.wait()

    begun, over = asyncio.Event(), asyncio.Event()
    holding = server.session.submit(held(begun, over))
    server.until(begun.is_set)
    ingest = server.jobs.start(name, "folder", [str(folder)])
    server.until(lambda: server.now(ingest).stage == "waiting")
    assert f"process {os.getpid()}" in server.now(ingest).error
    assert server.jobs.current(name)[0].error == server.now(ingest).error
    server.session.submit(_set(over)).result()
    assert server.ended(ingest).state == "done"
    holding.result()
    # And nobody holds the collection any more: an ingest in a terminal goes ahead.
    assert current_writer(server.settings.index_file, name) is None


async def _set(event: asyncio.Event) -> None:
    event.set()


def test_cancel_while_waiting_for_a_terminal_ends_at_once(server: Server, name: str, folder: Path) -> None:
    async def held(over: asyncio.Event) -> None:
        async with writing(replace(server.settings, collection=name)):
            await over.wait()

    over = asyncio.Event()
    holding = server.session.submit(held(over))
    ingest = server.jobs.start(name, "folder", [str(folder)])
    server.until(lambda: server.now(ingest).stage == "waiting")
    server.jobs.cancel(ingest.id)
    assert server.ended(ingest).state == "stopped"
    server.session.submit(_set(over)).result()
    holding.result()


KILLED = """
import sys, time
from pathlib import Path
from contextlib import closing
from qa.config import Settings
from qa.database.engine import open_database
from qa.database.ingests import UNFINISHED
from ui.documents import following
from ui.documents.changes import bring
from ui.documents.ingest_process import Process
from ui.documents.jobs import IngestJobs
from ui.web.session import Session
settings = Settings(home=Path(sys.argv[1]), engine_idle_s=2.0)
jobs = IngestJobs(Session(lambda _: None), open_database(settings.home), lambda: settings)
ingest = jobs.start(sys.argv[3], "folder", [sys.argv[2]])
# On a busy machine what is read may be over before this looks.
while (now := jobs.ingests.get(ingest.id)).stage not in ("reading", "finishing") and now.state in UNFINISHED:
    time.sleep(0.02)
print(ingest.id, flush=True)
time.sleep(600)
"""


def test_after_a_kill_of_the_server_the_ingest_goes_on_in_the_next(
    home: Path, database: Database, name: str, tmp_path: Path
) -> None:
    """However long nothing ran meanwhile: it was broken off if that was more than a few seconds."""
    folder = many(tmp_path / "many")
    command = [sys.executable, "-c", KILLED, str(home), str(folder), name]
    killed = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert killed.stdout
    id_ = killed.stdout.readline().strip()
    children = [child for child in psutil.Process(killed.pid).children() if "ingest.process" in str(child.cmdline())]
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    # What read for it ends by itself.
    psutil.wait_procs(children, timeout=PATIENCE_S)
    assert not any(child.is_running() for child in children)
    with database.writing() as connection:
        connection.execute(update(ingests).where(ingests.c.id == id_).values(beat=now() - timedelta(minutes=1)))
    server = Server(home, database)
    try:
        left = server.jobs.ingests.get(id_)
        assert left
        assert server.ended(left).state == "done"
        assert len(server.sources(name)) == 40
    finally:
        server.session.close()


def test_end_of_the_server_breaks_an_ingest_off(home: Path, database: Database, name: str, tmp_path: Path) -> None:
    server = Server(home, database)
    ingest = server.jobs.start(name, "folder", [str(many(tmp_path / "many"))])
    server.until(lambda: server.now(ingest).stage == "reading")
    server.session.close()
    assert server.now(ingest).state == "broken"


def ended(server: Server, collection: str, count: int) -> bool:
    """Tell whether so many ingests into a collection have ended, and none goes on."""
    return len(server.jobs.ingests.listed(collection)) == count and not server.jobs.current(collection)


def test_watched_folder_is_followed_until_it_is_stopped(server: Server, name: str, folder: Path) -> None:
    server.jobs.watch(name, str(folder))
    server.jobs.watch(name, str(folder))
    [watch] = server.jobs.watched(name)
    server.until(lambda: ended(server, name, 1))
    assert server.sources(name) == ["papers/crane.txt", "papers/pump.txt"]
    (folder / "mast.txt").write_text("The mast is painted white.")
    (folder / "crane.txt").unlink()
    server.until(lambda: ended(server, name, 2))
    assert server.sources(name) == ["papers/mast.txt", "papers/pump.txt"]
    server.jobs.stop_watching(watch)
    assert server.jobs.watched(name) == []


def test_folder_that_is_gone_says_so_and_its_documents_stay(server: Server, name: str, folder: Path) -> None:
    server.jobs.watch(name, str(folder))
    server.until(lambda: ended(server, name, 1))
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    server.until(lambda: "is not there" in server.jobs.watched(name)[0].trouble)
    assert server.sources(name) == ["papers/crane.txt", "papers/pump.txt"]
    elsewhere.rename(folder)
    server.until(lambda: server.jobs.watched(name)[0].trouble == "")


def test_removed_document_stays_out_of_watching_and_comes_in_when_it_is_asked_for(
    server: Server, name: str, folder: Path
) -> None:
    place = str(folder / "pump.txt")
    server.jobs.left_out.add(name, [place])
    server.ended(server.jobs.start(name, "watch", [str(folder)]))
    assert server.sources(name) == ["papers/crane.txt"]
    server.ended(server.jobs.start(name, "folder", [str(folder)]))
    assert server.sources(name) == ["papers/crane.txt", "papers/pump.txt"]
    assert server.jobs.left_out.listed(name) == []


def test_ingests_of_a_dropped_collection_end(server: Server, name: str, folder: Path) -> None:
    server.jobs.watch(name, str(folder))
    ingest = server.jobs.start(name, "folder", [str(folder)])
    following.forget(server.jobs.database, server.settings.home, name)
    assert server.ended(ingest).is_finished
    assert server.jobs.watched(name) == []


def test_progress_is_in_the_database_for_other_servers(
    server: Server, name: str, database: Database, folder: Path
) -> None:
    ingest = server.jobs.start(name, "folder", [str(folder)])
    server.until(lambda: server.now(ingest).stage == "reading")
    [seen] = Ingests(database).unfinished(name)
    assert (seen.id, seen.state) == (ingest.id, "running")
    # Another server asks that it end.
    Ingests(database).cancel(ingest.id)
    assert server.ended(ingest).state in ("stopped", "done")


def test_collection_is_rebuilt_with_another_model_as_a_job(
    server: Server, name: str, folder: Path, tiny: Build, tmp_path: Path
) -> None:
    tiny().save(str(tmp_path / "model"))
    server.ended(server.jobs.start(name, "folder", [str(folder)]))
    before = server.sources(name)
    rebuilt = server.ended(server.jobs.start(name, "reindex", (), options={"reindex": str(tmp_path / "model")}))
    assert (rebuilt.state, rebuilt.progress.stored, rebuilt.progress.failed) == ("done", 2, 0)
    assert server.sources(name) == before

    async def model() -> str:
        async with open_settings_index(replace(server.settings, collection=name)) as index:
            return (await index.open()).dense_model

    assert server.session.submit(model()).result(60) == str(tmp_path / "model")


def test_uploads_into_a_busy_database_are_read_once_it_is_free(server: Server, name: str) -> None:
    """Whoever uploads is told in seconds. The files were kept, but lay there unread until the next upload."""
    kept = Uploads(server.settings.home, server.jobs.hurried)
    places = kept.sort(name, [File("crane.txt", b"The crane lifts up to 12 tonnes.")]).places
    kept.keep(name, places, clash="both")
    with closing(sqlite3.connect(server.settings.home / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="the files are kept, and are read as soon as that is possible"):
            bring(server.jobs, kept, name, places, "both")
        waited = time.monotonic() - begun
        other.execute("COMMIT")
    assert waited < 10.0, "it waits as long as a page's other writes do, not as one in the background"
    server.until(lambda: any(one.state == "done" for one in server.jobs.ingests.listed(name)))
    assert [source.rpartition("/")[2] for source in server.sources(name)] == ["crane.txt"]
