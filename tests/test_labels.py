"""Lines that are called what a question asks in other words."""

import time

import pytest

from qa.text.labels import is_labelled, said_by_label


@pytest.mark.parametrize(
    ("question", "line", "is_meant"),
    [
        ("Who was there on Monday?", "Present: Ann Lee, Tom Reed", True),
        ("Wer fehlte?", "Entschuldigt: Tom Reed", True),
        ("What does the invoice come to?", "Invoice total: 393.76 EUR", True),
        ("Wie hoch ist die Rechnung insgesamt?", "Gesamtbetrag: 393,76 EUR", True),
        ("power bill for february", "Amount to pay £106.26", True),
        ("stromrechnung februar betrag", "Rechnungsbetrag 4.429,18", True),
        ("how much is the phone bill", "Total due £ 561.48", True),
        ("when is the heating bill due", "Bitte überweisen Sie den Betrag bis 31.07.2025.", True),
        ("Wann muss ich den Elektriker bezahlen?", "Zahlbar bis 15.05.2025 ohne Abzug.", True),
        ("When do we have to pay the coach?", "Invoices are to be paid within 10 days.", True),
        # Words say a day as well as figures do.
        ("when is the rent to be paid", "The rent of 640 pounds is due on the first of each month.", True),
        ("When do I have to pay for the gas?", "Please send the sum within fourteen days of this letter.", True),
        ("Wann ist die Miete fällig?", "Die Miete ist am Monatsersten fällig.", True),
        ("When are library books due?", "Books are due back after three weeks.", True),
        ("what is the total carbon of the flight", "Total: 393", False),
        ("When do we have to pay the sweep?", "The next inspection is due in 2027.", False),
        ("How much VAT is on the invoice?", "Total due £ 561.48", False),
        ("who sent the invoice", "Total due £ 561.48", False),
        ("Who was there on Monday?", "Apologies: Tom Reed", False),
        ("What did the repair cost altogether?", "Total: 393.76 EUR", False),
    ],
)
def test_a_line_is_called_what_is_asked(question: str, line: str, *, is_meant: bool) -> None:
    assert is_labelled(question, line) is is_meant


def test_what_is_asked_about_is_not_said_by_a_label() -> None:
    assert said_by_label("Wann muss ich die Honiggläser bezahlen?") >= {"wann", "bezahlen"}
    assert "honiggläser" not in said_by_label("Wann muss ich die Honiggläser bezahlen?")


def test_a_long_question_is_put_to_many_lines() -> None:
    """It was gone through from each of its places, for each line: minutes for the passages of one question."""
    question = "hundert" * 285
    assert not any(is_labelled(question, f"Total: {number}") for number in range(1_000))


def test_question_of_many_questions_is_read_at_once() -> None:
    """From each "wie viele" each "waren" was tried to the end: 2.4 s of processor for 4,000 characters."""
    started = time.process_time()
    assert said_by_label("wie viele waren " * 1_000) == frozenset()
    assert time.process_time() - started < 2
