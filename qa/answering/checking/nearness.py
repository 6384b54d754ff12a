"""How near a sentence stands to its passages, by the vectors that the packaged model makes of both and of their words.

Everyday words share few letters with a contract's. Whether "The class will be back in the afternoon" says what a
passage does, its vector tells better than its words. The check is plain code and the model waits, so they take turns:
what the check asks for is noted and embedded, and the check begins again.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from qa.models.token_vectors import READS, EmbedTokens, TokenVectors, unit
from qa.text.sentences import sentence_spans

T = TypeVar("T")
Span = tuple[int, int]
# Texts that are embedded for one answer, 4 to 5 ms each; beyond that its words alone decide.
_MOST = 80
# Characters of which the model reads all; a longer stretch is a table, or a list without a full stop.
_LONGEST = 1000
# Of how many sentences of the passages a cosine is looked at, by how many words begin alike.
_LIKELIEST, _LETTERS = 5, 4


@dataclass(frozen=True, slots=True)
class Near:
    """How near a sentence stands to its passages.

    Attributes:
        cosine: The highest one with a sentence of theirs, in [-1, 1].
        alike: Of the words that the passages lack, the mean of the highest cosines with a word of theirs; 1 for none.
    """

    cosine: float
    alike: float


class Nearness:
    """How near the sentences of one answer stand to their passages; each text is embedded once."""

    def __init__(self, embed: EmbedTokens) -> None:
        """Take what embeds sentences: the model from whose cosines `bench/learn_check.py` learned, no other."""
        self._embed = embed
        self._vectors: dict[str, TokenVectors] = {}
        self._asked: dict[str, None] = {}
        self._spans: dict[str, list[str]] = {}

    def of(self, sentence: str, passages: Iterable[tuple[str, str]], lacking: Sequence[Span] = ()) -> Near | None:
        """Return how near a sentence stands to its passages, None where it is not known (yet).

        Args:
            sentence: In the language of its passages.
            passages: Their texts with the codes of their languages.
            lacking: Where the words stand in the sentence that the passages lack.
        """
        texts = [text for passage, code in passages if code == READS for text in self._sentences(passage)]
        held = _likeliest(sentence, texts)
        new = {text: None for text in (sentence, *held) if text not in self._vectors}
        if not held or new:
            asked = self._asked | new
            if held and len(asked) + len(self._vectors) <= _MOST:
                self._asked = asked
            return None
        own, theirs = self._vectors[sentence], [self._vectors[text] for text in held]
        return Near(max(float(own.whole @ each.whole) for each in theirs), _alike(own, theirs, lacking))

    async def learn(self) -> bool:
        """Embed what was asked for; False where that is nothing."""
        new = list(self._asked)
        self._asked = {}
        if new:
            self._vectors.update(zip(new, await self._embed(new), strict=True))
        return bool(new)

    def _sentences(self, text: str) -> list[str]:
        if text not in self._spans:
            spans = sentence_spans(text, language=READS)
            self._spans[text] = [" ".join(text[start:end].split())[:_LONGEST] for start, end in spans]
        return self._spans[text]


def _alike(own: TokenVectors, theirs: Sequence[TokenVectors], lacking: Sequence[Span]) -> float:
    words = [
        own.tokens[places].mean(axis=0)
        for span in lacking
        if (places := [at for at, (start, end) in enumerate(own.spans) if start < span[1] and span[0] < end])
    ]
    there = [each.words for each in theirs if len(each.words)]
    if not words or not there:
        return 1.0
    cosines = unit(np.array(words)) @ unit(np.concatenate(there)).T
    return float(cosines.max(axis=1).mean())


def _likeliest(sentence: str, held: Sequence[str]) -> list[str]:
    """Return the sentences that share most beginnings of words with one; the others are seldom the nearest."""
    if len(held) <= _LIKELIEST:
        return list(held)
    own = _beginnings(sentence)
    return heapq.nlargest(_LIKELIEST, held, key=lambda text: len(own & _beginnings(text)))


def _beginnings(text: str) -> set[str]:
    return {word[:_LETTERS] for word in text.lower().split() if len(word) >= _LETTERS}


async def decided(check: Callable[[], T], nearness: Nearness | None) -> T:
    """Return what a check gives once its nearness lacks nothing more; it runs in a thread."""
    found = await asyncio.to_thread(check)
    while nearness and await nearness.learn():
        found = await asyncio.to_thread(check)
    return found
