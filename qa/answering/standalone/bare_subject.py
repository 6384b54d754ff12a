"""A follow-up about somebody else, typed in small letters: "and carol" after "how many days holiday does tom get".

No capital tells a name there; that it stands without an article behind the verb does. Pure functions.
"""

import re

from qa.answering.standalone.lacking import content_words
from qa.lazy_regex import lazy_regex

_BARE = lazy_regex(
    r"\b(?:do|does|did|has|have|had|will|would|can|may|must|should|hat|haben|bekommt|verdient|zahlt|kostet|darf|muss|"
    r"kann) (?P<thing>[^\W\d_][\w-]*)(?= [^\W\d_]| ?[?.!]?$)",
    re.IGNORECASE,
)
_COUNTS = lazy_regex(r"\s*(?:how many|wie viele?)\b", re.IGNORECASE)
# Days, times and places are nobody.
_ADVERB = lazy_regex(
    r"(?:to(?:day|night|morrow)|yesterday|now|later|before|afterwards|outside|inside|abroad|(?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)days?|weekends?|\w+ly|heute|gestern|morgen|jetzt|später|vorher|nachher|danach|sonst|draußen|drinnen|"
    r"nachts|tagsüber|\w+tags?|\w+lich|\w+weise)",
    re.IGNORECASE,
)


def subjected(fragment: str, subject: str) -> tuple[str, str] | None:
    """Return a question with one word in the place of the bare one that it is asked of, and that word; else None.

    Args:
        fragment: What follows "and".
        subject: The question before.
    """
    if re.fullmatch(r"[^\W\d_][\w-]*", fragment) is None or not content_words(fragment) or _ADVERB.fullmatch(fragment):
        return None
    things = [match for match in _BARE.finditer(subject) if content_words(match["thing"])]
    # "And gannets?" takes the place of what is counted.
    is_several = fragment.endswith("s") and not fragment[0].isupper()
    if len(things) != 1 or (is_several and _COUNTS.match(subject)):
        return None
    start, end = things[0].span("thing")
    return f"{subject[:start]}{fragment}{subject[end:]}", fragment
