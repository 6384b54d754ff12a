"""A household's and a small firm's papers, asked as people type: how many are right, and how few surely wrong.

`tests/data/household` holds 42 invented documents, and questions with what an answer must hold. The rules were mended
on the questions whose part is "mended". Those of "kept" are a figure: some of their kinds were known before, and their
failures were looked at once.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from conftest import ROOT, run, run_command

from qa import Answer, Settings, open_answerer

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]

FOLDER = ROOT / "tests" / "data" / "household"
Outcome = Literal["right", "half", "wrong", "refused"]
# Least that are right, and most that are surely wrong, of each part.
FLOORS = {"mended": (46, 1), "kept": (35, 9)}


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r" ?\[\d+\]", "", text)).casefold()


def judged(question: Mapping[str, Any], answer: Answer) -> Outcome:
    """Return how good an answer is: all of what is expected is in it, some, or none; or nothing was answered."""
    expected, never = question["expected"], question.get("never", ())
    if not answer.found:
        return "refused" if expected else "right"
    if not expected:
        return "wrong"
    cells = [cell.text for row in answer.table.rows for cell in row] if answer.table else []
    text = _flat(" ".join((answer.text, answer.note, *cells)))
    direct = _flat(answer.direct.text) if answer.direct else ""
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


def test_questions_as_people_type_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_DICTIONARIES", "none")
    assert run_command(["ingest", str(FOLDER / "papers"), "--home", str(home)]) == 0
    questions = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text("utf-8").splitlines()]
    outcomes: dict[str, Counter[Outcome]] = {part: Counter() for part in FLOORS}
    others: list[str] = []

    async def main() -> None:
        async with open_answerer(Settings(home=home, dictionaries="none")) as answerer:
            for question in questions:
                answer = await answerer.ask(question["text"])
                outcome = judged(question, answer)
                outcomes[question["part"]][outcome] += 1
                if outcome != "right":
                    others.append(f"{question['id']} {outcome}: {question['text']} → {answer.text[:200]}")

    run(main)
    for part, (right, wrong) in FLOORS.items():
        assert outcomes[part]["right"] >= right, others
        assert outcomes[part]["wrong"] <= wrong, others
