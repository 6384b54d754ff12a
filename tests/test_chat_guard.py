"""Who is let into the chat: raw requests to a real one, and to the guard itself what no server would pass on."""

import asyncio
import os
import pty
import signal
import socket
import sys
import time
from html import unescape
from http.client import HTTPConnection
from pathlib import Path

import pytest
from chat_server import Chat, canned
from conftest import ROOT, free_port, run_command

from ui.web.guard import Guard, Message, Scope, refusal
from ui.web.place import Place
from ui.web.server import _listen

HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: streamlit"
)
ELSEWHERE = "Sec-Fetch-Site: {}\r\nSec-Fetch-Mode: {}\r\nSec-Fetch-Dest: {}"
OWN = "Host: localhost:{port}"


def page(*headers: str, line: str = "GET / HTTP/1.1") -> str:
    return "\r\n".join([line, *headers, "Connection: close", "", ""])


def stream(*headers: str) -> str:
    return "\r\n".join(["GET /_stcore/stream HTTP/1.1", *headers, HANDSHAKE, "", ""])


LET_IN = {
    "its name": page(OWN),
    "its name in capitals": page("Host: LOCALHOST:{port}"),
    "its IPv4 address": page("Host: 127.0.0.1:{port}"),
    "its IPv6 address": page("Host: [::1]:{port}"),
    "its health": page(OWN, line="GET /_stcore/health HTTP/1.1"),
    "its own page's request": page(
        OWN, "Origin: http://localhost:{port}", ELSEWHERE.format("same-origin", "cors", "empty")
    ),
    "an address typed in": page(OWN, ELSEWHERE.format("none", "navigate", "document")),
    "a link on another page": page(OWN, ELSEWHERE.format("cross-site", "navigate", "document")),
}
UPGRADED = {
    "its page's websocket": stream(OWN, "Origin: http://localhost:{port}"),
    "its page's websocket by IPv4": stream("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}"),
    "its page's websocket by IPv6": stream("Host: [::1]:{port}", "Origin: http://[::1]:{port}"),
}
FOREIGN = "Host: evil.example:{port}"
REFUSED = {
    # DNS rebinding: the name of the attacker's page leads to this machine.
    "rebound page": page(FOREIGN),
    "rebound health": page(FOREIGN, line="GET /_stcore/health HTTP/1.1"),
    "rebound settings": page(FOREIGN, line="GET /_stcore/host-config HTTP/1.1"),
    "rebound asset": page(FOREIGN, line="GET /static/js/index.js HTTP/1.1"),
    "rebound websocket": stream(FOREIGN, "Origin: http://evil.example:{port}"),
    "rebound websocket elsewhere": stream(FOREIGN, "Origin: http://evil.example:{port}").replace("_stcore/stream", ""),
    "rebound upload": page(FOREIGN, "Content-Length: 0", line="PUT /_stcore/upload_file/a/b HTTP/1.1"),
    "rebound by HTTP/1.0": page(FOREIGN, line="GET / HTTP/1.0"),
    "rebound, forwarded": page(FOREIGN, "X-Forwarded-Host: localhost:{port}", "Forwarded: host=localhost:{port}"),
    "rebound, upgraded to HTTP/2": page(FOREIGN, "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"),
    # Names that look like it.
    "no host": page(line="GET / HTTP/1.0"),
    "empty host": page("Host:"),
    "no port": page("Host: localhost"),
    "another port": page("Host: localhost:80"),
    "port with a zero": page("Host: localhost:0{port}"),
    "trailing dot": page("Host: localhost.:{port}"),
    "its name before another": page("Host: localhost.evil.example:{port}"),
    "its name behind another": page("Host: evil-localhost:{port}"),
    "its name as a user": page("Host: localhost:{port}@evil.example"),
    "list of names": page("Host: localhost:{port}, evil.example"),
    "any address": page("Host: 0.0.0.0:{port}"),
    "mapped address": page("Host: [::ffff:127.0.0.1]:{port}"),
    "long IPv6 address": page("Host: [0:0:0:0:0:0:0:1]:{port}"),
    "address as a number": page("Host: 2130706433:{port}"),
    "short address": page("Host: 127.1:{port}"),
    "host in the target": page(OWN, line="GET http://evil.example:{port}/ HTTP/1.1"),
    "own host in the target": page(FOREIGN, line="GET http://localhost:{port}/ HTTP/1.1"),
    "target of none": page(OWN, line="OPTIONS * HTTP/1.1"),
    "tunnel": page(OWN, line="CONNECT evil.example:443 HTTP/1.1"),
    # Other pages.
    "websocket of another page": stream(OWN, "Origin: http://evil.example"),
    "websocket of another port's page": stream(OWN, "Origin: http://localhost:3000"),
    "websocket of a page without port": stream(OWN, "Origin: http://localhost"),
    "websocket of a page by TLS": stream(OWN, "Origin: https://localhost:{port}"),
    "websocket of a page by another name": stream(OWN, "Origin: http://127.0.0.1:{port}"),
    "websocket of a page of nowhere": stream(OWN, "Origin: null"),
    "websocket of no page": stream(OWN),
    "websocket of its page by a foreign name": stream(FOREIGN, "Origin: http://localhost:{port}"),
    "websocket with a user": stream(OWN, "Origin: http://localhost:{port}@evil.example"),
    "request of another page": page(OWN, "Origin: http://evil.example"),
    "request of a page of nowhere": page(OWN, "Origin: null"),
    "upload of another page": page(
        OWN, "Origin: http://evil.example", "Content-Length: 0", line="PUT /_stcore/upload_file/a/b HTTP/1.1"
    ),
    "another page asking whether it may": page(
        OWN,
        "Origin: http://evil.example",
        "Access-Control-Request-Method: PUT",
        line="OPTIONS /_stcore/upload_file/a/b HTTP/1.1",
    ),
    "script in another page": page(OWN, ELSEWHERE.format("cross-site", "no-cors", "script")),
    "image in another page": page(OWN, ELSEWHERE.format("cross-site", "no-cors", "image")),
    "frame in another page": page(OWN, ELSEWHERE.format("cross-site", "navigate", "iframe")),
    "frame in another port's page": page(OWN, ELSEWHERE.format("same-site", "navigate", "iframe")),
    "request of another port's page": page(OWN, ELSEWHERE.format("same-site", "no-cors", "empty")),
    "form in another page": page(
        OWN, "Content-Length: 0", ELSEWHERE.format("cross-site", "navigate", "document"), line="POST / HTTP/1.1"
    ),
}
# The parser of the server ends these before the guard sees them.
MALFORMED = {
    "no host, which HTTP/1.1 has": page(),
    "two hosts": page(OWN, FOREIGN),
    "two hosts, its own last": page(FOREIGN, OWN),
    "websocket with two hosts": stream(OWN, FOREIGN, "Origin: http://localhost:{port}"),
    "websocket with two origins": stream(OWN, "Origin: http://localhost:{port}", "Origin: http://evil.example"),
}
CASES = [
    *((name, text, 200) for name, text in LET_IN.items()),
    *((name, text, 101) for name, text in UPGRADED.items()),
    *((name, text, 403) for name, text in REFUSED.items()),
    *((name, text, 400) for name, text in MALFORMED.items()),
]


def answer(chat: Chat, text: str, *, address: str = "127.0.0.1", whole: bool = False) -> str:
    """Send the request as it stands and return the head of the answer, or all of it where the server closes then."""
    with socket.create_connection((address, chat.port), timeout=30) as connection:
        connection.sendall(text.replace("{port}", str(chat.port)).encode())
        received = b""
        while whole or b"\r\n\r\n" not in received:
            more = connection.recv(65_536)
            if not more:
                break
            received += more
    return received.decode("latin-1")


@pytest.mark.parametrize(("text", "status"), [pytest.param(text, status, id=name) for name, text, status in CASES])
def test_only_the_chat_s_own_page_is_let_in(chat: Chat, text: str, status: int) -> None:
    assert answer(chat, text).split(" ")[1] == str(status)


def test_refused_is_told_where_the_chat_is(chat: Chat) -> None:
    told = answer(chat, page(FOREIGN), whole=True)
    assert told.endswith(
        f"Refused: this is not its address. Footnote answers only its own page, at {chat.url}.\n"
        "If evil.example is a name of yours for this machine, start it with: footnote serve --name evil.example\n"
    )


def test_page_without_scripts_speaks_of_footnote(chat: Chat) -> None:
    """Streamlit's own words name it, and an interface for agents that is off here."""
    shown = answer(chat, page(OWN, "Accept-Language: de-DE, en"), whole=True)
    assert "<title>Footnote</title>" in shown
    assert "Die Seiten von Footnote brauchen JavaScript." in shown
    assert "_stcore/agent" not in shown
    assert "Footnote's pages need JavaScript." in unescape(answer(chat, page(OWN), whole=True))


@pytest.mark.parametrize("path", ["/mcp", "/v1/models", "/v1/chat/completions", "/api/documents", "/api"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_program_that_asks_the_pages_is_told_where_it_would_be_answered(chat: Chat, method: str, path: str) -> None:
    """It got the page, as if all were well."""
    connection = HTTPConnection("localhost", chat.port, timeout=30)
    connection.request(method, path)
    answer = connection.getresponse()
    assert (answer.status, b"footnote serve" in answer.read()) == (404, True)
    connection.close()


def test_both_addresses_of_localhost_are_taken(chat: Chat) -> None:
    """Otherwise another user of the machine could answer at the one that a browser tries first."""
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    assert answer(chat, page(OWN), address="::1").startswith("HTTP/1.1 200 ")
    with socket.socket(socket.AF_INET6) as other, pytest.raises(OSError, match="in use"):
        other.bind(("::1", chat.port))


def test_what_is_sent_in_two_pieces_does_not_wait_between_them() -> None:
    """Nagle's algorithm holds the second until the client tells that it has the first, which it does after 40 ms."""

    async def accepted() -> list[int]:
        found: asyncio.Queue[int] = asyncio.Queue()

        def told(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.put_nowait(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        seen = []
        for listener in _listen(free_port()):
            async with await asyncio.start_server(told, sock=listener) as server:
                address = server.sockets[0].getsockname()[:2]
                _reader, writer = await asyncio.open_connection(*address)
                seen.append(await found.get())
                writer.close()
        return seen

    assert all(asyncio.run(accepted()))


def test_answers_are_sealed(chat: Chat) -> None:
    head = answer(chat, page(OWN)).lower()
    for seal in ("x-frame-options: deny", "x-content-type-options: nosniff", "referrer-policy: same-origin"):
        assert head.count(f"\r\n{seal}\r\n") == 1
    policy = head.partition("\r\ncontent-security-policy: ")[2].partition("\r\n")[0]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self';" in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert "\r\nserver:" not in head


# What no parser passes on


def request(*headers: tuple[str, str], kind: str = "http", path: str = "/", raw_path: bytes | None = None) -> Scope:
    scope: Scope = {"type": kind, "method": "GET", "path": path}
    scope["headers"] = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    if raw_path is not None:
        scope["raw_path"] = raw_path
    return scope


@pytest.mark.parametrize(
    ("scope", "problem"),
    [
        (request(("host", "localhost:8501")), ""),
        (request(("host", "localhost:8501"), raw_path=b"/a%2f"), ""),
        (request(), "not its address"),
        (request(("host", "localhost:8501"), ("host", "localhost:8501")), "not its address"),
        (request(("host", "localhost:8501"), ("host", "evil")), "not its address"),
        (request(("host", "lоcalhost:8501".encode().decode("latin-1"))), "not its address"),
        (request(("host", "localhost:8501\0")), "not its address"),
        (
            request(("host", "localhost:8501"), ("origin", "http://localhost:8501"), ("origin", "http://evil")),
            "another",
        ),
        (request(("host", "localhost:8501"), ("origin", ""), kind="websocket"), "another page"),
        (request(("host", "localhost:8501"), ("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")), "another"),
        (request(("host", "localhost:8501"), path="http://evil/"), "no path"),
        (request(("host", "localhost:8501"), path="/", raw_path=b"http://evil/"), "no path"),
        (request(("host", "localhost:8501"), path=""), "no path"),
    ],
)
def test_guard_lets_in_what_is_plainly_its_own(scope: Scope, problem: str) -> None:
    told = refusal(scope, Place(8501))
    assert problem in told
    assert bool(problem) == bool(told)


def test_default_port_may_be_left_out() -> None:
    own = request(("host", "localhost"), ("origin", "http://localhost"), kind="websocket")
    assert refusal(own, Place(80)) == ""
    assert refusal(own, Place(443)) == "this is not its address"


def test_guard_hands_on_what_it_lets_in() -> None:
    """The page is never asked about what is refused, and is not told the origin: it would ask the network about it."""
    seen: list[Scope] = []
    sent: list[Message] = []

    async def application(scope: Scope, _receive: object, send: object) -> None:
        seen.append(scope)
        if scope["type"] == "http":
            start = {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"X-Frame-Options", b"ALLOWALL"), (b"a", b"b")],
            }
            await send(start)  # type: ignore[operator]

    async def receive() -> Message:
        raise AssertionError("nothing is read of what is refused")

    async def send(message: Message) -> None:
        sent.append(message)

    guard = Guard(application, Place(8501, names=("chat.example",)))
    own = (("host", "chat.example:8501"), ("origin", "http://chat.example:8501"))

    async def ask() -> None:
        await guard({"type": "lifespan"}, receive, send)
        await guard(request(*own), receive, send)
        await guard(request(*own, kind="websocket"), receive, send)
        await guard(request(("host", "localhost:8501")), receive, send)
        await guard(request(own[0], kind="websocket"), receive, send)

    asyncio.run(ask())
    assert [scope["type"] for scope in seen] == ["lifespan", "http", "websocket"]
    assert [key for key, _ in seen[1]["headers"]] == [b"host"]
    assert [key for key, _ in seen[2]["headers"]] == [b"host", b"origin"]
    assert [message["type"] for message in sent] == ["http.response.start"] * 2 + [
        "http.response.body",
        "websocket.close",
    ]
    headers = [(key, value) for key, value in sent[0]["headers"] if key.lower() == b"x-frame-options"]
    assert headers == [(b"x-frame-options", b"DENY")]
    assert sent[1]["status"] == 403


# The server


def test_page_without_the_guard_shows_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    """`streamlit run ui/web/app.py` has no guard."""
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr(Guard, "stands", False)
    page = AppTest.from_file(str(ROOT / "ui" / "web" / "app.py"), default_timeout=30).run()
    assert [error.value for error in page.error] == [
        "Start the chat with `footnote ui`. Started by Streamlit itself, it is open to other web pages."
    ]
    assert not page.chat_input


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_chat_ends_in_order(tmp_path: Path, name: str) -> None:
    """The index is closed in its loop, and one line says that it is over."""
    with canned(tmp_path) as chat:
        _wait_for(tmp_path / "opened")  # no browser has come yet
        with socket.create_connection(("127.0.0.1", chat.port)) as browser:
            browser.sendall(UPGRADED["its page's websocket"].replace("{port}", str(chat.port)).encode())
            assert browser.recv(100).startswith(b"HTTP/1.1 101")
            chat.process.send_signal(getattr(signal, name))
            status = chat.process.wait(timeout=30)
        out, err = chat.printed()
    assert (status, err) == (0, "")
    assert out.splitlines() == [f"Footnote is at {chat.url}; stop it with Ctrl-C", "Footnote has stopped"]
    assert (tmp_path / "closed").exists()


def test_chat_ends_with_its_terminal(tmp_path: Path) -> None:
    port = free_port()
    process, terminal = pty.fork()
    if not process:
        os.chdir(tmp_path)
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        os.execv(sys.executable, [sys.executable, str(ROOT / "tests" / "canned_chat.py"), str(port)])
    _wait_for(tmp_path / "opened")
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0
    assert (tmp_path / "closed").exists()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_taken_port_is_named(address: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as taken:
        port = taken.getsockname()[1]
        assert run_command(["ui", "--no-browser", "--port", str(port), "--home", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"error: port {port} cannot be used (Address already in use); "
        "stop what runs there, or choose another with --port\n"
    )


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} has not come"
        time.sleep(0.05)
