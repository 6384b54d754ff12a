"""Which few words a question asks for: by rule, in English and German. Pure functions.

The rules know a date, an amount, a measure, a name and a place by their form. Where the form says too little, as with
most nouns, nothing is wanted: the whole sentence is the answer. `qa.text.short_answers` finds them in sentences.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text import amounts
from qa.text.bounds import Bound, bound_asked
from qa.text.calendar_words import WEEKDAY
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
            rf"\bwie ?viel ({_COSTS_DE})\b",
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
    ("measure", amounts.LOUDNESS, (r"\b(how loud|wie laut)\b",)),
    # No length or time says how strong an earthquake is.
    ("measure", amounts.STRENGTHS, (r"\bhow (strong|powerful)\b", r"\bwie stark\b")),
    (
        "measure",
        amounts.UNITS,
        (
            rf"^(?:(?:and|at|up to|above|below|from|under|with|in) )?(?:what|which) (?:(?:is|was) the )?"
            rf"(\w+ ){{0,2}}({_MEASURED})\b",
            r"^(wave|maximum|minimum|peak|weight|height) \w+",
            r"\bwie hoch\b",
        ),
    ),
    # How large a room is no time tells.
    ("measure", amounts.SIZES, (r"\bhow (big|large)\b", r"\bwie groß\b")),
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
    (lazy_regex("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE), want, unit)
    for want, unit, patterns in _ASKS
)
# The name of a law or a street has no form; and what was last, each of several passages says of its own time.
_NAMELY = lazy_regex(
    r"^(?:what|which|welche[rsnm]?|wie) (?:(?:is|was|are|were|ist|war|lautet|hei(?:ß|ss)t) )?"
    r"(?:the |der |die )?(?:full )?names?\b",
    re.IGNORECASE,
)
# A second question in the same breath wants a second answer.
_TWO = lazy_regex(
    r"\b(?:start|begin|anfang|beginn)\w* (?:and|und) (?:end|stop|finish|aufh)\w*|(?:,|;|\band|\bund)\s+(?:\w+\s+){0,2}"
    r"(?:what|which|who|whom|whose|when|where|why|how|was|wer|wann|wo|warum|wie|welche[rsnm]?)\b|\?\s*\S.*\?",
    re.IGNORECASE,
)
_GERMAN = lazy_regex(r"^(?:\w+ )?(?:w[aei][nrms]\w*|wo\w*|welche\w*|wie|was)\b(?! (?:the|an?|it)\b)", re.IGNORECASE)
# German "was" asks for a thing, and is no English verb.
_WHAT = lazy_regex(r"was (?!wiegt|kostet|(?:the|an?|it|there|he|she|this|that|any)\b)[a-zäöü]", re.IGNORECASE)
_VERBS = (
    "is|are|was|were|did|does|do|had|has|have|can|could|may|must|will|would|should|in|of|on|at|per|from|to|for|with|that|"
    r"\w+ed"
)
_COUNTED = lazy_regex(
    r"\bhow (?:many|much)\s+(?:of the |different |other |more )?((?:[\w-]+ ){0,3}?[\w-]+)"
    rf"(?=\s+(?:{_VERBS})\b|\?|$)",
    re.IGNORECASE,
)
# The first German noun is the one that is counted; a verb may follow it.
_COUNTED_DE = lazy_regex(r"\b[Ww]ie viele?\s+(?:[a-zäöüß]+ ){0,2}([A-ZÄÖÜ][\w-]+)")
# Typed in small letters, the next word is; "wie viele kommen" names nothing, nor does "wie viel kostet".
_COUNTED_SMALL = lazy_regex(
    r"\bwie ?viele?\s+(?:der |von den |verschiedene |andere |weitere )?"
    r"(?!(?:ist|sind|war|waren|hat|habe|haben|hatte\w*|gibt|gab|wird|werden|wurden?|kann|können|konnten|darf|dürfen|"
    r"durften|muss|müssen|mussten|soll\w*|wollen|kommen|kamen|geht|gehen|gingen|fehlt|fehlen|fehlten|nahmen|bleibt|"
    r"bleiben|blieben|steht|stehen|standen|liegen|lagen|macht|machen|passt|passen|trägt|hebt|wieg\w+|kost\w+|zahl\w+|"
    r"bezahl\w+|bekomm\w+|verdien\w+|schuld\w+|brauch\w+|verbrauch\w+|nehm\w+|fass\w+|mehr|davon|noch|schon|denn|von|"
    r"er|es|sie|wir|ihr|ich|man)\b)([a-zäöüß][\w-]{2,})\b",
    re.IGNORECASE,
)
_GOES = frozenset(("goes", "go", "went", "comes", "came", "fits", "fit", "falls", "fell"))
_PLURAL = lazy_regex(r"\w+[^s]s|people|men|women|children|staff", re.IGNORECASE)
_CLOCK = lazy_regex(
    rf"\b(?:open|opens|opened|closed?|closes|shut|leave|leaves|depart\w*|arrive\w*|returns?|comes? back|get back|"
    rf"(?:un)?locked|served|(?:{WEEKDAY})s?|daily|every day|weekends?|mornings?|evenings?|afternoon|lunch|breakfast|"
    rf"dinner|öffne\w*|geöffnet|offen|schließ\w*|geschlossen|abfahr\w*|fährt|ankommt|ankunft|zurück|täglich|"
    rf"wochenende|morgens|abends)\b",
    re.IGNORECASE,
)
_NAMED_UNITS = tuple(
    (lazy_regex(name, re.IGNORECASE), units)
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
_MUCH = lazy_regex(r"\bhow much\b|\bwie ?viel\b", re.IGNORECASE)


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
        found = _COUNTED_DE.search(question) or _COUNTED_SMALL.search(question) or _COUNTED.search(question)
        if not found:
            return None
        words = found[1].split()
        if len(words) > 1 and words[-1].lower() in _GOES:
            words.pop()  # "How much flour goes in?"
        # "trial landings", "people work": a plural, else the last.
        noun = next((word for word in words if _PLURAL.fullmatch(word)), words[-1])
        if named_units(found[1]):
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


def named_units(noun: str) -> str:
    """Return a pattern of the units that a noun means, such as "l" and "litres" for "litres"; "" if it means none."""
    if not noun:
        return ""
    return next((units for pattern, units in _NAMED_UNITS if pattern.match(noun)), "")
