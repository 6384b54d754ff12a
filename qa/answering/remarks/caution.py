"""A warning where one passage alone asks the reader to do something, or says where to pay. Pure functions.

A document may be there to have its reader click, pay or call. One that several documents bear out is less of a risk; so
the answer says where it rests on a single passage, in the question's language.
"""

import re
from collections.abc import Callable

from qa.lazy_regex import lazy_regex
from qa.text.language import by_small_words
from qa.types import Answer

_LINK = lazy_regex(
    r"\b(?:https?|ftp)://|\bwww\.\w|\b[\w-]+\.(?:com|net|org|io|info|biz|ru|cn|de|co|me|ly|app|xyz)/\S", re.IGNORECASE
)
_IBAN = lazy_regex(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b")
_IBAN_LENGTH = range(15, 35)
_ACCOUNT = lazy_regex(
    r"\b(?:account|a/c|acct|iban|bic|swift|sort code|routing|konto|kontonummer|bankverbindung|blz)\b"
    r"[^.\n]{0,40}?\d[\d -]{4,}",
    re.IGNORECASE,
)
_WALLET = lazy_regex(
    r"\b(?:bc1[a-z0-9]{25,60}|[13][a-km-zA-HJ-NP-Z1-9]{25,34}|0x[0-9a-fA-F]{40}|T[1-9A-HJ-NP-Za-km-z]{33})\b"
)
# No number to call is longer; without an end to it, a page of digits would take minutes.
_CALL = lazy_regex(
    # "Phone: +49 …" is a field of a list.
    r"\b(?:call|phone|ring|dial|text|whatsapp|telephone)\b(?!(?: (?:number|no\.?))?\s*:)"
    r"[^.\n]{0,60}?\+?\d[\d ()/-]{5,20}\d"
    r"|\b(?:rufen|anrufen|ruf|wählen)\b[^.\n]{0,60}?\+?\d[\d ()/-]{5,20}\d|\d[\d ()/-]{5,20}\d[^.\n]{0,20}\banrufen\b",
    re.IGNORECASE,
)
_ASKED = lazy_regex(
    r"\b(?:click|tap) (?:on |here|the|this|below)"
    r"|\b(?:follow|open|visit) (?:the|this|that) (?:link|url|page|site|attachment)"
    r"|\b(?:please |must |should |to )(?:pay|transfer|wire|send|remit)\b[^.\n]{0,60}\b(?:to|into)\b"
    r"|(?:^|[.!:\n]\s{0,9})(?:pay|transfer|wire|remit|send)\b[^.\n]{0,60}\b(?:to|into)\b"
    r"|\b(?:ignore|disregard|forget)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier|all|other|instructions?|rules)\b"
    r"|\b(?:enter|confirm|send|reply with|provide)\b[^.\n]{0,30}\b(?:password|passcode|pin|credentials|one-time code)\b"
    r"|\b(?:download|install|run) (?:the|this|that) (?:file|program|app|tool|script|attachment)"
    r"|\bklick\w* (?:sie )?(?:auf|hier)|\b(?:folgen|öffnen|besuchen) sie (?:dem|den|die|diese\w*) (?:link|anhang|seite)"
    r"|\b(?:überweis\w*|zahlen sie|bezahlen sie)\b[^.\n]{0,80}\b(?:an|auf)\b"
    r"|\b(?:ignorier\w*|missacht\w*|vergiss|vergessen sie)\b[^.\n]{0,40}"
    r"\b(?:anweisung\w*|regel\w*|obige\w*|vorherige\w*|alle\w*)"
    r"|\b(?:geben sie|bestätigen sie|senden sie)\b[^.\n]{0,40}\b(?:passwort|kennwort|pin|tan|zugangsdaten)\b",
    re.IGNORECASE,
)

_TO_PAY = lazy_regex(
    r"(?:please |must |should |to )?(?:pay|transfer|wire|remit|überweis|zahlen|bezahlen)", re.IGNORECASE
)


def caution(answer: Answer, question: str) -> str:
    """Return a sentence for the reader where an answer rests on one passage that asks for something, else "".

    Looked at are the answer's own words, as far as the passage bears them out, and the quoted ones of the passage; not
    all that stands around them.

    Args:
        answer: Any.
        question: As it was typed; its language is the note's.
    """
    passages = {citation.chunk.id: citation for citation in answer.citations}
    if not answer.found or len(passages) != 1:
        return ""
    [citation] = passages.values()
    chunk = citation.chunk
    quoted = "\n".join(chunk.text[start - chunk.start : end - chunk.start] for start, end in citation.spans)
    german = by_small_words(question) == "de"
    found = next(
        (words for holds, words in _SIGNS if holds(quoted) or (holds(answer.text) and holds(chunk.text))), None
    )
    if found is None:
        return ""
    if german:
        return f"Das steht in einer einzigen Passage, und sie {found[1]}; prüfen Sie es an anderer Stelle."
    return f"This rests on one passage that {found[0]}; check it elsewhere."


def asks_something(text: str) -> bool:
    """Tell whether a sentence tries to make its reader ignore what else is said, follow a link or give a password away.

    Where to pay is left: an invoice says so beside its sum.
    """
    return any(not _TO_PAY.match(match[0].lstrip(" .!:\n")) for match in _ASKED.finditer(text))


def _pays(text: str) -> bool:
    return any(map(_is_iban, _IBAN.findall(text))) or bool(_ACCOUNT.search(text) or _WALLET.search(text))


def _is_iban(text: str) -> bool:
    """Tell by its check digits, ISO 13616, whether a number is an IBAN."""
    bare = text.replace(" ", "")
    # What stands behind it in capitals may have been taken for its end.
    return any(
        int("".join(str(int(character, 36)) for character in bare[4:length] + bare[:4])) % 97 == 1
        for length in _IBAN_LENGTH
        if length <= len(bare)
    )


_SIGNS: tuple[tuple[Callable[[str], object], tuple[str, str]], ...] = (
    (_pays, ("gives payment details", "nennt Zahlungsdaten")),
    (_ASKED.search, ("asks you to do something", "fordert zu etwas auf")),
    (_CALL.search, ("asks for a call", "fordert zu einem Anruf auf")),
    (_LINK.search, ("gives a link", "nennt einen Link")),
)
