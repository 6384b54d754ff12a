"""Whether what would be quoted is about a sibling of what is asked for, which itself is told nowhere. Pure functions.

The blade tension of the band saw is no answer for the planer, nor the hours of week 3 for week 4. Where the documents
show that the two are siblings, nothing is quoted; where the asked one may be called otherwise there, the answer says
what it is about.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from qa.answering.refusing.not_computed import in_row
from qa.answering.saying.phrases import phrases
from qa.answering.sentences.asked_thing import are_alike, held_in, names_above, openings_of, words_asked
from qa.answering.sentences.quoted_sentences import Quote, sentences_of
from qa.answering.sentences.single_words import said_otherwise
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.retrieval.rank import name_parts
from qa.text.casing import word_set
from qa.text.covering import amount_asked, numbers
from qa.text.labels import OF_EVERY_PAPER
from qa.text.ordinals import names_ordinal, other_ordinal
from qa.text.outline import heading_at, sections_within
from qa.text.paper_words import share_said
from qa.types import Chunk, Hit

_ARTICLE = r"(?:the|an?|my|our|your|this|der|die|das|den|dem|des|eine?[nmrs]?|meine?[nmrs]?|unsere?[nmrs]?)"
# Behind these stands whose it is: "the deposit for the barge", "die Miete der Halle".
_OF = r"(?:of|for|on|from|von|vom|für|des|der|bei|beim|zum|zur|über)"
# And behind these who does or has it: "how many hours did nadia work", "was zahlen familien".
_DOES = r"(?:did|does|do|has|have|had|will|must|hat|hatten?|haben|muss|müssen|wird|werden)"
_ASKS_DID = lazy_regex(r"\b(?:did|does|do|will|has|have|had)\b", re.IGNORECASE)
_PAYS = r"(?:pay|pays|zahlen|zahlt|kostet|kosten|bekommen|bekommt|verdient)"
_WHO = lazy_regex(r"\W*(?:who|whom|wer|wem|wen|which|welche\w*)\b", re.IGNORECASE)
# "Who is the secretary", "wer ist Kassenwart".
_OFFICE = r"\W*(?:who|wer) (?:is|was|ist|war)"
_PARTS = " › "
_SHORTEST = 3
_NUMBER = r"\d{1,4}[a-z]?"
# "On which day of the week" asks for no other thing than the day.
_TIMES = word_set(
    "day days week weeks month months year years decade decades century centuries season hour hours morning evening"
    " tag tages tage woche wochen monat monats monate jahr jahres jahre jahrzehnt jahrhundert stunde stunden"
)
# English: "when was the pin of D04 swapped", "for winching".
_DONE = lazy_regex(r"[a-z]{3,}(?:ed|ing)")
# In so many of the papers that were found the name of a thing may stand.
_MOST_PAPERS = 2


@dataclass(frozen=True, slots=True)
class Sibling:
    """What a sentence is about in place of what is asked for.

    Attributes:
        name: What is asked for.
        about: What the sentence is about.
        is_sure: Whether the documents show that the two are siblings.
    """

    name: str
    about: str
    is_sure: bool


def sibling_of(query: Query, quote: Quote, hits: Sequence[Hit]) -> Sibling | None:
    """Return what a sentence is about in place of what is asked for; None where nothing tells that it is another thing.

    Args:
        query: As the index reads it.
        quote: What would be quoted.
        hits: All passages that were found.
    """
    chunk = quote.hit.chunk
    code = chunk.metadata.get("language", "")
    if query.language and code not in (query.language, ""):
        return None
    if not code and _is_said_in_another_language(query, quote.text):
        return None
    # Papers put it in their own words: "payable by" says when something is due.
    asked = tuple(word for word in words_asked(query) if word.casefold() not in OF_EVERY_PAPER)
    above = names_above(quote)
    said = said_otherwise(query.asked, quote.text, asked)
    held = said | held_in(query, asked, f"{above}\n{quote.text}\n{openings_of(hits).get(chunk.document_id, '')}", code)
    is_row = in_row(chunk, quote.start)
    if not is_row:
        held |= held_in(query, asked, _section(quote), code)
    about = heading_at(chunk, quote.start).rpartition(_PARTS)[2] or chunk.title
    for name in asked:
        if name in held:
            continue
        if " " in name:
            if (amount := amount_asked(name)) and numbers(*amount, quote.text):
                # "Years 0-3" is of year 2.
                continue
            if other := _other_number(name, f"{quote.text}\n{above}"):
                return Sibling(name, other, is_sure=True)
        elif _is_headed(query, name, quote, hits, code) and _is_told_alike(quote, hits):
            return Sibling(name, about, is_sure=True)
        elif _is_owner(name, query.asked) and not _is_small(name, query):
            if _is_sibling(query, name, quote, hits, code) or (is_row and not _in_table(query, name, quote, hits)):
                return Sibling(name, about, is_sure=True)
            is_doubtful = not _is_common(query, name, hits) and not _is_named(query, about, code)
            return Sibling(name, about, is_sure=False) if is_doubtful else None
    return None


def _is_said_in_another_language(query: Query, text: str) -> bool:
    """Tell whether a text whose language is not known says a word of a question in another one: "Zahlbar bis"."""
    return any(share_said(query.asked, query.language, text, code) for code in ("de", "en") if code != query.language)


def _is_named(query: Query, about: str, code: str) -> bool:
    """Tell whether a question names what a sentence is about: "where is Malaysia on a map" asks of Malaysia."""
    terms = query.match.terms(about, code)
    return bool(terms) and terms <= query.match.weights.keys()


def _is_common(query: Query, name: str, hits: Sequence[Hit]) -> bool:
    """Tell whether a word is of many papers, and so no name of a thing: of "the day of the week" the week is none."""
    found = {
        hit.chunk.document_id
        for hit in hits
        if held_in(query, (name,), hit.chunk.text, hit.chunk.metadata.get("language", ""))
    }
    return len(found) > _MOST_PAPERS


def without_surely_others(
    query: Query, quotes: Sequence[Quote], hits: Sequence[Hit]
) -> tuple[list[Quote], Sibling | None]:
    """Return quotations without those that are surely about siblings, and what the first that is left may be about."""
    found = [(quote, sibling_of(query, quote, hits)) for quote in quotes]
    left = [(quote, sibling) for quote, sibling in found if sibling is None or not sibling.is_sure]
    return [quote for quote, _ in left], left[0][1] if left else None


def without_other_ordinals(query: Query, quotes: Sequence[Quote]) -> list[Quote]:
    """Return quotations without those about the second of something where the first is asked for.

    Where the best one is such, what else is quoted tells nothing of the thing unless it names it.
    """
    others = [bool(other_ordinal(query.asked, quote.text)) for quote in quotes]
    if not any(others):
        return list(quotes)
    left = [quote for quote, is_other in zip(quotes, others, strict=True) if not is_other]
    return [quote for quote in left if names_ordinal(query.asked, quote.text)] if others[0] else left


def about_note(query: Query, sibling: Sibling) -> str:
    """Return what to say of an answer that may be about another thing than the one that is asked for."""
    say = phrases(query.question)
    return say("“{name}” is not mentioned there: it is about “{thing}”.", name=sibling.name, thing=sibling.about)


def _is_owner(name: str, question: str) -> bool:
    """Tell whether a word of a question says whose what is asked is, or who does it."""
    if len(name) < _SHORTEST or not name[0].isalpha() or name in _TIMES or _DONE.fullmatch(name):
        return False
    if _goes_on(name, question):
        return False
    word = re.escape(name)
    if re.match(rf"{_OFFICE} (?:{_ARTICLE} )?{word}\b", question, re.IGNORECASE):
        return True
    # In "did shares of Tallis fall" the last word is what they did.
    between = (
        rf"(?:{_ARTICLE} (?:[\w-]+ )??|(?:[\w-]+ )??(?!{word}\W*$))"
        if _ASKS_DID.search(question)
        else (rf"(?:{_ARTICLE} )?(?:[\w-]+ )??")
    )
    of = rf"\b{_OF} {between}{word}\b|\b{word}['’]s\b|\b{_PAYS} (?:{_ARTICLE} )?{word}\b"
    if re.search(of, question, re.IGNORECASE):
        return True
    does = rf"\b{_DOES} (?:{_ARTICLE} )?{word} \w"
    return not _WHO.match(question) and bool(re.search(does, question, re.IGNORECASE))


def _is_small(name: str, query: Query) -> bool:
    """Tell whether a word is no noun, where nouns are written as German has them: "des Dachs veranschlagt"."""
    words = re.findall(r"[^\W\d_][\w-]*", query.asked)[1:]
    return query.language == "de" and any(word[0].isupper() for word in words) and name in words and name.islower()


def _goes_on(name: str, question: str) -> bool:
    """Tell whether a word stands before what it only tells more of: "for another year", "for big parts"."""
    word = re.escape(name)
    behind = re.search(rf"\b{word} ([^\W\d_]+)", question, re.IGNORECASE)
    if not behind or re.search(rf"\b{_DOES} (?:{_ARTICLE} )?{word}\b", question, re.IGNORECASE):
        return False
    return bool(content_words(f"the {behind[1]}"))


def _other_number(name: str, text: str) -> str:
    """Return the same with another number as it stands in a text, "" for none: "Week: 3" for week 4."""
    word = re.escape(name.partition(" ")[0])
    found = re.search(rf"(?<!\w){word}\w{{0,2}}\W{{1,3}}(?:n[or]\.? ?)?{_NUMBER}(?!\w)", text, re.IGNORECASE)
    return " ".join(found[0].split()) if found else ""


def _section(quote: Quote) -> str:
    """Return the text around a sentence that stands under the same heading."""
    chunk = quote.hit.chunk
    begins = [chunk.start, *(start for start, _ in sections_within(chunk.metadata)), chunk.end]
    start = max((begin for begin in begins if begin <= quote.start), default=chunk.start)
    end = min((begin for begin in begins if begin > quote.start), default=chunk.end)
    return chunk.text[start - chunk.start : end - chunk.start]


def _is_sibling(query: Query, name: str, quote: Quote, hits: Sequence[Hit], code: str) -> bool:
    """Tell whether a name is a heading of what is told alike of several, or of a paper that alone speaks of it."""

    def holds(text: str) -> bool:
        return bool(held_in(query, (name,), text, code))

    if _is_headed(query, name, quote, hits, code):
        return _is_told_alike(quote, hits)
    # A paper of "Tudor kings" is not alone in being about a king.
    called = re.compile(
        rf"(?<![^\W_]){re.escape(name)}(?:e?s)?(?![^\W_])" if code == "de" else rf"\b{re.escape(name)}\b"
    )
    titled = {
        hit.chunk.document_id
        for hit in hits
        if holds(_called(hit.chunk)) and called.search(_called(hit.chunk).casefold())
    }
    # What is spoken of in many papers is what all of them are of.
    spoken = {hit.chunk.document_id for hit in hits if holds(hit.chunk.text)}
    return bool(titled) and spoken <= titled and len(titled) == 1


def _is_headed(query: Query, name: str, quote: Quote, hits: Sequence[Hit], code: str) -> bool:
    """Tell whether a name is the heading of another section beside that of a sentence."""
    chunk = quote.hit.chunk
    own, _, _ = heading_at(chunk, quote.start).rpartition(_PARTS)
    headings = {path for hit in hits if hit.chunk.document_id == chunk.document_id for path in _headings(hit.chunk)}
    return bool(own) and any(
        path.startswith(f"{own}{_PARTS}") and held_in(query, (name,), path.removeprefix(own), code) for path in headings
    )


def _is_told_alike(quote: Quote, hits: Sequence[Hit]) -> bool:
    """Tell whether another section of a document says the same with another value: it is said of each of several."""
    chunk = quote.hit.chunk
    own = heading_at(chunk, quote.start)
    for hit in hits:
        if hit.chunk.document_id == chunk.document_id:
            for other in sentences_of(hit):
                if heading_at(other.hit.chunk, other.start) != own and are_alike(other.text, quote.text):
                    return True
    return False


def _in_table(query: Query, name: str, quote: Quote, hits: Sequence[Hit]) -> bool:
    """Tell whether a row of the same table that was found holds a name."""
    chunk = quote.hit.chunk
    code = chunk.metadata.get("language", "")
    rows = (hit.chunk.text for hit in hits if hit.chunk.document_id == chunk.document_id)
    return any(held_in(query, (name,), text, code) for text in rows)


def _headings(chunk: Chunk) -> Set[str]:
    return {chunk.heading, *(path for _, path in sections_within(chunk.metadata))}


def _called(chunk: Chunk) -> str:
    return f"{chunk.title}\n{name_parts(chunk.source.rpartition('/')[2].rpartition('.')[0])}"
