"""The model that reads a question and a sentence together."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.config import PACKAGED_MODEL
from qa.errors import ModelError
from qa.models import answer_selection, pair_reader
from qa.models.answer_selection import (
    SELECTION,
    AnswerSelector,
    Candidate,
    make_selector_copy,
    pair_of,
    selector_of,
)
from qa.models.onnx_copy import MODEL_FILE, find_copy, model_path
from qa.models.pair_reader import copy_name, tensors
from qa.models.saved_model import SavedModel, read_model

LEASE = "Lease Mill Lane 14"
SENTENCES = (
    Candidate("The monthly rent is £ 950.", above=LEASE),
    Candidate("A deposit of £ 1,900 is due at once.", "The monthly rent is £ 950.", LEASE),
    Candidate("Dogs are allowed with the landlord's consent.", above=LEASE),
    Candidate("The landlord is Peter Hill.", above=LEASE),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("selector")


@pytest.fixture(scope="module")
def selector(home: Path) -> AnswerSelector:
    return AnswerSelector(home / "models")


def judged(selector: AnswerSelector, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
    return asyncio.run(selector.judge(question, candidates))


def packaged() -> SavedModel:
    saved = read_model(Path(model_path(PACKAGED_MODEL)))
    assert saved is not None
    return saved


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("How much is the rent?", 0),
        ("how much is the deposit?", 1),
        ("can i keep a dog?", 2),
        ("Who is the landlord?", 3),
    ],
)
def test_the_sentence_that_answers_has_the_highest_odds(selector: AnswerSelector, question: str, best: int) -> None:
    odds = judged(selector, question, SENTENCES)
    assert odds.shape == (len(SENTENCES),)
    assert odds.argmax() == best


def test_what_nothing_answers_has_lower_odds_than_what_is_answered(selector: AnswerSelector) -> None:
    there = judged(selector, "Who is the landlord?", SENTENCES)
    not_there = judged(selector, "What colour is the boiler?", SENTENCES)
    assert not_there.max() < there.max() - 1


def test_the_order_of_the_sentences_changes_nothing(selector: AnswerSelector) -> None:
    odds = judged(selector, "Who is the landlord?", SENTENCES)
    turned = judged(selector, "Who is the landlord?", SENTENCES[::-1])
    assert np.allclose(odds, turned[::-1], atol=0.3)  # a batch is padded to its longest


def test_the_rounded_graph_is_near_the_model_in_torch(selector: AnswerSelector) -> None:
    torch = pytest.importorskip("torch")
    from transformers import AutoModel

    saved = packaged()
    tensor = tensors(SELECTION, saved)
    model = AutoModel.from_pretrained(model_path(PACKAGED_MODEL)).eval()
    model.load_state_dict({name: torch.tensor(tensor(name)) for name in saved.bert.shapes}, strict=False)
    pairs = [pair_of("Who is the landlord?", each, saved.tokenizer.tokenizer) for each in SENTENCES]
    expected = []
    with torch.no_grad():
        for pair in pairs:
            kinds = [0] * pair.second + [1] * (len(pair.ids) - pair.second)
            state = model(input_ids=torch.tensor([pair.ids]), token_type_ids=torch.tensor([kinds])).last_hidden_state
            expected.append(float(state[0, 0].numpy() @ tensor("classifier.weight")[0] + tensor("classifier.bias")[0]))
    odds = judged(selector, "Who is the landlord?", SENTENCES)
    assert np.allclose(odds, expected, atol=0.8)  # of log-odds between -5 and 5
    assert np.corrcoef(odds, expected)[0, 1] > 0.99


def test_a_pair_is_cut_to_what_was_learned() -> None:
    tokenizer = packaged().tokenizer.tokenizer
    long = "rent " * 200
    pair = pair_of(long, Candidate(long, long, long), tokenizer)
    assert pair.second == 1 + answer_selection._QUESTION + 1
    assert len(pair.ids) == pair.second + 12 + 1 + 28 + 1 + 72 + 1
    short = pair_of("rent?", Candidate("950"), tokenizer)
    assert tokenizer.decode(short.ids, skip_special_tokens=False) == "[CLS] rent? [SEP] [SEP] 950 [SEP]"


def test_a_damaged_copy_is_made_again(home: Path, selector: AnswerSelector) -> None:
    selector.load()
    copy = find_copy(copy_name(SELECTION), home)
    assert copy is not None
    (copy.folder / MODEL_FILE).write_bytes(b"no graph")
    again = AnswerSelector(home / "models")
    assert judged(again, "Who is the landlord?", SENTENCES).argmax() == 3


def test_a_packaged_model_that_cannot_be_read_is_one_clear_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_reader, "read_model", lambda _folder: None)
    with pytest.raises(ModelError, match="install Footnote again"):
        AnswerSelector(tmp_path / "models").load()


def test_what_was_learned_leaves_other_tensors_as_they_are() -> None:
    saved = packaged()
    tensor = tensors(SELECTION, saved)
    name = "embeddings.word_embeddings.weight"
    assert np.array_equal(tensor(name), np.asarray(saved.tensor(name), dtype=np.float32))
    changed = "encoder.layer.0.attention.self.query.weight"
    assert not np.allclose(tensor(changed), saved.tensor(changed), atol=1e-4)
    assert replace(saved, tensor=tensor).bert == saved.bert


def test_a_question_is_answered_without_a_model_that_cannot_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "models").write_text("no folder")
    selector = AnswerSelector(tmp_path / "models")
    for _ in range(2):
        assert asyncio.run(selector.try_to_judge("Who is the landlord?", SENTENCES)) is None
    assert len(caplog.records) == 1
    asyncio.run(selector.get_ready())
    asyncio.run(make_selector_copy(tmp_path))


def test_what_was_learned_before_leaves_no_copy_behind(tmp_path: Path) -> None:
    before = tmp_path / "models" / "answer-selection-00000000-ffffffff"
    before.mkdir(parents=True)
    asyncio.run(make_selector_copy(tmp_path))
    assert not before.exists()
    assert find_copy(copy_name(SELECTION), tmp_path)


def test_all_collections_of_a_home_share_one(home: Path, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(home / "models")
    assert selector_of(home) is selector_of(tmp_path)


def test_a_model_that_fails_is_one_clear_error(selector: AnswerSelector, monkeypatch: pytest.MonkeyPatch) -> None:
    class Session:
        def run(self, *_: object) -> None:
            raise RuntimeError("no memory")

    selector.load()
    assert selector._loaded
    monkeypatch.setattr(selector, "_loaded", (Session(), selector._loaded[1]))
    with pytest.raises(ModelError, match="failed"):
        judged(selector, "Who is the landlord?", SENTENCES)
