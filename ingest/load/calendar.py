"""Calendars (.ics, and invitations in mails) through icalendar: a line for each event with its day and place."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from ingest.load import cards
from ingest.load import text as texts
from ingest.load.build import TextBuilder, one_line, tidy
from ingest.load.file import File
from ingest.load.unseen import incomplete
from ingest.load.whole import whole
from qa.errors import LoadError
from qa.lazy_regex import lazy_regex
from qa.tables.lines import row_line
from qa.types import Document

_FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE
_BLOCK = lazy_regex(
    r"^BEGIN:(VEVENT|VTODO|VJOURNAL)[ \t]*\n(.*?)(?:^END:\1[ \t]*$|(?=^BEGIN:(?:VEVENT|VTODO|VJOURNAL)\b)|\Z)", _FLAGS
)
_QUOTED = lazy_regex(
    r"^(?P<name>[\w-]+);(?=[^:\n]*+:)(?P<parameters>[^:\n]*?QUOTED-PRINTABLE[^:\n]*+):(?P<value>(?:[^\n]*=\n)*[^\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
_OLD_ESCAPE = lazy_regex(r"\\([;:,])")
_FOLD = lazy_regex(r"\n[ \t]")
_NAME = lazy_regex(r"^X-WR-CALNAME[^:\n]*:(.*)$", re.MULTILINE | re.IGNORECASE)
_CANCELLED = lazy_regex(r"^METHOD:CANCEL[ \t]*$", re.MULTILINE | re.IGNORECASE)
# What is longer is no property but data, such as a picture.
_MAX_PROPERTY = 100_000
_MAX_NAMES = 200
# What newer releases of icalendar put in place of a value that they cannot read.
_BROKEN = "vBroken"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = {day[:2].upper(): day for day in _DAYS}
_UNITS = {"SECONDLY": "second", "MINUTELY": "minute", "HOURLY": "hour", "DAILY": "day", "WEEKLY": "week",
          "MONTHLY": "month", "YEARLY": "year"}  # fmt: skip
_KINDS = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Entry"}


def load(file: File, media_type: str) -> Document:
    """Load a calendar; alarms, time zones and pictures are left out."""
    source = texts.read(file)
    built = TextBuilder()
    for line, described in _entries(source):
        built.paragraph(line)
        built.paragraph(described)
    if not built.text:
        raise LoadError(file.source, "is a calendar without an entry")
    named = _NAME.search(_FOLD.sub("", source))
    return built.document(file, media_type, one_line(named[1]) if named else "")


def text(source: str) -> str:
    """Return the entries of a calendar in a mail as text; "" where it holds none."""
    plain = source.replace("\r\n", "\n").replace("\r", "\n")
    return "\n\n".join(part for entry in _entries(plain) for part in entry if part)


def _entries(source: str) -> Iterator[tuple[str, str]]:
    """Yield each entry as a line of its facts and its description."""
    from icalendar.cal import Component

    damaged = 0
    unfolded = _FOLD.sub("", _QUOTED.sub(_decoded, source))
    cancelled = bool(_CANCELLED.search(unfolded))
    for block in _BLOCK.finditer(unfolded):
        kind = block[1].upper()
        lines = list(_own(block[2]))
        try:
            entry: Any = Component.from_ical("\r\n".join([f"BEGIN:{kind}", *lines, f"END:{kind}"]))
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            entry = _tolerant(kind, lines)
            if entry is None:
                damaged += 1
                continue
        for name, _ in entry.errors:
            incomplete(
                f"without a line of the calendar that cannot be read ({one_line(str(name or 'without a name'))})"
            )
        _drop_broken(entry)
        yield _facts(kind, entry, cancelled=cancelled), tidy(_string(entry, "DESCRIPTION"))
    if damaged:
        incomplete(f"without {damaged:,} {'entry' if damaged == 1 else 'entries'} of the calendar: damaged")


def _decoded(match: re.Match[str]) -> str:
    """Return a line of an old calendar (1.0) in plain letters, as today's hold them."""
    said = cards.plain(match["value"].replace("=\n", ""), match["parameters"].split(";"))
    # The old form writes its own signs with a stroke in front, and no stroke twice.
    said = _OLD_ESCAPE.sub(r"\1", said)
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        said = said.replace(sign, written)
    return f"{match['name']}:{said}"


def _drop_broken(entry: Any) -> None:
    """Take away the values that the library keeps though it cannot read them: to look at one is an error."""
    for name, held in list(entry.items()):
        values = held if isinstance(held, list) else [held]
        sound = [value for value in values if type(value).__name__ != _BROKEN]
        if not sound:
            del entry[name]
        elif len(sound) < len(values):
            entry[name] = sound if len(sound) > 1 else sound[0]


def _own(block: str) -> Iterator[str]:
    """Yield an entry's own lines, without those of its alarms."""
    inner = 0
    for line in block.split("\n"):
        start = line[:6].upper()
        inner += start == "BEGIN:"
        if line.strip() and not inner and len(line) < _MAX_PROPERTY:
            yield line
        inner -= start[:4] == "END:" and inner > 0


def _tolerant(kind: str, lines: list[str]) -> Any:
    """Return an entry without the lines that cannot be read; None where nothing is left."""
    from icalendar.cal import Component

    kept = []
    for line in lines:
        try:
            Component.from_ical(f"BEGIN:{kind}\r\n{line}\r\nEND:{kind}")
        except (ValueError, KeyError, TypeError, IndexError, AttributeError):
            incomplete(f"without a line of the calendar that cannot be read ({one_line(line)[:60]})")
        else:
            kept.append(line)
    return Component.from_ical("\r\n".join([f"BEGIN:{kind}", *kept, f"END:{kind}"])) if kept else None


def _facts(kind: str, entry: Any, *, cancelled: bool) -> str:
    status = "cancelled" if cancelled else _string(entry, "STATUS").lower()
    facts = {
        _KINDS[kind]: _string(entry, "SUMMARY"),
        "When": _when(entry),
        "Due": _moment(_value(entry, "DUE"), _zone(entry, "DUE")),
        "Instead of": _moment(_value(entry, "RECURRENCE-ID"), _zone(entry, "RECURRENCE-ID")),
        "Repeats": _repeats(entry),
        "Not on": _days(entry.get("EXDATE")),
        "Where": _string(entry, "LOCATION"),
        "Organizer": ", ".join(_people(entry.get("ORGANIZER"))),
        "Attendees": ", ".join(_people(entry.get("ATTENDEE"))),
        "Status": "" if status == "confirmed" else status,
        "Categories": ", ".join(_categories(entry.get("CATEGORIES"))),
        "Link": _string(entry, "URL"),
    }
    said = {name: one_line(value) for name, value in facts.items() if one_line(value)}
    return row_line(tuple(said), tuple(said.values()))


def _when(entry: Any) -> str:
    start, end = _value(entry, "DTSTART"), _value(entry, "DTEND")
    if start is None:
        return ""
    lasts = _value(entry, "DURATION")
    try:
        if end is None and isinstance(lasts, timedelta):
            end = start + lasts
        if end is not None and not isinstance(end, datetime):
            # The day on which it is over is not one of its days.
            end -= timedelta(1)
    except OverflowError:
        end = None
    said = _moment(start)
    if end is not None and type(end) is type(start) and end != start:
        same = isinstance(end, datetime) and end.date() == start.date()
        said += f" to {f'{end:%H:%M}' if same else _moment(end)}"
    zone = _zone(entry, "DTSTART")
    return f"{said} ({zone})" if zone else said


def _moment(value: Any, zone: str = "") -> str:
    """Write a day as "Saturday, 22 March 2025", with its time of day if it has one."""
    if not isinstance(value, date):
        return ""
    day = f"{_DAYS[value.weekday()]}, {value.day} {_MONTHS[value.month - 1]} {value.year}"
    said = f"{day} {value:%H:%M}" if isinstance(value, datetime) else day
    return f"{said} ({zone})" if zone else said


def _zone(entry: Any, name: str) -> str:
    held = entry.get(name)
    params = getattr(held, "params", {})
    if zone := params.get("TZID"):
        return one_line(str(zone))
    value = getattr(held, "dt", None)
    return "UTC" if isinstance(value, datetime) and value.tzinfo is not None else ""


def _value(entry: Any, name: str) -> Any:
    held = entry.get(name)
    held = held[0] if isinstance(held, list) and held else held
    return getattr(held, "dt", None)


def _string(entry: Any, name: str) -> str:
    held = entry.get(name)
    return str((held[0] if held else "") if isinstance(held, list) else held or "")


def _people(held: Any) -> Iterator[str]:
    for one in (held if isinstance(held, list) else [held] if held else [])[:_MAX_NAMES]:
        address = re.sub(r"^mailto:", "", str(one), flags=re.IGNORECASE)
        name = one_line(str(getattr(one, "params", {}).get("CN", "")))
        yield f"{name} <{address}>" if name and name != address else address


def _categories(held: Any) -> Iterator[str]:
    for one in held if isinstance(held, list) else [held] if held else []:
        yield from (str(name) for name in getattr(one, "cats", [one]))


def _days(held: Any) -> str:
    lists = held if isinstance(held, list) else [held] if held else []
    days = (getattr(one, "dt", None) for some in lists for one in getattr(some, "dts", ()))
    return "; ".join(filter(None, (_moment(day) for day in list(days)[:_MAX_NAMES])))


def _repeats(entry: Any) -> str:
    """Write rules as "every 2 weeks on Monday, Friday until …"; an entry may have several."""
    held = entry.get("RRULE")
    rules = held if isinstance(held, list) else [held] if held else []
    return "; and ".join(filter(None, map(_rule, rules[:_MAX_NAMES])))


def _rule(held: Any) -> str:
    """Write one rule; what it has beyond its unit, days and end as it stands."""
    rule = {**held}
    unit = _UNITS.get(str((rule.pop("FREQ", None) or [""])[0]).upper(), "")
    if not unit:
        return ""
    count = whole(str((rule.pop("INTERVAL", None) or [1])[0]), 1)
    said = f"every {unit}" if count == 1 else f"every {count} {unit}s"
    if days := rule.pop("BYDAY", None):
        said += f" on {', '.join(map(_day, days))}"
    if times := rule.pop("COUNT", None):
        said += f", {times[0]} times"
    if until := rule.pop("UNTIL", None):
        said += f" until {_moment(until[0])}"
    rule.pop("WKST", None)
    rest = "; ".join(f"{name.lower()} {', '.join(map(str, values))}" for name, values in rule.items())
    return f"{said} ({rest})" if rest else said


def _day(code: Any) -> str:
    """Write "MO" as Monday and "-1FR" as -1 Friday."""
    number, name = re.fullmatch(r"([+-]?\d*)(.*)", str(code), re.DOTALL).groups()  # type: ignore[union-attr]
    day = _SHORT_DAYS.get(name.upper(), name)
    return f"{number} {day}" if number else day
