"""A word that turns, bounds, shares or orders, where all others are those of the passage."""

import pytest
from test_loosely_worded import said

MILL = """
A trainee may use the press only after 3 months of training. The repair of the roof cost 48,000 euros. A member may
cancel within 14 days. The hall measures 1,350 square metres. The fan turns 2,800 times a minute. Half of the flour goes
to bakers. There are 9 ladders; two of them hang beside the door. A leak of more than 5 litres must be reported. The
press is answered by the owner, Ruth Adler; the foreman orders the grain. Nobody starts the mill before the foreman has
released it. The stones may be lifted only with the crane.
"""
MUEHLE = """
In der Mühle arbeiten mindestens zwei Personen. Alleinarbeit ist verboten. Die Freigabe erteilt allein der Müller, nicht
aber der Lehrling. Ein Stein darf nur mit dem Kran bewegt werden. Jeder zweite Sack geht nach Holm. Der Lohn wird
innerhalb von 14 Tagen gezahlt. Die Frist galt bis zum 14. Oktober.
"""


@pytest.mark.parametrize(
    "sentence",
    [
        "A trainee may never use the press.",
        "A trainee may use the press within 3 months of training.",
        "The repair of the roof cost less than 48,000 euros.",
        "The repair of the roof cost 48,000 dollars.",
        "A member may cancel after 14 days.",
        "The hall measures 1,350 square feet.",
        "The fan turns 2,800 times a second.",
        "A quarter of the flour goes to bakers.",
        "The stones may be lifted without the crane.",
        "The foreman answers the press.",
    ],
)
def test_false_sentence_that_changes_one_word_is_caught(sentence: str) -> None:
    assert said(sentence, MILL, "en") != ""


@pytest.mark.parametrize(
    "sentence",
    [
        "Before 3 months of training a trainee may not use the press.",
        "The hall measures 1,350 m².",
        "50 percent of the flour goes to bakers.",
        "Seven of the 9 ladders do not hang beside the door.",
        "The mill may be started only after the foreman has released it.",
        "Without the crane the stones may not be lifted.",
        "The press is answered by Ruth Adler.",
    ],
)
def test_true_sentence_that_turns_twice_or_measures_otherwise_is_not_marked(sentence: str) -> None:
    assert said(sentence, MILL, "en") == ""


@pytest.mark.parametrize(
    ("sentence", "true"),
    [
        ("Weniger als zwei Personen dürfen in der Mühle nicht arbeiten.", True),
        ("In der Mühle arbeiten höchstens zwei Personen.", False),
        ("Niemand darf in der Mühle allein arbeiten.", True),
        ("Die Freigabe erteilt der Lehrling.", False),
        ("Ohne den Kran darf ein Stein nicht bewegt werden.", True),
        ("Ein Stein darf ohne den Kran bewegt werden.", False),
        ("Der Lohn wird nach 14 Tagen gezahlt.", False),
        ("Vor dem 15. Oktober galt die Frist.", True),
        ("Die Hälfte der Säcke geht nach Holm.", True),
    ],
)
def test_german_sentences_too(sentence: str, *, true: bool) -> None:
    assert (said(sentence, MUEHLE, "de") == "") == true
