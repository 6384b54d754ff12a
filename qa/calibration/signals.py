"""What speaks for and against an answer in what was found for a question, as numbers that mean the same everywhere.

`qa.calibration.model` learns from them. The only slow part is the embedding of a few sentences, which an answer of
quotations embeds as well.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.calibration.together import Together
from qa.models.each_once import each_once
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share
from qa.text.cost_words import cost_asked, says_cost
from qa.text.embedded import above_of
from qa.text.language import language_of, word_count
from qa.text.quantities import MEASURED, holds_wanted, wanted
from qa.text.reading import read_sentences
from qa.text.size_words import says_size, size_asked
from qa.text.values import Values
from qa.text.wanted import asks_twice
from qa.types import Hit

# Names of the numbers, in their order.
SIGNALS = (
    "score",  # of the best passage
    "cosine",
    "bm25",
    "cover",  # most of the question's words, by weight, in one passage
    "missing",  # share of the words, by weight, that no passage near it holds
    "standout",  # how far the best passage stands out of the pool
    "agreement",  # of the best by meaning and the best by words
    "sentence",  # cosine of the best sentence
    "sentence words",  # most of the words in one sentence
    "wanted",  # cosine of the best sentence that holds the kind of thing asked for
    "unmeasured",  # how much better the best sentence is, where an amount in a unit is asked for
    "no name",  # share of its names that no passage near it holds
)

# How little one sentence holds together of what is asked for: an amount of money, say, the word "deposit", and the name
# of whose deposit it is. Of a question one is in [0, 1], by the kind of thing asked for, and the others are 0.
LACKS = (
    "measure",  # an amount in a unit, or what a word means
    "count",
    "name",  # somebody, something with a name, a place
    "date",
)

# Passages whose sentences are looked at, and sentences that are embedded, of which some hold what is asked for.
_PASSAGES, _EMBEDDED, _WANTED = 8, 6, 2
_LONGEST_SENTENCE, _SHORTEST_WORDS = 700, 3
# Sentences are embedded in about the order in which an answer of quotations embeds them, so that most are the same.
_HOPE = 0.67
_AGREEING = 10
# What is taken from a word that no document holds, where passages have another for the same thing.
_CALLED = 0.25
_LEAST_SPREAD = 1e-3
_KIND_OF = {
    **dict.fromkeys((*MEASURED, "time", "definition"), "measure"),
    **dict.fromkeys(("count", "amount"), "count"),
    **dict.fromkeys(("person", "named", "place"), "name"),
    "date": "date",
}

# Returns float32 of shape (len(texts), dim), rows of unit length.
Embed = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    words: float
    hope: float
    wanted: bool
    together: float


def remembering(embed: Embed) -> Embed:
    """Return an embedder that embeds each text once."""
    once = each_once(embed)

    async def embedded(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array(await once(texts), dtype=np.float32)

    return embedded


async def signals(query: Query, found: Sequence[Hit], *, embed: Embed, language: str) -> NDArray[np.float64]:
    """Return the numbers, float64 of shape (len(SIGNALS) + len(LACKS),).

    Args:
        query: As the index reads it.
        found: The pool of hits, best first; at least one, with absolute scores.
        embed: Embeds sentences as the query was.
        language: The language of the documents.
    """
    near = found[:_PASSAGES]
    weights = query.match.weights
    held = [_held(query, hit) for hit in near]
    sentences = _sentences(query, near, language)
    cosines = await _cosines(query, sentences, embed)
    best = max((cosine for _, cosine in cosines), default=0.0)
    found_wanted = max((cosine for sentence, cosine in cosines if sentence.wanted), default=0.0)
    scores = np.array([hit.score for hit in found])
    together = Values("\n".join(f"{above_of(hit)}\n{hit.chunk.text}" for hit in near))
    standing = {name.text for name in query.names if name.stands_in(together)}
    names = [name for name in query.names if not name.is_code]
    spread = max(float(scores.std()), _LEAST_SPREAD)
    values = {
        "score": float(scores.max()),
        "cosine": max(hit.cosine or 0.0 for hit in found),
        "bm25": max(hit.bm25 or hit.learned or 0.0 for hit in found),
        "cover": max(_share(query, words) for words in held),
        "missing": 1.0 - _share(query, set().union(*held)) if weights else 0.0,
        "standout": min(6.0, float(scores.max() - scores.mean()) / spread),
        "agreement": _agreement(found),
        "sentence": best,
        "sentence words": max((sentence.words for sentence in sentences), default=0.0),
        "wanted": found_wanted,
        "unmeasured": max(0.0, best - found_wanted) if wanted(query.question) in MEASURED else 0.0,
        "no name": sum(name.text not in standing for name in names) / len(names) if names else 0.0,
    }
    lack = 1.0 - max((sentence.together for sentence in sentences), default=0.0)
    # Of two questions in one, half an answer is one: which half is missing is told beside it.
    kind = "" if asks_twice(query.question) else _KIND_OF.get(wanted(query.question), "")
    return np.array([values[name] for name in SIGNALS] + [lack if name == kind else 0.0 for name in LACKS])


def _share(query: Query, held: Set[int]) -> float:
    """Return the share of a question's words that passages hold; one that they call otherwise counts for less."""
    weights = query.match.weights
    return held_share(weights, held) - _CALLED * held_share(weights, held & query.words.near)


def _held(query: Query, hit: Hit) -> set[int]:
    chunk = hit.chunk
    line, language = above_of(hit), chunk.metadata.get("language", "")
    words = query.match.terms(chunk.text, language) | query.match.above(line, language)
    if (cost := cost_asked(query.question)) and any(map(says_cost, chunk.text.splitlines())):
        words |= query.match.name_terms(cost, query.language)
    size = size_asked(query.question)
    if size and any(says_size(query.question, text) for text in chunk.text.splitlines()):
        words |= query.match.name_terms(size, query.language)
    return set(words & query.match.weights.keys())


def _sentences(query: Query, near: Sequence[Hit], language: str) -> list[_Sentence]:
    """Return the sentences near the question, the likeliest first."""
    match, weights = query.match, query.match.weights
    asked = Together.of(query)
    found: dict[str, _Sentence] = {}
    for hit in near:
        chunk = hit.chunk
        code, line = chunk.metadata.get("language", ""), above_of(hit)
        above = match.above(line, code) & weights.keys()
        for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
            text = sentence.text
            if text in found or len(text) > _LONGEST_SENTENCE or word_count(text) < _SHORTEST_WORDS:
                continue
            # Columns are named "water_depth_m".
            words = match.terms(text.replace("_", " "), code) & weights.keys()
            holds = holds_wanted(asked.kind, text, query.question)
            found[text] = _Sentence(
                text,
                held_share(weights, words),
                _HOPE * held_share(weights, words | above, power=2) + hit.score,
                holds,
                asked.held(text, line, words | above) if holds else 0.0,
            )
    return sorted(found.values(), key=lambda sentence: -sentence.hope)


async def _cosines(query: Query, sentences: Sequence[_Sentence], embed: Embed) -> list[tuple[_Sentence, float]]:
    first = list(sentences[:_EMBEDDED])
    if sum(sentence.wanted for sentence in first) < _WANTED:
        right = [sentence for sentence in sentences[_EMBEDDED:] if sentence.wanted][:_WANTED]
        first = [*first[: _EMBEDDED - len(right)], *right]
    if not first:
        return []
    vectors = await embed([sentence.text for sentence in first])
    return list(zip(first, map(float, query.nearness(vectors)), strict=True))


def _agreement(found: Sequence[Hit]) -> float:
    """Return the share of the best hits by meaning that are among the best by words too."""
    by: list[Mapping[str, float]] = [
        {hit.chunk.id: hit.cosine or 0.0 for hit in found},
        {hit.chunk.id: hit.bm25 or hit.learned or 0.0 for hit in found},
    ]
    best = [set(sorted(scores, key=lambda key: -scores[key])[:_AGREEING]) for scores in by]
    return len(best[0] & best[1]) / max(1, len(best[0]))
