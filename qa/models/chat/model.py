"""One model at one endpoint: asks, waits, asks in another way, and reports what came of it."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from typing import Any

from qa import tracing
from qa.errors import LLMError, LLMUnavailableError
from qa.models.chat import faults
from qa.models.chat.asking import Asking
from qa.models.chat.endpoint import Endpoint, Explainer, FaultError
from qa.models.chat.faults import Fault
from qa.models.chat.patience import MOST_TRIES, Tries, other_form, seconds_in_words, wait_s, with_wait
from qa.models.chat.pieces import Message, Piece, Reply, Said, Waiting
from qa.models.chat.request import Form, body

_OFFERED = 5

# What endpoints were found to accept, by address and model, for the life of the process.
_KNOWN: dict[tuple[str, str], Form] = {}
# The shortest prompt that was too long for each, in characters.
_TOO_LONG: dict[tuple[str, str], int] = {}


class ChatModel:
    """One model at one endpoint. Open it with `open_chat_model`."""

    def __init__(
        self, endpoint: Endpoint, name: str, *, url: str, secret: str = "", timeout_s: float = 60.0, max_tokens: int = 0
    ) -> None:
        self.name = name
        self._endpoint = endpoint
        self._url = url
        self._explainer = Explainer(url, name, secret=secret)
        self._asking = Asking(endpoint, name, self._explainer, timeout_s=timeout_s)
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
        tries = Tries(now, now + max(left, 1.0))
        form = _KNOWN.get((self._url, self.name), Form())
        before: Fault | None = None
        limit = self._max_tokens if max_tokens is None else min(max_tokens, self._max_tokens or max_tokens)
        while True:
            tries.count += 1
            sent = body(form, self.name, messages, max_tokens=limit, tools=tools)
            try:
                async with aclosing(self._asking.ask(sent, tries)) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Reply):
                            _KNOWN[self._url, self.name] = form
                        yield piece
                return
            except FaultError as failed:
                fault = failed.fault
                if fault.kind is faults.SILENT and before:
                    # Time ran out after an earlier try, whose fault says more.
                    fault = before
                before = fault
            other = other_form(form, fault, sent) if tries.count < MOST_TRIES else None
            if other:
                form, words = other
                tracing.note_tried(words)
                continue
            wait = wait_s(fault, tries)
            if wait is None:
                if fault.kind.name in ("no model", "no address"):
                    fault = await self._with_offer(fault)
                self._last = with_wait(fault)
                tracing.note_lost(time.monotonic() - tries.began)
                raise self._last.error()
            yield Waiting(f"{fault.said.rpartition('; ')[0]}; waiting {seconds_in_words(wait)}")
            tracing.note_tried(f"waited {seconds_in_words(wait)} ({fault.kind.name})")
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
            raise self._explainer.fault(
                faults.SILENT, f"nothing within {seconds_in_words(self._timeout_s)}"
            ).error() from error
        except Exception as error:
            raise self._explainer.of(error).error() from error

    def unlisted(self, received: bytes) -> LLMError:
        """Return as an error that an endpoint sent this in place of a list of models."""
        return self._explainer.unlisted(received)

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

    async def _with_offer(self, fault: Fault) -> Fault:
        """Name the models on offer, if the endpoint lists them; then its address is right."""
        offered: list[str] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(min(3.0, self._timeout_s)):
                offered = await self._endpoint.models()
        if not offered or self.name in offered:
            return fault
        listed = ", ".join(self._explainer.line(name) for name in offered[:_OFFERED])
        more = f" and {len(offered) - _OFFERED:,} more" if len(offered) > _OFFERED else ""
        said = f'{self._url} has no model "{self.name}"; it offers {listed}{more}; set FOOTNOTE_LLM_MODEL to one'
        return Fault(fault.kind, said, words=fault.words)


def _characters(messages: Sequence[Message]) -> int:
    return sum(len(str(message.get("content"))) for message in messages)
