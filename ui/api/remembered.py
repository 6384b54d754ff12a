"""What this process remembers of what programs asked: conversations to go on with, and answers as they were written.

Both are bounded by the bytes that they take, whatever programs send. What is forgotten first is what is oldest.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from qa.answering.answer import QUESTION_CHARACTERS
from qa.answering.standalone.conversation import turn_of, within_bounds
from qa.lazy_regex import lazy_regex
from qa.types import Answer, Turn
from ui.api.citations import NOTE, doubt_line, footnote_line, written_out
from ui.api.problems import ProblemError

K = TypeVar("K")

# What programs put before an answer, to show what was thought (Open WebUI, and others).
_THOUGHT = lazy_regex(r'\s*(?:<details type="reasoning".*?</details>|<think>.*?</think>)\s*', re.DOTALL)
# Returns an earlier answer that a program sent as a turn.
Said = Callable[[str], Turn]

MOST_BYTES = 32 << 20
# A question rests on the last of them.
_MOST_TURNS = 100
# A character, and a value with what Python keeps about it.
_CHARACTER, _VALUE = 4, 200


class _Bounded(Generic[K]):
    """Turns by a key, the newest of them, within a number of bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._held: OrderedDict[K, tuple[Turn, ...]] = OrderedDict()
        self.bytes = 0

    def get(self, key: K) -> tuple[Turn, ...] | None:
        return self._held.get(key)

    def keep(self, key: K, turns: Sequence[Turn]) -> None:
        kept = tuple(turns)
        while kept and _size(kept) > self._most:
            kept = kept[1:]
        self._drop(key)
        self._held[key] = kept
        self.bytes += _size(kept)
        while self.bytes > self._most:
            self._drop(next(iter(self._held)))

    def _drop(self, key: K) -> None:
        if (turns := self._held.pop(key, None)) is not None:
            self.bytes -= _size(turns)

    def __len__(self) -> int:
        return len(self._held)


def _size(turns: Sequence[Turn]) -> int:
    return _VALUE + sum(_VALUE + _CHARACTER * (len(turn.text) + sum(map(len, turn.documents))) for turn in turns)


class Conversations:
    """The conversations behind responses, by who asked and the response's id."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._turns: _Bounded[tuple[str, str]] = _Bounded(most_bytes)

    def before(self, person: str, response: str | None) -> tuple[Turn, ...]:
        """Return the turns up to a response.

        Raises:
            ProblemError: There is none of this id, or it is somebody else's.
        """
        if not response:
            return ()
        turns = self._turns.get((person, response))
        if turns is None:
            raise ProblemError(
                404,
                f'there is no response "{response[:100]}" to go on with; send the conversation as input',
                param="previous_response_id",
            )
        return turns

    def keep(self, person: str, response: str, turns: Sequence[Turn]) -> None:
        """Remember a conversation with its last answer."""
        self._turns.keep((person, response), within_bounds(turns[-_MOST_TURNS:], QUESTION_CHARACTERS))

    @property
    def bytes(self) -> int:
        """How much is held."""
        return self._turns.bytes


class Written:
    """Answers by the text in which programs got them: what they send back as an earlier answer is known exactly."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._turns: _Bounded[bytes] = _Bounded(most_bytes)

    def keep(self, answer: Answer) -> None:
        """Remember an answer that is given out."""
        self._turns.keep(_key(written_out(answer)), within_bounds([turn_of(answer)], QUESTION_CHARACTERS))

    def turn(self, text: str) -> Turn:
        """Return an earlier answer as it was, with the documents that it cited; one of another process by its form."""
        known = self._turns.get(_key(text)) or self._turns.get(_key(without_thought(text)))
        return known[0] if known else said_by_assistant(without_thought(text))


def _key(text: str) -> bytes:
    # Programs trim what they keep, and end its lines in their own way.
    return hashlib.sha256("\n".join(line.rstrip() for line in text.strip().splitlines()).encode()).digest()


def without_thought(text: str) -> str:
    """Return an earlier answer without what a program shows before it as its thinking."""
    end = 0
    while thought := _THOUGHT.match(text, end):
        end = thought.end()
    return text[end:]


def said_by_assistant(text: str) -> Turn:
    """Return an answer without the notes and footnotes that `written_out` puts below it, and nothing else.

    They are known by their form, and only where they end the text in the order in which they are written.
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    for is_ours in (footnote_line, doubt_line, _is_note):
        if len(blocks) > 1 and all(is_ours(line) for line in blocks[-1].splitlines()):
            blocks.pop()
    return Turn("assistant", "\n\n".join(blocks))


def _is_note(line: str) -> bool:
    return line.startswith(NOTE)
