"""What the macros of LaTeX say: headings, labels and references, captions, notes, links, quantities."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from ingest.load.tex.math import signs
from ingest.load.tex.nodes import arguments_of, inside_of, raw, sign
from ingest.load.tex.numbers import item_label
from ingest.load.tex.paragraphs import BREAK, PARAGRAPHS, TexParagraphs
from ingest.load.tex.words import CITES, RUN_IN, SECTIONS, SILENT, UNITS
from ingest.load.unseen import STRUCK, left_out
from qa.lazy_regex import lazy_regex

_ACCENTS = set("'`^\"~=.cvuHkrbdt")
_SECTION = lazy_regex(r"\\(part|chapter|section|subsection|subsubsection)(\*?)\s*[\[{]")
_COUNTED = lazy_regex(r"\\(?:caption|begin\s*\{(?:equation|align|gather|eqnarray|theorem|thm|lemma)\})")
_NAMES = {"TeX", "LaTeX", "LaTeXe", "BibTeX", "XeTeX", "XeLaTeX", "LuaLaTeX", "pdfLaTeX"}
_WORD = lazy_regex(r"[A-Za-z]{2,}")


def macro(reader: TexParagraphs, node: Any, nodes: Sequence[Any], at: int) -> int:
    """Read a macro; return how many of the nodes behind it belong to it."""
    name = node.macroname
    arguments = arguments_of(node)
    if name in _NAMES:
        reader.buffer.append(name)
        return 0
    handler = _MACROS.get(name)
    if handler is not None:
        handler(reader, name, arguments)
    elif name in SECTIONS or name in ("addchap", "addsec", "minisec") or name in RUN_IN:
        _section(reader, name, arguments)
    elif name in CITES:
        keys = [one.strip() for one in raw(arguments[-1:]).split(",")]
        reader.buffer.append(f"[{', '.join(reader.known.get(f'cite {key}', ('', key))[1] for key in keys)}]")
    elif name in _ACCENTS or (not arguments and name in signs() and name not in SILENT):
        reader.buffer.append(sign(node))
    elif name in ("\\", "newline", "tabularnewline"):
        reader.buffer.append(BREAK)
    elif name in SILENT or name in (" ", ",", ";", ":", "!", "@"):
        reader.buffer.append(" " if name in (" ", ",", ";", ":", "quad", "qquad", "hspace", "hfill") else "")
    elif len(name) == 1 and not name.isalpha():
        reader.buffer.append(name)
    elif arguments:
        for argument in arguments:
            reader.walk([argument])
    else:
        return _unknown(reader, node, nodes, at)
    if not arguments and node.macro_post_space and (name in signs() or name in UNITS):
        reader.buffer.append("" if name.isalpha() else " ")
    return 0


def _unknown(reader: TexParagraphs, node: Any, nodes: Sequence[Any], at: int) -> int:
    """Read a macro that is defined elsewhere: the groups behind it are its arguments, or its name is a word."""
    groups: list[Any] = []
    taken = 0
    for follower in nodes[at + 1 : at + 40]:
        kind = type(follower).__name__
        if kind == "LatexGroupNode":
            groups.append(follower)
        elif kind != "LatexCharsNode" or follower.chars.strip() or PARAGRAPHS.search(follower.chars):
            break
        taken += 1
    if not groups:
        if _WORD.fullmatch(node.macroname) and any(part.strip() for part in reader.buffer):
            reader.buffer.append(node.macroname + (" " if node.macro_post_space else ""))
        return 0
    if len(groups) == 1 and node.macroname.endswith(("section", "chapter")):
        # A class's own kind of heading, as \\cvsection.
        title = reader.said(groups[0].nodelist)
        reader.flush()
        reader.built.heading(1 + node.macroname.count("sub"), title)
        return taken
    for place, group in enumerate(groups):
        if place:
            reader.buffer.append("; ")
        before = len(reader.buffer)
        reader.walk(group.nodelist)
        if place and not "".join(reader.buffer[before:]).strip():
            del reader.buffer[before - 1 :]
    if len(groups) > 1:
        reader.flush()
    return taken


def _section(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    title = reader.said(arguments[-1:])
    reader.flush()
    starred = any(getattr(one, "chars", "") == "*" for one in arguments)
    if name in RUN_IN:
        reader.buffer.append(f"{title}{'' if title.endswith(('.', ':', '?')) else '.'} ")
        return
    kind = {"addchap": "chapter", "addsec": "section", "minisec": "subsubsection"}.get(name, name)
    level = SECTIONS[kind]
    if not title:
        return
    number = "" if starred or kind != name else reader.numbers.section(kind, level)
    reader.latest = (kind, number)
    shown = f"{reader.words['part']} {number}" if kind == "part" and number else number
    reader.built.heading(max(1, level - reader.base + 1), f"{shown} {title}" if shown else title)


def label(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    """Remember what a label stands for."""
    reader.labels[raw(arguments[-1:])] = reader.latest


def _reference(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    said = []
    for key in raw(arguments[-1:]).split(","):
        kind, number = reader.known.get(key.strip(), ("", ""))
        shown = number or key.strip()
        if name in ("autoref", "cref", "Cref", "nameref") and number and kind:
            shown = f"{reader.words.get(kind, kind)} {number}"
        said.append(f"({shown})" if name == "eqref" else shown)
    reader.buffer.append(", ".join(said))


def _set(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    if len(arguments) == 2:
        reader.numbers.set(raw(arguments[:1]), raw(arguments[1:]), add=name == "addtocounter")


def _about(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    if name == "author":
        reader.author = reader.author or reader.said(arguments[-1:]).replace(" , ", ", ")
    elif name == "title":
        reader.title = reader.title or reader.said(arguments[-1:])
    elif name == "date":
        reader.date = reader.said(arguments[-1:])


def _note(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    if said := reader.said(arguments[-1:]):
        reader.notes.append(said)


def caption(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    """Add the caption of a figure or table with its number."""
    kind = raw([one for one in arguments if one is not None][-2:-1]) if name == "captionof" else reader.floating
    starred = any(getattr(one, "chars", "") == "*" for one in arguments)
    text = reader.said(arguments[-1:])
    if name == "subcaption" or not kind:
        number, word = "", ""
    else:
        number, word = ("" if starred else reader.numbers.counted(kind)), reader.words.get(kind, kind.capitalize())
    if number:
        reader.latest = (kind, number)
    reader.flush()
    reader.buffer.append(f"{' '.join(filter(None, (word, number)))}: {text}" if word else text)
    reader.flush()


def _item_of(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    reader.flush()
    if not reader.lists:
        return
    within = reader.lists[-1]
    label = reader.said(inside_of(arguments[0])) if arguments else ""
    if within.kind == "number" and not arguments:
        within.value += 1
        label = item_label(within.options, within.depth, within.value)
        reader.latest = ("item", label.strip("()."))
    if reader.captured:
        reader.buffer.append(f"{label} " if label else "- ")
    elif within.kind == "term" and label:
        reader.item = ""
        reader.buffer.append(f"{label}{'' if label.endswith(':') else ':'} ")
    elif within.kind != "plain":
        reader.item = label if label and (within.kind == "number" or len(label) < 12) else ""
        if label and not reader.item:
            reader.buffer.append(f"{label} ")


def _bibitem(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    reader.flush()
    reader.bibliography += 1
    optional = [one for one in arguments[:-1] if one is not None]
    label = reader.said(inside_of(optional[0])) if optional else str(reader.bibliography)
    reader.labels[f"cite {raw(arguments[-1:])}"] = ("reference", label)
    reader.item = f"[{label}]"


def _link(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    if name == "href":
        reader.buffer.append(reader.said(arguments[-1:]))
    else:
        reader.buffer.append(raw(arguments[-1:]).replace("\\", ""))


def _coloured(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    if name != "textcolor":
        left_out(reader.said(arguments), "hidden text")
    elif raw(arguments[-2:-1]).strip() == "white":
        left_out(reader.said(arguments[-1:]), "the colour of its background")
    else:
        reader.walk(arguments[-1:])


def _struck(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    left_out(reader.said(arguments[-1:]), STRUCK)


def _last(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    reader.walk(arguments[-1:])


def _quoted(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    reader.buffer.append(f"“{reader.said(arguments[-1:])}”")


def _quantity(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    wanted = [one for one in arguments if one is not None and not raw([one]).startswith("[")]
    value = raw(wanted[:1]) if name in ("SI", "qty", "num", "ang") else ""
    unit = raw(wanted[-1:]) if name in ("SI", "qty", "si", "unit") else "°" if name == "ang" else ""
    made = (
        re.sub(r"\\([A-Za-z]+)\s*", lambda match: UNITS.get(match[1], match[1]), unit).replace("{", "").replace("}", "")
    )
    gap = " " if value and made and made not in ("°", "%") else ""
    reader.buffer.append(f"{value}{gap}{made.replace('.', '·') if value else made}")


def _frame_title(reader: TexParagraphs, name: str, arguments: list[Any]) -> None:
    title = reader.said(arguments[-1:])
    reader.flush()
    reader.built.heading(2 if name == "frametitle" else 3, title)


def _included(reader: TexParagraphs, _: str, arguments: list[Any]) -> None:
    # Its text is a document of its own; here it counts.
    reader.flush()
    text = reader.elsewhere.get(raw(arguments[-1:]).strip())
    if text is None:
        reader.numbers.counts = False
        return
    for match in _SECTION.finditer(text):
        if not match[2]:
            reader.numbers.section(match[1], SECTIONS[match[1]])
    if _COUNTED.search(text):
        reader.numbers.lost = True


_Handler = Callable[[TexParagraphs, str, list[Any]], None]
_MACROS: dict[str, _Handler] = {
    "label": label,
    **dict.fromkeys(("ref", "eqref", "autoref", "cref", "Cref", "nameref", "vref", "subref"), _reference),
    **dict.fromkeys(("setcounter", "addtocounter"), _set),
    **dict.fromkeys(("title", "author", "date"), _about),
    **dict.fromkeys(("footnote", "footnotetext", "endnote", "thanks", "todo", "marginpar"), _note),
    **dict.fromkeys(("caption", "captionof", "subcaption"), caption),
    "item": _item_of,
    "bibitem": _bibitem,
    **dict.fromkeys(("href", "url", "nolinkurl", "path"), _link),
    **dict.fromkeys(("textcolor", "phantom", "hphantom"), _coloured),
    **dict.fromkeys(
        ("multicolumn", "multirow", "parbox", "resizebox", "scalebox", "rotatebox", "framebox", "makebox", "makecell",
         "shortstack", "thead", "foreignlanguage", "gls", "Gls", "glspl", "ac", "acs", "acf", "acp", "ce", "subtitle"),
        _last,
    ),
    "texorpdfstring": lambda reader, _, arguments: reader.walk(arguments[:1]),
    **dict.fromkeys(("and", "And", "AND"), lambda reader, *_: reader.buffer.append(", ")),
    "enquote": _quoted,
    **dict.fromkeys(("sout", "xout", "st", "deleted"), _struck),
    **dict.fromkeys(("SI", "si", "qty", "num", "unit", "ang"), _quantity),
    **dict.fromkeys(("frametitle", "framesubtitle"), _frame_title),
    "appendix": lambda reader, *_: reader.numbers.begin_appendix(),
    **dict.fromkeys(("input", "include", "subfile", "import"), _included),
    "par": lambda reader, *_: reader.flush(),
}  # fmt: skip
