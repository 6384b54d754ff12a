"""The day that a document states. Pure functions."""

import re
from collections.abc import Mapping
from datetime import date, datetime

_DAY_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2([0-2]\d|3[01])(?!\d)")


def stated_day(source: str, metadata: Mapping[str, str]) -> date | None:
    """Return the day that a document states, else one in the name of its file ("minutes-2024-11-14.txt"), else None."""
    try:
        return datetime.fromisoformat(metadata.get("date", "")).date()
    except ValueError:
        pass
    for match in _DAY_IN_NAME.finditer(source.rpartition("/")[2]):
        try:
            return date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue  # 30 February
    return None
