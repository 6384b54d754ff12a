"""Notes of Google Keep, as Takeout exports them in JSON: title and text, boxes of a list, labels and the day."""

from datetime import UTC, datetime
from typing import Any

from ingest.load.build import TextBuilder, one_line
from ingest.load.whole import whole

_MICROSECONDS = 1_000_000


def is_note(value: Any) -> bool:
    """Tell whether parsed JSON is a note."""
    return isinstance(value, dict) and "userEditedTimestampUsec" in value and ("isTrashed" in value or "title" in value)


def add(built: TextBuilder, note: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Add a note; return its title, "" for none, and its metadata."""
    title = one_line(str(note.get("title") or ""))
    built.heading(1, title)
    if note.get("isTrashed"):
        built.paragraph("[In the bin]")
    built.paragraph(str(note.get("textContent") or ""))
    for item in _listed(note, "listContent"):
        if said := one_line(str(item.get("text") or "")):
            built.item(f"[{'x' if item.get('isChecked') else ' '}] {said}")
    for page in _listed(note, "annotations"):
        built.line(" ".join(filter(None, (one_line(str(page.get(key) or "")) for key in ("title", "url")))))
    for label, key, name in (
        ("Labels", "labels", "name"),
        ("Shared with", "sharees", "email"),
        ("Attachments", "attachments", "filePath"),
    ):
        if said := ", ".join(one_line(str(one[name])) for one in _listed(note, key) if one.get(name)):
            built.paragraph(f"{label}: {said}")
    edited = note.get("userEditedTimestampUsec") or note.get("createdTimestampUsec")
    if not (moment := whole(str(edited))):
        return title, {}
    try:
        day = datetime.fromtimestamp(moment / _MICROSECONDS, UTC)
    except (ValueError, OverflowError, OSError):
        return title, {}
    return title, {"date": day.isoformat(timespec="seconds")}


def _listed(note: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = note.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
