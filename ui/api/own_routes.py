"""`/api`: questions, searches, documents, collections and passages, in Footnote's own forms."""

import base64
import binascii
import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from qa.answering.answer import QUESTION_CHARACTERS
from qa.answering.events import Event, Finished
from qa.answering.serialise import answer_values, chunk_values, hit_values
from qa.store.records import RegisterRow
from qa.store.where import parse_filter
from qa.types import Answer, Ranking, Turn
from ui.api.citations import Address, footnotes, label, sentences
from ui.api.failures import told
from ui.api.openai_forms import sent_event
from ui.api.problems import PROBLEMS, ProblemError, problem
from ui.api.service import Service

_MOST_TURNS, _MOST_HITS, _PAGE, _MOST_PAGE = 100, 100, 50, 500

# The name of a collection, or nothing.
_NAME = r"^([A-Za-z_][A-Za-z0-9_]{0,99})?$"

Question = Annotated[str, Field(min_length=1, max_length=QUESTION_CHARACTERS, pattern=r"\S")]
Collection = Annotated[
    str, Query(pattern=_NAME, description="Name of the collection; that of the settings if it is left out")
]
Conditions = Annotated[list[str] | None, Query(description='Conditions such as "type=pdf", as `--where` takes them')]


class TurnForm(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


class AskForm(BaseModel):
    """A question."""

    question: Question
    turns: list[TurnForm] = Field(default_factory=list, max_length=_MOST_TURNS)
    where: list[str] = Field(default_factory=list)
    collection: str = Field("", pattern=_NAME)
    stream: bool = False


class SearchForm(BaseModel):
    """What is looked for, and how many passages are wanted."""

    query: Question
    top_k: int = Field(10, ge=1, le=_MOST_HITS)
    ranking: Ranking | None = None
    where: list[str] = Field(default_factory=list)
    collection: str = Field("", pattern=_NAME)


def own_router(service: Service, address: Any) -> APIRouter:
    """Return the routes. `address` gives the `Address` of a request's passages, see `app.addresses`."""
    router = APIRouter(prefix="/api", tags=["Footnote"], responses=PROBLEMS)

    @router.post("/ask", summary="Answer a question, every sentence with its footnotes and its verdict")
    async def ask(request: Request, form: AskForm) -> Response:
        turns = [Turn(turn.role, turn.text) for turn in form.turns]
        where = parse_filter(form.where)
        if form.stream:
            events = service.events(form.question, turns, where=where, collection=form.collection)
            stream = _streamed(events, address(request, form.collection))
            return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})
        answer = await service.ask(form.question, turns, where=where, collection=form.collection)
        return JSONResponse(_answer(answer, address(request, form.collection)))

    @router.post("/search", summary="Find passages, without an answer")
    async def search(request: Request, form: SearchForm) -> dict[str, Any]:
        hits = await service.search(
            form.query,
            top_k=form.top_k,
            ranking=form.ranking,
            where=parse_filter(form.where),
            collection=form.collection,
        )
        to: Address = address(request, form.collection)
        return {
            "hits": [{**hit_values(hit), "label": label(hit.chunk), "url": to(hit.chunk)} for hit in hits],
        }

    @router.get("/collections", summary="List the collections")
    async def collections() -> dict[str, Any]:
        return {"collections": [asdict(item) for item in await service.collections()]}

    @router.get("/documents", summary="List the documents of a collection, by source")
    async def documents(
        request: Request,
        collection: Collection = "",
        where: Conditions = None,
        limit: Annotated[int, Query(ge=1, le=_MOST_PAGE)] = _PAGE,
        cursor: Annotated[str, Query(description="`next` of the page before")] = "",
    ) -> Response:
        rows = await service.documents(where=parse_filter(where or ()), collection=collection)
        after = _read_cursor(cursor)
        rest = [row for row in rows if (row.source, row.document_id) > after] if cursor else rows
        page = rest[:limit]
        values = {
            "documents": [_row(row) for row in page],
            "total": len(rows),
            "next": _cursor(page[-1]) if len(rest) > len(page) else None,
        }
        return _tagged(request, values)

    @router.get("/documents/{document}", summary="A document and its passages, in order")
    async def document(request: Request, document: str, collection: Collection = "") -> Response:
        found = await service.text(document, collection=collection)
        if found is None:
            raise ProblemError(404, f'there is no document "{document}"')
        row, chunks = found
        return _tagged(request, {**_row(row), "passages": [chunk_values(chunk) for chunk in chunks]})

    @router.get("/passages/{passage}", summary="A passage, as it is stored")
    async def passage(request: Request, passage: str, collection: Collection = "") -> Response:
        chunks = await service.passages([passage], collection=collection)
        if not chunks:
            raise ProblemError(404, f'there is no passage "{passage}"; its document may have changed since')
        return _tagged(request, {**chunk_values(chunks[0]), "label": label(chunks[0])})

    return router


def _answer(answer: Answer, address: Address) -> dict[str, Any]:
    return {**answer_values(answer), "footnotes": footnotes(answer, address), "sentences": sentences(answer)}


async def _streamed(happening: AsyncGenerator[Event, None], address: Address) -> AsyncGenerator[bytes, None]:
    """Yield each event under the name that `qa.answering.events` gives it, in small letters."""
    try:
        async with aclosing(happening) as events:
            async for event in events:
                name = type(event).__name__.lower()
                if isinstance(event, Finished):
                    yield sent_event({"answer": _answer(event.answer, address)}, name=name)
                else:
                    yield sent_event(asdict(event), name=name)
    except Exception as error:  # noqa: BLE001 - the status was sent already; the client is told within the stream
        yield sent_event(problem(*told(error)), name="failed")


def _row(row: RegisterRow) -> dict[str, Any]:
    return {
        "id": row.document_id,
        "source": row.source,
        "title": row.title,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "modified": row.modified,
        "ingested": row.ingested_at,
        "passages": row.chunk_count,
        "metadata": dict(row.metadata),
    }


def _cursor(row: RegisterRow) -> str:
    return base64.urlsafe_b64encode(json.dumps([row.source, row.document_id]).encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, str]:
    """Return the place that a cursor stands for.

    Raises:
        ProblemError: It is none of ours.
    """
    if not cursor:
        return "", ""
    try:
        source, document = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, binascii.Error, TypeError, RecursionError):
        source = document = None
    if not isinstance(source, str) or not isinstance(document, str):
        raise ProblemError(400, "this cursor is not one that was given out; begin without one", param="cursor")
    return source, document


def _tagged(request: Request, values: dict[str, Any]) -> Response:
    """Answer with an ETag, and with nothing but that where the client has the same."""
    body = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
