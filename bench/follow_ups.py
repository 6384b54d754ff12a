"""Whether a conversation keeps its subject and changes it: 60 follow-ups and 60 changes of subject on the sample.

Every question of bench/follow_ups.jsonl is asked three times: alone, in its full form; glued to the question before
whenever it is short or holds a word that can point back, the rule until 0.2; and within its conversation. An answer is
right if a passage that it cites holds one of the question's quotes. See bench/README.md.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from qa.answering.answer import Answerer  # noqa: E402
from qa.config import Settings  # noqa: E402
from qa.types import Answer, Turn  # noqa: E402
from qa.wiring import open_answerer  # noqa: E402

SET = Path(__file__).with_suffix(".jsonl")
WAYS = ("alone", "glued", "conversation")

Row = Mapping[str, Any]


def main() -> None:
    """Print how many of each kind are right each way, and which of them are not in the conversation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="folder of an index that holds data/; default as for footnote ask")
    parser.add_argument("--each", action="store_true", help="print what was searched for each question")
    arguments = parser.parse_args()
    settings = Settings.from_env({"FOOTNOTE_HOME": str(arguments.home)} if arguments.home else {})
    rows = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]
    answers = asyncio.run(asked(rows, settings))
    if arguments.each:
        for row in rows:
            marks = "".join("+" if right(row, answers[way][row["id"]]) else "-" for way in WAYS)
            print(f"{row['id']} {marks} {row['text']} => {answers['conversation'][row['id']].query}")
    print("kind | questions | " + " | ".join(WAYS))
    for kind in ("follow-up", "change"):
        of_kind = [row for row in rows if row["kind"] == kind]
        counts = (sum(right(row, answers[way][row["id"]]) for row in of_kind) for way in WAYS)
        print(f"{kind} | {len(of_kind)} | " + " | ".join(map(str, counts)))
    lost = [row["id"] for row in rows if right(row, answers["alone"][row["id"]])]
    print("right alone and not in the conversation: " + " ".join(
        name for name, row in ((row["id"], row) for row in rows)
        if name in lost and not right(row, answers["conversation"][name])
    ))  # fmt: skip


async def asked(rows: Sequence[Row], settings: Settings) -> dict[str, dict[str, Answer]]:
    """Ask every question in every way, by way and id."""
    async with open_answerer(settings) as answerer:
        return {way: {row["id"]: await ask(answerer, row, way) for row in rows} for way in WAYS}


async def ask(answerer: Answerer, row: Row, way: str) -> Answer:
    """Ask one question in one way."""
    if way == "alone":
        return await answerer.ask(row["alone"])
    if way == "glued":
        return await answerer.ask(glued(row["text"], row["before"]))
    return await answerer.ask(row["text"], [Turn("user", text) for text in row["before"]])


def right(row: Row, answer: Answer) -> bool:
    """Tell whether a cited passage holds one of the quotes."""
    return any(
        "".join(quote.split()) in "".join(citation.chunk.text.split())
        for citation in answer.citations
        for source, quotes in row["evidence"].items()
        if citation.chunk.source.endswith(source)
        for quote in quotes
    )


_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|that|this|these|those|he|him|his|she|her|hers|there|then|one|ones|same|"
    r"former|latter|else|es|sie|ihn|ihm|ihr|ihre|ihren|dies|diese|dieser|dieses|davon|dafür|damit|dort|dann|denn)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\s*(and|but|or|so|what about|how about|why|und|aber|oder|was ist mit|wie ist es mit|warum)\b", re.IGNORECASE
)


def glued(question: str, before: Sequence[str]) -> str:
    """Return the question as the rule until 0.2 made it stand alone."""
    follows = len(re.findall(r"\w+", question)) <= 5 or _OPENING.match(question) or _POINTING.search(question)
    if not before or not follows:
        return question
    return f"{glued(before[-1], before[:-1])} {question}"


if __name__ == "__main__":
    main()
