"""Why the operating system refuses a file, in one line that says what to do; a traceback would not help.

`qa.command.entry` uses it for whatever reaches the end of a command, and the store for its own files.
"""

import errno
import os
import shutil
import threading
from pathlib import Path

_NAME_BYTES = 255  # most bytes in one part of a path, on every common file system
_PATH_BYTES = 4_095  # most bytes in a whole path, on Linux


def reason(error: OSError, path: Path | None = None, *, needed: int = 0) -> str:
    """Return what is wrong and what to do about it; "" if it is no fault of a disk or a path.

    Args:
        error: As it was raised.
        path: Path of the file concerned, if the error itself names none.
        needed: About how many bytes were to be written; 0 if unknown.
    """
    named = error.filename if isinstance(error.filename, str) else None
    where = path or (Path(named) if named else None)
    here = str(where) if where else "a file"
    match error.errno:
        case errno.ENOSPC:
            return full(where, needed=needed) if where else "a disk is full; free some space and run the command again"
        case errno.EDQUOT:
            return f"{here} cannot be written: your share of its disk is used up; free some, or set FOOTNOTE_HOME"
        case errno.EFBIG:
            return f"{here} may not grow further: files may not be that large here (see ulimit -f); allow more"
        case errno.EROFS:
            return f"{here} cannot be written: its disk is read-only; set FOOTNOTE_HOME to a folder that can"
        case errno.EACCES | errno.EPERM:
            return f"{here} cannot be used: permission denied; allow it, or set FOOTNOTE_HOME to a folder of your own"
        case errno.ENAMETOOLONG:
            return too_long(where) if where else "a path is too long; use a shorter one"
        case errno.ENOENT:
            return f"{here} is missing: it was removed meanwhile, or cannot be made there; name another place"
        case errno.EMFILE | errno.ENFILE:
            return "too many files are open at once (see ulimit -n); allow more, or end other programs"
        case errno.ENOTDIR | errno.EEXIST:
            return f"{_in_the_way(where) or here} is in the way: a folder is needed there; move it, or name another one"
        case errno.EIO:
            return f"{here} cannot be read or written: the disk reports a fault; look at it before anything else"
        case errno.ENOTEMPTY | errno.EISDIR:
            return f"{here} is a folder, where a file is needed; move it, or name another one"
        case _:
            return ""


def full(path: Path, *, needed: int = 0) -> str:
    """Return a line that says which disk is full, how much of it is free and about how much is needed."""
    folder = existing(path)
    wanted = f", about {_size(needed)} needed" if needed else ""
    free = _size(free_bytes(folder))
    return f"the disk that holds {folder} is full: {free} free{wanted}; free some space and run the same command again"


def too_long(path: Path) -> str:
    """Return a line that says which part of a path is too long, and by how much."""
    for part in path.parts:
        if (size := len(os.fsencode(part))) > _NAME_BYTES:
            beyond = size - _NAME_BYTES
            return f"the name {part[:40]}… takes {size} bytes, {beyond} more than a file's name may; shorten it"
    size = len(os.fsencode(path))
    over = f", {size - _PATH_BYTES} more than it may" if size > _PATH_BYTES else ""
    return f"the path {str(path)[:60]}… takes {size} bytes{over}; use one that is shorter"


def free_bytes(path: Path) -> int:
    """Return how many bytes may still be written to the disk of a path, which need not exist."""
    return shutil.disk_usage(existing(path)).free


def room(file: Path, needed: int) -> OSError | None:
    """Try to reserve the bytes that a file is to grow by, beside it; return the error if that fails, else None.

    The free space that a file system reports leaves out quotas.
    """
    if _is_at_limit(file, needed):
        return OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(file))
    # Threads of one process may do this at the same time.
    probe = file.with_name(f".footnote-room-{os.getpid()}-{threading.get_ident()}")
    try:
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        return error
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, max(needed, 1))
    except OSError as error:
        return error if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else None
    finally:
        os.close(descriptor)
        probe.unlink(missing_ok=True)
    return None


def _is_at_limit(file: Path, needed: int) -> bool:
    """Tell whether this process's limit on file sizes, which its engine inherits, keeps a file from growing so far."""
    try:
        import resource
    except ImportError:  # on Windows
        return False
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return limit != resource.RLIM_INFINITY and file.is_file() and file.stat().st_size + needed > limit


def _in_the_way(path: Path | None) -> Path | None:
    """Return the file that stands where a path needs a folder."""
    parts = (path, *path.parents) if path else ()
    return next((part for part in parts if os.path.lexists(part) and not part.is_dir()), None)


def existing(path: Path) -> Path:
    """Return the nearest folder of a path that exists: the path itself, or one above it."""
    path = path.absolute()
    return next(folder for folder in (path, *path.parents) if folder.is_dir())


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
