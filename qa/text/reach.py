"""How somebody is reached or paid, which has one way to be written: telephone numbers, e-mail addresses, accounts."""

import re

from qa.lazy_regex import lazy_regex

_ASKS = (
    (
        r"\b(?:tele)?phone (?:numbers?|no)\b|\b(?:mobile|cell|fax|contact) numbers?\b|"
        r"\b(?:telefon|handy|mobil|ruf|fax)(?:-| )?nummern?\b|\bdurchwahl\b",
        r"(?<![\w.,])\+?\(?\d(?:[\s()/.–-]{0,2}\d){6,}|"
        r"\b(?:ext(?:ension)?|tel(?:ephone|efon)?|phone|mobile|mobil|handy|fax|durchwahl|nummer|number)\b\D{0,20}\d{3}",
    ),
    (r"\be-?mail[ -]?(?:address(?:es)?|adressen?)\b|\bmailadressen?\b", r"@"),
    (r"\bibans?\b", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,}|\bIBAN\b.{0,12}\d"),
)
_FORMS = tuple(
    (lazy_regex(asks, re.IGNORECASE), lazy_regex(form, 0 if "A-Z" in form else re.IGNORECASE)) for asks, form in _ASKS
)


def form_asked(question: str) -> re.Pattern[str] | None:
    """Return what an answer must look like where a question asks how somebody is reached or paid, else None."""
    return next((form for asks, form in _FORMS if asks.search(question)), None)
