"""How often something happens, in a question and in the sentences that may answer it."""

import pytest
from fakes import chunk

from qa.answering.quoting.times_counted import times_said, without_other_times
from qa.answering.sentences.quoted_sentences import sentences_of
from qa.types import Hit

GUIDE = (
    "If it blinks three times, a fuse has blown. If it blinks five times, it is too hot. The button under it is red."
)
ANLEITUNG = "Blinkt es dreimal, ist die Sicherung defekt. Blinkt es 5 mal, ist es zu heiß. Der Knopf darunter ist rot."


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("blinks 5 times", {5}),
        ("5x", {5}),
        ("twice a year", {2}),
        ("dreimal", {3}),
        ("fünf Mal", {5}),
        ("in time", set()),
        ("two or three times", {2, 3}),
        ("drei- bis fünfmal", {3, 4, 5}),
        ("2-4x", {2, 3, 4}),
        ("it blinks once", {1}),
        ("Once it is green, wait", set()),
        ("nicht einmal der Wart", set()),
        ("a print of 10 x 15 cm", set()),
    ],
)
def test_numbers_of_times_are_read_in_any_spelling(text: str, times: set[int]) -> None:
    assert times_said(text) == times


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Are wages paid twice a month?", "Wages are paid once a month."),
        ("Müssen die Filter zweimal im Jahr gewechselt werden?", "Die Filter werden einmal im Jahr gewechselt."),
        ("who may renew a book more than twice", "Members may renew it up to three times."),
        ("what is it if it blinks five times", "If it blinks more than three times, the battery is empty."),
        ("was ist, wenn es zweimal blinkt", "Blinkt es zwei- oder dreimal, so lädt es."),
        ("what if I press it twice", "Once it is pressed again, the lamp goes out."),
        ("what does a 10 x 15 print cost", "A print of 13 x 18 costs 0.50, one of 10x15 costs 0.20."),
    ],
)
def test_what_may_answer_with_another_number_is_kept(question: str, text: str) -> None:
    quotes = sentences_of(Hit(chunk(text), 0.5, 1, "scores"))
    assert [quote.text for quote in without_other_times(question, quotes)] == [text]


@pytest.mark.parametrize(
    ("question", "text", "out"),
    [
        ("lamp blinks 5 times", GUIDE, "three times"),
        ("was heißt fünfmal blinken", ANLEITUNG, "dreimal"),
        ("what does it mean if it blinks once", GUIDE, "times"),
        ("what is so once it is hot", GUIDE, ""),
        ("is it red", GUIDE, ""),
    ],
)
def test_what_is_so_for_another_number_of_times_is_not_quoted(question: str, text: str, out: str) -> None:
    quotes = sentences_of(Hit(chunk(text), 0.5, 1, "scores"))
    left = " ".join(quote.text for quote in without_other_times(question, quotes))
    assert (out not in left) if out else left.count(".") == 3
