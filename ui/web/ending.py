"""What is logged while the server ends: its end is no fault, though it cuts off what is being answered."""

import asyncio
import logging
from collections.abc import Callable

from qa.command.printing import counted

# What uvicorn writes when its patience is over, and of requests that it has ended then.
_CUT = "Cancel %s running task(s)"
_BROKEN_OFF = ("ASGI callable returned without", "Exception in ASGI application")


class Ending(logging.Filter):
    """Says in one line how many requests the end of the server cut off, in place of a traceback for each."""

    def __init__(self, is_ending: Callable[[], bool]) -> None:
        super().__init__()
        self._is_ending = is_ending

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is written; the one that counts them is put in our words."""
        said = str(record.msg)
        if not self._is_ending():
            return True
        if said.startswith(_CUT):
            # Another release may count otherwise, and a log must never fail.
            count = record.args[0] if isinstance(record.args, tuple) and record.args else None
            requests = counted(count, "request") if isinstance(count, int) else "requests"
            record.msg, record.args = f"cut off at the end of Footnote: {requests} that took longer", ()
            return True
        return not (said.startswith(_BROKEN_OFF) and _is_of_the_end(record))


def _is_of_the_end(record: logging.LogRecord) -> bool:
    """Tell whether nothing else went wrong."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, BaseExceptionGroup):
        return error.split(asyncio.CancelledError)[1] is None
    return error is None or isinstance(error, asyncio.CancelledError)
