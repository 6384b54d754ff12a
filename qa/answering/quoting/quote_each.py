"""Which sentences are quoted: of one question its best, of several questions or things in one those of each."""

from collections.abc import Sequence

from qa.answering.by_rule.superseded import superseding
from qa.answering.evidence import Evidence
from qa.answering.quoting.quotable import (
    is_left_blank,
    is_of_another_thing,
    is_of_another_time,
    is_of_other_end,
    may_be_quoted,
)
from qa.answering.quoting.quote import best_quotes
from qa.answering.quoting.times_counted import without_other_times
from qa.answering.quoting.wordless import near_in_meaning, without_wordless
from qa.answering.refusing.not_computed import without_rows
from qa.answering.routes.route import Parts
from qa.answering.sentences.asked_thing import names_above, without_siblings
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.taken_back.untold import are_of_others
from qa.retrieval.query import Query
from qa.text.named_answers import names_new
from qa.text.per_hour import says_per
from qa.text.wanted import wanted
from qa.types import Hit

_MOST_QUOTES = 3
# Of several things or questions each is quoted, up to so many.
_MOST_EACH = 6


async def quotes_for(evidence: Evidence, parts: Parts) -> list[Quote]:
    """Return the sentences to quote, best first; none where the passages hold none that answers."""
    query = evidence.query
    answered = [half for half in evidence.halves if not half.judgement.doubt]
    if answered:
        whole = await _best(query, evidence.hits, evidence, parts, limit=_MOST_QUOTES)
        each: list[list[Quote]] = []
        for half in answered:
            taken = {_place(quote) for found in each for quote in found}
            each.append(_of_half(half, await quotes_for(half, parts), taken))
        lacking = [quote for found in each for quote in found if _place(quote) not in set(map(_place, whole))]
        return _distinct([*whole[:1], *lacking, *whole[1:]], len(each))
    if not evidence.named.groups:
        return await _best(query, evidence.hits, evidence, parts, limit=_MOST_QUOTES)
    groups = evidence.named.groups
    each = [await _best(query, hits[: parts.top_k], evidence, parts, limit=1) for _, hits in groups]
    return _distinct([quote for found in each for quote in found], len(each))


def _of_half(half: Evidence, quotes: Sequence[Quote], taken: set[tuple[str, int]]) -> list[Quote]:
    """Return the quote of one question of two: what answers the other already answers this if it says what it asks."""
    want = wanted(half.query.asked, half.query.language)
    if want and want.what == "name" and quotes and _place(quotes[0]) in taken:
        others = [quote for quote in quotes if _place(quote) not in taken and names_new(_asked(half), quote.text)]
        if others and not names_new(_asked(half), quotes[0].text):
            return others[:1]
    return list(quotes[:1])


def _asked(half: Evidence) -> str:
    return half.query.text.casefold()


def _distinct(quotes: Sequence[Quote], things: int) -> list[Quote]:
    """Return quotes without those that stand there twice: one sentence often answers both halves of a question."""
    distinct: dict[tuple[str, int], Quote] = {}
    for quote in quotes:
        distinct.setdefault(_place(quote), quote)
    return list(distinct.values())[: max(_MOST_QUOTES, min(_MOST_EACH, things))]


def _place(quote: Quote) -> tuple[str, int]:
    return quote.hit.chunk.id, quote.start


async def _best(query: Query, hits: Sequence[Hit], evidence: Evidence, parts: Parts, *, limit: int) -> list[Quote]:
    if not hits:
        return []
    quotes = await _found(query, hits, evidence, parts, limit=limit)
    if are_of_others(query, quotes, evidence.named):
        # "How much VAT did Reiter charge" is told by Reiter's bill, which says so in fewer words than another one.
        if evidence.select:
            evidence.select.start_again()
        own = [hit for hit in hits if all(hit.chunk.id in ids for _, ids in evidence.named.subjects)]
        quotes = await _found(query, own, evidence, parts, limit=limit) if own else quotes
    if quotes and _tells_not(query, quotes[0]):
        # What is asked for has its place there, and nothing stands in it: no other sentence tells it either.
        return []
    quotes = [quote for quote in without_rows(query.text, quotes) if not _tells_not(query, quote)]
    quotes = [quote for quote in quotes if not is_of_another_time(query.text, quote)]
    if (changed := superseding(query, quotes, hits, parts.language)) is not None:
        quotes = [changed, *(quote for quote in quotes if _place(quote) != _place(changed))][:_MOST_QUOTES]
    return quotes


def _tells_not(query: Query, quote: Quote) -> bool:
    """Tell whether a sentence is near to what is asked, and surely does not tell it."""
    return is_left_blank(quote.text) or is_of_other_end(query.asked, quote.text)


def _says_per(query: Query, quote: Quote) -> bool:
    """Tell whether a sentence says by the hour what is asked by the hour; of other languages nothing is known."""
    is_known = quote.hit.chunk.metadata.get("language", "") in ("en", "de", "")
    return not is_known or says_per(query.asked, f"{names_above(quote)}\n{quote.text}")


async def _found(query: Query, hits: Sequence[Hit], evidence: Evidence, parts: Parts, *, limit: int) -> list[Quote]:
    named = evidence.named.entities

    async def answering(found: list[Quote]) -> list[Quote]:
        found = without_other_times(query.asked, found)
        found = [quote for quote in found if _says_per(query, quote)]
        reads = parts.retriever.reads
        worded = without_wordless(query, found, evidence.hits, reads=reads)
        others = [quote for quote in found if quote not in worded]
        near = await near_in_meaning(query, others, evidence.embed, reads=reads)
        found = [quote for quote in found if quote in worded or quote in near]
        return without_siblings(query, found, evidence.hits)

    return await best_quotes(
        query,
        hits,
        embed=evidence.embed,
        tokens=evidence.tokens,
        select=evidence.select,
        language=parts.language,
        limit=limit,
        may_answer=lambda quote: may_be_quoted(query.text, quote) and not is_of_another_thing(named, quote),
        among=answering,
    )
