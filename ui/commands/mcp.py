"""`footnote mcp`: the documents for an agent, over standard input and output."""

import argparse
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.command.options import ASKING, add_settings, settings_from
from qa.command.parser import Commands
from qa.config import Settings
from qa.errors import QAError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from qa.answering.answer import Answerer


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("mcp", help="serve the documents to an agent (Model Context Protocol)")
    parser.set_defaults(run=run)
    add_settings(parser, ASKING)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the agent leaves, and return the exit status."""
    from ui.web.session import Session

    settings = settings_from(arguments)

    def opened(name: str) -> "AbstractAsyncContextManager[Answerer]":
        from qa.wiring import open_answerer

        return open_answerer(replace(settings, collection=name or settings.collection))

    session = Session(opened)
    # The engine starts while the rest is imported, and the index opens while the protocol is, which takes as long, and
    # while the agent introduces itself.
    session.submit(_engine_started(settings))
    session.submit(session.used(lambda answerer: answerer.status()))
    try:
        from ui.api.service import Service
        from ui.mcp.server import make_server

        service = Service(session, lambda: settings)
        try:
            make_server(service).run("stdio")
        finally:
            service.pictures.close()
    finally:
        session.close()
    return 0


async def _engine_started(settings: Settings) -> None:
    """Start the embedded engine, which stays for a while; why it cannot be is said to whoever asks something of it."""
    from qa.store.engine import engine

    if settings.is_embedded and settings.index_file.exists():
        with suppress(QAError):
            async with engine(settings.index_file, idle_s=settings.engine_idle_s):
                pass
