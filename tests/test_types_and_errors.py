import re
import subprocess
import sys

from conftest import ROOT

import qa
from qa import errors
from qa.errors import LoadError, QAError

HEAVY = (
    "torch",
    "sentence_transformers",
    "transformers",
    "fastembed",
    "onnxruntime",
    "pymilvus",
    "openai",
    "streamlit",
)


def test_every_error_is_a_qa_error_and_stands_in_the_tree() -> None:
    tree = re.findall(r"^([│├└─ ]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    above: dict[int, str] = {}
    for branches, name in tree:
        depth = len(branches) // 4
        above[depth] = name
        if depth:
            assert vars(errors)[name].__bases__ == (vars(errors)[above[depth - 1]],)
    classes = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert {name for _, name in tree} == classes
    assert all(issubclass(vars(errors)[name], QAError) for name in classes)


def test_load_error_keeps_source_and_reason_apart() -> None:
    error = LoadError("/docs/a.pdf", "is encrypted; remove the password")
    assert (error.source, error.reason) == ("/docs/a.pdf", "is encrypted; remove the password")
    assert str(error) == "/docs/a.pdf: is encrypted; remove the password"


def test_public_names_are_there_and_sorted() -> None:
    assert qa.__all__ == sorted(qa.__all__)
    assert all(hasattr(qa, name) for name in qa.__all__)


def test_importing_loads_no_heavy_library() -> None:
    """`--help` and the first screen wait for what is imported."""
    script = f"import sys, qa, ingest; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
