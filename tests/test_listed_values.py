"""All values of a sort in a text."""

import pytest
from fakes import hit

from qa.answering.routes.side_by_side.across_words import Listed
from qa.answering.routes.side_by_side.values import values_in


@pytest.mark.parametrize(
    ("text", "sort", "found"),
    [
        ("The charter began on 1 April 2023. The owner may ask for it in May.", "dates", ["1 April 2023", "May"]),
        ("They march until March.", "dates", ["March"]),
        ("An answer is due by 31 May 2024; it may be short.", "deadlines", ["due by 31 May 2024"]),
    ],
)
def test_month_is_no_verb(text: str, sort: Listed, found: list[str]) -> None:
    assert [value.text for value in values_in(hit(text).chunk, sort, language="english")] == found


def test_row_of_digits_without_end_holds_no_amount() -> None:
    assert list(values_in(hit("1," * 40_000).chunk, "amounts", language="english")) == []
