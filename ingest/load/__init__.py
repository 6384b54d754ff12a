"""Files to documents: the bytes decide the format, and each format's library is imported when first needed."""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any, cast

from ingest.load import signature, unread, unseen
from ingest.load.file import File
from ingest.load.formats import CONTAINERS, FORMATS, KINDS, NAMES, SUFFIXES, taken
from ingest.load.office import package as office
from ingest.load.office import parts as office_parts
from ingest.load.parts import MAX_DEPTH, Budget
from ingest.load.picture import inside as pictures_inside
from ingest.load.picture import ocr
from ingest.load.picture.file import WordlessError
from ingest.load.picture.inside import Pictures
from ingest.report import EMPTY
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.text.dates import SENT
from qa.text.normal_forms import unescaped
from qa.types import Document

__all__ = ["KINDS", "NAMES", "SUFFIXES", "Loaded", "load", "part", "taken", "with_pictures"]

# What Notion puts behind the name of each page that it exports.
_ID = lazy_regex(r"(?<=\w)[ _-](?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{32}(?![0-9A-Za-z])")
# Containers that have no text of their own.
_BLANK = {"mbox", "enex", "zip"}
_PACKED = {"docx", "pptx", "xlsx"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one file gave.

    Attributes:
        documents: The file's own first, then those of its parts in their order. Only an archive's own text is blank.
        failed: Sources of parts that cannot be read, and why.
        ignored: Sources of parts of kinds that are not taken up, such as pictures.
    """

    documents: tuple[Document, ...]
    failed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    """One call of `load`."""

    budget: Budget
    documents: list[Document] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def add(self, file: File, depth: int, sent: str = "") -> None:
        """Read a file and the files inside it; `sent` is the date of the document that holds it, "" for none."""
        key = _format(file)
        if key in _PACKED:
            file = _with_slashes(file, key)
        try:
            document = _document(file, key)
            self.documents.append(_sent(document, sent))
        except LoadError as error:
            if (named := unread.advice(file.suffix)) and FORMATS[key].is_text and not error.passing:
                raise LoadError(file.source, named) from error
            raise
        if key not in CONTAINERS:
            return
        sent = document.metadata.get("date", sent)
        try:
            for part in _module(key).parts(file, self.budget):
                self._add_part(part, depth + 1, sent)
        except MemoryError:
            raise
        except RecursionError:
            self.failed.append((file.source, "its parts are nested too deep to read; save them one by one"))
        except LoadError as error:
            self.failed.append((error.source, error.reason))
        except Exception as error:  # noqa: BLE001 - see `_document`
            self.failed.append((file.source, f"its parts cannot be read ({_first_line(error)})"))

    def _add_part(self, part: File | LoadError, depth: int, sent: str) -> None:
        if isinstance(part, LoadError):
            self.failed.append((part.source, part.reason))
        elif not taken(PurePath(part.name)):
            self.ignored.append(part.source)
        elif depth > MAX_DEPTH:
            self.failed.append((part.source, f"lies more than {MAX_DEPTH} files deep; unpack it"))
        else:
            try:
                if not part.read(signature.HEAD_BYTES).strip():
                    raise LoadError(part.source, EMPTY)
                self.add(part, depth, sent)
            except WordlessError:
                # Mails are full of logos and photographs; that one holds no words is no failure of the mail.
                self.ignored.append(part.source)
            except LoadError as error:
                self.failed.append((error.source, error.reason))


def load(path: Path, source: str | None = None) -> Loaded:
    """Load one file and the files inside it; safe to call from several threads and processes.

    Args:
        path: The file.
        source: What its document is cited by, `str(path)` by default; a part's source is `source!/name inside`.

    Raises:
        LoadError: the file itself cannot be opened, is of no known format, is encrypted or damaged, or holds no text.
            A part that cannot be read raises nothing and is listed.
    """
    file = File(source or str(path), path.name, path)
    run = _Run(Budget())
    try:
        _check_file(path, file)
        run.add(file, 0)
    except OSError as error:
        raise LoadError(file.source, _os_reason(error), passing=True) from error
    return Loaded(tuple(run.documents), tuple(run.failed), tuple(run.ignored))


def part(path: Path, container: str, source: str) -> bytes:
    """Take a file out of another one, such as an attachment out of a mail, also out of one that lies inside.

    Args:
        path: The outer file.
        container: Its source.
        source: What the part's document is cited by.

    Raises:
        LoadError: There is none of this source, or it cannot be taken out.
    """
    file, budget = File(container, path.name, path), Budget()
    for _ in range(MAX_DEPTH + 1):
        file = _towards(file, source, budget)
        if file.source == source:
            return file.read()
    raise LoadError(source, f"lies more than {MAX_DEPTH} files deep; unpack it")


def _sent(document: Document, sent: str) -> Document:
    """Return a document with the date of the one that holds it, where it states none."""
    if not sent or document.metadata.get("date"):
        return document
    return replace(document, metadata={**document.metadata, SENT: sent})


def with_pictures(file: File, pictures: Pictures) -> Document:
    """Load a file's own text alone, with its pictures collected, or told as `pictures.words` has them.

    Raises:
        LoadError: It is of no known format, or its loader refuses it. On a broken file a parser raises anything.
    """
    key = _format(file)
    return _read(office.with_slashes(file) if key in _PACKED else file, key, pictures)[0]


def _towards(file: File, source: str, budget: Budget) -> File:
    """Return the part of a file that is a source, or holds it."""
    key = signature.detect(file)
    for found in _module(key).parts(file, budget) if key in CONTAINERS else ():
        if isinstance(found, LoadError):
            if found.source == source:
                raise found
        elif found.source == source or source.startswith(f"{found.source}!/"):
            return cast("File", found)
    raise LoadError(source, f"is not inside {file.source}")


def _document(file: File, key: str) -> Document:
    pictures = Pictures()
    try:
        document, notes = _read(file, key, pictures)
        if ocr.installed() and pictures.read():
            document, notes = _read(file, key, pictures)
    except (LoadError, MemoryError, FileNotFoundError, PermissionError):
        raise
    except RecursionError as error:
        raise LoadError(file.source, f"is {FORMATS[key].holds} nested too deep to read; split or flatten it") from error
    except Exception as error:
        # Third-party parsers raise anything on a broken file: KeyError, AttributeError, struct.error, ...
        reason = f"cannot be read as {FORMATS[key].holds} ({_first_line(error)}); is it damaged?"
        raise LoadError(file.source, reason) from error
    if key not in _BLANK and not document.text.strip():
        if (pages := pictures.instead_of("")) and ocr.installed():
            raise LoadError(file.source, f"holds pictures ({pages:,}) and no text; no words were recognised on them")
        if pages:
            raise LoadError(file.source, f"holds pictures ({pages:,}) and no text; {ocr.INSTALL} them")
        with unseen.noting() as more:
            # Without a text of its own nothing is stored that they could lie in.
            office_parts.say_embedded(_parts_named(file, key) if key in CONTAINERS else ())
        gaps = "; ".join((*notes.gaps(), *more.gaps()))
        if gaps and not (notes.characters or set(notes.words) - {unseen.STRUCK}):
            raise LoadError(file.source, f"holds no text; {gaps}")
        hidden = f" but what is hidden: {gaps}" if gaps else ""
        raise LoadError(file.source, f"holds no text{hidden}")
    if noted := notes.gaps():
        document = replace(document, gaps=(*document.gaps, *noted))
    if document.title == file.stem:
        # The title is embedded with every chunk: "2023_Q3_report" is one word that no question holds.
        words = " ".join(_ID.sub("", unescaped(file.stem)).replace("_", " ").replace("-", " ").split())
        document = replace(document, title=words or file.stem)
    return document


def _with_slashes(file: File, key: str) -> File:
    try:
        return office.with_slashes(file)
    except (LoadError, MemoryError):
        raise
    except Exception as error:
        # A library raises anything on a damaged or encrypted member, see `_document`.
        reason = f"cannot be read as {FORMATS[key].holds} ({_first_line(error)}); is it damaged?"
        raise LoadError(file.source, reason) from error


def _parts_named(file: File, key: str) -> Iterator[str]:
    try:
        for one in _module(key).parts(file, Budget()):
            yield one.source.rpartition("!/")[2]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - see `_document`; the file itself is refused already
        return


def _read(file: File, key: str, pictures: Pictures) -> tuple[Document, unseen.Notes]:
    with unseen.noting() as notes, pictures_inside.within(pictures):
        document: Document = _module(key).load(file, FORMATS[key].media_type)
        pictures.note(document.text)
        return document, notes


def _format(file: File) -> str:
    """Return the key of a file's format.

    Raises:
        LoadError: It is of none that is read.
    """
    named = unread.advice(file.suffix)
    try:
        key = signature.detect(file)
    except LoadError as error:
        if named and not error.passing and not error.reason.startswith("is encrypted"):
            raise LoadError(file.source, named) from error
        raise
    # Its parts would be read as if they were documents, and its drawing as text.
    if named and (key == "zip" or file.suffix in unread.WHATEVER):
        raise LoadError(file.source, named)
    return key


def _module(key: str) -> Any:
    return importlib.import_module(f"ingest.load.{FORMATS[key].module}")


def _check_file(path: Path, file: File) -> None:
    size = path.stat().st_size
    if path.is_dir():
        raise LoadError(file.source, "is a folder, not a file")
    if not path.is_file():
        raise LoadError(file.source, "is not a regular file")
    if size <= signature.HEAD_BYTES and not path.read_bytes().strip():
        raise LoadError(file.source, EMPTY)


def _os_reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read (permission denied)"
    return f"cannot be opened: {error.strerror or _first_line(error)}"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
