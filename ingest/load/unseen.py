"""Text in a file that nobody who opens it sees, or that its writer struck out: it is left out, and reported.

Text that is white on white, of size 0 or outside the page is put there for programs that read, mostly to make them do
or say something. A loader leaves it out and notes it here; `ingest.load` turns the notes of one file into its gaps.
A price that is struck out is no price any more, so it is left out likewise, and named apart from what is hidden.
Invisible characters are removed by `without_unseen`, through which every text passes that a loader builds.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from qa.lazy_regex import lazy_regex

# Never seen, and needed by no script: zero-width spaces, word joiners, soft hyphens, annotations, fillers, tags; and
# overrides of the writing direction, which make a text read otherwise than it is stored.
_NEVER = (
    "\u00ad\u180e\u200b\u202d\u202e\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
# Not seen either, but Persian, Indic scripts, ideographs and emoji need one of them behind a character.
_JOINERS = "\u200c-\u200f\u061c\ufe00-\ufe0f\U000e0100-\U000e01ef"
_UNSEEN = lazy_regex(f"[{_NEVER}{_JOINERS}]")
_RUN = lazy_regex(f"[{_NEVER}{_JOINERS}]+")
_TAGS = lazy_regex("[\U000e0020-\U000e007f]")
# The flags of England, Scotland and Wales are a flag and tags.
_FLAG, _FLAG_TAGS = "\U0001f3f4", lazy_regex("[\U000e0061-\U000e007a]{4,6}\U000e007f")
# Generators of documentation put one or two of these between words, and typesetters soft hyphens.
_LONGEST_INNOCENT = 3
_NEARLY_ALL = 0.8
_LONGEST_TASK = 1_000

STRUCK = "struck out"
"""How a text is left out through which its writer drew a line."""
TICKED = lazy_regex(r"\s*(?:[-*+•]{1,6}\s+|\d{1,4}[.)]\s+)?(?:\[[xX*]\]|[☑☒✅✓✔])")
"""The beginning of a task that is done: programs strike out its words by themselves, and the tick says it already."""

Colour = tuple[int, int, int]
"""Red, green and blue, each from 0 to 255."""

_HEX = lazy_regex("#?([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})")
# A difference in red, green or blue that no eye sees.
_SAME = 16


def hex_colour(text: str) -> Colour | None:
    """Return a colour that is written "c0ffee" or "#C0FFEE"; None for anything else."""
    match = _HEX.fullmatch(text)
    return (int(match[1], 16), int(match[2], 16), int(match[3], 16)) if match else None


def blends(ink: Colour | None, ground: Colour | None) -> bool:
    """Tell whether text of one colour cannot be seen on the other; not where one of them is not known."""
    return bool(ink and ground) and all(abs(a - b) <= _SAME for a, b in zip(ink or (), ground or (), strict=True))


@dataclass(slots=True)
class Notes:
    """What was left out of one file: how many words by the way in which they were hidden, and how many characters.

    `others` are further gaps in words, each once.
    """

    words: dict[str, int] = field(default_factory=dict)
    characters: int = 0
    others: dict[str, None] = field(default_factory=dict)

    def gaps(self) -> tuple[str, ...]:
        """Return the notes in words for the reader, to be used as `Document.gaps`."""
        gaps = []
        words = {how: count for how, count in self.words.items() if how != STRUCK}
        if count := sum(words.values()):
            gaps.append(f"without {count:,} hidden {'word' if count == 1 else 'words'} ({', '.join(words)})")
        if count := self.words.get(STRUCK, 0):
            gaps.append(f"without {count:,} struck-out {'word' if count == 1 else 'words'}")
        if self.characters:
            gaps.append(f"without {self.characters:,} invisible characters, which can carry text")
        return (*gaps, *self.others)


_notes: ContextVar[Notes | None] = ContextVar("unseen", default=None)


@contextmanager
def noting() -> Iterator[Notes]:
    """Collect what is noted while one file is loaded in this thread."""
    notes = Notes()
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def task_around(match: re.Match[str]) -> str:
    """Return the line of struck-out words where it is a task that is ticked, and no longer than one; "" otherwise."""
    text = match.string
    start = text.rfind("\n", max(match.start() - _LONGEST_TASK, 0), match.start()) + 1
    if (not start and match.start() > _LONGEST_TASK) or not TICKED.match(text, start):
        return ""
    task = text[start : start + _LONGEST_TASK]
    end = task.find("\n", match.end() - start)
    return task if end < 0 and len(task) < _LONGEST_TASK else task[:end] if end >= 0 else ""


def is_done(task: str, struck: str) -> bool:
    """Tell whether a line is a task that is ticked, and all of it is struck out, not a price in it."""
    tick = TICKED.match(task)
    return tick is not None and is_all(struck, task[tick.end() :])


def is_all(struck: str, task: str) -> bool:
    """Tell whether what is struck out of a task is nearly all of it."""
    return _letters(struck) >= _NEARLY_ALL * _letters(task)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def left_out(text: str, how: str) -> None:
    """Note a text that is left out, and how it was hidden."""
    notes, words = _notes.get(), len(text.split())
    if notes is not None and words:
        notes.words[how] = notes.words.get(how, 0) + words


def incomplete(what: str) -> None:
    """Note in words, and once, what else of the file was not read or not read surely, and where."""
    notes = _notes.get()
    if notes is not None:
        notes.others[what] = None


def without_unseen(text: str) -> str:
    """Return a text without invisible characters; those that a script needs to be read right stay."""
    if text.isascii() or not _UNSEEN.search(text):
        return text
    return _RUN.sub(_needed, text)


def _needed(match: re.Match[str]) -> str:
    """Return what is needed of a run of invisible characters, and note a run that can carry text."""
    run, text, at = match[0], match.string, match.start()
    before = text[at - 1] if at else ""
    if before == _FLAG and _FLAG_TAGS.fullmatch(run):
        return run
    notes = _notes.get()
    if notes is not None and (len(run) > _LONGEST_INNOCENT or _TAGS.search(run)) and set(run) != {"\u00ad"}:
        notes.characters += len(run)
    # A joiner, a variation or both; behind a Latin letter, a digit or a blank they change nothing.
    kept = "".join(character for character in run if re.match(f"[{_JOINERS}]", character))
    return kept if (len(kept) <= 2 and before > "\u024f") or kept in ("\u200e", "\u200f", "\ufe0f") else ""
