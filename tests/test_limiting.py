"""What a question is limited to, in words: chips and what is typed into fields."""

from datetime import date

import pytest

from qa.errors import QuestionError
from qa.store.where import EVERYTHING, Facets, Filter
from ui.chat.limiting import check_days, chips, day_of, said, sources_of

HELD = Facets(3, 12, {"pdf": 3}, {"en": 3}, date(2023, 1, 5), date(2024, 6, 30))
LIMITS = Filter(
    sources=("reports/2024", "*minutes*"),
    types=("pdf",),
    languages=("de",),
    since=date(2024, 2, 1),
    until=date(2024, 3, 31),
    metadata=(("from", ("ada@a.example",)),),
    without=(Filter(types=("eml",)),),
)


def test_each_limit_is_a_chip_that_can_be_taken_away() -> None:
    found = chips(LIMITS)
    assert [chip.label for chip in found] == [
        "in reports/2024",
        "in *minutes*",
        "type: pdf",
        "language: German",
        "from: ada@a.example",
        "from 2024-02-01",
        "until 2024-03-31",
        "not type eml",
    ]
    assert len({chip.key for chip in found}) == len(found)
    assert found[0].without.sources == ("*minutes*",)
    left = LIMITS
    while left:
        left = chips(left)[-1].without
    assert left == EVERYTHING
    assert chips(EVERYTHING) == []
    assert said(Filter(types=("pdf",), until=date(2024, 3, 31))) == "type: pdf · until 2024-03-31"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-03-31", date(2024, 3, 31), date(2024, 3, 31)),
        (" 31.3.2024 ", date(2024, 3, 31), date(2024, 3, 31)),
        ("3 March 2024", date(2024, 3, 3), date(2024, 3, 3)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("12/2023", date(2023, 12, 1), date(2023, 12, 31)),
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("", None, None),
    ],
)
def test_day_month_or_year_is_read(text: str, first: date | None, last: date | None) -> None:
    assert (day_of(text, is_last=False), day_of(text, is_last=True)) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["2025-", "2024-0", "0/2024", "31.02.2025", "2025-13", "0000", "20", "soon", "2024-03-3x", "99/2024", "12345"],
)
def test_half_a_date_is_refused_in_words(text: str) -> None:
    with pytest.raises(QuestionError, match="is not a date; write 2024-03-31, 2024-03 or 2024"):
        day_of(text, is_last=False)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Filter(since=date(2024, 3, 1), until=date(2024, 2, 1)), "or later and from 2024-02-01 or earlier"),
        (Filter(since=date(2025, 1, 1)), "from 2025-01-01 or later: they are from 2023-01-05 to 2024-06-30"),
        (Filter(until=date(2022, 1, 1)), "from 2022-01-01 or earlier: they are from"),
    ],
)
def test_days_out_of_range_are_refused_in_words(limits: Filter, words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        check_days(limits, HELD)


def test_days_within_range_pass() -> None:
    check_days(Filter(since=date(2024, 6, 30), until=date(2024, 6, 30)), HELD)
    check_days(Filter(since=date(2030, 1, 1)), None)


def test_several_folders_are_parted_by_semicolons() -> None:
    assert sources_of(" reports/2024 ;; *minutes* ") == ("reports/2024", "*minutes*")
    assert sources_of(" ") == ()
