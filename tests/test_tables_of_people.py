"""Questions over tables that people keep: what is owed, what came in, what was used, before and after days."""

from collections.abc import Callable

import pytest
from stored_read import read_tables

from qa.answering.routes.route import Asked
from qa.answering.routes.rows.shelf import words_of
from qa.answering.routes.rows.table_answer import table_answer
from qa.answering.routes.rows.table_words import said, sentence
from qa.answering.saying.phrases import phrases
from qa.store.where import EVERYTHING
from qa.tables.compute import compute
from qa.tables.plan import ReadTable
from qa.tables.understand import understood
from qa.tables.vocabulary import vocabulary
from qa.text.words import SparseEmbedder

FILES = {
    "woods.csv": """Wood,Thickness mm,Price per m² GBP,In stock
Oak,26,118.00,yes
Larch,22,41.80,yes
""",
    "rates.csv": """Work;Satz je Stunde EUR
Hobeln;54,00
Fräsen;61,50
""",
    "tasks.csv": """Task,Who,Hours,Rate per hour
Planing,Ann,6,40
Sanding,Bob,3,35
Glueing,Ann,8,50
""",
    "zimmer.csv": """Zimmer;Nächte;Preis pro Nacht EUR
Garten;3;80,00
Hof;7;95,00
""",
    "doses.csv": """Date,Who,Medicine,Amount (mg)
2025-01-03,Ann,Aspirin,500
2025-01-04,Ann,Aspirin,250
2025-01-05,Ben,Ibuprofen,400
""",
    "spending.csv": """Date,Description,Category,Amount GBP
2024-12-02,Weekly shop,Groceries,58.20
2024-12-20,Flights,Travel,812.00
2025-01-11,Weekly shop,Groceries,61.35
2025-03-01,Market,Groceries,23.40
2025-03-03,Writing desk,Furniture,685.00
2025-03-16,Weekly shop,Groceries,72.60
""",
    "account.csv": """Booking date,Payee,Purpose,Amount
2025-01-11,Aldi,Groceries January,-61.35
2025-03-03,IKEA,Desk,-685.00
2025-03-16,Lidl,Groceries March,-72.60
2025-03-31,Employer,Salary,2400.00
2024-12-20,Airline,Flights,-812.00
""",
    "refund.csv": """Date,Merchant,Category,Amount GBP
2025-01-04,Shell,Fuel,60.00
2025-01-18,Esso,Fuel,55.00
2025-01-20,Esso,Fuel,-20.00
2025-02-01,Aldi,Groceries,40.00
""",
    "konto.csv": """Datum;Empfänger;Zweck;Betrag
02.01.2025;Werk;Monatsgehalt;2100,00
09.01.2025;Lidl;Einkauf;-80,00
01.02.2025;Werk;Monatsgehalt;2100,00
01.03.2025;Werk;Monatsgehalt;2150,00
""",
    "kasse.csv": """Datum;Wofür;GBP
11.01.2025;Wocheneinkauf;61,35
03.03.2025;Schreibtisch;685,00
20.12.2024;Flüge;812,00
""",
    "bookings_2025.csv": """Guest,Cottage,Arrival,Nights,Total GBP,Paid
Ida Moss,Fern,2025-04-04,3,310.00,yes
Ben Ward,Heron,2025-04-18,7,845.50,no
Ida Moss,Heron,2025-06-02,2,240.00,no
Lou Price,Fern,2025-06-20,4,420.00,yes
Cara Dean,Alder,2025-07-05,5,610.25,no
Ben Ward,Fern,2025-08-09,7,905.00,yes
""",
    "utility_readings.csv": """Month,Water m3,Heat kWh,Water GBP,Heat GBP
2024-10,11,640,27.50,57.60
2024-11,12,910,30.00,81.90
2024-12,10,1120,25.00,100.80
2025-01,13,1250,32.50,112.50
""",
    "chorkasse.csv": """Datum;Zweck;Einnahmen;Ausgaben
05.01.2026;Beitrag Sommer;60,00;
19.01.2026;Noten;;84,50
02.02.2026;Beitrag Adler;60,00;
14.02.2026;Konzert;1.240,00;
15.02.2026;Saalmiete;;320,00
03.03.2026;Blumen;;45,90
""",
    "chorliste.csv": """Name;Stimme;Wohnort;Eintritt;Beitrag bezahlt
Ute Sommer;Alt;Birkenau;12.03.2004;ja
Rolf Adler;Bass;Talheim;01.09.2011;nein
Mona Kreis;Sopran;Birkenau;20.01.2019;nein
Jan Petersen;Tenor;Talheim;11.11.2022;ja
Lena Voigt;Sopran;Oberdorf;04.05.2023;ja
""",
    "workshop_jobs.csv": """Job,Client,Machine,Opened,Hours,Amount EUR,Status
J1,Kern,Lathe,2025-02-03,4,320,paid
J2,Bolt,Press,2025-02-17,9,765,open
J3,Kern,Press,2025-03-05,2,150,open
J4,Wenz,Lathe,2025-03-28,6,480,paid
""",
    "outlays.csv": """Date,Category,Amount EUR,State
2026-01-09,Car,84.20,paid
2026-01-15,Food,31.00,paid
2026-03-12,Car,410.00,paid
2026-05-20,Car,55.60,paid
2026-05-20,Food,12.40,open
""",
    "rain.csv": """Date,Station,Amount (mm),Description
2024-03-01,North,12,steady
2024-03-09,South,40,storm
2024-04-02,South,5,drizzle
""",
    "beds.csv": """Room,Price per person per night EUR
Garden,40
Court,35
""",
    "staff.csv": """Name,Job,Hours a week,Holiday left days
Ann Reed,Framer,37.5,6
Bob Tull,Driver,30,4
""",
}
READ = [
    # A column for one of a unit is no reason to take a number of that unit for an amount.
    ("tasks.csv", "Which tasks took more than 5 hours?", "Planing; Glueing"),
    ("tasks.csv", "How many tasks took more than 5 hours?", "2"),
    ("tasks.csv", "Which tasks took 6 hours?", "Planing"),
    ("tasks.csv", "Which tasks took between 5 and 7 hours?", "Planing"),
    ("zimmer.csv", "Welche Zimmer haben mehr als 5 Nächte?", "Hof"),
    ("zimmer.csv", "Wie viele Zimmer haben 3 Nächte?", "1"),
    ("zimmer.csv", "Was kosten 3 Nächte?", None),
    ("doses.csv", "How much did Ann spend on aspirin?", None),
    ("spending.csv", "How much did we spend on groceries in March?", "96.00 GBP"),
    ("spending.csv", "What did we spend on groceries?", "215.55 GBP"),
    ("spending.csv", "How much money went on groceries in 2025?", "157.35 GBP"),
    ("spending.csv", "What was the most expensive thing bought in 2025?", "685.00 GBP"),
    ("spending.csv", "What was our biggest expense in 2024?", "812.00 GBP"),
    ("spending.csv", "what was the cheapest purchase in 2025", "23.40 GBP"),
    ("spending.csv", "How much have we spent in 2025 so far?", "842.35 GBP"),
    ("spending.csv", "How much was the desk?", "685.00 GBP"),
    # A row has a day, and no row says which month it was.
    ("spending.csv", "Which month did we spend most?", "2024-12"),
    # What went out is written with a minus.
    ("account.csv", "What did I spend the most on in 2025?", "-685.00"),
    ("account.csv", "what was the cheapest purchase in 2025", "-61.35"),
    ("account.csv", "How much did we spend in March 2025?", "-757.60"),
    # A few minuses among prices are refunds.
    ("refund.csv", "How much did we spend on fuel?", "95.00 GBP"),
    ("refund.csv", "How much did we spend in total?", "135.00 GBP"),
    ("refund.csv", "Wie viel haben wir für Fuel ausgegeben?", "95.00 GBP"),
    ("refund.csv", "What was the most expensive thing bought?", "60.00 GBP"),
    ("refund.csv", "What was the cheapest purchase?", "40.00 GBP"),
    # Of few bookings most may be of what came in.
    ("konto.csv", "Wie viel wurde insgesamt ausgegeben?", "-80,00"),
    ("kasse.csv", "Was war das Teuerste, das wir 2025 gekauft haben?", "685,00"),
    ("kasse.csv", "Wofür haben wir am meisten ausgegeben?", "812,00"),
    ("bookings_2025.csv", "Which bookings have not been paid?", "Ben Ward; Ida Moss; Cara Dean"),
    ("bookings_2025.csv", "Who hasn't paid?", "Ben Ward; Ida Moss; Cara Dean"),
    ("bookings_2025.csv", "How many bookings are unpaid?", "3"),
    ("bookings_2025.csv", "How much does Ben Ward owe?", "845.50 GBP"),
    ("bookings_2025.csv", "What does Ida Moss still owe?", "240.00 GBP"),
    ("bookings_2025.csv", "How much has Ben Ward paid?", "905.00 GBP"),
    ("bookings_2025.csv", "What do all the unpaid bookings come to?", "1695.75 GBP"),
    ("bookings_2025.csv", "How many bookings were after 2 June?", "3"),
    ("bookings_2025.csv", "Which bookings were before 18 April?", "Ida Moss"),
    ("bookings_2025.csv", "How much came in in June from paid bookings?", "420.00 GBP"),
    ("bookings_2025.csv", "What is the average total of a booking?", "555.13 GBP"),
    ("bookings_2025.csv", "Wie viele Buchungen sind nicht bezahlt?", "3"),
    ("utility_readings.csv", "In which month did we use the most heat?", "2025-01"),
    ("utility_readings.csv", "How many months was the heat bill above 80 pounds?", "3"),
    ("utility_readings.csv", "How much water did we use in November 2024?", "12"),
    ("utility_readings.csv", "What did we pay for heat from October to December 2024?", "240.30 GBP"),
    ("chorkasse.csv", "Wie hoch sind die Einnahmen im Februar?", "1.300,00"),
    ("chorkasse.csv", "Wie hoch sind die Ausgaben insgesamt?", "450,40"),
    ("chorkasse.csv", "Was haben die Blumen gekostet?", "45,90"),
    ("chorliste.csv", "Wer hat den Beitrag nicht bezahlt?", "Rolf Adler; Mona Kreis"),
    ("chorliste.csv", "Wie viele Sänger wohnen in Talheim?", None),
    ("workshop_jobs.csv", "How much does Kern owe?", "150 EUR"),
    # Rows of one name are called otherwise, and what all of them say is said once.
    ("outlays.csv", "List all rows where the category is Car", "2026-01-09; 2026-03-12; 2026-05-20"),
    ("outlays.csv", "List all rows where the category is Food", "2026-01-15; 2026-05-20"),
    ("outlays.csv", "What is the state of the rows of Car?", "paid"),
    # Nobody buys rain, a salary is no purchase, and a bed for one person and night is no price of nights.
    ("rain.csv", "What was bought in March?", None),
    ("rain.csv", "Which thing was the dearest?", None),
    ("account.csv", "What did we buy in March 2025?", "IKEA; Lidl"),
    ("beds.csv", "What does Garden cost for 3 nights?", None),
    ("bookings_2025.csv", "List the bookings of Ben Ward", "Heron; Fern"),
    ("workshop_jobs.csv", "Which jobs are neither for Kern nor for Bolt?", "J4"),
]  # fmt: skip
HELD = [
    ("bookings_2025.csv", "Who still has to pay?", "Ben Ward; Ida Moss; Cara Dean"),
    ("bookings_2025.csv", "Which guests have not paid yet?", "Ben Ward; Ida Moss; Cara Dean"),
    ("bookings_2025.csv", "How much money is still owed?", "1695.75 GBP"),
    ("bookings_2025.csv", "How much does Lou Price owe?", "0.00 GBP"),
    ("bookings_2025.csv", "How many bookings weren't paid?", "3"),
    ("bookings_2025.csv", "What was the total in April?", "1155.50 GBP"),
    ("bookings_2025.csv", "How many bookings were there since 20 June?", "3"),
    ("bookings_2025.csv", "Which bookings of Heron are unpaid?", "Ben Ward; Ida Moss"),
    ("bookings_2025.csv", "Wie viel schuldet Cara Dean?", "610.25 GBP"),
    ("utility_readings.csv", "In which months did we use less than 12 m3 of water?", "2024-10; 2024-12"),
    ("utility_readings.csv", "Which month was the cheapest for water?", "2024-12"),
    ("utility_readings.csv", "How much heat was used in total?", "3920 kWh"),
    ("utility_readings.csv", "What was the water bill in January 2025?", "32.50"),
    ("chorkasse.csv", "Wie hoch waren die Ausgaben im Januar?", "84,50"),
    ("chorkasse.csv", "Was kam im Februar an Einnahmen herein?", None),
    ("chorkasse.csv", "Was hat die Saalmiete gekostet?", "320,00"),
    ("chorkasse.csv", "What was the highest expense?", "320,00"),
    ("chorliste.csv", "Wie viele haben nicht bezahlt?", "2"),
    ("chorliste.csv", "Wer kommt aus Birkenau?", "Ute Sommer; Mona Kreis"),
    ("chorliste.csv", "Wer ist nach 2018 eingetreten?", "Mona Kreis; Jan Petersen; Lena Voigt"),
    ("chorliste.csv", "Wer wohnt weder in Talheim noch in Birkenau?", "Lena Voigt"),
    ("workshop_jobs.csv", "How much is still outstanding?", "915 EUR"),
    ("workshop_jobs.csv", "Which jobs were opened after 17 February?", "J3; J4"),
    ("staff.csv", "How many days of holiday do we get?", None),
    ("staff.csv", "How many days of holiday are left?", "10 days"),
    ("staff.csv", "How many hours do we work a week?", None),
    ("staff.csv", "How many hours a week does Bob Tull work?", "30"),
    ("staff.csv", "How many hours a week are there in total?", "67.5"),
]  # fmt: skip


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ReadTable]:
    return read_tables(FILES, tmp_path_factory.mktemp("people")).__getitem__


@pytest.fixture(scope="module")
def sparse() -> SparseEmbedder:
    return SparseEmbedder("Qdrant/bm25", language="auto", average_terms=90)


def answered(question: str, table: ReadTable, sparse: SparseEmbedder) -> str | None:
    """Return what stands in front of the answer, or the names of the rows; None where nothing is computed."""
    known = words_of(question, sparse, table.stored.language or "en")
    plan = understood(question, vocabulary(table, known), known).plan
    if plan is None:
        return None
    result = compute(plan, table)
    say = phrases(question)
    if plan.operation == "sum" and not result.met:
        return said(0, table, plan, say)
    who = question.startswith(("Who", "Wer"))
    text, value = sentence(table, plan, result, say, wants_name="hich" in question, wants_person=who)
    return value or text.rpartition(": ")[2]


@pytest.mark.parametrize(("file", "question", "wanted"), [*READ, *HELD])
def test_question_is_computed_or_left_alone(
    file: str, question: str, wanted: str | None, read: Callable[[str], ReadTable], sparse: SparseEmbedder
) -> None:
    assert answered(question, read(file), sparse) == wanted


@pytest.mark.parametrize(
    ("file", "question", "text", "direct"),
    [
        ("woods.csv", "what do 2 m2 of oak cost", "118.00. 2 m2: 236.00 GBP.", "236.00 GBP"),
        ("woods.csv", "Price of three square metres of larch?", "three square metres: 125.40 GBP.", "125.40 GBP"),
        ("rates.csv", "Was kosten 2,5 Stunden Fräsen?", "2,5 Stunden: 153,75 EUR.", "153,75 EUR"),
        ("woods.csv", "what does oak cost", "118.00", "118.00"),
    ],
)
def test_so_much_of_a_thing_costs_that_many_times_the_price_of_one(
    file: str, question: str, text: str, direct: str, read: Callable[[str], ReadTable], sparse: SparseEmbedder
) -> None:
    table = read(file)
    known = words_of(question, sparse, table.stored.language or "en")
    plan = understood(question, vocabulary(table, known), known).plan
    assert plan is not None
    answer = table_answer(Asked(question, question, EVERYTHING, ()), table, plan, compute(plan, table))
    assert text in answer.text
    assert answer.direct is not None
    assert answer.direct.text == direct


def test_so_much_of_a_thing_is_nothing_else_than_its_price(
    read: Callable[[str], ReadTable], sparse: SparseEmbedder
) -> None:
    table = read("woods.csv")
    question = "How many woods are 2 m2 of oak?"
    known = words_of(question, sparse, "en")
    assert understood(question, vocabulary(table, known), known).plan is None
