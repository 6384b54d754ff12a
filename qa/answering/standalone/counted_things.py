"""A question about how many of something, asked again of another thing or in another state. Pure functions."""

import re

from qa.answering.standalone.lacking import AUXILIARY
from qa.lazy_regex import lazy_regex

_COUNTED = lazy_regex(
    r"^(how (?:many|much)|wie viele?) ((?:[\w-]+ )+?)(?=(?:{})\b)".format("|".join(sorted(AUXILIARY))), re.IGNORECASE
)
# Not a thing: "in March", "the cats", "3".
_NO_THING = lazy_regex(
    r"(?:of|about|for|in|on|at|by|to|into|from|with|after|before|during|inside|outside|over|under|von|für|bei|beim|zu|"
    r"zum|zur|mit|im|an|am|auf|über|unter|nach|vor|ab|aus|the|an?|der|die|das|den|dem)\b .+|.*\d.*",
    re.IGNORECASE,
)
# States that people count things in. Any other word may be a thing: "How many men were killed?", "And women?".
_STATE_WORD = (
    r"minor|serious|severe|moderate|slight|fatal|open|closed|late|early|overdue|paid|unpaid|new|old|good|bad|dead|alive|"
    r"full|empty|sick|absent|present|active|inactive|online|offline|approved|rejected|resolved|unresolved|pending|"
    r"planned|cancelled|finished|unfinished|complete|incomplete|urgent|broken|damaged|missing|lost|"
    r"schwer|leicht|ernst|tödlich|offen|geschlossen|erledigt|bezahlt|unbezahlt|überfällig|neu|alt|leer|voll|krank|"
    r"abwesend|anwesend|aktiv|inaktiv|dringend|defekt|beschädigt"
)
# What a clause of few words says of them: "were serious".
_STATE = lazy_regex(rf"(?:are|were|is|was|sind|waren) ({_STATE_WORD})\W*", re.IGNORECASE)
_STATE_ALONE = lazy_regex(rf"(?:{_STATE_WORD})", re.IGNORECASE)


def counted_instead(fragment: str, subject: str) -> tuple[str, str] | None:
    """Return a question about how many of something else there are, "And gannets?", or are otherwise, "And minor?"."""
    counted = _COUNTED.match(subject)
    if not counted or _NO_THING.fullmatch(fragment):
        return None
    state = _STATE.fullmatch(subject, counted.end())
    if state and _STATE_ALONE.fullmatch(fragment):
        return f"{subject[: state.start(1)]}{fragment}{subject[state.end(1) :]}", fragment
    return f"{counted[1]} {fragment} {subject[counted.end() :]}", fragment
