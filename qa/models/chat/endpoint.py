"""An endpoint of language models, and what it means when it does not answer as it should."""

import json
import logging
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from qa.errors import LLMError
from qa.models.chat import faults
from qa.models.chat.faults import Fault, Kind

logger = logging.getLogger(__name__)


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


class FaultError(Exception):
    """A request failed.

    Attributes:
        fault: What the matter is.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.said)
        self.fault = fault


class Explainer:
    """Says what is wrong with one model at one endpoint."""

    def __init__(self, url: str, model: str, *, secret: str) -> None:
        self._url, self._model, self._secret = url, model, secret

    def of(self, error: BaseException) -> Fault:
        """Return the fault that an exception of the endpoint shows."""
        if not isinstance(error, Answered):
            kind, words = faults.of_exception(error)
            if kind is faults.UNFORESEEN:
                logger.error("something unforeseen happened while %s was asked", self._url, exc_info=error)
            return self.fault(kind, words)
        text = error.received.decode("utf-8", "replace")
        try:
            words, code = faults.server_words(json.loads(text))
        except (ValueError, RecursionError):
            words, code = (faults.page_title(text) or "a web page", "") if _is_page(text) else (text.strip(), "")
        kind = faults.of_reply(error.status, words, code)
        if error.target:
            words = f"to {error.target}"
        said = f"HTTP {error.status}: {words}" if words else f"HTTP {error.status}"
        return self.fault(kind, said, wait_s=asked_wait(error.headers))

    def fault(self, kind: Kind, words: str, *, wait_s: float | None = None) -> Fault:
        """Return a fault of this kind, said with the names of the endpoint and the model."""
        line = self.line(words)
        fact = kind.fact.format(url=self._url, model=self._model, words=line).replace(" ()", "")
        return Fault(kind, f"{fact}; {kind.remedy}", wait_s, line)

    def line(self, words: str) -> str:
        """Return what the endpoint sent as one line without the secret."""
        return faults.one_line(words, secret=self._secret)

    def unlisted(self, received: bytes) -> LLMError:
        """Return as an error that an endpoint sent this in place of a list of models."""
        text = received[:64_000].decode("utf-8", "replace")
        if _is_page(text):
            return self.fault(faults.PAGE, faults.page_title(text) or "a web page").error()
        return self.fault(faults.UNREADABLE, text.strip()[:200]).error()


def _is_page(text: str) -> bool:
    return "<html" in text[:2000].lower() or "<!doctype" in text[:200].lower()


def asked_wait(headers: Mapping[str, str]) -> float | None:
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
