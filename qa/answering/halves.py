"""Two questions in one: each is looked for by itself, so that neither is dropped for the other."""

from dataclasses import replace
from itertools import zip_longest

from qa.answering.evidence import Evidence, find_evidence
from qa.answering.refusing.refuse import parts as parts_of
from qa.answering.routes.route import Parts
from qa.answering.standalone.lacking import lacking


async def with_halves(evidence: Evidence, parts: Parts) -> Evidence:
    """Return the evidence for a question with that for each question in it, the same where it is one.

    It may be answered if one of them may be. The best passages of each come first.

    Raises:
        StoreError: The index failed.
    """
    query = evidence.query
    asked = parts_of(query.text)
    halves = []
    for part in asked:
        # "and what is her salary": whose it is stands in the first part.
        leans = part != asked[0] and lacking(part) != "nothing"
        text = f"{asked[0]}? {part}" if leans else part
        halves.append(await find_evidence(await parts.retriever.read(text, question=part, where=query.where), parts))
    answered = [half for half in halves if not half.judgement.doubt]
    if not answered:
        return replace(evidence, halves=tuple(halves))
    rows = zip_longest(*(half.hits[: parts.top_k // len(answered)] for half in answered))
    hits = {hit.chunk.id: hit for hit in (*(hit for row in rows for hit in row if hit), *evidence.hits)}
    numbered = [replace(hit, rank=rank) for rank, hit in enumerate(hits.values(), 1)]
    judgement = evidence.judgement
    if judgement.doubt:
        judgement = max((half.judgement for half in answered), key=lambda known: known.probability or 0.0)
    return replace(evidence, hits=numbered[: parts.top_k], judgement=judgement, halves=tuple(halves))
