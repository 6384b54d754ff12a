"""Numbers in digits and sums of money, read alike by tables, questions and the check of answers."""

import re
from decimal import Decimal

import pytest

from qa.answering.checking.values import parsed
from qa.tables.values import read_column, read_number
from qa.text import money
from qa.text.amounts import FORMS
from qa.text.names import names_in
from qa.text.numbered_parts import spans
from qa.text.numerals import read, readings
from qa.text.values import Values


@pytest.mark.parametrize(
    ("digits", "point", "comma"),
    [
        ("1,250.50", "1250.50", None),
        ("1.250,50", None, "1250.50"),
        ("1,250", "1250", "1.250"),
        ("1.250", "1.250", "1250"),
        ("1.234.567", "1234567", "1234567"),
        ("1 234 567,8", None, "1234567.8"),
        ("12’345.6", "12345.6", None),
        ("0.125", "0.125", None),
        ("0,125", None, "0.125"),
        ("12.34.5", None, None),
        ("1,23,456", None, None),
        ("1'234 567", None, None),
        ("2024", "2024", "2024"),
        ("5.", None, None),
        ("7:30", None, None),
    ],
)
def test_digits_are_read_by_their_marks(digits: str, point: str | None, comma: str | None) -> None:
    expected = [Decimal(value) if value else None for value in (point, comma)]
    assert [read(digits), read(digits, comma=True)] == expected
    assert readings(digits) == {value for value in expected if value is not None}


def test_language_decides_where_a_number_may_be_two() -> None:
    """The check took every "3.142" for three thousand, and every "0.125" for a hundred and twenty-five."""
    assert (parsed("3.142", "en"), parsed("3.142", "de")) == (3.142, 3142.0)
    assert (parsed("3,142", "en"), parsed("3,142", "de")) == (3142.0, 3.142)
    assert parsed("0.125", "en") == parsed("0,125", "de") == parsed("0.125", "de") == 0.125
    assert parsed("1.250", "en", money=True) == parsed("1,250", "de", money=True) == 1250.0
    assert parsed("3.1.2", "en") is None


def test_no_group_of_thousands_begins_with_zero() -> None:
    assert Values("a tolerance of 0.125 mm").holds_number("0,125")
    assert not Values("a tolerance of 0.125 mm").holds_number("125")
    assert read_number("0.125 mm", comma=True) is None


def test_every_currency_is_one_unit_however_it_is_written() -> None:
    assert [read_number(text) for text in ("$5", "5 USD", "5 dollars")] == [(Decimal(5), "USD")] * 3
    assert read_number("₹ 12") == (Decimal(12), "INR")
    assert read_number("3 pounds") == (Decimal(3), "pounds")
    assert read_column(["€ 1.250,00", "830 EUR", "12 euros"]).unit == "EUR"


@pytest.mark.parametrize("text", ["CHF 500", "500 Franken", "12 yen", "£3.50", "20 SEK", "5 pence", "US$ 7 million"])
def test_sums_of_money_are_found(text: str) -> None:
    assert (found := FORMS["money"].search(text)) is not None
    assert found[0] == text


def test_seconds_are_not_swedish() -> None:
    assert FORMS["money"].search("30 sek") is None
    assert re.fullmatch(money.CODE, "sek", re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("question", "held", "lacked"),
    [
        ("When did World War II end?", "World War Two ended", "World War I ended"),
        ("When did World War 2 end?", "the Second World War ended", "World War III ended"),
        ("How many wives did Henry VIII have?", "Henry the Eighth had six", "Henry VII had one"),
        ("Wann starb Ludwig der Vierzehnte?", "Ludwig XIV. starb", "Ludwig XV. starb"),
    ],
)
def test_name_with_a_roman_numeral_is_one_name(question: str, held: str, lacked: str) -> None:
    """Else 1945 answers when the First World War ended, and the second is not found."""
    [name] = names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    assert name.stands_in(Values(held))
    assert not name.stands_in(Values(lacked))


@pytest.mark.parametrize("question", ["Should Will I go?", "What did Malcolm X say?", "What is Plan C for?"])
def test_lone_letter_is_no_numeral(question: str) -> None:
    found = names_in(question, capitals=True, terms_of=lambda _word: [], known=None)
    assert all(name.kind == "name" for name in found)


STATUTES = (
    "# Statutes\n\n## Article III\n\nThe fee falls due in January.\n\n## Article IV\n\nBoats are for members. "
    "Article 5 decides.\n\n### Guests\n\nGuests row with a member.\n\n## Article V\n\nThe board meets monthly."
)


@pytest.mark.parametrize(
    ("question", "text", "heading", "part"),
    [
        ("What does Article 4 say?", STATUTES, "", "## Article IV… with a member.\n\n"),
        ("Article 4", STATUTES, "", "## Article IV… with a member.\n\n"),
        ("Was steht in Artikel 5?", STATUTES, "", "## Article V… meets monthly."),
        (
            "What does Article 5 say?",
            "The board.\nIt meets.\nArticle 6\nEnd.",
            "Statutes › Article V",
            "The b…meets.\n",
        ),
        ("What does Article 7 say?", STATUTES, "", ""),
        ("What does Section 2 say?", "Section 1 Fees\nnone\nSection 2 Boats\nmany", "", "Section 2 …\nmany"),
    ],
)
def test_part_of_a_text_begins_at_its_number_and_ends_at_the_next(
    question: str, text: str, heading: str, part: str
) -> None:
    (name,) = names_in(question, capitals=True, terms_of=lambda _: [], known=None)
    assert name.is_part
    found = [text[start:end] for start, end in spans(name, text, heading)]
    begin, _, end = part.partition("…")
    assert bool(found) is bool(part)
    assert all(one.startswith(begin) and one.endswith(end) for one in found)
