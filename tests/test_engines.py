"""The store's contract and the engine's process on the other embedded engine, in an environment of its own."""

import re

import pytest
from environments import environment, on_this_machine, pinned, run_tests

pytestmark = [
    pytest.mark.engines,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not on_this_machine(), reason="not tried on this system"),
]


def test_contract_holds_on_milvus_lite_3() -> None:
    """Partitions, which milvus-lite 2.5.1 lacks, are exercised there."""
    programs = environment("milvus-lite-3.2.2", "milvus-lite==3.2.2", *pinned())
    done = run_tests(
        programs, "tests/test_store.py", "tests/test_engine.py", "tests/test_turns.py", "tests/test_tenancy.py"
    )
    print(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) >= 80
