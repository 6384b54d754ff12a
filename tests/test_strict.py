"""What programs send is taken as it is: no field takes a value of another kind, in any form that there is."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, get_args

import pytest
from chat_server import Chat
from fastapi.dependencies.models import Dependant
from mcp import Client
from pydantic import BaseModel, TypeAdapter, ValidationError
from signed_in import send
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.api.app import make_api
from ui.api.ask_routes import AskForm, SearchForm
from ui.api.keeper import Keeper
from ui.api.openai_forms import ChatRequest
from ui.api.service import Service
from ui.api.strict import Form
from ui.mcp.server import make_server
from ui.web.head import Headed
from ui.web.measures import Measures

NO_NUMBERS = [True, "3", "", [3], {}, 3.5, float("nan"), float("inf"), 1e400]
NO_TRUTHS = [1, 0, "true", "yes", 1.0, float("nan")]


def routes() -> Iterator[Any]:
    for route in make_api(Service(None, None), Keeper(), Measures()).routes:  # type: ignore[arg-type]
        yield from route.original_router.routes if hasattr(route, "original_router") else [route]


def dependants() -> Iterator[Dependant]:
    for route in routes():
        if hasattr(route, "dependant"):
            yield route.dependant


def forms() -> Iterator[type[BaseModel]]:
    """Return each form of a body, and the forms within."""

    def within(kind: Any) -> Iterator[type[BaseModel]]:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
            for field in kind.model_fields.values():
                yield from within(field.annotation)
        for part in get_args(kind):
            yield from within(part)

    for dependant in dependants():
        for parameter in dependant.body_params:
            yield from within(parameter.field_info.annotation)


def test_every_body_is_a_strict_form() -> None:
    found = set(forms())
    assert len(found) >= 8
    assert all(issubclass(form, Form) for form in found)


def test_every_number_of_an_address_is_written_in_digits() -> None:
    numbers = [
        parameter.field_info
        for dependant in dependants()
        for parameter in dependant.query_params
        if parameter.field_info.annotation is int
    ]
    assert len(numbers) >= 3
    for info in numbers:
        adapter: TypeAdapter[int] = TypeAdapter(Annotated[int, *info.metadata])
        assert adapter.validate_python("5") == 5
        for wrong in ("1_0", "+5", " 5", "5.0", "\u0665", "", "true", "9" * 5_000):
            with pytest.raises(ValidationError, match="written in digits"):
                adapter.validate_python(wrong)


@pytest.mark.parametrize(
    ("form", "field", "values"),
    [
        (SearchForm, "top_k", NO_NUMBERS),
        (ChatRequest, "n", NO_NUMBERS),
        (AskForm, "stream", NO_TRUTHS),
        (ChatRequest, "stream", NO_TRUTHS),
        (AskForm, "question", [1, True, ["x"]]),
    ],
)
def test_value_of_another_kind_is_refused(form: type[Form], field: str, values: list[Any]) -> None:
    base = {"query": "q", "question": "q", "messages": []}
    for value in values:
        with pytest.raises(ValidationError) as refused:
            form.model_validate({**base, field: value})
        assert {error["loc"][0] for error in refused.value.errors()} == {field}


def test_null_is_left_out_and_a_whole_number_may_have_a_point() -> None:
    assert SearchForm.model_validate({"query": "q", "top_k": None}).top_k == 10
    assert SearchForm.model_validate({"query": "q", "top_k": 3.0}).top_k == 3
    sent = {"messages": [{"role": "user", "content": None}], "n": None, "stream": None, "stream_options": None}
    assert ChatRequest.model_validate({**sent, "model": None}).model == "footnote"
    with pytest.raises(ValidationError, match="Field required"):
        SearchForm.model_validate({"query": None})


@pytest.mark.parametrize(
    "values", [{"limit": True}, {"limit": "5"}, {"offset": 1.5}, {"picture": "no"}, {"picture": 1}]
)
def test_agents_are_told_what_a_tool_takes(values: dict[str, Any]) -> None:
    tool, given = ("open_passage", {"id": "x"}) if "picture" in values else ("list_documents", {})

    async def call() -> Any:
        async with Client(make_server(None)) as client:  # type: ignore[arg-type]
            return await client.call_tool(tool, {**given, **values})

    told = asyncio.run(call())
    assert told.is_error
    assert "Input should be a valid" in told.content[0].text


def test_body_that_no_reader_of_json_takes_is_told() -> None:
    with TestClient(make_api(Service(None, None), Keeper(), Measures())) as client:  # type: ignore[arg-type]
        for body in ('{"query": "q", "top_k": 1%s}' % ("0" * 5_000), '{"query": %s}' % ("[" * 100_000)):
            told = client.post("/api/search", content=body, headers={"content-type": "application/json"})
            assert told.status_code in (400, 422)
            assert told.headers["content-type"] == "application/problem+json"
        assert (
            "a number in it is too long"
            in client.post(
                "/api/search", content='{"top_k": 1%s}' % ("0" * 5_000), headers={"content-type": "application/json"}
            ).json()["detail"]
        )


# HEAD


def test_head_of_what_never_ends_ends() -> None:
    left = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"data: x\n\n"
                await asyncio.sleep(0)
        finally:
            left.append(True)

    async def events(_request: Any) -> StreamingResponse:
        return StreamingResponse(endless(), media_type="text/event-stream")

    with TestClient(Headed(Starlette(routes=[Route("/events", events)]))) as client:
        told = client.head("/events")
    assert (told.status_code, told.content, left) == (200, b"", [True])
    assert told.headers["content-type"].startswith("text/event-stream")


@pytest.mark.models
def test_every_page_that_can_be_read_answers_head(served: Chat) -> None:
    plain = [route.path for route in routes() if "GET" in getattr(route, "methods", ()) and "{" not in route.path]
    assert {"/docs", "/healthz", "/openapi.json", "/v1/models"} <= set(plain)
    for path in (*plain, "/", "/documents", "/docs/docs.js", "/v1/models/footnote", "/v1/models/none", "/own/page.css"):
        read, head = send(served, path), send(served, path, "HEAD")
        assert (head.status, head.body) == (read.status, ""), path
        for name in ("content-type", "etag", "cache-control"):
            assert head.headers.get(name) == read.headers.get(name), path
        if path != "/metrics":  # each request makes it longer
            assert head.headers["content-length"] == read.headers["content-length"], path
    assert send(served, "/api/ask", "HEAD").status == 405
