"""An improbable answer that shares few words with its question bears a word of doubt."""

from dataclasses import replace

import pytest
from fakes import PlainWords, asked, chunk

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.refuse import Judgement
from qa.answering.remarks.doubtful import is_doubtful
from qa.retrieval.query import Query
from qa.types import Answer, Citation, Direct

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
