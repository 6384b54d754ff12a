"""The connection to Milvus, and the one place where pymilvus' exceptions become ours."""

import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import StoreError, StoreUnavailableError
from qa.lazy_regex import lazy_regex
from qa.store.importing import import_pymilvus

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

# Codes of pymilvus.client.types.Status and of gRPC that mean "not reached", as opposed to "refused".
_UNREACHED_CODES = frozenset({2})
_NO_DATABASE = 800
# What gRPC's message names when a handshake fails: a certificate, a name in it, or the lack of a client certificate.
_INSECURE = lazy_regex(r"certificate|ssl|\btls\b|hostname verification|\bTSI_", re.IGNORECASE)
# The oldest Milvus that is accepted. Sparse vectors and hybrid search came with 2.4; its makers maintain 2.5 and newer.
NEEDED_VERSION = (2, 5)
RECONNECT_MS = 2_000
# gRPC's word for never.
NO_PINGS_MS = 2**31 - 1
# pymilvus' words for a timeout, its own or gRPC's.
_TOO_LATE = lazy_regex(r"Retry timeout: |DEADLINE_EXCEEDED|Deadline Exceeded")


@contextmanager
def translate(action: str) -> Iterator[None]:
    """Turn whatever pymilvus or gRPC raise during `action` into a `StoreError` of one line.

    Raises:
        StoreUnavailableError: The engine was not reached, or did not answer in time.
        StoreError: It refused the request.
    """
    import_pymilvus()
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
        if isinstance(error.__cause__, grpc.RpcError) and (reason := _why_refused(error.__cause__)):
            raise StoreError(f"cannot {action}: {reason}") from error
        # With pymilvus' own tries at an end the code is gRPC's, and the cause the error itself.
        is_cut = error.code in (grpc.StatusCode.CANCELLED, grpc.StatusCode.UNAVAILABLE)
        if is_cut or error.code in _UNREACHED_CODES or isinstance(error.__cause__, grpc.RpcError):
            raise _unavailable(action, error) from error
        raise StoreError(f"the index refused to {action}: {_first_line(error)}{_hint(error)}") from error


def is_silence(error: StoreError) -> bool:
    """Tell whether an error of `translate` means that nothing answered in time."""
    seen: list[BaseException] = []
    cause = error.__cause__
    # pymilvus raises some exceptions from themselves.
    while cause is not None and cause not in seen:
        if isinstance(cause, TimeoutError) or _TOO_LATE.search(str(cause)):
            return True
        seen.append(cause)
        cause = cause.__cause__
    return False


def is_cut(error: StoreError) -> bool:
    """Tell whether an error of `translate` means that somebody closed what the request was sent over.

    pymilvus does so where another request finds that the engine cannot be reached.
    """
    import_pymilvus()
    import grpc

    return getattr(error.__cause__, "code", None) is grpc.StatusCode.CANCELLED


@dataclass(frozen=True, slots=True)
class Server:
    """How a Milvus server is reached and used; for an embedded engine only the indexes are set.

    Attributes:
        token: "user:password", or an API key.
        database: Name of the database; "" is Milvus' own default.
        ca: File of the authority that signed the server's certificate; "" trusts those of the system.
        certificate: File of this client's own certificate, where the server asks for one.
        key: File of its key.
        server_name: Name in the server's certificate, where it is not the address.
        consistency: How fresh searches are, "Strong", "Session", "Bounded" or "Eventually"; what an ingest checks is
            always read with "Strong".
        shards: Number of shards of a new collection.
        replicas: Number of copies of a collection in memory.
        tenancy: Name under which all indexes share one pair of collections, divided by a partition key; "" gives each
            index collections of its own.
        dense_index: Index of a new collection's dense vectors, see `qa.index_types`; "" is the engine's best.
        sparse_index: Index of its sparse vectors, likewise.
        partition_folders: How many folders of a source name its group, each in a partition of a new collection; 0 for
            no groups.
        loaded_folders: The groups that are brought into memory for answers; none for all of them.
    """

    token: str = field(default="", repr=False)
    database: str = ""
    ca: str = ""
    certificate: str = ""
    key: str = field(default="", repr=False)
    server_name: str = ""
    consistency: str = "Bounded"
    shards: int = 1
    replicas: int = 1
    tenancy: str = ""
    dense_index: str = ""
    sparse_index: str = ""
    partition_folders: int = 0
    loaded_folders: tuple[str, ...] = ()


EMBEDDED = Server()


@asynccontextmanager
async def new_client(uri: str, server: Server, *, timeout_s: float = 60.0) -> "AsyncIterator[AsyncMilvusClient]":
    """Make a client in this event loop, and close it at the end; whether anything answers shows at the first request.

    A client belongs to the loop that opened it: used from another one it fails with "Event loop is closed".

    Raises:
        StoreUnavailableError: `uri` is not an address.
        StoreError: A certificate or key cannot be read.
    """
    import_pymilvus()
    from pymilvus import AsyncMilvusClient

    _hush()
    with translate(f"connect to {uri}"):
        client = AsyncMilvusClient(
            uri=uri,
            token=server.token,
            db_name=server.database,
            timeout=min(timeout_s, 10.0),
            # Otherwise pymilvus reuses a connection to the same address, even one without TLS that another client
            # opened.
            dedicated=True,
            grpc_options=channel_options(uri),
            **_tls(uri, server),
        )
    try:
        yield client
    finally:
        await client.close()


def channel_options(uri: str) -> dict[str, int]:
    """Return gRPC's options for the connection to an address."""
    # Otherwise it may take two minutes to notice that a server is back.
    options = {"grpc.max_reconnect_backoff_ms": RECONNECT_MS}
    if uri.startswith("unix:"):
        # pymilvus pings every 10 s. The engine takes that for an attack and hangs up ("Too many pings") after 40 s
        # without other requests, as while a model loads on a busy machine. Another socket tells when the engine has
        # ended.
        options["grpc.keepalive_time_ms"] = NO_PINGS_MS
    return options


def _hush() -> None:
    """Keep pymilvus from printing a traceback for a request that is repeated, or that we report in a line of our own.

    On import it gives its logger a handler and the level WARNING, whatever was set before.
    """
    logger = logging.getLogger("pymilvus")
    if logger.level == logging.WARNING:
        logger.setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").addFilter(_is_ours_to_tell)


def _is_ours_to_tell(record: logging.LogRecord) -> bool:
    """Drop asyncio's complaints about tasks of pymilvus that nobody awaits, since their request was given up."""
    import_pymilvus()
    import grpc
    from pymilvus.exceptions import MilvusException

    return not (record.exc_info and isinstance(record.exc_info[1], MilvusException | grpc.RpcError))


async def check_version(client: "AsyncMilvusClient", uri: str, *, timeout_s: float) -> None:
    """Refuse a server that cannot store what Footnote stores.

    Raises:
        StoreError: It is too old; the message names its version and the one that is needed.
    """
    with translate(f"ask {uri} for its version"):
        version = str(await client.get_server_version(timeout=timeout_s))
    numbers = re.match(r"v?(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < NEEDED_VERSION:
        needed = ".".join(map(str, NEEDED_VERSION))
        raise StoreError(f"{uri} runs Milvus {version}, and Footnote needs {needed} or newer; upgrade the server")


def _tls(uri: str, server: Server) -> dict[str, Any]:
    """Return pymilvus' options for a secure connection: one-way TLS with a `ca` alone, else mutual."""
    files = [file for file in (server.ca, server.certificate, server.key) if file]
    if not uri.startswith("https"):
        if files and uri.startswith(("http:", "tcp:")):
            raise StoreError(f"{uri} is not encrypted, but a certificate is set; write https://, or leave it out")
        return {}
    for file in files:
        if not Path(file).is_file():
            raise StoreError(f"{file} is not a file; name the certificate or key that the server needs")
    options: dict[str, Any] = {"secure": True}
    if server.server_name:
        options["server_name"] = server.server_name
    if server.certificate:
        return options | {
            "ca_pem_path": server.ca,
            "client_pem_path": server.certificate,
            "client_key_path": server.key,
        }
    return options | ({"server_pem_path": server.ca} if server.ca else {})


def _unavailable(action: str, error: BaseException) -> StoreUnavailableError:
    import grpc

    why = _first_line(error)
    if isinstance(error.__cause__, grpc.RpcError):
        # pymilvus says "illegal connection params or server unavailable", gRPC "…: Connection refused".
        why = _details(error.__cause__).rsplit(": ", 1)[-1] or why
    return StoreUnavailableError(f"cannot {action}: {why}; check that the engine runs and FOOTNOTE_URI is right")


def _details(error: Any) -> str:
    return str(error.details() or "").strip().partition("\n")[0]


def _hint(error: Any) -> str:
    return "; set FOOTNOTE_SERVER_DATABASE to one that is there" if error.code == _NO_DATABASE else ""


def _why_refused(error: Any) -> str:
    """Return in words why a server refuses this client; "" where it was not reached.

    pymilvus reports each of these as "illegal connection params or server unavailable".
    """
    import grpc

    details = _details(error)
    if error.code() == grpc.StatusCode.UNAUTHENTICATED:
        return (
            "the server does not know this name or password; set FOOTNOTE_TOKEN, or FOOTNOTE_USER and FOOTNOTE_PASSWORD"
        )
    if _INSECURE.search(details):
        why = details.rpartition("last error: ")[2][:200]
        return f"no secure connection ({why}); check https:// in FOOTNOTE_URI, and FOOTNOTE_TLS_CA"
    return ""


def _first_line(error: BaseException) -> str:
    import grpc

    if isinstance(error, grpc.aio.AioRpcError):
        text = error.details() or error.code().name
    else:
        text = getattr(error, "message", "") or str(error) or type(error).__name__
    return text.strip().splitlines()[0][:300] if text.strip() else type(error).__name__
