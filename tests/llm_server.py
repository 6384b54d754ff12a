"""A language model server of ours that speaks the OpenAI protocol over a real socket, with replies from a queue."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# A server that hangs waits no longer than its test.
_LONGEST_S = 20.0


@dataclass
class Reply:
    """What one request gets: streamed words, or an error.

    Attributes:
        text: Its words, or the error's message.
        status: The HTTP status.
        code: The error's code.
        breaks_after: After so many words the connection is cut.
        finish: Why the reply ended, "" for no word of it.
        done: Whether the stream says that it is done.
        raw: In place of a stream of words: bytes, pauses in seconds, values that are sent as events; None hangs.
        body: In place of an error in JSON.
        headers: In addition to the usual ones.
    """

    text: str = ""
    status: int = 200
    code: str = ""
    breaks_after: int | None = None
    finish: str = "stop"
    done: bool = True
    raw: Sequence[bytes | float | Mapping[str, Any] | None] | None = None
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class FakeLLM:
    """The server's address, what it was asked, and what it will say; without a reply left it repeats the last.

    `rule` may answer a request before the queue does; `models` are those that it offers.
    """

    base_url: str
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    rule: Callable[[dict[str, Any]], Reply | None] | None = None
    models: Sequence[str] = ()
    hung: threading.Event = field(default_factory=threading.Event)

    def say(self, *replies: Reply | str) -> None:
        self.replies[:] = [Reply(reply) if isinstance(reply, str) else reply for reply in replies]

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def forget(self) -> None:
        """Be as new, for the next test."""
        self.requests.clear()
        self.keys.clear()
        self.rule, self.models = None, ()


def delta(content: Any = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """Return an event of a stream."""
    said = {"content": content, **more} if content is not None else more
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": said, "finish_reason": finish}],
    }


def completion(content: Any, finish: str = "stop", **more: Any) -> str:
    """Return a whole reply in one JSON document."""
    message = {"role": "assistant", "content": content, **more}
    return json.dumps(
        {"id": "1", "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": finish}]}
    )


@contextmanager
def fake_llm(*, tls: ssl.SSLContext | None = None) -> Iterator[FakeLLM]:
    """Run the server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._whole(json.dumps({"object": "list", "data": [{"id": name} for name in llm.models]}))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            llm.requests.append(body)
            llm.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            reply = (llm.rule(body) if llm.rule else None) or llm.next_reply()
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has gone
                if reply.status != 200:
                    self._fail(reply)
                elif reply.body is not None:
                    self._whole(reply.body, headers=reply.headers)
                elif reply.raw is not None:
                    self._raw(reply)
                elif not body.get("stream"):
                    self._whole(completion(reply.text, reply.finish))
                else:
                    self._stream(reply, usage=bool(body.get("stream_options", {}).get("include_usage")))

        def _fail(self, reply: Reply) -> None:
            error = {"message": reply.text, "code": reply.code or None, "type": "error"}
            body = json.dumps({"error": error}) if reply.body is None else reply.body
            self._whole(body, status=reply.status, headers=reply.headers)

        def _whole(self, body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def _begin(self, reply: Reply) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _raw(self, reply: Reply) -> None:
            self._begin(reply)
            self.wfile.flush()
            for step in reply.raw or ():
                if step is None:
                    llm.hung.wait(_LONGEST_S)
                elif isinstance(step, bytes):
                    self.wfile.write(step)
                elif isinstance(step, Mapping):
                    self._event(step)
                else:
                    time.sleep(step)

        def _stream(self, reply: Reply, *, usage: bool) -> None:
            self._begin(reply)
            words = reply.text.split(" ")
            for number, word in enumerate(words):
                if reply.breaks_after == number:
                    return
                self._event(delta(word if number == 0 else f" {word}"))
            if reply.finish:
                self._event(delta(finish=reply.finish))
            if usage:
                self._event({"choices": [], "usage": {"prompt_tokens": 100, "completion_tokens": len(words)}})
            if reply.done:
                self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, event: Mapping[str, Any]) -> None:
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:  # the client reports a failed handshake
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    llm = FakeLLM(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}/v1")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield llm
    finally:
        llm.hung.set()
        server.shutdown()
        server.server_close()
