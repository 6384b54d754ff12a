"""`footnote collections index`: which index each kind of vector has, and another one in its place."""

import argparse
import time
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import settings_from
from qa.command.printing import say, say_json
from qa.config import Settings
from qa.index_types import FIELDS, IndexType, read_index_type
from ui.commands.by_name import check_index, connected, named, turns

if TYPE_CHECKING:
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("name", metavar="NAME")
    for vectors, types in FIELDS.items():
        parser.add_argument(
            f"--{vectors}", default="", metavar="TYPE", help=f"index of the {vectors} vectors: {', '.join(types)}"
        )
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Change what was asked for, print what there is then, and return the exit status."""
    settings = named(settings_from(arguments), arguments.name)
    asked = {vectors: text for vectors in FIELDS if (text := getattr(arguments, vectors))}
    wanted = {vectors: read_index_type(text, vectors) for vectors, text in asked.items()}
    check_index(settings)
    started = time.monotonic()
    held = signals.run(_changed(settings, wanted))
    if arguments.json:
        say_json({vectors: str(type_) for vectors, type_ in held.items()})
        return 0
    say(*(f"{vectors:8} {type_}" for vectors, type_ in held.items()))
    if wanted:
        say(f"built in {time.monotonic() - started:.1f} s; questions waited until then")
    return 0


async def _changed(settings: Settings, wanted: "Mapping[str, IndexType]") -> dict[str, IndexType]:
    from ui.collections import opened

    async with turns(settings), connected(settings) as connection:
        chunks = (await opened(connection, settings.collection)).chunks
        for vectors, type_ in wanted.items():
            if (await chunks.indexes()).get(vectors) != type_:
                await chunks.change_index(vectors, type_)
        held = await chunks.indexes()
    return {vectors: held[vectors] for vectors in FIELDS if vectors in held}
