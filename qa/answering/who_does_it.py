"""Who does something is often told by the next sentence: "The roof leaks. Sam Kettle repairs it." Pure functions."""

import re
from collections.abc import Sequence

from qa.answering.quoted_sentences import GAP, Quote, sentences_of
from qa.retrieval.query import Query
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.named_answers import names_new
from qa.text.short_answers import wanted

# It says something of what the sentence before names.
_OF_IT = re.compile(
    r"\b(?:it|them|this|that|these|those|so|es|ihn|sie|ihm|dies\w*|das|darum|dafür|darüber|damit)\b", re.IGNORECASE
)
# The name of a month names nobody.
_TIME = re.compile(rf"\b(?:{MONTH_NAME}|{WEEKDAY})\b")
_MOST = 3


def with_who(query: Query, quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Return quotations with the sentence behind the first that names who, where that is asked and the first does not.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
        language: Of the documents.
    """
    want = wanted(query.asked, query.language)
    folded = query.text.casefold()
    if not quotes or want is None or want.what != "name" or names_new(folded, quotes[0].text):
        return list(quotes)
    first = quotes[0]
    behind = next((quote for quote in sentences_of(first.hit, language) if 0 <= quote.start - first.end <= GAP), None)
    if behind is None or not _OF_IT.search(behind.text) or not names_new(folded, _TIME.sub("", behind.text)):
        return list(quotes)
    rest = [quote for quote in quotes[1:] if (quote.hit.chunk.id, quote.start) != (behind.hit.chunk.id, behind.start)]
    return [first, behind, *rest][:_MOST]
