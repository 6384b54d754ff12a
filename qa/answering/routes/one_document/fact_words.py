"""What the register may know of one document, and how people ask for it. English and German."""

from typing import Literal

Fact = Literal["pages", "words", "bytes", "passages", "length", "author", "day", "ingested", "changed", "language"]

_HOLDS = r"(?:does|do|has|have|is|are|hat|haben|umfasst|enthält|sind|ist)"
_LATE = r"(?: (?:have|has|hold|contain|long|lang|there|altogether|in total|insgesamt))*"
_OF = r"(?:of|in|von|der|des|in der|im|in dem|vom)"
_COUNTED: tuple[tuple[Fact, str], ...] = (
    ("pages", "pages|seiten|slides|folien"),
    ("words", "words|wörter|worte"),
    ("passages", "passages|passagen"),
    ("bytes", "bytes"),
)
_HOW_MANY: tuple[tuple[Fact, tuple[str, ...]], ...] = tuple(
    (
        fact,
        (
            rf"(?:how many|wie ?viele) (?:{words}) (?:{_HOLDS}(?: there)? (?:{_OF} )?|{_OF} )(?P<name>.+?){_LATE}",
            rf"(?:what(?:'s| is) )?(?:the )?(?:number of {words}|(?:page|word|passage) count) {_OF} (?P<name>.+)",
        ),
    )
    for fact, words in _COUNTED
)
FACTS: tuple[tuple[Fact, tuple[str, ...]], ...] = (
    *_HOW_MANY,
    (
        "length",
        (r"(?:how long|wie lang) (?:is|are|ist|sind) (?P<name>.+)", r"what(?:'s| is) the length of (?P<name>.+)"),
    ),
    (
        "bytes",
        (
            r"(?:how (?:large|big|many (?:kilo|mega)?bytes)|wie groß) (?:is|are|ist|sind) (?P<name>.+)",
            r"(?:what(?:'s| is) the (?:file )?size of|wie (?:groß|hoch) ist die (?:dateigröße|größe) (?:von|der|des)) "
            r"(?P<name>.+)",
        ),
    ),
    (
        "author",
        (
            r"who (?:wrote|authored|sent|created|compiled|prepared|drafted) (?P<name>.+)",
            r"(?:who(?:'s| is| are| was| were) )?(?:the )?(?:authors?|writers?|senders?) of (?P<name>.+)",
            r"who(?:'s| is| was)? (?P<name>.+?) (?:from|by|written by|sent by|authored by)",
            r"(?:by whom|from whom|who) (?:is|was|were|are) (?P<name>.+?) (?:written|sent|authored|created)(?: by)?",
            r"wer hat (?:mir |uns )?(?P<name>.+?) (?:geschrieben|verfasst|geschickt|erstellt|gesendet)",
            r"von wem (?:ist|sind|stammt|stammen|kommt|kam|war|wurde) (?P<name>.+?)"
            r"(?: (?:geschrieben|verfasst|geschickt|erstellt))?",
            r"wer (?:schrieb|verfasste|schickte) (?:mir |uns )?(?P<name>.+)",
            r"wer (?:ist|war|sind) (?:der |die )?(?:autor|autorin|autoren|verfasser|verfasserin|absender|absenderin) "
            r"(?:von|des|der|vom) (?P<name>.+)",
        ),
    ),
    (
        "ingested",
        (
            r"when (?:was|were|did (?:i|we)) (?P<name>.+?) (?:added|ingested|indexed|uploaded|imported)",
            r"when did (?:i|we) (?:add|ingest|upload|import|index) (?P<name>.+)",
            r"wann (?:wurde|habe ich|haben wir) (?P<name>.+?) (?:hinzugefügt|eingelesen|hochgeladen)",
        ),
    ),
    (
        "changed",
        (
            r"when (?:was|were) (?P<name>.+?) (?:last )?(?:changed|modified|updated|edited|saved)(?: last)?",
            r"wann wurde (?P<name>.+?) (?:zuletzt |das letzte mal )?(?:geändert|bearbeitet|gespeichert|aktualisiert)",
        ),
    ),
    (
        "day",
        (
            r"when (?:was|were) (?P<name>.+?) (?:written|sent|dated|published|created|issued)",
            r"(?:from when|of what date|what date|which date) (?:is|are|does|has) (?P<name>.+?)(?: (?:have|from|"
            r"dated))?",
            r"(?:what(?:'s| is) )?the date of (?P<name>.+)",
            r"how old is (?P<name>.+)",
            r"wann wurde (?P<name>.+?) (?:geschrieben|verfasst|geschickt|verschickt|erstellt|veröffentlicht|gesendet)",
            r"(?:von wann|aus welchem jahr) (?:ist|sind|stammt|stammen) (?P<name>.+)",
            r"wie alt ist (?P<name>.+)",
            r"welches datum (?:hat|trägt) (?P<name>.+)",
        ),
    ),
    (
        "language",
        (
            r"(?:in )?(?:what|which) language (?:is|are) (?P<name>.+?)(?: (?:written(?: in)?|in))?",
            r"in welcher sprache (?:ist|sind|steht) (?P<name>.+?)(?: (?:geschrieben|verfasst))?",
        ),
    ),
)
"""Wordings of each fact; the document is the group "name"."""
