"""The graph of a BERT written to ONNX from its weights, without PyTorch and its exporter.

It uses plain operators of opset 20. onnxruntime runs it in 0.8 of the time of the exporter's graph, whose attention it
can't simplify. Its own fused attention would not be faster.

Source:
    Devlin et al., BERT, NAACL 2019, https://doi.org/10.18653/v1/N19-1423; Liu et al., RoBERTa, 2019,
    https://doi.org/10.48550/arXiv.1907.11692, which counts positions differently.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

# Returns one of the model's tensors by its name.
Tensors = Callable[[str], NDArray[Any]]

# The ONNX operator for each activation that a config may name.
_ACTIVATIONS: dict[str, tuple[str, dict[str, str]]] = {
    "gelu": ("Gelu", {}),
    "gelu_new": ("Gelu", {"approximate": "tanh"}),
    "gelu_pytorch_tanh": ("Gelu", {"approximate": "tanh"}),
    "relu": ("Relu", {}),
}
# Models that count positions from the padding token's number on, and skip padding.
_ROBERTA = ("roberta", "xlm-roberta")
# Settings that change what the model computes, and the only value of each that the graph supports.
_PLAIN = {
    "position_embedding_type": "absolute",
    "is_decoder": False,
    "add_cross_attention": False,
    "pruned_heads": {},
    "quantization_config": None,
    "auto_map": None,
    "embedding_size": None,
}
_SIZES = (
    "num_hidden_layers",
    "num_attention_heads",
    "hidden_size",
    "intermediate_size",
    "vocab_size",
    "max_position_embeddings",
    "type_vocab_size",
)
_OPSET, _IR = 20, 10
# protobuf cannot read a larger file.
_MAX_BYTES = 2**31 - 2**20


@dataclass(frozen=True, slots=True)
class Bert:
    """The sizes of a BERT.

    Attributes:
        layers: Number of its layers.
        heads: Attention heads of each.
        hidden: Length of a token's vector, which the heads divide among themselves.
        inner: Length of the vector between the two halves of a layer's feed-forward part.
        words: Rows of the table of tokens.
        positions: Rows of the table of positions.
        types: Rows of the table of token types; all tokens of a text are of the first.
        epsilon: Added to the variance in layer normalisation.
        activation: Name of the activation, as in `config.json`.
        padding: Number of the padding token where positions are counted as in RoBERTa, else None.
    """

    layers: int
    heads: int
    hidden: int
    inner: int
    words: int
    positions: int
    types: int
    epsilon: float
    activation: str
    padding: int | None

    @property
    def most_tokens(self) -> int:
        """The most tokens for which there are positions."""
        return self.positions if self.padding is None else self.positions - self.padding - 1

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The name and shape of every tensor of the model that the graph needs."""
        found = {
            "embeddings.word_embeddings.weight": (self.words, self.hidden),
            "embeddings.position_embeddings.weight": (self.positions, self.hidden),
            "embeddings.token_type_embeddings.weight": (self.types, self.hidden),
            **_normalisation("embeddings.LayerNorm", self.hidden),
        }
        for layer in map(_layer, range(self.layers)):
            for part in ("query", "key", "value"):
                found |= _dense(f"{layer}.attention.self.{part}", self.hidden, self.hidden)
            found |= _dense(f"{layer}.attention.output.dense", self.hidden, self.hidden)
            found |= _normalisation(f"{layer}.attention.output.LayerNorm", self.hidden)
            found |= _dense(f"{layer}.intermediate.dense", self.hidden, self.inner)
            found |= _dense(f"{layer}.output.dense", self.inner, self.hidden)
            found |= _normalisation(f"{layer}.output.LayerNorm", self.hidden)
        return found


def bert_of(config: Mapping[str, Any]) -> Bert | None:
    """Return the sizes that a `config.json` gives; None for any model that is not exactly what the graph computes."""
    kind = config.get("model_type")
    if kind not in ("bert", *_ROBERTA) or config.get("hidden_act") not in _ACTIVATIONS:
        return None
    if any((config.get(name) or plain) != plain for name, plain in _PLAIN.items()):
        return None
    sizes = [config.get(name) for name in _SIZES]
    numbers = [size for size in sizes if type(size) is int and size > 0]
    epsilon, padding = config.get("layer_norm_eps"), config.get("pad_token_id", 0 if kind == "bert" else 1)
    if len(numbers) < len(sizes) or type(epsilon) is not float or type(padding) is not int or padding < 0:
        return None
    layers, heads, hidden, inner, words, positions, types = numbers
    bert = Bert(
        layers=layers,
        heads=heads,
        hidden=hidden,
        inner=inner,
        words=words,
        positions=positions,
        types=types,
        epsilon=epsilon,
        activation=config["hidden_act"],
        padding=None if kind == "bert" else padding,
    )
    weights = sum(4 * int(np.prod(shape)) for shape in bert.shapes.values())
    fits = bert.hidden % bert.heads == 0 and bert.most_tokens > 0 and weights < _MAX_BYTES
    return bert if fits else None


def write_graph(bert: Bert, tensor: Tensors, file: Path, *, head: str = "") -> None:
    """Write the model to `file`, in float32: from tokens and their mask to `last_hidden_state`.

    Inputs are `input_ids` and `attention_mask`, int64 of shape (texts, tokens); the output is float32 of shape (texts,
    tokens, hidden). All tokens are of the first type, as in a single text. With a head, `token_type_ids` is a third
    input of that shape, and the output is `logits`, float32 of shape (texts, 1), from the first token. Weights are
    written one by one, so that memory holds no more than the largest.

    Args:
        bert: Sizes of the model.
        tensor: Returns a tensor by its name in `bert.shapes`, of that shape and any floating type.
        file: Where to write; a file that is there is overwritten.
        head: Name of a dense layer from the hidden size to one number, whose tensors `tensor` returns too; "" for none.

    Raises:
        OSError: The file cannot be written.
    """
    with file.open("wb") as stream:
        _Graph(bert, tensor, stream, head).write()


class _Graph:
    """Collects the operators of a graph; weights are written to the file immediately.

    protobuf reads messages that follow each other as one, with the fields of all and their lists joined, so a model may
    be written in pieces. Every method here returns the name of the value that it adds.
    """

    def __init__(self, bert: Bert, tensor: Tensors, stream: IO[bytes], head: str) -> None:
        self._bert, self._tensor, self._stream, self._head = bert, tensor, stream, head
        self._nodes: list[Any] = []

    def write(self) -> None:
        from onnx import TensorProto, helper

        state, mask = self._embed(), self._mask()
        for layer in map(_layer, range(self._bert.layers)):
            state = self._feed(layer, self._attend(layer, state, mask))
        shape: list[str | int | None] = ["texts", "tokens", self._bert.hidden]
        given = ["input_ids", "attention_mask"]
        if self._head:
            given, shape = [*given, "token_type_ids"], ["texts", 1]
        # The name that the exporter gives it, so earlier copies have the same.
        made = self._judge(state) if self._head else self._add("Identity", [state], "last_hidden_state")
        inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in given]
        output = helper.make_tensor_value_info(made, TensorProto.FLOAT, shape)
        graph = helper.make_graph(self._nodes, "bert", inputs, [output])
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(graph, producer_name="footnote", ir_version=_IR, opset_imports=[opset])
        self._stream.write(model.SerializeToString())

    def _embed(self) -> str:
        words = self._constant("words", self._weight("embeddings.word_embeddings"))
        read = self._add("Gather", [words, "input_ids"], "words_read")
        table, types = self._weight("embeddings.position_embeddings"), self._weight("embeddings.token_type_embeddings")
        if self._head:
            kinds = self._add("Gather", [self._constant("types", types), "token_type_ids"], "types_read")
            read = self._add("Add", [read, kinds], "typed")
        else:
            # Every token is of the first type, so that type's vector is added to the positions once, not to each token.
            table = table + types[0]
        positions = self._constant("positions", table)
        if self._bert.padding is None:
            zero = self._constant("zero", np.array([0]))
            count = self._add("Shape", ["input_ids"], "count", start=1, end=2)
            placed = self._add("Slice", [positions, zero, count, zero], "positions_read")
        else:
            placed = self._add("Gather", [positions, self._roberta_positions(self._bert.padding)], "positions_read")
        return self._normalise("embeddings.LayerNorm", self._add("Add", [read, placed], "embedded"))

    def _judge(self, state: str) -> str:
        """Add the head, which reads the first token."""
        first = self._add("Gather", [state, self._constant("first", np.array(0))], "first_token", axis=1)
        return self._add("Identity", [self._dense(self._head, first)], "logits")

    def _roberta_positions(self, number: int) -> str:
        from onnx import TensorProto

        padding = self._constant("padding", np.array(number))
        self._add("Equal", ["input_ids", padding], "is_padding")
        self._add("Not", ["is_padding"], "is_word")
        word = self._add("Cast", ["is_word"], "word", to=TensorProto.INT64)
        counted = self._add("CumSum", [word, self._constant("along", np.array(1))], "counted")
        return self._add("Add", [self._add("Mul", [counted, word], "counted_words"), padding], "numbers")

    def _mask(self) -> str:
        """Add the mask that is added to the attention scores to hide padding, of shape (texts, 1, 1, tokens)."""
        from onnx import TensorProto

        one = self._constant("one", np.float32(1))
        lowest = self._constant("lowest", np.finfo(np.float32).min)
        kept = self._add("Cast", ["attention_mask"], "kept", to=TensorProto.FLOAT)
        lowered = self._add("Mul", [self._add("Sub", [one, kept], "dropped"), lowest], "lowered")
        return self._add("Unsqueeze", [lowered, self._constant("middle", np.array([1, 2]))], "mask")

    def _attend(self, layer: str, state: str, mask: str) -> str:
        bert, attention = self._bert, f"{layer}.attention"
        size = bert.hidden // bert.heads
        apart = self._constant(f"{layer}.apart", np.array([0, 0, bert.heads, size]))
        together = self._constant(f"{layer}.together", np.array([0, 0, bert.hidden]))
        scale = self._constant(f"{layer}.scale", np.float32(size**-0.5))

        def part(name: str, turned: list[int]) -> str:
            flat = self._dense(f"{attention}.self.{name}", state)
            heads = self._add("Reshape", [flat, apart], f"{layer}.{name}_apart")
            return self._add("Transpose", [heads], f"{layer}.{name}", perm=turned)

        query, key, value = part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])
        products = self._add("MatMul", [query, key], f"{layer}.products")
        scaled = self._add("Mul", [products, scale], f"{layer}.scaled")
        shares = self._add("Softmax", [self._add("Add", [scaled, mask], f"{layer}.masked")], f"{layer}.shares", axis=-1)
        seen = self._add("MatMul", [shares, value], f"{layer}.seen")
        turned = self._add("Transpose", [seen], f"{layer}.seen_turned", perm=[0, 2, 1, 3])
        context = self._add("Reshape", [turned, together], f"{layer}.context")
        return self._added(f"{attention}.output", context, state)

    def _feed(self, layer: str, state: str) -> str:
        kind, options = _ACTIVATIONS[self._bert.activation]
        inner = self._dense(f"{layer}.intermediate.dense", state)
        return self._added(f"{layer}.output", self._add(kind, [inner], f"{layer}.activated", **options), state)

    def _added(self, name: str, value: str, state: str) -> str:
        """Apply a dense layer to `value`, add the result to the state, and normalise."""
        total = self._add("Add", [self._dense(f"{name}.dense", value), state], f"{name}.sum")
        return self._normalise(f"{name}.LayerNorm", total)

    def _dense(self, name: str, value: str) -> str:
        weight = self._constant(f"{name}.weight", self._weight(name).T)
        bias = self._constant(f"{name}.bias", self._weight(name, "bias"))
        return self._add("Add", [self._add("MatMul", [value, weight], f"{name}.product"), bias], name)

    def _normalise(self, name: str, value: str) -> str:
        weights = [self._constant(f"{name}.{kind}", self._weight(name, kind)) for kind in ("weight", "bias")]
        return self._add("LayerNormalization", [value, *weights], name, axis=-1, epsilon=self._bert.epsilon)

    def _weight(self, name: str, kind: str = "weight") -> NDArray[np.float32]:
        return np.asarray(self._tensor(f"{name}.{kind}"), dtype=np.float32)

    def _constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        from onnx import GraphProto, ModelProto, numpy_helper

        held = numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name)
        self._stream.write(ModelProto(graph=GraphProto(initializer=[held])).SerializeToString())
        return name

    def _add(self, kind: str, inputs: Sequence[str], output: str, **options: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **options))
        return output


def _layer(number: int) -> str:
    return f"encoder.layer.{number}"


def _dense(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _normalisation(name: str, size: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (size,), f"{name}.bias": (size,)}
