"""What there is to answer a question from: the passages found, and what speaks for and against an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qa.answering.refuse import Judgement, judged
from qa.answering.routes.route import Parts
from qa.answering.same_thing import about_it
from qa.calibration.model import read
from qa.calibration.signals import Embed, remembering
from qa.retrieval.context import assembled, spread
from qa.retrieval.query import Query
from qa.retrieval.retrieve import POOL
from qa.tracing import stage
from qa.types import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to answer from.

    Attributes:
        hits: What an answer may rest on, best first.
        further: What else was found.
        days: Days of their documents, by id, if the question asks for the latest.
        judgement: What speaks for and against an answer.
        embed: Embeds sentences, each once for this question.
    """

    hits: list[Hit]
    further: list[Hit]
    days: Mapping[str, date]
    judgement: Judgement
    embed: Embed


async def find_evidence(query: Query, parts: Parts) -> Evidence:
    """Retrieve, choose what an answer may rest on, and judge whether that answers the question."""
    found = await parts.retriever.retrieve(query, top_k=max(POOL, parts.top_k), ranking=parts.ranking)
    right = about_it(query, found)
    hits = spread(right, parts.top_k) if query.compares else right[: parts.top_k]
    chosen = {hit.chunk.id for hit in hits}
    embed = remembering(parts.retriever.dense.embed_sentences)
    with stage("judge"):
        judgement = await judge(query, hits, found, embed=embed, parts=parts)
    return Evidence(
        hits,
        further=[hit for hit in found if hit.chunk.id not in chosen],
        days=await parts.retriever.days(query, [hit.chunk for hit in found]),
        judgement=judgement,
        embed=embed,
    )


async def judge(query: Query, hits: Sequence[Hit], found: Sequence[Hit], *, embed: Embed, parts: Parts) -> Judgement:
    """Judge hits by the user's threshold, else by what was learned from the collection; see `refuse.judged`."""
    known = await parts.retriever.index.calibration() if parts.threshold is None else {}
    return await judged(
        query,
        hits,
        found,
        calibration=read(known),
        threshold=parts.threshold,
        embed=embed,
        language=parts.language,
        reads=parts.retriever.reads,
    )


async def passages_for_model(evidence: Evidence, parts: Parts) -> list[Hit]:
    """Return the passages that a language model is given: the hits, and what else its budget of tokens has room for."""
    if not parts.context_tokens:
        return list(evidence.hits)
    around = await parts.retriever.around(evidence.hits)
    return assembled(evidence.hits, around, evidence.further, budget=parts.context_tokens)
