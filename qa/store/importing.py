"""Imports pymilvus without pandas and SciPy, which it has only for data frames and matrices that it might be given.

Of the processor's 0.9 s that a command spends on pymilvus they take 0.4, and Footnote gives it neither. What stands in
for pandas is given to pymilvus' own modules alone, and hands on to the real one once something of it is used. Whoever
else imports pandas, also in another thread at that moment, gets pandas.
"""

import builtins
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

_PYMILVUS, _PANDAS, _TYPES = "pymilvus", "pandas", "pandas.api.types"
_lock = Lock()


class _NoFrame:
    """In the place of `pandas.DataFrame` as long as nobody has loaded pandas: nothing can be one."""

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        """Return a real one."""
        return import_module("pandas").DataFrame(*arguments, **named)


class _Pandas(ModuleType):
    """In the place of pandas, whose classes stand in annotations and in questions what something is."""

    def __getattr__(self, name: str) -> Any:
        if name == "DataFrame" and _PANDAS not in sys.modules:
            return _NoFrame
        return getattr(import_module("pandas"), name)


class _Types(ModuleType):
    """In the place of `pandas.api.types`, whose functions are imported by name long before they are called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *arguments, **named: getattr(import_module("pandas.api.types"), name)(*arguments, **named)


@cache
def import_pymilvus() -> None:
    """Import it, once in a process; whoever comes meanwhile waits. It takes a quarter of a second."""
    with _lock:
        if _PYMILVUS not in sys.modules:
            _import_without_pandas()
        # Perhaps another thread is still at it, and a part of it would fail in both.
        import_module("pymilvus")
        # A release that asks in another way asks as it likes, and loads SciPy.
        with suppress(ImportError, AttributeError):
            from pymilvus.client.utils import SciPyHelper

            if not hasattr(SciPyHelper, "_footnote"):
                SciPyHelper.is_scipy_sparse = _only_where_loaded(SciPyHelper.is_scipy_sparse)
                SciPyHelper._footnote = True


def _import_without_pandas() -> None:
    # Where somebody has loaded it there is nothing to save.
    if _PANDAS in sys.modules:
        import_module("pymilvus")
        return
    before = builtins.__import__
    builtins.__import__ = handing = _handing_out(before)
    try:
        import_module("pymilvus")
    finally:
        if builtins.__import__ is handing:
            builtins.__import__ = before


def _handing_out(before: Callable[..., Any]) -> Callable[..., Any]:
    """Return what import statements call, with something else than pandas for the modules of pymilvus."""
    stand_ins = {_PANDAS: _Pandas(_PANDAS), _TYPES: _Types(_TYPES)}

    def imported(
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - as Python calls them
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        who = str((globals or {}).get("__name__", ""))
        if name not in stand_ins or who.partition(".")[0] != _PYMILVUS:
            return before(name, globals, locals, fromlist, level)
        # "import pandas.api.types" gives the name "pandas", see Python's `__import__`.
        return stand_ins[name if fromlist else _PANDAS]

    return imported


def _only_where_loaded(is_matrix: Callable[[object], bool]) -> Callable[[object], bool]:
    """Before it sends a vector, pymilvus imports SciPy to ask whether it is one of its matrices."""
    return lambda value: "scipy.sparse" in sys.modules and is_matrix(value)
