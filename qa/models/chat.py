"""Chat completion from any OpenAI-compatible endpoint: the only file that knows openai."""

import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.errors import ConfigError, LLMRequestError, LLMUnavailableError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Message = dict[str, str]


class ChatModel:
    """One model at one endpoint. Open it with `open_chat_model`."""

    def __init__(self, client: "AsyncOpenAI", name: str) -> None:
        self.name = name
        self._client = client

    async def stream(self, messages: Sequence[Message]) -> AsyncGenerator[str, None]:
        """Yield the pieces of a reply as they arrive; blank pieces are left out.

        Raises:
            LLMUnavailableError: The endpoint was not reached, failed, or broke off.
            LLMRequestError: It refused: key, quota, model name, or a request too long.
        """
        request: Any = {"model": self.name, "messages": list(messages), "temperature": 0}
        with _translate(self.name, str(self._client.base_url)):
            async with await self._client.chat.completions.create(stream=True, **request) as stream:
                finished = False
                async for event in stream:
                    for choice in event.choices[:1]:
                        finished = finished or choice.finish_reason not in (None, "length", "content_filter")
                        if choice.delta.content:
                            yield choice.delta.content
        if not finished:
            raise LLMUnavailableError(f'the reply of "{self.name}" broke off; ask again')

    async def complete(self, messages: Sequence[Message]) -> str:
        """Return a whole reply.

        Raises:
            LLMError: As `stream`.
        """
        async with aclosing(self.stream(messages)) as pieces:
            return "".join([piece async for piece in pieces])


@asynccontextmanager
async def open_chat_model(
    name: str, *, api_key: str, base_url: str = "", timeout_s: float = 60.0
) -> AsyncIterator[ChatModel]:
    """Open a client in this event loop and close it at the end; nothing is sent before the first question.

    Args:
        name: The model's name at the endpoint.
        api_key: May be "" for an endpoint of your own that asks for none.
        base_url: The endpoint; "" is OpenAI's own.
        timeout_s: Seconds without a sign of life that a request may take.

    Raises:
        ConfigError: OpenAI's own endpoint without a key, or something that is not an address.
    """
    from openai import AsyncOpenAI

    if not api_key and not base_url:
        raise ConfigError(
            f'the model "{name}" needs a key; set OPENAI_API_KEY, or OPENAI_BASE_URL for an endpoint of your own'
        )
    if base_url and not _is_address(base_url):
        raise ConfigError(f'OPENAI_BASE_URL="{base_url}" is not an address; one begins with http:// or https://')
    if not api_key.isascii():
        raise ConfigError("OPENAI_API_KEY holds characters that no key has; copy it again")
    async with AsyncOpenAI(api_key=api_key or "none", base_url=base_url or None, timeout=timeout_s) as client:
        yield ChatModel(client, name)


@contextmanager
def _translate(model: str, base_url: str) -> Iterator[None]:
    """Turn what openai and the transport under it raise into an `LLMError` of one line."""
    import openai

    try:
        yield
    except openai.APITimeoutError as error:
        raise LLMUnavailableError(f"{base_url} did not answer in time; ask again") from error
    except (openai.APIConnectionError, *_transport_errors()) as error:  # type: ignore[misc]
        raise LLMUnavailableError(
            f"{base_url} cannot be reached or broke off ({type(error.__cause__ or error).__name__}); "
            "check OPENAI_BASE_URL and that the endpoint runs"
        ) from error
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise LLMRequestError(f"{base_url} refused the key (HTTP {error.status_code}); check OPENAI_API_KEY") from error
    except openai.NotFoundError as error:
        raise LLMRequestError(
            f'{base_url} has no model "{model}" (HTTP 404); check FOOTNOTE_LLM_MODEL and OPENAI_BASE_URL'
        ) from error
    except openai.RateLimitError as error:
        if error.code == "insufficient_quota":
            raise LLMRequestError(f"the quota at {base_url} is used up; check the account") from error
        raise LLMUnavailableError(f"{base_url} is receiving too many requests (HTTP 429); ask again later") from error
    except openai.APIStatusError as error:
        detail = _one_line(error.message)
        if error.status_code >= 500:
            raise LLMUnavailableError(f"{base_url} failed (HTTP {error.status_code}: {detail}); ask again") from error
        raise LLMRequestError(
            f"{base_url} refused the request (HTTP {error.status_code}: {detail}); check FOOTNOTE_LLM_MODEL"
        ) from error
    except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
        raise LLMUnavailableError(
            f"{base_url} sent something that cannot be read: {_one_line(str(error))}; ask again"
        ) from error


def _transport_errors() -> tuple[type[Exception], ...]:
    """Return the base of what the transport raises: httpx under openai 2, httpx2 under openai 3."""
    return tuple(sys.modules[name].TransportError for name in ("httpx", "httpx2") if name in sys.modules)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are malformed
        return False


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
