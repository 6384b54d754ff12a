"""LaTeX source parsed by pylatexenc, and small questions to its nodes."""

import functools
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.load.tex.words import CITES, FLOATS, KNOWN, LISTS, NUMBERED, SILENT, TABLES, THEOREMS
from qa.lazy_regex import lazy_regex

# Rules of tables, lengths that are set, and what only moves letters.
_NOISE = lazy_regex(
    r"\\c(?:mid|dash)rule\s{0,9}(?:\([^)\n]{0,20}\))?\s{0,9}(?:\[[^\]\n]{0,40}\])?\s{0,9}\{[^}\n]{0,20}\}"
    r"|\\protect\b|\\/|\\-"
    r"|\\(?:[vh]skip|[mh]?kern|mskip|mspace)\s{0,9}\{?\s{0,9}-?[\d.]{1,9}\s{0,9}\\?[A-Za-z]{1,20}\}?"
    r"|\\[A-Za-z]{1,40}\s{0,9}=\s{0,9}-?[\d.]{1,9}\s{0,9}(?:pt|cm|mm|em|ex|in|\\[A-Za-z]{1,40})\b"
)


@functools.cache
def known_macros() -> frozenset[str]:
    """Return the names that a document's own definitions do not replace here."""
    return frozenset({*SILENT, *KNOWN, *CITES, "begin", "end", "section", "item"}) - {"text", "path", "unit", "ac"}


@functools.cache
def _context() -> Any:
    from pylatexenc.latexwalker import get_default_latex_context_db
    from pylatexenc.macrospec import EnvironmentSpec, MacroSpec

    context = get_default_latex_context_db()
    macros = {**SILENT, **KNOWN, **dict.fromkeys(CITES, "*[[{")}
    environments = {
        **TABLES, **dict.fromkeys(LISTS, "["), **dict.fromkeys(FLOATS, "["), "wrapfigure": "[{[{", "wraptable": "[{[{",
        "minipage": "[[[{", "frame": "[", "thebibliography": "{", "list": "{{", "multicols": "{[", "abstract": "",
        "proof": "[", "labeling": "[{", "adjustbox": "{", "longtable": "[{", "longtable*": "[{", "subfigure": "[{",
        "block": "{", "alertblock": "{", "exampleblock": "{", "columns": "[", "column": "[{", "overlayarea": "{{",
        "spacing": "{", "tabbing": "", "alignat": "{", "alignat*": "{",
    }  # fmt: skip
    math = {*NUMBERED, *(f"{name}*" for name in NUMBERED), "displaymath", "math", "gathered", "aligned", "split"}
    context.add_context_category(
        "footnote",
        macros=[MacroSpec(name, arguments) for name, arguments in macros.items()],
        environments=[
            *(EnvironmentSpec(name, arguments, is_math_mode=name in math) for name, arguments in environments.items()),
            *(EnvironmentSpec(name, "", is_math_mode=True) for name in math if name not in environments),
            *(EnvironmentSpec(name, "[") for name in THEOREMS),
        ],
        prepend=True,
    )
    return context


def parse(text: str) -> Sequence[Any]:
    """Return the nodes of LaTeX source.

    Raises:
        RecursionError: It is nested too deep.
    """
    from pylatexenc.latexwalker import LatexWalker

    walker = LatexWalker(_NOISE.sub("", text), latex_context=_context(), tolerant_parsing=True)
    nodes: Sequence[Any] = walker.get_latex_nodes()[0]
    return nodes


def macros_in(nodes: Sequence[Any]) -> Iterator[Any]:
    """Yield macros, also inside groups and arguments."""
    for node in nodes:
        kind = type(node).__name__
        if kind == "LatexMacroNode":
            yield node
            yield from macros_in([one for one in arguments_of(node) if one is not None])
        elif kind == "LatexGroupNode":
            yield from macros_in(node.nodelist)


def arguments_of(node: Any) -> list[Any]:
    """Return the arguments of a macro or an environment that are there."""
    found = node.nodeargd.argnlist if node.nodeargd is not None else None
    return [one for one in found or [] if one is not None]


def inside_of(node: Any) -> Sequence[Any]:
    """Return what a group holds, or the node itself."""
    nodes: Sequence[Any] = node.nodelist if type(node).__name__ == "LatexGroupNode" else [node]
    return nodes


def bracketed(nodes: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]] | None:
    """Divide nodes that begin with something in square brackets, within their first characters."""
    first = nodes[0] if nodes else None
    if first is None or type(first).__name__ != "LatexCharsNode" or not first.chars.startswith("["):
        return None
    text, bracket, rest = first.chars[1:].partition("]")
    if not bracket:
        return None
    from pylatexenc.latexwalker import LatexCharsNode

    return [LatexCharsNode(chars=text)], [LatexCharsNode(chars=rest), *nodes[1:]]


def is_white(macro: Any) -> bool:
    """Tell whether a macro asks for white ink."""
    return any("white" in one.latex_verbatim() for one in arguments_of(macro))


def raw(nodes: Sequence[Any]) -> str:
    """Return source as it is written, without its braces."""
    return "".join(node.latex_verbatim() for node in nodes).strip().removeprefix("{").removesuffix("}")


def sign(node: Any) -> str:
    """Return the letter or sign that a macro stands for."""
    return str(_writer().nodelist_to_text([node]))


@functools.cache
def _writer() -> Any:
    # Making one takes half a millisecond, and a text of signs asks for one each.
    from pylatexenc.latex2text import LatexNodes2Text

    return LatexNodes2Text(strict_latex_spaces=True, keep_comments=False)
