"""What a sentence scores for a question: the words that it holds or says otherwise, its meaning and its passage.

`quote` scores the sentences of all hits by their words, and the best of them by what the model makes of them too.
"""

import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from qa.answering.quoting.near_words import NearWords
from qa.answering.sentences.quoted_sentences import LONGEST_SENTENCE, Quote, is_titled
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.models.token_vectors import READS, EmbedTokens
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share
from qa.retrieval.word_match import WordMatch
from qa.text.answer_type import holds
from qa.text.bounds import end_asked, is_at_bound, says_end
from qa.text.cost_words import cost_asked, says_cost
from qa.text.counterparts import other_side
from qa.text.embedded import above_at
from qa.text.forms_elsewhere import says_elsewhere
from qa.text.labels import is_labelled, said_by_label
from qa.text.named_answers import named_answers, names_new
from qa.text.paper_words import share_said
from qa.text.short_answers import in_header, short_answers
from qa.text.size_words import says_size, size_asked
from qa.text.wanted import wanted
from qa.types import Hit

# Weights of a sentence's score, chosen on five sets (docs/quality-history.md): rare words of the question, pairs of
# them, words within longer ones, meaning, score of its passage, holds what is asked for.
_RARE, _PAIRS, _INSIDE, _MEANING, _PASSAGE, _KIND = 0.4, 0.1, 0.2, 0.45, 0.6, 0.1
# Where the model knows the language, words that a sentence says in others count too, and those it holds for less.
_NEAR, _HELD = 0.5, 0.3
# How probably it answers, by the model that reads it together with the question.
_SELECTED = 0.1
# The share of the question's words, whatever they weigh: two rare ones alone are no question.
_WORDS = 0.2
# "It failed because …" is about what the sentence before it names: its rare words count as well, for less.
_BEFORE = 0.3
# A sentence that holds the name of what its document is about, and none of the other words, loses so much.
_NAMING = 0.2
# With so much of them as a part of one it loses nothing.
_SAYING = 2.5
# Something new of the form that is asked for, which is narrower than the kind.
_FORM = 0.1
# Text that is set like a heading names its subject and says nothing about it.
_TITLED = 0.15
# "At the end of 2024" does not say what was at the end of 2025.
_OF_OTHER_YEARS = 0.15
# A question holds the words of a question, and answers none.
_ASKING = 0.2
# A sentence in another language that says what is asked in its own words gains so much: a dictionary often has others.
_OTHERWISE = 0.5
# So does a line whose label says what is asked: "Present: …" who was there.
_LABELLED = 0.4
# So does one with a day or a time in a language of which no more is known than how it asks for them.
_ELSEWHERE = 0.25
_YEAR = lazy_regex(r"(?<![\d.,/-])(?:1[5-9]|20)\d\d(?![\d/-])")
# A long sentence holds more words of any question. Beyond 200 characters it loses score, up to this much.
_LENGTH, _FREE_LENGTH = 0.05, 200


class Wording:
    """What the words of sentences say for them, of one question."""

    def __init__(self, query: Query, openings: Mapping[str, str] = MappingProxyType({})) -> None:
        """Take a question.

        Args:
            query: As the index reads it.
            openings: How documents begin, by id.
        """
        self._query = query
        match = query.match
        # What is asked is not what another question in front of it asked.
        self._own = match.terms(query.asked, query.language) if query.asked != query.text else match.weights.keys()
        # What names the thing that documents are about.
        self._named = match.terms(query.about, query.language) if query.about else frozenset[int]()
        self._loose = _said_otherwise(query)
        # What a label leaves open: of which meeting "Present:" is.
        said = said_by_label(query.asked)
        left = " ".join(word for word in content_words(query.asked) if word.casefold() not in said)
        self._unlabelled = match.terms(left, query.language) & match.weights.keys()
        self._openings = openings

    def score(self, quote: Quote, before: str) -> float:
        """Return a sentence's score by all but its meaning.

        Args:
            quote: The sentence.
            before: What it points back at, "" for nothing.
        """
        query, hit, text = self._query, quote.hit, quote.text
        long = max(0, len(text) - _FREE_LENGTH) / (LONGEST_SENTENCE - _FREE_LENGTH)
        otherwise = frozenset[int]().union(*(terms for terms, says in self._loose if terms and says(text)))
        score = _worded(quote, before, query.match, own=self._own, named=self._named, otherwise=otherwise)
        score += _PASSAGE * _passage_score(hit)
        score += _KIND * holds(query.kind, text, query.asked) - _LENGTH * long - _TITLED * is_titled(text)
        score += _LABELLED * (self._is_labelled(quote) or bool(other_side(query.asked, text)))
        code = hit.chunk.metadata.get("language", "")
        score += _OTHERWISE * share_said(query.asked, query.language, text, code)
        if query.language not in ("en", "de"):
            score += _ELSEWHERE * says_elsewhere(query.asked, text)
        score -= _OF_OTHER_YEARS * _is_of_other_years(query.text, text)
        return score - _ASKING * text.endswith("?")

    def _is_labelled(self, quote: Quote) -> bool:
        """Tell whether a line is called what is asked, in a passage that says something of the rest of the question."""
        if not is_labelled(self._query.asked, quote.text):
            return False
        chunk, match = quote.hit.chunk, self._query.match
        code = chunk.metadata.get("language", "")
        opening = self._openings.get(chunk.document_id, "")
        held = match.terms(f"{chunk.title}\n{quote.hit.about}\n{opening}\n{chunk.text}", code)
        return not self._unlabelled or bool(
            self._unlabelled & (held | match.above(above_at(quote.hit, quote.start), code))
        )


def with_meaning(query: Query, quotes: Sequence[Quote], nearness: NDArray[np.float32]) -> list[Quote]:
    """Return quotes with scores for what they mean, and for the form of what they hold.

    Args:
        query: The question.
        quotes: Scored by their words.
        nearness: Of each to the question, as `query.nearness` gives it, of shape (len(quotes),).
    """
    return [
        replace(quote, score=quote.score + _MEANING * query.meaning * float(near) + _FORM * _form_of(query, quote.text))
        for quote, near in zip(quotes, nearness, strict=True)
    ]


async def with_near_words(
    query: Query, quotes: Sequence[Quote], pointed: Mapping[tuple[str, int], str], tokens: EmbedTokens
) -> list[Quote]:
    """Return quotes with scores for what they say of the question in other words.

    Args:
        query: The question.
        quotes: Scored by all else.
        pointed: What each points back at, by its passage and its place in it.
        tokens: Embeds tokens.
    """
    asked, *texts = await tokens([query.text, *(quote.text for quote in quotes)])
    words = NearWords(query, asked)
    found = []
    for quote, text in zip(quotes, texts, strict=True):
        code = quote.hit.chunk.metadata.get("language", "")
        held = query.match.terms(quote.text, code) | query.match.above(above_at(quote.hit, quote.start), code)
        said = near = held_share(query.match.weights, held, power=2)
        if code == READS:
            near = words.share(held, text)
            if before := pointed.get((quote.hit.chunk.id, quote.start)):
                further = words.share(held | query.match.terms(before, code), text)
                near += _BEFORE / _RARE * (further - near)
        found.append(replace(quote, score=quote.score + _NEAR * near - _HELD * said))
    return found


def with_answering(quotes: Sequence[Quote]) -> list[Quote]:
    """Return quotes with scores for how probably they answer, where a model has read them with the question."""
    return [
        quote if quote.answers is None else replace(quote, score=quote.score + _SELECTED * _probability(quote.answers))
        for quote in quotes
    ]


def _probability(odds: float) -> float:
    """Return the probability of some log-odds."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))


def _said_otherwise(query: Query) -> list[tuple[Set[int], Callable[[str], bool]]]:
    """Return the words of a question that papers say in others, and what tells whether a sentence does."""
    asked: tuple[tuple[str, Callable[[str], bool]], ...] = (
        (cost_asked(query.asked), says_cost),
        (end_asked(query.asked), says_end),
        (size_asked(query.asked), partial(says_size, query.asked)),
    )
    return [(query.match.terms(word, query.language) & query.match.weights.keys(), says) for word, says in asked]


def _form_of(query: Query, text: str) -> float:
    """Return 1 for a sentence with something new of the form that is asked for, or a name in the place of one.

    -1 for one without any name that the question does not have, where a name is asked for; 0 for the others.
    """
    want = wanted(query.asked, query.language)
    if want is None:
        return 0.0
    spans = short_answers(want, text) or named_answers(want, query.asked, text)
    asked = query.text.casefold()
    if any(text[slice(*span)].casefold() not in asked for span in spans) or in_header(want, text):
        # "Signed on 30 September" does not say until when something holds.
        return 1.0 if not want.bound or is_at_bound(want.bound, text, spans) else 0.0
    return -1.0 if want.what in ("name", "place") and not names_new(asked, text) else 0.0


def _is_of_other_years(question: str, text: str) -> bool:
    """Tell whether a sentence names years, and none of those that a question names."""
    asked, own = set(_YEAR.findall(question)), set(_YEAR.findall(text))
    return bool(asked and own) and asked.isdisjoint(own)


def _passage_score(hit: Hit) -> float:
    """Return how good a passage is in itself, in about [0, 1]; the scores of plain rankings do not say."""
    known = [share for share in (hit.cosine, hit.bm25) if share is not None]
    return hit.score if hit.retriever == "scores" or not known else sum(known) / len(known)


def _worded(
    quote: Quote, before: str, match: WordMatch, *, own: Set[int], named: Set[int], otherwise: Set[int] = frozenset()
) -> float:
    """Return how much the question's words say for a sentence; its headings hold them too, and what it points at.

    Args:
        quote: The sentence.
        before: What it points back at, "" for nothing.
        match: The question's words.
        own: Those of them that are asked, and not of a question in front.
        named: Those that name what documents are about.
        otherwise: Those that papers say in other words, where the sentence does.
    """
    chunk = quote.hit.chunk
    language = chunk.metadata.get("language", "")
    held = match.terms(quote.text, language) & match.weights.keys()
    # What the document is about is said of each of its sentences.
    about = quote.hit.about
    near = held | otherwise | match.above(above_at(quote.hit, quote.start), language)
    rare = held_share(match.weights, near, power=2)
    further = held_share(match.weights, near | match.terms(before, language), power=2) - rare if before else 0.0
    inside = match.inside(quote.text, language, held)
    if named & held and (rest := {term: weight for term, weight in match.weights.items() if term in own - named}):
        # It says whom the document is about, and perhaps nothing else that is asked.
        further -= _NAMING / _BEFORE * max(0.0, 1.0 - _SAYING * (held_share(rest, held) + inside))
    return (
        _RARE * rare
        + _BEFORE * further
        + _WORDS * held_share(match.weights, near, power=0)
        + _PAIRS * (match.pairs(f"{about}. {quote.text}" if about else quote.text, language) if len(held) > 1 else 0.0)
        + _INSIDE * inside
    )
