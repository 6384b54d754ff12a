"""`/api/ask` and `/api/search`: answers with all that is behind them, and passages alone."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from qa.answering.answer import QUESTION_CHARACTERS
from qa.answering.events import Event, Finished
from qa.answering.serialise import answer_values, hit_values
from qa.store.where import parse_filter
from qa.types import Answer, Ranking, Turn
from ui.api.citations import Address, footnotes, label, sentences, short_answer
from ui.api.failures import told
from ui.api.json_body import JsonRoute
from ui.api.openai_forms import sent_event
from ui.api.parameters import NAME, SOMETHING
from ui.api.problems import PROBLEMS, STREAMED, problem
from ui.api.service import Service
from ui.api.strict import Form, Whole

_MOST_TURNS, _MOST_HITS = 100, 100

Question = Annotated[str, Field(min_length=1, max_length=QUESTION_CHARACTERS, pattern=SOMETHING)]


class TurnForm(Form):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


class AskForm(Form):
    """A question."""

    question: Question
    turns: list[TurnForm] = Field(default_factory=list, max_length=_MOST_TURNS)
    where: list[str] = Field(default_factory=list)
    collection: str = Field("", pattern=NAME)
    preset: str = Field("", max_length=100, description="Name of a preset of settings")
    stream: bool = False


class SearchForm(Form):
    """What is looked for, and how many passages are wanted."""

    query: Question
    top_k: Whole = Field(10, ge=1, le=_MOST_HITS)
    ranking: Ranking | None = None
    where: list[str] = Field(default_factory=list)
    collection: str = Field("", pattern=NAME)


def ask_router(service: Service, address: Any) -> APIRouter:
    """Return the routes. `address` gives the `Address` of a request's passages, see `app.addresses`."""
    router = APIRouter(route_class=JsonRoute, prefix="/api", tags=["Footnote"], responses=PROBLEMS)

    @router.post(
        "/ask",
        operation_id="ask",
        responses=STREAMED,
        summary="Answer a question, every sentence with its footnotes and its verdict",
    )
    async def ask(request: Request, form: AskForm) -> Response:
        turns = [Turn(turn.role, turn.text) for turn in form.turns]
        where = parse_filter(form.where)
        if form.preset:
            await service.check_preset(form.preset, where)  # what is wrong is told before anything is sent
        if form.stream:
            events = service.events(form.question, turns, where=where, collection=form.collection, preset=form.preset)
            stream = _streamed(events, address(request, form.collection))
            return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})
        answer = await service.ask(form.question, turns, where=where, collection=form.collection, preset=form.preset)
        return JSONResponse(_answer(answer, address(request, form.collection)))

    @router.post("/search", operation_id="search", summary="Find passages, without an answer")
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

    return router


def _answer(answer: Answer, address: Address) -> dict[str, Any]:
    return {
        **answer_values(answer),
        "footnotes": footnotes(answer, address),
        "sentences": sentences(answer),
        "short_answer": short_answer(answer),
    }


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
