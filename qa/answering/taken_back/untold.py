"""Whether the passages that would be quoted tell what is asked, or other things of the same subject. Pure functions.

A passage may be about the house, and say nothing of its rent. To quote that its parking is free is no answer.
"""

import re
from collections.abc import Iterator, Sequence

from qa.answering.sentences.asked_thing import held_in, words_asked
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.sentences.told_whole import identity_of
from qa.lazy_regex import lazy_regex
from qa.retrieval.about import Sorted
from qa.retrieval.editions import is_of_other_month, is_of_other_year
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share
from qa.text.amounts import COIN, FORMS
from qa.text.embedded import above_of
from qa.text.frequencies import OFTEN, asks_how_often
from qa.text.language import language_of
from qa.text.purpose import says_purpose
from qa.text.reading import read_sentences
from qa.text.relations import relation_asked, tells
from qa.text.wanted import asks_twice, wanted
from qa.types import Hit

# Languages whose words for relations are known.
_KNOWN = ("en", "de", "")
# So much of the question, by the squared weights of its words, a sentence in another language says.
_SHARED = 0.2
_NOUN = r"(?:[a-zäöüß]+ ){0,2}?([a-zäöüß]{3,})"
# What is named in small letters; of a name other rules tell.
_COSTS = lazy_regex(
    rf"(?i:\b(?:what|how much|how expensive) (?:does|do|did|would|will)) (?i:the|a|an|my|our) {_NOUN}"
    rf"(?= (?i:cost|charge)\b| of (?:the|my|our)\b)(?=.*\b(?i:cost|charge)\b)|"
    rf"(?i:\b(?:guarantee|warranty)) (?:for|on|of) (?:the|a|an|my|our) {_NOUN}\W*$|"
    r"(?i:\bwhen(?:['’]s| is| are| was| will)) (?i:the|a|my|our|your) (?i:next|last|first) (?:[a-z]+ ){0,2}?([a-z]{3,})"
    r"(?=\W*$| (?i:of|for|in|at|with|on|due|planned|scheduled|taking)\b)|"
    r"(?i:\bwann (?:ist|war|sind|findet|fand|kommt)) (?i:der|die|das|mein\w*|unser\w*|denn) "
    r"(?i:nächste[rns]?|letzte[rns]?|erste[rns]?) (?:[a-zäöüß]+ ){0,1}?([A-ZÄÖÜa-zäöüß]{3,})(?=\W*$| (?:statt|"
    r"fällig|geplant|"
    r"mit|beim?|für|im|am|in|an|des|der|von)\b)|"
    r"([a-zäöüß]{5,}) (?i:error|fault|störung|fehler)(?: code)? (?=[A-Za-z]+\d)"
)
_ASKS_PRICE = lazy_regex(
    r"\W*(?:and |und )?(?:how much (?:is|are|do|does|did|will)|what (?:do|does|did|will) .* cost|was kost\w+|"
    r"wie ?viel kost\w+|wie teuer)\b",
    re.IGNORECASE,
)
_PRICE = lazy_regex(
    rf"{FORMS['money'].pattern}|{COIN}|\d[.,]\d\d(?!\d)|\b(?:free|gratis|kostenlos|kostenfrei|unentgeltlich|cents?|"
    r"pounds?|euros?|dollars?|franken|no (?:charge|cost|fee)|hundred|thousand|"
    r"\w*(?:price|cost|fee|rate|preis|kosten|gebühr|betrag|amount|total)\w*\W{1,3}\d+)\b",
    re.IGNORECASE,
)
# Whether something is allowed; "can I" may ask whether one is able to.
_ASKS_LEAVE = lazy_regex(
    r"(?:and |und )?(?:may (?:i|we|you|one|he|she|it|they|people|any\w*|the|an?|my|our)\b|(?:darf|dürfen) \w+|"
    r"(?:am|is|are|ist|sind)\b.{1,60}\b(?:allowed|permitted|forbidden|"
    r"prohibited|erlaubt|gestattet|verboten|untersagt)\b)",
    re.IGNORECASE,
)
# Any word by which a text may say so, or what must be done instead.
_OF_RULES = lazy_regex(
    r"\b(?:allow|permit(?!s? (?:of|for)\b)|prohibit|forbid|forbad|banned|require|entitle|oblig|restrict|refus|declin|"
    r"approv|consent|agree(?!ments?\b)|authori[sz]|licen[cs]|welcome|need|exempt|except|unless|without|penal|limit|exceed|avoid|accept|"
    r"erlaub|gestatt|verb[oi]e?t|untersag|zulässig|unzulässig|genehm|zustimm|einwillig|berechtig|pflicht|erforder|"
    r"bedarf|bedürf|abgelehnt|ablehn|willkommen|ausnahme|vermeid|grenz)\w*|"
    r"\b(?:may|must|shall|should|can|cannot|could|has to|have to|only|never|not|no|none|nobody|zero|free to|maximum|"
    r"at most|up to|(?:by|with|without|written|prior) (?:\w+ )?agreement|please|do not|don['’]t|stay|keep|ask|yes|"
    r"darf|dürfen|muss|müssen|soll|sollen|sollte\w*|kann|können|nur|nie|niemals|nicht|kein\w*|niemand|null|höchstens|"
    r"maximal|bis zu|bitte|ohne|außer|ja)\b",
    re.IGNORECASE,
)
_STEM, _ENDING = 4, 2
# Characters from the beginning of a sentence to that of one that it goes on from.
_NEAR, _MOST = 40, 2
# Characters in which the beginning of a list is looked for.
_BEFORE = 200
_SENTENCE_END = lazy_regex(r"[.!?]\s")


def is_untold(query: Query, quotes: Sequence[Quote], found: Sequence[Hit], language: str) -> bool:
    """Tell whether no passage that is quoted holds what a question asks for beside a word that says it.

    The sentence with it need not be the one that is quoted: of 29 questions that squad2 answers so, 3 have it two
    sentences off. Never where no rule knows what is asked, where two things are, nor where a passage in another
    language tells it: of those the best sentence is seldom quoted.

    Args:
        query: As the index reads it.
        quotes: What would be quoted.
        found: All passages that were found.
        language: Of the documents.
    """
    relation = relation_asked(query.asked)
    if relation is None or asks_twice(query.asked) or not quotes:
        return False
    quoted = {quote.hit.chunk.id: quote.hit for quote in quotes}
    others = [hit for hit in found if hit.chunk.id not in quoted and _code(hit) not in (query.language, "")]
    if any(_is_elsewhere(query, hit) for hit in (*quoted.values(), *others)):
        return False
    said = [sentence for hit in quoted.values() for sentence in _sentences(hit, language)]
    said += [sentence for hit in others for sentence in _sentences(hit, language) if _shares(query, hit, sentence[0])]
    return not any(tells(relation, query.asked, text, around) for text, around in said)


def told_beside(query: Query, quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Return quotations, or what stands beside them and tells what they do not: who pays, whom to ask.

    Of the passages that would be quoted the sentence that tells it; none where none does.
    """
    relation = relation_asked(query.asked)
    if relation is None or not relation.is_near or asks_twice(query.asked) or not quotes:
        return list(quotes)
    first, asked = quotes[0].hit, words_asked(query)

    def is_told(quote: Quote) -> bool:
        return tells(relation, query.asked, quote.text) and not says_purpose(quote.text)

    if not {_code(quote.hit) for quote in quotes} <= set(_KNOWN) or any(map(is_told, quotes)):
        return list(quotes)
    held = [(held_in(query, asked, quote.text, _code(first)), quote) for quote in sentences_of(first, language)]
    telling = sorted(
        ((words, quote) for words, quote in held if words and is_told(quote)), key=lambda one: -len(one[0])
    )
    return [quote for _, quote in telling[:1]]


def told_elsewhere(query: Query, found: Sequence[Hit], language: str) -> list[Quote]:
    """Return the sentences that tell a relation, of the first passage that holds every word of the question as well.

    "The deposit stays as it is" has more of "deposit of the flat" than "4. Deposit. The tenants pay £1,410." of its
    lease. What the sentence before it says, such as its clause's name, stands in front.
    """
    relation = relation_asked(query.asked)
    asked = words_asked(query)
    if relation is None or not asked or asks_twice(query.asked):
        return []
    for hit in found:
        code = _code(hit)
        if query.language and code not in (query.language, ""):
            continue
        if len(held_in(query, asked, f"{above_of(hit)}\n{hit.chunk.text}", code)) < len(asked):
            continue
        before: tuple[int, str] | None = None
        quotes = []
        for sentence in read_sentences(hit.chunk.text, language=language_of(hit.chunk.metadata, language)):
            start, text = sentence.start, sentence.text
            if not tells(relation, query.asked, text) and before and sentence.start - before[0] <= _NEAR:
                start, text = before[0], f"{before[1]} {text}"
            if tells(relation, query.asked, text) and held_in(query, asked, text, code):
                quotes.append(Quote(hit, hit.chunk.start + start, hit.chunk.start + sentence.end, text, 0.0))
            before = sentence.start, sentence.text
        if quotes:
            return quotes[:_MOST]
    return []


def are_other_rows(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether nothing but rows of tables is quoted that hold no word of the question, nor do their headings.

    "Which forest is for sale?" is near, by its meaning, to a price list of woods. A row says nothing besides its words.
    """
    return bool(quotes) and all(_is_row(quote.hit) and not _holds_a_word(query, quote) for quote in quotes)


def are_other_editions(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether what is asked is told by the statements, minutes or reports of other times than is asked for alone.

    What else is quoted holds less of the question: another demand, in a paper that names that year.
    """
    if quotes and all(is_of_other_month(query.asked, quote.hit.chunk) for quote in quotes):
        return True
    others = [quote for quote in quotes if is_of_other_year(query.asked, quote.hit.chunk)]
    left = [quote for quote in quotes if quote not in others]
    weights = query.match.weights

    def held(quote: Quote) -> float:
        code = _code(quote.hit)
        terms = query.match.terms(quote.text, code) | query.match.above(above_of(quote.hit), code)
        return held_share(weights, terms & weights.keys())

    return bool(others) and max(map(held, left), default=0.0) < max(map(held, others))


def are_of_others(query: Query, quotes: Sequence[Quote], named: Sorted) -> bool:
    """Tell whether somebody is named who does what is asked, and no passage that is quoted is about them.

    Never where two things are asked: "when do our people stop, and when do Nordgriff's?" may be half told.
    """
    if asks_twice(query.asked):
        return False
    return bool(quotes) and any(all(quote.hit.chunk.id not in ids for quote in quotes) for _, ids in named.subjects)


def are_of_another_thing(query: Query, quotes: Sequence[Quote], hits: Sequence[Hit]) -> bool:
    """Tell whether what a thing costs, how long it is guaranteed or when the next one is, and all quoted is of others.

    "How much does the dentist cost?" is near to each line "Cost: £2,273.40", and the E02 of a dishwasher to that of a
    washing machine. Of what is named the last word counts: "the roof of the cottage" is no cottage.
    """
    match = _COSTS.search(query.asked)
    thing = next((word for word in match.groups() if word), "") if match else ""
    terms = query.match.terms(thing, query.language) if thing else frozenset[int]()
    if not terms or not quotes:
        return False
    for quote in quotes:
        code = _code(quote.hit)
        if _is_elsewhere(query, quote.hit) or (query.language and code not in (query.language, "")):
            return False
        text = f"{identity_of(quote.hit, hits)}\n{quote.hit.chunk.text}"
        # "Plumbing" is said of a plumber, a compound of its parts.
        if terms & query.match.terms(text, code) or _begins_alike(thing, text):
            return False
    return True


def has_no_price(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether what something costs is asked, and no passage that is quoted holds a sum, nor that it is free.

    "How much is the bus to the airport?" is near to where the bus goes. A bill may write "181,00" alone.
    """
    if not quotes or not _ASKS_PRICE.match(query.asked) or asks_twice(query.asked):
        return False
    want = wanted(query.asked, query.language)
    if want is None or want.what != "money":
        return False
    if any(_is_elsewhere(query, quote.hit) for quote in quotes):
        # "350 ديناراً", "92,000円": how other languages write a sum is not known.
        return False
    return not any(_PRICE.search(f"{above_of(quote.hit)}\n{quote.hit.chunk.text}") for quote in quotes)


def has_no_rule(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether it is asked if something is allowed, and nothing that is quoted is worded as a rule.

    "Is smoking allowed?" is near to a heater that smoked. Where the passage is in another language, words decide less.
    """
    if not quotes or not _ASKS_LEAVE.match(query.asked.strip()) or asks_twice(query.asked):
        return False
    if query.language not in _KNOWN or any(_code(quote.hit) not in _KNOWN for quote in quotes):
        return False
    return not any(_OF_RULES.search(f"{above_of(quote.hit)}\n{_with_before(quote)}") for quote in quotes)


def _with_before(quote: Quote) -> str:
    """Return a sentence with what begins it: "Tell us if you" stands before a list's "see someone sleeping here"."""
    start = max(0, quote.start - quote.hit.chunk.start)
    return f"{_SENTENCE_END.split(quote.hit.chunk.text[max(0, start - _BEFORE) : start])[-1]}{quote.text}"


def _begins_alike(thing: str, text: str) -> bool:
    stem = thing.casefold()[: max(_STEM, len(thing) - _ENDING)]
    return len(stem) >= _STEM and stem in text.casefold()


def _is_row(hit: Hit) -> bool:
    return "rows" in hit.chunk.metadata or "table" in hit.chunk.metadata


def _holds_a_word(query: Query, quote: Quote) -> bool:
    code, weights = _code(quote.hit), query.match.weights
    if code not in (query.language, ""):
        # Of another language the words differ.
        return True
    text = f"{above_of(quote.hit)}\n{quote.text}"
    held = query.match.terms(text, code) & weights.keys()
    if asks_how_often(query.asked):
        # A column "How often" is of whatever its rows are.
        held -= query.match.terms(OFTEN, query.language)
    return bool(held) or query.match.inside(text, code, held) > 0


def _is_elsewhere(query: Query, hit: Hit) -> bool:
    """Tell whether a passage is in a language whose words for relations are not known; a bill may be in none."""
    return _code(hit) not in _KNOWN or (query.is_foreign and not _code(hit))


def _code(hit: Hit) -> str:
    return hit.chunk.metadata.get("language", "")


def _sentences(hit: Hit, language: str) -> Iterator[tuple[str, str]]:
    """Yield each sentence, and what stands above and right before it: "The rent is due monthly. It is EUR 700."."""
    before, end, text = "", 0, hit.chunk.text
    for sentence in read_sentences(text, language=language_of(hit.chunk.metadata, language)):
        # A new paragraph, or the first row of a table, says nothing more of the sentence before it.
        if "\n" in text[end : sentence.start].replace("\n", "", 1):
            before = ""
        yield sentence.text, f"{above_of(hit)}{before}"
        before, end = sentence.text, sentence.end


def _shares(query: Query, hit: Hit, sentence: str) -> bool:
    weights = query.match.weights
    return held_share(weights, query.match.terms(sentence, _code(hit)) & weights.keys(), power=2) >= _SHARED
