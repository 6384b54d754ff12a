"""What is true stays unmarked in other words, and what only changes an order, a side or a direction is caught."""

from dataclasses import replace

import pytest
from fakes import hit

from qa.answering.checking.verify import problem
from qa.text.words import SparseEmbedder

AUTO = SparseEmbedder("Qdrant/bm25", language="auto", average_terms=100)

FARM = """
The farm keeps 40 cows and 25 goats. The milk is cooled for 15 minutes and then stirred for 25 more. Anna Holt
bought the farm in 2015 and sold the mill four years later. The new barn is larger and drier than the old one.
Immediately after the harvest a feast is held. Carla Voss approved the plan after Tim Reed had drawn it. The road
leads from Holm to Brill. The tractor costs 90 euros a day. All fields except the meadow are ploughed. The shop is
shut on Mondays. Reed bought the mill from Holt. Seed must be ordered by 31 October.
"""
HOF = """
Der Hof zieht von Holm nach Brill um. Die Pacht beträgt 84 Euro im Jahr. Die neue Scheune ist größer als die alte. Der
Zaun wird erst gestrichen, wenn das Holz trocken ist. Montags ist der Hof zu. Alle Felder außer der Wiese sind gepflügt.
"""


def said(sentence: str, passage: str, language: str) -> str:
    found = hit(passage)
    there = replace(found, chunk=replace(found.chunk, metadata={"language": language}))
    return problem(sentence, [there], reader=AUTO, answered=language, language="auto")


@pytest.mark.parametrize(
    "sentence",
    [
        "The farm keeps 65 animals altogether, cows and goats.",
        "The milk is cooled and stirred for 40 minutes.",
        "The farm keeps 15 more cows than goats.",
        "Anna Holt sold the mill in 2019.",
        "The old barn is smaller than the new one.",
        "The harvest comes before the feast.",
        "The plan was approved by Carla Voss.",
        "The shop is not open on a Monday.",
        "Seed must be ordered before November.",
        "The tractor costs 90 euros per day.",
        "The mill was bought by Reed.",
        "The meadow is not ploughed.",
        "The plan had been drawn by Tim Reed before Carla Voss approved it.",
    ],
)
def test_true_sentence_in_other_words_is_not_marked(sentence: str) -> None:
    assert said(sentence, FARM, "en") == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "The farm keeps 67 animals altogether, cows and goats.",
        "Anna Holt sold the mill in 2017.",
        "The old barn is larger than the new one.",
        "The new barn is smaller than the old one.",
        "Immediately before the harvest a feast is held.",
        "The tractor costs 90 euros an hour.",
        "The old barn is drier than the new one.",
        "The meadow is ploughed.",
        "The shop is shut on Fridays.",
        "Holt bought the mill from Reed.",
        "Seed must be ordered before May.",
        "The road leads from Brill to Holm.",
    ],
)
def test_false_sentence_of_the_same_words_is_caught(sentence: str) -> None:
    assert said(sentence, FARM, "en") != ""


@pytest.mark.parametrize(
    ("sentence", "true"),
    [
        ("Die alte Scheune ist kleiner als die neue.", True),
        ("Die alte Scheune ist größer als die neue.", False),
        ("Die Pacht beträgt 7 Euro im Monat.", True),
        ("Die Pacht beträgt 84 Euro im Monat.", False),
        ("Am Montag ist der Hof zu.", True),
        ("Am Freitag ist der Hof zu.", False),
        ("Die Wiese ist gepflügt.", False),
        ("Die Wiese ist nicht gepflügt.", True),
        ("Der Hof zieht von Brill nach Holm um.", False),
        ("Der Zaun wird gestrichen, bevor das Holz trocken ist.", False),
    ],
)
def test_german_sentence(sentence: str, true: bool) -> None:
    assert (said(sentence, HOF, "de") == "") == true


def test_what_is_turned_twice_is_not_turned() -> None:
    passage = "The crane must not lift when the wind exceeds 12 metres per second."
    assert said("The crane may lift only if the wind is at most 12 metres per second.", passage, "en") == ""
    assert said("The crane may lift when the wind exceeds 12 metres per second.", passage, "en") != ""


ROYAL = (
    "Henry VIII had six wives. World War II ended in 1945. Anna Solaris lifts the lid. Article IV names Bird & Sons."
)


@pytest.mark.parametrize(
    "sentence",
    ["King Henry VII had six wives.", "The World War I ended in 1945.", "It is Ann Solaris who lifts the lid.",
     "It is Anna Solar who lifts the lid."],
)  # fmt: skip
def test_name_that_is_a_part_of_another_is_not_there(sentence: str) -> None:
    assert "do not hold" in said(sentence, ROYAL, "en")


@pytest.mark.parametrize(
    "sentence",
    [
        "King Henry VIII had six wives.",
        "The World War Two ended in 1945.",
        "The lid is lifted by Anna.",
        "The Second World War ended in 1945.",
        "Henry the Eighth had six wives.",
    ],
)
def test_name_in_another_spelling_is_there(sentence: str) -> None:
    assert "do not hold" not in said(sentence, ROYAL, "en")


BOARD = """Between Gregor Ostrowski (landlord) and Mina Falk (tenant).

Mark Penny is the treasurer of the society. Will Bird is the caretaker. The capital of Arla is Norby, Tessin is the
capital of Brill.

Present: Ida Sommer, Mark Penny
Absent: April May

The press weighs two and a half tonnes. All employees except the apprentices may use it.
"""


@pytest.mark.parametrize(
    "sentence",
    ["The landlord is Mina Falk.", "Gregor Ostrowski is the tenant.", "Mark Penny is the caretaker.",
     "Will Bird is the treasurer.", "April May was present.", "Mark Penny was absent.", "The press weighs two tonnes.",
     "The press weighs 3.5 tonnes."],
)  # fmt: skip
def test_role_of_somebody_else_is_contradicted(sentence: str) -> None:
    """All of its words are there, and none in its place."""
    assert "the passage says" in said(sentence, BOARD, "en")


@pytest.mark.parametrize(
    "sentence",
    ["The tenant is Mina Falk.", "The landlord is Gregor Ostrowski.", "Mark Penny is the treasurer.",
     "The caretaker is Will Bird.", "Tessin is the capital of Brill.", "Norby is the capital of Arla.",
     "April May was absent.", "The press weighs 2.5 tonnes.",
     "Everyone but the apprentices may use the press."],
)  # fmt: skip
def test_role_of_the_one_who_has_it_is_supported(sentence: str) -> None:
    assert said(sentence, BOARD, "en") == ""


def test_german_halves_are_numbers() -> None:
    press = "Die Presse wiegt zweieinhalb Tonnen. Sie steht seit anderthalb Jahren in der Halle."
    assert said("Die Presse wiegt 2,5 Tonnen.", press, "de") == ""
    assert "zweieinhalb" in said("Die Presse wiegt 3,5 Tonnen.", press, "de")


@pytest.mark.parametrize("mark", ["¹", "②", "½", "٣"])
def test_marks_that_are_digits_and_no_numbers_do_no_harm(mark: str) -> None:
    """A footnote mark in a reply, or in a document, ended every written answer with a traceback."""
    assert "few of these words" not in said(f"The tractor costs 90 euros a day {mark}.", FARM, "en")
    assert said("The tractor costs 90 euros a day.", FARM.replace("a day", f"a day {mark}"), "en") == ""


def test_german_compounds_say_how_often() -> None:
    fee = "Die Jahresgebühr beträgt 3.600 EUR."
    assert "Jahresgebühr" in said("Die Monatsgebühr beträgt 3.600 EUR.", fee, "de")
    assert said("Die jährliche Gebühr beträgt 3.600 EUR.", fee, "de") == ""
