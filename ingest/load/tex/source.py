"""LaTeX source made ready to be parsed: comments dropped, verbatim text set aside, macros of the author put in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

_VERBATIM = ("verbatim", "Verbatim", "lstlisting", "minted", "alltt", "BVerbatim", "LVerbatim", "codeblock")
_SET_ASIDE = {*_VERBATIM, *(f"{name}*" for name in _VERBATIM)}
_OPENED = lazy_regex(
    r"\\begin\{(?P<env>(?:comment|" + "|".join(_VERBATIM) + r")\*?)\}|(?P<iffalse>\\iffalse\b)"
    r"|\\(?:verb|lstinline)\*?(?P<mark>[^\w\s*\[{])|(?P<escaped>\\[\\%])|(?P<comment>%[^\n]*(?:\n[ \t]*|\Z))"
)
_OPTIONS = lazy_regex(r"[ \t]*+(?:\[[^\]\n]*\])?(?:\{[^}\n]*\})?[ \t]*+\n")
_DEFINITION = lazy_regex(
    r"\\(?P<kind>newcommand|renewcommand|providecommand|DeclareRobustCommand|DeclareMathOperator|DeclareDocumentCommand"
    r"|NewDocumentCommand|newenvironment|renewenvironment|newtheorem|[egx]?def)\*?(?![A-Za-z@])"
)
_NAME = lazy_regex(r"\s*(?:\{\s*)?\\(?P<name>[A-Za-z@]+|.)\s*\}?")
_PARAMETERS = lazy_regex(r"((?:\s*#\d)*)\s*(?=\{)")
_COUNT = lazy_regex(r"\s*\[\s*(\d)\s*\]")
_MACRO = lazy_regex(r"\\([A-Za-z@]+)\*?")
# An option that is longer is taken for text: looking for the end of each would take time with the square.
_LONGEST = 4_000
_OPTION = lazy_regex(rf"\s*\[([^\]]{{0,{_LONGEST}}})\]")
_BRACE = lazy_regex(r"\\.|[{}]", re.DOTALL)
_SPACE = lazy_regex(r"[ \t]*\n?[ \t]*")
# What is set aside stands as its number between these; no text holds them.
_OPEN, _CLOSE = "\ue010", "\ue011"
_MARKED = lazy_regex(f"{_OPEN}(\\d+){_CLOSE}")
_MOST_DEPTH = 20
_MOST_CHARS = 1 << 18
_MOST_GROWTH = 4


@dataclass(frozen=True, slots=True)
class Definition:
    """A macro of the author: how many arguments it takes, the value of its optional first one, and its text."""

    arguments: int
    optional: str | None
    body: str


@dataclass(slots=True)
class Source:
    """LaTeX source and what was found in it.

    Attributes:
        text: Without comments; what is verbatim is set aside.
        kept: What was set aside: (text, whether it is a block).
        macros: The author's macros by name.
        theorems: Environments of theorems by name: (word, counter it shares, counter it belongs to).
        cut: Whether macros were left unfolded, for they grow beyond bounds.
    """

    text: str
    kept: list[tuple[str, bool]] = field(default_factory=list)
    macros: dict[str, Definition] = field(default_factory=dict)
    theorems: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    cut: bool = False

    def restored(self, text: str) -> str:
        """Put what was set aside back into a text."""

        def kept(match: re.Match[str]) -> str:
            index = whole(match[1])
            return self.kept[index][0] if index < len(self.kept) else ""

        return _MARKED.sub(kept, text)

    def blocks(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield a text in pieces, and whether each is a block that was set aside."""
        end = 0
        for match in _MARKED.finditer(text):
            index = whole(match[1])
            if index < len(self.kept) and self.kept[index][1]:
                yield text[end : match.start()], False
                yield self.kept[index][0], True
                end = match.end()
        yield text[end:], False


def prepare(text: str) -> Source:
    """Drop comments, set verbatim text aside, and take the author's definitions out."""
    source = Source("")
    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    source.text = _without_definitions(_without_comments(text, source), source)
    return source


def _without_comments(text: str, source: Source) -> str:
    """Drop comments, and set aside what is verbatim, up to its end or the end of its line."""
    parts: list[str] = []
    unclosed: set[str] = set()
    end = at = 0
    while match := _OPENED.search(text, at):
        at = match.end()
        if match["escaped"]:
            continue
        shown = ""
        if match["comment"] is None:
            closing = match["mark"] or ("\\fi" if match["iffalse"] else f"\\end{{{match['env']}}}")
            # What was looked for in vain once is not looked for again, or the time would grow with the square.
            close = -1 if closing in unclosed else text.find(closing, at)
            if match["mark"]:
                line = text.find("\n", at)
                close = -1 if close > line >= 0 else close
            elif close < 0:
                unclosed.add(closing)
            if close < 0:
                continue
            body = text[at:close]
            at = close + len(closing)
            if match["mark"] or match["env"] in _SET_ASIDE:
                options = None if match["mark"] else _OPTIONS.match(body)
                source.kept.append((body[options.end() :] if options else body, not match["mark"]))
                shown = f"{_OPEN}{len(source.kept) - 1}{_CLOSE}"
        parts += [text[end : match.start()], shown]
        end = at
    parts.append(text[end:])
    return "".join(parts)


def expanded(source: Source, text: str, known: frozenset[str]) -> str:
    """Put the author's macros into a text, except those that redefine what is `known`."""
    macros = {name: one for name, one in source.macros.items() if name not in known and "@" not in one.body}
    budget = [_MOST_GROWTH * len(text) + _MOST_CHARS]
    made = _expand(text, macros, budget, 0)
    source.cut = source.cut or budget[0] < 0
    return made


def _expand(text: str, macros: dict[str, Definition], budget: list[int], depth: int) -> str:
    parts: list[str] = []
    end = 0
    groups = groups_of(text)
    for match in _MACRO.finditer(text):
        found = macros.get(match[1])
        if found is None or match.start() < end:
            continue
        budget[0] -= len(found.body) + 1
        if budget[0] < 0 or depth > _MOST_DEPTH:
            continue
        parts.append(text[end : match.start()])
        at, arguments = _arguments(text, groups, match.end(), found)
        body = found.body
        for place, argument in enumerate(arguments, start=1):
            budget[0] -= len(argument) * body.count(f"#{place}")
            if budget[0] < 0:
                break
            body = body.replace(f"#{place}", argument)
        made = _expand(body, macros, budget, depth + 1) if "\\" in body else body
        if not arguments and made and made[-1].isalpha() and made.rfind("\\") > made.rfind(" "):
            made += " "  # or a macro at its end would run into the next letter
        parts.append(made)
        # White space behind a macro without arguments is no part of the text, as in TeX.
        end = at
    parts.append(text[end:])
    return "".join(parts)


def _arguments(text: str, groups: Mapping[int, int], at: int, found: Definition) -> tuple[int, list[str]]:
    arguments = []
    if not found.arguments:
        after = _SPACE.match(text, at)
        return (after.end() if after and text[at : at + 1] in (" ", "\t") else at), []
    for place in range(found.arguments):
        after = _SPACE.match(text, at)
        start = after.end() if after else at
        if place == 0 and found.optional is not None:
            if text[start : start + 1] == "[" and (closed := text.find("]", start, start + _LONGEST)) > 0:
                arguments.append(text[start + 1 : closed])
                at = closed + 1
            else:
                arguments.append(found.optional)
            continue
        group = groups.get(start)
        if group is not None:
            arguments.append(text[start + 1 : group - 1])
            at = group
        else:
            word = _MACRO.match(text, start)
            at = word.end() if word else start + 1
            arguments.append(text[start:at])
    return at, arguments


def groups_of(text: str) -> dict[int, int]:
    """Return where each group ends by where it begins; those without an end are missing.

    All are found in one pass: of many that are not closed, each would be looked through to the end of the text.
    """
    ends: dict[int, int] = {}
    begun: list[int] = []
    for match in _BRACE.finditer(text):
        if match[0] == "{":
            begun.append(match.start())
        elif match[0] == "}" and begun:
            ends[begun.pop()] = match.end()
    return ends


def _without_definitions(text: str, source: Source) -> str:
    parts: list[str] = []
    end = 0
    groups = groups_of(text)
    for match in _DEFINITION.finditer(text):
        if match.start() < end:
            continue
        close = _defined(text, groups, match, source)
        if close is not None:
            parts.append(text[end : match.start()])
            end = close
    parts.append(text[end:])
    return "".join(parts)


def _defined(text: str, groups: Mapping[int, int], match: re.Match[str], source: Source) -> int | None:
    """Note a definition; return where it ends, None where it cannot be read."""
    kind = match["kind"]
    if kind == "newtheorem":
        return _theorem(text, match.end(), source)
    if kind.endswith("environment"):
        return _after_environment(text, groups, match.end())
    name = _NAME.match(text, match.end())
    if not name:
        return None
    parameters = _parameters(text, name.end(), kind)
    close = groups.get(parameters[0]) if parameters else None
    if parameters is None or close is None:
        return None
    at, count, optional = parameters
    body = text[at + 1 : close - 1]
    if kind == "DeclareMathOperator":
        body = f"\\operatorname{{{body}}}"
    # A macro that is provided does not replace one that is there.
    if kind != "providecommand" or name["name"] not in source.macros:
        source.macros[name["name"]] = Definition(count, optional, body)
    return close


def _parameters(text: str, at: int, kind: str) -> tuple[int, int, str | None] | None:
    """Return where the text of a macro begins, how many arguments it takes, and the value of an optional first one."""
    if kind.endswith("def"):
        found = _PARAMETERS.match(text, at)
        return (found.end(), found[1].count("#"), None) if found else None
    if kind.endswith("DocumentCommand"):
        found = re.compile(r"\s*\{([m\s]*)\}\s*").match(text, at)
        return (found.end(), found[1].count("m"), None) if found else None
    count, optional = 0, None
    if many := _COUNT.match(text, at):
        count, at = whole(many[1]), many.end()
        if value := _OPTION.match(text, at):
            optional, at = value[1], value.end()
    return _blank(text, at), count, optional


def _after_environment(text: str, groups: Mapping[int, int], at: int) -> int | None:
    """Return where the definition of an environment ends: its name, what it begins with, what it ends with."""
    end: int | None = at
    for _ in range(3):
        if end is None:
            return None
        while options := _OPTION.match(text, end):
            end = options.end()
        end = groups.get(_blank(text, end))
    return end


def _blank(text: str, at: int) -> int:
    found = re.compile(r"\s*").match(text, at)
    return found.end() if found else at


def _theorem(text: str, at: int, source: Source) -> int | None:
    found = re.compile(r"\s*\{([\w*-]+)\}\s*(?:\[(\w+)\])?\s*\{([^{}]*)\}\s*(?:\[(\w+)\])?").match(text, at)
    if not found:
        return None
    source.theorems[found[1]] = (found[3], found[2] or "", found[4] or "")
    return found.end()
