"""Words by which questions ask for more than a cell: superlatives, sums, comparisons. English and German."""

from qa.lazy_regex import lazy_regex
from qa.tables.named_periods import ORDINALS
from qa.text.calendar_words import MONTHS
from qa.text.casing import word_set
from qa.text.number_words import CARDINALS

# By superlative without its ending: which end of a column is asked for, and what the column is about, "" for any.
_SUPERLATIVES: dict[str, tuple[str, str]] = {
    word.casefold(): (end, about)
    for end, about, words in (
        ("highest", "", "top highest largest biggest greatest maximum max most maximal höchst größt meist maximum"),
        ("highest", "length", "longest längst"),
        ("highest", "depth", "deepest tiefst"),
        ("highest", "height", "tallest"),
        ("highest", "weight", "heaviest schwerst"),
        ("highest", "temperature", "hottest warmest heißest wärmst"),
        ("highest", "power", "strongest stärkst"),
        ("highest", "speed", "fastest schnellst"),
        ("highest", "price", "dearest costliest teuerst"),
        ("highest", "date", "latest newest youngest neuest jüngst spätest last letzt"),
        ("highest", "", "meistens"),
        ("lowest", "", "lowest smallest least fewest minimum min minimal niedrigst kleinst wenigst geringst"),
        ("lowest", "length", "shortest kürzest"),
        ("lowest", "depth", "shallowest flachst"),
        ("lowest", "weight", "lightest leichtest"),
        ("lowest", "temperature", "coldest kältest"),
        ("lowest", "power", "weakest schwächst"),
        ("lowest", "speed", "slowest langsamst"),
        ("lowest", "price", "cheapest billigst günstigst"),
        ("lowest", "date", "earliest oldest frühest ältest first erst"),
    )
    for word in words.split()
}
_ENDINGS = lazy_regex(r"(?<=st)(?:en|er|es|em|e)$")
_LONGER: dict[tuple[str, ...], tuple[str, str]] = {
    ("most", "expensive"): ("highest", "price"),
    ("least", "expensive"): ("lowest", "price"),
    ("most", "recent"): ("highest", "date"),
    ("most", "recently"): ("highest", "date"),
    ("most", "powerful"): ("highest", "power"),
    ("am", "teuersten"): ("highest", "price"),
}
OFTEN = (
    ("most", "often"),
    ("most", "frequently"),
    ("most", "frequent"),
    ("most", "common"),
    ("most", "commonly"),
    ("am", "häufigsten"),
    ("häufigste",),
    ("häufigster",),
    ("häufigsten",),
)
SELDOM = (("least", "often"), ("least", "frequent"), ("least", "common"), ("am", "seltensten"))

MEANS = word_set("average averages mean avg durchschnitt durchschnittlich durchschnittliche mittelwert mittel")
SUMS = word_set(
    "total totals sum altogether overall combined together gesamt insgesamt summe zusammen gesamte gesamten gesamter "
    "gesamtes gesamtzahl"
)
COUNTS = (
    ("how", "many"),
    ("number", "of"),
    ("count",),
    ("wie", "viele"),
    ("wieviele",),
    ("anzahl",),
    ("zähle",),
    ("how", "often"),
    ("wie", "oft"),
)
DISTINCT = word_set("different distinct unique verschiedene verschiedenen unterschiedliche unterschiedlichen")
LISTS = word_set(
    "list show which give name display enumerate find liste zeige zeig welche welcher welches welchen welchem nenne gib"
)
ALL = word_set("all every alle allen sämtliche")
PER = (
    ("for", "each"),
    ("for", "every"),
    ("per",),
    ("each",),
    ("jede",),
    ("jeder",),
    ("jedes",),
    ("jeden",),
    ("jedem",),
    ("by",),
    ("pro",),
    ("je",),
    ("für", "jede"),
    ("für", "jeden"),
    ("für", "jedes"),
    ("grouped", "by"),
    ("split", "by"),
    ("broken", "down", "by"),
    ("gruppiert", "nach"),
    ("aufgeteilt", "nach"),
    ("aufgeschlüsselt", "nach"),
)
# They group where the name of a column follows; else they compare, or say when or where.
MAY_BE_PER = word_set("by nach")
PER_ONE = (("per", "unit"), ("per", "piece"), ("pro", "stück"), ("je", "stück"), ("pro", "einheit"))
OVER_ALL = (("über", "alle"), ("across", "all"), ("over", "all"), ("for", "all"), ("für", "alle"))
UNTIL_WHEN = (("until", "when"), ("since", "when"), ("bis", "wann"), ("seit", "wann"), ("ab", "wann"))
NEGATIONS = word_set(
    "not no none never without except excluding lacking missing neither nor "
    "nicht kein keine keinen keiner ohne außer nie weder t"
)
LACKING = word_set("no without lacking missing kein keine keinen keiner ohne")
# A part of a whole, in percent.
SHARES = (
    ("what", "share"),
    ("which", "share"),
    ("share", "of"),
    ("what", "percentage"),
    ("what", "percent"),
    ("percentage", "of"),
    ("percent", "of"),
    ("what", "proportion"),
    ("proportion", "of"),
    ("what", "fraction"),
    ("fraction", "of"),
    ("welcher", "anteil"),
    ("welchen", "anteil"),
    ("anteil", "der"),
    ("anteil", "am"),
    ("anteil", "an"),
    ("wie", "viel", "prozent"),
    ("wieviel", "prozent"),
    ("wie", "viele", "prozent"),
    ("wie", "hoch", "ist", "der", "anteil"),
)
# Before one of these words the whole is named, and after it the part.
IS = word_set("is are was were has have had did do does ist sind war waren hat haben hatte wurde wurden liegt liegen")
# They say that something has not changed, or has by now; the property itself says which.
SO_FAR = word_set("still yet already now currently noch schon bereits derzeit aktuell late verspätet vacant")
# Phrases that say no more about a row than that it exists.
BROUGHT_IN = (("brought", "in"), ("bring", "in"), ("brings", "in"), ("took", "in"))
TOOK_PLACE = (("took", "place"), ("take", "place"), ("takes", "place"))
# What rows add up to.
COMES_TO = (
    ("come", "to"),
    ("comes", "to"),
    ("came", "to"),
    ("add", "up", "to"),
    ("adds", "up", "to"),
    ("amount", "to"),
    ("amounts", "to"),
    ("amounted", "to"),
)
# What is left to do, where a column says what is done.
UNDONE = (
    ("still", "to", "do"),
    ("still", "to", "be", "done"),
    ("left", "to", "do"),
    ("left", "to", "be", "done"),
    ("have", "to", "do"),
    ("has", "to", "do"),
    ("have", "to", "be", "done"),
    ("has", "to", "be", "done"),
    ("needs", "to", "be", "done"),
    ("need", "to", "be", "done"),
    ("needs", "doing"),
    ("need", "doing"),
    ("to", "do"),
    ("to", "be", "done"),
    ("still", "open"),
    ("open",),
    ("pending",),
    ("outstanding",),
    ("noch", "zu", "tun"),
    ("noch", "zu", "erledigen"),
    ("zu", "tun"),
    ("zu", "erledigen"),
    ("noch", "machen"),
    ("noch", "erledigen"),
    ("noch", "tun"),
    ("noch", "offen"),
    ("offen",),
    ("offene",),
    ("offenen",),
)
# What rows of such a table are called, whatever its name is.
TO_DO = word_set("thing things task tasks job jobs todo todos aufgabe aufgaben punkte sachen")
# What is consumed is not what it costs.
USES = word_set("use uses used using consume consumes consumed verbraucht verbrauchen verbrauchten brauchten")
OWES = word_set("owe owes owed owing outstanding unsettled schuldet schulden schuldig ausstehend ausstehende aussteht")
BILLS = word_set("bill bills rechnung rechnungen")
LEFT = word_set("left money anything something nothing geld etwas noch still")
PAYS = word_set("pay pays paid zahlt zahlen zahlte bezahlt bezahlen bezahlte gezahlt")
# What is said of where somebody is from or lives; the place says it.
LIVING = word_set("live lives living come comes came wohnen wohnt wohnhaft kommen kommt stammen stammt leben lebt")
# How long something has been so: since the earliest day.
LASTING = word_set("standing serving established")
KEPT = word_set(
    "logged recorded registered listed entered noted counted bring brings brought come came comes goes contain "
    "contains compare vergleiche hold belonging erfasst verzeichnet eingetragen notiert gezählt"
)
# Words for an amount by what is done with it.
MONEY = word_set(
    "spend spends spent pay pays paid money earn invoiced billed earn earns earned "
    "zahlt zahlen verdienen ausgegeben geld bezahlt gezahlt verdient eingenommen"
)
SPENT = word_set("spend spends spent ausgegeben ausgeben")
EARNS = word_set("earn earns earned verdienen verdient verdiente verdienten")
# What the rows of a table of days and amounts may be called, whatever the table's name.
SPENDING = word_set(
    "spending expenses expense expenditure purchases purchase income ausgaben ausgabe einnahmen einnahme einkäufe "
    "einkauf"
)
# A question about reasons is not for a table.
REASONS = word_set("why reason reasons cause causes because warum weshalb wieso grund explain erkläre how") - {"how"}

OF_PRICE = word_set("expensive cheaper dearer costlier pricier teurer billiger günstiger")
"""What compares prices and nothing else."""
ADJECTIVES: dict[str, str] = {
    word.casefold(): about
    for about, words in {
        "depth": "deep tief",
        "length": "long lang lange",
        "height": "high tall hoch",
        "weight": "heavy schwer",
        "price": "expensive cost costs costing teuer kostet kosten kosteten kostete gekostet price",
        "temperature": "hot warm heiß",
        "power": "strong powerful stark",
        "speed": "fast schnell",
        "stock": "stock shelf shelves lager",
        "supplier": "supplies supply supplied delivers sells liefert",
    }.items()
    for word in words.split()
}

COMPARISONS: dict[tuple[str, ...], str] = {
    tuple(phrase.casefold().split()): sign
    for sign, phrases in {
        ">": "more than;over;above;greater than;higher than;larger than;longer than;deeper than;exceeding;exceeds;"
        "after;later than;newer than;younger than;beyond;bigger than;heavier than;more expensive than;taller than;"
        "jünger als;schwerer als;mehr als;über;größer als;höher als;länger als;tiefer als;nach;später als",
        ">=": "at least;since;from;no less than;not less than;no fewer than;mindestens;wenigstens;seit;ab",
        "<": "less than;fewer than;under;below;lower than;smaller than;shorter than;cheaper than;lighter than;"
        "billiger als;leichter als;before;earlier than;prior to;older than;älter als;weniger als;unter;"
        "kleiner als;niedriger als;kürzer als;vor;früher als",
        "<=": "at most;up to;no more than;not more than;until;till;by;höchstens;maximal;bis zu;bis",
        "=": "exactly;in;on;during;of;at;genau;im;am;equal to",
    }.items()
    for phrase in phrases.split(";")
}
OF_AGE = {"older": ">", "älter": ">", "younger": "<", "jünger": "<"}
BETWEEN = {"between": "and", "zwischen": "und", "from": "to", "von": "bis"}


def superlative(words: list[str]) -> tuple[int, str, str] | None:
    """Return how many of the first words are a superlative, the end that it asks for, and what it is about."""
    if len(words) > 1 and (longer := _LONGER.get((words[0], words[1]))):
        return 2, *longer
    found = _SUPERLATIVES.get(_ENDINGS.sub("", words[0]))
    return (1, *found) if found else None


def stem_of_superlative(word: str) -> str:
    """Return a superlative without its German ending: "älteste" as "ältest"."""
    return _ENDINGS.sub("", word)


_NUMBERS = {word: number for words in CARDINALS.values() for word, number in words.items() if number}


_PARTS = word_set("quarter quartal half halbjahr q1 q2 q3 q4 h1 h2 yet still noch schon bereits").union(ORDINALS)
_EVERY_WORD = frozenset(
    word
    for phrase in (
        *COMES_TO,
        *UNDONE,
        *OFTEN,
        *SELDOM,
        *COUNTS,
        *PER,
        *UNTIL_WHEN,
        *COMPARISONS,
        *_LONGER,
        *SHARES,
        *OVER_ALL,
    )
    for word in phrase
).union(
    _PARTS,
    KEPT,
    MONEY,
    TO_DO,
    USES,
    LIVING,
    OWES,
    BILLS,
    LEFT,
    PAYS,
    SPENDING,
    LASTING,
    SO_FAR,
    IS,
    MEANS,
    SUMS,
    DISTINCT,
    LISTS,
    ALL,
    NEGATIONS,
    ADJECTIVES,
    BETWEEN,
    BETWEEN.values(),
    MONTHS,
    _NUMBERS,
)


def is_arithmetic(word: str) -> bool:
    """Tell whether a word occurs in any of these phrases."""
    return word in _EVERY_WORD or superlative([word, ""]) is not None


def small_number(word: str) -> int:
    """Return a number from 1 to 100 in words or digits, 0 for anything else."""
    if word.isascii() and word.isdecimal() and len(word) <= 3:
        return int(word) if 1 <= int(word) <= 100 else 0
    return _NUMBERS.get(word, 0)
