"""The indexes of a Milvus collection, one a field: made, described and dropped."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from qa.errors import StoreError, StoreUnavailableError
from qa.index_types import IndexType, described
from qa.lazy_regex import lazy_regex
from qa.store.connection import Connection

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

T = TypeVar("T")

# The index of an empty collection is made in a few milliseconds.
_FIRST_PAUSE_S = 0.005
# After which pause it is looked whether an index that somebody builds is done, and how often while it is loaded then.
_LOOK_S, _LOOKS_WHILE_LOADED = 0.2, 25
# What milvus-lite says of a collection that has its indexes, and is not loaded with them yet.
_UNLOADED = lazy_regex(r"metric type not match|map::at|collection not found")
# How often a collection is released while somebody has it loaded again.
_RELEASES = 3
# The numbers that Milvus gives to types of vectors begin here.
_VECTORS_FROM = 100


async def create_index(connection: Connection, collection: str, field: str, parameters: Mapping[str, Any]) -> None:
    """Give a field its index, and return when it is made."""
    import grpc
    from pymilvus import MilvusException

    limits = connection.limits()

    async def request(client: "AsyncMilvusClient") -> None:
        index = client.prepare_index_params()
        index.add_index(field_name=field, index_name=field, **parameters)
        try:
            creation = client.create_index(collection, index, **limits)
            await _until_made(client, collection, field, creation, limits)
        except (MilvusException, grpc.RpcError):
            # milvus-lite 3.2.2 has made the index by now, but lacks the call with which pymilvus waits for it.
            if field not in await client.list_indexes(collection):
                raise

    await connection.call(f'index "{field}" of "{collection}"', request)


async def _until_made(
    client: "AsyncMilvusClient",
    collection: str,
    field: str,
    creation: Coroutine[Any, Any, None],
    limits: Mapping[str, Any],
) -> None:
    """Wait until an index is made; sooner than pymilvus, which sleeps half a second before it asks."""
    from pymilvus import MilvusException

    creating = asyncio.ensure_future(creation)
    pause_s = _FIRST_PAUSE_S
    try:
        while not (await asyncio.wait([creating], timeout=pause_s))[0]:
            pause_s *= 2
            with suppress(MilvusException):
                described = await client.describe_index(collection, field, **limits)
                if described and described.get("state") == "Finished":
                    return
        await creating
    finally:
        creating.cancel()


async def index_types(connection: Connection, collection: str) -> dict[str, IndexType]:
    """Return the type of each field's index."""
    limits = connection.limits()

    async def request(client: "AsyncMilvusClient") -> dict[str, IndexType]:
        names = await client.list_indexes(collection, **limits)
        return {name: described(await client.describe_index(collection, name, **limits) or {}) for name in names}

    return await connection.call(f'describe the indexes of "{collection}"', request)


async def drop_index(connection: Connection, collection: str, field: str) -> None:
    """Delete a field's index; the collection must not be loaded, and cannot be until it has another."""
    await connection.change(
        f'drop index "{field}" of "{collection}"',
        lambda client: client.drop_index(collection, field, **connection.limits()),
    )


async def once_indexed(
    connection: Connection, collection: str, action: str, request: "Callable[[AsyncMilvusClient], Awaitable[T]]"
) -> T:
    """Send a request that reads a collection; where somebody builds another index in place, wait until it is done.

    A field has no index meanwhile. No engine says so: milvus-lite fails at a search with "metric type not match".

    Raises:
        StoreUnavailableError: The index is not done after the time that a request may take.
        StoreError: The request was refused for another reason.
    """
    begun, was_lacking, refused = time.monotonic(), False, 0
    while True:
        try:
            return await connection.call(action, request)
        except StoreUnavailableError:
            raise
        except StoreError as error:
            lacking = await _lacks_index(connection, collection)
            if lacking is None:
                raise
            if lacking and time.monotonic() - begun > connection.timeout_s:
                raise StoreUnavailableError(
                    f"cannot {action}: another index of it is being built, and not done after "
                    f"{connection.timeout_s:.3g} s; ask again later"
                ) from error
            was_lacking |= lacking
            # Once more in any case: it may have been done between the two requests.
            refused = 0 if lacking else refused + 1
            if refused > (_LOOKS_WHILE_LOADED if was_lacking or _UNLOADED.search(str(error)) else 1):
                raise
        await asyncio.sleep(_LOOK_S)


async def _lacks_index(connection: Connection, collection: str) -> bool | None:
    """Tell whether a field of vectors has no index; None where there is no such collection, or nobody answers."""
    limits = connection.limits()

    async def request(client: "AsyncMilvusClient") -> bool:
        fields = (await client.describe_collection(collection, **limits))["fields"]
        vectors = {field["name"] for field in fields if int(field["type"]) >= _VECTORS_FROM}
        return not vectors <= set(await client.list_indexes(collection, **limits))

    try:
        return await connection.call(f'look for the indexes of "{collection}"', request)
    except StoreError:
        return None


async def exchange_index(
    connection: Connection, collection: str, field: str, wanted: IndexType, *, load: Callable[[], Awaitable[None]]
) -> None:
    """Give a field another index, or its old one again where that is refused, and load the collection."""
    before = (await index_types(connection, collection)).get(field)
    try:
        await _release_and_drop(connection, collection, field, is_there=before is not None)
        await create_index(connection, collection, field, wanted.request(field))
    except BaseException:
        if before is not None and field not in await index_types(connection, collection):
            await create_index(connection, collection, field, before.request(field))
        await load()
        raise
    await load()


async def _release_and_drop(connection: Connection, collection: str, field: str, *, is_there: bool) -> None:
    for tries_left in range(_RELEASES, -1, -1):
        await connection.release(collection)
        if not is_there:
            return
        try:
            await drop_index(connection, collection, field)
            return
        except StoreError:
            # Somebody who asks just then has it loaded again, and a server drops no index that is in use.
            if not tries_left:
                raise
