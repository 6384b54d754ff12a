"""What a paper states in place of what is asked, and months that are typed in small letters."""

import pytest

from qa.tables.named_periods import periods
from qa.text.counterparts import other_side
from qa.text.labels import is_labelled, said_by_label
from qa.text.paper_words import share_said


@pytest.mark.parametrize(
    ("question", "text", "word"),
    [
        ("wie hoch war die nachzahlung 2024", "Guthaben: 87,15 €", "Guthaben"),
        ("wie hoch war das guthaben 2023", "Nachzahlung: 142,60 €", "Nachzahlung"),
        ("what was the balance due", "Credit: £40.00", "Credit"),
        ("what profit did we make", "The year ended with a loss of EUR 900.", "loss"),
        ("wie hoch war die nachzahlung 2024", "Nachzahlung oder Guthaben: 12,00 €", ""),
        ("wie hoch war die nachzahlung 2024", "Das Guthaben wird verrechnet.", ""),
        ("wie hoch war die miete", "Guthaben: 87,15 €", ""),
        ("nachzahlung oder guthaben", "Guthaben: 87,15 €", ""),
    ],
)
def test_the_other_side_is_told_by_its_word_and_an_amount(question: str, text: str, word: str) -> None:
    assert other_side(question, text) == word


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("how much on groceries in march", ["3"]),
        ("what was spent between march and may", ["3", "5"]),
        ("may i keep a cat", []),
        ("how high may the waves be", []),
        ("who may enter in the hub", []),
        ("in May", ["5"]),
    ],
)
def test_a_month_in_small_letters_is_told_by_what_stands_around_it(question: str, found: list[str]) -> None:
    assert [period.value for period in periods(question)] == found


def test_who_was_missing_is_told_by_the_line_of_apologies() -> None:
    assert is_labelled("who was missing at the meeting in may", "Apologies: Colm Roche")
    assert {"missing", "meeting"} <= said_by_label("who was missing at the meeting in may")
    assert not said_by_label("what is missing in the box")


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("how much holiday does the apprentice get", "You have 28 days of leave.", 0.2),
        # Less than the word itself would: in the sample this row stood before the weeks that parents get.
        ("how long is maternity leave", "Amount: £70; Condition: Saturday, Sunday and public holidays", 0.2),
        ("has the plumber been paid", "Payment within 30 days.", 0.0),
        ("how much leave is there", "You have 28 days of leave.", 0.0),
    ],
)
def test_another_word_of_the_same_language_counts_and_another_form_does_not(
    question: str, text: str, share: float
) -> None:
    assert share_said(question, "en", text, "en") == share
