"""The words of a collection, read from its chunks once and kept in a file beside the embedded engine's.

The file is a help, not a record: it may lack the words of the newest documents, and hold those of removed ones until
the next ingest. Whether a chunk holds a word is always told by the register's counts.
"""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from qa.private import make_folder, write_file
from qa.text.vocabulary import Vocabulary, words_of

if TYPE_CHECKING:
    from qa.store.collection import Collection

_FIELDS = ("title", "heading", "text")
_FIRST_LINE = "footnote words"
# So long a question waits at most until words are read for the first time.
_WAITED_S = 2.0


class Words:
    """The words of a collection as far as they are read, and the state of its register that they were read at."""

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._read_at = (-1, 0)
        self._gathering: asyncio.Task[None] | None = None

    async def at(
        self, seen: tuple[int, int], chunks: "Collection", file: Path | None, *, wait: bool
    ) -> Vocabulary | None:
        """Return the words that are known, None for none yet; where they are of another state, begin to read them.

        Args:
            seen: The state of the register.
            chunks: Are read in the background.
            file: Holds the words that an earlier process read; None for no file.
            wait: Whether the first reading is waited for, up to `_WAITED_S`.
        """
        if self._vocabulary is None and file and (read := read_words(file)):
            self._vocabulary, self._read_at = read
        if self._read_at != seen and (self._gathering is None or self._gathering.done()):
            self._gathering = asyncio.create_task(self._gather(seen, chunks))
            self._gathering.add_done_callback(lambda task: task.cancelled() or task.exception())
            if self._vocabulary is None and wait:
                await asyncio.wait([self._gathering], timeout=_WAITED_S)
        return self._vocabulary

    async def _gather(self, seen: tuple[int, int], chunks: "Collection") -> None:
        self._vocabulary, self._read_at = Vocabulary(await gathered(chunks)), seen


async def gathered(chunks: "Collection", expression: str = "") -> set[str]:
    """Return the words of stored chunks."""
    found: set[str] = set()
    async for page in chunks.scan(expression, _FIELDS):
        text = "\n".join("\n".join(row[name] for name in _FIELDS) for row in page)
        found |= await asyncio.to_thread(words_of, text)
    return found


def read_words(file: Path) -> tuple[Vocabulary, tuple[int, int]] | None:
    """Return the words of a file, and the state of the register that they were read at; None where there is none."""
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None  # it is made anew


@lru_cache(maxsize=8)
def _read(file: Path, _changed: int) -> tuple[Vocabulary, tuple[int, int]]:
    first, *words = file.read_text(encoding="utf-8").split("\n")
    count, newest = first.removeprefix(_FIRST_LINE).split()
    return Vocabulary(word for word in words if word), (int(count), int(newest))


def write_words(file: Path, words: set[str], seen: tuple[int, int]) -> None:
    """Write the words of a collection; where that fails, questions are spelled with fewer of them."""
    with suppress(OSError):
        make_folder(file.parent)
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        write_file(draft, "\n".join([f"{_FIRST_LINE} {seen[0]} {seen[1]}", *sorted(words)]))
        draft.replace(file)


def still_held(words: set[str], frequency: Callable[[str], int | None]) -> set[str]:
    """Return the words that some chunk still holds."""
    return {word for word in words if frequency(word) != 0}
