"""`footnote collections load` and `release`: which folders of a collection are in the memory of a Milvus server."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import settings_from
from qa.command.printing import counted, say
from qa.config import Settings
from qa.errors import ConfigError
from ui.commands.by_name import check_index, connected, named

if TYPE_CHECKING:
    from qa.store import Index


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME")
    parser.add_argument(
        "--folder",
        action="append",
        default=[],
        metavar="FOLDER",
        help="only this folder, as the partitions of the collection are named; may be given again",
    )


def load(arguments: argparse.Namespace) -> int:
    """Bring folders, or all, into memory."""
    settings, folders = _asked(arguments)
    signals.run(_load(settings, folders))
    say(f'{_what(folders)} of "{arguments.name}" {"is" if len(folders) == 1 else "are"} loaded')
    return 0


def release(arguments: argparse.Namespace) -> int:
    """Give the memory of folders, or of all, back."""
    settings, folders = _asked(arguments)
    signals.run(_release(settings, folders))
    say(
        f'{_what(folders)} of "{arguments.name}" {"is" if len(folders) == 1 else "are"} released; nothing stored is '
        "lost, and whoever opens the collection loads what FOOTNOTE_LOADED_FOLDERS names"
    )
    return 0


def _what(folders: Sequence[str]) -> str:
    return (folders[0] if len(folders) == 1 else counted(len(folders), "folder")) if folders else "all documents"


def _asked(arguments: argparse.Namespace) -> tuple[Settings, list[str]]:
    settings = named(settings_from(arguments), arguments.name)
    check_index(settings)
    return settings, [folder.strip("/") for folder in arguments.folder]


async def _load(settings: Settings, folders: Sequence[str]) -> None:
    async with connected(settings) as connection:
        index = await _found(connection, settings)
        if folders:
            await index.chunks.partitions.load(await _partitions(index, folders))
        else:
            await index.chunks.load()


async def _release(settings: Settings, folders: Sequence[str]) -> None:
    async with connected(settings) as connection:
        index = await _found(connection, settings)
        if folders:
            await index.chunks.partitions.release(await _partitions(index, folders))
        else:
            await index.chunks.release()


async def _found(connection: object, settings: Settings) -> "Index":
    from qa.store import Index

    index = Index(connection, settings.collection)  # type: ignore[arg-type]
    # Not opened: that would load it.
    await index.existing()
    return index


async def _partitions(index: "Index", folders: Sequence[str]) -> list[str]:
    """Return the partitions of folders.

    Raises:
        ConfigError: The collection has no groups, or none of this name.
    """
    from qa.store.groups import group_of, partition_of

    if not (depth := index.chunks.partitions.folders):
        raise ConfigError(
            f'"{index.name}" is not parted by folders; set FOOTNOTE_PARTITION_FOLDERS and run: footnote reindex'
        )
    held = {group_of(row.source, depth) async for row in index.documents()}
    if strange := [folder for folder in folders if folder not in held]:
        raise ConfigError(f"{strange[0]} is no group of {index.name}; there are: {', '.join(sorted(held))}")
    return [partition_of(folder) for folder in folders]
