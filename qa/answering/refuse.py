"""Whether the documents answer a question at all, decided on absolute evidence. Pure functions.

A refusal says why, and the nearest passages stand beside it. The rules are cautious, see docs/quality.md for what they
refuse rightly and wrongly: a wrong refusal costs the user an answer, a missed one costs a look at the footnote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.text.terms import TermsOf, TermStatistics
from qa.types import Hit

_WORD = re.compile(r"\w+(?:[-.,/'’]\w+)*")
_ORDINAL = re.compile(r"\d{1,3}(?:st|nd|rd|th)", re.IGNORECASE)
_SHORTEST_NAME = 3
_LONG_NUMBER = 4


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


def doubt(
    query: str,
    hits: Sequence[Hit],
    *,
    terms_of: TermsOf,
    known: TermStatistics | None,
    threshold: float,
    capitals_name: bool = True,
) -> Doubt | None:
    """Return why the documents may not answer the query, a name last; None where nothing speaks against it.

    Args:
        query: A standalone question.
        hits: What was found for it, best first.
        terms_of: Gives the terms of a text.
        known: How many chunks hold each term; None where that is not known, and no name then counts as unknown.
        threshold: Least score that one of the hits must have, where their ranking gives absolute scores. Not the first
            of them: a reranker may have put another one there.
        capitals_name: Whether a capital within the query begins a name; every noun of German has one.
    """
    if not hits:
        return Doubt("the index holds nothing that is near it")
    absent = _absent(_naming_words(query, capitals=capitals_name), hits)
    # A year or code must stand in the passages; a name may be written otherwise there, so it must be unknown to the
    # whole index.
    if code := next(filter(_is_code, absent), ""):
        return Doubt(_unmentioned(code))
    unknown = next((word for word in absent if known and _is_unknown(terms_of(word), known)), "")
    if hits[0].retriever == "scores" and max(hit.score for hit in hits) < threshold:
        # Where both speak against it, the name says more; but nobody who reads passages so far away finds it in them.
        return Doubt(_unmentioned(unknown) if unknown else "even the nearest passages are about something else")
    return Doubt(_unmentioned(unknown), name=unknown) if unknown else None


def _is_unknown(terms: Sequence[int], known: TermStatistics) -> bool:
    return bool(terms) and not any(known.frequencies.get(term) for term in terms)


def _absent(words: Sequence[str], hits: Sequence[Hit]) -> list[str]:
    """Return the words that stand in none of the hits, nor in their titles and headings."""
    together = "\n".join(f"{hit.chunk.title}\n{hit.chunk.heading}\n{hit.chunk.text}" for hit in hits).casefold()
    # Not within another number: "3" is neither in "13" nor in "2.3" nor in "3.5".
    return [
        word for word in words if not re.search(rf"(?<!\d)(?<!\d[.,]){re.escape(word.casefold())}(?![.,]?\d)", together)
    ]


def _unmentioned(word: str) -> str:
    return f"no passage near it mentions “{word}”"


def _naming_words(query: str, *, capitals: bool) -> list[str]:
    """Return the words that name one thing in particular: years, codes, and capitalised words within a sentence.

    Compounds are taken apart ("24-passenger"), endings that a passage may not share are taken off ("10-Qs", "Ada's").
    """
    words = []
    for match in _WORD.finditer(query):
        opens = not query[: match.start()].strip() or query[: match.start()].rstrip()[-1] in ".?!:"
        for part in re.sub(r"['’]s$|(?<=[A-Z0-9])s$", "", match[0]).split("-"):
            if _is_code(part) or (capitals and part[:1].isupper() and not opens and len(part) >= _SHORTEST_NAME):
                words.append(part)
    return words


def _is_code(word: str) -> bool:
    """Tell whether a word is a year or another long number, or mixes digits and letters.

    "10" says little alone, and "4th" may stand there as "fourth".
    """
    if _ORDINAL.fullmatch(word):
        return False
    digits = sum(character.isdigit() for character in word)
    return digits >= _LONG_NUMBER or 0 < digits < len(word)
