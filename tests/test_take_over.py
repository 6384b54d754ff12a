"""Ingests that a process left are taken over once, by one other process. `test_two_servers` does it with processes."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from qa.database.engine import Database, open_in_memory
from qa.database.ingests import Ingest, Ingests, Kind, Progress
from qa.database.tables import ingests
from qa.database.times import now


@pytest.fixture
def database() -> Database:
    return open_in_memory()


@pytest.fixture
def kept(database: Database) -> Ingests:
    return Ingests(database)


def silent(database: Database) -> None:
    """Let a minute go by in which no worker says that it lives."""
    with database.writing() as connection:
        connection.execute(update(ingests).values(beat=now() - timedelta(minutes=1)))


def begun(kept: Ingests, worker: str, kind: Kind = "folder") -> Ingest:
    ingest = kept.add("papers", kind, ["/papers"], options={"retry_failed": True}, worker=worker)
    assert kept.take(ingest.id, worker)
    return ingest


def test_ingest_of_a_silent_worker_goes_on_with_what_was_wanted(database: Database, kept: Ingests) -> None:
    ingest = begun(kept, "first")
    assert kept.take_over("second") is None  # its worker lives
    silent(database)
    taken = kept.take_over("second")
    assert taken is not None
    assert (taken.id, taken.state, taken.wanted, taken.options) == (
        ingest.id, "waiting", ("/papers",), {"retry_failed": True}
    )  # fmt: skip
    assert kept.take_over("third") is None
    assert kept.take(ingest.id, "second")


def test_worker_that_wakes_up_cannot_go_on_with_what_is_anothers(database: Database, kept: Ingests) -> None:
    ingest = begun(kept, "first")
    silent(database)
    assert kept.take_over("second")
    assert not kept.take(ingest.id, "first")
    assert kept.take(ingest.id, "second")
    assert not kept.write(ingest.id, "first", "reading", Progress(found=1))
    kept.end(ingest.id, "first", "failed", error="too late")
    assert kept.write(ingest.id, "second", "reading", Progress(found=2))
    now_ = kept.get(ingest.id)
    assert now_ is not None
    assert (now_.state, now_.progress.found, now_.error) == ("running", 2, "")


def test_ingest_that_ends_two_workers_ends_no_third(database: Database, kept: Ingests) -> None:
    ingest = begun(kept, "first")
    silent(database)
    assert kept.take_over("second")
    silent(database)
    assert kept.take_over("third") is None
    assert kept.break_off() == 1
    now_ = kept.get(ingest.id)
    assert now_ is not None
    assert now_.state == "broken"
    # Asked for again it is a new one.
    assert now_.options == {"retry_failed": True}


@pytest.mark.parametrize("left", ["cancelled", "watched"])
def test_what_was_cancelled_or_is_watched_is_not_taken_over(left: str, database: Database, kept: Ingests) -> None:
    ingest = begun(kept, "first", "watch" if left == "watched" else "folder")
    if left == "cancelled":
        kept.cancel(ingest.id)
    silent(database)
    assert kept.take_over("second") is None


def test_waiting_ingest_is_stopped_whoever_it_waits_for(kept: Ingests) -> None:
    ingest = kept.add("papers", "folder", ["/papers"], worker="first")
    kept.stop_waiting(ingest.id)
    assert not kept.take(ingest.id, "first")
    now_ = kept.get(ingest.id)
    assert now_ is not None
    assert now_.state == "stopped"
