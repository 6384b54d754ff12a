"""Reads what an endpoint sends, byte by byte as it comes: a stream of events, one JSON document, or neither. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.lazy_regex import lazy_regex
from qa.models.chat import faults
from qa.models.chat.faults import Kind
from qa.models.chat.pieces import Finish, Retracted, Said, Thinking, ToolCall
from qa.models.chat.text import Cleaner, Parter, loop_start

# Limits beyond which a reply is no answer: of its text, its thoughts, one event, and everything together.
_TEXT_CHARACTERS, _THOUGHT_CHARACTERS = 16_000, 200_000
_EVENT_BYTES, _ALL_BYTES = 2_000_000, 32_000_000
# How often a text is searched for a loop.
_LOOK_EVERY = 200
_FIELD = lazy_regex(rb"(?:data|event|id|retry)\s*:|:")
_FINISHES: Mapping[str, Finish] = {
    "length": "length",
    "max_tokens": "length",
    "content_filter": "filter",
    "safety": "filter",
    "error": "broken",
}

Read = Said | Thinking | Retracted


class Reader:
    """One reply while it comes.

    Attributes:
        finish: How it ended; None while nothing says so.
        error: What the endpoint says went wrong, and the code that it gives.
        refusal: The model's words where it refused.
        usage: Tokens of prompt and completion, where they are reported.
        done: Whether nothing more need be read.
        began: Whether anything came from the model.
    """

    def __init__(self) -> None:
        self.finish: Finish | None = None
        self.error: tuple[str, str] | None = None
        self.refusal = ""
        self.usage: tuple[int, int] | None = None
        self.done = False
        self.began = False
        self._parter, self._cleaner, self._thought_cleaner = Parter(), Cleaner(), Cleaner()
        self._calls: dict[int, list[str]] = {}
        self._kind = ""  # "events", "whole"; "" while it is not known
        self._bytes, self._events, self._unread = 0, 0, 0
        self._buffer = bytearray()
        self._data: list[str] = []
        self._event = ""
        self._looked = 0

    @property
    def text(self) -> str:
        """What was said so far."""
        return self._parter.text

    @property
    def thoughts(self) -> str:
        """What was thought so far."""
        return self._parter.thoughts

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tools that are asked for."""
        return tuple(ToolCall(name, arguments, key) for name, arguments, key in self._calls.values() if name)

    def feed(self, received: bytes) -> Iterator[Read]:
        """Yield what the next bytes say."""
        self._bytes += len(received)
        self._buffer += received
        if not self._kind and (start := self._buffer.lstrip(b"\xef\xbb\xbf \t\r\n")):
            self._kind = "events" if len(start) > 6 and _FIELD.match(start) else "whole" if len(start) > 6 else ""
        if self._kind == "events":
            yield from self._lines()
        if self._bytes > _ALL_BYTES or len(self._buffer) > _EVENT_BYTES:
            self.finish, self.done = "capped", True

    def end(self) -> Iterator[Read]:
        """Yield what is left when nothing more comes."""
        if not self.done:
            if self._kind == "events":
                yield from self._line(bytes(self._buffer))
                yield from self._dispatch()
            elif self._buffer.strip():
                yield from self._whole()
        yield from self._parter.feed(self._cleaner.end())
        yield from self._parter.think(self._thought_cleaner.end())
        yield from self._parter.end()
        if self.finish not in ("capped", "repeats"):
            self._look()

    def fault(self) -> tuple[Kind, str] | None:
        """Return what is wrong with a reply that ended without a word, and the words to show; None if nothing is."""
        if self.error:
            return faults.of_reply(200, *self.error), self.error[0]
        start = bytes(self._buffer[:4000]).decode("utf-8", "replace")
        if self._events and self.finish != "capped":
            return None
        if not self._bytes or (not start.strip() and not self._unread):
            return faults.EMPTY, ""
        if re.match(r"\s*<(!doctype|html|head|body|\?xml)", start, re.IGNORECASE):
            return faults.PAGE, faults.page_title(start) or "without a title"
        if self.finish == "capped":
            return faults.TOO_MUCH, f"over {_EVENT_BYTES:,} bytes at once"
        return faults.UNREADABLE, start[:80] or f"{self._unread} events"

    def _lines(self) -> Iterator[Read]:
        while not self.done and (match := re.search(rb"\r\n|\n|\r(?!\Z)", self._buffer)):
            line = bytes(self._buffer[: match.start()])
            del self._buffer[: match.end()]
            yield from self._line(line)

    def _line(self, line: bytes) -> Iterator[Read]:
        text = line.decode("utf-8", "replace").removeprefix("\ufeff")
        if not text.strip():
            yield from self._dispatch()
            return
        name, colon, value = text.partition(":")
        if name.strip() == "data" and colon:
            self._data.append(value.removeprefix(" "))
        elif name.strip() == "event":
            self._event = value.strip()
        elif text.lstrip().startswith("{"):
            self._data.append(text)

    def _dispatch(self) -> Iterator[Read]:
        data, event = self._data, self._event
        self._data, self._event = [], ""
        if not data:
            return
        joined = "\n".join(data)
        values = [joined] if _json(joined) is not None or joined.strip().startswith("[DONE]") else data
        for value in values:
            if value.strip().startswith("[DONE]"):
                self._events += 1
                self.finish, self.done = self.finish or "stop", True
                return
            yield from self._value(_json(value), event, value)

    def _whole(self) -> Iterator[Read]:
        text = bytes(self._buffer).decode("utf-8", "replace").removeprefix("\ufeff")
        value = _json(text)
        if value is not None:
            yield from self._value(value, "", text)
            if self._events and self.finish is None:
                self.finish = "stop"
            return
        for line in text.splitlines():  # one JSON document per line
            if (value := _json(line)) is not None:
                yield from self._value(value, "", line)

    def _value(self, value: Any, event: str, text: str) -> Iterator[Read]:
        """Take in one JSON value; one that is no event of the protocol is ignored."""
        if event == "error" or (isinstance(value, Mapping) and value.get("error")) or _is_list_of_errors(value):
            said, code = faults.server_words(value)
            self.error, self.done = (said or faults.one_line(text), code), True
            return
        if not isinstance(value, Mapping):
            self._unread += 1
            return
        known = False
        usage = value.get("usage")
        if isinstance(usage, Mapping):
            self._count(usage)
            known = True
        choices = value.get("choices")
        if "choices" in value and (choices is None or isinstance(choices, Sequence)):
            known = True
            for choice in (choices or [])[:1]:
                if isinstance(choice, Mapping):
                    yield from self._choice(choice)
        if known:
            self._events += 1
        elif any(value.get(name) for name in ("message", "detail", "msg")) and not self._events:
            self.error, self.done = faults.server_words(value), True
        else:
            self._unread += 1

    def _choice(self, choice: Mapping[str, Any]) -> Iterator[Read]:
        delta = choice.get("delta") or choice.get("message") or {"content": choice.get("text")}
        if isinstance(delta, Mapping):
            thought = _text(delta.get("reasoning_content") or delta.get("reasoning"))
            if thought and len(self.thoughts) < _THOUGHT_CHARACTERS:
                self.began = True
                yield from self._parter.think(self._thought_cleaner.feed(thought))
            if content := _text(delta.get("content")):
                self.began = True
                yield from self._said(content)
            self.refusal += _text(delta.get("refusal"))
            calls = delta.get("tool_calls")
            for call in calls if isinstance(calls, Sequence) and not isinstance(calls, str) else ():
                self._call(call)
        if finish := choice.get("finish_reason"):
            self.finish = _FINISHES.get(str(finish).lower(), "stop")

    def _said(self, content: str) -> Iterator[Read]:
        room = _TEXT_CHARACTERS - len(self.text)
        for piece in self._parter.feed(self._cleaner.feed(content)):
            # Of a single piece of megabytes, only the part that is kept is shown.
            yield Said(piece.text[: max(0, room)]) if isinstance(piece, Said) else piece
        if len(self.text) > _TEXT_CHARACTERS:
            self._parter.text = self.text[:_TEXT_CHARACTERS]
            self.finish, self.done = "capped", True
        if len(self.text) - self._looked >= _LOOK_EVERY or self.done:
            self._looked = len(self.text)
            self._look()

    def _look(self) -> None:
        """Cut the text where it begins to repeat itself."""
        if (start := loop_start(self.text)) is not None:
            self._parter.text = self.text[:start].rstrip()
            self.finish, self.done = "repeats", True

    def _call(self, call: Any) -> None:
        """Take in a piece of a call; a stream sends its arguments in pieces under one index."""
        if not isinstance(call, Mapping) or not isinstance(call.get("function"), Mapping):
            return
        index = call.get("index")
        index = index if isinstance(index, int) else len(self._calls)
        if len(self._calls) > 16:
            return
        kept = self._calls.setdefault(index, ["", "", ""])
        function = call["function"]
        kept[0] += _text(function.get("name"))
        arguments = function.get("arguments")
        kept[1] += json.dumps(arguments) if isinstance(arguments, Mapping) else _text(arguments)
        kept[2] = kept[2] or _text(call.get("id"))

    def _count(self, usage: Mapping[str, Any]) -> None:
        counts = (usage.get("prompt_tokens"), usage.get("completion_tokens"))
        if all(isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in counts):
            self.usage = (int(counts[0] or 0), int(counts[1] or 0))


def _json(text: str) -> Any:
    """Return the JSON value of a text; None if it is not JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: Any) -> str:
    """Return the text of a value that should be one; a list of parts is joined."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return _text(value.get("text") or value.get("content"))
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return "".join(_text(part) for part in value if _is_said(part))
    return ""


def _is_said(part: Any) -> bool:
    return not isinstance(part, Mapping) or part.get("type", "text") in ("text", "output_text")


def _is_list_of_errors(value: Any) -> bool:
    return bool(value) and isinstance(value, list) and isinstance(value[0], Mapping) and bool(value[0].get("error"))
