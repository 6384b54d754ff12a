"""One request, one answer: the only file, with `guard`, that knows the HTTP library.

httpcore is the part of httpx that does what it is told and no more: it follows no redirect, keeps no cookie, reads no
proxy from the environment and unpacks nothing.
"""

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import httpcore2

from ingest.web.addresses import Address
from ingest.web.guard import GuardedNetwork
from ingest.web.unpack import Unpacker
from qa.errors import LoadError

# Beyond this many bytes nothing is fetched: a person's documents are smaller, and all of one is in memory at a time.
MAX_BYTES: Final = 25 * 2**20
_IDLE_S = 30.0
_SHORT_BYTES = 2**16
_MOST_CONNECTIONS = 32  # idle ones among them
_ADDING = {"x-robots-tag": "\n", "content-encoding": ", "}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the next bytes, for the whole of an answer."""

    connect_s: float = 10.0
    read_s: float = 30.0
    whole_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer says before its body; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `body` is None where it was not wanted."""

    head: Head
    body: bytes | None


class Wire:
    """Connections to web servers; to be opened with `async with`."""

    def __init__(self, network: GuardedNetwork, *, patience: Patience) -> None:
        """Prepare; the caller bounds the number of requests at a time."""
        self._patience = patience
        self._pool = httpcore2.AsyncConnectionPool(
            max_connections=_MOST_CONNECTIONS, keepalive_expiry=_IDLE_S, network_backend=network
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.__aexit__(kind, error, trace)

    async def get(
        self,
        address: Address,
        headers: Mapping[str, str],
        *,
        wants: Callable[[Head], bool],
        max_bytes: int = MAX_BYTES,
        cut: bool = False,
    ) -> Answer:
        """Ask for one address.

        Args:
            address: Where; nothing is followed from there.
            headers: To be sent.
            wants: Tells by the head whether the body is wanted; what it raises goes through.
            max_bytes: The most that the body may have, as it comes and unpacked.
            cut: Whether a longer one is cut off there instead of being an error.

        Raises:
            LoadError: There was no answer, or none that can be used.
        """
        url = httpcore2.URL(
            scheme=address.scheme.encode(),
            host=address.host.encode(),
            port=address.port,
            target=address.target.encode("ascii"),
        )
        limits = dict.fromkeys(("read", "write", "pool"), self._patience.read_s)
        limits["connect"] = self._patience.connect_s
        with _errors(address, self._patience):
            async with (
                asyncio.timeout(self._patience.whole_s),
                self._pool.stream(
                    "GET", url, headers=list(headers.items()), extensions={"timeout": limits}
                ) as response,
            ):
                head = Head(response.status, _headers(response.headers))
                answer = Answer(head, None)
                if not wants(head):
                    # A short body is read to its end: otherwise the connection could not be used again.
                    if head.status == 304 or 0 <= _length(head) <= _SHORT_BYTES:
                        await response.aread()
                    return answer
                encoding = head.headers.get("content-encoding", "").lower()
                unpacker = Unpacker(address.url, encoding, max_bytes, cut=cut)
                if not cut and _length(head) > max_bytes:
                    raise unpacker.too_large()
                async for piece in response.aiter_stream():
                    if not unpacker.feed(piece):
                        break
                answer = Answer(head, unpacker.finish())
        return answer


def _length(head: Head) -> int:
    """Return the declared length of the body, -1 if none is declared."""
    length = head.headers.get("content-length", "")
    return int(length) if length.isdecimal() and len(length) < 20 else -1


def _headers(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Decode headers. If one comes several times, the first counts, except where each adds something."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key = name.decode("latin-1").lower()
        try:
            text = value.decode("utf-8").strip()
        except UnicodeDecodeError:
            text = value.decode("latin-1").strip()
        if key not in headers:
            headers[key] = text
        elif key in _ADDING:
            headers[key] += _ADDING[key] + text
    return headers


@contextmanager
def _errors(address: Address, patience: Patience) -> Iterator[None]:
    """Turn what the library raises into one line; its source is the host, unless it concerns the page alone."""
    host = address.host
    try:
        yield
    except httpcore2.ConnectTimeout as error:
        raise LoadError(
            host, f"{host} did not answer within {patience.connect_s:g} s; try again later", passing=True
        ) from error
    except httpcore2.TimeoutException as error:
        raise LoadError(
            host, f"{host} sent nothing for {patience.read_s:g} s; try again later", passing=True
        ) from error
    except TimeoutError as error:
        raise LoadError(
            address.url,
            f"took longer than {patience.whole_s:g} s; try again later, or save it and ingest the file",
            passing=True,
        ) from error
    except httpcore2.ConnectError as error:
        # The pool drops the cause; the library passes the error underneath as an argument.
        tls = next((one for one in error.args if isinstance(one, ssl.SSLError)), None)
        if tls:
            raise LoadError(host, _tls_reason(host, tls)) from error
        raise LoadError(
            host, f"{host} accepts no connection; check the address, or try again later", passing=True
        ) from error
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol, httpcore2.ProxyError) as error:
        raise LoadError(host, f"{host} does not speak HTTP as it should; check the address", passing=True) from error
    except (httpcore2.NetworkError, ssl.SSLError, OSError) as error:
        raise LoadError(host, f"the connection to {host} broke; try again later", passing=True) from error


def _tls_reason(host: str, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message.rstrip(".")
        return f"the certificate of {host} cannot be trusted ({why}); check the address and this machine's authorities"
    return f"{host} offers no encrypted connection there; check the address, port and http or https"
