"""At the end of an ingest, learn from a collection's own text when its documents answer a question.

Questions are drawn from its sentences and asked twice: as they are, and with the passage that they were drawn from
taken out. General questions, which hardly any documents answer, are asked as well. No language model is needed. It
takes some seconds of the processor at most, and is done again when the collection has grown by half, or when a release
learns better.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qa.calibration.draw import Drawn, draw
from qa.calibration.general import general_questions
from qa.calibration.model import FIT, PACKAGED, Calibration, learned
from qa.calibration.signals import remembering, signals
from qa.lazy_regex import lazy_regex
from qa.retrieval.retrieve import POOL, Retriever
from qa.types import Chunk, Hit

# How many questions are drawn from the collection, and how many general ones are asked.
QUESTIONS, _GENERAL = 30, 20
# Seconds of the processor that it may take at the end of an ingest, and where somebody asked for it. A machine with
# other work learns as much in them, and takes so many times longer at most.
LIMIT_S, PATIENT_S = 15.0, 120.0
_SLOWEST = 4
# A smaller collection tells too little; and one that grew by less is what it was.
LEAST_CHUNKS, _GROWTH = 60, 1.5
# How many chunks questions are drawn from, and how many of them must be answered to learn anything.
_CHUNKS, _LEAST_DRAWN = 400, 8
# A passage that shares this much of its words with another says the same.
_SAME = 0.7
_WORD = lazy_regex(r"\w+")

Rows = NDArray[np.float64]


def is_due(stored: Calibration | None, chunks: int) -> bool:
    """Tell whether a collection of so many chunks has more to teach than when it was last asked, or taught it worse."""
    taught = stored is not None and stored.chunks and not is_outdated(stored)
    return chunks >= LEAST_CHUNKS and not (stored and taught and chunks < _GROWTH * stored.chunks)


def is_outdated(stored: Calibration | None) -> bool:
    """Tell whether a collection was asked by a release that learned worse from it: then it is asked again at once."""
    return stored is not None and bool(stored.chunks) and stored.fit < FIT


def is_open(stored: Calibration | None) -> bool:
    """Tell whether a collection is to be asked though nothing changed: it taught worse, or time ran out before."""
    return is_outdated(stored) or (stored is not None and not stored.chunks)


async def calibrate(
    retriever: Retriever,
    chunks: Sequence[Chunk],
    count: int,
    *,
    limit_s: float = LIMIT_S,
    seed: int = 0,
    clock: Callable[[], float] = time.process_time,
) -> Calibration:
    """Return what an open index teaches.

    Args:
        retriever: Searches the index.
        chunks: All of its chunks, or those of a sample of documents.
        count: How many chunks it holds.
        limit_s: Seconds of the processor after which no further question is asked.
        seed: Seed of the draw; with time for all questions, the same collection teaches the same.
        clock: Gives seconds of the processor.
    """
    until, latest = clock() + limit_s, time.monotonic() + _SLOWEST * limit_s

    def is_over() -> bool:
        return clock() > until or time.monotonic() > latest

    known = await retriever.index.term_statistics()
    drawn = draw(chunks, QUESTIONS, seed=seed)
    others = random.Random(seed).sample(general_questions(known.languages), _GENERAL)
    answered: list[Rows] = []
    without: list[Rows] = []
    general: list[Rows] = []
    for number, question in enumerate(drawn):
        if is_over():
            break
        found, left = await asked(retriever, question)
        answered += found
        without += left
        if number < len(others):
            general += await _general(retriever, others[number])
    if len(answered) < _LEAST_DRAWN:
        # Where time was too short, as on a busy machine, the next ingest tries again.
        return replace(PACKAGED, chunks=0 if is_over() else count)
    kinds = [np.array(kind) for kind in (without, general)]
    return learned(np.array(answered), kinds, chunks=count, before=PACKAGED)


async def sample(retriever: Retriever, *, seed: int = 0) -> list[Chunk]:
    """Return chunks of some hundred documents, for `calibrate`."""
    rows = [row async for row in retriever.index.documents()]
    random.Random(seed).shuffle(rows)
    found: list[Chunk] = []
    for row in rows:
        if len(found) >= _CHUNKS:
            break
        found += await retriever.index.chunks_of(row)
    return found


async def asked(retriever: Retriever, question: Drawn) -> tuple[list[Rows], list[Rows]]:
    """Return the signals of a drawn question, and those with its passage and its like taken out.

    Each is float64 of shape (len(SIGNALS),); none where the passage is not found.
    """
    query = await retriever.read(question.text)
    hits = await retriever.retrieve(query, top_k=POOL)
    embed = remembering(retriever.dense.embed_sentences)
    left = [hit for hit in hits if not _same(hit, question.chunk)]
    # A question whose passage is not found tells how to draw, and not what an answer looks like.
    if len(left) == len(hits) or not left:
        return [], []
    return (
        [await signals(query, hits, embed=embed, language=retriever.language)],
        [await signals(query, left, embed=embed, language=retriever.language)],
    )


async def _general(retriever: Retriever, question: str) -> list[Rows]:
    query = await retriever.read(question)
    hits = await retriever.retrieve(query, top_k=POOL)
    if not hits:
        return []
    return [await signals(query, hits, embed=retriever.dense.embed_sentences, language=retriever.language)]


def _same(hit: Hit, chunk: Chunk) -> bool:
    one, other = (set(_WORD.findall(text.casefold())) for text in (hit.chunk.text, chunk.text))
    return hit.chunk.id == chunk.id or len(one & other) >= _SAME * max(1, min(len(one), len(other)))
