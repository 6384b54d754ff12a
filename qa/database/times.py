"""The time by which rows are written, and after which a worker that says nothing counts as dead."""

from datetime import UTC, datetime, timedelta

BEAT_S = 2.0
"""A worker says at least this often that it is alive."""
DEAD = timedelta(seconds=3 * BEAT_S)
"""After so long without a word nobody believes it any more."""


def now() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)
