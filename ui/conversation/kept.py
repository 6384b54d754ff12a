"""The last conversations of a collection, kept in the home for `footnote ask --continue`.

Each terminal writes a file of its own, so that two that ask at the same time do not mix. A terminal that has none yet
goes on with the collection's newest. After a day a conversation is forgotten, and the next question deletes it.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from qa.answering.conversation import turn_of
from qa.config import Settings
from qa.private import make_folder, write_file
from qa.types import Answer, Turn

FOLDER = "conversations"
MAX_AGE_S = 24 * 3600
# Most turns kept, the newest ones: a follow-up refers to nothing further back.
MAX_TURNS = 20
MAX_CHARACTERS = 2_000
_MAX_BYTES = 1_000_000
_VERSION = 1

Turns = tuple[Turn, ...]


def exchanged(turns: Sequence[Turn], question: str, answer: Answer | None) -> Turns:
    """Return a conversation with one more question, and its answer unless it failed."""
    more = [Turn("user", question)]
    if answer is not None:
        more.append(turn_of(answer))
    return (*turns, *more)[-MAX_TURNS:]


def last(settings: Settings) -> Turns:
    """Return the last conversation of this terminal with a collection, else the collection's last; () for none.

    A file that is damaged, too old, or written by a newer Footnote counts as none.
    """
    own = _file(settings)
    others = sorted(_files(settings), key=_age)
    for file in [own, *others]:
        if turns := _read(file):
            return turns
    return ()


def keep(settings: Settings, turns: Sequence[Turn]) -> None:
    """Keep a conversation for this terminal, and forget what is too old; a read-only home keeps none."""
    file = _file(settings)
    values = {
        "version": _VERSION,
        "turns": [
            {"role": turn.role, "text": turn.text[:MAX_CHARACTERS], "documents": list(turn.documents)}
            for turn in turns[-MAX_TURNS:]
        ],
    }
    with suppress(OSError):
        make_folder(file.parent)
        # Replaced as a whole: another question of this terminal may be reading it.
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        write_file(draft, json.dumps(values, ensure_ascii=False))
        draft.replace(file)
    for old in _all(settings.home):
        if _age(old) > MAX_AGE_S:
            with suppress(OSError):
                old.unlink()


def _read(file: Path) -> Turns:
    try:
        if _age(file) > MAX_AGE_S or file.stat().st_size > _MAX_BYTES:
            return ()
        values = json.loads(file.read_text(encoding="utf-8", errors="surrogatepass"))
        return tuple(_turn(item) for item in values["turns"]) if values["version"] == _VERSION else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _turn(item: Any) -> Turn:
    role, text, documents = item["role"], item["text"], item["documents"]
    if role not in ("user", "assistant") or not isinstance(text, str) or not all(isinstance(x, str) for x in documents):
        raise ValueError("this is not a turn")
    return Turn(role, text, tuple(documents))


def _file(settings: Settings) -> Path:
    return settings.home / FOLDER / f"{_place(settings)}-{_terminal()}.json"


def _files(settings: Settings) -> Iterator[Path]:
    yield from (file for file in _all(settings.home) if file.name.startswith(f"{_place(settings)}-"))


def _all(home: Path) -> list[Path]:
    with suppress(OSError):
        return [file for file in (home / FOLDER).iterdir() if file.is_file()]
    return []


def _place(settings: Settings) -> str:
    """Return a name for the collection that includes its engine: equal names on two servers are two collections."""
    place = (str(settings.uri), settings.server_database, settings.tenancy, settings.collection)
    return hashlib.sha256("\0".join(place).encode(errors="surrogatepass")).hexdigest()[:16]


def _terminal() -> str:
    """Return what all commands of one terminal share: the session of its shell."""
    return str(os.getsid(0) if hasattr(os, "getsid") else os.getppid())


def _age(file: Path) -> float:
    """Return how many seconds ago a file was written; infinity if it has vanished."""
    try:
        return time.time() - file.stat().st_mtime
    except OSError:
        return float("inf")
