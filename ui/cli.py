"""The command `footnote`: its parser, and the way to the command that was named.

Each command is a module of `ui.commands`. What is heavy is imported by the command that needs it.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from qa.command.clock import process_started
from qa.command.entry import guarded, open_streams
from qa.command.garbage import collect_seldom
from qa.command.parser import Parser
from qa.command.printing import say

# The modules of `ui.commands`, in the order of the help.
_COMMANDS = (
    "sample",
    "ingest",
    "ask",
    "chat",
    "status",
    "collections",
    "remove",
    "migrate",
    "reindex",
    "calibrate",
    "doctor",
    "ui",
    "serve",
    "users",
    "grants",
    "keys",
    "audit",
    "mcp",
    "evaluate",
    "completion",
    "help_",
)
# These ask the parser of all commands, or are called otherwise than their modules.
_OF_ALL = ("completion", "evaluate", "help_")

# What people try who know other programs, with what does it here.
_DOES = {
    **dict.fromkeys(("list", "ls", "files", "documents", "docs"), 'footnote ask "list all documents"'),
    **dict.fromkeys(("search", "find", "query", "question", "answer"), "footnote ask QUESTION"),
    **dict.fromkeys(("add", "read", "upload", "sync", "update"), "footnote ingest PATH"),
    **dict.fromkeys(("delete", "del", "rm", "forget"), "footnote remove PATH"),
    **dict.fromkeys(("start", "open", "run", "web", "gui", "browser", "page"), "footnote ui"),
    **dict.fromkeys(("api", "server"), "footnote serve"),
    **dict.fromkeys(("info", "show", "stats"), "footnote status"),
    **dict.fromkeys(("check", "verify"), "footnote doctor"),
    **dict.fromkeys(("repair", "fix"), "footnote doctor --repair"),
    **dict.fromkeys(("demo", "example", "try", "init"), "footnote sample"),
    "rename": "footnote collections rename OLD NEW",
    "drop": "footnote collections drop NAME",
    "export": "footnote collections export NAME FOLDER",
    "release": "footnote collections release NAME",
    "version": "footnote --version",
}
_READS = "footnote ingest PATH reads documents"
_INSTEAD = {
    **{word: f"{command} does that" for word, command in _DOES.items()},
    # Actions of `footnote collections` as well.
    "import": f"{_READS}, footnote collections import FOLDER an exported collection",
    "index": f"{_READS}, footnote collections index NAME shows or changes the indexes of their vectors",
    "load": f"{_READS}, footnote collections load NAME brings folders into a server's memory",
    **dict.fromkeys(
        ("clear", "empty", "purge", "reset"),
        "footnote remove PATH takes documents out, footnote collections drop NAME all of them",
    ),
    **dict.fromkeys(
        ("config", "configure", "settings", "set"),
        "options, variables and a file .env set what footnote COMMAND --help names; footnote doctor says which are set",
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status: 0, 1 for an error, 2 for wrong usage."""
    if argv is None:
        open_streams()
        collect_seldom()
    started = process_started() if argv is None else time.monotonic()
    words = sys.argv[1:] if argv is None else list(argv)
    if not words:
        say(*_offer())
        return 2
    if words[0] == "help":
        words = [*words[1:], "--help"]
    parser = _parser(words)
    arguments = parser.parse(words)
    arguments.started = started
    return guarded(arguments.run, arguments)


def _parser(words: Sequence[str] = ()) -> Parser:
    """Return the parser of the command that is named first, of all commands where none is or where they are asked for.

    Only what is needed is imported: all commands take half a second.
    """
    parser = Parser(
        prog="footnote",
        description="Answers from your own documents, with a footnote under every sentence.",
        epilog='"footnote help COMMAND" says more about a command.',
        instead=_INSTEAD,
    )
    parser.add_argument("--version", action=_Version, help="print the version, and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    is_one = bool(words) and words[0] in _COMMANDS and words[0] not in _OF_ALL
    for name in words[:1] if is_one else _COMMANDS:
        import_module(f"ui.commands.{name}").add_parser(commands)
    parser.set_defaults(whole=parser)
    return parser


def _offer() -> list[str]:
    """Return what can be done, for somebody who typed `footnote` alone."""
    return [
        "Footnote answers questions from your own documents, with a footnote under every sentence.",
        "",
        "  footnote sample           try it on the papers that come with it",
        "  footnote ingest ~/papers  read your own",
        '  footnote ask "…"          one question, answered here',
        "  footnote chat             one after another",
        "  footnote ui               the same in the browser",
        "  footnote doctor           is all well?",
        "",
        "footnote --help names all commands, footnote help COMMAND says more about one.",
    ]


class _Version(argparse.Action):
    """Looks up the version only when it is asked for."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "nargs": 0, "default": argparse.SUPPRESS, "dest": argparse.SUPPRESS})

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            say(f"footnote {version('footnote')}")
        except PackageNotFoundError:
            say("footnote, run from a folder and not installed")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
