"""`footnote chat`: a conversation on the terminal."""

import argparse
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import ASKING, add_settings, add_where, settings_from
from qa.command.parser import Commands
from qa.store.where import Filter, parse_filter

if TYPE_CHECKING:
    from qa.config import Settings


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("chat", help="ask one question after another on the terminal")
    parser.set_defaults(run=run)
    parser.add_argument("--continue", dest="goes_on", action="store_true", help="go on with the last conversation")
    add_where(parser)
    add_settings(parser, ASKING)


def run(arguments: argparse.Namespace) -> int:
    """Talk until Ctrl-D, and return the exit status: 1 where a piped question failed."""
    from qa.command.telemetry import send_spans

    settings = settings_from(arguments)
    where = parse_filter(arguments.where)
    send_spans()
    return signals.run(_chat(settings, where, goes_on=arguments.goes_on))


async def _chat(settings: "Settings", where: Filter, *, goes_on: bool) -> int:
    from qa.wiring import open_answerer
    from ui.conversation.kept import Kept
    from ui.conversation.talk import Talk

    async with open_answerer(settings) as answerer:
        talk = Talk(answerer, settings, where, Kept(settings, goes_on=goes_on))
        return await talk.run()
