"""A connection to the index that outlives its engine: when the embedded engine has died, the next call starts it again.

Every request of the store goes through `Connection.call` or `Connection.write`.
"""

import asyncio
import importlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qa.errors import StoreError, StoreUnavailableError
from qa.store.client import EMBEDDED, Server, check_version, new_client, translate
from qa.store.engine import IDLE_S, Engine, engine
from qa.store.schema import Tenancy
from qa.store.turns import request_turn

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

T = TypeVar("T")

# An engine that dies this often over one request dies of it.
ENGINE_LIVES = 3
_NOT_LOADED = re.compile(r"state 'released'|not loaded")
# A refused request and the news that the engine has ended come over two sockets.
_NEWS_S = 2.0


class EngineLostError(StoreUnavailableError):
    """The embedded engine ended while it was asked; what was asked may have been done or not."""


class Connection:
    """One client of one index, in the event loop that opened it. Open it with `open_connection`."""

    def __init__(
        self, uri: str | Path, server: Server = EMBEDDED, *, timeout_s: float = 60.0, idle_s: float = IDLE_S
    ) -> None:
        self.embedded = isinstance(uri, Path)
        self.timeout_s = timeout_s
        self.server = server
        self._uri = uri
        self._idle_s = idle_s
        self._loaded: dict[str, None] = {}
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._link: tuple[AsyncMilvusClient, Engine | None] | None = None

    async def call(self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]") -> T:
        """Send a request that may be sent twice; if the engine ends meanwhile, send it to its successor.

        Args:
            action: What the request does, for error messages: "query “x”".
            request: Sends it through the client that it is given.

        Raises:
            StoreUnavailableError: The index cannot be reached.
            StoreError: It refused.
        """
        for life in range(ENGINE_LIVES):
            try:
                return await self._send(action, request)
            except EngineLostError:
                if life == ENGINE_LIVES - 1:
                    raise
        raise ValueError("ENGINE_LIVES must be at least 1")

    async def write(self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]") -> T:
        """Send a request that changes rows, in turn with other processes where the engine is embedded.

        Raises:
            EngineLostError: The engine ended meanwhile: find out what arrived. The next request starts it again.
            StoreUnavailableError: The index cannot be reached.
            StoreError: It refused.
        """
        async with request_turn(self._uri) if isinstance(self._uri, Path) else nullcontext():
            return await self._send(action, request)

    async def load(self, name: str) -> None:
        """Load a collection into the engine's memory, now and whenever the engine is started again."""
        copies = "" if self.embedded or self.server.replicas == 1 else f" in {self.server.replicas} replicas"
        await self.call(
            f'load collection "{name}"{copies}', lambda client: client.load_collection(name, **self._loading())
        )
        self._loaded[name] = None

    def forget(self, name: str) -> None:
        """No longer load a collection whenever the engine is started again."""
        self._loaded.pop(name, None)

    async def release(self, name: str) -> None:
        """Give a collection's memory back."""
        self.forget(name)
        await self.call(
            f'release collection "{name}"', lambda client: client.release_collection(name, timeout=self.timeout_s)
        )

    async def open(self) -> None:
        """Connect now, and learn whether the engine answers."""
        await self._connected()

    async def check_version(self) -> None:
        """Refuse a server that is too old; the embedded engine is the one that was installed.

        Raises:
            StoreError: It is.
        """
        if not isinstance(self._uri, Path):
            client, _ = await self._connected()
            await check_version(client, self._uri, timeout_s=self.timeout_s)

    async def close(self) -> None:
        """Let go of the engine; it goes on for its other clients."""
        self._link = None
        await self._stack.aclose()

    @property
    def tenancy(self) -> Tenancy:
        """Whether indexes share their collections here."""
        if not self.server.tenancy:
            return "alone"
        return "field" if self.embedded else "partition key"

    def making(self) -> dict[str, Any]:
        """Return what a server is told when it makes a collection."""
        return {} if self.embedded else {"num_shards": self.server.shards}

    def searching(self) -> dict[str, Any]:
        """Return what a server is told when it searches; the embedded engine sees every write at once."""
        return {} if self.embedded else {"consistency_level": self.server.consistency}

    def _loading(self) -> dict[str, Any]:
        replicas = {} if self.embedded else {"replica_number": self.server.replicas}
        return {"timeout": self.timeout_s, **replicas}

    async def _send(self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]") -> T:
        client, running = await self._connected()
        try:
            return await _answered(action, request(client), running)
        except StoreError as error:
            if not _NOT_LOADED.search(str(error)) or not self._loaded:
                raise
        # Somebody released it, or two loads at once went wrong, as they may on milvus-lite 3.2.2 after a restart.
        await self._load_all(client, running)
        return await _answered(action, request(client), running)

    async def _connected(self) -> "tuple[AsyncMilvusClient, Engine | None]":
        """Return the client and the engine behind it, both new if that has ended."""
        async with self._opening:
            for life in range(ENGINE_LIVES):
                if self._link and not (self._link[1] and self._link[1].lost.done()):
                    break
                await self.close()
                try:
                    await self._connect()
                except EngineLostError:
                    if life == ENGINE_LIVES - 1:
                        raise
            if self._link is None:
                raise StoreUnavailableError("the embedded engine ends each time it is started; see its log")
            return self._link

    async def _connect(self) -> None:
        async with AsyncExitStack() as stack:
            uri, running = self._uri, None
            if isinstance(uri, Path):
                # The engine and the import of pymilvus each take a third of a second: at the same time.
                importing = asyncio.create_task(asyncio.to_thread(importlib.import_module, "pymilvus"))
                running = await stack.enter_async_context(engine(uri, idle_s=self._idle_s))
                uri = running.uri
                await importing
            client = await stack.enter_async_context(new_client(uri, self.server, timeout_s=self.timeout_s))
            await _answered(f"connect to {uri}", client.list_collections(timeout=self.timeout_s), running)
            await self._load_all(client, running)
            self._link = client, running
            self._stack = stack.pop_all()

    async def _load_all(self, client: "AsyncMilvusClient", running: Engine | None) -> None:
        """Load again what this connection uses."""
        for name in list(self._loaded):
            loading = client.load_collection(name, **self._loading())
            try:
                await _answered(f'load collection "{name}"', loading, running)
            except StoreUnavailableError:
                raise
            except StoreError:
                there = client.has_collection(name, timeout=self.timeout_s)
                if await _answered(f'look for collection "{name}"', there, running):
                    raise
                self.forget(name)  # dropped by another process; whoever uses it next is told


async def _answered(action: str, request: Awaitable[T], running: Engine | None) -> T:
    """Wait for the answer to a request, or for the end of the engine that was asked.

    Raises:
        EngineLostError: The engine ended first.
    """
    if running is None:
        with translate(action):
            return await request
    asked = asyncio.ensure_future(request)
    asked.add_done_callback(_heard)
    try:
        # pymilvus would repeat a request to an engine that is gone until its time is over.
        await asyncio.wait({asked, running.lost}, return_when=asyncio.FIRST_COMPLETED)
        if asked.done():
            try:
                with translate(action):
                    return asked.result()
            except StoreUnavailableError:
                await asyncio.wait({running.lost}, timeout=_NEWS_S)
                if not running.lost.done():
                    raise
    finally:
        asked.cancel()
    raise EngineLostError(f"cannot {action}: the embedded engine has ended; ask again and it starts")


def _heard(asked: "asyncio.Future[T]") -> None:
    """Take note of how a request ended that nobody waits for any more; asyncio would print it."""
    if not asked.cancelled():
        asked.exception()


@asynccontextmanager
async def open_connection(
    uri: str | Path, server: Server = EMBEDDED, *, timeout_s: float = 60.0, idle_s: float = IDLE_S
) -> AsyncIterator[Connection]:
    """Connect to the embedded engine of a `Path`, or to the server at an address.

    Args:
        uri: File of the embedded engine, or http(s):// of a Milvus server.
        server: How the server is reached and used.
        timeout_s: Seconds that one request may take.
        idle_s: How long an embedded engine started here keeps running after its last client left.

    Raises:
        StoreUnavailableError: The engine cannot start, or nothing answers.
    """
    connection = Connection(uri, server, timeout_s=timeout_s, idle_s=idle_s)
    try:
        await connection.open()
        yield connection
    finally:
        await connection.close()
