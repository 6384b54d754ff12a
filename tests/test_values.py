import pytest

from qa.text.names import names_in, small_name
from qa.text.values import Values, days
from qa.text.year_spans import holds_years


def names(query: str) -> list[tuple[str, str]]:
    return [(name.text, name.kind) for name in names_in(query, capitals=True, terms_of=lambda _word: [], known=None)]


@pytest.mark.parametrize(
    ("text", "number", "same"),
    [
        ("a rent of 2,450 EUR", "2450", True),
        ("a rent of 2,450 EUR", "2.450", True),
        ("eine Miete von 2.450 EUR", "2450", True),
        ("2450", "2,450", True),
        ("hours_stopped: 1248.0", "1248", True),
        ("1248", "1,248", True),
        ("12 450", "12450", True),
        ("column 12 450", "450", True),
        ("3.5", "3,5", True),
        ("31204", "1204", False),
        ("1204.5", "1204", False),
        ("2,460", "2450", False),
        ("2.4501", "2450", False),
    ],
)
def test_numbers_are_compared_by_value(text: str, number: str, same: bool) -> None:
    assert Values(text).holds_number(number) is same


@pytest.mark.parametrize(
    ("text", "asked", "same"),
    [
        ("Joined: 2015-09-15", "15 September 2015", True),
        ("Joined: 2015-09-15", "September 2015", True),
        ("21 January 2025", "21.01.2025", True),
        ("January 21st, 2025", "2025-01-21", True),
        ("am 21. Januar 2025", "21 January 2025", True),
        ("15 September. It was 2015.", "15 September 2015", True),
        ("commissioned: 2019-03-20T00:00:00", "20 March 2019", True),
        ("1.4.25", "1 April 2025", True),
        ("03/04/2025", "3 April 2025", True),
        ("03/04/2025", "March 4, 2025", True),
        ("Joined: 2015-09-15", "16 September 2015", False),
        ("Joined: 2015-09-15", "October 2015", False),
        ("15 September 2016", "15 September 2015", False),
        ("You may 15 times", "15 May 2015", False),
    ],
)
def test_days_are_compared_by_value(text: str, asked: str, same: bool) -> None:
    assert any(Values(text).holds_day(day) for _, day in days(asked)) is same


@pytest.mark.parametrize(
    ("text", "code", "same"),
    [
        ("serial no NV8-0102.", "NV80102", True),
        ("IBAN DE44 2004 1133 0897 1234 00", "DE44200411330897123400", True),
        ("DE44200411330897123400", "DE44 2004 1133 0897 1234 00", True),
        ("+49 170 5551003", "0170 5551003", True),
        ("+49 (0)40 5550-1234", "+494055501234", True),
        # From abroad the nought in brackets is not dialled.
        ("+49 170 5552004", "0049 (0)170 555-2004", True),
        ("0170 5552004", "0049 (0)170 555-2004", True),
        ("+43 170 5553004", "0049 (0)170 555-2004", False),
        ("The motor has 2.2 kW.", "2.2kW", True),
        ("the third quarter of 2024", "Q3", True),
        ("im dritten Quartal", "Q3", True),
        ("B 12", "B12", True),
        ("COVID19", "COVID-19", True),
        ("the motor has 2.25 kW", "2.2kW", False),
        ("turb 1234", "B12", False),
        ("B123", "B12", False),
        ("AB12", "B12", False),
        ("the second quarter", "Q3", False),
        ("+49 170 5551004", "0170 5551003", False),
    ],
)
def test_codes_are_compared_without_their_punctuation(text: str, code: str, same: bool) -> None:
    assert Values(text).holds_code(code) is same


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("What is the rent in Mill Lane 14?", [("Mill Lane 14", "numbered")]),
        ("Who joined on 15 September 2015?", [("15 September 2015", "day")]),
        ("Wer hat die Nummer 0170 5551003?", [("Nummer", "name"), ("0170 5551003", "code")]),
        ("Which lease has a rent of 2,450 euros?", [("2,450", "number")]),
        ("What about Norrvik NV-8.0-167?", [("Norrvik", "name"), ("NV-8.0-167", "code")]),
        ("What happened in May 2015?", [("May 2015", "day")]),
        ("What may happen in 2015?", [("2015", "number")]),
        ("Does it last 14 days?", []),
        ("What did Harbour pay for Row 14 kg?", [("Harbour", "name"), ("Row", "name")]),
    ],
)
def test_what_a_question_names_is_told_by_its_kind(query: str, found: list[tuple[str, str]]) -> None:
    assert names(query) == found


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Lease agreement: Mill Lane 14", True),
        ("14 Mill Lane", True),
        ("Street: Mill Lane; No: 14", True),
        ("Lease agreement: Mill Lane 12", False),
        ("Mill Lane 140", False),
        ("Mill Lane 12 has 14 rooms", False),
    ],
)
def test_number_of_a_name_must_stand_beside_it(text: str, stands: bool) -> None:
    [name] = names_in("What is the rent in Mill Lane 14?", capitals=True, terms_of=lambda _word: [], known=None)
    assert name.stands_in(Values(text)) is stands


@pytest.mark.parametrize("file", ["note-042.txt", "annual-2024.pdf", "2025-05-12.md"])
def test_name_of_a_file_need_not_stand_in_its_text(file: str) -> None:
    assert not names_in(f"What is in {file}?", capitals=True, terms_of=lambda _: [], known=None)


@pytest.mark.parametrize("question", ["¿Cuánto cuesta el alquiler?", "¡Quién lo firmó! ¿Cuándo?"])
def test_word_behind_a_turned_mark_is_no_name(question: str) -> None:
    assert not names_in(question, capitals=True, terms_of=lambda _: [], known=None)


@pytest.mark.parametrize(
    ("years", "text", "stands"),
    [
        ("2001-02", "its identity of 2001–02", True),
        ("2001-02", "its identity of 2001/2002", True),
        ("2001-02", "in February 2001", True),
        ("2000-2005", "từ 2000 đến 2005 (22.392 km)", True),
        ("2000–2005", "between the years 2000 and 2005", True),
        ("2000-2005", "from 2000 to 2004", False),
        ("1999-00", "the season of 1999/2000", True),
        ("1899-1902", "the war of 1899–1902", True),
    ],
)
def test_span_of_years_is_the_same_in_any_spelling(years: str, text: str, stands: bool) -> None:
    [name] = names_in(f"how fast was it in {years}?", capitals=False, terms_of=lambda _: [], known=None)
    assert name.text == years
    assert holds_years(Values(text).folded, years) or name.stands_in(Values(text)) or not stands
    assert holds_years(text, years) is (stands and "February" not in text)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("best time to visit sydney?", "sydney"),
        ("wer ist bürgermeister von kiel", "kiel"),
        ("who is the owner of the boat", ""),
        ("rent in february", ""),
    ],
)
def test_name_may_be_typed_in_small_letters(question: str, name: str) -> None:
    assert small_name(question) == name
