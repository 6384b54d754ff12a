"""Days, months and years in questions."""

from datetime import date

import pytest

from qa.text.named_times import months_named, names_time
from qa.text.periods import period

TODAY = date(2025, 6, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("May 2024", date(2024, 5, 1), date(2024, 5, 31)),
        ("May", date(2025, 5, 1), date(2025, 5, 31)),
        ("November", date(2024, 11, 1), date(2024, 11, 30)),
        ("1 May 2024", date(2024, 5, 1), date(2024, 5, 1)),
        ("May 1st, 2024", date(2024, 5, 1), date(2024, 5, 1)),
        ("the 3rd of March", date(2025, 3, 3), date(2025, 3, 3)),
        ("2024-05", date(2024, 5, 1), date(2024, 5, 31)),
        ("2024-05-09", date(2024, 5, 9), date(2024, 5, 9)),
        ("9.5.2024", date(2024, 5, 9), date(2024, 5, 9)),
        ("9. Mai 2024", date(2024, 5, 9), date(2024, 5, 9)),
        ("März", date(2025, 3, 1), date(2025, 3, 31)),
        ("yesterday", date(2025, 6, 17), date(2025, 6, 17)),
        ("heute", TODAY, TODAY),
        ("last week", date(2025, 6, 9), date(2025, 6, 15)),
        ("this week", date(2025, 6, 16), TODAY),
        ("letzten Monat", date(2025, 5, 1), date(2025, 5, 31)),
        ("this year", date(2025, 1, 1), TODAY),
        ("last 10 days", date(2025, 6, 8), TODAY),
    ],
)
def test_words_mean_days(text: str, first: date, last: date) -> None:
    found = period(text, today=TODAY)
    assert found
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["soon", "30 February 2024", "the other day", "99.99.2024"])
def test_words_that_mean_no_day_mean_none(text: str) -> None:
    assert period(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("question", "months"),
    [
        ("How much may I take?", []),
        ("May we cancel?", []),
        ("Who may march in the yard?", []),
        ("What was it in may 2023?", ["may"]),
        ("When does the march meeting begin?", ["march"]),
        ("What may we spend in march?", ["march"]),
        ("What did it cost on 3 May?", ["May"]),
        ("on the 3rd of march", ["march"]),
        ("From November to february", ["November", "february"]),
        ("Wie war es im Mai?", ["Mai"]),
    ],
)
def test_may_and_march_are_months_by_what_stands_around(question: str, months: list[str]) -> None:
    assert months_named(question) == months
    assert names_time(question) == bool(months)


def test_year_is_a_time() -> None:
    assert names_time("What may we spend in 2023?")
