"""Folders and files that no other user of the machine can read: all that Footnote keeps is made through this module.

A place that a person names for a result, with `--output` or for an export, is theirs, and is made like their other
files. Windows itself keeps a user's data from others; modes have no effect there.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_folder(folder: Path) -> None:
    """Make a folder, and missing ones above it, for this user alone; one that exists stays as it is.

    Raises:
        OSError: It cannot be made, or is a file.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileNotFoundError:
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    except FileExistsError:
        if not folder.is_dir():
            raise


def open_file(file: Path, mode: str) -> IO[str]:
    """Open a text file in UTF-8 for "w", "a" or "a+"; a new one is this user's alone.

    Raises:
        OSError: It cannot be opened.
    """
    return open(file, mode, encoding="utf-8", errors="surrogatepass", newline="\n", opener=_for_this_user)


def write_file(file: Path, text: str) -> None:
    """Write a text file that is this user's alone.

    Raises:
        OSError: It cannot be written.
    """
    with open_file(file, "w") as stream:
        stream.write(text)


def is_open(path: Path) -> bool:
    """Tell whether the mode of a file or folder lets other users in; a link has none of its own."""
    with suppress(FileNotFoundError):  # such as those of an engine that just ended
        mode = path.lstat().st_mode
        return os.name == "posix" and not stat.S_ISLNK(mode) and bool(mode & _OTHERS)
    return False


def close(path: Path) -> None:
    """Keep other users out of a file or folder.

    Raises:
        OSError: It is another user's.
    """
    path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~_OTHERS & ~stat.S_ISGID)


def close_all(folder: Path) -> None:
    """Keep other users out of a folder and all that is below it: what a library wrote there."""
    for path in walk([folder]):
        if is_open(path):
            close(path)


def walk(roots: Iterable[Path]) -> Iterator[Path]:
    """Yield these files and folders and all below them; links are not followed, and what vanishes is left out."""
    for root in roots:
        if not os.path.lexists(root):
            continue
        yield root
        if root.is_dir() and not root.is_symlink():
            with suppress(OSError):
                yield from walk(sorted(root.iterdir()))


def _for_this_user(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
