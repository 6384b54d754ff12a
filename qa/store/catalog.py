"""Which collections of Milvus stand for a name: the index of a name may be renamed, and rebuilt while it answers.

The embedded engines know neither renaming nor aliases nor descriptions. So the row of settings in each register says
what its index is called, which generation of that name it is and whether it is ready; the newest ready one answers.
"""

import re
import time
from dataclasses import asdict, fields
from itertools import chain, count

from qa.errors import StoreError
from qa.store import schema
from qa.store.collection import Collection, Row
from qa.store.connection import Connection
from qa.store.filters import equals, every
from qa.store.ids import row_id
from qa.store.records import Generation, IndexSettings, RegisterRow

_REGISTER = "_documents"
SETTINGS = equals("status", "settings")
_SETTING_NAMES = tuple(field.name for field in fields(IndexSettings))


def register_of(connection: Connection, physical: str) -> Collection:
    """Return the register of the index `physical`: a collection of its own, or its part of a shared one."""
    if shared := connection.server.tenancy:
        return Collection(connection, f"{shared}{_REGISTER}", byte_limits=schema.REGISTER_BYTES, tenant=physical)
    return Collection(connection, f"{physical}{_REGISTER}", byte_limits=schema.REGISTER_BYTES)


def chunks_of(connection: Connection, physical: str, dim: int) -> Collection:
    """Return the chunks of an index; tenants whose vectors are equally long share a collection."""
    if shared := connection.server.tenancy:
        return Collection(connection, f"{shared}_d{dim}", byte_limits=schema.CHUNK_BYTES, tenant=physical)
    return Collection(connection, physical, byte_limits=schema.CHUNK_BYTES)


async def generations(connection: Connection) -> list[Generation]:
    """Return all generations of all names, older ones first."""
    found = [await generation_of(connection, physical) for physical in await _physical_names(connection)]
    return sorted((item for item in found if item), key=lambda item: (item.name, item.number))


async def find(connection: Connection, name: str) -> Generation | None:
    """Return the newest ready generation of a name; None if there is none."""
    physical = await _physical_names(connection)
    likely = [other for other in physical if re.fullmatch(rf"{re.escape(name)}(_g\d+)?", other)]
    # A renamed index is found among the others.
    for candidates in (likely, [other for other in physical if other not in likely]):
        found = [await generation_of(connection, other) for other in candidates]
        ready = [item for item in found if item and item.name == name and item.ready]
        if ready:
            return max(ready, key=lambda item: item.number)
    await connection.check_file()
    for register in (register_of(connection, other) for other in likely):
        await connection.check_rows(register.name, register.count)
    return None


async def free_physical(connection: Connection, name: str, *, number: int) -> str:
    """Return a name for the collections of generation `number` of an index that no other index has."""
    # The register of "papers" has the name that the chunks of "papers_documents" would have.
    # The embedded engine takes "Papers" and "papers" for one.
    taken = {f"{item.physical}{end}".lower() for item in await generations(connection) for end in ("", _REGISTER)}
    numbered = (f"{name}_g{other}" for other in count(number))
    names = chain([name], numbered) if number == 1 else numbered
    return next(one for one in names if taken.isdisjoint({one.lower(), f"{one}{_REGISTER}".lower()}))


async def declare(connection: Connection, generation: Generation) -> None:
    """Write what a generation is into its register: the new row first, then the older ones go.

    Raises:
        StoreError: The register does not exist, or refused.
    """
    register = register_of(connection, generation.physical)
    now = await next_stamp(register)
    row = RegisterRow(row_id("settings", str(now)), "", "", "", "", "", 0, 0, "", 0, now, status="settings")
    values = {**asdict(generation.settings), "label": generation.name, "generation": generation.number}
    values |= {"ready": generation.ready, "identity": generation.identity}
    # Left out if empty: then the row is as every earlier release wrote it.
    values |= {"calibration": dict(generation.calibration)} if generation.calibration else {}
    values |= {"partition_folders": generation.partition_folders} if generation.partition_folders else {}
    await register.insert([{**asdict(row), "metadata": values, "terms": {schema.RESERVED_TERM: 1.0}}])
    # Only older ones: of two processes that write theirs at once on a server, one row must stay.
    await register.delete(every(SETTINGS, f"ingested_at < {now}"))


async def next_stamp(register: Collection) -> int:
    """Return the time in microseconds since 1970, or a later one if a row of the register is as new as that.

    The newer of two rows counts, even if the clock was set back between them.
    """
    now = time.time_ns() // 1000
    async for rows in register.scan(f"ingested_at >= {now}", ["ingested_at"]):
        now = max(now, *(row["ingested_at"] + 1 for row in rows))
    return now


async def _physical_names(connection: Connection) -> list[str]:
    if shared := connection.server.tenancy:
        register = Collection(connection, f"{shared}{_REGISTER}", byte_limits=schema.REGISTER_BYTES)
        if not await register.exists():
            return []
        await register.load()
        return sorted({row[schema.TENANT] for row in await register.query(SETTINGS, [schema.TENANT])})
    names = set(await connection.call("list the collections", lambda c: c.list_collections(**connection.limits())))
    return sorted(
        name.removesuffix(_REGISTER)
        for name in names
        if name.endswith(_REGISTER) and name.removesuffix(_REGISTER) in names
    )


async def generation_of(connection: Connection, physical: str) -> Generation | None:
    """Read the row of settings; None where an index was never finished, is being dropped, or is not ours."""
    register = register_of(connection, physical)
    try:
        await register.load()
        rows = await register.query(SETTINGS, ["metadata", "ingested_at"])
    except StoreError:
        if await register.exists():
            raise
        return None
    return _read(physical, max(rows, key=lambda row: row["ingested_at"])) if rows else None


def _read(physical: str, row: Row) -> Generation:
    values = row["metadata"]
    # Indexes made before names and generations have none of these.
    return Generation(
        physical=physical,
        name=values.get("label", physical),
        number=values.get("generation", 1),
        ready=values.get("ready", True),
        identity=values.get("identity", physical),
        settings=IndexSettings(**{name: {"terms_version": 1, **values}[name] for name in _SETTING_NAMES}),
        calibration=values.get("calibration") or {},
        partition_folders=values.get("partition_folders") or 0,
    )
