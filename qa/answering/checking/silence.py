"""Sentences that say what documents do not say, which no passage of them can show. Pure, English and German.

"The documents do not mention the rent [1]" holds words of a passage that states the rent.
"""

import re
from collections.abc import Iterable

from qa.lazy_regex import lazy_regex

_PAPERS = (
    r"(?:documents?|passages?|texts?|sources?|files?|papers?|context|excerpts?|materials?|"
    r"information (?:provided|given))"
)
_SAY = (
    r"(?:mention|contain|state|say|specify|provide|include|tell|answer|give|indicate|describe|address|discuss|hold|"
    r"reveal|explain)"
)
_SAID = r"(?:mentioned|contained|stated|said|specified|provided|included|given|indicated|described|found|told|answered)"
_PAPERS_DE = r"(?:dokumente?n?|textstellen?|passagen?|stellen|quellen?|unterlagen|texte?n?|auszügen?)"
_SILENT = lazy_regex(
    rf"\b{_PAPERS} (?:\w+ ){{0,2}}(?:(?:do|does|did) not|don['’]t|doesn['’]t|never) (?:\w+ ){{0,2}}{_SAY}\b|"
    rf"\bno {_PAPERS} (?:\w+ ){{0,2}}{_SAY}s?\b|"
    rf"\b(?:is|are|was|were) (?:not|nowhere|never) {_SAID} (?:in|by|anywhere in) "
    r"(?:the |your |any |these |any of the )?"
    rf"(?:\w+ )?{_PAPERS}\b|"
    r"\bthere (?:is|are) no (?:information|mention|details?)\b|"
    rf"\b{_PAPERS_DE} (?:\w+ ){{0,2}}(?:erwähnen|enthalten|nennen|sagen|geben|beantworten|enthält|nennt|sagt|gibt) "
    r"(?:[\w.]+ ){0,8}?(?:nicht|nichts|kein\w*)\b|"
    rf"\b(?:nicht|nirgends|kein\w*|nichts)\b[^.]{{0,60}}\bin den {_PAPERS_DE}\b|"
    rf"\bin den {_PAPERS_DE}\b[^.]{{0,60}}\b(?:nicht|nirgends|nichts|kein\w*)\b[^.]{{0,30}}"
    r"\b(?:erwähnt|genannt|enthalten|angegeben|gesagt|angaben?|informationen)\b|"
    r"\bes gibt keine (?:angaben?|informationen?|hinweise?)\b",
    re.IGNORECASE,
)


def tells_silence(sentence: str, passages: Iterable[str]) -> bool:
    """Tell whether a sentence says that documents lack something, and no passage that it cites says so of any."""
    return bool(_SILENT.search(sentence)) and not any(_SILENT.search(passage) for passage in passages)
