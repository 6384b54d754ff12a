"""What a text holds that tells what is asked of a thing: an amount beside a word for rent, a name beside "built by".

A question and a passage seldom use the same word for such a relation, but its words are few. A text that holds none of
them beside what would answer does not tell it, however near it is. By rule, in English and German, for those relations
alone that have a unit or words of their own. Pure functions.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from qa.lazy_regex import lazy_regex
from qa.text import money
from qa.text.amounts import TIME_OF_DAY
from qa.text.calendar_words import MONTH_NAME, WEEKDAY
from qa.text.named_answers import NO_NAMES
from qa.text.quantities import Wanted, holds_wanted


@dataclass(frozen=True, slots=True)
class Relation:
    """What is asked of a thing.

    Attributes:
        answer: What answers it: a kind of `qa.text.quantities`, or what finds it.
        said: Finds the words that say it beside that; None where the form of the answer says it.
        is_near: Whether the sentence itself must say it, since most texts hold such a word somewhere.
    """

    answer: Wanted | re.Pattern[str]
    said: re.Pattern[str] | None = None
    is_near: bool = False


# Wider than `qa.text.quantities`, since nothing may be missed: a price may be "6 million lira" or none at all.
_MONEY = lazy_regex(
    rf"{money.GLUED}|{money.SIGN}|%|\b(?:{money.CODE}|{money.NAME}|lir[ae]|rupees?|rou?bles?|shillings?|guilders?|florins?|ducats?|"
    r"marks?|crowns?|kron\w+|pesos?|taler|[mbt]r?illions?|millionen|milliarden?|free(?!-)|nothing|gratis|kostenlos|"
    r"unentgeltlich|percent|prozent)\b",
    re.IGNORECASE,
)
# Bills set their sums without a currency.
_MONEY_OR_NUMBER = lazy_regex(rf"{_MONEY.pattern}|\d[.,]\d\d\b", re.IGNORECASE)
_TIMES = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|quarters?|years?|decades?|centur(?:y|ies)|nights?|"
    r"sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|quartale?n?|jahre?n?|jahrzehnte?n?|jahrhunderte?n?)"
)
_DURATION = lazy_regex(
    rf"\b{_TIMES}\b|\d[\d.,]*\s?(?:s|h|min|ms|yrs?)\b|\b(?:period|brief|permanent|forever|indefinite|dauerhaft|unbefristet)|"
    r"\b(?:life|lebens)|\b\d{4}\s?[-–]|"
    r"\b(?:since|until|till|from|between|through|to|seit|bis|ab|von|vom|zwischen)\b[^.;]{0,25}"
    rf"(?:\d|\b(?:{MONTH_NAME})|\bend\b|\bende\b|\bpresent\b)",
    re.IGNORECASE,
)
_SPEED = lazy_regex(
    r"\d\s?(?:m/s|kn|knots?|knoten|rpm|mph|[kMG]bit/s|km\s?/|(?:met(?:re|er)s?|kilomet\w+|miles|km|meter|meilen) "
    r"(?:per|an|a|pro|in)\b)|\b(?:per|an|pro|each|a) (?:second|minute|hour|sekunde|minute|stunde)\b|\bmach \d|"
    r"(?:speed|knots|m/s|km/h|mph|geschwindigkeit)\W{0,4}\d|"
    # How fast help comes.
    r"\d\s?(?:seconds?|minutes?|hours?|days?|sekunden?|minuten?|stunden?|tage?n?)\b",
    re.IGNORECASE,
)
_TEMPERATURE = lazy_regex(
    r"°|degree|\bgrad\b|celsius|fahrenheit|kelvin|\d\s?[CFK]\b|(?:room |raum)temperatur|freez|boil|gefrier|siede",
    re.IGNORECASE,
)
# Figures that it "is", or that are no year, time or share; letters with figures; what is in quotes or behind a colon.
_CODE = lazy_regex(
    r"\b(?:is|are|to|ist|lautet|auf) \d{3,}|"
    r"(?<![\w.,:/-])(?!(?:1[5-9]|20)\d\d(?![\w-]))\d{3,}(?![\w%]|[.,:/]\d)|\b(?=[a-z-]*\d)(?=[\d-]*[a-z])[\w-]{4,}\b|"
    r"[“\"„'‘][^”\"“'’]{3,40}[”\"“'’]|:\s?\S{3,}",
    re.IGNORECASE,
)
# A time of day, a weekday, or the day on which something opened for the first time.
_HOURS = lazy_regex(
    rf"{TIME_OF_DAY.pattern}|\b(?:{WEEKDAY})s?\b|\b(?:daily|noon|midnight|täglich|mittags|mitternacht|weekends?|wochenende)\b|"
    r"\b(?:open|clos|shut|öffn|geöffnet|schließ|geschlossen|inaugurat|eröffn|begin|began|start|beginn|begann|"
    # "Missed appointments are charged" says no hours.
    r"(?:by|on) (?:prior )?appointment|appointments? only|nach (?:\w+ )?(?:vereinbarung|absprache))",
    re.IGNORECASE,
)
_PAID = lazy_regex(
    r"\b(?:pa(?:y|ys|id|ying|yments?|yable)|cover(?:s|ed)?|costs?|expens\w+|reimburs\w+|bear|bears|borne|charge[sd]?|"
    r"bill(?:ed)?|fund\w*|sponsor\w*|free|fees?|subsid\w+|contribut\w+|owes?|at (?:his|her|their|its|our|your|my) own|"
    r"account of|zahl\w*|\w*zahlt|\w*kosten\w*|trägt|tragen|getragen|übern[aio]m\w*|erstatt\w+|zu lasten|auf rechnung|"
    r"aufkommen|kommt für|spesen|gebühr\w*|liab\w*|responsib\w*|haft\w*|verantwort\w*)\b|"
    r"[€$£]",
    re.IGNORECASE,
)
_REACHED = lazy_regex(
    r"@|"
    r"\+?\d[\d /()-]{5,}\d|"
    r"\b(?:call\w*|phone\w*|tel\b|ring|contact\w*|ask|asks|speak\w*|talk\w*|turn|write|e-?mail\w*|informs?|informed|"
    r"notif\w+|tell|tells|told|report\w*|reach\w*|consult\w*|complain\w*|raise|discuss\w*|anruf\w*|ruf\w*|melde\w*|"
    r"gemeldet|wende\w*|kontakt\w*|telefon\w*|ansprech\w*|bescheid|frag\w*|informier\w*|mail\w*|schreib\w*|mitteil\w*|"
    r"mitzuteilen|anzeig\w*|anzuzeigen|benachrichtig\w*|zuständig\w*|ext|durchwahl|responsib\w*|in charge|see|"
    r"issued by|looks? after|desk|reception|verantwort\w*)\b|"
    r"(?<![\w.,])\d{3}(?!\w)",
    re.IGNORECASE,
)
_AGED = lazy_regex(
    r"\b(?:age[ds]?|old|older|adults?|minors?|years?|birthday|alter|alt|jahre?n?|lebensjahr\w*|volljährig\w*|minderjährig\w*|"
    r"erwachsen\w*|geburtstag|jugendlich\w*)\b|\d\+",
    re.IGNORECASE,
)
_MADE = (
    r"\w*(?:make|made|making|makers?)\b|manufact|buil[dt]|rebuil|produc|fabric|construct|factor|works\b|assembl|suppl|"
    r"deliver|craft|forg|cast|erect|launch|laid|install|establish|design|architect|develop|invent|creat|print|"
    r"herst|hergest|fertig|\w*gebaut|\w*baut|erbau|bau|werk|liefer|errichte|vendor|brand|marke|"
    r"(?:(?:by|from)(?: the)?|von|durch) (?-i:[A-ZÄÖÜ])"
)
_LENT = r"bank|len[dt]|loan|financ|credit|fund|borrow|invest|mortgag|leih|lieh|darlehen|kredit|finanz|anleihe"
_EARNED = r"salar|wage|pay|paid|earn|income|remunerat|compens|stipend|\w*gehalt|\w*lohn|verdien|vergüt|bezüge|besold"
_PRICED = (
    r"pric|cost|sold|sell|sale|bought|buy|purchas|pa[iy]|worth|valu|charg|fee|fetch|auction|spen|\w*preis|kost|\w*kauf|"
    r"wert|zahl|(?:for|at|per|je|pro|für)\b"
)
_REPAID = r"compens|damages|pa[iy]|indemn|settle|award|reparat|liab|entschäd|schadens?ersatz|zahl"
_SOLD = r"revenue|turnover|sale|sold|income|earn|gross|receipt|took in|generat|\w*umsatz|\w*umsätz|einnahm|erlös|worth"


def _who(things: str, does: str) -> str:
    """Return the form of "Who built …?" and "Which yard built …?"."""
    before = r"^(?:(?:and|by|from|in|at|und|von|bei) )?"
    asks = rf"(?:who|whom|wer|wem|(?:which|what|welche[rmns]?)(?: [\w-]+){{0,2}}? (?:{things}))\b"
    return rf"{before}{asks}(?: [\w'’-]+){{0,4}}? (?:{does})\b"


def _what(noun: str) -> str:
    """Return the form of "What rent do we pay?" and "How high is Ann's rent?", but not of "What is in the rent?"."""
    asks = r"(?:what|which|how (?:much|high|large|big)|wie ?(?:viel|hoch)|welche\w*)"
    being = r"(?: (?:is|was|are|were|will be|ist|war|sind|waren))?"
    whose = r"(?: (?:the|an?|our|your|my|his|her|their|its|die|der|das|den|unsere?|meine?|seine?|ihre?))?"
    like = r"\w+(?:ly|al|liche[nr]?)|(?:net|gross|base|basic|average|current|new)\b"
    how = rf"(?: (?:\w+(?:['’]s|s['’])|{like}|(?-i:[A-Z])\w+)){{0,3}}"
    other = r"(?![ -](?:lists?|index|range|review|period|book|agreement|contract|slip|tag)\b)"
    asked = rf"{asks}{being}{whose}{how} (?:{noun})"
    return rf"(?:^|\b(?:and|und) )(?:{asked}|(?:the )?(?:{noun}) (?:of|for))\b{other}"


_MAKERS = (
    "factor(?:y|ies)|compan(?:y|ies)|firms?|manufacturers?|makers?|shipyards?|yards?|workshops?|plants?|fabrik|firma|"
    "unternehmen|werft|werk|hersteller"
)
_MAKES = (
    r"manufactur\w+|produced the|ma[dk]es? (?:the|this|our|its|an?)|buil[dt]s?|constructed|hergestellt|gefertigt|"
    r"herstellt|baut(?:e|en)?|gebaut"
)
# The form of a question, what answers it, and the beginnings of the words that say it.
_RELATIONS: tuple[tuple[str, Wanted | re.Pattern[str], str], ...] = (
    (_who(_MAKERS, _MAKES), "named", _MADE),
    (
        _who("banks?|lenders?|investors?|banken", "lent|lends?|loan(?:ed)?|financed?|geliehen|finanzierte?n?"),
        "named",
        _LENT,
    ),
    (
        r"\bhow (?:deep|shallow)\b|\b(?:what|which) (?:(?:is|was) the )?(?:water )?depth\b|\bwie tief\b",
        "length",
        r"\w*deep|\w*depth|below|beneath|under|down\b|\w*tief|bottom|draught|draft|unter\b",
    ),
    (
        # Whoever pays, it is said by a word for paying.
        # Responsibility is borne as well, and a shift covered.
        r"^(?:and |und )?(?:who (?:pays?|paid|has to pay|will pay|must pay|is paying)|"
        r"wer (?:zahlt|bezahlt|kommt für .* auf)|"
        r"who (?:covers?|bears?)(?= .*\b(?:costs?|expens\w+|bills?|fees?|damages?|repairs?|loss\w*|price|rent)\b)|"
        r"wer (?:trägt|übernimmt)(?= .*(?:kosten|gebühr|rechnung|ausgaben|spesen|porto|sch[aä]den|reparatur|miete)))\b",
        _PAID,
        "",
    ),
    (
        # And how to reach somebody by a number, an address, or a word for it.
        r"^(?:and |und )?(?:who(?:m)? (?:do|should|can|must|shall|would) (?:i|we|you|one) (?:call|phone|ring|contact|"
        r"ask|speak|talk|turn|write|email|mail|inform|notify|tell|report)\b|"
        r"(?:an wen|bei wem|wen|wem) (?:muss|soll|kann|rufe?|wende|melde|frage?|sage?|informiere?|schreibe?|darf)n? )",
        _REACHED,
        "",
    ),
    (
        r"\bhow old (?:do|does|must|should|need|have) .*\b(?:be|to)\b|\b(?:minimum|least) age\b|\bfrom what "
        r"age\b|\bab welchem alter\b|"
        r"\bwie alt (?:muss|müssen|soll)\b|\bmindestalter\b",
        _AGED,
        "",
    ),
    (
        # "How high" may ask for anything.
        r"\bhow tall\b|\bwhat (?:is|was) the (?:height|elevation|altitude)\b",
        "length",
        r"\w*high|\w*height|tall|elevation|altitude|above|stands|rises|reach|peak|summit|\w*hoch|\w*höhe|hoh|storey|tip",
    ),
    (r"\bhow heavy\b|\bwie schwer (?:ist|war|sind)\b|\bhow much (?:do|does|did) .* weigh\b|\bwas wiegt\b", "mass", ""),
    (r"\bhow fast (?:is|was|are|were|does|do|did|can|could)\b|\bwie schnell (?:ist|war|fährt|fuhr)\b", _SPEED, ""),
    (
        r"\b(?:what|which|welcher) temperatur(?:e\b|\b)|\bhow (?:hot|cold|warm) (?:is|was|does|did)\b",
        _TEMPERATURE,
        "",
    ),
    (r"\b(?:phone|mobile|telephone|fax) number\b|\b(?:telefon|handy|mobil)nummer\b", "phone", ""),
    (r"\be-?mail address\b|\be-?mail-?adresse\b", "email", ""),
    (
        r"\b(?:what|which|welche[rs]?|wie) (?:is|was|ist|lautet)(?: the| der| das| die)?"
        r"(?: (?:new|current|neue[rs]?|aktuelle[rs]?))? (?:(?:access|door|gate|entry|alarm|key)[ -])?"
        r"(?:code|pin|password|passcode|combination|\w*code|passwort|kennwort)\b"
        r"(?! (?:of (?:conduct|practice|ethics)|names?)\b)",
        _CODE,
        r"\w*code|pin\b|\w*password|passcode|combination|\w*passwort|\w*kennwort",
    ),
    (
        _what("rent|miete|kaltmiete|warmmiete"),
        _MONEY,
        r"rent|leas(?:e|ing) (?:is|was|costs?|rates?|payments?)|let\b|tenan|\w*miet|pacht|hire",
    ),
    (_what("salary|wages?|gehalt|lohn"), _MONEY, _EARNED),
    (_what("(?:list |purchase |unit )?price|(?:kauf|listen|stück)?preis"), _MONEY, _PRICED),
    (_what("compensation|damages|entschädigung|schadens?ersatz"), _MONEY, _REPAID),
    (
        _what("fine|penalty|bußgeld|geldstrafe"),
        _MONEY,
        r"fine[sd]?\b|fining|penal|\w*bußgeld|\w*straf|geldbuße|pa[iy]",
    ),
    (_what("revenue|turnover|umsatz|einnahmen"), _MONEY, _SOLD),
    (
        r"\bhow (?:much|high)\b.{0,60}?\b(?:vat|sales tax)\b|"
        r"\bwie ?(?:viel|hoch)\b.{0,60}?\b(?:mwst|mehrwertsteuer|umsatzsteuer)\b",
        _MONEY_OR_NUMBER,
        r"vat|tax|\w*mwst|\w*steuer|ust\b",
    ),
    (_what("deposit|kaution"), _MONEY, r"deposit|secur|\w*kaution|hinterleg"),
    (
        r"\bhow much (?:money|(?:does|did|do|will|would) (?:[\w'’-]+ ){1,8}?(?:cost|charge|earn|owe|pay|spend)|"
        r"(?:was|were|is|are) (?:[\w'’-]+ ){1,8}?(?:sold|bought|purchased) for)\b|"
        r"\bwie ?viel (?:geld|kostet|kosten|kostete\w*)\b|\bwas (?:kostet|kosten)\b",
        _MONEY,
        "",
    ),
    (
        r"\b(?:when|(?:(?:at|from|until) )?what time) (?:does|do|did|will|is|are) .*\b(?:open|opened|closed?|shut)\b"
        r"(?! (?:to|for|with|out|down)\b)|\bwann (?:öffnet|öffnen|schließt|schließen)\b|"
        r"\bwann (?:hat|haben|ist|sind|macht|machen) .*\b(?:offen|geöffnet|geschlossen|auf|zu)\W*$|\böffnungszeiten\b|"
        r"\b(?:opening hours|office hours|sprechzeiten)\b",
        _HOURS,
        "",
    ),
    (
        r"\bfor how long\b|\bhow long (?:has|have|had|did|was|were|will|must|may|can)\b|\bwie lange\b|\bhow many "
        r"(?:seconds|minutes|hours|days|weeks|months|years)\b|"
        r"\bwie ?viele? (?:sekunden|minuten|stunden|tage|wochen|monate|jahre)\b",
        _DURATION,
        "",
    ),
)
_COMPILED = tuple(
    (
        lazy_regex(asks, re.IGNORECASE),
        Relation(
            answer, lazy_regex(rf"(?<![^\W_])(?:{said})", re.IGNORECASE) if said else None, answer in (_PAID, _REACHED)
        ),
    )
    for asks, answer, said in _RELATIONS
)
# By how much something grew need not be said in its own unit; and a prize is no price.
_OTHERWISE = lazy_regex(
    r"\b(?:increase|rise|rose|fall|fell|drop|change|grow|grew|margin|rate|gestiegen|gefallen|erhielt|gewann|won|win)\w*\b",
    re.IGNORECASE,
)
# They have a capital and name nobody.
_DAY_NAME = lazy_regex(rf"\b(?:{MONTH_NAME}|{WEEKDAY})\b", re.IGNORECASE)
_CAPITAL, _WORD = lazy_regex(r"(?<![\w-])[A-ZÄÖÜ][\w&-]+"), lazy_regex(r"\w+")
_LONGEST = 1_000


@lru_cache(maxsize=64)
def relation_asked(question: str) -> Relation | None:
    """Return the relation that a question asks for, None where no rule knows it."""
    if _OTHERWISE.search(question):
        return None
    return next((relation for asks, relation in _COMPILED if asks.search(question)), None)


def tells(relation: Relation, question: str, sentence: str, around: str = "") -> bool:
    """Tell whether a sentence holds what answers a relation, and a word that says it, or what is around it does."""
    sentence = sentence[:_LONGEST]
    if relation.answer == "named":
        is_there = _names_another(question, sentence)
    elif isinstance(relation.answer, str):
        is_there = holds_wanted(relation.answer, sentence, question)
    else:
        is_there = bool(relation.answer.search(sentence))
    return is_there and (relation.said is None or bool(relation.said.search(f"{around}\n{sentence}")))


def _names_another(question: str, sentence: str) -> bool:
    """Tell whether a sentence names what the question does not; its first word may be a name as well."""
    asked = set(_WORD.findall(question.casefold()))
    words = [word for word in _CAPITAL.findall(sentence) if word not in NO_NAMES and not _DAY_NAME.fullmatch(word)]
    return any(asked.isdisjoint(_WORD.findall(word.casefold())) for word in words)
