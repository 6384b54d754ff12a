"""The ONNX copy of a model that sentence-transformers has loaded, for models that `onnx_copy` can't read from files.

A BERT's graph is written by `bert_graph`, any other by PyTorch's exporter, which needs the extra `export`.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import ModelError
from qa.models.bert_graph import Bert, bert_of, write_graph
from qa.models.onnx_copy import ModelCopy, put_copy, quiet, write_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# The classes of transformers that `bert_graph` writes.
_BERTS = ("BertModel", "RobertaModel", "XLMRobertaModel")
# Least cosine of two vectors that are the same but for rounding, even to the 16 bits of some models.
_AGREEING = 0.9999


def write_copy(name: str, model: "SentenceTransformer", home: Path) -> ModelCopy:
    """Write the copy of a loaded model, a BERT by `bert_graph`, any other through PyTorch's exporter.

    Raises:
        ModelError: The model's pooling or architecture cannot be exported, or the copy cannot be written.
    """
    max_tokens = int(model.max_seq_length or 512)
    pooling, dim = _pooling(name, model), _dim(model)

    def fill(draft: Path) -> None:
        write_model(name, lambda file: _write(name, model, file), draft)
        _save_tokenizer(model, draft, max_tokens=max_tokens)

    return put_copy(
        name,
        home,
        fill,
        dim=dim,
        max_tokens=max_tokens,
        pooling=pooling,
        query_prompt=(model.prompts or {}).get("query", ""),
        document_prompt=_document_prompt(model),
    )


def _write(name: str, model: "SentenceTransformer", file: Path) -> None:
    if not _write_bert(model, file):
        _export(name, model, file)


def _dim(model: "SentenceTransformer") -> int:
    dim = model.get_embedding_dimension()
    if not dim:
        raise ModelError("the dense model does not say how long its vectors are; use another one")
    return int(dim)


def _pooling(name: str, model: "SentenceTransformer") -> str:
    kinds = [type(module).__name__ for module in model]
    pooling: Any = model[1] if len(kinds) > 1 else None
    mode = pooling.get_config_dict().get("pooling_mode") if pooling and kinds[1] == "Pooling" else None
    if mode not in ("mean", "cls") or set(kinds[2:]) - {"Normalize"}:
        raise ModelError(
            f'dense model "{name}" is made of {", ".join(kinds)} with pooling {mode}; '
            "only a transformer with mean or cls pooling can be copied to ONNX, use one of those"
        )
    return str(mode)


def _document_prompt(model: "SentenceTransformer") -> str:
    """Return what its `encode_document` puts in front of a text."""
    prompts = model.prompts or {}
    names = ("document", "passage", "corpus", model.default_prompt_name)
    return str(next((prompts[name] for name in names if name in prompts), ""))


def _write_bert(model: "SentenceTransformer", file: Path) -> bool:
    """Write the graph of a loaded BERT; False if it is not one, or the graph gives other vectors for some tokens."""
    transformer: Any = model[0].model
    bert = bert_of(transformer.config.to_dict()) if type(transformer).__name__ in _BERTS else None
    if bert is None:
        return False
    tensors = transformer.state_dict()
    if any(name not in tensors or tuple(tensors[name].shape) != shape for name, shape in bert.shapes.items()):
        return False
    write_graph(bert, lambda name: tensors[name].detach().float().cpu().numpy(), file)
    return _agrees(bert, transformer, file)


def _agrees(bert: Bert, transformer: Any, file: Path) -> bool:
    import torch
    from onnxruntime import InferenceSession

    count = min(16, bert.most_tokens)
    tokens = np.random.default_rng(1).integers(0, bert.words, (2, count))
    mask = np.ones_like(tokens)
    # The second text is shorter, and padded.
    mask[1, count // 2 + 1 :], tokens[1, count // 2 + 1 :] = 0, bert.padding or 0
    inputs = {"input_ids": tokens, "attention_mask": mask}
    [copied] = InferenceSession(file, providers=["CPUExecutionProvider"]).run(None, inputs)
    with torch.no_grad():
        given = {name: torch.from_numpy(values).to(transformer.device) for name, values in inputs.items()}
        original = transformer(**given).last_hidden_state.float().cpu().numpy()
    copied, original = copied[mask > 0], original[mask > 0]
    lengths = np.linalg.norm(copied, axis=1) * np.linalg.norm(original, axis=1)
    return bool(((copied * original).sum(axis=1) > _AGREEING * lengths).all())


def _export(name: str, model: "SentenceTransformer", file: Path) -> None:
    import torch

    if find_spec("onnxscript") is None:
        raise ModelError(
            f'dense model "{name}" is not a BERT, and its copy needs onnxscript; '
            'install it with: pip install "footnote[export]", or use another model'
        )

    transformer: Any = model[0]
    encoded = model.tokenizer(["a question", "and a longer sentence"], padding=True, return_tensors="pt")
    inputs = [key for key in ("input_ids", "attention_mask", "token_type_ids") if key in encoded]

    class TokenEmbeddings(torch.nn.Module):
        """The transformer alone; fastembed pools and normalises."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer.model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            output = self.transformer(**dict(zip(inputs, tensors, strict=True)))
            return output.last_hidden_state  # type: ignore[no-any-return]

    dynamic = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    with quiet(), torch.no_grad():
        try:
            torch.onnx.export(
                TokenEmbeddings().eval().cpu(),
                tuple(encoded[key].cpu() for key in inputs),
                str(file),
                input_names=inputs,
                output_names=["last_hidden_state"],
                dynamic_shapes=(tuple(dynamic for _ in inputs),),
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        except Exception as error:  # whatever an unsupported layer raises
            raise ModelError(f'dense model "{name}" cannot be exported to ONNX: {error}; use another one') from error


def _save_tokenizer(model: "SentenceTransformer", folder: Path, *, max_tokens: int) -> None:
    tokenizer = model.tokenizer
    tokenizer.save_pretrained(str(folder))
    # fastembed cuts at the lower of these two, 128 for MiniLM, where sentence-transformers cuts at 256: the vectors of
    # long texts would differ (cosine 0.94). The copy gets the limit that the model is used with.
    config_file = folder / "tokenizer_config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    config.update(model_max_length=max_tokens, max_length=max_tokens, pad_token=tokenizer.pad_token)
    config_file.write_text(json.dumps(config), encoding="utf-8")
    special = {key: str(value) for key, value in tokenizer.special_tokens_map.items() if isinstance(value, str)}
    (folder / "special_tokens_map.json").write_text(json.dumps(special), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"pad_token_id": tokenizer.pad_token_id}), encoding="utf-8")
