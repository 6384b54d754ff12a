"""Pages, sitemaps and lists fetched from a real server on this machine."""

import asyncio
import gzip
import hashlib
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from itertools import groupby

import httpcore2
import pytest
from conftest import run
from web_server import PATIENCE, SHORT, Reply, Site, fetch, serve, to_loopback

from ingest.load import load
from ingest.web import Fetched, Fetcher, Gone, Moved, Page, Refused, Unchanged
from ingest.web.hosts import Host
from ingest.web.robots import read as read_robots
from ingest.web.wire import Patience, _errors
from qa.errors import LoadError

HTML = {"Content-Type": "text/html"}
CHUNKED = {"Transfer-Encoding": "chunked"}


def on_site(test: Callable[[Site], Awaitable[None]]) -> None:
    async def main() -> None:
        async with serve() as site:
            await test(site)

    run(main)


def reasons(pages: list[Page]) -> list[str]:
    return [page.reason if isinstance(page, Refused) else repr(page) for page in pages]


def urls(pages: list[Page]) -> list[str]:
    return [page.url for page in pages if isinstance(page, Fetched)]


# one page


def test_page_becomes_a_file_that_its_loader_reads() -> None:
    async def test(site: Site) -> None:
        site.html(
            "/notes/tide_tables?y=1", "High water at noon.", Last_Modified="Thu, 01 Jan 1970 00:00:02 GMT", ETag="W/x"
        )
        async with Fetcher(allow_private=True, resolve=to_loopback) as fetcher:
            [page] = [page async for page in fetcher.pages([site.url("/notes/tide_tables?y=1#top")])]
            assert isinstance(page, Fetched)
            body = page.path.read_bytes()
            assert (page.url, page.size) == (site.url("/notes/tide_tables?y=1"), len(body))
            assert page.sha256 == hashlib.sha256(body).hexdigest()
            assert (page.modified, page.etag, page.last_modified) == (2_000_000, "W/x", "Thu, 01 Jan 1970 00:00:02 GMT")
            document = load(page.path, page.url).documents[0]
            assert (document.source, document.title, document.text) == (page.url, "tide tables", "High water at noon.")
        assert not page.path.exists()

    on_site(test)


def test_server_learns_who_asks_and_gets_no_cookie_back() -> None:
    async def test(site: Site) -> None:
        site.html("/a", "a", Set_Cookie="x=1")
        site.html("/b", "b")
        await fetch(site.url("/a"), site.url("/b"))
        assert site.asked(robots=True) == ["/robots.txt", "/a", "/b"]
        assert all(request.headers["user-agent"].startswith("Footnote/") for request in site.requests)
        assert not any("cookie" in request.headers for request in site.requests)

    on_site(test)


def test_connection_is_used_again() -> None:
    async def test(site: Site) -> None:
        site.redirect("/a", "/b")
        site.html("/b", "b")
        site.pages["/c"] = Reply(b"nothing", 404)
        site.pages["/d"] = Reply(b"", 304)
        await fetch(*(site.url(f"/{name}") for name in "acdb"))
        assert (len(site.asked(robots=True)), site.connections) == (6, 1)

    on_site(test)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    async def test(site: Site) -> None:
        site.html("/a", "a")
        assert urls((await fetch(site.url("/a")))[0]) == [site.url("/a")]

    on_site(test)


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("<title>Größe</title><p>Maße".encode("cp1252"), "; charset=iso-8859-1", "Maße"),
        ('<meta charset="utf-8"><title>Größe</title><p>Maße'.encode("cp1252"), "; charset=ISO-8859-1", "Maße"),
        ('<meta charset="latin-1"><title>Größe</title><p>Maße'.encode(), '; charset="utf-8"', "Maße"),
        ("<title>Größe</title><p>Maße“".encode("cp1252"), "; charset=latin1", "Maße“"),
        ("\ufeff<title>Größe</title><p>Maße".encode(), "; charset=latin1", "Maße"),
        ("\ufeff<title>Größe</title><p>Maße".encode("utf-16-le"), "", "Maße"),
        ("<title>Größe</title><p>Maße".encode("utf-16-be"), "; charset=utf-16be", "Maße"),
        ("<title>Größe</title><p>Maße".encode(), "; charset=klingon", "Maße"),
        ("<title>Größe</title><p>Maße".encode(), "; charset=us-ascii", "MaÃŸe"),
        ("<?xml version='1.0' encoding='latin-1'?><title>Größe</title><p>Maße".encode(), "; charset=utf-8", "Maße"),
        ("<title>Größe</title><p>Größe und Maße, für alle Häfen".encode("cp1252"), "; charset=utf-8", "Häfen"),
    ],
)  # fmt: skip
def test_charset_of_the_header_reaches_the_loader(body: bytes, charset: str, text: str) -> None:
    async def test(site: Site) -> None:
        site.pages["/"] = Reply(body, headers={"Content-Type": f"text/html{charset}"})
        async with Fetcher(allow_private=True, resolve=to_loopback, delay_s=0) as fetcher:
            async for page in fetcher.pages([site.url()]):
                assert isinstance(page, Fetched)
                document = load(page.path).documents[0]
                assert text in document.text
                assert document.title == ("GrÃ¶ÃŸe" if "Ã" in text else "Größe")

    on_site(test)


@pytest.mark.parametrize(
    ("path", "headers", "suffix"),
    [
        ("/a", {"Content-Type": "text/html; charset=utf-8"}, ".html"),
        ("/a.php", {"Content-Type": "application/xhtml+xml"}, ".html"),
        ("/a", {"Content-Type": "application/pdf"}, ".pdf"),
        ("/a.html", {"Content-Type": "application/pdf"}, ".pdf"),
        ("/a.md", {"Content-Type": "text/plain"}, ".md"),
        ("/a.html", {"Content-Type": "text/plain"}, ".txt"),
        ("/a.csv?x=.pdf", {"Content-Type": "text/plain"}, ".csv"),
        ("/a.PDF", {"Content-Type": "application/octet-stream"}, ".pdf"),
        ("/a.docx", {}, ".docx"),
        ("/get", {"Content-Disposition": 'attachment; filename="b.xlsx"'}, ".xlsx"),
    ],
)  # fmt: skip
def test_type_decides_the_suffix_and_a_name_where_it_says_nothing(
    path: str, headers: dict[str, str], suffix: str
) -> None:
    async def test(site: Site) -> None:
        site.pages[path] = Reply(b"some words", headers=headers)
        [page], _ = await fetch(site.url(path))
        assert isinstance(page, Fetched)
        assert page.path.suffix == suffix

    on_site(test)


@pytest.mark.parametrize(
    ("path", "headers", "reason"),
    [
        ("/a.mp4", {"Content-Type": "video/mp4"}, 'is "video/mp4", which cannot be read; these can be read: PDF, '),
        ("/a", {}, "does not say what kind of file it is; these can be read: PDF, "),
        ("/a.exe", {"Content-Type": "application/octet-stream"}, 'is "application/octet-stream", which cannot be read'),
        ("/a.mp3", {"Content-Type": "audio/mpeg"}, 'is "audio/mpeg", which cannot be read'),
        ("/a", HTML | {"X-Robots-Tag": "nofollow, NOINDEX"}, "the page asks not to be indexed (noindex)"),
        ("/a", HTML | {"X-Robots-Tag": "footnote: none"}, "the page asks not to be indexed"),
        ("/a", HTML | {"Content-Encoding": "br"}, 'is sent in the encoding "br", which was not asked for'),
        ("/a", HTML | {"Content-Encoding": "gzip"}, "came damaged: it cannot be unpacked"),
        ("/a", HTML | {"Content-Length": "999999999"}, "is larger than 25 MiB; save it and ingest the file"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_reason(path: str, headers: dict[str, str], reason: str) -> None:
    async def test(site: Site) -> None:
        site.pages[path] = Reply(b"<rss>some words</rss>", headers=headers)
        [page], _ = await fetch(site.url(path))
        assert isinstance(page, Refused)
        assert reason in page.reason
        assert "\n" not in page.reason

    on_site(test)


@pytest.mark.parametrize(
    ("meta", "taken"),
    [
        ('<meta name="robots" content="noindex">', False),
        ("<META content='max-snippet:5, NoIndex' NAME=Robots />", False),
        ('<meta name="footnote" content="none">', False),
        ('<meta name="googlebot" content="noindex">', True),
        ('<meta name="robots" content="nofollow">', True),
        ('<!-- <meta name="robots" content="noindex"> -->', True),
    ],
)
def test_page_that_asks_not_to_be_indexed_is_not_taken(meta: str, taken: bool) -> None:
    async def test(site: Site) -> None:
        for encoding in ("utf-8", "utf-16"):
            site.pages["/"] = Reply(f"<html><head>{meta}</head><p>a</p>".encode(encoding), headers=HTML)
            [page], _ = await fetch(site.url())
            assert isinstance(page, Fetched) == taken

    on_site(test)


def test_tag_for_one_robot_ends_with_its_header() -> None:
    async def test(site: Site) -> None:
        site.html("/a", "a", X_Robots_Tag="googlebot: noindex, nofollow")
        site.html("/b", "b", X_Robots_Tag="unavailable_after: 25 Jun 2010 15:00:00 GMT, noindex")
        pages, _ = await fetch(site.url("/a"), site.url("/b"))
        assert [type(page) for page in pages] == [Fetched, Refused]

    on_site(test)


@pytest.mark.parametrize(
    ("status", "reason", "passing"),
    [
        (401, "is not open to everyone (status 401); save it and ingest the file", False),
        (403, "is not open to everyone (status 403); save it and ingest the file", False),
        (500, "its server is busy or broken (status 500); try again later", True),
        (204, "came with status 204 and no page; look at it in a browser", False),
        (302, "answered 302 without saying where the page is; look at it in a browser", False),
    ],
)
def test_status_becomes_a_reason(status: int, reason: str, passing: bool) -> None:
    async def test(site: Site) -> None:
        site.pages["/"] = Reply(b"", status, HTML)
        assert (await fetch(site.url()))[0] == [Refused(site.url(), reason, passing)]

    on_site(test)


@pytest.mark.parametrize("status", [404, 410])
def test_missing_page_is_gone(status: int) -> None:
    async def test(site: Site) -> None:
        site.pages["/a"] = Reply(b"", status)
        assert (await fetch(site.url("/a")))[0] == [Gone(site.url("/a"))]

    on_site(test)


def test_busy_server_is_asked_once_more() -> None:
    async def test(site: Site) -> None:
        site.pages["/a"] = [Reply(b"", 429, {"Retry-After": "0"}), Reply(b"a", 200, HTML)]
        site.pages["/b"] = Reply(b"", 503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"})
        pages, _ = await fetch(site.url("/a"), site.url("/b"))
        assert urls(pages) == [site.url("/a")]
        assert pages[1] == Refused(site.url("/b"), "its server is busy or broken (status 503); try again later", True)
        assert site.asked() == ["/a", "/a", "/b", "/b"]

    on_site(test)


def test_page_that_is_known_is_asked_for_with_its_validators() -> None:
    async def test(site: Site) -> None:
        site.pages["/a"] = Reply(b"", 304)
        site.html("/b", "b")
        site.html("/c", "c")
        known = {site.url("/a"): ('"1"', "Thu, 01 Jan 1970 00:00:02 GMT"), site.url("/b"): ("evil\r\nX: y", "")}
        pages, _ = await fetch(site.url("/a"), site.url("/b"), known=known)
        assert pages[0] == Unchanged(site.url("/a"))
        assert isinstance(pages[1], Fetched)
        first, second = (request.headers for request in site.requests if request.path != "/robots.txt")
        assert first["if-none-match"] == '"1"'
        assert first["if-modified-since"] == "Thu, 01 Jan 1970 00:00:02 GMT"
        assert not {"if-none-match", "x"} & set(second)

    on_site(test)


# redirects and names


def test_page_keeps_the_address_it_was_asked_by() -> None:
    async def test(site: Site) -> None:
        site.redirect("/today", "/2024/a?x=1#part", 302)
        site.html("/2024/a?x=1", "a", ETag='"1"')
        [page], _ = await fetch(site.url("/today"), known={site.url("/today"): ('"0"', "")})
        assert isinstance(page, Fetched)
        assert (page.url, page.etag) == (site.url("/today"), "")
        assert "if-none-match" not in site.requests[-1].headers

    on_site(test)


def test_redirect_for_good_changes_the_name_up_to_the_first_that_is_not() -> None:
    async def test(site: Site) -> None:
        site.redirect("/a", "b", 301)
        site.redirect("/b", "/c", 308)
        site.redirect("/c", "/d", 307)
        site.redirect("/d", "/e", 301)
        site.html("/e", "e")
        pages, _ = await fetch(site.url("/a"))
        assert pages[0] == Moved(site.url("/a"), site.url("/c"))
        assert urls(pages) == [site.url("/c")]

    on_site(test)


def test_page_that_several_addresses_lead_to_is_kept_once() -> None:
    async def test(site: Site) -> None:
        site.redirect("/old", "/new", 301)
        site.redirect("/older", "/new", 301)
        site.html("/new", "n")
        pages, _ = await fetch(site.url("/old"), site.url("/new"), site.url("/older"), site.url("/older#x"))
        assert urls(pages) == [site.url("/new")]
        assert [page for page in pages if isinstance(page, Moved)] == [
            Moved(site.url("/old"), site.url("/new")), Moved(site.url("/older"), site.url("/new"))
        ]  # fmt: skip

    on_site(test)


def test_failure_behind_a_redirect_for_good_is_told_once_under_the_new_address() -> None:
    async def test(site: Site) -> None:
        site.redirect("/old", site.url("/new", "new.test"), 301)
        site.pages["/new"] = Reply(headers=HTML, write=_stall)
        pages, _ = await fetch(site.url("/old"), site.url("/new", "new.test"), patience=SHORT)
        assert len(site.asked()) == 3
        moved = Moved(site.url("/old"), site.url("/new", "new.test"))
        refused = Refused(moved.to, "new.test sent nothing for 1 s; try again later", True)
        assert sorted(pages, key=str) == [moved, refused]

    on_site(test)


def test_five_redirects_are_followed_and_six_are_not() -> None:
    async def test(site: Site) -> None:
        for number in range(6):
            site.redirect(f"/{number}", f"/{number + 1}")
        site.html("/6", "end")
        pages, _ = await fetch(site.url("/1"), site.url("/0"))
        assert urls(pages) == [site.url("/1")]
        assert pages[1] == Refused(site.url("/0"), "redirects more than 5 times; name the address it ends at")

    on_site(test)


@pytest.mark.parametrize("status", [301, 302])
def test_redirect_in_a_circle_is_refused(status: int) -> None:
    async def test(site: Site) -> None:
        site.redirect("/a", "/b", status)
        site.redirect("/b", "/a", status)
        pages, _ = await fetch(site.url("/a"), site.url("/b"))
        assert reasons(pages) == ["redirects in a circle; look at it in a browser"] * 2

    on_site(test)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://site.test/a", "http://me:secret@site.test/"])
def test_redirect_to_what_is_never_fetched_is_refused(location: str) -> None:
    async def test(site: Site) -> None:
        site.redirect("/", location)
        [page], _ = await fetch(site.url())
        assert isinstance(page, Refused)
        assert "secret" not in page.reason
        assert page.reason.startswith(f"leads to {location.replace('me:secret@', '')}: ")

    on_site(test)


def test_page_named_twice_is_fetched_once() -> None:
    async def test(site: Site) -> None:
        site.html("/a%20b/~x", "a")
        other = f"HTTP://Site.TEST.:{site.port}/c/../a%20b/%7ex#frag"
        pages, _ = await fetch(site.url("/a%20b/~x"), other)
        assert urls(pages) == [site.url("/a%20b/~x")]
        assert site.asked() == ["/a%20b/~x"]

    on_site(test)


# limits


async def _drip(writer: asyncio.StreamWriter) -> None:
    for _ in range(100):
        writer.write(b"<p>drop</p>")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _flood(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"<p>drop</p>" * 10_000)
        await writer.drain()


async def _stall(writer: asyncio.StreamWriter) -> None:
    writer.write(b"<p>")
    await asyncio.sleep(3)


async def _break(writer: asyncio.StreamWriter) -> None:
    writer.write(b"5\r\nabc")


@cache
def _packed() -> bytes:
    return gzip.compress(bytes(2**26))


async def _zeros(writer: asyncio.StreamWriter) -> None:
    """A gigabyte of zeros, a thousandth of that on the wire."""
    for _ in range(16):
        writer.write(_packed())
        await writer.drain()


BRIEF = replace(PATIENCE, whole_s=3.0)


@pytest.mark.parametrize(
    ("write", "headers", "patience", "reason", "passing"),
    [
        (_flood, {}, PATIENCE, "is larger than 1 MiB; save it and ingest the file", False),
        (_zeros, {"Content-Encoding": "gzip"}, PATIENCE, "is larger than 1 MiB; save it and ingest the file", False),
        (_drip, {}, BRIEF, "took longer than 3 s; try again later, or save it and ingest the file", True),
        (_stall, {}, SHORT, "site.test sent nothing for 1 s; try again later", True),
        (_break, CHUNKED, PATIENCE, "site.test does not speak HTTP as it should; check the address", True),
    ],
)  # fmt: skip
def test_body_that_does_not_end_well_is_refused(
    write: Callable[[asyncio.StreamWriter], Awaitable[None]],
    headers: dict[str, str],
    patience: Patience,
    reason: str,
    passing: bool,
) -> None:
    async def test(site: Site) -> None:
        _packed()  # before anybody waits for it
        site.pages["/"] = Reply(headers=HTML | headers, write=write)
        site.html("/b", "b")
        pages, _ = await fetch(site.url(), site.url("/b"), max_bytes=2**20, patience=patience)
        assert pages[0] == Refused(site.url(), reason, passing)
        assert urls(pages) == [site.url("/b")]

    on_site(test)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]) + b"\0\0"),
        ("deflate", zlib.compress),
        ("deflate", raw_deflate),
        ("identity", bytes),
    ],
)
def test_packed_body_is_unpacked(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    async def test(site: Site) -> None:
        text = b"<p>" + b"words " * 50_000
        site.pages["/"] = Reply(pack(text), headers=HTML | {"Content-Encoding": encoding})
        assert (await fetch(site.url()))[1] == {site.url(): text}

    on_site(test)


def test_packed_body_that_was_cut_is_refused() -> None:
    async def test(site: Site) -> None:
        site.pages["/"] = Reply(gzip.compress(b"words" * 99)[:-9], headers=HTML | {"Content-Encoding": "gzip"})
        assert reasons((await fetch(site.url()))[0]) == ["came cut short; try again later"]

    on_site(test)


def test_all_pages_together_have_a_limit() -> None:
    async def test(site: Site) -> None:
        for name in "abc":
            site.html(f"/{name}", "x" * 500_000)
        pages, _ = await fetch(*(site.url(f"/{name}") for name in "abc"), max_total_bytes=2**20)
        assert [type(page) for page in pages] == [Fetched, Fetched, Refused]
        assert reasons(pages)[2] == "brings the total above 1 MiB of pages; name fewer at a time"

    on_site(test)


def test_dead_host_is_left_alone_after_five_failures() -> None:
    async def test(site: Site) -> None:
        names = [site.url(f"/{number}") for number in range(8)]
        for number in range(8):
            site.pages[f"/{number}"] = Reply(headers=HTML | {"Content-Length": "9"}, write=_break_off)
        pages, _ = await fetch(*names)
        assert len(site.asked()) == 5
        assert reasons(pages)[5:] == ["site.test failed 5 times in a row and was left alone; try again later"] * 3

    on_site(test)


async def _break_off(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def test_every_error_of_the_library_becomes_a_reason() -> None:
    from ingest.web.addresses import parse

    bases = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError)
    errors = [*bases, *(sub for base in bases for sub in base.__subclasses__()), httpcore2.UnsupportedProtocol]
    assert len(errors) > 10
    for error in errors:
        with pytest.raises(LoadError, match=r"; (check|try)"), _errors(parse("http://a.test/"), PATIENCE):
            raise error("detail")


# robots.txt


def test_robots_txt_is_kept_to() -> None:
    async def test(site: Site) -> None:
        site.text(
            "/robots.txt", "User-agent: *", "Disallow: /", "User-agent: footnote", "Disallow: /private", "Allow: /"
        )
        site.html("/a", "a")
        site.html("/private/b", "b")
        site.redirect("/c", "/private/b")
        pages, _ = await fetch(site.url("/private/b"), site.url("/a"), site.url("/c"))
        assert urls(pages) == [site.url("/a")]
        stays = "the site's robots.txt asks programs to stay away from it; save it and ingest the file"
        assert pages[0] == Refused(site.url("/private/b"), stays)
        assert pages[2] == Refused(site.url("/c"), f"leads to {site.url('/private/b')}: {stays}")
        assert site.asked(robots=True) == ["/robots.txt", "/a", "/c"]

    on_site(test)


@pytest.mark.parametrize(
    ("status", "taken"), [(200, True), (403, True), (404, True), (410, True), (429, False), (500, False), (503, False)]
)
def test_status_of_robots_txt_decides(status: int, taken: bool) -> None:
    async def test(site: Site) -> None:
        site.pages["/robots.txt"] = Reply(b"", status, {"Retry-After": "0"})
        site.html("/a", "a")
        site.html("/b", "b")
        pages, _ = await fetch(site.url("/a"), site.url("/b"))
        assert [isinstance(page, Fetched) for page in pages] == [taken, taken]
        assert bool(site.asked()) == taken
        if not taken:
            assert f"robots.txt: status {status}); try again later" in reasons(pages)[0]

    on_site(test)


def test_robots_txt_is_followed_where_it_leads_and_read_up_to_its_limit() -> None:
    async def test(site: Site) -> None:
        site.redirect("/robots.txt", "/rules", 301)
        site.text("/rules", "\ufeffUser-agent: *", "Disallow: /a", "#" * 600_000, "Disallow: /b")
        site.html("/a", "a")
        site.html("/b", "b")
        pages, _ = await fetch(site.url("/a"), site.url("/b"))
        assert [type(page) for page in pages] == [Refused, Fetched]

    on_site(test)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (Reply(b"", 301, {"Location": "/robots.txt"}), "redirects more than 5 times; try again later"),
        (Reply(b"x", 200, {"Content-Encoding": "br"}), 'is sent in the encoding "br", which was not asked for'),
        (Reply(b"", 301, {"Location": "ftp://a.test/"}), "is not an http or https address; only these are fetched"),
    ],
)
def test_robots_txt_that_cannot_be_read_means_no(rules: Reply, reason: str) -> None:
    async def test(site: Site) -> None:
        site.pages["/robots.txt"] = rules
        site.html("/a", "a")
        pages, _ = await fetch(site.url("/a"))
        assert reasons(pages)[0].startswith(f"its site's robots.txt {reason}")
        assert site.asked() == []

    on_site(test)


@pytest.mark.parametrize(("line", "delay_s"), [("", 0.0), ("Crawl-delay: 2.5", 2.5), ("Crawl-delay: 900", 30.0)])
def test_delay_that_a_site_asks_for_is_bounded(line: str, delay_s: float) -> None:
    assert read_robots(200, f"User-agent: *\n{line}\nDisallow:".encode()).delay_s == delay_s


# lists


def test_sitemap_is_expanded() -> None:
    async def test(site: Site) -> None:
        site.html("/a?x=1&y=2", "a")
        site.html("/b", "b")
        site.sitemap("/sitemap.xml", site.url("/a?x=1&amp;y=2"), site.url("/b"), site.url("/b"), site.url("/c"))
        pages, _ = await fetch(site.url("/sitemap.xml"))
        assert urls(pages) == [site.url("/a?x=1&y=2"), site.url("/b")]
        assert pages[2] == Gone(site.url("/c"))

    on_site(test)


def test_index_of_packed_sitemaps_is_expanded_though_it_names_itself() -> None:
    async def test(site: Site) -> None:
        site.html("/a", "a")
        site.html("/b", "b")
        site.sitemap("/index.xml", *map(site.url, ("/1.xml.gz", "/index.xml", "/2.xml")), root="sitemapindex")
        site.sitemap("/1.xml.gz", site.url("/a"), packed=True)
        site.sitemap("/2.xml", site.url("/index.xml"), site.url("/b"))
        pages, _ = await fetch(site.url("/index.xml"))
        assert pages == [page for page in pages if isinstance(page, Fetched)]
        assert sorted(urls(pages)) == [site.url("/a"), site.url("/b")]
        assert len(site.asked()) == 5

    on_site(test)


def test_sitemaps_within_one_another_end_somewhere() -> None:
    async def test(site: Site) -> None:
        for number in range(6):
            site.sitemap(f"/{number}.xml", site.url(f"/{number + 1}.xml"), root="sitemapindex")
        pages, _ = await fetch(site.url("/0.xml"))
        assert pages == [Refused(site.url("/3.xml"), "is a sitemap 3 levels down, too deep to be read; name it itself")]

    on_site(test)


def test_sitemap_is_read_leniently_and_never_beyond_itself() -> None:
    async def test(site: Site) -> None:
        site.html("/a", "a")
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE urlset [<!ENTITY f SYSTEM "file:///etc/hostname">'
            '<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]><urlset xmlns:image="urn:i"><url><loc>/a</loc>'
            "<image:image><image:loc>/picture</image:loc></image:image></url><url><loc>/x&f;</loc></url>"
            "<url><loc>/y&m;</loc></url><url><loc>file:///etc/passwd</loc></url><url><loc></loc></url>"
        )
        site.pages["/s"] = Reply(body.encode(), headers={"Content-Type": "text/xml"})
        pages, _ = await fetch(site.url("/s"))
        assert urls(pages) == [site.url("/a")]
        assert Refused("file:///etc/passwd", "is not an http or https address; only these are fetched") in pages
        assert set(site.asked()) == {"/s", "/a", "/x", "/y"}

    on_site(test)


def test_sitemap_that_unpacks_to_too_much_is_refused() -> None:
    async def test(site: Site) -> None:
        site.pages["/s.xml.gz"] = Reply(gzip.compress(bytes(2**22)), headers={"Content-Type": "application/gzip"})
        pages, _ = await fetch(site.url("/s.xml.gz"), max_bytes=2**20)
        assert reasons(pages) == ["is larger than 1 MiB; save it and ingest the file"]

    on_site(test)


def test_empty_sitemap_is_refused() -> None:
    async def test(site: Site) -> None:
        site.sitemap("/s.xml")
        assert reasons((await fetch(site.url("/s.xml")))[0]) == [
            "is a sitemap that names no page; name the pages themselves"
        ]

    on_site(test)


def test_list_has_one_address_a_line() -> None:
    async def test(site: Site) -> None:
        site.text("/list", "# mine", "", site.url("/a"), f"  {site.url('/b', 'other.test')}\r", "mailto:x@y.z")
        site.html("/a", "a")
        site.html("/b", "b")
        pages, _ = await fetch(site.url("/list"))
        assert sorted(urls(pages)) == [site.url("/b", "other.test"), site.url("/a")]
        assert Refused("mailto:x@y.z", "is not an http or https address; only these are fetched") in pages

    on_site(test)


def test_text_is_a_list_only_if_it_was_named_and_holds_nothing_else() -> None:
    async def test(site: Site) -> None:
        site.text("/prose", site.url("/a"), "is where it stands")
        site.text("/links", site.url("/a"))
        site.sitemap("/s.xml", site.url("/links"))
        pages, _ = await fetch(site.url("/prose"), site.url("/s.xml"))
        assert urls(pages) == [site.url("/prose"), site.url("/links")]

    on_site(test)


def test_lists_together_have_a_limit() -> None:
    async def test(site: Site) -> None:
        for number in range(9):
            site.html(f"/{number}", "x")
        site.sitemap("/s.xml", *(site.url(f"/{number}") for number in range(3)))
        site.text("/list", *(site.url(f"/{number}") for number in range(3, 9)))
        pages, _ = await fetch(site.url("/s.xml"), site.url("/list"), max_listed=5)
        assert urls(pages) == [site.url(f"/{number}") for number in range(5)]
        refused = [page for page in pages if isinstance(page, Refused)]
        assert refused == [
            Refused(site.url("/list"), "brings the total above 5 addresses; 4 were left out, name fewer")
        ]

    on_site(test)


# manners


def test_hosts_take_turns_and_one_host_is_asked_one_at_a_time() -> None:
    async def test(site: Site) -> None:
        together = {"now": 0, "most": 0}
        here: dict[str, int] = {"a": 0, "b": 0}

        def answer(host: str) -> Callable[[asyncio.StreamWriter], Awaitable[None]]:
            async def write(writer: asyncio.StreamWriter) -> None:
                here[host] += 1
                together["now"] += 1
                together["most"] = max(together["most"], together["now"])
                assert here[host] == 1
                await asyncio.sleep(0.05)
                here[host] -= 1
                together["now"] -= 1
                writer.write(b"<p>a")

            return write

        for host in "ab":
            for number in range(4):
                site.pages[f"{host}.test/{number}"] = Reply(headers=HTML, write=answer(host))
        named = [site.url(f"/{number}", f"{host}.test") for host in "ab" for number in range(4)]
        pages, _ = await fetch(*named)
        assert sorted(urls(pages)) == sorted(named)
        assert together["most"] == 2
        runs = [len(list(group)) for _, group in groupby(request.host for request in site.requests)]
        assert max(runs) <= 2
        for host in "ab":
            asked = [request.path for request in site.requests if request.host == f"{host}.test"]
            assert asked == ["/robots.txt", "/0", "/1", "/2", "/3"]

    on_site(test)


def test_requests_to_a_host_begin_a_delay_apart() -> None:
    now = [100.0]
    begun: list[float] = []

    async def sleep(seconds: float) -> None:
        now[0] += seconds

    async def main() -> None:
        host = Host("a.test", 1.0, clock=lambda: now[0], sleep=sleep)
        slots = asyncio.Semaphore(1)

        async def ask(takes: float) -> None:
            async with host.turn(slots):
                begun.append(now[0])
                now[0] += takes

        await ask(0.25)
        await ask(3.0)
        await ask(0.0)
        host.pause(60.0)
        await ask(0.0)
        host.delay_s = 30.0
        await ask(0.0)
        await ask(0.0)

    run(main)
    assert begun == [100.0, 101.0, 104.0, 164.0, 165.0, 195.0]


def test_many_hosts_share_a_bound() -> None:
    async def main() -> None:
        slots = asyncio.Semaphore(3)
        busy = [0]

        async def ask(number: int) -> None:
            async with Host(str(number), 0.0).turn(slots):
                busy[0] += 1
                assert busy[0] <= 3
                await asyncio.sleep(0)
                busy[0] -= 1

        await asyncio.gather(*map(ask, range(20)))

    run(main)


# the end


def test_caller_may_stop_early() -> None:
    async def test(site: Site) -> None:
        for number in range(40):
            site.html(f"/{number}", "x")
        async with Fetcher(allow_private=True, resolve=to_loopback, delay_s=0) as fetcher:
            pages = fetcher.pages(site.url(f"/{number}") for number in range(40))
            page = await anext(pages)
        assert isinstance(page, Fetched)
        assert not page.path.parent.parent.exists()
        assert len(site.asked()) < 40

    on_site(test)


def test_bug_reaches_the_caller() -> None:
    async def broken(_host: str, _port: int) -> list[str]:
        raise ZeroDivisionError

    async def test(site: Site) -> None:
        with pytest.raises(ZeroDivisionError):
            await fetch(site.url(), resolve=broken)

    on_site(test)


def test_nothing_named_is_nothing_fetched() -> None:
    async def test(_site: Site) -> None:
        assert await fetch() == ([], {})

    on_site(test)
