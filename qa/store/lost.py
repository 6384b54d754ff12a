"""What becomes of a request whose engine ends, and how that is told from an engine that refuses."""

import asyncio
from typing import TypeVar

from qa.errors import StoreError, StoreUnavailableError
from qa.lazy_regex import lazy_regex
from qa.store import trouble
from qa.store.client import is_silence
from qa.store.engine import Engine

T = TypeVar("T")

# How long to wait for the news that the engine has ended: it comes over another socket than the failed request.
NEWS_S = 2.0
# milvus-lite 2.5.1, rarely, on a busy machine: 'Assert "init_flag_ == true"  => Mmap manager has not been init.'
_UNREADY = lazy_regex(r"has not been init")


class EngineLostError(StoreUnavailableError):
    """The embedded engine ended during a request, which may or may not have been carried out."""


class ConnectionCutError(EngineLostError):
    """What a request was sent over was closed, by another request that had no answer; the engine may be alive."""


class EngineUnreadyError(EngineLostError):
    """The embedded engine started without a part that it needs, and did nothing; its successor has it."""


class EngineFailedError(StoreError):
    """The embedded engine is alive but failed at a request; the message says why."""


async def is_lost(running: Engine | None, error: StoreError) -> bool:
    """Tell whether a request failed because the engine ended; the news of that comes over another socket."""
    if running is None or not isinstance(error, StoreUnavailableError):
        return False
    if not is_silence(error) and not trouble.is_internal(error):
        await asyncio.wait({running.lost}, timeout=NEWS_S)
    return running.lost.done()


def is_unready(running: Engine | None, error: StoreError) -> bool:
    """Tell whether a request failed because the engine has not come up whole."""
    return running is not None and bool(_UNREADY.search(str(error)))


def gone(action: str) -> EngineLostError:
    """Return the error of a request during which the engine ended."""
    return EngineLostError(f"cannot {action}: the embedded engine has ended; ask again and it starts")


def heard(asked: "asyncio.Future[T]") -> None:
    """Collect the outcome of a request that nobody waits for any more; otherwise asyncio would print it."""
    if not asked.cancelled():
        asked.exception()
