"""The multilingual model is read from its packages' files; small files of the same form are written here."""

import asyncio
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.models import multilingual, onnx_copy
from qa.models.dense import DenseChunkEmbedder, DenseQueryEmbedder
from qa.models.multilingual import PROMPTS, read_packages

HIDDEN, INNER, LAYERS, HEADS, POSITIONS = 32, 64, 2, 2, 40
LETTERS = "abcdefghijklmnopqrstuvwxyz"
PIECES = ["<s>", "<pad>", "</s>", "<unk>", *(f"▁{letter}" for letter in LETTERS), *LETTERS, "▁", ":"]
SHAPES = {
    "emb.word": (len(PIECES), HIDDEN),
    "emb.pos": (POSITIONS, HIDDEN),
    "emb.type": (2, HIDDEN),
    "emb.ln.w": (HIDDEN,),
    "emb.ln.b": (HIDDEN,),
}
for layer in range(LAYERS):
    for part in ("q", "k", "v", "ao"):
        SHAPES |= {f"l{layer}.{part}.w": (HIDDEN, HIDDEN), f"l{layer}.{part}.b": (HIDDEN,)}
    SHAPES |= {f"l{layer}.fi.w": (INNER, HIDDEN), f"l{layer}.fi.b": (INNER,)}
    SHAPES |= {f"l{layer}.fo.w": (HIDDEN, INNER), f"l{layer}.fo.b": (HIDDEN,)}
    SHAPES |= {f"l{layer}.{part}.{kind}": (HIDDEN,) for part in ("aln", "oln") for kind in "wb"}

Tensors = dict[str, NDArray[np.float32]]


def is_packed(name: str) -> bool:
    return name == "emb.word" or (name.endswith(".w") and "ln" not in name)


def packed(values: NDArray[np.float32]) -> tuple[bytes, NDArray[np.float32]]:
    """Return weights in blocks of four bits, and what can be read back from them."""
    blocks = values.reshape(-1, 32)
    factors = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype(np.float16)
    stored = np.clip(np.rint(blocks / factors.astype(np.float32)) + 8, 0, 15).astype(np.uint8)
    halves = stored[:, :16] | stored[:, 16:] << 4
    data = b"".join(factor.tobytes() + half.tobytes() for factor, half in zip(factors, halves, strict=True))
    return data, ((stored.astype(np.float32) - 8) * factors.astype(np.float32)).reshape(values.shape)


def write_weights(file: Path) -> Tensors:
    """Write a model of random weights, and return them as they can be read back."""
    chance = np.random.default_rng(5)
    made: Tensors = {}
    parts = []
    for name, shape in SHAPES.items():
        values = chance.normal(1.0 if name.endswith("ln.w") else 0.0, 0.4, shape).astype(np.float32)
        data, made[name] = packed(values) if is_packed(name) else (values.tobytes(), values)
        parts.append((name, int(is_packed(name)), values.size, data))
    head = struct.pack("<4sI7ifi", b"E5S1", 1, HIDDEN, LAYERS, HEADS, INNER, len(PIECES), POSITIONS, 2, 1e-12, 32)
    spelled = "".join(PIECES).encode()
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(spelled))
    head += bytes(8 * len(PIECES) + 4) + spelled + struct.pack("<iI", 0, 0)
    place = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in parts)
    directory = struct.pack("<i", len(parts))
    for name, kind, count, data in parts:
        directory += struct.pack(f"<H{len(name)}sBIQQ", len(name), name.encode(), kind, count, place, len(data))
        place += len(data)
    file.write_bytes(head + directory + b"".join(data for *_, data in parts))
    return made


def write_tokenizer(file: Path) -> None:
    from tokenizers import models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram([(piece, -float(len(PIECES) - i)) for i, piece in enumerate(PIECES)], 3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.save(str(file))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Tensors]:
    folder = tmp_path_factory.mktemp("packages")
    weights, tokenizer = folder / "weights.bin", folder / "tokenizer.json"
    made = write_weights(weights)
    write_tokenizer(tokenizer)
    return weights, tokenizer, made


def original(tensors: Tensors, tokenizer: Tokenizer) -> NDArray[np.float32]:
    """Return what PyTorch's BERT with these weights makes of two texts, in mean and at unit length."""
    import torch
    from transformers import BertConfig, BertModel

    model = BertModel(
        BertConfig(
            vocab_size=len(PIECES),
            hidden_size=HIDDEN,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=INNER,
            max_position_embeddings=POSITIONS,
        ),
        add_pooling_layer=False,
    ).eval()
    bert = model.state_dict()
    names = {name: multilingual._short(name) for name in bert if "position_ids" not in name}
    model.load_state_dict({name: torch.from_numpy(tensors[short]) for name, short in names.items()}, strict=False)
    vectors = []
    for text in ("passage: red lamp", "passage: cold sea"):
        ids = tokenizer.encode(text).ids
        with torch.no_grad():
            vectors.append(model(torch.tensor([ids])).last_hidden_state[0].mean(dim=0).numpy())
    return np.array([vector / np.linalg.norm(vector) for vector in vectors])


@pytest.mark.models
@pytest.mark.parametrize("rounded", [False, True])
def test_vectors_are_those_of_the_packed_weights(
    files: tuple[Path, Path, Tensors], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounded: bool
) -> None:
    weights, tokenizer, made = files
    monkeypatch.setattr(multilingual, "find_packages", lambda: (weights, tokenizer))
    if not rounded:
        monkeypatch.setattr(multilingual, "write_rounded", lambda write, file: write(file))
    copy = onnx_copy.copy_packages(tmp_path)
    assert copy is not None
    assert (copy.dim, copy.max_tokens, copy.query_prompt, copy.document_prompt) == (
        HIDDEN,
        POSITIONS,
        *PROMPTS.values(),
    )
    assert "MIT License" in (copy.folder / "NOTICE").read_text()
    assert not (copy.folder / "floats.onnx").exists()
    vectors = asyncio.run(DenseQueryEmbedder(copy).embed_sentences(["red lamp", "cold sea"]))
    # Rounding moves a small model of random weights further than the real one, whose cosines stay above 0.994.
    assert (vectors * original(made, Tokenizer.from_file(str(tokenizer)))).sum(axis=1).min() > (
        0.9 if rounded else 0.99999
    )
    assert vectors[0] @ vectors[1] < 0.99  # or agreement would mean nothing


@pytest.mark.models
def test_chunks_are_embedded_by_the_copy_however_many(
    files: tuple[Path, Path, Tensors], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multilingual, "find_packages", lambda: files[:2])
    onnx_copy.copy_packages(tmp_path)
    embedder = DenseChunkEmbedder("multilingual-e5-small")
    texts = [f"lamp {letter} sea" for letter in LETTERS] * 6

    async def made() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        copy = await embedder.copy(tmp_path)
        query = await DenseQueryEmbedder(copy).embed_query("lamp a sea")
        return await embedder.embed_chunks(texts), query

    monkeypatch.setattr(embedder, "load", lambda: pytest.fail("the model of floats was loaded"))
    vectors, query = asyncio.run(made())
    assert vectors.shape == (len(texts), HIDDEN)
    assert query @ vectors[0] < 0.9999  # another prompt stands in front of a question


@pytest.mark.parametrize("damage", [lambda data: data[:300], lambda data: b"E5S2" + data[4:], lambda _data: b""])
def test_damaged_package_is_refused_in_one_line(
    files: tuple[Path, Path, Tensors], tmp_path: Path, damage: object
) -> None:
    assert callable(damage)
    broken = tmp_path / "weights.bin"
    broken.write_bytes(damage(files[0].read_bytes()))
    with pytest.raises(
        ModelError, match=r"^the packages of multilingual-e5-small cannot be read .* install them again"
    ):
        read_packages(broken, files[1])


@pytest.mark.long
@pytest.mark.skipif(multilingual.find_packages() is None, reason='needs the extra "multilingual"')
def test_question_finds_the_passage_in_another_language(tmp_path: Path) -> None:
    texts = [
        "Die Kündigungsfrist beträgt drei Monate zum Quartalsende.",
        "Der Kran hebt höchstens zwölf Tonnen.",
        "海上风电场的运维船每天早上六点出发。",
    ]
    questions = ["How long is the notice period?", "¿Cuánto puede levantar la grúa?", "When does the boat leave?"]

    async def found() -> list[int]:
        embedder = DenseChunkEmbedder("multilingual-e5-small")
        copy = await embedder.copy(tmp_path)
        vectors = await embedder.embed_chunks(texts)
        asked = DenseQueryEmbedder(copy)
        return [int(np.argmax(vectors @ await asked.embed_query(question))) for question in questions]

    assert asyncio.run(found()) == [0, 1, 2]
