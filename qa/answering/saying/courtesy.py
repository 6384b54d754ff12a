"""What is said to someone who thanks, greets or asks what can be asked: nothing is searched. Pure functions.

Only a message of such words alone is one: "Thanks, and at night?" asks something.
"""

import re
from typing import Literal

from qa.answering.quoting.quote import EXTRACTIVE
from qa.answering.saying.phrases import Phrases, phrases
from qa.answering.saying.phrases_de import GERMAN
from qa.lazy_regex import lazy_regex
from qa.types import Answer

Kind = Literal["thanks", "hello", "bye", "fine", "able", ""]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a message of each kind must hold; the first that one holds counts.
_GERMAN_THANKS = _words("danke dankeschön dank")
_GERMAN_HELLO = _words("hallo moin servus grüß guten")
_GERMAN_BYE = _words("tschüss tschüs wiedersehen bald später dann")
_GERMAN_FINE = _words("klar verstanden gut prima toll klasse wunderbar perfekt passt hilfreich ordnung hilft")
_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("thanks", _GERMAN_THANKS | _words("thanks thank thx ty cheers merci")),
    ("hello", _GERMAN_HELLO | _words("hi hello hey morning afternoon evening")),
    ("bye", _GERMAN_BYE | _words("bye goodbye later ciao")),
    (
        "fine",
        _GERMAN_FINE
        | _words(
            "ok okay k alright right got understood good great perfect nice super cool fine excellent wonderful "
            "helpful helps helped"
        ),
    ),
)
_GERMAN = _GERMAN_THANKS | _GERMAN_HELLO | _GERMAN_BYE | _GERMAN_FINE
# Words that may stand around them.
_BESIDE = _words(
    "you so very much many a lot again for that this your the help all it i see well done there footnote vielen lieben "
    "herzlichen besten schönen schön sehr dir ihnen euch nochmal nochmals für die deine ihre hilfe alles "
    "morgen tag abend gott dich zusammen auf bis das in schon"
)
_WORD = lazy_regex(r"[^\W\d_]+")
_MOST_WORDS = 8
# Asked of Footnote itself. "What can I do?" asks the documents.
_ABLE = lazy_regex(
    r"\W*(?:(?:so|and|ok(?:ay)?|hi|hello)\W+)?(?:"
    r"(?:what|how) (?:can|could|do) you (?:do|help|work)(?: for me| me)?|"
    r"(?:what|how) (?:can|could|do|should) i (?:ask(?: you| footnote)?|use (?:footnote|this(?: chat)?))(?: here)?|"
    r"what (?:questions|else) can i ask(?: you)?|how does (?:footnote|this chat) work|who are you|what are you|"
    r"what is footnote|help(?: me)?)\W*",
    re.IGNORECASE,
)
_ABLE_IN_GERMAN = lazy_regex(
    r"\W*(?:was (?:kannst du|können sie)(?: alles)?(?: (?:tun|machen))?|"
    r"was (?:kann|darf|soll) (?:ich|man)(?: (?:dich|sie|hier|alles))* fragen|wie funktioniert footnote|"
    r"wer (?:bist du|sind sie)|was (?:bist du|ist footnote)|hilfe)\W*",
    re.IGNORECASE,
)


def is_courtesy(text: str) -> bool:
    """Tell whether a message thanks, agrees, greets or takes leave, or asks what can be asked."""
    return bool(_kind(text))


def courtesy(question: str) -> Answer | None:
    """Return the line that answers such a message, in its language; None for any other."""
    kind = _kind(question)
    if not kind:
        return None
    german = not _GERMAN.isdisjoint(_said(question)) or bool(_ABLE_IN_GERMAN.fullmatch(question))
    say = Phrases("de", GERMAN) if german else phrases(question)
    text = {
        "thanks": say("You are welcome. Ask on whenever you like."),
        "hello": say("Hello. Ask anything about your documents."),
        "bye": say("Goodbye, until next time."),
        "fine": say("Good. Ask on whenever you like."),
        "able": say(
            "Ask in your own words what your documents say: an amount, a day, a name, or what to do. “Which documents "
            "are there?” lists them, “Summarise” and “Compare” with their names tell what is in them. Every sentence "
            "of an answer has a footnote that shows where it stands."
        ),
    }[kind]
    return Answer(
        question=question,
        query=question,
        text=text,
        statements=(),
        citations=(),
        hits=(),
        found=False,
        model=EXTRACTIVE,
    )


def _said(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _kind(text: str) -> Kind:
    if _ABLE_IN_GERMAN.fullmatch(text) or _ABLE.fullmatch(text):
        return "able"
    words = _said(text)
    known = _BESIDE.union(*(held for _, held in _KINDS))
    if not words or len(words) > _MOST_WORDS or "?" in text or not known.issuperset(words) or re.search(r"\d", text):
        return ""
    return next((kind for kind, held in _KINDS if not held.isdisjoint(words)), "")
