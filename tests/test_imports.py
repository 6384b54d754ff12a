"""Which module may import which: the arrows point one way, and each outside library lives behind few files."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGES = ("qa", "ingest", "ui")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Return every module that a file imports anywhere, function bodies and TYPE_CHECKING blocks included."""
    return frozenset(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    here = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = here[: len(here) - node.level + 1] if node.level else ()
            yield from (".".join(filter(None, [*above, node.module, alias.name])) for alias in node.names)
        elif isinstance(node, ast.Call):
            yield from _imported_by_call(node)


def _imported_by_call(node: ast.Call) -> Iterator[str]:
    """See import_module("a"), import_module(f"a.{b}") and to_thread(import_module, "a")."""
    arguments = [node.func, *node.args]
    for function, argument in pairwise(arguments):
        if ast.unparse(function).split(".")[-1] in ("import_module", "__import__"):
            literal = argument.values[0] if isinstance(argument, ast.JoinedStr) else argument
            assert isinstance(literal, ast.Constant), f"cannot tell what is imported: {ast.unparse(node)}"
            yield str(literal.value)


def importers(library: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if library in {name.split(".")[0] for name in imported(path)}
    }


def test_there_are_modules_of_every_package() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(PACKAGES)
    assert len(MODULES) > 40


@pytest.mark.parametrize("package", PACKAGES)
def test_no_pattern_is_compiled_by_an_import(package: str) -> None:
    """There are more than a thousand, and a question uses few of them: see `qa.lazy_regex`."""
    compiled = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        if path.is_relative_to(ROOT / package)
        for node in _at_import(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    assert compiled == []


def _at_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs when a module is imported: all but what stands within functions."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _at_import(child)


def test_walk_sees_imports_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_imports.ROOT", tmp_path)
    path = tmp_path / "ingest" / "example.py"
    path.parent.mkdir()
    path.write_text(
        "import a.b\nfrom c import d\nfrom . import e\nfrom .f import g\n"
        "def later():\n    import h\n    importlib.import_module('i')\n    import_module(f'j.{x}')\n"
        "async def thread():\n    await asyncio.to_thread(importlib.import_module, 'k')\n"
    )
    assert set(imported(path)) == {"a.b", "c.d", "ingest.e", "ingest.f.g", "h", "i", "j.", "k"}


@pytest.mark.parametrize(("package", "never"), [("qa", {"ingest", "ui"}), ("ingest", {"ui"})])
def test_imports_point_one_way(package: str, never: set[str]) -> None:
    wrong = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in MODULES
        if path.is_relative_to(ROOT / package)
        for name in imported(path)
        if name.split(".")[0] in never
    }
    assert not wrong


def test_pages_know_nothing_of_each_other() -> None:
    """What two of them need is in `ui/web`, and so is what leads from one to another."""
    rooms = ("chat", "documents", "settings")
    wrong = {
        (path.relative_to(ROOT).as_posix(), name)
        for room in rooms
        for path in MODULES
        if path.is_relative_to(ROOT / "ui" / room)
        for name in imported(path)
        if name.split(".")[:1] == ["ui"] and name.split(".")[1] in set(rooms) - {room}
    }
    assert not wrong


# Each room of `qa` may import those before it. `config` and `wiring` are for entry points, which `command` is one of.
FLOORS = (
    *("text", "tables", "models", "store", "retrieval", "calibration", "answering", "database", "accounts"),
    "evaluation",
)
FOR_ENTRY_POINTS = ("config", "wiring", "command")
# The names of models that settings name; and a process of its own, whose entry this is.
ALLOWED = {
    ("qa/models/onnx_copy.py", "config"),
    ("qa/models/unread.py", "config"),
    ("qa/models/copy_process.py", "config"),
    ("qa/models/copy_process.py", "command"),
}


def test_rooms_of_the_library_import_those_below_alone() -> None:
    wrong = {
        (path.relative_to(ROOT).as_posix(), name)
        for floor, room in enumerate(FLOORS)
        for path in MODULES
        if path.is_relative_to(ROOT / "qa" / room)
        for name in imported(path)
        for above in [name.split(".")[1] if name.startswith("qa.") else ""]
        if above in (*FLOORS[floor + 1 :], *FOR_ENTRY_POINTS)
        and (path.relative_to(ROOT).as_posix(), above) not in ALLOWED
    }
    assert not wrong


def test_every_room_of_the_library_has_a_floor() -> None:
    rooms = {path.parent.name for path in (ROOT / "qa").glob("*/__init__.py")}
    assert rooms == {*FLOORS, "command"}


def test_there_is_no_circle() -> None:
    """A module that cannot be read without another that cannot be read without it is one module in two files."""
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}
    modules |= {name.removesuffix(".__init__"): path for name, path in modules.items() if name.endswith("__init__")}
    arrows = {
        name: {target for target in map(str, imported(path)) for target in _owners(target, modules)} - {name}
        for name, path in modules.items()
    }
    circles: list[list[str]] = []
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> None:
        if name in path:
            circles.append(path[path.index(name) :])
        elif name not in done:
            for target in sorted(arrows[name]):
                walk(target, [*path, name])
            done.add(name)

    for name in sorted(arrows):
        walk(name, [])
    assert not circles


def _owners(target: str, modules: dict[str, Path]) -> list[str]:
    """Return the module that an imported name is or stands in."""
    parent = target.rpartition(".")[0]
    return [target] if target in modules else [parent] if parent in modules else []


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("pymilvus", ("qa/store/",)),
        ("milvus_lite", ("qa/store/",)),
        ("grpc", ("qa/store/",)),
        ("openai", ("qa/models/chat/client.py",)),
        ("fastembed", ("qa/models/", "qa/text/stemmer.py")),
        ("sentence_transformers", ("qa/models/",)),
        ("streamlit", ("ui/",)),
        ("pypdfium2", ("ingest/load/", "ui/reading/pdf/drawing.py")),
        ("docx", ("ingest/load/", "ui/export/")),
        ("sqlalchemy", ("qa/database/", "qa/accounts/")),
        ("alembic", ("qa/database/",)),
        ("httpcore2", ("ingest/web/",)),
        ("duckdb", ("qa/tables/compute.py",)),
        ("protego", ("ingest/web/robots.py",)),
    ],
)
def test_library_lives_behind_its_files(library: str, homes: tuple[str, ...]) -> None:
    found = importers(library)
    assert found, f"{library} is imported nowhere: is this row still true?"
    assert {path for path in found if not path.startswith(homes)} == set()


def test_nothing_imports_the_tests_or_the_scripts() -> None:
    names = {name.split(".")[0] for path in MODULES for name in imported(path)}
    assert not names & {"tests", "conftest", "fakes", "files", "scripts", "sample", "bench"}


def test_every_package_is_installed() -> None:
    """An editable install finds all of them, a wheel only those that are named."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    # The others are papers, which tests/test_wheel.py reads from a wheel.
    named = [name for name in named if not name.startswith("footnote_sample")]
    folders = (path.parent.relative_to(ROOT).as_posix() for path in MODULES if path.name == "__init__.py")
    assert sorted(named) == sorted(folder.replace("/", ".") for folder in folders)


def test_what_is_read_as_a_number_is_decimal() -> None:
    """`"¹".isdigit()` is true and `int("¹")` fails: a footnote mark ended every written answer."""
    wrong = [path.relative_to(ROOT).as_posix() for path in MODULES if "isdigit" in path.read_text(encoding="utf-8")]
    assert not wrong


# Libraries that import parts of their own as they are imported, and that several threads of a server import when they
# need them. What is given an object of its library (docx, pypdfium2) can't come before the whole.
WHOLE_FIRST = {
    "argon2",
    "fastembed",
    "httpx",
    "openai",
    "py3langid",
    "pymilvus",
    "sentence_transformers",
    "transformers",
}


def _parts_before_the_whole(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        whole: set[str] = set()
        nodes = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            if isinstance(node, ast.Call):
                whole.add(ast.unparse(node.func).removeprefix("import_"))
                whole.update(ast.unparse(argument).strip("'\"_").lower() for argument in node.args)
                continue
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for name in named:
                top, dot, _ = name.partition(".")
                if dot and top in WHOLE_FIRST - whole:
                    yield name, node.lineno
                whole.add(top)


def test_threads_import_a_library_before_a_part_of_it() -> None:
    """One that begins at a part and one that begins at the whole wait for each other, until Python lets one fail."""
    early = "def load():\n    from fastembed.common import a\n    import fastembed\n"
    late = "def load():\n    import fastembed\n    from fastembed.common import a\n"
    assert [*_parts_before_the_whole(ast.parse(early))] == [("fastembed.common", 2)]
    assert not [*_parts_before_the_whole(ast.parse(late))]
    wrong = {
        (path.relative_to(ROOT).as_posix(), *found)
        for path in MODULES
        for found in _parts_before_the_whole(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert not wrong
