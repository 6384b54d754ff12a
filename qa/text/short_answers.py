"""Which few words a question asks for, and where a sentence holds them: by rule, in English and German. Pure functions.

The rules know a date, an amount, a measure, a name and a place by their form. Where the form says too little, as with
most nouns, nothing is wanted: the whole sentence is the answer. Names and places are in `qa.text.named_answers`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from qa.text import amounts
from qa.text.bounds import Bound, at_bound, bound_asked
from qa.text.calendar_words import MONTH, WEEKDAY
from qa.text.sentences import Span
from qa.text.sized_things import PEOPLE, thing_sized

Want = Literal["date", "year", "money", "measure", "count", "share", "often", "name", "place", "yes or no"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for.

    Attributes:
        what: Its kind.
        unit: For measures, a pattern of the units.
        noun: What is counted.
        bound: Which end of a span of time is asked for, "" for neither in particular.
        german: Whether the question is in German, whose nouns all have capitals.
        clock: Whether a time of day answers, where a sentence has one: when something opens, or what is so on Sundays.
        much: Whether "how much" asks, which an amount in any unit answers: tonnes how much a crane lifts.
    """

    what: Want
    unit: str = ""
    noun: str = ""
    bound: Bound = ""
    german: bool = False
    clock: bool = False
    much: bool = False


_AFTER_WHEN = "is|are|was|were|did|does|do|will|can|may|must|has|have|had|should"
_THINGS = (
    "company|firm|contractor|insurer|supplier|manufacturer|ship|vessel|boat|person|man|woman|author|artist|scientist|team|"
    "player|king|queen|president|organi[sz]ation|university|school|band|actor|singer"
)
_THINGS_DE = "firma|person|unternehmen|schiff|spieler|mannschaft|team|künstler|organisation|universität"
_COSTS = (
    "cost|price|fee|(?:day|daily|hourly) rate|deductible|salary|sum insured|premium|budget|hire|allowance|"
    "ceiling .* pounds"
)
_PAYS = "owe|pay|charge|earn|cost"
_PAYS_DE = (
    "schuldet|schulde|schulden|(?:be)?zahlen|(?:be)?zahlt|(?:be)?zahle|verdient|verdienen|gekostet|(?:be|ge)zahlt"
)
_COSTS_DE = (
    "kosten|preis|gebühr|miete|gehalt|lohn|bußgeld|strafe|kaution|beitrag|prämie|rechnung|nachzahlung|nachforderung|"
    "guthaben|erstattung|zuschuss|eigenanteil|rücklage|selbstbeteiligung|abschlag|schulden|rabatt"
)
_OF_SPEED = f"{amounts.SPEEDS}|{amounts.TIMES}"
_MEASURED = "limit|torque|capacity|rate|speed|voltage|pressure|current|level|power"

# What questions ask for, in which units, and their patterns. The first whose pattern is found counts.
_ASKS: tuple[tuple[Want, str, tuple[str, ...]], ...] = (
    ("year", "", (r"^(in |by |from |since )?(what|which) year\b", r"^(in|seit|ab) welchem jahr\b")),
    (
        "date",
        "",
        (
            rf"^(and )?(until |since |from |by )?when ({_AFTER_WHEN})\b",
            r"^(on |by |until |from |since |at )?(what|which) (date|days?|month)\b",
            r"^(latest |earliest |the )?(date|day|deadline) (for|of|by|when)\b",
            r"^(und )?(seit |bis |ab )?wann\b",
            r"^an welche[mn] (tag|datum)\b",
        ),
    ),
    ("often", "", (r"\bhow often\b", r"\bwie oft\b", r"\bin welchen abständen\b")),
    (
        "share",
        "",
        (
            r"\b(what|which) (percentage|percent|share|proportion|fraction)\b",
            r"\bhow many percent\b",
            r"\bwie viel prozent\b",
            r"\bwelche[rn]? (anteil|prozentsatz)\b",
        ),
    ),
    (
        "money",
        "",
        (
            r"\bhow much (money|was spent|do we pay|did .* pay|(is|was) .* paid|(do|does|did) .* cost)\b",
            rf"\b(what|how much) (is|was|are|were|does|did|do|will|would) .*\b({_COSTS})\b",
            r"^(the )?(price|cost|fee|sum insured|deductible)\b",
            r"\b(wie ?viel (kostet|kosten|geld)|was kostet)\b",
            rf"^(and )?(what|how much( (vat|tax|money|rent|interest))?) (does|did|do|will|must|should) "
            rf"(?!.*\b(about|say|says|mean)\b).*\b({_PAYS})\b",
            rf"^(und )?(wie ?viel|was) .*\b({_PAYS_DE})\b",
            rf"\bwie hoch (ist|sind|war|waren|wäre|wird) .*({_COSTS_DE})",
            rf"\bhow (big|high|large) (is|are|was|were|will|would) .*\b({_COSTS}|deposit|rent|fine|tax|loan|bill)\b",
            r"\b(costs?|paid|pays?|spent) how much\b",
        ),
    ),
    (
        "measure",
        amounts.TIMES,
        (r"\bhow (long|old)\b.*\b(ago|last|takes?|wait|stay)\b", r"\bwie (lange|alt)\b", r"\bfor how long\b"),
    ),
    (
        "measure",
        f"{amounts.TIMES}|{amounts.LENGTHS}",
        (r"\bhow long (does|did|do|must|may|can|should|will|has|have|had|were|was|is the (time|period|wait))\b",),
    ),
    (
        "measure",
        amounts.LENGTHS,
        (
            r"\bhow (tall|deep|high|wide|far|thick)\b",
            r"\bwie (tief|weit|breit|dick|lang)\b",
            r"\b(what|which) (wave )?(height|depth|distance|length|width)\b",
        ),
    ),
    (
        "measure",
        _OF_SPEED,
        (r"\bhow (fast|quickly)\b", r"\bwie schnell\b", r"\bwhat speed\b"),
    ),
    (
        "measure",
        amounts.SPEEDS,
        (
            r"\b(what|which) (wind|wind limit|gusts?|speed of wind)\b(?! (turbine|farm|park))",
            r"^(wind|speed) (limit|speed)\b",
            r"\bwie ?viel wind\b",
            r"\bwelche[mnrs]? (wind|windgeschwindigkeit|windgrenze)\b",
        ),
    ),
    (
        "measure",
        amounts.WEIGHTS,
        (r"\bhow (heavy|much does .* weigh)\b", r"\bwhat (is|was) the weight\b", r"\bwas wiegt\b", r"\bwie schwer\b"),
    ),
    (
        "measure",
        amounts.TEMPERATURES,
        (
            r"\b(what|which) temperatures?\b",
            r"\bhow (warm|cold|hot)\b",
            r"\bwie (warm|kalt|heiß)\b",
            r"\bwelcher temperatur\b",
        ),
    ),
    (
        "measure",
        amounts.UNITS,
        (
            rf"^(?:(?:and|at|up to|above|below|from|under|with|in) )?(?:what|which) (?:(?:is|was) the )?"
            rf"(\w+ ){{0,2}}({_MEASURED})\b",
            r"^(wave|maximum|minimum|peak|weight|height) \w+",
            r"\bhow (strong|big|large|loud|powerful)\b",
            r"\bwie (groß|laut|stark)\b",
            r"\bwie hoch\b",
        ),
    ),
    ("money", "", (r"\bhow much (is|are|was|were)\b",)),
    ("count", "", (r"\bhow (many|much)\b", r"\bwie viele?\b")),
    (
        "name",
        "",
        (
            r"^(and )?who (?!else|are|were)\w+",
            r"^by whom\b",
            r"^whose (?!fault|idea)",
            r"^(von )?we[rm] (?!sind|waren)\w+",
            rf"^((by|to|from|for) )?(which|what) ({_THINGS})\b",
            rf"^welche[rsn]? ({_THINGS_DE})\b",
        ),
    ),
    (
        "place",
        "",
        (
            r"^(from |to )?where (is|are|was|were|did|does|do)\b",
            r"^(in|at|to|from) (which|what) (city|country|town|state|place|port|county|village|region|island)\b",
            r"^(wo|woher|wohin) \w+",
            r"^in welche[rm] (stadt|land|ort|hafen|region|staat)\b",
        ),
    ),
    (
        "yes or no",
        "",
        (
            r"^(is|are|was|were|does|do|did|can|could|may|must|should|has|have|had|will|would)\b(?!.*\bor\b)",
            r"^(ist|sind|war|waren|hat|haben|hatte|darf|dürfen|kann|können|muss|müssen|wird|werden|wurde|gibt|soll|sollen)\b"
            r"(?!.*\boder\b)",
        ),
    ),
)
_PATTERNS = tuple(
    (re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE), want, unit)
    for want, unit, patterns in _ASKS
)
# The name of a law or a street has no form; and what was last, each of several passages says of its own time.
_NAMELY = re.compile(
    r"^(?:what|which|welche[rsnm]?|wie) (?:(?:is|was|are|were|ist|war|lautet|hei(?:ß|ss)t) )?"
    r"(?:the |der |die )?(?:full )?names?\b",
    re.IGNORECASE,
)
# A second question in the same breath wants a second answer.
_TWO = re.compile(
    r"\b(?:start|begin|anfang|beginn)\w* (?:and|und) (?:end|stop|finish|aufh)\w*|(?:,|;|\band|\bund)\s+(?:\w+\s+){0,2}"
    r"(?:what|which|who|whom|whose|when|where|why|how|was|wer|wann|wo|warum|wie|welche[rsnm]?)\b|\?\s*\S.*\?",
    re.IGNORECASE,
)
_GERMAN = re.compile(r"^(?:\w+ )?(?:w[aei][nrms]\w*|wo\w*|welche\w*|wie|was)\b(?! (?:the|an?|it)\b)", re.IGNORECASE)
# German "was" asks for a thing, and is no English verb.
_WHAT = re.compile(r"was (?!wiegt|kostet|(?:the|an?|it|there|he|she|this|that|any)\b)[a-zäöü]", re.IGNORECASE)
_VERBS = (
    "is|are|was|were|did|does|do|had|has|have|can|could|may|must|will|would|should|in|of|on|at|per|from|to|for|with|that|"
    r"\w+ed"
)
_COUNTED = re.compile(
    r"\bhow (?:many|much)\s+(?:of the |different |other |more )?((?:[\w-]+ ){0,3}?[\w-]+)"
    rf"(?=\s+(?:{_VERBS})\b|\?|$)",
    re.IGNORECASE,
)
# The first German noun is the one that is counted; a verb may follow it.
_COUNTED_DE = re.compile(r"\b[Ww]ie viele?\s+(?:[a-zäöüß]+ ){0,2}([A-ZÄÖÜ][\w-]+)")
_PLURAL = re.compile(r"\w+[^s]s|people|men|women|children|staff", re.IGNORECASE)
_CLOCK = re.compile(
    rf"\b(?:open|opens|opened|closed?|closes|shut|leave|leaves|depart\w*|arrive\w*|returns?|comes? back|get back|"
    rf"(?:un)?locked|served|(?:{WEEKDAY})s?|daily|every day|weekends?|mornings?|evenings?|afternoon|lunch|breakfast|"
    rf"dinner|öffne\w*|geöffnet|offen|schließ\w*|geschlossen|abfahr\w*|fährt|ankommt|ankunft|zurück|täglich|"
    rf"wochenende|morgens|abends)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\b(?:instead of|rather than|not|statt|anstatt|nicht)(?: at| um| bis)? $", re.IGNORECASE)
# "From 1 July 2024 the excess" counts nothing: a number does not reach over an article.
_ARTICLES = r"(?:the|an?|this|my|our|your|his|her|its|their|der|die|das|de[mns]|eine?[mnrs]?)\b"
# "4.1 Lightning strike" is a heading.
_SECTION = r"(?<!\S)(?:\d{1,2}\.)+\d{1,2} (?-i:[A-ZÄÖÜ])"
_MONTH_BEFORE = re.compile(rf"\b(?:{MONTH})\.? $", re.IGNORECASE)
_LONGEST_MONTH = 12
_SHORTEST_STEM = 4
_LONGEST_HEADER = 120
_NAMED_UNITS = tuple(
    (re.compile(name, re.IGNORECASE), units)
    for name, units in (
        (
            "(?:giga|mega|kilo|tera)watt[ -]?(?:hours|stunden)",
            "[GMkT]Wh|(?:[gG]iga|[mM]ega|[kK]ilo|[tT]era)watt[ -]?(?:hours|stunden)",
        ),
        ("(?:giga|mega|kilo)watts?$", "[GMk]W|(?:[gG]iga|[mM]ega|[kK]ilo)watts?"),
        ("kilomet", "km|[kK]ilomet\\w+"),
        ("met(?:re|er)", "m|[mM]et(?:re|er)\\w*"),
        ("kilo", "kg|[kK]ilo\\w*"),
        ("lit(?:re|er)", "l|[lL]it(?:re|er)\\w*"),
        ("tonne|tons?$", "t|[tT]on(?:ne|s)?\\w*"),
        ("percent|prozent", "%|percent|per cent|Prozent"),
    )
)
_MUCH = re.compile(r"\bhow much\b|\bwie ?viel\b", re.IGNORECASE)
_MEASURES = re.compile(rf"(?:{amounts.NUMBER})[ -]?(?:{amounts.UNITS})(?![\w/])")
_CHANGED = re.compile(
    r"\b(?:rais|increas|lower|reduc|chang|cut|extend|shorten|widen|mov|adjust|went|go(?:es)? (?:up|down)|rose|rises?|"
    r"fell|falls?|drop|grew|grows?|erhöh|gesenkt|senk|angehoben|geänder|änder|verlänger|verkürz|verschob|gestiegen|stieg|steig|sink|sank|"
    r"gefallen|verleg|postpon|reschedul|put off|brought forward|vorverlegt)\w*",
    re.IGNORECASE,
)
# Who asks for what it was does not mean what it is now.
_EARLIER = re.compile(
    r"\b(?:before|previous\w*|former\w*|old|earlier|original\w*|used to|"
    r"vorher|zuvor|früher\w*|bisher\w*|ursprünglich\w*)\b",
    re.IGNORECASE,
)
_FROM, _TO = re.compile(r"\b(?:from|von|vom)\s+$", re.IGNORECASE), re.compile(r"\s+(?:to|auf)\s+", re.IGNORECASE)
# To whom a paper goes: the number of a house is no sum.
_ADDRESSED = re.compile(
    r"(?:bill(?:ed)? to|ship(?:ped)? to|invoice to|to|from|for|client|customer|address|an|von|kunde|rechnung an|"
    r"anschrift|adresse|rechnungsadresse|lieferadresse)\s*:",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def wanted(question: str, language: str = "") -> Wanted | None:
    """Return which few words a question asks for, None where no rule says or it asks for two things.

    Args:
        question: A standalone question.
        language: Code of its language, "" where it is not known.
    """
    question = question.strip()
    if _TWO.search(question) or (language != "en" and _WHAT.match(question)):
        return None
    asks = next(((want, unit) for pattern, want, unit in _PATTERNS if pattern.search(question)), None)
    if asks is None or _NAMELY.match(question):
        return None
    want, unit = asks
    german = language == "de" or (not language and bool(_GERMAN.match(question)))
    noun = ""
    if want == "count":
        found = _COUNTED_DE.search(question) or _COUNTED.search(question)
        if not found:
            return None
        words = found[1].split()
        # "trial landings", "people work": a plural, else the last.
        noun = next((word for word in words if _PLURAL.fullmatch(word)), words[-1])
        if _units(found[1]):
            noun = found[1]
        if re.fullmatch(amounts.TIMES, noun, re.IGNORECASE):
            return Wanted("measure", amounts.TIMES, german=german)
        return Wanted(want, unit, noun, german=german, much=bool(_MUCH.search(question)))
    if want == "measure" and unit != _OF_SPEED and (thing := thing_sized(question)):
        # Of how large a team is, no metres and litres tell.
        if thing == "abstract":
            return None
        if thing in ("share", "money"):
            want, unit = thing, ""
        unit = PEOPLE if thing == "group" else unit
    bound = bound_asked(question) if want == "date" else ""
    return Wanted(want, unit, noun, bound, german=german, clock=want == "date" and bool(_CLOCK.search(question)))


def asks_twice(question: str) -> bool:
    """Tell whether a question is two: "who found it, and when?"."""
    return bool(_TWO.search(question))


def short_answers(wanted: Wanted, sentence: str) -> list[Span]:
    """Return (start, end) of each stretch of a sentence that has the form of what is wanted, in order.

    Names, places, yes and no have no form of their own, so there are none.
    """
    pattern = _form(wanted.what, wanted.unit, wanted.noun)
    if pattern is None:
        return []
    if wanted.clock and amounts.TIME_OF_DAY.search(sentence):
        pattern = amounts.TIME_OF_DAY
    spans = [trimmed(sentence, *match.span()) for match in pattern.finditer(sentence)]
    if wanted.what == "count":
        spans = [
            span for span in spans if not _MONTH_BEFORE.search(sentence[max(0, span[0] - _LONGEST_MONTH) : span[0]])
        ]
    spans = [span for span in spans if not _INSTEAD.search(sentence[: span[0]])]
    return at_bound(wanted.bound, sentence, spans)


@cache
def _form(what: Want, unit: str, noun: str) -> re.Pattern[str] | None:
    if what == "measure":
        amount = rf"(?:{amounts.NUMBER})(?: ?(?:to|–|-|bis|and|und) ?(?:{amounts.NUMBER}))?"
        # What stands in brackets says the same again in another unit.
        return re.compile(rf"(?<!\(){amount}[ -]?(?:{unit})(?![\w/]){amounts.PER}")
    if what == "count":
        stem = re.escape(noun[: max(_SHORTEST_STEM, len(noun) - 2)])
        if unit := _units(noun):
            return re.compile(rf"(?<!\(){amounts.NUMBER}[ -]?(?:{unit})(?![\w/])")
        between = rf"(?:(?!{_ARTICLES}|(?:{MONTH})\b|\d)[\w'-]+[ -])"
        # Of "31 of 44 members" neither number alone says how many.
        ranged = rf"(?:{amounts.NUMBER} ?(?:to|–|-|or|bis|oder|(?:out )?of(?: the| our)?|von(?: den| unseren)?|der) ?)?"
        return re.compile(
            rf"(?<![£$€])(?!{_SECTION}){ranged}(?:{amounts.NUMBER})[ -]{between}{{0,2}}?{stem}\w*", re.IGNORECASE
        )
    return amounts.FORMS.get(what)


def _units(noun: str) -> str:
    """Return a pattern of the units that a noun means, such as "l" and "litres" for "litres"; "" if it means none."""
    if not noun:
        return ""
    return next((units for pattern, units in _NAMED_UNITS if pattern.match(noun)), "")


def in_header(wanted: Wanted, row: str) -> bool:
    """Tell whether a table's row holds a number under columns whose names state the unit: "Energy GWh: Calm 9.1"."""
    header, colon, values = row.partition(": ")
    units = {"money": amounts.COIN, "share": "%", "count": _units(wanted.noun), "measure": wanted.unit}
    unit = units.get(wanted.what, "")
    if not unit or not colon or len(header) > _LONGEST_HEADER or not re.search(r"\d", values):
        return False
    return bool(re.search(rf"(?<![^\W_])(?:{unit})(?![^\W_])", header))


def may_hold(wanted: Wanted, sentence: str) -> bool:
    """Tell whether a sentence may hold what is wanted in any words: an amount needs some number, a date some time."""
    if wanted.what in ("date", "year", "often"):
        return bool(amounts.SOME_TIME.search(sentence) or amounts.SOME_NUMBER.search(sentence))
    if wanted.what in ("money", "measure", "count", "share"):
        if wanted.much or not amounts.SOME_NUMBER.search(sentence):
            # "From 1 September 2025" says how much of nothing.
            return bool(amounts.SOME_NUMBER.search(amounts.FORMS["date"].sub(" ", sentence)))
        if wanted.what == "money" and _ADDRESSED.match(sentence):
            return bool(_form_found(wanted, sentence))
        return bool(_form_found(wanted, sentence)) or bool(
            amounts.SOME_NUMBER.search(_without_others(wanted, sentence))
        )
    return True


def _form_found(wanted: Wanted, sentence: str) -> bool:
    return bool(short_answers(wanted, sentence)) or in_header(wanted, sentence)


def _without_others(wanted: Wanted, sentence: str) -> str:
    """Leave out the amounts that have another form than the one wanted: "1.60 m" and "31 May 2024" count nothing."""
    if wanted.what == "measure" and amounts.TIMES in wanted.unit:
        return sentence  # "until 1796" says how long as well, and "how high" may ask for no height
    # "How high is the deposit" asks for no height: what is counted alone is surely no sum.
    for what in ("date", "money", "share") if wanted.what == "count" else ("date",):
        sentence = amounts.FORMS[what].sub(" ", sentence)
    return _MEASURES.sub(" ", amounts.TIME_OF_DAY.sub(" ", sentence))


def settled(sentence: str, spans: Sequence[Span]) -> list[Span]:
    """Return the stretches that still hold where a sentence says what changed: "raised from 1.50 m to 1.60 m"."""
    held = []
    for start, end in spans:
        if not (_FROM.search(sentence[:start]) and _CHANGED.search(sentence)):
            held.append((start, end))
        elif within := _TO.search(sentence, start, end):
            held.append((within.end(), end))
        elif not _TO.match(sentence, end):
            held.append((start, end))
    return held


def asks_for_value(question: str, language: str = "") -> bool:
    """Tell whether a question asks for what a later paper may change: a day, an amount, a name, or what changed."""
    return wanted(question, language) is not None or says_change(question)


def says_change(sentence: str) -> bool:
    """Tell whether a sentence says that something was raised, moved or changed."""
    return bool(_CHANGED.search(sentence))


def asks_before(question: str) -> bool:
    """Tell whether a question asks for what was before a change."""
    return bool(_EARLIER.search(question))


def fits(wanted: Wanted, name: str, value: str) -> bool:
    """Tell whether a table's value has the form of what is wanted, under a column of that name."""
    if wanted.what in ("date", "year"):
        return bool(amounts.FORMS["date"].search(value))
    if wanted.what in ("money", "measure", "count", "share"):
        counted = wanted.what != "count" or wanted.noun[:_SHORTEST_STEM].casefold() in name.casefold()
        is_date = amounts.FORMS["date"].fullmatch(value.strip()) and wanted.what != "count"
        return counted and bool(re.match(r"\W{0,3}\d", value)) and not is_date
    if wanted.what == "often":
        return bool(amounts.FORMS["often"].search(value))
    return wanted.what in ("name", "place") and value[:1].isupper() and not re.search(r"\d", value)


def trimmed(sentence: str, start: int, end: int) -> Span:
    """Return a stretch without the marks and spaces at its end."""
    while end > start and sentence[end - 1] in " .,;":
        end -= 1
    return start, end
