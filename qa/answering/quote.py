"""An answer without a language model: the sentences of the hits that answer best, quoted as a person reads them."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.answering.direct import direct_answer
from qa.answering.lacking import is_code_alone
from qa.answering.near_words import NearWords
from qa.models.token_vectors import READS, EmbedTokens
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share, name_parts
from qa.retrieval.word_match import WordMatch
from qa.text.answer_type import holds
from qa.text.bounds import end_asked, is_at_bound, is_right_to_end, says_end
from qa.text.cost_words import cost_asked, says_cost
from qa.text.counterparts import other_side
from qa.text.embedded import above_at
from qa.text.labels import is_labelled
from qa.text.language import language_of, word_count
from qa.text.named_answers import named_answers, names_new
from qa.text.names import Name
from qa.text.numbered_parts import spans
from qa.text.paper_words import share_said
from qa.text.pointing import is_elliptical, points_back
from qa.text.reach import form_asked
from qa.text.reading import as_read, read_sentences
from qa.text.sentences import LIST_ITEM, sentence_spans
from qa.text.short_answers import asks_twice, in_header, may_hold, short_answers, wanted
from qa.text.values import Values
from qa.types import Answer, Chunk, Citation, Direct, Hit, Place, Statement

# Weights of a sentence's score, chosen on five sets (docs/quality.md): rare words of the question, pairs of them, words
# within longer ones, meaning, score of its passage, holds what is asked for.
_RARE, _PAIRS, _INSIDE, _MEANING, _PASSAGE, _KIND = 0.4, 0.1, 0.2, 0.45, 0.6, 0.1
# Where the model knows the language, words that a sentence says in others count too, and those it holds for less.
_NEAR, _HELD = 0.5, 0.3
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
# The next sentence explains one more often than another passage does.
_NEXT = 0.1
_GAP = 2
# Text that is set like a heading names its subject and says nothing about it.
_TITLED, _TITLE_SHARE = 0.15, 0.75
# "At the end of 2024" does not say what was at the end of 2025.
_OF_OTHER_YEARS = 0.15
# A question holds the words of a question, and answers none.
_ASKING = 0.2
# A sentence in another language that says what is asked in its own words gains so much: a dictionary often has others.
_OTHERWISE = 0.5
# So does a line whose label says what is asked: "Present: …" who was there.
_LABELLED = 0.4
_YEAR = re.compile(r"(?<![\d.,/-])(?:1[5-9]|20)\d\d(?![\d/-])")
_NUMBERED = re.compile(r"\d+(?:\.\d+)*[.)]\s*")
_WORD, _DIGIT = re.compile(r"[^\W\d_]{4,}"), re.compile(r"\d")
# Where an entry of a table of contents leads, and the number of the next one, which stands on its line.
_PLACE = re.compile(r"(?:\s+\d{1,4})?(?:\s+(?:Item|Part|Section|Chapter)\s+\w{1,4}\.?)?\s*$")
# A long sentence holds more words of any question. Beyond 200 characters it loses score, up to this much.
_LENGTH, _FREE_LENGTH = 0.05, 200
# Sentences nearer than this in meaning say the same thing: forms and contracts repeat themselves.
_SAME = 0.93
# Another sentence joins the answer while it scores at least this share of the best. As a share too, these speak for it:
# that it follows one that was taken, that the question is two, or asks for no few words; against it, that the best one
# surely holds those. Tuned on half of five sets (docs/quality.md).
_NEARLY = 0.96
_IF_NEXT, _IF_TWICE, _IF_OPEN, _IF_ANSWERED = 0.03, 0.07, 0.07, -0.2
# The model takes about 2 ms a sentence, so only the best by everything else are embedded.
_EMBEDDED_SENTENCES = 12
_LONGEST_SENTENCE = 700
# Fewer words say something only as a value with its header or name: "Wind: 14 m/s", "MAX_RETRIES = 7".
_SHORTEST_WORDS = 4
# A first line that only says what a document is has so many words of its title, and so much of it.
_TITLE_WORDS, _TITLE_HELD, _LONGEST_TITLE = 2, 0.66, 100
_NAME_WORD = re.compile(r"[^\W_]+")
_SAYS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|must|may|can|costs?|ist|sind|war|waren|hat|haben|wird|werden|muss|darf|"
    r"kann|kostet|kosten|est|sont|è|sono|es|son)\b|[€$£]|\b(?:EUR|GBP|USD|CHF)\b"
)
_VALUE = re.compile(r"(?::|\||(?<=[\w\])])\s*=)\s*[^\s=]")
# What a sentence announces with a colon is quoted with it: list items, or that much of a table's lines.
_ANNOUNCED = 300
_ENDS = ".!?:;…”»"

# What an answer of quotations has in place of a model's name.
EXTRACTIVE = "extractive"

# Returns float32 of shape (len(texts), dim), rows of unit length; `QueryEmbedder.embed_sentences` is one.
Embed = Callable[[Sequence[str]], Awaitable[NDArray[np.float32]]]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a hit: `start` and `end` are offsets into the document's text; `score` is about [0, 1].

    `text` is that stretch as it is read, see `qa.text.reading`: of a table's row, its values with the columns' names.
    """

    hit: Hit
    start: int
    end: int
    text: str
    score: float


async def best_quotes(
    query: Query,
    hits: Sequence[Hit],
    *,
    embed: Embed,
    tokens: EmbedTokens | None = None,
    language: str = "english",
    limit: int = 3,
    nearly: float = 0.0,
    may_answer: Callable[[Quote], bool] = lambda _quote: True,
    among: Callable[[list[Quote]], list[Quote]] = lambda quotes: quotes,
) -> list[Quote]:
    """Return the sentences that answer a question, best first, as many as it takes; none where no hit holds a sentence.

    Args:
        query: As the index reads it.
        hits: Best first, with their absolute scores.
        embed: Embeds the sentences as the query was.
        tokens: Embeds their tokens as well, by the packaged model; None with another one.
        language: Language of the documents.
        limit: Upper bound on the number of sentences.
        nearly: Share of the best score that each other sentence must have, where candidates are wanted and no answer;
            0 for as many as it takes to answer.
        may_answer: Which sentences are looked at at all.
        among: Leaves out those of the best that others show to be no answer; never all of them.
    """
    candidates: list[Quote] = []
    pointed: dict[tuple[str, int], str] = {}
    # What is asked is not what another question in front of it asked.
    own = query.match.terms(query.asked, query.language) if query.asked != query.text else query.match.weights.keys()
    named = query.match.terms(query.about, query.language) if query.about else frozenset[int]()
    loose = _said_otherwise(query)
    for hit in hits:
        for quote, before in _sentences(hit, language):
            if not may_answer(quote):
                continue
            long = max(0, len(quote.text) - _FREE_LENGTH) / (_LONGEST_SENTENCE - _FREE_LENGTH)
            otherwise = frozenset[int]().union(*(terms for terms, says in loose if terms and says(quote.text)))
            score = _worded(quote, before, query.match, own=own, named=named, otherwise=otherwise)
            score += _PASSAGE * _passage_score(hit)
            score += _KIND * holds(query.kind, quote.text) - _LENGTH * long - _TITLED * _is_titled(quote.text)
            score += _LABELLED * (is_labelled(query.asked, quote.text) or bool(other_side(query.asked, quote.text)))
            code = hit.chunk.metadata.get("language", "")
            score += _OTHERWISE * share_said(query.asked, query.language, quote.text, code)
            score -= _OF_OTHER_YEARS * _is_of_other_years(query.text, quote.text)
            score -= _ASKING * quote.text.endswith("?")
            candidates.append(replace(quote, score=score))
            pointed[quote.hit.chunk.id, quote.start] = before
    candidates = among(_hopeful(query, candidates)[:_EMBEDDED_SENTENCES])
    if not candidates:
        return []
    vectors = await embed([quote.text for quote in candidates])
    scored = [
        replace(
            quote, score=quote.score + _MEANING * query.meaning * float(cosine) + _FORM * _form_of(query, quote.text)
        )
        for quote, cosine in zip(candidates, query.nearness(vectors), strict=True)
    ]
    if tokens and query.language in ("", READS):
        scored = await _with_near_words(query, scored, pointed, tokens)
    return _announced(_choose(query, scored, vectors, limit, nearly), language)


async def _with_near_words(
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


def quoted_answer(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit]) -> Answer:
    """Make an answer of quotations; passages are numbered in the order in which they are quoted."""
    numbers: dict[str, int] = {}
    spans: dict[str, list[tuple[int, int]]] = {}
    for quote in quotes:
        numbers.setdefault(quote.hit.chunk.id, len(numbers) + 1)
        spans.setdefault(quote.hit.chunk.id, []).append((quote.start, quote.end))
    statements = [
        Statement(quote.text, (number,), evidence=(Place(number, quote.start, quote.end),))
        for quote in quotes
        for number in (numbers[quote.hit.chunk.id],)
    ]
    chunks = {quote.hit.chunk.id: quote.hit.chunk for quote in quotes}
    return Answer(
        question=query.question,
        query=query.text,
        text="\n\n".join(f"{item.text} [{item.citations[0]}]" for item in statements),
        statements=tuple(statements),
        citations=tuple(
            Citation(number, chunks[chunk], tuple(sorted(spans[chunk]))) for chunk, number in numbers.items()
        ),
        hits=tuple(hits),
        found=True,
        model=EXTRACTIVE,
        direct=_direct(query, quotes[0]),
    )


def _said_otherwise(query: Query) -> list[tuple[Set[int], Callable[[str], bool]]]:
    """Return the words of a question that papers say in others, and what tells whether a sentence does."""
    asked = ((cost_asked(query.asked), says_cost), (end_asked(query.asked), says_end))
    return [(query.match.terms(word, query.language) & query.match.weights.keys(), says) for word, says in asked]


def _hopeful(query: Query, candidates: Sequence[Quote]) -> list[Quote]:
    """Return the best first, without those that cannot hold the number or the time that is asked for."""
    ordered = sorted(candidates, key=lambda quote: -quote.score)
    codes = [name for name in query.names if name.is_code]
    if inside := [quote for quote in ordered if any(_is_in(name, quote) for name in codes if name.is_part)]:
        # What Article 4 says stands under its heading, whatever is said elsewhere in these words.
        ordered = inside
    if is_code_alone(query.question, [name.text for name in codes]):
        # "Whose number is …?" is answered where the number stands, whatever else names somebody.
        return [quote for quote in ordered if any(name.stands_in(Values(quote.text)) for name in codes)] or ordered
    if end_asked(query.asked) and any(says_end(quote.text) for quote in ordered):
        ordered = [quote for quote in ordered if not is_right_to_end(quote.text)]
    if (form := form_asked(query.asked)) is not None:
        # Who asks for a telephone number is not helped by another sentence about its owner.
        return [quote for quote in ordered if form.search(quote.text)]
    want = wanted(query.asked, query.language)
    return [quote for quote in ordered if may_hold(want, quote.text)] or ordered if want else ordered


def _is_in(name: Name, quote: Quote) -> bool:
    """Tell whether a sentence stands in the part of a text that a name is for."""
    chunk = quote.hit.chunk
    at = quote.start - chunk.start
    return any(start <= at < end for start, end in spans(name, chunk.text, chunk.heading))


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


def _announced(quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Lengthen what ends in a colon by what it announces, and drop the quotes that are in there."""
    longer = [_with_what_follows(quote, language) if quote.text.endswith(":") else quote for quote in quotes]
    return [quote for quote in longer if not any(other is not quote and _is_within(quote, other) for other in longer)]


def _with_what_follows(quote: Quote, language: str) -> Quote:
    """Add the next sentence, the list or the first lines of the table that a quote announces, as far as they fit."""
    chunk, end = quote.hit.chunk, quote.end
    in_list = ended = False
    for start, stop in sentence_spans(chunk.text, language=language_of(chunk.metadata, language)):
        if chunk.start + start < quote.end:
            continue
        is_item = bool(LIST_ITEM.match(chunk.text, start, stop))
        over = (ended or in_list) and not is_item
        if over or chunk.start + stop - quote.end > _ANNOUNCED:
            break
        end, in_list, ended = chunk.start + stop, is_item, chunk.text[stop - 1] in _ENDS
    return replace(quote, end=end, text=as_read(chunk.text[quote.start - chunk.start : end - chunk.start]))


def _is_within(quote: Quote, other: Quote) -> bool:
    return quote.hit.chunk.id == other.hit.chunk.id and other.start <= quote.start and quote.end <= other.end


def _sentences(hit: Hit, language: str) -> list[tuple[Quote, str]]:
    """Return the hit's sentences that say something, and before each what it points back at, "" for nothing.

    Headings, fragments and what is too long to read are none. An elliptical sentence belongs to the one before it.
    """
    chunk = hit.chunk
    found: list[tuple[Quote, str]] = []
    before = ""
    titled = _titling(chunk)
    for sentence in read_sentences(chunk.text, language=language_of(chunk.metadata, language)):
        quote = Quote(hit, chunk.start + sentence.start, chunk.start + sentence.end, sentence.text, 0.0)
        if found and is_elliptical(sentence.text) and 0 <= quote.start - found[-1][0].end <= _GAP:
            last, earlier = found[-1]
            found[-1] = replace(last, end=quote.end, text=f"{last.text} {sentence.text}"), earlier
        elif len(sentence.text) <= _LONGEST_SENTENCE and not (
            sentence.end <= titled or _is_heading(sentence.text, chunk, is_item=_is_item(chunk.text, sentence.start))
        ):
            found.append((quote, before if points_back(sentence.text) else ""))
        before = sentence.text
    return found


def sentences_of(hit: Hit, language: str = "english") -> list[Quote]:
    """Return the sentences of a hit that say something, as they may be quoted."""
    return [quote for quote, _ in _sentences(hit, language)]


def _titling(chunk: Chunk) -> int:
    """Return where the first line of a document ends if it only says what the document is, in its title's words."""
    line, more, _ = chunk.text.partition("\n")
    if chunk.start or chunk.page > 1 or not more or len(line) > _LONGEST_TITLE or line.rstrip()[-1:] in _ENDS:
        return 0
    title, said = (set(_NAME_WORD.findall(name_parts(text).casefold())) for text in (chunk.title, line))
    shared = len(title & said)
    is_title = shared >= max(_TITLE_WORDS, _TITLE_HELD * len(title)) and not _SAYS.search(line)
    return len(line) if is_title else 0


def _is_item(text: str, start: int) -> bool:
    """Tell whether a sentence begins as an item of a list, with its bullet in it or before it."""
    line = text.rfind("\n", 0, start) + 1
    return bool((item := LIST_ITEM.match(text, line)) and item.end() >= start)


def _is_heading(text: str, chunk: Chunk, *, is_item: bool) -> bool:
    plain = text.strip("#*| ").casefold()
    # "4 eggs" says something as an item of a list, and "2. Rent." is a heading with its number.
    says_number = is_item and _DIGIT.search(_NUMBERED.sub("", plain)) and _WORD.search(plain)
    if word_count(plain) < _SHORTEST_WORDS and not _VALUE.search(text) and not says_number:
        return True
    headings = (chunk.title, *chunk.heading.split(" › "))
    # With a word in front at most: "Subject: …" of a mail, "4.2 …".
    return any(plain.split(maxsplit=1)[-1] == part.casefold() or plain == part.casefold() for part in headings)


def _is_of_other_years(question: str, text: str) -> bool:
    """Tell whether a sentence names years, and none of those that a question names."""
    asked, own = set(_YEAR.findall(question)), set(_YEAR.findall(text))
    return bool(asked and own) and asked.isdisjoint(own)


def _is_titled(text: str) -> bool:
    """Tell whether a text is put like a heading that no outline names, or an entry of a table of contents."""
    plain = _PLACE.sub("", text).rstrip()
    words: list[str] = _WORD.findall(plain)
    if not words or _VALUE.search(plain) or plain[-1] in _ENDS:
        return False
    if all(word.isupper() for word in words):
        return True
    if _DIGIT.search(plain):
        return False
    return sum(word[0].isupper() for word in words) >= _TITLE_SHARE * len(words)


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


def _choose(
    query: Query, quotes: Sequence[Quote], vectors: NDArray[np.float32], limit: int, nearly: float
) -> list[Quote]:
    """Take the best, then the next best, with a bonus for the sentence right after one that was taken."""
    left = sorted(range(len(quotes)), key=lambda number: -quotes[number].score)
    chosen = [left.pop(0)]
    best = quotes[chosen[0]]
    least = (nearly or _needed(query, best)) * best.score

    def follows(number: int) -> bool:
        start, chunk = quotes[number].start, quotes[number].hit.chunk
        return any(
            chunk.id == quotes[taken].hit.chunk.id and 0 <= start - quotes[taken].end <= _GAP for taken in chosen
        )

    def value(number: int) -> float:
        return quotes[number].score + _NEXT * follows(number)

    while left and len(chosen) < limit:
        number = max(left, key=value)
        besides = _NEXT * follows(number) if nearly else best.score * _besides(query, follows=follows(number))
        if quotes[number].score + besides < least:
            break
        left.remove(number)
        if all(float(vectors[number] @ vectors[taken]) < _SAME for taken in chosen):
            chosen.append(number)
    return [quotes[number] for number in chosen]


def _needed(query: Query, best: Quote) -> float:
    """Return the share of the best score that another sentence needs."""
    return _NEARLY - (_IF_ANSWERED if _direct(query, best) else 0.0)


def _besides(query: Query, *, follows: bool) -> float:
    """Return what speaks for another sentence besides its score, as a share of the best score."""
    is_open = wanted(query.asked, query.language) is None
    return _IF_NEXT * follows + _IF_OPEN * is_open + _IF_TWICE * asks_twice(query.asked)


def _direct(query: Query, quote: Quote) -> Direct | None:
    chunk = quote.hit.chunk
    above = above_at(quote.hit, quote.start)
    return direct_answer(query, quote.text, language=chunk.metadata.get("language", ""), above=above)
