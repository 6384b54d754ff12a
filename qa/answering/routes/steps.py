"""Questions that take several searches: a model says what is still missing, and all that was found answers."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from qa.answering.events import Event, Finished, PassagesFound, Progress, Routed, Searching, Withdrawn
from qa.answering.routes.asking import wishes
from qa.answering.routes.route import Asked, Parts
from qa.answering.writing.write import Unwritten, written_answer
from qa.errors import LLMError
from qa.lazy_regex import lazy_regex
from qa.retrieval.context import assembled
from qa.retrieval.fuse import by_best_score, fused
from qa.retrieval.query import Query
from qa.retrieval.retrieve import POOL
from qa.tracing import note_tried, stage
from qa.types import Hit, RouteName

# What all asking of one question may take.
SECONDS = 30.0
TOKENS = 20_000
_WISH_TOKENS = 2_000
# What a model may take when it is asked for the first time: many can't ask, and whoever waits gets no answer meanwhile.
FIRST_SECONDS = 10.0
# Whether models can ask for searches, as far as it is known, by name, for the life of the process.
_CAN_ASK: dict[str, bool] = {}

_ASKING = r"(?:what|who|whose|when|where|which|how|why|wer|was|wann|wo|wie|warum|welche[rsmn]?|wessen)"
# A question in two parts, or about a thing that is only described: "the company that repaired …".
_SEVERAL = lazy_regex(
    rf"\b{_ASKING}\b.+\b(?:and|und)\b,?\s+(?:\w+\s+)?{_ASKING}\b"
    r"|(?<=\w )(?:whose|whom|dessen|deren)\b"
    r"|\b(?:the|of|by|to|from|der|die|das|den|dem)\s+(?:\w+\s+){1,3}(?:that|which|who|where)\s+\w+"
    r"|\b(?:derjenige|diejenige|dasjenige|denjenigen)\w*\b",
    re.IGNORECASE,
)


@dataclass
class Found:
    """What the searches for one question gave.

    Attributes:
        runs: The hits of each search, best first.
        queries: What was searched.
        tokens: What asking the model took.
    """

    runs: list[list[Hit]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    tokens: int = 0

    def add(self, query: str, hits: Sequence[Hit]) -> None:
        """Keep what a search found."""
        self.queries.append(query)
        self.runs.append(list(hits))

    def best(self, limit: int) -> list[Hit]:
        """Return the best hits of all searches, by absolute scores where there are any."""
        pool = fused(self.runs, top_k=POOL)
        if len(self.runs) == 1 or any(hit.retriever != "scores" for hit in pool):
            return pool[:limit]
        return by_best_score(pool, [run[0] for run in self.runs if run], limit)


class StepsRoute:
    """Lets a model ask for further searches."""

    name: RouteName = "steps"

    async def recognise(self, asked: Asked, parts: Parts) -> str:
        """Return why one search may not do; see `Route`."""
        if parts.llm is None or parts.searches < 2 or not takes_several(asked.text):
            return ""
        if not _CAN_ASK.get(parts.llm.name, True):
            return ""
        return f"one search may not find all of it, so {parts.llm.name} may ask for more"

    async def answer(self, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
        """Search, ask what is missing, search that, and write."""
        if parts.llm is None:
            return
        yield Searching(asked.text, str(asked.where))
        query = await parts.retriever.read(asked.text, question=asked.question, where=asked.where)
        found = Found()
        found.add(asked.text, await _hits(query, parts))
        yield PassagesFound(tuple(found.best(parts.top_k)))
        async with aclosing(search_further(found, asked, parts)) as happening:
            async for event in happening:
                yield event
        if len(found.runs) == 1:
            # One search was enough, or the model cannot ask: the ordinary answer is as good, and stands on more.
            async with aclosing(parts.from_passages(asked)) as ordinary:
                async for event in ordinary:
                    if not isinstance(event, Searching | PassagesFound):
                        yield event
            return
        is_answered = False
        async with aclosing(write_from(found, query, parts)) as happening:
            async for event in happening:
                is_answered = is_answered or isinstance(event, Finished)
                yield event
        if not is_answered:
            # The searches that it may take are used up.
            async with aclosing(parts.from_passages(replace(asked, searched=True))) as ordinary:
                async for event in ordinary:
                    if not isinstance(event, Searching | PassagesFound):
                        yield event


async def second_chance(asked: Asked, query: Query, hits: Sequence[Hit], parts: Parts) -> AsyncGenerator[Event, None]:
    """Let a model that found no answer in the passages ask for others; nothing last where these hold none either."""
    if parts.llm is None or asked.searched or parts.searches < 2 or not hits or not _CAN_ASK.get(parts.llm.name, True):
        return
    found = Found([list(hits)], [asked.text])
    async with aclosing(search_further(found, asked, parts)) as happening:
        async for event in happening:
            yield event
    if len(found.runs) > 1:
        yield Routed("steps", f"{parts.llm.name} found no answer with one search and asked for more")
        async with aclosing(write_from(found, query, parts)) as happening:
            async for event in happening:
                yield event


def takes_several(question: str) -> bool:
    """Tell whether one search may not find all that a question needs."""
    return bool(_SEVERAL.search(question))


async def _hits(query: Query, parts: Parts) -> list[Hit]:
    return await parts.retriever.retrieve(query, top_k=max(POOL, parts.top_k), ranking=parts.ranking)


async def search_further(found: Found, asked: Asked, parts: Parts) -> AsyncGenerator[Event, None]:
    """Let the model ask for searches until it has enough, or what they may take is used up.

    A model that fails here, or says something else, is asked no more; what was found so far stands.
    """
    began = time.monotonic()
    while parts.llm is not None and len(found.runs) < parts.searches:
        name = parts.llm.name
        left_s = (SECONDS if name in _CAN_ASK else FIRST_SECONDS) - (time.monotonic() - began)
        if left_s <= 0 or found.tokens >= TOKENS:
            return
        yield Progress(f"{parts.llm.name} reads what was found", len(found.runs), parts.searches)
        try:
            with stage("ask for more"):
                async with asyncio.timeout(left_s):
                    wish = await wishes(
                        parts.llm,
                        asked.text,
                        found.best(parts.top_k),
                        found.queries,
                        left=parts.searches - len(found.runs),
                        budget=min(parts.context_tokens or _WISH_TOKENS, _WISH_TOKENS),
                    )
        except TimeoutError:
            # What was found so far is answered from. Whoever waited in vain once need not wait again.
            _CAN_ASK.setdefault(name, False)
            note_tried(f"{name} asked for no search within {left_s:.0f} s, and is not waited for again")
            return
        except LLMError:
            # A model that still fails says so when it writes.
            return
        if wish.understood:
            _CAN_ASK[name] = True
        else:
            _CAN_ASK.setdefault(name, False)
            note_tried(f"{name} did not say what to search, and is not asked again")
        found.tokens += wish.tokens
        if not wish.queries:
            return
        before = {hit.chunk.id for run in found.runs for hit in run[: parts.top_k]}
        for text in wish.queries:
            yield Searching(text, str(asked.where), "model")
            hits = await _hits(await parts.retriever.read(text, where=asked.where), parts)
            found.add(text, hits)
            yield PassagesFound(tuple(hits[: parts.top_k]))
        after = {hit.chunk.id for run in found.runs for hit in run[: parts.top_k]}
        if after == before:
            return


async def write_from(found: Found, query: Query, parts: Parts) -> AsyncGenerator[Event, None]:
    """Write an answer from all that was found; nothing last where the model finds none in it."""
    if parts.llm is None:
        return
    passages = found.best(parts.top_k)
    if parts.context_tokens:
        around = await parts.retriever.around(passages)
        passages = assembled(passages, around, _further(found, passages), budget=parts.context_tokens)
    written = written_answer(
        parts.llm,
        query,
        passages,
        words=parts.retriever.sparse,
        days={},
        language=parts.language,
        nearness=parts.nearness(),
    )
    try:
        async with aclosing(written) as happening:
            async for event in happening:
                yield Finished(replace(event.answer, route="steps")) if isinstance(event, Finished) else event
    except (LLMError, Unwritten) as error:
        yield Withdrawn(str(error))


def _further(found: Found, chosen: Sequence[Hit]) -> list[Hit]:
    known = {hit.chunk.id for hit in chosen}
    return [hit for hit in fused(found.runs, top_k=POOL) if hit.chunk.id not in known]
