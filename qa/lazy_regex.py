"""Patterns that are compiled when they are first used, as Django's `_lazy_re_compile` does.

Rules about words are many: some 1,200 patterns stand at the top of modules. To compile them all took .6 of the 1.4 s of
processor time of `footnote status`, which uses none, and a question uses 65 to 600 of them.
"""

import re
from typing import Any, AnyStr, cast


def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern for the top of a module; one that is wrong is told by its first use.

    Args:
        pattern: As `re.compile` takes it.
        flags: Likewise.
    """
    return cast(re.Pattern[AnyStr], _Lazy(pattern, flags))


class _Lazy:
    """Has the attributes of a compiled pattern; each is its own once it was asked for, so it costs nothing more."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags
        self._compiled: re.Pattern[Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = re.compile(self.pattern, self._flags)
        value = getattr(self._compiled, name)
        setattr(self, name, value)
        return value

    def search(self, *within: Any) -> Any:
        """Search, the first time; a library that takes patterns knows them by this."""
        return self.__getattr__("search")(*within)
