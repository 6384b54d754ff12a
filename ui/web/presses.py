"""Two presses of a button are one: what the first sets off is not set off by the second, which gets what came of it.

Streamlit takes up the second once the first is taken up (see taken.py), and would set all of it off once more. So a
press sets off its work in here, and notes what came of it afterwards; the second notes the same.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")

# Nobody has read what came of a press by then.
DOUBLE_S = 2.0
# Of the session's state.
_KEY = "presses"
_MOST = 50


@dataclass(slots=True)
class _Press:
    """What a button sets off: what came of it, and when that was, in seconds of `time.monotonic`."""

    lock: Lock = field(default_factory=Lock)
    result: Any = None
    ended: float = float("-inf")


def once(what: Hashable, work: Callable[[], T], *, within_s: float | None = None) -> T:
    """Return what a work returns; for the second of two presses, what it returned for the first.

    Work that fails is tried again by the next press.

    Args:
        what: Equal for two presses of one button: what it does, and with what.
        work: What the press sets off.
        within_s: How long after the first a press is its second; None for `DOUBLE_S`.
    """
    presses: dict[Hashable, _Press] = st.session_state.setdefault(_KEY, {})
    press = presses.setdefault(what, _Press())
    with press.lock:
        if time.monotonic() - press.ended >= (DOUBLE_S if within_s is None else within_s):
            press.result = work()
            press.ended = time.monotonic()
            _forget_old(presses)
        found: T = press.result
        return found


def _forget_old(presses: dict[Hashable, _Press]) -> None:
    """Forget the oldest presses; one that is at work has not ended, or a moment ago."""
    for what in list(presses)[: max(0, len(presses) - _MOST)]:
        if not presses[what].lock.locked():
            presses.pop(what, None)
