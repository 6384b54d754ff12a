"""XML whose values are attributes and not text: Apple Health, calls and messages of Android phones, HomeBank.

Elements of one name that follow one another are a table whose columns are their attributes.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.export import chat
from ingest.load.markup import name
from qa.lazy_regex import lazy_regex

# Where fewer of the elements without others hold text, the attributes are what is to be read.
_FEW_TEXTS = 0.1
_LEAST_ATTRIBUTES = 2
_MAX_DEPTH = 60
# What programs write for themselves: versions, devices, and what hangs below a record of Apple Health.
_OF_PROGRAMS = {"sourceVersion", "device", "creationDate"}
_BELOW_RECORDS = {"MetadataEntry", "FileReference", "InstantaneousBeatsPerMinute", "WorkoutEvent"}
_APPLE = lazy_regex(r"HK(?:[A-Z][a-z]+TypeIdentifier|[A-Z][a-z]+ActivityType)?(?=[A-Z])")
_CAPITAL = lazy_regex(r"(?<=[a-z])(?=[A-Z])")
_NO_VALUE = {"null", ""}
_SENT = "2"
"""Of a message of Android: it was sent, not received."""
_MMS_SENT = "128"


def holds(root: Any) -> bool:
    """Tell whether an XML file says what it says in attributes."""
    texts = values = 0
    for element in root.iter():
        if isinstance(element.tag, str) and not len(element):
            texts += bool((element.text or "").strip())
            values += len(element.attrib) >= _LEAST_ATTRIBUTES
    return values > 0 and texts <= _FEW_TEXTS * values


def add(built: TextBuilder, root: Any) -> None:
    """Add what the attributes of an XML file say."""
    if name(root) == "smses":
        chat.build(built, list(_chats(root)))
        return
    _own(built, root)
    _below(built, root, 1)


def _below(built: TextBuilder, element: Any, depth: int) -> None:
    children = [child for child in element if name(child) and name(child) not in _BELOW_RECORDS]
    if depth > _MAX_DEPTH:
        return
    for kind, run in groupby(children, key=name):
        elements = list(run)
        deep = [one for one in elements if any(name(child) not in _BELOW_RECORDS for child in one)]
        if len(elements) > 1 and not deep:
            built.heading(min(depth, 6), kind)
            _table(built, elements)
            continue
        for one in elements:
            _own(built, one)
            _below(built, one, depth + 1)


def _table(built: TextBuilder, elements: Sequence[Any]) -> None:
    rows = [_values(one) for one in elements]
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if len(columns) > 1 and len(rows) > 1:
        built.table([columns, *([row.get(key, "") for key in columns] for row in rows)], is_named=True)
    else:
        built.lines(f"{key}: {value}" for row in rows for key, value in row.items())


def _own(built: TextBuilder, element: Any) -> None:
    said = "; ".join(f"{key}: {value}" for key, value in _values(element).items())
    text = one_line(element.text or "")
    if said or text:
        built.line(f"{name(element)}: {'; '.join(filter(None, (said, text)))}")


def _values(element: Any) -> dict[str, str]:
    """Return an element's attributes that say something, and its text."""
    said = {
        _APPLE.sub("", key.rpartition("}")[2]): _spaced(one_line(value))
        for key, value in element.attrib.items()
        if key.rpartition("}")[2] not in _OF_PROGRAMS and value.strip() not in _NO_VALUE
    }
    text = one_line(element.text or "")
    return {**said, "text": text} if text else said


def _spaced(value: str) -> str:
    """Return "HKQuantityTypeIdentifierHeartRate" as "Heart Rate"."""
    return _CAPITAL.sub(" ", _APPLE.sub("", value)) if value.startswith("HK") else value


def _chats(root: Any) -> Iterator[dict[str, Any]]:
    """Yield the messages of a phone by whom they were written with, as `chat` reads them."""
    by_name: dict[str, list[dict[str, str]]] = {}
    for one in root:
        kind = name(one)
        if kind not in ("sms", "mms"):
            continue
        said = one.get("body") or "" if kind == "sms" else _text_of(one)
        sent = one.get("type") == _SENT if kind == "sms" else one.get("msg_box") == _SENT or _is_sent(one)
        number = one_line((one.get("address") or "").replace("~", ", "))
        contact = one_line(one.get("contact_name") or "")
        other = number if contact in ("", "null", "(Unknown)") else contact
        if said and said != "null":
            message = {"sender": "Me" if sent else other, "timestamp": one.get("date") or "", "text": said}
            by_name.setdefault(other, []).append(message)
    for other, messages in by_name.items():
        yield {"name": other, "messages": messages}


def _is_sent(message: Any) -> bool:
    return bool(message.get("m_type") == _MMS_SENT)


def _text_of(message: Any) -> str:
    """Return the texts among the parts of a message with pictures."""
    texts = (part.get("text") or "" for part in message.iter("part") if part.get("ct") == "text/plain")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(text for text in texts if text not in _NO_VALUE))
