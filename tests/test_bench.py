"""mypy does not read the benchmarks, so this checks that what they import exists."""

import importlib.util
from pathlib import Path

import pytest
from conftest import ROOT

# These run in an environment of their own, with the peers in it.
_OTHERS = {"peers_langchain.py", "peers_llamaindex.py"}


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "bench").glob("*.py")))
def test_what_a_benchmark_imports_is_there(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    if script in _OTHERS:
        pytest.skip("needs the peers' packages")
    path = Path(ROOT, "bench", script)
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
