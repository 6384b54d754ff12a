"""`footnote collections export`: a whole collection with its vectors, written to a folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import settings_from
from qa.command.printing import counted, say
from qa.config import Settings
from qa.paths import expanded
from ui.collections import opened
from ui.commands.by_name import check_index, connected, named, turns

if TYPE_CHECKING:
    from qa.store.portable import Exported


def run(arguments: argparse.Namespace) -> int:
    """Write a collection to a folder, and return the exit status."""
    settings = named(settings_from(arguments), arguments.name)
    check_index(settings)
    exported = signals.run(_exported(settings, expanded(arguments.folder).absolute()))
    stored = f"{counted(len(exported.rows), 'document')} and {counted(exported.chunks, 'chunk')}"
    say(f"{stored} written to {arguments.folder}")
    return 0


async def _exported(settings: Settings, folder: Path) -> "Exported":
    from qa.store.portable import write_export
    from ui.terminal import stages

    # Nobody may change the collection meanwhile, or the folder would hold a state that never existed.
    async with turns(settings), connected(settings) as connection:
        index = await opened(connection, settings.collection)
        with stages(quiet=False) as on_progress:
            return await write_export(index, folder, on_progress=on_progress)
