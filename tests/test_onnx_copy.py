"""A BERT's copy is written from its files, and gives the vectors that sentence-transformers gives."""

import asyncio
import json
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models import onnx_copy
from qa.models.bert_graph import Bert, bert_of, write_graph
from qa.models.dense import DenseQueryEmbedder
from qa.models.onnx_copy import MODEL_FILE, ModelCopy, copy_files, find_copy, load_model
from qa.models.saved_model import read_model

pytestmark = pytest.mark.models

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["lamp", "red", "the", "query", ":", "?", "."]
TOKENS = 40  # that there are positions for
# Of unequal lengths, so that batches are padded; one is longer than the model reads.
TEXTS = ["red lamp", "the lamp is red. " * 40, "a", "Is the query red?", "ab cd ef gh", "Ünïcode 灯 lamp"]


def save(
    folder: Path,
    *,
    kind: str = "Bert",
    tokenizer: str = "Bert",
    pooling: Any = "mean",
    more: Any = (),
    prompts: dict[str, str] | None = None,
    dtype: str = "float32",
    limit: int = 24,
    head: str = "Model",
    shard: str = "1GB",
    **config: Any,
) -> Path:
    """Save a model of random weights as sentence-transformers does."""
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    torch.manual_seed(3)
    raw = folder / "raw"
    made = _xlm_tokenizer() if tokenizer == "XLMRoberta" else _bert_tokenizer(folder)
    positions = TOKENS if kind in ("Bert", "DistilBert") else TOKENS + made.pad_token_id + 1
    values = {
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": positions,
        "vocab_size": len(made),
        "pad_token_id": made.pad_token_id,
        "initializer_range": 0.5,  # far from the usual 0.02, so that texts get vectors of their own
        **config,
    }
    model = getattr(transformers, f"{kind}{head}")(getattr(transformers, f"{kind}Config")(**values))
    for name, tensor in model.named_parameters():
        if name.endswith("bias") or "LayerNorm" in name:  # which begin as zeros and ones
            torch.nn.init.normal_(tensor, 0.0 if name.endswith("bias") else 1.0, 0.3)
    model.eval().to(getattr(torch, dtype)).save_pretrained(raw, max_shard_size=shard)
    made.save_pretrained(raw)
    transformer = Transformer(str(raw), max_seq_length=limit)
    size = transformer.get_embedding_dimension()
    modules = [transformer, Pooling(size, pooling_mode=pooling), *more]
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(str(folder / "model"))
    if shard != "1GB" or head != "Model":
        (folder / "model" / "model.safetensors").unlink()
        for file in raw.glob("model*safetensors*"):
            file.rename(folder / "model" / file.name)
    return folder / "model"


def _bert_tokenizer(folder: Path) -> Any:
    from transformers import BertTokenizerFast

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS), *WORDS]
    (folder / "vocab.txt").write_text("\n".join(pieces))
    return BertTokenizerFast(str(folder / "vocab.txt"))


def _xlm_tokenizer() -> Any:
    """Return a tokenizer as multilingual models have it; its table of characters to change is empty."""
    from transformers import XLMRobertaTokenizer

    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(letter, -5.0 - number / 100) for number, letter in enumerate(f"▁{LETTERS}?.:")]
    pieces += [(f"▁{word}", -3.0) for word in WORDS[:4]] + [("<mask>", 0.0)]
    table = struct.pack("<I", 1024) + bytes(1024) + b"\0"
    return XLMRobertaTokenizer(vocab=pieces, _spm_precompiled_charsmap=table)


def embed(copy: ModelCopy, texts: list[str]) -> NDArray[np.float32]:
    return asyncio.run(DenseQueryEmbedder(copy).embed_sentences(texts))


def check(name: Path, home: Path, *, atol: float = 1e-5) -> ModelCopy:
    """Copy a model from its files, and compare it with what sentence-transformers makes of them."""
    copy = copy_files(str(name), home)
    assert copy is not None
    model = load_model(str(name))
    original = model.float().encode_document(TEXTS, normalize_embeddings=True)
    copied = embed(copy, TEXTS)
    assert np.abs(copied - original).max() < atol
    # The texts differ from each other, so that agreement means something.
    assert (np.triu(copied @ copied.T, 1) < 0.9999).all()
    assert (copy.dim, copy.max_tokens) == (model.get_embedding_dimension(), model.max_seq_length)
    return copy


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8},
        {"num_hidden_layers": 3, "num_attention_heads": 4, "hidden_size": 24, "type_vocab_size": 1},
        {"hidden_act": "gelu_new", "type_vocab_size": 3},
        {"hidden_act": "relu", "layer_norm_eps": 1e-5},
        {"pooling": "cls"},
        {"limit": TOKENS},
        {"limit": None},
        {"shard": "5KB"},
        {"head": "ForMaskedLM"},
        {"tokenizer": "XLMRoberta"},  # as multilingual-e5-small has it
        {"kind": "XLMRoberta", "tokenizer": "XLMRoberta", "limit": TOKENS},
        {"prompts": {"query": "query: ", "document": "the "}},
    ],
    ids=str,
)
def test_copy_gives_the_models_vectors(tmp_path: Path, shape: dict[str, Any]) -> None:
    check(save(tmp_path, **shape), tmp_path)


def test_copy_holds_what_the_folder_says(tmp_path: Path) -> None:
    from sentence_transformers.models import Normalize

    model = save(tmp_path, pooling="cls", more=[Normalize()], prompts={"query": "query: ", "document": "the "})
    copy = check(model, tmp_path)
    assert (copy.pooling, copy.query_prompt, copy.document_prompt) == ("cls", "query: ", "the ")
    assert copy == find_copy(str(model), tmp_path)


def test_packaged_model_is_copied_from_its_files(model_home: Path) -> None:
    copy = find_copy("all-MiniLM-L6-v2", model_home)
    assert copy is not None
    assert b"footnote" in (copy.folder / MODEL_FILE).read_bytes()[-300_000:]


def test_weights_of_16_bits_are_copied_in_32(tmp_path: Path) -> None:
    check(save(tmp_path, dtype="float16"), tmp_path)


def test_graph_is_valid(tmp_path: Path) -> None:
    import onnx

    copy = copy_files(str(save(tmp_path)), tmp_path)
    assert copy is not None
    model = onnx.load(copy.folder / MODEL_FILE)
    onnx.checker.check_model(model, full_check=True)
    assert [value.name for value in model.graph.input] == ["input_ids", "attention_mask"]


# What is not plain


def _edit(file: str, **values: Any) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        held = json.loads((folder / file).read_text())
        held.update(values)
        (folder / file).write_text(json.dumps(held))

    return edit


def _normalizer(folder: Path) -> None:
    held = json.loads((folder / "tokenizer.json").read_text())
    held["normalizer"]["lowercase"] = False
    (folder / "tokenizer.json").write_text(json.dumps(held))


def _more_tokens(folder: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_tokens(["lighthouse"])
    tokenizer.save(str(folder / "tokenizer.json"))


def _tensors(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        held = load_file(folder / "model.safetensors")
        change(held)
        save_file(held, folder / "model.safetensors", metadata={"format": "pt"})

    return edit


def _cut(folder: Path) -> None:
    os.truncate(folder / "model.safetensors", 2000)


def _bfloat(held: dict[str, Any]) -> None:
    import torch

    held.update({name: tensor.to(torch.bfloat16) for name, tensor in held.items()})


def _modules(change: Callable[[list[Any]], Any]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        held = json.loads((folder / "modules.json").read_text())
        change(held)
        (folder / "modules.json").write_text(json.dumps(held))

    return edit


QUERY = "encoder.layer.1.attention.self.query.weight"
POOLING = {"pooling_mode": None, "pooling_mode_mean_tokens": True}
DENSE = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}


@pytest.mark.parametrize(
    "edit",
    [
        _edit("config.json", model_type="modernbert"),
        _edit("config.json", hidden_act="silu"),
        _edit("config.json", position_embedding_type="relative_key"),
        _edit("config.json", is_decoder=True),
        _edit("config.json", num_attention_heads=3),
        _edit("config.json", num_hidden_layers=3),
        _edit("config.json", vocab_size=7),
        _edit("config.json", quantization_config={"bits": 8}),
        _edit("config.json", auto_map={"AutoModel": "mine.Model"}),
        _edit("sentence_bert_config.json", do_lower_case=True),
        _edit("sentence_bert_config.json", max_seq_length=TOKENS + 1),
        _edit("sentence_bert_config.json", processing_kwargs={"text": {"padding": "max_length"}}),
        _edit("config_sentence_transformers.json", default_prompt_name="query"),
        _edit("config_sentence_transformers.json", prompts={"passage": "passage: "}),
        _edit("config_sentence_transformers.json", model_type="SparseEncoder"),
        _edit("1_Pooling/config.json", pooling_mode="max"),
        _edit("1_Pooling/config.json", pooling_mode=["mean", "cls"]),
        _edit("1_Pooling/config.json", include_prompt=False),
        _edit("1_Pooling/config.json", **POOLING, pooling_mode_max_tokens=True),
        _modules(lambda modules: modules.append(DENSE)),
        _modules(lambda modules: modules.pop()),
        _modules(lambda modules: modules[1].update(path="../1_Pooling")),
        _modules(lambda modules: modules[0].update(type="mine.Transformer")),
        _edit("tokenizer_config.json", tokenizer_class="RobertaTokenizer"),
        _edit("tokenizer_config.json", do_lower_case=False),
        _edit("tokenizer_config.json", strip_accents=True),
        _edit("tokenizer_config.json", padding_side="left"),
        _edit("tokenizer_config.json", mask_token="[OTHER]"),
        _normalizer,
        _more_tokens,
        _tensors(lambda held: held.pop(QUERY)),
        _tensors(lambda held: held.update({QUERY: held[QUERY][:8].contiguous()})),
        _tensors(_bfloat),
        _cut,
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "tokenizer.json").write_text("{"),
        lambda folder: (folder / "adapter_config.json").write_text("{}"),
        lambda folder: (folder / "config.json").write_text("[]"),
    ],
)
def test_what_is_not_plain_is_left_to_the_library(plain: Path, tmp_path: Path, edit: Callable[[Path], None]) -> None:
    import shutil

    folder = tmp_path / "model"
    shutil.copytree(plain, folder)
    assert read_model(folder) is not None
    edit(folder)
    assert read_model(folder) is None
    assert copy_files(str(folder), tmp_path / "home") is None
    assert not (tmp_path / "home").exists()


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(tmp_path_factory.mktemp("plain"))


def test_model_saved_by_an_older_library_is_plain(plain: Path, tmp_path: Path) -> None:
    """As the packaged one is: names of before version 5.5, and a tokenizer that was saved while it padded."""
    import shutil

    from tokenizers import Tokenizer

    folder = tmp_path / "model"
    shutil.copytree(plain, folder)
    before = {"word_embedding_dimension": 16, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(before))
    types = ["sentence_transformers.models.Transformer", "sentence_transformers.models.Pooling"]
    _modules(lambda modules: [module.update(type=kind) for module, kind in zip(modules, types, strict=True)])(folder)
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 24, "do_lower_case": false}')
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_padding(length=12, pad_id=0, pad_token="[PAD]")
    tokenizer.enable_truncation(12)
    tokenizer.save(str(folder / "tokenizer.json"))
    check(folder, tmp_path / "home")


def test_only_a_bert_that_fits_one_file_is_written() -> None:
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "vocab_size": 30522,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
    }
    assert bert_of(config) == Bert(24, 16, 1024, 4096, 30522, 512, 2, 1e-12, "gelu", None)
    assert bert_of({**config, "vocab_size": 250_002}) is None  # 2.2 GB
    for name in ("hidden_act", "num_hidden_layers", "layer_norm_eps", "type_vocab_size"):
        assert bert_of({**config, name: None}) is None
        assert bert_of({**config, name: "12"}) is None
        assert bert_of({key: value for key, value in config.items() if key != name}) is None


# Written whole or not at all


def test_full_disk_is_one_line_and_leaves_nothing(plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_bert: Bert, _tensor: Any, file: Path) -> None:
        file.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(onnx_copy, "write_graph", full)
    with pytest.raises(
        ModelError, match=r"^the copy of model .* cannot be written to .*: the disk .* is full: .* needed"
    ):
        copy_files(str(plain), tmp_path)
    assert list((tmp_path / "models").iterdir()) == []


def test_what_a_killed_process_left_is_never_found_and_swept_later(plain: Path, tmp_path: Path) -> None:
    copy = copy_files(str(plain), tmp_path)
    assert copy is not None
    # The clock may have been set back since a draft was left.
    for age, name in ((0, "young"), (2 * 3600, "old"), (-365 * 86_400, "to come")):
        draft = tmp_path / "models" / f".{copy.folder.name}.{name}"
        draft.mkdir()
        (draft / MODEL_FILE).write_bytes(b"half")
        os.utime(draft, (time.time() - age,) * 2)
    (copy.folder / "footnote.json").unlink()
    assert find_copy(str(plain), tmp_path) is None
    assert copy_files(str(plain), tmp_path) == copy
    left = {folder.name for folder in (tmp_path / "models").iterdir()}
    assert left == {copy.folder.name, f".{copy.folder.name}.young"}


_WRITING = """
import sys
from pathlib import Path
from qa.models.onnx_copy import put_copy
def fill(draft):
    print(draft, flush=True)
    sys.stdin.read()
put_copy(sys.argv[1], Path(sys.argv[2]), fill, revision="", dim=16, max_tokens=24, pooling="mean", query_prompt="")
"""


@pytest.mark.parametrize("age", [0.0, 2 * 3600.0, -365 * 86_400.0])
def test_draft_lives_as_long_as_its_process_whatever_the_clock_says(plain: Path, tmp_path: Path, age: float) -> None:
    command = [sys.executable, "-c", _WRITING, str(plain), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            draft = Path(process.stdout.readline().strip())
            os.utime(draft, (time.time() - age,) * 2)
            copy = copy_files(str(plain), tmp_path)
            assert copy is not None
            assert draft.exists()
        finally:
            process.kill()
    os.utime(draft, (time.time() - age,) * 2)
    (copy.folder / "footnote.json").unlink()
    assert copy_files(str(plain), tmp_path) == copy
    assert list((tmp_path / "models").iterdir()) == [copy.folder]


def test_copies_made_at_once_leave_the_first_in_place(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes second finds a copy that somebody may be reading already."""
    together = threading.Barrier(2)

    def both(bert: Bert, tensor: Any, file: Path) -> None:
        write_graph(bert, tensor, file)
        together.wait(timeout=60)

    monkeypatch.setattr(onnx_copy, "write_graph", both)
    made: list[ModelCopy | None] = []
    threads = [threading.Thread(target=lambda: made.append(copy_files(str(plain), tmp_path))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made[0] == made[1] == find_copy(str(plain), tmp_path)
    assert len(list((tmp_path / "models").iterdir())) == 1
    assert embed(made[0], ["red lamp"]).shape == (1, 16)
