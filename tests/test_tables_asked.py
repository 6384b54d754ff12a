"""Questions about tables as people ask them: yes and no, quarters, shares, two columns, German and English."""

from collections.abc import Callable

import pytest
from stored_read import read_tables

from qa.answering.routes.rows.shelf import words_of
from qa.tables.compute import compute
from qa.tables.plan import Plan, ReadTable
from qa.tables.understand import understood
from qa.tables.vocabulary import vocabulary
from qa.text.words import SparseEmbedder

FILES = {
    "hotels.csv": """Hotel,Stars,State,Price (€)
Anker,***,open,80
Blick,****,closed,95
Cadiz,?!,open,70
""",
    "club-members.csv": """Member no,Name,Section,Joined,Fee (€),Paid,Phone
M1,Ann,Rowing,2015-03-12,120,yes,0151 1
M2,Ben,Canoe,2018-09-01,80,no,
M3,Cleo,Rowing,2020-01-20,120,yes,0151 3
M4,Dan,Sailing,2011-06-30,150,no,0151 4
""",
    "invoices.csv": """Invoice,Customer,Amount (€),Issued,Due,Status,Paid on
R1,North,4200,2024-01-15,2024-02-14,paid,2024-02-10
R2,South,1850.5,2024-05-02,2024-06-01,paid,2024-06-09
R3,North,960,2024-05-20,2024-06-19,open,
R4,East,8100,2024-08-19,2024-09-18,cancelled,
""",
    "plots.csv": """Plot,Area (m²),Tenant,Rent (€ per year),Water,Let since
P1,210,Novak,95,yes,2010-01-01
P2,180,,82,yes,
P3,245,Fischer,110,no,2004-01-01
""",
    "stock.csv": """Article,Supplier,On hand,Minimum,Unit price (€)
Flour,Mill,14,10,18.4
Sugar,Sweet,3,6,11.2
Yeast,Sweet,2,5,4.8
""",
    "samples.csv": """Sample,Substance,Mass (mg),Measured,Analyst,Result
S1,Caffeine,12,2025-01-14,Rao,passed
S2,Caffeine,13,2025-02-14,Rao,failed
S3,Aspirin,50,2025-03-03,Moreau,passed
S4,Aspirin,48,2025-04-03,Moreau,failed
Total,,123,,,
""",
    "haushalt.csv": """Datum;Kategorie;Händler;Betrag (€)
03.01.2024;Strom;Stadtwerke;96,00
17.04.2024;Kleidung;Zeller;129,90
02.05.2024;Strom;Stadtwerke;96,00
""",
    "geraete.csv": """Gerät;Raum;Anschaffung;Wert (€);Defekt
Beamer;Aula;12.05.2019;640;nein
Laptop;Büro;03.02.2021;890;ja
Klavier;Aula;30.08.2003;2450;nein
""",
    "repairs.csv": """date,machine,repair,cost_eur,mechanic,hours
2024-01-12,Lathe 1,Belt,120.50,Hanna Berg,2
2024-02-20,Press,Seal,89,Hanna Berg,1.5
2024-03-11,Saw,Blade,45,Mia Lund,0.5
2024-05-02,Press,Pump,1310,Ivo Katz,9
2025-01-08,Saw,Motor,780,Mia Lund,6
""",
    "parts.csv": """Part no,Description,In stock,Minimum stock,Price (€),Oil changed
N1,Blade repair kit,2,1,2185,2024-01-02
N2,Rotor lock pin,4,6,410,2024-01-03
N3,Seal for drain plug,9,10,4.80,2024-01-04
N4,Drain plug,30,10,12,2024-01-05
N5,Ultrasonic anemometer,9,6,2310,2024-01-06
N6,"Stretcher from turbine, 20 litres of oil",1,1,300,2024-02-01
N7,Pump,3,1,700,2024-02-02
""",
    "faults.csv": """date,turbine,fault,hours
2024-01-11,A01,Cooler fan,9
2024-01-15,C04,Sensor failed,2
2024-01-27,A01,Lightning strike,8
2024-02-27,A01,Fuse failed,8
2024-02-28,C04,Fuse failed,8
""",
    "snake-plant.csv": """aspect,information
Watering,Let the soil dry out between watering
Light,Bright and indirect
Soil,Slightly acidic
""",
    "apprentices.csv": """name,trade,started,wage_eur
Lena Vogt,Joiner,2023-09-01,1020
Omar Aziz,Joiner,2024-09-01,920
Pia Sand,Turner,2022-09-01,1150
""",
    "orders.csv": """order_no,customer,product,amount_eur,ordered,delivered,paid
1001,Bauer,Table,1200,2024-01-10,2024-02-14,yes
1002,Linden,Benches,8400,2024-02-01,2024-05-30,yes
1005,Bauer,Door,1750,2024-10-05,,no
""",
    "claim.csv": """Item,Amount
Repair cost,£6.80 million
Payable for repair,£5.80 million
Lost output,£0.90 million
""",
    "mitgliederliste.csv": """Name,Ort,Eintritt,Status,Bezahlt
Ada Kern,Oberau,12.03.1998,Mitglied,ja
Bo Lind,Lindental,15.06.1987,Ehrenmitglied,nein
Cem Ott,Oberau,01.09.2011,Mitglied,nein
Dora Ulm,Lindental,20.02.2015,Gast,nein
""",
    "costs-2024.csv": """Month,Flour,Wages,Rent
January,6180,18400,10625
February,5870,18400,0
March,2080,18950,10625
""",
    "bakery-staff.csv": """Name,Role,Started,Hours a week,Pay per hour
Priya Nair,Head baker,2023-04-17,40,19.50
Sam Osei,Baker,2024-01-08,40,14.80
Lena Fuchs,Baker,2024-02-12,32,14.80
Tom Finch,Director,2023-03-01,45,
""",
    "sourdough.csv": "Ingredient,Grams\nWheat flour,520\nRye flour,130\nWater,455\nSalt,13\n",
    "boats.csv": "Boat,Built,Length (m)\nTern,1998,7.5\nGull,1984,6.2\nSwift,2011,9.1\n",
    "hives.csv": """Hive,Place,Queen,Queen_year,Frames,Honey_kg
Amsel,Graz,yellow 14,2022,20,18.5
Drossel,Graz,red 7,2023,20,24.0
Clifton,Bristol,green 11,2024,11,9.5
""",
    "inventory.csv": """Item,Number,Condition
Dining chairs,4,good
Stools,2,good
Lamps,2,one broken
""",
    "results.csv": """Event,Winner,Runner-up
Ladies singles,Ida Moss,Britta Sand
Mixed,Ida Moss,Karl Ober
""",
    "staff.csv": """Employee,Department,Salary (€),Age,Hired
Sofia,Sales,3900,41,2012-04-01
Tom,Workshop,3100,35,2016-09-15
Ulla,Sales,3500,58,2009-02-01
""",
    "lost.csv": """date,turbine,fault,hours_stopped
2024-01-11,A01,Communication lost,1
2024-01-15,C04,Fuse failed,7
2024-02-03,A01,Fan,9
""",
    "insurance.csv": """Policy,Insurer,Premium per year,Ends
Home contents,Northgate,214.5,2025-06-30
Bicycle,Pedalsure,68,2024-12-31
Travel,Albatross,99,2024-09-15
""",
    "spare-parts.csv": "Part no,Description,Unit price GBP\nP1,Pin,73\nP2,Motor,5260\nP3,Valve,1920\n",
    "hire.csv": "Boat,Day rate,Days\nTern,£345,40\nPlover,£298,33\nGull,£3150,12\n",
    "loans.csv": "Loan,Rate,Years\nNorth,2.5 %,10\nSouth,3.1 %,15\n",
    "versicherungen.csv": """Vertrag,Versicherer,Beitrag,Ende
Hausrat,Nordtor,214,30.06.2025
Fahrrad,Pedal,68,31.12.2024
""",
}  # fmt: skip


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], ReadTable]:
    return read_tables(FILES, tmp_path_factory.mktemp("asked")).__getitem__


@pytest.fixture(scope="module")
def sparse() -> SparseEmbedder:
    return SparseEmbedder("Qdrant/bm25", language="auto", average_terms=90)


def plan_of(question: str, table: ReadTable, sparse: SparseEmbedder) -> Plan | None:
    known = words_of(question, sparse, "en")
    return understood(question, vocabulary(table, known), known).plan


def found(plan: Plan | None, table: ReadTable) -> object:
    """Return the first cells of the rows that a plan gives, its groups with their values, or its value."""
    if plan is None:
        return None
    result = compute(plan, table)
    if plan.group is not None:
        return {line.group: float(str(line.value)) for line in result.lines}
    if plan.operation in ("list", "highest", "lowest"):
        return [table.stored.rows[row].cells[0] for line in result.lines for row in line.rows]
    return round(float(str(result.lines[0].value)), 2)


@pytest.mark.parametrize(
    ("file", "question", "wanted"),
    [
        # Yes and no, and what a status is not.
        ("club-members.csv", "Which members have not paid?", ["M2", "M4"]),
        ("club-members.csv", "Which members haven't paid yet?", ["M2", "M4"]),
        ("club-members.csv", "Who has paid?", ["M1", "M3"]),
        ("club-members.csv", "List the unpaid members", ["M2", "M4"]),
        ("club-members.csv", "How many members have paid their fee?", 2.0),
        ("club-members.csv", "Which members have no phone?", ["M2"]),
        ("club-members.csv", "Which members are without a phone number?", ["M2"]),
        ("club-members.csv", "Welche Mitglieder haben noch nicht bezahlt?", ["M2", "M4"]),
        ("club-members.csv", "Welche Mitglieder haben keine Telefonnummer?", ["M2"]),
        ("club-members.csv", "What is the total of the unpaid fees?", 230.0),
        ("invoices.csv", "Which invoices are still open?", ["R3"]),
        ("invoices.csv", "Which invoices are not paid?", ["R3", "R4"]),
        ("invoices.csv", "Welche Rechnungen sind noch offen?", ["R3"]),
        ("invoices.csv", "List all invoices that have not been cancelled", ["R1", "R2", "R3"]),
        ("plots.csv", "Which plots have no water?", ["P3"]),
        ("plots.csv", "Which plots are vacant, without a tenant?", ["P2"]),
        ("plots.csv", "How many tenants are there?", 2.0),
        ("geraete.csv", "Welche Geräte sind nicht defekt?", ["Beamer", "Klavier"]),
        ("geraete.csv", "Which devices are defective?", ["Laptop"]),
        ("samples.csv", "How many samples were not measured by Rao?", 2.0),
        # The year of all rows stands in the table's name, and a rate is called by its "per".
        ("costs-2024.csv", "What did we spend on flour in 2024 in total?", 14130.0),
        ("costs-2024.csv", "What was the total rent in 2024?", 21250.0),
        ("costs-2024.csv", "What was the total rent in 2023?", None),
        ("costs-2024.csv", "How much did we spend on flour?", 14130.0),
        ("bakery-staff.csv", "What is the average pay per hour?", 16.37),
        ("bakery-staff.csv", "Who earns the most per hour?", ["Priya Nair"]),
        ("bakery-staff.csv", "How many people work as bakers?", 2.0),
        ("club-members.csv", "What is the mean fee per section?", {"Rowing": 120.0, "Canoe": 80.0, "Sailing": 150.0}),
        # How much of a thing is the only number of its row; its price is not.
        ("sourdough.csv", "How much salt goes into the sourdough?", ["Salt"]),
        ("sourdough.csv", "How much is the salt?", None),
        # What somebody earns is not what he spends, nor the other way round.
        ("staff.csv", "How much did Sofia spend?", None),
        ("staff.csv", "How much does Sales earn together?", 7400.0),
        ("haushalt.csv", "How much did Stadtwerke earn?", None),
        ("haushalt.csv", "How much did we spend on Strom?", 192.0),
        # Quarters and months.
        ("invoices.csv", "How many invoices were issued in Q2?", 2.0),
        ("invoices.csv", "How many invoices were issued in the third quarter of 2024?", 1.0),
        ("invoices.csv", "Which invoices were issued since May?", ["R2", "R3", "R4"]),
        ("invoices.csv", "How many invoices were issued in the first half of 2024?", 3.0),
        ("haushalt.csv", "Gesamtausgaben im zweiten Quartal", 225.9),
        ("haushalt.csv", "Wie viel haben wir insgesamt für Strom ausgegeben?", 192.0),
        ("club-members.csv", "How many members joined in 2018 or later?", 2.0),
        # Shares.
        ("invoices.csv", "What percentage of the invoices is paid?", 50.0),
        ("club-members.csv", "What share of the members has not paid?", 50.0),
        ("geraete.csv", "Wie viel Prozent der Geräte sind defekt?", 33.33),
        ("plots.csv", "What share of the area has water?", 61.42),
        # A column against another.
        ("stock.csv", "Which articles are below their minimum?", ["Sugar", "Yeast"]),
        ("stock.csv", "Welche Artikel liegen unter dem Mindestbestand?", ["Sugar", "Yeast"]),
        ("invoices.csv", "Which invoices were paid after the due date?", ["R2"]),
        # By group, the most, the oldest.
        ("staff.csv", "Average salary per department", {"Sales": 3700.0, "Workshop": 3100.0}),
        ("staff.csv", "Which department has the highest average salary?", {"Sales": 3700.0}),
        ("staff.csv", "Which department costs the most in salaries?", {"Sales": 7400.0}),
        ("staff.csv", "Welche Abteilung hat das höchste Durchschnittsgehalt?", {"Sales": 3700.0}),
        ("staff.csv", "Who has been employed the longest?", ["Ulla"]),
        ("staff.csv", "Which employees are older than 40?", ["Sofia", "Ulla"]),
        ("club-members.csv", "Who is the longest-standing member of the club?", ["M4"]),
        ("geraete.csv", "Was ist das älteste Gerät?", ["Klavier"]),
        ("samples.csv", "Which analyst measured the most samples?", {"Rao": 2.0, "Moreau": 2.0}),
        ("samples.csv", "Sum of the masses of all samples", 123.0),
        ("invoices.csv", "Which customer brought in the most?", {"East": 8100.0}),
        ("plots.csv", "What is the average area of the plots?", 211.67),
        ("plots.csv", "What is the largest plot?", ["P3"]),
        ("plots.csv", "Which plot has been let the longest?", ["P3"]),
        ("boats.csv", "Which boat has been here the longest?", None),
        ("boats.csv", "What is the oldest boat?", ["Gull"]),
        # "From 1998" says of when it is; since when, where it goes on.
        ("boats.csv", "Which boats are from 1998?", ["Tern"]),
        ("boats.csv", "How many boats are from 1984?", 1.0),
        ("repairs.csv", "What did all repairs from 2024 cost in total?", 1564.5),
        ("repairs.csv", "List the repairs from March 2024", ["2024-03-11"]),
        ("repairs.csv", "List the repairs from January to March 2024", ["2024-01-12", "2024-02-20", "2024-03-11"]),
        ("repairs.csv", "List the repairs from May 2024 or later", ["2024-05-02", "2025-01-08"]),
        # Years that are numbers.
        ("hives.csv", "List all hives with a queen from 2023", ["Drossel"]),
        ("hives.csv", "Which hives have a queen since 2023?", ["Drossel", "Clifton"]),
        ("hives.csv", "Which queens are older than 2023?", ["Amsel"]),
        ("hives.csv", "Which hives have queens from 2022 to 2023?", ["Amsel", "Drossel"]),
        ("invoices.csv", "What is the largest invoice?", ["R4"]),
        ("samples.csv", "Durchschnittliche Masse je Substanz", {"Caffeine": 12.5, "Aspirin": 49.0}),
        ("geraete.csv", "Gesamtwert der Geräte in der Aula", 3090.0),
        ("stock.csv", "How much flour is there?", None),
        ("stock.csv", "How many bags of flour do we have?", None),
        ("stock.csv", "How many yeasts are there?", 2.0),
        ("stock.csv", "How many sugars do we have?", 3.0),
        ("repairs.csv", "When was the press repaired?", ["2024-02-20", "2024-05-02"]),
        ("repairs.csv", "On which day was the press repaired?", ["2024-02-20", "2024-05-02"]),
        ("repairs.csv", "What was the last repair?", ["2025-01-08"]),
        ("repairs.csv", "Which machine was repaired last?", ["2025-01-08"]),
        ("repairs.csv", "Which machine costs the most?", {"Press": 1399.0}),
        ("apprentices.csv", "Who earns the most?", ["Pia Sand"]),
        ("apprentices.csv", "Who earns the least?", ["Omar Aziz"]),
        ("orders.csv", "How many orders are not paid?", 1),
        ("orders.csv", "Which order is the biggest?", ["1002"]),
        ("orders.csv", "Which orders have not been delivered yet?", ["1005"]),
        # The row at one end of a log is not the thing that is so itself, and a machine is nobody.
        ("repairs.csv", "What is the newest machine?", None),
        ("repairs.csv", "Which machine is the oldest?", None),
        ("repairs.csv", "What is the cheapest machine?", None),
        ("repairs.csv", "Which machine is the most expensive?", None),
        ("repairs.csv", "Who costs the most?", None),
        ("apprentices.csv", "Who is the oldest apprentice?", None),
        ("apprentices.csv", "Which apprentice is the youngest?", None),
        ("parts.csv", "How many rotor lock pins do we have?", 4.0),
        ("parts.csv", "How many drain plugs are there?", 30.0),
        ("parts.csv", "What does the anemometer cost?", ["N5"]),
        ("parts.csv", "What is the cheapest seal?", ["N3"]),
        # A word of a cell is not what the cell is about.
        ("parts.csv", "What did the repair cost?", None),
        ("parts.csv", "What does a turbine cost?", None),
        ("spare-parts.csv", "How many spare parts cost more than 1000 pounds?", 2),
        ("spare-parts.csv", "Which spare parts cost more than 1000 pounds?", ["P2", "P3"]),
        ("stock.csv", "How many articles are more expensive than 10 euros?", 2),
        ("samples.csv", "How many samples are more expensive than 10 euros?", None),
        # The days of rows make up months, quarters and years.
        ("faults.csv", "How many faults per month?", {"2024-01": 3, "2024-02": 2}),
        ("faults.csv", "faults per month in 2024", {"2024-01": 3, "2024-02": 2}),
        ("faults.csv", "How many hours each month?", {"2024-01": 19, "2024-02": 16}),
        ("faults.csv", "hours by quarter", {"2024-Q1": 35}),
        ("faults.csv", "Which month had the most faults?", {"2024-01": 3}),
        ("faults.csv", "On which day were there the fewest faults?", None),
        ("repairs.csv", "repair costs per year", {"2024": 1564.5, "2025": 780}),
        ("repairs.csv", "In which year did repairs cost the most?", {"2024": 1564.5}),
        # What adds up is added for each month, and the mean is of these; of a temperature it is of the rows.
        (
            "repairs.csv",
            "Average cost per month?",
            {"2024-01": 120.5, "2024-02": 89, "2024-03": 45, "2024-05": 1310, "2025-01": 780},
        ),
        ("haushalt.csv", "Durchschnittliche Ausgaben pro Monat", {"2024-01": 96, "2024-04": 129.9, "2024-05": 96}),
        ("faults.csv", "average number of faults per month", {"2024-01": 3, "2024-02": 2}),
        ("apprentices.csv", "Average wage per year", None),
        # "Lost" says which hours, and looks for no cell.
        ("lost.csv", "Which month had the most hours lost?", {"2024-02": 9}),
        ("lost.csv", "Which month had the most hours flown?", None),
        ("lost.csv", "How many hours lost per month?", {"2024-01": 8, "2024-02": 9}),
        ("lost.csv", "Which stop took longest?", ["2024-02-03"]),
        ("lost.csv", "Welcher Stillstand dauerte am längsten?", ["2024-02-03"]),
        ("boats.csv", "Which boat took longest?", None),
        # Which of two has more.
        ("repairs.csv", "Who has more hours, Hanna Berg or Mia Lund?", {"Mia Lund": 6.5, "Hanna Berg": 3.5}),
        ("repairs.csv", "Which machine cost less, the press or the saw?", {"Saw": 825, "Press": 1399}),
        ("staff.csv", "Who earns more, Sofia or Tom?", ["Sofia", "Tom"]),
        ("staff.csv", "Wer verdient weniger, Sofia oder Ulla?", ["Ulla", "Sofia"]),
        ("haushalt.csv", "Wie viel wurde pro Monat ausgegeben?", {"2024-01": 96, "2024-04": 129.9, "2024-05": 96}),
        ("haushalt.csv", "In welchem Monat wurde am meisten ausgegeben?", {"2024-04": 129.9}),
        ("haushalt.csv", "Ausgaben nach Monaten", {"2024-01": 96, "2024-04": 129.9, "2024-05": 96}),
        ("staff.csv", "What is the salary per month?", None),
        ("invoices.csv", "How many invoices per month?", None),
        # A rate in money is a price, one in percent is none.
        ("hire.csv", "Which boat is the cheapest?", ["Plover"]),
        ("hire.csv", "What is the most expensive boat?", ["Gull"]),
        ("loans.csv", "Which loan is the cheapest?", None),
        # A register says of things, however many days it holds, not how often something happens.
        ("parts.csv", "How often are the plugs sealed?", None),
        ("parts.csv", "How often is the oil changed?", None),
        ("parts.csv", "Wie oft wird das Öl gewechselt?", None),
        ("faults.csv", "How often did A01 have a fault?", 3),
        ("repairs.csv", "How often was the saw repaired?", 2),
        ("orders.csv", "How often did Bauer order?", 2),
        ("repairs.csv", "How often was the saw repaired in 2025?", 1),
        ("parts.csv", "What is the newest turbine?", None),
        ("parts.csv", "How many litres of oil are there?", None),
        ("parts.csv", "How much oil does the pump hold?", None),
        ("faults.csv", "Which turbine failed most often?", None),
        ("faults.csv", "Which fault happened most often?", {"Fuse failed": 2.0}),
        # That it is one row says nothing of how often.
        ("snake-plant.csv", "how often do i water a snake plant", None),
        # What the rows are is no condition, though a cell says it too.
        ("mitgliederliste.csv", "Wie viele Mitglieder haben nicht bezahlt?", 3.0),
        # Who owes what was not paid, which no column says.
        ("parts.csv", "How much does the pump owe?", None),
        # Nothing counts the pieces.
        ("samples.csv", "How many S3 are there?", None),
        # Cells of signs alone have no words.
        ("hotels.csv", "Wie viele Hotels sind offen?", 2.0),
        ("hotels.csv", "How many hotels are closed?", 1.0),
        # A column says how many there are of what a row is about.
        ("inventory.csv", "how many chairs are there", 4.0),
        ("results.csv", "who won the ladies singles", ["Ladies singles"]),
        ("results.csv", "Wer hat das Mixed gewonnen?", ["Mixed"]),
        # Who is not said by the name of the row.
        ("results.csv", "who umpired the ladies singles", None),
        # What is in no column, or may mean two things, is left alone.
        ("club-members.csv", "Which members are older than sixty?", None),
        ("staff.csv", "Who has been absent the longest?", None),
        # No row says who.
        ("claim.csv", "Who repaired the items?", None),
        ("plots.csv", "Which plots have a greenhouse?", None),
        ("samples.csv", "How many days were there without caffeine in March?", None),
        ("stock.csv", "How much did we spend in the second quarter?", None),
        ("staff.csv", "How many invoices were paid in April?", None),
        ("invoices.csv", "How many invoices were there in May?", None),
        ("haushalt.csv", "Gesamtausgaben im letzten Quartal", None),
    ],
)  # fmt: skip
def test_question_is_computed_as_it_is_meant_or_left_alone(
    file: str, question: str, wanted: object, read: Callable[[str], ReadTable], sparse: SparseEmbedder
) -> None:
    assert found(plan_of(question, read(file), sparse), read(file)) == wanted


@pytest.mark.parametrize(
    ("file", "question", "wanted"),
    [
        # "Insurance" is what the rows are about, and a column's name as well.
        ("insurance.csv", "When does the travel insurance end?", ["Ends"]),
        ("insurance.csv", "Who insures the bicycle?", ["Insurer"]),
        ("insurance.csv", "When does it end and who insures the bicycle?", ["Ends", "Insurer"]),
        ("insurance.csv", "How much is the bicycle insurance?", None),
        ("versicherungen.csv", "Wann ist das Ende beim Versicherer für das Fahrrad?", ["Ende"]),
    ],
)  # fmt: skip
def test_when_is_answered_by_days_and_how_much_by_numbers_alone(
    file: str, question: str, wanted: list[str] | None, read: Callable[[str], ReadTable], sparse: SparseEmbedder
) -> None:
    table = read(file)
    plan = plan_of(question, table, sparse)
    assert (plan and [table.stored.columns[place] for place in plan.select]) == wanted
