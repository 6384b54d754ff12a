"""What programs and agents get from `footnote serve` and `footnote mcp`: the real clients, over real sockets and pipes.

The engine and the model are the real ones, the documents those of the sample.
"""

import asyncio
import base64
import contextlib
import json
import os
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import openai
import pytest
import schemathesis
from calling import call
from chat_server import Chat
from hypothesis import HealthCheck, given, settings
from mcp import Client, StdioServerParameters
from openai.types.responses import ResponseCompletedEvent
from PIL import Image
from schemathesis.specs.openapi.checks import positive_data_acceptance

WAVES = "How high may the waves be for a transfer from Plover Dash?"
SENTENCE = (
    "from Monday 10 June 2024 the limit for transfers from Plover Dash by day is raised from 1.50 m to 1.60 m "
    "significant wave height."
)

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def client(served: Chat) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key="none needed", max_retries=0)


# OpenAI's client


def test_models_are_the_collections(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["footnote", "footnote/documents"]
    assert client.models.retrieve("footnote/documents").id == "footnote/documents"
    with pytest.raises(openai.NotFoundError, match=r'no model "footnote/other"; there are: footnote, footnote/doc'):
        client.models.retrieve("footnote/other")


def test_completion_has_its_footnotes_in_place(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(model="footnote", messages=[{"role": "user", "content": WAVES}])
    [choice] = reply.choices
    text = choice.message.content
    assert text is not None
    assert choice.finish_reason == "stop"
    assert text.startswith(f"{SENTENCE} [1]")
    assert text.endswith("[1] New wave limit for Plover Dash from 10 June — data/mail/plover-dash-limit.eml")
    assert choice.message.annotations is not None
    [annotation] = choice.message.annotations
    cited = annotation.url_citation
    assert text[cited.start_index : cited.end_index] == "[1]"
    # The address leads to the passage.
    status, _, passage = call(cited.url)
    assert status == 200
    assert "is raised from 1.50 m to 1.60 m" in passage["text"]
    more = reply.model_extra
    assert more is not None
    assert more["sentences"][0]["verdict"] == "supported"
    assert more["short_answer"] == "1.60 m"
    [quote] = more["footnotes"][0]["quotes"]
    assert " ".join(quote["text"].split()) == SENTENCE


def test_stream_is_the_same_answer(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="footnote/documents",
        messages=[
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": WAVES}]},
        ],
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    thought = "".join(
        (chunk.choices[0].delta.model_extra or {}).get("reasoning_content", "") for chunk in chunks if chunk.choices
    )
    assert text.startswith(f"{SENTENCE} [1]")
    assert WAVES.rstrip("?") in thought
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage is not None
    assert all("usage" in chunk.model_fields_set and chunk.usage is None for chunk in chunks[:-1])
    assert chunks[-1].usage.total_tokens == 0  # quoted: no model was asked


def test_conversation_goes_on(client: openai.OpenAI) -> None:
    first = client.chat.completions.create(model="footnote", messages=[{"role": "user", "content": WAVES}])
    said = first.choices[0].message.content or ""
    second = client.chat.completions.create(
        model="footnote",
        messages=[
            {"role": "user", "content": WAVES},
            {"role": "assistant", "content": said},
            {"role": "user", "content": "And by night?"},
        ],
    )
    assert "night" in (second.choices[0].message.content or "")


def test_response_and_its_stream(client: openai.OpenAI) -> None:
    whole = client.responses.create(model="footnote", input=WAVES, instructions="Be brief.", metadata={"of": "me"})
    assert (whole.instructions, whole.metadata) == ("Be brief.", {"of": "me"})
    assert whole.output_text.startswith(f"{SENTENCE} [1]")
    part = whole.output[0].content[0]  # type: ignore[union-attr]
    kinds = [annotation.type for annotation in part.annotations]  # type: ignore[union-attr]
    assert kinds == ["url_citation", "file_citation"]
    assert part.annotations[1].filename == "plover-dash-limit.eml"  # type: ignore[union-attr]
    events = list(
        client.responses.create(model="footnote", input="And by night?", previous_response_id=whole.id, stream=True)
    )
    assert [event.sequence_number for event in events] == list(range(len(events)))
    done = events[-1]
    assert isinstance(done, ResponseCompletedEvent)
    deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert deltas == done.response.output_text
    assert "night" in deltas


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"messages": []}, "the last message must be the user's question"),
        ({"messages": [{"role": "assistant", "content": "Well?"}]}, "the last message must be the user's question"),
        ({"messages": [{"role": "user", "content": "x" * 2_001}]}, "the question has 2,001 characters"),
        ({"messages": [{"role": "user", "content": "Why?"}], "n": 2}, "a question has one answer"),
        ({"messages": [{"role": "user", "content": "Why?"}], "where": ["type~pdf"]}, "is not a condition"),
        ({"messages": [{"role": "user", "content": "Why?"}], "model": "gpt-5"}, 'there is no model "gpt-5"'),
        ({"messages": "Why?"}, "messages must be a list, not a text"),
    ],
)
def test_what_cannot_be_asked_is_told_as_openai_does(served: Chat, body: dict[str, Any], message: str) -> None:
    status, _, told = call(f"{served.url}/v1/chat/completions", body)
    assert 400 <= status < 500
    assert message in told["error"]["message"]
    assert told["error"]["type"] == "invalid_request_error"


def test_response_that_was_never_given_is_told(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="no response"):
        client.responses.create(model="footnote", input="And by night?", previous_response_id="resp_other")


# The interface of our own


def test_ask_tells_everything_behind_an_answer(served: Chat) -> None:
    status, _, answer = call(f"{served.url}/api/ask", {"question": WAVES, "where": ["type=eml"]})
    assert status == 200
    assert answer["direct"]["text"] == "1.60 m"
    assert answer["sentences"][0] | {"evidence": [], "against": []} == {
        "text": SENTENCE,
        "footnotes": [1],
        "verdict": "supported",
        "problem": None,
        "evidence": [],
        "against": [],
    }
    assert {hit["chunk"]["source"].rsplit(".")[-1] for hit in answer["hits"]} == {"eml"}


def test_ask_streams_what_happens(served: Chat) -> None:
    body = json.dumps({"question": WAVES, "stream": True}).encode()
    request = Request(f"{served.url}/api/ask", data=body, headers={"content-type": "application/json"})
    with urlopen(request, timeout=60) as response:
        events = [part.split("\n") for part in response.read().decode().strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in events]
    assert names[0] == "routed"
    assert names.index("searching") < names.index("passagesfound") < names.index("textpiece") < names.index("verdict")
    assert names[-1] == "finished"
    assert json.loads(events[-1][1].removeprefix("data: "))["answer"]["found"] is True


def test_search_gives_passages_with_both_scores(served: Chat) -> None:
    _, _, found = call(f"{served.url}/api/search", {"query": WAVES, "top_k": 3})
    assert len(found["hits"]) == 3
    assert found["hits"][0]["chunk"]["source"] == "data/mail/plover-dash-limit.eml"
    assert all(hit["cosine"] is not None and hit["bm25"] is not None for hit in found["hits"])


def test_documents_come_page_by_page_and_each_once(served: Chat) -> None:
    seen: list[str] = []
    cursor = ""
    while True:
        _, _, page = call(f"{served.url}/api/documents?limit=10&cursor={cursor}")
        seen += [document["source"] for document in page["documents"]]
        if not (cursor := page["next"]):
            break
    assert len(seen) == len(set(seen)) == page["total"] == 27
    assert seen == sorted(seen)
    _, _, mails = call(f"{served.url}/api/documents?where=type%3Deml")
    assert mails["total"] == 4
    status, _, document = call(f"{served.url}/api/documents/{mails['documents'][0]['id']}")
    assert status == 200
    assert [passage["ordinal"] for passage in document["passages"]] == list(range(mails["documents"][0]["passages"]))


def test_what_has_not_changed_is_not_sent_again(served: Chat) -> None:
    status, headers, _ = call(f"{served.url}/api/documents")
    assert status == 200
    status, _, body = call(f"{served.url}/api/documents", **{"if-none-match": headers["etag"]})
    assert (status, body) == (304, "")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/passages/none", None, 404),
        ("/api/passages/%C3%9B%09%26", None, 404),
        ("/api/passages/x'%5D%20or%20id%20!=%20%5B'", None, 404),
        ("/api/passages/%22%5C/page.png", None, 404),
        ("/api/documents/none", None, 404),
        ("/api/nothing", None, 404),
        ("/api/documents?cursor=e30", None, 400),
        ("/api/documents?cursor=%00", None, 400),
        ("/api/documents?limit=0", None, 422),
        ("/api/documents?collection=other", None, 404),
        ("/api/documents?collection=..%2Fx", None, 422),
        ("/api/documents?where=nonsense", None, 422),
        ("/api/ask", {"question": " "}, 422),
        ("/api/ask", {"question": "Why?", "where": ["type=xyz"]}, 422),
        ("/api/search", {"query": "x", "top_k": 1_000}, 422),
        ("/api/search", {"query": "x", "ranking": "best"}, 422),
        ("/api/ask", ["Why?"], 422),
    ],
)
def test_problem_is_told_in_one_line(served: Chat, path: str, body: object, status: int) -> None:
    told, headers, problem = call(f"{served.url}{path}", body)
    assert (told, problem["status"]) == (status, status)
    assert headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert "\n" not in problem["detail"]
    assert "Traceback" not in problem["detail"]


def _raw(chat: Chat, head: str, *parts: bytes) -> bytes:
    """Send bytes over a socket, and return what comes until the server has said all or closes."""
    host, port = chat.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"{head}\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n".encode())
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for part in parts:
                connection.sendall(part)
        told = b""
        while b"\r\n\r\n" not in told or not told.endswith(b"}"):
            if not (got := connection.recv(1 << 16)):
                break
            told += got
    return told


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/v1/responses", "/mcp"])
def test_body_that_is_too_large_is_refused_before_it_is_read(served: Chat, path: str) -> None:
    """Whether its length is said, and nothing of it has come, or it comes piece by piece without an end."""
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    said = _raw(served, f"POST {path} HTTP/1.1", b"content-length: 99999999999\r\n\r\n")
    pieces = _raw(served, f"POST {path} HTTP/1.1", b"transfer-encoding: chunked\r\n\r\n", *[piece] * 17)
    for told in (said, pieces):
        assert told.startswith(b"HTTP/1.1 413 "), told[:200]
        body = json.loads(told.split(b"\r\n\r\n", 1)[1])
        error = body if path.startswith("/api") else body["error"]
        assert "more than 16 MiB" in error["detail" if path.startswith("/api") else "message"]


def test_schema_describes_every_route(served: Chat) -> None:
    _, _, schema = call(f"{served.url}/openapi.json")
    assert {"/api/ask", "/api/search", "/v1/chat/completions", "/v1/responses", "/healthz"} <= schema["paths"].keys()
    assert all(way["summary"] for ways in schema["paths"].values() for way in ways.values())
    # Nobody signs in here.
    assert "security" not in schema


def test_collection_that_is_not_there_is_told_without_commands(served: Chat) -> None:
    """Programs were told of an option of the command line, which they do not have."""
    for path, body in (("/api/ask", {"question": WAVES}), ("/api/search", {"query": WAVES})):
        status, _, told = call(f"{served.url}{path}", {**body, "collection": "wills"})
        assert (status, told["detail"]) == (404, 'there is no collection "wills" yet; there are: documents')


def test_health_and_readiness(served: Chat) -> None:
    assert call(f"{served.url}/healthz")[::2] == (200, "ok\n")
    assert call(f"{served.url}/readyz")[::2] == (200, {"ready": True, "collections": 1})


def test_any_request_gets_what_the_schema_says(served: Chat) -> None:
    """Requests made from the schema, sound and unsound ones: none is a fault of the server, each gets what was said."""
    schema = schemathesis.openapi.from_url(f"{served.url}/openapi.json")
    tried: list[str] = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        def answered(case: schemathesis.Case) -> None:
            if isinstance(case.body, dict) and (case.body.get("folder") or case.body.get("address")):
                return  # whatever stands there on this machine, or on the web, would be read
            # Whether a document passes a condition, the schema cannot tell.
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        answered()
        tried.append(operation.label)
    assert len(tried) >= 23
    for made in call(f"{served.url}/api/collections")[2]["collections"]:
        if made["name"] != "documents":
            call(f"{served.url}/api/collections/{made['name']}", method="DELETE")


@pytest.mark.parametrize("path", ["/api/documents", "/v1/models", "/mcp", "/healthz", "/openapi.json"])
@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_no_web_page_reaches_the_interface(served: Chat, path: str, headers: dict[str, str]) -> None:
    """Neither another page's script nor a name that was made to lead here."""
    assert call(f"{served.url}{path}", None, **headers)[0] == 403


def test_name_that_was_given_is_answered(served: Chat) -> None:
    """As a program in a container of this machine asks."""
    port = served.url.rpartition(":")[2]
    status, _, found = call(f"{served.url}/v1/models", host=f"host.docker.internal:{port}")
    assert (status, found["object"]) == (200, "list")
    assert call(f"{served.url}/v1/models", host=f"docker.internal:{port}")[0] == 403


def test_llm_asks_it_as_a_model(served: Chat, tmp_path: Path) -> None:
    """As docs/programs.md says to connect it; the program's own process, with its settings in a folder of its own."""
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: footnote\n  model_name: footnote\n  api_base: {served.url}/v1\n"
    )
    environment = {**os.environ, "LLM_USER_PATH": str(tmp_path)}
    command = [sys.executable, "-m", "llm", "-m", "footnote", WAVES]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
    assert said.startswith(f"{SENTENCE} [1]")
    assert "plover-dash-limit.eml" in said


# Agents


async def _spoken_with(client: Client) -> None:
    async with client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"search", "fetch", "ask", "list_documents", "open_passage"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        found = await client.call_tool("search", {"query": WAVES})
        assert found.structured_content is not None
        # As ChatGPT's connectors ask for: the same as one JSON text.
        assert json.loads(found.content[0].text) == found.structured_content  # type: ignore[union-attr]
        first = found.structured_content["results"][0]
        assert set(first) == {"id", "title", "url"}
        fetched = (await client.call_tool("fetch", {"id": first["id"]})).structured_content
        assert fetched is not None
        assert set(fetched) == {"id", "title", "text", "url", "metadata"}
        assert "1.60 m" in fetched["text"]
        asked = (await client.call_tool("ask", {"question": WAVES})).structured_content
        assert asked is not None
        assert asked["sentences"][0]["verdict"] == "supported"
        assert asked["short_answer"] == "1.60 m"
        listed = (await client.call_tool("list_documents", {"where": ["type=eml"]})).structured_content
        assert listed is not None
        assert listed["total"] == 4
        opened = (await client.call_tool("open_passage", {"id": first["id"]})).structured_content
        assert opened is not None
        assert opened["text"] == fetched["text"]
        assert opened["after"]
        other = {"query": WAVES, "collection": "documents"}
        within = (await client.call_tool("search", other)).structured_content
        assert within is not None
        address = within["results"][0]["url"]
        assert address.startswith("footnote://collections/documents/passages/")
        assert "1.60 m" in (await client.read_resource(address)).contents[0].text  # type: ignore[union-attr]
        text = await client.read_resource(f"footnote://documents/{fetched['metadata']['document']}")
        assert "1.60 m" in text.contents[0].text  # type: ignore[union-attr]
        for tool, arguments in (
            ("fetch", {"id": "none"}),
            ("ask", {"question": " "}),
            ("ask", {"question": "Why?", "where": ["nonsense"]}),
            ("list_documents", {"collection": "other"}),
            ("search", {"query": "Why?", "collection": "documents@other"}),
        ):
            refused = await client.call_tool(tool, arguments)
            assert refused.is_error
            assert "\n" not in refused.content[0].text  # type: ignore[union-attr]


# What clients of this revision do, and what those of earlier ones did.
MODES = ("auto", "2026-07-28", "legacy")


@pytest.mark.parametrize("mode", MODES)
def test_agent_over_http(served: Chat, mode: str) -> None:
    asyncio.run(_spoken_with(Client(f"{served.url}/mcp", mode=mode)))


def test_passage_of_a_pdf_is_opened_with_its_page(served: Chat) -> None:
    async def opened() -> None:
        async with Client(f"{served.url}/mcp") as client:
            found = await client.call_tool("search", {"query": "vessels and transfers in the annual report"})
            assert found.structured_content is not None
            id_ = next(hit["id"] for hit in found.structured_content["results"] if "p. " in hit["title"])
            text, picture = (await client.call_tool("open_passage", {"id": id_})).content
            assert picture.mime_type == "image/png"  # type: ignore[union-attr]
            drawn = base64.b64decode(picture.data)  # type: ignore[union-attr]
            assert Image.open(BytesIO(drawn)).width == 1200
            assert len(drawn) < 700_000
            alone = await client.call_tool("open_passage", {"id": id_, "picture": False})
            assert alone.content == [text]

    asyncio.run(opened())


def test_server_declares_only_what_it_does(served: Chat) -> None:
    async def declared(mode: str) -> None:
        async with Client(f"{served.url}/mcp", mode=mode) as client:
            can = client.server_capabilities
            assert can is not None
            assert can.tools is not None
            assert can.resources is not None
            assert not any((can.tools.list_changed, can.resources.list_changed, can.resources.subscribe))

    for mode in ("auto", "legacy"):
        asyncio.run(declared(mode))


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_stream_that_is_not_offered_is_refused(served: Chat, method: str) -> None:
    status, headers, told = call(f"{served.url}/mcp", method=method, accept="text/event-stream")
    assert (status, headers["allow"], told["jsonrpc"]) == (405, "POST", "2.0")


# Presets, in the home of a server of their own would cost seconds: the file is looked at again for every question.


def test_preset_is_a_model(served: Chat, client: openai.OpenAI) -> None:
    file = served.folder / "home" / "presets.toml"
    file.write_text('[minutes]\nwhere = ["source=minutes/*", "source=data/minutes/*"]\ntop_k = 2\n')
    try:
        assert "footnote@minutes" in [model.id for model in client.models.list()]
        reply = client.chat.completions.create(
            model="footnote@minutes", messages=[{"role": "user", "content": "How many pins have been examined?"}]
        )
        more = reply.model_extra
        assert more is not None
        sources = {footnote["source"] for footnote in more["footnotes"]}
        assert sources
        assert all("minutes/" in source for source in sources)
        status, _, problem = call(
            f"{served.url}/api/ask", {"question": "Why?", "preset": "minutes", "where": ["source=mail/*"]}
        )
        assert (status, "the preset limits sources already" in problem["detail"]) == (422, True)
        with pytest.raises(openai.NotFoundError, match=r'no model "footnote@other"; there are: .*footnote@minutes'):
            client.models.retrieve("footnote@other")
        file.write_text("[minutes\n")
        status, _, told = call(f"{served.url}/v1/models")
        assert (status, "presets.toml cannot be read" in told["error"]["message"]) == (422, True)
    finally:
        file.unlink()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_agent_over_standard_input_and_output(sample_home: Path, tmp_path: Path, mode: str) -> None:
    environment = {"FOOTNOTE_HOME": str(sample_home), "PATH": os.environ["PATH"]}
    server = StdioServerParameters(command=sys.executable, args=["-m", "ui.cli", "mcp"], env=environment, cwd=tmp_path)
    asyncio.run(_spoken_with(Client(server, mode=mode)))
