"""Days as people write them: what tables, questions and documents read alike."""

from datetime import date

import pytest

from qa.tables.values import read_column
from qa.text.dates import read_day, span
from qa.text.periods import period
from qa.text.values import days

MAY_3 = date(2024, 5, 3)


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-03", "2024-5-3", "2024-05-03 14:30", "3.5.2024", "03.05.2024", "3. 5. 2024", "03/05/2024",
        "03-05-2024", "03.05.24", "03/05/24", "3 May 2024", "3rd of May 2024", "the 3rd of May, 2024", "May 3, 2024",
        "3. Mai 2024", "3.Mai 2024",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read_day(text) == MAY_3


@pytest.mark.parametrize("text", ["", "2024", "May 2024", "3 May", "1.2.10", "24-05-03", "31.02.2024", "3 Maybe 2024"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_the_order_of_day_and_month_counts_only_between_slashes_and_dashes() -> None:
    assert read_day("03/05/2024", day_first=False) == read_day("03-05-2024", day_first=False) == date(2024, 3, 5)
    assert read_day("03.05.2024", day_first=False) == MAY_3


def test_a_year_of_two_digits_is_near_today() -> None:
    assert (read_day("01.02.68"), read_day("01.02.69")) == (date(2068, 2, 1), date(1969, 2, 1))


def test_a_column_of_short_days_is_one_of_dates() -> None:
    """It was text, so nothing could be the latest in it."""
    column = read_column(["03.05.24", "17.11.23", "", "02.01.25"])
    assert column.kind == "date"
    assert column.dates == (MAY_3, date(2023, 11, 17), None, date(2025, 1, 2))


@pytest.mark.parametrize("text", ["on 03-05-2024", "on 2024-5-3,", "on 2024-05-03.", "am 3. 5. 2024"])
def test_a_text_states_the_same_days(text: str) -> None:
    """Neither dashes nor an ISO day without zeros were read within a text."""
    assert MAY_3 in {date(day.year, day.month, day.day) for _, day in days(text) if day.day}


def test_a_code_with_dashes_is_no_day() -> None:
    assert not [day for _, day in days("NV8-10-05-2024") if day.day]


def test_a_question_means_the_same_days() -> None:
    for text in ("2024-5-3", "3. 5. 2024", "3rd of May 2024", "May 3, 2024", "3. Mai 2024"):
        assert (found := period(text)) is not None
        assert (found.first, found.last) == (MAY_3, MAY_3)


def test_a_span_has_its_last_day() -> None:
    assert span(2024) == (date(2024, 1, 1), date(2024, 12, 31))
    assert span(2024, 2) == (date(2024, 2, 1), date(2024, 2, 29))
    assert span(2024, 5, 3) == (MAY_3, MAY_3)
    with pytest.raises(ValueError, match="day is out of range"):
        span(2023, 2, 29)
