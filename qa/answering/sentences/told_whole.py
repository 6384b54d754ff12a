"""Whether one sentence, with what its document says of itself, says all that a question does. Pure functions.

"How long is the notice period for the flat in Linden Street?" is answered by "The notice period is three months." of a
lease that begins with that street, however unlike the two are in meaning.
"""

import re
from collections.abc import Iterator, Sequence

from qa.answering.sentences.single_words import Held, said_otherwise
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.about import OPENING
from qa.retrieval.query import Query
from qa.retrieval.rank import name_parts
from qa.text.language import language_of
from qa.text.named_answers import names_new
from qa.text.reading import read_sentences
from qa.text.short_answers import short_answers
from qa.text.wanted import asks_twice, wanted
from qa.types import Hit

# Of fewer words a question says too little for that, unless it asks for a form: "Wann ist der Elternabend?".
_LEAST = 2
# Of a thing that "it" stands for the one other word says nothing: "How much does it cost?".
_STANDS_IN = lazy_regex(r"\b(?:it|its|they|their|them|this|that|these|those|es|sie|ihre?|das(?=\W*$))\b", re.IGNORECASE)
# What asks for the form need not be said again: "how high", "wie hoch", of an amount.
_HOW = lazy_regex(r"\b(?:how|wie)\s+(\w+)", re.IGNORECASE)
_WHO_IS = lazy_regex(r"(?:who (?:is|was|are|were)|wer (?:ist|war|sind|waren))\b", re.IGNORECASE)
# "The site manager" is no other manager of a paper that is about the site: all words of an office stand together.
_OFFICE = lazy_regex(
    rf"{_WHO_IS.pattern} (?:the|our|my|your|die|der|unsere?|meine?) (.+?)"
    r"(?= (?:of|for|at|in|on|to|from|since|until|now|von|vom|für|in|im|bei|beim|an|am|auf|der|des|seit)\b|\W*$)",
    re.IGNORECASE,
)
_PASSAGES = 8
_IN_FORM = frozenset(("date", "year", "money", "measure", "count", "share", "often"))


def is_told_whole(query: Query, hits: Sequence[Hit], language: str) -> bool:
    """Tell whether a sentence holds what is asked for in its form, and it or its document each word of the question.

    Args:
        query: As the index reads it.
        hits: What an answer would rest on, best first.
        language: Of the documents.
    """
    question = query.asked
    for typed, meant in query.taken:
        question = question.replace(typed, meant)
    asked = content_words(question)
    want = wanted(query.asked, query.language)
    if _WHO_IS.match(query.asked) and all(_is_name(word, hits) for word in asked):
        # Who signs a letter is in it: that tells nobody who it is.
        return False
    if want is None or asks_twice(query.asked):
        return False
    if want.what in _IN_FORM:
        hows = {how.casefold() for how in _HOW.findall(query.asked)}
        asked = [word for word in asked if word.casefold() not in hows]
    if len(asked) < _LEAST and not (asked and want.what in _IN_FORM and not _STANDS_IN.search(query.asked)):
        return False
    folded = query.text.casefold()
    office = content_words(match[1]) if (match := _OFFICE.match(query.asked)) else []
    for hit in hits[:_PASSAGES]:
        code = hit.chunk.metadata.get("language", "")
        of_itself = Held(query, identity_of(hit, hits), code)
        for text in _sentences(hit, language):
            own = Held(query, text, code)
            said = said_otherwise(query.asked, text, asked)
            left = [word for word in asked if word not in said and not own.holds(word)]
            if (
                len(left) == len(asked)
                or not set(office).isdisjoint(left)
                or not all(of_itself.holds(word) for word in left)
            ):
                continue
            if want.what in _IN_FORM:
                if any(text[slice(*span)].casefold() not in folded for span in short_answers(want, text)):
                    return True
            elif want.what == "name" and names_new(folded, text):
                return True
    return False


def _is_name(word: str, hits: Sequence[Hit]) -> bool:
    """Tell whether passages hold a word, and only with a capital."""
    pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    found = [match[0] for hit in hits for match in pattern.finditer(hit.chunk.text)]
    return bool(found) and all(one[0].isupper() for one in found)


def identity_of(hit: Hit, hits: Sequence[Hit]) -> str:
    """Return what a document says of itself: its title, file and folders, and its first lines as far as found."""
    chunk = hit.chunk
    opening = (
        ""
        if "rows" in chunk.metadata
        else next(
            (
                other.chunk.text[:OPENING]
                for other in hits
                if other.chunk.document_id == chunk.document_id and not other.chunk.start
            ),
            "",
        )
    )
    return "\n".join((hit.about, chunk.title, chunk.heading, name_parts(chunk.source), opening))


def _sentences(hit: Hit, language: str) -> Iterator[str]:
    for sentence in read_sentences(hit.chunk.text, language=language_of(hit.chunk.metadata, language)):
        if not sentence.text.endswith("?"):
            yield sentence.text
