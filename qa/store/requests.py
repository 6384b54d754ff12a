"""How many rows one request can carry, and which rows may be sent at all."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qa.errors import StoreError

# A server takes 64 MB in one request; a quarter leaves room for vectors.
REQUEST_BYTES = 16_000_000


def row_bytes(row: Mapping[str, Any]) -> int:
    """Estimate a row's size in a request, from above."""
    size = 0
    for value in row.values():
        if isinstance(value, str):
            size += len(value.encode())
        elif isinstance(value, Mapping):
            # JSON, or a sparse vector: four bytes an index and four a weight.
            as_json = isinstance(next(iter(value), ""), str)
            size += len(json.dumps(value, default=float)) if as_json else 8 * len(value)
        elif hasattr(value, "nbytes"):
            size += int(value.nbytes)
        else:
            size += 16
    return size


def by_bytes(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return rows in batches, each below `REQUEST_BYTES` if it has more than one row."""
    batches: list[list[dict[str, Any]]] = []
    total = 0
    for row in rows:
        size = row_bytes(row)
        if not batches or total + size > REQUEST_BYTES:
            batches.append([])
            total = 0
        batches[-1].append(row)
        total += size
    return batches


def check_rows(rows: Sequence[Mapping[str, Any]], byte_limits: Mapping[str, int], name: str) -> None:
    """Make sure that each key occurs once and that no text is longer than its field.

    Args:
        rows: To be stored.
        byte_limits: The most bytes of each text field.
        name: Of the collection, for the error.

    Raises:
        StoreError: They may not be stored.
    """
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen:
            raise StoreError(f'the key {row["id"]} occurs twice in one batch for "{name}"')
        seen.add(row["id"])
        for field, limit in byte_limits.items():
            size = len(row[field].encode())
            if size > limit:
                raise StoreError(f'field "{field}" of "{name}" takes {limit} bytes, got {size}: {row[field][:60]!r}…')
