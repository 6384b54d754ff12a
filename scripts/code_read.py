"""A file of the code as names and what they were set to; `scripts/reasons.py` reads texts from it."""

import ast
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Module:
    """One file: its functions, constants and imports."""

    def __init__(self, file: Path) -> None:
        self.place = file.relative_to(ROOT).as_posix()
        self.tree = ast.parse(file.read_text(encoding="utf-8"))
        self.nodes = list(ast.walk(self.tree))
        self.functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
        self.imports: dict[str, tuple[str, str]] = {}
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions.setdefault(node.name, node)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for name in node.names:
                    self.imports[name.asname or name.name] = (node.module, name.name)
        self.constants = assigned(node for node in self.tree.body if isinstance(node, ast.Assign | ast.AnnAssign))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """What each node lies in."""
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    def returned(self, name: str) -> list[ast.expr]:
        """Return what a function returns or yields."""
        found = ast.walk(self.functions[name])
        return [node.value for node in found if isinstance(node, ast.Return | ast.Yield) and node.value is not None]

    def scope(self, node: ast.AST) -> dict[str, list[ast.expr]]:
        """Return what the names that a node sees were set to."""
        names = dict(self.constants)
        around = []
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                around.append(node)
        for function in reversed(around):
            names |= assigned(function.body)
        return names


def assigned(body: Iterable[ast.stmt]) -> dict[str, list[ast.expr]]:
    """Return what names are set to in some statements."""
    found: dict[str, list[ast.expr]] = {}
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(node.value)
                    elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                        for name, value in zip(target.elts, node.value.elts, strict=False):
                            if isinstance(name, ast.Name):
                                found.setdefault(name.id, []).append(value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign) and node.value is not None:
                found.setdefault(last(node.target), []).append(node.value)
    return found


def last(node: ast.expr) -> str:
    """Return the last name of an expression, by which a place in a text is called; "" for none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=ast.Name(id="len" | "str" | "sorted" | "repr"), args=[first, *_]):
            return last(first)
        case ast.Call(func=ast.Attribute(attr="join"), args=[first, *_]):
            return last(first)
        case ast.Call(func=function):
            return last(function)
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return last(value)
        case ast.GeneratorExp(generators=[first, *_]) | ast.ListComp(generators=[first, *_]):
            return last(first.iter)
        case ast.BinOp(left=left):
            return last(left)
        case ast.BoolOp(values=[first, *_]):
            return last(first)
        case ast.IfExp(body=body):
            return last(body)
        case _:
            return ""
