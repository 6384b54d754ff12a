"""`footnote ask`: one question, answered on the terminal."""

import argparse
import sys
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import ASKING, add_settings, add_where, settings_from
from qa.command.parser import Commands
from qa.command.printing import say, say_json, say_piece, warn
from qa.store.where import Filter, parse_filter

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.types import Answer


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("ask", help="answer one question", words="question")
    parser.set_defaults(run=run)
    parser.add_argument("question", nargs="+", metavar="QUESTION", help="the question; - reads it from standard input")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print the answer with everything behind it as JSON")
    shown.add_argument("--explain", action="store_true", help="print how the answer came to be as well")
    add_where(parser)
    add_settings(parser, ASKING)


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the answer with its footnotes, and return the exit status."""
    from qa.answering.serialise import answer_values
    from qa.command.telemetry import send_spans
    from ui.explain import explanation
    from ui.terminal import answer_lines, note_lines

    question = sys.stdin.read() if arguments.question == ["-"] else " ".join(arguments.question)
    settings = settings_from(arguments)
    where = parse_filter(arguments.where)
    send_spans()
    live = bool(settings.llm_model) and sys.stdout.isatty() and not arguments.json
    answer = signals.run(_answer(question, settings, where, live=live))
    if arguments.json:
        say_json(answer_values(answer))
    elif live:
        say("", "", *note_lines(answer))
    else:
        say(*answer_lines(answer))
    if arguments.explain:
        say("", *explanation(answer))
    return 0


async def _answer(question: str, settings: "Settings", where: Filter, *, live: bool) -> "Answer":
    """Ask, and where it is `live` print a model's words as they come."""
    from qa.answering.answer import check_question
    from qa.answering.events import Finished, Progress, Searching, TextPiece
    from qa.wiring import open_answerer
    from ui.terminal import progress_line, search_lines

    check_question(question)
    async with open_answerer(settings) as answerer:
        async for event in answerer.stream(question, where=where):
            match event:
                case Finished(answer):
                    return answer
                case Searching(query, limits) if live:
                    for line in search_lines(question, query, limits):
                        say(line)
                case TextPiece(text) if live:
                    say_piece(text)
                case Progress() as progress:
                    warn(progress_line(progress))
    raise AssertionError("an answer ends with Finished")
