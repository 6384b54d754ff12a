"""Whether the documents answer a question at all, decided on absolute evidence. Pure functions.

A refusal says why, and the nearest passages stand beside it. The rules are cautious, see docs/quality.md for what they
refuse rightly and wrongly: a wrong refusal costs the user an answer, a missed one costs a look at the footnote.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.retrieval.query import Query
from qa.text.names import Name
from qa.text.values import Values
from qa.types import Hit


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why the documents may not answer a question.

    Attributes:
        reason: In words for the reader.
        name: A name in the question that the whole index does not know, "" where the doubt is another one. Whom the
            passages mean without naming him ("the President") only somebody who reads them can tell.
    """

    reason: str
    name: str = ""


def doubt(query: Query, hits: Sequence[Hit], *, threshold: float) -> Doubt | None:
    """Return why the documents may not answer the query, a name last; None where nothing speaks against it.

    Args:
        query: As the index reads it.
        hits: What was found for it, best first.
        threshold: Least score that one of the hits must have, where their ranking gives absolute scores. Not the first
            of them: a reranker may have put another one there.
    """
    if not hits:
        return Doubt("the index holds nothing that is near it")
    absent = _absent(query.names, hits)
    # A year or code must stand in the passages; a name may be written otherwise there, so it must be unknown to the
    # whole index.
    if code := next((name.text for name in absent if name.is_code), ""):
        return Doubt(_unmentioned(code))
    unknown = next((name.text for name in absent if name.is_unknown), "")
    if hits[0].retriever == "scores" and max(hit.score for hit in hits) < threshold:
        # Where both speak against it, the name says more; but nobody who reads passages so far away finds it in them.
        return Doubt(_unmentioned(unknown) if unknown else "even the nearest passages are about something else")
    return Doubt(_unmentioned(unknown), name=unknown) if unknown else None


def _absent(names: Sequence[Name], hits: Sequence[Hit]) -> list[Name]:
    """Return the names that stand in none of the hits, nor in their titles and headings."""
    together = Values("\n".join(f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}" for hit in hits))
    days = [name for name in names if name.kind == "day"]
    # One that can be read two ways stands here twice under the same words.
    stated = {name.text for name in days if name.stands_in(together)}
    return [name for name in names if name.text not in stated and not name.stands_in(together)]


def _unmentioned(word: str) -> str:
    return f"no passage near it mentions “{word}”"
