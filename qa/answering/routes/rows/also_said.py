"""A number that the rows of a table give, beside what the text of a document says of it.

"How many apprentices are there?" counts those of one list; a report may say that three began since.
"""

from dataclasses import replace

from qa.answering.evidence import find_evidence
from qa.answering.quoting.quote import best_quotes, quoted_answer
from qa.answering.refusing.not_computed import in_row
from qa.answering.routes.route import Asked, Parts
from qa.lazy_regex import lazy_regex
from qa.tables.plan import Plan, ReadTable
from qa.text.number_words import CARDINALS
from qa.text.wanted import wanted
from qa.types import Answer, Citation

_NUMBERS = {word: number for words in CARDINALS.values() for word, number in words.items() if number}
_WORD = lazy_regex(r"\w+")


def may_be_said(asked: Asked, plan: Plan, table: ReadTable) -> bool:
    """Tell whether a text may say how many there are: rows are counted, and of no time that the question names."""
    want = wanted(asked.text)
    dated = any(table.columns[condition.column].kind == "date" for condition in plan.where)
    return plan.operation == "count" and plan.group is None and not dated and bool(want and want.what == "count")


async def with_what_texts_say(answer: Answer, count: int, asked: Asked, parts: Parts) -> Answer:
    """Return an answer with the sentence of a text that gives another number; neither stands in front then.

    Raises:
        StoreError: The index failed.
    """
    query = await parts.retriever.read(asked.text, question=asked.question, where=asked.where)
    evidence = await find_evidence(query, parts)
    if evidence.judgement.doubt is not None:
        return answer
    quotes = await best_quotes(
        query,
        evidence.hits,
        embed=evidence.embed,
        tokens=evidence.tokens,
        select=evidence.select,
        language=parts.language,
        limit=1,
        may_answer=lambda quote: not in_row(quote.hit.chunk, quote.start),
    )
    if not quotes:
        return answer
    said = quoted_answer(query, quotes[:1], evidence.hits)
    number = _number(said.direct.text) if said.direct else None
    if number is None or number == count:
        return answer
    place = max((citation.number for citation in answer.citations), default=0) + 1
    (statement,), (citation,) = said.statements, said.citations
    evidence_there = tuple(replace(item, number=place) for item in statement.evidence)
    return replace(
        answer,
        text=f"{answer.text}\n\n{statement.text} [{place}]",
        statements=(*answer.statements, replace(statement, citations=(place,), evidence=evidence_there)),
        citations=(*answer.citations, Citation(place, citation.chunk, citation.spans)),
        hits=(*answer.hits, quotes[0].hit),
        direct=None,
    )


def _number(text: str) -> int | None:
    """Return the only number of a few words, None where there is none or several."""
    words = [word.casefold() for word in _WORD.findall(text)]
    found = [int(word) if word.isascii() and word.isdecimal() else _NUMBERS.get(word) for word in words]
    numbers = [number for number in found if number is not None]
    return numbers[0] if len(numbers) == 1 else None
