"""Whether a question is about one document, and what it wants of it. Pure functions, English and German."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from qa.answering.routes.one_document.fact_words import FACTS, Fact
from qa.answering.routes.plain import plain
from qa.answering.routes.reading import Rule, readings, rules
from qa.lazy_regex import lazy_regex


@dataclass(frozen=True, slots=True)
class AboutDocument:
    """What may be a question about a document; whether there is such a document is seen later.

    Attributes:
        wanted: A summary, an answer from this document alone, or what the register knows of it.
        name: What the document is called in the question, "" where only a file's name in it tells.
        topic: What is asked of it, "" for a summary.
        is_plain: Whether nothing else can be meant, as by "summarise"; "What is in the gearbox?" can.
        fact: Which, where one is wanted.
        part: Whether the topic is what a section is called or numbered by: "section 4 of the lease".
    """

    wanted: Literal["summary", "answer", "fact"]
    name: str
    topic: str = ""
    is_plain: bool = False
    fact: Fact = "pages"
    part: bool = False


_BRIEF = r"(?:(?:a |an |the |eine |die )?(?:short |brief |quick |concise |detailed |kurze |knappe |ausführliche )?)"
_SUMMARIES = (
    r"(?:summ?[ae]ri[sz]e|sum up|recap|condense|outline|digest)(?: for me)?:? "
    r"(?P<name>.+?)(?: for me| briefly| in .*)?",
    rf"(?:(?:give|write|show|make|get|provide|create)(?: me| us)? )?{_BRIEF}(?:summary|overview|outline|"
    r"synopsis|gist|digest|tl;?dr)(?: of| for| about)?:? (?P<name>.+)",
    r"(?:what are |list )?(?:the )?(?:main|key|most important|central) (?:points|findings|messages|statements|"
    r"facts|takeaways|ideas|topics) (?:of|in|from) (?P<name>.+)",
    r"(?:fasse?|fass) (?:mir |bitte )*(?P<name>.+?) (?:kurz |knapp |bitte )*zusammen",
    rf"(?:(?:gib|schreib|mach|zeig)e?(?: mir| uns)? )?{_BRIEF}(?:zusammenfassung|überblick|inhaltsangabe)"
    r" (?:von|vom|der|des|zu|zum|zur|über)(?: dem| der| den| die| das)? (?P<name>.+)",
    r"(?:was sind )?die (?:wichtigsten|zentralen) (?:punkte|aussagen|ergebnisse) (?:in|von|der|des|aus|vom)"
    r"(?: dem| der)? (?P<name>.+)",
)
_CONTENTS = (
    r"what(?:'s| is| are)(?: written)? (?:in|inside|on) (?P<name>.+)",
    r"what(?:'s| is| are) (?P<name>.+?) about",
    r"what(?:'s| is| are) the (?:contents?|subject|topics?|purpose) of (?P<name>.+)",
    r"what (?:does|do) (?P<name>.+?) (?:say|contain|cover|hold|describe|deal with|talk about|discuss|"
    r"tell(?: me| us)?)",
    r"what (?:topics?|subjects?|things?|points?|information|data) (?:does|do) (?P<name>.+?) "
    r"(?:cover|treat|discuss|deal with|contain|hold|give)",
    r"(?:tell me|describe|explain)(?: about)? (?:the contents? of )?(?P<name>.+)",
    r"(?:worum|um was) geht es (?:in|im) (?:dem |der |den )?(?P<name>.+)",
    r"was (?:steht|ist|enthalten) (?:alles )?(?:in|im) (?:dem |der |den )?(?P<name>.+)",
    r"(?:wovon|von was) handelt (?P<name>.+)",
    r"was (?:enthält|beinhaltet|sagt|besagt) (?P<name>.+)",
    r"(?:was ist )?(?:der |den )?inhalt (?:von|der|des|vom) (?P<name>.+)",
)
_SAYS = (
    r"(?:say|state|tell(?: us| me)?|write|report|specify|require|mention|stipulate|provide|contain|recommend|conclude|"
    r"demand|know|have(?: to say)?|note|prescribe|explain)"
)
_ANSWERS = (
    rf"what (?:does|do|did) (?P<name>.+?) {_SAYS} (?:about|on|regarding|concerning|as to|for|of|to) (?P<topic>.+)",
    r"what(?:'s| is| are) (?:said|written|stated|there|mentioned) (?:about|on|regarding|concerning) (?P<topic>.+) "
    r"(?:in|by) (?P<name>.+?)",
    r"what (?:does|do) (?P<name>.+?) (?:require|demand|recommend|prohibit|allow|forbid|prescribe)"
    r"(?P<topic> .+)?",
    r"(?:does|do|did) (?P<name>.+?) (?:say|state|mention|contain|cover|specify|tell|have)(?: anything| something)?"
    r"(?: about| on| of| whether| if| that)? (?P<topic>.+)",
    r"(?:what|which) [\w-]+ (?:does|do) (?P<name>.+?) (?:give|set|contain|have|lay down|state|list|name) "
    r"(?:for|on|about|regarding) (?P<topic>.+)",
    r"according to (?P<name>[^,]+?), ?(?P<topic>.+)",
    r"(?P<topic>.+?),? according to (?P<name>.+)",
    r"in (?P<name>[^,]+?), (?P<topic>.+)",
    r"was (?:sagt|schreibt|besagt|verlangt|fordert|regelt|empfiehlt) (?P<name>.+?) "
    r"(?:zu[rm]?|über|von) (?P<topic>.+)",
    r"was (?:steht|ist) (?:in|im) (?P<name>.+?) (?:zu[rm]?|über) (?P<topic>.+)",
    r"was (?:steht|wird) (?:zu[rm]?|über) (?P<topic>.+?) (?:in|im) (?P<name>.+?)(?: gesagt)?",
    r"(?:laut|gemäß|nach) (?P<name>[^,]+?),? "
    r"(?P<topic>(?:was|wie|wer|wann|wo|warum|welche|darf|muss|ist|sind)\b.+)",
    r"(?P<topic>.+?) (?:laut|gemäß) (?P<name>.+)",
    r"(?:erwähnt|enthält|nennt|sagt|regelt) (?P<name>.+?) (?:etwas (?:zu|über) )?(?P<topic>\w[\w-]+)",
)
_THIS = lazy_regex(
    r"(?:this|that|it|the|this one|that one|the above|dies|das|es|dieses|diesem|dieser|der|dem|den|diese|die|ihn|sie)"
    r"(?P<noun> (?:document|file|text|pdf|page|report|contract|lease|mail|e-?mail|letter|article|paper|minutes|"
    r"dokument|datei|text|bericht|vertrag|mietvertrag|brief|schreiben|artikel|protokoll))?",
    re.IGNORECASE,
)
_PART_NOUN = (
    r"(?:(?:sub)?sections?|chapters?|clauses?|paragraphs?|articles?|parts?|headings?|(?:unter)?abschnitt|kapitel|ziffer|"
    r"paragra[fp]h?|artikel|punkt|teil|klausel|überschrift|§)"
)
_OF = r"(?:of|in|from|des|der|vom|von|im|in der|aus der|aus dem|in dem)(?: the| der| dem)?"
_PARTS = tuple(
    lazy_regex(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:the |der |das |dem |den )?{_PART_NOUN} ?(?:(?:on|about|called|headed|titled|zu[rm]?|über|namens) )?"
        rf"(?P<topic>\d[\w.]*|[\w ,&/-]{{2,60}}?) {_OF} (?P<name>.+)",
        rf"(?:the |der |das |dem |den )?(?P<topic>[\w-]{{3,30}}) {_PART_NOUN} {_OF} (?P<name>.+)",
    )
)
_LONGEST = 200


def about_document(question: str) -> list[AboutDocument]:
    """Return how a question may be read as one about a document, the likeliest first; none for most questions."""
    text = plain(question)
    if len(text) > _LONGEST:
        return []
    found = list(readings(text, _RULES))
    return [*filter(None, map(_of_part, found)), *found]


def _of_part(reading: AboutDocument) -> AboutDocument | None:
    """Read "section 4 of the lease" as what is asked of the lease; None for what names no part."""
    if reading.wanted == "fact":
        return None
    match = next((match for pattern in _PARTS if (match := pattern.fullmatch(reading.name))), None)
    return AboutDocument("answer", match["name"], match["topic"].strip(), part=True) if match else None


def _summary(match: re.Match[str], _today: date | None) -> AboutDocument:
    return AboutDocument("summary", match["name"], is_plain=True)


def _answer(match: re.Match[str], _today: date | None) -> AboutDocument | None:
    return AboutDocument("answer", match["name"], match["topic"].strip()) if match["topic"] else None


def _contents(match: re.Match[str], _today: date | None) -> AboutDocument:
    return AboutDocument("summary", match["name"])


def _fact(fact: Fact) -> Callable[[re.Match[str], date | None], AboutDocument]:
    return lambda match, _today: AboutDocument("fact", match["name"], match[0], fact=fact)


_RULES: tuple[Rule[AboutDocument], ...] = (
    *rules(_SUMMARIES, _summary),
    *(rule for fact, patterns in FACTS for rule in rules(patterns, _fact(fact))),
    *rules(_ANSWERS, _answer),
    *rules(_CONTENTS, _contents),
)


def points_back(name: str) -> bool:
    """Tell whether a name is only "this", "it" or "the document"."""
    return bool(_THIS.fullmatch(name.strip()))


def points_at_document(name: str) -> bool:
    """Tell whether it says that a document is pointed at: "this report", not "this"."""
    match = _THIS.fullmatch(name.strip())
    return bool(match and match["noun"])
