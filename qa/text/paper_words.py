"""What contracts, invoices and minutes speak of, in English and German. Pure functions.

A dictionary knows far more words, and of these often the senses that papers do not use: "deposit" as "Ablagerung".
"""

import re
from functools import cache, lru_cache

_PAIRS = (
    (r"rents?", r"\w*miete|mietzins"),
    (r"deposits?", r"\w*kaution|anzahlung"),
    (r"notice", r"kündigung\w*|gekündigt|kündigen"),
    (r"periods?|terms?", r"\w*frist(?:en)?|dauer|\w*dauer|\w*laufzeit"),
    (r"landlords?|lessors?", r"vermieter\w*"),
    (r"tenants?|lessees?", r"mieter(?:in|s|n)?"),
    (r"prices?", r"\w*preise?s?"),
    (r"costs?", r"\w*kosten|kostet"),
    (r"fees?|charges?", r"\w*gebühr(?:en)?|entgelt"),
    (r"begins?|began|starts?|started", r"beginnt|beginnen|beginn|begann|startet|anfang"),
    (r"ends?|ended|expires?|expired", r"endet|enden|ende|läuft|ablauf|abgelaufen"),
    (r"dogs?", r"hunde?n?"),
    (r"cats?", r"katzen?"),
    (r"animals?|pets?", r"\w*tiere?n?|tierhaltung"),
    (r"allowed|permitted", r"erlaubt|gestattet|zulässig"),
    (r"heating", r"heizung\w*"),
    (r"water", r"wasser\w*"),
    (r"salary|wages?", r"gehalt|lohn|vergütung"),
    (r"total", r"gesamt\w*|summe|insgesamt"),
    (r"vat|tax", r"mwst|mehrwertsteuer|umsatzsteuer|\w*steuer"),
    (r"due|payable", r"fällig\w*|zahlbar"),
    (r"pay|paid|pays|payments?", r"\w*zahlung\w*|zahlen|zahlt|gezahlt|bezahlen|bezahlt"),
    (r"warranty|guarantee", r"garantie|gewährleistung"),
    (r"deliver(?:y|ies|ed|s)?", r"liefer\w*|geliefert"),
    (r"insur(?:ance|ed)", r"\w*versicherung|versichert"),
    (r"holidays?|vacation|leave", r"urlaub\w*"),
    (r"repairs?|repaired", r"reparatur\w*|repariert"),
    (r"signed|signature", r"unterzeichnet|unterschrieben|unterschrift\w*"),
    (r"meetings?", r"\w*sitzung(?:en)?|\w*versammlung(?:en)?|besprechung(?:en)?"),
    (r"present|attended|attendees|attending", r"anwesend\w*|teilnehm\w*|dabei"),
    (r"absent|apologies|missed|missing", r"entschuldigt|abwesend|fehlt|fehlte|fehlten"),
    (r"next", r"nächste[nrms]?"),
    (r"address", r"adresse|anschrift"),
    (r"telephone|phone", r"telefon\w*"),
    (r"floor", r"stock|\w*geschoss"),
    (
        r"own share|co-?payment|pay (?:\w+ )?(?:himself|herself|myself|yourself)",
        r"eigenanteil|zuzahlung|selbst (?:be)?zahlen",
    ),
)
# In one language they are two words for one thing; of the others, most are forms of one word.
_SYNONYMS = frozenset(
    en for en, _ in _PAIRS if en.startswith(("holidays?", "absent", "own share", "warranty", "salary", "landlords?"))
)
_TOLD = ("en", "de")
_STEM = 4
_SHORT = 9
# Another word of the question's own language says less than that word does: "public holidays" are no leave.
_IN_OWN = 0.2


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {
        code: tuple(re.compile(rf"(?<!\w)(?:{pair[place]})(?!\w)", re.IGNORECASE) for pair in _PAIRS)
        for place, code in enumerate(_TOLD)
    }


@lru_cache(maxsize=64)
def _meant(question: str, language: str) -> tuple[int, ...]:
    return tuple(place for place, pattern in enumerate(_patterns()[language]) if pattern.search(question))


def share_said(question: str, language: str, text: str, other: str) -> float:
    """Return which share of a question's words of this list a text says in the other language or by another word.

    It is in [0, 1], and small for another word of the same language.

    Args:
        question: What is asked.
        language: Code of its language, "" where it is not known.
        text: A sentence.
        other: Code of its language.
    """
    if not language and other in _TOLD:
        # "rent Lindenallee" holds no small word that tells its language.
        language = _TOLD[1 - _TOLD.index(other)]
    if language not in _TOLD or other not in _TOLD:
        return 0.0
    meant = _meant(question, language)
    if language == other:
        # A long question has other words that tell more.
        if len(question.split()) > _SHORT:
            return 0.0
        return _IN_OWN * _share_in_other_words(question, language, text, meant)
    return sum(bool(_patterns()[other][place].search(text)) for place in meant) / len(meant) if meant else 0.0


def _share_in_other_words(question: str, language: str, text: str, meant: tuple[int, ...]) -> float:
    """Return the share of them that a text in the question's language says by another word: "leave" for "holiday"."""
    said = 0
    meant = tuple(place for place in meant if _PAIRS[place][0] in _SYNONYMS)
    for place in meant:
        pattern = _patterns()[language][place]
        asked = {match[0].casefold() for match in pattern.finditer(question)}
        held = {match[0].casefold() for match in pattern.finditer(text)}
        said += bool(held) and not any(_is_like(one, other) for one in asked for other in held)
    return said / len(meant) if meant else 0.0


def _is_like(one: str, other: str) -> bool:
    """Tell whether two words are forms or compounds of one: "paid" and "payment", "Nachzahlung" and "Vorauszahlung"."""
    return one[:2] == other[:2] or any(one[at : at + _STEM] in other for at in range(len(one) - _STEM + 1))
