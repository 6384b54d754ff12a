"""What a model makes of the tokens of texts, from one pass with the vectors of the texts themselves."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# The language that the packaged model reads: it finds any two German words or sentences near each other.
READS = "en"
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """What a model makes of the tokens of a text.

    Attributes:
        whole: The text's vector, float32 of shape (dim,), of unit length.
        tokens: Of each token, as the model gives them, float32 of shape (tokens, dim).
        spans: Where each token stands in the text; (0, 0) for what the model adds.
    """

    whole: NDArray[np.float32]
    tokens: NDArray[np.float32]
    spans: Sequence[tuple[int, int]]

    @property
    def words(self) -> NDArray[np.float32]:
        """The tokens without what the model adds in front and behind, which is no word."""
        return self.tokens[1:-1]


# Returns what a model makes of the tokens of each text; `qa.models.dense.DenseQueryEmbedder.embed_tokens` is one.
EmbedTokens = Callable[[Sequence[str]], Awaitable[Sequence[TokenVectors]]]


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of unit length, of the shape given: (n, dim)."""
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _TINY)
    return np.asarray(vectors / lengths, dtype=np.float32)


def whole(embed: EmbedTokens) -> Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]:
    """Return what gives the vectors of whole texts, float32 of shape (len(texts), dim), by what embeds their tokens."""

    async def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([each.whole for each in await embed(texts)], dtype=np.float32)

    return embedded
