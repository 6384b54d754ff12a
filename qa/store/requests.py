"""How many rows one request can carry."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

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
