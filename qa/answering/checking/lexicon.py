"""Words that turn, count, bound or oppose what a sentence says, in English and German. Data, and how it is looked up.

A phrase of several words is looked for before the words it is made of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from qa.answering.checking.synonyms import CONVERSE, OPPOSITES, SAME
from qa.text.casing import word_set


def _listed(text: str) -> list[tuple[str, ...]]:
    """Return the words of each phrase of a table."""
    return [tuple(phrase.split()) for phrase in text.split("|")]


def _pairs(text: str) -> frozenset[frozenset[str]]:
    return frozenset(map(frozenset, _listed(text)))


TITLES = word_set("mr mrs ms dr herr herrn frau prof")
"""Words before a name that are none of it."""


# Turns what follows it into its opposite. Among them what wraps a whole clause: "it is wrong to say that".
_NEGATIONS = {
    "en": """
        not|n't|never|no|none|nobody|no one|nothing|nowhere|neither|nor|cannot|can not|without|no longer|not any more|
        failed to|fails to|fail to|failing to|failure to|refused to|refuses to|refuse to|refusing to|refusal to|unable
        to|incapable of|declined to|declines to|neglected to|ceased to|stopped short of|none of|not a single|never
        again|at no time|by no means|in no way|under no circumstances|far from|anything but|it is not true that|it is
        not the case that|it is not correct that|it is untrue that|it is false that|it is wrong that|it is incorrect
        that|it is wrong to say|it is wrong to say that|it is incorrect to say|it is incorrect to say that|it is false
        to say|it is false to say that|it would be wrong to say|it would be wrong to say that|it is not right that|it
        is not right to say|it is not correct to say|it is a myth that|it is a misconception that|it is a mistake to
        say|it is a mistake to say that|it is mistaken to say|it is mistaken to say that|there is no truth to the claim
        that|it is not so that|it cannot be said that|it can not be said that|nobody can say that|one cannot say that|
        it is denied that|it is a lie that|it is inaccurate to say|it is inaccurate to say that|it is hardly true that
    """,
    "de": """
        nicht|kein|keine|keinen|keinem|keiner|keines|nie|niemals|niemand|niemanden|niemandem|nichts|nirgends|nirgendwo|
        ohne|weder|keinesfalls|keineswegs|nicht mehr|kein einziger|keine einzige|kein einziges|auf keinen fall|
        mitnichten|nimmer|nie wieder|außerstande|außer stande|nicht in der lage|es stimmt nicht dass|es ist nicht wahr
        dass|es trifft nicht zu dass|es ist falsch dass|es ist unwahr dass|es ist falsch zu sagen dass|es ist falsch zu
        behaupten dass|es ist ein irrtum dass|es ist nicht so dass|es ist nicht richtig dass|es kann nicht gesagt
        werden dass|es ist ein mythos dass
    """,
}
# Phrases that hold such a word and turn nothing, or not for sure.
_NEUTRAL = {
    "en": """
        not only|not just|not merely|not simply|not solely|not least|not necessarily|not until|no doubt|nothing but|
        nowhere but|none but|no one but|nobody but|nowhere else|whether or not|or not|if not|not to mention|no matter|
        no more than|no less than|no fewer than|not more than|not less than|no sooner|not unlike|not uncommon|not
        unusual|as well as not|no wonder|not yet|no later than|none other than|nor does it only|no earlier than|not
        all|not every|not always|can not but|cannot but
    """,
    "de": """
        nicht nur|nicht zuletzt|nicht unbedingt|ob oder nicht|oder nicht|nicht mehr als|nicht weniger als|nicht erst|
        nichts als|nirgends als|nirgendwo sonst|nicht selten|kein zweifel|keine frage|ohne weiteres|ohne zweifel|nicht
        alle|nicht jeder|noch nicht|nicht immer|nicht später als|nicht vor
    """,
}
# Words that say "not" in their own way: where one side has any of them, the other's negation may be the same one.
_DENIALS = {
    "en": """
        lack|lacks|lacked|lacking|fail|fails|failed|failure|refuse|refused|refuses|refusal|deny|denied|denies|denial|
        unable|impossible|unlikely|hardly|barely|scarcely|rarely|seldom|absence|absent|except|instead|rather|avoid|
        prevent|prevents|prevented|preventing|prohibit|prohibits|prohibited|forbid|forbids|forbidden|ban|banned|stop|
        stopped|cease|ceased|reject|rejected|rejects|neglect|neglected|decline|declined|only|unless|until|too|false|
        wrong|untrue|myth|incorrect|few|little|free|exempt|exempted|excluded|exclude|excludes|otherwise|least|less|
        missing|unknown|unclear|discontinued|abandoned|former|formerly|waive|waived|devoid|cancelled|canceled|
        ineligible|abolished|out of bounds|off limits
    """,
    "de": """
        kaum|selten|fehlt|fehlen|fehlte|mangel|mangelt|unmöglich|unwahrscheinlich|verweigert|verweigerte|weigert|
        weigerte|verboten|verbietet|untersagt|ausgeschlossen|außer|statt|anstatt|nur|falsch|unwahr|verhindert|
        verhindern|entfällt|entfallen|wenige|wenig|frei|befreit|sonst|unbekannt|beendet|verzichtet|scheiterte|
        scheitert|abgelehnt|lehnt|lehnte|verzichten|weniger|aufgehoben|abgeschafft
    """,
}
# How much of something: a word's value is a level from none to all.
_QUANTIFIERS = {
    "en": {
        "all": """
            all|every|each|always|entirely|all of|every one of|each of|whole|entire|invariably|without exception|
            completely|wholly|both
        """,
        "most": """
            most|majority|usually|generally|typically|mostly|mainly|largely|predominantly|normally|most of|the majority
            of|primarily|commonly
        """,
        "many": """
            many|several|numerous|often|frequently|various|plenty of|a lot of|lots of|a number of|many of|a great many|
            a majority of
        """,
        "some": """
            some|sometimes|occasionally|a few|some of|partly|partially|at times|a handful of|certain
        """,
        "few": """
            few|rarely|seldom|hardly any|little|hardly|scarcely|barely|few of|hardly ever|a minority of|minority
        """,
        "none": """
            no|none|never|neither|none of|not any|neither of|not a single|nobody|no one
        """,
    },
    "de": {
        "all": """
            alle|aller|allen|jeder|jede|jedes|jeden|jedem|immer|stets|sämtliche|ganz|ganze|völlig|ausnahmslos|beide|
            beiden
        """,
        "most": """
            meisten|meist|meistens|mehrheit|gewöhnlich|üblicherweise|größtenteils|überwiegend|in der regel|
            normalerweise
        """,
        "many": """
            viele|vielen|vieler|zahlreiche|zahlreichen|häufig|oft|mehrere|mehreren|mehrerer|verschiedene
        """,
        "some": """
            einige|einigen|einiger|manche|manchen|manchmal|gelegentlich|ein paar|teilweise|teils|zum teil
        """,
        "few": """
            wenige|wenigen|weniger|selten|kaum|nur wenige
        """,
        "none": """
            kein|keine|keinen|keiner|keines|keinem|nie|niemals|niemand|weder
        """,
    },
}
# What takes something out of what is said of all.
EXCEPTIONS = frozenset({"except", "excepting", "excluding", "unless", "besides", "außer", "ausgenommen"})
# Levels that can't be both.
QUANTIFIERS_AT_ODDS = _pairs(
    "all some|all few|all none|most few|most none|many few|many none|some none|few none|few some|all many|all most"
)
# What a number is: at least, at most, about, just that.
_BOUNDS = {
    "en": {
        "least": """
            at least|no less than|no fewer than|not less than|a minimum of|minimum of|upwards of|not under|not below|
            minimum|no earlier than
        """,
        "over": """
            more than|over|above|in excess of|exceeding|exceeds|exceeded|exceed|greater than|higher than|longer than|
            older than|larger than|farther than|further than|beyond|just over|a little over|well over
        """,
        "most": """
            at most|up to|no more than|not more than|a maximum of|maximum of|not over|not above|maximum|not exceeding|
            not exceed|no later than|no longer than|not longer than
        """,
        "under": """
            less than|under|below|fewer than|lower than|smaller than|shorter than|younger than
        """,
        "within": """
            within|in less than|in under
        """,
        "after": """
            after|only after|not before|not until|once
        """,
        "about": """
            about|around|approximately|roughly|circa|c|ca|some|an estimated|estimated|more or less|or so|approx|
            slightly more than|slightly less than
        """,
        "nearly": """
            nearly|almost|close to|just under|a little under|virtually|not quite|approaching
        """,
        "exactly": """
            exactly|precisely
        """,
    },
    "de": {
        "least": """
            mindestens|wenigstens|nicht weniger als|minimum|frühestens
        """,
        "over": """
            mehr als|über|gut|oberhalb von|größer als|länger als|höher als
        """,
        "most": """
            höchstens|bis zu|maximal|nicht mehr als|nicht länger als|maximum|spätestens
        """,
        "under": """
            weniger als|unter|unterhalb von|kleiner als|kürzer als
        """,
        "within": """
            binnen|innerhalb von|innerhalb|in weniger als
        """,
        "after": """
            nach|erst nach|nicht vor
        """,
        "about": """
            etwa|rund|circa|ca|ungefähr|annähernd|geschätzt|zirka|schätzungsweise
        """,
        "nearly": """
            knapp|fast|beinahe|nahezu
        """,
        "exactly": """
            genau|exakt|präzise
        """,
    },
}
# Of two equal numbers; one without a bound is "plain". "After 14 days" is no "within 14 days".
BOUNDS_AT_ODDS = _pairs(
    "least most|least under|over most|over under|over plain|under plain|about exactly|least exactly|most exactly|"
    "over exactly|under exactly|nearly exactly|nearly least|nearly over|within after|within over|within least|"
    "after most|after under"
)
# What is said of a number behind it.
BOUNDS_BEHIND: Mapping[tuple[str, ...], str] = {
    ("or", "less"): "most",
    ("or", "fewer"): "most",
    ("or", "under"): "most",
    ("or", "below"): "most",
    ("or", "more"): "least",
    ("or", "over"): "least",
    ("or", "above"): "least",
    ("or", "longer"): "least",
    ("or", "older"): "least",
    ("and", "more"): "least",
    ("and", "above"): "least",
    ("and", "over"): "least",
    ("at", "most"): "most",
    ("at", "least"): "least",
    ("oder", "weniger"): "most",
    ("oder", "mehr"): "least",
    ("und", "mehr"): "least",
    ("und", "darüber"): "least",
}
# What a bound is where only the size of the numbers counts.
BOUND_SIZES = {"over": "least", "under": "most", "within": "most", "after": "", "loose": ""}
# What must be and what may be.
_MODALS = {
    "en": {
        "must": """
            must|has to|have to|had to|is required to|are required to|is obliged to|are obliged to|needs to|need to
        """,
        "may": """
            may|might|is allowed to|are allowed to|is permitted to|are permitted to|is free to|are free to|can|could
        """,
    },
    "de": {
        "must": """
            muss|müssen|musste|mussten|ist verpflichtet|sind verpflichtet
        """,
        "may": """
            darf|dürfen|durfte|durften|kann|können|konnte|konnten
        """,
    },
}

Stem = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a language that the check looks at.

    Attributes:
        phrases: Kind and value of what is written so, by its words.
        longest: By the first word of a phrase, the most words of one.
        opposites: By stem, the stems of its opposites.
        converse: Stems of opposites that say the same where their two sides change places.
        same: By stem, the one that stands for it and for what says the same.
    """

    phrases: Mapping[tuple[str, ...], tuple[str, str]]
    longest: Mapping[str, int]
    opposites: Mapping[str, frozenset[str]]
    converse: frozenset[str] = field(default_factory=frozenset)
    same: Mapping[str, str] = field(default_factory=dict)


LANGUAGES = ("en", "de")


def lexicon(language: str, stem: Stem) -> Lexicon:
    """Return the words of "en" or "de"; `stem` cuts one down to what its forms share, the same way each time."""
    phrases: dict[tuple[str, ...], tuple[str, str]] = {}
    for kind, table in (("modal", _MODALS), ("bound", _BOUNDS), ("quantifier", _QUANTIFIERS)):
        for value, listed in table[language].items():
            phrases.update((phrase, (kind, value)) for phrase in _listed(listed))
    for phrase in _listed(_DENIALS[language]):
        phrases.setdefault(phrase, ("denial", ""))
    for phrase in _listed(_NEGATIONS[language]):
        phrases[phrase] = ("negation", "none" if phrases.get(phrase, ("", ""))[1] == "none" else "")
    for phrase in _listed(_NEUTRAL[language]):
        phrases.setdefault(phrase, ("small", ""))
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(len(phrase), longest.get(phrase[0], 0))
    same: dict[str, str] = {}
    for group in _listed(SAME[language]):
        for word in group:
            same.setdefault(stem(word), stem(group[0]))

    def key(word: str) -> str:
        return same.get(stem(word), stem(word))

    opposites: dict[str, set[str]] = {}
    for pair in _listed(OPPOSITES[language]):
        for one, other in (pair, pair[::-1]):
            if key(one) != key(other):
                opposites.setdefault(key(one), set()).add(key(other))
    return Lexicon(
        phrases,
        longest,
        {word: frozenset(found) for word, found in opposites.items()},
        frozenset(map(key, CONVERSE.split())),
        same,
    )
