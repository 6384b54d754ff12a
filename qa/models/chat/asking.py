"""One request to an endpoint: its reply as it comes, how long it is waited for, and how it ended."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from typing import Any

from qa import tracing
from qa.models.chat import faults
from qa.models.chat.endpoint import Endpoint, Explainer, FaultError
from qa.models.chat.faults import Fault
from qa.models.chat.patience import Tries, seconds_in_words
from qa.models.chat.pieces import Finish, Piece, Reply, Waiting
from qa.models.chat.reading import Reader

# While nothing comes, the reader is told so every so many seconds.
TICK_S = 10.0
# A whole reply may take this many times the time allowed for its first word.
_WRITING = 10
_CHARACTERS_PER_TOKEN = 4

_ENDS: Mapping[Finish, str] = {
    "stop": "",
    "length": "{model} reached its limit of tokens",
    "filter": "the provider of {model} cut the reply off",
    "broken": "the reply of {model} broke off",
    "capped": "{model} wrote more than an answer can be",
    "repeats": "{model} repeated itself, and what it repeated is left out",
    "stopped": "{model} was stopped",
}


class Asking:
    """Sends requests to one model, each once."""

    def __init__(self, endpoint: Endpoint, model: str, explainer: Explainer, *, timeout_s: float) -> None:
        self._endpoint = endpoint
        self._model = model
        self._explainer = explainer
        self._timeout_s = timeout_s

    async def ask(self, sent: Mapping[str, Any], tries: Tries) -> AsyncGenerator[Piece, None]:
        """Send one request and yield its reply.

        Raises:
            FaultError: The reply failed before its first word, or has no words.
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
        except FaultError as failed:
            if not reader.began:
                raise
            broke = failed.fault
        for piece in reader.end():
            yield piece
        yield self._whole(reader, sent, broke)

    def _whole(self, reader: Reader, sent: Mapping[str, Any], broke: Fault | None) -> Reply:
        """Return the reply that was read.

        Raises:
            FaultError: It has neither words nor what may stand in their place, such as a call of a tool.
        """
        found = reader.fault()
        if found and not reader.began:
            raise FaultError(self._explainer.fault(*found))
        finish: Finish = "broken" if broke or reader.error else reader.finish or "broken"
        if not (reader.text.strip() or reader.refusal or reader.calls or reader.thoughts) and finish in (
            "stop",
            "broken",
        ):
            raise FaultError(self._explainer.fault(faults.WORDLESS if reader.finish else faults.EMPTY, ""))
        reason = _ENDS[finish].format(model=self._model)
        if finish == "broken":
            why = reader.error[0] if reader.error else broke.words if broke else ""
            reason += f" ({self._explainer.line(why)})" if why else ""
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
            refusal=self._explainer.line(reader.refusal),
            calls=reader.calls,
            prompt_tokens=prompt,
            completion_tokens=completion,
            estimated=reader.usage is None,
        )

    async def _received(
        self, sent: Mapping[str, Any], tries: Tries, reader: Reader
    ) -> AsyncGenerator[bytes | Waiting, None]:
        """Yield the bytes of a reply, and a `Waiting` whenever nothing has come for long.

        Raises:
            FaultError: The connection failed, the endpoint refused, or nothing came in time.
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
                    raise FaultError(self._late(reader, now - silent_since))
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
                        raise FaultError(self._explainer.of(error)) from error
                    if queue.empty():
                        return
        finally:
            pumping.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await pumping

    def _late(self, reader: Reader, silent_s: float) -> Fault:
        words = (
            f"nothing for {seconds_in_words(silent_s)}"
            if reader.began
            else f"nothing within {seconds_in_words(self._timeout_s)}"
        )
        if reader.began and silent_s < self._timeout_s:
            words = f"it was not done after {seconds_in_words(_WRITING * self._timeout_s)}"
        return self._explainer.fault(faults.SILENT, words)

    def _idle(self, reader: Reader, seconds: float) -> str:
        if reader.began:
            return f"{self._model} is still writing; nothing new for {seconds_in_words(seconds)}"
        return f"{self._model} has not begun to answer after {seconds_in_words(seconds)}"


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)
