"""Second opinions by models of random weights, through the real libraries."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import hit

from qa.answering.writing.second_opinion import with_opinions, worded
from qa.errors import ModelError
from qa.models.verifiers import Opinion, VerifyingModel, meanings
from qa.types import Answer, Citation, Statement

PAIRS = [("the red lamp", "lamp is red."), ("the green fox", "moon salt."), ("moon", "x")]


def labelled(folder: Path, *names: str) -> Path:
    """A cross-encoder whose labels have names."""
    from tiny_models import cross_encoder

    cross_encoder(folder, labels=len(names))
    file = folder / "config.json"
    config = json.loads(file.read_text())
    config |= {"id2label": dict(enumerate(names)), "label2id": {name: number for number, name in enumerate(names)}}
    file.write_text(json.dumps(config))
    return folder


@pytest.mark.models
def test_model_of_inference_says_what_its_labels_say(tmp_path: Path) -> None:
    import numpy as np
    from sentence_transformers import CrossEncoder

    folder = labelled(tmp_path / "nli", "contradiction", "entailment", "neutral")
    made = VerifyingModel(str(folder)).opinions(PAIRS)
    logits = np.asarray(CrossEncoder(str(folder)).predict(PAIRS))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert [item.supports for item in made] == pytest.approx(shares[:, 1], abs=1e-5)
    assert [item.contradicts for item in made] == pytest.approx(shares[:, 0], abs=1e-5)
    assert len({round(item.supports, 3) for item in made}) == len(PAIRS)


@pytest.mark.models
def test_model_with_one_number_gives_a_probability(tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder
    from tiny_models import cross_encoder

    folder = cross_encoder(tmp_path / "grounded")
    made = VerifyingModel(str(folder)).opinions(PAIRS)
    # sentence-transformers gives a single label through a sigmoid; the model reads the sentence first, as a reranker.
    expected = CrossEncoder(str(folder)).predict([pair[::-1] for pair in PAIRS])
    assert all(0 <= item.supports <= 1 and item.contradicts == 0 for item in made)
    assert sorted(range(3), key=lambda at: made[at].supports) == sorted(range(3), key=lambda at: expected[at])


@pytest.mark.models
@pytest.mark.parametrize("labels", [("red", "green", "blue"), ("LABEL_0", "LABEL_1", "LABEL_2")])
def test_labels_that_say_nothing_are_refused(tmp_path: Path, labels: tuple[str, ...]) -> None:
    folder = labelled(tmp_path / "colours", *labels)
    with pytest.raises(ModelError, match=r"none says that a passage supports.*leave FOOTNOTE_VERIFIER out"):
        VerifyingModel(str(folder)).load()


@pytest.mark.models
def test_what_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    from tiny_models import embedding_model

    folder = tmp_path / "embedding"
    with pytest.raises(ModelError, match=r"is no cross-encoder.*BertModel.*leave FOOTNOTE_VERIFIER out"):
        VerifyingModel(str(labels_of_two(embedding_model(folder)))).load()


def labels_of_two(folder: Path) -> Path:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"id2label": {0: "no", 1: "yes"}}))
    return folder


@pytest.mark.parametrize(
    ("labels", "supporting", "against"),
    [
        (("contradiction", "entailment", "neutral"), (1,), (0,)),
        (("ENTAILMENT", "NEUTRAL", "CONTRADICTION"), (0,), (2,)),
        (("entailment", "not_entailment"), (0,), ()),
        (("unsupported", "supported"), (1,), ()),
        (("hallucinated", "consistent"), (1,), (0,)),
        (("LABEL_0", "LABEL_1"), (1,), ()),
        (("score",), (0,), ()),
    ],
)
def test_labels_are_read_by_their_names(
    labels: Sequence[str], supporting: tuple[int, ...], against: tuple[int, ...]
) -> None:
    assert meanings("model", dict(enumerate(labels))) == (supporting, against)


# On an answer


class Judge:
    """Supports what shares its last word with the passage."""

    name = "judge"

    def load(self) -> None:
        pass

    def opinions(self, pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        return [Opinion(0.9) if one.split()[-1] == other.split()[-1] else Opinion(0.1, 0.8) for one, other in pairs]


def opinions_of(answer: Answer, verifier: Judge) -> Answer:
    return asyncio.run(with_opinions(answer, verifier))


class Broken(Judge):
    def opinions(self, _pairs: Sequence[tuple[str, str]]) -> list[Opinion]:
        raise ModelError('verifier "judge" failed')


def answered(**more: Any) -> Answer:
    passages = [hit("The lamp is red."), hit("The fox is green.")]
    statements = (
        Statement("It is red.", (1,)),
        Statement("It is blue.", (1, 2)),
        Statement("It is green.", (1, 2), "the passage says otherwise", "contradicted"),
        Statement("It is.", (), "no passage is cited", "without citation"),
    )
    citations = tuple(Citation(number, found.chunk) for number, found in enumerate(passages, 1))
    return replace(Answer("q", "q", "t", statements, citations, tuple(passages), found=True, model="m"), **more)


def test_second_opinion_adds_words_and_replaces_nothing() -> None:
    before = answered()
    after = opinions_of(before, Judge())
    assert [item.opinion for item in after.statements] == [
        "",
        "“judge” takes it for contradicted (0.80)",
        "“judge” takes it for supported (0.90)",
        "",
    ]
    assert [replace(item, opinion="") for item in after.statements] == list(before.statements)


def test_quoted_answer_needs_no_opinion() -> None:
    before = answered(model="extractive")
    assert opinions_of(before, Broken()) == before


def test_model_that_fails_leaves_the_answer_with_a_note() -> None:
    after = opinions_of(answered(note="Before."), Broken())
    assert after.statements == answered().statements
    assert after.note == 'Before. There is no second opinion: verifier "judge" failed.'


def test_model_that_knows_support_alone_says_no_more() -> None:
    assert worded("m", [Opinion(0.2)], marked=False) == "“m” finds no support for it (0.20)"
