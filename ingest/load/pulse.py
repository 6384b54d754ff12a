"""Signs of life of a file that takes long but gets on, so that its time limit counts from the last of them."""

from collections.abc import Callable

_listeners: list[Callable[[], None]] = []


def listen(listener: Callable[[], None]) -> None:
    """Have `listener` called at each sign of life, from any thread."""
    _listeners.append(listener)


def beat() -> None:
    """Say that a page was read."""
    for listener in _listeners:
        listener()
