"""Questions about tables in few words: rows without "list", costs in compounds, numbers that are no years."""

import pytest
from stored_read import read_tables

from qa.answering.routes.rows.shelf import words_of
from qa.tables.compute import compute
from qa.tables.plan import Plan, ReadTable
from qa.tables.understand import understood
from qa.tables.vocabulary import vocabulary
from qa.text.words import SparseEmbedder

FILES = {
    "incidents.csv": """no,date,area,severity,ambulance,reported by
1,2026-01-14,Bouldering,minor,no,Ines Okafor
2,2026-01-29,Lead,serious,yes,Tom Brandl
3,2026-03-03,Lead,minor,no,Marek Suda
4,2026-03-22,Bouldering,serious,yes,Marek Suda
5,2026-05-02,Bouldering,minor,yes,Priya Nair
""",
    "club.csv": """Member no,Name,Town,Joined,Annual fee,Paid on
101,Nadia Ferri,Lindau,2019-03-02,590,2026-01-15
102,Jonas Pohl,Bregenz,2020-10-12,480,2026-02-03
103,Ursula Beck,Lindau,2015-05-20,480,
104,Greta Holm,Bregenz,2023-09-01,590,
105,Kofi Mensah,Lindau,2025-06-06,590,
""",
    "spending.csv": """date;category;supplier;amount;paid
2026-01-07;Energy;Stadtwerke;2.140,50;yes
2026-01-20;Cleaning;Blitzblank;640,00;yes
2026-03-05;Energy;Stadtwerke;1.860,00;no
""",
    "prices.csv": """category,day ticket,monthly pass
Adults,15.50 EUR,62 EUR
Children,8.00 EUR,34 EUR
Seniors,11.00 EUR,47 EUR
""",
    "nebenkosten.csv": """Wohnung;Mieter;Heizung;Wasser
1;Aydin;612,40;188,00
2;Baumann;845,10;240,50
""",
    "wohnungen.csv": """Wohnung;Mieter;Heizung;Gesamtfläche
1;Aydin;Gas;61,5
2;Baumann;Öl;70
3;Celik;Gas;55
""",
    "zähler.csv": """Wohnung;Stromzähler;Heizart
1;88123;4
2;88124;5
3;88177;4
""",
    "tasks.csv": """Milestone,Planned,Actual,Owner
Survey,2026-04-30,2026-05-12,Mei Tan
Prototype,2026-08-15,2026-09-04,Aisha Rahman
Field test,2026-11-20,,Mei Tan
""",
    "invoice-hart-7719.md": """# Invoice 7719

| Item | Qty | Price |
|---|---|---|
| Dishwasher | 1 | 529.00 EUR |
| Delivery | 1 | 59.00 EUR |
""",
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ReadTable]:
    return read_tables(FILES, tmp_path_factory.mktemp("shortly"))


def plan_of(question: str, table: ReadTable, *held: str) -> Plan | None:
    """Return the plan of a question, where the documents hold these words."""
    sparse = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=90)
    ids = {term for word in held for language in ("en", "de") for term in sparse.terms(word, language)}
    known = words_of(question, sparse, table.stored.language, lambda terms: not ids.isdisjoint(terms))
    return understood(question, vocabulary(table, known), known).plan


@pytest.mark.parametrize(
    ("file", "question", "rows"),
    [
        ("incidents.csv", "incidents not in bouldering", 2),
        ("incidents.csv", "incidents between march and may", 3),
        ("incidents.csv", "how many incidents needed an ambulance", 3),
        ("incidents.csv", "which incidents did not need an ambulance", 2),
        ("incidents.csv", "how many minor incidents required an ambulance", 1),
        ("club.csv", "how many members are from bregenz", 2),
        ("club.csv", "how many members from Lindau have paid", 1),
        ("club.csv", "members who joined after 2019", 3),
        ("tasks.csv", "milestones without an actual date", 1),
        ("spending.csv", "expenses over 2000 euros", 1),
        ("spending.csv", "expenses over 2000", 1),
        ("spending.csv", "Ausgaben über 2000 Euro", 1),
        ("spending.csv", "expenses since 2026", 3),
    ],
)
def test_what_the_rows_are_is_asked_for_in_few_words(
    tables: dict[str, ReadTable], file: str, question: str, rows: int
) -> None:
    plan = plan_of(question, tables[file])
    assert plan is not None
    assert compute(plan, tables[file]).met == rows


@pytest.mark.parametrize(
    ("file", "question", "said"),
    [
        ("club.csv", "total of the annual fees not yet paid", ["1660"]),
        ("spending.csv", "expenses per category", ["4000.50", "640.00"]),
        ("incidents.csv", "incidents per area", ["3", "2"]),
        ("prices.csv", "which category has the cheapest day ticket", ["8.00"]),
        ("nebenkosten.csv", "Durchschnittliche Heizkosten", ["728.75"]),
        ("nebenkosten.csv", "Summe der Wasserkosten", ["428.50"]),
    ],
)
def test_amounts_are_computed(tables: dict[str, ReadTable], file: str, question: str, said: list[str]) -> None:
    plan = plan_of(question, tables[file])
    assert plan is not None
    assert sorted(str(line.value) for line in compute(plan, tables[file]).lines) == sorted(said)


def test_whether_somebody_paid_is_answered_by_the_day(tables: dict[str, ReadTable]) -> None:
    table = tables["club.csv"]
    plan = plan_of("did jonas pohl pay his annual fee", table)
    assert plan is not None
    assert [table.labels[place] for place in plan.select] == ["Paid on"]


@pytest.mark.parametrize(
    ("file", "question", "held"),
    [
        # The rows name only the person that the question names.
        ("tasks.csv", "who stands in for Mei Tan", ()),
        # One invoice's rows are no invoices.
        ("invoice-hart-7719.md", "how many invoices do I have", ()),
        # Documents speak of Eigentümer; the column is only a translation.
        ("tasks.csv", "Wie viele Eigentümer waren da?", ("Eigentümer",)),
        # What heats a flat, and the number of its meter, are no costs.
        ("wohnungen.csv", "Wie hoch sind die Heizkosten in Wohnung 3?", ()),
        ("zähler.csv", "Wie hoch sind die Stromkosten in Wohnung 2?", ()),
        ("zähler.csv", "Wie hoch sind die Heizkosten in Wohnung 2?", ()),
    ],
)
def test_a_table_is_left_alone(tables: dict[str, ReadTable], file: str, question: str, held: tuple[str, ...]) -> None:
    assert plan_of(question, tables[file], *held) is None


def test_a_verb_for_having_is_no_strange_word_though_documents_hold_it(tables: dict[str, ReadTable]) -> None:
    table = tables["incidents.csv"]
    sparse = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=90)
    known = words_of("how many incidents needed an ambulance", sparse, table.stored.language, lambda _terms: True)
    plan = understood("how many incidents needed an ambulance", vocabulary(table, known), known, thorough=False).plan
    assert plan is not None
    assert compute(plan, table).met == 3


def test_a_translated_column_is_enough_where_no_document_speaks_of_it(tables: dict[str, ReadTable]) -> None:
    assert plan_of("Wie viele Eigentümer gibt es?", tables["tasks.csv"]) is not None
