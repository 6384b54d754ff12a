"""XML files of any kind: `name: text` for short values, paragraphs for prose, attributes where these say all."""

from dataclasses import replace
from typing import Any

from ingest.load.build import TextBuilder, clean, one_line
from ingest.load.decoding import decode
from ingest.load.export import attributes, invoices, maps, statements
from ingest.load.file import File
from ingest.load.html import page as html
from ingest.load.markup import TAGS, is_data, name, parse, without_data
from ingest.load.sheet import excel_xml
from ingest.load.word import document as word
from ingest.load.word import one_file as word_xml
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_ENCODING = lazy_regex(rb"(\s*<\?xml[^>]*?encoding\s*=\s*[\"'])([\w.:-]+)([\"'])")
# What banks, invoices and catalogues call the currency of an amount.
_CURRENCIES = {"Ccy", "currency", "currencyID", "currencyCode", "CurrencyCode", "Currency"}
_CURRENCY = lazy_regex(r"[A-Z]{3}")
# Elements deeper than this are written as one text.
_MAX_DEPTH = 200
_OUTLINES = {"opml", "map"}
# Of a mind map: how its nodes look.
_LOOKS = {"edge", "font", "icon", "cloud", "arrowlink", "linktarget", "hook", "attribute_layout"}
# Elements that are told apart by their names alone: texts of programs, fields of forms and of records.
_NAMED = {"string", "data", "field", "property", "entry", "item", "attribute", "param", "column", "setting"}
_LONGEST_NAME = 80
# Pictures within books, and what says how they look.
_NO_TEXT = {"binary", "stylesheet", "style", "script"}


def load(file: File, media_type: str) -> Document:
    """Load an XML file; comments and processing instructions are left out, and attributes beside text.

    XHTML is an HTML page.
    """
    root = parse(_plain(file.read()), file.source, recover=True)
    if name(root).lower() == "html":
        return html.load(file, "text/html")
    built, title = TextBuilder(), ""
    if excel_xml.is_workbook(root):
        excel_xml.add(built, root)
    elif packed := word_xml.packed(root):
        document: Document = word.load(replace(file, content=packed), media_type)
        return replace(document, media_type=media_type)
    elif word_xml.is_document(root):
        word_xml.add(built, root)
    elif statements.is_statement(root):
        statements.add(built, root)
    elif invoices.is_invoice(root):
        title = invoices.add(built, root)
    elif maps.is_map(root):
        title = maps.add(built, root)
    elif name(root) == "plist":
        for child in root:
            _settings(built, child, "", 0)
    elif not _is_outline(root) and attributes.holds(root):
        attributes.add(built, root)
    else:
        _element(built, root, 0)
    if not built.text:
        raise LoadError(file.source, "holds no text between its tags")
    titles = (one_line(one.text or "") for one in root.iter() if name(one).lower() == "title")
    title = title or next(titles, "")
    return built.document(file, media_type, title)


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
    if _is_entry(element) and depth <= _MAX_DEPTH:
        _outline(built, element, depth)
        return
    children = [child for child in element if name(child)]
    if not children or _is_mixed(element) or depth > _MAX_DEPTH:
        _leaf(built, element, _text(element))
    else:
        for child in children:
            _element(built, child, depth + 1)


def _settings(built: TextBuilder, element: Any, path: str, depth: int) -> None:
    """Write the values of a property list of Apple's programs with the keys that stand before them."""
    kind, values = name(element), [child for child in element if name(child)]
    if kind in ("dict", "array") and depth > _MAX_DEPTH:
        return
    if kind == "dict":
        key = ""
        for child in values:
            if name(child) == "key":
                key = one_line(_text(child))
            else:
                _settings(built, child, f"{path}.{key}" if path else key, depth + 1)
    elif kind == "array" and any(name(child) in ("dict", "array") for child in values):
        for number, child in enumerate(values, start=1):
            _settings(built, child, f"{path}[{number}]", depth + 1)
    elif kind != "data":
        said = ", ".join(map(_value, values)) if kind == "array" else _value(element)
        if said:
            built.line(f"{path}: {said}" if path else said)


def _value(element: Any) -> str:
    return {"true": "yes", "false": "no"}.get(name(element)) or one_line(_text(element))


def _is_outline(root: Any) -> bool:
    """Tell whether a file is an outline or a mind map, whose programs write much about each entry beside its text."""
    return name(root) in _OUTLINES and any(map(_is_entry, root.iter()))


def _is_entry(element: Any) -> bool:
    return name(element) == "outline" or (name(element) == "node" and bool(element.get("TEXT")))


def _outline(built: TextBuilder, element: Any, level: int) -> None:
    """Write an entry of an outline (OPML) or mind map (FreeMind), whose text is an attribute.

    One with others below it is a heading.
    """
    said = element.get("text") or element.get("title") or element.get("TEXT") or ""
    said = one_line(html.build(said)[1].text if TAGS.search(said) else said)
    note, link = (
        one_line(element.get("_note") or ""),
        element.get("htmlUrl") or element.get("xmlUrl") or element.get("LINK") or "",
    )
    children = [child for child in element if name(child) and name(child) not in _LOOKS]
    if any(name(child) == name(element) for child in children):
        built.heading(min(level, 6), said)
    elif said:
        built.item(" ".join(filter(None, (said, link))))
    if note:
        built.paragraph(note)
    for child in children:
        _element(built, child, level + 1)


def _text(element: Any) -> str:
    """Return what an element says, with a line's end for a break: "making<br/>our" is two words."""
    # Of a break the tail is what stands behind it.
    breaks = [one for one in element.iterdescendants() if name(one).lower() in ("br", "lb")]
    for one in breaks:
        one.tail = f"\n{one.tail or ''}"
    return "".join(element.itertext())


def _leaf(built: TextBuilder, element: Any, content: str) -> None:
    if TAGS.search(content):
        # Feeds carry their articles as HTML in text.
        built.append(html.build(content)[1])
        return
    if is_data(content):
        without_data(name(element))
        return
    kind, line = _label(element), one_line(f"{content} {_unit(element)}")
    if kind.lower() in ("title", "head") and line:
        built.heading(min(sum(1 for _ in element.iterancestors()), 6) or 1, line)
    elif kind.lower() in ("p", "para", "text") or len(line) > 200:
        built.paragraph(clean(content))
    elif line:
        built.line(f"{kind}: {line}")


def _label(element: Any) -> str:
    """Return what a value is called: by its element, or where that only says that it is one, by its name."""
    kind = name(element)
    if kind.lower() == "value" and (around := element.getparent()) is not None and around.get("name"):
        element, kind = around, name(around)
    named = one_line(element.get("name") or "") if kind.lower() in _NAMED else ""
    return named if 0 < len(named) <= _LONGEST_NAME else kind


def _unit(element: Any) -> str:
    """Return the currency of an amount, "" where no attribute says it: an invoice's <Amount currencyID="EUR">."""
    said = (str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] in _CURRENCIES)
    return next((value for value in said if _CURRENCY.fullmatch(value)), "")


def _is_mixed(element: Any) -> bool:
    return any((said or "").strip() for said in (element.text, *(child.tail for child in element)))
