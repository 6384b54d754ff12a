"""`footnote completion`: what a shell reads to complete commands, options and files."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from qa.command.parser import Commands
from qa.command.printing import say

_SHELLS = ("bash", "zsh", "fish")
_FILES = ("PATH", "FILE", "FOLDER")


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser(
        "completion",
        help="print what a shell needs to complete commands, options and files",
        description="Print what a shell needs to complete commands, options and files. "
        "In bash and zsh: source <(footnote completion bash). In fish: footnote completion fish | source.",
    )
    parser.set_defaults(run=run)
    parser.add_argument("shell", choices=_SHELLS, metavar="SHELL", help=", ".join(_SHELLS))


def run(arguments: argparse.Namespace) -> int:
    """Print a shell's script, made from the parser."""
    import shtab

    for action in _actions(arguments.whole):
        if action.type is Path or action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    script = shtab.complete(arguments.whole, shell=arguments.shell)
    # Otherwise zsh takes `source <(…)` for a request to complete, and registers nothing.
    script = script.replace("zsh_eval_context[-1] == eval ", "zsh_eval_context[-1] == (eval|file) ")
    say(*script.split("\n"))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
