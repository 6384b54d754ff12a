"""What the environments of LaTeX say: formulas with their numbers, tables, lists, theorems, floats, slides."""

import re
from collections.abc import Sequence
from typing import Any

from ingest.load.merged import add_table
from ingest.load.tex import macros as tex_macros
from ingest.load.tex.nodes import arguments_of, bracketed, inside_of, raw
from ingest.load.tex.paragraphs import BREAK, OpenList, TexParagraphs
from ingest.load.tex.tables import laid_out, rows_of
from ingest.load.tex.words import DRAWN, FLOATS, LISTS, NUMBERED, TABLES, THEOREMS, theorem_word
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

_PLACING = lazy_regex(r"[htbpH!]{1,5}")


def environment(reader: TexParagraphs, node: Any) -> None:
    """Read an environment: formulas, tables, lists, theorems, floats and slides."""
    name = node.environmentname
    bare = name.removesuffix("*")
    if bare in NUMBERED or name in ("displaymath", "math"):
        _equation(reader, node, bare if bare == name and bare in NUMBERED else "")
        return
    if name in DRAWN:
        return
    if name in TABLES:
        _table(reader, node)
        return
    reader.flush()
    if name in LISTS or name == "thebibliography":
        _list(reader, node)
    elif bare in reader.source.theorems or bare in THEOREMS or name == "proof":
        _theorem(reader, node, name)
    else:
        _block(reader, node, name)
    reader.flush()


def _block(reader: TexParagraphs, node: Any, name: str) -> None:
    outer, nodes = reader.floating, node.nodelist
    if FLOATS.get(name) or name.startswith("algorithm"):
        reader.floating = FLOATS.get(name, "algorithm")
    if name == "abstract":
        reader.built.heading(1, reader.words["abstract"])
    elif name in ("frame", "block", "alertblock", "exampleblock"):
        nodes = _titled(reader, node, name)
    elif name in ("appendices", "appendix"):
        reader.numbers.begin_appendix()
    if (found := bracketed(nodes)) and _PLACING.fullmatch(found[0][0].chars):
        nodes = found[1]
    reader.walk(nodes)
    reader.flush()
    reader.floating = outer


def _titled(reader: TexParagraphs, node: Any, name: str) -> Sequence[Any]:
    """Add the title of a slide or of a block on one; return what is left to read."""
    arguments = arguments_of(node)
    nodes: Sequence[Any] = node.nodelist
    first = nodes[0] if nodes and name == "frame" else arguments[0] if arguments else None
    if first is None or type(first).__name__ != "LatexGroupNode" or first.delimiters[0] != "{":
        return nodes
    reader.built.heading(2 if name == "frame" else 3, reader.said(first.nodelist))
    return nodes[1:] if name == "frame" else nodes


def _list(reader: TexParagraphs, node: Any) -> None:
    name = node.environmentname
    options = raw(arguments_of(node)[:1]).removeprefix("[").removesuffix("]")
    kind = LISTS.get(name, "plain")
    if name == "thebibliography":
        reader.built.heading(1, reader.words["references"])
    start = re.search(r"start\s*=\s*(\d{1,6})", options)
    depth = sum(one.kind == "number" for one in reader.lists)
    value = whole(start[1]) - 1 if start else reader.ended.get(depth, 0) if "resume" in options else 0
    reader.lists.append(OpenList(kind, options, depth, value))
    reader.walk(node.nodelist)
    reader.flush()
    reader.item = None
    ended = reader.lists.pop()
    reader.ended[depth] = ended.value


def _theorem(reader: TexParagraphs, node: Any, name: str) -> None:
    bare = name.removesuffix("*")
    arguments = arguments_of(node)
    nodes = node.nodelist
    said = reader.said(inside_of(arguments[0])) if arguments else ""
    if not arguments and (found := bracketed(nodes)):
        said, nodes = reader.said(found[0]), found[1]
    if name == "proof":
        reader.buffer.append(f"{said or reader.words['proof']}. ")
    else:
        word = reader.source.theorems[bare][0] if bare in reader.source.theorems else theorem_word(bare)
        number = "" if name not in reader.source.theorems else reader.numbers.counted(name)
        reader.latest = (word, number)
        label = " ".join(filter(None, (word, number, f"({said})" if said else "")))
        reader.buffer.append(f"{label}. ")
    reader.walk(nodes)


def _equation(reader: TexParagraphs, node: Any, numbered: str) -> None:
    rows: list[list[Any]] = [[]]
    for one in node.nodelist:
        if type(one).__name__ == "LatexMacroNode" and one.macroname in ("\\", "cr"):
            rows.append([])
        else:
            rows[-1].append(one)
    each = NUMBERED.get(numbered, False)
    lines = []
    for place, row in enumerate(rows):
        macros = {one.macroname: one for one in row if type(one).__name__ == "LatexMacroNode"}
        shown = [one for one in row if getattr(one, "macroname", "") not in ("label", "tag", "nonumber", "notag")]
        text = reader.math.text(shown)
        number = raw(arguments_of(macros["tag"])[-1:]) if "tag" in macros else ""
        is_counted = numbered and (each or place == 0) and not {"nonumber", "notag", "tag"} & macros.keys()
        if is_counted and text:
            number = reader.numbers.counted("equation")
        if number:
            reader.latest = ("equation", number)
        for one in row:
            if getattr(one, "macroname", "") == "label":
                tex_macros.label(reader, "label", arguments_of(one))
        if text:
            lines.append(f"{text} ({number})" if number else text)
    reader.buffer.append(f"{BREAK}{BREAK.join(lines)}{BREAK}")


def _table(reader: TexParagraphs, node: Any) -> None:
    outer, inner = reader.floating, FLOATS.get(node.environmentname)
    reader.floating = inner or outer
    rows = list(rows_of(node.nodelist, lambda macro: tex_macros.caption(reader, "caption", arguments_of(macro))))
    placed = laid_out(rows, reader.said)
    reader.floating = outer
    if reader.captured:
        reader.buffer.append("; ".join(filter(None, (cell.text for row in placed for cell in row))))
        return
    reader.flush()
    if any(len(row) > 1 for row in placed):
        add_table(reader.built, placed)
    else:
        for row in placed:
            reader.built.paragraph(" ".join(cell.text for cell in row))
    reader.flush()
