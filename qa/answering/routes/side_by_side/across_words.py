"""Whether a question sets documents or things side by side, and which. Pure functions, English and German."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.answering.routes.plain import plain
from qa.answering.routes.reading import Rule, readings, rules
from qa.lazy_regex import lazy_regex

Listed = Literal["deadlines", "dates", "amounts", "e-mail addresses", "telephone numbers", "links", "IBANs"]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What may be a question across documents; whether there are such things is seen later.

    Attributes:
        kind: Two things named, each of a kind, those of a kind by what they have more of, or all values of a sort.
        items: What is compared, as the question calls it.
        aspect: In what, "" in everything.
        group: The kind, in the singular or plural.
        listed: The sort of values.
        inside: Where these are looked for, "" everywhere; of a kind, what it is about.
        yes_or_no: Whether the question only wants to know which is more.
        explicit: Whether it says to compare: the difference between two things may stand in one sentence.
    """

    kind: Literal["two", "each", "most", "all"]
    items: tuple[str, ...] = ()
    aspect: str = ""
    group: str = ""
    listed: Listed = "dates"
    inside: str = ""
    yes_or_no: bool = False
    explicit: bool = False


_ARTICLE = lazy_regex(
    r"^(?:the ones? (?:of|in|for|at|from|with)|that (?:of|in|for|at|from)|those (?:of|in|for|from)|the|a|an|my|our|its|"
    r"their|of|(?:die|der|dem|das|denen) (?:von|der|des|für|im|in)|der|die|das|den|dem|des|von|vom|denen|mein\w*|"
    r"unser\w*|sein\w*|ihr\w*)\s+",
    re.IGNORECASE,
)
_AND = (
    r"(?:,? and(?: (?:with|of|in|for))?|,? with(?: that of| those of)?|,? to(?: that of)?| versus| vs\.?|"
    r" against|,? or)"
)
_UND = r"(?:und(?: von| der| dem)?|mit(?: dem| der| denen)?(?: von)?|gegenüber|oder|von(?= .* und ))"
_OF = r"(?:of|for|in|at|from)"
_VON = r"(?:von|der|des|für|in|im|bei|vom)"
_MORE = (
    r"(?:more(?: \w+)?|less(?: \w+)?|higher|lower|longer|shorter|larger|bigger|smaller|earlier|later|older|"
    r"cheaper|dearer|greater|stronger|weaker|faster|slower|deeper|heavier|lighter|better|worse|the same|"
    r"different|equal)"
)
_MEHR = (
    r"(?:mehr|weniger|höher|niedriger|länger|kürzer|größer|kleiner|früher|später|älter|neuer|teurer|billiger|günstiger|"
    r"stärker|schwächer|schneller|langsamer|besser|schlechter|gleich|anders)"
)
_MOST = (
    r"(?:earli(?:er|est)|lat(?:er|est)|first|last|soon(?:er|est)|high(?:er|est)|low(?:er|est)|long(?:er|est)|"
    r"short(?:er|est)|more|most|less|least|cheap(?:er|est)|bigg(?:er|est)|larg(?:er|est)|small(?:er|est)|"
    r"old(?:er|est)|new(?:er|est)|great(?:er|est))"
)
_MEIST = (
    r"(?:früher|später|zuerst|zuletzt|(?:am|der|die|das) \w+ste[nr]?|höhere?|niedrigere?|längere?|kürzere?|"
    r"mehr|weniger|teurer|billiger|"
    r"günstiger|größere?|kleinere?|höchste|niedrigste|längste|kürzeste|größte|kleinste|meisten|wenigsten)"
)
_ALL_OF = r"(?:each|every|all(?: of)?(?: the| my| our)?|both(?: of)?(?: the| my| our)?|the (?:two|three|four|[2-9]))"
_ALLE = r"(?:jede[nrms]?|allen?|beiden?|den (?:beiden|zwei|drei)|der (?:beiden|zwei|drei))"
_TWO = (
    rf"(?:compare|contrast) (?:the )?(?P<aspect>[^,]+?) {_OF} (?P<a>.+?){_AND} (?P<b>.+)",
    r"(?P<a>[^:,?]+?) (?:vs\.?|versus) (?P<b>[^:,?]+?)(?:(?::| in| by) ?(?P<aspect>.+))?",
    rf"what(?:'s| is| are) the (?P<aspect>[^,]+?) {_OF} (?P<a>.+?),? compared (?:to|with) (?:(?:that|those) "
    rf"{_OF} )?(?P<b>.+)",
    r"(?P<a>[^,:?]+?) or (?P<b>[^,:?]+?)[:,] (?:which|who) (?:one )?(?:has|is|have) (?:the )?(?P<aspect>.+)",
    rf"stelle? (?P<a>.+?) {_UND} (?P<b>.+?) gegenüber",
    rf"what(?:'s| is| are) the differences? in (?:the )?(?P<aspect>[^,]+?) (?:between|of|for) "
    rf"(?P<a>.+?){_AND} (?P<b>.+)",
    rf"how (?:do|does|did) (?:the )?(?P<aspect>[^,]+?) {_OF} (?P<a>.+?) compare (?:to|with) (?:(?:that|those) "
    rf"{_OF} )?"
    r"(?P<b>.+)",
    rf"(?:was ist|worin besteht|worin liegt) der unterschied (?:in|bei) (?:der |dem |den )?(?P<aspect>.+?) "
    rf"zwischen "
    rf"(?P<a>.+?) {_UND} (?P<b>.+)",
    rf"(?:compare|contrast) (?P<a>.+?){_AND} (?P<b>.+?)(?: (?:by|in terms of|regarding|with regard to) "
    rf"(?P<aspect>.+))?",
    rf"(?:a |the )?comparison (?:of|between) (?P<a>.+?){_AND} (?P<b>.+)",
    rf"what(?:'s| is| are) the differences? (?:between|in|of) (?:the )?(?P<aspect>[^,]+?) {_OF} (?P<a>.+?){_AND} "
    r"(?P<b>.+)",
    rf"what(?:'s| is| are) the differences? (?:between|of) (?P<a>.+?){_AND} (?P<b>.+)",
    rf"how (?:do|does|did) (?:the )?(?P<aspect>[^,]+?) {_OF} (?P<a>.+?) and (?P<b>.+?) (?:differ|compare)",
    r"how (?:do|does|did) (?P<a>.+?) (?:and|differ from|compare (?:to|with)) (?P<b>.+?)(?: differ| compare)?"
    r"(?: (?:in|regarding|in terms of) (?P<aspect>.+))?",
    rf"(?:vergleiche?|stelle?) (?:den|die|das |dem )?(?P<aspect>[^,]+?) {_VON} (?P<a>.+?) {_UND} (?P<b>.+?)"
    r"(?: gegenüber)?",
    rf"(?:vergleiche?) (?P<a>.+?) {_UND} (?P<b>.+)",
    rf"(?:was ist|worin besteht|worin liegt) der unterschied (?:zwischen|in|bei) (?:den |der |dem )?"
    rf"(?P<aspect>.+?) {_VON} (?P<a>.+?) {_UND} (?P<b>.+)",
    rf"(?:was ist|worin besteht|worin liegt) der unterschied zwischen (?P<a>.+?) {_UND} (?P<b>.+)",
    rf"(?:worin|wie) unterscheide[nt] sich (?P<a>.+?) {_UND} (?P<b>.+)",
)
_DO = r"ends?|expires?|runs?|starts?|begins?|costs?|lasts?|is|are|falls?"
_TUT = r"endet|läuft|gilt|beginnt|startet|kostet|dauert|ist|sind"
_THAN = (
    rf"(?:does|do|did|will|is|are) (?P<a>[^,]+?),? or (?P<b>[^,]+?) (?P<aspect>(?:{_DO}|due)(?: [\w ]+)? {_MOST})",
    rf"(?:is|are) (?P<a>[^,]+?),? or (?P<b>[^,]+?) (?:the )?(?P<aspect>{_MOST})",
    rf"(?:which|what)(?: one| of (?:the two(?: [\w-]+)?|them|both|these))? (?P<aspect>(?:{_DO}|has) (?:[^,:]+ )?{_MOST}"
    r"(?: [^,:]+?)?)[,:] (?:is it |does )?(?P<a>[^,]+?),? or (?P<b>.+)",
    rf"(?:{_TUT}) (?P<a>[^,]+?) oder (?P<b>[^,]+?) (?P<aspect>{_MEIST}|{_MEHR})(?: aus| ab)?",
    rf"(?:was|wer|welche[rsn]?)(?: von (?:beiden|ihnen))? (?P<aspect>(?:{_TUT}|hat) (?:[^,:]+ )?(?:{_MEIST}|{_MEHR})"
    r"(?: [^,:]+?)?)[,:] (?P<a>[^,]+?) oder (?P<b>.+)",
    rf"(?:which|what) (?!one)(?P<what>[\w-]+) (?:is|are|was|were|goes|runs) (?:the )?(?P<aspect>{_MOST}|\w+er|"
    rf"more \w+)[,:]? "
    r"(?P<a>[^,]+?) or (?P<b>.+)",
    rf"(?:which|what) (?!one)[\w-]+ (?:has|have|had|carries|costs|takes|holds|needs) (?:the )?(?P<aspect>{_MOST}"
    r"(?: [^,:]+?)?)[,:] (?P<a>[^,]+?) or (?P<b>.+)",
    rf"(?:which|who|what) (?:has|have|carries|costs|takes|holds|needs|lasts|pays|uses|makes) (?:the )?"
    rf"(?P<aspect>{_MOST} [^,:]+?)[,:] (?P<a>[^,]+?) or (?P<b>.+)",
    rf"welche[rsn]? (?P<what>[\w-]+) (?:ist|war|fährt|läuft) (?P<aspect>{_MEHR}|"
    rf"\w+er)[,:] (?P<a>[^,]+?) oder (?P<b>.+)",
    rf"welche[rsn]? [\w-]+ (?:hat|trägt|kostet|braucht|fasst|hält) (?:den |die |das )?(?P<aspect>(?:{_MEIST}|{_MEHR})"
    r"(?: [^,:]+?)?)[,:] (?P<a>[^,]+?) oder (?P<b>.+)",
    rf"(?:is|are|was|were) (?:the )?(?P<aspect>[^,]+?) {_OF} (?P<a>.+?) {_MORE} (?:than|as|from|to) "
    rf"(?:(?:the |that |those )?(?:(?P=aspect) )?{_OF} |that {_OF} |those {_OF} )?(?P<b>.+)",
    rf"(?:ist|sind|war|waren) (?:der |die |das )?(?P<aspect>[^,]+?) {_VON} (?P<a>.+?) {_MEHR} (?:als|wie) "
    rf"(?:(?:der |die |das |jene )?(?:(?P=aspect) )?{_VON} )?(?P<b>.+)",
    rf"(?:is|are|was|were|ist|sind) (?P<a>.+?) (?P<aspect>{_MORE}|{_MEHR}) (?:than|als) (?P<b>.+)",
    r"(?:which|who|what) (?:is|are|was) (?:the )?(?P<aspect>\w+er|more \w+)(?: one)?[,:] ?(?P<a>[^,]+?) or "
    r"(?P<b>.+)",
    rf"(?:which|who|what) (?:is|are|has|have|was) (?:the )?{_MOST}(?: (?P<aspect>[^,:]+?))?,? ?[,:]? "
    r"(?P<a>[^,]+?) or (?P<b>.+)",
)
_KIND = r"(?:(?:sets|copies) of )?(?!time\b|times\b|life\b|year\b|day\b|month\b|week\b)(?P<group>[\w-]+(?: [\w-]+)?)"
_EACH = (
    rf"compare what {_ALL_OF} {_KIND} say (?:about|on) (?P<aspect>.+)",
    rf"(?:was|wie viel) (?:sagen|steht in|steht) (?:in )?{_ALLE} {_KIND} (?:zu[rm]?|über) (?P<aspect>.+)",
    rf"(?:was ist|worin besteht|worin liegt|was sind) (?:der|die) unterschiede? (?:zwischen|von) {_ALLE} {_KIND}"
    r"(?P<aspect>$)?",
    rf"for {_ALL_OF} {_KIND},? "
    r"(?:(?:give me|list|show(?: me)?|state|tell me|what is|what are) )?(?:its|their|the|his|her) (?P<aspect>.+)",
    rf"(?:what (?:is|are|was|were) |list |show (?:me )?|give me |state |compare |what (?:is|are) the differences? "
    rf"(?:between|in|of) )?(?:the )?(?P<aspect>[\w -]+?) "
    rf"(?:of|for|in|by|from|between) {_ALL_OF} {_KIND}",
    rf"(?:list|show(?: me)?|give me) (?:each|every|all)(?: the| my| our)? {_KIND} (?:with|and) (?:its|their|the) "
    r"(?P<aspect>.+)",
    rf"what (?:does|do) (?:each|every|all)(?: of)?(?: the| my| our)? {_KIND} say (?:about|on) (?P<aspect>.+)",
    rf"für (?:jede[nrms]?|alle) {_KIND}:? (?:(?:was ist|nenne|zeige) )?(?:seine?n?|ihre?n?|der|die|das|den) "
    r"(?P<aspect>.+)",
    rf"(?:(?:was|wie hoch|wie lang) (?:ist|sind) |nenne |liste |zeige |vergleiche )?(?:der |die |das |den )?"
    rf"(?P<aspect>[\w -]+?) (?:von|für|in|im|aus|zwischen) {_ALLE} {_KIND}",
    rf"compare (?:{_ALL_OF}|the|my|our) {_KIND}(?: (?:by|in terms of|regarding) (?P<aspect>.+))?",
    rf"what (?:is|are) the differences? between {_ALL_OF} {_KIND}(?P<aspect>$)?",
    rf"(?:vergleiche?|worin unterscheiden sich) (?:alle|(?:die|meine|unsere)(?: (?:beiden|zwei|drei))?|beide) "
    rf"{_KIND}(?P<aspect>$)?",
)
# What several papers of a kind state each: "what is the highest rent" without a word for the papers.
_STATED = (
    r"(?:rents?|deposits?|premiums?|fees?|excess(?:es)?|deductibles?|salary|wages?|instal?lments?|balances?|"
    r"notice periods?|\w*mieten?|\w*kaution(?:en)?|\w*prämien?|\w*gebühr(?:en)?|\w*selbstbeteiligung(?:en)?|\w*gehalt|"
    r"\w*kündigungsfrist(?:en)?|\w*beitrag)"
)
_MOST_OF = (
    rf"(?:what|which) (?:is|was) (?:the |my |our )?(?P<aspect>(?:high|low|long|short|bigg|larg|small)est {_STATED})",
    rf"(?:was|welche[rs]?|wie (?:hoch|lange?)) (?:ist|war) (?:die |der |das |meine |unsere )?"
    rf"(?P<aspect>(?:höchst|niedrigst|längst|kürzest|größt|kleinst)e[rs]? {_STATED})",
    rf"who (?P<aspect>(?:has|have|had|gets?|earns?|pays?) (?:the )?{_MOST} [^,:]+?)",
    rf"wer (?P<aspect>(?:hat|bekommt|verdient|zahlt) (?:den |die |das )?{_MEIST} [^,:]+?)",
    r"in which (?:one )?(?:of (?:the|my|our) )?(?:two |three |\d+ )?(?P<group>[\w-]+) "
    rf"(?P<aspect>(?:is|are|was|were|do|does) .*\b{_MOST}\b.*)",
    r"(?:in|bei|nach) welche[mnr] (?:der |meiner |unserer )?(?:zwei |beiden |drei )?(?P<group>[\w-]+) "
    rf"(?P<aspect>(?:ist|sind|war|gilt|hat|dauert|läuft)\b.*\b{_MEIST}\b.*)",
    rf"which (?:one )?(?:of (?:the|my|our) )?(?:two |three |\d+ )?(?P<group>[\w-]+(?: (?!has|is|for|from)[\w-]+)?)"
    r"(?P<about> (?:for|about|on|from|with|by) [^,]+?)? "
    rf"(?P<aspect>(?:has|have|is|ends?|starts?|begins?|expires?|terminates?|costs?|runs?|lasts?|pays?|"
    rf"was|were|came|comes|allows?)\b.*\b(?:{_MOST}|next|newer|dearer)\b.*)",
    rf"welche[rsn]? (?:der |meiner |unserer |von (?:den|meinen|unseren) )?(?:zwei |beiden |drei )?(?P<group>[\w-]+)"
    r"(?P<about> (?:für|über|von|mit) [^,]+?)? "
    rf"(?P<aspect>(?:hat|haben|ist|endet|beginnt|läuft|kostet|dauert|gilt|war)\b.*"
    rf"\b(?:{_MEIST}|als nächste[rsn]?|neuer|älter|jünger)\b.*)",
)
_PAPER_OF_MOST = (
    r"(?:what|which|was) (?:is|was|ist|war) (?:the|my|our|die|der|das|mein\w*|unser\w*) "
    r"(?P<aspect>(?:high|bigg|larg|great|low|small|cheap)est|höchste[rs]?|größte[rs]?|niedrigste[rs]?|kleinste[rs]?|"
    r"teuerste[rs]?|billigste[rs]?) "
    r"(?P<group>invoice|bill|receipt|offer|quote|quotation|rechnung|angebot|quittung|beleg|kostenvoranschlag)",
)
_LISTS: tuple[tuple[Listed, str], ...] = (
    ("deadlines", r"deadlines?|due dates?|fristen|termine und fristen|abgabetermine|stichtage"),
    ("dates", r"dates?|termine|daten und fristen|datumsangaben"),
    (
        "amounts",
        r"amounts?(?: of money)?|sums(?: of money)?|prices?|costs|fees|beträge|geldbeträge|preise|kosten|summen|"
        r"gebühren",
    ),
    ("e-mail addresses", r"e-?mail addresses|e-?mails? contacts?|e-?mail-?adressen|mailadressen"),
    ("telephone numbers", r"(?:tele)?phone numbers|telefonnummern|rufnummern"),
    ("links", r"links|urls|web addresses|webadressen"),
    ("IBANs", r"ibans?|bank accounts?|account numbers|bankverbindungen|kontonummern"),
)
_SORTS = "|".join(f"(?P<s{number}>{words})" for number, (_, words) in enumerate(_LISTS))
_INSIDE = (
    r"(?: (?:(?:that )?(?:are |stand |is )?(?:there|mentioned|named|given|listed|es|genannt|erwähnt|vor))+)?"
    r"(?: (?:in|of|from|across|aus|im|von) (?P<inside>.+?))?(?: auf| an)?"
)
_ALL = (
    rf"(?:list|show(?: me)?|give me|find|name|extract|collect|liste?|zeige?(?: mir)?|nenne?(?: mir)?|finde)"
    rf"(?: all| every| alle)(?: of)?(?: the| my| our|n)? (?:{_SORTS}){_INSIDE}",
    rf"(?:what|which|welche) (?:all )?(?:{_SORTS}) (?:are there|do (?:i|we) have|gibt es|habe ich|haben wir|stehen)"
    rf"{_INSIDE}",
    rf"(?:what are|was sind) (?:the |my |our |die )?(?:{_SORTS}) (?:in|of|from|aus|im|von) (?P<inside>.+)",
    rf"(?:what are |was sind )?(?:all|alle)(?: of)?(?: the| my| our)? (?:{_SORTS}){_INSIDE}",
)
_DIFFERENCE = lazy_regex(r"^(?:differences?|unterschiede?) (?:between|in|of|zwischen|bei)\b", re.IGNORECASE)
# "Who has sold the most records of all time" asks one thing.
_NO_ASPECT = lazy_regex(
    r"(?:who|whom|whose|where|how|when|why|which|what|wer|wen|was|wie|wo|wann|warum|top|highest|best|biggest|"
    r"most|lists?|"
    r"one|some|any)\b",
    re.IGNORECASE,
)
_HIGHER = lazy_regex(rf"^(?:{_MOST}|{_MEIST}|{_MEHR}) (?=\w)", re.IGNORECASE)
_EXPLICIT = lazy_regex(
    r"(?:the |a )?compar|contrast|.* compared |[^:,]+ or [^:,]+[:,] |vergleich|stell|[^?]+ (?:vs\.?|versus) ",
    re.IGNORECASE,
)
_GENERAL = lazy_regex(r"high(?:er|est)|low(?:er|est)|great(?:er|est)|more|less|höher|niedriger|größer", re.IGNORECASE)
_YEAR = lazy_regex(r"(?:(?:the )?year |(?:das )?jahr )?(?:19|20)\d\d", re.IGNORECASE)
_OF_YEAR = lazy_regex(rf"(?P<noun>.*[^\W\d].*?) (?:of |von |for |für |from )?{_YEAR.pattern}", re.IGNORECASE)
_SETS_OF = lazy_regex(r"^(?:sets?|copies|pieces|kinds?) of (?:the )?", re.IGNORECASE)
_LONGEST = 220
_LONGEST_NAME, _LONGEST_ASPECT = 8, 8


def side_by_side(question: str) -> list[SideBySide]:
    """Return how a question may be read as one across documents, the likeliest first; none for most questions."""
    text = plain(question)
    if len(text) > _LONGEST:
        return []
    return list(readings(text, _RULES))


def _two(match: re.Match[str], _today: date | None) -> SideBySide | None:
    return _pair(match, yes_or_no=False)


def _than(match: re.Match[str], _today: date | None) -> SideBySide | None:
    return _pair(match, yes_or_no=True)


def _pair(match: re.Match[str], *, yes_or_no: bool) -> SideBySide | None:
    items = tuple(map(bare, [*re.split(r", (?:and )?", match["a"]), match["b"]]))
    if (first := _OF_YEAR.fullmatch(items[0])) and all(_YEAR.fullmatch(item) for item in items[1:]):
        # "The statements of 2023 and 2024" say the noun once.
        items = (items[0], *(f"{first['noun']} {item}" for item in items[1:]))
    aspect = _HIGHER.sub("", bare(match.groupdict().get("aspect") or ""))
    if _GENERAL.fullmatch(aspect) and match.groupdict().get("what"):
        # "Which rent is higher": what is higher says what is compared.
        aspect = match["what"]
    if not all(_is_short(item) for item in items) or len(aspect.split()) > _LONGEST_ASPECT:
        return None
    if not aspect and all(_YEAR.fullmatch(item) for item in items):
        # Of two years alone nothing is asked that a sentence could answer.
        return None
    explicit = yes_or_no or bool(_EXPLICIT.match(match[0]))
    group = match.groupdict().get("what") or ""
    return SideBySide("two", items, aspect, group=group, yes_or_no=yes_or_no, explicit=explicit)


def _all(match: re.Match[str], _today: date | None) -> SideBySide:
    sort = next(sort for number, (sort, _) in enumerate(_LISTS) if match[f"s{number}"])
    return SideBySide("all", listed=sort, inside=bare(match["inside"] or ""))


def _each(match: re.Match[str], _today: date | None) -> SideBySide | None:
    aspect = bare(_DIFFERENCE.sub("", bare(match["aspect"] or "")))
    if len(aspect.split()) > _LONGEST_ASPECT or _NO_ASPECT.match(aspect):
        return None
    return SideBySide("each", aspect=aspect, group=_SETS_OF.sub("", match["group"]))


def _most(match: re.Match[str], _today: date | None) -> SideBySide | None:
    aspect = match["aspect"]
    if len(aspect.split()) > _LONGEST_ASPECT:
        return None
    about = re.sub(r"^ \w+ ", "", match.groupdict().get("about") or "")
    if "group" not in match.re.groupindex:
        # "Who has the highest salary": whichever document states one.
        return SideBySide("most", aspect=aspect, yes_or_no=True)
    return SideBySide("most", aspect=aspect, group=match["group"], inside=bare(about), yes_or_no=True)


_RULES: tuple[Rule[SideBySide], ...] = (
    *rules(_TWO, _two),
    *rules(_THAN, _than),
    *rules(_ALL, _all),
    *rules(_EACH, _each),
    *rules(_MOST_OF, _most),
    *rules(_PAPER_OF_MOST, _most),
)


def bare(words: str) -> str:
    """Return a name without articles in front: "that of the lease" as "lease"."""
    words = words.strip(" ,\"'")
    while match := _ARTICLE.match(words):
        words = words[match.end() :]
    return words


def _is_short(item: str) -> bool:
    return 0 < len(item.split()) <= _LONGEST_NAME
