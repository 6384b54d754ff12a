"""Who does something is often told by the next sentence: "The roof leaks. Sam Kettle repairs it." Pure functions."""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import GAP, Quote, sentences_of
from qa.answering.sentences.single_words import Held
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.named_answers import names_new
from qa.text.wanted import wanted

# It says something of what the sentence before names.
_OF_IT = lazy_regex(
    r"\b(?:it|them|this|that|these|those|so|es|ihn|sie|ihm|dies\w*|das|darum|dafür|darüber|damit)\b", re.IGNORECASE
)
# The name of a month names nobody.
_TIME = lazy_regex(rf"\b(?:{MONTH_NAME}|{WEEKDAY})\b")
# Every German noun has a capital: a name is two words with one, or stands behind a title.
_GERMAN_NAME = lazy_regex(
    r"\b(?:Herrn?|Frau|Firma|Familie|Dr\.) [A-ZÄÖÜ]|\b(?:GmbH|AG|KG)\b|"
    r"(?<![\w-])(?!(?:D(?:er|ie|as|en|em)|Ein\w*|Kein\w*|Unser\w*|Mein\w*|Ihr\w*|Dies\w*|Jed\w*|Im|Am|Bei|Beim|Zum|Zur|Von|"
    r"Vom|In|An|Auf|Für|Mit|Nach|Vor|Seit|Ab|Bis|Als|Wenn|Und|Ende|Anfang|Mitte)\b)"
    r"[A-ZÄÖÜ][a-zäöüß]+ [A-ZÄÖÜ][a-zäöüß]+"
)
# "Kettle & Sons will repair it", "Das macht Sam Kettle", "It is repaired by Sam Kettle", but not "It hangs in London".
_BEGINS = lazy_regex(r"\W*(?:(?:our|the|my|der|die|das|unser\w*|mein\w*) )?(?:[a-zäöü]+ )?[A-ZÄÖÜ][\w'’-]+")
_BY = lazy_regex(r"\b(?:by|von|durch)(?: (?:the|our|my|der|dem|den|einem|einer|unser\w*))?(?: [a-zäöü]+)? [A-ZÄÖÜ]")
_VERB_FIRST = lazy_regex(r"\W*(?:Das|Dies|Es|Darum|Damit) \w+(?: (?:der|die|das|unser\w*))? [A-ZÄÖÜ]")
_WHO_VERB = lazy_regex(
    r"\W*(?:who|wer)(?:['’]s)?(?: (?:is|was|are|were|will|has|had|does|did|can|ist|war|hat|wird|soll))?"
    r" (?P<verb>[\w-]+)",
    re.IGNORECASE,
)
# Work on a thing is called by many names; who asks for another deed is told by a sentence of that deed.
_WORKS = lazy_regex(
    r"do|does|did|done|doing|looks?|looking|sees?|seeing|takes?|taking|took|sorts?|sorting|care|charge|responsible|"
    r"(?:repair|fix|mend|replac|renew|install|servic|maintain|inspect|check|deal|handl|clean|paint|buil[dt])\w*|"
    r"tu[nt]|macht?|machen|besorgt?|zuständig|verantwortlich|"
    r"(?:repari|erledig|kümmer|übern[aio]|ersetz|erneuer|wartet|prüf|reinig|streich|montier|beheb|behob)\w*",
    re.IGNORECASE,
)
_WORD = lazy_regex(r"[^\W\d_]+")
_MOST = 3


def with_who(query: Query, quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Return quotations with the sentence behind the first that names who, where that is asked and the first does not.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
        language: Of the documents.
    """
    want = wanted(query.asked, query.language)
    if not quotes or want is None or want.what != "name" or _names_somebody(query, quotes[0]):
        return list(quotes)
    first = quotes[0]
    behind = next((quote for quote in sentences_of(first.hit, language) if 0 <= quote.start - first.end <= GAP), None)
    if behind is None or not _OF_IT.search(behind.text) or not _names_somebody(query, behind):
        return list(quotes)
    if not _does_it(query, behind):
        return list(quotes)
    rest = [quote for quote in quotes[1:] if (quote.hit.chunk.id, quote.start) != (behind.hit.chunk.id, behind.start)]
    return [first, behind, *rest][:_MOST]


def _names_somebody(query: Query, quote: Quote) -> bool:
    text = _TIME.sub("", quote.text)
    if quote.hit.chunk.metadata.get("language") == "de":
        return bool(_GERMAN_NAME.search(text))
    return names_new(query.text.casefold(), text)


def _does_it(query: Query, quote: Quote) -> bool:
    """Tell whether a sentence says that somebody does what a question asks, and not only where or when something is."""
    text = _TIME.sub("", quote.text)
    opening = _BEGINS.match(text)
    is_done = opening is not None and not _OF_IT.search(opening[0])
    asks = _WHO_VERB.match(query.asked)
    if asks is None or not (is_done or _BY.search(text) or _VERB_FIRST.match(text)):
        return False
    if Held(query, text, quote.hit.chunk.metadata.get("language", "")).holds(asks["verb"]):
        return True
    return bool(_WORKS.fullmatch(asks["verb"])) and any(map(_WORKS.fullmatch, _WORD.findall(text)))
