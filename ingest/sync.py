"""What there is to do: the sources that were named, against the register."""

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ingest.load import KINDS, load, taken
from qa.errors import LoadError
from qa.store import RegisterRow
from qa.types import Document


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one version of a source from another; `modified` is microseconds since 1970."""

    sha256: str
    size: int
    modified: int


class Source(Protocol):
    """Something to ingest, under a name that identifies it."""

    @property
    def name(self) -> str:
        """The path or URL that the register knows it by."""
        ...

    def fingerprint(self) -> Fingerprint:
        """Describe the content without understanding it.

        Raises:
            LoadError: It cannot be read.
        """
        ...

    def load(self) -> Document:
        """Read the document.

        Raises:
            LoadError: It cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file, by its absolute path."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def fingerprint(self) -> Fingerprint:
        """Read the file once and describe its content.

        Raises:
            LoadError: It cannot be read, or its name cannot be stored.
        """
        try:
            self.name.encode()
            if not stat.S_ISREG(self.path.stat().st_mode):
                raise LoadError(self.name, "is not a regular file; name one that is")
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                status = os.fstat(file.fileno())
        except UnicodeEncodeError as error:
            raise LoadError(ascii(self.name), "its name is not valid UTF-8; rename it") from error
        except OSError as error:
            raise LoadError(self.name, f"cannot be read ({error.strerror}); check its permissions") from error
        return Fingerprint(digest, status.st_size, status.st_mtime_ns // 1000)

    def load(self) -> Document:
        """Read the document by its format.

        Raises:
            LoadError: It cannot be read.
        """
        document = load(self.path).documents[0]
        if not document.text.strip():
            raise LoadError(self.name, "is an archive; unpack it and ingest its files")
        return document


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """A document that is in memory already, such as one of a published question set."""

    document: Document

    @property
    def name(self) -> str:
        """The document's own source."""
        return self.document.source

    def fingerprint(self) -> Fingerprint:
        """Describe title and text; such a document has no time of change."""
        content = f"{self.document.title}\0{self.document.text}".encode("utf-8", "surrogatepass")
        return Fingerprint(hashlib.sha256(content).hexdigest(), len(content), 0)

    def load(self) -> Document:
        """Return the document.

        Raises:
            LoadError: Its text is blank.
        """
        if not self.document.text.strip():
            raise LoadError(self.name, "is empty")
        return self.document


@dataclass(frozen=True, slots=True)
class Discovered:
    """The sources to look at, and the files of a folder that no loader reads.

    `roots` are the folders that were named: a registered file beneath one that is no longer there was deleted. `closed`
    are folders beneath them that may not be listed.
    """

    sources: tuple[Source, ...]
    ignored: tuple[str, ...] = ()
    roots: tuple[Path, ...] = ()
    closed: tuple[str, ...] = ()


def discover(paths: Sequence[Path]) -> Discovered:
    """Find the files under `paths`: of a folder the kinds that can be read, and every file that is named itself.

    Hidden files and folders are passed over. A file named twice counts once.

    Raises:
        LoadError: A path does not exist, or a folder holds no document; nothing was changed.
    """
    files: dict[Path, None] = {}
    ignored: dict[Path, None] = {}
    roots = []
    closed: list[str] = []
    for path in paths:
        # ".." is taken out, or a folder would have two names; symbolic links stay what the user calls them.
        absolute = Path(os.path.abspath(path.expanduser()))  # noqa: PTH100
        if absolute.is_dir():
            roots.append(absolute)
            readable, other = _walk(absolute, closed)
            if not readable:
                raise LoadError(str(path), f"the folder holds no document; readable are {KINDS}")
            files.update(dict.fromkeys(readable))
            ignored.update(dict.fromkeys(other))
        elif absolute.exists():
            files[absolute] = None
        else:
            raise LoadError(str(path), "no such file or folder; check the path")
    return Discovered(tuple(map(FileSource, files)), tuple(map(str, ignored)), tuple(roots), tuple(closed))


def gone(register: Mapping[str, RegisterRow], found: Discovered) -> list[RegisterRow]:
    """Return the registered documents beneath the roots whose files are no longer there; the register is by source.

    What lies in a folder that may not be listed stays: it cannot be told from what is gone.
    """
    return [
        row
        for source, row in register.items()
        if any(Path(source).is_relative_to(root) for root in found.roots)
        and not any(Path(source).is_relative_to(folder) for folder in found.closed)
        and not Path(source).exists()
    ]


def _walk(folder: Path, closed: list[str]) -> tuple[list[Path], list[Path]]:
    readable: list[Path] = []
    other: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=lambda error: closed.append(str(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(parent, name)
                (readable if taken(path) else other).append(path)
    return readable, other
