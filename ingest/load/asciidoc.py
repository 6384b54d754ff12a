"""AsciiDoc files (.adoc). Blocks stay as they are written; titles are headings, and tables rows of `Header: value`."""

import re
from collections.abc import Iterator

from ingest.load import text
from ingest.load.about import about
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.unseen import STRUCK, is_done, left_out, task_around
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex
from qa.types import Document

_TITLE = lazy_regex(r"(={1,6})[ \t]+(\S.*?)(?:[ \t]+=+)?$")
_ATTRIBUTE = lazy_regex(r":(!?[\w-]+!?):(?:[ \t]+(.*))?$")
_FENCE = lazy_regex(r"(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```.*)$")
_VERBATIM = ("-", ".", "+", "`")
_TABLE = lazy_regex(r"[|,:!]={3,}[ \t]*$")
_CELL = lazy_regex(r"(?:(?:\d+(?:\.\d+)?|\.\d+)[+*])?[<^>.]{0,3}[aehlmsvd]?\|")
_MACRO = lazy_regex(
    r"^(?:include|toc|image|ifdef|ifndef|endif|ifeval)::|^\[\[[^\]]*\]\]$|^\[[^\]]*\]$|^//(?!/)|^<<<$|^'''$"
)
_REFERENCE = lazy_regex(r"\{([\w-]{1,60})\}")
_CHARACTERS = {"nbsp": " ", "zwsp": "", "shy": "", "amp": "&", "lt": "<", "gt": ">", "empty": "", "sp": " "}
# Between pluses within backticks all is as it is written.
_STRUCK = lazy_regex(
    r"(?P<code>`\+[^\n]{1,1000}?\+`)|\[\.(?:line-through|strike)\](?P<sign>#{1,2})(?=\S)(?P<said>[^#\n]{1,1000})(?P=sign)"
)
_COLUMNS = lazy_regex(r"cols\s*=\s*\"?([^\"\]]*)")
_MAX_COLUMNS = 500


def load(file: File, media_type: str) -> Document:
    """Load an AsciiDoc file; comments, attributes and included files are left out."""
    lines = text.read(file).split("\n")
    attributes = dict(_attributes(lines))
    built = TextBuilder()
    _build(built, lines, attributes)
    title = next((heading.title for heading in built.headings if heading.level == 1), "")
    return built.document(file, media_type, title, metadata=about(attributes.get("author"), attributes.get("revdate")))


def _attributes(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if (match := _ATTRIBUTE.match(line)) and match[2]:
            yield match[1], match[2].strip()


def _build(built: TextBuilder, lines: list[str], attributes: dict[str, str]) -> None:
    block: list[str] = []
    fence = options = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        bare = line.rstrip()
        if fence:
            if bare == fence:
                built.paragraph("" if fence.startswith("/") else "\n".join(block))
                block, fence = [], ""
            else:
                block.append(line)
        elif _TABLE.match(bare):
            _flush(built, block, attributes)
            end = next((n for n in range(at, len(lines)) if lines[n].rstrip() == bare), len(lines))
            built.table(_rows([_said(one, attributes) for one in lines[at:end]], bare[0], options))
            at, options = end + 1, ""
        elif _FENCE.match(bare):
            _flush(built, block, attributes)
            if bare.startswith((*_VERBATIM, "////")) and bare != "--" and bare in (one.rstrip() for one in lines[at:]):
                fence = "```" if bare.startswith("```") else bare
        elif match := _TITLE.match(bare):
            _flush(built, block, attributes)
            built.heading(len(match[1]), _said(match[2], attributes))
        elif _MACRO.match(bare) or _ATTRIBUTE.match(bare):
            options = bare if bare.startswith("[") else options
        elif not bare or bare == "+":
            _flush(built, block, attributes)
        else:
            block.append(line[1:] if re.match(r"\.[^\s.]", line) else line)
    _flush(built, block, attributes)


def _flush(built: TextBuilder, block: list[str], attributes: dict[str, str]) -> None:
    """Add a paragraph and begin the next one."""
    built.paragraph(_said("\n".join(block), attributes))
    block.clear()


def _said(line: str, attributes: dict[str, str]) -> str:
    """Put in the values of attributes, once: a value that names itself stays as it is."""
    return _STRUCK.sub(
        _unless_kept, _REFERENCE.sub(lambda m: attributes.get(m[1], _CHARACTERS.get(m[1], m[0])), line)
    ).replace("&shy;", "")


def _unless_kept(match: re.Match[str]) -> str:
    if match["code"]:
        return match[0]
    task = task_around(match)
    struck = " ".join(one["said"] or "" for one in _STRUCK.finditer(task))
    if task and is_done(_STRUCK.sub(lambda one: one["said"] or "", task), struck):
        return match["said"]
    left_out(match["said"], STRUCK)
    return ""


def _rows(lines: list[str], kind: str, options: str) -> list[list[str]]:
    if kind in ",:":
        return [line.split(kind) for line in lines if line.strip()]
    rows = [_cells(line.replace("!", "|") if kind == "!" else line) for line in lines]
    width = _width(options) or next((len(cells) for cells in rows if len(cells) > 1 or cells), 1)
    cells: list[str] = []
    for line, found in zip(lines, rows, strict=True):
        if found and not line.lstrip().startswith("|") and cells and _CELL.match(line.lstrip()) is None:
            cells[-1] += f" {found.pop(0)}"
        cells += found
    return [cells[at : at + width] for at in range(0, len(cells), width)]


def _cells(line: str) -> list[str]:
    """Return the cells that begin on a line; what stands before the first bar belongs to the cell above."""
    if not line.strip():
        return []
    parts = re.split(r"(?<!\\)(?:(?<=\s)|^)(?:[\d.]*[+*])?[<^>.]{0,3}[aehlmsvd]?\||(?<!\\)\|", line)
    first, *rest = [one_line(part).replace("\\|", "|") for part in parts]
    return [first, *rest] if first else rest


def _width(options: str) -> int:
    match = _COLUMNS.search(options)
    if not match:
        return 0
    many = re.match(r"\s*(\d{1,3})\*", match[1])
    return min(
        whole(many[1]) if many else len([one for one in re.split(r"[,;]", match[1]) if one.strip()]), _MAX_COLUMNS
    )
