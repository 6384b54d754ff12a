"""Where in an answer's text its sentences and its markers stand. Pure functions."""

import re
from collections.abc import Container, Sequence

from qa.answering.writing.table_cells import NOWHERE, Said, said
from qa.lazy_regex import lazy_regex
from qa.types import Statement

MARKER = lazy_regex(r"\[(\d{1,3})\]")


def places(text: str, statements: Sequence[Statement], *, in_tables: bool = False) -> list[tuple[int, int, int]]:
    """Find the statements in the text, in order: (start, end, index of the statement).

    White space and markers do not count in the comparison: statements have no markers, and line breaks in a quoted
    sentence may have been mended. With `in_tables`, a cell of a table in Markdown is a sentence, as
    `qa.answering.writing.table_cells` says it.
    """
    spoken = said(text) if in_tables else Said(text, range(len(text)))
    hidden = {at for match in MARKER.finditer(spoken.text) for at in range(*match.span())}
    shown = [at for at, character in enumerate(spoken.text) if at not in hidden and not character.isspace()]
    dense = "".join(spoken.text[at] for at in shown)
    found, cursor = [], 0
    for index, statement in enumerate(statements):
        wanted = "".join(MARKER.sub("", statement.text).split())
        at = dense.find(wanted, cursor) if wanted else -1
        if at >= 0:
            own = [place for one in shown[at : at + len(wanted)] if (place := spoken.places[one]) != NOWHERE]
            cursor = at + len(wanted)
            if own:
                found.append((own[0], own[-1] + 1, index))
    return found


def markers(
    text: str, known: Container[int], statements: Sequence[Statement], found: Sequence[tuple[int, int, int]]
) -> dict[int, re.Match[str]]:
    """Find the markers that stand for a citation, by where they begin.

    A quoted sentence may hold an "[1]" of its own, which stays text.

    Args:
        text: Of the answer.
        known: Numbers of its citations.
        statements: Its sentences.
        found: Where they are, as `places` returns it.
    """
    own = [(start, end) for start, end, index in found if MARKER.search(statements[index].text)]
    return {
        match.start(): match
        for match in MARKER.finditer(text)
        if int(match[1]) in known and not any(start <= match.start() < end for start, end in own)
    }
