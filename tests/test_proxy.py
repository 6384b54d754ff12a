"""Behind a real proxy with TLS and a path, by the very configurations that docs/accounts.md gives."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from chat_server import Chat
from conftest import ROOT, free_port
from signed_in import PASSWORDS, serving, with_users

from qa.accounts.audit import Audit
from qa.database.engine import open_database

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Front:
    """A proxy that runs, as a browser of another machine sees it."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port, self.origin = port, f"https://localhost:{port}"
        self._trusting = ssl.create_default_context(cafile=str(certificate))

    def connect(self) -> ssl.SSLSocket:
        # From an address that is not the proxy's own: that one would be believed whatever it says.
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30, source_address=("127.0.0.9", 0))
        return self._trusting.wrap_socket(plain, server_hostname="localhost")

    def send(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, Any, str]:
        """Send one request; return the status, the headers and the body."""
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=30)
        connection.sock = self.connect()
        with closing(connection):
            connection.request(method, path, body, {name.replace("_", "-"): said for name, said in headers.items()})
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode("utf-8", "replace")

    def sign_in(self, name: str, password: str, **headers: str) -> tuple[int, Any, str]:
        """Send the form as the page does."""
        form = urlencode({"name": name, "password": password, "next": "/documents"}).encode()
        return self.send("/notes/sign-in", "POST", form, Origin=self.origin, **FORM, **headers)


def told(kind: str) -> str:
    """Return the configuration that the docs give."""
    found = re.search(rf"```{kind}\n(.*?)```", (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found, kind
    return found[1]


def configured(kind: str, folder: Path, front: int, behind: int) -> tuple[list[str], str]:
    """Return the command of a proxy and its configuration: that of the docs, with ports and files of this test."""
    text = told(kind).replace("127.0.0.1:8501", f"127.0.0.1:{behind}")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    if kind == "caddy":
        text = text.replace("docs.example.com {", f"https://localhost:{front} {{\n    tls {certificate} {key}")
        return ["run", "--adapter", "caddyfile", "--config"], f"{{\n    admin off\n    auto_https off\n}}\n{text}"
    text = text.replace("listen 443", f"listen 127.0.0.1:{front}").replace("docs.example.com;", "localhost;")
    text = re.sub(r"/etc/ssl/\S+\.pem", str(certificate), re.sub(r"/etc/ssl/\S+\.key", str(key), text))
    kept = "".join(
        f"{name}_temp_path {folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off;\npid {folder}/pid;\nerror_log stderr;\nevents {{}}\n"
    return ["-p", str(folder), "-e", "stderr", "-c"], f"{main}http {{\naccess_log off;\n{kept}{text}}}\n"


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Front, Chat]]:
    kind: str = request.param
    program = shutil.which(kind) or shutil.which(kind, path="/usr/sbin")
    if not program:
        pytest.skip(f"{kind} is not installed")
    folder = tmp_path_factory.mktemp(kind)
    _certify(folder)
    home = folder / "home"
    home.mkdir(mode=0o700)
    with_users(home)
    port, behind = free_port(), free_port()
    options = [f"--public-url=https://localhost:{port}/notes", "--trusted-proxies=127.0.0.1", "--sign-in=on"]
    with serving(home, *options, port=behind) as chat:
        command, text = configured(kind, folder, port, behind)
        file = folder / "configuration"
        file.write_text(text)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program, *command, str(file)], stdout=log, stderr=log, env={"HOME": str(folder), "PATH": "/usr/bin"}
            )
        try:
            _wait_until_open(port, process, folder / "log")
            yield Front(port, folder / "cert.pem"), chat
        finally:
            process.terminate()
            process.wait(timeout=30)


def _certify(folder: Path) -> None:
    if not shutil.which("openssl"):
        pytest.skip("needs the program openssl")
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _wait_until_open(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the proxy did not start: {log.read_text()}")


def test_docs_configuration_carries_pages_cookies_and_the_websocket(front: tuple[Front, Chat]) -> None:
    proxy, _ = front
    status, headers, _ = proxy.send("/notes")
    assert status in (301, 302, 307, 308)
    assert headers["location"].removeprefix(proxy.origin) == "/notes/"
    status, headers, _ = proxy.send("/notes/documents", Accept="text/html")
    assert (status, headers["location"].removeprefix(proxy.origin)) == (303, "/notes/sign-in?next=%2Fdocuments")
    status, headers, _ = proxy.sign_in("ann", PASSWORDS["ann"])
    assert (status, headers["location"].removeprefix(proxy.origin)) == (303, "/notes/documents")
    cookie = headers["set-cookie"]
    assert cookie.startswith("__Secure-footnote=")
    assert cookie.endswith("; Path=/notes; SameSite=lax; Secure")
    session = cookie.partition(";")[0]
    status, headers, page = proxy.send("/notes/documents", Cookie=session)
    assert status == 200
    assert 'src="/notes/frame/frame.js"' in page
    # Streamlit's own cookie knows nothing of the proxy.
    _, headers, _ = proxy.send("/notes/_stcore/health", Cookie=session)
    others = [said for name, said in headers.items() if name.lower() == "set-cookie"]
    assert len(others) == 1
    assert others[0].endswith("; Secure")
    assert _upgraded(proxy, session) == 101
    assert _upgraded(proxy, session, origin="https://evil.example") == 403
    assert _upgraded(proxy, "") == 403


def _upgraded(proxy: Front, cookie: str, *, origin: str = "") -> int:
    lines = [
        "GET /notes/_stcore/stream HTTP/1.1",
        f"Host: localhost:{proxy.port}",
        f"Origin: {origin or proxy.origin}",
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        *("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: streamlit"),
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    with proxy.connect() as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n" not in head:
            head += connection.recv(4096)
    return int(head.split(b" ")[1])


def test_guesses_through_the_proxy_are_of_who_makes_them(front: tuple[Front, Chat]) -> None:
    """What a visitor forwards themselves is not believed: they would seem to be another with each guess."""
    proxy, chat = front
    statuses = [
        proxy.sign_in("bob", "wrong and long enough", X_Forwarded_For=f"203.0.113.{number}")[0] for number in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2
    with closing(open_database(chat.folder / "home")) as database:
        assert {entry.address for entry in Audit(database).read() if entry.person == "bob"} == {"127.0.0.9"}
