"""The results of several searches as one list. Pure functions."""

from collections.abc import Sequence
from dataclasses import replace

from qa.types import Hit

RRF_K = 60


def fused(runs: Sequence[Sequence[Hit]], *, rrf_k: int = RRF_K, top_k: int = 50) -> list[Hit]:
    """Merge ranked lists by reciprocal rank fusion, best first.

    A chunk scores the sum of 1 / (rrf_k + rank) over the lists that hold it; equal sums keep the order of first
    appearance. Each hit is taken from the list that scored it highest, with a new rank.

    Args:
        runs: One list a search, in rank order.
        rrf_k: Damping constant, at least 1.
        top_k: Upper bound on the number of hits.

    Source:
        Cormack, Clarke and Büttcher, SIGIR 2009, https://doi.org/10.1145/1571941.1572114
    """
    sums: dict[str, float] = {}
    best: dict[str, Hit] = {}
    for run in runs:
        for place, hit in enumerate(run, 1):
            key = hit.chunk.id
            sums[key] = sums.get(key, 0.0) + 1 / (rrf_k + place)
            if key not in best or hit.score > best[key].score:
                best[key] = hit
    ordered = sorted(best.values(), key=lambda hit: -sums[hit.chunk.id])[:top_k]
    return [replace(hit, rank=rank) for rank, hit in enumerate(ordered, 1)]


def by_best_score(hits: Sequence[Hit], firsts: Sequence[Hit], limit: int) -> list[Hit]:
    """Return at most `limit` hits of several searches by their absolute scores, each search's first among them.

    A second search answers another question than the first, so each hit keeps the score of the search that it fits
    best. Ranks are new.
    """
    wanted = [hit.chunk.id for hit in firsts][:limit]
    ordered = sorted(hits, key=lambda hit: -hit.score)
    chosen = {hit.chunk.id for hit in ordered if hit.chunk.id in wanted}
    for hit in ordered:
        if len(chosen) < limit:
            chosen.add(hit.chunk.id)
    kept = [hit for hit in ordered if hit.chunk.id in chosen]
    return [replace(hit, rank=rank) for rank, hit in enumerate(kept, 1)]
