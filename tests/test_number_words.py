"""Numbers in words, known alike wherever they are read."""

import re

import pytest

from qa.answering.routes.holdings.collection_words import about_collection
from qa.answering.routes.side_by_side.verdict import quantities
from qa.tables.phrases import small_number
from qa.text.amounts import SOME_NUMBER
from qa.text.number_words import CARDINAL, CARDINALS, ORDINALS, ordinal_word
from qa.text.quantities import holds_wanted
from qa.text.short_answers import short_answers
from qa.text.wanted import wanted

WORDS = {word: number for words in CARDINALS.values() for word, number in words.items() if number}


def test_the_pattern_matches_every_number_whole_and_no_more() -> None:
    assert {word for word in WORDS if re.fullmatch(CARDINAL, word)} == WORDS.keys() - {"eins"}
    assert not any(re.fullmatch(CARDINAL, word) for word in ("null", "zero", "ein", "eine", "hundred", "threetwo"))
    assert (WORDS["ninety-nine"], WORDS["einundzwanzig"], WORDS["siebzehn"]) == (99, 21, 17)


@pytest.mark.parametrize("word", ["seventeen", "seventy", "vierzig", "sechzehn", "fünfundzwanzig", "thirty-one"])
def test_readers_of_amounts_know_every_number(word: str) -> None:
    """Each list lacked others: "vierzig" was no amount, and "seventeen" no weight."""
    sentence = f"The crate weighs {word} kg."
    assert SOME_NUMBER.search(sentence)
    assert holds_wanted("mass", sentence, "How heavy is the crate?")
    asked = wanted("How heavy is the crate?")
    assert asked is not None
    assert [sentence[start:end] for start, end in short_answers(asked, sentence)] == [f"{word} kg"]


def test_tables_and_lists_take_numbers_in_words() -> None:
    assert [small_number(word) for word in ("twelve", "zwölf", "three", "zero", "none")] == [12, 12, 3, 0, 0]
    assert (asked := about_collection("show me the four newest documents")) is not None
    assert asked.limit == 4


def test_ordinals_are_read_in_every_case() -> None:
    assert [ordinal_word(word, "de") for word in ("dritte", "dritten", "drittes", "drei")] == [3, 3, 3, None]
    assert ordinal_word("twentieth", "en") == ORDINALS["en"]["twentieth"] == 20


def test_cells_and_sizes_take_every_number_in_words() -> None:
    """Both knew the first twelve, and some tens."""
    assert [(found.value, found.unit) for found in quantities("seventeen tonnes, vierzig Tage, ₹ 1.250,50")] == [
        (17.0, "t"), (40.0, "days"), (1250.5, "₹"),
    ]  # fmt: skip
    assert (asked := about_collection("which documents are longer than fifteen pages")) is not None
    assert (asked.measure, asked.at_least) == ("pages", 16)


@pytest.mark.parametrize("question", ["wie viele haben zugesagt", "Wie viele waren da?", "wie viele kommen zum fest"])
def test_a_verb_behind_how_many_is_not_what_is_counted(question: str) -> None:
    assert wanted(question, "de") is None
