"""What is not whole in a Word, PowerPoint or Excel file: parts that are missing, and files embedded in it."""

import io
import posixpath
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, TypeVar

from ingest.load import markup
from ingest.load.build import one_line
from ingest.load.file import File
from ingest.load.office import embedded
from ingest.load.office import package as office
from ingest.load.unseen import incomplete
from qa.lazy_regex import lazy_regex

_RELATIONS = lazy_regex(r"(?:(.*)/)?_rels/[^/]*\.rels")
_MOST_NAMED = 5

_Opened = TypeVar("_Opened")


def package(file: File, open_it: Callable[[BinaryIO], _Opened]) -> _Opened:
    """Open a file by its library; where a part is missing, such as a picture, without what refers to it."""
    try:
        with office.opened(file) as stream:
            return open_it(stream)
    except KeyError as error:
        if "There is no item named" not in str(error):
            raise
    with office.opened(file) as stream, _without_missing(stream, file) as whole:
        return open_it(whole)


def note_embedded(file: File) -> None:
    """Note which files lie in a document and are not read, such as a drawing that a slide shows."""
    say_embedded(embedded.unread(file))


def say_embedded(names: Iterable[str]) -> None:
    """Note that files of these names lie in a document and are not read."""
    shown = list(dict.fromkeys(one_line(name)[:80] or "one without a name" for name in names))
    if shown:
        listed = ", ".join(shown[:_MOST_NAMED]) + (", …" if len(shown) > _MOST_NAMED else "")
        incomplete(f"without what is embedded in it ({listed}); save that by itself and ingest it")


def _without_missing(stream: BinaryIO, file: File) -> BinaryIO:
    """Repack a file without the relations to parts that it lacks, which are noted."""
    from lxml import etree

    packed = io.BytesIO()
    with zipfile.ZipFile(stream) as archive, zipfile.ZipFile(packed, "w") as copy:
        for entry in archive.infolist():
            data = archive.read(entry)
            if match := _RELATIONS.fullmatch(entry.filename):
                root = markup.parse(data, file.source, recover=True)
                for relation, name in list(_missing(root, match[1] or "", archive)):
                    root.remove(relation)
                    incomplete(f"without its part {name}, which is missing")
                data = etree.tostring(root)
            copy.writestr(entry.filename, data)
    packed.seek(0)
    return packed


def _missing(root: Any, folder: str, archive: zipfile.ZipFile) -> Iterator[tuple[Any, str]]:
    for relation in root.iterchildren("{*}Relationship"):
        target = relation.get("Target") or ""
        name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        if relation.get("TargetMode") != "External" and name not in archive.NameToInfo:
            yield relation, one_line(name)[:200]
