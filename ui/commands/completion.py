"""`footnote completion`: what a shell reads to complete commands, options and files."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.command.parser import Commands
from qa.command.printing import say

_SHELLS = ("bash", "zsh", "fish")
_FILES = ("PATH", "FILE", "FOLDER")
# The first time this starts the embedded engine, which takes a second; it goes on for a minute.
_COLLECTIONS = "footnote collections --names 2>/dev/null"


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

    for parser, action in _actions(arguments.whole):
        if _is_collection(parser, action):
            action.complete = _by_command(_COLLECTIONS)  # type: ignore[attr-defined]
        elif action.type is Path or action.metavar in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    script = shtab.complete(arguments.whole, shell=arguments.shell)
    # Otherwise zsh takes `source <(…)` for a request to complete, and registers nothing.
    script = script.replace("zsh_eval_context[-1] == eval ", "zsh_eval_context[-1] == (eval|file) ")
    say(*script.split("\n"))
    return 0


def _by_command(command: str) -> object:
    """Return how shells complete by what a command prints, at each TAB."""
    import shtab

    made: dict[str, Any] = dict(shtab.cmd(command))
    # zsh would run it when it reads the script.
    preamble = f'_footnote_collections() {{\n  compadd -- ${{(f)"$({command})"}}\n}}\n'
    return {**made, "zsh": "_footnote_collections", "preamble": {**made["preamble"], "zsh": preamble}}


def _is_collection(parser: argparse.ArgumentParser, action: argparse.Action) -> bool:
    """Tell whether an argument is the name of a collection that there is."""
    if action.dest == "collection" or action.metavar == "COLLECTION":
        return True
    return " collections " in parser.prog and action.dest == "name" and not action.option_strings


def _actions(parser: argparse.ArgumentParser) -> Iterator[tuple[argparse.ArgumentParser, argparse.Action]]:
    for action in parser._actions:
        yield parser, action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
