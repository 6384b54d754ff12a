"""What a command loads only to ask whether it was given something that Footnote never gives."""

import subprocess
import sys
import unicodedata

from qa.text.words import _punctuation

# In a process of its own: here everything is loaded already.
ALONE = """
import sys
from qa.store.importing import import_pymilvus
import_pymilvus()
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
assert schema.pd.Series is pandas.Series
assert entity_is_sparse_matrix(scipy.sparse.csr_array([[0.0, 0.5]]))
"""
MEANWHILE = """
import sys
from qa.store import importing
stand_ins = importing._stand_ins()
sys.modules.update(stand_ins)
# As another thread does while pymilvus is imported.
import pandas
assert pandas is stand_ins["pandas"]
assert isinstance(pandas.DataFrame({"a": [1]}), pandas.DataFrame)
assert len(pandas.DataFrame({"a": [1]})) == 1
assert "pandas.api.types" in sys.modules and sys.modules["pandas"] is not pandas
import pandas.core.frame
from pandas.api.types import is_scalar
assert is_scalar(1) and pandas.Series([1]).sum() == 1
"""


def test_pymilvus_is_imported_without_pandas_and_scipy() -> None:
    for program in (ALONE, MEANWHILE):
        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr


def test_punctuation_is_all_of_unicode_s() -> None:
    found = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)).startswith("P")}
    assert found == _punctuation()
