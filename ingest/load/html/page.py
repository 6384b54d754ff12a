"""HTML pages through Beautiful Soup: the main content, block by block, without what surrounds it."""

import itertools
import math
import re
from collections.abc import Callable, Iterator

from bs4 import BeautifulSoup
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ingest.load import formulas, markup, raised
from ingest.load.about import about
from ingest.load.build import TextBuilder, clean, one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from ingest.load.html import shown
from ingest.load.html.unseen import remove_unseen
from ingest.load.picture import files as picture_files
from ingest.load.picture import inside as pictures_inside
from ingest.load.unseen import left_out
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

# How characters are read aloud, in small letters beside them: within a word they would part it.
_READINGS = ["rt", "rp", "rtc"]
_RUBY = ["rb", *_READINGS]
_DROPPED = ["script", "style", "noscript", "template", "nav", "iframe", "object", "svg", "canvas", "head", "dialog"]
_NO_SIZE = lazy_regex(r"\s*[01](?:px)?\s*")
# Frames within frames could multiply.
_MOST_FRAMES = 100
_CONTROLS = ["button", "input", "select", "textarea", "datalist"]
_SURROUNDINGS = ["header", "footer", "aside"]
_CONTENT = ["p", "article", "main", "h1", "h2", "h3"]
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "li", "main",
    "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    *_HEADINGS,
}  # fmt: skip
_LINE_BREAK = "\0"
# Nobody reads a picture that is shown as small as that.
_LEAST_PIXELS = 12
# Names of <meta>: the older ones, Dublin Core's, and those of Open Graph, whose authors are addresses.
_AUTHORS = ("author", "dc.creator", "dcterms.creator")
_DATES = (
    "article:modified_time", "og:updated_time", "last-modified", "dcterms.modified", "dc.date.modified",
    "article:published_time", "date", "dcterms.created", "dc.date", "dcterms.date",
)  # fmt: skip
_ENOUGH, _MOST_BESIDE = 200, 50
_TO_NOTE = lazy_regex(r"#.")
_PROLOG = lazy_regex(r"\s*(?:\ufeff|ï»¿)?<\?xml[^>]*\?>", re.IGNORECASE)


def no_file(_: str) -> bytes:
    """Return nothing: a page by itself has no files beside it."""
    return b""


def load(file: File, media_type: str, beside: Callable[[str], bytes] = no_file) -> Document:
    """Load an HTML file; its encoding is found by mark, declaration or statistics. `beside` is as in `build`."""
    title, built, said = build(file.read(), beside)
    return built.document(file, media_type, title, metadata=said)


def build(page: bytes | str, beside: Callable[[str], bytes] = no_file) -> tuple[str, TextBuilder, dict[str, str]]:
    """Parse HTML into its title ("" without one), its text with headings, and what it says about itself.

    Args:
        page: The page.
        beside: Gives the pictures that lie beside the page, such as those of a book, by their addresses; b"" for none.
    """
    soup = BeautifulSoup(_without_prolog(_decoded(page) if isinstance(page, bytes) else page), "lxml")
    title = one_line(soup.title.get_text()) if soup.title else ""
    said = _about(soup)
    built = TextBuilder()
    _blocks(built, _main(soup, beside))
    return title or next((heading.title for heading in built.headings if heading.level == 1), ""), built, said


def _about(soup: BeautifulSoup) -> dict[str, str]:
    said: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        key = str(tag.get("name") or tag.get("property") or "").lower()
        said.setdefault(key, str(tag.get("content") or ""))
    return about(next((said[key] for key in _AUTHORS if key in said), ""), *(said.get(key) for key in _DATES))


def _decoded(page: bytes) -> bytes | str:
    """Decode a page as it says; where it holds something else beside that, or instead of it, each line by itself."""
    return declared(page) or decode(page) or page


def declared(page: bytes) -> str:
    """Return a page decoded by the encoding that it names, "" where it names none or is no text."""
    name = EncodingDetector.find_declared_encoding(page, is_html=True)
    return (decode(page, declared=name) or "") if name else ""


def _without_prolog(page: bytes | str) -> bytes | str:
    """Take off an XML declaration, at which Beautiful Soup warns on the terminal."""
    head = page[:200]
    prolog = _PROLOG.match(head if isinstance(head, str) else head.decode("latin-1"))
    return page[prolog.end() :] if prolog else page


def _formula(tag: Tag) -> str:
    """Return a formula of MathML on one line; as its signs where it is damaged."""
    try:
        return formulas.line(markup.parse(str(tag).encode(), "", recover=True))
    except LoadError:
        return tag.get_text(" ", strip=True)


def _open_frames(soup: BeautifulSoup) -> None:
    """Put the page that a frame itself holds (`srcdoc`) in its place; that of another file stays out.

    What nobody sees has gone by then, and goes out of each such page: its own styles hold there, and no others.
    """
    for _ in range(_MOST_FRAMES):
        frame = soup.find("iframe", srcdoc=True)
        if frame is None:
            return
        page = BeautifulSoup(str(frame["srcdoc"]), "lxml")
        if any(_NO_SIZE.fullmatch(str(frame.get(side, ""))) for side in ("width", "height")):
            left_out(page.get_text(" "), "size 0 or 1")
            frame.decompose()
            continue
        remove_unseen(page)
        inside = soup.new_tag("div")
        for child in list((page.body or page).children):
            inside.append(child.extract())
        frame.replace_with(inside)


def _end_readings(soup: BeautifulSoup) -> None:
    """End each reading where the next part of its word begins: a page need not say so, and the parser does not know."""
    for tag in soup.find_all(_READINGS):
        inside = list(tag.children)
        after = next((at for at, child in enumerate(inside) if isinstance(child, Tag) and child.name in _RUBY), None)
        if after is not None and tag.name != "rtc":
            tag.insert_after(*(child.extract() for child in inside[after:]))


def _raise_powers(soup: BeautifulSoup) -> None:
    """Write powers as such; the numbers of notes stay, which lead to a note, or which a note begins with."""
    tags = soup.find_all("sup")
    # Only of numbers: from one that says nothing, what follows would be gone through again and again.
    notes = {
        raised.note(tag.get_text(), _rest(tag)) for tag in tags if raised.is_number(tag.get_text()) and _begins(tag)
    }
    for tag in tags:
        before = tag.previous_sibling
        text = tag.get_text()
        leads = tag.find("a", href=_TO_NOTE) or tag.find_parent("a", href=_TO_NOTE)
        if before is None and tag.parent is not None and tag.parent.name == "a":
            before = tag.parent.previous_sibling
        if isinstance(before, NavigableString):
            said = raised.behind(str(before), text, [text.strip()] if leads else notes)
            if said != text:
                tag.replace_with(said)


def _begins(tag: Tag) -> bool:
    """Tell whether an element begins a block or a line of one."""
    before = tag.previous_sibling
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    if before is not None or tag.parent is None:
        return isinstance(before, Tag) and before.name in ("br", *_BLOCKS)
    return tag.parent.name in _BLOCKS or _begins(tag.parent)


def _rest(tag: Tag) -> str:
    """Return the beginning of what follows an element in its block."""
    if tag.next_sibling is None and tag.parent is not None and tag.parent.name not in _BLOCKS:
        return _rest(tag.parent)
    text = ""
    for one in itertools.islice(tag.next_siblings, _MOST_BESIDE):
        text += one.get_text() if isinstance(one, Tag) else str(one)
        if len(text) > _ENOUGH:
            break
    return text


def _main(soup: BeautifulSoup, beside: Callable[[str], bytes]) -> Tag:
    """Remove what is not content and return the element that holds the rest."""
    remove_unseen(soup)
    _open_frames(soup)
    shown.write_out(soup)
    _end_readings(soup)
    for cover in soup.find_all("svg"):
        # A book's cover is often a picture in a drawing.
        for image in cover.find_all("image"):
            cover.insert_before(soup.new_tag("img", src=str(image.get("xlink:href") or image.get("href") or "")))
    for tag in soup.find_all("math"):
        tag.replace_with(_formula(tag))
    _raise_powers(soup)
    for tag in soup.find_all([*_DROPPED, *_CONTROLS, *_READINGS]):
        tag.decompose()
    for tag in soup.find_all(role="navigation"):
        # Its parent may have gone before it.
        if not tag.decomposed and tag.name not in ("html", "body"):
            tag.decompose()
    for tag in soup.find_all("form"):
        # Some servers wrap the whole page in one form.
        if not tag.decomposed and tag.find(_CONTENT) is None:
            tag.decompose()
    for tag in soup.find_all(_SURROUNDINGS):
        if not tag.decomposed and tag.find_parent(["main", "article"]) is None:
            tag.decompose()
    for image in soup.find_all("img"):
        _add_words(soup, image, beside)
    for name in ("main", "article"):
        found = soup.find_all(name)
        # Several articles are a list of them, and all are content.
        if len(found) == 1 and found[0].get_text(strip=True):
            return found[0]
    return soup.body or soup


def _add_words(soup: BeautifulSoup, image: Tag, beside: Callable[[str], bytes]) -> None:
    """Put what a picture says behind it, as a block of its own; behind the table where its rows are lines."""
    address = str(image.get("src") or "")
    if any(_pixels(image.get(side)) < _LEAST_PIXELS for side in ("width", "height")):
        return
    said = pictures_inside.said(picture_files.of_address(address) or beside(address), place=address)
    if not said:
        return
    block = soup.new_tag("p")
    for line in said.split("\n"):
        block.append(line)
        block.append(soup.new_tag("br"))
    table = image.find_parent("table")
    while table is not None and not _lays_out(table, _rows(table)):
        image, table = table, table.find_parent("table")
    image.insert_after(block)


def _pixels(size: object) -> float:
    """Return a length that is given in pixels, a large one for any other."""
    text = str(size or "").strip().removesuffix("px")
    return float(text) if text.isdecimal() and len(text) < 6 else math.inf


def _blocks(built: TextBuilder, parent: Tag) -> None:
    """Add an element's content: its block elements one by one, the inline text between them as paragraphs."""
    inline: list[PageElement] = []
    for child in parent.children:
        if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(list(_BLOCKS)) is not None):
            _paragraph(built, inline)
            inline = []
            _block(built, child)
        else:
            inline.append(child)
    _paragraph(built, inline)


def _block(built: TextBuilder, tag: Tag) -> None:
    if tag.name in _HEADINGS:
        built.heading(_HEADINGS[tag.name], tag.get_text(" " if tag.find("br") else ""))
    elif tag.name == "pre":
        for line in tag.find_all("br"):
            line.replace_with("\n")
        built.paragraph(clean(tag.get_text()))
    elif tag.name == "table":
        _table(built, tag)
    elif tag.name == "li":
        _item(built, tag)
    else:
        _blocks(built, tag)


def _paragraph(built: TextBuilder, inline: list[PageElement]) -> None:
    text = "".join(part for element in inline for part in _strings(element))
    built.paragraph("\n".join(one_line(line) for line in text.split(_LINE_BREAK)))


def _strings(element: PageElement) -> Iterator[str]:
    if isinstance(element, Tag):
        if element.name == "br":
            yield _LINE_BREAK
        for child in element.children:
            yield from _strings(child)
        if element.name in _BLOCKS:
            yield " "
    # Comments, doctypes and the like are preformatted strings.
    elif isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
        yield element.replace(_LINE_BREAK, "")


def _item(built: TextBuilder, item: Tag) -> None:
    """Add a list item's own text, then what is nested in it: lists, tables, further paragraphs."""
    inline: list[PageElement] = []
    nested: list[Tag] = []
    for child in item.children:
        is_block = isinstance(child, Tag) and (child.name in _BLOCKS or child.find(list(_BLOCKS)) is not None)
        if isinstance(child, Tag) and is_block and (nested or inline or child.name != "p"):
            nested.append(child)
        else:
            inline.append(child)
    said = "".join(part for element in inline for part in _strings(element)).replace(_LINE_BREAK, " ")
    built.item(said, shown.number(item))
    for tag in nested:
        _block(built, tag)


def _table(built: TextBuilder, table: Tag) -> None:
    """Add a table by rows. A table that holds tables, or has one column, lays out a page: its cells are blocks."""
    if caption := table.find("caption", recursive=False):
        built.paragraph(one_line(caption.get_text()))
    rows = _rows(table)
    if not rows:
        return
    if _lays_out(table, rows):
        for row in rows:
            for cell in row:
                _blocks(built, cell)
        return
    if rows[0][1:] and rows[0][1].name == "td" and all(map(_is_named, rows)):
        # Each row names itself, as in an info box: "Born: 1815; London".
        for row in rows:
            name, *values = filter(None, map(_cell_text, row))
            built.line(f"{name.removesuffix(':')}: {'; '.join(values)}" if values else name)
        return
    texts = []
    for index, row in enumerate(rows):
        cells: list[str] = []
        for cell in row:
            blanks = _span(cell) - 1
            # A header stands over all the columns that it spans.
            heads = index == 0 or all(one.name == "th" for one in row)
            cells += [_cell_text(cell)] * (blanks + 1) if heads else [_cell_text(cell)] + [""] * blanks
        texts.append(cells)
    built.table(texts, is_named=all(cell.name == "th" for cell in rows[0]))


def _is_named(row: list[Tag]) -> bool:
    """Tell whether a row's first cell is its name: a header, or in bold beside one that is not."""
    return row[0].name == "th" or (len(row) == 2 and _is_bold(row[0]) and not _is_bold(row[1]))


def _is_bold(cell: Tag) -> bool:
    said = "".join(bold.get_text() for bold in cell.find_all(["b", "strong"]))
    return bool(one_line(said)) and one_line(said) == _cell_text(cell)


def _lays_out(table: Tag, rows: list[list[Tag]]) -> bool:
    return table.find(["table", *_HEADINGS]) is not None or all(len(row) < 2 for row in rows)


def _rows(table: Tag) -> list[list[Tag]]:
    """Return the cells of the table's own rows, without those of tables inside it."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    cells = [row.find_all(["th", "td"], recursive=False) for row in rows]
    return [list(row) for row in cells if any(map(_cell_text, row))]


def _cell_text(cell: Tag) -> str:
    return one_line("".join(_strings(cell)).replace(_LINE_BREAK, " "))


def _span(cell: Tag) -> int:
    span = str(cell.get("colspan", "1"))
    return max(1, min(whole(span, 1), 100))
