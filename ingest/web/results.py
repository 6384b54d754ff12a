"""What comes of an address: `Fetcher.pages` yields these."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document that is in a file now.

    Attributes:
        url: What the document is known by.
        path: The file, named like the last part of the address, with the suffix of what it holds. It lives as long as
            the `Fetcher`; whoever is done with it may delete it.
        size: The file's size in bytes.
        sha256: The file's hash.
        modified: When the server says it changed, in microseconds since 1970; 0 if it does not. The file's own time is
            that of the download.
        etag: To be given as `known` the next time, like `last_modified`; both are "" where that is of no use.
        last_modified: The header as it came.
    """

    url: str
    path: Path
    size: int
    sha256: str
    modified: int = 0
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the page is still the one that is `known`."""

    url: str


@dataclass(frozen=True, slots=True)
class Moved:
    """`url` leads to `to` for good: the document, which has a result of its own, is now known by that."""

    url: str
    to: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The server says that there is nothing any more: 404 or 410."""

    url: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not fetched: why, and what to do. `passing` if a later try may succeed as it is."""

    url: str
    reason: str
    passing: bool = False


Page = Fetched | Unchanged | Moved | Gone | Refused
