"""An optional last stage: a model that reads question and passage together orders the best hits anew.

Such a model takes tens to hundreds of milliseconds a passage, so it reads the best hits first, in batches, within a
time limit.
Which models there are is in `qa.models.rerankers`.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from qa.errors import ModelError
from qa.text.embedded import embedded_text
from qa.types import Hit

logger = logging.getLogger(__name__)

# The most passages that are scored together. A question begins with one and doubles from there: it learns early how
# fast the machine is at the moment, and the clock is read between batches.
_BATCH = 8
# A batch begins only where this many times its estimated duration is left: one that is not ready in time is lost.
_MARGIN = 1.25
# Runs at the start; the fastest counts. Torch's second run takes three times as long as its third, and the machine is
# busy with the other models and the engine.
_MEASURED = 3
# The estimate shrinks to this share after a question in which it let no batch begin: a machine that was busy once gets
# another try.
_FORGIVEN = 0.7
# English of the length of a default chunk.
_SAMPLE_QUERY = "How long is the notice period of the lease, and who may end it before?"
_SAMPLE_TEXT = "The tenant may end the lease at the end of any month with a notice of three months. " * 10


class Scorer(Protocol):
    """A model that says how well a passage answers a question; the better, the higher."""

    name: str

    def load(self) -> None:
        """Load the model, once."""
        ...

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return a number per text, which means something only within this model."""
        ...


class Reranker:
    """Orders hits by a model's scores, as many as it can score within a time limit."""

    def __init__(self, scorer: Scorer, *, limit_ms: float, clock: Callable[[], float] = time.perf_counter) -> None:
        """Put the parts together; nothing is loaded.

        Args:
            scorer: The model.
            limit_ms: Most milliseconds that a question may spend here.
            clock: Gives seconds.
        """
        self._scorer = scorer
        self._limit_s = limit_ms / 1000
        self._clock = clock
        # Seconds for each UTF-8 byte of a batch padded to its longest passage. Bytes come nearer to tokens than
        # characters do, in Latin and in Chinese writing alike.
        self._pace = 0.0
        # One thread of its own: a batch that outlasts its question is left to itself, and the next one waits behind it.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rerank")

    async def load(self) -> None:
        """Load the model and measure it on one passage, which does not count towards any question's limit.

        Raises:
            ModelError: It cannot be loaded.
        """
        await asyncio.get_running_loop().run_in_executor(self._thread, self._load)

    def close(self) -> None:
        """Begin no further batch; one that is running ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def rerank(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits in the model's order, each that was scored with its `rerank`.

        Hits that were not scored in time keep their order behind the others. They stood there before, and there is no
        score to compare.

        Args:
            query: A standalone question.
            hits: Best first.

        Raises:
            ModelError: The model failed; being slow is not a failure.
        """
        end = self._clock() + self._limit_s
        texts = [embedded_text(hit.chunk) for hit in hits]
        scores: list[float] = []
        most = 1
        while len(scores) < len(texts):
            batch = self._fitting(query, texts[len(scores) : len(scores) + most], end - self._clock())
            if not batch and not scores:
                self._pace *= _FORGIVEN
            made = await self._within(end, query, batch) if batch else None
            if made is None:
                break
            scores += made
            most = min(2 * most, _BATCH)
        return reordered(hits, scores)

    def _load(self) -> None:
        self._scorer.load()
        paces = []
        for _ in range(_MEASURED):
            self._pace = 0.0
            self._score(_SAMPLE_QUERY, [_SAMPLE_TEXT])
            paces.append(self._pace)
        self._pace = min(paces)
        alone_s = self._pace * _padded(_SAMPLE_QUERY, [_SAMPLE_TEXT])
        if alone_s > self._limit_s:
            logger.warning(
                'reranker "%s" takes about %.0f ms a passage, of %.0f ms for all: it will order few or none; '
                "raise FOOTNOTE_RERANK_MS or take a smaller model",
                self._scorer.name,
                alone_s * 1000,
                self._limit_s * 1000,
            )

    def _fitting(self, query: str, texts: Sequence[str], left_s: float) -> list[str]:
        """Return as many of the first texts as can be scored together in the time that is left."""
        count = len(texts)
        while count and _MARGIN * self._pace * _padded(query, texts[:count]) > left_s:
            count -= 1
        return list(texts[:count])

    async def _within(self, end: float, query: str, batch: list[str]) -> list[float] | None:
        """Return the scores of a batch, or None if they have not come by then: an estimate may be wrong."""
        scoring = asyncio.get_running_loop().run_in_executor(self._thread, self._score, query, batch)
        await asyncio.wait([scoring], timeout=max(0.0, end - self._clock()))
        if scoring.done():
            return scoring.result()
        scoring.cancel()
        return None

    def _score(self, query: str, batch: list[str]) -> list[float]:
        started = self._clock()
        try:
            scores = self._scorer.score(query, batch)
        except Exception as error:  # whatever the model's library raises
            raise ModelError(
                f'reranker "{self._scorer.name}" failed ({type(error).__name__}: {_first_line(error)}); '
                "use another one, or leave FOOTNOTE_RERANKER out"
            ) from error
        if len(scores) != len(batch) or not all(map(math.isfinite, scores)):
            raise ModelError(f'reranker "{self._scorer.name}" does not give each passage a number; use another one')
        pace = (self._clock() - started) / _padded(query, batch)
        self._pace = (self._pace + pace) / 2 if self._pace else pace
        return scores


def reordered(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """Return the hits ranked by the scores of the first of them, the others behind; equal scores keep their order.

    Args:
        hits: Best first.
        scores: The scores of the first hits, at most one for each.
    """
    scored = zip(scores, hits[: len(scores)], strict=True)
    best = [replace(hit, rerank=score) for score, hit in sorted(scored, key=lambda pair: -pair[0])]
    return [replace(hit, rank=number) for number, hit in enumerate([*best, *hits[len(scores) :]], 1)]


def _padded(query: str, texts: Sequence[str]) -> int:
    """Return the bytes of a batch: each text counts as much as the longest."""
    return len(texts) * (len(query.encode()) + max(len(text.encode()) for text in texts))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason"])[0][:200]
