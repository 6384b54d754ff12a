"""A language model server of ours that speaks the OpenAI protocol over a real socket, with replies from a queue."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What one request gets: streamed words, or an error. `breaks_after` words the connection is cut."""

    text: str = ""
    status: int = 200
    code: str = ""
    breaks_after: int | None = None


@dataclass
class FakeLLM:
    """The server's address, what it was asked, and what it will say; without a reply left it repeats the last."""

    base_url: str
    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def say(self, *replies: Reply | str) -> None:
        self.replies[:] = [Reply(reply) if isinstance(reply, str) else reply for reply in replies]

    def next_reply(self) -> Reply:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@contextmanager
def fake_llm() -> Iterator[FakeLLM]:
    """Run the server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            llm.requests.append(body)
            llm.keys.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
            reply = llm.next_reply()
            if reply.status == 200:
                self._stream(reply)
            else:
                self._fail(reply)

        def _fail(self, reply: Reply) -> None:
            body = json.dumps({"error": {"message": reply.text, "code": reply.code or None, "type": "error"}}).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, reply: Reply) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for number, word in enumerate(reply.text.split(" ")):
                if reply.breaks_after == number:
                    return
                self._event({"delta": {"content": word if number == 0 else f" {word}"}, "finish_reason": None})
            self._event({"delta": {}, "finish_reason": "stop"})
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, choice: dict[str, Any]) -> None:
            event = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "fake"}
            event["choices"] = [{"index": 0, **choice}]
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    llm = FakeLLM(f"http://127.0.0.1:{server.server_address[1]}/v1")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield llm
    finally:
        server.shutdown()
        server.server_close()
