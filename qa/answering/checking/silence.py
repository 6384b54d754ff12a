"""Sentences that say what documents do not say, which no passage of them can show. Pure, English and German.

"The documents do not mention the rent [1]" holds words of a passage that states the rent. A passage that denies
something in the same words may show such a sentence, and then it is left to the other checks.
"""

import re
from collections.abc import Iterable

from qa.lazy_regex import lazy_regex
from qa.text.casing import word_set

_PAPERS = r"(?:documents?|passages?|papers?|context|excerpts?|information (?:provided|given))"
_SAY = (
    r"(?:mention|contain|state|say|specify|provide|include|tell|answer|give|indicate|describe|address|discuss|hold|"
    r"reveal|explain)"
)
_SAID = r"(?:mentioned|contained|stated|said|specified|provided|included|given|indicated|described|found|told|answered)"
# What is a thing too, and may lack something itself, is taken for words alone where it "mentions" and "says".
_ONE_PAPER = (
    r"(?:texts?|sources?|files?|materials?|lease|contract|agreement|letter|invoice|report|policy|minutes|manual)"
)
_PAPERS_DE = r"(?:dokumente?n?|textstellen?|passagen?|quellen?|unterlagen|auszügen?)"
_ONE_PAPER_DE = r"(?:dokument|text|auszug|kontext|vertrag|mietvertrag|brief|schreiben|bericht|protokoll|rechnung)"
_IN_DE = rf"in (?:den|diesen|ihren) (?:\w+ )?{_PAPERS_DE}|i[nm] (?:de[mr] |dieser |diesem )?(?:\w+ )?{_ONE_PAPER_DE}"
_SAID_DE = r"(?:erwähnt|genannt|enthalten|angegeben|gesagt|beschrieben|angaben?|informationen?|hinweise?)"
_NONE_DE = r"(?:nicht|nirgends|nichts|kein\w*)"
_SILENT = lazy_regex(
    rf"\b{_PAPERS} (?:\w+ ){{0,2}}(?:(?:do|does|did) not|don['’]t|doesn['’]t|never) (?:\w+ ){{0,2}}{_SAY}\b|"
    rf"\b{_ONE_PAPER} (?:(?:do|does|did) not|don['’]t|doesn['’]t|never) (?:mention|state|say|specify)\b|"
    rf"\bno {_PAPERS} (?:\w+ ){{0,2}}{_SAY}s?\b|"
    rf"\b(?:is|are|was|were) (?:not|nowhere|never) {_SAID} (?:in|by|anywhere in) "
    r"(?:the |your |any |these |any of the )?"
    rf"(?:\w+ )?{_PAPERS}\b|"
    rf"\b(?:is|are|was|were) (?:not|nowhere|never) (?:mentioned|stated|specified) in (?:the |your )?{_ONE_PAPER}\b|"
    r"\bthere (?:is|are) no (?:information|mention|details?)\b[^.]{0,80}"
    rf"\bin (?:the |your |any |these |any of the )?(?:\w+ )?{_PAPERS}\b|"
    rf"\b{_PAPERS_DE} (?:\w+ ){{0,2}}(?:erwähnen|enthalten|nennen|sagen|geben|beantworten|enthält|nennt|sagt|gibt) "
    rf"(?:[\w.]+ ){{0,8}}?{_NONE_DE}\b|"
    rf"\b{_ONE_PAPER_DE} (?:erwähnt|nennt|sagt) (?:[\w.]+ ){{0,8}}?{_NONE_DE}\b|"
    rf"\b{_NONE_DE}\b[^.]{{0,60}}\b(?:{_IN_DE}) {_SAID_DE}\b|"
    rf"\bkeine {_SAID_DE}\b[^.]{{0,60}}\b(?:{_IN_DE})\b|"
    rf"\b(?:{_IN_DE})\b[^.]{{0,60}}\b{_NONE_DE}\b[^.]{{0,30}}\b{_SAID_DE}\b",
    re.IGNORECASE,
)
_DENIES = lazy_regex(
    r"n['’]t\b|\b(?:no|not|never|none|nor|neither|nothing|nobody|nowhere|without|lack(?:s|ed|ing)?|missing|omit\w*|"
    r"unknown|unclear|nicht|nichts|nie|niemals|niemand|kein\w*|weder|ohne|fehl\w+|unbekannt|unklar)\b",
    re.IGNORECASE,
)
_SENTENCE = lazy_regex(r"[^.!?;\n]+")
_WORD = lazy_regex(r"[^\W\d_]{4,}")
# Forms of one word begin alike.
_ALIKE = 5
_SAYS_NOTHING = word_set(
    "that this these there does with from about have been were your never mention mentioned state stated specify "
    "specified contain contained include included provide provided information details document documents passage "
    "passages nicht nichts keine keinen keiner wird werden sind dass eine einen einer dokument dokumente dokumenten "
    "unterlagen erwähnt erwähnen genannt nennt nennen enthält enthalten angaben angegeben beschrieben gesagt gibt "
    "informationen lease contract agreement report letter policy vertrag mietvertrag bericht schreiben protokoll"
)


def tells_silence(sentence: str, passages: Iterable[str]) -> bool:
    """Tell whether a sentence says that documents lack something, and no passage that it cites says so of any."""
    return bool(_SILENT.search(sentence)) and not any(
        _SILENT.search(passage) or _denies_it(passage, sentence) for passage in passages
    )


def _denies_it(passage: str, sentence: str) -> bool:
    """Tell whether a sentence of a passage denies something in half of the words."""
    said = _words(sentence)
    return bool(said) and any(
        2 * len(said & _words(held)) >= len(said) for held in _SENTENCE.findall(passage) if _DENIES.search(held)
    )


def _words(text: str) -> frozenset[str]:
    found = (word.casefold() for word in _WORD.findall(text))
    return frozenset(word[:_ALIKE] for word in found if word not in _SAYS_NOTHING)
