"""What is tried after a fault: another form of the request, the same after a wait, or nothing more."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from qa.models.chat.faults import Fault
from qa.models.chat.request import PLAINEST, Form, milder

# Seconds before the second try; each further wait is twice as long.
FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 5.0
# How long the patience called "some" lasts.
_SOME_S = 15.0
MOST_TRIES = 12


@dataclass(slots=True)
class Tries:
    """What all tries of one request share: when it began, when the first word is due, how many there were."""

    began: float
    deadline: float
    count: int = 0


def other_form(form: Form, fault: Fault, sent: Mapping[str, Any]) -> tuple[Form, str] | None:
    """Return another form of the request if the endpoint can't take this one, whether the fault says why or not."""
    lack = fault.kind.lack
    if lack == "room" and not re.search(r"max_tokens|completion|output|generat|requested", fault.words, re.IGNORECASE):
        return None
    if (lack == "usage" and "stream_options" not in sent) or (lack == "tools" and "tools" not in sent):
        return None
    if lack == "system" and all(message["role"] != "system" for message in sent["messages"]):
        return None
    if lack == "cap" and not any(name in sent for name in ("max_tokens", "max_completion_tokens")):
        return None
    if fault.kind.name == "refused" and re.match(r"HTTP (400|422)\b", fault.words) and form != PLAINEST and form.stream:
        # It does not say what it can't take.
        return PLAINEST, "asked in the plainest form"
    return milder(form, lack)


def wait_s(fault: Fault, tries: Tries) -> float | None:
    """Return how many seconds to wait before asking again; None for not at all."""
    patience = fault.kind.patience
    if patience == "never" or tries.count >= MOST_TRIES or (patience == "thrice" and tries.count >= 3):
        return None
    now = time.monotonic()
    wait = fault.wait_s
    if wait is None:
        wait = min(FIRST_WAIT_S * 2 ** (tries.count - 1), _LONGEST_WAIT_S)
        if patience == "some" and now + wait > tries.began + _SOME_S:
            return None
    return wait if now + wait < tries.deadline else None


def with_wait(fault: Fault) -> Fault:
    """Add to a fault how long the endpoint asks to wait, if that is too long."""
    if fault.wait_s is None:
        return fault
    fact, _, remedy = fault.said.rpartition("; ")
    return replace(fault, said=f"{fact} and asks to wait {seconds_in_words(fault.wait_s)}; {remedy}")


def seconds_in_words(seconds: float) -> str:
    """Return a time as it is told to a person."""
    if seconds >= 120:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds:.0f} s" if seconds >= 2 else f"{seconds:.1f} s"
