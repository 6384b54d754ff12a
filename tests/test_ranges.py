"""Spans of two numbers in the check and in direct answers: "6-8 weeks" is neither six weeks nor eight."""

import pytest

from qa.answering.checking.verify import problem
from qa.text.short_answers import short_answers
from qa.text.terms import BM25
from qa.text.wanted import wanted
from qa.text.words import SparseEmbedder
from qa.types import Chunk, Hit

_READER = SparseEmbedder(BM25, language="auto", average_terms=100)


def _checked(sentence: str, passage: str, language: str) -> str:
    chunk = Chunk("", "", "", 0, "", "", "", 0, 0, len(passage), passage, metadata={"language": language})
    return problem(sentence, [Hit(chunk, 1.0, 1, "scores")], reader=_READER, answered=language, language="auto")


def _problem(said: str, held: str, language: str = "en") -> str:
    frame = "The delivery of the pumps takes {}." if language == "en" else "Die Lieferung der Pumpen dauert {}."
    return _checked(frame.format(said), frame.format(held), language)


@pytest.mark.parametrize("held", ["6-8 weeks", "6 – 8 weeks", "6 to 8 weeks", "between 6 and 8 weeks"])
@pytest.mark.parametrize(
    "said",
    ["6-8 weeks", "six to eight weeks", "between 6 and 8 weeks", "42 to 56 days", "at least 6 weeks", "up to 8 weeks"],
)
def test_span_is_held_in_any_spelling_and_so_are_its_ends_as_bounds(said: str, held: str) -> None:
    assert not _problem(said, held)


@pytest.mark.parametrize("held", ["6-8 weeks", "between 6 and 8 weeks"])
@pytest.mark.parametrize(
    "said", ["6 weeks", "7 weeks", "8 weeks", "5 weeks", "at most 6 weeks", "at least 8 weeks", "42 days", "6 months"]
)
def test_one_number_is_not_the_span(said: str, held: str) -> None:
    assert f"the passage says “{held}” here, not “{said}”" in _problem(said, held)


@pytest.mark.parametrize(("lower", "upper"), [(6, 8), (14, 21), (2, 5), (30, 45)])
@pytest.mark.parametrize("unit", ["days", "km", "people", "EUR"])
def test_ends_of_a_span_are_bounds_and_no_numbers_of_their_own(lower: int, upper: int, unit: str) -> None:
    held = f"The way to the workshop has {lower}-{upper} {unit}."
    for said in (f"at least {lower}", f"at most {upper}", f"between {lower} and {upper}"):
        assert not _checked(f"The way to the workshop has {said} {unit}.", held, "en")
    for said in (f"exactly {lower}", f"{lower}", f"{upper}", f"at least {upper}", f"up to {lower}"):
        assert _checked(f"The way to the workshop has {said} {unit}.", held, "en")
    said = f"Die Reparatur dauert mindestens {lower} Tage."
    assert not _checked(said, f"Die Reparatur dauert {lower} bis {upper} Tage.", "de")


def test_one_of_two_numbers_is_not_both() -> None:
    assert not _problem("10 or 11 weeks", "10 or 11 weeks")
    assert "the passage says “10 or 11 weeks” here" in _problem("10 weeks", "10 or 11 weeks")


def test_german_span_is_read_whole() -> None:
    held = "zwischen 6 und 8 Wochen"
    for said in ("6-8 Wochen", "sechs bis acht Wochen", "mindestens 6 Wochen"):
        assert not _problem(said, held, "de")
    for said in ("6 Wochen", "8 Wochen"):
        assert f"the passage says “{held}” here, not “{said}”" in _problem(said, held, "de")


@pytest.mark.parametrize(
    ("sentence", "passage"),
    [
        ("The rent is EUR 480.", "The rent rises from EUR 450 to EUR 480."),
        ("The shortest delivery takes 6 weeks.", "The delivery takes 6-8 weeks."),
        ("The sack weighs 10 kg.", "The sack weighs 10 kg. The box weighs 10-12 kg."),
        ("The course lasts 8 weeks.", "The course lasts 6, 8 weeks."),
    ],
)
def test_number_that_no_span_has_here_is_no_end_of_one(sentence: str, passage: str) -> None:
    assert not _checked(sentence, passage, "en")


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("How long does it take?", "It takes 6-8 weeks.", "6-8 weeks"),
        ("How long does it take?", "It takes between 6 and 8 weeks.", "between 6 and 8 weeks"),
        ("How long does it take?", "It takes from 6 weeks to 3 months.", "6 weeks to 3 months"),
        ("How long does it take?", "It takes between 6 weeks and 3 months.", "between 6 weeks and 3 months"),
        ("How many pages does it have?", "It has 10-12 pages.", "10-12 pages"),
        ("How much does it cost?", "It costs 10-12 €.", "10-12 €"),
        ("How much does it cost?", "It costs €10–12.", "€10–12"),
        ("How much does it cost?", "It costs between 10 and 12 euros.", "between 10 and 12 euros"),
        ("How much does it cost?", "It costs EUR 400 to 480 per month.", "EUR 400 to 480 per month"),
        ("How much does it cost?", "It costs EUR 480-14 days net.", "EUR 480"),
        ("How much does it cost?", "It costs EUR 90 to 3 people.", "EUR 90"),
        ("How warm is the water?", "The water is 24-28 °C warm.", "24-28 °C"),
    ],
)
def test_span_answers_whole(question: str, sentence: str, found: str) -> None:
    want = wanted(question, "en")
    assert want
    assert [sentence[start:end] for start, end in short_answers(want, sentence)] == [found]
