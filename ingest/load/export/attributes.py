"""XML whose values are attributes and not text: Apple Health, calls and messages of Android phones, HomeBank.

Elements of one name that follow one another are a table whose columns are their attributes.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.export import chat
from ingest.load.html import page as html
from ingest.load.markup import TAGS, is_data, name, without_data
from ingest.load.whole import whole
from qa.lazy_regex import lazy_regex

# Where fewer of the elements hold text, the attributes are what is to be read.
_FEW_TEXTS = 0.1
_LEAST_ATTRIBUTES = 2
_MAX_DEPTH = 60
# What programs write for themselves: versions, devices, and what hangs below a record of Apple Health.
_OF_PROGRAMS = {"sourceVersion", "device", "creationDate"}
_BELOW_RECORDS = {
    "MetadataEntry", "FileReference", "HeartRateVariabilityMetadataList", "InstantaneousBeatsPerMinute", "WorkoutEvent",
}  # fmt: skip
_APPLE = lazy_regex(r"HK(?:[A-Z][a-z]+TypeIdentifier|[A-Z][a-z]+ActivityType)?(?=[A-Z])")
_CAPITAL = lazy_regex(r"(?<=[a-z])(?=[A-Z])")
_NO_VALUE = {"null", ""}
_TEXT = "text"
"""What the text of an element is called beside its attributes."""
_UNKNOWN = "Unknown"
_NOBODY = {"", "null", "(Unknown)"}
# Of messages and calls of Android: what their codes mean.
_BOXES = {"1": "", "2": "Me", **dict.fromkeys("3456", "Me (not sent)")}
_MMS_SENT = "128"
_CALLS = {"1": "incoming", "2": "outgoing", "3": "missed", "4": "voicemail", "5": "rejected", "6": "blocked"}


def holds(root: Any) -> bool:
    """Tell whether an XML file says what it says in attributes.

    Where words stand behind an element, it is a mark within prose, and its attributes say how the prose looks.
    """
    if name(root) == "smses":
        return True
    texts = values = 0
    for element in root.iter():
        if (element.tail or "").strip():
            return False
        texts += bool((element.text or "").strip())
        values += name(element) != "" and not len(element) and len(element.attrib) >= _LEAST_ATTRIBUTES
    return values > 0 and texts <= _FEW_TEXTS * values


def add(built: TextBuilder, root: Any) -> None:
    """Add what the attributes of an XML file say."""
    if name(root) == "smses":
        chat.build(built, list(_chats(root)))
        return
    if not any(map(_is_call, root)):
        _own(built, root)
    _below(built, root, 1)


def _below(built: TextBuilder, element: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        for one in element.iterdescendants():
            if name(one) and name(one) not in _BELOW_RECORDS:
                _own(built, one)
        return
    children = [child for child in element if name(child) and name(child) not in _BELOW_RECORDS]
    # One element with others below it ends a table, and the next begins behind it.
    for (kind, is_deep), run in groupby(children, key=lambda child: (name(child), _is_deep(child))):
        elements = list(run)
        if len(elements) > 1 and not is_deep:
            built.heading(min(depth, 6), kind)
            _table(built, elements)
            continue
        for one in elements:
            _own(built, one)
            _below(built, one, depth + 1)


def _is_deep(element: Any) -> bool:
    return any(name(child) and name(child) not in _BELOW_RECORDS for child in element)


def _table(built: TextBuilder, elements: Sequence[Any]) -> None:
    rows = [_values(one) for one in elements]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if len(columns) > 1 and len(rows) > 1:
        built.table([columns, *([row.get(key, "") for key in columns] for row in rows)], is_named=True)
    else:
        built.lines(value if key == _TEXT else f"{key}: {value}" for row in rows for key, value in row.items())


def _own(built: TextBuilder, element: Any) -> None:
    said = [value if key == _TEXT else f"{key}: {value}" for key, value in _values(element).items()]
    if said:
        built.line(f"{name(element)}: {'; '.join(said)}")


def _values(element: Any) -> dict[str, str]:
    """Return an element's attributes that say something, and its text."""
    if _is_call(element):
        return _call(element)
    said = {
        _APPLE.sub("", key.rpartition("}")[2]): _spaced(_plain(value, key.rpartition("}")[2]))
        for key, value in element.attrib.items()
        if key.rpartition("}")[2] not in _OF_PROGRAMS and value.strip() not in _NO_VALUE
    }
    # An attribute may be called "text" too, and say the same.
    texts = (said.pop(_TEXT, ""), _plain(element.text or "", name(element)))
    said[_TEXT] = " ".join(dict.fromkeys(filter(None, texts)))
    return {key: value for key, value in said.items() if value}


def _plain(value: str, label: str) -> str:
    """Return a value as one line, without the tags of HTML; "" for bytes in letters, which is told."""
    if is_data(value):
        without_data(label)
        return ""
    return one_line(html.build(value)[1].text if TAGS.search(value) else value)


def _spaced(value: str) -> str:
    """Return "HKQuantityTypeIdentifierHeartRate" as "Heart Rate"."""
    return _CAPITAL.sub(" ", _APPLE.sub("", value)) if value.startswith("HK") else value


def _is_call(element: Any) -> bool:
    return name(element) == "call" and {"number", "duration", "presentation"} <= set(element.attrib)


def _call(call: Any) -> dict[str, str]:
    """Return what a call of a phone says, its codes as words."""
    said = {key: one_line(call.get(key) or "") for key in ("contact_name", "number", "readable_date", "type")}
    contact, number, day, kind = said.values()
    values = {
        "contact": "" if contact in _NOBODY else contact,
        "number": number,
        "date": day if day not in _NO_VALUE else _moment(call.get("date") or ""),
        "type": _CALLS.get(kind, kind),
        "duration in seconds": one_line(call.get("duration") or ""),
    }
    return {key: value for key, value in values.items() if value not in _NO_VALUE}


def _moment(milliseconds: str) -> str:
    if not milliseconds.isdecimal():
        return ""
    try:
        return f"{datetime.fromtimestamp(whole(milliseconds) / 1000, UTC):%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return ""


def _chats(root: Any) -> Iterator[dict[str, Any]]:
    """Yield the messages of a phone by whom they were written with, as `chat` reads them."""
    by_name: dict[str, list[dict[str, str]]] = {}
    for one in root:
        kind = name(one)
        if kind not in ("sms", "mms"):
            continue
        said = one.get("body") or "" if kind == "sms" else _text_of(one)
        number = one_line((one.get("address") or "").replace("~", ", "))
        contact = one_line(one.get("contact_name") or "")
        other = (number if contact in _NOBODY else contact) or _UNKNOWN
        if said and said != "null":
            message = {"sender": _sender(one) or other, "timestamp": one.get("date") or "", "text": said}
            by_name.setdefault(other, []).append(message)
    for other, messages in by_name.items():
        yield {"name": other, "messages": messages}


def _sender(message: Any) -> str:
    """Return who wrote a message, "" for the other: nobody else is to have said what I wrote, or did not send."""
    box = (message.get("type" if name(message) == "sms" else "msg_box") or "").strip()
    if box not in _BOXES and message.get("m_type") == _MMS_SENT:
        return "Me"
    return _BOXES.get(box, _UNKNOWN)


def _text_of(message: Any) -> str:
    """Return the texts among the parts of a message with pictures."""
    texts = (part.get("text") or "" for part in message.iter("part") if part.get("ct") == "text/plain")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(text for text in texts if text not in _NO_VALUE))
