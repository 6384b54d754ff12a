"""What the pages say, in the reader's language: gettext catalogues under `ui/locale`.

A message is its own English text, with named places: `t("{n} of {all} supported", n=7, all=9)`. A language without a
catalogue, and a message that its catalogue lacks, read English.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "footnote"
# Where the settings page keeps the language that a visitor chose; "" or none for the browser's.
CHOSEN = "language"
# The language of what is said outside the page's own runs, such as by a route of its own.
_SPOKEN: ContextVar[str] = ContextVar("spoken", default="")


def t(message: str, /, **values: object) -> str:
    """Return a message in the language of the visitor whose page is drawn, with its places filled.

    A whole number is written as the language writes it; one that is a text already stays as it is.
    """
    written = {name: number(value) if type(value) is int else value for name, value in values.items()}
    return _catalogue(current()).gettext(message).format(**written)


def t_many(one: str, other: str, count: int, /, **values: object) -> str:
    """Return the form of a message that a count asks for; the count fills the place {n}."""
    return _catalogue(current()).ngettext(one, other, count).format(**{"n": number(count), **values})


def in_context(context: str, message: str) -> str:
    """Return a message of a context, its places not filled: what the same words mean elsewhere is another message."""
    return _catalogue(current()).pgettext(context, message)


def number(value: float, digits: int | None = None) -> str:
    """Return a number as the visitor's language writes it: "1,234.5", "1.234,5".

    Args:
        value: It.
        digits: How many stand behind the point; None for as many as it has.
    """
    text = f"{value:,}" if digits is None else f"{value:,.{digits}f}"
    # What parts thousands, and what parts the fraction: the catalogue's translation of an example tells.
    if (sample := _catalogue(current()).gettext("1,234.5")) != "1,234.5":
        text = text.translate({ord(","): sample[1], ord("."): sample[5]})
    return text


def day(value: date) -> str:
    """Return a day in figures, as the visitor's language writes it."""
    return value.strftime(_catalogue(current()).gettext("%Y-%m-%d"))


def languages() -> dict[str, str]:
    """Return the codes of the languages that the pages speak, with the name that each has for itself."""
    found = {file.parents[1].name for file in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return {"en": "English", **{code: _catalogue(code).gettext("English") for code in sorted(found)}}


def language_name(code: str) -> str:
    """Return what a language is called in the visitor's language; its code where that is not known."""
    names = {
        "da": t("Danish"),
        "de": t("German"),
        "en": t("English (the language)"),
        "es": t("Spanish"),
        "fr": t("French"),
        "it": t("Italian"),
        "ja": t("Japanese"),
        "ko": t("Korean"),
        "nb": t("Norwegian"),
        "nl": t("Dutch"),
        "nn": t("Norwegian (Nynorsk)"),
        "no": t("Norwegian"),
        "pl": t("Polish"),
        "pt": t("Portuguese"),
        "ru": t("Russian"),
        "sv": t("Swedish"),
        "tr": t("Turkish"),
        "uk": t("Ukrainian"),
        "zh": t("Chinese"),
        "ar": t("Arabic"),
        "el": t("Greek"),
        "he": t("Hebrew"),
        "cs": t("Czech"),
        "fi": t("Finnish"),
        "hu": t("Hungarian"),
        "la": t("Latin"),
        "ro": t("Romanian"),
        "th": t("Thai"),
        "hi": t("Hindi"),
        "bg": t("Bulgarian"),
        "ca": t("Catalan"),
        "et": t("Estonian"),
        "fa": t("Persian"),
        "hr": t("Croatian"),
        "id": t("Indonesian"),
        "lt": t("Lithuanian"),
        "lv": t("Latvian"),
        "sk": t("Slovak"),
        "sl": t("Slovenian"),
        "sr": t("Serbian"),
        "ur": t("Urdu"),
        "vi": t("Vietnamese"),
    }
    # In English, "English" names the catalogue's own language, which is another message.
    return "English" if code == "en" and current() == "en" else names.get(code, code)


def current() -> str:
    """Return the ISO 639-1 code of the visitor's language: what was chosen, else the browser's, else English."""
    if spoken := _SPOKEN.get():
        return spoken
    if get_script_run_ctx(suppress_warning=True) is None:
        return "en"
    chosen: str = st.session_state.get(CHOSEN, "") or st.context.locale or "en"
    return chosen.split("-")[0].lower()


def asked_for(accepted: str) -> str:
    """Return the first language that a browser asks for and the pages speak, else English.

    Args:
        accepted: Its header `Accept-Language`.
    """
    tags = [part.split(";")[0].strip().lower() for part in accepted.split(",")[:10]]
    spoken = languages()
    return next((code for code in (tag.split("-")[0] for tag in tags) if code in spoken), "en")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say what is said inside in a language, whoever's page is drawn; what is no code of one is English."""
    code = language.split("-")[0].lower()
    token = _SPOKEN.set(code if code.isascii() and code.isalpha() and len(code) <= 3 else "en")
    try:
        yield
    finally:
        _SPOKEN.reset(token)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE, [language], fallback=True)
