"""The sentence that states the value which is asked for stands in front of one that only counts in it. Pure functions.

"Die Kaution beträgt drei Kaltmieten, also 1.830 Euro" says more words of "Wie hoch ist die Kaltmiete?" than "Die
Kaltmiete beträgt 610 Euro" does, and the first number that is read is taken for the answer.
By rule, in English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.completing.permission import held_words
from qa.answering.sentences.quoted_sentences import Quote
from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query

_MOST = r"(?P<which>monthly|yearly|annual|total|monatliche|jährliche|gesamte)"
_ASKED = lazy_regex(
    rf"\W*(?:how (?:much|high|long|large|big) (?:is|are|was|were)|what(?:['’]s| is| are| was| were)) "
    rf"(?:the|my|our|his|her|their) (?:(?:{_MOST}|current) )?(?P<thing>[^\W\d_][\w-]{{2,}})"
    r"(?P<tail> (?:of|for|in|at|on|per|a|from|under|by|to|each|every)\b.*)?\W*",
    re.IGNORECASE,
)
_ASKED_IN_GERMAN = lazy_regex(
    rf"\W*(?:wie (?:hoch|lang|lange|groß|viel) (?:ist|sind|war|waren|beträgt|betrug)|was (?:ist|sind|beträgt)) "
    rf"(?:die|der|das|mein\w*|unser\w*) (?:{_MOST} )?(?P<thing>[^\W\d_][\w-]{{2,}})"
    r"(?P<tail> (?:von|für|in|im|am|an|bei|beim|pro|je|der|des|laut|nach|aus|vom)\b.*)?\W*",
    re.IGNORECASE,
)
_VERB = r"(?:is|are|was|were|costs?|comes to|amounts? to|beträgt|betragen|betrug|ist|sind|war|waren|liegt bei|kostet)"
# What may state it too, in whatever words: the order then stays.
_MAY_STATE = rf"(?<![\w-])(?:{{thing}})\b(?:: ?|[^.]{{{{0,40}}}} {_VERB}\b)[^.]*\d"
# The amount stands right behind the verb: "is returned within 30 days" states none. "The parking rent" is another one.
_STATES = (
    r"(?:^|[.:;|\n])\W*(?:(?:the|my|our|your|his|her|their|die|der|das|mein\w*|unser\w*|ihre?) )?"
    r"(?:(?:monthly|yearly|annual|total|current|monatliche|jährliche|gesamte|aktuelle) )?"
    rf"(?:{{thing}})(?: \([^)]{{{{0,40}}}}\))?(?:: ?|(?P<between>(?: \w+){{{{0,4}}}}?),? {_VERB} )"
    r"(?:(?:now|currently|about|only|then|derzeit|nun|rund|etwa|nur|aktuell) )?"
    r"(?P<amount>(?:[^\W\d]{{1,3}} ?|[^\w\s] ?)?\d[\d.,]*(?: ?[^\s\d]+)?)"
)
_IS_HOW = lazy_regex(r"\W*(?:how|wie)\b", re.IGNORECASE)
# "What is the address?" is told by a number as well, which is no amount.
_AMOUNT = lazy_regex(
    r"[£$€¥%]|\b(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|days?|weeks?|months?|years?|hours?|tage?n?|wochen?|monate?n?|"
    r"jahre?n?|stunden?|prozent|percent)\b",
    re.IGNORECASE,
)
_NUMBERS = lazy_regex(r"\d+")


def with_value_first(query: Query, quotes: Sequence[Quote]) -> list[Quote]:
    """Return quotations with the one in front that states the value of the thing that is asked for.

    The order stays where the first one states it too, and where none or several of the others do. What is asked of it
    besides, as for whom and in which year, stands in what is put in front.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
    """
    asked = _ASKED.fullmatch(query.asked) or _ASKED_IN_GERMAN.fullmatch(query.asked)
    if len(quotes) < 2 or not asked:
        return list(quotes)
    may_state, states = (
        re.compile(pattern.format(thing=re.escape(asked["thing"])), re.IGNORECASE) for pattern in (_MAY_STATE, _STATES)
    )
    stating = [at for at, quote in enumerate(quotes) if may_state.search(quote.text)]
    match = states.search(quotes[stating[0]].text) if len(stating) == 1 else None
    if not match:
        return list(quotes)
    at = stating[0]
    more = f"{asked['which'] or ''} {asked['tail'] or ''}"
    if not _IS_HOW.match(query.asked) and not _AMOUNT.search(match["amount"]):
        return list(quotes)
    if not _holds(more, quotes[at].text) or not _holds(match["between"] or "", query.asked):
        return list(quotes)
    return [quotes[at], *quotes[:at], *quotes[at + 1 :]]


def _holds(said: str, text: str) -> bool:
    """Tell whether a text holds all words and numbers that say something."""
    words = [word for word in content_words(said) if word.isalpha()]
    return held_words(words, text) == set(words) and set(_NUMBERS.findall(said)) <= set(_NUMBERS.findall(text))
