"""What errors and reasons say, as templates that the catalogues translate: read from where they are raised.

An error is raised in English, `LoadError(source, f"holds more than {limit:,} pages")`, since command lines, logs and
the database keep it so. Here its text becomes the template "holds more than {limit} pages". A page that shows the
error finds the template that fits, and says it in the visitor's language with the same values (`ui.web.reasons`).
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

if str(Path(__file__).parent) not in sys.path:
    sys.path.append(str(Path(__file__).parent))

from code_read import ROOT, Module, last

# What only a terminal or a program ever shows.
_NO_PAGE = (
    "ui/commands/", "ui/conversation/", "ui/evaluation/", "ui/mcp/", "ui/api/", "ui/integrations/", "qa/evaluation/",
    "qa/command/", "ingest/command.py", "ui/explain.py", "qa/tables/plan.py", "qa/answering/serialise.py",
    "qa/store/portable.py", "qa/store/checkup.py",
    "ingest/stages/ray_engine.py", "ingest/reindex.py", "ui/web/server.py", "ui/web/place.py",
    "ui/presets.py", "ui/collections.py", "qa/models/exporter.py", "ui/web/language.py",
)  # fmt: skip
# Values that carry a reason, and calls that note one: which of their arguments it is.
_CARRIERS = {
    "LoadError": 1, "WordlessError": 1, "Failure": 1, "Refused": 1, "Unread": 1, "_Lost": 0, "incomplete": 0,
    "left_out": 1, "Format": 0,
    "translate": 0, "Unwritten": 0, "Withdrawn": 0, "Meant": 1,
}  # fmt: skip
# Arguments by name, and lists, that hold reasons.
_NAMED = {"gaps", "unknown", "note", "reason"}
# Lists of them, and functions that word them, in the rooms where answers are made.
_NOTES = ("qa/answering/", {"notes", "remarks"}, {"_weak", "_no_answer"})
# Calls and attributes that hand on what was worded elsewhere, and the pages' own messages.
_HANDED_ON = {"str", "t", "t_many", "one_line", "without_passwords", "say", "caution"}
_HANDED_ON_NAMES = {"reason", "error", "outcome", "gaps", "how", "unknown", "name", "line", "splitlines", "GAPS"}
# Tables whose values are words, and modules whose functions say in what way a text is hidden.
_TABLES = {"_BINARY", "_REMEDIES", "_ENDS", "NO_MEMORY"}
# And one whose keys are words.
_KEYED = {"_FAMILIES"}
_WAYS = "_unseen.py"
_FORMATS = "ingest/load/formats.py"
# What is a value, though it has a blank.
_NO_WORDS = {
    "milvus-lite 3",
    "milvus-lite 2.5.1",
    "{count} GB",
    "{count} MB",
    "{seconds} s",
    "{count} {what}s",
    "{first} and {last}",
    "{rpartition} of {day} {months_en} {year}",
}
_MOST = 64
# Longer constants, such as the list of all formats, are places of their own.
_SHORT = 60


@dataclass(frozen=True, slots=True)
class Unclear:
    """An error whose text cannot be read from the code: where it is raised, and how."""

    place: str
    code: str


@dataclass(slots=True)
class Found:
    """The templates of the code, each with the files that word it, and what could not be read."""

    templates: dict[str, list[str]] = field(default_factory=dict)
    unclear: list[Unclear] = field(default_factory=list)


class _Reader:
    """Reads the templates of all modules."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.modules = {module.place.removesuffix(".py").replace("/", "."): module for module in map(Module, files)}
        self.errors = self._errors()
        self.found = Found()
        self._read: set[tuple[str, str]] = set()

    def _errors(self) -> set[str]:
        names, before = {"QAError"}, 0
        classes = [node for module in self.modules.values() for node in module.nodes if isinstance(node, ast.ClassDef)]
        while len(names) != before:
            before = len(names)
            names |= {node.name for node in classes if any(ast.unparse(base) in names for base in node.bases)}
        # Others that a page shows.
        return names | {"UnreadableError", "NoPageError", "ProviderError"}

    def all(self) -> Found:
        """Return what all modules say."""
        for module in self.modules.values():
            if not module.place.startswith(_NO_PAGE):
                for node, expression in self._worded(module):
                    if not self._take(module, expression, node) and self._is_raised(node):
                        place = f"{module.place}:{expression.lineno}"
                        self.found.unclear.append(Unclear(place, ast.unparse(expression)))
        return self.found

    def _is_raised(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.errors

    def _worded(self, module: Module) -> Iterator[tuple[ast.AST, ast.expr]]:
        """Yield the expressions that are errors' texts or reasons, each with its node."""
        yield from self._ways(module)
        for node in module.nodes:
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            position = _CARRIERS.get(name, 0 if name in self.errors else None)
            if position is not None and len(node.args) > position and module.place != "qa/errors.py":
                yield node, node.args[position]
            if (
                name == "append"
                and isinstance(node.func, ast.Attribute)
                and last(node.func.value) in self._lists(module)
            ):
                yield node, node.args[0]
            for keyword in node.keywords:
                if keyword.arg in _NAMED:
                    yield node, keyword.value

    def _lists(self, module: Module) -> set[str]:
        return _NAMED | (_NOTES[1] if module.place.startswith(_NOTES[0]) else set())

    def _ways(self, module: Module) -> Iterator[tuple[ast.AST, ast.expr]]:
        """Yield the words of tables, of kinds of faults, and of the ways in which texts are hidden."""
        for name in _NOTES[2] & set(module.functions):
            self._read_function(module, name)
        for node in module.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Kind":
                fact, remedy = (self._text_of(module, part) for part in node.args[1:3])
                self._keep(f"{fact}; {remedy}", module)
            if isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if node.value is not None and any(last(target) in _TABLES for target in targets):
                    values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
                    for value in filter(_is_text, values):
                        # Its places are filled by `format`.
                        self._keep(str(ast.literal_eval(value)), module)
                if isinstance(node.value, ast.Dict) and any(last(target) in _KEYED for target in targets):
                    yield from ((node, key) for key in node.value.keys if key is not None)
            if not module.place.endswith(_WAYS):
                continue
            if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant | ast.IfExp):
                yield from ((node, one) for one in ast.walk(node.value) if _is_text(one))  # type: ignore[misc]
            if isinstance(node, ast.Assign) and "how" in map(last, node.targets) and _is_text(node.value):
                yield node, node.value
            if isinstance(node, ast.For) and "how" in ast.unparse(node.target):
                yield from ((node, one) for one in ast.walk(node.iter) if _is_text(one))  # type: ignore[misc]

    def _text_of(self, module: Module, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            node = module.constants[node.id][0]
        return str(ast.literal_eval(node))

    def _keep(self, text: str, module: Module) -> None:
        # A single word is a name or a value, but for the names of formats.
        is_way = module.place.endswith(_WAYS) and text == "comments"
        is_name = " " not in text.strip() and not module.place.endswith(_FORMATS) and not is_way
        # A constant of another module may have the name of one of this: a pattern is nothing that is said.
        if is_name or text in _NO_WORDS or "(?:" in text:
            return
        places = self.found.templates.setdefault(text, [])
        places += [] if module.place in places else [module.place]

    def _take(self, module: Module, expression: ast.expr, node: ast.AST) -> bool:
        """Keep the templates of an expression; return False if it cannot be read."""
        texts = list(self._texts(module, expression, module.scope(node), ()))
        for text in texts:
            if text is not None and any(map(str.isalpha, _literal(text))):
                self._keep(text, module)
        return None not in texts

    def _texts(
        self, module: Module, node: ast.expr, scope: dict[str, list[ast.expr]], seen: tuple[str, ...]
    ) -> Iterator[str | None]:
        """Yield the templates that an expression may be; None for one that cannot be read."""
        match node:
            case ast.Constant(value=str(text)):
                yield text.replace("{", "{{").replace("}", "}}")
            case ast.Constant(value=None):
                return
            case ast.JoinedStr():
                yield from self._joined(module, node, scope, seen)
            case ast.BinOp(op=ast.Add()):
                sides = [list(self._texts(module, side, scope, seen)) for side in (node.left, node.right)]
                for left, right in product(*sides):
                    yield None if left is None or right is None else left + right
            case ast.IfExp():
                yield from (
                    *self._texts(module, node.body, scope, seen),
                    *self._texts(module, node.orelse, scope, seen),
                )
            case ast.BoolOp():
                for value in node.values:
                    yield from self._texts(module, value, scope, seen)
            case ast.Tuple() | ast.List():
                for value in node.elts:
                    yield from self._texts(module, value, scope, seen)
            case ast.Starred():
                yield from self._texts(module, node.value, scope, seen)
            case ast.NamedExpr():
                yield from self._texts(module, node.value, scope, seen)
            case ast.Dict():
                for value in node.values:
                    yield from self._texts(module, value, scope, seen)
            case ast.Subscript():
                yield from self._texts(module, node.value, scope, seen)
            case ast.Name(id=name) if name in scope and name not in seen:
                for value in scope[name]:
                    for text in self._texts(module, value, scope, (*seen, name)):
                        if text is not None or name not in _HANDED_ON_NAMES:
                            yield text
            case ast.Name(id=name) if name in module.imports and name not in seen and name not in _HANDED_ON_NAMES:
                there, other = module.imports[name]
                if there in self.modules and other in self.modules[there].constants:
                    for value in self.modules[there].constants[other]:
                        yield from self._texts(self.modules[there], value, self.modules[there].constants, (*seen, name))
                else:
                    yield None
            case ast.Call(func=ast.Attribute(attr="splitlines")):
                return
            case ast.Call():
                yield from self._called(module, node, scope, seen)
            case ast.Attribute(attr=name) | ast.Name(id=name) if name in _HANDED_ON_NAMES:
                return
            case ast.GeneratorExp() | ast.ListComp():
                yield from self._texts(module, node.elt, scope, seen)
            case _:
                yield None

    def _called(
        self, module: Module, node: ast.Call, scope: dict[str, list[ast.expr]], seen: tuple[str, ...]
    ) -> Iterator[str | None]:
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name == "tuple" and node.args:
            yield from self._texts(module, node.args[0], scope, seen)
            return
        if name in _HANDED_ON or name in {"strip", "rstrip"}:
            return
        if name == "as_sentence":
            yield from self._texts(module, node.args[0], scope, seen)
            return
        if name == "join":
            yield from self._texts(module, node.args[0], scope, seen)
            return
        where, function = self._function(module, node.func)
        if function is None:
            yield None
            return
        self._read_function(where, function)

    def _function(self, module: Module, called: ast.expr) -> tuple[Module, str | None]:
        """Return the function of the project that is called, None if it is none."""
        if isinstance(called, ast.Name):
            if called.id in module.functions:
                return module, called.id
            there, name = module.imports.get(called.id, ("", ""))
            if there in self.modules and name in self.modules[there].functions:
                return self.modules[there], name
        if isinstance(called, ast.Attribute):
            if ast.unparse(called.value) in ("self", "cls") and called.attr in module.functions:
                return module, called.attr
            if isinstance(called.value, ast.Name) and called.value.id in module.imports:
                package, name = module.imports[called.value.id]
                there = f"{package}.{name}"
                if there in self.modules and called.attr in self.modules[there].functions:
                    return self.modules[there], called.attr
        return module, None

    def _read_function(self, module: Module, name: str) -> None:
        if (module.place, name) in self._read:
            return
        self._read.add((module.place, name))
        for value in module.returned(name):
            # What a function words is a template of its own: it may be the value of another's place.
            self._take(module, value, value)

    def _joined(
        self, module: Module, node: ast.JoinedStr, scope: dict[str, list[ast.expr]], seen: tuple[str, ...]
    ) -> Iterator[str]:
        pieces: list[list[str]] = []
        names: dict[str, str] = {}
        for part in node.values:
            if isinstance(part, ast.Constant):
                pieces.append([str(part.value).replace("{", "{{").replace("}", "}}")])
                continue
            assert isinstance(part, ast.FormattedValue)
            if isinstance(part.value, ast.IfExp) and (either := self._alternatives(part.value)):
                pieces.append(either)
                continue
            if constant := self._constant(module, part.value):
                pieces.append([constant])
                continue
            self._inside(module, part.value, scope, seen)
            pieces.append([f"{{{_place(part.value, names)}}}"])
        for chosen in list(product(*pieces))[:_MOST]:
            yield "".join(chosen)

    def _constant(self, module: Module, node: ast.expr) -> str:
        """Return the short text that a constant of this module, or of one that it imports, holds; "" for none."""
        where, name = module, last(node)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            package, inner = module.imports.get(node.value.id, ("", ""))
            if f"{package}.{inner}" not in self.modules:
                return ""
            where = self.modules[f"{package}.{inner}"]
        elif not isinstance(node, ast.Name):
            return ""
        elif name in module.imports and module.imports[name][0] in self.modules:
            there, name = module.imports[name]
            where = self.modules[there]
        values = where.constants.get(name, [])
        if name.lstrip("_").isupper() and len(values) == 1 and _is_text(values[0]):
            text = str(ast.literal_eval(values[0]))
            worded = len(text) <= _SHORT and any(map(str.isalpha, text))
            return text.replace("{", "{{").replace("}", "}}") if worded else ""
        return ""

    def _alternatives(self, node: ast.expr) -> list[str]:
        """Return the words that a place may hold, if they are constants; [] else."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value.replace("{", "{{").replace("}", "}}")]
        if isinstance(node, ast.IfExp):
            one, other = self._alternatives(node.body), self._alternatives(node.orelse)
            return [*one, *other] if one and other else []
        return []

    def _inside(self, module: Module, node: ast.expr, scope: dict[str, list[ast.expr]], seen: tuple[str, ...]) -> None:
        """Keep what a place may hold that is worded in the code too, such as the end of a sentence."""
        if isinstance(node, ast.Call | ast.Name | ast.IfExp | ast.BoolOp | ast.BinOp | ast.Subscript):
            for text in self._texts(module, node, scope, seen):
                # A single word is mostly a name, which stays as it is.
                if text is not None and " " in text.strip() and any(map(str.isalpha, _literal(text))):
                    self._keep(text, module)


def _place(node: ast.expr, names: dict[str, str]) -> str:
    """Return the name of a place: the last name of what it holds."""
    code = ast.unparse(node)
    if code in names:
        return names[code]
    name = last(node).strip("_").lower() or "value"
    name = name if name.isidentifier() else "value"
    wanted, number = name, 2
    while wanted in names.values():
        wanted, number = f"{name}{number}", number + 1
    names[code] = wanted
    return wanted


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1


def _literal(template: str) -> str:
    """Return a template without its places."""
    kept, depth = [], 0
    for character in template.replace("{{", "").replace("}}", ""):
        depth += {"{": 1, "}": -1}.get(character, 0)
        kept.append(character if not depth and character != "}" else "")
    return "".join(kept)


@cache
def found() -> Found:
    """Return the templates of the project, and what errors cannot be read."""
    return _Reader(file for folder in ("qa", "ingest", "ui") for file in sorted((ROOT / folder).rglob("*.py"))).all()
