"""Of what a question asks how large, strong or high it is: of some things no unit says so. Pure, English and German.

"How large is the team?" is answered by "12 people", "Wie hoch ist die Inflation?" by "2,3 %", and how big a risk is by
no number at all.
"""

import re
from functools import lru_cache
from typing import Literal

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

Thing = Literal["group", "share", "money", "abstract", "measured", ""]

PEOPLE = (
    r"(?:[a-zäöü-]{4,} )?(?:people|persons?|members?|employees|workers|staff|participants|respondents|adults|children|"
    r"pupils|students|patients|men|women|players|guests|households|families|colleagues|volunteers|Personen|Menschen|"
    r"Leuten?|Mitgliedern?|Mitarbeiter\w*|Beschäftigten?|Teilnehmer\w*|Befragten?|Schüler\w*|Kindern?|Erwachsenen?|"
    r"Patienten|Gästen?|Haushalten?|Familien|Männern?|Frauen|Spieler\w*|Angestellten?)"
)
"""A pattern of who groups are counted by, behind a number."""

_ASKS = lazy_regex(
    r"\b(?P<asks>how|wie) (?P<word>big|large|spacious|small|strong|powerful|groß|gross|klein|stark|high|hoch|tall|wide|"
    r"deep|thick|broad|tief|breit|dick|heavy|schwer|hot|cold|warm|cool|heiß|kalt|kühl|fast|quick|schnell|far|weit)\b"
    r"(?P<rest>[^?;:,.]{0,200})",
    re.IGNORECASE,
)
_BY_PEOPLE = word_set("big large small strong groß gross klein stark")
_WORD = lazy_regex(r"[^\W\d_][\w'’-]*|\d+")
# What stands between "how large" and the thing; a thing goes on to the first of the others.
_BEFORE = frozenset(
    "is are was were be been has had have did does do will would can could may must should might of a an the this that "  # noqa: SIM905
    "these those its his her their my our your ist sind war waren wäre wird werden würde hat haben darf dürfen soll "
    "sollte sollen muss müssen kann können der die das den dem des ein eine einen einer denn eigentlich etwa".split()
)
_OWN = lazy_regex(r"(?:unser|euer|eur|mein|dein|sein|ihr|dies|jed)e?[mnrs]?")
_STOPS = _BEFORE | frozenset(
    "in at for on from to by with without under over after before during and or than as if when who which where what "  # noqa: SIM905
    "there here now today currently then actually really still likely exactly along away become grown growing grow get "
    "getting need needed seem going expected allowed it we you they he she i von vom für im am bei beim mit ohne auf "
    "aus nach vor seit zu zur zum und oder als wenn wer jetzt heute derzeit aktuell noch wirklich wohl sein geworden "
    "gewesen gestiegen gewachsen wir ihr sie er es man".split()
)


def _both(english: str, german: str) -> dict[str, re.Pattern[str]]:
    """Return patterns of whole words; a German compound ends with one, and "steam" is no team."""
    return {"how": lazy_regex(english), "wie": lazy_regex(german)}


_GROUPS = _both(
    r"(?:team|company|companie|firm|business|organi[sz]ation|group|class|audience|crowd|staff|workforce|crew|population|"
    r"membership|family|familie|household|army|choir|orchestra|committee|department|cohort|club|community|party|"
    r"congregation|electorate|squad|delegation|jury|association|sample|workgroup)(?:e?s)?",
    r"\w*(?:team|mannschaft|belegschaft|gesellschaft|gruppe|familie|klasse|publikum|stichprobe|firma|firmen|unternehmen|"
    r"konzern|verein|chor|orchester|vorstand|ausschuss|abteilung|partei|fraktion|armee|truppe|besatzung|crew|"
    r"bevölkerung|population|haushalt|personal|organisation)(?:e?[ns]|e)?",
)
_SHARES = _both(
    r"inflation|unemployment|percentage|proportion|turnout",
    r"\w*(?:inflation|teuerung|quote|anteil|prozentsatz|zinssatz|steuersatz|zinse?n?|arbeitslosigkeit|rendite|"
    r"wahrscheinlichkeit|wirkungsgrad|(?<!monats)(?<!leasing)(?<!kredit)(?<!raten)(?<=\w)rate)n?",
)
_RATES = lazy_regex(
    r"\b(?:interest|tax|inflation|unemployment|growth|birth|death|error|success|failure|vacancy|response|"
    r"conversion) rates?$"
)
_MONEY = _both(
    r"(?:revenue|profit|debt|turnover|income|earning|expense|expenditure|penalty|penaltie|pension|surcharge|tax|taxe)s?",
    r"\w*(?:umsatz|umsätze|gewinn|verlust|schulden?|steuern?|strafen?|einkommen|ertrag|erträge|erlöse?|vermögen|rente|"
    r"einnahmen|ausgaben|stundensatz|tagessatz|stundensätze|förderung|vergütung|erstattung|darlehen|kredit|etat|budget|"
    r"zuschlag|monatsrate|leasingrate|kreditrate)",
)
_ABSTRACT = _both(
    r"(?:market|risk|danger|threat|chance|odds?|probability|likelihood|demand|need|economy|industry|sector|competition|"
    r"password|passphrase|evidence|argument|correlation|relationship|influence|impact|effect|interest|difference|"
    r"problem|issue|challenge|deal|mistake|error|uncertainty|growth|increase|decrease|rise|fall|drop|decline|change|"
    r"reduction|improvement|advantage|benefit|success|failure|role|support|opposition|currency|traffic|workload|burden|"
    r"backlog|recession|crisis|selection|choice|portfolio|project|damage|losse|security|encryption|commitment|number|"
    r"majority|minority|topic|debate)s?",
    r"\w*(?:risiko|risiken|gefahr|chance|(?<!super)(?<!bau)markt|nachfrage|bedarf|einfluss|wirkung|unterschied|problem|"
    r"erfolg|interesse|schaden|schäden|auswahl|andrang|wachstum|konkurrenz|wettbewerb|passwort|kennwort|wirtschaft|"
    r"unsicherheit|vertrauen|verkehr|projekt|beweis|argument|zusammenhang|korrelation|rückgang|anstieg|zuwachs|"
    r"änderung|verbesserung|vorteil|nachteil|rezession|krise|(?<!jahres)zahl|mehrheit)(?:e?[ns]|e)?",
)
# How "hoch" they are is no height; in what it's said depends.
_MEASURED = lazy_regex(
    r"\w{3,}(?:ung|heit|keit|tät|tion|sion|tz)|\w*(?:rate|verbrauch|druck|temperatur|frequenz|puls|grad|gehalt|wert|fieber|"
    r"auflage|betrag|summe)e?n?|rates?|levels?|pressures?|temperatures?"
)
_OF_HEIGHT = lazy_regex(
    r"\w*(?:brüstung|böschung|wohnung|öffnung|kleidung|leitung|heizung|bauung|zäunung|friedung|halterung|station|"
    r"konstruktion|installation|(?:auf|vor|an|ein)satz|sitz|netz|platz|holz|kreuz|schutz)"
)
# "How far is the project?" asks what is done, and so does "how far along".
_GETS_ON = lazy_regex(
    r"\bfar along\b(?! (?:the|a)\b)|\balong$|\b(?:sind|seid|bist|are) (?:wir|ihr|du|sie|we|you|they) (?:mit|with)\b|"
    r"\b(?:project|works?|plans?|planning|preparations?|investigation|construction|renovations?|negotiations?|"
    r"projekte?s?|arbeiten|\w*bau|\w*planung|vorbereitung(?:en)?|verhandlung(?:en)?|sanierung|renovierung)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def thing_sized(question: str) -> Thing:
    """Return what kind of thing a question asks how large it is, "" for one that a unit says that of, and for none."""
    match = _ASKS.search(question)
    if match is None:
        return ""
    word, rest = match["word"].lower(), match["rest"].rstrip()
    if word in ("far", "weit"):
        return "abstract" if _GETS_ON.search(f"far{rest}") else ""
    named = _named(rest)
    if not named:
        return ""
    # An English thing is what its last word says: the company car is a car.
    last = named[-1]
    asks = match["asks"].lower()
    if _GROUPS[asks].fullmatch(last):
        return "group" if word in _BY_PEOPLE else ""
    if _RATES.search(" ".join(named)):
        return "share"
    if word == "hoch" and last in ("rate", "raten"):
        return "money"
    for kind, pattern in _KINDS:
        if pattern[asks].fullmatch(last):
            return kind
    return "measured" if word == "hoch" and _MEASURED.fullmatch(last) and not _OF_HEIGHT.fullmatch(last) else ""


_KINDS: tuple[tuple[Thing, dict[str, re.Pattern[str]]], ...] = (
    ("share", _SHARES),
    ("money", _MONEY),
    ("abstract", _ABSTRACT),
)


def _named(rest: str) -> list[str]:
    """Return the words that name the thing, in lower case: of "was the last sample of flats" "last sample"."""
    named: list[str] = []
    for word in _WORD.findall(rest.lower()):
        if named and (word in _STOPS or word.isdecimal()):
            break
        if word not in _BEFORE and not _OWN.fullmatch(word):
            if word in _STOPS:
                return []
            named.append(word)
    return named
