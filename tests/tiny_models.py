"""Rerankers and learned sparse models of random weights, made here: real files that the real libraries load."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification, BertModel, BertTokenizerFast

from qa.models.onnx_copy import quiet

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["lamp", "red", "green", "fox", "barn", "moon", "salt", "the", "how", "is"]
# As BERT has it, so that ColBERT's marks for questions and texts, 1 and 2, are tokens of their own.
PIECES = ["[PAD]", "[unused0]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *".?"]
VOCABULARY = [*PIECES, *(f"##{letter}" for letter in LETTERS), *WORDS]
TOKENS = 64


def config(**more: Any) -> BertConfig:
    """Two small layers; weights far from the usual 0.02, so that texts get scores of their own."""
    values = {
        "vocab_size": len(VOCABULARY),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": TOKENS + 8,
        "initializer_range": 0.5,
    }
    return BertConfig(**{**values, **more})


def save_tokenizer(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY))
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=TOKENS).save_pretrained(folder)


def cross_encoder(folder: Path, *, onnx: str = "", labels: int = 1, seed: int = 7) -> Path:
    """Save a cross-encoder, as ONNX too where a file for it is named."""
    torch.manual_seed(seed)
    with quiet():
        model = BertForSequenceClassification(config(num_labels=labels)).eval()
        model.save_pretrained(folder)
    save_tokenizer(folder)
    if onnx:
        export(model, folder / onnx, lambda output: output.logits)
    return folder


def embedding_model(folder: Path) -> Path:
    """Save a model that is no reranker."""
    with quiet():
        BertModel(config()).eval().save_pretrained(folder)
    save_tokenizer(folder)
    return folder


def colbert(folder: Path) -> Path:
    """Save a late interaction model: a vector of length 1 for each token."""
    torch.manual_seed(7)
    model = BertModel(config()).eval()
    save_tokenizer(folder)
    export(
        model,
        folder / "model.onnx",
        lambda output: torch.nn.functional.normalize(output.last_hidden_state, dim=-1),
        # fastembed sets its marks into these two alone.
        inputs=("input_ids", "attention_mask"),
    )
    (folder / "config.json").write_text(json.dumps({"architectures": ["HF_ColBERT"], "pad_token_id": 0}))
    return folder


def splade(folder: Path, *, seed: int = 7) -> Path:
    """Save a model that gives a text weights for its own tokens, and less for a few others."""
    torch.manual_seed(seed)
    model = BertForMaskedLM(config(hidden_size=64, num_hidden_layers=1, initializer_range=0.05)).eval()
    with torch.no_grad():
        model.cls.predictions.transform.dense.weight.copy_(torch.eye(64))
        model.bert.embeddings.position_embeddings.weight.zero_()
        model.cls.predictions.bias.fill_(-1.2)
    save_tokenizer(folder)
    export(model, folder / "model.onnx", lambda output: output.logits)
    (folder / "config.json").write_text(json.dumps({"architectures": ["BertForMaskedLM"], "pad_token_id": 0}))
    return folder


def bm42(folder: Path) -> Path:
    """Save a model whose attention from the first token weighs words."""
    torch.manual_seed(7)
    model = BertModel._from_config(config(), attn_implementation="eager").eval()
    save_tokenizer(folder)
    export(
        model, folder / "model.onnx", lambda output: output.attentions[-1], name="attention_6", output_attentions=True
    )
    (folder / "stopwords.txt").write_text("the\nis\nhow\n")
    (folder / "config.json").write_text(json.dumps({"architectures": ["BertModel"], "pad_token_id": 0}))
    return folder


def export(
    model: torch.nn.Module,
    file: Path,
    part: Callable[[Any], torch.Tensor],
    *,
    name: str = "output",
    inputs: Sequence[str] = ("input_ids", "attention_mask", "token_type_ids"),
    **options: Any,
) -> None:
    """Write a model's output to ONNX, in the way `qa.models.onnx_copy` does."""

    class Part(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            return part(self.model(**dict(zip(inputs, tensors, strict=True)), **options))

    file.parent.mkdir(parents=True, exist_ok=True)
    # With padding; otherwise the export takes the mask for a constant.
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    example = {"input_ids": 7 * mask, "attention_mask": mask, "token_type_ids": 0 * mask}
    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with quiet(), torch.no_grad():
        torch.onnx.export(
            Part().eval(),
            tuple(example[key] for key in inputs),
            str(file),
            input_names=list(inputs),
            output_names=[name],
            dynamic_shapes=(tuple(dynamic for _ in inputs),),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
