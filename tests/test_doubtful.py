"""An improbable answer that shares few words with its question bears a word of doubt."""

from dataclasses import replace

import pytest
from fakes import PlainWords, asked, chunk

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.refuse import Judgement
from qa.answering.remarks.doubtful import is_doubtful
from qa.retrieval.query import Query
from qa.types import Answer, Citation, Direct, Hit

SMALL = "the a is was in of to we what how does".split()  # noqa: SIM905


def query(text: str) -> Query:
    return asked(text, words=PlainWords(*SMALL), language="en")


PASSAGE = chunk("The boiler was serviced in May.")
ANSWER = Answer("", "", PASSAGE.text, (), (Citation(1, PASSAGE, ((0, 31),)),), (), found=True, model=EXTRACTIVE)


@pytest.mark.parametrize(
    ("question", "probability", "doubtful"),
    [
        ("What fuel does the boiler burn?", 0.2, True),
        ("What fuel does the boiler burn?", 0.5, False),
        ("What fuel does the boiler burn?", None, False),
        ("Was the boiler serviced?", 0.2, False),
    ],
)
def test_doubt_takes_both(question: str, probability: float | None, doubtful: bool) -> None:
    assert is_doubtful(query(question), ANSWER, Judgement(None, probability)) is doubtful


def test_words_in_front_and_refusals_bear_none() -> None:
    judgement = Judgement(None, 0.2)
    asks = query("What fuel does the boiler burn?")
    assert not is_doubtful(asks, replace(ANSWER, direct=Direct("in May", 0, 24, 30)), judgement)
    assert not is_doubtful(asks, replace(ANSWER, found=False), judgement)
    assert not is_doubtful(asks, replace(ANSWER, model="a model"), judgement)


def test_sentences_that_were_read_decide_alone() -> None:
    asks, sure = query("Was the boiler serviced?"), Judgement(None, 0.9)
    assert is_doubtful(asks, ANSWER, sure, 0.3)
    assert not is_doubtful(asks, ANSWER, sure, 0.6)
    assert not is_doubtful(query("What fuel does the boiler burn?"), ANSWER, Judgement(None, 0.2), 0.6)


@pytest.mark.parametrize(
    ("question", "language", "reads_one", "doubtful"),
    [
        ("Welche Farbe hat der Brenner im Keller?", "de", False, True),
        ("Wann wurde der Kessel gewartet?", "de", False, False),
        # What two languages do not share tells nothing, and of a model that does not read it another note does.
        ("What colour is the burner below?", "en", False, False),
        ("Welche Farbe hat der Brenner im Keller?", "de", True, False),
    ],
)
def test_few_words_bear_doubt_where_no_sentence_was_read(
    question: str, language: str, reads_one: bool, doubtful: bool
) -> None:
    passage = replace(chunk("Der Kessel wurde im Mai gewartet."), metadata={"language": "de"})
    answer = replace(ANSWER, citations=(Citation(1, passage, ((0, 33),)),), hits=(Hit(passage, 0.5, 1, "scores"),))
    asks = asked(question, words=PlainWords("der", "im", "hat", "wurde", "wann", "welche"), language=language)
    assert is_doubtful(replace(asks, reads_one=reads_one), answer, Judgement(None, 0.9)) is doubtful
