"""An answer without a language model: the sentences of the hits that answer best, quoted to the letter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.embed import QueryEmbedder, prefix
from qa.sentences import sentence_spans
from qa.types import Hit

TermsOf = Callable[[str], list[int]]

# Sentences are first ranked by their words alone; only this many are worth a run of the model (about 4 ms each).
_EMBEDDED_SENTENCES = 12
_CANDIDATE_HITS = 8
_LONGEST_SENTENCE = 700


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a hit: `start` and `end` are offsets into the document's text; `score` is about [0, 1]."""

    hit: Hit
    start: int
    end: int
    text: str
    score: float


async def best_quotes(
    question: str,
    hits: Sequence[Hit],
    *,
    weights: Mapping[int, float],
    terms_of: TermsOf,
    embedder: QueryEmbedder,
    language: str = "english",
    limit: int = 3,
) -> list[Quote]:
    """Return the sentences that answer a question best, best first, at least one where there is any hit.

    A sentence scores by the question's words that it holds, weighted by how rare they are (half where only its title or
    heading holds them), by its meaning, and by the score of its passage. Another sentence joins the answer while it is
    nearly as good as the best, or brings words of the question that the answer lacks.

    Args:
        question: A standalone question.
        hits: Best first, with their absolute scores.
        weights: The question's terms and their IDFs.
        terms_of: Gives the terms of a text.
        embedder: Embeds the question and the sentences.
        language: Language of the documents.
        limit: Upper bound on the number of sentences.
    """
    total = sum(weights.values())
    candidates: list[tuple[Quote, frozenset[int]]] = []
    for hit in hits[:_CANDIDATE_HITS]:
        above = frozenset(terms_of(prefix(hit.chunk.title, hit.chunk.heading))) & weights.keys()
        for start, end in sentence_spans(hit.chunk.text, language=language):
            text = hit.chunk.text[start:end]
            if not any(character.isalnum() for character in text) or len(text) > _LONGEST_SENTENCE:
                continue
            held = frozenset(terms_of(text)) & weights.keys()
            cover = sum(weights[term] * (1.0 if term in held else 0.5) for term in held | above) / total if total else 0
            place = hit.chunk.start
            quote = Quote(hit, place + start, place + end, " ".join(text.split()), cover)
            candidates.append((quote, held))
    candidates.sort(key=lambda candidate: -(candidate[0].score + candidate[0].hit.score))
    candidates = candidates[:_EMBEDDED_SENTENCES]
    if not candidates:
        return []
    vectors = await embedder.embed_sentences([question, *(quote.text for quote, _ in candidates)])
    scored = _score(candidates, vectors)
    return _choose(scored, weights, limit)


def _score(
    candidates: Sequence[tuple[Quote, frozenset[int]]], vectors: NDArray[np.float32]
) -> list[tuple[Quote, frozenset[int]]]:
    scored = []
    for (quote, held), cosine in zip(candidates, vectors[1:] @ vectors[0], strict=True):
        score = 0.35 * quote.score + 0.35 * float(cosine) + 0.3 * quote.hit.score
        scored.append((Quote(quote.hit, quote.start, quote.end, quote.text, score), held))
    scored.sort(key=lambda candidate: -candidate[0].score)
    return scored


def _choose(scored: Sequence[tuple[Quote, frozenset[int]]], weights: Mapping[int, float], limit: int) -> list[Quote]:
    best, covered = scored[0]
    chosen = [best]
    total = sum(weights.values()) or 1.0
    for quote, held in scored[1:]:
        if len(chosen) == limit:
            break
        if any(quote.text == other.text for other in chosen):
            continue
        gain = sum(weights[term] for term in held - covered) / total
        if quote.score >= 0.85 * best.score or (gain >= 0.2 and quote.score >= 0.6 * best.score):
            chosen.append(quote)
            covered |= held
    return chosen
