"""What to do is often told by the sentence behind the one that says what is wrong. Pure functions.

"Once the probe fails, it blinks red. You can force it to leave that state by …": whoever asks how to get it out of
there needs the second one. By rule, in English and German.
"""

import re
from collections.abc import Sequence

from qa.answering.sentences.quoted_sentences import GAP, Quote, sentences_of, with_announced
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.text.wanted import asks_twice

_ASKS = lazy_regex(
    r"\W*(?:and |und )?(?:"
    r"how (?:do|can|should|must|could) (?:i|we|you|one)\b|how to\b|"
    r"what (?:should|must|can|do|shall) (?:i|we|you|one) (?:do|try|check)\b|what to do\b|"
    r"wie (?:kann|muss|soll|bekomme?|kriege?|mache?|entferne?|reinige?|stelle?|setze?|behebe?|löse?)\w* "
    r"(?:ich|wir|man)\b|"
    r"was (?:muss|soll|kann|mache?|tue?)n? (?:ich|wir|man)\b|was tun\b)",
    re.IGNORECASE,
)
# "boiler shows F22 what do i do": in a hurry people say first what is wrong.
_ASKS_AT_THE_END = lazy_regex(
    r"[\s,.:;!?-](?:"
    r"what (?:should|must|can|do|shall) (?:i|we|you|one) (?:do|try|check)|what to do|what now|"
    r"was (?:muss|soll|kann|mache?|tue?)n? (?:ich|wir|man)|was tun|was (?:jetzt|nun))"
    r"(?: (?:do|tun|machen|now|then|about it|jetzt|nun|dann|dagegen|da))*\W*$",
    re.IGNORECASE,
)
_TELLS = lazy_regex(
    r"\b(?:you|one|we|users?|they|the \w+) (?:can|must|should|may|need to|have to|has to)\b|"
    r"\bplease\b|"
    r"\bby \w+ing\b|"
    r"\b(?:it is|is) (?:necessary|recommended|best) to\b|"
    r"\b(?:in order )?to \w+ (?:it|this|that|them)\b|"
    r"^\W*(?:\d+[.)] )?(?:first|then|next|use|run|press|turn|open|set|check|remove|put|place|fill|hold|clean|contact|"
    r"call|ask|send|report|go|click|select|make|add|take|wait|stop|start|keep|issue|verify|move|connect|replace|"
    r"switch|unplug|pull|push|empty|rinse|wash|reset|restart|install|enter|type|try|let|leave|repeat|lower|raise|"
    r"reduce|close|shut|insert|apply)\b|"
    r"\b(?:man|sie|du|ihr) (?:kann|können|muss|müssen|soll\w*|darf|dürfen)\b|"
    r"\b(?:kann|muss|soll\w*|ist|sind) [^.]{0,80}?(?:\bzu \w+en|\w*zu\w+en|\w+en|ge\w+t werden)\b\W*$|"
    r"\bbitte\b",
    re.IGNORECASE,
)
# "Deckel abnehmen." In English "It stands in the garden." ends so as well, and tells nothing to do.
_TELLS_IN_GERMAN = lazy_regex(r"\w+(?:en|ern|eln)\W*$", re.IGNORECASE)
# It goes on from the sentence before: it names the thing by a pronoun, or begins with a word for going on.
_GOES_ON = lazy_regex(
    r"\b(?:it|this|that|these|those|them|then|so|such|there|es|ihn|sie|dies\w*|das|dann|so|dazu|dafür|damit|dabei)\b",
    re.IGNORECASE,
)


def with_what_to_do(query: Query, quotes: Sequence[Quote], language: str) -> list[Quote]:
    """Return quotations with the sentence behind the first that tells what to do, where the first does not.

    Args:
        query: As the index reads it.
        quotes: What would be quoted, best first.
        language: Of the documents.
    """
    behind_all = _ASKS_AT_THE_END.search(query.asked)
    asked = query.asked[: behind_all.start()] if behind_all else query.asked
    if not quotes or not (behind_all or _ASKS.match(asked)) or asks_twice(asked):
        return list(quotes)
    if any(_tells(one, query.language) for one in quotes):
        return list(quotes)
    first = quotes[0]
    behind = next((one for one in sentences_of(first.hit, language) if 0 <= one.start - first.end <= GAP), None)
    if first.hit.chunk.metadata.get("language", "") not in ("en", "de", "") or behind is None:
        return list(quotes)
    if not _tells(behind, query.language) or not _GOES_ON.search(behind.text):
        return list(quotes)
    return [*with_announced([first, behind], language), *quotes[1:]]


def _tells(quote: Quote, asked_in: str) -> bool:
    """Tell whether a sentence says what to do; a text whose language is not known is read in that of the question."""
    if _TELLS.search(quote.text):
        return True
    language = quote.hit.chunk.metadata.get("language", "") or asked_in
    return language == "de" and bool(_TELLS_IN_GERMAN.search(quote.text))
