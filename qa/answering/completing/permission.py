"""What is asked whether it may be done is told by the rule that names it, not by the rule of another thing.

"Darf ich einen Hund halten?" is near to "Kleintiere darf der Mieter ohne Erlaubnis halten", and "Hunde sind nicht
gestattet" stands before it. Pure functions, English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.asked_thing import names_above
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.casing import word_set
from qa.text.language import language_of
from qa.text.reading import read_sentences
from qa.text.wanted import wanted
from qa.types import Hit

_ASKS = lazy_regex(
    r"(?:may|can|could|darf|dürfen|kann|können)\b|(?:am|is|are|ist|sind)\b.{1,60}\b(?:allowed|permitted|welcome|erlaubt|"
    r"gestattet|verboten|zulässig|forbidden|prohibited)\b",
    re.IGNORECASE,
)
_RULE = lazy_regex(
    r"\b(?:allowed|permitted|welcome|forbidden|prohibited|banned|no \w+ing|(?-i:may(?: not)? [a-z]+)|must not|"
    r"needs? (?:\w+ ){0,3}(?:consent|permission|approval)|"
    r"gestattet|erlaubt|zulässig|verboten|untersagt|dürfen|darf|"
    r"bed(?:arf|ürfen) (?:\w+ ){0,3}(?:zustimmung|erlaubnis))\b",
    re.IGNORECASE,
)
_HANDLING = word_set(
    "bring take keep have use get hold own put leave mitbringen bringen nehmen mitnehmen halten haben benutzen besitzen"
)
# Whether somebody may do something, "Can we …?" as well as "May guests …?"; "Can a car turn there?" asks of no leave.
_LEAVE = lazy_regex(
    r"(?:may|darf|dürfen)\b|(?:can|could|kann|können) (?:i|we|you|one|ich|wir|man|my|our|mein\w*|unser\w*)\b",
    re.IGNORECASE,
)
_GIVES = lazy_regex(
    r"\b(?:allowed|permitted|welcome|may|can|could|free to|possible|accept\w*|offer\w*|provided?|includ\w*|available|"
    r"eligible|entitled|ok|okay|fine|acceptable|able to|option\w*|open to|yes|right to|"
    r"gestattet|erlaubt|zulässig|dürfen|darf|kann|können|möglich\w*|berechtigt|recht|frei|willkommen|inklusive|ja|"
    r"angeboten|bieten|bietet|akzeptier\w*|steht|stehen|zur verfügung|optional)\b",
    re.IGNORECASE,
)
_WORD = lazy_regex(r"[^\W\d_]+")
# "Hund" and "Hunde", "smoke" and "smoking" begin alike; of shorter words that says too little.
_LEAST, _LONGEST_ENDING, _LONG = 3, 3, 5


def with_rule(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit], language: str) -> list[Quote]:
    """Return quotations with the rule in front that names what is asked, where the first of them does not.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
        hits: What was found, best first.
        language: Of the documents.
    """
    want = wanted(query.asked, query.language)
    if not quotes or (want and want.what != "yes or no") or not _ASKS.match(query.asked.strip()):
        return list(quotes)
    first = quotes[0]
    asked = [word.casefold() for word in content_words(query.asked) if not _RULE.fullmatch(word)]
    # What one may bring is the thing, and "bring" says nothing of a cake and a dog.
    asked = [word for word in asked if word not in _HANDLING] or asked
    # Of the flat that the paper is about all of its rules are.
    about = held_words(asked, names_above(first))
    asked = [word for word in asked if word not in about]
    held = held_words(asked, first.text)
    for hit in hits:
        is_other = hit.chunk.document_id != first.hit.chunk.document_id
        if is_other and (held or about):
            continue  # the paper that speaks of the thing knows its rule
        # "No smoking." is too short to be quoted otherwise.
        for sentence in read_sentences(hit.chunk.text, language=language_of(hit.chunk.metadata, language)):
            start, end = hit.chunk.start + sentence.start, hit.chunk.start + sentence.end
            quote = Quote(hit, start, end, sentence.text, first.score)
            own = held_words(asked, quote.text)
            # It names a thing that is asked about, which the first does not.
            whole = not is_other or own == set(asked)
            if _RULE.search(quote.text) and own - held and len(own) >= len(held) and whole:
                rest = [one for one in quotes if (one.hit.chunk.id, one.start) != (quote.hit.chunk.id, quote.start)]
                return [quote, *rest][: max(1, len(quotes))]
    return list(quotes)


def asks_leave(question: str) -> bool:
    """Tell whether a question asks if somebody may do something."""
    return _LEAVE.match(question.strip()) is not None


def gives_leave(text: str) -> bool:
    """Tell whether a text may say that something may be done: "find someone sleeping here" does not."""
    return _GIVES.search(text) is not None


def is_permission(word: str) -> bool:
    """Tell whether a word says that something may be done or not, and nothing of what."""
    return _RULE.fullmatch(word) is not None


def held_words(asked: Sequence[str], text: str) -> set[str]:
    """Return the words that a text holds in any form."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return {one for one in asked if any(_is_same(one, other) for other in words)}


def _is_same(one: str, other: str) -> bool:
    # "Smoke" loses its last letter in "smoking".
    stem = one[:-1] if len(one) >= _LONG and one.endswith("e") else one
    longest = len(one) + _LONGEST_ENDING
    is_plural = len(one) == _LEAST and other == f"{one}s"
    return one == other or is_plural or (len(stem) > _LEAST and other.startswith(stem) and len(other) <= longest)
