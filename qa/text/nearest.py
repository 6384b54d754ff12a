"""Guess which name was mistyped: of a command, an option, a collection or a filter. Pure functions."""

from collections.abc import Iterable
from difflib import get_close_matches

# Below it, names of different things are offered for one another ("ask" for "task").
_LIKENESS = 0.6


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the name that begins with `word` or is most like it, whatever the case; "" if none is like it."""
    names = {name.casefold(): name for name in sorted(known)}
    folded = word.casefold()
    if not folded:
        return ""
    begins = [name for name in names if len(folded) > 2 and name.startswith(folded)]
    found = begins[:1] or get_close_matches(folded, names, n=1, cutoff=_LIKENESS)
    return names[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the tail of an error message that names the nearest ('; did you mean "--watch"?'); "" if there is none."""
    name = nearest(word, known)
    return f'; did you mean "{name}"?' if name and name != word else ""
