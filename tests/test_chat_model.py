"""The real openai client against servers of ours on real sockets."""

import inspect
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import httpx
import openai
import pytest
from conftest import run
from llm_server import FakeLLM, Reply, fake_llm

from qa.errors import ConfigError, LLMError, LLMRequestError, LLMUnavailableError
from qa.models.chat import _translate, open_chat_model

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Wie geht's? 🙂"}]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeLLM]:
    with fake_llm() as running:
        yield running


@pytest.fixture
def llm(server: FakeLLM) -> FakeLLM:
    server.requests.clear()
    server.keys.clear()
    return server


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client tries twice more, half a second and a second later."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.0)
    monkeypatch.setattr("openai._base_client.MAX_RETRY_DELAY", 0.0)


def pieces(base_url: str, found: list[str] | None = None, *, key: str = "sk-test", timeout_s: float = 5.0) -> list[str]:
    """Return what one request yields; `found` has it even if the request fails."""
    found = [] if found is None else found

    async def main() -> None:
        async with open_chat_model("fake-1", api_key=key, base_url=base_url, timeout_s=timeout_s) as model:
            async for piece in model.stream(MESSAGES):
                found.append(piece)

    run(main)
    return found


def failure(base_url: str, kind: type[LLMError], *, timeout_s: float = 5.0) -> str:
    """Return the one line that a request that must fail with `kind` gives."""
    with pytest.raises(LLMError) as raised:
        pieces(base_url, timeout_s=timeout_s)
    assert type(raised.value) is kind
    assert raised.value.args == (str(raised.value),)
    assert len(str(raised.value).splitlines()) == 1
    return str(raised.value)


@contextmanager
def answering(response: bytes, *, hold_open: bool = False) -> Iterator[str]:
    """Run a server that answers every request with these bytes, HTTP or not; yield its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection.makefile("rb") as request:
                headers = dict(
                    line.lower().split(b": ", 1) for line in iter(request.readline, b"\r\n") if b": " in line
                )
                request.read(int(headers[b"content-length"]))
            connection.sendall(response)
            if hold_open:
                held.append(connection)
            else:
                connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in held:
            connection.close()
        thread.join()


SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"


def event(content: str, finish: str = "null") -> bytes:
    choice = f'{{"index":0,"delta":{{"content":{content}}},"finish_reason":{finish}}}'
    return f'data: {{"id":"1","object":"x","created":0,"model":"m","choices":[{choice}]}}\n\n'.encode()


# What is sent and what arrives


def test_pieces_arrive_in_order_and_without_blank_ones(llm: FakeLLM) -> None:
    llm.say("Die Miete beträgt 500 € [1].")
    assert pieces(llm.base_url) == ["Die", " Miete", " beträgt", " 500", " €", " [1]."]
    llm.say("two  spaces")
    assert pieces(llm.base_url) == ["two", " ", " spaces"]


def test_request_holds_what_was_asked_and_the_key(llm: FakeLLM) -> None:
    llm.say("Yes.")
    pieces(llm.base_url, key="sk-secret")
    assert llm.requests == [{"model": "fake-1", "messages": MESSAGES, "temperature": 0, "stream": True}]
    assert llm.keys == ["sk-secret"]


def test_endpoint_of_your_own_needs_no_key(llm: FakeLLM) -> None:
    llm.say("Yes.")
    assert pieces(llm.base_url, key="") == ["Yes."]


def test_complete_returns_the_whole_reply(llm: FakeLLM) -> None:
    async def main() -> None:
        async with open_chat_model("fake-1", api_key="k", base_url=llm.base_url) as model:
            llm.say("One two three.")
            assert await model.complete(MESSAGES) == "One two three."
            llm.say("And again.")
            assert await model.complete(MESSAGES) == "And again."

    run(main)


def test_pieces_arrive_before_the_reply_ends() -> None:
    with answering(SSE + b"\r\n" + event('"First"'), hold_open=True) as address:

        async def main() -> None:
            async with open_chat_model("m", api_key="k", base_url=address, timeout_s=0.3) as model:
                stream = model.stream(MESSAGES)
                assert await anext(stream) == "First"
                with pytest.raises(LLMUnavailableError, match="did not answer in time"):
                    await anext(stream)

        run(main)


def test_events_without_a_choice_or_a_word_are_passed_over() -> None:
    usage = b'data: {"id":"1","object":"x","created":0,"model":"m","choices":[],"usage":null}\n\n'
    body = b": ping\n\n" + event("null") + event('"Hi"') + event('""') + event("null", '"stop"') + usage
    with answering(SSE + b"\r\n" + body + b"data: [DONE]\n\n") as address:
        assert pieces(address) == ["Hi"]


# Refusals and failures


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (Reply(status=401), LLMRequestError, "{url} refused the key (HTTP 401); check OPENAI_API_KEY"),
        (Reply(status=403), LLMRequestError, "{url} refused the key (HTTP 403); check OPENAI_API_KEY"),
        (
            Reply(status=404),
            LLMRequestError,
            '{url} has no model "fake-1" (HTTP 404); check FOOTNOTE_LLM_MODEL and OPENAI_BASE_URL',
        ),
        (
            Reply(status=429, code="rate_limit_exceeded"),
            LLMUnavailableError,
            "{url} is receiving too many requests (HTTP 429); ask again later",
        ),
        (
            Reply(status=429, code="insufficient_quota"),
            LLMRequestError,
            "the quota at {url} is used up; check the account",
        ),
    ],
)
def test_refusal_says_who_refused_and_what_to_do(
    llm: FakeLLM, reply: Reply, kind: type[LLMError], message: str
) -> None:
    llm.say(reply)
    assert failure(llm.base_url, kind) == message.format(url=f"{llm.base_url}/")


def test_request_that_is_refused_is_not_sent_again(llm: FakeLLM) -> None:
    llm.say(Reply(status=401))
    failure(llm.base_url, LLMRequestError)
    assert len(llm.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind", "action"),
    [
        (400, LLMRequestError, "check FOOTNOTE_LLM_MODEL"),
        (413, LLMRequestError, "check FOOTNOTE_LLM_MODEL"),
        (422, LLMRequestError, "check FOOTNOTE_LLM_MODEL"),
        (500, LLMUnavailableError, "ask again"),
        (503, LLMUnavailableError, "ask again"),
    ],
)
def test_detail_of_the_endpoint_is_one_short_line(llm: FakeLLM, status: int, kind: type[LLMError], action: str) -> None:
    llm.say(Reply("context of 4096\n\ttokens exceeded " + "x" * 9999, status=status))
    message = failure(llm.base_url, kind)
    assert message.startswith(f"{llm.base_url}/ ")
    assert f"(HTTP {status}: " in message
    assert "context of 4096 tokens exceeded" in message
    assert message.endswith(f"; {action}")
    assert len(message) < 400


def test_server_fault_that_passes_is_not_noticed(llm: FakeLLM) -> None:
    llm.say(Reply(status=500), Reply(status=429), "Fine.")
    assert pieces(llm.base_url) == ["Fine."]


def test_connection_refused_names_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    message = failure(address, LLMUnavailableError)
    assert message.startswith(f"{address}/ cannot be reached")
    assert "check OPENAI_BASE_URL" in message


def test_endpoint_that_says_nothing_is_given_up_in_time() -> None:
    with answering(b"", hold_open=True) as address:
        assert failure(address, LLMUnavailableError, timeout_s=0.2) == f"{address}/ did not answer in time; ask again"


@pytest.mark.parametrize("words", [0, 1, 3])
def test_connection_cut_after_some_words_is_an_error_after_those_words(llm: FakeLLM, words: int) -> None:
    llm.say(Reply("One two three four", breaks_after=words))
    found: list[str] = []
    with pytest.raises(LLMUnavailableError, match=r'^the reply of "fake-1" broke off; ask again$'):
        pieces(llm.base_url, found)
    assert found == ["One", " two", " three"][:words]


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        SSE + b"Transfer-Encoding: chunked\r\n\r\n5\r\ndata:",
        SSE + b"Content-Length: 999\r\n\r\n" + event('"Hi"'),
        SSE + b"Content-Encoding: gzip\r\n\r\nplain",
        SSE + b'\r\ndata: {"error": {"message": "out of\\nmemory"}}\n\n',
    ],
    ids=["nothing", "no HTTP", "chunk cut", "body cut", "wrong encoding", "error in the stream"],
)
def test_broken_reply_names_the_address(response: bytes) -> None:
    with answering(response) as address:
        assert failure(address, LLMUnavailableError).startswith(f"{address}/ ")


@pytest.mark.parametrize(
    "response",
    [
        SSE + b"\r\n<html>Welcome</html>",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["page", "JSON"],
)
def test_reply_that_is_no_stream_counts_as_broken_off(response: bytes) -> None:
    with answering(response) as address:
        assert failure(address, LLMUnavailableError) == 'the reply of "fake-1" broke off; ask again'


@pytest.mark.parametrize(
    "data",
    [b"hello", b'{"foo": 1}', b"[1]", b'{"choices": [{"index": 0, "delta": null}]}', b"\xff\xfe"],
    ids=["no JSON", "other JSON", "list", "no delta", "no UTF-8"],
)
def test_event_that_cannot_be_read_names_the_address(data: bytes) -> None:
    with answering(SSE + b"\r\ndata: " + data + b"\n\n") as address:
        assert failure(address, LLMUnavailableError).startswith(f"{address}/ ")


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_reply_that_was_cut_by_the_endpoint_is_not_whole(finish: str) -> None:
    with answering(SSE + b"\r\n" + event('"The rent is"') + event("null", f'"{finish}"')) as address:
        failure(address, LLMUnavailableError)


# Every class


def openai_errors() -> list[Exception]:
    """Make one of each exception class of the library."""
    request = httpx.Request("POST", "http://h/v1")
    values = {
        "message": "no\nsecond line",
        "request": request,
        "response": httpx.Response(418, request=request),
        "body": None,
        "completion": SimpleNamespace(usage=None),
        "unsent_messages": [],
    }
    found = [*vars(openai).values(), *vars(openai._exceptions).values()]
    kinds = {kind for kind in found if type(kind) is type and issubclass(kind, openai.OpenAIError)}
    made = []
    for kind in sorted(kinds, key=lambda kind: kind.__name__):
        parameters = inspect.signature(kind.__init__).parameters
        made.append(kind(**{name: values[name] for name in parameters if name in values}))
    return made


def test_every_exception_class_of_openai_is_translated() -> None:
    made = openai_errors()
    assert len(made) > 15
    for error in made:
        with pytest.raises(LLMError) as raised, _translate("fake-1", "http://h/v1/"):
            raise error
        assert raised.value.__cause__ is error
        assert len(str(raised.value).splitlines()) == 1, type(error)
        assert "http://h/v1/" in str(raised.value), type(error)


@pytest.mark.parametrize(
    "name",
    [
        "httpx",
        "httpx2",
    ],
)
def test_every_exception_class_of_the_transport_is_translated(name: str) -> None:
    """The older clients let some of them through while a reply streams."""
    library = pytest.importorskip(name)
    kinds = [kind for kind in vars(library).values() if type(kind) is type and issubclass(kind, library.TransportError)]
    assert len(kinds) > 10
    for kind in kinds:
        with pytest.raises(LLMUnavailableError), _translate("fake-1", "http://h/v1/"):
            raise kind("cut")


def test_other_exceptions_are_left_alone() -> None:
    with pytest.raises(KeyError), _translate("fake-1", "http://h/v1/"):
        raise KeyError("bug")


# Opening


def test_default_endpoint_without_a_key_is_a_missing_setting() -> None:
    async def main() -> None:
        async with open_chat_model("gpt-x", api_key=""):
            pass

    with pytest.raises(ConfigError, match=r'^the model "gpt-x" needs a key; set OPENAI_API_KEY, or OPENAI_BASE_URL'):
        run(main)


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://host/v1",
        *(address for address in ("http://[::1", "http://host:port/v1", "http://127.0.0.1:99999/v1", "http://")),
    ],
)
def test_address_that_is_none_is_an_impossible_setting(address: str) -> None:
    with pytest.raises(ConfigError, match="OPENAI_BASE_URL=") as raised:
        pieces(address)
    assert address in str(raised.value)


def test_key_that_is_no_key_is_a_setting_to_change() -> None:
    with pytest.raises((ConfigError, LLMRequestError), match="OPENAI_API_KEY"):
        pieces("http://127.0.0.1:9/v1", key="schlüssel")
