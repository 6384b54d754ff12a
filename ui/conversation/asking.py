"""A question asked on a terminal: the answer is shown as it comes, and returned."""

import time
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from qa.answering.answer import Answerer
from qa.answering.events import Finished, Progress, Searching, TextPiece, Withdrawn
from qa.answering.writing.prompt import without_markers
from qa.answering.writing.write import as_sentence
from qa.command.printing import say, say_piece, warn
from qa.store.where import Filter
from qa.types import Answer, Turn
from ui.terminal import answer_lines, note_lines, progress_line, search_lines

_PATIENCE_S = 1.0


async def asked(
    answerer: Answerer, question: str, turns: Sequence[Turn], where: Filter, *, live: bool
) -> tuple[Answer, Iterator[str]]:
    """Ask; if `live`, print a model's words as they come.

    Returns:
        The answer, and the lines still to print: its notes, or all of it if other words were shown.

    Raises:
        QAError: As for `Answerer.stream`.
    """
    shown = why = ""
    started = time.monotonic()
    async with aclosing(answerer.stream(question, turns, where=where)) as happening:
        async for event in happening:
            match event:
                case Finished(answer):
                    # Why something else is shown than what a model wrote was said when it happened.
                    told = replace(
                        answer,
                        note=" ".join(answer.note.replace(as_sentence(why), "", 1).split()) if why else answer.note,
                    )
                    if _words(shown) == _words(answer.text):
                        say("", "")
                        return answer, note_lines(told)
                    if shown:
                        say("", "")
                    return answer, answer_lines(told)
                case Searching(query, limits) if live:
                    for line in search_lines(question, query, limits):
                        say(line)
                case TextPiece(text) if live:
                    say_piece(text)
                    shown += text
                case Withdrawn(why):
                    if shown:
                        say("", "")
                    warn(f"{why}; ignore the text above" if shown else why)
                    shown = ""
                # What takes a second needs no word; what has to be waited for is told at once.
                case Progress(total=total) as progress if not total or time.monotonic() - started > _PATIENCE_S:
                    warn(progress_line(progress))
    raise AssertionError("an answer ends with Finished")


def _words(text: str) -> list[str]:
    return without_markers(text).split()
