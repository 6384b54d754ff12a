"""What is said where a question asks to compute over rows of a table and no table could be computed. Pure functions.

Rows that share the words of such a question may be the very ones that it does not ask for: "which members have not
paid" is nearest to those who have, and "before 6 March" to later days. So where a question denies something, or asks
for all that is more, less, before or after something, rows are no answer to it.
"""

from collections.abc import Sequence

from qa.answering.routes.footnotes import one_line
from qa.answering.routes.rows.shelf import MOST_OF_ONE
from qa.answering.saying.phrases import phrases
from qa.answering.sentences.quoted_sentences import Quote
from qa.store.records import RegisterRow
from qa.tables.asking import asks_over_rows, compares_rows, denies, lists
from qa.tables.stored import KEY, marks_of
from qa.text.frequencies import asks_how_often
from qa.types import Answer, Chunk, Hit


def without_rows(question: str, quotes: Sequence[Quote]) -> list[Quote]:
    """Return the quotations that may answer: of a question that sets rows apart from others none of them is a row."""
    if not sets_apart(question):
        return list(quotes)
    return [quote for quote in quotes if not in_row(quote.hit.chunk, quote.start)]


def sets_apart(question: str) -> bool:
    """Tell whether a question asks for rows that are not so, or for all beyond something."""
    return denies(question) or compares_rows(question)


def unshown(question: str, hits: Sequence[Hit]) -> bool:
    """Tell whether the best passage of a question that sets rows apart is one of rows, which are not shown."""
    return sets_apart(question) and bool(hits) and in_row(hits[0].chunk, hits[0].chunk.end - 1)


def not_computed(question: str, typed: str, answer: Answer, register: Sequence[RegisterRow] = ()) -> str:
    """Return what to say of an answer that rests on rows though they were to be computed; "" where there is nothing.

    Args:
        question: A standalone one.
        typed: What was typed of it: what stands before it asks for no list, it only says what is meant.
        answer: From passages.
        register: All documents; a table that is too large to be computed is named.
    """
    if not answer.found or asks_how_often(typed) or not (asks_over_rows(question) or denies(question) or lists(typed)):
        return ""
    say = phrases(question)
    plainly = asks_over_rows(question, counts=False) or denies(question)
    near = {hit.chunk.document_id for hit in answer.hits}
    large = [row for row in register if row.document_id in near and row.chunk_count > MOST_OF_ONE]
    if large and plainly:
        return say(
            "Not computed: {name} has {passages} passages, and at most {limit} are computed.",
            name=one_line(large[0].source),
            passages=large[0].chunk_count,
            limit=MOST_OF_ONE,
        )
    chunks = {citation.number: citation.chunk for citation in answer.citations}
    rows = [
        statement
        for statement in answer.statements
        if any(in_row(chunks[place.number], place.start) for place in statement.evidence if place.number in chunks)
    ]
    # "How many litres" is said by one row, and is no question of how many rows.
    if not rows or (len(rows) == 1 and not plainly):
        return ""
    return say("Not computed: shown are the rows that match best.")


def in_row(chunk: Chunk, start: int) -> bool:
    """Tell whether a place of a document's text lies in a row of a table."""
    if "rows" in chunk.metadata:
        return True
    if KEY not in chunk.metadata:
        return False
    before = [mark.start for mark in marks_of(chunk) if mark.start <= start]
    return bool(before) and "\n" not in chunk.text[max(before) - chunk.start : start - chunk.start]
