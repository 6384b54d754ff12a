"""Which of several documents is first by what each states: how questions are read, and what is said."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from qa.answering.routes.holdings.genres import compound_of
from qa.answering.routes.side_by_side.across_words import bare, side_by_side
from qa.answering.routes.side_by_side.ranked import (
    _across_currencies,
    _comparable,
    _in_order,
    _not_compared,
    _verdict,
    _verdicts,
)
from qa.answering.routes.side_by_side.ranking_words import Ranking, ranking_of
from qa.answering.routes.side_by_side.verdict import in_order, verdict
from qa.answering.routes.stated.stated import Facet, Stated, stated_in
from qa.answering.saying.phrases import ENGLISH
from tests.fakes import chunk


@pytest.mark.parametrize(
    ("question", "facet", "greatest"),
    [
        ("Which contract ends earlier?", "end", False),
        ("Which of the two leases runs longer?", "end", True),
        ("Welcher Vertrag läuft zuletzt aus?", "end", True),
        ("Does the lease or the loan start first?", "start", False),
        ("Which invoice is due last?", "due", True),
        ("Which offer for the compressor is cheaper?", "sum", False),
        ("Was ist teurer, die Wartung A oder die Wartung B?", "sum", True),
        ("Which of the two offers is newer?", "day", True),
        ("which invoice was the highest", "sum", True),
        ("what is our biggest bill", "sum", True),
        ("welche rechnung ist am niedrigsten", "sum", False),
        ("was war das höchste Angebot", "sum", True),
    ],
)
def test_by_what_a_question_ranks(question: str, facet: Facet, greatest: bool) -> None:
    assert ranking_of(question) == Ranking(facet, greatest)


@pytest.mark.parametrize(
    "question",
    [
        "Which boat is longer?",
        "which invoice has the highest number",
        "what is the highest mountain",
        "Which lease has the higher deposit?",
        "When does it end?",
    ],
)
def test_what_ranks_by_another_thing(question: str) -> None:
    assert ranking_of(question) is None


def test_what_ends_next_is_not_over_yet() -> None:
    assert ranking_of("Which contract ends next?") == Ranking("end", greatest=False, coming=True)


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Does the cleaning contract or the alarm contract end first?", ("cleaning contract", "alarm contract")),
        ("Which is cheaper a month, the lease of A or the one of B?", ("lease of A", "B")),
        ("Was ist teurer, die Wartung der Pumpe oder die der Stühle?", ("Wartung der Pumpe", "Stühle")),
        ("What ends earlier, Mill Lane or Harbour Row?", ("Mill Lane", "Harbour Row")),
    ],
)
def test_two_things_are_named_behind_or_within_the_comparison(question: str, items: tuple[str, str]) -> None:
    assert side_by_side(question)[0].items == items


def test_a_kind_is_narrowed_by_what_it_is_about() -> None:
    read = side_by_side("Which offer for the compressor is cheaper?")[0]
    assert (read.kind, read.group, read.inside) == ("most", "offer", "compressor")
    assert bare("the one of Tower Road") == "Tower Road"


def test_german_compounds_are_of_their_kind() -> None:
    assert compound_of("Wartungsverträge") == "wartungsvertrag"
    assert compound_of("Abrechnung") == ""


def stated(value: date) -> Stated:
    """Return what a document states, with its day as the day of a sentence."""
    return Stated(value, value.isoformat(), "It ends then.", chunk("It ends then."), 0, 13, reckoned=True)


def test_rent_that_is_paid_in_advance_is_a_sum() -> None:
    text = "The rent is £620 per month, payable in advance on the first day."
    found = stated_in("sum", [chunk(text)], language="english")
    assert found
    assert found.written == "£620"


def rent(value: int, unit: str) -> Stated:
    return replace(stated(date(2028, 3, 31)), value=Decimal(value), unit=unit)


def test_each_currency_has_its_own_winner() -> None:
    valued = [("C", rent(980, "EUR month")), ("B", rent(620, "GBP month")), ("A", rent(1450, "GBP month"))]
    groups = [_in_order(Ranking("sum", greatest=True), group) for group in _comparable(valued)]
    assert [[label for label, _ in group] for group in groups] == [["A", "B"], ["C"]]
    said, named = _verdicts(Ranking("sum", greatest=True), groups, ENGLISH)
    assert said.startswith("In GBP: A costs the most: ")
    assert "In EUR: only C, " in said
    assert named == ["A", "B", "C"]
    assert _across_currencies(groups, ENGLISH) == "Different currencies are not compared, since no rate is known."
    assert _across_currencies(groups[:1], ENGLISH) == ""


def test_times_and_sums_are_not_compared() -> None:
    valued = [("A", rent(3, "month")), ("B", rent(620, "GBP")), ("C", rent(6, "month"))]
    assert [label for label, _ in _comparable(valued)[0]] == ["A", "C"]
    assert _not_compared([("B", valued[1][1])], ENGLISH) == "Not compared, since the value is in another unit: B."
    assert _comparable(valued[:2]) == []
    assert _comparable([]) == []


def test_the_winner_and_the_next_are_said() -> None:
    compared = [("A", stated(date(2028, 3, 31))), ("B", stated(date(2031, 9, 30)))]
    said, named = _verdict(Ranking("end", greatest=False), compared, ENGLISH)
    assert said == "A ends first: 31 March 2028. Next comes B: 30 September 2031."
    assert named == ["A", "B"]


def test_the_same_value_has_no_winner() -> None:
    compared = [("A", stated(date(2028, 3, 31))), ("B", stated(date(2028, 3, 31)))]
    assert _verdict(Ranking("end", greatest=False), compared, ENGLISH)[0] == "A and B state the same: 31 March 2028."


def test_nothing_that_is_over_comes_next() -> None:
    over, coming = date(2020, 1, 31), date(9998, 1, 31)
    ranking = Ranking("due", greatest=False, coming=True)
    said, named = _verdict(ranking, [("A", stated(over)), ("B", stated(over.replace(month=3)))], ENGLISH)
    assert (said, named) == ("None of them is still to come; the last was B: 31 March 2020.", ["B"])
    said, named = _verdict(ranking, [("C", stated(coming)), ("A", stated(over))], ENGLISH)
    assert (said, named) == ("C is due next: 31 January 9998.", ["C"])


def test_the_least_is_named_first_where_it_is_asked_for() -> None:
    texts = ["Notice is six months.", "Notice is three months."]
    assert [place for place, _ in in_order("notice", texts)] == [0, 1]
    cells = list(zip("AB", texts, strict=True))
    assert verdict("notice", cells, ENGLISH, least=True) == "B has less: three months against six months of A."
