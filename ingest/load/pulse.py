"""What a file that takes long says while it is read: that it gets on, and at which page its reader is."""

import time
from collections.abc import Callable

# So often it is said at which page a reader is.
_EVERY_S = 0.1

_listeners: list[Callable[[], None]] = []
_followers: list[Callable[[int, int], None]] = []
_said = 0.0


def listen(listener: Callable[[], None]) -> None:
    """Have `listener` called at each sign of life, from any thread: the time limit of the file counts from there."""
    _listeners.append(listener)


def follow(follower: Callable[[int, int], None]) -> None:
    """Have `follower` called with how many pages are read, and of how many, now and then and from any thread."""
    _followers.append(follower)


def beat() -> None:
    """Say that a page was read that may take as long as a file."""
    for listener in _listeners:
        listener()


def at(done: int, total: int) -> None:
    """Say how many of the pages are read. It is no sign of life: a thousand slow pages are as bad as one."""
    global _said
    if done < total and time.monotonic() - _said < _EVERY_S:
        return
    _said = time.monotonic()
    for follower in _followers:
        follower(done, total)
