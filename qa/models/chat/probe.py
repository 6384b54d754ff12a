"""Asks an endpoint before anybody relies on it: which models it offers, and what is wrong. Sends no document's text.

The settings page is its caller.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.errors import LLMError
from qa.models.chat.client import ask_nearby, names_in, open_chat_model
from qa.models.chat.model import ChatModel

# Faults that a list of models has in common with a question: to ask one as well would only take longer.
_FINAL = frozenset(
    {
        *("no name", "nobody", "unreachable", "hung up", "no HTTP", "cut", "silent"),
        *("certificate", "no TLS", "TLS", "secured", "key", "account", "payment", "quota", "sign-in", "redirect"),
    }
)
# Faults of an address that lacks the end which most have.
_ASTRAY = frozenset({"no address", "page", "unreadable", "encoding", "no model"})
_END = "/v1"
_QUESTION = ({"role": "user", "content": "Answer with the word OK."},)
_REPLY_TOKENS = 64


@dataclass(frozen=True, slots=True)
class Program:
    """A program that serves models on the machine it runs on: where it usually listens, and the path of its API."""

    name: str
    port: int
    path: str = _END

    @property
    def address(self) -> str:
        """The address of its endpoint on this machine."""
        return f"http://127.0.0.1:{self.port}{self.path}"


PROGRAMS = (
    Program("Ollama", 11434),
    Program("LM Studio", 1234),
    Program("Docker Model Runner", 12434, "/engines/v1"),
    Program("llama.cpp", 8080),
    Program("vLLM", 8000),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What listens where a program usually does; `models` is None if it is no endpoint."""

    program: Program
    models: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying an endpoint.

    Attributes:
        models: Those that it lists; empty where it lists none.
        answered_s: Seconds that the model took to answer; None if it was not asked or did not.
        error: What is wrong; None for nothing.
        better: An address that works in place of the one that was tried; "" for none known.
    """

    models: Sequence[str] = field(default=())
    answered_s: float | None = None
    error: LLMError | None = None
    better: str = ""


async def look(
    programs: Sequence[Program] = PROGRAMS, *, connect_s: float = 2.0, timeout_s: float = 5.0
) -> list[Found]:
    """Ask this machine alone, all ports at once, who serves models; where nothing listens is left out.

    Where nothing listens that is known at once. The times are those of a machine that does much else.
    """
    addresses = [f"{program.address}/models" for program in programs]
    received = await ask_nearby(addresses, connect_s=connect_s, timeout_s=timeout_s)
    told = zip(programs, received, strict=True)
    return [Found(program, names_in(sent)) for program, sent in told if sent is not None]


async def offered(address: str, key: str, *, timeout_s: float = 10.0) -> list[str]:
    """Return the names of the models that an endpoint lists.

    Raises:
        ConfigError: The address is none, or the key is malformed or missing.
        LLMError: The endpoint cannot be used, or lists no models.
    """
    async with open_chat_model("model", api_key=key, base_url=address, timeout_s=timeout_s) as chat:
        return await _offered(chat)


async def tried(address: str, key: str, model: str, *, timeout_s: float = 20.0) -> Tried:
    """List an endpoint's models and, if one is named, have it answer one short question.

    Args:
        address: The endpoint; "" is OpenAI's own.
        key: "" for none.
        model: "" to list alone.
        timeout_s: For each of the two.

    Raises:
        ConfigError: The address is none, or the key is malformed or missing.
    """
    async with open_chat_model(model or "model", api_key=key, base_url=address, timeout_s=timeout_s) as chat:
        found = await _listed(chat)
        if model and (found.error is None or found.error.kind not in _FINAL):
            found = await _answered(chat, found)
    if address and found.error and found.error.kind in _ASTRAY and not address.rstrip("/").endswith(_END):
        return await _with_better(found, address.rstrip("/") + _END, key, timeout_s)
    return found


async def _offered(chat: ChatModel) -> list[str]:
    received = await chat.listed()
    names = names_in(received)
    if names is None:
        raise chat.unlisted(received)
    return names


async def _listed(chat: ChatModel) -> Tried:
    try:
        return Tried(await _offered(chat))
    except LLMError as error:
        return Tried(error=error)


async def _answered(chat: ChatModel, found: Tried) -> Tried:
    began = time.monotonic()
    try:
        await chat.whole(_QUESTION, max_tokens=_REPLY_TOKENS)
    except LLMError as error:
        return replace(found, error=error)
    # An endpoint need not list its models.
    return replace(found, answered_s=time.monotonic() - began, error=None)


async def _with_better(found: Tried, address: str, key: str, timeout_s: float) -> Tried:
    try:
        models = await offered(address, key, timeout_s=timeout_s)
    except LLMError as error:
        # There it asks for a key: the address is the right one.
        return replace(found, better=address) if error.kind in ("key", "account") else found
    return replace(found, better=address, models=models)
