"""What a question is limited to, as the database keeps it: a filter as JSON. Pure functions."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from qa.store.where import EVERYTHING, Filter

_FILTER_LISTS = ("sources", "titles", "documents", "types", "languages")


def filter_text(limits: Filter) -> str:
    """Return a filter as JSON, "" for one that lets everything through."""
    return json.dumps(_filter_values(limits)) if limits else ""


def read_filter(text: str) -> Filter:
    """Return the filter that `filter_text` wrote.

    Raises:
        ValueError: It did not write this.
    """
    return _filter(json.loads(text)) if text else EVERYTHING


def _filter_values(limits: Filter) -> dict[str, Any]:
    values = {name: getattr(limits, name) for name in _FILTER_LISTS if getattr(limits, name)}
    values |= {name: day.isoformat() for name in ("since", "until") if (day := getattr(limits, name))}
    if limits.metadata:
        values["metadata"] = limits.metadata
    if limits.without:
        values["without"] = [_filter_values(other) for other in limits.without]
    return values


def _filter(values: Mapping[str, Any]) -> Filter:
    days = {name: date.fromisoformat(values[name]) for name in ("since", "until") if name in values}
    return Filter(
        sources=tuple(values.get("sources", ())),
        titles=tuple(values.get("titles", ())),
        documents=tuple(values.get("documents", ())),
        types=tuple(values.get("types", ())),
        languages=tuple(values.get("languages", ())),
        since=days.get("since"),
        until=days.get("until"),
        metadata=tuple((name, tuple(found)) for name, found in values.get("metadata", ())),
        without=tuple(_filter(other) for other in values.get("without", ())),
    )
