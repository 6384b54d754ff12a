"""A connection to the index that outlives its engine: when the embedded engine has died, the next call starts it again.

Every request of the store goes through `Connection.call` or `Connection.write`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qa.errors import StoreError, StoreUnavailableError
from qa.lazy_regex import lazy_regex
from qa.store import trouble
from qa.store.client import EMBEDDED, Server, check_version, is_cut, is_silence, new_client, translate
from qa.store.engine import IDLE_S, Engine, engine
from qa.store.importing import import_pymilvus
from qa.store.lost import (
    NEWS_S,
    ConnectionCutError,
    EngineFailedError,
    EngineLostError,
    EngineUnreadyError,
    gone,
    heard,
    is_lost,
    is_unready,
)
from qa.store.schema import Tenancy
from qa.store.turns import request_turn

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

T = TypeVar("T")

# An engine that dies this often over one request dies of it.
ENGINE_LIVES = 3
_NOT_LOADED = lazy_regex(r"state 'released'|not loaded")


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
        # By the name of a collection the partitions that are loaded, none for all of it.
        self._loaded: dict[str, tuple[str, ...]] = {}
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._link: tuple[AsyncMilvusClient, Engine | None] | None = None

    def words_file(self, physical: str) -> Path | None:
        """Return where the words of a collection are kept, None on a server; see `qa.store.vocabulary`."""
        if not isinstance(self._uri, Path):
            return None
        return self._uri.with_name(f"{self._uri.name}.words") / f"{physical}.txt"

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
            except EngineLostError as error:
                if life == ENGINE_LIVES - 1:
                    raise await self._explained(error) from error
                if isinstance(error, EngineUnreadyError):
                    await self._end_engine()
        raise ValueError("ENGINE_LIVES must be at least 1")

    async def write(
        self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]", *, row_bytes: int = 0
    ) -> T:
        """Send a request that changes rows, in turn with other processes where the engine is embedded.

        Args:
            action: As for `call`.
            request: As for `call`.
            row_bytes: About how many bytes are written; an embedded engine's disk must have room for them.

        Raises:
            EngineLostError: The engine ended meanwhile: find out what arrived. The next request starts it again.
            StoreUnavailableError: The index cannot be reached.
            StoreError: It refused.
        """
        if not isinstance(self._uri, Path):
            return await self._send(action, request)
        trouble.check_room(self._uri, row_bytes)
        async with request_turn(self._uri, timeout_s=self.timeout_s):
            try:
                return await self._send(action, request, row_bytes=row_bytes)
            except (EngineFailedError, ConnectionCutError, EngineUnreadyError):
                # Its memory may hold rows that its file does not, and it would answer with them until it reads the file
                # again. Or it is still writing rows that are looked for now, and would be written twice.
                await self._end_engine()
                raise

    async def change(self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[object]]") -> None:
        """Send a change that may be sent again without harm, until an engine has lived through it.

        Raises:
            StoreError: As `write`.
        """
        for life in range(ENGINE_LIVES):
            try:
                await self.write(action, request)
                return
            except EngineLostError:
                if life == ENGINE_LIVES - 1:
                    raise

    async def _end_engine(self) -> None:
        if self._link and self._link[1]:
            await self._link[1].end()

    async def load(self, name: str, partitions: Sequence[str] = ()) -> None:
        """Load a collection into the engine's memory, now and whenever the engine is started again.

        Args:
            name: Of the collection.
            partitions: Of which alone; all of it if none is named.
        """
        copies = "" if self.embedded or self.server.replicas == 1 else f" in {self.server.replicas} replicas"
        what = f"{len(partitions)} of the partitions of " if partitions else ""
        await self.call(f'load {what}collection "{name}"{copies}', lambda client: self._load(client, name, partitions))
        self._loaded[name] = tuple(partitions)

    async def _load(self, client: "AsyncMilvusClient", name: str, partitions: Sequence[str]) -> None:
        if partitions:
            await client.load_partitions(name, list(partitions), **self._loading())
        else:
            await client.load_collection(name, **self._loading())

    async def check_file(self) -> None:
        """Make sure that nothing an embedded engine does not find was lost: it may show a part of a damaged file.

        Raises:
            StoreError: Its file is damaged.
        """
        if not isinstance(self._uri, Path):
            return
        if damage := await asyncio.to_thread(trouble.damage_of, self._uri):
            raise trouble.damaged(self._uri, damage)
        # milvus-lite 2.5.1 passes over a collection whose description it cannot read. Look twice, since others may make
        # and drop collections meanwhile.
        hidden = await asyncio.to_thread(trouble.tables, self._uri)
        for pause_s in (0.0, NEWS_S / 4):
            if not hidden:
                return
            await asyncio.sleep(pause_s)
            shown = await self.call("list the collections", lambda client: client.list_collections(**self.limits()))
            hidden &= (await asyncio.to_thread(trouble.tables, self._uri)) - set(shown)
        if hidden:
            raise trouble.damaged(self._uri, f"its collection {min(hidden)[:60]} cannot be read")

    async def check_rows(self, table: str, count: Callable[[], Awaitable[int]]) -> None:
        """Make sure that a collection in which an embedded engine shows no rows has none.

        Raises:
            StoreError: Its file holds some.
        """
        if not isinstance(self._uri, Path) or self.server.tenancy:
            return
        for pause_s in (0.0, NEWS_S / 4):
            await asyncio.sleep(pause_s)  # somebody may be storing the first ones
            held = await asyncio.to_thread(trouble.rows, self._uri, table)
            if not held or await count():
                return
        raise trouble.damaged(self._uri, f"it holds {held} rows of {table[:60]} that cannot be read")

    def forget(self, name: str) -> None:
        """Stop loading a collection when the engine is started again."""
        self._loaded.pop(name, None)

    async def release(self, name: str) -> None:
        """Give a collection's memory back."""
        self.forget(name)
        await self.call(f'release collection "{name}"', lambda client: client.release_collection(name, **self.limits()))

    async def open(self) -> None:
        """Connect now, and learn whether the engine answers."""
        await self._connected()

    async def check_version(self) -> None:
        """Refuse a server that is too old; the embedded engine is the one that was installed.

        Raises:
            StoreError: The server is too old.
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
        """How indexes share their collections here, if they do."""
        if not self.server.tenancy:
            return "alone"
        return "field" if self.embedded else "partition key"

    def making(self) -> dict[str, Any]:
        """Return the options with which a server makes a collection."""
        return {} if self.embedded else {"num_shards": self.server.shards}

    def searching(self) -> dict[str, Any]:
        """Return the options with which a server searches; the embedded engine sees every write at once."""
        return {} if self.embedded else {"consistency_level": self.server.consistency}

    def limits(self) -> dict[str, Any]:
        """Return the options that bound how long pymilvus tries a request.

        An embedded engine is asked once, because what fails there fails again: on a full disk pymilvus repeated an
        insert for a minute, and each try left its rows in the engine's memory. `_answered` bounds the wait for an
        answer.
        """
        return {"timeout": None, "retry_times": 0} if self.embedded else {"timeout": self.timeout_s}

    def _loading(self) -> dict[str, Any]:
        replicas = {} if self.embedded else {"replica_number": self.server.replicas}
        return {**self.limits(), **replicas}

    async def _send(
        self, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]", *, row_bytes: int = 0
    ) -> T:
        client, running = await self._connected()
        try:
            return await self._answered(action, request(client), running, row_bytes=row_bytes)
        except StoreError as error:
            if not _NOT_LOADED.search(str(error)) or not self._loaded:
                raise
        # Somebody released it, or two loads at once went wrong, as they may on milvus-lite 3.2.2 after a restart.
        await self._load_all(client, running)
        return await self._answered(action, request(client), running, row_bytes=row_bytes)

    async def _connected(self) -> "tuple[AsyncMilvusClient, Engine | None]":
        """Return the client and the engine behind it, both new if that engine has ended.

        Raises:
            StoreUnavailableError: Connecting takes longer than one request may.
        """
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._joined()
        except TimeoutError as error:
            raise await self._silent("connect", self.timeout_s) from error

    async def _joined(self) -> "tuple[AsyncMilvusClient, Engine | None]":
        async with self._opening:
            for life in range(ENGINE_LIVES):
                if self._link and not (self._link[1] and self._link[1].lost.done()):
                    break
                await self.close()
                try:
                    await self._connect()
                except EngineLostError as error:
                    if life == ENGINE_LIVES - 1:
                        raise await self._explained(error) from error
            if self._link is None:
                raise StoreUnavailableError("the embedded engine ends each time it is started; see its log")
            return self._link

    async def _connect(self) -> None:
        async with AsyncExitStack() as stack:
            uri, running = self._uri, None
            if isinstance(uri, Path):
                # The engine and the import of pymilvus each take a third of a second: at the same time.
                importing = asyncio.create_task(asyncio.to_thread(import_pymilvus))
                running = await stack.enter_async_context(engine(uri, idle_s=self._idle_s, timeout_s=self.timeout_s))
                uri = running.uri
                await importing
            client = await stack.enter_async_context(new_client(uri, self.server, timeout_s=self.timeout_s))
            try:
                await self._answered(f"connect to {self._uri}", client.list_collections(**self.limits()), running)
                await self._load_all(client, running)
            except EngineUnreadyError:
                if running:
                    await running.end()
                raise
            self._link = client, running
            self._stack = stack.pop_all()

    async def _load_all(self, client: "AsyncMilvusClient", running: Engine | None) -> None:
        """Load the collections that this connection uses into a new engine."""
        for name, partitions in list(self._loaded.items()):
            loading = self._load(client, name, partitions)
            try:
                await self._answered(f'load collection "{name}"', loading, running)
            except StoreUnavailableError:
                raise
            except StoreError:
                there = client.has_collection(name, **self.limits())
                if await self._answered(f'look for collection "{name}"', there, running):
                    raise
                self.forget(name)  # dropped by another process; whoever uses it next is told

    async def _answered(self, action: str, request: Awaitable[T], running: Engine | None, *, row_bytes: int = 0) -> T:
        """Wait for the answer to a request, but no longer than the engine lives or `timeout_s` lasts.

        Raises:
            EngineLostError: The engine ended first, or must end since it has not started whole.
            EngineFailedError: It failed at the request, instead of refusing it; the message says why.
            StoreUnavailableError: No answer came in time.
            StoreError: The request was refused.
        """
        begun = time.monotonic()
        asked = asyncio.ensure_future(request)
        asked.add_done_callback(heard)
        ended = {running.lost} if running else set()
        try:
            # pymilvus would repeat a request to an engine that is gone until its own timeout.
            await asyncio.wait({asked, *ended}, timeout=self.timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if asked.cancelled():
                # Another request learned first that the engine has ended, and closed what this one was sent over.
                raise gone(action) if running else StoreUnavailableError(f"cannot {action}: the connection was closed")
            if asked.done():
                try:
                    with translate(action):
                        return asked.result()
                except StoreError as error:
                    if await is_lost(running, error):
                        raise gone(action) from error
                    if is_unready(running, error):
                        raise EngineUnreadyError(
                            f"cannot {action}: the embedded engine did not start whole; ask again"
                        ) from error
                    if running and is_cut(error):
                        raise ConnectionCutError(f"cannot {action}: the connection was closed; ask again") from error
                    if is_silence(error):
                        raise await self._silent(action, time.monotonic() - begun) from error
                    raise await self._explained(error, row_bytes=row_bytes) from error
            if any(task.done() for task in ended):
                raise gone(action)
            raise await self._silent(action, self.timeout_s)
        finally:
            asked.cancel()

    async def _silent(self, action: str, waited_s: float) -> StoreUnavailableError:
        if isinstance(self._uri, Path):
            return await asyncio.to_thread(trouble.silent, self._uri, action, waited_s)
        return StoreUnavailableError(
            f"cannot {action}: {self._uri} did not answer within {waited_s:.3g} s; check that it runs and "
            "FOOTNOTE_URI is right, or raise --timeout"
        )

    async def _explained(self, error: StoreError, *, row_bytes: int = 0) -> StoreError:
        """Return why an embedded engine failed; a refusal is returned as it is."""
        if not isinstance(self._uri, Path) or _NOT_LOADED.search(str(error)):
            return error
        if not isinstance(error, EngineLostError) and not trouble.is_internal(error):
            return error
        why = await asyncio.to_thread(trouble.explained, self._uri, error, row_bytes=row_bytes)
        return why if isinstance(why, EngineLostError) else EngineFailedError(str(why))


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
