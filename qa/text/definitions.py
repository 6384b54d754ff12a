"""What a short word means: which one a question asks for, and whether a sentence says it. Pure functions.

By rule, in English and German. A sentence that only uses the word is no answer to what it means.
"""

import re

from qa.lazy_regex import lazy_regex

_TERM = r"[\"“„'‘]?(?P<term>[A-Za-zÄÖÜäöüß][\w./&-]{0,19})[\"”“'’]?"
_ASKS = tuple(
    lazy_regex(pattern, re.IGNORECASE)
    for pattern in (
        rf"^what (?:does|do|did) {_TERM} (?:mean|stand for|signify|abbreviate)\b",
        rf"^what is the (?:meaning|definition) of {_TERM}\W*$",
        rf"^what is {_TERM} (?:short for|an abbreviation (?:of|for))\W*$",
        rf"^define {_TERM}\W*$",
        rf"^(?:was|wofür|für was) (?:bedeutet|heißt|meint|steht) (?:die abkürzung |der begriff )?{_TERM}\W*$",
        rf"^was ist (?:die bedeutung von |mit ){_TERM}(?: gemeint)?\W*$",
    )
)
_NO_TERM = frozenset(["it", "this", "that", "they", "these", "those", "he", "she", "das", "dies", "es", "er", "sie"])
# What stands around a word whose meaning is said: of either side, and in the name of a column or a heading.
_MEANS = (
    r"means?|stands? for|is short for|refers? to|denotes?|abbreviates|is defined|is (?:an?|the)|bedeutet|steht für|"
    r"heißt|bezeichnet|ist (?:eine?|der|die|das)"
)
_LISTED = lazy_regex(
    r"\b(?:abbreviations?|acronyms?|glossary|definitions?|meanings?|abkürzung(?:en)?|glossar|bedeutung)\b",
    re.IGNORECASE,
)


def term_asked(question: str) -> str:
    """Return the word whose meaning is asked for, "" for none."""
    found = next((match["term"] for asks in _ASKS if (match := asks.search(question.strip()))), "")
    return "" if found.casefold() in _NO_TERM else found


def defines(term: str, sentence: str) -> bool:
    """Tell whether a sentence says what a word means: "CTV stands for …", "crew transfer vessel (CTV)", "CTV: …"."""
    word = rf"[\"“„'‘]?(?<!\w){re.escape(term)}(?!\w)[\"”“'’]?"
    says = (
        rf"{word},? (?:{_MEANS})\b|\({word}\)|{word} \((?!\d)[^()]*[^\W\d]{{3}}|^\W*{word}\s*(?::|=|–|—|-)\s|"
        rf"{word}-?,? (?:or|oder|i\.e\.|that is|d\. ?h\.|das heißt)(?!\w)|"
        rf"\b(?:called|known as|abbreviated(?: as| to)?|short|kurz|genannt|abgekürzt) {word}"
    )
    if re.search(says, sentence, re.IGNORECASE):
        return True
    return bool(_LISTED.search(sentence) and re.search(word, sentence, re.IGNORECASE))
