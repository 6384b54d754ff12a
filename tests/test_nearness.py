"""Whether passages speak of a sentence where words alone don't tell, with the packaged model's own vectors."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fakes import hit

from qa.answering.checking.nearness import Nearness, decided
from qa.answering.checking.verify import problem
from qa.answering.events import Finished
from qa.answering.routes.route import Parts
from qa.answering.writing.write import Unwritten, written_answer
from qa.models.chat import Reply, Said
from qa.models.dense import DenseQueryEmbedder, TokenVectors
from qa.models.onnx_copy import find_copy
from qa.text.words import SparseEmbedder

WORDS = SparseEmbedder("Qdrant/bm25", language="english", average_terms=100)
FEW = "the cited passages say it in few of these words"
LEASE = "The deposit of the flat is 3,000 euros. It is paid to Anna Ferguson before moving in."
TRIP = "School trips: the coach leaves the museum at noon, and the pupils return to the school around 3 pm."
BACK = "The class will be back in the afternoon."


class Counting:
    """Embeds with the packaged model, and keeps what it embedded."""

    def __init__(self, home: Path) -> None:
        copy = find_copy("all-MiniLM-L6-v2", home)
        assert copy
        self._model = DenseQueryEmbedder(copy)
        self.embedded: list[str] = []

    async def __call__(self, texts: Sequence[str]) -> list[TokenVectors]:
        self.embedded += texts
        return await self._model.embed_tokens(texts)


@pytest.fixture(scope="module")
def model(model_home: Path) -> Counting:
    return Counting(model_home)


def checked(sentence: str, passage: str, model: Counting) -> str:
    nearness = Nearness(model)
    return asyncio.run(decided(partial(problem, sentence, [hit(passage)], reader=WORDS, nearness=nearness), nearness))


@pytest.mark.parametrize(
    ("passage", "sentence"),
    [
        (TRIP, BACK),
        (
            "Smoking is prohibited in all rooms. Pets require written consent of the landlord.",
            "You need permission to keep animals in the apartment.",
        ),
        (
            "The premises are cleaned every Friday by a contractor. The hall closes at ten.",
            "An outside firm cleans the building once a week.",
        ),
    ],
)
def test_everyday_words_that_the_passage_lacks_are_no_problem(passage: str, sentence: str, model: Counting) -> None:
    assert problem(sentence, [hit(passage)], reader=WORDS) == FEW
    assert checked(sentence, passage, model) == ""


@pytest.mark.parametrize(
    "sentence",
    ["Cats are allowed in the flat.", "The flat has a sunny balcony.", "Unicorns sleep under bridges."],
)
def test_what_the_passage_does_not_say_stays_not_found(sentence: str, model: Counting) -> None:
    assert checked(sentence, LEASE, model) == FEW


def test_contradiction_stays_one_however_near_it_stands(model: Counting) -> None:
    assert "3,000" in checked("The deposit of the flat is 4,000 euros.", LEASE, model)


def test_nothing_is_embedded_where_the_words_tell(model: Counting) -> None:
    model.embedded.clear()
    assert checked("The deposit of the flat is 3,000 euros.", LEASE, model) == ""
    assert model.embedded == []


def test_each_text_is_embedded_once_and_not_without_end(model: Counting) -> None:
    model.embedded.clear()
    nearness = Nearness(model)
    long = " ".join(f"Room {number} is cleaned." for number in range(200))
    likeliest = {f"Room {number} is cleaned." for number in range(5)}

    def check() -> list[str]:
        return [problem(BACK, [hit(passage)], reader=WORDS, nearness=nearness) for passage in (TRIP, TRIP, long)]

    assert asyncio.run(decided(check, nearness))[:2] == ["", ""]
    assert sorted(model.embedded) == sorted({BACK, TRIP, *likeliest})


def test_german_sentences_are_left_to_their_words(model: Counting) -> None:
    """The packaged model reads English: to it, any two German sentences are near."""
    nearness = Nearness(model)
    assert nearness.of("Katzen sind erlaubt.", [("Die Kaution beträgt 3.000 Euro.", "de")]) is None
    assert not asyncio.run(nearness.learn())


def test_written_answer_keeps_a_sentence_in_everyday_words(model: Counting) -> None:
    class Writer:
        name = "writer"

        def is_too_long(self, _messages: object) -> bool:
            return False

        async def reply(self, _messages: object, **_options: object) -> AsyncGenerator[Said | Reply, None]:
            yield Said(f"{BACK[:-1]} [1].")

    async def answered(nearness: Nearness | None) -> list[str]:
        asked: Any = SimpleNamespace(text="When is the class back?", question="When is the class back?")
        llm: Any = Writer()
        events = written_answer(llm, asked, [hit(TRIP)], words=WORDS, days={}, nearness=nearness)
        return [
            statement.support
            async for event in events
            if isinstance(event, Finished)
            for statement in event.answer.statements
        ]

    with pytest.raises(Unwritten, match="most of what writer wrote does not stand"):
        asyncio.run(answered(None))
    assert asyncio.run(answered(Nearness(model))) == ["supported"]


def test_tokens_make_the_vector_of_their_text(model: Counting) -> None:
    """The check's cosines are those of the search, though it asks for the tokens too."""
    texts = ["The class will be back.", LEASE]
    found = asyncio.run(model(texts))
    whole = asyncio.run(model._model.embed_sentences(texts))
    assert np.allclose([each.whole for each in found], whole, atol=1e-5)
    start, end = found[0].spans[2]
    assert texts[0][start:end] == "class"


@pytest.mark.parametrize(("name", "known"), [("all-MiniLM-L6-v2", True), ("intfloat/multilingual-e5-small", False)])
def test_only_cosines_of_the_model_that_was_learned_from_count(name: str, known: bool) -> None:
    from qa.retrieval.retrieve import Retriever

    index: Any = SimpleNamespace(generation=SimpleNamespace(settings=SimpleNamespace(dense_model=name)))
    dense: Any = SimpleNamespace(embed_tokens=print)
    unused: Any = None
    retriever = Retriever(index, dense, WORDS)
    parts = Parts(retriever, None, "scores", 5, None, 0, "english", unused)
    assert (parts.nearness() is not None) == known
