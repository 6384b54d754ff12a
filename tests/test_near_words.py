"""Sentences that say a question in other words, by the packaged model's vectors of their tokens."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import PlainWords, asked, hit

from qa.answering.quoting.near_words import NearWords
from qa.answering.quoting.quote import best_quotes
from qa.answering.sentences.quoted_sentences import Quote
from qa.models.dense import DenseQueryEmbedder
from qa.models.each_once import each_once
from qa.models.onnx_copy import find_copy
from qa.models.token_vectors import whole
from qa.types import Hit

STOP_WORDS = frozenset("the a of is was by in from at it does do who when where old".split())  # noqa: SIM905
BOUGHT, BUILT = "The city bought the brewery from the Stein family.", "The brewery was built by the Stein family."


@pytest.fixture(scope="module")
def model(model_home: Path) -> DenseQueryEmbedder:
    copy = find_copy("all-MiniLM-L6-v2", model_home)
    assert copy
    return DenseQueryEmbedder(copy)


def in_language(found: Hit, code: str) -> Hit:
    return replace(found, chunk=replace(found.chunk, metadata={"language": code}))


def first(question: str, passage: str, model: DenseQueryEmbedder, *, tokens: bool, **given: Any) -> str:
    async def main() -> str:
        vector = await model.embed_query(question)
        query = asked(question, words=PlainWords(*STOP_WORDS), vector=vector, **given)
        quotes = await best_quotes(
            query,
            [in_language(hit(passage), given.get("language", "en"))],
            embed=model.embed_sentences,
            tokens=model.embed_tokens if tokens else None,
        )
        return quotes[0].text

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("question", "other", "right"),
    [
        ("Which shop purchased the lamps?", "The shop has lamps on each wall.", "A store bought the lamps."),
        ("Which shop purchased the shelves?", "The shop has shelves on each wall.", "A store bought the shelves."),
    ],
)
def test_words_said_otherwise_count(question: str, other: str, right: str, model: DenseQueryEmbedder) -> None:
    assert first(question, f"{other} {right}", model, tokens=True) == right
    assert first(question, f"{other} {right}", model, tokens=False) == other


def shares(question: str, texts: list[str], model: DenseQueryEmbedder) -> list[float]:
    words = PlainWords(*STOP_WORDS)
    query = asked(question, words=words)
    own, *others = asyncio.run(model.embed_tokens([question, *texts]))
    near = NearWords(query, own)
    return [near.share(query.match.terms(text, "en"), other) for text, other in zip(texts, others, strict=True)]


def test_share_is_whole_for_what_is_held_and_less_the_further_a_word_is(model: DenseQueryEmbedder) -> None:
    held, near, far = shares("Who purchased the brewery?", ["He purchased the brewery.", BOUGHT, BUILT], model)
    assert held == pytest.approx(1.0)
    assert near > 0.8
    assert far == pytest.approx(0.5, abs=0.1)


def test_a_question_without_a_word_of_its_own_is_said_by_nothing(model: DenseQueryEmbedder) -> None:
    assert shares("Who was it?", [BOUGHT], model) == [0.0]


@pytest.mark.parametrize("code", ["de", ""])
def test_german_is_left_to_its_words(code: str, model: DenseQueryEmbedder) -> None:
    """The packaged model reads English: to it, any two German words are near."""
    found = in_language(hit("Der Bolzen ist aus Stahl. Das Lager wurde im Mai ersetzt."), "de")
    question = "Wann wurde der Bolzen getauscht?"

    async def main() -> list[Quote]:
        vector = await model.embed_query(question)
        query = asked(question, words=PlainWords(*STOP_WORDS), vector=vector, language=code)
        return await best_quotes(query, [found], embed=model.embed_sentences, tokens=never)

    async def never(_texts: object) -> Any:
        raise AssertionError("the words of a German question are compared")

    assert asyncio.run(main())


def test_each_text_is_embedded_once_and_in_any_order(model: DenseQueryEmbedder) -> None:
    embedded: list[str] = []

    async def counting(texts: list[str]) -> Any:
        embedded.extend(texts)
        return await model.embed_tokens(texts)

    once: Any = each_once(counting)  # type: ignore[arg-type]
    texts = [
        "The pin was exchanged.",
        "No.",
        "A long sentence about the weather at sea in October, and more.",
        "Four.",
        "Pin",
    ]

    async def main() -> Any:
        await once(texts[:2])
        return await once(texts), await whole(once)(texts)

    tokens, vectors = asyncio.run(main())
    assert embedded == texts
    assert [len(each.tokens) for each in tokens] == [len(each.spans) for each in tokens]
    assert np.allclose(vectors, asyncio.run(model.embed_sentences(texts)), atol=1e-5)
