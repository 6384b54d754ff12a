"""Ingests that the page began: what they are to bring in, how far they are, and what came of them.

They are rows, so that they outlive the page that began them, and a server that was killed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal, get_args
from uuid import uuid4

from sqlalchemy import Row, delete, func, insert, select, update

from qa.database.engine import Database
from qa.database.tables import LOCAL, ingest_failures, ingests
from qa.database.texts import storable
from qa.database.times import DEAD, now

# Uploaded files, a folder or files of this machine, web addresses, documents once more, a watched folder's changes.
Kind = Literal["upload", "folder", "address", "again", "watch", "reindex"]
# "stopped" by the user, "failed" with an error, "broken" off with the server that was at it.
State = Literal["waiting", "running", "done", "stopped", "failed", "broken"]
# What a running one does; "waiting" for another process that writes to the collection.
Stage = Literal["", "opening", "waiting", "fetching", "reading", "finishing"]
UNFINISHED: tuple[State, ...] = ("waiting", "running")

# Those that ended this long ago, and are not the newest, are forgotten.
_KEPT = timedelta(days=90)
_KEPT_AT_LEAST = 50
# Rows that are looked at before it is known how many are needed.
_AT_ONCE = 100
# An option of an ingest that a second process has taken over; what breaks off twice stays so.
_TAKEN_OVER = "taken_over"
# More failures than this are counted, not listed.
MOST_FAILURES = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is.

    Attributes:
        found: Files and documents inside them that it knows of so far.
        unchanged: Of these, those that are stored as they are.
        read: Files that were read.
        passages: Passages that were read.
        pages: Pages that are read of the files in hand.
        of_pages: How many pages these have; 0 where none are known.
        embedded: Passages that have their vectors.
        stored: Documents that were added, updated or moved.
        removed: Documents that were taken out, since their files are gone.
        failed: Files that could not be read.
        passed_over: Files of kinds that are not read.
        file: The one at hand.
    """

    found: int = 0
    unchanged: int = 0
    read: int = 0
    passages: int = 0
    pages: int = 0
    of_pages: int = 0
    embedded: int = 0
    stored: int = 0
    removed: int = 0
    failed: int = 0
    passed_over: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be read and why; `partly` if it is stored, but for a part of it."""

    source: str
    reason: str
    partly: bool = False


@dataclass(frozen=True, slots=True)
class Ingest:
    """One ingest.

    Attributes:
        id: Tells it from all others.
        collection: Into which it goes.
        kind: What brought it about.
        wanted: The paths and addresses to ingest.
        options: How; see `ui.documents.jobs`.
        watch: Id of the watch that it belongs to, "" for none.
        state: How far it is.
        stage: What it does while it runs.
        progress: The counts.
        error: Why it failed, or for whom it waits.
        cancelled: Whether it is to end.
        created: When it was asked for.
        started: When it began, None before.
        finished: When it ended, None before.
        owner: Who asked for it, by name.
    """

    id: str
    collection: str
    kind: Kind
    wanted: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    watch: str = ""
    state: State = "waiting"
    stage: Stage = ""
    progress: Progress = field(default_factory=Progress)
    error: str = ""
    cancelled: bool = False
    created: datetime = datetime.min
    started: datetime | None = None
    finished: datetime | None = None
    owner: str = LOCAL

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in UNFINISHED


# Tells whether who asks may see an ingest into this collection that somebody of this name asked for.
Visible = Callable[[str, str], bool]


class Ingests:
    """Reads and writes the ingests of a database. Every method is one transaction or two, and raises `StoreError`.

    What who asks may not see is not listed, not found, not cancelled and not forgotten: it tells names of files.
    """

    def __init__(
        self,
        database: Database,
        *,
        owner: Callable[[], str] = lambda: LOCAL,
        visible: Visible = lambda _collection, _owner: True,
    ) -> None:
        """Open nothing yet.

        Args:
            database: An open one.
            owner: Returns for whom an ingest is asked for.
            visible: See `Visible`; asked each time.
        """
        self._database = database
        self._owner = owner
        self._visible = visible

    def add(
        self,
        collection: str,
        kind: Kind,
        wanted: Sequence[str],
        *,
        options: Mapping[str, Any] | None = None,
        watch: str = "",
        worker: str = "",
    ) -> Ingest:
        """Ask for an ingest; it waits for the worker that will make it."""
        ingest = Ingest(uuid4().hex, collection, kind, tuple(wanted), dict(options or {}), watch, created=now())
        ingest = replace(ingest, owner=self._owner())
        with self._database.writing() as connection:
            connection.execute(
                insert(ingests).values(
                    id=ingest.id,
                    collection=collection,
                    kind=kind,
                    wanted=storable(json.dumps(list(wanted))),
                    options=storable(json.dumps(ingest.options)),
                    watch=watch or None,
                    state=ingest.state,
                    worker=worker,
                    beat=ingest.created,
                    created=ingest.created,
                    owner=ingest.owner,
                )
            )
        return ingest

    def get(self, id: str) -> Ingest | None:  # noqa: A002
        """Return an ingest as it is now, None if it is forgotten."""
        with self._database.reading() as connection:
            row = connection.execute(select(ingests).where(ingests.c.id == id)).one_or_none()
        return _ingest(row) if row and self._visible(row.collection, row.owner) else None

    def listed(self, collection: str = "", *, limit: int = 20, skip: int = 0) -> list[Ingest]:
        """Return ingests, the newest first; those of all collections for ""."""
        wanted = select(ingests).order_by(ingests.c.created.desc(), ingests.c.id)
        if collection:
            wanted = wanted.where(ingests.c.collection == collection)
        with self._database.reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(wanted)
            seen = (row for row in rows if self._visible(row.collection, row.owner))
            return [_ingest(row) for row in islice(seen, skip, skip + limit)]

    def unfinished(self, collection: str = "") -> list[Ingest]:
        """Return the ingests that run or wait, the oldest first."""
        wanted = select(ingests).where(ingests.c.state.in_(UNFINISHED)).order_by(ingests.c.created, ingests.c.id)
        if collection:
            wanted = wanted.where(ingests.c.collection == collection)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [_ingest(row) for row in rows if self._visible(row.collection, row.owner)]

    def failures(self, id: str, *, limit: int = 1_000) -> list[Failed]:  # noqa: A002
        """Return what could not be read, in the order in which it was found out."""
        if self.get(id) is None:
            return []
        wanted = select(ingest_failures).where(ingest_failures.c.ingest == id).order_by(ingest_failures.c.number)
        with self._database.reading() as connection:
            return [Failed(row.source, row.reason, row.partly) for row in connection.execute(wanted.limit(limit))]

    def take(self, id: str, worker: str) -> bool:  # noqa: A002
        """Begin with an ingest that waits for this worker; False if another has taken it over, or it was cancelled."""
        waits = (
            ingests.c.id == id,
            ingests.c.worker == worker,
            ingests.c.state == "waiting",
            ingests.c.cancelled.is_(False),
        )
        with self._database.writing() as connection:
            moment = now()
            taken = update(ingests).where(*waits).values(state="running", beat=moment, started=moment)
            return connection.execute(taken).rowcount == 1

    def write(self, id: str, worker: str, stage: Stage, progress: Progress, *, waits_for: str = "") -> bool:  # noqa: A002
        """Keep how far an ingest is, and say that its worker is at it; return whether this worker is to go on."""
        running = update(ingests).where(ingests.c.id == id, ingests.c.worker == worker, ingests.c.state.in_(UNFINISHED))
        values = {"stage": stage, "progress": _json(progress), "error": storable(waits_for), "beat": now()}
        with self._database.writing() as connection:
            connection.execute(running.values(**values))
            row = connection.execute(select(ingests.c.cancelled, ingests.c.worker).where(ingests.c.id == id)).first()
        return row is not None and not row.cancelled and row.worker == worker

    def tell_failures(self, id: str, failures: Sequence[Failed], *, after: int) -> None:  # noqa: A002
        """Keep failures while an ingest runs, behind the first `after` ones; its end brings all of them."""
        if rows := _failure_rows(id, failures[: max(0, MOST_FAILURES - after)], after):
            with self._database.writing() as connection:
                connection.execute(insert(ingest_failures), rows)

    def cancel(self, id: str) -> None:  # noqa: A002
        """Ask that an ingest end; what is stored stays."""
        if self.get(id) is None:
            return
        with self._database.writing() as connection:
            connection.execute(update(ingests).where(ingests.c.id == id).values(cancelled=True))

    def called_off(self, worker: str) -> list[str]:
        """Return the ids of a worker's ingests that are to end, whoever asked for that in whatever process."""
        wanted = select(ingests.c.id).where(
            ingests.c.worker == worker, ingests.c.state == "running", ingests.c.cancelled.is_(True)
        )
        with self._database.reading() as connection:
            return list(connection.execute(wanted).scalars())

    def stop_waiting(self, id: str) -> None:  # noqa: A002
        """End an ingest that nobody has begun with, whoever it waits for."""
        waits = update(ingests).where(ingests.c.id == id, ingests.c.state == "waiting")
        with self._database.writing() as connection:
            connection.execute(waits.values(state="stopped", stage="", error="", finished=now()))

    def end(
        self,
        id: str,  # noqa: A002
        worker: str,
        state: State,
        progress: Progress | None = None,
        *,
        failures: Sequence[Failed] = (),
        error: str = "",
    ) -> None:
        """Keep what came of an ingest, unless it is another worker's by now."""
        values: dict[str, Any] = {"state": state, "stage": "", "error": storable(error), "finished": now()}
        if progress is not None:
            values["progress"] = _json(progress)
        unfinished = update(ingests).where(
            ingests.c.id == id, ingests.c.worker == worker, ingests.c.state.in_((*UNFINISHED, "broken"))
        )
        rows = _failure_rows(id, failures[:MOST_FAILURES], 0)
        with self._database.writing() as connection:
            if connection.execute(unfinished.values(**values)).rowcount and rows:
                connection.execute(delete(ingest_failures).where(ingest_failures.c.ingest == id))
                connection.execute(insert(ingest_failures), rows)

    def forget(self, id: str) -> None:  # noqa: A002
        """Take an ingest out of the list."""
        if self.get(id) is None:
            return
        with self._database.writing() as connection:
            connection.execute(delete(ingests).where(ingests.c.id == id))

    def beat(self, worker: str) -> None:
        """Say that a worker is alive, for all that it is at."""
        own = update(ingests).where(ingests.c.worker == worker, ingests.c.state.in_(UNFINISHED))
        with self._database.writing() as connection:
            connection.execute(own.values(beat=now()))

    def take_over(self, worker: str) -> Ingest | None:
        """Give a worker the oldest ingest whose own has not said for a while that it lives; it waits again.

        That happens once to an ingest: one that ends two workers must not end all. Watched folders are left to their
        watches.
        """
        silent = (ingests.c.state.in_(UNFINISHED), ingests.c.beat < now() - DEAD)
        wanted = select(ingests).where(*silent, ingests.c.kind != "watch", ingests.c.cancelled.is_(False))
        with self._database.writing() as connection:
            for row in connection.execute(wanted.order_by(ingests.c.created, ingests.c.id)).all():
                options = json.loads(row.options)
                if _TAKEN_OVER in options:
                    continue
                values = {"state": "waiting", "stage": "", "error": "", "worker": worker, "beat": now()}
                marked = storable(json.dumps({**options, _TAKEN_OVER: True}))
                # The server may have let two workers read the row.
                same = update(ingests).where(ingests.c.id == row.id, ingests.c.worker == row.worker, *silent)
                if connection.execute(same.values(**values, options=marked)).rowcount == 1:
                    return replace(_ingest(row), state="waiting", stage="", error="")
        return None

    def break_off(self) -> int:
        """Mark ingests as broken off whose worker has not said for a while that it lives; return how many."""
        silent = update(ingests).where(ingests.c.state.in_(UNFINISHED), ingests.c.beat < now() - DEAD)
        with self._database.writing() as connection:
            return connection.execute(silent.values(state="broken", stage="", error="", finished=now())).rowcount

    def purge(self) -> None:
        """Forget what ended long ago, but for the newest."""
        with self._database.writing() as connection:
            newest = select(ingests.c.created).order_by(ingests.c.created.desc()).offset(_KEPT_AT_LEAST).limit(1)
            if (oldest := connection.execute(newest).scalar()) is not None:
                old = min(oldest, now() - _KEPT)
                connection.execute(delete(ingests).where(ingests.c.finished < old))

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed."""
        with self._database.writing() as connection:
            connection.execute(update(ingests).where(ingests.c.collection == collection).values(collection=new))

    def by_state(self) -> dict[str, int]:
        """Return how many are known in each state."""
        counted = select(ingests.c.state, func.count()).group_by(ingests.c.state)
        with self._database.reading() as connection:
            found = {state: int(count) for state, count in connection.execute(counted)}
        return {state: found.get(state, 0) for state in get_args(State)}

    def count(self) -> int:
        """Return how many are known."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(ingests)).scalar_one())


def _failure_rows(ingest: str, failures: Sequence[Failed], after: int) -> list[dict[str, Any]]:
    return [
        {
            "ingest": ingest,
            "number": number,
            "source": storable(failure.source),
            "reason": storable(failure.reason),
            "partly": failure.partly,
        }
        for number, failure in enumerate(failures, after)
    ]


def _json(progress: Progress) -> str:
    return storable(json.dumps(asdict(progress)))


_COUNTS = {item.name for item in fields(Progress)}


def _ingest(row: Row[Any]) -> Ingest:
    known = {name: value for name, value in json.loads(row.progress).items() if name in _COUNTS}
    return Ingest(
        id=row.id,
        collection=row.collection,
        kind=row.kind if row.kind in get_args(Kind) else "folder",
        wanted=tuple(json.loads(row.wanted)),
        options={name: value for name, value in json.loads(row.options).items() if name != _TAKEN_OVER},
        watch=row.watch or "",
        state=row.state if row.state in get_args(State) else "broken",
        stage=row.stage if row.stage in get_args(Stage) else "",
        progress=Progress(**known),
        error=row.error,
        cancelled=row.cancelled,
        created=row.created,
        started=row.started,
        finished=row.finished,
        owner=row.owner,
    )
