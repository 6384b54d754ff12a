"""What looks like a duration and is none: a time of day, a word of another language, a price. Pure functions.

"At 17:30 h" says when, "takes 1:30 h" how long. "An" is a French year, and an English article in "£12 an hour".
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set
from qa.text.language import STEMMED, stop_words

# Units that are words of other languages too, and the languages that they are units of, where small words tell them.
_OF = {
    "an": "fr", "ano": "pt es", "anos": "pt es", "mes": "es pt", "ora": "it", "ore": "it", "tag": "de", "dia": "pt es",
    "ay": "tr", "saat": "tr", "uke": "no", "uge": "da", "mo": "en", "mos": "en", "std": "de", "rok": "", "lata": "",
}  # fmt: skip
# Of these there is one, or a part of it: two have another form. Of the others there are several.
_SINGULAR = frozenset({"an", "ano", "mes", "ora", "tag", "dia", "uke", "uge", "rok"})
_PLURAL = frozenset({"lata", "ore"})
# In small letters, or with nothing that tells the language, they are mostly the other word.
_DOUBTFUL = frozenset({"an", "tag"})
# In capitals they are a currency, a state or how somebody is addressed.
_NOT_IN_CAPITALS = frozenset({"sek", "mo", "ms", "ay", "an"})
_AROUND = 48
_LETTERS = lazy_regex(r"[^\W\d_]+")
_NEXT_WORD = lazy_regex(r"[ \u00a0]([^\W\d_]+)")
_PRICED = lazy_regex(r"[£$€¥₹][ \u00a0\u202f]?$")

_HOURS = r"h|hrs?|hours?|std|stdn|uur|saat|heures?|horas?|ore|timmar|timer?"
_CLOCK = lazy_regex(
    rf"(?P<hour>\d{{1,2}})(?:(?P<mark>[:.])(?P<minutes>[0-5]\d))?[ \u00a0\u202f-]?"
    rf"(?P<unit>{_HOURS})(?P<more>[ \u00a0]?[0-5]\d)?"
)
# Behind these a time of day follows; behind the second ones also "2 h", so there it takes an hour of the day.
_WHEN = lazy_regex(r"(?<![\w])(?:(?:at|um|gegen|until|till|à|vers|dès|om|às|kl\.?)|(?P<end>ab|bis|from|by))[ \u00a0]$")
_RANGE = lazy_regex(r"\d ?(?:h|hrs?)? ?(?:bis|à|to|–|-) ?$")
_FIRST_HOUR, _DAY = 7, 24
_FROM, _TO = lazy_regex(r"(?<!\w)(?:von|de|da) $"), lazy_regex(r" (?:bis|to|until|à|a|alle|–|-) ")
# "9h30 à 18h", "14h–18h": both say when, unless something lasts.
_ONE_TO = lazy_regex(r"(?<!\w)\d{1,2} ?h(?:[0-5]\d)? ?(?:à|a|às|alle|to|bis|-|–) ?$")
_TO_ONE = lazy_regex(r" ?(?:à|a|às|alle|to|bis|-|–) ?\d{1,2} ?h(?:[0-5]\d)?(?!\w)")
# "Um 2 h verlängert" is by how much.
_CHANGED = lazy_regex(r"[ \u00a0](?:ver\w+|erhöht?|länger|kürzer|später|früher|gekürzt|reduziert|mehr|weniger)\b")
_GLUED_MINUTES = lazy_regex(r"[0-5]\d(?!\w)")
# Words of lasting, with up to three words between: "dauert im Mittel nur".
_LASTING = lazy_regex(
    r"(?<!\w)(?:for|within|last(?:s|ed|ing)?|takes?|taking|took|taken|needs?|spen[dt]|duration|long|lang|lasting|"
    r"(?:over|under|run|driv|walk|cook|bak|travel|flight|journey|play|work)\w*(?: time)?|\w*dauer\w*|während|für|"
    r"binnen|innerhalb|brauch\w*|benötig\w*|(?:fahr|fahrt|lauf|geh|reise|flug|koch|back|gar|warte|spiel|dreh|ruhe)zeit|"
    r"temps|trajet|voyage|travail|total|tiempo|tempo|viaje|viaggio|lavoro|trabajo|reistijd|werktijd|"
    r"\w*arbeit\w*|\w*aufwand|überstunden|dur(?:é|e|a|ée|ata|ación|ação)\w*|pendant|durante|duurt|duur|varar|varer|"
    r"less than|more than|at least|at most|mindestens|höchstens|maximal|up to|bis zu)"
    r"(?!\w)[^\w\n]*(?:\w+[^\w\n]+){0,3}$"
)
_LASTING_BEHIND = lazy_regex(
    r"\W{0,2}(?:lang|long|dauer|duration|per|pro|par|por|je|each|"
    r"(?:de|di) (?:vol|trajet|travail|cours|vuelo|volo|viaggio))(?!\w)"
)
# "1:30 h" by itself is a time of day less often than how long something is.
_SMALL_HOURS = frozenset("012345")
# "7.25 h" and "1.50 h" are parts of an hour more often than times.
_PARTS = frozenset({"25", "50"})

# "30 second timeout", but not "page 30 second paragraph", "5 second prizes".
_MANY = 10
_SECOND_BEFORE = word_set(
    "a an the every each in within with for of by to set is at after than only another this that its our"
)
_NUMBERED = frozenset(
    "page section chapter paragraph article part row line unit figure table step level floor room lot item no number"  # noqa: SIM905
    " january february march april may june july august september october november december".split()
)
_NO_SECONDS = word_set("thought hand floor class paragraph edition half home time place prize language")
_SECONDS = lazy_regex(r" ([^\W\d_]+)")
_WORD_BEFORE = lazy_regex(r"([^\W\d_]+) $")


def is_time_of_day(text: str, start: int, end: int) -> bool:
    """Tell whether hours at a place say when: "at 17:30 h", and "14:00 h" behind no word of lasting.

    Args:
        text: In small letters.
        start: Where the number begins.
        end: Behind the unit.
    """
    match = _CLOCK.fullmatch(text, start, end)
    if match is None or int(match["hour"]) >= _DAY:
        return False
    before = text[max(0, start - _AROUND) : start]
    if _is_clock_in_french(text, match, before):
        return True
    when = None if _RANGE.search(before) else _WHEN.search(before)
    if match["mark"]:
        if when or (_FROM.search(before) and _TO.match(text, end)):
            return True
        if match["hour"] in _SMALL_HOURS or (
            match["mark"] == "." and (match["minutes"] in _PARTS or match["unit"][1:2] == "o")
        ):
            return False
        return not (_LASTING.search(before) or _LASTING_BEHIND.match(text, end))
    if when is None or match["unit"] != "h" or _CHANGED.match(text, end):
        return False
    return bool(match["more"] or not when["end"] or (int(match["hour"]) >= _FIRST_HOUR and not _LASTING.search(before)))


def _is_clock_in_french(text: str, match: re.Match[str], before: str) -> bool:
    """Tell whether "14h30" says when, as most hours of the day do that have no word of lasting beside them."""
    if match["unit"] != "h" or match["mark"] or int(match["hour"]) < _FIRST_HOUR:
        return False
    # In "14h30:" the minutes are not read.
    glued = _GLUED_MINUTES.match(text, match.end("unit"))
    if not (glued or _ONE_TO.search(before) or _TO_ONE.match(text, match.end())):
        return False
    end = glued.end() if glued else match.end()
    return not (_LASTING.search(before) or _LASTING_BEHIND.match(text, end))


def standing(written: str, text: str, span: tuple[int, int, int], counts: Sequence[Decimal]) -> list[Decimal]:
    """Return those counts of a unit that stand: none of a price, and of a unit only where it is a word of the language.

    Args:
        written: The text.
        text: The same in small letters.
        span: Where the number begins, where the unit does, and the offset behind the unit.
        counts: All that the number may say.
    """
    start, at, end = span
    unit, word = written[at:end], text[at:end]
    if _PRICED.search(text, max(0, start - 2), start) or (word in _NOT_IN_CAPITALS and unit[:1].isupper()):
        return []
    if word in _SINGULAR:
        counts = [count for count in counts if count < 2]
    elif word in _PLURAL:
        counts = [count for count in counts if count >= 2]
    if word not in _OF or not counts or text[start:at].startswith("un "):
        return list(counts)
    around = _LETTERS.findall(text[max(0, start - _AROUND) : at]) + _LETTERS.findall(text[end : end + _AROUND])
    own, others = _small_words(around, _OF[word])
    if word in _DOUBTFUL and (_NEXT_WORD.match(text, end) if word == "an" else unit == word):
        return list(counts) if own and own >= others else []
    return list(counts) if own >= others else []


def _small_words(words: Sequence[str], of: str) -> tuple[int, int]:
    """Count the small words of a unit's languages, and of the other one that has most."""
    counted = {code: sum(word in small for word in words) for code, small in _lists().items()}
    own = max((counted[code] for code in of.split()), default=0)
    # Norwegian and Danish share most, as do Spanish and Portuguese.
    return own, max(count for code, count in counted.items() if code not in of.split())


@cache
def _lists() -> dict[str, frozenset[str]]:
    return {code: stop_words(name) for code, name in STEMMED.items() if code not in ("nb", "nn")}


def counts_seconds(text: str, start: int, end: int) -> bool:
    """Tell whether "second" behind a number and a blank is a unit: before a thing that lasts so long.

    Args:
        text: In small letters.
        start: Where the number begins.
        end: Behind "second".
    """
    follows = _SECONDS.match(text, end)
    number = text[start : end - len(" second")]
    if follows is None or not number.isdecimal() or follows[1] in _NO_SECONDS or text[follows.end() :][:1] == "-":
        return False
    before = _WORD_BEFORE.search(text, max(0, start - _AROUND), start)
    word = before[1] if before else ""
    if follows[1].endswith("s") and not follows[1].endswith("ss"):
        return word in ("in", "at", "every")
    if int(number) >= _MANY:
        return word not in _NUMBERED
    return word in _SECOND_BEFORE
