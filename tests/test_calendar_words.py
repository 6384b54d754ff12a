"""The names of months and weekdays, and that every reader of dates knows the same ones."""

import re
from datetime import date
from pathlib import Path

import pytest

from qa.tables.named_periods import periods
from qa.text.amounts import FORMS
from qa.text.calendar_words import MONTH_SPELLINGS, MONTHS, MONTHS_DE, MONTHS_EN, MONTHS_IN, WEEKDAYS_IN, any_of
from qa.text.dates import read_day
from qa.text.periods import period
from qa.text.values import days


def test_each_month_has_its_full_names_and_no_spelling_twice() -> None:
    assert len(MONTHS) == sum(map(len, MONTH_SPELLINGS))
    for names in (MONTHS_EN, MONTHS_DE):
        assert [MONTHS[name.lower()] for name in names] == list(range(1, 13))
    assert MONTHS_IN["en"].keys() | MONTHS_IN["de"].keys() == MONTHS.keys()
    assert WEEKDAYS_IN["en"]["sunday"] == WEEKDAYS_IN["de"]["sonntag"] == 6


@pytest.mark.parametrize("month", MONTHS)
def test_every_reader_of_dates_knows_every_spelling(month: str) -> None:
    text, day = f"3 {month} 2021", date(2021, MONTHS[month], 3)
    assert read_day(text) == day
    assert [(found.year, found.month, found.day) for _, found in days(text)] == [(2021, day.month, 3)]
    assert (found := period(text)) is not None
    assert (found.first, found.last) == (day, day)
    assert [found.value for found in periods(f"{month} 2021")] == [f"2021-{day.month:02}"]
    assert FORMS["date"].search(text)


def test_no_date_is_written_by_the_locale_of_the_machine() -> None:
    """A program that sets a German locale would get "3 Mai 2024" within English sentences, and mails without a date."""
    root = Path(__file__).parents[1]
    by_locale = re.compile(r"%[aAbBcx]\b|:%B|month_name|day_name")
    files = [file for room in ("qa", "ingest", "ui") for file in (root / room).rglob("*.py")]
    assert files
    assert not [file.name for file in files if by_locale.search(file.read_text(encoding="utf-8"))]


def test_the_longest_word_is_tried_first() -> None:
    assert any_of(["mar", "march", "may", "mar"]) == "march|mar|may"
