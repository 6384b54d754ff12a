"""How common the words of languages are, from pyspellchecker's lists: what tells a misspelt word from a rare one."""

import gzip
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

_NONE: Mapping[str, int] = MappingProxyType({})


@cache
def has_list(code: str) -> bool:
    """Tell whether there is a list of the words of a language, by its code."""
    file = _file(code)
    return file is not None and file.is_file()


def commonness(word: str, codes: Sequence[str]) -> int:
    """Return how common a word in lower case is in the languages with these codes; 0 for none of their words."""
    # The list of German has no "ß".
    spellings = {word, word.replace("ß", "ss")}
    return max((_counts(code).get(spelling, 0) for code in codes for spelling in spellings), default=0)


@cache
def _counts(code: str) -> Mapping[str, int]:
    """Return the words of a language; read from the file, since importing the package brings nothing more."""
    file = _file(code)
    if file is None or not file.is_file():
        return _NONE
    found: Mapping[str, int] = json.loads(gzip.decompress(file.read_bytes()))
    return found


def _file(code: str) -> Path | None:
    package = find_spec("spellchecker")
    if package is None or not package.submodule_search_locations or not code.isalpha():
        return None
    return Path(package.submodule_search_locations[0], "resources", f"{code}.json.gz")
