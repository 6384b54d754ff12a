"""EPUB books: the chapters in the order of the spine, each through the loader of HTML pages."""

import posixpath
import zipfile
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from ingest.load.about import dublin_core, title_of
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.html import page as html
from ingest.load.markup import member, name, parse
from ingest.load.picture.files import Packed
from ingest.load.unseen import incomplete
from qa.errors import LoadError
from qa.types import Document

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def load(file: File, media_type: str) -> Document:
    """Load a book; where a chapter has no heading of its own, its name in the table of contents becomes one."""
    built = TextBuilder()
    missing = []
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        if "META-INF/encryption.xml" in archive.namelist() and _is_locked(archive, file):
            raise LoadError(file.source, "is encrypted (rights management); get a copy without it")
        path, package = _package(archive, file)
        items = _manifest(path, package)
        names, pictures = dict(_names(archive, items, file)), Packed(archive)
        # A chapter appears once, however often the spine names it.
        for item in dict.fromkeys(_spine(package, items)):
            try:
                data = member(archive, item, file)
            except LoadError:
                # One chapter that is not there must not cost the others.
                missing.append(posixpath.basename(item))
                continue
            _, chapter, _ = html.build(data, partial(_beside, pictures, item))
            if not chapter.headings and chapter.text and item in names:
                built.heading(1, names[item])
            built.append(chapter)
    return built.document(
        file,
        media_type,
        title_of(package),
        metadata=dublin_core(package),
        gaps=(f"without {', '.join(missing)}: missing in the file or damaged; get a new copy",) if missing else (),
    )


def _beside(pictures: Packed, chapter: str, address: str) -> bytes:
    """Return a picture of a book by its address in a chapter, b"" where there is none."""
    return pictures.picture(
        posixpath.normpath(posixpath.join(posixpath.dirname(chapter), unquote(address.partition("#")[0])))
    )


def _is_locked(archive: zipfile.ZipFile, file: File) -> bool:
    # Fonts alone may be scrambled in a free book.
    root = parse(member(archive, "META-INF/encryption.xml", file), file.source, recover=True)
    targets = [element.get("URI") or "" for element in root.iter() if name(element) == "CipherReference"]
    return any(target.endswith((".xhtml", ".html", ".htm", ".opf")) for target in targets)


def _package(archive: zipfile.ZipFile, file: File) -> tuple[str, Any]:
    container = parse(member(archive, "META-INF/container.xml", file), file.source, recover=True)
    path = next((one.get("full-path") for one in container.iter() if name(one) == "rootfile"), None)
    if not path:
        raise LoadError(file.source, "is damaged; get a new copy")
    return path, parse(member(archive, path, file), file.source, recover=True)


def _manifest(path: str, package: Any) -> dict[str, tuple[str, str, str]]:
    """Return (place in the archive, media type, properties) by id."""
    folder = posixpath.dirname(path)
    return {
        item.get("id") or "": (
            posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or ""))),
            item.get("media-type") or "",
            item.get("properties") or "",
        )
        for item in package.iter()
        if name(item) == "item"
    }


def _spine(package: Any, items: dict[str, tuple[str, str, str]]) -> Iterator[str]:
    for reference in package.iter():
        if name(reference) == "itemref":
            place, media_type, properties = items.get(reference.get("idref") or "", ("", "", ""))
            # The table of contents repeats the headings.
            if media_type in _PAGES and "nav" not in properties.split():
                yield place


def _names(archive: zipfile.ZipFile, items: dict[str, tuple[str, str, str]], file: File) -> Iterator[tuple[str, str]]:
    """Yield (place, name) from the table of contents of EPUB 2, which EPUB 3 may keep for older readers."""
    for place, media_type, _ in items.values():
        if media_type != "application/x-dtbncx+xml":
            continue
        try:
            root = parse(member(archive, place, file), place, recover=True)
        except LoadError:
            incomplete("without the names of chapters in its table of contents, which is damaged or missing")
            continue
        for point in reversed([one for one in root.iter() if name(one) == "navPoint"]):
            label = next((one_line(one.text or "") for one in point.iter() if name(one) == "text"), "")
            target = next((one.get("src") or "" for one in point.iter() if name(one) == "content"), "")
            if label and target:
                yield (
                    posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(target.partition("#")[0]))),
                    label,
                )
