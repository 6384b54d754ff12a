"""`footnote ask`: one question, answered on the terminal."""

import argparse
import sys
from typing import TYPE_CHECKING

from qa.command import signals
from qa.command.options import ASKING, add_settings, add_where, settings_from
from qa.command.parser import Commands
from qa.command.printing import say, say_json, warn
from qa.errors import QAError
from qa.store.where import Filter, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.answering.answer import Answerer
    from qa.config import Settings
    from qa.types import Answer
    from ui.conversation.kept import Kept


def add_parser(commands: Commands) -> None:
    """Add the command to `footnote`."""
    parser = commands.add_parser("ask", help="answer one question", words="question")
    parser.set_defaults(run=run)
    parser.add_argument("question", nargs="+", metavar="QUESTION", help="the question; - reads it from standard input")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--json", action="store_true", help="print the answer with everything behind it as JSON")
    shown.add_argument("--explain", action="store_true", help="print how the answer came to be as well")
    parser.add_argument(
        "--continue", dest="goes_on", action="store_true", help='go on with the last conversation: "And at night?"'
    )
    add_where(parser)
    add_settings(parser, ASKING)


def run(arguments: argparse.Namespace) -> int:
    """Ask, print the answer with its footnotes, and return the exit status."""
    from qa.answering.serialise import answer_values
    from qa.command.telemetry import send_spans
    from ui.explain import explanation

    question = sys.stdin.read() if arguments.question == ["-"] else " ".join(arguments.question)
    settings = settings_from(arguments)
    where = parse_filter(arguments.where)
    send_spans()
    live = bool(settings.llm_model) and sys.stdout.isatty() and not arguments.json
    answer, lines = signals.run(_answer(question, settings, where, live=live, goes_on=arguments.goes_on))
    if arguments.json:
        say_json(answer_values(answer))
    else:
        say(*lines)
    if arguments.explain:
        say("", *explanation(answer))
    return 0


async def _answer(
    question: str, settings: "Settings", where: Filter, *, live: bool, goes_on: bool
) -> "tuple[Answer, Iterator[str]]":
    """Ask in the conversation that goes on or begins with this question, and keep it for the next command."""
    from qa.answering.answer import check_question
    from qa.database import times
    from qa.wiring import open_answerer
    from ui.conversation import kept
    from ui.conversation.asking import asked

    check_question(question)
    conversation = kept.Kept(settings, goes_on=goes_on)
    if goes_on and not conversation.turns:
        warn("note: there is no conversation of the last day to go on with; this question begins one")
    answer, error, began = None, "", times.now()
    async with open_answerer(settings) as answerer:
        try:
            answer, lines = await asked(answerer, question, conversation.turns, where, live=live)
            await _suggest(answerer, question, settings, conversation)
            return answer, lines
        except QAError as failed:
            error = str(failed)
            raise
        finally:
            conversation.add(question, answer, where, asked=began, error=error)


async def _suggest(answerer: "Answerer", question: str, settings: "Settings", kept: "Kept") -> None:
    """Name the model that reads other languages, once for a collection, where its own does not do."""
    from qa.models.unread import are_unread, kept_under, read_by, what_to_run

    index = answerer.index
    model = index.generation.settings.dense_model if index.generation else ""
    # A model that somebody chose is left alone.
    if settings.dense_model or not read_by(model):
        return
    main = next(filter(None, (await index.term_statistics()).languages), "")
    is_due = bool(index.generation) and (are_unread([question], model) or main not in ("", read_by(model)))
    if is_due and index.generation and kept.is_new(kept_under(index.generation.identity)):
        run = what_to_run(settings.collection, settings.home)
        warn(f"note: the model of this collection reads English alone; {run} changes that")
