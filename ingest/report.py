"""What an ingest did, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

EMPTY = "is empty"
"""Why a file is not read in which there is nothing."""

Action = Literal["added", "updated", "moved", "unchanged", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not ingested, and why.

    Attributes:
        source: Its path or address.
        reason: Why.
        known: Whether it failed before and was not tried again.
        is_blank: Whether there is nothing in it, and nothing of it is stored: no fault of anybody's.
    """

    source: str
    reason: str
    known: bool = False
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a stored source that could not be read."""

    source: str
    what: str


@dataclass(frozen=True, slots=True)
class Change:
    """What happened, or would happen, to one source; `before` is the name that a moved one had."""

    action: Action
    source: str
    before: str = ""


@dataclass(slots=True)
class IngestReport:
    """What an ingest did, counted from acknowledged writes only.

    `seen = added + updated + moved + unchanged + failed`: files, and the documents inside them (attachments of a mail,
    members of an archive); those with nothing in them are among the failed. Removed ones were not seen. While it goes
    on, `files_read` and `chunks_read` say how far its reading is ahead of its embedding, `pages` at which page the
    files in hand are, each with how many it has, and `chunks_made` how many chunks have their vectors, stored or not.
    `unchanged_sources` names what was passed over as unchanged, each with how many documents it holds.
    """

    seen: int = 0
    added: int = 0
    updated: int = 0
    moved: int = 0
    unchanged: int = 0
    unchanged_sources: list[tuple[str, int]] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    removed: int = 0
    ignored: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    files_read: int = 0
    chunks_read: int = 0
    pages: dict[str, tuple[int, int]] = field(default_factory=dict)
    chunks_made: int = 0
    chunks_embedded: int = 0
    chunks_reused: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    elapsed_s: float = 0.0
    interrupted: bool = False
    dry_run: bool = False

    @property
    def finished(self) -> int:
        """How many of the sources seen are done with, one way or another."""
        return self.added + self.updated + self.moved + self.unchanged + len(self.failed)

    @property
    def chunks_done(self) -> int:
        """How many chunks have their vectors: those that are stored, and those that will be next."""
        return max(self.chunks_made, self.chunks_embedded + self.chunks_reused)

    @property
    def pages_read(self) -> tuple[int, int]:
        """How many pages are read of the files in hand, and how many they have; (0, 0) where that is not known."""
        done, total = (sum(counts) for counts in zip(*self.pages.values(), strict=True)) if self.pages else (0, 0)
        return done, total

    def count(self, action: Action, source: str, before: str = "") -> None:
        """Count one source that is done with; failures are counted by `fail`."""
        setattr(self, action, getattr(self, action) + 1)
        if action != "unchanged":
            self.changes.append(Change(action, source, before))

    @property
    def errors(self) -> list[Failure]:
        """The failures that are any: not of files with nothing in them."""
        return [failure for failure in self.failed if not failure.is_blank]

    def fail(self, source: str, reason: str, *, is_blank: bool = False) -> None:
        """Count one source that failed."""
        self.failed.append(Failure(source, reason, is_blank=is_blank))

    def add(self, part: "IngestReport") -> None:
        """Add what a part of this ingest did, which another process reports."""
        counts = ("seen", "added", "updated", "moved", "unchanged", "removed")
        for name in (*counts, "files_read", "chunks_read", "chunks_embedded", "chunks_reused"):
            setattr(self, name, getattr(self, name) + getattr(part, name))
        self.bytes_done += part.bytes_done
        self.elapsed_s += part.elapsed_s
        self.unchanged_sources += part.unchanged_sources
        self.failed += part.failed
        self.gaps += part.gaps
        self.changes += part.changes
        self.ignored += part.ignored

    def as_json(self) -> dict[str, Any]:
        """Return plain values for `--json`."""
        counts = {name: getattr(self, name) for name in ("seen", "added", "updated", "moved", "unchanged", "removed")}
        return {
            **counts,
            "failed": [{"source": item.source, "reason": item.reason, "known": item.known} for item in self.errors],
            "empty": [item.source for item in self.failed if item.is_blank],
            "gaps": [{"source": item.source, "what": item.what} for item in self.gaps],
            "changes": [
                {"action": item.action, "source": item.source, **({"before": item.before} if item.before else {})}
                for item in self.changes
            ],
            "ignored": self.ignored,
            "remarks": self.remarks,
            "chunks_embedded": self.chunks_embedded,
            "chunks_reused": self.chunks_reused,
            "elapsed_s": round(self.elapsed_s, 2),
            "interrupted": self.interrupted,
            "dry_run": self.dry_run,
        }


OnProgress = Callable[[IngestReport, str], None]


def ignore_progress(_report: IngestReport, _source: str) -> None:
    """Do nothing: the default of every `on_progress`."""
