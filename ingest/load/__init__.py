"""Files to documents: `load` picks a loader by suffix; each format's library is imported when first needed."""

import importlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ingest.load import signature
from qa.errors import LoadError
from qa.types import Document

__all__ = ["SUFFIXES", "Loaded", "load"]

SUFFIXES: Final = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".html": "text/html",
    ".htm": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
    ".eml": "message/rfc822",
}

_MODULES = {
    ".pdf": "pdf",
    ".docx": "word",
    ".pptx": "slides",
    ".xlsx": "sheet",
    ".csv": "sheet",
    ".tsv": "sheet",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
    ".eml": "mail",
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one file holds: its own document first, then those inside it; what of these could not be read, and why."""

    documents: tuple[Document, ...]
    failed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


def load(path: Path, source: str | None = None) -> Loaded:
    """Load one file; safe to call from several threads.

    Args:
        path: The file.
        source: The document's source; `str(path)` without one.

    Raises:
        LoadError: the file cannot be opened, is of no supported format, is not what its name says, is encrypted
            or damaged, or holds no text.
    """
    source = source or str(path)
    suffix = path.suffix.lower()
    try:
        _check_file(path, suffix)
        signature.check(path, suffix)
        module = importlib.import_module(f"ingest.load.{_MODULES[suffix]}")
        document: Document = module.load(path, SUFFIXES[suffix])
    except (LoadError, MemoryError):
        raise
    except OSError as error:
        raise LoadError(source, _os_reason(error), passing=True) from error
    except Exception as error:
        # Third-party parsers raise anything on a broken file: KeyError, AttributeError, struct.error, ...
        raise LoadError(source, f"cannot be read as {suffix} ({_first_line(error)}); is it damaged?") from error
    if not document.text.strip():
        raise LoadError(source, "holds no text")
    if document.title == path.stem:
        # The title is embedded with every chunk: "2023_Q3_report" is one word that no question holds.
        document = replace(document, title=" ".join(path.stem.replace("_", " ").replace("-", " ").split()))
    return Loaded((replace(document, source=source),))


def _check_file(path: Path, suffix: str) -> None:
    size = path.stat().st_size
    if path.is_dir():
        raise LoadError(str(path), "is a folder, not a file")
    if not path.is_file():
        raise LoadError(str(path), "is not a regular file")
    if suffix not in SUFFIXES:
        named = f"format {suffix} is not supported" if suffix else "has no file name extension"
        raise LoadError(str(path), f"{named}; supported are {', '.join(sorted(SUFFIXES))}")
    if size <= signature.HEAD_BYTES and not path.read_bytes().strip():
        raise LoadError(str(path), "is empty")


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read (permission denied)"
    return f"cannot be opened: {error.strerror or _first_line(error)}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
