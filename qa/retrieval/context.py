"""From hits to the passages that an answer rests on: neighbours join, what touches merges, documents stay together.

Pure functions; `Index.around` fetches the neighbours.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, takewhile

from qa.lazy_regex import lazy_regex
from qa.store.records import ChunkSpan
from qa.text import outline
from qa.types import Chunk, Hit

# How far a section's text is taken up on either side of a hit, in chunks.
REACH = 2
# UTF-8 bytes of a token: four characters of English, one and a third of Chinese. Close enough for a budget.
_TOKEN_BYTES = 4
# For a comparison, at most this share of the hits may come from one document.
_MOST_OF_ONE = 0.5

_COMPARES = lazy_regex(
    r"\b(compar\w*|differ\w*|versus|vs|contrast\w*|both|between|than|whereas|respectively|alike|same as|similar\w*|"
    r"vergleich\w*|unterschied\w*|unterscheide\w*|gegenüber|sowohl|beide[nmrs]?|zwischen|als)\b",
    re.IGNORECASE,
)

Place = tuple[str, str, int]


def tokens(text: str) -> int:
    """Return about how many tokens a language model counts in a text."""
    return -(-len(text.encode("utf-8", "replace")) // _TOKEN_BYTES)


def compares(question: str) -> bool:
    """Tell whether a question sets things side by side, by its words, in English and German."""
    return bool(_COMPARES.search(question))


def spread(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """Return at most `limit` hits, best first, at most half of them from one document while others have any."""
    most = max(1, int(limit * _MOST_OF_ONE))
    taken: list[Hit] = []
    spare: list[Hit] = []
    counts: dict[str, int] = {}
    for hit in hits:
        key = hit.chunk.document_id
        counts[key] = counts.get(key, 0) + 1
        (taken if counts[key] <= most else spare).append(hit)
    return sorted([*taken[:limit], *spare[: max(0, limit - len(taken))]], key=lambda hit: hit.rank)


def wanted(hits: Iterable[Hit]) -> list[ChunkSpan]:
    """Return the stretches in which neighbours of the hits may lie."""
    return [
        ChunkSpan(chunk.document_id, chunk.version, max(0, chunk.ordinal - REACH), chunk.ordinal + REACH)
        for chunk in (hit.chunk for hit in hits)
    ]


def assembled(hits: Sequence[Hit], around: Iterable[Chunk], further: Iterable[Hit] = (), *, budget: int) -> list[Hit]:
    """Return the passages that a context of about `budget` tokens holds, document by document, in reading order.

    The hits come first, as many of them as fit, but always the best. Then come the neighbours of the best hits, as long
    as they stand under the same headings: the text after a hit before the text in front of it. The room that is left
    goes to further hits. Passages that touch become one, under the best hit's rank and scores. Documents come in the
    order of their best hits.

    Args:
        hits: Best first.
        around: Chunks near them, in any order.
        further: Hits that come after these.
        budget: About how many tokens.
    """
    left = budget
    taken: dict[Place, Chunk] = {}

    def take(chunk: Chunk) -> bool:
        """Take a chunk in if there is room; tell whether it is in."""
        nonlocal left
        cost = 0 if _place(chunk) in taken else tokens(chunk.text)
        if taken and cost > left:
            return False
        taken[_place(chunk)] = chunk
        left -= cost
        return True

    kept = list(takewhile(lambda hit: take(hit.chunk), hits))
    beside = {_place(chunk): chunk for chunk in [*around, *(hit.chunk for hit in kept)]}
    for hit in kept:
        for chunk in _neighbours(hit.chunk, beside):
            if not take(chunk):
                break
    kept += takewhile(lambda hit: take(hit.chunk), further)
    return _merged(kept, list(taken.values()))


def _neighbours(chunk: Chunk, chunks: Mapping[Place, Chunk]) -> Iterator[Chunk]:
    """Yield the chunks after and before a chunk while they are in its section, by turns."""
    document_id, version, ordinal = _place(chunk)
    goes_on = {1: True, -1: True}
    for distance in range(1, REACH + 1):
        for step in (1, -1):
            other = chunks.get((document_id, version, ordinal + step * distance))
            if goes_on[step] and other and other.heading == chunk.heading:
                yield other
            else:
                goes_on[step] = False


def _merged(hits: Sequence[Hit], chunks: Sequence[Chunk]) -> list[Hit]:
    ranked = {_place(hit.chunk): hit for hit in hits}
    order: dict[str, int] = {}
    for hit in hits:
        order.setdefault(hit.chunk.document_id, len(order))
    runs: list[list[Chunk]] = []
    for chunk in sorted(chunks, key=lambda chunk: (order[chunk.document_id], chunk.version, chunk.ordinal)):
        if runs and _follows(runs[-1][-1], chunk):
            runs[-1].append(chunk)
        else:
            runs.append([chunk])
    passages = []
    for run in runs:
        best = min((ranked[_place(chunk)] for chunk in run if _place(chunk) in ranked), key=lambda hit: hit.rank)
        passages.append(replace(best, chunk=_joined(best.chunk, run)))
    return passages


def _follows(one: Chunk, other: Chunk) -> bool:
    return (
        (one.document_id, one.version, one.ordinal + 1) == (other.document_id, other.version, other.ordinal)
        and one.heading == other.heading
        and one.end <= other.start
    )


def _joined(best: Chunk, run: Sequence[Chunk]) -> Chunk:
    """Return chunks that follow one another as one; the white space between them keeps its length."""
    if len(run) == 1:
        return run[0]
    text = run[0].text
    for before, chunk in pairwise(run):
        gap = chunk.start - before.end
        text += ("\n" * min(gap, 2)).ljust(gap) + chunk.text
    first, last = run[0], run[-1]
    metadata = {**best.metadata, **first.metadata}
    metadata |= outline.joined(run)
    if last.page != first.page:
        metadata["last_page"] = str(last.page)
    if first.metadata.get("rows") and last.metadata.get("rows"):
        rows = (first.metadata["rows"].split("–")[0], last.metadata["rows"].split("–")[-1])
        metadata["rows"] = "–".join(rows)
    return replace(
        best, ordinal=first.ordinal, page=first.page, start=first.start, end=last.end, text=text, metadata=metadata
    )


def _place(chunk: Chunk) -> Place:
    return chunk.document_id, chunk.version, chunk.ordinal
