"""Sentences that say no word of a question, nor does anything above them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fakes import PlainWords, asked, chunk
from numpy.typing import NDArray

from qa.answering.quoting.wordless import near_in_meaning, without_wordless
from qa.answering.sentences.quoted_sentences import sentences_of
from qa.text.short_answers import may_hold
from qa.text.wanted import wanted
from qa.types import Hit

SMALL = (
    "the is a of it to was in on what when who how does do i have for wann wie ist hat muss ich die der das in den von"
)
BILL = """Waldhonig 75,00 €. Zahlbar bis 03.03.2025 ohne Abzug. Vielen Dank für den Einkauf."""
RULES = "Auf dem Balkon wird nicht gegrillt. Hunde sind mit Zustimmung erlaubt."


def left(
    question: str, text: str, language: str, *, title: str = "Paper", of: str = "", reads: str = "en"
) -> list[str]:
    query = asked(question, words=PlainWords(*SMALL.split()), language=language)
    hit = Hit(replace(chunk(text, title=title), metadata={"language": of or language}), 0.5, 1, "scores")
    return [quote.text for quote in without_wordless(query, sentences_of(hit), [hit], reads=reads)]


@pytest.mark.parametrize(
    ("question", "text", "kept"),
    [
        ("Wie ist das mit Hunde", RULES, "Hunde sind"),
        # What is to be paid must stand in the paper that says by when.
        ("Wann muss ich die Fahrräder bezahlen?", BILL, ""),
        ("Wann muss ich den Waldhonig bezahlen?", BILL, "Zahlbar bis"),
    ],
)
def test_a_sentence_without_a_word_of_the_question_is_left_out(question: str, text: str, kept: str) -> None:
    found = left(question, text, "de")
    assert any(one.startswith(kept) for one in found) if kept else not found


def test_what_stands_above_counts() -> None:
    assert left("what of the balcony", "Nobody grills there at all.", "en", title="The balcony")
    assert not left("what of the balcony", "Nobody grills there at all.", "en", title="The stairs")


def test_english_words_end_in_no_other_word() -> None:
    assert not left("what of the rent", "The garden is different at present.", "en")
    assert left("was ist mit der miete", "Die Kaltmiete steigt im Mai.", "de")


def test_in_another_language_half_of_the_words_must_stand_there() -> None:
    """Unless the model reads both."""
    assert not left("what of the balcony", RULES, "en", of="de")
    assert left("what of the balcony", RULES, "en", of="de", reads="")
    assert left("what of the balcony in Oberau", "Oberau: Auf dem Balkon wird nicht gegrillt.", "en", of="de")


def test_what_is_due_and_not_paid_is_told_by_any_time_beside_it() -> None:
    text = "Hand in the essay by Friday noon. The course began on 3 April."
    assert left("when is the essay due", text, "en")[0] == "Hand in the essay by Friday noon."
    assert left("when is the book due", "Books are due back after three weeks.", "en")


def test_first_of_the_month_is_a_time() -> None:
    rent = "Die Miete ist am Monatsersten fällig."
    want = wanted("Wann ist die Miete fällig?", "de")
    assert want is not None
    assert may_hold(want, rent)
    assert left("Wann ist die Miete fällig?", f"{rent} Die Ausstellung beginnt am 3. Mai.", "de") == [rent]


def test_what_is_counted_is_named_where_the_model_does_not_read() -> None:
    flat = "Die Wohnung hat drei Zimmer."
    assert left("Wie viele Zimmer hat die Wohnung?", flat, "de")
    assert not left("wie viele fenster hat die wohnung", flat, "de")


SCHOOL = "Each child pays £14 for home made soup by 9 May."
COVER = "Home cover. Annual premium: £214.80, payable on 1 March."


def test_when_to_pay_is_told_by_the_paper_that_holds_most_of_what_is_paid() -> None:
    query = asked("when do i need to pay for the home cover", words=PlainWords(*SMALL.split()), language="en")
    hits = [
        Hit(replace(chunk(text, title=title), document_id=title, metadata={"language": "en"}), 0.5, 1, "scores")
        for text, title in ((SCHOOL, "School"), (COVER, "Policy"))
    ]
    quotes = [quote for hit in hits for quote in sentences_of(hit)]
    found = [quote.text for quote in without_wordless(query, quotes, hits, reads="en")]
    assert found == ["Annual premium: £214.80, payable on 1 March."]


def test_when_to_pay_is_told_by_nothing_but_a_day_or_such_a_line() -> None:
    assert not left("when do we pay for the fridge", "The fridge stands 5 cm from the wall.", "en")
    assert left("when do we pay for the fridge", "The fridge is payable within 14 days.", "en")


def test_what_says_it_in_none_of_its_words_is_near_in_meaning() -> None:
    query = replace(
        asked("what does washing cost", language="en"), vector=np.array([1.0, 0.0], np.float32), meaning=1.0
    )
    text = "Laundry is four pounds a load. The roof was mended in May."
    vectors = {"Laundry": [0.8, 0.6], "The roof": [0.3, 0.954]}

    async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([next(v for k, v in vectors.items() if one.startswith(k)) for one in texts], np.float32)

    def near(language: str, reads: str) -> list[str]:
        hit = Hit(replace(chunk(text), metadata={"language": language}), 0.5, 1, "scores")
        return [quote.text for quote in asyncio.run(near_in_meaning(query, sentences_of(hit), embed, reads=reads))]

    assert near("en", "en") == ["Laundry is four pounds a load."]
    # To the packaged model any two German sentences are near.
    assert near("de", "en") == []
    assert near("de", "") == ["Laundry is four pounds a load."]
