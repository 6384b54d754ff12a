"""Where evidence lies in the documents, and how much of it was retrieved, in characters. Pure functions.

Chunks are cut differently under every setting; characters stay where they are. So these figures compare chunk sizes.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from qa.evaluation.dataset import Question
from qa.lazy_regex import lazy_regex
from qa.types import Hit

Range = tuple[int, int]

_SPACE = lazy_regex(r"\s+")


class Place(NamedTuple):
    """A stretch of a document, by the id that the questions use; character offsets, end exclusive."""

    document: str
    start: int
    end: int


# The places of which each alone proves one fact.
Fact = tuple[Place, ...]


class Locator:
    """Finds quotes in documents, whatever their white space. Keeps a prepared document for the next quote."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take the documents' texts by the ids that the questions use; nothing is read yet."""
        self._texts = texts
        self._dense: dict[str, tuple[str, list[int]]] = {}

    def facts(self, question: Question) -> tuple[Fact, ...]:
        """Return the places of each fact of a question's evidence; facts whose quotes are nowhere are left out.

        A quote that occurs several times in the relevant documents has several places: each of them proves the fact.
        """
        relevant = [name for name, grade in question.relevant.items() if grade > 0]
        if question.spans:
            return tuple((Place(document or relevant[0], start, end),) for start, end, document in question.spans)
        facts = (
            tuple(place for quote in quotes for name in relevant for place in self.places(name, quote))
            for quotes in question.evidence
        )
        return tuple(tuple(dict.fromkeys(fact)) for fact in facts if fact)

    def places(self, document: str, quote: str) -> list[Place]:
        """Return the places of a quote in a document, in order; white space does not count."""
        wanted = _SPACE.sub("", quote)
        if not wanted or document not in self._texts:
            return []
        if document not in self._dense:
            text = self._texts[document]
            offsets = [at for at, character in enumerate(text) if not character.isspace()]
            self._dense[document] = "".join(text[at] for at in offsets), offsets
        dense, offsets = self._dense[document]
        found = (match.start() for match in re.finditer(re.escape(wanted), dense))
        return [Place(document, offsets[at], offsets[at + len(wanted) - 1] + 1) for at in found]


def retrieved_ranges(hits: Iterable[Hit], document_id: Callable[[str], str]) -> dict[str, list[Range]]:
    """Return the stretches that chunks cover, by document."""
    ranges: dict[str, list[Range]] = {}
    for hit in hits:
        ranges.setdefault(document_id(hit.chunk.source), []).append((hit.chunk.start, hit.chunk.end))
    return {name: union(found) for name, found in ranges.items()}


def span_metrics(
    facts: Mapping[str, Sequence[Fact]],
    hits: Mapping[str, Sequence[Hit]],
    document_id: Callable[[str], str],
    *,
    k: int = 5,
    within: str = "",
) -> dict[str, dict[str, float]]:
    """Return what the first `k` chunks hold of the evidence, in characters, per metric and question id, in [0, 1].

    With E the characters of the evidence and C those of the chunks: "SpanRecall@k" is |E ∩ C| / |E|, "SpanPrecision@k"
    |E ∩ C| / |C|, "SpanIoU@k" |E ∩ C| / |E ∪ C|. Of the places that prove one fact, E holds the one that was covered
    most. A question without hits scores 0.

    Args:
        facts: The questions' located evidence, by question id; those without any are left out.
        hits: In rank order, by question id.
        document_id: Turns a chunk's source into the id that the facts use.
        k: How many chunks a reader is shown, at least 1.
        within: Takes the place of `k` in the names if the hits were cut by another measure.

    Source:
        Smith and Troynikov, Evaluating Chunking Strategies for Retrieval, 2024,
        https://research.trychroma.com/evaluating-chunking. There a character in two retrieved chunks counts twice in
        |C|, here once; without overlap the two are the same.
    """
    at = within or str(k)
    values: dict[str, dict[str, float]] = {f"Span{name}@{at}": {} for name in ("Recall", "Precision", "IoU")}
    for question, proofs in facts.items():
        if not proofs:
            continue
        chunks = retrieved_ranges(hits.get(question, ())[:k], document_id)
        evidence: dict[str, list[Range]] = {}
        for fact in proofs:
            best = max(fact, key=lambda place: covered(place, chunks) / (place.end - place.start))
            evidence.setdefault(best.document, []).append((best.start, best.end))
        wanted = {name: union(ranges) for name, ranges in evidence.items()}
        both = sum(_overlap(ranges, chunks.get(name, [])) for name, ranges in wanted.items())
        size_of_evidence, size_of_chunks = (sum(map(_size, sets.values())) for sets in (wanted, chunks))
        values[f"SpanRecall@{at}"][question] = both / size_of_evidence
        values[f"SpanPrecision@{at}"][question] = both / size_of_chunks if size_of_chunks else 0.0
        values[f"SpanIoU@{at}"][question] = both / (size_of_evidence + size_of_chunks - both)
    return values


def union(ranges: Iterable[Range]) -> list[Range]:
    """Return the same characters as ranges in order, of which no two touch."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def covered(place: Place, chunks: Mapping[str, Sequence[Range]]) -> int:
    """Return how many characters of a place lie in the ranges, which are by document and do not touch."""
    return _overlap([(place.start, place.end)], chunks.get(place.document, ()))


def _overlap(some: Iterable[Range], others: Sequence[Range]) -> int:
    return sum(max(0, min(end, stop) - max(start, begin)) for start, end in some for begin, stop in others)


def _size(ranges: Iterable[Range]) -> int:
    return sum(end - start for start, end in ranges)
