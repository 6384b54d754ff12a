"""Thousands and millions beside a number: "TEUR 500", "2,5 Mio. EUR", "k€", "5k"; read alike wherever amounts are."""

from decimal import Decimal

import pytest

from qa.answering.checking.reading import read
from qa.answering.checking.verify import reading
from qa.answering.routes.side_by_side.verdict import quantities
from qa.answering.routes.stated.limits import limited
from qa.answering.routes.stated.stated import stated_in
from qa.tables.values import read_column, read_number
from qa.text.amounts import FORMS
from qa.text.measured import measured
from qa.text.terms import BM25
from qa.text.words import SparseEmbedder
from qa.types import Chunk

_READER = SparseEmbedder(BM25, language="auto", average_terms=100)
_SUMS = [
    ("TEUR 500", 500_000, "EUR"),
    ("500 TEUR", 500_000, "EUR"),
    ("500 T€", 500_000, "EUR"),
    ("kEUR 500", 500_000, "EUR"),
    ("12 k€", 12_000, "EUR"),
    ("EUR 12k", 12_000, "EUR"),
    ("$5k", 5_000, "USD"),
    ("5k euros", 5_000, "EUR"),
    ("350 Tsd. €", 350_000, "EUR"),
    ("2,5 Mio. EUR", 2_500_000, "EUR"),
    ("EUR 2,5 Mio.", 2_500_000, "EUR"),
    ("Mio. EUR 2,5", 2_500_000, "EUR"),
    ("MEUR 3", 3_000_000, "EUR"),
    ("3 Mrd. €", 3_000_000_000, "EUR"),
    ("USD 45m", 45_000_000, "USD"),
]


@pytest.mark.parametrize(("text", "value", "code"), _SUMS)
def test_measured_and_form(text: str, value: int, code: str) -> None:
    """A sum is multiplied in limits and totals, and a short answer takes all of it."""
    found = [(each.value, each.unit) for each in measured(f"Es sind {text}.")]
    assert found == [(Decimal(value), code)]
    assert FORMS["money"].search(f"Es sind {text}")[0].rstrip(".") == text.rstrip(".")  # type: ignore[index]


@pytest.mark.parametrize(("text", "value", "code"), _SUMS)
def test_check(text: str, value: int, code: str) -> None:
    """The check of an answer reads the same amount in a passage."""
    amounts = [token.amount for token in read(f"Es sind {text}.", reading(_READER, "de")) if token.amount]
    assert [(each.number, each.unit) for each in amounts] == [(value, {"EUR": "€", "USD": "$"}[code])]


@pytest.mark.parametrize(("text", "value", "code"), _SUMS)
def test_cell(text: str, value: int, code: str) -> None:
    """A cell of a table says it as well, and is written without an exponent."""
    number = read_number(text, comma="," in text)
    if text.startswith(("Mio.", "5k")) or number is None:
        number = read_number(text, comma=True)
    assert number == (Decimal(value), code)
    assert "E" not in str(number[0])


def test_columns() -> None:
    """Cells in thousands add up with others; the unit of a column in thousands stands with its sum."""
    assert read_column(["TEUR 5", "EUR 700"], "de").numbers == (Decimal(5000), Decimal(700))
    assert read_column(["5k", "1.5k"], "en").numbers == (Decimal(5000), Decimal("1500.0"))
    assert read_column(["500", "250"], "de", "Umsatz (in TEUR)").unit == "TEUR"
    assert read_column(["5 m", "7 m"], "en").unit == "m"
    assert read_column(["300 K", "200 K"], "en").numbers == (Decimal(300), Decimal(200))


def test_no_scale() -> None:
    """Metres, kelvins and other words behind a number multiply nothing."""
    for text, value in (("50 m", 50), ("300 K", 300), ("EUR 45 minus 3", 45), ("5 km", 5), ("12 kg", 12)):
        assert next(iter(measured(text))).value == value


def test_verdict() -> None:
    """What is compared is compared by all of it."""
    found = quantities("350 Tsd. €, $5k and 3 Mio. euros; it is 5 m long")
    assert [each.value for each in found] == [350_000, 5_000, 3_000_000, 5]


def test_limits() -> None:
    """A limit that a question names is read so."""
    for text in ("invoices over 5k euros", "invoices over TEUR 5", "invoices over EUR 5k"):
        found = limited(text)
        assert found
        assert (found[0].at_least, found[0].currency) == (Decimal(5000), "EUR")


def test_total() -> None:
    """So is what a paper comes to."""
    for line, value in (
        ("Total: TEUR 500", 500_000),
        ("Gesamtbetrag: 2,5 Mio. EUR", 2_500_000),
        ("Summe 12 k€", 12_000),
    ):
        chunk = Chunk("", "", "", 0, "", "", "", 0, 0, len(line), line, metadata={"language": "de"})
        found = stated_in("sum", [chunk], language="de")
        assert found
        assert found.value == value
