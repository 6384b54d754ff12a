"""What programs send is taken as it is: no field takes a value of another kind, in any form that there is."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, get_args

import pytest
from chat_server import Chat
from fastapi import HTTPException
from fastapi.dependencies.models import Dependant
from mcp import Client
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel, TypeAdapter, ValidationError
from signed_in import send
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from qa.errors import StoreUnavailableError
from ui.api.app import beside, make_api
from ui.api.ask_routes import AskForm, SearchForm
from ui.api.json_body import JsonRoute, read_json
from ui.api.keeper import Keeper
from ui.api.openai_forms import ChatRequest
from ui.api.problems import UNEXPECTED
from ui.api.service import Service
from ui.api.strict import Form
from ui.api.wrong import PATTERNS
from ui.mcp.over_http import posted
from ui.mcp.server import make_server
from ui.web.head import Headed
from ui.web.measures import Measures
from ui.web.sign_in import SignIn

NO_NUMBERS = [True, "3", "", [3], {}, 3.5, float("nan"), float("inf"), 1e400]
FIELD = "--b\r\nContent-Disposition: form-data; name=clash\r\n\r\n"
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
            with pytest.raises(ValidationError, match="is written in digits"):
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


# What is told


class NoAccounts:
    """Knows nobody."""

    def token(self, _scope: Any) -> str:
        return ""

    def of_session(self, _token: str) -> None:
        return None


@pytest.fixture(scope="module")
def programs() -> Iterator[TestClient]:
    with TestClient(make_api(Service(None, None), Keeper(), Measures())) as client:  # type: ignore[arg-type]
        yield client


ASKED = {"messages": [{"role": "user", "content": "How high may the waves be?"}]}
NO_NUMBER = "the body cannot be read as JSON: a number in it is none of JSON"
DEEP = "the body cannot be read as JSON: it is nested too deeply"
# The path, the body or None, what is told, and the field that is named.
WRONG = [
    ("/api/search", {}, "query is missing", "query"),
    ("/api/search", [], "the body must be an object, not a list", ""),
    ("/api/search", "x{", "the body is no JSON", ""),
    ("/api/search", "", "the body is missing", ""),
    ("/api/search", {"query": " "}, "query must not be empty", "query"),
    ("/api/search", {"query": "x" * 2_001}, "query has more than 2,000 characters; send less", "query"),
    ("/api/search", '{"query": "\\ud800"}', "query holds half of a character, as a text has that was cut", "query"),
    (
        "/api/ask",
        '{"question": "q", "turns": [{"role": "\\ud83d", "text": "q"}]}',
        "turns.0.role must be",
        "turns.0.role",
    ),
    ("/api/jobs", '{"documents": ["\\ud800"]}', "documents.0 holds half of a character", "documents.0"),
    ("/v1/chat/completions", '{"model": "\\udfff", "messages": []}', "model holds half of a character", "model"),
    (
        "/v1/chat/completions",
        '{"messages": [{"role": "user", "content": [{"type": "text", "text": "\\ud83d"}]}]}',
        "messages.0.content.0.text holds half of a character",
        "messages.0.content.0.text",
    ),
    ("/v1/responses", '{"input": "q", "metadata": {"a": "\\ud83d"}}', "metadata.a holds half", "metadata.a"),
    ("/v1/responses", '{"input": "q", "\\ud83d": 1}', "the body holds half of a character", ""),
    (
        "/v1/responses",
        '{"input": "q", "previous_response_id": "\\ud83d"}',
        "previous_response_id holds half",
        "previous_response_id",
    ),
    ("/v1/responses", '{"input": "q", "metadata": {"a": NaN}}', NO_NUMBER, ""),
    ("/v1/responses", '{"input": "q", "metadata": {"a": [-1e999]}}', NO_NUMBER, ""),
    ("/api/search", '{"query": "q", "top_k": ' + "9" * 5_000 + "}", NO_NUMBER, ""),
    ("/api/search", "[" * 100_000, DEEP, ""),
    ("/api/search", '{"a": ' + "[" * 100_000 + '"\\ud800"', DEEP, ""),
    ("/api/search", {"query": "q", "top_k": True}, "top_k must be a whole number, not true or false", "top_k"),
    ("/api/search", {"query": "q", "top_k": 1_000}, "top_k must be at most 100", "top_k"),
    ("/api/search", {"query": "q", "where": [1]}, "where.0 must be a text, not a number", "where.0"),
    (
        "/api/search",
        {"query": "q", "ranking": "best"},
        'ranking must be "scores", "rrf", "dense" or "sparse"',
        "ranking",
    ),
    ("/v1/chat/completions", {"messages": "Why?"}, "messages must be a list, not a text", "messages"),
    (
        "/v1/chat/completions",
        {"messages": [{"role": "user", "content": 5}]},
        "messages.0.content must be a text or a list, not a number",
        "messages.0.content",
    ),
    (
        "/v1/chat/completions",
        {"messages": [{"role": "user", "content": [1]}]},
        "messages.0.content.0 must be an object, not a number",
        "messages.0.content.0",
    ),
    ("/v1/responses", {"input": [{}]}, "the last message must be the user's question", "input"),
    (
        "/v1/responses",
        {"input": "q", "background": True},
        "background: a response is made",
        "background",
    ),
    ("/v1/responses", {"input": "q", "conversation": "c"}, "conversation: conversations have no name", "conversation"),
    (
        "/v1/responses",
        {"input": "q", "text": {"format": {"type": "json_schema"}}},
        "text.format wants JSON",
        "text.format",
    ),
    ("/v1/chat/completions", {**ASKED, "tool_choice": "required"}, "tool_choice wants a tool called", "tool_choice"),
    (
        "/v1/chat/completions",
        {**ASKED, "response_format": {"type": "json_object"}},
        "response_format wants JSON",
        "response_format",
    ),
    ("/api/jobs", {}, "say what is to be ingested with exactly one of address, folder,", ""),
    ("/api/documents?limit=x", None, "limit must be a whole number, written in digits", ""),
    ("/api/passages/x?mark=5", None, "mark.0 must be two offsets, such as 120-180", ""),
    ("/nowhere", None, "there is nothing at this address; /docs lists what there is", ""),
    ("/api/search", None, "this address takes no GET; it takes POST", ""),
]


@pytest.mark.parametrize(("path", "body", "words", "field"), WRONG)
def test_what_is_wrong_is_told_in_words_of_ours(
    programs: TestClient, path: str, body: Any, words: str, field: str
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {"content-type": "application/json"}
    told = programs.get(path) if body is None else programs.post(path, content=content, headers=headers)
    read = told.json()
    assert (read["detail"] if "detail" in read else read["error"]["message"]).startswith(words)
    if "error" in read:
        assert read["error"]["param"] == (field or None)
    if told.status_code == 405:
        assert told.headers["allow"] == "POST"


def test_body_that_is_no_utf8_is_told(programs: TestClient) -> None:
    headers = {"content-type": "application/json"}
    told = programs.post("/api/search", content=b'{"query": "caf\xe9"}', headers=headers)
    assert (told.status_code, told.json()["detail"]) == (
        400,
        "the body cannot be read as JSON: it is not written in UTF-8",
    )


@pytest.mark.parametrize("field", ["messages", "input"])
def test_text_that_was_cut_does_not_end_a_conversation(field: str) -> None:
    """Chat programs cut texts in the middle of an emoji, and send them again with every question."""
    said = '{"role": "user", "content": "Fine \\ud83d"}'
    asked = '{"role": "user", "content": "Why \\ud83d\\ude00?"}'
    read = read_json(f'{{"{field}": [{said}, {asked}]}}'.encode())
    assert [one["content"] for one in read[field]] == ["Fine \ufffd", "Why \U0001f600?"]
    with pytest.raises(HTTPException, match="half of a character"):
        read_json(f'{{"{field}": [{asked}, {said}]}}'.encode())
    turns = read_json(f'{{"turns": [{said}], "question": "Why?"}}'.encode())["turns"]
    assert turns[0]["content"] == "Fine \ufffd"


def test_every_route_with_a_body_reads_it_strictly() -> None:
    with_body = [route for route in routes() if getattr(route, "body_field", None) is not None]
    assert len(with_body) >= 6
    assert all(isinstance(route, JsonRoute) for route in with_body)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/collections", "GET, POST"), ("/api/documents/x", "DELETE, GET"), ("/v1/models/x/y", "GET")],
)
def test_all_that_an_address_takes_is_told(programs: TestClient, path: str, allowed: str) -> None:
    refused = programs.put(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)
    assert f"it takes {allowed}" in refused.text


@pytest.mark.parametrize(
    ("kind", "sent", "words"),
    [
        ("", "x", "says no boundary"),
        ("; boundary=b", "x", "it is no multipart/form-data, or broke off"),
        ("; boundary=b", "--b\r\n\r\nx\r\n--b--", "a part of it has no name"),
        ("; boundary=b", f"{FIELD}{'x' * 10_001}\r\n--b--\r\n", "a field has more than 10,000 bytes"),
        ("; boundary=b", f"{FIELD}x\r\n" * 21 + "--b--\r\n", "it has more than 20 fields"),
    ],
)
def test_form_that_cannot_be_read_is_told_in_words_of_ours(
    programs: TestClient, kind: str, sent: str, words: str
) -> None:
    told = programs.post("/api/documents", content=sent, headers={"content-type": f"multipart/form-data{kind}"})
    assert told.status_code == 400
    assert words in told.json()["detail"]


def test_every_pattern_is_said_in_words() -> None:
    fields = [info for form in forms() for info in form.model_fields.values()]
    fields += [parameter.field_info for of in dependants() for parameter in (*of.query_params, *of.path_params)]
    used = {one.pattern for info in fields for one in info.metadata if getattr(one, "pattern", None)}
    assert len(used) >= 3
    assert used <= PATTERNS.keys()


@pytest.mark.parametrize(
    ("tool", "values", "words"),
    [
        ("list_documents", {"limit": True}, "limit must be a whole number, not true or false; it may have where, coll"),
        ("list_documents", {"limit": "5"}, "limit must be a whole number, not a text"),
        ("list_documents", {"limit": 501}, "limit must be at most 500"),
        ("list_documents", {"offset": 1.5}, "offset must be a whole number"),
        (
            "open_passage",
            {"id": "x", "picture": "no"},
            "picture must be true or false, not a text; it needs id and",
        ),
        ("search", {}, "query is missing; it needs query and may have collection"),
        ("search", {"query": "q", "limit": 5}, "search takes no limit; it needs query and may have collection"),
        ("search", {"query": "q", "collection": None}, "nobody listens"),
        ("fetch", {"id": None}, "id must be a text, not null"),
        ("ask", {"question": "q", "where": "type=pdf"}, "where must be a list, not a text"),
        ("ask", {"question": "q"}, UNEXPECTED),
    ],
)
def test_agents_are_told_what_a_tool_takes(tool: str, values: dict[str, Any], words: str) -> None:
    class Deaf:
        async def search(self, *_: Any, **__: Any) -> Any:
            raise StoreUnavailableError("nobody listens")

    async def call() -> Any:
        async with Client(make_server(Deaf())) as client:  # type: ignore[arg-type]
            return await client.call_tool(tool, values)

    told = asyncio.run(call())
    assert told.is_error
    assert told.content[0].text.startswith(words)
    assert "\n" not in told.content[0].text


@pytest.mark.parametrize("address", ["documents/x", "passages/x", "collections/c/passages/x"])
@pytest.mark.parametrize(("failing", "words"), [(False, "there is no "), (True, "nobody listens")])
def test_agents_are_told_why_a_resource_cannot_be_read(address: str, failing: bool, words: str) -> None:
    class Empty:
        async def text(self, *_: Any, **__: Any) -> Any:
            if failing:
                raise StoreUnavailableError("nobody listens")

        async def passages(self, *_: Any, **__: Any) -> Any:
            await self.text()
            return []

    async def read() -> None:
        async with Client(make_server(Empty())) as client:  # type: ignore[arg-type]
            with pytest.raises(MCPError, match=words):
                await client.read_resource(f"footnote://{address}")

    asyncio.run(read())


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/models", "let the base URL of your client end with /v1"),
        ("/chat/completions", "let the base URL of your client end with /v1"),
        ("/v1", "let the base URL of your client end with /v1"),
        ("/api", "/docs lists what there is"),
        ("/sse", "agents post to /mcp"),
        ("/.well-known/oauth-protected-resource/mcp", "agents post to /mcp"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_program_that_strayed_is_led_back_and_shown_no_page(path: str, words: str, method: str) -> None:
    async def elsewhere(*_: Any) -> None:
        raise AssertionError("the page would be shown")

    api = make_api(Service(None, None), Keeper(), Measures())  # type: ignore[arg-type]
    every = beside(elsewhere, api, elsewhere, measures=Measures())
    told = TestClient(SignIn(every, NoAccounts(), elsewhere, lambda _session: None)).request(method, path)  # type: ignore[arg-type]
    assert told.status_code == 404
    read = told.json()
    assert words in (read["detail"] if "detail" in read else read["error"]["message"])


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", "[]", 400),
        ("application/json", "{}", 400),
        ("application/json", "x{", 400),
        *(
            ("application/json", f'{{"jsonrpc": "2.0", "id": {id_}, "method": "ping"}}', 400)
            for id_ in ("null", "1.5", "{}")
        ),
        ("", "{}", 415),
    ],
)
def test_message_of_an_agent_that_is_none_is_refused_in_one_line(kind: str, body: str, status: int) -> None:
    async def agents(*_: Any) -> None:
        raise AssertionError("the library would quote pydantic")

    told = TestClient(posted(agents)).post("/mcp", content=body, headers={"content-type": kind})
    assert told.status_code == status
    assert told.json()["error"]["message"].startswith(
        ("this is no message of JSON-RPC 2.0", "send the message as JSON", "the id of a message must be")
    )


def test_body_that_no_reader_of_json_takes_is_told() -> None:
    with TestClient(make_api(Service(None, None), Keeper(), Measures())) as client:  # type: ignore[arg-type]
        for body in ('{"query": "q", "top_k": 1%s}' % ("0" * 5_000), '{"query": %s}' % ("[" * 100_000)):
            told = client.post("/api/search", content=body, headers={"content-type": "application/json"})
            assert told.status_code in (400, 422)
            assert told.headers["content-type"] == "application/problem+json"
        assert (
            "a number in it is none of JSON"
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
