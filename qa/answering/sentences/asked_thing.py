"""Which of several things of a kind a sentence is about: the one that is asked for, or its sibling. Pure functions.

"Next vaccination: 3 May" stands under each dog. What tells siblings apart seldom stands in the sentence: it is the
heading above it, its row's first cell, the title of its paper, or the sentence before, which it points back at. A
sentence with all of these says some words of the question; where another one says all of these and more, in the same
place or the same wording, it is the other one that is asked for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.sentences.single_words import Held, said_otherwise
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.about import opening_of
from qa.retrieval.entities import TITLES
from qa.retrieval.query import Query
from qa.retrieval.rank import name_parts
from qa.text.asking_words import ASKING_WORDS
from qa.text.bounds import end_asked, says_end
from qa.text.calendar_words import MONTH
from qa.text.changed_values import asks_before
from qa.text.named_answers import named_answers, names_new
from qa.text.named_times import names_time
from qa.text.numerals import plain_digits
from qa.text.outline import heading_at, sections_within
from qa.text.pointing import points_back
from qa.text.reading import read_sentences
from qa.text.short_answers import in_header, short_answers
from qa.text.wanted import Wanted, asks_twice, wanted
from qa.types import Hit

_POSSESSIVE = lazy_regex(r"['’]s\b")
# "Week 3", "unit 12b", "No. 14"; a year is a time.
_NUMBERED = lazy_regex(
    r"\b([^\W\d_]{3,})[ -](?:(?:no|nr)\.? ?)?(?!(?:1[5-9]|20)\d\d\b)(\d{1,4}[a-z]?)\b", re.IGNORECASE
)
_MONTH = lazy_regex(MONTH, re.IGNORECASE)
_WORD = lazy_regex(r"[^\W\d_]{2,}")
# Sentences of one wording share so many of their words.
_ALIKE = 0.5
_LEAST = 2
_FULL_NAME = lazy_regex(
    r"\b(?:Herrn?|Frau|Familie|Dr\.|Prof\.) [A-ZÄÖÜ]|"
    r"(?<![.!?] )\b(?!Der |Die |Das |Den |Dem |Ein |Eine |Wer )[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]+\b"
)
# By so much less may a sentence of another document score, by its words and its passage.
_BEHIND = 0.05
# What is over: "until the end of March the rate was £410", "Zeugwart war bis 2023".
_ENDED = lazy_regex(
    r"\b(?:until|till|up to|bis|former(?:ly)?|previous(?:ly)?|ehemals|ehemalige[rnms]?|früher\w*|bisher\w*)\b",
    re.IGNORECASE,
)
_PAST = lazy_regex(r"\b(?:was|were|had|used to|war|waren|betrug|betrugen|kostete|kosteten|hatte|hieß)\b", re.IGNORECASE)
_BEGUN = lazy_regex(r"\b(?:since|from|as of|now|seit|ab|nun|jetzt|neu)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """What of a question a sentence says.

    Attributes:
        quote: The sentence.
        own: Which of the question's words it says itself.
        near: Those and what stands over it: its heading, its title, what it points back at.
        far: Those and how its document begins.
        words: Its words without numbers.
        is_of_form: Whether it holds something new of the form that is asked for.
    """

    quote: Quote
    own: frozenset[str]
    near: frozenset[str]
    far: frozenset[str]
    words: frozenset[str]
    is_of_form: bool


def without_siblings(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit]) -> list[Quote]:
    """Return sentences without those about a sibling of what is asked for, where another one is about that itself.

    Args:
        query: As the index reads it.
        quotes: Sentences that may be quoted.
        hits: The passages; those that begin a document tell what all of it is about.
    """
    asked = words_asked(query)
    if not asked or len(quotes) < _LEAST or query.compares or asks_twice(query.asked):
        return list(quotes)
    want = wanted(query.asked, query.language)
    openings = openings_of(hits)
    said = [_said(query, asked, want, quote, openings) for quote in quotes]
    is_beaten = partial(_is_beaten, is_of_now=not names_time(query.asked) and not asks_before(query.asked), want=want)
    return [one.quote for one in said if not any(is_beaten(one, by=other) for other in said)]


def openings_of(hits: Sequence[Hit]) -> dict[str, str]:
    """Return how documents begin, by id, as far as that is said of all of them: not what stands under a heading."""
    found = {}
    for hit in hits:
        if not hit.chunk.start:
            begins = next((start for start, _ in sections_within(hit.chunk.metadata)), hit.chunk.end)
            found[hit.chunk.document_id] = opening_of(hit.chunk)[:begins]
    return found


def words_asked(query: Query) -> tuple[str, ...]:
    """Return the words of a question that say something; a name with a number is one: "week 3"."""
    question = plain_digits(_POSSESSIVE.sub("", query.asked))
    for typed, meant in query.taken:
        question = question.replace(typed, meant)
    numbered = [
        match
        for match in _NUMBERED.finditer(question)
        if content_words(f"the {match[1]}") and not _MONTH.fullmatch(match[1])
    ]
    rest = question
    for match in reversed(numbered):
        rest = f"{rest[: match.start()]}{match[1]}{rest[match.end() :]}"
    # "Do kiedy": content words are told for English and German alone, of which "come" and "care" are words.
    asking = frozenset[str]() if query.language in ("en", "de") else ASKING_WORDS
    words = [word for word in content_words(rest) if word.casefold() not in TITLES and word.casefold() not in asking]
    return tuple(dict.fromkeys([*words, *(f"{match[1]} {match[2]}".lower() for match in numbered)]))


def _said(query: Query, asked: Sequence[str], want: Wanted | None, quote: Quote, openings: dict[str, str]) -> _Said:
    chunk = quote.hit.chunk
    code = chunk.metadata.get("language", "")
    opening = openings.get(chunk.document_id, "")
    own = held_in(query, asked, quote.text, code) | said_otherwise(query.asked, quote.text, asked)
    if says_end(quote.text):
        own |= {word for word in asked if word == end_asked(query.asked).casefold()}
    near = own | held_in(query, asked, f"{names_above(quote)}\n{_before(quote)}", code)
    return _Said(
        quote,
        own,
        near,
        near | held_in(query, asked, opening, code),
        _words(quote.text),
        _is_of_form(query, want, quote.text),
    )


def names_above(quote: Quote) -> str:
    """Return what a sentence stands under: the title and file of its document, its heading, what that is about."""
    chunk = quote.hit.chunk
    file = name_parts(chunk.source.rpartition("/")[2].rpartition(".")[0])
    return "\n".join((chunk.title, file, heading_at(chunk, quote.start), quote.hit.about))


def held_in(query: Query, asked: Sequence[str], text: str, code: str) -> frozenset[str]:
    """Return those words of a question, as `words_asked` has them, that a text holds."""
    held = Held(query, text, code)
    return frozenset(word for word in asked if (_holds_numbered(word, text) if " " in word else held.holds(word)))


def _holds_numbered(name: str, text: str) -> bool:
    word, _, number = name.partition(" ")
    name = re.escape(word)
    behind, before = rf"{name}\w{{0,2}}\W{{1,3}}(?:n[or]\.? ?)?{number}", rf"{number}(?:st|nd|rd|th|\.)? {name}"
    return bool(re.search(rf"(?<!\w)(?:{behind}|{before})(?!\w)", plain_digits(text), re.IGNORECASE))


def _before(quote: Quote) -> str:
    """Return the sentence that a quoted one points back at, "" for none."""
    if not points_back(quote.text):
        return ""
    chunk, before = quote.hit.chunk, ""
    for sentence in read_sentences(chunk.text[: max(0, quote.start - chunk.start)]):
        before = sentence.text
    return before


def _is_of_form(query: Query, want: Wanted | None, text: str) -> bool:
    if want is None:
        return False
    folded = query.text.casefold()
    if want.what in ("name", "place"):
        return bool(named_answers(want, query.asked, text)) or names_new(folded, text)
    return in_header(want, text) or any(
        text[slice(*span)].casefold() not in folded for span in short_answers(want, text)
    )


def _is_beaten(one: _Said, by: _Said, *, is_of_now: bool, want: Wanted | None) -> bool:
    """Tell whether another sentence says of the question all that one does, and more by what tells siblings apart."""
    if one is by or not one.own:
        return False
    names = want is not None and want.what == "name" and _names(by) and not _names(one)
    if names and one.near <= by.far and by.near - one.near:
        # "Who loses a key pays for it" names nobody, and is not of the cellar's key.
        return True
    is_alike = _share_words(one.words, by.words)
    same = one.quote.hit.chunk.document_id == by.quote.hit.chunk.document_id
    mine, other = (one.near, by.near) if same else (one.far, by.far)
    if one.is_of_form and not by.is_of_form:
        return False
    if not same and by.quote.score < one.quote.score - _BEHIND:
        # What speaks less of what is asked is about something else, and no paper of the same form.
        return False
    if is_of_now and mine <= other and one.own & by.near and is_over(one.quote.text) and not is_over(by.quote.text):
        return bool(_BEGUN.search(by.quote.text)) or is_alike
    if not by.is_of_form and (want is not None or not is_alike):
        return False
    if not mine < other:
        return False
    more = other - mine
    return is_alike or bool(more - by.own)


def _names(said: _Said) -> bool:
    """Tell whether a sentence names somebody; in German, where each noun has a capital, by two words of a name."""
    is_german = said.quote.hit.chunk.metadata.get("language", "") == "de"
    return said.is_of_form and (not is_german or bool(_FULL_NAME.search(said.quote.text)))


def is_over(text: str) -> bool:
    """Tell whether a sentence says how something was before a time, and no more how it is."""
    return bool(_ENDED.search(text)) and (bool(_PAST.search(text)) or (":" in text and not _BEGUN.search(text)))


def are_alike(one: str, other: str) -> bool:
    """Tell whether two sentences are of one wording, with other values."""
    return _share_words(_words(one), _words(other))


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))


def _share_words(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= _ALIKE * len(one | other)
