"""How often a process looks for garbage: memory that only a cycle of objects still holds."""

import atexit
import gc

# Python's own 700 makes it look through all modules again and again while they are imported: a quarter of that time.
_ALLOCATED = 50_000


def collect_seldom() -> None:
    """Let a process that is Footnote's own look for garbage seldom, and not at all at its end.

    The end of a process that has imported a few thousand modules took 0.7 s of processor for it.
    """
    gc.set_threshold(_ALLOCATED)
    # Whatever registers later is called earlier.
    atexit.register(gc.freeze)
