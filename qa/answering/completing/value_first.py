"""The sentence that states the value which is asked for stands in front of one that only counts in it. Pure functions.

"Die Kaution beträgt drei Kaltmieten, also 1.830 Euro" says more words of "Wie hoch ist die Kaltmiete?" than "Die
Kaltmiete beträgt 610 Euro" does, and the first number that is read is taken for the answer.
By rule, in English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import Quote
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query

_ASKED = lazy_regex(
    r"\W*(?:how (?:much|high|long|large|big) (?:is|are|was|were)|what(?:['’]s| is| are| was| were)) "
    r"(?:the|my|our|his|her|their) (?:(?:monthly|yearly|annual|total|current) )?(?P<thing>[^\W\d_][\w-]{2,})"
    r"(?: (?:of|for|in|at|on|per|a|from|under|by|to|each|every)\b.*)?\W*",
    re.IGNORECASE,
)
_ASKED_IN_GERMAN = lazy_regex(
    r"\W*(?:wie (?:hoch|lang|lange|groß|viel) (?:ist|sind|war|waren|beträgt|betrug)|was (?:ist|sind|beträgt)) "
    r"(?:die|der|das|mein\w*|unser\w*) (?P<thing>[^\W\d_][\w-]{2,})"
    r"(?: (?:von|für|in|im|am|an|bei|beim|pro|je|der|des|laut|nach|aus|vom)\b.*)?\W*",
    re.IGNORECASE,
)
_STATES = (
    r"(?<![\w-])(?:{thing})(?: \([^)]{{0,40}}\))?(?:: ?|,? (?:(?:\w+ ){{0,3}}?)(?:is|are|was|were|costs?|comes to|"
    r"amounts? to|beträgt|betragen|betrug|ist|sind|war|waren|liegt bei|kostet)\b)[^.]*\d"
)


def with_value_first(query: Query, quotes: Sequence[Quote]) -> list[Quote]:
    """Return quotations with the one in front that states the value of the thing that is asked for.

    The order stays where the first one states it too, and where none or several of the others do.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
    """
    asked = _ASKED.fullmatch(query.asked) or _ASKED_IN_GERMAN.fullmatch(query.asked)
    if len(quotes) < 2 or not asked:
        return list(quotes)
    states = re.compile(_STATES.format(thing=re.escape(asked["thing"])), re.IGNORECASE)
    stating = [at for at, quote in enumerate(quotes) if states.search(quote.text)]
    if len(stating) != 1:
        return list(quotes)
    at = stating[0]
    return [quotes[at], *quotes[:at], *quotes[at + 1 :]]
