"""A model's text as it comes in pieces: removes escape sequences, separates thoughts, finds loops. Pure."""

import re
from collections.abc import Iterator

from qa.lazy_regex import lazy_regex
from qa.models.chat.pieces import Retracted, Said, Thinking

# Whole escape sequences, with what they carry: colours and moves, links and titles, others of two characters.
_ESCAPES = lazy_regex(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9b-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[^\[\]PX^_]",
    re.DOTALL,
)
# A sequence that has begun and may go on in the next piece.
_MOST_BEGUN = 2_000
_BEGUN = lazy_regex(rf"(?:\x1b|[\x9b\x9d\x90\x98\x9e\x9f])[^\x1b]{{0,{_MOST_BEGUN}}}\x1b?\Z", re.DOTALL)
_OPENERS = lazy_regex(r"[\x1b\x9b\x9d\x90\x98\x9e\x9f]")
# Controls, marks of writing direction, and invisible characters; a tab and a line break stay.
_CONTROLS = lazy_regex(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u180e\u200b\u202a-\u202e\u2060-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_HIGH, _LONE = lazy_regex(r"[\ud800-\udbff]\Z"), lazy_regex(r"[\ud800-\udfff]")

_NAMES = r"(?:think|thinking|thought|reasoning)"
_OPEN, _CLOSE = lazy_regex(rf"<{_NAMES}>", re.IGNORECASE), lazy_regex(rf"</{_NAMES}>", re.IGNORECASE)
_TAGS = tuple(f"{slash}{name}>" for slash in ("<", "</") for name in ("think", "thinking", "thought", "reasoning"))

# A tail of this many characters that repeats one stretch this many times is a loop; a stretch is no longer than this.
_LOOP, _TIMES, _LONGEST_PERIOD = 160, 4, 400
_SENTENCE = lazy_regex(r"[^.!?\n]+[.!?\n]+")
_SAME_SENTENCES, _SENTENCE_WORDS = 3, 5


class Cleaner:
    """Removes from a text what is no text, whatever pieces it comes in."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return the part of the text that is certain now."""
        text = self._held + piece
        self._held = ""
        if half := _HIGH.search(text):  # the other half of a surrogate pair may come next
            text, self._held = text[: half.start()], half[0]
        elif _OPENERS.search(text) and (begun := _begun(text := _ESCAPES.sub("", text))):
            text, self._held = text[: begun.start()], begun[0]
        return _clean(text)

    def end(self) -> str:
        """Return what was held back."""
        text, self._held = self._held, ""
        return _clean(text)


class Parter:
    """Separates thoughts in tags, such as `<think>`, from the reply; `text` and `thoughts` are what came so far."""

    def __init__(self) -> None:
        self.text = self.thoughts = ""
        self._held = ""
        self._thinking = self._parted = False

    def feed(self, piece: str) -> Iterator[Said | Thinking | Retracted]:
        """Yield what is certainly text or certainly thought."""
        waiting, self._held = self._held + piece, ""
        while waiting:
            if self._thinking:
                if not (closing := _CLOSE.search(waiting)):
                    waiting, self._held = _without_half_a_tag(waiting)
                    yield from self._thought(waiting)
                    return
                yield from self._thought(waiting[: closing.start()])
                self._thinking, waiting = False, waiting[closing.end() :]
            elif (opening := _OPEN.search(waiting)) and not _CLOSE.search(waiting[: opening.start()]):
                # Some models think again behind their first words.
                yield from self._said(waiting[: opening.start()])
                self._thinking = self._parted = True
                waiting = waiting[opening.end() :]
            elif (closing := _CLOSE.search(waiting)) and self._parted:
                yield from self._said(waiting[: closing.start()])
                waiting = waiting[closing.end() :]
            elif closing:
                # The tag that opened them was in the prompt.
                before, waiting = self.text + waiting[: closing.start()], waiting[closing.end() :]
                if self.text:
                    yield Retracted()
                self.text, self._parted = "", True
                yield from self._thought(before)
            else:
                waiting, self._held = _without_half_a_tag(waiting)
                yield from self._said(waiting)
                return

    def end(self) -> Iterator[Said | Thinking | Retracted]:
        """Yield what was held back."""
        held, self._held = self._held, ""
        yield from self._thought(held) if self._thinking else self._said(held)

    def think(self, piece: str) -> Iterator[Thinking]:
        """Yield a thought that came separately from the text."""
        yield from self._thought(piece)

    def _said(self, text: str) -> Iterator[Said]:
        if text:
            self.text += text
            yield Said(text)

    def _thought(self, text: str) -> Iterator[Thinking]:
        if text:
            self.thoughts += text
            yield Thinking(text)


def loop_start(text: str) -> int | None:
    """Return where a text begins to repeat itself; None where it does not.

    The first occurrence stays: the position is after it.
    """
    tail = text[-_TIMES * _LONGEST_PERIOD :]
    for period in range(1, len(tail) // _TIMES + 1):
        times = max(_TIMES, -(-_LOOP // period))
        if times * period <= len(tail) and tail.endswith(tail[-period:] * times):
            start = len(text) - times * period
            while start and text[start - 1] == text[start - 1 + period]:
                start -= 1
            return start + period
    seen: dict[str, int] = {}
    again: dict[str, int] = {}
    for match in _SENTENCE.finditer(text):
        plain = re.sub(r"\W+", " ", re.sub(r"\[\d+\]", "", match[0])).strip().casefold()
        if len(plain.split()) < _SENTENCE_WORDS:
            continue
        seen[plain] = seen.get(plain, 0) + 1
        if seen[plain] == 2:
            again[plain] = match.start()
        if seen[plain] == _SAME_SENTENCES:
            return again[plain]
    return None


def _begun(text: str) -> re.Match[str] | None:
    return _BEGUN.search(text, max(0, len(text) - _MOST_BEGUN - 2))


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    if _LONE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", _ESCAPES.sub("", text))


def _without_half_a_tag(text: str) -> tuple[str, str]:
    """Cut off an end that may become a tag."""
    at = text.rfind("<")
    if at >= 0 and any(tag.startswith(text[at:].lower()) for tag in _TAGS):
        return text[:at], text[at:]
    return text, ""
