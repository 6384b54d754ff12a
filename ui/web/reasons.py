"""What errors and reasons say, in the reader's language.

Errors are worded in English where they are raised, and so they are logged, printed and stored: as the reason why a
file could not be read, as the end of an answer. `ui/locale/reasons.json` holds the templates of these texts, which
`scripts/catalogues.py` reads from the code, and the catalogues hold their translations. A text is shown by finding the
template that it was made from, and saying that with the same values. What no template fits is shown as it is.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import islice

from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.text.calendar_words import MONTHS_EN
from qa.text.language import NAMES
from ui.web import language
from ui.web.language import t
from ui.web.unpathed import for_who_asks

CONTEXT = "reason"
TEMPLATES = language.LOCALE / "reasons.json"
# A reason is a line or two; what is longer than that is some program's output.
_MOST_CHARACTERS = 1_000
_MOST_DEEP = 4
_MOST_CUTS = 60
_PLACE = lazy_regex(r"\{(\w+)\}")
# What an endpoint said in brackets is left out where it said nothing.
_LEFT_OUT = " ({words})"
_THOUSANDS = lazy_regex(r"\d{1,3}(?:,\d{3})+")
# What `qa.answering.writing.write.as_sentence` begins with a capital.
_BEGINNINGS = ("The", "Most", "Nothing", "There", "What")
# A word, perhaps with a comma behind it, but no name with signs in it, and nothing that is told of behind a colon.
_BEGINS_WITH_WORD = lazy_regex(r"[^\W\d_]+(?:['’-][^\W\d_]+)*[,;]?(?:\s|$)")
_ENDS = (".", "!", "?", "…", ":")
_CLOSING = "\"'”“’»)"
_BETWEEN_SENTENCES = lazy_regex(r"(?<=\.) (?=[A-Z])")
# What `qa.answering.remarks.language_notes` calls languages, one or some.
_LANGUAGES = {name: code for code, name in NAMES.items()}
# What `qa.retrieval.recency` calls a document with its day.
_OF_A_DAY = lazy_regex(rf"(.+) of (\d{{1,2}}) ({'|'.join(MONTHS_EN)}) (\d{{4}})", re.DOTALL)
_BETWEEN_NAMES = lazy_regex(r", | and ")
_JOINS = ("; ", ": ", ", ")
_JOINED = 3


@dataclass(frozen=True, slots=True)
class _Template:
    """A template cut at its places: `texts` stand around the values of `names`, so there is one more of them."""

    message: str
    texts: tuple[str, ...]
    names: tuple[str, ...]
    without: str = ""

    def values(self, text: str) -> dict[str, str] | None:
        """Return what stands at the places; None if the text was not made from this.

        Each place ends where the text behind it first occurs, which takes time in proportion to the text alone,
        whatever a hostile file's name holds.
        """
        if not self.names:
            return {} if text == self.texts[0] else None
        found = self._found(text)
        if found and self.is_short and any(map(str.isalpha, "".join(found.values()))):
            # "line {ranges}" is about numbers; in other programs' words it would translate a word alone.
            return None
        return found

    @property
    def is_short(self) -> bool:
        """Whether it is one word and a place behind it."""
        return len(self.names) == 1 and len(self.texts[0].split()) == 1 and not self.texts[1]

    def _found(self, text: str) -> dict[str, str] | None:
        first, last = self.texts[0], self.texts[-1]
        if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
            return None
        found: dict[str, str] = {}
        at, end = len(first), len(text) - len(last)
        for name, behind in zip(self.names, self.texts[1:], strict=True):
            # The last place reaches up to the end; of places without a text between them the first takes all.
            to = end if name == self.names[-1] or not behind else text.find(behind, at, end)
            if to < 0:
                return None
            found[name] = text[at:to]
            at = min(end, to + len(behind))
        return found


def worded(said: object) -> str:
    """Return what an error or a stored reason says, in the language of the visitor whose page is drawn.

    Full paths of the server are said to who looks after it alone.
    """
    if isinstance(said, LoadError):
        return f"{said.source}: {worded(said.reason)}"
    text = for_who_asks(str(said))
    code = language.current()
    return text if code == "en" or len(text) > _MOST_CHARACTERS else _translated(code, text)


def in_sentences(said: str) -> str:
    """Return what an error says, in any language, with a capital at its beginning and a full stop at its end.

    What begins with a name keeps it as it is: a file, an address, a setting, a word with capitals of its own, or
    anything before a colon.
    """
    said = said.strip()
    if (first := _BEGINS_WITH_WORD.match(said)) and first[0].islower():
        said = said[:1].upper() + said[1:]
    return said if not said or said.rstrip(_CLOSING).endswith(_ENDS) else f"{said}."


def noted(note: str) -> str:
    """Return the note of an answer, sentences in a row, in the language of the visitor whose page is drawn.

    What speaks the answer's language already, which no template makes, stays as it is. Of a setting that it names by
    its variable, it says where the pages have it.
    """
    code = language.current()
    if code != "en" and note:
        note = " ".join(_sentence(code, sentence) for sentence in _BETWEEN_SENTENCES.split(note))
    for variable, place in (
        ("OPENAI_BASE_URL", t("the address in the settings")),
        ("OPENAI_API_KEY", t("the key in the settings")),
    ):
        note = note.replace(variable, f"{variable} ({place})")
    return note


def _sentence(code: str, sentence: str) -> str:
    """Return a sentence in the visitor's language; it may be a reason that `as_sentence` made one of."""
    reason = sentence.removesuffix(".")
    reason = reason[:1].lower() + reason[1:] if reason.split(" ", 1)[0] in _BEGINNINGS else reason
    is_reason = sentence.endswith(".") and (fitting(sentence) is None or _fits(reason) > _fits(sentence))
    if is_reason and (said := _translated(code, reason)) != reason:
        # The name of a model at the beginning keeps its small letter.
        return f"{said}." if said.split(" ", 1)[0] == reason.split(" ", 1)[0] else in_sentences(said)
    return _translated(code, sentence)


def _fits(text: str) -> int:
    """Return how much of a text its template says, in characters; 0 where no template fits."""
    values = fitting(text)
    return 0 if values is None else len(text) - sum(map(len, values.values()))


@lru_cache(maxsize=4096)
def _translated(code: str, text: str) -> str:
    if len(text) > _MOST_CHARACTERS:
        return text
    with language.speaking(code):
        return _any(text, _MOST_DEEP)


def _any(text: str, deep: int) -> str:
    """Return a text in the visitor's language, wholly or in those of its parts that are known."""
    if _THOUSANDS.fullmatch(text):
        return language.number(int(text.replace(",", "")))
    if (names := _BETWEEN_NAMES.split(text)) and all(name in _LANGUAGES for name in names):
        return ", ".join(language.language_name(_LANGUAGES[name]) for name in names)
    if not deep or not any(map(str.isalpha, text)):
        return text
    ways = list(islice(_cuts(text), _MOST_CUTS))
    # Of reasons in a row each may be known, and the whole look like one with a long value.
    in_a_row = [parts for parts in ways if len(parts) == _JOINED and parts[1] == _JOINS[0]]
    for parts in in_a_row:
        if fitting(parts[0]) is not None and fitting(parts[2]) is not None:
            return "".join(_any(part, deep - 1) for part in parts)
    for parts in ((text,), *ways):
        said = [_whole(part, deep - 1) for part in parts]
        if any(one is not None for one in said):
            return "".join(_any(part, deep - 1) if one is None else one for part, one in zip(parts, said, strict=True))
    if dated := _OF_A_DAY.fullmatch(text):
        # A title may name a day that there is not.
        with suppress(ValueError):
            day = date(int(dated[4]), MONTHS_EN.index(dated[3]) + 1, int(dated[2]))
            return t("{name} of {day}", name=dated[1], day=language.day(day))
    return text


def _whole(text: str, deep: int) -> str | None:
    """Return a text in the visitor's language if it was made from a template, else None."""
    for template in _templates():
        values = template.values(text)
        if values is not None:
            said = language.in_context(CONTEXT, template.message)
            if template.without:
                said = said.replace(template.without, "")
            return said.format(**{name: _any(value, deep) for name, value in values.items()})
    return None


def _cuts(text: str) -> Iterator[Sequence[str]]:
    """Yield the ways to cut a text in two or three where reasons are joined: "a.pdf: is empty", "this; that"."""
    for template in _templates():
        start = template.texts[0]
        # An end of a sentence, such as "; did you mean …".
        if start[:1] in (",", ";", " ") and (at := text.find(start)) > 0:
            yield text[:at], text[at:]
    for join in _JOINS:
        at = text.find(join)
        while at >= 0:
            yield text[:at], join, text[at + len(join) :]
            at = text.find(join, at + 1)


@cache
def _templates() -> tuple[_Template, ...]:
    """Return the templates, those with the longest texts of their own first."""
    found = []
    for message in json.loads(TEMPLATES.read_text(encoding="utf-8")):
        found.append(_cut(message, message))
        if _LEFT_OUT in message:
            found.append(_cut(message, message.replace(_LEFT_OUT, ""), _LEFT_OUT))
    return tuple(sorted(found, key=lambda one: (-sum(map(len, one.texts)), one.message)))


def _cut(message: str, text: str, without: str = "") -> _Template:
    pieces = _PLACE.split(text)
    texts = (piece.replace("{{", "{").replace("}}", "}") for piece in pieces[::2])
    return _Template(message, tuple(texts), tuple(pieces[1::2]), without)


@lru_cache(maxsize=4096)
def fitting(text: str) -> Mapping[str, str] | None:
    """Return the values with which a template makes a text; None if no template does."""
    return next((values for one in _templates() if (values := one.values(text)) is not None), None)
