"""Imports pymilvus without pandas and SciPy, which it has only for data frames and matrices that it might be given.

Of the processor's 0.9 s that a command spends on pymilvus they take 0.4, and Footnote gives it neither. Who uses
pymilvus with them in the same process notices nothing: what stands in for pandas becomes the real one when it is used.
"""

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

_PANDAS, _TYPES = "pandas", "pandas.api.types"
_lock = Lock()


class _Later(ModuleType):
    """Stands where a module would, and loads it when anything of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_real(self.__name__), name)


def _real(name: str) -> ModuleType:
    """Import what something stands in for."""
    for each in (_PANDAS, _TYPES):
        if isinstance(sys.modules.get(each), _Later):
            del sys.modules[each]
    import_module("pandas.api.types")  # which brings all of pandas
    return sys.modules[name]


class _IsFrame(type):
    """Nothing is a data frame where pandas was never loaded."""

    def __instancecheck__(cls, value: object) -> bool:
        pandas = sys.modules.get(_PANDAS)
        return pandas is not None and not isinstance(pandas, _Later) and isinstance(value, pandas.DataFrame)

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        # Of another thread, which imported the stand-in meanwhile.
        return _real(_PANDAS).DataFrame(*arguments, **named)


class _Frame(metaclass=_IsFrame):
    """In the place of `pandas.DataFrame`, which stands in pymilvus' annotations."""


def _later(name: str) -> Any:
    return lambda *arguments, **named: getattr(_real(_TYPES), name)(*arguments, **named)


def _stand_ins() -> dict[str, _Later]:
    pandas, types = _Later(_PANDAS), _Later(_TYPES)
    pandas.DataFrame = _Frame  # type: ignore[attr-defined]
    # What is imported from a module is first looked for there.
    types.__path__ = []
    for name in ("infer_dtype", "is_array_like", "is_float", "is_list_like", "is_scalar"):
        setattr(types, name, _later(name))
    return {_PANDAS: pandas, _TYPES: types}


@cache
def import_pymilvus() -> None:
    """Import it, once in a process; whoever comes meanwhile waits. It takes a quarter of a second."""
    with _lock:
        if "pymilvus" not in sys.modules:
            _import_without_pandas()
        from pymilvus.client.utils import SciPyHelper

        if not hasattr(SciPyHelper, "_footnote"):
            SciPyHelper._footnote = True
            SciPyHelper.is_scipy_sparse = _only_where_loaded(SciPyHelper.is_scipy_sparse)


def _import_without_pandas() -> None:
    stand_ins = {} if _PANDAS in sys.modules else _stand_ins()
    sys.modules.update(stand_ins)
    try:
        import_module("pymilvus")
    finally:
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]


def _only_where_loaded(is_matrix: Callable[[object], bool]) -> Callable[[object], bool]:
    """Before it sends a vector, pymilvus imports SciPy to ask whether it is one of its matrices."""
    return lambda value: "scipy.sparse" in sys.modules and is_matrix(value)
