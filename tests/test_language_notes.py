from collections.abc import Sequence

import pytest
from fakes import asked, hit

from qa.answering.remarks.language_notes import Translates, is_by_words, of_the_answer, of_the_question
from qa.text.language import by_small_words
from qa.types import Answer, Citation

ENGLISH = "When is the heating checked, and who is there?"
GERMAN = "Wann wird die Heizung geprüft, und wer ist da?"


def none(_source: str, _targets: Sequence[str]) -> bool:
    return False


def english_to_german(source: str, targets: Sequence[str]) -> bool:
    return source == "en" and "de" in targets


def noted(text: str, languages: Sequence[str], translates: Translates) -> str:
    code = by_small_words(text)
    return of_the_question(asked(text, languages=tuple(languages), is_translated=translates(code, languages)))


def test_reader_is_told_what_no_dictionary_leads_to() -> None:
    assert noted(ENGLISH, ["de"], none) == (
        "The question is in English and the documents are in German: "
        "without a dictionary of the two, names and numbers alone are found."
    )
    assert of_the_answer(GERMAN, ["en", "fr", "en"], english_to_german) == (
        "The answer is in German and its passages are in English and French: "
        "without a dictionary of the two, numbers alone were compared."
    )
    # A language without a name here goes by its code, one of several names by any of its codes.
    assert "in German and Korean:" in noted(ENGLISH, ["de", "ko", ""], none)
    assert "in zu:" in noted(ENGLISH, ["zu"], none)
    assert noted("Hvor er det, og hva er det som er der?", ["nb"], none) == ""


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        (ENGLISH, ["en"]),
        (ENGLISH, ["de", "en"]),
        (ENGLISH, ["english"]),
        (ENGLISH, []),
        ("Heating 2021", ["de"]),
        ("", ["de"]),
    ],
)
def test_nothing_is_said_where_nothing_stands_between(text: str, languages: list[str]) -> None:
    assert noted(text, languages, none) == ""
    assert of_the_answer(text, languages, none) == ""


def test_dictionary_takes_the_remark_away() -> None:
    assert noted(ENGLISH, ["de"], english_to_german) == ""
    assert of_the_answer(ENGLISH, ["de"], english_to_german) == ""
    assert of_the_answer(GERMAN, ["en"], english_to_german) != ""
    # Where the passages' language is not known, nothing is claimed of it.
    assert of_the_answer(ENGLISH, ["de", ""], none) == ""
    assert noted(ENGLISH, ["", ""], none) == ""


def test_nothing_stands_between_where_the_model_reads_both() -> None:
    text = "Wie hoch dürfen die Wellen für den Überstieg sein?"
    assert of_the_question(asked(text, languages=("en",)))
    assert of_the_question(asked(text, languages=("en",), reads_one=False)) == ""


@pytest.mark.parametrize(
    ("question", "passage", "told"),
    [
        ("Сколько стоит аренда квартиры на улице Мира?", "Аренда выросла в прошлом году.", True),
        ("Сколько стоит аренда квартиры на улице Мира?", "Аренда квартиры на улице Мира стоит 900 евро.", False),
        ("¿Cuánto cuesta el alquiler de la casa?", "La casa es azul.", True),
        ("What does the rent of the flat cost?", "The sky is blue.", False),  # the model reads it
    ],
)
def test_it_is_told_where_few_words_are_all_that_speaks_for_a_passage(question: str, passage: str, told: bool) -> None:
    found = hit(passage)
    answer = Answer(question, question, passage, (), (Citation(1, found.chunk),), (found,), True, "extractive")
    assert is_by_words(asked(question), answer) is told
    assert not is_by_words(asked(question, is_translated=True), answer)
