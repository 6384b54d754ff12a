"""Whether the retrieved passages hold what an answer needs: the quotes that prove it, or its words. Pure functions.

Document-level metrics call a question answered when the right file is found; for a long file that says little.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from qa.evaluation.dataset import Question
from qa.lazy_regex import lazy_regex
from qa.types import Hit

# Share of a quote's characters that must have been retrieved: a quote may begin or end in a neighbouring chunk.
COVER = 0.8

# A stretch this long, white space aside, is not a coincidence: three or four words.
_STRETCH = 16

_SPACE = lazy_regex(r"\s+")
# A figure stays whole: "3" is not contained in "3.5", nor "575" in "1,575,000".
_WORD = lazy_regex(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


def passage_metrics(
    questions: Sequence[Question],
    hits: Mapping[str, Sequence[Hit]],
    document_id: Callable[[str], str],
    *,
    k: int = 5,
) -> dict[str, dict[str, float]]:
    """Return what the first `k` chunks hold, per metric and question id: 1 or 0.

    "Evidence@k": at least one of the question's facts, by a quote from a relevant document. "AllEvidence@k": all of
    them. "Answer@k": one of its answers, whichever document holds it. Questions without quotes, or without answers, are
    left out of these; a question without hits counts as 0.
    """
    held = {
        question.id: evidence_at(k, question, hits.get(question.id, ()), document_id)
        for question in questions
        if question.evidence
    }
    return {
        f"Evidence@{k}": {name: float(any(quotes)) for name, quotes in held.items()},
        f"AllEvidence@{k}": {name: float(all(quotes)) for name, quotes in held.items()},
        f"Answer@{k}": {
            question.id: float(
                any(answer_contained(question.answers, hit.chunk.text) for hit in hits.get(question.id, ())[:k])
            )
            for question in questions
            if question.answers
        },
    }


def evidence_at(k: int, question: Question, hits: Sequence[Hit], document_id: Callable[[str], str]) -> list[bool]:
    """Return, for each fact of the question's evidence, whether the first `k` hits hold one of its quotes.

    No question set says whether one fact is enough or all are needed; report both (`any`, `all`).

    Args:
        k: How many chunks a reader is shown, at least 1.
        question: Its relevant documents are the ones a quote may be found in.
        hits: In rank order.
        document_id: Turns a chunk's source into the id that the question uses.
    """
    by_document: dict[str, list[Hit]] = {}
    for hit in hits[:k]:
        name = document_id(hit.chunk.source)
        if question.relevant.get(name, 0) > 0:
            by_document.setdefault(name, []).append(hit)
    texts = [_joined(found) for found in by_document.values()]
    return [
        any(evidence_covered(quote, text) >= COVER for quote in quotes for text in texts)
        for quotes in question.evidence
    ]


def evidence_rank(question: Question, hits: Sequence[Hit], document_id: Callable[[str], str]) -> int | None:
    """Return how many hits it takes to hold one of the question's quotes; None if even all of them don't."""
    return next((k for k in range(1, len(hits) + 1) if any(evidence_at(k, question, hits, document_id))), None)


def evidence_covered(quote: str, text: str) -> float:
    """Return the share of a quote's characters that `text` holds, in [0, 1]; white space does not count.

    A character is covered if a run of 16 of the quote's characters around it occurs in the text; a shorter quote is
    covered whole or not at all.
    """
    wanted, held = _SPACE.sub("", quote), _SPACE.sub("", text)
    if not wanted:
        return 0.0
    if wanted in held:
        return 1.0
    covered = [False] * len(wanted)
    for start in range(len(wanted) - _STRETCH + 1):
        if wanted[start : start + _STRETCH] in held:
            covered[start : start + _STRETCH] = [True] * _STRETCH
    return sum(covered) / len(wanted)


def answer_contained(answers: Sequence[str], text: str) -> bool:
    """Return whether one of the answers occurs in the text, as whole words; case and punctuation do not count.

    Several answers are wordings of one, as in SQuAD: one of them is enough. Unlike SQuAD's normalisation this keeps
    articles, since German ones are words of other languages too.
    """
    words = _words(text)
    return any(_words(answer) in words for answer in answers if _words(answer).strip())


def _joined(hits: Sequence[Hit]) -> str:
    """Put one document's chunks in its order; neighbours run on, and a NUL keeps the others apart."""
    chunks = sorted((hit.chunk for hit in hits), key=lambda chunk: chunk.ordinal)
    runs = groupby(enumerate(chunks), key=lambda item: item[1].ordinal - item[0])
    return "\0".join("".join(chunk.text for _, chunk in run) for _, run in runs)


def _words(text: str) -> str:
    """Return the words with one space before, between and after, so that `in` compares whole words."""
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', text).casefold()))} "
