"""Text in small letters, as a table of words has them. Pure functions."""


def lowered(text: str) -> str:
    """Return a text in small letters, with "i" for the Turkish "ı" and "İ".

    A pattern that ignores case takes these for "i", and `str.casefold` does not: "5 mıllion" matched, and its word was
    in no table.
    """
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text that are looked up alone, in lower case; "größe" as "grösse" too."""
    return frozenset((*text.lower().split(), *text.casefold().split()))
