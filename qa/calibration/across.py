"""Whether passages in another language answer a question, by their meaning alone. Pure functions.

Most signals of an answer are words that question and passages share. Two languages share names, so that a model that
reads both finds the passage, and every signal but its cosine speaks against it: of 330 questions of xquad between two
languages, whose passages were there, 11 were answered.
"""

from collections.abc import Sequence

from qa.retrieval.query import Query
from qa.text.language import foreign
from qa.types import Hit

LEAST = 0.25
"""The least nearness. Of 660 questions of xquad in ten pairs of languages 68 % of those that are answered reach it and
10 % of the others; of 138 everyday questions in English about papers in six languages 77 % and 15 %."""

SURE = 0.35
"""From here on none of those lies that are not answered, 330 and 72."""


def is_across(query: Query, found: Sequence[Hit], *, reads: str) -> bool:
    """Tell whether the best passage is in another language than the question, and meaning alone leads there.

    Args:
        query: As the index reads it.
        found: What was found, best first.
        reads: Code of the only language that the dense model reads, "" where it reads several.
    """
    if reads or query.is_translated or not found or found[0].cosine is None:
        return False
    # A bill of labels may be in no language that is known; then those of the others tell.
    code = found[0].chunk.metadata.get("language", "")
    return foreign(query.language, [code]) if code else query.is_foreign


def nearness(found: Sequence[Hit]) -> float:
    """Return the best passage's cosine, and by how much it is nearer than the next one, in about [0, 1].

    What lies between unrelated texts differs from pair to pair of languages; a passage that answers stands out.
    """
    best, *others = sorted((hit.cosine or 0.0 for hit in found), reverse=True)
    return min(1.0, best + (best - others[0] if others else 0.0))
