"""What lines of papers are called that answer a question put in other words: "Present:" says who was there.

Pure functions, English and German.
"""

import re
from functools import lru_cache

_LABELS = tuple(
    (re.compile(asks, re.IGNORECASE | re.DOTALL), re.compile(says, re.IGNORECASE))
    for asks, says in (
        (
            r"\bhow many (?:[\w-]+ ){0,3}?(?:(?:was|were) (?:there|at|present|in)|(?:is|are) (?:at|present)|attended|"
            r"came|took part|participated|turned up)\b|\bwie viele\b.{0,80}?\b(?:waren|sind|nahmen|kamen)\b.{0,80}?"
            r"\b(?:bei|dabei|da|anwesend|am|beim|auf|teil|zur|zum|sitzung|versammlung)\b|"
            r"\bwho (?:all )?(?:was|were|is|are) (?:there|at|in|present|on)\b|\bwho (?:all )?(?:attended|"
            r"took part|came|participated)\b|\bwer (?:alles )?(?:war|waren|ist|sind) "
            r"(?:bei|dabei|da|anwesend|am|beim|in|auf|alles)\b|"
            r"\bwer (?:war|waren)\b.*\b(?:dabei|anwesend|da)\b|\bwer (?:nahm|nahmen|hat|haben)\b.*\bteil\w*",
            r"^\W*(?:present|attend(?:ees|ance|ing|ed)|participants?|in attendance|anwesend\w*|"
            r"teilnehm\w*)\b(?: ?\([^()\n]{0,50}\)| (?:at|on|of|in|from|are|were|bei|beim|am|der|des|sind|waren)\b"
            r"[^:]{0,50})?[ *]{0,4}:",
        ),
        (
            r"\bwho (?:was|were) (?:absent|missing|away|not there|excused)\b|\bwho (?:missed|did not (?:come|attend)|"
            r"sent (?:his |her |their )?(?:apologies|regrets))\b|"
            r"\bwer (?:fehlte|fehlten|hat gefehlt|war nicht|ließ sich)\b",
            r"^\W*(?:apologies|absent|regrets|excused|not present|entschuldigt|abwesend|es fehl\w+)\b[^:]{0,20}:",
        ),
        (
            # What a repair cost altogether, a sentence says; what a bill comes to, its last row.
            # From the beginning alone, or it would be tried at every place of a long question.
            r"\A(?=.*(?:invoice|bill|receipt|quote|offer|rechnung|quittung|beleg|angebot))"
            r".*(?:\btotal\b|\bcomes? to\b|\b(?:altogether|all in all)\b|\bgesamt|\binsgesamt\b|\bsumme\b)",
            r"(?:^|: )\W*(?:grand total|total|amount due|invoice total|gesamt(?:betrag|summe|preis)?|"
            r"rechnungsbetrag|endbetrag|zahlbetrag|summe)\b(?! (?:net|netto))[^;]{0,20}[;:]?.*\d",
        ),
    )
)
_WORD = re.compile(r"\w+")
GATHERINGS = frozenset(("meeting", "session", "assembly", "sitzung", "versammlung", "besprechung", "treffen"))
"""What people meet at: who was present says of itself that they did."""


def is_labelled(question: str, text: str) -> bool:
    """Tell whether a line is called what a question asks in other words."""
    return any(says.search(text) for says in _asked(question))


def said_by_label(question: str) -> frozenset[str]:
    """Return the words of a question, in small letters, that such a line's name says: "missing", "meeting"."""
    said = " ".join(match[0] for asks, _ in _LABELS if (match := asks.search(question)))
    return frozenset(_WORD.findall(said.casefold())) | (GATHERINGS if said else frozenset())


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[re.Pattern[str], ...]:
    # A question is put to hundreds of lines.
    return tuple(says for asks, says in _LABELS if asks.search(question))
