"""An answer without a language model: the sentences of the hits that answer best, quoted as a person reads them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from qa.answering.quoting.quote_count import chosen_of, direct_of
from qa.answering.quoting.quote_score import Wording, with_answering, with_meaning, with_near_words
from qa.answering.quoting.selection import Selection
from qa.answering.sentences.asked_thing import openings_of
from qa.answering.sentences.quoted_sentences import Quote, is_reference, with_announced, with_pointed
from qa.answering.standalone.lacking import is_code_alone
from qa.calibration.signals import Embed
from qa.lazy_regex import lazy_regex
from qa.models.token_vectors import READS, EmbedTokens
from qa.retrieval.query import Query
from qa.text.bounds import asks_by_when, end_asked, is_right_to_end, says_by_when, says_end
from qa.text.counted_people import counts_people, counts_people_in
from qa.text.covering import amount_asked, covers
from qa.text.frequencies import asks_how_often, counts_in_row, says_how_often
from qa.text.names import Name
from qa.text.numbered_parts import spans
from qa.text.purpose import asks_of_paper, says_purpose
from qa.text.reach import form_asked
from qa.text.short_answers import may_hold
from qa.text.values import Values
from qa.text.wanted import wanted
from qa.types import Answer, Citation, Hit, Place, Statement

# The model takes about 2 ms a sentence, so only the best by everything else are embedded.
_EMBEDDED_SENTENCES = 12

# A sentence with a number or time scores so much of what the best of all does, or it is of another thing. Of some 60
# questions 3 lie below .6, all of them answered wrongly; of those answered rightly one lies at .77, the others at 1.
_OF_THIS = 0.6
_STEP = lazy_regex(r"\d{1,2}[.)] ")
# What an answer of quotations has in place of a model's name.
EXTRACTIVE = "extractive"


async def best_quotes(
    query: Query,
    hits: Sequence[Hit],
    *,
    embed: Embed,
    tokens: EmbedTokens | None = None,
    select: Selection | None = None,
    language: str = "english",
    limit: int = 3,
    nearly: float = 0.0,
    may_answer: Callable[[Quote], bool] = lambda _quote: True,
    among: Callable[[list[Quote]], Awaitable[list[Quote]]] | None = None,
) -> list[Quote]:
    """Return the sentences that answer a question, best first, as many as it takes; none where no hit holds a sentence.

    Args:
        query: As the index reads it.
        hits: Best first, with their absolute scores.
        embed: Embeds the sentences as the query was.
        tokens: Embeds their tokens as well, by the packaged model; None with another one.
        select: Reads the sentences with the question; None for nothing that does.
        language: Language of the documents.
        limit: Upper bound on the number of sentences.
        nearly: Share of the best score that each other sentence must have, where candidates are wanted and no answer;
            0 for as many as it takes to answer.
        may_answer: Which sentences are looked at at all.
        among: Leaves out those of the best that are no answer; None leaves out none.
    """
    candidates: list[Quote] = []
    pointed: dict[tuple[str, int], str] = {}
    wording = Wording(query, openings_of(hits))
    for hit in hits:
        for quote, before in with_pointed(hit, language):
            if may_answer(quote):
                candidates.append(replace(quote, score=wording.score(quote, before)))
                pointed[hit.chunk.id, quote.start] = before
    candidates = _hopeful(query, candidates)[:_EMBEDDED_SENTENCES]
    if among:
        candidates = await among(candidates)
    if not candidates:
        return []
    vectors = await embed([quote.text for quote in candidates])
    scored = with_meaning(query, candidates, query.nearness(vectors))
    # A few words may be of any language: then that of what holds most of them counts.
    if tokens and (query.language or candidates[0].hit.chunk.metadata.get("language", "")) == READS:
        scored = await with_near_words(query, scored, pointed, tokens)
    if select:
        scored = with_answering(await select.read(query, scored))
    return with_announced(_steps_in_order(query, chosen_of(query, scored, vectors, limit, nearly)), language)


def _steps_in_order(query: Query, quotes: list[Quote]) -> list[Quote]:
    """Return quotations with the steps of one list as they follow one another, where no few words answer."""
    if not quotes or not _STEP.match(quotes[0].text) or direct_of(query, quotes[0]):
        return quotes
    chunk = quotes[0].hit.chunk
    steps = [quote for quote in quotes if quote.hit.chunk.id == chunk.id and _STEP.match(quote.text)]
    return [*sorted(steps, key=lambda quote: quote.start), *(quote for quote in quotes if quote not in steps)]


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
        direct=direct_of(query, quotes[0]),
    )


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
    # What a paper is for, and where another one is, tells nothing that is asked beside these.
    if not asks_of_paper(query.asked):
        ordered = (
            _nearly_first(ordered, lambda quote: not (says_purpose(quote.text) or is_reference(quote.text))) or ordered
        )
    if end_asked(query.asked) and any(says_end(quote.text) for quote in ordered):
        ordered = [quote for quote in ordered if not is_right_to_end(quote.text)]
    if asks_by_when(query.asked):
        # "We looked at it on 6 March" has a day as well, and it is no deadline.
        ordered = _nearly_first(ordered, lambda quote: says_by_when(quote.text)) or ordered
    if (amount := amount_asked(query.asked)) is not None:
        # Of 5 years "Years 4-9" tells, and "Years 0-3" has as many of the words.
        ordered = _nearly_first(ordered, lambda quote: covers(*amount, quote.text) is True) or ordered
    if counts_people(query.asked):
        ordered = _nearly_first(ordered, lambda quote: counts_people_in(quote.text)) or ordered
    if asks_how_often(query.asked):
        # "Weather: Snow; Strokes: nine" says it in no word of its own.
        ordered = [quote for quote in ordered if _may_say_how_often(quote) or counts_in_row(quote.text)]
    if (form := form_asked(query.asked)) is not None:
        # Who asks for a telephone number is not helped by another sentence about its owner.
        return [quote for quote in ordered if form.search(quote.text)]
    want = wanted(query.asked, query.language)
    # "Sei mesi", "полтора часа": of other languages neither numbers nor units are known.
    holding = [quote for quote in ordered if not _has_rules(quote) or may_hold(want, quote.text)] if want else []
    if holding and holding[0].score < _OF_THIS * ordered[0].score:
        # "What temperature is heat stroke" is not told by how cold a cellar is.
        return []
    return holding or ordered


def _nearly_first(ordered: Sequence[Quote], says: Callable[[Quote], bool]) -> list[Quote]:
    """Return those that say what is asked in its form, if one of them says nearly as much of the rest as the best."""
    left = [quote for quote in ordered if says(quote)]
    return left if left and left[0].score >= _OF_THIS * ordered[0].score else []


def _may_say_how_often(quote: Quote) -> bool:
    """Tell whether a sentence, or its heading, says how often; of most languages nothing is known."""
    return not _has_rules(quote) or says_how_often(f"{quote.hit.chunk.heading}\n{quote.text}")


def _has_rules(quote: Quote) -> bool:
    """Tell whether a sentence may be in a language whose amounts and times are known by rule."""
    return quote.hit.chunk.metadata.get("language", "") in ("en", "de", "")


def _is_in(name: Name, quote: Quote) -> bool:
    """Tell whether a sentence stands in the part of a text that a name is for."""
    chunk = quote.hit.chunk
    at = quote.start - chunk.start
    return any(start <= at < end for start, end in spans(name, chunk.text, chunk.heading))
