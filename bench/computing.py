"""Questions that ask to compute over tables in files of many kinds: right, passages, wrong. See bench/README.md."""

import argparse
import asyncio
import json
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.tables.files import write  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.evaluation import Dataset, percentile  # noqa: E402
from qa.text.dictionaries import NONE  # noqa: E402
from qa.types import Answer  # noqa: E402
from qa.wiring import open_answerer  # noqa: E402
from ui.evaluation.run import ingest_set  # noqa: E402

_NUMBER = re.compile(r"-?\d(?:[\d,.]*\d)?")
# "328,70" and "1.234,5" are German; "9,140" is not.
_GERMAN = re.compile(r"-?\d+(?:\.\d{3})*,\d{1,2}")
_NEAR = 0.05


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question ended: "right", "fallen" (answered from passages), "noted" (the same, said so) or "wrong"."""

    question: Mapping[str, Any]
    verdict: str
    text: str
    seconds: float


def main() -> None:
    """Print how the questions of each half end, and which of the half to develop on end how."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".footnote-bench/tables"), help="folder of the index; kept")
    parser.add_argument("--half", choices=("develop", "held", "both"), default="both")
    parser.add_argument("--show", action="store_true", help="print the answers of the half to develop on")
    parser.add_argument("--dictionaries", action="store_true", help="use the dictionaries of this machine")
    arguments = parser.parse_args()
    settings = Settings(home=arguments.home.absolute())
    if not arguments.dictionaries:
        settings = replace(settings, dictionaries=NONE)
    lines = (ROOT / "bench/tables/questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [question for line in lines if arguments.half in ((question := json.loads(line))["half"], "both")]
    outcomes = asyncio.run(asked(questions, settings))
    for half in ("develop", "held"):
        for kind in ("en", "de", "none"):
            of = [one for one in outcomes if one.question["half"] == half and _kind(one.question) == kind]
            if of:
                print(f"{half} {kind}: {len(of)} questions, {dict(Counter(one.verdict for one in of))}")
    if arguments.show:
        for one in outcomes:
            if one.question["half"] == "develop" and one.verdict != "right":
                print(f"{one.verdict}: {one.question['id']} {one.question['text']}\n    {one.text}")
    taken = [one.seconds * 1e3 for one in outcomes[1:]]
    first = outcomes[0].seconds * 1e3
    print(f"first {first:.0f} ms, then p50 {percentile(taken, 0.5):.0f}, p95 {percentile(taken, 0.95):.0f} ms")


def _kind(question: Mapping[str, Any]) -> str:
    return "none" if question.get("none") else str(question["lang"])


async def asked(questions: list[dict[str, Any]], settings: Settings) -> list[Outcome]:
    """Ingest the files and the sample, and ask every question."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "papers")
        write(files)
        shutil.copytree(ROOT / "data", files / "sample", ignore=shutil.ignore_patterns("*.jsonl"))
        await ingest_set(Dataset("tables", files, ()), settings, lambda _done, _total: None)
    outcomes = []
    async with open_answerer(settings) as answerer:
        for question in questions:
            started = time.perf_counter()
            answer = await answerer.ask(question["text"])
            spent = time.perf_counter() - started
            outcomes.append(Outcome(question, verdict(question, answer), f"{answer.text} | {answer.note}", spent))
    return outcomes


def verdict(question: Mapping[str, Any], answer: Answer) -> str:
    """Tell how a question ended; one that no table can answer is right if none was used."""
    if question.get("none"):
        return "wrong" if answer.route == "table" else "right"
    if answer.route != "table":
        said = answer.note.casefold() + answer.text.casefold()
        return (
            "noted"
            if any(word in said for word in ("not computed", "not be computed", "nicht berechnet"))
            else "fallen"
        )
    return "right" if _is_right(question, answer) else "wrong"


def _is_right(question: Mapping[str, Any], answer: Answer) -> bool:
    if "/" not in question["document"] and not all(
        citation.chunk.source.endswith(question["document"]) for citation in answer.citations
    ):
        return False
    if "number" in question or "either" in question:
        wanted = question.get("either") or [question["number"]]
        said = _numbers(answer.direct.text) if answer.direct else []
        return any(abs(number - value) <= _NEAR for number in said[:1] for value in wanted)
    rows = [[cell.text for cell in row] for row in answer.table.rows] if answer.table else []
    if "rows" in question:
        wanted = question["rows"]
        if not rows:
            # If there is one row, the sentence holds the answer.
            return len(wanted) == 1 and answer.direct is not None and wanted[0] in answer.text
        return len(rows) == len(wanted) and all(any(key in row for row in rows) for key in wanted)
    cells = question["cells"]
    if len(cells) == 1 and not rows:
        return str(cells[0][0]) in answer.text and any(
            abs(number - cells[0][1]) <= _NEAR for number in _numbers(answer.text)
        )
    return len(rows) == len(cells) and all(any(_holds(row, *cell) for row in rows) for cell in cells)


def _holds(row: list[str], label: str, value: float) -> bool:
    numbers = [number for cell in row for number in _numbers(cell)[:1]]
    return label in row and any(abs(number - value) <= _NEAR for number in numbers)


def _numbers(text: str) -> list[float]:
    found = _NUMBER.findall(text)
    plain = [
        one.replace(".", "").replace(",", ".") if _GERMAN.fullmatch(one) else one.replace(",", "") for one in found
    ]
    # A day or a version is no number.
    return [float(one) for one in plain if one.count(".") <= 1]


if __name__ == "__main__":
    main()
