"""Questions as people type them, put to a folder of invented papers, and how good the answers are."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from conftest import run, run_command

from qa import Answer, Settings, open_answerer
from qa.answering.standalone.conversation import turn_of
from qa.types import Turn

Outcome = Literal["right", "half", "said", "wrong", "refused"]
_OTHER_THING = re.compile(r"is not mentioned there: it is about|kommt dort nicht vor: Es geht um")


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r" ?\[\d+\]", "", text)).casefold()


def judged(question: Mapping[str, Any], answer: Answer) -> Outcome:
    """Return how good an answer is: all of what is expected is in it, some, or none; or nothing was answered.

    What is told of another thing, where nothing is to be told, is "said" if the answer says so.
    """
    expected, never = question["expected"], question.get("never", ())
    if not answer.found:
        return "refused" if expected else "right"
    if not expected:
        return "said" if _OTHER_THING.search(answer.note) else "wrong"
    cells = [cell.text for row in answer.table.rows for cell in row] if answer.table else []
    direct = _flat(answer.direct.text) if answer.direct else ""
    text = _flat(" ".join((direct, answer.text, answer.note, *cells)))
    lead = _flat(answer.statements[0].text) if answer.statements else ""
    held = [one for one in expected if any(_flat(other) in text for other in one.split("|"))]
    # What stands in front must not be the wrong one of two values.
    if direct:
        misled = any(re.search(rf"(?<!\w){re.escape(_flat(word))}(?!\w)", direct) for word in question.get("wrong", ()))
    else:
        misled = not any(_flat(one) in lead for one in expected) and any(
            _flat(word) in lead for word in question.get("wrong", ())
        )
    if misled or not held:
        return "wrong"
    return (
        "right"
        if len(held) == len(expected) and not any(_flat(word) in _flat(answer.text) for word in never)
        else "half"
    )


def outcomes(
    folder: Path, home: Path, group: Callable[[Mapping[str, Any]], str]
) -> tuple[Mapping[str, Counter[Outcome]], list[str]]:
    """Take a folder's papers in, ask its questions, and count the outcomes of each group; and what was not right.

    Dictionaries that are on the machine must be turned off by who asks: they change the figures.
    """
    assert run_command(["ingest", str(folder / "papers"), "--home", str(home)]) == 0
    questions = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()]
    counted: dict[str, Counter[Outcome]] = defaultdict(Counter)
    others: list[str] = []

    async def main() -> None:
        async with open_answerer(Settings(home=home, dictionaries="none")) as answerer:
            for question in questions:
                turns: list[Turn] = []
                for before in question.get("before", ()):
                    turns += [Turn("user", before), turn_of(await answerer.ask(before, turns))]
                answer = await answerer.ask(question["text"], turns)
                outcome = judged(question, answer)
                counted[group(question)][outcome] += 1
                if outcome != "right":
                    others.append(f"{question['id']} {outcome}: {question['text']} → {answer.text[:200]}")

    run(main)
    return counted, others
