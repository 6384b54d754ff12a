"""The command `footnote`. What is heavy is imported by the command that needs it."""

import argparse
import asyncio
import dataclasses
import json
import sys
from typing import TYPE_CHECKING

from ingest import command as ingest_command
from qa.command.entry import guarded
from qa.command.options import ASKING, CONNECTION, add_settings, settings_from
from qa.store.where import Facets, Filter, parse_filter
from ui.commands import collections as collections_command
from ui.commands import copies, evaluate

if TYPE_CHECKING:
    from qa.config import Settings
    from qa.store import Status
    from qa.types import Answer


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit status: 0, 1 for an error, 2 for wrong usage."""
    arguments = _parser().parse_args(argv)
    return guarded(arguments.run, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnote", description="Answers from your own documents, with a footnote under every sentence."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    ingest = commands.add_parser("ingest", help="bring the index in step with files and folders")
    ingest.set_defaults(run=ingest_command.run)
    ingest_command.add_arguments(ingest)

    ask = commands.add_parser("ask", help="answer one question")
    ask.set_defaults(run=_ask)
    ask.add_argument("question", help="the question, in quotes; - reads it from standard input")
    ask.add_argument("--json", action="store_true", help="print the answer with everything behind it as JSON")
    _add_where(ask)
    add_settings(ask, ASKING)

    status = commands.add_parser("status", help="say what the index holds")
    status.set_defaults(run=_status)
    status.add_argument("--json", action="store_true", help="print as JSON")
    _add_where(status)
    add_settings(status, CONNECTION)

    collections_command.add_parsers(commands)
    copies.add_parsers(commands)

    doctor = commands.add_parser("doctor", help="check models, engine and index, and mend what can be mended")
    doctor.set_defaults(run=_doctor)
    doctor.add_argument("--repair", action="store_true", help="mend what the index itself tells how to mend")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_settings(doctor, (*CONNECTION, "dense_model"))

    ui = commands.add_parser("ui", help="open the chat in the browser")
    ui.set_defaults(run=_ui)
    ui.add_argument("--port", type=int, default=8501, help="port on this machine (default 8501)")
    ui.add_argument("--no-browser", action="store_true", help="do not open a browser window")
    add_settings(ui, ASKING)

    evaluate.add_parser(commands)
    return parser


def _add_where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="CONDITION",
        help="these documents alone: source, title, type, language, date or any metadata, as in type=pdf, "
        "source=reports/2024, source!=*draft*, date>=2024-03; repeatable",
    )


def _ask(arguments: argparse.Namespace) -> int:
    from ui.terminal import answer_lines, note_lines

    question = sys.stdin.read() if arguments.question == "-" else arguments.question
    settings = settings_from(arguments)
    where = parse_filter(arguments.where)
    live = bool(settings.llm_model) and sys.stdout.isatty() and not arguments.json
    answer = asyncio.run(_answer(question, settings, where, live=live))
    if arguments.json:
        print(json.dumps(dataclasses.asdict(answer), ensure_ascii=False))
    elif live and answer.found:
        print("\n", *note_lines(answer), sep="\n")
    else:
        print("\n".join(answer_lines(answer)))
    return 0


async def _answer(question: str, settings: "Settings", where: Filter, *, live: bool) -> "Answer":
    """Ask, and where it is `live` print a model's words as they come."""
    from qa.answering.answer import check_question
    from qa.types import Answer
    from qa.wiring import open_answerer

    check_question(question)
    async with open_answerer(settings) as answerer:
        async for item in answerer.stream(question, where=where):
            if isinstance(item, Answer):
                answer = item
            elif live:
                print(item, end="", flush=True)
    return answer


def _status(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    status, held = asyncio.run(_index_status(settings, parse_filter(arguments.where)))
    uri = str(settings.database) if settings.is_embedded else settings.uri
    if arguments.json:
        known = {"uri": uri, "collection": settings.collection, **dataclasses.asdict(status)}
        print(json.dumps({**known, **dataclasses.asdict(held)}, default=str))
    else:
        print(f'collection "{settings.collection}" at {uri}')
        of_all = f" of {status.documents}" if arguments.where else ""
        print(f"{held.documents}{of_all} documents, {held.chunks} chunks")
        for name, counted in (("types", held.types), ("languages", held.languages)):
            if counted:
                print(f"{name}: {', '.join(f'{value} {count}' for value, count in counted.items())}")
        if held.documents:
            print(f"dates: {held.first} to {held.last}")
        made = status.settings
        print(f"{made.dense_model} ({made.dim} dimensions) and {made.sparse_model}, {made.language}")
    return 0


async def _index_status(settings: "Settings", where: Filter) -> "tuple[Status, Facets]":
    from qa.wiring import open_settings_index

    async with open_settings_index(settings) as index:
        return await index.status(), await index.facets(where)


def _doctor(arguments: argparse.Namespace) -> int:
    from ui.commands.doctor import run

    return run(settings_from(arguments), repair=arguments.repair, as_json=arguments.json)


def _ui(arguments: argparse.Namespace) -> int:
    from ui.chat.server import serve

    return serve(settings_from(arguments), port=arguments.port, browser=not arguments.no_browser)


if __name__ == "__main__":
    sys.exit(main())
