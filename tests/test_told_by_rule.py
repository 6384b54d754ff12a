"""Questions that a rule answers: what changed, what held then, who was there and how many, how big something is."""

import pytest
from test_asked_thing import paper, query_of

from qa.answering.by_rule.listed_people import listed
from qa.answering.by_rule.told_by_rule import told_by_rule
from qa.text.short_answers import short_answers
from qa.text.size_words import says_size, size_asked
from qa.text.wanted import wanted
from qa.types import Hit

HITS = [
    paper(
        "TENANCY\nFlat 2, 9 Quay Street\nThe tenancy begins on 1 June 2022.\nThe rent is £940 a month.", title="Tenancy"
    ),
    paper(
        "Flat 2, 9 Quay Street\n\nI am raising the rent from £940 to £985 a month. "
        "The new rent is due from 1 April 2024. The deposit stays.",
        title="Letter",
        date="2024-02-12",
    ),
    paper('Your standing order "Rent" is now £985. It is carried out on the first of each month.', title="Bank"),
    paper("Mietvertrag Atelier\nDie Miete beträgt 420,00 € im Monat.", title="Atelier", language="de"),
    paper(
        "Die Miete für das Atelier steigt zum 1. Februar 2025 von 420,00 € auf 455,00 € im Monat.",
        title="Atelier",
        language="de",
    ),
    paper("Your week at Heron Cottage is changed: you come on 19 July 2025.", title="Cottage"),
    paper(
        "Present: Nadia Farouk (chair), Owen Tull,\nPriya Menon and Sam Kettle\nApologies: Beth Arden\n"
        "1. The roof leaks.",
        title="Meeting of 16 January 2025",
        date="2025-01-16",
    ),
    paper(
        "Present: Beth Arden, Sam Kettle\nApologies: Owen Tull, Priya Menon\n1. The oars came.",
        title="Meeting of 20 February 2025",
        date="2025-02-20",
    ),
    paper("Anwesend: Ute Jessen, Mehmet Kaya, Clemens Rauh", title="Sitzung im Mai", language="de"),
]


@pytest.mark.parametrize(
    ("question", "language", "first", "direct"),
    [
        ("What changed in the rent?", "en", "I am raising the rent from £940 to £985", ""),
        ("How did the rent of flat 2 change?", "en", "I am raising the rent from £940 to £985", ""),
        ("By how much did the rent go up?", "en", "I am raising the rent", ""),
        ("Wie hat sich die Miete für das Atelier geändert?", "de", "Die Miete für das Atelier steigt", ""),
        ("What changed about the week at Heron Cottage?", "en", "Your week at Heron Cottage is changed", ""),
        ("What was the rent in 2023?", "en", "The rent is £940", "£940"),
        ("What was the rent in March 2024?", "en", "The rent is £940", "£940"),
        ("How much was the rent in June 2024?", "en", "I am raising", "£985"),
        ("What was the rent in 2025?", "en", "I am raising", "£985"),
        ("Wie hoch war die Miete für das Atelier 2024?", "de", "Die Miete beträgt", "420,00 €"),
        ("How many people were at the meeting in January?", "en", "Present: Nadia", "4"),
        ("how many came to the meeting in February", "en", "Present: Beth", "2"),
        ("How many people were at the last meeting?", "en", "Present: Beth", "2"),
        ("Who was missing in February?", "en", "Apologies: Owen", ""),
        ("Wie viele Leute waren bei der Sitzung im Mai?", "de", "Anwesend: Ute", "3"),
    ],
)
def test_rule_knows_which_sentence_answers(question: str, language: str, first: str, direct: str) -> None:
    told = told_by_rule(query_of(question, language), HITS, "english")
    assert told is not None
    assert told.quotes[0].text.startswith(first)
    found = told.direct()
    assert (found.text if found else "") == direct


@pytest.mark.parametrize(
    "question",
    [
        # Nothing held before it began, and nobody says what changed in the deposit or the fee.
        "What was the rent in 2019?",
        "What changed in the fee?",
        "What does it rise to the year after?",
        "How did the deposit of the boat change?",
        "How many people were at the party?",
        "Who was missing in March?",
        "When was the rent paid in 2023, and what changed?",
        # A meeting says how many came to it, and not how many there are.
        "How many members are in the club?",
        "How many owners are there?",
        # Neither how somebody changes a thing, nor why, nor what it does, is a change.
        "How do I change the rent?",
        "How can the landlord raise the rent?",
        "Why did the rent rise?",
        "What does a rising rent do?",
        "What is the lower limit of the rent?",
        "What is the difference between the rent and the deposit?",
    ],
)
def test_nothing_is_told_where_no_paper_says_it(question: str) -> None:
    assert told_by_rule(query_of(question), HITS, "english") is None


REPORT = paper(
    "In 2022 revenue rose from £4.1 million to £5.2 million. The fan lowers the noise by 5 dB.",
    title="Annual report 2022",
    date="2023-03-01",
)
CHARGES = paper(
    "The rent rises from £940 to £985 from 1 April 2024. The service charge rises from £40 to £55 from 1 May 2024.",
    title="Rent letter",
    date="2024-02-12",
)
PARTS = [
    paper("Present: Ann Lee, chair, Bo Ray, treasurer", title="Meeting"),
    paper("Present: all of us", title="Party"),
]


@pytest.mark.parametrize(
    ("question", "hit", "direct"),
    [
        # A report is written after the year of which it speaks.
        ("What was the revenue in 2022?", REPORT, ""),
        ("How much was the rent in June 2024?", CHARGES, "£985"),
        ("How much was the service charge in June 2024?", CHARGES, "£55"),
        ("How many people were at the meeting?", PARTS[0], ""),
        ("How many people were at the party?", PARTS[1], ""),
    ],
)
def test_few_words_are_those_of_what_is_asked(question: str, hit: Hit, direct: str) -> None:
    told = told_by_rule(query_of(question), [hit], "english")
    found = told.direct() if told else None
    assert (found.text if found else "") == direct


BANK = paper(
    "The central bank raised the interest rate from 4.75 % to 5 % from 22 June 2023. A committee of nine sets it.",
    title="Morning news",
)
ROAD = paper(
    "The speed limit was reduced from 50 km/h to 30 km/h from 1 March 2020. "
    "The fine for speeding was raised from £60 to £100 from 1 March 2020.",
    title="Road",
)
TICKETS = [
    paper("The ticket price rises from £3 to £3.50 from 1 January 2023.", title="Bus"),
    paper("The ticket price rises from £5 to £6 from 1 January 2021.", title="Ferry"),
]
COOK = paper("The salary of the cook rose from £28,000 to £30,000 from 1 May 2022.", title="Kitchen")
MINIMUM_WAGE = paper("Der Mindestlohn steigt von 12 € auf 12,41 € ab 1. Januar 2024.", title="Lohn", language="de")


@pytest.mark.parametrize(
    ("question", "hits", "direct", "is_sure"),
    [
        ("What was the interest rate in 2024?", [BANK], "5 %", True),
        # It changed within the year, and nobody says since when it had been so.
        ("What was the interest rate in 2023?", [BANK], "", True),
        ("What was the interest rate in 2022?", [BANK], "", True),
        ("What was the interest rate in 1990?", [BANK], "", False),
        ("What will the interest rate be in 2040?", [BANK], "", False),
        ("Wie hoch war der Mindestlohn 2015?", [MINIMUM_WAGE], "", False),
        # The one has no more to do with the other than its name.
        ("What was the ticket price in 2022?", TICKETS, "", False),
        ("What was the bus ticket price in 2022?", TICKETS, "", True),
        ("How did the speed limit change?", [ROAD], "", False),
    ],
)
def test_value_of_then_stands_in_front_where_no_other_can_have_held(
    question: str, hits: list[Hit], direct: str, is_sure: bool
) -> None:
    told = told_by_rule(query_of(question, "de" if question.startswith("Wie") else "en"), hits, "english")
    assert told is not None
    found = told.direct()
    assert (found.text if found else "") == direct
    assert told.is_sure == is_sure
    assert all("fine" not in quote.text for quote in told.quotes)


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("What changes when the interest rate rises?", BANK),
        ("Was ändert sich, wenn der Mindestlohn steigt?", MINIMUM_WAGE),
        # Neither what somebody did in a year, nor why, nor who: the value of that year answers none of them.
        ("What did the cook do in 2023?", COOK),
        ("Why was the interest rate raised in 2023?", BANK),
        ("Which committee sets the interest rate in 2024?", BANK),
        # The fine is no limit.
        ("What was the speed limit in 2019?", ROAD),
    ],
)
def test_value_of_then_answers_no_other_question(question: str, hit: Hit) -> None:
    assert told_by_rule(query_of(question), [hit], "english") is None


def test_change_of_another_thing_in_the_same_letter_is_none() -> None:
    told = told_by_rule(query_of("What changed in the rent?"), [CHARGES], "english")
    assert told is not None
    assert [quote.text for quote in told.quotes] == ["The rent rises from £940 to £985 from 1 April 2024."]


LISTS = [
    paper("Present: fever, cough, headache\nThere were 12 patients in the ward.", title="Case report of the ward"),
    paper("Participants: Client, Server, Cache\nThe client asks.", title="Login flow of the server"),
    paper("Treaty of Lund\nPresent: the King, Count Horn and Bishop Sten", title="Treaty of Lund"),
    paper("Choir\nPresent: Ann Lee, Bo Ray\nThe choir met at the school.", title="Meeting of the choir"),
    paper("Anwesend: Ute, Jan und 4 Gäste", title="Sitzung", language="de"),
    paper("Yard\nPresent: Ann Lee, Chair, Bo Ray, Treasurer", title="Meeting of the yard"),
    paper("Hof\nAnwesend: Familie Wolter, Dr. Aumann", title="Treffen im Hof", language="de"),
    paper("In attendance: the vicar, two churchwardens and 31 others", title="Meeting of the parish"),
    paper("attic\npresent: ann, bo, cy", title="attic meeting"),
]


@pytest.mark.parametrize(
    "question",
    [
        "How many patients were in the ward?",
        "Who was present in the ward?",
        "How many soldiers were at the treaty of Lund?",
        "Who is on the server?",
        "How many clients are at the server?",
        # Count Horn is in the list, and no count that anybody came to.
        "How many people came to the count?",
        # Who is in a choir, or at a school, is not who came one evening.
        "Who is in the choir?",
        "Who was in the choir?",
        "How many people were in the choir?",
        "How many people were at the school?",
    ],
)
def test_list_of_who_was_present_answers_nothing_else(question: str) -> None:
    assert told_by_rule(query_of(question), LISTS, "english") is None


@pytest.mark.parametrize(
    ("question", "language", "first", "direct"),
    [
        ("Who was at the treaty of Lund?", "en", "Present: the King", ""),
        ("Who was at the meeting of the parish?", "en", "In attendance: the vicar", ""),
        ("Who was at the meeting of the choir?", "en", "Present: Ann Lee, Bo Ray", ""),
        # A number that a list leaves open stands nowhere; and another paper's list is none of this meeting.
        ("Wie viele waren bei der Sitzung?", "de", "Anwesend: Ute", ""),
        ("How many people were at the meeting of the yard?", "en", "Present: Ann Lee, Chair", ""),
        ("Wie viele Leute waren beim Treffen im Hof?", "de", "Anwesend: Familie", ""),
        ("how many people were at the attic meeting", "en", "present: ann", "3"),
    ],
)
def test_list_of_who_was_present_is_found_and_counted(question: str, language: str, first: str, direct: str) -> None:
    told = told_by_rule(query_of(question, language), LISTS, "english")
    assert told is not None
    assert [quote.text[: len(first)] for quote in told.quotes] == [first]
    found = told.direct()
    assert (found.text if found else "") == direct


def test_number_in_front_of_a_list_marks_the_list() -> None:
    told = told_by_rule(query_of("How many people were at the meeting in January?"), HITS, "english")
    assert told is not None
    found = told.direct()
    assert found is not None
    assert told.quotes[0].text[found.start : found.end].endswith("Priya Menon and Sam Kettle")


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("Present: Ann Lee (chair, minutes), Bo and Cy", 3),
        ("Anwesend: Familie Wolter, Dr. Aumann", 2),
        ("Present: 14 members of 20", 0),
        ("Present: Smith, John; Doe, Jane", 2),
        ("Present: Ann Lee, Bo Ray, and Cy Poe", 3),
        ("Present at the meeting were many", 0),
    ],
)
def test_list_is_counted_by_its_items(line: str, count: int) -> None:
    assert len(listed(line)) == count


@pytest.mark.parametrize(
    ("question", "said", "other"),
    [
        ("How big is the flat?", "Two rooms, 62 square metres in all.", "The cellar room measures 3 m by 2.5 m."),
        ("wie groß ist das Atelier", "Die Fläche beträgt 38 m².", "Die Miete beträgt 420 €."),
        ("How heavy is the washer?", "Weight: 71 kg", "Width: 60 cm"),
        ("Wie schwer ist das Rad?", "34 kg ohne Akku", "34 Zoll"),
        ("how tall is it", "Height: 1.78 m", "Weight: 12 kg"),
        ("How cold must the freezer be?", "Keep it at -18 °C.", "Keep it dry for 18 hours."),
        ("How loud is it?", "Noise: 74 dB", "Spin speed: 1,400 rpm"),
        ("How fast may I go?", "Top speed: 60 miles per hour", "60 miles from Leeds"),
        ("Wie weit kommt das Rad?", "Reichweite etwa 60 km", "bis 25 km/h"),
        ("how old is the trailer", "Built in 2011.", "Serviced in 2021."),
        ("How large is the team?", "The team of six people answers within two days.", "The team has 120 m²."),
        ("Wie groß ist der Chor?", "Es singen 24 Mitglieder.", "Der Chor hat 3 Räume auf 90 m²."),
        ("welchen Druck brauchen die Reifen", "vorn 3,0 bar", "vorn 30 mm"),
    ],
)
def test_size_is_said_by_a_number_in_its_unit(question: str, said: str, other: str) -> None:
    assert size_asked(question)
    assert says_size(question, said)
    assert not says_size(question, other)


@pytest.mark.parametrize(
    "question",
    [
        *("How big is the deductible?", "wie groß ist die Kaution", "Who is big in wind?", "How big is the risk?"),
        *("Wie hoch ist die Inflation?", "How hot is the market?", "How strong is the password?"),
    ],
)
def test_how_big_a_sum_is_asks_for_no_size(question: str) -> None:
    assert not size_asked(question)


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How large is the team?", "The team of 12 people has 120 m² and 3 rooms.", "12 people"),
        ("How large a sample do we need?", "We asked 300 adults within 14 days.", "300 adults"),
        ("Wie groß ist die Belegschaft?", "Es sind 40 Beschäftigte auf 900 m².", "40 Beschäftigte"),
        ("Wie hoch ist die Inflation?", "Seit 3 Monaten liegt sie bei 2,3 %.", "2,3 %"),
        ("How high is the interest rate?", "It is 4.5 % for 10 years.", "4.5 %"),
        ("Wie hoch waren die Umsätze?", "Auf 40 m² waren es 300 EUR.", "300 EUR"),
        ("How big is the risk of default?", "Within 120 m² it is 3 m high.", None),
        ("How hot is the market?", "It was 30 °C.", None),
        ("How strong is the password?", "It takes 3 kW.", None),
        ("How far is the project along?", "The road is 3 km long.", None),
    ],
)
def test_how_large_a_group_or_a_risk_is_no_unit_says(question: str, sentence: str, answer: str | None) -> None:
    want = wanted(question)

    assert (want and [sentence[slice(*span)] for span in short_answers(want, sentence)]) == (answer and [answer])


@pytest.mark.parametrize(
    "question",
    [
        "How big is the company car?",
        "How large is the family home?",
        "How far is the company from here?",
        "How far along the coast is the hut?",
        "Wie weit kommt man mit dem Rad?",
        "Wie hoch ist der Zaun der Firma?",
        "Wie hoch ist die Brüstung?",
        "How old is the company?",
        "How hot is the steam?",
        "How heavy is the crate?",
    ],
)
def test_what_a_group_has_is_of_a_size(question: str) -> None:
    assert size_asked(question)
