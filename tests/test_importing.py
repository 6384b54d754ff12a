"""What a command loads only to ask whether it was given something that Footnote never gives."""

import subprocess
import sys
import unicodedata

import pytest

from qa.text.stemmer import _punctuation

# Each in a process of its own: here everything is loaded already.
ALONE = """
import builtins, sys
from qa.store.importing import import_pymilvus
before = builtins.__import__
import_pymilvus()
assert builtins.__import__ is before
heavy = [name for name in ("pandas", "pandas.api.types", "pyarrow", "scipy") if name in sys.modules]
assert not heavy, heavy
from pymilvus.client.entity_helper import entity_is_sparse_matrix
from pymilvus.orm import schema, types
assert entity_is_sparse_matrix([{1: 0.5}])
assert schema.is_valid_insert_data([]) and not schema.is_valid_insert_data("text")
heavy = [name for name in ("pandas", "scipy") if name in sys.modules]
assert not heavy, heavy

# Whoever uses pymilvus with them in the same process notices nothing.
assert types.infer_dtype_bydata([1.0, 2.0]).name == "FLOAT_VECTOR"
import pandas
import scipy.sparse
assert pandas.__spec__ and pandas.api.types.is_list_like([])
assert schema.is_valid_insert_data(pandas.DataFrame({"a": [1]})) and not schema.is_valid_insert_data("text")
assert schema.pd.Series is pandas.Series and schema.pd.DataFrame is pandas.DataFrame
assert entity_is_sparse_matrix(scipy.sparse.csr_array([[0.0, 0.5]]))
"""
# While one thread is in the midst of pymilvus, another one imports pandas and works with it.
MEANWHILE = """
import importlib.util, sys, threading
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from qa.store.importing import import_pymilvus

kept = {}

def work():
    assert importlib.util.find_spec("pandas").name == "pandas"
    from pandas import DataFrame
    import pandas as pd
    import pandas.core.frame
    from pandas.api.types import is_scalar
    class Own(DataFrame):
        pass
    assert DataFrame is pd.DataFrame is pandas.core.frame.DataFrame is sys.modules["pandas"].DataFrame
    assert len(pd.DataFrame.from_records([{"a": 1}])) == 1 and isinstance(Own({"a": [1]}), DataFrame)
    assert is_scalar(1) and pd.Series([1]).sum() == 1
    kept["pandas"] = pd

class Meanwhile(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != AT or kept:
            return None
        kept["begun"] = True
        spec = PathFinder.find_spec(name, path)
        run = spec.loader.exec_module
        def exec_module(module):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
            run(module)
        spec.loader.exec_module = exec_module
        return spec

sys.meta_path.insert(0, Meanwhile())
import_pymilvus()
from pymilvus.orm import schema
assert kept["pandas"] is sys.modules["pandas"]
assert schema.is_valid_insert_data(kept["pandas"].DataFrame()) and schema.pd.DataFrame is kept["pandas"].DataFrame
"""
# A release without the helper that is asked for matrices, and one that imports more of pandas in other ways.
NEWER = """
import sys
from importlib.util import spec_from_loader
from importlib.abc import Loader, MetaPathFinder
from qa.store import importing

class Newer(Loader, MetaPathFinder):
    SOURCES = {
        "pymilvus": "from pymilvus import frames",
        "pymilvus.frames": '''
import pandas.api.types
import pandas.api.types as types
from pandas import DataFrame, Series
from pandas.api.types import is_float, is_list_like
def is_frame(value): return isinstance(value, (pandas.DataFrame, dict))
''',
        "pymilvus.client": "", "pymilvus.client.utils": "",
    }
    def find_spec(self, name, path, target=None):
        return spec_from_loader(name, self, is_package=True) if name in self.SOURCES else None
    def exec_module(self, module):
        exec(self.SOURCES[module.__name__], module.__dict__)

sys.meta_path.insert(0, Newer())
importing.import_pymilvus()
from pymilvus import frames
import pandas
assert frames.pandas.DataFrame is pandas.DataFrame and frames.Series is pandas.Series
assert frames.is_frame(pandas.DataFrame()) and not frames.is_frame([])
assert frames.is_float(1.0) and frames.types.is_float(1.0) and not frames.is_list_like(1)
"""
LOADED = """
import pandas
from qa.store.importing import import_pymilvus
import_pymilvus()
from pymilvus.orm import schema
assert schema.pd is pandas
"""


def ends_well(program: str) -> None:
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=240)
    assert ended.returncode == 0, ended.stderr


def test_pymilvus_is_imported_without_pandas_and_scipy() -> None:
    ends_well(ALONE)


@pytest.mark.parametrize("at", ["pymilvus.client", "pymilvus.orm.schema", "pymilvus.orm.types"])
def test_another_thread_that_imports_pandas_meanwhile_gets_pandas(at: str) -> None:
    """What stood in for it was seen by all, and stayed in modules that had taken it: a frame without its methods."""
    ends_well(MEANWHILE.replace("AT", repr(at)))


def test_other_releases_of_pymilvus_are_imported_too() -> None:
    ends_well(NEWER)


def test_pandas_that_is_loaded_is_used() -> None:
    ends_well(LOADED)


def test_punctuation_is_all_of_unicode_s() -> None:
    found = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)).startswith("P")}
    assert found == _punctuation()
