"""Walks what pylatexenc made of LaTeX source, and builds the text of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.merged import add_table
from ingest.load.tex_math import MathText, signs
from ingest.load.tex_nodes import arguments_of, bracketed, inside_of, is_white, raw, sign
from ingest.load.tex_numbers import TexNumbers, item_label
from ingest.load.tex_source import Source
from ingest.load.tex_tables import laid_out, rows_of
from ingest.load.tex_words import (
    CITES,
    DRAWN,
    FLOATS,
    LISTS,
    NUMBERED,
    RUN_IN,
    SECTIONS,
    SILENT,
    TABLES,
    THEOREMS,
    UNITS,
    theorem_word,
)  # fmt: skip
from ingest.load.unseen import left_out

_BREAK = "\u2028"
_QUOTES = (("``", "“"), ("''", "”"), ("---", "—"), ("--", "–"))
_ACCENTS = set("'`^\"~=.cvuHkrbdt")
_SECTION = re.compile(r"\\(part|chapter|section|subsection|subsubsection)(\*?)\s*[\[{]")
_COUNTED = re.compile(r"\\(?:caption|begin\s*\{(?:equation|align|gather|eqnarray|theorem|thm|lemma)\})")
_NAMES = {"TeX", "LaTeX", "LaTeXe", "BibTeX", "XeTeX", "XeLaTeX", "LuaLaTeX", "pdfLaTeX"}
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_PLACING = re.compile(r"[htbpH!]{1,5}")
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(slots=True)
class _List:
    kind: str
    options: str
    depth: int
    value: int = 0


class TexReader:
    """Builds a document's text; `labels` are what an earlier pass found that labels stand for."""

    def __init__(
        self,
        source: Source,
        numbers: TexNumbers,
        words: dict[str, str],
        labels: dict[str, tuple[str, str]],
        included: dict[str, str],
    ) -> None:
        """Start an empty text.

        Args:
            source: What was prepared.
            numbers: Those of the document, at their beginning.
            words: What LaTeX writes by itself, in its language.
            labels: By name: the word for the thing, and its number.
            included: The source of files in the same folder by the names that the document calls them.
        """
        self.built = TextBuilder()
        self.title = self.author = self.date = ""
        self.labels: dict[str, tuple[str, str]] = {}
        self._source = source
        self._numbers = numbers
        self._words = words
        self._known = labels
        self._elsewhere = included
        self._ended: dict[int, int] = {}
        self._math = MathText(lambda node: self._said([node]))
        self._buffer: list[str] = []
        self._notes: list[str] = []
        self._captured = 0
        self._lists: list[_List] = []
        self._item: str | None = None
        self._float = "figure"
        self._latest = ("section", "")
        self._base = 0 if numbers.is_book else 1
        self._bibliography = 0
        for name, (_, shared, within) in source.theorems.items():
            if shared:
                numbers.shared[name] = shared
            if within:
                numbers.within[name] = within

    def preamble(self, nodes: Sequence[Any]) -> None:
        """Take title, author, date and settings of numbers from what stands before the document."""
        self._captured += 1
        self._walk(nodes)
        self._captured -= 1
        self._buffer, self._notes = [], []

    def read(self, nodes: Sequence[Any]) -> None:
        """Read the document."""
        if self.title:
            self.built.heading(1, self.title)
            self.built.paragraph(self.author)
        self._walk(nodes)
        self._flush()

    # What stands in a paragraph

    def _walk(self, nodes: Sequence[Any]) -> None:
        skip = 0
        for at, node in enumerate(nodes):
            if skip:
                skip -= 1
                continue
            kind = type(node).__name__
            if kind == "LatexCharsNode":
                self._chars(node.chars)
            elif kind == "LatexGroupNode":
                self._group(node)
            elif kind == "LatexSpecialsNode":
                self._special(node.specials_chars)
            elif kind == "LatexMathNode":
                self._formula(node)
            elif kind == "LatexEnvironmentNode":
                self._environment(node)
            elif kind == "LatexMacroNode":
                skip = self._macro(node, nodes, at)

    def _chars(self, chars: str) -> None:
        first, *others = _PARAGRAPHS.split(chars)
        self._buffer.append(_typeset(first))
        for other in others:
            self._flush()
            self._buffer.append(_typeset(other))

    def _group(self, node: Any) -> None:
        first = next((one for one in node.nodelist if type(one).__name__ == "LatexMacroNode"), None)
        if first is not None and first.macroname == "color" and first is node.nodelist[0] and is_white(first):
            left_out(self._said(node.nodelist), "the colour of its background")
            return
        self._walk(node.nodelist)

    def _special(self, chars: str) -> None:
        if chars.count("\n") > 1:
            self._flush()
        else:
            self._buffer.append({"~": " ", "&": " ", "#": "#"}.get(chars) or _typeset(chars))

    def _formula(self, node: Any) -> None:
        said = self._math.text(node.nodelist)
        self._buffer.append(f"{_BREAK}{said}{_BREAK}" if node.displaytype == "display" else said)

    def _said(self, nodes: Sequence[Any] | None) -> str:
        """Return what nodes say, on one line; what is a block there is joined by spaces."""
        outer, self._buffer = self._buffer, []
        self._captured += 1
        self._walk(nodes or [])
        self._captured -= 1
        said, self._buffer = "".join(self._buffer), outer
        return self._source.restored(one_line(said.replace(_BREAK, " ")))

    def _flush(self) -> None:
        """End a paragraph."""
        if self._captured:
            self._buffer.append(" ")
            return
        text = "".join(self._buffer)
        self._buffer = []
        for piece, is_block in self._source.blocks(text):
            self._paragraph(piece, is_block=is_block)
        for note in self._notes:
            self.built.paragraph(f"[Note: {note}]")
        self._notes = []

    def _paragraph(self, text: str, *, is_block: bool) -> None:
        if is_block:
            self.built.paragraph(text.strip("\n"))
            return
        text = self._source.restored(text)
        lines = (" ".join(line.split()) for line in text.split(_BREAK))
        text = "\n".join(filter(None, lines))
        if not text:
            return
        if self._item is None:
            self.built.paragraph(text)
        else:
            self.built.item(text, self._item)
            self._item = None

    # Macros

    def _macro(self, node: Any, nodes: Sequence[Any], at: int) -> int:
        """Read a macro; return how many of the nodes behind it belong to it."""
        name = node.macroname
        arguments = arguments_of(node)
        if name in _NAMES:
            self._buffer.append(name)
            return 0
        handler = _MACROS.get(name)
        if handler is not None:
            handler(self, name, arguments)
        elif name in SECTIONS or name in ("addchap", "addsec", "minisec") or name in RUN_IN:
            self._section(name, arguments)
        elif name in CITES:
            keys = [one.strip() for one in raw(arguments[-1:]).split(",")]
            self._buffer.append(f"[{', '.join(self._known.get(f'cite {key}', ('', key))[1] for key in keys)}]")
        elif name in _ACCENTS or (not arguments and name in signs() and name not in SILENT):
            self._buffer.append(sign(node))
        elif name in ("\\", "newline", "tabularnewline"):
            self._buffer.append(_BREAK)
        elif name in SILENT or name in (" ", ",", ";", ":", "!", "@"):
            self._buffer.append(" " if name in (" ", ",", ";", ":", "quad", "qquad", "hspace", "hfill") else "")
        elif len(name) == 1 and not name.isalpha():
            self._buffer.append(name)
        elif arguments:
            for argument in arguments:
                self._walk([argument])
        else:
            return self._unknown(node, nodes, at)
        if not arguments and node.macro_post_space and (name in signs() or name in UNITS):
            self._buffer.append("" if name.isalpha() else " ")
        return 0

    def _unknown(self, node: Any, nodes: Sequence[Any], at: int) -> int:
        """Read a macro that is defined elsewhere: the groups behind it are its arguments, or its name is a word."""
        groups: list[Any] = []
        taken = 0
        for follower in nodes[at + 1 : at + 40]:
            kind = type(follower).__name__
            if kind == "LatexGroupNode":
                groups.append(follower)
            elif kind != "LatexCharsNode" or follower.chars.strip() or _PARAGRAPHS.search(follower.chars):
                break
            taken += 1
        if not groups:
            if _WORD.fullmatch(node.macroname) and any(part.strip() for part in self._buffer):
                self._buffer.append(node.macroname + (" " if node.macro_post_space else ""))
            return 0
        if len(groups) == 1 and node.macroname.endswith(("section", "chapter")):
            # A class's own kind of heading, as \\cvsection.
            title = self._said(groups[0].nodelist)
            self._flush()
            self.built.heading(1 + node.macroname.count("sub"), title)
            return taken
        for place, group in enumerate(groups):
            if place:
                self._buffer.append("; ")
            before = len(self._buffer)
            self._walk(group.nodelist)
            if place and not "".join(self._buffer[before:]).strip():
                del self._buffer[before - 1 :]
        if len(groups) > 1:
            self._flush()
        return taken

    def _section(self, name: str, arguments: list[Any]) -> None:
        title = self._said(arguments[-1:])
        self._flush()
        starred = any(getattr(one, "chars", "") == "*" for one in arguments)
        if name in RUN_IN:
            self._buffer.append(f"{title}{'' if title.endswith(('.', ':', '?')) else '.'} ")
            return
        kind = {"addchap": "chapter", "addsec": "section", "minisec": "subsubsection"}.get(name, name)
        level = SECTIONS[kind]
        if not title:
            return
        number = "" if starred or kind != name else self._numbers.section(kind, level)
        self._latest = (kind, number)
        shown = f"{self._words['part']} {number}" if kind == "part" and number else number
        self.built.heading(max(1, level - self._base + 1), f"{shown} {title}" if shown else title)

    def _label(self, _: str, arguments: list[Any]) -> None:
        self.labels[raw(arguments[-1:])] = self._latest

    def _reference(self, name: str, arguments: list[Any]) -> None:
        said = []
        for key in raw(arguments[-1:]).split(","):
            kind, number = self._known.get(key.strip(), ("", ""))
            shown = number or key.strip()
            if name in ("autoref", "cref", "Cref", "nameref") and number and kind:
                shown = f"{self._words.get(kind, kind)} {number}"
            said.append(f"({shown})" if name == "eqref" else shown)
        self._buffer.append(", ".join(said))

    def _set(self, name: str, arguments: list[Any]) -> None:
        if len(arguments) == 2:
            self._numbers.set(raw(arguments[:1]), raw(arguments[1:]), add=name == "addtocounter")

    def _about(self, name: str, arguments: list[Any]) -> None:
        if name == "author":
            self.author = self.author or self._said(arguments[-1:]).replace(" , ", ", ")
        elif name == "title":
            self.title = self.title or self._said(arguments[-1:])
        elif name == "date":
            self.date = self._said(arguments[-1:])

    def _note(self, _: str, arguments: list[Any]) -> None:
        if said := self._said(arguments[-1:]):
            self._notes.append(said)

    def _caption(self, name: str, arguments: list[Any]) -> None:
        kind = raw([one for one in arguments if one is not None][-2:-1]) if name == "captionof" else self._float
        starred = any(getattr(one, "chars", "") == "*" for one in arguments)
        text = self._said(arguments[-1:])
        if name == "subcaption" or not kind:
            number, word = "", ""
        else:
            number, word = ("" if starred else self._numbers.counted(kind)), self._words.get(kind, kind.capitalize())
        if number:
            self._latest = (kind, number)
        self._flush()
        self._buffer.append(f"{' '.join(filter(None, (word, number)))}: {text}" if word else text)
        self._flush()

    def _item_of(self, _: str, arguments: list[Any]) -> None:
        self._flush()
        if not self._lists:
            return
        within = self._lists[-1]
        label = self._said(inside_of(arguments[0])) if arguments else ""
        if within.kind == "number" and not arguments:
            within.value += 1
            label = item_label(within.options, within.depth, within.value)
            self._latest = ("item", label.strip("()."))
        if self._captured:
            self._buffer.append(f"{label} " if label else "- ")
        elif within.kind == "term" and label:
            self._item = ""
            self._buffer.append(f"{label}{'' if label.endswith(':') else ':'} ")
        elif within.kind != "plain":
            self._item = label if label and (within.kind == "number" or len(label) < 12) else ""
            if label and not self._item:
                self._buffer.append(f"{label} ")

    def _bibitem(self, _: str, arguments: list[Any]) -> None:
        self._flush()
        self._bibliography += 1
        optional = [one for one in arguments[:-1] if one is not None]
        label = self._said(inside_of(optional[0])) if optional else str(self._bibliography)
        self.labels[f"cite {raw(arguments[-1:])}"] = ("reference", label)
        self._item = f"[{label}]"

    def _link(self, name: str, arguments: list[Any]) -> None:
        if name == "href":
            self._buffer.append(self._said(arguments[-1:]))
        else:
            self._buffer.append(raw(arguments[-1:]).replace("\\", ""))

    def _coloured(self, name: str, arguments: list[Any]) -> None:
        if name != "textcolor":
            left_out(self._said(arguments), "hidden text")
        elif raw(arguments[-2:-1]).strip() == "white":
            left_out(self._said(arguments[-1:]), "the colour of its background")
        else:
            self._walk(arguments[-1:])

    def _last(self, _: str, arguments: list[Any]) -> None:
        self._walk(arguments[-1:])

    def _quoted(self, _: str, arguments: list[Any]) -> None:
        self._buffer.append(f"“{self._said(arguments[-1:])}”")

    def _quantity(self, name: str, arguments: list[Any]) -> None:
        wanted = [one for one in arguments if one is not None and not raw([one]).startswith("[")]
        value = raw(wanted[:1]) if name in ("SI", "qty", "num", "ang") else ""
        unit = raw(wanted[-1:]) if name in ("SI", "qty", "si", "unit") else "°" if name == "ang" else ""
        made = (
            re.sub(r"\\([A-Za-z]+)\s*", lambda match: UNITS.get(match[1], match[1]), unit)
            .replace("{", "")
            .replace("}", "")
        )
        gap = " " if value and made and made not in ("°", "%") else ""
        self._buffer.append(f"{value}{gap}{made.replace('.', '·') if value else made}")

    def _frame_title(self, name: str, arguments: list[Any]) -> None:
        title = self._said(arguments[-1:])
        self._flush()
        self.built.heading(2 if name == "frametitle" else 3, title)

    def _included(self, _: str, arguments: list[Any]) -> None:
        # Its text is a document of its own; here it counts.
        self._flush()
        text = self._elsewhere.get(raw(arguments[-1:]).strip())
        if text is None:
            self._numbers.counts = False
            return
        for match in _SECTION.finditer(text):
            if not match[2]:
                self._numbers.section(match[1], SECTIONS[match[1]])
        if _COUNTED.search(text):
            self._numbers.lost = True

    # Environments

    def _environment(self, node: Any) -> None:
        name = node.environmentname
        bare = name.removesuffix("*")
        if bare in NUMBERED or name in ("displaymath", "math"):
            self._equation(node, bare if bare == name and bare in NUMBERED else "")
            return
        if name in DRAWN:
            return
        if name in TABLES:
            self._table(node)
            return
        self._flush()
        if name in LISTS or name == "thebibliography":
            self._list(node)
        elif bare in self._source.theorems or bare in THEOREMS or name == "proof":
            self._theorem(node, name)
        else:
            self._block(node, name)
        self._flush()

    def _block(self, node: Any, name: str) -> None:
        outer, nodes = self._float, node.nodelist
        if FLOATS.get(name) or name.startswith("algorithm"):
            self._float = FLOATS.get(name, "algorithm")
        if name == "abstract":
            self.built.heading(1, self._words["abstract"])
        elif name in ("frame", "block", "alertblock", "exampleblock"):
            nodes = self._titled(node, name)
        elif name in ("appendices", "appendix"):
            self._numbers.begin_appendix()
        if (found := bracketed(nodes)) and _PLACING.fullmatch(found[0][0].chars):
            nodes = found[1]
        self._walk(nodes)
        self._flush()
        self._float = outer

    def _titled(self, node: Any, name: str) -> Sequence[Any]:
        """Add the title of a slide or of a block on one; return what is left to read."""
        arguments = arguments_of(node)
        nodes: Sequence[Any] = node.nodelist
        first = nodes[0] if nodes and name == "frame" else arguments[0] if arguments else None
        if first is None or type(first).__name__ != "LatexGroupNode" or first.delimiters[0] != "{":
            return nodes
        self.built.heading(2 if name == "frame" else 3, self._said(first.nodelist))
        return nodes[1:] if name == "frame" else nodes

    def _list(self, node: Any) -> None:
        name = node.environmentname
        options = raw(arguments_of(node)[:1]).removeprefix("[").removesuffix("]")
        kind = LISTS.get(name, "plain")
        if name == "thebibliography":
            self.built.heading(1, self._words["references"])
        start = re.search(r"start\s*=\s*(\d{1,6})", options)
        depth = sum(one.kind == "number" for one in self._lists)
        value = int(start[1]) - 1 if start else self._ended.get(depth, 0) if "resume" in options else 0
        self._lists.append(_List(kind, options, depth, value))
        self._walk(node.nodelist)
        self._flush()
        self._item = None
        ended = self._lists.pop()
        self._ended[depth] = ended.value

    def _theorem(self, node: Any, name: str) -> None:
        bare = name.removesuffix("*")
        arguments = arguments_of(node)
        nodes = node.nodelist
        said = self._said(inside_of(arguments[0])) if arguments else ""
        if not arguments and (found := bracketed(nodes)):
            said, nodes = self._said(found[0]), found[1]
        if name == "proof":
            self._buffer.append(f"{said or self._words['proof']}. ")
        else:
            word = self._source.theorems[bare][0] if bare in self._source.theorems else theorem_word(bare)
            number = "" if name not in self._source.theorems else self._numbers.counted(name)
            self._latest = (word, number)
            label = " ".join(filter(None, (word, number, f"({said})" if said else "")))
            self._buffer.append(f"{label}. ")
        self._walk(nodes)

    def _equation(self, node: Any, numbered: str) -> None:
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
            text = self._math.text(shown)
            number = raw(arguments_of(macros["tag"])[-1:]) if "tag" in macros else ""
            is_counted = numbered and (each or place == 0) and not {"nonumber", "notag", "tag"} & macros.keys()
            if is_counted and text:
                number = self._numbers.counted("equation")
            if number:
                self._latest = ("equation", number)
            for one in row:
                if getattr(one, "macroname", "") == "label":
                    self._label("label", arguments_of(one))
            if text:
                lines.append(f"{text} ({number})" if number else text)
        self._buffer.append(f"{_BREAK}{_BREAK.join(lines)}{_BREAK}")

    def _table(self, node: Any) -> None:
        outer, inner = self._float, FLOATS.get(node.environmentname)
        self._float = inner or outer
        rows = list(rows_of(node.nodelist, lambda macro: self._caption("caption", arguments_of(macro))))
        placed = laid_out(rows, self._said)
        self._float = outer
        if self._captured:
            self._buffer.append("; ".join(filter(None, (cell.text for row in placed for cell in row))))
            return
        self._flush()
        if any(len(row) > 1 for row in placed):
            add_table(self.built, placed)
        else:
            for row in placed:
                self.built.paragraph(" ".join(cell.text for cell in row))
        self._flush()


def _typeset(text: str) -> str:
    for written, shown in _QUOTES:
        text = text.replace(written, shown)
    return text


_Handler = Callable[[TexReader, str, list[Any]], None]
_MACROS: dict[str, _Handler] = {
    "label": TexReader._label,
    **dict.fromkeys(("ref", "eqref", "autoref", "cref", "Cref", "nameref", "vref", "subref"), TexReader._reference),
    **dict.fromkeys(("setcounter", "addtocounter"), TexReader._set),
    **dict.fromkeys(("title", "author", "date"), TexReader._about),
    **dict.fromkeys(("footnote", "footnotetext", "endnote", "thanks", "todo", "marginpar"), TexReader._note),
    **dict.fromkeys(("caption", "captionof", "subcaption"), TexReader._caption),
    "item": TexReader._item_of,
    "bibitem": TexReader._bibitem,
    **dict.fromkeys(("href", "url", "nolinkurl", "path"), TexReader._link),
    **dict.fromkeys(("textcolor", "phantom", "hphantom"), TexReader._coloured),
    **dict.fromkeys(
        ("multicolumn", "multirow", "parbox", "resizebox", "scalebox", "rotatebox", "framebox", "makebox", "makecell",
         "shortstack", "thead", "foreignlanguage", "gls", "Gls", "glspl", "ac", "acs", "acf", "acp", "ce", "subtitle"),
        TexReader._last,
    ),
    "texorpdfstring": lambda reader, _, arguments: reader._walk(arguments[:1]),
    **dict.fromkeys(("and", "And", "AND"), lambda reader, *_: reader._buffer.append(", ")),
    "enquote": TexReader._quoted,
    **dict.fromkeys(("SI", "si", "qty", "num", "unit", "ang"), TexReader._quantity),
    **dict.fromkeys(("frametitle", "framesubtitle"), TexReader._frame_title),
    "appendix": lambda reader, *_: reader._numbers.begin_appendix(),
    **dict.fromkeys(("input", "include", "subfile", "import"), TexReader._included),
    "par": lambda reader, *_: reader._flush(),
}  # fmt: skip
