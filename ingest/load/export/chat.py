"""Exports of chats in JSON (Telegram, Slack, Discord, Instagram, ChatGPT and their like): who said what, day by day."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ingest.load.build import TextBuilder, one_line, tidy
from ingest.load.markdown_unseen import without_struck
from ingest.load.unseen import STRUCK, left_out
from qa.lazy_regex import lazy_regex

_LISTS = ("messages", "chat_messages", "conversation", "mapping")
_SPEAKERS = (
    "from", "author", "sender", "sender_name", "user_profile", "username", "user", "creator", "role", "speaker", "name",
)  # fmt: skip
_NAMES = ("real_name", "display_name", "nickname", "name", "username", "role", "first_name", "id")
_TEXTS = ("text", "content", "body", "message", "parts")
_TIMES = ("date", "timestamp", "timestamp_ms", "created_at", "create_time", "created_date", "ts", "time", "datetime")
# Besides these, a list of flat records is a table whose other columns say something.
_FLAT = {*_SPEAKERS, *_TEXTS, *_TIMES, "id", "type", "channel"}
_ROLES = {"user", "assistant", "system", "tool"}
# A block of code stays as it is, also where it begins within a line.
_CODE = lazy_regex(r"(```.*?(?:```|\Z))", re.DOTALL)
# As Slack and WhatsApp write it; "~/" is a folder.
_STRUCK = lazy_regex(r"(?P<code>`[^`\n]+`)|(?<![\w~/])~(?=[^\s~/])(?P<said>[^~\n]{1,1000})(?<=[^\s~])~(?![\w~/])")
_WHATSAPP = lazy_regex(r"whatsapp\b|.{1,80}@(?:s\.whatsapp\.net|[cg]\.us)$", re.IGNORECASE)
_MAX_DEPTH = 12
_MILLISECONDS = 10**11
_MOST = 0.6

Message = tuple[str, str, str]
"""Who said it, on which day ("" if it is not known), and what."""


def build(built: TextBuilder, value: Any) -> bool:
    """Add the chats that parsed JSON holds; False where it is something else, and then nothing was added."""
    chats = list(_chats(value, "", 0))
    for name, messages in chats:
        if name:
            built.heading(1, name)
        day = ""
        for speaker, on, said in messages:
            if on and on != day:
                built.heading(2, on)
            day = on or day
            built.paragraph(f"{speaker}: {said}")
    return bool(chats)


def _chats(value: Any, name: str, depth: int) -> Iterator[tuple[str, list[Message]]]:
    """Yield the name and the messages of each chat."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        if messages := _messages(value, is_named=False):
            yield name, messages
        elif value and all(isinstance(one, dict) and any(key in one for key in _LISTS) for one in value):
            for one in value:
                yield from _chats(one, name, depth + 1)
    elif isinstance(value, dict):
        named = _plain(value.get("name") or value.get("title")) or name
        for key in _LISTS:
            if messages := _messages(_listed(value.get(key)), is_named=True):
                yield named, messages
                return
        if isinstance(chats := value.get("chats"), dict | list):
            yield from _chats(chats.get("list") if isinstance(chats, dict) else chats, name, depth + 1)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict):
        # ChatGPT keeps a tree, in which an answer that was asked for again has a sister.
        value = [node.get("message") for node in value.values() if isinstance(node, dict)]
        return [one for one in value if one]
    return value if isinstance(value, list) else []


def _messages(items: list[Any], *, is_named: bool) -> list[Message]:
    """Return the messages where most items are some; [] for anything else."""
    records = [one for one in items if isinstance(one, dict)]
    if not records or len(records) < len(items):
        return []
    found = [(_speaker(one), *_moment(one), _text(one)) for one in records]
    whole = [one for one in found if one[0] and one[3]]
    if not whole or len([one for one in found if one[0]]) < _MOST * len(records):
        return []
    if not is_named and not all(_is_chat(one) for one in records):
        return []
    times = [time for _, time, _, _ in whole if time]
    if len(times) == len(whole) and times[0] > times[-1] and times == sorted(times, reverse=True):
        whole.reverse()  # some begin with the last
    return [(speaker, day, said) for speaker, _, day, said in whole]


def _is_chat(record: dict[str, Any]) -> bool:
    if record.get("role") in _ROLES:
        return True
    timed = any(key in record for key in _TIMES)
    flat = not any(isinstance(one, dict | list) for one in record.values())
    return timed and (not flat or set(record) <= _FLAT)


def _speaker(record: dict[str, Any]) -> str:
    for key in _SPEAKERS:
        value = record.get(key)
        if isinstance(value, dict):
            value = next((value[name] for name in _NAMES if value.get(name)), None)
        if isinstance(value, str) and value.strip():
            return _plain(value)
    return ""


def _text(record: dict[str, Any]) -> str:
    said = next((text for key in _TEXTS if (text := _joined(record.get(key), 0).strip())), "")
    files = [_plain(one) for one in (record.get("file_name"), record.get("file")) if isinstance(one, str)]
    for one in record.get("attachments") or record.get("files") or ():
        if isinstance(one, dict):
            files.append(_plain(one.get("fileName") or one.get("file_name") or one.get("name")))
    named = ", ".join(filter(None, dict.fromkeys(files)))
    one_sign = _strikes_with_one_sign(record)
    parts = [one if one.startswith("```") else _unstruck(one, one_sign) for one in _CODE.split(said)]
    said = "".join(parts)
    return tidy(_mended(said) + (f" [{named}]" if named else "")).strip()


def _strikes_with_one_sign(record: dict[str, Any]) -> bool:
    """Tell whether a message is of Slack, which alone has `ts`, or of WhatsApp; elsewhere "~" is a sign as others."""
    said = (value for key, value in record.items() if key not in _TEXTS and isinstance(value, str))
    return "ts" in record or any(map(_WHATSAPP.match, said))


def _unstruck(text: str, one_sign: bool) -> str:
    text = without_struck(text)
    return _STRUCK.sub(_unless_code, text) if one_sign else text


def _unless_code(match: re.Match[str]) -> str:
    if match["code"]:
        return match[0]
    left_out(match["said"], STRUCK)
    return ""


def _joined(value: Any, depth: int) -> str:
    """Return a text that may be cut into pieces, some of them bold or links."""
    if isinstance(value, str):
        return value
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(value, list):
        return "".join(_joined(one, depth + 1) for one in value)
    if isinstance(value, dict):
        if value.get("type") == "strikethrough":
            left_out(_joined(value.get("text"), depth + 1), STRUCK)
            return ""
        return next((text for key in _TEXTS if (text := _joined(value.get(key), depth + 1))), "")
    return ""


def _plain(value: Any) -> str:
    return _mended(one_line(value)) if isinstance(value, str) else ""


def _mended(text: str) -> str:
    """Return a text whose UTF-8 bytes were written as letters of Latin-1, as Instagram does, as it was meant."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _moment(record: dict[str, Any]) -> tuple[str, str]:
    """Return when it was said so that it sorts, and the day."""
    value = next((record[key] for key in _TIMES if record.get(key)), None)
    text = str(value or "").strip()
    try:
        number = float(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return "", ""
        return text, moment.date().isoformat()
    try:
        moment = datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
    except (OverflowError, ValueError, OSError):
        return "", ""
    return moment.isoformat(), moment.date().isoformat()
