"""The real openai client against servers of ours on real sockets."""

import asyncio
import inspect
import socket
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import httpx2
import openai
import pytest
from conftest import run
from llm_server import FakeLLM, Reply, delta

from qa.errors import ConfigError, LLMError, LLMRequestError, LLMUnavailableError
from qa.models.chat import ChatModel, Said, faults, open_chat_model, patience
from qa.models.chat import model as chat_model
from qa.models.chat.client import ask_nearby
from qa.models.chat.endpoint import asked_wait
from qa.models.chat.faults import of_exception, of_reply, one_line, server_words
from qa.models.chat.reading import Reader
from qa.models.chat.request import Form, body, milder
from qa.models.chat.text import Cleaner, loop_start

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Wie geht's? 🙂"}]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is asked twice more, half a second and a second later, and nothing of it is remembered."""
    monkeypatch.setattr(patience, "FIRST_WAIT_S", 0.0)
    monkeypatch.setattr(chat_model, "_KNOWN", {})


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
    assert llm.requests == [
        {
            "model": "fake-1",
            "messages": MESSAGES,
            "temperature": 0,
            "max_tokens": 4_000,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]
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
                with pytest.raises(LLMUnavailableError, match=r"broke off \(nothing for 0\.3 s\)"):
                    await anext(stream)

        run(main)


def test_events_without_a_choice_or_a_word_are_passed_over() -> None:
    usage = b'data: {"id":"1","object":"x","created":0,"model":"m","choices":[],"usage":null}\n\n'
    body = b": ping\n\n" + event("null") + event('"Hi"') + event('""') + event("null", '"stop"') + usage
    with answering(SSE + b"\r\n" + body + b"data: [DONE]\n\n") as address:
        assert pieces(address) == ["Hi"]


# Refusals and failures


def test_request_that_is_refused_is_not_sent_again(llm: FakeLLM) -> None:
    llm.say(Reply(status=401))
    failure(llm.base_url, LLMRequestError)
    assert len(llm.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind", "action"),
    [
        (400, LLMRequestError, "set FOOTNOTE_CONTEXT_TOKENS lower"),
        (413, LLMRequestError, "set FOOTNOTE_CONTEXT_TOKENS lower"),
        (422, LLMRequestError, "set FOOTNOTE_CONTEXT_TOKENS lower"),
        (500, LLMRequestError, "set FOOTNOTE_CONTEXT_TOKENS lower"),
    ],
)
def test_detail_of_the_endpoint_is_one_short_line(llm: FakeLLM, status: int, kind: type[LLMError], action: str) -> None:
    llm.say(Reply("context length of 4096\n\ttokens exceeded " + "x" * 9999, status=status))
    message = failure(llm.base_url, kind)
    assert f"(HTTP {status}: " in message
    assert "context length of 4096 tokens exceeded" in message
    assert message.endswith(f"; {action}")
    assert len(message) < 400


def test_server_fault_that_passes_is_not_noticed(llm: FakeLLM) -> None:
    llm.say(Reply(status=500), Reply(status=429), "Fine.")
    assert pieces(llm.base_url) == ["Fine."]


@pytest.mark.parametrize("words", [1, 3])
def test_connection_cut_after_some_words_is_an_error_after_those_words(llm: FakeLLM, words: int) -> None:
    llm.say(Reply("One two three four", breaks_after=words))
    found: list[str] = []
    with pytest.raises(LLMUnavailableError, match=r"^the reply of fake-1 broke off; ask again$"):
        pieces(llm.base_url, found)
    assert found == ["One", " two", " three"][:words]


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        SSE + b"Transfer-Encoding: chunked\r\n\r\n5\r\ndata:",
        SSE + b"Content-Encoding: gzip\r\n\r\nplain",
        SSE + b'\r\ndata: {"error": {"message": "out of\\nmemory"}}\n\n',
        SSE + b"\r\n<html>Welcome</html>",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        SSE + b"\r\ndata: hello\n\n",
        SSE + b'\r\ndata: {"foo": 1}\n\n',
        SSE + b"\r\ndata: [1]\n\n",
        SSE + b"\r\ndata: \xff\xfe\n\n",
        b"HTTP/1.1 500 x\r\nConnection: close\r\n\r\n" + b"x" * 1_000_000,
    ],
    ids=[
        *("nothing", "no HTTP", "chunk cut", "wrong encoding", "error in the stream", "page", "empty JSON"),
        *("no JSON", "other JSON", "list", "no UTF-8", "a megabyte of why"),
    ],
)
def test_reply_that_is_none_names_the_address(response: bytes) -> None:
    with answering(response) as address:
        assert f"{address}/ " in failure(address, LLMUnavailableError)


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_reply_that_was_cut_by_the_endpoint_is_not_whole(finish: str) -> None:
    with answering(SSE + b"\r\n" + event('"The rent is"') + event("null", f'"{finish}"')) as address:
        failure(address, LLMUnavailableError)


def test_words_before_a_broken_chunk_are_kept() -> None:
    cut = event('"Hi"')
    response = SSE + b"Content-Length: 999\r\n\r\n" + cut
    found: list[str] = []
    with answering(response) as address, pytest.raises(LLMUnavailableError, match="broke off"):
        pieces(address, found)
    assert found == ["Hi"]


# Reading


def read(*chunks: bytes) -> Reader:
    reader = Reader()
    for chunk in chunks:
        for _ in reader.feed(chunk):
            pass
    for _ in reader.end():
        pass
    return reader


def test_a_stream_means_the_same_wherever_it_is_cut() -> None:
    stream = (
        b"\xef\xbb\xbf: hi\r\n\r\n"
        + event('"<think>so</think>Gr\u00fc\u00df \\ud83d"')
        + event('"\\ude00 you"', '"stop"')
    )
    whole = read(stream)
    assert (whole.text, whole.thoughts, whole.finish) == ("Grüß 😀 you", "so", "stop")
    for cut in range(1, len(stream)):
        parts = read(stream[:cut], stream[cut:])
        assert (parts.text, parts.thoughts, parts.finish) == (whole.text, whole.thoughts, whole.finish), cut
    assert read(*(stream[at : at + 1] for at in range(len(stream)))).text == whole.text


def test_escape_sequences_are_taken_out_wherever_they_are_cut() -> None:
    text = "a\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x9b2Kb \u202ec\u200b\x07\x1bcd\U000e0041\n"
    for cut in range(len(text)):
        cleaner = Cleaner()
        assert cleaner.feed(text[:cut]) + cleaner.feed(text[cut:]) + cleaner.end() == "ared link b cd\n", cut


def test_password_in_the_address_is_not_shown() -> None:
    said = failure("http://ann:hush-hush@127.0.0.1:9/v1", LLMUnavailableError)
    assert "127.0.0.1:9" in said
    assert "hush" not in said


@pytest.mark.parametrize("opener", ["\x1b]", "\x9d"])
def test_sequences_that_never_end_are_taken_out_at_once(opener: str) -> None:
    cleaner = Cleaner()
    cleaned = cleaner.feed(f"The crane is red. {opener * 200_000}") + cleaner.end()
    assert cleaned.rstrip("]") == "The crane is red. "


def test_long_error_is_recognised_at_once() -> None:
    said = "the model_not_found " + "model " * 20_000
    assert of_reply(404, said).name == "no model"
    assert of_reply(404, "model " * 20_000).name == "no address"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("No loop here. " + "It says one thing, and then it says another thing, which is longer than that one.", None),
        ("Start. " + "and so on " * 30, "Start. and so on "),
        ("|---|---|---|---|\n", None),
        ("x" * 159, None),
        ("x" * 400, "x"),
        (
            "The crane is red and tall. One. The crane is red and tall. Two. The crane is red and tall [1].",
            "The crane is red and tall. One.",
        ),
    ],
)
def test_loop_is_found_where_it_begins(text: str, kept: str | None) -> None:
    start = loop_start(text)
    assert (None if start is None else text[:start].strip()) == (kept.strip() if kept else None)


def test_hostile_values_are_no_words() -> None:
    odd = (b"1e400", b'"x"', b"[[]]", b"[" * 9_000, b'{"choices": 5}', b'{"choices": [[], {}, 5]}', b'{"choices": {}}')
    more = (
        b'{"choices": [{"delta": [1], "message": 5}]}',
        b'{"usage": {"prompt_tokens": true, "completion_tokens": -1}}',
    )
    calls = (
        b'{"choices": [{"delta": {"tool_calls": [5, {"function": 5}, {"function": {"name": 5, "arguments": []}}]}}]}',
    )
    for value in (*odd, *more, *calls):
        reader = read(b"data: " + value + b"\n\n" + event('"fine"'))
        assert (reader.text, reader.calls, reader.usage) == ("fine", (), None), value


def test_words_of_a_server_are_one_short_line_without_the_key() -> None:
    assert one_line("bad\nkey sk-abcdefgh12345678 \x1b[31m", secret="") == "bad key … [31m"
    assert one_line("your key is hunter2!", secret="hunter2") == "your key is …!"
    assert len(one_line("x" * 999)) == 200


@pytest.mark.parametrize(
    "said",
    [
        {"error": "bad"},
        {"error": {"message": "bad"}},
        [{"error": {"message": "bad"}}],
        {"message": "bad"},
        {"detail": "bad"},
        {"object": "error", "message": "bad", "code": 5},
    ],
)
def test_what_is_wrong_is_read_in_every_dialect(said: object) -> None:
    assert server_words(said)[0] == "bad"


# Requests


def test_system_is_put_into_the_first_question() -> None:
    sent = body(Form(system=False), "m", MESSAGES, max_tokens=0)
    assert sent["messages"] == [{"role": "user", "content": "Be brief.\n\nWie geht's? 🙂"}]
    assert "max_tokens" not in sent


def test_nothing_is_left_out_twice() -> None:
    form, left = Form(), []
    for lack in ("stream", "usage", "temperature", "system", "tools", "cap", "cap", "room", "cap"):
        found = milder(form, lack)  # type: ignore[arg-type]
        if found:
            form = found[0]
            left.append(lack)
    assert left == ["stream", "usage", "temperature", "system", "tools", "cap", "cap"]
    assert form == Form(False, False, False, False, "", False)


def test_tool_calls_come_in_pieces(llm: FakeLLM) -> None:
    call = {"index": 0, "id": "c1", "function": {"name": "search", "arguments": '{"query":'}}
    more = {"index": 0, "function": {"arguments": ' "rent"}'}}
    llm.say(Reply(raw=[delta(tool_calls=[call]), delta(tool_calls=[more]), delta(finish="tool_calls")]))
    tool = {"type": "function", "function": {"name": "search", "parameters": {}}}

    async def main() -> None:
        async with open_chat_model("m", api_key="k", base_url=llm.base_url) as model:
            *_, reply = [piece async for piece in model.reply(MESSAGES, tools=[tool])]
            assert not isinstance(reply, Said)
            assert [(call.name, call.arguments, call.id) for call in reply.calls] == [
                ("search", '{"query": "rent"}', "c1")
            ]

    run(main)
    assert llm.requests[0]["tools"] == [tool]


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


def test_every_exception_class_of_openai_is_a_fault() -> None:
    made = openai_errors()
    assert len(made) > 15
    for error in made:
        kind, words = of_exception(error)
        assert kind in faults.CONNECTIONS, type(error)
        assert words


@pytest.mark.parametrize(
    "name",
    [
        "httpx",
        "httpx2",
    ],
)
def test_every_exception_class_of_the_transport_is_a_fault(name: str) -> None:
    library = pytest.importorskip(name)
    kinds = [kind for kind in vars(library).values() if type(kind) is type and issubclass(kind, library.TransportError)]
    assert len(kinds) > 10
    for kind in kinds:
        assert of_exception(kind("cut"))[0] in faults.CONNECTIONS


class OfOurOwn:
    """An endpoint whose client is broken."""

    async def send(self, body: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        del body
        raise AttributeError("partially initialized module 'httpx' has no attribute 'URL'; an SSL ReadError it is not")
        yield b""

    async def models(self) -> list[str]:
        return []

    async def listed(self) -> bytes:
        try:
            raise AttributeError("no attribute 'URL'")
        except AttributeError as error:
            # As openai does with whatever happens while it sends.
            raise openai.APIConnectionError(request=httpx2.Request("GET", "http://h/v1")) from error


def test_what_no_connection_raises_is_told_as_a_fault_of_ours_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """It read as a broken connection, which was tried three times; its words may be those of a connection."""
    model = ChatModel(OfOurOwn(), "m", url="http://h/v1")

    async def asked() -> None:
        await model.complete(MESSAGES)

    for ask in (asked, model.listed):
        caplog.clear()
        with pytest.raises(LLMRequestError, match="went wrong in Footnote itself while http://h/v1 was asked") as told:
            asyncio.run(ask())
        assert told.value.kind == "unforeseen"
        assert "AttributeError" in str(told.value)
        assert [record.exc_info[0] for record in caplog.records if record.exc_info], "the log says where"


async def opened() -> None:
    async with open_chat_model("m", api_key="", base_url="http://127.0.0.1:9/v1"):
        pass


@pytest.mark.parametrize("use", [opened, lambda: ask_nearby([], connect_s=1.0, timeout_s=1.0)])
def test_openai_is_used_once_no_thread_is_importing_httpx(
    monkeypatch: pytest.MonkeyPatch, use: Callable[[], Coroutine[Any, Any, object]]
) -> None:
    """At each request openai asks a module that is in `sys.modules` for its classes, which are not there yet."""
    begun, is_whole = threading.Event(), threading.Event()

    class Slow(Loader):
        def exec_module(self, module: ModuleType) -> None:
            begun.set()
            time.sleep(0.02)
            vars(module).update(vars(httpx))
            is_whole.set()

    class Finder(MetaPathFinder):
        def find_spec(self, name: str, *_more: object) -> ModuleSpec | None:
            return ModuleSpec(name, Slow()) if name == "httpx" else None

    def made(**_settings: object) -> None:
        raise LookupError(f"whole: {is_whole.is_set()}")

    monkeypatch.setattr(openai, "DefaultAsyncHttpxClient", made)
    monkeypatch.delitem(sys.modules, "httpx")
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])
    loading = threading.Thread(target=import_module, args=("httpx",))
    loading.start()
    assert begun.wait(60)
    with pytest.raises(LookupError, match="whole: True"):
        asyncio.run(use())
    loading.join()


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


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("2", 2.0), ("0", 0.1), ("-5", None), ("nan", None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", None)],
)
def test_wait_that_makes_no_sense_is_none(value: str, seconds: float | None) -> None:
    assert asked_wait({"retry-after": value}) == seconds
