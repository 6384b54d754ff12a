"""Find the files under the paths that were named, and note what is passed over."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.discover.sources import FileSource, Source
from ingest.load import KINDS, taken
from ingest.load.formats import is_trace
from ingest.load.picture import ocr, svg
from ingest.report import Failure
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.paths import expanded

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".footnoteignore"
_SHARD = lazy_regex(r"(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder are wanted.

    Attributes:
        include: Patterns in gitignore's syntax; where there are some, other files are passed over.
        exclude: Likewise, of files and folders that are passed over.
        hidden: Whether names that begin with a dot are wanted.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder or file that was named. What is registered beneath it but was not found there is gone."""

    place: Path
    is_folder: bool


@dataclass(frozen=True, slots=True)
class Discovered:
    """The sources to look at, and what a folder holds besides.

    Attributes:
        sources: In the order in which they are read.
        ignored: Files of kinds that no loader reads.
        scopes: What was named.
        closed: Folders that may not be listed: what is registered of them stays.
        unwanted: Files and folders that a `.footnoteignore` names: what is registered of them goes.
        unchanged: Addresses of pages that are as they were.
        gone: Addresses of pages that are gone.
        failed: Pages that cannot be fetched.
    """

    sources: tuple[Source, ...]
    ignored: tuple[str, ...] = ()
    scopes: tuple[Scope, ...] = ()
    closed: tuple[str, ...] = ()
    unwanted: frozenset[Path] = frozenset()
    unchanged: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()


@dataclass(slots=True)
class _Walk:
    """One walk through a folder."""

    selection: Selection
    ignored: dict[Path, None] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    unwanted: set[Path] = field(default_factory=set)


def discover(paths: Sequence[Path], selection: Selection | None = None) -> Discovered:
    """Find the files under `paths`: in a folder those of kinds that can be read, and every file that is named itself.

    Hidden files are passed over, and so are traces of programs and what a `.footnoteignore` (gitignore's syntax) in its
    folder or above names.
    Links are followed; a folder that was walked already is not walked again. A file named twice counts once.

    Raises:
        LoadError: A path does not exist, or a folder holds no document; nothing was changed.
        ConfigError: FOOTNOTE_OCR cannot be met.
    """
    ocr.reader()  # told before anything is read, and not as a fault of some file
    walk = _Walk(selection or Selection())
    sources: dict[Path, FileSource] = {}
    scopes = []
    for path in paths:
        # ".." is taken out, or a folder would have two names; symbolic links keep the names that the user gave.
        absolute = Path(os.path.abspath(expanded(path)))  # noqa: PTH100
        kind = _kind(absolute, str(path))
        if kind == "folder":
            files = _walk(absolute, walk)
            if not files:
                raise LoadError(str(path), f"the folder holds no document; these can be read: {KINDS}")
            scopes.append(Scope(absolute, is_folder=True))
            sources.update((file, FileSource(file, absolute)) for file in files if file not in sources)
        elif kind == "file":
            scopes.append(Scope(absolute, is_folder=False))
            sources.setdefault(absolute, FileSource(absolute, absolute.parent, single=True))
        else:
            raise LoadError(str(path), "no such file or folder; check the path")
    return Discovered(
        tuple(sources.values()),
        tuple(map(str, walk.ignored)),
        tuple(scopes),
        tuple(walk.closed),
        frozenset(walk.unwanted),
    )


def _kind(path: Path, named: str) -> str:
    """Return "folder", "file" for whatever else is there, or "" where nothing is.

    Raises:
        LoadError: It cannot be looked at.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except ValueError:
        return ""  # the path holds a NUL
    except OSError as error:
        raise LoadError(named, f"cannot be looked at ({error.strerror}); check the path") from error
    return "folder" if stat.S_ISDIR(status.st_mode) else "file"


def parse_shard(text: str) -> tuple[int, int]:
    """Read "2/4" as the second of four parts.

    Raises:
        ValueError: The text is not such a part.
    """
    match = _SHARD.fullmatch(text)
    if not match or not 1 <= int(match[1]) <= int(match[2]):
        raise ValueError(f'"{text}" is not a part of a whole; write one as 1/4')
    return int(match[1]), int(match[2])


def _walk(root: Path, walk: _Walk) -> list[Path]:
    files: list[Path] = []
    include = _patterns(walk.selection.include)
    exclude = _patterns(walk.selection.exclude)
    seen: set[tuple[int, int]] = set()
    rules: dict[Path, GitIgnoreSpec] = {}

    def wanted(path: Path, *, folder: bool) -> bool:
        relative = path.relative_to(root).as_posix() + ("/" if folder else "")
        if exclude and exclude.match_file(relative):
            return False
        if include and not folder and not include.match_file(relative):
            return False
        # A rule such as `!sub/a.txt` takes a file in again, so its folder is walked even where `sub/**` excludes it.
        if folder and any(pattern.include is False for spec in rules.values() for pattern in spec.patterns):
            return True
        if _ignored(path, root, rules, folder=folder):
            walk.unwanted.add(path)
            return False
        return True

    def closed(error: OSError) -> None:
        # A folder that was removed or replaced since its parent was listed is not a closed one.
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            walk.closed.append(str(error.filename))

    for parent, folders, names in os.walk(root, followlinks=True, onerror=closed):
        here = Path(parent)
        try:
            status = here.stat()
        except OSError as error:
            closed(error)
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        if IGNORE_FILE in names and (spec := _read_rules(here / IGNORE_FILE)):
            rules[here] = spec
        folders[:] = [name for name in sorted(folders) if _visible(name, walk) and wanted(here / name, folder=True)]
        for name in sorted(names):
            path = here / name
            if name == IGNORE_FILE or not _visible(name, walk) or not wanted(path, folder=False):
                continue
            if is_trace(name):
                # Earlier releases tried to read it, and remember that as a failure.
                walk.unwanted.add(path)
                continue
            if taken(path) and (path.suffix.lower() != ".svg" or svg.may_say(path)):
                files.append(path)
            else:
                walk.ignored[path] = None
    return files


def _visible(name: str, walk: _Walk) -> bool:
    return walk.selection.hidden or not name.startswith(".")


def _patterns(lines: Sequence[str]) -> "GitIgnoreSpec | None":
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _read_rules(path: Path) -> "GitIgnoreSpec | None":
    """Read the rules of a folder; None if they were removed since it was listed."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(path.read_text(encoding="utf-8", errors="replace").splitlines())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LoadError(str(path), f"cannot be used ({str(error).splitlines()[0]}); mend or remove it") from error


def _ignored(path: Path, root: Path, rules: "dict[Path, GitIgnoreSpec]", *, folder: bool) -> bool:
    """Ask the rules of the innermost folder first, as git does: the first that says something decides."""
    for above in _upwards(path, root):
        if above in rules:
            relative = path.relative_to(above).as_posix() + ("/" if folder else "")
            verdict = rules[above].check_file(relative).include
            if verdict is not None:
                return bool(verdict)
    return False


def _upwards(path: Path, root: Path) -> Iterator[Path]:
    for above in path.parents:
        yield above
        if above == root:
            return
