"""The indexes of a Milvus collection, one a field: made, described and dropped."""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qa.index_types import IndexType, described
from qa.store.connection import Connection

if TYPE_CHECKING:
    from pymilvus import AsyncMilvusClient

# The index of an empty collection is made in a few milliseconds.
_FIRST_PAUSE_S = 0.005


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
