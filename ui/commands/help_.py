"""`footnote help`: named among the commands, and completed; `ui.cli` takes it for the `--help` of what follows it."""

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
