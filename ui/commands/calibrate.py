"""`footnote calibrate`: learn from a collection when its documents do not answer a question."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.command import waiting
from ingest.progress import progress
from qa.command import signals
from qa.command.options import WRITING, add_settings, settings_from
from qa.command.parser import Commands
from qa.command.printing import say, say_json
from qa.config import Settings
from qa.errors import ConfigError
from ui.commands.by_name import check_index

if TYPE_CHECKING:
    from qa.calibration.model import Calibration
    from qa.store import Holder


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("calibrate", help="learn when the documents do not answer a question")
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="print what was learned as JSON")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    add_settings(parser, WRITING)


def run(arguments: argparse.Namespace) -> int:
    """Learn, say from how much, and return the exit status."""
    settings = settings_from(arguments)
    check_index(settings)
    with progress(quiet=arguments.quiet) as (report, _):
        found = signals.run(_learned(settings, lambda holder: report(waiting(holder))))
    if arguments.json:
        say_json(found.values())
    else:
        say(
            f"learned from {found.questions} questions and {found.chunks:,} chunks: an answer is tried where its "
            f"probability is {found.threshold:.0%} or more"
            if found.questions
            else "too few questions could be drawn to learn from; what other collections taught is used"
        )
    return 0


async def _learned(settings: Settings, on_wait: "Callable[[Holder | None], None]") -> "Calibration":
    from qa.models.dense import DenseChunkEmbedder
    from qa.wiring import calibrated, open_settings_index, writing

    async with writing(settings, on_wait=on_wait), open_settings_index(settings) as index:
        filled = settings.filled(await index.open())
        copy = await DenseChunkEmbedder(filled.dense_model).copy(filled.home)
        found = await calibrated(filled, index, copy, always=True)
    if found is None:
        raise ConfigError(
            f'there is nothing to learn from in collection "{settings.collection}": it is empty, or its sparse vectors '
            "are those of a learned model; --threshold decides there"
        )
    return found
