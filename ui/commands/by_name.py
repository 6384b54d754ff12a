"""Collections by their names, for the commands on whole collections: connecting, taking turns, opening."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.command import waiting
from qa.command.options import CONNECTION
from qa.command.printing import warn
from qa.config import Settings
from qa.errors import StoreError
from qa.paths import expanded

if TYPE_CHECKING:
    from qa.store.connection import Connection

# The settings of commands that name their collections themselves.
ENGINE = tuple(name for name in CONNECTION if name != "collection")


def named(settings: Settings, name: str) -> Settings:
    """Return the settings for another collection.

    Raises:
        ConfigError: No collection can have this name.
    """
    return replace(settings, collection=name)


def place(settings: Settings) -> str:
    """Return where the engine is, the same text for different spellings of one place."""
    return str(expanded(settings.index_file).resolve()) if settings.is_embedded else settings.uri.rstrip("/")


def check_index(settings: Settings) -> None:
    """Refuse to make an embedded index only to find nothing in it.

    Raises:
        StoreError: There is none.
    """
    if settings.is_embedded and not settings.index_file.exists():
        raise StoreError(
            f"there is no index at {settings.index_file}; make one with: footnote ingest PATH, or try: footnote sample"
        )


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator["Connection"]:
    """Connect to the engine of the settings."""
    from qa.wiring import open_settings_index

    async with open_settings_index(settings) as index:
        yield index.connection


async def listed_names(settings: Settings) -> set[str]:
    """Return the names of the collections that there are; none where no index was made yet."""
    if settings.is_embedded and not settings.index_file.exists():
        return set()
    from qa.store.catalog import generations

    async with connected(settings) as connection:
        return {item.name for item in await generations(connection)}


@asynccontextmanager
async def turns(*wanted: Settings) -> AsyncIterator[None]:
    """Hold the right to change several collections; if another process has it, say so on stderr and wait."""
    from qa.wiring import writing

    async with AsyncExitStack() as stack:
        # All processes take them in the same order; otherwise two could wait for each other.
        for _, settings in sorted({(place(item), item.collection): item for item in wanted}.items()):
            await stack.enter_async_context(writing(settings, on_wait=lambda holder: warn(waiting(holder))))
        yield
