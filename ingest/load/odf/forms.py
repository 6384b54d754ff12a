"""The fields of OpenDocument forms: what is ticked, chosen and filled in."""

from collections.abc import Iterator
from typing import Any

from ingest.load.boxes import BLANK, TICKED
from ingest.load.markup import name
from ingest.load.whole import whole

_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FIELD = "{urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_FILLED = {"text", "textarea", "formatted-text", "number", "date", "time", "combobox", "file"}


def controls(body: Any) -> dict[str, str]:
    """Return what the fields of a document's forms show, by the names that its drawings call them by."""
    found = {}
    for form in body.iter(f"{_FORM}form"):
        for field in form.iterdescendants():
            shown = _shown(field)
            for identifier in (field.get(_ID), field.get(f"{_FORM}id")):
                if identifier and shown:
                    found[identifier] = shown
    return found


def fieldmark(element: Any) -> str:
    """Return what a field of a form from Word shows; the text of others stands behind them."""
    kind = (element.get(f"{_FIELD}type") or "").rpartition(".")[2]
    said = list(_parameters(element))
    if kind == "FORMCHECKBOX":
        return TICKED if ("Checkbox_Checked", "true") in said else BLANK
    if kind == "FORMDROPDOWN":
        entries = [value for key, value in said if key == "Dropdown_ListEntry"]
        chosen = dict(said).get("Dropdown_Selected", "0")
        return entries[whole(chosen)] if chosen.isdecimal() and whole(chosen) < len(entries) else ""
    return ""


def _parameters(element: Any) -> Iterator[tuple[str, str]]:
    for one in element.iterchildren(f"{_FIELD}param"):
        yield one.get(f"{_FIELD}name") or "", one.get(f"{_FIELD}value") or ""


def _shown(field: Any) -> str:
    kind = name(field)
    label = field.get(f"{_FORM}label") or ""
    if kind == "checkbox":
        state = field.get(f"{_FORM}current-state") or field.get(f"{_FORM}state")
        return f"{TICKED if state == 'checked' else BLANK} {label}".rstrip()
    if kind == "radio":
        state = field.get(f"{_FORM}current-selected") or field.get(f"{_FORM}selected")
        return f"{TICKED if state == 'true' else BLANK} {label}".rstrip()
    if kind == "fixed-text":
        return label
    if kind == "listbox":
        chosen = (one for one in field.iterchildren(f"{_FORM}option") if _is_chosen(one))
        return ", ".join(filter(None, (one.get(f"{_FORM}label") for one in chosen)))
    if kind in _FILLED and not field.get(f"{_FORM}echo-char"):
        lines = "\n".join("".join(line.itertext()) for line in field.iterchildren(f"{_TEXT}p"))
        return lines or field.get(f"{_FORM}current-value") or field.get(f"{_FORM}value") or ""
    return ""


def _is_chosen(option: Any) -> bool:
    state: str | None = option.get(f"{_FORM}current-selected") or option.get(f"{_FORM}selected")
    return state == "true"
