"""Compare the sources that were found with the register, and plan what there is to do."""

import asyncio
import hashlib
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ingest.discover.files import Discovered, Scope
from ingest.discover.sources import FileSource, Source
from ingest.plan.roots import INSIDE, Root, Roots, place_of
from ingest.report import EMPTY, Failure
from qa.errors import LoadError
from qa.store import Index, RegisterRow, read_by_this_release

# A file that changed this shortly before it was stored may have changed again in the same tick of the clock.
_SETTLED_US = 2_000_000


@dataclass(frozen=True, slots=True)
class Register:
    """What an index knows: documents and failures by source, and documents inside another by the source around them."""

    documents: Mapping[str, RegisterRow]
    inside: Mapping[str, Mapping[str, RegisterRow]]
    failures: Mapping[str, RegisterRow]

    @property
    def rows_of_files(self) -> Iterable[RegisterRow]:
        """All documents, those inside others after them."""
        yield from self.documents.values()
        for parts in self.inside.values():
            yield from parts.values()

    def knows(self, source: str, around: str = "") -> bool:
        """Tell whether there is a row of this source, which may lie inside another."""
        known = self.inside.get(around, {}) if around else self.documents
        return source in known or source in self.failures

    @property
    def rows(self) -> Iterable[RegisterRow]:
        """All rows of documents, and of failures."""
        yield from self.rows_of_files
        yield from self.failures.values()


async def read_register(index: Index) -> Register:
    """Read the register of an open index."""
    documents: dict[str, RegisterRow] = {}
    inside: dict[str, dict[str, RegisterRow]] = {}
    async for row in index.documents():
        if around := row.metadata.get(INSIDE):
            inside.setdefault(around, {})[row.source] = row
        else:
            documents[row.source] = row
    return Register(documents, inside, {row.source: row async for row in index.failures()})


@dataclass(frozen=True, slots=True)
class Task:
    """One source to ingest.

    Attributes:
        source: Where it is.
        name: The name that it is registered under.
        size: In bytes; 0 where it is not known.
        metadata: Further facts for its row.
        known: The version that is stored.
        moved: A registered document of the same content whose file is gone.
        failed: The record of an earlier failure.
    """

    source: Source
    name: str
    size: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    known: RegisterRow | None = None
    moved: RegisterRow | None = None
    failed: RegisterRow | None = None


@dataclass(slots=True)
class Plan:
    """What an ingest is about to do.

    Attributes:
        tasks: Sources to ingest: new, changed, moved, or to be tried again.
        unchanged: Sources that are passed over, with how many documents each holds.
        failed: Sources that failed before and did not change, or that cannot even be opened.
        forgotten: Ids of the documents whose records of failures no longer hold.
        removed: Documents whose files are gone, but for those that moved.
        remarks: Lines for the user.
    """

    tasks: list[Task] = field(default_factory=list)
    unchanged: list[tuple[str, int]] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    removed: list[RegisterRow] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How an ingest is to go about it.

    Attributes:
        label: What the folder is called in the register; "" leaves it to the folder's name.
        keep_removed: Leave what is registered of files that are gone.
        retry_failed: Read again what could not be read before.
        checksum: Read every file, even one whose size and time of change are as registered.
        shard: Which part of how many, by the hash of the name.
    """

    label: str = ""
    keep_removed: bool = False
    retry_failed: bool = False
    checksum: bool = False
    shard: tuple[int, int] = (1, 1)


async def make_plan(found: Discovered, register: Register, wishes: Wishes) -> Plan:
    """Compare what was found with what is registered. Files are only read where their content decides."""
    return await asyncio.to_thread(_Planner(found, register, wishes).plan)


class _Planner:
    def __init__(self, found: Discovered, register: Register, wishes: Wishes) -> None:
        self._found = found
        self._register = register
        self._wishes = wishes
        self._roots = Roots(register.rows)
        self._plan = Plan()
        self._broken: dict[str, list[RegisterRow]] = {}
        for row in register.failures.values():
            if around := row.metadata.get(INSIDE):
                self._broken.setdefault(around, []).append(row)
        self._paths = {source.path for source in found.sources if isinstance(source, FileSource) and not source.url}

    def plan(self) -> Plan:
        named = self._named()
        names = {name for _, name, _ in named}
        removed = [] if self._wishes.keep_removed else self._gone(self._register.rows_of_files, names)
        by_size: dict[int, list[RegisterRow]] = {}
        for row in removed:
            by_size.setdefault(row.size, []).append(row)
        for source, name, metadata in named:
            if _in_shard(name, self._wishes.shard):
                try:
                    self._compare(source, name, metadata, by_size)
                except LoadError as error:
                    self._plan.failed.append(Failure(error.source, error.reason))
        self._plan.unchanged += [(address, 1) for address in self._found.unchanged]
        removed += [row for row in map(self._register.documents.get, self._found.gone) if row]
        # What is inside a file that moved goes with it.
        moved = {task.moved.source for task in self._plan.tasks if task.moved}
        for row in removed:
            name = row.metadata.get(INSIDE) or row.source
            if name not in moved and _in_shard(name, self._wishes.shard):
                self._plan.removed.append(row)
        self._plan.forgotten += [row.document_id for row in self._gone(self._register.failures.values(), names)]
        return self._plan

    def _named(self) -> list[tuple[Source, str, Mapping[str, str]]]:
        """Give every source the name that the register knows it by."""
        files: dict[tuple[Path, bool], list[FileSource]] = {}
        for source in self._found.sources:
            if isinstance(source, FileSource) and not source.url:
                files.setdefault((source.root, source.single), []).append(source)
        roots: dict[tuple[Path, bool], Root] = {}
        # Whole folders first: a file that is also named itself belongs to its folder.
        for key in sorted(files, key=lambda key: (key[1], len(key[0].parts))):
            folder, single = key
            names = {file.path.relative_to(folder).as_posix() for file in files[key]}
            root = self._roots.resolve(folder, single=single, names=names, label=self._wishes.label)
            if root.folder == folder and root.label != (self._wishes.label or folder.name or "root"):
                self._plan.remarks.append(f'{folder} is stored as "{root.label}": another "{folder.name}" was there')
            roots[key] = root
        named: list[tuple[Source, str, Mapping[str, str]]] = []
        for source in self._found.sources:
            if isinstance(source, FileSource) and not source.url:
                root = roots[source.root, source.single]
                named.append((source, root.name_of(source.path), root.metadata()))
            else:
                facts = dict(source.facts) if isinstance(source, FileSource) else source.metadata
                named.append((source, source.name, facts))
        return named

    def _gone(self, rows: Iterable[RegisterRow], names: set[str]) -> list[RegisterRow]:
        """Return the rows whose files are no longer there, have another name now, or are no longer wanted.

        Files that are there but were passed over stay, and so does what lies in a folder that may not be listed.
        """
        scopes = [(scope.place, self._prefix(scope)) for scope in self._found.scopes if scope.is_folder]
        closed = {Path(folder) for folder in self._found.closed}
        gone = []
        for row in rows:
            place = place_of(row)
            name = row.metadata.get(INSIDE) or row.source
            if place is None or name in names:
                continue
            for folder, prefix in scopes:
                if name.startswith(f"{prefix}/"):
                    place = folder / name.removeprefix(f"{prefix}/")
            around = {place, *place.parents}
            in_scope = any(folder in around for folder, _ in scopes)
            if place in self._paths or (
                in_scope and closed.isdisjoint(around) and (not _is_there(place) or around & self._found.unwanted)
            ):
                gone.append(row)
        return gone

    def _prefix(self, scope: Scope) -> str:
        root = self._roots.resolve(scope.place, single=False, names=(), label=self._wishes.label)
        return root.name_of(scope.place) if scope.place != root.folder else root.label

    def _compare(
        self, source: Source, name: str, metadata: Mapping[str, str], gone: Mapping[int, list[RegisterRow]]
    ) -> None:
        around = metadata.get(INSIDE)
        known = (self._register.inside.get(around, {}) if around else self._register.documents).get(name)
        failed = self._register.failures.get(name)
        if not isinstance(source, FileSource):
            if known and known.version == source.fingerprint().version:
                self._plan.unchanged.append((name, 1))
            else:
                self._plan.tasks.append(Task(source, name, metadata=metadata, known=known))
            return
        size, modified = source.status()
        sha256 = _Once(lambda: source.fingerprint().sha256)

        def same(row: RegisterRow) -> bool:
            if not read_by_this_release(row.version):
                return False
            settled = modified < row.ingested_at - _SETTLED_US
            if settled and not self._wishes.checksum and (size, modified) == (row.size, row.modified):
                return True
            return size == row.size and sha256() == row.sha256

        if failed and not self._wishes.retry_failed and same(failed):
            is_blank = failed.error == EMPTY and not known and not source.single
            self._plan.failed.append(Failure(source.name, failed.error, known=True, is_blank=is_blank))
            return
        broken = self._broken.get(name, [])
        if known and same(known) and not (broken and self._wishes.retry_failed):
            self._plan.unchanged.append((name, 1 + len(self._register.inside.get(name, {}))))
            stored = self._register.inside.get(name, {})
            self._plan.failed += [
                Failure(row.source, row.error, known=True, is_blank=row.error == EMPTY and row.source not in stored)
                for row in broken
            ]
            self._plan.forgotten += [known.document_id] if failed else []
            return
        moved = None
        if not known:
            alike = (row for row in gone.get(size, ()) if INSIDE not in row.metadata)
            moved = next((row for row in alike if row.sha256 == sha256()), None)
        self._plan.tasks.append(Task(source, name, size, metadata, known, moved, failed))
        if moved:
            gone[size].remove(moved)


class _Once:
    """A value that is computed when it is first asked for."""

    def __init__(self, compute: Callable[[], str]) -> None:
        self._compute = compute
        self._value: str | None = None

    def __call__(self) -> str:
        if self._value is None:
            self._value = self._compute()
        return self._value


def _is_there(place: Path) -> bool:
    """Tell whether there is still a file at this place; a folder that took its place does not count."""
    try:
        return not stat.S_ISDIR(place.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # on a disk that does not answer, or in a folder that was closed meanwhile, nothing counts as gone


def _in_shard(name: str, shard: tuple[int, int]) -> bool:
    number, count = shard
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) % count == number - 1
