"""XML files of any kind: `name: text` for short values, paragraphs for prose."""

import re
from typing import Any

from ingest.load import excel_xml, html
from ingest.load.build import TextBuilder, clean, one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.markup import name, parse
from qa.errors import LoadError
from qa.types import Document

_MARKUP = re.compile(r"<(?:p|a|br|div|img|ul|li|b|i|em|strong|h\d|span)\b[^>]*>", re.IGNORECASE)
_ENCODING = re.compile(rb"(\s*<\?xml[^>]*?encoding\s*=\s*[\"'])([\w.:-]+)([\"'])")
# Elements deeper than this are written as one text.
_MAX_DEPTH = 200
# Pictures within books, and what says how they look.
_NO_TEXT = {"binary", "stylesheet", "style", "script"}


def load(file: File, media_type: str) -> Document:
    """Load an XML file; attributes, comments and processing instructions are left out. XHTML is an HTML page."""
    root = parse(_plain(file.read()), file.source, recover=True)
    if name(root).lower() == "html":
        return html.load(file, "text/html")
    built = TextBuilder()
    if excel_xml.is_workbook(root):
        excel_xml.add(built, root)
    else:
        _element(built, root, 0)
    if not built.text:
        raise LoadError(file.source, "holds no text between its tags")
    title = next((one_line(one.text or "") for one in root.iter() if name(one).lower() == "title"), "")
    return Document(
        source=file.source,
        title=title or file.stem,
        text=built.text,
        media_type=media_type,
        headings=tuple(built.headings),
        marks=tuple(built.marks),
    )


def _plain(data: bytes) -> bytes:
    """Return a file as UTF-8 where some of its bytes are not what it declares: at them a parser stops."""
    declared = _ENCODING.match(data)
    name = declared[2].decode("ascii", "replace") if declared else "utf-8"
    try:
        data.decode(name)
    except (UnicodeDecodeError, LookupError):
        text = decode(data, declared=name)
    else:
        return data
    if text is None:
        return data
    return _ENCODING.sub(rb"\1utf-8\3", text.encode("utf-8", "replace"), count=1)


def _element(built: TextBuilder, element: Any, depth: int) -> None:
    if name(element) in _NO_TEXT:
        return
    if name(element) == "outline" and depth <= _MAX_DEPTH:
        _outline(built, element, depth)
        return
    children = [child for child in element if name(child)]
    if not children or _is_mixed(element) or depth > _MAX_DEPTH:
        _leaf(built, element, "".join(element.itertext()))
    else:
        for child in children:
            _element(built, child, depth + 1)


def _outline(built: TextBuilder, element: Any, level: int) -> None:
    """Write an entry of an OPML outline, whose text is an attribute: one with others below it is a heading."""
    said = element.get("text") or element.get("title") or ""
    said = one_line(html.build(said)[1].text if _MARKUP.search(said) else said)
    note, link = one_line(element.get("_note") or ""), element.get("htmlUrl") or element.get("xmlUrl") or ""
    children = [child for child in element if name(child)]
    if children:
        built.heading(min(level, 6), said)
    elif said:
        built.item(" ".join(filter(None, (said, link))))
    if note:
        built.paragraph(note)
    for child in children:
        _element(built, child, level + 1)


def _leaf(built: TextBuilder, element: Any, content: str) -> None:
    if _MARKUP.search(content):
        # Feeds carry their articles as HTML in text.
        built.append(html.build(content)[1])
        return
    kind, line = name(element), one_line(content)
    if kind.lower() in ("title", "head") and line:
        built.heading(min(sum(1 for _ in element.iterancestors()), 6) or 1, line)
    elif kind.lower() in ("p", "para", "text") or len(line) > 200:
        built.paragraph(clean(content))
    elif line:
        built.line(f"{kind}: {line}")


def _is_mixed(element: Any) -> bool:
    return any((child.tail or "").strip() for child in element)
