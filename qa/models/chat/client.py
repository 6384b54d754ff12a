"""Sends one request to an endpoint and hands on its bytes: the only file that knows openai and the transport."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urljoin, urlsplit

from qa.errors import ConfigError
from qa.models.chat import faults
from qa.models.chat.endpoint import Answered
from qa.models.chat.model import ChatModel

if TYPE_CHECKING:
    from openai import AsyncOpenAI

logger = logging.getLogger(__name__)

# Most bytes read of a failed reply to learn why it failed.
_MOST_READ = 64_000
_CONNECT_S = 10.0
# Most bytes read of a list of models; OpenRouter's has 500 models in 600 kB.
_MOST_LISTED = 8_000_000
_MOST_NAMES = 2_000


def import_httpx() -> None:
    """Import the whole of httpx where it is installed; to be called before openai is used.

    At each request openai looks whether somebody has loaded httpx, and asks for its classes. While another thread
    imports it, as a model that loads does, these are not there yet: "partially initialized module 'httpx' has no
    attribute". An import waits for the other one.
    """
    with suppress(ImportError):
        import httpx  # noqa: F401


@asynccontextmanager
async def open_chat_model(
    name: str,
    *,
    api_key: str,
    base_url: str = "",
    timeout_s: float = 60.0,
    max_tokens: int = 4_000,
) -> AsyncIterator[ChatModel]:
    """Open a client in this event loop and close it at the end; nothing is sent before the first question.

    Args:
        name: The model's name at the endpoint.
        api_key: May be "" for an endpoint of your own that asks for none.
        base_url: The endpoint; "" is OpenAI's own.
        timeout_s: Seconds until the first word of a reply, over all tries; then between two pieces of it.
        max_tokens: Most tokens of a reply; 0 leaves that to the endpoint.

    Raises:
        ConfigError: A key is missing for OpenAI's own endpoint or is malformed, or the address is none.
    """
    import_httpx()
    import openai

    if not api_key and not base_url:
        raise ConfigError(
            f'the model "{name}" needs a key; set OPENAI_API_KEY, or OPENAI_BASE_URL for an endpoint of your own'
        )
    if base_url and not _is_address(base_url):
        raise ConfigError(f'OPENAI_BASE_URL="{base_url}" is not an address; one begins with http:// or https://')
    if not api_key.isascii():
        raise ConfigError("OPENAI_API_KEY holds characters that cannot be part of a key; copy it again")
    # `ChatModel` decides how long to wait, and whether to ask again.
    limits = openai.Timeout(None, connect=min(_CONNECT_S, timeout_s))
    transport = openai.DefaultAsyncHttpxClient(timeout=limits, event_hooks={"response": [_stop_what_is_no_answer]})
    async with openai.AsyncOpenAI(
        api_key=api_key or "none", base_url=base_url or None, timeout=limits, max_retries=0, http_client=transport
    ) as client:
        endpoint = Endpoint(client)
        # The address is shown in messages; a password in it is not.
        shown = str(client.base_url.copy_with(userinfo=b""))
        yield ChatModel(endpoint, name, url=shown, secret=api_key, timeout_s=timeout_s, max_tokens=max_tokens)


class Endpoint:
    """The address and key of one endpoint."""

    def __init__(self, client: "AsyncOpenAI") -> None:
        self._client = client

    async def send(self, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        """Send one request and yield the bytes of its reply as they come.

        Raises:
            Answered: The status is not 200, or another host is to answer.
            Exception: The transport failed, see `faults.of_exception`.
        """
        create: Callable[..., Any] = self._client.chat.completions.with_streaming_response.create
        try:
            async with create(**{"stream": False, **body}) as response:
                async for piece in response.iter_bytes():
                    yield piece
        except Exception as error:
            raise _answered(error) or error from error

    async def models(self) -> list[str]:
        """Return the names of the models on offer, as the endpoint lists them; none where it can't."""
        try:
            return names_in(await self.listed()) or []
        except Exception:  # noqa: BLE001 - the question's own fault is already reported
            return []

    async def listed(self) -> bytes:
        """Return what the endpoint sends for its list of models.

        Raises:
            Answered: The status is not 200, or another host is to answer.
            Exception: The transport failed, see `faults.of_exception`.
        """
        received = b""
        try:
            async with self._client.models.with_streaming_response.list() as response:
                async for piece in response.iter_bytes():
                    received += piece
                    if len(received) > _MOST_LISTED:
                        break
        except Exception as error:
            raise _answered(error) or error from error
        return received


def names_in(listed: bytes) -> list[str] | None:
    """Return the names in a list of models, without repeats; None where this is no such list."""
    try:
        data = json.loads(listed)["data"] or []
        names = [str(model["id"]) for model in data]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return list(dict.fromkeys(name for name in names if name.strip()))[:_MOST_NAMES]


async def ask_nearby(addresses: Sequence[str], *, connect_s: float, timeout_s: float) -> list[bytes | None]:
    """Return the beginnings of what programs of this machine send for addresses, all at once, whatever their status.

    No key is sent, no redirection followed, and no proxy asked.

    Returns:
        For each address None where nothing listens there, and b"" where something does, but sends nothing in time, or
        does not speak HTTP.
    """
    import_httpx()
    import openai

    limits = openai.Timeout(timeout_s, connect=connect_s)
    # One for all, before any time counts: to make one reads all certificates, which takes a second where much is done.
    async with openai.DefaultAsyncHttpxClient(timeout=limits, follow_redirects=False, trust_env=False) as client:

        async def ask(address: str) -> bytes | None:
            received = b""
            try:
                async with asyncio.timeout(timeout_s), client.stream("GET", address) as response:
                    async for piece in response.aiter_bytes():
                        received += piece
                        if len(received) > _MOST_LISTED:
                            break
            except Exception as error:
                kind, _ = faults.of_exception(error)
                # Whatever else it is: who listens there is no endpoint.
                if kind is faults.UNFORESEEN:
                    logger.exception("something unforeseen happened while %s was asked", address)
                    return None
                return None if kind.name in ("nobody", "unreachable") else b""
            return received

        return await asyncio.gather(*map(ask, addresses))


async def _stop_what_is_no_answer(response: Any) -> None:
    """Raise what the endpoint says instead of answering, and let no request go to another host."""
    status = int(response.status_code)
    if status < 300:
        return
    location = response.headers.get("location", "")
    if status in (307, 308) and location:
        here, there = urlsplit(str(response.request.url)), urlsplit(urljoin(str(response.request.url), location))
        if _may_follow(here, there):
            return
    received = b""
    async for piece in response.aiter_bytes():
        received += piece[:_MOST_READ]
        if len(received) >= _MOST_READ:
            break
    host = urlsplit(urljoin(str(response.request.url), location))
    target = f"{host.scheme}://{host.netloc}" if location else ""
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    raise Answered(status, headers, received, target)


def _may_follow(here: SplitResult, there: SplitResult) -> bool:
    """Tell whether a request may go there: to the same host and port, or from its http to its https."""
    if _place(here) == _place(there):
        return True
    secured = (here.scheme, there.scheme) == ("http", "https") and (here.port or 80, there.port or 443) == (80, 443)
    return secured and here.hostname == there.hostname


def _place(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)


def _answered(error: BaseException | None) -> Answered | None:
    """Return the answer that openai wraps into an exception of its own."""
    while error is not None:
        if isinstance(error, Answered):
            return error
        error = error.__cause__ or error.__context__
    return None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # malformed brackets or port
        return False
