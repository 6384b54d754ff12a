"""Conversations that others may read under a link: the page behind it.

Shown is what the answers themselves hold: their words, and of each passage the words that a footnote marks. Neither the
rest of the passage nor what else was found is: who reads along may not be allowed to read the documents.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import urljoin

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from qa.accounts.person import NOBODY
from qa.accounts.shares import Share, Shares
from qa.database.conversations import Conversations
from qa.database.exchanges import Conversation, Exchange
from qa.errors import QAError
from qa.types import Answer, Citation, Trace
from ui.export.html import as_html
from ui.places import cited
from ui.web import recording
from ui.web.access import current_access
from ui.web.records import Records

ROOT = "/shared"
_LONGEST_TOKEN = 64
# Another person may use the browser next, and the link may be taken back.
_HEADERS = {"cache-control": "no-store", "vary": "cookie", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}


def routes(records: Callable[[], Records]) -> list[Route]:
    """Return the route of shared conversations.

    Args:
        records: Returns what is kept, opened when it is first needed.
    """
    return [Route(f"{ROOT}/{{token}}", partial(_shown, records), methods=["GET"])]


async def _shown(records: Callable[[], Records], request: Request) -> Response:
    token: str = request.path_params["token"]
    try:
        found = await asyncio.to_thread(_found, records, token) if _may_read(token) else None
    except QAError as error:
        return PlainTextResponse(f"{error}\n", 503, headers=_HEADERS)
    if found is None:
        missing = "There is no such conversation: the link is not complete, or was taken back.\n"
        return PlainTextResponse(missing, 404, headers=_HEADERS)
    share, conversation, exchanges = found
    subject = f"a conversation that {share.owner} shared"
    await recording.noted("opened", collection=conversation.collection, subject=subject)
    body = await asyncio.to_thread(as_html, conversation.title, exchanges)
    return Response(body, media_type="text/html; charset=utf-8", headers=_HEADERS)


def _may_read(token: str) -> bool:
    """Tell whether a link is looked up: for everybody who signed in, whatever else they may read."""
    return len(token) <= _LONGEST_TOKEN and current_access().person != NOBODY


def _found(records: Callable[[], Records], token: str) -> tuple[Share, Conversation, list[Exchange]] | None:
    database = records().database
    if (share := Shares(database).get(token)) is None:
        return None
    theirs = Conversations(database, lambda: share.owner)
    conversation = theirs.get(share.conversation)
    if conversation is None:
        return None
    shown = [bare(exchange) for exchange in theirs.way(share.tip) if exchange.is_finished]
    return share, conversation, shown


def bare(exchange: Exchange) -> Exchange:
    """Return an exchange with no more of the documents than its answer shows."""
    return replace(exchange, answer=_bare(exchange.answer) if exchange.answer else None)


def _bare(answer: Answer) -> Answer:
    marked = {citation.number: list(citation.spans) for citation in answer.citations}
    for said in answer.statements:
        for place in (*said.evidence, *said.against):
            marked.setdefault(place.number, []).append((place.start, place.end))
    citations = tuple(_quoted(citation, marked[citation.number]) for citation in answer.citations)
    return replace(answer, citations=citations, hits=(), probability=None, trace=Trace())


def _quoted(citation: Citation, spans: Sequence[tuple[int, int]]) -> Citation:
    """Return a citation with the words that are marked alone, what lies between them blotted out."""
    # Where the words stand is told without the passage.
    chunk = cited(citation)
    inside = [(max(start, chunk.start), min(end, chunk.end)) for start, end in spans]
    inside = sorted((start, end) for start, end in inside if start < end)
    if not inside:
        return replace(citation, chunk=replace(chunk, end=chunk.start, text="", metadata={}), spans=())
    first, last = inside[0][0], max(end for _, end in inside)
    letters = ["…" if number == 0 else " " for number in range(last - first)]
    for start, end in inside:
        letters[start - first : end - first] = chunk.text[start - chunk.start : end - chunk.start]
    text = "".join(letters)
    return replace(citation, chunk=replace(chunk, start=first, end=last, text=text, metadata={}))


def address(page: str, share: Share) -> str:
    """Return the whole address of a shared conversation.

    Args:
        page: That of a page of this server.
        share: What is shared.
    """
    return urljoin(page, f".{ROOT}/{share.token}")
