"""Address cards (.vcf): a line for each card.

Read here, since the old form with its bare types and broken lines is still the commonest.
"""

import binascii
import quopri
import re
from collections.abc import Iterator

from ingest.load import text
from ingest.load.build import TextBuilder, one_line
from ingest.load.decoding import decode
from ingest.load.file import File
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.tables.lines import row_line
from qa.types import Document

_LINE = lazy_regex(
    r"(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:;(?:\"[^\"]*\"|[^\":])*)?):(?P<value>.*)", re.DOTALL
)
_LABELS = {
    "FN": "Name", "NICKNAME": "Nickname", "ORG": "Organisation", "TITLE": "Title", "ROLE": "Role", "TEL": "Phone",
    "EMAIL": "Email", "ADR": "Address", "BDAY": "Birthday", "ANNIVERSARY": "Anniversary", "URL": "Website",
    "IMPP": "Messenger", "CATEGORIES": "Categories", "RELATED": "Related", "LANG": "Language", "GENDER": "Gender",
    "NOTE": "Note",
}  # fmt: skip
_TYPES = {"home": "home", "work": "work", "cell": "mobile", "fax": "fax", "pager": "pager"}
_PLACES = (0, 1, 2, 5, 3, 4, 6)  # box, extension and street, then code before town, region, country
_ESCAPED = lazy_regex(r"\\([,;:\\nN])")
# Pictures, sounds and keys.
_MAX_VALUE = 20_000


def load(file: File, media_type: str) -> Document:
    """Load a file of cards; pictures, sounds and keys are left out."""
    built = TextBuilder()
    names: list[str] = []
    for card in _cards(text.read(file)):
        facts = _facts(card)
        if facts:
            names.append(facts[0][1])
            built.paragraph(row_line([name for name, _ in facts], [value for _, value in facts]))
    if not built.text:
        raise LoadError(file.source, "holds no address card with a text")
    title = names[0] if len(names) == 1 else file.stem
    return built.document(file, media_type, title)


def _cards(source: str) -> Iterator[list[tuple[str, list[str], str]]]:
    """Yield the properties of each card: name, parameters, value."""
    card: list[tuple[str, list[str], str]] = []
    for line in _unfolded(source):
        match = _LINE.fullmatch(line)
        if not match:
            continue
        name = match["name"].upper()
        if name == "BEGIN":
            if card:
                yield card
            card = []
        elif name != "END" and len(match["value"]) <= _MAX_VALUE:
            parameters = [one.strip().strip('"') for one in match["parameters"].split(";")[1:]]
            card.append((name, parameters, plain(match["value"], parameters)))
    if card:
        yield card


def _unfolded(source: str) -> Iterator[str]:
    """Yield the lines; one goes on in the next where that is indented, or where quoted-printable ends in "="."""
    held: list[str] = []
    soft = False
    for line in source.split("\n"):
        if held and (soft or line[:1] in (" ", "\t")):
            held.append(line if soft else line[1:])
        else:
            if held:
                yield "".join(held)
            held = [line]
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in held[0].upper()
        if soft:
            held[-1] = held[-1][:-1]
    if held:
        yield "".join(held)


def plain(value: str, parameters: list[str]) -> str:
    """Return a value in plain letters; its parameters tell whether it is written otherwise, and in which encoding."""
    said = [one.upper() for one in parameters]
    if not any("QUOTED-PRINTABLE" in one for one in said):
        return value
    declared = next((one.partition("=")[2] for one in parameters if one.upper().startswith("CHARSET=")), None)
    try:
        data = quopri.decodestring(value.encode())
    except (binascii.Error, ValueError):
        return value
    return decode(data, declared=declared) or value


def _facts(card: list[tuple[str, list[str], str]]) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if not any(name == "FN" and value.strip() for name, _, value in card):
        card = [("FN", [], _person(value)) if name == "N" else (name, some, value) for name, some, value in card]
    for name in _LABELS:
        for found, parameters, value in card:
            if found == name and (said := _value(name, value)):
                facts.append((_label(name, parameters), said))
    return facts


def _label(name: str, parameters: list[str]) -> str:
    """Return the name of a fact, with what its parameters say of it: "Phone (work)"."""
    kinds = [kind for one in parameters for kind in one.lower().rpartition("=")[2].split(",")]
    shown = ", ".join(dict.fromkeys(_TYPES[kind] for kind in kinds if kind in _TYPES))
    return f"{_LABELS[name]} ({shown})" if shown else _LABELS[name]


def _value(name: str, value: str) -> str:
    if name == "ADR":
        fields = _fields(value)
        return ", ".join(fields[at] for at in _PLACES if at < len(fields) and fields[at])
    if name == "ORG":
        return ", ".join(filter(None, _fields(value)))
    if name in ("TEL", "IMPP", "RELATED"):
        value = re.sub(r"^(?:tel|xmpp|urn:uuid):", "", value, flags=re.IGNORECASE)
    if name == "BDAY" and (compact := re.fullmatch(r"(\d{4})(\d\d)(\d\d)", value.strip())):
        return "-".join(compact.groups())
    return one_line(_unescaped(value))


def _person(value: str) -> str:
    """Return "family;given;further;before;after" as it is said."""
    family, given, further, before, after = (*_fields(value), "", "", "", "", "")[:5]
    return " ".join(filter(None, (before, given, further, family, after)))


def _fields(value: str) -> list[str]:
    return [one_line(_unescaped(field)) for field in re.split(r"(?<!\\);", value)]


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)
