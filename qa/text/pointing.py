"""Sentences that say nothing without the one before them. By rule, in English and German; pure functions."""

import re

from qa.lazy_regex import lazy_regex

_POINTING = lazy_regex(
    r"(?:it|this|these|they|he|she|its|their|his|her|there|er|sie|es|dies\w*|dort|damit|dabei|daran|darin)\b",
    re.IGNORECASE,
)
_BE = r"(?:is|are|was|were|do|does|did|may|might|must|can|could|will|would|shall|should|has|have|had)"
_SEIN = r"(?:ist|sind|war|waren|darf|dürfen|kann|können|muss|müssen|hat|haben|wird|werden|soll|sollen|tut|tun)"
_WORDS = r"(?:[\w'’&-]+,? )"
_REST = rf"{_WORDS}{{0,7}}[\w'’&-]+[.!]"
# A clause that leaves a part of it to the sentence before: "Cats are not.", "Nor is the lift.", "Not at night.",
# "Katzen nicht.", "Nur mit Helm.", "The same goes for visitors."
_ELLIPTICAL = tuple(
    lazy_regex(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:but |and )?{_WORDS}{{1,6}}{_BE}(?: not|n['’]t)?(?:,? (?:too|either|as well|also))?[.!]",
        rf"(?:neither|nor|so) {_BE} {_REST}",
        rf"(?:not|only|except|unless|but not|but only|and not) {_REST}",
        rf"(?:this|that|it|the same)(?: also)? (?:does not apply|applies|goes)(?: also)? (?:to|for) {_REST}",
        rf"(?:aber |und )?{_WORDS}{{1,5}}{_SEIN}(?: es| das)?(?: aber| jedoch| auch)?(?: nicht| ebenfalls)?[.!]",
        rf"(?:aber |und )?(?:auch )?{_WORDS}{{1,5}}(?:auch )?(?:nicht|ebenfalls|auch)[.!]",
        rf"(?:nur|nicht|außer|aber nicht|aber nur|und nicht) {_REST}",
        rf"(?:das|dies|dasselbe|gleiches)(?: gilt)(?: auch| nicht| ebenso| jedoch nicht)? für {_REST}",
    )
)
_MOST_WORDS = 10


def points_back(sentence: str) -> bool:
    """Tell whether a sentence opens with a word for what was named before it: "It failed because …"."""
    return bool(_POINTING.match(sentence))


def is_elliptical(sentence: str) -> bool:
    """Tell whether a sentence is no whole clause without the one before it: "Cats are not."."""
    words = sentence.split()
    # The month is no verb.
    if len(words) > _MOST_WORDS or words[-1].strip(".!") == "May":
        return False
    return any(pattern.fullmatch(sentence) for pattern in _ELLIPTICAL)
