"""A written answer that set no footnote itself, held to the quoted one: what both say stands, the quotations behind it.

A model that cites nothing is mostly a weak one. What the check finds for its sentences shows that they are in the
passages, which need not be where the question is answered: of SmolLM2's sentences on the sample that the check
supports, about every second rests on a passage that says something else. Pure functions.
"""

from collections.abc import Sequence
from dataclasses import replace

from qa.lazy_regex import lazy_regex
from qa.types import Answer, Citation, Hit, Statement

# The first sentence takes at least this share of its words from the question and from what is quoted.
_LEAST_KNOWN = 0.7
_SEVERAL = 2
# And each takes so much from its passages and the question, by how words begin.
_LEAST_HELD, _LETTERS = 0.5, 5
_WORD = lazy_regex(r"[^\W\d_]{4,}|\d+")
Place = tuple[str, int, int]


def set_none(answer: Answer) -> bool:
    """Tell whether all footnotes of an answer were found by the check."""
    return bool(answer.citations) and all(item.added for item in answer.statements if item.citations)


def is_sure(written: Answer, quoted: Answer) -> bool:
    """Tell whether a written answer stands as it is though it set no footnote: the check found one for all of it.

    Only strong models write several sentences that the passages support to the last, and of which most rest on the
    passages that are quoted; their words need no quotation behind them. Each takes half of its words from there or from
    the question: "The crew worked to repair the cable" may be near a passage about a fault and stand nowhere.
    """
    held = {citation.number: citation.chunk.document_id for citation in written.citations}
    where = {citation.chunk.document_id for citation in quoted.citations}
    rests = [any(held.get(number) in where for number in item.citations) for item in written.statements]
    return (
        len(written.statements) >= _SEVERAL
        and not any(item.problem or not item.citations for item in written.statements)
        and all(_held_share(item, written) >= _LEAST_HELD for item in written.statements)
        and rests[0]
        and 2 * sum(rests) > len(rests)
    )


def beside_quotations(written: Answer, quoted: Answer) -> Answer | None:
    """Return the sentences of a written answer that the passages support, and behind them what is quoted.

    None where the first of them does not rest on what is quoted. A quotation that says the same as a sentence is left
    out; the others keep their order, and get the numbers of the written answer's passages.
    """
    places = [(citation.chunk.document_id, *span) for citation in quoted.citations for span in citation.spans]
    asked = f"{written.question} {written.query}".casefold()
    # A sentence that gives the question back says nothing.
    kept = [
        item for item in written.statements if not item.problem and not all(word in asked for word in _words(item.text))
    ]
    if not kept or not _overlap(_places(kept[0], written), places):
        return None
    first, known = _words(kept[0].text), _words(f"{asked} {quoted.text}")
    if len(first & known) < _LEAST_KNOWN * len(first):
        return None
    hits = list(written.hits)
    numbers = {citation.number: _number(citation, hits) for citation in quoted.citations}
    said = [_words(item.text) for item in kept]
    quotes = [
        replace(item, citations=tuple(numbers[number] for number in item.citations), evidence=(), against=())
        for item in quoted.statements
        if _words(item.text) not in said
    ]
    statements = (*kept, *quotes)
    cited = {number for item in statements for number in item.citations}
    spans: dict[int, set[tuple[int, int]]] = {number: set() for number in sorted(cited)}
    for citation in written.citations:
        if citation.number in spans:
            spans[citation.number] |= set(citation.spans)
    for citation in quoted.citations:
        if numbers[citation.number] in spans:
            spans[numbers[citation.number]] |= set(citation.spans)
    sentences = "".join(map(_sentence, kept)).strip()
    text = "\n\n".join((sentences, *(f"{item.text} {_marks(item)}" for item in quotes)))
    return replace(
        written,
        text=text,
        statements=statements,
        citations=tuple(Citation(number, hits[number - 1].chunk, tuple(sorted(spans[number]))) for number in spans),
        hits=tuple(hits),
    )


def _held_share(item: Statement, written: Answer) -> float:
    """Return what share of a sentence's words its passages or the question hold, by how they begin; 1 for no words."""
    cited = [citation.chunk.text for citation in written.citations if citation.number in item.citations]
    known = {word[:_LETTERS] for word in _words(" ".join((written.question, written.query, *cited)))}
    own = {word[:_LETTERS] for word in _words(item.text)}
    return len(own & known) / len(own) if own else 1.0


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _places(item: Statement, answer: Answer) -> list[Place]:
    """Return where in which documents a sentence stands: its evidence, else what its passages carry."""
    chunks = {citation.number: citation for citation in answer.citations}
    if item.evidence:
        return [
            (chunks[place.number].chunk.document_id, place.start, place.end)
            for place in item.evidence
            if place.number in chunks
        ]
    cited = [chunks[number] for number in item.citations if number in chunks]
    return [(citation.chunk.document_id, *span) for citation in cited for span in citation.spans]


def _overlap(some: Sequence[Place], others: Sequence[Place]) -> bool:
    return any(
        one == another and start < stop and begin < end for one, start, end in some for another, begin, stop in others
    )


def _number(citation: Citation, hits: list[Hit]) -> int:
    """Return the number of the passage that holds a quotation; one that none holds is added."""
    chunk = citation.chunk
    for number, hit in enumerate(hits, 1):
        same = hit.chunk.document_id == chunk.document_id and hit.chunk.version == chunk.version
        if same and all(hit.chunk.start <= start and end <= hit.chunk.end for start, end in citation.spans):
            return number
    hits.append(Hit(chunk, 0.0, len(hits) + 1, "scores"))
    return len(hits)


def _sentence(item: Statement) -> str:
    """Return a sentence with its markers, behind the one before it; an item of a list on a line of its own."""
    is_item = item.text.startswith("- ")
    return f"\n{item.text} {_marks(item)}" if is_item else f" {_unended(item.text)} {_marks(item)}."


def _marks(item: Statement) -> str:
    return "".join(f"[{number}]" for number in item.citations)


def _unended(text: str) -> str:
    return text.rstrip().rstrip(".")
