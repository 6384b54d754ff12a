"""Questions in one language about passages in another, which the dense model reads both."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fakes import DIM, asked, hit
from numpy.typing import NDArray

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.refusing.refuse import FAR, Judgement, judged
from qa.answering.remarks.notes import notes
from qa.calibration.across import LEAST, is_across, nearness
from qa.calibration.model import PACKAGED
from qa.types import Answer, Hit

QUESTION = "How much is the rent, and when is it due?"
RUSSIAN = "Плата составляет 28 000 рублей в месяц и вносится не позднее 5-го числа."


def passages(*cosines: float, language: str = "ru") -> list[Hit]:
    found = [hit(RUSSIAN, score=cosine, rank=rank, key=str(rank)) for rank, cosine in enumerate(cosines, 1)]
    return [replace(one, chunk=replace(one.chunk, metadata={"language": language})) for one in found]


async def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), DIM), dtype=np.float32)


def judge(found: Sequence[Hit], **given: object) -> Judgement:
    query = asked(QUESTION, reads_one=False, languages=("ru",), **given)
    return asyncio.run(
        judged(query, found, found, calibration=PACKAGED, threshold=None, embed=embed, language="auto", reads="")
    )


def test_meaning_decides_where_two_languages_share_no_words() -> None:
    clear, near, far = (judge(passages(*cosines)) for cosines in ((0.4, 0.1), (0.24, 0.2), (0.2, 0.19)))
    assert (clear.doubt, clear.by_meaning) == (None, False)
    assert (near.doubt, near.by_meaning) == (None, True)
    assert far.doubt == FAR


def test_words_decide_where_they_can_be_compared() -> None:
    query = asked(QUESTION, languages=("en", "ru"))
    assert is_across(query, passages(0.4), reads="")
    assert not is_across(query, passages(0.4), reads="en")
    assert not is_across(query, passages(0.4, language="en"), reads="")
    assert not is_across(asked(QUESTION, languages=("ru",), is_translated=True), passages(0.4), reads="")
    # A bill of labels is in no language that is known.
    assert is_across(asked(QUESTION, languages=("ru", "")), passages(0.4, language=""), reads="")
    assert not is_across(query, passages(0.4, language=""), reads="")
    assert not is_across(query, [], reads="")


def test_passage_that_stands_out_is_nearer() -> None:
    assert nearness(passages(0.2, 0.1)) == pytest.approx(0.3)
    assert nearness(passages(0.2)) == pytest.approx(0.2)
    assert nearness(passages(0.2, 0.19)) < LEAST <= nearness(passages(0.2, 0.14))


@pytest.mark.parametrize("by_meaning", [True, False])
def test_reader_is_told_that_meaning_alone_was_compared(*, by_meaning: bool) -> None:
    query, found = asked(QUESTION), passages(0.24)
    answer = Answer(QUESTION, QUESTION, RUSSIAN, (), (), tuple(found), found=True, model=EXTRACTIVE)
    said = notes(
        answer,
        query,
        days={},
        judgement=Judgement(None, by_meaning=by_meaning),
        translates=lambda *_: False,
        reads_one=False,
        language="auto",
    )
    assert any("two languages" in line for line in said) is by_meaning
