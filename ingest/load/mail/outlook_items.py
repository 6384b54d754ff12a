"""What an appointment, a task or a contact in an Outlook message says besides its text: when, where, telephones."""

import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.load.build import one_line
from ingest.load.file import File

# Outlook's own numbers of what a file numbers anew: where that is told, eight bytes for each.
_NAMES = "__nameid_version1.0/__substg1.0_00030102"
_FIRST_NAMED = 0x8000
_APPOINTMENT = {"Starts": 0x820D, "Ends": 0x820E, "Where": 0x8208, "Repeats": 0x8232}
_TASK = {"Starts": 0x8104, "Due": 0x8105}
_CONTACT = {"Email": 0x8083}
_CONTACT_PLAIN = {
    "Company": 0x3A16,
    "Position": 0x3A17,
    "Telephone": 0x3A08,
    "Telephone at home": 0x3A09,
    "Mobile": 0x3A1C,
    "Street": 0x3A29,
    "Postcode": 0x3A2A,
    "City": 0x3A27,
    "Country": 0x3A26,
}


def facts(file: File, message: Any) -> dict[str, str]:
    """Return what an item that is no mail says, by its label; nothing for a mail."""
    kind = (message.message_class or "").upper()
    named = (
        _APPOINTMENT
        if kind.startswith("IPM.APPOINTMENT")
        else _TASK
        if kind.startswith("IPM.TASK")
        else _CONTACT
        if kind.startswith("IPM.CONTACT")
        else {}
    )
    plain = _CONTACT_PLAIN if named is _CONTACT else {}
    numbers = _numbers(file) if named else {}
    values = {one.pid: one for one in message.properties}
    wanted = {**{label: numbers.get(number, -1) for label, number in named.items()}, **plain}
    said = {label: _said(values[number]) for label, number in wanted.items() if number in values}
    return {label: value for label, value in said.items() if value}


def _said(one: Any) -> str:
    value = one.value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return one_line(value) if isinstance(value, str) else ""


def _numbers(file: File) -> Mapping[int, int]:
    """Return under which number a file keeps what Outlook numbers; none where it does not say."""
    import olefile

    with file.open() as stream, olefile.OleFileIO(stream) as held:
        data = held.openstream(_NAMES).read() if held.exists(_NAMES) else b""
    entries = struct.iter_unpack("<IHH", data[: len(data) // 8 * 8])
    return {number: _FIRST_NAMED + index for number, kind, index in entries if not kind & 1}
