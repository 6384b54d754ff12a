"""Copies of models that have to be loaded for it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Build

from qa.errors import ModelError
from qa.models import exporter
from qa.models.bert_graph import Bert, write_graph
from qa.models.dense import DenseChunkEmbedder, DenseQueryEmbedder
from qa.models.exporter import write_copy
from qa.models.onnx_copy import MODEL_FILE, ModelCopy, find_copy

pytestmark = pytest.mark.models

TEXTS = ["red lamp", "the lamp is red. " * 40, "a", "Is it red?"]


def difference(copy: ModelCopy, model: Any) -> float:
    copied = asyncio.run(DenseQueryEmbedder(copy).embed_sentences(TEXTS))
    return float(np.abs(copied - model.encode(TEXTS, normalize_embeddings=True)).max())


def no_export(*_: Any) -> None:
    raise AssertionError("exported")


def test_loaded_bert_is_written_without_the_exporter(
    tiny: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporter, "_export", no_export)
    model = tiny("cls")
    assert difference(write_copy("mine", model, tmp_path), model) < 1e-5


@pytest.mark.long
def test_another_architecture_goes_through_the_exporter(tiny: Build, tmp_path: Path) -> None:
    """Its copies are those of before; they are used as they are."""
    from torch import nn

    model = tiny()
    for layer in model[0].model.encoder.layer:
        layer.intermediate.intermediate_act_fn = nn.SiLU()
    model[0].model.config.hidden_act = "silu"
    copy = write_copy("mine", model, tmp_path)
    assert difference(copy, model) < 1e-5
    assert b"pytorch" in (copy.folder / MODEL_FILE).read_bytes()
    assert asyncio.run(DenseChunkEmbedder("mine").copy(tmp_path)) == copy == find_copy("mine", tmp_path)


def test_graph_that_gives_other_vectors_is_not_kept(
    tiny: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(bert: Bert, tensor: Any, file: Path) -> None:
        write_graph(replace(bert, heads=1), tensor, file)

    monkeypatch.setattr(exporter, "write_graph", misread)
    monkeypatch.setattr(exporter, "_export", no_export)
    with pytest.raises(AssertionError, match="exported"):
        write_copy("mine", tiny(), tmp_path)


def test_without_onnxscript_it_is_named(tiny: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny()
    model[0].model.config.hidden_act = "silu"
    monkeypatch.setattr(exporter, "find_spec", lambda _name: None)
    with pytest.raises(
        ModelError, match=r'^dense model "mine" is not a BERT.* pip install "footnote\[export\]"'
    ) as raised:
        write_copy("mine", model, tmp_path)
    assert len(str(raised.value).splitlines()) == 1
    assert list((tmp_path / "models").iterdir()) == []
