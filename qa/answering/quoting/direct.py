"""The few words that answer, in front of the sentence that holds them: nothing where that is not sure.

They must have the form of what is asked for, stand among the question's words, and have no rival there. A name must
stand where the question leaves it open. Only a sentence that says all of the question tells yes from no.
"""

import re
from collections.abc import Mapping, Sequence

from qa.answering.completing.permission import asks_leave, gives_leave
from qa.answering.saying.phrases import phrases
from qa.lazy_regex import lazy_regex
from qa.retrieval.query import Query
from qa.retrieval.rank import held_share
from qa.text.amounts import TIME_OF_DAY, unit_of
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.changed_values import asks_before, settled
from qa.text.named_answers import named_answers
from qa.text.polarity import polarity
from qa.text.sentences import Span, sentence_spans
from qa.text.short_answers import fits, short_answers
from qa.text.values import Values
from qa.text.wanted import Wanted, wanted
from qa.types import Direct

_WORD = lazy_regex(r"\w+(?:[-'’.,]\w+)*")
# Of the squared weights of the question's words, so much must stand in the sentence, and with the lines above it.
_OWN_COVER, _COVER = 0.3, 0.55
# What is counted or measured is named beside its number.
_OWN_COVER_COUNTED, _COVER_COUNTED = 0.2, 0.4
# A rival must be so much farther from the question's words.
_AHEAD = 1.25
# How many words away another word says half as much; what parts clauses counts as so many words.
_NEAR, _CLAUSE = 4.0, 4
_CLAUSE_END = lazy_regex(r"[;:,()–]| - |\b(?:and|but|while|whereas|which|und|aber|während|sondern)\b")
_BRACKETS = lazy_regex(r"\([^()]*\)")
# What stands before a number and belongs to it.
_ROUGHLY = lazy_regex(
    r"\b(?:more than|less than|fewer than|at least|at most|up to|over|under|about|around|almost|nearly|roughly|"
    r"approximately|mehr als|weniger als|mindestens|höchstens|bis zu|über|unter|etwa|rund|fast|knapp|circa|ca\.) $",
    re.IGNORECASE,
)
# "12 and 13 September" are two days.
_AND_ANOTHER_DAY = lazy_regex(
    r"\b\d{1,2}(?:st|nd|rd|th|\.)?(?:(?:,| and| to| or| und| bis| oder) |\s?[–-]\s?)(?:the |zum )?$"
)
# "At 16:10 and 18:25": one of the two alone is half of the answer.
_OTHER_TIMES = lazy_regex(rf"(?:(?:, | and | or | und | oder )(?:at |um )?{TIME_OF_DAY.pattern})+", re.IGNORECASE)
_SUM_BEFORE = lazy_regex(r"[£$€]?\d[\d.,]*(?: ?[£€])? ?/ ?$")
_SUM_BEHIND = lazy_regex(r" ?/ ?[£$€]?\d[\d.,]*\d(?: ?[£€])?")
_UNMEASURED = frozenset(("date", "year", "name", "place"))
_NUMBERED = frozenset(("money", "measure", "count", "share"))
# Each of several passages says of its own time what was last.
_LAST = lazy_regex(r"\b(?:last|latest|newest|most recent|current|letzte\w*|neueste\w*|jüngste\w*)\b", re.IGNORECASE)
_TIME_NAME = lazy_regex(rf"\b(?:{WEEKDAY}|{MONTH_NAME})s?\b", re.IGNORECASE)
_EVERY_WEEK = lazy_regex(rf"\b(?:{WEEKDAY})s\b", re.IGNORECASE)
# What comes next is not how it is now: "Next service: at 90,000 miles".
_NEXT = lazy_regex(r"\b(?:next|nächste[nrsm]?|upcoming)\b", re.IGNORECASE)
# Until when an offer holds is not when it is carried out.
_VALID = lazy_regex(r"\b(?:valid|good|gültig|gilt)(?: \w+)? (?:until|till|to|bis)(?: zum)? $", re.IGNORECASE)
_ASKS_VALID = lazy_regex(
    r"\b(?:valid\w*|good|expir\w*|until|till|how long|end\w*|gültig\w*|gilt|gelten|bis|wie lange|ablauf\w*|läuft)\b",
    re.IGNORECASE,
)
_FROM_THEN = lazy_regex(r"\b(?:from|since|as of|ab|seit|vom)(?: the| dem)? $", re.IGNORECASE)
# A contract that runs from a day on does not end on it.
_ASKS_END = lazy_regex(
    r"\b(?:expir\w*|ends?|ended|runs? out|terminat\w*|until when|endet\w*|ablaufen|läuft .*\b(?:ab|aus)|bis wann)\b",
    re.IGNORECASE,
)
_DENIES = lazy_regex(
    r"\b(?:not|never|nicht|nie|kein\w*)\b"
    r"(?! (?:later|earlier|before|after|only|more|less|später|früher|vor|nach|nur|mehr)\b)|n['’]t\b",
    re.IGNORECASE,
)
_NOT_YET = lazy_regex(r"\bnot yet\b|\bnoch (?:nicht|kein\w*)\b", re.IGNORECASE)
# "Wednesday, 3 May" is one day.
_DAY_CLAUSE_END = lazy_regex(r"(?<!day)(?<!tag)(?<!woch),(?!\d)|;|\b(?:and|und|but|aber|sondern)\b", re.IGNORECASE)
# One step of many takes less than the whole: "Fry the onions for 5 minutes".
_LASTS = lazy_regex(r"\bhow long\b.*\b(?:takes?|took|lasts?)\b|\bwie lange (?:dauert|dauerte|braucht)\b", re.IGNORECASE)
_LASTING = lazy_regex(
    r"\b(?:tak(?:es?|ing)|took|last(?:s|ed|ing)?|dauert\w*|dauer|duration|in total|insgesamt)\b", re.IGNORECASE
)
_HALF = 0.5
# A row that is written as "Header: value; Header: value".
_FIELD = lazy_regex(r"([^:;]+): ([^;]+)(?:; |$)")
# A sentence about another year, or about none, does not answer for the one that is named.
_YEAR = lazy_regex(r"\b(?:1[5-9]|20)\d\d\b")
_MONTH = lazy_regex(rf"\b(?:{MONTH_NAME})\b")
# Of the plain words of a question, so many.
_PLAIN = 0.67
# What names the kind of thing that is asked for seldom stands beside it.
_KINDS = frozenset(
    (
        *("year", "day", "date", "month", "time", "city", "country", "town", "state", "place", "port", "company"),
        *("firm", "person", "name", "jahr", "tag", "datum", "monat", "stadt", "land", "ort", "firma"),
    )
)
# What a cell under such a question's column may hold.
_SAID = {
    **dict.fromkeys(("yes", "y", "true", "ja", "j", "wahr"), True),
    **dict.fromkeys(("no", "n", "false", "nein", "falsch"), False),
}
_STEM = 4
_SEVERAL = 2
# For yes or no nearly all must stand there.
_ALL = 0.85


def direct_answer(query: Query, sentence: str, *, language: str, above: str) -> Direct | None:
    """Return the few words that answer a question, None where it asks for none or they are not surely there.

    Args:
        query: As the index reads it.
        sentence: The first of the answer.
        language: Code of its language, "" where it is not known.
        above: The title and headings that it stands under.
    """
    want = wanted(query.asked, query.language)
    if want is None:
        return None
    if _LAST.search(query.asked):
        return None
    said = Values(f"{above}\n{sentence}")
    if not all(name.stands_in(said) for name in query.names):
        return None
    # An amount stands beside what it counts or measures; a day, a name or a place stands beside anything.
    if want.what in _UNMEASURED and not _says_what_happens(query, sentence, above, language):
        return None
    # Two rare names outweigh the verb: "Did Ida Sommer agree?" is not told by what else she does.
    if want.what == "yes or no" and not _says_what_happens(query, sentence, above, language, share=1):
        return None
    if not _of_its_time(query.text, sentence, above):
        return None
    if want.what in _NUMBERED and _NEXT.search(sentence) and not _NEXT.search(query.asked):
        return None
    weights = query.match.weights
    # Columns are named "water_depth_m".
    places = _places(query, sentence.replace("_", " "), language)
    own = held_share(weights, set(places), power=2)
    cover = held_share(weights, set(places) | (query.match.above(above, language) & weights.keys()), power=2)
    counted = want.what in ("count", "share", "measure", "often")
    if own < (_OWN_COVER_COUNTED if counted else _OWN_COVER) or cover < (_COVER_COUNTED if counted else _COVER):
        return None
    if _LASTS.search(query.asked) and own < _HALF and not _LASTING.search(sentence):
        return None
    if want.what == "yes or no":
        return _yes_or_no(query, sentence, places, cover)
    fields = list(_FIELD.finditer(sentence))
    fitting = [field for field in fields if fits(want, field[1], field[2])]
    if len(fields) > 1 and fitting:
        return _field(query, fitting, language)
    span = _nearest(query, want, sentence, places)
    if span and want.what == "date" and _is_denied(query.asked, sentence, span):
        return None
    if span and want.what == "date" and (several := _AND_ANOTHER_DAY.search(sentence[: span[0]])):
        span = several.start(), span[1]
    if span and want.clock and TIME_OF_DAY.fullmatch(sentence[slice(*span)]):
        span = _all_times(sentence, span)
    if span and want.what in _NUMBERED and (roughly := _ROUGHLY.search(sentence[: span[0]])):
        span = roughly.start(), span[1]
    if span and want.what == "money":
        span = _both_of_pair(sentence, span)
    return Direct(sentence[slice(*span)], 0, *span) if span else None


def _is_denied(question: str, sentence: str, day: Span) -> bool:
    """Tell whether a sentence says that something was not so on a day, or not yet: it is not when it was.

    What other clauses deny is something else: "The lease ends on 31 May 2026 and is not renewed".
    """
    if _DENIES.search(question):
        return False
    before = [match.end() for match in _DAY_CLAUSE_END.finditer(sentence, 0, day[0])]
    behind = _DAY_CLAUSE_END.search(sentence, day[1])
    clause = sentence[before[-1] if before else 0 : behind.start() if behind else len(sentence)]
    return bool(_DENIES.search(clause) or _NOT_YET.search(sentence))


def _both_of_pair(sentence: str, span: Span) -> Span:
    """Return a sum with the one that a stroke parts it from: "$1,500/$3,000" for one person and for a family."""
    before, behind = _SUM_BEFORE.search(sentence[: span[0]]), _SUM_BEHIND.match(sentence, span[1])
    return before.start() if before else span[0], behind.end() if behind else span[1]


def _all_times(sentence: str, span: Span) -> Span:
    """Return a time of day with those that are listed with it."""
    for first in TIME_OF_DAY.finditer(sentence, 0, span[1]):
        more = _OTHER_TIMES.match(sentence, first.end())
        if first.start() == span[0] or (more and more.end() >= span[1]):
            return first.start(), more.end() if more else first.end()
    return span


def _of_its_time(question: str, sentence: str, above: str) -> bool:
    """Tell whether a sentence is of the years and months that a question names: its own, else those of its heading."""
    for pattern in (_YEAR, _MONTH):
        asked = {found.casefold() for found in pattern.findall(question)}
        own = {found.casefold() for found in pattern.findall(sentence)}
        held = own or {found.casefold() for found in pattern.findall(above)}
        # That a month is not named says nothing where the year is: "in 2024".
        if asked and not asked <= held and (held or pattern is _YEAR):
            return False
    return True


def _says_what_happens(query: Query, sentence: str, above: str, language: str, *, share: float = _PLAIN) -> bool:
    """Tell whether a sentence holds a share of the plain words of a question: who joined is not told by who was born.

    Names are looked for elsewhere. Of columns' names and of headings the words count as well.
    """
    weights = query.match.weights
    plain = set[int]()
    for word in _WORD.findall(query.asked)[1:]:
        if word.islower() and word not in _KINDS:
            plain |= query.match.terms(word, query.language) & weights.keys()
    held = query.match.terms(sentence.replace("_", " "), language) | query.match.above(above, language)
    return not plain or len(plain & held) >= share * len(plain)


def _nearest(query: Query, want: Wanted, sentence: str, places: Mapping[int, list[Span]]) -> Span | None:
    """Return the stretch of the wanted form that stands nearest to the question's words, None where it has a rival."""
    asked = query.text.casefold()
    if want.what in ("name", "place"):
        spans = named_answers(want, query.asked, sentence)
    else:
        found = short_answers(want, sentence)
        spans = settled(sentence, found)
        if spans != found and asks_before(query.asked):
            return None
    spans = [span for span in spans if sentence[slice(*span)].casefold() not in asked]
    if want.what == "place":
        spans = [span for span in spans if not _TIME_NAME.search(sentence[slice(*span)])]
    if want.what == "date" and not want.clock and want.bound != "start" and _EVERY_WEEK.search(sentence):
        # "From 1 October rehearsals move to Thursdays" says on which days they are.
        spans = [span for span in spans if not _FROM_THEN.search(sentence[: span[0]])]
    if want.what == "date" and _ASKS_END.search(query.asked):
        spans = [span for span in spans if not _FROM_THEN.search(sentence[: span[0]])]
    if want.what == "date" and not _ASKS_VALID.search(query.asked):
        spans = [span for span in spans if not _VALID.search(sentence[: span[0]])]
    if not spans:
        return None
    spans = _with_own_words(sentence, spans, places)
    scored = sorted(((_nearness(sentence, span, places, query.match.weights), span) for span in spans), reverse=True)
    best = scored[0][1]
    rivals = [
        nearness
        for nearness, span in scored[1:]
        if sentence[slice(*span)].casefold() != sentence[slice(*best)].casefold()
    ]
    return best if not rivals or scored[0][0] >= _AHEAD * rivals[0] else None


def _with_own_words(sentence: str, spans: Sequence[Span], places: Mapping[int, list[Span]]) -> list[Span]:
    """Keep the stretches whose own clause says more of the question: "2.3 bar in front, 2.1 bar at the back".

    What stands before the first stretch is said of them all, and what begins a clause of the one behind it: "24 Euro,
    for members 12 Euro".
    """
    ordered = sorted(spans)
    if len(ordered) < _SEVERAL:
        return list(spans)
    shared = {term for term, found in places.items() if any(start < ordered[0][0] for start, _ in found)}
    own: dict[Span, int] = {}
    begins = ordered[0][0]
    for at, span in enumerate(ordered):
        after = ordered[at + 1][0] if at + 1 < len(ordered) else len(sentence)
        end = _CLAUSE_END.search(sentence, span[1], after)
        stop = end.start() if end else after
        own[span] = sum(
            any(span[1] <= start < stop or (term not in shared and begins <= start < span[0]) for start, _ in found)
            for term, found in places.items()
        )
        begins = max((match.end() for match in _CLAUSE_END.finditer(sentence, span[1], after)), default=after)
    most = max(own.values())
    return [span for span in ordered if own[span] == most]


def _places(query: Query, sentence: str, language: str) -> dict[int, list[Span]]:
    """Return where the question's words stand in a sentence, by the id that stands for the word."""
    places: dict[int, list[Span]] = {}
    for match in _WORD.finditer(sentence):
        for term in query.match.terms(match[0], language) & query.match.weights.keys():
            places.setdefault(term, []).append(match.span())
    return places


def _nearness(sentence: str, span: Span, places: Mapping[int, list[Span]], weights: Mapping[int, float]) -> float:
    return sum(
        weights[term] / (1 + min(_distance(sentence, span, place) for place in found) / _NEAR)
        for term, found in places.items()
    )


def _distance(sentence: str, one: Span, other: Span) -> int:
    """Return how many words lie between two stretches; what parts clauses counts as several."""
    if min(one[1], other[1]) > max(one[0], other[0]):
        return 0
    # What stands in brackets is said by the way: "260 kilometres (160 mi) from the sea".
    between = _BRACKETS.sub(" ", sentence[min(one[1], other[1]) : max(one[0], other[0])])
    return len(_WORD.findall(between)) + _CLAUSE * len(_CLAUSE_END.findall(between))


def _field(query: Query, fields: Sequence[re.Match[str]], language: str) -> Direct | None:
    """Return the value under the column that the question names better than any other that fits."""
    weights = query.match.weights
    scored = []
    for field in fields:
        name = re.sub(r"[_\W]+", " ", field[1]).strip()
        own = query.match.terms(name, language) & weights.keys()
        named = sum(weights[term] for term in own) + sum(weights.values()) * query.match.inside(name, language, own)
        scored.append((named, field))
    scored.sort(key=lambda item: -item[0])
    if not scored[0][0] or (len(scored) > 1 and scored[0][0] < _AHEAD * scored[1][0]):
        return None
    field = scored[0][1]
    value, unit = field[2].rstrip(" ."), unit_of(field[1])
    start = field.start(2)
    return Direct(f"{value} {unit}" if unit and value[-1].isdecimal() else value, 0, start, start + len(value))


def _yes_or_no(query: Query, sentence: str, places: Mapping[int, list[Span]], cover: float) -> Direct | None:
    """Return yes or no where a sentence says all of the question and nothing limits it; marked is what tells."""
    own = held_share(query.match.weights, set(places), power=2)
    if cover < _ALL or own < _ALL - 0.15:
        return None
    start, end = _own_clause(sentence, places)
    clause = sentence[start:end]
    fields = list(_FIELD.finditer(clause))
    told = _row_says(query.asked, fields) if len(fields) > 1 else polarity(query.asked, clause)
    if told is None or (told[0] and asks_leave(query.asked) and not gives_leave(clause)):
        return None
    german = phrases(query.asked).language == "de"
    is_yes, span = told
    if span is None:
        spans = [place for found in places.values() for place in found if start <= place[0] and place[1] <= end]
        span = min(first for first, _ in spans), max(last for _, last in spans)
    else:
        span = span[0] + start, span[1] + start
    return Direct(("Ja" if is_yes else "Nein") if german else ("Yes" if is_yes else "No"), 0, *span)


def _own_clause(sentence: str, places: Mapping[int, list[Span]]) -> Span:
    """Return the sentence among several that are read as one which alone says all that they do of a question, else all.

    "The sauna is included. Towels are not.": the second denies nothing of the first.
    """
    whole = 0, len(sentence)
    spans = sentence_spans(sentence)
    for start, end in spans if len(spans) > 1 else ():
        if all(any(start <= place[0] and place[1] <= end for place in found) for found in places.values()):
            return start, end
    return whole


def _row_says(question: str, fields: Sequence[re.Match[str]]) -> tuple[bool, Span] | None:
    """Return what a row says under the column that a question names, yes or no, and where; None if unsure."""
    if polarity(question, "") is None:
        return None
    asked = {word.casefold() for word in _WORD.findall(question)}
    found = [
        (_SAID[value], field.span(2))
        for field in fields
        if (value := field[2].strip().casefold()) in _SAID
        and any(_begins_alike(word.casefold(), other) for word in _WORD.findall(field[1]) for other in asked)
    ]
    return found[0] if len(found) == 1 else None


def _begins_alike(word: str, other: str) -> bool:
    return word == other or (len(word) >= _STEM and word[:_STEM] == other[:_STEM])
