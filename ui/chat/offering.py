"""What the page offers to ask: what the questions are made of is read in the session's loop, once for each state of it.

A page that nothing was asked on, and the end of a conversation, have some. See `ui.chat.offers` for the questions.
"""

import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any

import streamlit as st

from qa.config import Settings
from qa.database.exchanges import Exchange
from qa.errors import QAError
from qa.store.records import ChunkSpan, RegisterRow
from qa.store.where import Filter
from qa.types import Chunk
from ui.chat import exchanges, offers
from ui.web import examples, opening
from ui.web.escape import escape_markdown
from ui.web.language import t
from ui.web.library import Holding, Library
from ui.web.session import Answerer

logger = logging.getLogger(__name__)

# The page waits no longer for it; then it offers what the register alone tells.
_WAIT_S = 0.4
_DOCUMENTS = 4
_CHUNKS = 24
_AROUND = 12
_FOUND = 3
_KEPT = 64

Ask = Callable[[str], None]

_lock = Lock()
_read: "dict[object, Future[list[Chunk]]]" = {}


def within(holding: Holding, where: Filter) -> Holding:
    """Return what a collection holds as far as some limits let it through."""
    return replace(holding, documents=[row for row in holding.documents if where.matches(row)]) if where else holding


def first(settings: Settings, holding: Holding) -> list[str]:
    """Return questions for a page on which nothing was asked, in the visitor's language; none where nothing is held."""
    rows = _worth_reading(holding.documents)
    chunks = _chunks(
        (holding.collection, holding.change, tuple(row.document_id for row in rows)),
        lambda: _beginnings(opening.open_library(settings), holding, rows),
    )
    found = offers.first_questions(rows, chunks, known=len(holding.documents)) if chunks else []
    return found or examples.questions(holding.documents)[: offers.MOST]


@st.fragment(key=exchanges.BELOW)
def draw_next(settings: Settings, ask: Ask, asked: Sequence[str]) -> None:
    """Draw what may be asked next, below the last answer; nothing while one is in the making.

    Args:
        settings: With the collection of the conversation.
        ask: Asks a question.
        asked: The questions of the conversation, as the whole page was drawn.
    """
    exchange = exchanges.newest()
    if exchange is None or not exchange.is_finished or exchange.answer is None or not exchange.answer.complete:
        return
    answer = exchange.answer
    chunks = _chunks((exchange.id, exchange.finished), lambda: _around(settings, exchange))
    since = (other.question for other in exchanges.added())
    questions = offers.next_questions(answer, chunks, [*asked, *since, exchange.question, answer.query])
    if not questions:
        return
    with st.container(key="next", gap="small"):
        st.caption(t("What you could ask next:"))
        for number, question in enumerate(questions):
            key = f"next-{exchange.id}-{number}"
            st.button(escape_markdown(question), key=key, on_click=partial(_ask, ask), args=(question,))


def _ask(ask: Ask, question: str) -> None:
    ask(question)
    # Of a fragment: else it alone would be drawn.
    st.rerun()


def _worth_reading(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """Return documents to ask about: the best of those with a title of their own, and of tables."""
    named = [row for row in rows if examples.is_named(row) and examples.can_be_told(row)]
    tables = [row for row in rows if examples.is_table(row)]
    best = sorted(named, key=examples.worth, reverse=True)[:_DOCUMENTS]
    return [*best, *sorted(tables, key=examples.worth, reverse=True)[: _DOCUMENTS // 2]]


def _chunks(key: object, read: Callable[[], Coroutine[Any, Any, list[Chunk]]]) -> list[Chunk]:
    """Return what is read, once for each key; nothing where it is not there in time, or cannot be read."""
    with _lock:
        future = _read.get(key)
        if future is None:
            while len(_read) >= _KEPT:
                del _read[next(iter(_read))]
            future = _read[key] = opening.open_session().submit(read())
    try:
        return future.result(_WAIT_S)
    except TooLate:
        return []
    except QAError as error:
        # Nobody asked for it, and the next question says what is wrong.
        logger.info("nothing is offered to ask: %s", error)
        with _lock:
            _read.pop(key, None)
    except Exception:
        # A fault of ours or a library's takes an offer away, and not the page; it is not looked for again.
        logger.exception("nothing is offered to ask")
        with _lock:
            _read[key] = Future()
            _read[key].set_result([])
    return []


async def _beginnings(library: Library, holding: Holding, rows: Sequence[RegisterRow]) -> list[Chunk]:
    from qa.store import Index

    if not rows or holding.generation is None:
        return []
    async with library.connection() as connection:
        index = Index(connection, holding.collection, holding.generation)
        await index.chunks.load()
        spans = [ChunkSpan(row.document_id, row.version, 0, _CHUNKS - 1) for row in rows]
        found = await index.around(spans)
    return sorted(found, key=lambda chunk: (chunk.document_id, chunk.ordinal))


async def _around(settings: Settings, exchange: Exchange) -> list[Chunk]:
    """Return passages of the documents that an answer cites, and of others found for it, around what was found."""
    if (answer := exchange.answer) is None or not answer.found:
        return []
    first: dict[str, Chunk] = {}
    for chunk in (*(citation.chunk for citation in answer.citations), *(hit.chunk for hit in answer.hits)):
        first.setdefault(chunk.document_id, chunk)

    async def read(answerer: Answerer) -> list[Chunk]:
        spans = (
            ChunkSpan(chunk.document_id, chunk.version, max(0, chunk.ordinal - _AROUND), chunk.ordinal + _AROUND)
            for chunk in [*first.values()][:_FOUND]
        )
        return [chunk for span in spans for chunk in await answerer.around(span)]

    return await opening.open_session().used(read, settings.collection)
