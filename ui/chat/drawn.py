"""Answers as HTML that were drawn before: the page draws them anew at many clicks, and they do not change."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from qa.database.exchanges import Exchange
from ui.chat import render
from ui.web.language import current

# An answer as HTML has about 30 kB.
_KEPT = 256


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An answer to draw. One that was gone on with ends at another time, and is another one."""

    id: str
    finished: datetime | None
    number: int
    language: str
    exchange: Exchange = field(compare=False)


def answer(exchange: Exchange, number: int) -> str:
    """Return what `render.answer` makes of an exchange's answer, in the language of the visitor.

    Args:
        exchange: With an answer.
        number: Its place in the conversation, from 1.
    """
    return _drawn(_Wanted(exchange.id, exchange.finished, number, current(), exchange))


def has_failed(exchange: Exchange) -> bool:
    """Tell whether an exchange has no answer, or not the one that was asked for: asking again may bring it."""
    return bool(exchange.error or (exchange.answer and exchange.answer.trace.failed))


@lru_cache(maxsize=_KEPT)
def _drawn(wanted: _Wanted) -> str:
    exchange = wanted.exchange
    assert exchange.answer is not None
    return render.answer(
        exchange.answer,
        wanted.number,
        exchange.id,
        asked_in=exchange.limits,
        is_stopped=exchange.state == "stopped",
    )
