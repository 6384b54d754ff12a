"""The home: the folder with the embedded index and all else that Footnote keeps. Which one it is, and what it holds.

A Footnote that runs from a checkout keeps it there, in `.footnote/`, so that `make run` and `.venv/bin/footnote` use
the same one. Any other keeps it where the system keeps a user's data. FOOTNOTE_HOME and `--home` override both.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from qa.private import write_file

DATABASE = "footnote.db"
# What Footnote keeps in its home besides the database and the files beside that.
_KEPT = (
    "models",
    "evaluations",
    "questions",
    "feedback.jsonl",
    "feedback.jsonl.moved",
    "conversations",
    "conversations.db",
    "conversations.db-wal",
    "conversations.db-shm",
    ".conversations.db.migrating",
    "chat-history",
    "settings.json",
    "settings.json.unused",
    ".settings.json.lock",
    ".other-index",
    "work",
)


@dataclass(frozen=True, slots=True)
class Home:
    """A home, and why it is this one, in words that follow the path.

    `other` is the database of an index that an earlier release made in the system's folder, where that is not the home.
    """

    folder: Path
    why: str
    other: Path | None = None

    def __str__(self) -> str:
        return f"{self.folder} ({self.why})"

    def about_other(self) -> str:
        """Return what to tell about the other index; "" if there is none."""
        if self.other is None:
            return ""
        return (
            f"an index of an earlier release is at {self.other}, and this one in {self.folder}; copy it here with: "
            f"footnote migrate {self.other} {self.folder / DATABASE}, or set FOOTNOTE_HOME={self.other.parent}"
        )

    def first_about_other(self) -> str:
        """Return the same, but only once: the home remembers that it was said."""
        said = self.folder / ".other-index"
        text = self.about_other()
        if not text or said.exists():
            return ""
        with suppress(OSError):
            write_file(said, f"{text}\n")
        return text


def default_home() -> Home:
    """Return the home that is used if none is set.

    An index that an earlier release made in the system's folder is used until the checkout has a home of its own.
    """
    own, system = checkout_home(), system_home()
    made_before = system / DATABASE if (system / DATABASE).exists() else None
    if own is None:
        return Home(system, "where this system keeps a user's data")
    if made_before and not own.exists():
        return Home(system, "which holds an index, where the checkout has none")
    return Home(own, "of the checkout that this Footnote runs from", made_before)


def checkout_home() -> Path | None:
    """Return the home in the checkout that holds this module; None outside one, or in another user's."""
    root = Path(__file__).parents[1]
    try:
        project = (root / "pyproject.toml").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    if 'name = "footnote"' not in project or not (root / "Makefile").is_file():
        return None
    home = root / ".footnote"
    if home.exists():
        # Even if it can only be read: with another home, the index here would seem lost.
        return home if _is_mine(home) else None
    return home if _is_mine(root) and os.access(root, os.W_OK) else None


def system_home() -> Path:
    """Return the folder where this system keeps a user's data."""
    from platformdirs import user_data_path

    return user_data_path("footnote", appauthor=False)


def kept(home: Path, database: Path | None = None) -> list[Path]:
    """Return the files and folders in a home, and beside a database elsewhere, that are Footnote's own.

    Args:
        home: The folder; it may be missing.
        database: File of the embedded engine; None if a server has the index.
    """
    found = [home / name for name in _KEPT]
    if database is not None and database.parent.is_dir():
        name = database.name
        found += [path for path in database.parent.iterdir() if path.name == name or path.name.startswith(f".{name}.")]
    return [path for path in found if os.path.lexists(path)]


def _is_mine(folder: Path) -> bool:
    """Tell whether a folder is this user's own; a colleague's checkout may be run, but not written to."""
    return not hasattr(os, "getuid") or os.getuid() in (0, folder.stat().st_uid)
