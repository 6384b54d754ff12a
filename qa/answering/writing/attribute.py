"""Footnotes that the check finds, for the sentences of a written answer that have none, or all the same. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.answering.checking import verify
from qa.answering.checking.nearness import Nearness
from qa.answering.writing.prompt import markers
from qa.lazy_regex import lazy_regex
from qa.text.language import language_of
from qa.text.words import SparseEmbedder
from qa.types import Hit, Statement

_MARKERS = lazy_regex(r"[ \t]*(?:\[\d{1,3}\])+")
_END = lazy_regex(r"[.!?…:;]*[”\"»’')]*\Z")
# As `qa.answering.writing.table_cells` says it.
_CELL = lazy_regex(r"- [^:!?]{1,120}: [^:!?]{1,40}")
_DIGIT = lazy_regex(r"\d")
# Fewer words of a sentence in its passage say nothing of where it comes from.
_LEAST_SHARED = 2
# Sentences that a footnote is looked for; nobody reads an answer of more.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Attributed:
    """An answer with its footnotes: `text` with all markers, `added` counts the sentences whose footnote was found."""

    text: str
    statements: tuple[Statement, ...]
    added: int

    @property
    def unsupported(self) -> int:
        """How many sentences the passages do not support, not even in part."""
        return sum(bool(item.problem) and item.support != "partly supported" for item in self.statements)

    @property
    def stands(self) -> bool:
        """Whether the passages support at least half of the sentences."""
        return bool(self.statements) and 2 * self.unsupported <= len(self.statements)


def attributed(
    text: str,
    hits: Sequence[Hit],
    *,
    reader: SparseEmbedder,
    answered: str = "",
    language: str = "english",
    nearness: Nearness | None = None,
) -> Attributed:
    """Check a written answer, and find a passage for each sentence that cites none.

    A sentence that its own passage does not support is looked for in the others: the footnote moves to one that
    supports it, if none that shares more words says otherwise, and `moved_from` says where it was. One that no other
    passage supports keeps its footnote; where all sentences cite the same passage, as weak models write, it moves to
    the one that contradicts it. Where a footnote is looked for, words decide: to hold a sentence against the vectors of
    every passage takes too long.

    The arguments are those of `qa.answering.checking.verify.statements`.
    """
    checked = verify.statements(text, hits, reader=reader, answered=answered, language=language, nearness=nearness)
    cited = {item.citations for item in checked}
    careless = len(checked) > 1 and len(cited) == 1
    found, position, looked = [], 0, 0
    for item in checked:
        core = item.text[: _END.search(item.text).start()]  # type: ignore[union-attr]
        at = text.find(core, position) if core else -1
        # A cell of a table is a few words: where its own passage says otherwise, some other one holds its number.
        is_refuted = item.support == "contradicted" and bool(_CELL.fullmatch(item.text))
        wants = not item.citations or (bool(item.problem) and not is_refuted)
        looked += wants
        better = _best(item, hits, reader, answered, language) if wants and at >= 0 and looked <= _MOST else None
        anywhere = not item.citations or (careless and item.support != "contradicted")
        if better and set(better.citations) <= set(item.citations):
            better = None
        if better and (anywhere or not better.problem):
            better = replace(better, moved_from=item.citations)
            text = _marked(text, at + len(core), better)
            item = better
        position = at + len(core) if at >= 0 else position
        found.append(item)
    return Attributed(text, tuple(found), sum(item.added for item in found))


def _best(
    item: Statement, hits: Sequence[Hit], reader: SparseEmbedder, answered: str, language: str
) -> Statement | None:
    """Return the statement with the passage that it is about: which supports it, or contradicts it, None without one.

    A passage that supports it counts only where none that shares more of its words says otherwise. Else a number that
    stands in some other passage would make any sentence right.
    """
    shares = []
    for number, hit in enumerate(hits, 1):
        code = language_of(hit.chunk.metadata, language)
        held = reader.held(f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}", code)
        words = reader.words(item.text, tuple(dict.fromkeys((code, answered or code))))
        shared = sum(not held.isdisjoint((*word.forms, *word.said_by, *word.translations)) for word in words)
        if shared >= _LEAST_SHARED or (shared and _DIGIT.search(item.text)):
            shares.append((-shared, number))
    against, most = None, 0
    for less, number in sorted(shares):
        if against and -less < most:
            break
        marked = verify.statements(
            _marked(item.text, len(item.text), replace(item, citations=(number,))),
            hits,
            reader=reader,
            answered=answered,
            language=language,
        )
        if len(marked) == 1 and not marked[0].problem:
            return replace(marked[0], added=True)
        if len(marked) == 1 and marked[0].support == "contradicted" and against is None:
            against, most = replace(marked[0], added=True), -less
    return against


def _marked(text: str, end: int, item: Statement) -> str:
    """Put a statement's markers behind its words, before what ends the sentence, in place of those that are there."""
    before = text[:end]
    stop = _END.search(before)
    if stop and stop[0]:
        end = stop.start()
    rest = text[end:]
    if there := _MARKERS.match(rest):
        rest = rest[there.end() :]
    elif (there := re.match(rf"([.!?…:;]+){_MARKERS.pattern}", rest)) is not None and markers(there[0]):
        rest = there[1] + rest[there.end() :]
    return f"{text[:end]} {''.join(f'[{number}]' for number in item.citations)}{rest}"
