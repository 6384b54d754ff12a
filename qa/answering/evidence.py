"""What there is to answer a question from: the passages found, and what speaks for and against an answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest

from qa.answering.quoting.selection import Selection
from qa.answering.refusing.refuse import Doubt, Judgement, judged
from qa.answering.routes.route import Parts
from qa.calibration.model import read
from qa.calibration.signals import Embed, remembering
from qa.lazy_regex import lazy_regex
from qa.models.each_once import each_once
from qa.models.token_vectors import EmbedTokens, whole
from qa.retrieval.about import Sorted
from qa.retrieval.context import assembled, spread
from qa.retrieval.query import Query
from qa.retrieval.retrieve import POOL
from qa.text.changed_values import asks_for_value
from qa.tracing import stage
from qa.types import Hit

# The first person, which is mentioned more than once by who means it: "World War I" is nobody.
_SPEAKS = lazy_regex(r"\b(?:I|[Mm]y|me|[Ii]ch|mich|mir|[Mm]eine?[mnrs]?)\b")
_OFTEN, _LEAST_SPOKEN = 2, 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to answer from.

    Attributes:
        hits: What an answer may rest on, best first.
        further: What else was found.
        days: Days of their documents, by id, if the question asks for the latest.
        judgement: What speaks for and against an answer.
        embed: Embeds sentences, each once for this question.
        tokens: Embeds their tokens as well; None where the dense model's cosines of words are not known.
        query: The question, with all that the passages showed to be names.
        named: What it names, and the passages about each of several things.
        halves: The same for each of two questions in one; none where it is one.
        select: Reads sentences with the question; None for nothing that does.
    """

    hits: list[Hit]
    further: list[Hit]
    days: Mapping[str, date]
    judgement: Judgement
    embed: Embed
    tokens: EmbedTokens | None
    query: Query
    named: Sorted
    halves: "tuple[Evidence, ...]" = ()
    select: Selection | None = None


async def find_evidence(query: Query, parts: Parts) -> Evidence:
    """Retrieve, choose what an answer may rest on, and judge whether that answers the question."""
    found = await parts.retriever.retrieve(query, top_k=max(POOL, parts.top_k), ranking=parts.ranking)
    if parts.ranking == "scores" and parts.retriever.reranker is None:
        found = await parts.retriever.of_named(query, found)
    if asks_for_value(query.asked, query.language):
        found = await _dated(found, parts)
    named = await parts.retriever.named(query, found)
    query, right = named.query or query, named.hits
    hits = _of_each(named, parts.top_k) if named.groups else right
    hits = spread(hits, parts.top_k) if query.compares else hits[: parts.top_k]
    chosen = {hit.chunk.id for hit in hits}
    tokens = each_once(parts.tokens) if parts.tokens else None
    embed = whole(tokens) if tokens else remembering(parts.retriever.dense.embed_sentences)
    with stage("judge"):
        judgement = await judge(query, hits, [*right, *named.others], embed=embed, parts=parts)
    if named.unknown and judgement.doubt is None and is_spoken(hits):
        # Who gives a speech is not named in it; the answer says that no document mentions him.
        judgement = replace(judgement, unknown=named.unknown)
    elif named.unknown and judgement.doubt is None:
        # Of somebody whom no document names nothing is quoted, however like him others are.
        judgement = replace(judgement, doubt=Doubt("unmentioned", named.unknown, name=named.unknown))
    return Evidence(
        hits,
        further=[hit for hit in right if hit.chunk.id not in chosen],
        days=await parts.retriever.days(query, [hit.chunk for hit in found]),
        judgement=judgement,
        embed=embed,
        tokens=tokens,
        query=query,
        named=named,
        select=Selection(parts.select) if parts.select else None,
    )


def is_spoken(hits: Sequence[Hit]) -> bool:
    """Tell whether at least half of some passages are of one text in which somebody speaks of himself, and no mail."""
    own = Counter(
        hit.chunk.document_id
        for hit in hits
        if not hit.chunk.metadata.get("from") and len(_SPEAKS.findall(hit.chunk.text)) >= _OFTEN
    )
    return bool(own) and 2 * max(own.values()) >= max(len(hits), _LEAST_SPOKEN)


async def _dated(hits: Sequence[Hit], parts: Parts) -> list[Hit]:
    """Return hits whose passages state the day of their document: of a mail the register alone knows it.

    What a later paper changes is told by these days.
    """
    days = await parts.retriever.index.days((hit.chunk.document_id for hit in hits), written=True)
    return [
        replace(hit, chunk=replace(hit.chunk, metadata={"date": day.isoformat(), **hit.chunk.metadata}))
        if (day := days.get(hit.chunk.document_id))
        else hit
        for hit in hits
    ]


def _of_each(named: Sorted, limit: int) -> list[Hit]:
    """Return hits with the best about each of several things first, numbered anew."""
    each = max(1, limit // len(named.groups))
    first = [hit for row in zip_longest(*(hits[:each] for _, hits in named.groups)) for hit in row if hit]
    every = {hit.chunk.id: hit for hit in (*first, *named.hits)}
    return [replace(hit, rank=rank) for rank, hit in enumerate(every.values(), 1)]


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
