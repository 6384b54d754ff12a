"""What can be ingested: files, and documents that are in memory already."""

import errno
import hashlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa.errors import LoadError
from qa.store import version_id
from qa.types import Document


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one version of a source from another; `modified` is microseconds since 1970.

    `read_as` is the version that an earlier release read it as, where its text comes from there; else "".
    """

    sha256: str
    size: int
    modified: int
    read_as: str = ""

    @property
    def version(self) -> str:
        """The version of the document that is made of it."""
        return self.read_as or version_id(self.sha256)


class LoadedSource(Protocol):
    """A source that this process loads itself."""

    @property
    def name(self) -> str:
        """The name that the register knows it by."""
        ...

    @property
    def metadata(self) -> Mapping[str, str]:
        """Further facts for its register row."""
        ...

    def fingerprint(self) -> Fingerprint:
        """Describe the content without parsing it.

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
    """A file by its absolute path, with the folder that was named; `single` if the file itself was named.

    `url` is the address that a file was fetched from. The register then knows it by that, and keeps the `facts`.
    """

    path: Path
    root: Path
    single: bool = False
    url: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """The path, or the address that it was fetched from."""
        return self.url or str(self.path)

    def _unreadable(self, error: OSError) -> LoadError:
        """Return why the file cannot be read. Each of these reasons may pass, so the failure is not remembered."""
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            why = "is a link to nothing; mend or remove it" if self.path.is_symlink() else "was removed meanwhile"
        elif error.errno == errno.ELOOP:
            why = "is a link that leads back to itself; mend or remove it"
        elif error.errno == errno.ESTALE:
            why = "is no longer reachable (stale file handle); mount its disk again"
        else:
            why = f"cannot be read ({error.strerror}); check its permissions"
        return LoadError(self.name, why, passing=True)

    def status(self) -> tuple[int, int]:
        """Return its size and its time of change in microseconds since 1970.

        Raises:
            LoadError: It is not a file, or cannot be reached.
        """
        try:
            status = self.path.stat()
        except OSError as error:
            raise self._unreadable(error) from error
        if not stat.S_ISREG(status.st_mode):
            raise LoadError(self.name, "is not a regular file; name one that is")
        return status.st_size, _changed(status)

    def fingerprint(self) -> Fingerprint:
        """Read the file once and describe its content.

        Raises:
            LoadError: It cannot be read, or its name cannot be stored.
        """
        try:
            self.name.encode()
            self.status()
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                status = os.fstat(file.fileno())
        except UnicodeEncodeError as error:
            raise LoadError(ascii(self.name), "its name is not valid UTF-8; rename it") from error
        except OSError as error:
            raise self._unreadable(error) from error
        return Fingerprint(digest, status.st_size, _changed(status))


def _changed(status: os.stat_result) -> int:
    """Return the time of change in microseconds since 1970, clipped to the range that the index can hold."""
    return max(-(2**62), min(status.st_mtime_ns // 1000, 2**62))


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """A document that is in memory already, such as one of a published question set."""

    document: Document

    @property
    def name(self) -> str:
        """The document's own source."""
        return self.document.source

    @property
    def metadata(self) -> Mapping[str, str]:
        """Nothing: it belongs to no folder."""
        return {}

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


Source = FileSource | LoadedSource
