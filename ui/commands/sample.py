"""`footnote sample`: the first answer, without any papers of one's own."""

import argparse

from qa import sample
from qa.command.options import CONNECTION, add_settings
from qa.command.parser import Commands, Parser
from qa.command.printing import say
from ui.commands import ask, ingest

_PASSED_ON = tuple(name for name in CONNECTION if name != "collection")


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("sample", help="try it on the papers that come with Footnote")
    parser.set_defaults(run=run)
    add_settings(parser, _PASSED_ON)


def run(arguments: argparse.Namespace) -> int:
    """Read the sample into a collection of its own, ask a question of it, and say what can be done next."""
    say(f"Reading {sample.folder()} into the collection “{sample.COLLECTION}” (about 20 s the first time)")
    status = ingest.run(_as("ingest", [str(sample.folder())], arguments), says_next=False)
    if status:
        return status
    question = sample.EXAMPLES[0]
    say("", f"One question: {question}", "")
    status = ask.run(_as("ask", [question], arguments))
    say(
        "",
        "Go on with:",
        *(f'  footnote ask --collection {sample.COLLECTION} "{other}"' for other in sample.EXAMPLES[1:2]),
        f"  footnote ui --collection {sample.COLLECTION}    # the chat in the browser",
        "  footnote ingest ~/papers           # your own papers, in a collection of their own",
        f"  footnote collections drop {sample.COLLECTION}    # the sample away again",
    )
    return status


def _as(name: str, words: list[str], arguments: argparse.Namespace) -> argparse.Namespace:
    """Return the arguments of another command, with the settings of this one."""
    parser = Parser(prog="footnote")
    commands = parser.add_subparsers()
    for command in (ingest, ask):
        command.add_parser(commands)
    other = parser.parse([name, *words, "--collection", sample.COLLECTION])
    for setting in _PASSED_ON:
        if (value := getattr(arguments, setting, None)) is not None:
            setattr(other, setting, value)
    other.started = arguments.started
    return other
