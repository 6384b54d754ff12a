"""Which document a question names: by its file, its title, or words of both, mistyped ones too. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Literal

from qa.answering.routes.holdings.genres import genre, is_kind, is_of, singular, words_of
from qa.answering.routes.one_document.other_tongue import called_otherwise, parted
from qa.lazy_regex import lazy_regex
from qa.store.where import day_of, ending_of
from qa.text.calendar_words import MONTHS_DE, MONTHS_EN

if TYPE_CHECKING:
    from qa.store.records import RegisterRow

# How surely a document is meant: its file was named, its whole title or file name was, or words of them were.
Strength = Literal["file", "title", "words"]

_FILE = lazy_regex(r"[^\s\"'“”()?,;]*[^\s\"'“”()?,;./]\.[A-Za-z][A-Za-z0-9]{1,4}\b")
_DOCUMENT = lazy_regex(
    r"\b(?:documents?|files?|texts?|pdfs?|dokumente?s?|datei|schriftstück|unterlagen?)\b", re.IGNORECASE
)
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """the a an my our your this that these those of for from in on at about to with and called named titled
        entitled whole entire full complete
        der die das den dem des ein eine einen einem einer mein meine meinen meinem unser
        unsere von vom für über aus mit und zu zum zur im namens genannt dieses diese diesem diesen ganze ganzen""",
    )
)
_LIKE = 0.8
_LEAST_TYPED = 4
# Of documents that a question's words fit, those are meant that are named nearly as wholly as the best.
_NEARLY = 0.15
_MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Named:
    """Documents that a question names.

    Attributes:
        rows: The one, or those that fit equally well.
        strength: How surely.
        says_document: Whether the words say that a document is meant: "the file …", "the report …", or a file's name.
        share: Which part of its title or file name was said, in [0, 1].
    """

    rows: tuple["RegisterRow", ...]
    strength: Strength
    says_document: bool
    share: float = 1.0


def named(fragment: str, rows: Sequence["RegisterRow"]) -> Named | None:
    """Return the documents that some words of a question name, None where they name none.

    Args:
        fragment: The words, such as "the annual report" or "lease-mill.md".
        rows: The documents that there are.
    """
    if found := by_file(fragment, rows):
        return Named(found, "file", says_document=True)
    bare = _DOCUMENT.sub(" ", fragment)
    words = [word for word in words_of(bare) if word not in _SMALL]
    if not words or len(words) > _MOST_WORDS:
        return None
    says = bare != fragment or any(genre(word) or is_kind(word) for word in words)
    fits = [(share, row) for row in rows if (share := _share(words, row))]
    if not fits:
        return None
    best = max(share for share, _ in fits)
    chosen = tuple(row for share, row in fits if share >= best - (0.0 if best >= 1 else _NEARLY))
    return Named(chosen, "title" if best >= 1 else "words", says, best)


def so_named(fragment: str, rows: Sequence["RegisterRow"]) -> list["RegisterRow"]:
    """Return all documents whose title, file name or folder holds the words, and not just those that they fit best."""
    words = [word for word in words_of(_DOCUMENT.sub(" ", fragment)) if word not in _SMALL]
    return [row for row in rows if words and _share(words, row)]


def is_written(fragment: str, row: "RegisterRow") -> bool:
    """Tell whether a document's name has words as they are: "Russian Blue" has no "Russia"."""
    held = {singular(word) for part in _name_words(row) for word in part}
    return all(singular(word) in held for word in words_of(fragment) if word not in _SMALL)


def by_file(text: str, rows: Sequence["RegisterRow"]) -> tuple["RegisterRow", ...]:
    """Return the documents whose file names, endings included, or paths stand in a text, be it mistyped."""
    written = [match[0].casefold() for match in _FILE.finditer(text)]
    if not written:
        return ()
    names: dict[str, list[RegisterRow]] = {}
    for row in rows:
        names.setdefault(_file(row), []).append(row)
    found: dict[str, RegisterRow] = {}
    for name in written:
        last = name.rpartition("/")[2]
        exact = [row for row in names.get(last, ()) if row.source.casefold().endswith(name)]
        if not exact and (like := get_close_matches(last, names, n=1, cutoff=_LIKE)):
            exact = names[like[0]]
        found.update((row.document_id, row) for row in exact)
    return tuple(found.values())


def without_file(text: str, rows: Sequence["RegisterRow"]) -> str:
    """Return a question without the file names that `by_file` finds, and what leads up to them: "in lease.md"."""
    kept = text
    for match in _FILE.finditer(text):
        if by_file(match[0], rows):
            pattern = (
                r"(?:\b(?:in|of|from|by|according to|im|in der|laut|aus|von)\s+(?:the |der |die )?(?:file |datei )?)?"
            )
            kept = re.sub(rf"{pattern}[\"'“]?{re.escape(match[0])}[\"'”]?", " ", kept, flags=re.IGNORECASE)
    return " ".join(kept.split())


def _file(row: "RegisterRow") -> str:
    return row.source.rpartition("/")[2].casefold()


def _share(words: Sequence[str], row: "RegisterRow") -> float:
    """Return which share of a document's title or file name these words are, 0 where it does not hold them all."""
    title, stem, around = _name_words(row)
    held = {*title, *stem, *around}
    matched = set()
    for word in words:
        like = _like(word, held) or _otherwise(word, held)
        kind = genre(word)
        if not like and not (kind and is_of(kind, row)) and not (like := _compound(word, held, row)):
            return 0.0
        matched.add(like or word)
    return max(_covered(title, matched), _covered(stem, matched), 0.01)


def _covered(name: Sequence[str], matched: set[str]) -> float:
    telling = [word for word in name if word not in _SMALL]
    return sum(word in matched for word in telling) / len(telling) if telling else 0.0


def _name_words(row: "RegisterRow") -> tuple[list[str], list[str], list[str]]:
    """Return the words of a document's title, of its file's name, and what else it may be called by."""
    folders, _, name = row.source.rpartition("/")
    day = day_of(row)
    around = [
        *words_of(folders),
        ending_of(row),
        MONTHS_EN[day.month - 1].lower(),
        MONTHS_DE[day.month - 1].lower(),
        str(day.year),
    ]
    return words_of(row.title), words_of(name.rpartition(".")[0] or name), around


def _like(word: str, held: set[str]) -> str:
    """Return the word of a name that is this one, in another form or mistyped; "" for none."""
    if word in held:
        return word
    bare = singular(word)
    for other in held:
        if singular(other) == bare or other == f"{word}s" or word == f"{other}s":
            return other
    if len(word) < _LEAST_TYPED or word.isdecimal():
        return ""
    return max((other for other in held if _typed(word, other)), key=lambda other: _ratio(word, other), default="")


def _otherwise(word: str, held: set[str]) -> str:
    """Return the word of a name that is this one in the other language; "" for none.

    A German compound begins or ends with it: "washing" stands in "Waschmaschine".
    """
    for other in called_otherwise(word):
        for part in held:
            is_part = len(other) >= _LEAST_TYPED and (part.startswith(other) or part.endswith(other))
            if part == other or is_part:
                return part
    return ""


def _compound(word: str, held: set[str], row: "RegisterRow") -> str:
    """Return what of a name a German compound is: "Jahresbericht" of a report whose name says "annual"; "" for none."""
    found = parted(word)
    if not found or not is_of(found[1], row):
        return ""
    return _like(found[0], held) or _otherwise(found[0], held)


def _typed(word: str, other: str) -> bool:
    return len(other) >= _LEAST_TYPED and abs(len(word) - len(other)) <= 2 and _ratio(word, other) >= _LIKE


@cache
def _ratio(word: str, other: str) -> float:
    return SequenceMatcher(None, word, other).ratio()
