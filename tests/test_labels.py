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
        ("Who was there on Monday?", "Apologies: Tom Reed", False),
        ("What did the repair cost altogether?", "Total: 393.76 EUR", False),
    ],
)
def test_a_line_is_called_what_is_asked(question: str, line: str, *, is_meant: bool) -> None:
    assert is_labelled(question, line) is is_meant


def test_a_long_question_is_put_to_many_lines() -> None:
    """It was gone through from each of its places, for each line: minutes for the passages of one question."""
    question = "hundert" * 285
    assert not any(is_labelled(question, f"Total: {number}") for number in range(1_000))


def test_question_of_many_questions_is_read_at_once() -> None:
    """From each "wie viele" each "waren" was tried to the end: 2.4 s of processor for 4,000 characters."""
    started = time.process_time()
    assert said_by_label("wie viele waren " * 1_000) == frozenset()
    assert time.process_time() - started < 2
