"""`footnote help`: listed and completed like a command; `ui.cli` turns it into `--help` of the command after it."""

from qa.command.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`, after all others."""
    names = [*commands.choices]
    parser = commands.add_parser(
        "help",
        help="say more about a command",
        description="Say more about a command.",
    )
    parser.add_argument("command", nargs="?", choices=names, metavar="COMMAND", help=", ".join(names))
