"""One model at one endpoint: asks, waits, asks in another way, and reports what came of it."""

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from qa import tracing
from qa.errors import LLMError, LLMUnavailableError
from qa.models.chat import faults
from qa.models.chat.faults import Fault, Kind
from qa.models.chat.pieces import Finish, Message, Piece, Reply, Said, Waiting
from qa.models.chat.reading import Reader
from qa.models.chat.request import PLAINEST, Form, body, milder

# Seconds before the second try; each further wait is twice as long.
FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 5.0
# How long the patience called "some" lasts.
_SOME_S = 15.0
# While nothing comes, the reader is told so every so many seconds.
TICK_S = 10.0
# A whole reply may take this many times the time allowed for its first word.
_WRITING = 10
_MOST_TRIES = 12
_CHARACTERS_PER_TOKEN = 4
_OFFERED = 5

# What endpoints were found to accept, by address and model, for the life of the process.
_KNOWN: dict[tuple[str, str], Form] = {}
# The shortest prompt that was too long for each, in characters.
_TOO_LONG: dict[tuple[str, str], int] = {}

_ENDS: Mapping[Finish, str] = {
    "stop": "",
    "length": "{model} reached its limit of tokens",
    "filter": "the provider of {model} cut the reply off",
    "broken": "the reply of {model} broke off",
    "capped": "{model} wrote more than an answer can be",
    "repeats": "{model} repeated itself, and what it repeated is left out",
    "stopped": "{model} was stopped",
}


class Answered(Exception):  # noqa: N818 - an answer, not an error
    """An endpoint answered with a status other than success.

    Attributes:
        status: The HTTP status.
        headers: The headers, by name in lower case.
        received: The beginning of its body.
        target: The address that it redirects to; "" for none.
    """

    def __init__(self, status: int, headers: Mapping[str, str], received: bytes, target: str = "") -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.headers, self.received, self.target = status, headers, received, target


class Endpoint(Protocol):
    """Where requests go; `client.Endpoint` is the real one."""

    def send(self, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """Send one request and yield the bytes of its reply as they come."""
        ...

    async def models(self) -> list[str]:
        """Return the names of the models on offer."""
        ...

    async def listed(self) -> bytes:
        """Return what the endpoint sends for its list of models."""
        ...


class _FaultError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.said)
        self.fault = fault


@dataclass(slots=True)
class _Try:
    """What all tries of one request share: when it began, when the first word is due, how many there were."""

    began: float
    deadline: float
    count: int = 0


class ChatModel:
    """One model at one endpoint. Open it with `open_chat_model`."""

    def __init__(
        self, endpoint: Endpoint, name: str, *, url: str, secret: str = "", timeout_s: float = 60.0, max_tokens: int = 0
    ) -> None:
        self.name = name
        self._endpoint = endpoint
        self._url = url
        self._secret = secret
        self._timeout_s = timeout_s
        self._max_tokens = max_tokens
        self._last: Fault | None = None

    async def reply(
        self, messages: Sequence[Message], *, max_tokens: int | None = None, tools: Sequence[Mapping[str, Any]] = ()
    ) -> AsyncGenerator[Piece, None]:
        """Yield the pieces as they come, and the whole `Reply` last.

        What the endpoint can't take is left out of the next try, and remembered. Passing faults are waited out. All
        tries together have `timeout_s` of `open_chat_model` until the first word. A reply that fails after its first
        word is yielded as far as it came, with a `finish` that says so.

        Args:
            messages: The conversation.
            max_tokens: Most tokens of the reply; None for the model's own limit.
            tools: Descriptions of tools, as the protocol has them.

        Raises:
            LLMUnavailableError: The endpoint was not reached, failed, or said nothing.
            LLMRequestError: It refused: key, quota, model name, or a request that is `too_long`.
        """
        asking = tracing.streaming(
            self._replied(messages, max_tokens=max_tokens, tools=tools),
            operation="chat",
            subject=self.name,
            gen_ai__request__model=self.name,
        )
        async with aclosing(asking) as pieces:
            async for running, piece in pieces:
                if isinstance(piece, Reply):
                    running.note("gen_ai.usage.input_tokens", piece.prompt_tokens)
                    running.note("gen_ai.usage.output_tokens", piece.completion_tokens)
                yield piece

    async def _replied(
        self, messages: Sequence[Message], *, max_tokens: int | None, tools: Sequence[Mapping[str, Any]]
    ) -> AsyncGenerator[Piece, None]:
        now = time.monotonic()
        # Time that an earlier call for the same question waited in vain counts here too.
        left = self._timeout_s - tracing.lost_s()
        if left <= 0 and self._last:
            raise self._last.error()
        tries = _Try(now, now + max(left, 1.0))
        form = _KNOWN.get((self._url, self.name), Form())
        before: Fault | None = None
        limit = self._max_tokens if max_tokens is None else min(max_tokens, self._max_tokens or max_tokens)
        while True:
            tries.count += 1
            sent = body(form, self.name, messages, max_tokens=limit, tools=tools)
            try:
                async with aclosing(self._once(sent, tries)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Reply):
                            _KNOWN[self._url, self.name] = form
                        yield piece
                return
            except _FaultError as failed:
                fault = failed.fault
                if fault.kind is faults.SILENT and before:
                    # Time ran out after an earlier try, whose fault says more.
                    fault = before
                before = fault
            other = self._otherwise(form, fault, sent) if tries.count < _MOST_TRIES else None
            if other:
                form, words = other
                tracing.note_tried(words)
                continue
            wait = self._wait(fault, tries)
            if wait is None:
                if fault.kind.name in ("no model", "no address"):
                    fault = await self._with_offer(fault)
                self._last = _with_wait(fault)
                tracing.note_lost(time.monotonic() - tries.began)
                raise self._last.error()
            yield Waiting(f"{fault.said.rpartition('; ')[0]}; waiting {_seconds(wait)}")
            tracing.note_tried(f"waited {_seconds(wait)} ({fault.kind.name})")
            await asyncio.sleep(wait)

    async def listed(self) -> bytes:
        """Return what the endpoint sends for its list of models; it is asked once, for `timeout_s` at most.

        Raises:
            LLMUnavailableError: The endpoint was not reached, failed, or sent nothing in time.
            LLMRequestError: It refused.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._endpoint.listed()
        except TimeoutError as error:
            raise self._fault(faults.SILENT, f"nothing within {_seconds(self._timeout_s)}").error() from error
        except Exception as error:
            raise self._of(error).error() from error

    def unlisted(self, received: bytes) -> LLMError:
        """Return as an error that an endpoint sent this in place of a list of models."""
        text = received[:64_000].decode("utf-8", "replace")
        if "<html" in text[:2000].lower() or "<!doctype" in text[:200].lower():
            return self._fault(faults.PAGE, faults.page_title(text) or "a web page").error()
        return self._fault(faults.UNREADABLE, text.strip()[:200]).error()

    def is_too_long(self, messages: Sequence[Message]) -> bool:
        """Tell whether messages are as long as some that the endpoint refused for their length in this process."""
        return _characters(messages) >= _TOO_LONG.get((self._url, self.name), 10**9)

    def found_too_long(self, messages: Sequence[Message]) -> None:
        """Remember that the endpoint refused messages of this length."""
        key = (self._url, self.name)
        _TOO_LONG[key] = min(_characters(messages), _TOO_LONG.get(key, 10**9))

    async def stream(self, messages: Sequence[Message]) -> AsyncIterator[str]:
        """Yield the pieces of a reply as they arrive; blank pieces and thoughts are left out.

        Raises:
            LLMUnavailableError: As for `reply`, or the reply is incomplete.
            LLMRequestError: As for `reply`.
        """
        async with aclosing(self.reply(messages)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Said):
                    yield piece.text
                elif isinstance(piece, Reply) and piece.finish != "stop":
                    raise LLMUnavailableError(f"{piece.reason}; ask again")

    async def complete(self, messages: Sequence[Message], *, max_tokens: int | None = None) -> str:
        """Return the text of a whole reply, without thoughts.

        Raises:
            LLMError: As for `stream`.
        """
        reply = await self.whole(messages, max_tokens=max_tokens)
        if reply.finish != "stop":
            raise LLMUnavailableError(f"{reply.reason}; ask again")
        return reply.text

    async def whole(
        self, messages: Sequence[Message], *, max_tokens: int | None = None, tools: Sequence[Mapping[str, Any]] = ()
    ) -> Reply:
        """Return a reply when all of it came; whoever reads the answer is told of what is waited for.

        Raises:
            LLMError: As `reply`.
        """
        async with aclosing(self.reply(messages, max_tokens=max_tokens, tools=tools)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Waiting):
                    tracing.note_waiting(piece.text)
                if isinstance(piece, Reply):
                    return piece
        raise AssertionError("a reply ends with Reply")

    async def _once(self, sent: Mapping[str, Any], tries: _Try) -> AsyncGenerator[Piece, None]:
        """Send one request and yield its reply.

        Raises:
            _FaultError: The reply failed before its first word, or has no words.
        """
        reader = Reader()
        broke: Fault | None = None
        try:
            async with aclosing(self._received(sent, tries, reader)) as received:
                async for item in received:
                    if isinstance(item, Waiting):
                        yield item
                        continue
                    for piece in reader.feed(item):
                        yield piece
                    if reader.done:
                        break
        except _FaultError as failed:
            if not reader.began:
                raise
            broke = failed.fault
        for piece in reader.end():
            yield piece
        yield self._whole(reader, sent, broke)

    def _whole(self, reader: Reader, sent: Mapping[str, Any], broke: Fault | None) -> Reply:
        """Return the reply that was read.

        Raises:
            _FaultError: It has neither words nor what may stand in their place, such as a call of a tool.
        """
        found = reader.fault()
        if found and not reader.began:
            raise _FaultError(self._fault(*found))
        finish: Finish = "broken" if broke or reader.error else reader.finish or "broken"
        if not (reader.text.strip() or reader.refusal or reader.calls or reader.thoughts) and finish in (
            "stop",
            "broken",
        ):
            raise _FaultError(self._fault(faults.WORDLESS if reader.finish else faults.EMPTY, ""))
        reason = _ENDS[finish].format(model=self.name)
        if finish == "broken":
            why = reader.error[0] if reader.error else broke.words if broke else ""
            reason += f" ({self._line(why)})" if why else ""
        prompt, completion = reader.usage or (
            _tokens(json.dumps(sent["messages"])),
            _tokens(reader.text + reader.thoughts),
        )
        tracing.note_call(prompt, completion, estimated=reader.usage is None)
        return Reply(
            text=reader.text,
            thoughts=reader.thoughts.strip(),
            finish=finish,
            reason=reason,
            refusal=self._line(reader.refusal),
            calls=reader.calls,
            prompt_tokens=prompt,
            completion_tokens=completion,
            estimated=reader.usage is None,
        )

    async def _received(
        self, sent: Mapping[str, Any], tries: _Try, reader: Reader
    ) -> AsyncGenerator[bytes | Waiting, None]:
        """Yield the bytes of a reply, and a `Waiting` whenever nothing has come for long.

        Raises:
            _FaultError: The connection failed, the endpoint refused, or nothing came in time.
        """
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(8)

        async def pump() -> None:
            async with aclosing(self._endpoint.send(sent)) as pieces:
                async for piece in pieces:
                    await queue.put(piece)
            await queue.put(None)

        pumping = asyncio.create_task(pump())
        began = time.monotonic()
        try:
            silent_since = told = began
            while True:
                now = time.monotonic()
                if now - told >= TICK_S and (not reader.began or now - silent_since >= TICK_S):
                    told = now
                    yield Waiting(self._idle(reader, now - (silent_since if reader.began else tries.began)))
                limit = tries.deadline
                if reader.began:
                    limit = min(silent_since + self._timeout_s, began + _WRITING * self._timeout_s)
                if now >= limit:
                    raise _FaultError(self._late(reader, now - silent_since))
                getting = asyncio.ensure_future(queue.get())
                try:
                    await asyncio.wait(
                        {getting, pumping},
                        timeout=min(limit - now, max(0.0, told + TICK_S - now) or TICK_S),
                        return_when="FIRST_COMPLETED",
                    )
                except asyncio.CancelledError:
                    getting.cancel()
                    raise
                if getting.done():
                    piece = getting.result()
                    if piece is None:
                        return
                    yield piece
                    if reader.began:
                        silent_since = told = time.monotonic()
                    continue
                getting.cancel()
                if pumping.done():
                    if error := pumping.exception():
                        raise _FaultError(self._of(error)) from error
                    if queue.empty():
                        return
        finally:
            pumping.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await pumping

    def _late(self, reader: Reader, silent_s: float) -> Fault:
        words = f"nothing for {_seconds(silent_s)}" if reader.began else f"nothing within {_seconds(self._timeout_s)}"
        if reader.began and silent_s < self._timeout_s:
            words = f"it was not done after {_seconds(_WRITING * self._timeout_s)}"
        return self._fault(faults.SILENT, words)

    def _idle(self, reader: Reader, seconds: float) -> str:
        if reader.began:
            return f"{self.name} is still writing; nothing new for {_seconds(seconds)}"
        return f"{self.name} has not begun to answer after {_seconds(seconds)}"

    def _of(self, error: BaseException) -> Fault:
        """Return the fault that an exception of the endpoint shows."""
        if not isinstance(error, Answered):
            kind, words = faults.of_exception(error)
            return self._fault(kind, words)
        text = error.received.decode("utf-8", "replace")
        try:
            words, code = faults.server_words(json.loads(text))
        except (ValueError, RecursionError):
            is_page = "<html" in text[:2000].lower() or "<!doctype" in text[:200].lower()
            words, code = (faults.page_title(text) or "a web page", "") if is_page else (text.strip(), "")
        kind = faults.of_reply(error.status, words, code)
        if error.target:
            words = f"to {error.target}"
        said = f"HTTP {error.status}: {words}" if words else f"HTTP {error.status}"
        return self._fault(kind, said, wait_s=_asked_wait(error.headers))

    def _fault(self, kind: Kind, words: str, *, wait_s: float | None = None) -> Fault:
        line = self._line(words)
        fact = kind.fact.format(url=self._url, model=self.name, words=line).replace(" ()", "")
        return Fault(kind, f"{fact}; {kind.remedy}", wait_s, line)

    def _line(self, words: str) -> str:
        return faults.one_line(words, secret=self._secret)

    def _otherwise(self, form: Form, fault: Fault, sent: Mapping[str, Any]) -> tuple[Form, str] | None:
        """Return another form of the request if the endpoint can't take this one, whether the fault says why or not."""
        lack = fault.kind.lack
        if lack == "room" and not re.search(
            r"max_tokens|completion|output|generat|requested", fault.words, re.IGNORECASE
        ):
            return None
        if (lack == "usage" and "stream_options" not in sent) or (lack == "tools" and "tools" not in sent):
            return None
        if lack == "system" and all(message["role"] != "system" for message in sent["messages"]):
            return None
        if lack == "cap" and not any(name in sent for name in ("max_tokens", "max_completion_tokens")):
            return None
        if (
            fault.kind.name == "refused"
            and re.match(r"HTTP (400|422)\b", fault.words)
            and form != PLAINEST
            and form.stream
        ):
            # It does not say what it can't take.
            return PLAINEST, "asked in the plainest form"
        return milder(form, lack)

    def _wait(self, fault: Fault, tries: _Try) -> float | None:
        """Return how many seconds to wait before asking again; None for not at all."""
        patience = fault.kind.patience
        if patience == "never" or tries.count >= _MOST_TRIES or (patience == "thrice" and tries.count >= 3):
            return None
        now = time.monotonic()
        wait = fault.wait_s
        if wait is None:
            wait = min(FIRST_WAIT_S * 2 ** (tries.count - 1), _LONGEST_WAIT_S)
            if patience == "some" and now + wait > tries.began + _SOME_S:
                return None
        return wait if now + wait < tries.deadline else None

    async def _with_offer(self, fault: Fault) -> Fault:
        """Name the models on offer, if the endpoint lists them; then its address is right."""
        offered: list[str] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(min(3.0, self._timeout_s)):
                offered = await self._endpoint.models()
        if not offered or self.name in offered:
            return fault
        listed = ", ".join(self._line(name) for name in offered[:_OFFERED])
        more = f" and {len(offered) - _OFFERED:,} more" if len(offered) > _OFFERED else ""
        said = f'{self._url} has no model "{self.name}"; it offers {listed}{more}; set FOOTNOTE_LLM_MODEL to one'
        return Fault(fault.kind, said, words=fault.words)


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that an endpoint asks to wait; None if it doesn't."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        with suppress(ValueError):
            return _sensible(float(value) * unit)
    try:
        return _sensible(parsedate_to_datetime(headers.get("retry-after", "")).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _sensible(seconds: float) -> float | None:
    """Return a wait that can be heeded; None for "nan", "inf" and the like."""
    return max(0.1, min(seconds, 1e6)) if seconds >= 0.0 else None


def _with_wait(fault: Fault) -> Fault:
    """Add to a fault how long the endpoint asks to wait, if that is too long."""
    if fault.wait_s is None:
        return fault
    fact, _, remedy = fault.said.rpartition("; ")
    return replace(fault, said=f"{fact} and asks to wait {_seconds(fault.wait_s)}; {remedy}")


def _seconds(seconds: float) -> str:
    if seconds >= 120:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds:.0f} s" if seconds >= 2 else f"{seconds:.1f} s"


def _characters(messages: Sequence[Message]) -> int:
    return sum(len(str(message.get("content"))) for message in messages)


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)
