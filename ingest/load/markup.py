"""XML parsed so that a file can neither fetch anything nor unfold entities into gigabytes."""

import re
import zipfile
from typing import Any

from ingest.load.file import File
from ingest.load.unseen import incomplete
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

TAGS = lazy_regex(r"<(?:p|a|br|div|img|ul|li|b|i|em|strong|h\d|span)\b[^>]*>", re.IGNORECASE)
"""Tags of HTML within a value: feeds carry their articles so."""
# Bytes in letters: they hold no word, and a picture has hundreds of thousands of them.
_DATA = lazy_regex(r"[A-Za-z0-9+/]+={0,2}")
# Characters of each of its lines but the last.
_DATA_LINE = 40
_LEAST_DATA = 400


def parse(data: bytes, source: str, *, recover: bool = False) -> Any:
    """Return the root element of XML; entities that the file defines itself stay out of the text.

    Raises:
        LoadError: It is not XML. With `recover`, only where nothing of it can be read.
    """
    from lxml import etree

    # Two elements of one id are read; nothing here looks for an id.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=recover,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        first = (str(error).splitlines() or ["not well-formed"])[0]
        raise LoadError(source, f"is damaged XML ({first[:120]}); get a new copy") from error
    if root is None:
        raise LoadError(source, "is damaged XML; get a new copy")
    return root


def member(archive: zipfile.ZipFile, name: str, file: File) -> bytes:
    """Return one member of an office file or a book.

    Raises:
        LoadError: It is missing, encrypted or damaged.
    """
    try:
        return archive.read(name if name in archive.NameToInfo else _unsaid(name))
    except KeyError as error:
        raise LoadError(file.source, "is damaged: a part of it is missing; get a new copy") from error
    except MemoryError:
        raise
    except Exception as error:
        raise LoadError(file.source, "is damaged: a part of it cannot be unpacked; get a new copy") from error


def _unsaid(name: str) -> str:
    """Return how a name is read that is written in UTF-8 and does not say so: as code page 437."""
    return name.encode("utf-8", "replace").decode("cp437")


def name(element: Any) -> str:
    """Return an element's name without its namespace; "" for what is not an element, such as an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def is_data(content: str) -> bool:
    """Tell whether a text is bytes in letters. One pattern for all of it took longer than anybody waits."""
    if len(content) <= _LEAST_DATA:
        return False
    head, _, behind = content.partition(";base64,")
    lines = (behind if behind and head.startswith("data:") else content).split()
    return all(map(_DATA.fullmatch, lines)) and all(len(line) >= _DATA_LINE for line in lines[:-1])


def without_data(name: str) -> None:
    """Note that bytes in letters were left out of a file."""
    incomplete(f"without data in letters (base64, in <{name}>); save it as a file of its own")
