"""The connection to Milvus, and the one place where pymilvus' exceptions become ours."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from qa.errors import StoreError, StoreUnavailableError

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

# Codes of pymilvus.client.types.Status and of gRPC that mean "not reached", as opposed to "refused".
_UNREACHED_CODES = frozenset({2})


@contextmanager
def translate(action: str) -> Iterator[None]:
    """Turn whatever pymilvus or gRPC raise during `action` into a `StoreError` of one line.

    Raises:
        StoreUnavailableError: The engine was not reached, or did not answer in time.
        StoreError: It refused the request.
    """
    import grpc
    from pymilvus.exceptions import ConnectError, MilvusException, MilvusUnavailableException

    try:
        yield
    except grpc.RpcError as error:
        if error.code() == grpc.StatusCode.UNIMPLEMENTED:
            raise StoreError(f"this engine cannot {action}; a Milvus server of version 2.5 or newer can") from error
        raise _unavailable(action, error) from error
    except (ConnectError, MilvusUnavailableException, TimeoutError, ConnectionError) as error:
        raise _unavailable(action, error) from error
    except MilvusException as error:
        if error.code in _UNREACHED_CODES or isinstance(error.__cause__, grpc.RpcError):
            raise _unavailable(action, error) from error
        raise StoreError(f"the index refused to {action}: {_first_line(error)}") from error


@asynccontextmanager
async def new_client(uri: str, *, token: str = "", timeout_s: float = 60.0) -> "AsyncIterator[AsyncMilvusClient]":
    """Make a client in this event loop, and close it at the end; whether anything answers shows at the first request.

    A client belongs to the loop that opened it: used from another one it fails with "Event loop is closed".

    Raises:
        StoreUnavailableError: `uri` is no address.
    """
    from pymilvus import AsyncMilvusClient

    with translate(f"connect to {uri}"):
        client = AsyncMilvusClient(uri=uri, token=token, timeout=min(timeout_s, 10.0))
    try:
        yield client
    finally:
        await client.close()


def _unavailable(action: str, error: BaseException) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"cannot {action}: {_first_line(error)}; check that the engine runs and FOOTNOTE_URI is right"
    )


def _first_line(error: BaseException) -> str:
    import grpc

    if isinstance(error, grpc.aio.AioRpcError):
        text = error.details() or error.code().name
    else:
        text = getattr(error, "message", "") or str(error) or type(error).__name__
    return text.strip().splitlines()[0][:300] if text.strip() else type(error).__name__
