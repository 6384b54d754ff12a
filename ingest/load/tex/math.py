"""Formulas of LaTeX as text that is read aloud more easily: Unicode signs, `a/b`, `x^(n+1)`."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

_BIG = {"frac", "dfrac", "tfrac", "cfrac"}
_SILENT = {
    "left", "right", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "big", "Big", "bigg", "Bigg",
    "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber", "notag", "middle", "!",
    "mathstrut", "strut", "allowbreak", "hline", "label", "phantom", "mathop", "mathrel", "mathbin", "mathord",
    "mathopen", "mathclose", "rm", "bf", "it", "cal", "displaylimits", "relax", "protect", "mathsurround", "xspace",
    "bigm", "Bigm", "biggm", "bordermatrix", "mathchoice", "mathinner", "boldmath", "hphantom", "vphantom",
    "nobreak", "ensuremath",
}  # fmt: skip
_SPACES = {",", ";", ":", ">", " ", "quad", "qquad", "enspace", "thinspace", "\\", "cr", "newline", "hspace", "vspace"}
_FUNCTIONS = {
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom",
    "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh", "sup", "tan",
    "tanh",
}  # fmt: skip
_PROSE = {"text", "mbox", "textrm", "textit", "textbf", "textsf", "texttt", "textnormal", "intertext", "hbox"}
_RELATIONS = set("≤≥⩽⩾≠≈≡∼≃≅⊂⊆⊃⊇∈∉→←⇒⇔↔≪≫×±∧∨")
_OVER = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308"}


class MathText:
    """Writes the nodes of formulas as text."""

    def __init__(self, prose: Callable[[Any], str]) -> None:
        """Keep what writes the prose inside formulas, as of `text`."""
        self._prose = prose

    def text(self, nodes: Sequence[Any]) -> str:
        """Return a formula on one line."""
        return " ".join("".join(self._parts(nodes)).split())

    def _parts(self, nodes: Sequence[Any]) -> list[str]:
        parts: list[str] = []
        raised = ""
        for at, node in enumerate(nodes):
            if _is_dress(node, nodes[at + 1 : at + 2]):
                continue
            said = self._node(node)
            if raised and said.strip():
                parts.append(_raised(raised, said.strip()))
                raised = ""
                continue
            kind = type(node).__name__
            if kind == "LatexCharsNode" and said.rstrip()[-1:] in ("^", "_"):
                stripped = said.rstrip()
                parts += [_chars(stripped[:-1])]
                raised = stripped[-1]
            elif kind == "LatexCharsNode":
                parts.append(_chars(said))
            else:
                parts.append(said)
        return parts

    def _node(self, node: Any) -> str:
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            return str(node.chars)
        if kind == "LatexGroupNode":
            return self.text(node.nodelist)
        if kind == "LatexMacroNode":
            return self._macro(node)
        if kind == "LatexSpecialsNode":
            return {"&": " ", "~": " ", "--": "--"}.get(node.specials_chars, str(node.specials_chars))
        if kind in ("LatexEnvironmentNode", "LatexMathNode"):
            return f" {self.text(node.nodelist)} "
        return ""

    def _macro(self, node: Any) -> str:
        name = node.macroname
        arguments = [one for one in (node.nodeargd.argnlist if node.nodeargd else None) or [] if one is not None]
        if name in _BIG and len(arguments) == 2:
            upper, lower = (_grouped(self._node(one)) for one in arguments)
            return f" {upper}/{lower} "
        if name == "sqrt" and arguments:
            return f"√{_grouped(self._node(arguments[-1]))}"
        if name in ("binom", "dbinom") and len(arguments) == 2:
            return f"({self._node(arguments[0])} over {self._node(arguments[1])})"
        if name in _PROSE:
            return f" {self._prose(arguments[-1])} " if arguments else ""
        if name in _OVER and arguments:
            inside = self._node(arguments[-1])
            return f"{inside}{_OVER[name]}" if len(inside) == 1 else inside
        if name in _SILENT:
            return ""
        if name in _SPACES:
            return " "
        if name in _FUNCTIONS or name == "operatorname":
            return f" {self._node(arguments[-1]) if arguments else name} "
        if arguments:
            return "".join(map(self._node, arguments))
        sign = signs().get(name)
        if sign is not None:
            return f" {sign} " if sign in _RELATIONS else sign
        return name if len(name) == 1 else f" {name} "


def _is_dress(node: Any, behind: Sequence[Any]) -> bool:
    """Tell whether a macro that is defined elsewhere only dresses the group behind it, as `alert` does."""
    return (
        type(node).__name__ == "LatexMacroNode"
        and len(node.macroname) > 1
        and not _known(node)
        and bool(behind)
        and type(behind[0]).__name__ == "LatexGroupNode"
    )


def _known(node: Any) -> bool:
    name = node.macroname
    arguments = node.nodeargd.argnlist if node.nodeargd else None
    return bool(arguments) or name in _SILENT or name in _SPACES or name in _FUNCTIONS or name in signs()


def _chars(text: str) -> str:
    return "".join(text).replace("-", "−") if text.strip() == "-" else text


def _raised(mark: str, text: str) -> str:
    # "x^ab" begins with what is raised when the characters were not grouped.
    return f"{mark}{text}" if text.isalnum() or len(text) == 1 else f"{mark}({text})"


def _grouped(text: str) -> str:
    bare = text.strip()
    return bare if bare.isalnum() or len(bare) < 2 or (bare[0] == "(" and bare[-1] == ")") else f"({bare})"


@functools.cache
def signs() -> dict[str, str]:
    """Return the signs that the library knows macros to stand for."""
    from pylatexenc.latex2text import get_default_latex_context_db

    found = {
        "ne": "≠",
        "neg": "¬",
        "colon": ":",
        "lnot": "¬",
        "land": "∧",
        "lor": "∨",
        "vcentcolon": ":",
        "coloneqq": "≔",
    }
    for category in get_default_latex_context_db().categories():
        for name, spec in get_default_latex_context_db().d[category]["macros"].items():
            if isinstance(spec.simplify_repl, str) and "%" not in spec.simplify_repl:
                found[name] = spec.simplify_repl
    return found
