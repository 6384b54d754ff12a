"""What somebody meant who mistyped a name: of commands, options, collections and filters. Pure functions."""

from collections.abc import Iterable
from difflib import get_close_matches

# Below it, names of different things are offered for one another ("ask" for "task").
_LIKENESS = 0.6


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the name that `word` is the beginning of or is most like, whatever their case; "" if none is like it."""
    names = {name.casefold(): name for name in sorted(known)}
    folded = word.casefold()
    if not folded:
        return ""
    begins = [name for name in names if len(folded) > 2 and name.startswith(folded)]
    found = begins[:1] or get_close_matches(folded, names, n=1, cutoff=_LIKENESS)
    return names[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of an error's line that names the nearest, "" if there is none: '; did you mean "--watch"?'."""
    name = nearest(word, known)
    return f'; did you mean "{name}"?' if name and name != word else ""
