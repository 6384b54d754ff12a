"""How long each stage of a question takes, measured from outside: the parts are wrapped, their code stays as it is."""

import time
from collections.abc import Mapping
from typing import Any, cast

from qa.retrieval.retrieve import Retriever

# The stages of one question in their order; "score" is what retrieving takes beyond embedding, searching and reranking,
# "answer" what answering takes beyond retrieving.
STAGES = ("embed", "search", "score", "rerank", "answer")

_SEARCHES = {"search_dense": "search", "search_sparse": "search", "search_hybrid": "search"}


class Clock:
    """Milliseconds by stage since they were last taken."""

    def __init__(self) -> None:
        self._elapsed_ms: dict[str, float] = {}

    def add(self, stage: str, elapsed_ms: float) -> None:
        """Add time to a stage."""
        self._elapsed_ms[stage] = self._elapsed_ms.get(stage, 0.0) + elapsed_ms

    def take(self) -> dict[str, float]:
        """Return what was counted, and start again from nothing."""
        taken, self._elapsed_ms = self._elapsed_ms, {}
        return taken


def timed(retriever: Retriever, clock: Clock) -> Retriever:
    """Return a retriever that does the same and counts "embed", "search", "rerank" and "retrieve" in `clock`.

    The one given is changed: its models and index are wrapped in place.
    """
    retriever.dense = cast(Any, _Timed(retriever.dense, {"embed_query": "embed"}, clock))
    retriever.index = cast(Any, _Timed(retriever.index, _SEARCHES, clock))
    if retriever.reranker is not None:
        retriever.reranker = cast(Any, _Timed(retriever.reranker, {"rerank": "rerank"}, clock))
    return cast(Retriever, _Timed(retriever, {"read": "retrieve", "retrieve": "retrieve"}, clock))


class _Timed:
    """Stands for an object and counts the time of some of its coroutines."""

    def __init__(self, target: Any, stages: Mapping[str, str], clock: Clock) -> None:
        self._target = target
        self._stages = stages
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._target, name)
        stage = self._stages.get(name)
        if stage is None:
            return value

        async def counted(*arguments: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return await value(*arguments, **options)
            finally:
                self._clock.add(stage, (time.perf_counter() - started) * 1000)

        return counted
