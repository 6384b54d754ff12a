"""Kinds of documents that people have words for: "contracts", "minutes", "PDFs". Pure functions, English and German."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from qa.lazy_regex import lazy_regex
from qa.store.where import ending_of

if TYPE_CHECKING:
    from qa.store.records import RegisterRow


@dataclass(frozen=True, slots=True)
class Genre:
    """A kind of document.

    Attributes:
        name: What one is called, in English.
        words: What one may be called, in small letters; the first is the name.
        endings: Of its files, where these alone tell it.
    """

    name: str
    words: tuple[str, ...]
    endings: tuple[str, ...] = ()


# Of a file type the ending decides; of all else, what the title, the file's name and its folders say.
_TYPES = (
    ("PDF", "pdf", "pdf"),
    ("spreadsheet", "spreadsheet workbook tabellendatei arbeitsmappe", "xlsx xls xlsm ods csv tsv"),
    ("Excel file", "excel xlsx", "xlsx xls xlsm"),
    ("CSV file", "csv", "csv tsv"),
    ("presentation", "presentation powerpoint slides präsentation folien", "pptx ppt odp"),
    ("Word document", "word", "docx doc docm"),
    ("e-mail", "e-mail email mail mails emails e-mails", "eml msg mbox"),
    ("text file", "text", "txt md rst"),
    ("web page", "html webpage webseite web", "html htm"),
    ("Markdown file", "markdown", "md"),
    ("notebook", "notebook", "ipynb"),
    ("book", "ebook epub", "epub"),
)
_KINDS = (
    "contract agreement lease tenancy charter vertrag vereinbarung",
    "lease tenancy mietvertrag mietverträge pachtvertrag",
    "agreement contract vereinbarung vertrag",
    "report bericht",
    "minutes meeting protokoll sitzungsprotokoll niederschrift",
    "invoice bill rechnung",
    "offer quote quotation angebot",
    "receipt quittung beleg",
    "letter brief schreiben",
    "memo memorandum vermerk",
    "manual handbook guide handbuch anleitung",
    "procedure anweisung verfahrensanweisung arbeitsanweisung",
    "policy richtlinie police",
    "insurance versicherung",
    "instruction anweisung anleitung",
    "handbook manual handbuch",
    "register verzeichnis",
    "presentation präsentation",
    "certificate zertifikat bescheinigung zeugnis urkunde",
    "statement auszug kontoauszug abrechnung",
    "schedule plan zeitplan",
    "plan",
    "specification datasheet datenblatt spezifikation",
    "article artikel aufsatz",
    "paper aufsatz",
    "note notiz",
    "protocol protokoll",
    "proposal antrag vorschlag",
    "application antrag bewerbung",
    "form formular",
    "review",
    "study studie",
    "recipe rezept",
    "newsletter rundbrief",
)
# How German words of the list bend where they do not just take an ending.
_PLURALS = {
    "verträge": "vertrag", "mietverträge": "mietvertrag", "pachtverträge": "pachtvertrag", "anträge": "antrag",
    "handbücher": "handbuch", "vorschläge": "vorschlag", "auszüge": "auszug", "kontoauszüge": "kontoauszug",
    "pläne": "plan", "zeitpläne": "zeitplan", "aufsätze": "aufsatz", "datenblätter": "datenblatt",
    "policies": "policy", "copies": "copy", "tenancies": "tenancy", "minutes": "minutes", "studies": "study",
}  # fmt: skip
_WORD = lazy_regex(r"[^\W\d_]+|\d+")
_LEAST_COMPOUND = 4
_LIKE = 0.8
_PREFIXES = frozenset(re.findall(r"\w+", "ab an auf aus be bei ein ent er nach über um unter ver vor zer zu zurück"))
# A reply may be a letter itself, or hold the offer.
_REPLIED = frozenset(("letter", "offer", "proposal", "application", "note", "memo"))
_REPLY = lazy_regex(r"\s*(?:re|aw|antw|antwort|sv)(?:\[\d+\])?\s*:", re.IGNORECASE)
# What can hardly be anything but a document, so that there is none can be said.
SURE = frozenset(("contract", "lease", "agreement", "invoice", "receipt", "memo", "manual", "handbook", "newsletter"))
# "Word files" are documents, words are not.
_BESIDE_FILE = frozenset(("word", "text", "web", "excel", "html"))


def words_of(text: str) -> list[str]:
    """Return the words and the numbers of a name in small letters: "Board-Q4_2024.pdf" as board, q, 4, 2024, pdf."""
    return [word.casefold() for word in _WORD.findall(text)]


@cache
def singular(word: str) -> str:
    """Return a noun as lists of kinds have it; other words may lose an ending, which does not matter for comparing."""
    word = word.casefold()
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    for ending in ("en", "es", "s", "e", "n"):
        bare = word.removesuffix(ending)
        bare = _PLURALS.get(bare, bare) if bare != word else bare
        if bare != word and bare in _known():
            return bare
    return word


def genre(words: str) -> Genre | None:
    """Return the kind of document that a noun names, None for any other noun: "contracts", "PDFs", "Excel files"."""
    parts = words_of(words.casefold().replace("e-mail", "email"))
    if not parts:
        return None
    if parts[-1] in ("file", "files", "document", "documents", "docs", "datei", "dateien", "dokument", "dokumente"):
        return _types().get(singular(parts[-2])) if len(parts) == 2 else None
    if len(parts) != 1 or singular(parts[0]) in _BESIDE_FILE:
        return None
    return _types().get(singular(parts[0])) or _kinds().get(singular(parts[0]))


def compound_of(word: str) -> str:
    """Return the singular of a German compound that ends in a kind, else "": "Wartungsverträge", "wartungsvertrag"."""
    word = word.casefold()
    for ending in sorted((*_PLURALS, *_known()), key=len, reverse=True):
        for bent in (ending, f"{ending}en", f"{ending}e", f"{ending}s"):
            front = word.removesuffix(bent)
            if len(ending) > _LEAST_COMPOUND and front and front != word and front not in _PREFIXES:
                return f"{front}{_PLURALS.get(ending, ending)}"
    return ""


def nearest_kind(word: str) -> str:
    """Return the word for a kind of document that a mistyped one is most like, "" for none."""
    like = get_close_matches(word.casefold(), [*_kinds(), *(f"{kind}s" for kind in _kinds())], n=1, cutoff=_LIKE)
    return like[0] if like and len(word) > _LEAST_COMPOUND else ""


def is_kind(word: str) -> bool:
    """Tell whether a word is one for a kind of document, or a German compound that ends in one."""
    return any(_names(kind, singular(word)) for kind in _kinds())


def is_plural(word: str) -> bool:
    """Tell whether a noun of the lists stands for several, or may."""
    word = word.casefold()
    return singular(word) != word or word in ("minutes", "slides")


def is_of(kind: Genre, row: "RegisterRow") -> bool:
    """Tell whether a document is of a kind: by its ending, else by its title, its file's name or its folders."""
    if kind.endings:
        return ending_of(row) in kind.endings
    named = names_in(row)
    if kind.name not in _REPLIED and _REPLY.match(row.title):
        # "Re: Invoice overdue" is talk about an invoice; in a folder of invoices it is filed as one.
        named = [singular(word) for word in words_of(row.source.rpartition("/")[0])]
    return any(_names(word, part) for word in kind.words for part in named)


def names_in(row: "RegisterRow") -> Sequence[str]:
    """Return the words of a document's title, file name and folders, each folder and the name without its ending."""
    return [*own_names_in(row), *(singular(word) for word in words_of(row.source.rpartition("/")[0]))]


def own_names_in(row: "RegisterRow") -> Sequence[str]:
    """Return the words of a document's title and file name, each in the singular, the name without its ending."""
    name = row.source.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return [singular(word) for word in words_of(f"{row.title} {stem}")]


def _names(word: str, part: str) -> bool:
    """Tell whether a word of a name is that of a kind, or a German compound that ends in it: "Mietvertrag"."""
    if part == word:
        return True
    if len(word) <= _LEAST_COMPOUND or len(part) <= len(word) or not part.endswith(word):
        return False
    # An "Abrechnung" is no "Rechnung", and so is none a "Nebenkostenabrechnung".
    return part.removesuffix(word) not in _PREFIXES and not any(part.endswith(kind) for kind in _prefixed(word))


@cache
def _prefixed(word: str) -> tuple[str, ...]:
    """Return the words for other kinds that are one with a syllable in front: "abrechnung" of "rechnung"."""
    return tuple(f"{prefix}{word}" for prefix in _PREFIXES if f"{prefix}{word}" in _known())


@cache
def _known() -> frozenset[str]:
    kinds = {word for line in _KINDS for word in line.split()}
    return frozenset(kinds | {word for _, words, _ in _TYPES for word in words.split()})


@cache
def _types() -> dict[str, Genre]:
    return {
        word: Genre(name, tuple(words.split()), tuple(endings.split()))
        for name, words, endings in reversed(_TYPES)
        for word in words.split()
    }


@cache
def _kinds() -> dict[str, Genre]:
    """Return the kinds by every word for one: the line that begins with it, else the first that holds it."""
    lines = [tuple(line.split()) for line in _KINDS]
    found: dict[str, Genre] = {}
    for line in lines:
        for word in line:
            found.setdefault(word, Genre(line[0], line))
    return found | {line[0]: Genre(line[0], line) for line in lines}
