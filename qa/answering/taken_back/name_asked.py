"""Whether it is asked who holds an office, what somebody is called or how many people, and nobody is told of.

"Who is the site manager?" is near to a plan that "tells everybody on site what to do", and "Wie heißt der Hausmeister?"
to a rule that speaks of one. By rule, in English and German. Pure functions.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import Quote
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.counted_people import counts_people, may_count_people
from qa.text.named_answers import NO_NAMES
from qa.text.wanted import asks_twice
from qa.text.word_lists import commonness

_OWN = r"(?:the|our|my|your|his|her|their|its|this|der|die|das|unsere?|mein|meine|deine?|ihre?|seine?)"
# "Who is the person that signs?" is asked by what somebody does, and "Who is Will Bird?" by his name.
_OFFICE = lazy_regex(
    rf"(?i:\W*(?:and |und )?(?:who|wer)(?:['’]s| is| was| are| were| ist| war| sind| waren) {_OWN}) "
    r"(?P<role>(?:[^\W\d_][\w'’-]* ){0,3}?[^\W\d_][\w'’-]+)(?P<rest>\W*$| (?i:of|for|in|at|on|der|des|von|vom|"
    r"im|für|beim?)\b.*)"
)
_CALLED = lazy_regex(
    rf"(?i:\W*(?:and |und )?(?:what(?:['’]s| is| was) (?:the )?(?:full |first |last )?name of(?: {_OWN})?|"
    rf"wie (?:heißt|heisst|hieß|hiess|heißen|heissen)(?: denn)?(?: {_OWN})?)) "
    r"(?P<role>(?:[^\W\d_][\w'’-]* ){0,3}?[^\W\d_][\w'’-]+)(?P<rest>\W*$| (?i:of|for|in|at|on|der|des|von|vom|"
    r"im|für|beim?)\b.*)"
)
# Whom names are given to; of a movement or a pass a common noun may be the name.
_PERSON = lazy_regex(
    r"(?:\w+-)?\w{2,}(?:er|or|ist|ian|eer|man|woman|person|wart|wartin|ant|antin|isten?|erin|orin|istin)|"
    r"(?:\w+[ -]?)?(?:boss|chair|chairperson|head|chief|nurse|contact|president|agent|student|wife|husband|son|friend|"
    r"neighbou?r|landlord|landlady|vet|coach|guide|cook|host|captain|secretary|attorney|executive|representative|"
    r"employee|trustee|arzt|ärztin|chef|chefin|anwalt|anwältin|notar|notarin|vorstand|vorsitzende[rn]?|vorständin|"
    r"frau|mann|koch|wirt|wirtin|ansprechpartner\w*|kontaktperson|präsident\w*|patient\w*|agent\w*|student\w*|kollege|"
    r"kollegin|nachbar\w*|beauftragte[rn]?|angestellte[rn]?|zuständige[rn]?|verantwortliche[rn]?)",
    re.IGNORECASE,
)
_GERMAN = lazy_regex(r"\W*(?:und )?(?:wer|wie)\b", re.IGNORECASE)
_TIME = lazy_regex(rf"\b(?:{MONTH_NAME}|{WEEKDAY})\b")
_CAPITAL = lazy_regex(r"(?<![\w-])[A-ZÄÖÜÉ][\w'’&-]*")
# Every German noun has a capital: a name is two in a row, or stands behind a title, a colon or a word for naming.
_SAID_TO_BE = lazy_regex(
    r"\b(?:Herrn?|Frau|Firma|Familie|Dr\.|Prof\.) [A-ZÄÖÜ]|\b(?:GmbH|AG|KG|e\.\s?V\.)|[„“\"»][A-ZÄÖÜ]|"
    r"\b(?:heißt|heisst|hieß|heißen|namens|genannt|nennt sich|Namen?) (?:(?:der|die|das) )?[A-ZÄÖÜ]|"
    r"(?:\b(?:ist|war|sind|waren)|:) [A-ZÄÖÜ][\w-]+(?=\W*$|,)"
)
# Behind an article stands a noun, and the next one is another: "kann vom Vermieter Schadensersatz verlangen".
_NO_ARTICLE = "".join(
    rf"(?<!\b{word} )"
    for word in ("der", "die", "das", "den", "dem", "des", "vom", "zum", "zur", "beim", "ein", "eine")
)
_TWO_CAPITALS = lazy_regex(
    rf"(?<![\w-]){_NO_ARTICLE}(?P<first>[A-ZÄÖÜ][a-zäöüß]+) (?:(?:von|van|de) |al-|[A-ZÄÖÜ]\. )*[A-ZÄÖÜ][a-zäöüß]+"
)
# "Andere Tiere", "Bei Störungen": a word that is so common in texts is no first name.
_COMMON = 1_000
# What an office is, and not what it does: "The treasurer is responsible for …".
_IS = (
    r"\W{1,3}(?:(?:is|was|are|were|means|will be|shall be|ist|war|sind|waren|wird)\b|:)"
    r" (?:the|an?|my|our|your|whoever|any|every|each|one of|der|die|das|eine?r?|wer|jede\w*|mein\w*|unser\w*|"
    r"(?-i:[A-ZÄÖÜ]))"
)
# "The Corporation", "any Officer": a noun that a contract defines names nobody.
_DEFINED = lazy_regex(r"\b(?:the|an?|this|any|each|every|such|all) $", re.IGNORECASE)
_SAYS_NAME = lazy_regex(r"\b(?:called|named|known as|name is|heißt|heisst|genannt|namens)\b", re.IGNORECASE)


def names_nobody(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether a name is asked for, and none of the sentences that would be quoted holds one.

    A sentence that says what the office is, "The tenant is whoever signs", tells it as well.
    """
    question = query.asked.strip()
    asked = _OFFICE.match(question) or _CALLED.match(question)
    if not quotes or asks_twice(question) or asked is None or not _PERSON.fullmatch(asked["role"].split()[-1]):
        return False
    is_german = bool(_GERMAN.match(question))
    if not is_german and any(word[0].isupper() for word in asked["role"].split()):
        # What has a capital is a name itself: "who is the Duke of Hill".
        return False
    return not any(_tells(quote, question, asked["role"]) for quote in quotes)


def counts_nobody(query: Query, quotes: Sequence[Quote]) -> bool:
    """Tell whether it is asked how many people, and no passage that would be quoted may count any: drums are none."""
    if not quotes or not counts_people(query.asked) or asks_twice(query.asked):
        return False
    codes = {quote.hit.chunk.metadata.get("language", "") for quote in quotes}
    return codes <= {"en", "de", ""} and not any(may_count_people(quote.hit.chunk.text) for quote in quotes)


def _tells(quote: Quote, question: str, role: str) -> bool:
    code = quote.hit.chunk.metadata.get("language", "")
    if code not in ("en", "de", ""):
        return True
    text = _TIME.sub("", quote.text)
    if _SAYS_NAME.search(text) or re.search(rf"\b{re.escape(role.split()[-1][:-1])}\w*{_IS}", text, re.IGNORECASE):
        return True
    if code == "de":
        return bool(_SAID_TO_BE.search(text)) or any(
            commonness(match["first"].casefold(), ("de",)) < _COMMON for match in _TWO_CAPITALS.finditer(text)
        )
    known = {word.casefold() for word in re.findall(r"\w+", question)}
    found = [
        match
        for match in _CAPITAL.finditer(text)
        if match[0] not in NO_NAMES and not _DEFINED.search(text[: match.start()])
    ]
    # The first word of a sentence owes its capital to that, unless another one follows: "Ann Hill has the keys".
    return any(
        match[0].casefold() not in known
        and (
            match.start() > len(text) - len(text.lstrip(" -•*|\t\"“'0123456789.)("))
            or bool(re.match(r"[\w'’&-]+ (?:[A-ZÄÖÜÉ]|is\b|was\b|has\b|will\b)", match.string[match.start() :]))
        )
        for match in found
    )
