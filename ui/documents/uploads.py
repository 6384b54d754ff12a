"""Uploaded files: what they are called on disk, and where they are kept until they are removed. Names are hostile."""

import hashlib
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, Protocol
from uuid import uuid4

from ingest.load.formats import is_trace, taken
from ingest.read.workers import Limits
from qa import disk
from qa.database.engine import Database
from qa.database.upload_folders import UploadFolders
from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex
from qa.private import make_folder
from ui.web.access import current_access

FOLDER = "uploads"
# Largest file, as the ingest allows.
MOST_MB = Limits().size_mb
# So much of the disk stays free.
_SPARE_BYTES = 512 * 2**20
_PART_BYTES = 180
_MOST_PARTS = 20
_PATH_BYTES = 700
# What no name on some system may hold, and what is invisible or turns the text around.
_UNNAMEABLE = lazy_regex(r'[<>:"|?*\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]')
# How browsers send what would end a name on its way: a quotation mark and the ends of lines, and nothing else.
_SENT_OTHERWISE = lazy_regex("%(?:22|0D|0A)")
_RESERVED = lazy_regex(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)

Clash = Literal["replace", "both", "skip"]
Why = Literal["hidden", "trace", "kind", "size", "name", "empty"]


class Upload(Protocol):
    """A file that came through the page."""

    @property
    def name(self) -> str:
        """As the browser calls it: a name, or a path with slashes below the folder that was dropped."""
        ...

    @property
    def size(self) -> int:
        """In bytes."""
        ...

    def getbuffer(self) -> memoryview:
        """Return its content."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where an upload goes: its path below the folder of its collection, and what is there already."""

    upload: Upload
    path: PurePosixPath
    state: Literal["new", "same", "other"]


@dataclass(frozen=True, slots=True)
class Refused:
    """An upload that is not kept, and why."""

    name: str
    reason: Why


@dataclass(frozen=True, slots=True)
class Sorted:
    """What becomes of a number of uploads."""

    places: tuple[Place, ...]
    refused: tuple[Refused, ...]

    @property
    def clashing(self) -> list[Place]:
        """Those for which another file of the same name is kept already."""
        return [place for place in self.places if place.state == "other"]


class Uploads:
    """The files that were uploaded into one home."""

    def __init__(self, home: Path, database: Database) -> None:
        self._root = home / FOLDER
        self._folders = UploadFolders(database)

    def folder(self, collection: str) -> Path:
        """Return the folder of a collection's uploads, whether it exists or not.

        Raises:
            StoreError: The database failed.
        """
        return self._root / (self._folders.get(collection) or collection)

    def folders(self, collection: str) -> tuple[Path, ...]:
        """Return the folders in which uploads lie that a collection has documents of.

        Raises:
            StoreError: The database failed.
        """
        return tuple(self._root / folder for folder in self._folders.named(collection))

    def sort(self, collection: str, files: Sequence[Upload]) -> Sorted:
        """Say where files would go, and which are refused; nothing is written.

        Raises:
            AccessError: Who asks may not add documents there: the answer tells names of files.
            StoreError: The database failed.
        """
        current_access().require("add", collection)
        folder = self.folder(collection)
        places: list[Place] = []
        refused: list[Refused] = []
        seen: set[str] = set()
        for upload in files:
            path = safe_path(upload.name)
            reason = _refusal(upload, path)
            if path is None or reason:
                refused.append(Refused(upload.name, reason or "name"))
                continue
            # Two of one drop may come to the same name, also where a disk takes "A" and "a" for one.
            path = _free(path, lambda other: str(other).casefold() in seen)
            seen.add(str(path).casefold())
            places.append(Place(upload, path, _state(folder / path, upload)))
        return Sorted(tuple(places), tuple(refused))

    def keep(self, collection: str, places: Iterable[Place], *, clash: Clash = "both") -> list[Path]:
        """Write uploads into the folder of their collection, each wholly or not at all.

        Args:
            collection: Its name.
            places: What `sort` said.
            clash: What becomes of one whose name another file has.

        Returns:
            The files, those among them that were there already.

        Raises:
            AccessError: Who asks may not add documents there.
            ConfigError: The disk is full, or the home cannot be written.
            StoreError: The database failed.
        """
        current_access().require("add", collection)
        places = list(places)
        folder = self._made(collection)
        self._check_room(sum(place.upload.size for place in places))
        written: list[Path] = []
        for place in places:
            target = folder / place.path
            # What was new may have come from another page since, and nobody was asked about that.
            state = _state(target, place.upload) if place.state == "new" else place.state
            wish = clash if place.state == "other" else "both"
            if state == "other" and wish == "skip":
                continue
            if state == "other" and wish == "replace":
                _write(target, place.upload)
            elif state != "same":
                target = _write_beside(folder, place.path, place.upload)
            written.append(target)
        return written

    def rename(self, collection: str, new: str) -> None:
        """Follow a collection that was renamed; its files stay where they are.

        Raises:
            StoreError: The database failed.
        """
        self._folders.rename(collection, new)

    def drop(self, collection: str) -> None:
        """Delete the uploads of a collection that was dropped, but for those that a copy of it names.

        Raises:
            StoreError: The database failed.
        """
        for folder in self._folders.drop(collection):
            shutil.rmtree(self._root / folder, ignore_errors=True)

    def copy(self, collection: str, new: str) -> None:
        """Keep the files of a collection that was copied as long as its copy has documents of them.

        Raises:
            StoreError: The database failed.
        """
        self._folders.copy(collection, new)

    def _made(self, collection: str) -> Path:
        """Make the folder of a collection; another collection may have had its name before."""
        folder = self._root / self._folders.get_or_give(collection)
        try:
            make_folder(folder)
        except OSError as error:
            raise _unwritable(folder, error) from error
        return folder

    def _check_room(self, size: int) -> None:
        free = shutil.disk_usage(self._root).free
        if size > free - _SPARE_BYTES:
            raise ConfigError(
                f"these files take {size / 2**20:,.0f} MB, and the disk of {self._root} has {free / 2**20:,.0f} MB "
                "left; make room there, or add fewer"
            )


def safe_path(name: str) -> PurePosixPath | None:
    """Return the name of an upload as a path below a folder, for any system; None if nothing of it is left.

    No part leads upwards, is hidden, reserved by Windows or longer than a disk takes, or holds what cannot be seen.
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8")).replace("\\", "/")
    text = _SENT_OTHERWISE.sub("_", text)
    parts = [part for part in map(_safe_part, text.split("/")) if part]
    parts = parts[-_MOST_PARTS:]
    while len(parts) > 1 and len("/".join(parts).encode()) > _PATH_BYTES:
        parts = parts[1:]
    return PurePosixPath(*parts) if parts else None


def _safe_part(part: str) -> str:
    part = _UNNAMEABLE.sub("_", part).strip()
    part = part.rstrip(". ")
    if set(part) <= {".", "_", " "}:
        return ""
    if _RESERVED.fullmatch(part):
        part = f"_{part}"
    if len(part.encode()) > _PART_BYTES:
        stem, dot, suffix = part.rpartition(".")
        if not dot or len(suffix.encode()) > 20:
            stem, dot, suffix = part, "", ""
        room = _PART_BYTES - len(f"{dot}{suffix}".encode())
        part = stem.encode()[:room].decode(errors="ignore").rstrip(". ") + dot + suffix
    return part


def _refusal(upload: Upload, path: PurePosixPath | None) -> Why | None:
    if path is None:
        return "name"
    if is_trace(path.name):
        return "trace"
    if any(part.startswith(".") for part in path.parts):
        return "hidden"
    if not taken(path):
        return "kind"
    if upload.size > MOST_MB * 2**20:
        return "size"
    return None if upload.size else "empty"


def _state(file: Path, upload: Upload) -> Literal["new", "same", "other"]:
    try:
        if not file.exists():
            # A folder may stand where a file should go, or a file where a folder.
            return "other" if any(above.is_file() for above in file.parents) else "new"
        if file.is_file() and file.stat().st_size == upload.size:
            with file.open("rb") as stream:
                kept = hashlib.file_digest(stream, "sha256").digest()
            if kept == hashlib.sha256(upload.getbuffer()).digest():
                return "same"
    except OSError:
        return "other"
    return "other"


def _free(path: PurePosixPath, is_taken: Callable[[PurePosixPath], bool]) -> PurePosixPath:
    """Return the path, or one with a number after its name."""
    other, number = path, 2
    while is_taken(other):
        other = path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
    return other


def _write(target: Path, upload: Upload) -> None:
    """Write an upload, in the place of what is there."""
    with _written(target, upload) as part:
        part.replace(target)


def _write_beside(folder: Path, path: PurePosixPath, upload: Upload) -> Path:
    """Write an upload under a name that no other file has, and return where; a file that is the same is left there.

    Others may write at the same moment, in this process and in another one: no name is taken twice.
    """
    with _written(folder / path, upload) as part:
        while True:
            target = folder / path
            # A link that leads nowhere has the name too.
            if os.path.lexists(target):
                if _state(target, upload) == "same":
                    return target
                path = _free(path, lambda other: os.path.lexists(folder / other))
            elif _named_first(part, target):
                return target


@contextmanager
def _written(target: Path, upload: Upload) -> Iterator[Path]:
    """Give an upload as a file beside its target, for a moment.

    Raises:
        ConfigError: The disk is full, or the home cannot be written; nothing is left.
    """
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        make_folder(target.parent)
        with open(part, "wb", opener=_for_this_user) as stream:
            stream.write(upload.getbuffer())
            stream.flush()
            os.fsync(stream.fileno())
        yield part
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _named_first(part: Path, target: Path) -> bool:
    """Give a file its name; False where another one has it by now."""
    try:
        os.link(part, target)
    except FileExistsError:
        return False
    except OSError:
        # A disk without links: an empty file takes the name first.
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        part.replace(target)
    return True


def _for_this_user(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unwritable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(disk.reason(error, path) or f"{path} cannot be written ({error.strerror})")
