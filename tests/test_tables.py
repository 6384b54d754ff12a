"""Tables put together from stored chunks, questions read as plans, and what DuckDB computes of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.load import load
from ingest.split.splitter import Splitter
from qa.answering.routes.rows.shelf import words_of
from qa.answering.routes.rows.table_words import conditions_said
from qa.answering.saying.phrases import ENGLISH
from qa.errors import QuestionError
from qa.tables.compute import Result, compute
from qa.tables.lines import cells_of, row_line
from qa.tables.plan import Condition, Plan, PlanError, ReadTable, check, period, proposed, read_table
from qa.tables.stored import StoredTable, stored_tables
from qa.tables.understand import understood
from qa.tables.values import read_column, read_number
from qa.tables.vocabulary import vocabulary
from qa.text.dates import read_day
from qa.text.words import SparseEmbedder
from qa.types import Chunk


@pytest.fixture(scope="session")
def splitter(model_home: Path) -> Splitter:
    tokenizer = next((model_home / "models").glob("*/tokenizer.json"))
    return Splitter(tokenizer, chunk_tokens=60, max_tokens=256)


@pytest.fixture(scope="session")
def sparse() -> SparseEmbedder:
    return SparseEmbedder("Qdrant/bm25", language="auto", average_terms=90)


def tables(splitter: Splitter, path: Path, *, as_before: bool = False) -> list[StoredTable]:
    """Return the tables of a file, through its chunks; `as_before` without what today's ingest adds to them."""
    document = load(path).documents[0]
    chunks = splitter.split(document, document_id="d", version="v")
    if as_before:
        chunks = [replace(chunk, metadata=_without_table(chunk)) for chunk in chunks]
    return stored_tables(chunks, parted="json" not in document.media_type)


def _without_table(chunk: Chunk) -> dict[str, str]:
    return {name: value for name, value in chunk.metadata.items() if name != "table"}


OVENS = """Oven;Site;Power kW;Temperature limit;Last service
OV-1;Harbour Row;22;260 °C;2024-11-05
OV-2;Mill Lane;18;240 °C;2025-01-17
OV-3;Dock Street;31;300 °C;2024-08-29
OV-4;Harbour Row;9;220 °C;2025-03-02
"""


@pytest.fixture
def ovens(splitter: Splitter, tmp_path: Path) -> ReadTable:
    return table_of(OVENS, splitter, tmp_path, name="ovens.csv")


def table_of(content: str, splitter: Splitter, folder: Path, *, name: str = "table.csv") -> ReadTable:
    (folder / name).write_text(content, encoding="utf-8")
    return read_table(tables(splitter, folder / name)[0])


@pytest.mark.parametrize("as_before", [False, True])
def test_stored_chunks_hold_the_whole_table(splitter: Splitter, tmp_path: Path, as_before: bool) -> None:
    rows = [(f"P-{number:03}", f"Pump of hall {number % 7}", str(number * 3)) for number in range(200)]
    text = "Part;Description;In stock\n" + "".join(f"{';'.join(row)}\n" for row in rows)
    (tmp_path / "parts.csv").write_text(text)
    (table,) = tables(splitter, tmp_path / "parts.csv", as_before=as_before)
    assert table.columns == ("Part", "Description", "In stock")
    assert [row.cells for row in table.rows] == rows
    assert [row.number for row in table.rows] == list(range(2, 202))


HOSTILE = [
    ["Name", "Note", "Note", "", 'x"; DROP TABLE t; --'],
    ["a; Note: forged", "1; 2", "", "no column", "=SUM(A1:A9)"],
    ["b", "", "Name: c; Note: d", "", "\x1b[31mred"],
    ["", "", "only the third", "e; f", ""],
    ["long " * 80, "x", "y", "z", "w"],
]


def test_hostile_cells_come_back_as_they_were(splitter: Splitter, tmp_path: Path) -> None:
    """A cell that looks like other cells forges none, whatever its columns are called."""
    import csv

    path = tmp_path / "hostile.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(HOSTILE)
    (table,) = tables(splitter, path)
    plain = [[cell.replace("\x1b", "").strip() for cell in row] for row in HOSTILE]
    assert [list(row.cells) for row in table.rows] == plain[1:]
    assert table.labels == ("Name", "Note", "Note (2)", "column 4", 'x"; DROP TABLE t; --')
    result = compute(Plan("distinct", 4, (Condition(0, "!=", "' or 1=1 --"),)), read_table(table))
    assert result.lines[0].value == 3


def test_line_is_parted_by_its_columns_alone() -> None:
    columns = ["Site", "Note", "Site"]
    assert cells_of(row_line(columns, ["a", "b; Power: 3", "c"]), columns) == ["a", "b; Power: 3", "c"]


@pytest.mark.parametrize(
    ("text", "comma", "number", "unit"),
    [
        ("1,250.50", False, "1250.50", ""),
        ("1.250,50", True, "1250.50", ""),
        ("−3 °C", False, "-3", "°C"),
        ("(400)", False, "-400", ""),
        ("€ 12", False, "12", "EUR"),
        ("2.2kW", False, "2.2", "kW"),
        ("95 %", False, "95", "%"),
        ("10 000", False, "10000", ""),
        ("12 m/s", False, "12", "m/s"),
    ],
)
def test_number_is_read_with_its_unit(text: str, comma: bool, number: str, unit: str) -> None:
    read = read_number(text, comma=comma)
    assert read is not None
    assert (str(read[0]), read[1]) == (number, unit)


@pytest.mark.parametrize("text", ["OV-1", "A01", "+49 170 55510", "1.2.3", "=SUM(A1)", "3/4", "1e5", "Level 2", "n/a"])
def test_what_only_holds_digits_is_no_number(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    "text", ["a" * 60 + "!", "1 " + "a" * 60 + "!", "1 " + "m²/" * 30 + "!", "a" + " " * 3000 + "!"]
)
def test_long_cells_that_are_no_numbers_are_read_at_once(text: str) -> None:
    """Each character is read in one way: a pattern with two would take centuries here."""
    assert read_number(text) is None


def test_column_tells_what_its_marks_mean() -> None:
    """The cell "1.250" is a thousand where another cell has a decimal comma, and where the document is German."""
    assert [str(number) for number in read_column(["1.250", "3,5"]).numbers] == ["1250", "3.5"]
    german = read_column(["2.450 EUR", "1.100 EUR"], "de")
    assert ([str(number) for number in german.numbers], german.unit, german.doubtful) == (["2450", "1100"], "EUR", True)
    assert [str(number) for number in read_column(["2.450", "1.5"], "de").numbers] == ["2.450", "1.5"]


def test_column_says_what_it_could_not_read() -> None:
    column = read_column(["12", "13", "n/a", "", "14", "15 t"])
    assert (column.kind, column.unread) == ("number", (2, 5))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2015-09-15", "2015-09-15"),
        ("15.09.2015", "2015-09-15"),
        ("15 September 2015", "2015-09-15"),
        ("September 15, 2015", "2015-09-15"),
        ("5. Oktober 2015", "2015-10-05"),
        ("2024-01-11 08:30", "2024-01-11"),
    ],
)
def test_day_is_read_as_it_is_written(text: str, day: str) -> None:
    assert str(read_day(text)) == day


def asked(question: str, table: ReadTable, sparse: SparseEmbedder) -> Plan | None:
    known = words_of(question, sparse, "en")
    return understood(question, vocabulary(table, known), known).plan


def values(plan: Plan | None, table: ReadTable) -> list[object]:
    """Return the names of the rows or groups that a plan gives, else its values."""
    assert plan is not None
    result: Result = compute(plan, table)
    if plan.group is not None:
        return [(line.group, str(line.value)) for line in result.lines]
    if plan.operation in ("list", "highest", "lowest"):
        places: Sequence[int] = plan.select or (0,)
        return [
            table.stored.rows[row].cells[places[0] if plan.operation == "list" else 0]
            for line in result.lines
            for row in line.rows
        ]
    return [str(line.value) for line in result.lines]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Which ovens are at Harbour Row?", ["OV-1", "OV-4"]),
        ("Which ovens are not at Harbour Row?", ["OV-2", "OV-3"]),
        ("Which ovens are at Harbour Row or Mill Lane?", ["OV-1", "OV-2", "OV-4"]),
        ("Which oven has the highest power?", ["OV-3"]),
        ("Which oven has the lowest temperature limit?", ["OV-4"]),
        ("What is the average power of the ovens at Harbour Row?", ["15.5"]),
        ("How many ovens have more than 20 kW?", ["2"]),
        ("How many ovens have at least 22 kW?", ["2"]),
        ("How many ovens were serviced before 2025?", ["2"]),
        ("Which ovens had their last service in 2025?", ["OV-2", "OV-4"]),
        ("Which ovens had their last service after January 2025?", ["OV-4"]),
        ("Which ovens have a power between 10 and 25 kW?", ["OV-1", "OV-2"]),
        ("What is the power of OV-2?", ["18"]),
        ("What is the total power per site?", [("Harbour Row", "31"), ("Mill Lane", "18"), ("Dock Street", "31")]),
        ("How many ovens per site?", [("Harbour Row", "2"), ("Mill Lane", "1"), ("Dock Street", "1")]),
        ("List the two ovens with the highest power", ["OV-3", "OV-1"]),
        ("Welcher Oven hat die höchste Power?", ["OV-3"]),
        ("How many different sites are there?", ["3"]),
        ("How many rows does ovens.csv have?", ["4"]),
        ("What is the total power in Ovens.csv?", ["80"]),
        ("How many rows does stoves.csv have?", None),
        ("Which ovens have more power than OV-1?", None),
        ("Why is the power of OV-2 18 kW?", None),
        ("Should OV-2 be switched off?", None),
        ("How hot may OV-2 get at Harbour Row in winter?", None),
    ],
)
def test_question_is_read_by_rule_or_left_alone(
    question: str, found: list[object] | None, ovens: ReadTable, sparse: SparseEmbedder
) -> None:
    plan = asked(question, ovens, sparse)
    assert (None if plan is None else values(plan, ovens)) == found


def test_year_in_the_name_of_a_file_is_no_condition(splitter: Splitter, sparse: SparseEmbedder, tmp_path: Path) -> None:
    content = "Day,Cost\n2023-12-30,3\n2024-01-02,4\n"
    table = table_of(content, splitter, tmp_path, name="fuel-log-2023.csv")
    for name in ("fuel-log-2023.csv", "fuel-log-2023"):
        assert values(asked(f"What is the total cost in {name}?", table, sparse), table) == ["7"]


def test_longest_is_a_length_only_where_it_is_not_said_of_a_time(
    splitter: Splitter, sparse: SparseEmbedder, tmp_path: Path
) -> None:
    table = table_of("Turbine,Pile length m\nA01,70\nB06,75\n", splitter, tmp_path)
    assert values(asked("Which turbine has the longest pile?", table, sparse), table) == ["B06"]
    assert asked("Which turbine was out longest?", table, sparse) is None
    assert asked("Welche Turbine stand am längsten?", table, sparse) is None


def test_plan_says_what_it_computes(ovens: ReadTable) -> None:
    plan = Plan("mean", 2, (Condition(1, "=", "Harbour Row"), Condition(4, ">", "2024")))
    assert conditions_said(plan.where, ovens, ENGLISH) == "Site is Harbour Row and Last service is after 2024"


def test_sum_is_exact_and_leaves_out_what_is_no_number(splitter: Splitter, tmp_path: Path) -> None:
    table = table_of("Item,Cost\na,0.1\nb,0.2\nc,n/a\nd,\n", splitter, tmp_path)
    result = compute(Plan("sum", 1), table)
    assert (str(result.lines[0].value), result.lines[0].rows, result.unread) == ("0.3", (0, 1), (2,))


def test_table_of_many_rows_is_computed_whole(splitter: Splitter, tmp_path: Path) -> None:
    rows = "".join(f"r{number},{number % 10}\n" for number in range(5_000))
    table = table_of(f"Row,Value\n{rows}", splitter, tmp_path)
    assert str(compute(Plan("sum", 1), table).lines[0].value) == str(sum(number % 10 for number in range(5_000)))


def test_sum_that_has_too_many_digits_is_one_line(splitter: Splitter, tmp_path: Path) -> None:
    rows = "\n".join(["A,0.0000000001", *[f"{name},{'9' * 28}" for name in "BC"]])
    table = table_of(f"Name,Count\n{rows}\n", splitter, tmp_path)
    with pytest.raises(QuestionError, match="too large to be added up"):
        compute(Plan("sum", 1), table)


PROPOSED = {"table": 1, "operation": "count", "where": [{"column": "Site", "sign": "=", "value": "Mill Lane"}]}


def test_proposed_plan_is_read(ovens: ReadTable) -> None:
    table, plan = proposed(PROPOSED, [ovens])
    assert compute(plan, table).lines[0].value == 1


@pytest.mark.parametrize(
    "change",
    [
        {"operation": "drop"},
        {"table": 2},
        {"table": True},
        {"column": "Site; drop table t"},
        {"operation": "sum", "column": "Site"},
        {"where": [{"column": "Site", "sign": "or 1=1", "value": "x"}]},
        {"where": [{"column": "Power kW", "sign": ">", "value": "1 or 1=1"}]},
        {"where": [{"column": "Site", "sign": "=", "value": {"a": 1}}]},
        {"where": "Site = 'x'"},
        {"sql": "select * from read_csv('/etc/passwd')"},
        {"top": 1_000_000},
        {"where": [{"column": "Last service", "sign": ">", "value": "2024-13"}]},
    ],
)
def test_unsound_plan_of_a_model_is_refused(change: dict[str, object], ovens: ReadTable) -> None:
    with pytest.raises(PlanError):
        proposed(json.loads(json.dumps({**PROPOSED, **change})), [ovens])


def test_period_is_a_day_a_month_or_a_year() -> None:
    assert [str(day) for day in period("2024-02")] == ["2024-02-01", "2024-02-29"]
    with pytest.raises(PlanError):
        period("2024-02-30")


def test_database_reaches_nothing_outside() -> None:
    """What a plan could not say, a mistake of ours must not reach either."""
    import duckdb

    from qa.tables.compute import _database

    with _database(5) as database:
        for query in (
            "select * from read_csv('/etc/passwd')",
            "copy (select 1) to '/tmp/footnote-out.csv'",
            "attach '/tmp/footnote.db' as x",
            "install httpfs",
            "set enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                database.rows(query)


def test_time_is_bounded_between_statements_too(ovens: ReadTable) -> None:
    """An interrupt acts on a statement that runs, and reading the cells is none."""
    with pytest.raises(QuestionError, match="time and memory"):
        compute(Plan("sum", 2), ovens, seconds=0)
    assert compute(Plan("sum", 2), ovens).lines[0].value == 80


def test_half_of_a_character_is_refused_in_a_condition_and_passed_over_in_a_cell(ovens: ReadTable) -> None:
    for sign in ("=", "contains"):
        with pytest.raises(PlanError, match="half of a character"):
            compute(Plan("count", where=(Condition(1, sign, "Mill\ud83d"),)), ovens)
    texts = ("Mill\ud83d", *ovens.columns[1].texts[1:])
    columns = (ovens.columns[0], replace(ovens.columns[1], texts=texts), *ovens.columns[2:])
    result = compute(Plan("count", group=1), replace(ovens, columns=columns))
    assert [line.group for line in result.lines] == ["Mill\N{REPLACEMENT CHARACTER}", *texts[1:3], texts[3]]


def test_unfit_plan_is_refused(ovens: ReadTable) -> None:
    for plan in (Plan("sum", 1), Plan("mean"), Plan("list", where=(Condition(9, "="),)), Plan("highest", 1)):
        with pytest.raises(PlanError):
            check(plan, ovens)


DAMAGED = (
    "{",
    "[]",
    "7",
    '{"rows": 3}',
    '{"columns": [["a"]], "sheets": [""], "rows": [[0, 2, 5, 0]]}',
    '{"columns": [["a"]], "sheets": [""], "rows": [[99999, 2, 0, 0]]}',
    "[" * 50_000,
)


@pytest.mark.parametrize("said", DAMAGED)
def test_damaged_description_leaves_the_text(said: str, splitter: Splitter, tmp_path: Path) -> None:
    """An export that somebody wrote by hand may say anything of its rows."""
    (tmp_path / "ovens.csv").write_text(OVENS, encoding="utf-8")
    chunks = splitter.split(load(tmp_path / "ovens.csv").documents[0], document_id="d", version="v")
    damaged = [replace(chunk, metadata={**chunk.metadata, "table": said}) for chunk in chunks]
    (table,) = stored_tables(damaged)
    assert [row.cells[0] for row in table.rows] == ["OV-1", "OV-2", "OV-3", "OV-4"]
    nameless = [replace(chunk, metadata={"rows": said}) for chunk in chunks]
    assert said == "7" or stored_tables(nameless) == []
