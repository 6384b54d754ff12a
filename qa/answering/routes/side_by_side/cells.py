"""What one document or thing says about a subject: the sentence of a cell, and where it stands."""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from difflib import get_close_matches

from qa.answering.events import Finished
from qa.answering.quoting.quote import EXTRACTIVE, best_quotes
from qa.answering.routes.holdings.days import days_of
from qa.answering.routes.route import Asked, Parts
from qa.answering.routes.side_by_side.verdict import asked_unit, quantities
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.writing.prompt import without_markers
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share
from qa.retrieval.retrieve import POOL
from qa.store.where import Filter
from qa.text.embedded import prefix
from qa.types import Chunk, Citation, Hit, Statement

# A sentence answers for a subject if it holds so much of its words, or is so near in meaning.
_TRIED = 5
# They are looked through for one, so that nearly as good is good enough.
_NEARLY = 0.5
# A sentence of another document that scores so little less answers as well.
_AS_WELL = 0.15
_CHANGES = lazy_regex(
    r"\b(?:raised|lowered|reduced|increased|changed|instead of|no longer|from [\d.,]+ ?\S+ to|erhöht|gesenkt|geändert|"
    r"statt|anstelle|nicht mehr)\b",
    re.IGNORECASE,
)
_WORD = lazy_regex(r"[^\W\d_]+")
_LONG_WORD, _LIKE = lazy_regex(r"[^\W\d_]{5,}"), 0.8
LEAST_SHARE, _LEAST_COSINE = 0.4, 0.55


@dataclass(frozen=True, slots=True)
class Found:
    """What a cell holds: a text, the passages it rests on with the spans of it, and whether the text is a quotation.

    `doubted` is the sentence of a written text that the check speaks against, None where it does not. `otherwise` is
    what another document says with another value.
    """

    text: str
    citations: tuple[Citation, ...]
    is_quoted: bool = True
    doubted: Statement | None = None
    otherwise: "Found | None" = None


async def quoted(
    subject: str,
    item: str,
    where: Filter,
    parts: Parts,
    *,
    prefer: Callable[[str], object] | None = None,
    least: float = LEAST_SHARE,
) -> Found | None:
    """Return the sentence that says most about a subject, None where none says anything.

    Args:
        subject: What is asked, "" for whatever is said of the item.
        item: What it is asked of: a passage must hold its words, in its headings or text; "" where the filter says it.
        where: Which documents may answer.
        parts: What an answer is made with.
        prefer: What the sentence should hold, where one of the best does.
        least: Which share of the subject's words a sentence holds at least, where it is not near in meaning.
    """
    query = await parts.retriever.read(f"{subject} {item}".strip(), where=where)
    hits = await parts.retriever.retrieve(query, top_k=POOL, ranking=parts.ranking)
    kept = [hit for hit in hits if not item or _holds(item, hit.chunk, parts)]
    if not kept:
        return None
    asked = query
    if subject and item:
        # The passage names the item already; which of its sentences answers, the subject tells.
        asked = await parts.retriever.read(subject, where=where)
    quotes = await best_quotes(
        asked,
        _first_named(item, kept, parts)[: parts.top_k],
        embed=parts.retriever.dense.embed_sentences,
        language=parts.language,
        limit=_TRIED,
        nearly=_NEARLY,
        # Before the best are chosen: what is said of other items may say more about the subject.
        may_answer=lambda quote: not item or _names(item, quote.text, quote.hit.chunk, parts),
    )
    if prefer:
        quotes = sorted(quotes, key=lambda quote: not prefer(quote.text))
    answering = [
        quote
        for quote in quotes
        if not _only_names(subject, quote.text)
        and (not subject or await _answers(asked, quote.text, quote.hit.chunk, parts, least))
    ]
    if not answering:
        return None
    first, *others = answering
    other = next((quote for quote in others if _differs(subject, first, quote)), None) if subject else None
    if other is None:
        return _found(first)
    if await _is_newer(other, first, subject, parts):
        first, other = other, first
    return replace(_found(first), otherwise=_found(other))


def _only_names(subject: str, sentence: str) -> bool:
    """Tell whether a sentence is but a heading that says what is asked: "3. Rotor lock pins"."""
    return bool(subject) and set(_WORD.findall(sentence.casefold())) <= set(_WORD.findall(subject.casefold()))


def _found(quote: Quote) -> Found:
    return Found(quote.text, (Citation(1, quote.hit.chunk, ((quote.start, quote.end),)),))


def _differs(subject: str, first: Quote, other: Quote) -> bool:
    """Tell whether another document answers as well, with another number of the unit that is asked about."""
    if other.hit.chunk.document_id == first.hit.chunk.document_id or other.score < first.score - _AS_WELL:
        return False
    unit = asked_unit(subject, [first.text, other.text])
    values, others = _values(first, unit), _values(other, unit)
    return bool(unit) and values != others and not others < values


def _values(quote: Quote, unit: str) -> set[float]:
    return {found.value for found in quantities(quote.text) if found.unit == unit}


async def _is_newer(other: Quote, first: Quote, subject: str, parts: Parts) -> bool:
    """Tell whether a sentence overrules another one: it says what changed, or its document's own day is later."""
    unit = asked_unit(subject, [first.text, other.text])
    if _CHANGES.search(other.text) and _values(first, unit) < _values(other, unit):
        return True
    ids = {quote.hit.chunk.document_id for quote in (first, other)}
    days = await days_of([row for row in await parts.retriever.index.rows() if row.document_id in ids], parts.retriever)
    known = [days.get(quote.hit.chunk.document_id) for quote in (first, other)]
    return all(each and each.is_own for each in known) and known[1].day > known[0].day  # type: ignore[union-attr]


async def written(question: str, where: Filter, asked: Asked, parts: Parts) -> Found | None:
    """Return what a language model writes from the passages that a filter lets through, None where it finds nothing."""
    inner = Asked(question, question, where, asked.turns)
    happening: AsyncGenerator[object, None] = parts.from_passages(inner)
    async with aclosing(happening) as events:
        async for event in events:
            if isinstance(event, Finished):
                answer = event.answer
                if not answer.found or not answer.citations:
                    return None
                doubted = next((item for item in answer.statements if item.problem), None)
                is_quoted = answer.model == EXTRACTIVE
                return Found(without_markers(answer.text), answer.citations, is_quoted=is_quoted, doubted=doubted)
    return None


def _first_named(item: str, hits: Sequence[Hit], parts: Parts) -> list[Hit]:
    """Put the passages first whose text names the item itself, not only the headings above it."""
    return sorted(hits, key=lambda hit: not item or not _names(item, hit.chunk.text, hit.chunk, parts))


def _holds(item: str, chunk: Chunk, parts: Parts) -> bool:
    return _in_order(item, f"{prefix(chunk.title, chunk.heading)}{chunk.text}", chunk, parts)


def _names(item: str, sentence: str, chunk: Chunk, parts: Parts) -> bool:
    """Tell whether a sentence is about an item: it names it, or stands under a heading or title that does."""
    above = prefix(chunk.title, chunk.heading)
    return _in_order(item, sentence, chunk, parts) or _in_order(item, above, chunk, parts)


def _in_order(item: str, text: str, chunk: Chunk, parts: Parts) -> bool:
    code = chunk.metadata.get("language", "")
    wanted, held = parts.retriever.sparse.terms(item, code), parts.retriever.sparse.terms(text, code)
    return bool(wanted) and any(
        term == wanted[0] and held[place : place + len(wanted)] == wanted for place, term in enumerate(held)
    )


async def _answers(query: Query, sentence: str, chunk: Chunk, parts: Parts, least: float) -> bool:
    """Tell whether a sentence says something about what is asked: by its words, those above it, or its meaning."""
    known = (await parts.retriever.index.term_statistics()).frequencies
    # A word that no document holds tells nothing about this one; a learned model's terms are no words.
    weights = {
        term: weight for term, weight in query.match.weights.items() if known.get(term) or parts.retriever.learned
    }
    held = query.match.terms(f"{chunk.heading} {sentence}", chunk.metadata.get("language", ""))
    # Of a question in another language the documents hold but a word or two, by chance.
    tells = 2 * len(weights) >= len(query.match.weights)
    if weights and tells and held_share(weights, held & weights.keys()) >= least:
        return True
    vectors = await parts.retriever.dense.embed_sentences([sentence])
    return float(query.nearness(vectors)[0]) >= _LEAST_COSINE


def respelled(subject: str, chunks: Sequence[Chunk], *, is_word: Callable[[str], bool]) -> str:
    """Return a subject with each long word that these chunks do not hold as the word in them that is most like it.

    A word that `is_word` knows is no slip: who asks for the weight does not mean "eight".
    """
    held = {word.casefold() for chunk in chunks for word in _LONG_WORD.findall(f"{chunk.heading} {chunk.text}")}
    stems = {word[:-1] for word in held} | held

    def mended(match: re.Match[str]) -> str:
        word = match[0].casefold()
        if word in stems or word.rstrip("s") in stems or is_word(word):
            return match[0]
        like = get_close_matches(word, held, n=1, cutoff=_LIKE)
        return like[0] if like else match[0]

    return _LONG_WORD.sub(mended, subject)
