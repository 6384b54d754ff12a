"""Text in small letters, as a table of words has them. Pure functions."""

from functools import lru_cache

from qa.lazy_regex import lazy_regex

_LETTERS = lazy_regex(r"[^\W\d_]+")


def lowered(text: str) -> str:
    """Return a text in small letters, with "i" for the Turkish "ı" and "İ".

    A pattern that ignores case takes these for "i", and `str.casefold` does not: "5 mıllion" matched, and its word was
    in no table.
    """
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


def small(text: str) -> str:
    """Return a text in small letters as a pattern that ignores case takes them; each letter keeps its place."""
    return text.lower() if text.isascii() else text.lower().replace("i\u0307", "i").replace("ı", "i").replace("ſ", "s")


@lru_cache(maxsize=64)
def small_words(text: str) -> frozenset[str]:
    """Return the runs of letters of a text in small letters, see `small`.

    Several readers of one text ask first whether it holds a word of theirs.
    """
    return frozenset(_LETTERS.findall(small(text)))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text that are looked up alone, in lower case; "größe" as "grösse" too."""
    return frozenset((*text.lower().split(), *text.casefold().split()))
