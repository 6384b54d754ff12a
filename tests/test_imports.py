"""Which module may import which: the arrows point one way, and each outside library lives behind few files."""

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGES = ("qa", "ingest", "ui")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield every module that a file imports anywhere, function bodies and TYPE_CHECKING blocks included."""
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


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("pymilvus", ("qa/store/",)),
        ("milvus_lite", ("qa/store/",)),
        ("grpc", ("qa/store/",)),
        ("openai", ("qa/models/chat.py",)),
        ("fastembed", ("qa/models/", "qa/text/words.py")),
        ("sentence_transformers", ("qa/models/",)),
        ("streamlit", ("ui/",)),
        ("pypdfium2", ("ingest/load/",)),
        ("docx", ("ingest/load/",)),
        ("httpcore2", ("ingest/web/",)),
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
