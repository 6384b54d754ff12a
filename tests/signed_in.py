"""A `footnote serve` that asks who people are: started, signed in to, and asked raw."""

import http.client
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from chat_server import Chat, running
from conftest import free_port

from qa.accounts.keys import Keys
from qa.accounts.users import Users
from qa.database.engine import open_database

PASSWORDS = {"ann": "a horse on the pier", "bob": "two boats at noon"}


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: str
    cookies: list[str] = field(default_factory=list)


def with_users(home: Path) -> dict[str, str]:
    """Add ann, to whom all belongs, and bob; return a key of each by scope: "ann read", "ann write", "bob read"."""
    with closing(open_database(home)) as database:
        made = {}
        for name, password in PASSWORDS.items():
            Users(database).add(name, password, is_owner_of_all=name == "ann")
            for scope in ("read", "write"):
                made[f"{name} {scope}"] = Keys(database).add(name, scopes={"read", scope})[1]
    return made


@contextmanager
def serving(home: Path, *options: str, port: int = 0, **environ: str) -> Iterator[Chat]:
    """Run `footnote serve` over a home, in the folder that holds it."""
    port = port or free_port()
    command = ["-m", "ui.cli", "serve", f"--port={port}", f"--home={home}", *options]
    with running(command, home.parent, port, **environ) as chat:
        yield chat


def send(
    chat: Chat,
    path: str,
    method: str = "GET",
    *,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    host: str = "",
    **headers: str,
) -> Reply:
    """Send one request, following nothing; a header's name is written with "_" for "-"."""
    connection = http.client.HTTPConnection("127.0.0.1", chat.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named["Host"] = host or f"localhost:{chat.port}"
    if form is not None:
        body = urlencode(form).encode()
        named.setdefault("Content-Type", "application/x-www-form-urlencoded")
    with closing(connection):
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in named.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
        return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, text, cookies)


def sign_in(
    chat: Chat, name: str, password: str | None = None, *, wanted: str = "/", base: str = "", **headers: str
) -> Reply:
    """Send the form as the page does."""
    form = {"name": name, "password": PASSWORDS[name] if password is None else password, "next": wanted}
    headers = {"Origin": f"http://localhost:{chat.port}", **headers}
    return send(chat, f"{base}/sign-in", "POST", form=form, **headers)


def session(chat: Chat, name: str, *, base: str = "") -> str:
    """Sign in and return the cookie, as a browser sends it back."""
    reply = sign_in(chat, name, base=base)
    assert reply.status == 303, reply
    return reply.cookies[0].partition(";")[0]


def upgraded(chat: Chat, cookie: str = "", *, origin: str = "", path: str = "/_stcore/stream", page: str = "") -> int:
    """Try to open the page's websocket; return the status."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{chat.port}",
        f"Origin: {origin or f'http://localhost:{chat.port}'}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: streamlit{f', x, {page}' if page else ''}",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    with socket.create_connection(("127.0.0.1", chat.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n" not in head:
            head += connection.recv(4096)
    found = re.match(rb"HTTP/1.1 (\d+)", head)
    assert found
    return int(found[1])


def path_of(address: str) -> str:
    """Return the path and query of an address."""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
