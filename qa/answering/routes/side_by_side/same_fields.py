"""Lines of two papers that are called the same and hold another value: "Amount due: £461.20" of two bills. Pure."""

import re
from collections.abc import Sequence

from qa.answering.routes.one_document.sections import Telling
from qa.lazy_regex import lazy_regex
from qa.types import Chunk

_FIELD = lazy_regex(r"^[ \t*#>-]*(?P<name>[^\W\d_][^:\n]{0,48}?)\**: *\**[ \t]*(?P<value>[^\s][^\n]*)$", re.MULTILINE)
# "We start at 10:30", "Ratio 3:1" and "C:\\temp" are no fields, nor is "But the reason was simple: he ran".
_NO_FIELD = lazy_regex(
    r".|.*\b(?:is|are|was|were|he|she|they|we|i|if|but|and|ist|sind|war|waren|er|wir|ich|wenn|aber|und)\b.*",
    re.IGNORECASE,
)
_OF_NUMBERS = lazy_regex(r"\d:\d")
_LONGEST = 200
_VALUE = lazy_regex(r"\d")


def same_fields(one: Sequence[Chunk], other: Sequence[Chunk]) -> list[tuple[Telling, Telling]]:
    """Return the fields that two papers share and state otherwise, those with amounts and days first."""
    first, second = _fields(one), _fields(other)
    pairs = [
        (telling, second[name][1])
        for name, (value, telling) in first.items()
        if name in second and second[name][0] != value
    ]
    return sorted(pairs, key=lambda pair: not (_VALUE.search(pair[0].text) and _VALUE.search(pair[1].text)))


def _fields(chunks: Sequence[Chunk]) -> dict[str, tuple[str, Telling]]:
    """Return a paper's fields by their names in small letters; a name that stands there twice tells nothing."""
    found: dict[str, tuple[str, Telling]] = {}
    twice: set[str] = set()
    for chunk in chunks:
        if "rows" in chunk.metadata:
            continue
        for match in _FIELD.finditer(chunk.text):
            text = match[0].strip(" \t*#>-")
            start = chunk.start + match.start() + match[0].index(text)
            name = " ".join(match["name"].casefold().split())
            if len(text) > _LONGEST or "://" in text or _NO_FIELD.fullmatch(name) or _is_of_numbers(match):
                continue
            telling = Telling(chunk, start, start + len(text), text)
            if name in found and found[name][1].start != start:
                twice.add(name)
            found.setdefault(name, (" ".join(match["value"].casefold().split()), telling))
    return {name: held for name, held in found.items() if name not in twice}


def _is_of_numbers(match: re.Match[str]) -> bool:
    """Tell whether a field's colon stands between two figures: that of a time, a ratio or a verse."""
    return bool(_OF_NUMBERS.match(match.string, match.end("name") - 1))
