"""The list of documents as HTML: pure functions. All that documents say of themselves passes through `escape`."""

from collections.abc import Mapping
from datetime import date, datetime

from ui.documents.listing import Entry, State
from ui.web.escape import escape
from ui.web.language import day as day_in_figures
from ui.web.language import language_name, number, t, t_many
from ui.web.reasons import worded

_OF_THE_FILE = ("is ", "holds ", "has ")
_UNITS = ("B", "KB", "MB", "GB")


def heading() -> str:
    """Return the names of the columns, for the eye; each cell says for itself what it is."""
    names = (t("Title"), t("Kind"), t("Size"), t("Pages"), t("Passages"), t("Date"), t("State"))
    cells = "".join(f"<span>{escape(name)}</span>" for name in names)
    return f'<div class="fn-doc"><div class="fn-doc-cells fn-doc-names" aria-hidden="true">{cells}</div></div>'


def line(entry: Entry, pages: int | None, address: str) -> str:
    """Return one document: its title, which leads to it, and below that its place and what is wrong; then the cells.

    Args:
        entry: What is shown.
        pages: How many it has, None for none.
        address: Where it can be read; "" where nothing of it is stored.
    """
    title = escape(entry.title)
    named = (
        f'<a href="{escape(address)}" target="_blank" dir="auto">{title}</a>'
        if address
        else f'<b dir="auto">{title}</b>'
    )
    values = (
        ("kind", t("Kind"), kind(entry)),
        # What is stored is the size of the file that holds it.
        ("size", t("Size"), "" if entry.inside else size(entry.size)),
        ("pages", t("Pages"), number(pages) if pages else ""),
        ("passages", t("Passages"), number(entry.passages)),
        ("date" if entry.is_day_said else "date fn-doc-changed", _date(entry), day(entry.day)),
    )
    cells = "".join(
        f'<span class="fn-doc-{name}{"" if value else " fn-doc-none"}" title="{escape(label)}">'
        f'<span class="fn-doc-label">{escape(label)} </span>{escape(value) or "–"}</span>'
        for name, label, value in values
    )
    first = f'<span class="fn-doc-title">{named}{_place(entry)}</span>'
    whole = f"{first}{cells}{_state(entry.state)}{_reason(entry)}"
    return f'<div class="fn-doc"><div class="fn-doc-cells">{whole}</div></div>'


def _date(entry: Entry) -> str:
    """Return what kind of day it is: a copy of a file without one of its own has that of the copying."""
    return t("Date") if entry.is_day_said else t("File changed")


def _place(entry: Entry) -> str:
    # "mail.eml!/offer.pdf" lies in "mail.eml".
    place = entry.source.rpartition("/")[0].removesuffix("!").replace("!/", " › ")
    return f'<span class="fn-doc-place">{escape(place)}</span>' if place else ""


def _reason(entry: Entry) -> str:
    # What is true of all documents after an upgrade is said once, above the list.
    words = said(entry) if entry.state != "stale" else ""
    return f'<span class="fn-doc-reason">{escape(words)}</span>' if words else ""


def said(entry: Entry, *, may_change: bool = True) -> str:
    """Return what is wrong with a document, in words, and what to do for who may do it; "" for nothing."""
    reason = worded(entry.reason)
    # A reason without a subject speaks of the file: "is encrypted".
    if entry.state == "failed" and entry.row and entry.reason.startswith(_OF_THE_FILE):
        return t("Its new version could not be read: it {reason}. The older one is stored.", reason=reason)
    if entry.state == "failed" and entry.reason.startswith(_OF_THE_FILE):
        return t("Could not be read: it {reason}", reason=reason)
    if entry.state == "failed" and entry.row:
        return t("Its new version could not be read: {reason}. The older one is stored.", reason=reason)
    if entry.state == "failed":
        return t("Could not be read: {reason}", reason=reason)
    if entry.state == "incomplete":
        return t("Incomplete: {reason}", reason=reason)
    if entry.state == "stale" and may_change:
        return t("Read by an earlier release of Footnote, which may have found less in it. Ingest it again.")
    if entry.state == "stale":
        return t("Read by an earlier release of Footnote, which may have found less in it.")
    return ""


def details(entry: Entry, pages: int | None, language: str, *, may_change: bool = True) -> str:
    """Return all that is known of a document, as a list of names and values."""
    words = said(entry, may_change=may_change)
    row = entry.row or entry.failure
    values: list[tuple[str, str]] = [
        (t("Kind"), kind(entry)),
        (t("Size"), "" if entry.inside else size(entry.size)),
        (t("Pages"), number(pages) if pages else ""),
        (t("Passages"), number(entry.passages) if entry.row else ""),
        (_date(entry), day(entry.day)),
        (t("Language"), language_name(language)),
        (t("Author"), row.metadata.get("author", "") or row.metadata.get("from", "") if row else ""),
        (t("Stored") if entry.row else t("Tried"), moment(entry.ingested)),
        (t("Part of"), entry.inside),
        (t("Place"), entry.source),
    ]
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in values if value)
    problem = f'<p class="fn-doc-reason">{escape(words)}</p>' if words else ""
    return f'{problem}<dl class="fn-doc-facts">{items}</dl>'


def state_name(state: State) -> str:
    """Return a state in words."""
    names: Mapping[State, str] = {
        "ready": t("ready"),
        "incomplete": t("incomplete"),
        "stale": t("read earlier"),
        "failed": t("failed"),
    }
    return names[state]


def kind(entry: Entry) -> str:
    """Return what kind of file it is: its ending in capitals, else its media type."""
    return entry.kind if "/" in entry.kind else entry.kind.upper()


def size(count: int) -> str:
    """Return bytes with a unit."""
    value, unit = float(count), _UNITS[0]
    for unit in _UNITS:
        if value < 1_000 or unit == _UNITS[-1]:
            break
        value /= 1_000
    return f"{number(value, 0 if unit == 'B' or value >= 100 else 1)} {unit}"


def day(value: date) -> str:
    """Return a day as the visitor's language writes it; "" for none that a calendar has."""
    return day_in_figures(value) if date.min < value < date.max else ""


def moment(value: datetime) -> str:
    """Return a day with its time of day."""
    return f"{day_in_figures(value)} {value:%H:%M}" if value > datetime.min else ""


def counted(documents: int, passages: int) -> str:
    """Return how much a collection holds."""
    parts = t_many("{n} document", "{n} documents", documents), t_many("{n} passage", "{n} passages", passages)
    return ", ".join(parts)


def _state(state: State) -> str:
    # A sign as well as a colour: some people do not see the difference.
    signs: Mapping[State, str] = {"ready": "✓", "incomplete": "◐", "stale": "↻", "failed": "✕"}
    return (
        f'<span class="fn-doc-state fn-doc-{state}"><span class="fn-doc-label">{escape(t("State"))} </span>'
        f'<span aria-hidden="true">{signs[state]} </span>{escape(state_name(state))}</span>'
    )
