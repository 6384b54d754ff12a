"""`footnote mcp`: the documents for an agent, over standard input and output."""

import argparse

from qa.command.options import ASKING, add_settings, settings_from
from qa.command.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("mcp", help="serve the documents to an agent (Model Context Protocol)")
    parser.set_defaults(run=run)
    add_settings(parser, ASKING)


def run(arguments: argparse.Namespace) -> int:
    """Serve until the agent leaves, and return the exit status."""
    from dataclasses import replace

    from qa.wiring import open_answerer
    from ui.web.session import Session

    settings = settings_from(arguments)
    session = Session(lambda name: open_answerer(replace(settings, collection=name or settings.collection)))
    # The index opens while the protocol is imported, which takes as long, and while the agent introduces itself.
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
