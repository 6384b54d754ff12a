"""`footnote collections import`: an export, stored as a collection."""

import argparse
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import settings_from
from qa.command.printing import say
from qa.config import Settings
from qa.paths import expanded
from ui.commands.by_name import connected, named, turns
from ui.commands.copied import copied_words

if TYPE_CHECKING:
    from qa.store.portable import Exported
    from qa.store.transfer import Copied


def run(arguments: argparse.Namespace) -> int:
    """Store an export as a collection, and return the exit status."""
    from qa.store.portable import read_export

    exported = read_export(expanded(arguments.folder).absolute())
    settings = named(settings_from(arguments), arguments.name or exported.generation.name)
    say(copied_words(signals.run(_imported(settings, exported)), settings.collection))
    return 0


async def _imported(settings: Settings, exported: "Exported") -> "Copied":
    from qa.store import Index
    from qa.store.portable import store_export
    from ui.terminal import stages

    async with turns(settings), connected(settings) as connection:
        with stages(quiet=False) as on_progress:
            return await store_export(exported, Index(connection, settings.collection), on_progress=on_progress)
