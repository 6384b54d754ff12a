"""Spans of an amount: years of service, ages, weights."""

import pytest

from qa.text.covering import amount_asked, covers
from qa.text.names import Name
from qa.text.values import Values


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("what is the notice after 10 years?", "Years 0-3: 4 weeks", False),
        ("what is the notice after 5 years?", "Years of service: Years 4-9; Notice: 8 weeks", True),
        ("holiday after 12 years", "Years 10 and more: 28 days", True),
        ("holiday after 12 years", "From year 10: 28 days", True),
        ("what notice in year 2", "Years 0 to 3: 4 weeks", True),
        ("what does a parcel of 10 kg cost", "over 10 kg: 16.90", False),
        ("what does a parcel of 10 kg cost", "5 to 10 kg: 9.90", True),
        ("parcel of 2 kg", "under 2 kg: 4.90", False),
        ("is it fit for a 4-year-old", "Ages 2-5 years", True),
        ("Was zahlt ein Kind mit 8 Jahren?", "Kinder von 6 bis 14 Jahren 4 Euro", True),
        ("Was zahlt ein Kind mit 15 Jahren?", "ab 15 Jahren 8 Euro", True),
        ("Wie viele Tage Urlaub nach 3 Jahren?", "mehr als 3 Jahre: 27 Tage", False),
        ("Was kostet ein Paket mit 1,5 kg?", "bis zu 2 kg 4,90 €", True),
        ("Wie viel Urlaub nach 5 Jahren?", "Nach 5 Jahren: 30 Tage", True),
        # Of the same unit nothing is a span.
        ("what is the notice after 5 years?", "After 3 or more warnings it ends.", None),
        ("what is the notice after 10 years?", "The pump lasts 3 years.", None),
        ("what is the notice after 10 years?", "Notice: 4-6 weeks", None),
    ],
)
def test_span_holds_an_amount_or_not(question: str, text: str, held: bool | None) -> None:
    amount = amount_asked(question)
    assert amount is not None
    assert covers(*amount, text) is held


@pytest.mark.parametrize(
    "question",
    [
        "how many years of notice",
        "between 3 years and 5 years",
        "what is in section 4",
        "version 3.2 of the plan",
        "what does a parcel over 10 kg cost",
        "do children under 12 years pay",
    ],
)
def test_no_amount_or_several_ask_for_no_span(question: str) -> None:
    assert amount_asked(question) is None


def test_numbered_year_stands_in_its_span() -> None:
    assert Name("year 2", "numbered").stands_in(Values("Years 0-3: 4 weeks"))
    assert not Name("year 5", "numbered").stands_in(Values("Years 0-3: 4 weeks"))
    # Another span of days names no day.
    assert not Name("day 3", "numbered").stands_in(Values("Day 1: £40, cancel within 7 days"))
