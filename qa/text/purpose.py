"""Sentences by which a paper says what it is for: "This procedure describes …". Pure, English and German.

They hold the words of each question about its subject, and answer none but those about the paper itself.
"""

import re

from qa.lazy_regex import lazy_regex

_PAPER = (
    r"(?:document|sop|section|policy|guide|guideline|page|chapter|plan|report|procedure|manual|handbook|protocol|paper|article|"
    r"tutorial|appendix|annex|notice|leaflet|instruction|standard|specification|code|file|readme|part)s?"
)
_PAPER_DE = (
    r"(?:dokument|abschnitt|kapitel|anleitung|anweisung|ordnung|\w*anweisung|\w*ordnung|richtlinie|leitfaden|handbuch|bericht|"
    r"merkblatt|plan|verfahren|seite|anhang|hinweis)"
)
_SAYS_PURPOSE = lazy_regex(
    rf"\W*(?:(?:the )?(?:following|present|this|these) (?:[\w-]+ ){{0,2}}?{_PAPER} (?:\w+ )?(?:describes?|deals? with|"
    r"covers?|explains?|provides?|outlines?|is intended|are intended|tells?|appl(?:y|ies) to|contains?|regulates?|"
    r"gives?|details?|sets? out|aims?|serves?|shows?|summari[sz]es?|lists?|is (?:written|a guide|a list|about|for)|"
    r"relates? to|should be (?:observed|read))\b|"
    rf"the (?:purpose|aim|intention|scope|goal|object) (?:here |of (?:this|the) (?:[\w-]+ ){{0,2}}?{_PAPER} |)is\b|"
    r"this (?:describes|applies to|relates to|sop applies)\b|"
    rf"(?:diese[rs]?|das vorliegende|die vorliegende|der vorliegende) (?:\w+ )?{_PAPER_DE} (?:beschreibt|behandelt|"
    r"erklärt|regelt|enthält|gilt|dient|fasst|zeigt|erläutert|legt)\b|"
    rf"(?:zweck|ziel) (?:dieser|dieses|der|des) (?:\w+ )?{_PAPER_DE}s? ist\b)",
    re.IGNORECASE,
)
_ASKS_OF_PAPER = lazy_regex(
    r"\b(?:purpose|scope|aim|about|cover|covers|apply|applies|for whom|deal|deals|contain|contains|intended|describe|"
    rf"describes|explain|explains|which (?:\w+ ){{0,2}}?{_PAPER}|what (?:\w+ ){{0,2}}?{_PAPER}|this {_PAPER}|link|url|"
    r"website|web ?site|online|where (?:can|do) (?:i|we|you) find|reference|zweck|ziel|geltungsbereich|gilt|gelten|"
    rf"worum|wovon|wofür|behandelt|regelt|enthält|beschreibt|welche[rs]? (?:\w+ ){{0,2}}?{_PAPER_DE}|"
    rf"diese[rs]? {_PAPER_DE}|webseite|wo finde|adresse|address)\b",
    re.IGNORECASE,
)


def says_purpose(text: str) -> bool:
    """Tell whether a sentence says what its paper is for, or of what, and nothing of that."""
    return bool(_SAYS_PURPOSE.match(text))


def asks_of_paper(question: str) -> bool:
    """Tell whether a question may be about a paper itself: what it is for, or where it is."""
    return bool(_ASKS_OF_PAPER.search(question))
