"""A web site of ours over real sockets, under as many host names as a test wants, and answers as bad as it wants."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from ingest.web import Fetched, Fetcher, Page
from ingest.web.wire import Patience

Write = Callable[[asyncio.StreamWriter], Awaitable[None]]
# What is sent meanwhile is waited for as long as a busy machine needs; SHORT is for what never comes.
PATIENCE = Patience(connect_s=60.0, read_s=60.0, whole_s=120.0)
SHORT = Patience(connect_s=60.0, read_s=1.0, whole_s=60.0)


@dataclass(frozen=True)
class Request:
    """What the server was asked."""

    host: str
    path: str
    headers: Mapping[str, str]


@dataclass
class Reply:
    """What it answers: a body, or a function that writes it as it likes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Write | None = None


@dataclass
class Site:
    """The server: its port, its pages by path or by host and path, and what it was asked so far."""

    port: int = 0
    pages: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str = "/", host: str = "site.test") -> str:
        return f"http://{host}:{self.port}{path}"

    def html(self, path: str, text: str, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Reply(f"<p>{text}</p>".encode(), headers={"Content-Type": "text/html"} | named)

    def text(self, path: str, *lines: str, status: int = 200) -> None:
        self.pages[path] = Reply("\n".join(lines).encode(), status, {"Content-Type": "text/plain"})

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        self.pages[path] = Reply(b"", status, {"Location": location})

    def sitemap(self, path: str, *urls: str, root: str = "urlset", packed: bool = False) -> None:
        item = "url" if root == "urlset" else "sitemap"
        locs = "".join(f"<{item}><loc> {url} </loc></{item}>" for url in urls)
        body = (
            f'<?xml version="1.0"?><!-- made -->\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{locs}</{root}>"
        ).encode()
        kind = "application/gzip" if packed else "application/xml"
        self.pages[path] = Reply(gzip.compress(body) if packed else body, headers={"Content-Type": kind})

    def asked(self, *, robots: bool = False) -> list[str]:
        return [request.path for request in self.requests if robots or request.path != "/robots.txt"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.tasks.add(task)
        self.connections += 1
        try:
            while start := await reader.readexactly(1):
                if start == b"\x16":  # a TLS handshake
                    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
                head = (start + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.rstrip().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                host, path = headers["host"].rpartition(":")[0], first.split()[1]
                self.requests.append(Request(host, path, headers))
                reply = self.pages.get(host + path) or self.pages.get(path) or Reply(b"nothing", 404)
                if isinstance(reply, list):
                    reply = reply.pop(0) if len(reply) > 1 else reply[0]
                await _answer(writer, reply)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the end of a connection, or of the test
        finally:
            self.tasks.discard(task)
            writer.close()


async def _answer(writer: asyncio.StreamWriter, reply: Reply) -> None:
    headers = dict(reply.headers)
    if reply.write is None and reply.status not in (204, 304):
        headers.setdefault("Content-Length", str(len(reply.body)))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n{lines}\r\n".encode())
    if reply.write is None:
        writer.write(reply.body)
        await writer.drain()
    else:
        await reply.write(writer)
        writer.close()


@asynccontextmanager
async def serve(tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """Run the server on a free port of this machine, with a certificate if there is one."""
    site = Site()
    server = await asyncio.start_server(site._serve, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task in list(site.tasks):
            task.cancel()


async def to_loopback(_host: str, _port: int) -> Sequence[str]:
    """Resolve every name to this machine."""
    return ["127.0.0.1"]


async def fetch(
    *urls: str, known: Mapping[str, tuple[str, str]] | None = None, **options: object
) -> tuple[list[Page], dict[str, bytes]]:
    """Fetch at full speed from this machine; return the results in order, and what the files hold by address."""
    settings: dict[str, object] = {
        "allow_private": True, "delay_s": 0.0, "patience": PATIENCE, "resolve": to_loopback, "known": known
    }  # fmt: skip
    async with Fetcher(**settings | options) as fetcher:  # type: ignore[arg-type]
        pages = [page async for page in fetcher.pages(urls)]
        return pages, {page.url: page.path.read_bytes() for page in pages if isinstance(page, Fetched)}
