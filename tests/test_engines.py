"""The store's contract and the engine's process on the other embedded engine, laid over Footnote's own packages."""

import re
import subprocess
import sys

import pytest
from environments import on_this_machine, overlay, run_tests

pytestmark = [
    pytest.mark.engines,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not on_this_machine(), reason="not tried on this system"),
]


@pytest.mark.parametrize(
    ("files", "at_least"),
    [
        pytest.param(["test_store.py", "test_groups.py"], 40, id="store", marks=pytest.mark.long),
        pytest.param(["test_engine.py", "test_turns.py", "test_tenancy.py"], 40, id="rest", marks=pytest.mark.long),
    ],
)
def test_contract_holds_on_milvus_lite_3(files: list[str], at_least: int) -> None:
    """Partitions, which milvus-lite 2.5.1 lacks, are exercised there."""
    packages = overlay("milvus-lite-3.2.2", "milvus-lite==3.2.2", "faiss-cpu==1.15.1")
    code = "from importlib.metadata import version; print(version('milvus-lite'))"
    assert subprocess.check_output([sys.executable, "-c", code], env=packages, text=True).strip() == "3.2.2"
    done = run_tests(packages, *(f"tests/{name}" for name in files))
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= at_least
