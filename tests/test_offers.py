"""Questions that the page offers by rule: in words of the documents, few, new, and answered by them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, run
from test_documents_listing import row

from qa.answering.answer import Answerer
from qa.config import Settings
from qa.store.records import ChunkSpan
from qa.tables.stored import KEY
from qa.types import Answer, Chunk, Citation
from qa.wiring import open_answerer
from ui.chat.offers import MOST, first_questions, next_questions
from ui.web.escape import escape_markdown
from ui.web.language import speaking

PLAN = row("a/plan.pdf", "Plan for storms", chunks=4)
CREW = row("a/crew.csv", "crew", chunks=1)


def chunk(of: str, title: str, heading: str, text: str, ordinal: int = 0, **metadata: str) -> Chunk:
    return Chunk(f"{of}-{ordinal}", of, "v", ordinal, f"{of}.pdf", title, heading, 1, 0, len(text), text, metadata)


WORDS = "Boats stay in the harbour as soon as the wind blows with more than 12 m/s, and nobody goes out alone."
SECTIONS = [
    chunk(PLAN.document_id, PLAN.title, heading, words, ordinal)
    for ordinal, (heading, words) in enumerate(
        [
            ("1 Summary", f"{WORDS} 1 2 3 4"),
            ("2. Boats and crews", WORDS),
            ("3 Who calls whom", f"{WORDS} From 3 May."),
            ("4 Storms", WORDS),
            ("5 Empty part", "Nothing."),
        ]
    )
]
_NAMES = ("Ada Marsh", "Ben Holt", "1204", "ada")
TABLE = chunk(
    CREW.document_id,
    CREW.title,
    "",
    "\n".join(f"name: {name}; shoe_size: 4{at}" for at, name in enumerate(_NAMES)),
    rows="2–5",
    **{
        KEY: json.dumps(
            {
                "columns": [["name", "shoe_size"]],
                "sheets": [""],
                "rows": [
                    [0, 2, 0, 0, ["Ada Marsh", "40"]],
                    [1, 3, 0, 0, ["Ben Holt", "41"]],
                    [2, 4, 0, 0, ["1204", "42"]],
                ],
                "continues": False,
            }
        )
    },
)


def answered(query: str, *cited: Chunk) -> Answer:
    citations = tuple(Citation(number, one) for number, one in enumerate(cited, 1))
    return Answer(query, query, "So it is [1].", (), citations, (), found=bool(cited), model="extractive")


def test_empty_page_asks_for_one_of_each_kind() -> None:
    asked = first_questions([PLAN, CREW], [*SECTIONS, TABLE], known=2)
    assert asked == [
        "What does “Plan for storms” say under “Who calls whom”?",
        "What is “shoe size” for Ada Marsh?",
        "Which documents are there?",
    ]
    with speaking("de"):
        german = first_questions([PLAN, CREW], [*SECTIONS, TABLE], known=2)
    assert german[:2] == [
        "Was steht in „Plan for storms“ unter „Who calls whom“?",
        "Was ist „shoe size“ bei Ada Marsh?",
    ]


def test_title_that_is_the_name_of_a_file_is_not_asked_about() -> None:
    file = row("a/board_minutes-03.txt", "board minutes 03", chunks=9)
    assert first_questions([file], [], known=1) == []
    assert first_questions([PLAN], [], known=1) == ["What is “Plan for storms” about?"]


def test_answer_is_followed_by_its_neighbour_the_rest_of_its_row_and_other_sections() -> None:
    [table] = [replace(TABLE, title="Crew list")]
    about = answered("How old is Ada Marsh?", table, SECTIONS[1])
    assert next_questions(about, [table, *SECTIONS], [])[:3] == [
        "How old is Ben Holt?",
        "What is “shoe size” for Ada Marsh?",
        "What does “Plan for storms” say under “Who calls whom”?",
    ]


@pytest.mark.parametrize("query", ["How old is ada marsh?", "Ada Marsh or Ben Holt?", "Who is Ada Marshall?"])
def test_question_that_names_no_row_or_both_has_no_neighbour(query: str) -> None:
    asked = next_questions(answered(query, TABLE), [TABLE], [])
    assert not [each for each in asked if "Ben Holt" in each and "shoe size" not in each]


def test_rows_of_a_table_that_is_not_cited_are_not_offered() -> None:
    """It names something else by the same word: "1 April" of a letter, "April" of a budget."""
    about = answered("How old is Ada Marsh?", SECTIONS[1])
    assert not [each for each in next_questions(about, [TABLE, *SECTIONS], []) if "Ben" in each or "shoe" in each]


def test_nothing_is_offered_twice_nor_without_an_answer() -> None:
    about = answered("What about boats?", SECTIONS[1])
    first = next_questions(about, SECTIONS, [])
    assert first
    assert not set(first) & set(next_questions(about, SECTIONS, first))
    assert next_questions(answered("What about boats?"), SECTIONS, []) == []


@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", "[a](http://e.example)", "`x`", "![](http://e/p)"])
def test_words_of_documents_are_no_markup_in_what_is_offered(hostile: str) -> None:
    """What holds signs is not asked about at all; and what is drawn is escaped."""
    parts = [replace(one, heading=f"{one.heading} {hostile}") for one in SECTIONS]
    offered = [*first_questions([PLAN], parts, known=1), *next_questions(answered("q", parts[0]), parts, [])]
    assert not any(hostile in each for each in offered)
    assert "<" not in escape_markdown(hostile).replace("\\<", "")


async def _around(answerer: Answerer, answer: Answer) -> list[Chunk]:
    """As `ui.chat.offering` reads them."""
    first: dict[str, Chunk] = {}
    for one in (*(c.chunk for c in answer.citations), *(hit.chunk for hit in answer.hits)):
        first.setdefault(one.document_id, one)
    spans = [ChunkSpan(c.document_id, c.version, max(0, c.ordinal - 12), c.ordinal + 12) for c in [*first.values()][:3]]
    return [one for span in spans for one in await answerer.around(span)]


@pytest.mark.models
def test_all_that_is_offered_on_the_sample_is_answered(sample_home: Path) -> None:
    """For every third of its documents, and after some of its questions."""
    lines = (ROOT / "data" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions: Sequence[str] = [json.loads(line)["text"] for line in lines][::90]
    refused: list[str] = []
    offered = 0

    async def main() -> None:
        nonlocal offered
        async with open_answerer(Settings(home=sample_home)) as answerer:
            wanted: list[str] = []
            for document in (await answerer.documents())[::3]:
                chunks = await answerer.around(ChunkSpan(document.document_id, document.version, 0, 23))
                wanted += first_questions([document], chunks, known=27)[:1]
            for question in questions:
                answer = await answerer.ask(question)
                found = next_questions(answer, await _around(answerer, answer), [question])
                assert len(found) <= MOST
                wanted += found
            for question in dict.fromkeys(wanted):
                offered += 1
                answer = await answerer.ask(question)
                if not (answer.found and answer.text.strip()):
                    refused.append(question)

    run(main)
    assert refused == []
    assert offered > 5
