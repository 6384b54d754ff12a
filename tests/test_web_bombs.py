"""Web pages that unpack to far more than was sent: what is too large is refused, and the other pages are stored."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from conftest import run
from web_server import Reply, fetch, serve

from ingest.web import Fetched, Page, Refused
from ingest.web.wire import MAX_BYTES, Patience

TOO_LARGE = "is larger than 25 MiB; save it and ingest the file"
PATIENT = Patience(read_s=60.0, whole_s=120.0)


@cache
def once() -> bytes:
    """A gigabyte in a few megabytes."""
    packer = zlib.compressobj(level=1, wbits=16 + zlib.MAX_WBITS)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(2**10)) + packer.flush()


def twice() -> bytes:
    """A gigabyte in a few kilobytes."""
    return gzip.compress(once())


def deflated() -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(bytes(2**27)) + packer.flush()


def members() -> bytes:
    """Many gzip files in a row, each within the limit."""
    return gzip.compress(bytes(2**20)) * 200


async def fetched(reply: Reply, path: str) -> tuple[list[Page], int]:
    """Fetch one page beside a good one; return the results and the most memory in bytes that it took."""
    async with serve() as site:
        site.pages[path] = reply
        site.html("/good", "words")
        tracemalloc.start()
        try:
            found, _ = await fetch(site.url(path), site.url("/good"), patience=PATIENT)
            return found, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("type_", ["text/html", "text/plain", "application/pdf", "application/xml"])
@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", once), ("x-gzip", members), ("deflate", deflated)],
    ids=["gzip", "members", "deflate"],
)
def test_body_that_unpacks_to_too_much_is_refused(type_: str, encoding: str, pack: Callable[[], bytes]) -> None:
    async def main() -> None:
        reply = Reply(pack(), headers={"Content-Type": type_, "Content-Encoding": encoding})
        [bomb, good], memory = await fetched(reply, "/bomb")
        assert isinstance(bomb, Refused)
        assert bomb.reason == TOO_LARGE
        assert isinstance(good, Fetched)
        assert memory < 3 * MAX_BYTES

    run(main)


@pytest.mark.parametrize(
    ("path", "headers", "pack", "reason"),
    [
        ("/page.gz", {"Content-Type": "application/gzip"}, once, TOO_LARGE),
        ("/page.html.gz", {"Content-Type": "text/html"}, once, TOO_LARGE),
        ("/sitemap.xml.gz", {"Content-Type": "application/x-gzip", "Content-Encoding": "gzip"}, twice, TOO_LARGE),
        ("/page", {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"}, twice, "which was not asked for"),
        ("/page", {"Content-Type": "text/html", "Content-Encoding": "br"}, once, "which was not asked for"),
        ("/page.gz", {"Content-Type": "application/gzip"}, lambda: gzip.compress(b"<p>words</p>"), "cannot be read"),
    ],
)  # fmt: skip
def test_packed_page_is_looked_into_no_further_than_its_limit(
    path: str, headers: dict[str, str], pack: Callable[[], bytes], reason: str
) -> None:
    async def main() -> None:
        [bomb, good], memory = await fetched(Reply(pack(), headers=headers), path)
        assert isinstance(bomb, Refused), bomb
        assert reason in bomb.reason
        assert isinstance(good, Fetched)
        assert memory < 3 * MAX_BYTES

    run(main)
