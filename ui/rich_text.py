"""A text in Markdown as a tree in which every character has its place in the text. Pure functions.

A model's answer is drawn from this tree: on the page, in a Word document, in Markdown. Nothing in it is HTML or an
image: those are characters like all others. Whoever draws decides about a link.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from qa.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Style = Literal["strong", "em", "s", "code"]
Align = Literal["", "left", "center", "right"]

# Where the characters stand that the parser sees in place of letters and digits: two planes of private use.
_BASE, _MOST = 0xF0000, 0x1FFFE
# What the parser must see as it is: the number of a list's item, and characters by name.
_AS_IT_IS = lazy_regex(
    r"^[ \t>*+-]*(?:\d{1,9}[.)][ \t]+(?:[*+-][ \t]+)*)*\d{1,9}(?=[.)](?:\s|$))"
    r"|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});",
    re.MULTILINE,
)
# "[1](see there)" is a marker and an aside, never a link.
_ASIDE = lazy_regex(r"(?<=\[\d\])\(|(?<=\[\d\d\])\(|(?<=\[\d\d\d\])\(")
_BREAK = lazy_regex(r"<br\s*/?>", re.IGNORECASE)
_STYLES: dict[str, Style] = {"strong": "strong", "em": "em", "s": "s"}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look; `places` has the offset of each in the whole text.

    `href` is where a link leads of which they are part. With `is_address` they say in words where it leads, behind it.
    """

    text: str
    places: Sequence[int]
    styles: frozenset[Style] = frozenset()
    href: str = ""
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs that flow; a line feed among them is a line break that was meant."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest of the text, and no level is left out on the way down."""

    level: int
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item has blocks of its own. `start` is the first number, None for a list with bullets."""

    items: tuple[tuple["Block", ...], ...]
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that are quoted."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines as they stand. `language` is what the text calls it, "" for nothing.

    `cited` are the numbers of the citations that they are quoted from, which are shown behind them.
    """

    run: Run
    language: str = ""
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first row has the names of its columns."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    aligned: tuple[Align, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Paragraph | Heading | Items | Quote | Code | Grid | Rule


def read(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text in Markdown.

    Every letter and digit of the text is in the tree, once. What cannot be read so, such as lists nested fifty times,
    is one paragraph as it stands.
    """
    if len(text) >= _MOST:
        return plain(text)
    shadow, seen = _shadow(text)
    reader = _Reader(text, _parser().parse(shadow))
    blocks = tuple(_levelled(reader.blocks()))
    return blocks if seen <= reader.seen else plain(text)


def plain(text: str) -> tuple[Block, ...]:
    """Return a text that is no Markdown, as one paragraph that keeps its lines."""
    return (Paragraph((Run(text, range(len(text))),)),)


def shown(text: str) -> str:
    """Return what is read of a text in Markdown, in one line."""
    return " ".join("".join(run.text for run in runs_of(read(text)) if not run.is_address).split())


def runs_of(blocks: Sequence[Block]) -> Iterator[Run]:
    """Yield all runs, in the order of the text."""
    for block in blocks:
        match block:
            case Paragraph(runs) | Heading(_, runs):
                yield from runs
            case Items(items):
                for item in items:
                    yield from runs_of(item)
            case Quote(inner):
                yield from runs_of(inner)
            case Code(run):
                yield run
            case Grid(rows):
                for row in rows:
                    for cell in row:
                        yield from cell


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Left out: HTML, addresses that become links by themselves, code by mere indentation, headings by a line below.
    parser = MarkdownIt("zero").enable(
        [
            *("table", "fence", "blockquote", "hr", "list", "heading"),
            *("newline", "escape", "backticks", "emphasis", "strikethrough", "link", "image", "entity"),
        ]
    )
    # Nothing is fetched or followed: an address is text until whoever draws knows it.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.options["maxNesting"] = 40
    return parser


def _shadow(text: str) -> tuple[str, set[int]]:
    """Return what the parser reads, of the same length, and the offsets that its tree must hold.

    The parser does not say where in the text a word stood. So each letter and digit is replaced by a character that no
    text has and that tells its offset. To Markdown all of them are letters.
    """
    kept = {at for match in _AS_IT_IS.finditer(text) for at in range(*match.span())}
    coded = {at for match in _ASIDE.finditer(text) for at in range(*match.span())}
    seen = {at for at, character in enumerate(text) if at not in kept and character.isalnum()}
    coded |= seen
    characters = []
    for at, character in enumerate(text):
        if at in coded:
            characters.append(chr(_BASE + at))
        elif character == "\0" or "\ud800" <= character <= "\udfff" or ord(character) >= _BASE:
            characters.append("\N{REPLACEMENT CHARACTER}")
        else:
            # A carriage return would be dropped, and all behind it move.
            characters.append(" " if character in "\r\f\v\x85\u2028\u2029" else character)
    return "".join(characters), seen


class _Reader:
    """Goes along the parser's tokens, and the text beside them."""

    def __init__(self, text: str, tokens: Sequence["Token"]) -> None:
        self._text = text
        self._tokens = tokens
        self._at = 0
        self._last = -1
        self.seen: set[int] = set()
        """Offsets of the letters and digits that are in the tree."""

    def blocks(self, end: str = "") -> Iterator[Block]:
        """Yield blocks up to a token of the type `end`."""
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            self._at += 1
            if token.type == end:
                return
            match token.type:
                case "paragraph_open":
                    yield Paragraph(self._inline())
                case "heading_open":
                    yield Heading(int(token.tag[1]), self._inline())
                case "bullet_list_open":
                    yield Items(tuple(self._items("bullet_list_close")))
                case "ordered_list_open":
                    start = token.attrs.get("start", 1)
                    yield Items(tuple(self._items("ordered_list_close")), int(start))
                case "blockquote_open":
                    yield Quote(tuple(self.blocks("blockquote_close")))
                case "fence":
                    language = self._run(token.info.strip(), frozenset()).text
                    yield Code(self._run(token.content.removesuffix("\n"), frozenset({"code"})), language)
                case "table_open":
                    yield self._grid()
                case "hr":
                    yield Rule()

    def _items(self, end: str) -> Iterator[tuple[Block, ...]]:
        while self._tokens[self._at].type != end:
            self._at += 1
            yield tuple(self.blocks("list_item_close"))
        self._at += 1

    def _grid(self) -> Grid:
        rows: list[tuple[tuple[Run, ...], ...]] = []
        cells: list[tuple[Run, ...]] = []
        aligned: list[Align] = []
        while (token := self._tokens[self._at]).type != "table_close":
            self._at += 1
            match token.type:
                case "th_open" | "td_open":
                    if not rows:
                        aligned.append(_align(str(token.attrs.get("style", ""))))
                    cells.append(self._inline())
                case "tr_close":
                    rows.append(tuple(cells))
                    cells = []
        self._at += 1
        return Grid(tuple(rows), tuple(aligned))

    def _inline(self) -> tuple[Run, ...]:
        token = self._tokens[self._at]
        self._at += 2
        return tuple(_joined(self._runs(token.children or ())))

    def _runs(self, tokens: Sequence["Token"]) -> Iterator[Run]:
        styles: list[Style] = []
        links: list[Token] = []
        for token in tokens:
            kind = token.type.removesuffix("_open").removesuffix("_close")
            if kind in _STYLES:
                styles.append(_STYLES[kind]) if token.nesting == 1 else styles.remove(_STYLES[kind])
            elif token.type == "link_open":
                links.append(token)
            elif token.type == "link_close":
                yield from self._address(links.pop(), "href", frozenset(styles))
            elif token.type == "image":
                yield from self._runs(token.children or ())
                yield from self._address(token, "src", frozenset(styles))
            else:
                content = {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
                look = frozenset([*styles, "code"]) if token.type == "code_inline" else frozenset(styles)
                href = self._known(str(links[-1].attrs.get("href", ""))) if links else ""
                yield from _with_breaks(self._run(content, look, href))

    def _address(self, token: "Token", name: str, styles: frozenset[Style]) -> Iterator[Run]:
        """Yield where a link or an image leads, in words: whoever draws leaves it out where a link is one."""
        at = self._last
        address = self._run(str(token.attrs.get(name, "")), styles)
        title = self._run(str(token.attrs.get("title", "")), styles)
        said = f" ({address.text}{f' “{title.text}”' if title.text else ''})"
        yield Run(said, [at] * len(said), styles, address.text if name == "href" else "", is_address=True)

    def _known(self, content: str) -> str:
        """Return what stands for letters as these letters, without going on in the text."""
        return "".join(self._text[ord(one) - _BASE] if ord(one) >= _BASE else one for one in content)

    def _run(self, content: str, styles: frozenset[Style], href: str = "") -> Run:
        places = []
        characters = []
        ahead = _next_known(content)
        for index, character in enumerate(content):
            if ord(character) >= _BASE:
                at = ord(character) - _BASE
                character = self._text[at]
                self.seen.add(at)
            else:
                wanted = "\n" if character == " " and self._text[self._last + 1 : self._last + 2] == "\n" else character
                at = self._text.find(wanted, self._last + 1, ahead[index] if ahead[index] >= 0 else len(self._text))
                if at < 0:
                    at = min(self._last + 1, len(self._text) - 1)
            self._last = max(self._last, at)
            places.append(at)
            characters.append(character)
        return Run("".join(characters), places, styles, href)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Yield runs with those of one look as one."""
    last: Run | None = None
    for run in runs:
        if last and (run.styles, run.href, run.is_address) == (last.styles, last.href, last.is_address):
            last = replace(last, text=last.text + run.text, places=[*last.places, *run.places])
        else:
            if last:
                yield last
            last = run
    if last:
        yield last


def _with_breaks(run: Run) -> Iterator[Run]:
    """Yield a run with "<br>" as the line break that it means; no other tag means anything."""
    start = 0
    for match in _BREAK.finditer(run.text) if "code" not in run.styles else ():
        yield replace(run, text=run.text[start : match.start()], places=run.places[start : match.start()])
        yield replace(run, text="\n", places=[run.places[match.start()]])
        start = match.end()
    yield replace(run, text=run.text[start:], places=run.places[start:])


def _next_known(content: str) -> list[int]:
    """Return for each character the offset of the next one whose offset is known, -1 for none."""
    found, known = [0] * len(content), -1
    for index in range(len(content) - 1, -1, -1):
        if ord(content[index]) >= _BASE:
            known = ord(content[index]) - _BASE
        found[index] = known
    return found


def _align(style: str) -> Align:
    match style.removeprefix("text-align:"):
        case "left" | "center" | "right" as side:
            return side
    return ""


def _levelled(blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield blocks whose headings begin at level 1 and go down one level at a time."""
    above: list[int] = []
    for block in blocks:
        if isinstance(block, Heading):
            while above and above[-1] >= block.level:
                above.pop()
            above.append(block.level)
            block = Heading(len(above), block.runs)
        yield block
