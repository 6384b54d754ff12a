"""The evaluation notebook runs from top to bottom as it is committed."""

import ast
import importlib.util
import inspect
import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "evaluation.ipynb"
PACKAGES = ("ir_measures", "matplotlib", "pandas", "ipykernel", "nbclient", "nbformat")

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in PACKAGES),
    reason='needs the extra "eval": pip install "footnote[eval]"',
)


def test_notebook_is_committed_without_outputs() -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_what_the_notebook_imports_and_calls_by_name_is_there() -> None:
    """The short proof; that it runs is shown by the next test, in `make test-long`."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    space: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            tree = ast.parse("".join(line for line in cell["source"] if not line.startswith("%")))
            compile(tree, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            for node in tree.body:
                if isinstance(node, ast.Import | ast.ImportFrom):
                    exec(compile(ast.Module([node], []), "cell", "exec"), space)
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in space:
                    _check_keywords(space[node.func.id], node)


def _check_keywords(called: object, node: ast.Call) -> None:
    """A name of ours is called with arguments that it takes."""
    if not str(getattr(called, "__module__", "")).startswith(("qa", "ingest", "ui")) or not callable(called):
        return
    if any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords):
        return
    inspect.signature(called).bind(*node.args, **{str(item.arg): item for item in node.keywords})


@pytest.mark.long
@pytest.mark.models
@pytest.mark.timeout(1800)  # 78 s on a quiet machine, 300 under a load of 15
def test_notebook_runs_from_top_to_bottom(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("FOOTNOTE_HOME", str(home))
    # The table was measured without them, which a machine may have.
    monkeypatch.setenv("FOOTNOTE_DICTIONARIES", "none")
    # Importing Streamlit sets it, and the kernel would draw nothing.
    monkeypatch.delenv("MPLBACKEND", raising=False)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    # What the reader sees as a table, as JSON.
    notebook.cells.append(nbformat.v4.new_code_cell("print(configurations.to_json(orient='index'))"))
    where = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(notebook, timeout=900, kernel_name="python3", resources=where).execute()

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "error"]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 4
    configurations = json.loads(outputs[-1].text)
    assert list(configurations) == ["dense", "sparse", "rrf", "scores"]
    for means in configurations.values():
        # Only the default answers; the others have no value there.
        assert all(0.0 <= value <= 1.0 for value in means.values() if value is not None)
        assert 0.5 < means["R@5"] <= means["R@10"] <= means["R@20"]
    assert configurations["scores"]["CitationRecall"] > 0.5
    # The table of docs/evaluation.md is of the same set; the order of equal RRF scores is the engine's.
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^([a-zA-Z]\w*(?:@\w+)?) +([\d.* ]+)   [\d.]+–[\d.]+$", page, re.MULTILINE))
    assert {"R@5", "Evidence@5", "SpanRecall@5", "SpanRecall@1000t", "RefusalAUROC"} <= rows.keys()
    for metric, row in rows.items():
        for ranking, printed in zip(configurations, row.replace("*", "").split(), strict=True):
            value = configurations[ranking][metric]
            # Ties of RRF differ from one index to the next, and with them the pool of the default.
            within = 0.03 if ranking == "rrf" else 0.02
            assert value is None or value == pytest.approx(float(printed), abs=within), (metric, ranking)
    assert configurations["dense"]["CitationRecall"] is None
    shown = "".join(output.data["text/html"] for output in outputs if "text/html" in output.get("data", {}))
    for wanted in ("rank, dense", "BM25 share", "p after Holm", "retrieve p95", "quote at rank"):
        assert wanted in shown, wanted
    assert (home / "footnote.db").exists()
