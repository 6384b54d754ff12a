"""Whether a sentence answers a question, by a small model that reads both together: answer sentence selection.

It learned from published and invented questions, as `bench/learn_selection.py` says; docs/quality.md says what it
gives. It reads English.

Source:
    Garg, Vu and Moschitti, TANDA, AAAI 2020, https://doi.org/10.48550/arXiv.1911.04118, for the task.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.models.pair_reader import Learned, Pair, PairReader, make_copy

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Tokens of each part, as it was learned: of the lines above, and of the sentence before, the last ones.
_QUESTION, _ABOVE, _BEFORE, _SENTENCE = 40, 12, 28, 72
SELECTION = Learned(
    "answer-selection",
    Path(__file__).with_name("answer_selection.safetensors"),
    _QUESTION + _ABOVE + _BEFORE + _SENTENCE + 5,
    "selects answers",
    "sentences are not read together with the question",
)
"""What the model learned."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer.

    Attributes:
        text: The sentence.
        before: The one before it in its document, "" for none.
        above: The title and headings above it.
    """

    text: str
    before: str = ""
    above: str = ""


# Returns the log-odds that each sentence answers the question, float32 of shape (number of sentences,);
# None where there is no model.
Select = Callable[[str, Sequence[Candidate]], Awaitable[NDArray[np.float32] | None]]


class AnswerSelector(PairReader):
    """The model, loaded when it is first asked; a question is answered without it where it cannot be."""

    def __init__(self, models: Path) -> None:
        """Take the folder `models` of a home, which holds the copies of models."""
        super().__init__(SELECTION, models)

    async def judge(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Return the log-odds that each sentence answers the question, float32 of shape (len(candidates),).

        Raises:
            ModelError: The model's copy cannot be written, or is damaged.
        """
        return (await self.read(partial(_pairs, question, list(candidates))))[:, 0]

    async def try_to_judge(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32] | None:
        """Return as `judge`; None where the model cannot be loaded, which is logged, and tried again after a while."""
        said = await self.try_to_read(partial(_pairs, question, list(candidates)))
        return None if said is None else said[:, 0]


def selector_of(home: Path) -> AnswerSelector:
    """Return the model whose copy lies under a home; all collections of a process share it, some 40 MB."""
    return _selector_in((home / "models").resolve())


@lru_cache(maxsize=2)
def _selector_in(models: Path) -> AnswerSelector:
    return AnswerSelector(models)


async def make_selector_copy(home: Path) -> None:
    """Write the model's copy under a home where there is none; see `make_copy`."""
    await make_copy(SELECTION, home)


def pair_of(question: str, candidate: Candidate, tokenizer: "Tokenizer") -> Pair:
    """Return what the model reads of a question and a sentence."""

    def tokens(text: str) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids) if text else []

    start, end = tokens("[CLS]")[0], tokens("[SEP]")[0]
    asked = [start, *tokens(question)[:_QUESTION], end]
    above, before = tokens(candidate.above)[-_ABOVE:], tokens(candidate.before)[-_BEFORE:]
    said = [*above, *([end] if above else []), *before, end, *tokens(candidate.text)[:_SENTENCE], end]
    return Pair([*asked, *said], len(asked))


def _pairs(question: str, candidates: Sequence[Candidate], tokenizer: "Tokenizer") -> list[Pair]:
    return [pair_of(question, candidate, tokenizer) for candidate in candidates]
