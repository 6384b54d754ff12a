"""`/v1`: Footnote as OpenAI's clients see it, a model for each collection.

A streamed answer's text comes when it has been checked, sentence by sentence: what a client was shown cannot be taken
back. Until then it is told what goes on, where clients show what a model thinks (`reasoning_content`).
"""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from qa.answering.events import Event, Finished, Progress, Searching, Thought
from qa.answering.standalone.conversation import turn_of
from qa.store.where import parse_filter
from qa.types import Answer, Turn
from ui.api import chores
from ui.api import openai_forms as forms
from ui.api.citations import Address
from ui.api.failures import told
from ui.api.json_body import JsonRoute
from ui.api.openai_wants import json_name, refuse_what_is_not_done
from ui.api.problems import STREAMED, ProblemError, openai_error
from ui.api.remembered import Conversations, Written
from ui.api.service import Service
from ui.web.identity import person_of

_STREAM = "text/event-stream"
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": "An error as OpenAI has it", "content": {"application/json": {}}}
    for status in ("4XX", "5XX")
}


def openai_router(service: Service, address: Any) -> APIRouter:
    """Return the routes. `address` gives the `Address` of a request's passages, see `app.addresses`."""
    router = APIRouter(route_class=JsonRoute, prefix="/v1", tags=["OpenAI"], responses=_ERRORS)
    remembered, written = Conversations(), Written()

    @router.get("/models", operation_id="list_models", summary="A model for each collection")
    async def models() -> dict[str, Any]:
        names = [item.name for item in await service.collections() if item.state == "ready"]
        ids = forms.model_ids(names, list(await service.presets()))
        data = [{"id": id_, "object": "model", "created": 0, "owned_by": "footnote"} for id_ in ids]
        return {"object": "list", "data": data}

    @router.get("/models/{model:path}", operation_id="read_model", summary="One model")
    async def one_model(model: str) -> dict[str, Any]:
        if not model:
            return await models()
        await _model(service, model)
        return {"id": model, "object": "model", "created": 0, "owned_by": "footnote"}

    @router.post(
        "/chat/completions",
        operation_id="complete_chat",
        responses=STREAMED,
        summary="Answer the last message, with footnotes",
    )
    async def chat_completions(request: Request, form: forms.ChatRequest) -> Response:
        if form.n != 1:
            raise ProblemError(400, "a question has one answer; leave n at 1", param="n")
        question, turns = forms.asked(form.messages, written.turn)
        model = await _model(service, form.model)
        system = forms.instructions(form.messages)
        told = chores.answered(question, turns, system=system, json_name=json_name(form.response_format))
        if told is None:
            refuse_what_is_not_done(form.tool_choice, form.response_format, "response_format")
        asked: Any = {"where": parse_filter(form.where), "collection": model.collection, "preset": model.preset}
        id_, created, to = f"chatcmpl-{uuid4().hex}", int(time.time()), address(request, model.collection)
        happening = _chore(question, told) if told else service.events(chores.of_person(question), turns, **asked)
        happening = _kept(happening, _nothing if told else written.keep)
        if not form.stream:
            answer = await _whole(happening)
            return JSONResponse(forms.completion(answer, to, id=id_, created=created, model=form.model))
        with_usage = bool(form.stream_options and form.stream_options.include_usage)
        frame = {"id": id_, "created": created, "model": form.model}
        return _streaming(_chat_stream(happening, to, frame, with_usage=with_usage))

    @router.post("/responses", operation_id="respond", responses=STREAMED, summary="Answer the input, with footnotes")
    async def responses(request: Request, form: forms.ResponseRequest) -> Response:
        if form.background or form.conversation is not None:
            raise _not_kept("background" if form.background else "conversation")
        person = person_of(request).name
        question, brought = forms.asked_for_response(form.input, written.turn)
        turns = [*remembered.before(person, form.previous_response_id), *brought]
        model = await _model(service, form.model)
        format_ = (form.text or {}).get("format")
        system = forms.instructions_of_response(form.instructions, form.input)
        told = chores.answered(question, turns, system=system, json_name=json_name(format_))
        if told is None:
            refuse_what_is_not_done(form.tool_choice, format_, "text.format")
        question = question if told else chores.of_person(question)
        asked: Any = {"where": parse_filter(form.where), "collection": model.collection, "preset": model.preset}
        id_, created, to = f"resp_{uuid4().hex}", int(time.time()), address(request, model.collection)

        def keep(answer: Answer) -> None:
            written.keep(answer)
            remembered.keep(person, id_, (*turns, Turn("user", question), turn_of(answer)))

        happening = _chore(question, told) if told else service.events(question, turns, **asked)
        happening = _kept(happening, _nothing if told else keep)
        if not form.stream:
            answer = await _whole(happening)
            return JSONResponse(forms.response(answer, to, id=id_, created=created, form=form))
        return _streaming(_response_stream(happening, to, {"id": id_, "created": created, "form": form}))

    return router


async def _model(service: Service, name: str) -> forms.Model:
    """Return what a model's name stands for, the collection that a preset names among it.

    Raises:
        ProblemError: Nothing does; the message says which there are.
    """
    model = forms.read_model(name)
    if model == forms.Model():
        return model
    ready = {item.name for item in await service.collections() if item.state == "ready"}
    presets = await service.presets()
    if model.preset in presets:
        model = replace(model, collection=model.collection or presets[model.preset].collection)
    if (model.collection and model.collection not in ready) or model.preset not in ("", *presets):
        known = ", ".join(forms.model_ids(sorted(ready), list(presets)))
        raise ProblemError(404, f'there is no model "{name[:100]}"; there are: {known}', param="model")
    return model


def _not_kept(field: str) -> ProblemError:
    instead = {
        "background": "a response is made while you wait; leave it out, or stream",
        "conversation": "conversations have no name here; go on with previous_response_id, or send them as input",
    }
    return ProblemError(400, f"{field}: {instead[field]}", param=field)


async def _chore(question: str, told: str) -> AsyncGenerator[Event, None]:
    """Yield what a program is told that asks by itself, as if it were an answer; no document is looked at."""
    yield Finished(Answer(question, question, told, (), (), (), found=True, model="none"))


def _nothing(_answer: Answer) -> None:
    """Keep nothing: no conversation goes on from here."""


async def _whole(happening: AsyncGenerator[Event, None]) -> Answer:
    async with aclosing(happening) as events:
        async for event in events:
            if isinstance(event, Finished):
                return event.answer
    raise AssertionError("the events end with Finished")


async def _kept(happening: AsyncGenerator[Event, None], keep: Callable[[Answer], None]) -> AsyncGenerator[Event, None]:
    async with aclosing(happening) as events:
        async for event in events:
            if isinstance(event, Finished):
                keep(event.answer)
            yield event


def _streaming(stream: AsyncGenerator[bytes, None]) -> StreamingResponse:
    return StreamingResponse(stream, media_type=_STREAM, headers={"cache-control": "no-store"})


def _doing(event: Event) -> str:
    """Return what an event says of what goes on, "" for nothing."""
    if isinstance(event, Searching):
        where = f" in {event.where}" if event.where else ""
        return f"Searching for “{event.query}”{where}.\n"
    if isinstance(event, Progress):
        count = f" ({event.done} of {event.total})" if event.total else ""
        return f"{event.text}{count}\n"
    return event.text if isinstance(event, Thought) else ""


async def _chat_stream(
    happening: AsyncGenerator[Event, None], address: Address, frame: dict[str, Any], *, with_usage: bool
) -> AsyncGenerator[bytes, None]:
    # As OpenAI has it, the pieces before that with the tokens say that they have none.
    without: dict[str, Any] = {"usage": None} if with_usage else {}
    yield forms.sent_event({**forms.thinking_chunk("", **frame, first=True), **without})
    try:
        async with aclosing(happening) as events:
            async for event in events:
                if doing := _doing(event):
                    yield forms.sent_event({**forms.thinking_chunk(doing, **frame), **without})
                if isinstance(event, Finished):
                    for chunk in forms.completion_chunks(event.answer, address, **frame, with_usage=with_usage):
                        yield forms.sent_event({**without, **chunk})
    except Exception as error:  # noqa: BLE001 - the status was sent already; the client is told within the stream
        status, detail = told(error)
        yield forms.sent_event(openai_error(status, detail))
        return
    yield forms.sent_event("[DONE]")


async def _response_stream(
    happening: AsyncGenerator[Event, None], address: Address, frame: dict[str, Any]
) -> AsyncGenerator[bytes, None]:
    number = 0

    def sent(kind: str, **values: Any) -> bytes:
        nonlocal number
        number += 1
        return forms.sent_event({"type": kind, "sequence_number": number - 1, **values}, name=kind)

    begun = forms.response_frame(**frame, status="in_progress")
    yield sent("response.created", response=begun)
    yield sent("response.in_progress", response=begun)
    try:
        async with aclosing(happening) as events:
            async for event in events:
                if isinstance(event, Finished):
                    for kind, values in _response_pieces(event.answer, address, frame):
                        yield sent(kind, **values)
    except Exception as error:  # noqa: BLE001 - likewise
        _, detail = told(error)
        failed = forms.response_frame(**frame, status="failed")
        failed["error"] = {"code": "server_error", "message": detail}
        yield sent("response.failed", response=failed)


def _response_pieces(answer: Answer, address: Address, frame: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a whole answer, in the order in which OpenAI's clients want them."""
    item = forms.output_item(answer, address, id=frame["id"])
    part = item["content"][0]
    at = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    empty = {**part, "text": "", "annotations": []}
    return [
        ("response.output_item.added", {"output_index": 0, "item": {**item, "status": "in_progress", "content": []}}),
        ("response.content_part.added", {**at, "part": empty}),
        *(
            ("response.output_text.delta", {**at, "delta": piece, "logprobs": []})
            for piece in forms.pieces(part["text"])
        ),
        *(
            ("response.output_text.annotation.added", {**at, "annotation_index": index, "annotation": annotation})
            for index, annotation in enumerate(part["annotations"])
        ),
        ("response.output_text.done", {**at, "text": part["text"], "logprobs": []}),
        ("response.content_part.done", {**at, "part": part}),
        ("response.output_item.done", {"output_index": 0, "item": item}),
        ("response.completed", {"response": forms.response(answer, address, **frame)}),
    ]
