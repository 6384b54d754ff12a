"""The conversations of the terminal: kept in the database beside those of the page, which lists them as well.

Each terminal goes on with its own, so that two that ask at the same time do not mix. A terminal that holds none goes on
with the collection's newest of the last day.
"""

import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.standalone.conversation import turn_of
from qa.command.printing import warn
from qa.config import Settings
from qa.database import times
from qa.database.choices import Choices
from qa.database.conversations import Conversations
from qa.database.engine import Database, open_database
from qa.database.exchanges import Exchange, State
from qa.database.terminals import Terminals
from qa.errors import ConfigError, StoreError
from qa.store.where import EVERYTHING, Filter
from qa.types import Answer, Turn

# Most turns that a question has before it, the newest ones: a follow-up refers to nothing further back.
MAX_TURNS = 20
MAX_CHARACTERS = 2_000
# Where an earlier release kept them, a file for each terminal, and how large one could be.
FOLDER = "conversations"
MAX_AGE_S = 24 * 3600
_MAX_BYTES = 1_000_000
_VERSION = 1
_LOCK_S = 5.0

Turns = tuple[Turn, ...]


class Kept:
    """One conversation of this terminal. A home that cannot be written keeps none."""

    def __init__(self, settings: Settings, *, goes_on: bool = False) -> None:
        """Begin one, or go on with the last one; `turns` are empty where there is none.

        Raises:
            StoreError: It is to go on, and the database failed.
        """
        self.turns: Turns = ()
        self._settings = settings
        self._database: Database | None = None
        self._id = ""
        if goes_on:
            self._go_on()

    def add(
        self,
        question: str,
        answer: Answer | None,
        where: Filter = EVERYTHING,
        *,
        asked: datetime,
        error: str = "",
    ) -> None:
        """Keep one more question.

        Args:
            question: As it was typed.
            answer: What came of it; None where it failed or was stopped.
            where: What it was limited to.
            asked: When.
            error: Why it failed, "" where it was stopped.
        """
        self.turns = exchanged(self.turns, question, answer)
        state: State = "done" if answer else "failed" if error else "stopped"
        done = Exchange("", "", "", question, where, state, "", answer, error, asked, times.now())
        try:
            database = self._opened()
            self._id = Conversations(database).record(self._id, self._settings.collection, [done])
            Terminals(database).hold(_place(self._settings), _terminal(), self._id)
        except ConfigError:
            return
        except StoreError as failed:
            warn(f"note: this conversation is not kept: {failed}")

    def is_new(self, name: str) -> bool:
        """Tell whether a suggestion was neither dismissed on the page nor made here before; from now on it was.

        Args:
            name: Under which the page keeps that it was dismissed.
        """
        here = f"{name}-told"
        with suppress(ConfigError, StoreError):
            choices = Choices(self._opened())
            if not choices.get(name) and not choices.get(here):
                choices.keep(here, "told")
                return True
        return False

    def _go_on(self) -> None:
        try:
            database = self._opened()
        except ConfigError:
            return
        self._id = Terminals(database).last(_place(self._settings), _terminal())
        if self._id:
            self.turns = _turns(Conversations(database).branch(self._id))

    def _opened(self) -> Database:
        if self._database is None:
            self._database = open_database(self._settings.home, self._settings.database)
            _move_in(self._settings, self._database)
        return self._database


def exchanged(turns: Sequence[Turn], question: str, answer: Answer | None) -> Turns:
    """Return a conversation with one more question, and its answer unless it failed."""
    more = [Turn("user", question)]
    if answer is not None:
        more.append(turn_of(answer))
    return (*turns, *more)[-MAX_TURNS:]


def _turns(branch: Sequence[Exchange]) -> Turns:
    turns: Turns = ()
    for exchange in branch[-MAX_TURNS:]:
        turns = exchanged(turns, exchange.question, exchange.answer)
    return tuple(Turn(turn.role, turn.text[:MAX_CHARACTERS], turn.documents) for turn in turns)


# What an earlier release kept, moved in once


def _move_in(settings: Settings, database: Database) -> None:
    """Move this collection's conversations of the last day into the database; what is older was forgotten already."""
    folder = settings.home / FOLDER
    if not folder.is_dir():
        return
    with suppress(OSError, Timeout), FileLock(settings.home / f".{FOLDER}.lock", timeout=_LOCK_S, mode=0o600):
        for file in _files(settings):
            if turns := _read(file):
                at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
                moved = Conversations(database).record("", settings.collection, list(_exchanges(turns, at)))
                Terminals(database).hold(_place(settings), file.stem.partition("-")[2], moved, at=at)
            file.unlink()
        for old in _all(settings.home):
            if _age(old) > MAX_AGE_S:
                old.unlink()
        with suppress(OSError):
            folder.rmdir()  # unless it holds other collections' yet


def _exchanges(turns: Turns, at: datetime) -> Iterator[Exchange]:
    """Yield the questions of a conversation with their answers, of which the text alone was kept."""
    for number, turn in enumerate(turns):
        if turn.role == "user":
            said = turns[number + 1] if number + 1 < len(turns) and turns[number + 1].role == "assistant" else None
            asked = at - timedelta(seconds=len(turns) - number)
            answer = Answer(turn.text, turn.text, said.text, (), (), (), found=True, model=EXTRACTIVE) if said else None
            yield Exchange(
                "", "", "", turn.text, state="done" if said else "stopped", answer=answer, created=asked, finished=asked
            )


def _read(file: Path) -> Turns:
    try:
        if _age(file) > MAX_AGE_S or file.stat().st_size > _MAX_BYTES:
            return ()
        values = json.loads(file.read_text(encoding="utf-8", errors="surrogatepass"))
        turns = tuple(_turn(item) for item in values["turns"]) if values["version"] == _VERSION else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return turns if any(turn.role == "user" for turn in turns) else ()


def _turn(item: Any) -> Turn:
    role, text, documents = item["role"], item["text"], item["documents"]
    if role not in ("user", "assistant") or not isinstance(text, str) or not all(isinstance(x, str) for x in documents):
        raise ValueError("this is not a turn")
    return Turn(role, text, tuple(documents))


def _files(settings: Settings) -> Iterator[Path]:
    yield from (file for file in _all(settings.home) if file.name.startswith(f"{_collection(settings)}-"))


def _all(home: Path) -> list[Path]:
    with suppress(OSError):
        return [file for file in (home / FOLDER).iterdir() if file.is_file()]
    return []


def _age(file: Path) -> float:
    """Return how many seconds ago a file was written; infinity if it has vanished."""
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return float("inf")


# What a conversation is about, and whose it is


def _place(settings: Settings) -> str:
    """Return a name for the collection; where a database serves several machines, for whose it is too."""
    if not settings.database:
        return _collection(settings)
    whose = f"{_collection(settings)} {socket.gethostname()} {os.getuid() if hasattr(os, 'getuid') else 0}"
    return hashlib.sha256(whose.encode()).hexdigest()[:32]


def _collection(settings: Settings) -> str:
    """Return a name for the collection that includes its engine: equal names on two servers are two collections."""
    place = (str(settings.uri), settings.server_database, settings.tenancy, settings.collection)
    return hashlib.sha256("\0".join(place).encode(errors="surrogatepass")).hexdigest()[:16]


def _terminal() -> str:
    """Return what all commands of one terminal share: the session of its shell."""
    return str(os.getsid(0) if hasattr(os, "getsid") else os.getppid())
