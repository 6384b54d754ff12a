"""Which of several cells holds more, by one number of the unit that is asked about."""

import pytest

from qa.answering.routes.side_by_side.verdict import quantities, verdict
from qa.answering.saying.phrases import ENGLISH


@pytest.mark.parametrize(
    ("subject", "one", "other", "said"),
    [
        (
            "length",
            "a catamaran of 27.2 m, 26 knots",
            "19.8 m long, 22 knots",
            "A has more: 27.2 m against 19.8 m of B.",
        ),
        (
            "speed",
            "a catamaran of 27.2 m, 26 knots",
            "19.8 m long, 22 knots",
            "A has more: 26 knots against 22 knots of B.",
        ),
        (
            "rent",
            "The rent is 1,240 euros.",
            "Die Miete beträgt 980 Euro.",
            "A has more: 1,240 euros against 980 Euro of B.",
        ),
        ("notice", "three months", "sechs Monate", "B has more: sechs Monate against three months of A."),
        ("rent", "£1.2 million", "£980,000", "A has more: £1.2 million against £980,000 of B."),
        ("rent", "980 euros", "980 Euro", "All of them say the same: 980 euros."),
        # Two numbers of the unit, none of it, or another one.
        ("wave limit", "1.75 m by day, 1.25 m at night", "1.60 m", ""),
        ("rent", "The rent is 980 euros.", "The rent is paid on the third.", ""),
        ("rent", "The rent is 980 euros.", "The rent is $980.", ""),
        ("year built", "Built in 2018.", "Built in 2015.", ""),
    ],
)
def test_a_verdict_needs_one_number_of_one_unit(subject: str, one: str, other: str, said: str) -> None:
    assert verdict(subject, [("A", one), ("B", other)], ENGLISH) == said


def test_of_several_the_most_and_the_least_are_named() -> None:
    cells = [("A", "1.75 m"), ("B", "1.60 m"), ("C", "2.50 m")]
    assert verdict("wave height", cells, ENGLISH) == "The most has C with 2.50 m, the least B with 1.60 m."


@pytest.mark.parametrize(("text", "value"), [("1.240 Euro", 1240), ("1.460,50 Euro", 1460.5), ("31,500 pounds", 31500)])
def test_numbers_are_read_as_both_languages_write_them(text: str, value: float) -> None:
    assert [found.value for found in quantities(text)] == [value]
