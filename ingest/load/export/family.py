"""Family trees (GEDCOM): a line for each person, with parents, partners and children by their names.

Source: The GEDCOM Standard 5.5.1, and 7.0, https://gedcom.io
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.load import text
from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.types import Document

_LINE = lazy_regex(r"[ \t]*(\d{1,2}) +(?:(@[^@\n]{1,100}@) +)?(\w{1,40})(?:[ \t](.*))?")
_CHARSET = lazy_regex(rb"^\s*1 +CHAR +(\S+)", re.MULTILINE)
_LINK = lazy_regex(r"\s*(@[^@\s][^@\n]{0,100}@)\s*")
_EVENTS = {
    "BIRT": "Born", "CHR": "Christened", "BAPM": "Baptised", "DEAT": "Died", "BURI": "Buried", "CREM": "Cremated",
    "EMIG": "Emigrated", "IMMI": "Immigrated", "NATU": "Naturalised", "GRAD": "Graduated", "RETI": "Retired",
    "CENS": "Census", "CONF": "Confirmed", "ADOP": "Adopted", "MARR": "Married", "DIV": "Divorced", "ENGA": "Engaged",
    "PROB": "Will proved", "WILL": "Will made", "EVEN": "Event",
}  # fmt: skip
_FACTS = {
    "OCCU": "Occupation", "EDUC": "Education", "RELI": "Religion", "RESI": "Residence", "NATI": "Nationality",
    "TITL": "Title", "ALIA": "Also called", "SSN": "Number of social security", "PROP": "Property",
    "DSCR": "Description", "CAST": "Caste", "EMAIL": "Mail", "PHON": "Telephone", "WWW": "Page",
}  # fmt: skip
_SEXES = {"M": "male", "F": "female"}
_PARENTS = {"M": "Father", "F": "Mother"}
_NOTES = {"NOTE", "SNOTE"}
_PARTS_OF_NAMES = ("GIVN", "SPFX", "SURN", "NSFX")
_ROLES = {"HUSB", "WIFE"}
_MOST_NAMES = 60
_LONGEST_SHARED = 300
# Letters of ANSEL, and the marks that it writes before the letter that they stand on.
_LETTERS = dict(
    zip(
        (*range(0xA1, 0xAF), *range(0xB0, 0xBB), 0xBC, 0xBD, *range(0xC0, 0xC8), 0xCF),
        "ŁØĐÞÆŒʹ·♭®±ƠƯʼʻłøđþæœʺı£ðơư°ℓ℗©♯¿¡ßß",
        strict=True,
    )
)
_MARKS = dict(
    zip(
        (*range(0xE0, 0xEB), *range(0xED, 0xFA)),
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a"
        "\u0315\u030b\u0310\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e",
        strict=True,
    )
)


@dataclass(slots=True)
class _Entry:
    """A line with its number of level, and the lines below it."""

    tag: str
    lines: list[str]
    id: str = ""
    below: list["_Entry"] = field(default_factory=list)

    @property
    def value(self) -> str:
        """What it says, with the lines that go on with it."""
        return "".join(self.lines)

    def first(self, tag: str) -> "_Entry | None":
        return next((one for one in self.below if one.tag == tag), None)

    def said(self, tag: str) -> str:
        found = self.first(tag)
        return one_line(found.value) if found else ""


def load(file: File, media_type: str) -> Document:
    """Load a family tree."""
    data = file.read()
    # Old programs end their lines as Macs once did.
    charset = _CHARSET.search(data[:4_000].replace(b"\r", b"\n"))
    source = _ansel(data) if charset and charset[1].upper() == b"ANSEL" else text.read(file)
    records = {one.id or str(number): one for number, one in enumerate(_records(source))}
    built = TextBuilder()
    people = [one for one in records.values() if one.tag == "INDI"]
    for person in people:
        built.line("; ".join(f"{label}: {value}" for label, value in _person(person, records) if value))
    for note in records.values():
        if note.tag in _NOTES and (said := _note(note, records)):
            built.paragraph(said)
    if not built.text:
        raise LoadError(file.source, "holds no people; export it again as GEDCOM")
    return built.document(file, media_type)


def _records(source: str) -> Iterator[_Entry]:
    """Yield the entries of level 0, each with those below it; a line without a number goes on with the one above."""
    path: list[_Entry] = []
    for line in source.splitlines():
        match = _LINE.fullmatch(line.lstrip("\ufeff"))
        if match is None:
            if path:
                path[-1].lines.append(f"\n{line}")
            continue
        level = min(whole(match[1]), len(path))
        said = match[4] or ""
        # Blanks at the end of a text part its words, those behind a link nothing.
        link = _LINK.fullmatch(said)
        entry = _Entry(match[3].upper(), [link[1] if link else said], match[2] or "")
        if entry.tag in ("CONT", "CONC") and level:
            path[level - 1].lines.append(("\n" if entry.tag == "CONT" else "") + entry.value)
        else:
            if level:
                path[level - 1].below.append(entry)
            elif path:
                yield path[0]
        path[level:] = [entry]
    if path:
        yield path[0]


def _person(person: _Entry, records: dict[str, _Entry]) -> Iterator[tuple[str, str]]:
    yield "Name", _name(person)
    names = [one for one in person.below if one.tag == "NAME"]
    others = [said for one in names if (said := _called(one))][1:]
    yield "Also called", ", ".join([*others, *(one.said("NICK") for one in names if one.said("NICK"))])
    yield "Sex", _SEXES.get(person.said("SEX"), "")
    for entry in person.below:
        yield from _told(entry, records)
    parents = [records[one.value] for one in person.below if one.tag == "FAMC" and one.value in records]
    both = [one.value for family in parents for one in family.below if one.tag in _ROLES and one.value in records]
    yield "Parents", _names_of(iter(both), records)
    for label in ("Father", "Mother"):
        yield (
            label,
            _names_of((one for one in both if _PARENTS.get(records[one].said("SEX")) == label), records),
        )
    siblings = (one.value for family in parents for one in family.below if one.tag == "CHIL" and one.value != person.id)
    yield "Siblings", _names_of(siblings, records)
    for family in (records[one.value] for one in person.below if one.tag == "FAMS" and one.value in records):
        partners = (one.value for one in family.below if one.tag in _ROLES and one.value != person.id)
        yield "Partner", _names_of(partners, records)
        for entry in family.below:
            yield from _told(entry, records)
        yield "Children", _names_of((one.value for one in family.below if one.tag == "CHIL"), records)


def _told(entry: _Entry, records: dict[str, _Entry]) -> Iterator[tuple[str, str]]:
    """Yield what an entry says of a person or a family: an event with its day and place, a fact, a note."""
    said = _plain(entry.value)
    if entry.tag in _EVENTS and said == "N":
        return  # it did not happen
    if entry.tag in _EVENTS:
        label = entry.said("TYPE") if entry.tag == "EVEN" else ""
        parts = (entry.said("DATE"), entry.said("PLAC"), said if said != "Y" else "", entry.said("CAUS"))
        yield label or _EVENTS[entry.tag], ", ".join(filter(None, parts)) or ("yes" if said == "Y" else "")
    elif entry.tag in _FACTS:
        where = entry.said("PLAC") or _address(entry)
        yield _FACTS[entry.tag], ", ".join(filter(None, (said, entry.said("DATE"), where)))
    elif entry.tag == "FACT":
        yield entry.said("TYPE") or "Fact", said
    elif entry.tag in _NOTES:
        yield "Note", _note(entry, records)
    for note in entry.below if entry.tag in _EVENTS else ():
        if note.tag in _NOTES:
            yield "Note", _note(note, records)


def _note(entry: _Entry, records: dict[str, _Entry]) -> str:
    found = records.get(entry.value.strip())
    if found is None and _LINK.fullmatch(entry.value):
        return ""  # "@VOID@", or a note that the file lacks
    said = one_line((found or entry).value.replace("@@", "@"))
    # What several refer to stands whole behind the people.
    return f"{said[:_LONGEST_SHARED]}…" if found and found is not entry and len(said) > _LONGEST_SHARED else said


def _address(entry: _Entry) -> str:
    address = entry.first("ADDR")
    if address is None:
        return ""
    parts = (address.value, *(address.said(tag) for tag in ("ADR1", "ADR2", "POST", "CITY", "STAE", "CTRY")))
    return ", ".join(dict.fromkeys(one_line(part) for part in parts if part))


def _names_of(ids: Iterator[str], records: dict[str, _Entry]) -> str:
    known = list(dict.fromkeys(one for one in ids if one in records))
    more = [f"{len(known) - _MOST_NAMES} more"] if len(known) > _MOST_NAMES else []
    return ", ".join([*(_name(records[one]) for one in known[:_MOST_NAMES]), *more])


def _name(person: _Entry) -> str:
    names = (_called(one) for one in person.below if one.tag == "NAME")
    return next(filter(None, names), "unknown")


def _called(name: _Entry) -> str:
    """Return a name as it is written, or of its parts where only these are."""
    return _plain(name.value) or _plain(" ".join(name.said(tag) for tag in _PARTS_OF_NAMES))


def _plain(name: str) -> str:
    """Return a name without the strokes around the family's ("Ada /Lovelace/")."""
    return one_line(name.replace("/", " ").replace("@@", "@"))


def _ansel(data: bytes) -> str:
    """Decode ANSEL, whose marks stand before their letters."""
    made: list[str] = []
    marks: Sequence[str] = ()
    for byte in data:
        if byte in _MARKS:
            marks = (*marks, _MARKS[byte])
            continue
        made.append(_LETTERS.get(byte) or (chr(byte) if byte < 0x80 else "\ufffd"))
        made += marks
        marks = ()
    return unicodedata.normalize("NFC", "".join(made))
