"""Which addresses are never connected to, however a page leads there; names are resolved by the tests themselves."""

import asyncio
import ipaddress
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import free_port, run
from httpcore2 import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectTimeout
from web_server import Site, fetch, serve

from ingest.web import Fetched, Page, Refused
from ingest.web.guard import GuardedNetwork, kind_of
from qa.errors import LoadError

PUBLIC = "93.184.216.34"
PUBLIC_V6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
REASON = "which only footnote ingest --allow-private fetches"


@dataclass
class Names:
    """Resolves names to what the test says: the next answer each time, the last one for ever."""

    answers: dict[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.answers.get(host)
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]


class Internet(AsyncNetworkBackend):
    """Takes this machine for all public ones, and remembers who was connected to."""

    def __init__(self, *, dead: Iterable[str] = ()) -> None:
        self.connected: list[str] = []
        self.server_names: list[str | None] = []
        self._dead = set(dead)

    async def connect_tcp(self, host: str, port: int, *_args: Any, **_kwargs: Any) -> AsyncNetworkStream:
        self.connected.append(host)
        if host in self._dead:
            raise ConnectTimeout(host)
        stream = await AnyIOBackend().connect_tcp("127.0.0.1", port)
        return _Stream(stream, self)


class _Stream(AsyncNetworkStream):
    def __init__(self, stream: AsyncNetworkStream, internet: Internet) -> None:
        self._stream = stream
        self._internet = internet
        self.read, self.write, self.aclose = stream.read, stream.write, stream.aclose  # type: ignore[method-assign]
        self.get_extra_info = stream.get_extra_info  # type: ignore[method-assign]

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> AsyncNetworkStream:
        self._internet.server_names.append(server_hostname)
        return await self._stream.start_tls(ssl_context, server_hostname, timeout)


@asynccontextmanager
async def internet(**answers: list[list[str]]) -> AsyncIterator[tuple[Site, Names, Internet]]:
    """A site that counts as public, under names that end in .test."""
    async with serve() as site:
        yield site, Names({f"{name}.test": list(found) for name, found in answers.items()}), Internet()


def on_internet(test: Callable[[Site, Names, Internet], Awaitable[None]], **answers: list[list[str]]) -> None:
    async def main() -> None:
        async with internet(**answers) as (site, names, net):
            await test(site, names, net)

    run(main)


def reason(page: Page) -> str:
    assert isinstance(page, Refused), page
    return page.reason


def test_public_name_is_fetched_from_the_address_that_was_checked() -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.html("/", "a")
        [page], _ = await fetch(site.url(), allow_private=False, resolve=names, network=net)
        assert isinstance(page, Fetched)
        assert set(net.connected) == {PUBLIC}
        assert site.requests[0].headers["host"] == f"site.test:{site.port}"

    on_internet(test, site=[[PUBLIC]])


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (["127.0.0.1"], "127.0.0.1, a loopback"),
        ([PUBLIC, "10.1.2.3"], "10.1.2.3, a private"),
        (["192.168.0.1", PUBLIC], "192.168.0.1, a private"),
        ([PUBLIC_V6, "::1"], "::1, a loopback"),
        (["::ffff:10.0.0.1"], "::ffff:10.0.0.1, a private"),
        (["fe80::1%eth0"], "fe80::1%eth0, a link-local"),
    ],
)
def test_name_with_any_address_that_is_not_public_is_refused(answer: list[str], kind: str) -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.html("/", "a")
        [page], _ = await fetch(site.url(), allow_private=False, resolve=names, network=net)
        assert reason(page) == f"site.test is at {kind} address, {REASON}"
        assert (net.connected, site.requests) == ([], [])

    on_internet(test, site=[answer])


def test_name_that_changes_its_address_is_connected_to_as_it_was_checked() -> None:
    """A name server may answer with a public address for the check and a private one right after it."""

    async def test(site: Site, names: Names, net: Internet) -> None:
        for path in ("/a", "/b"):
            site.html(path, "a", Connection="close")
        pages, _ = await fetch(site.url("/a"), site.url("/b"), allow_private=False, resolve=names, network=net)
        assert isinstance(pages[0], Fetched)
        assert reason(pages[1]) == f"site.test is at 127.0.0.1, a loopback address, {REASON}"
        assert (net.connected, names.asked) == ([PUBLIC], ["site.test"] * 2)

    on_internet(test, site=[[PUBLIC], ["127.0.0.1"]])


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/", f"169.254.169.254 is a link-local address, {REASON}"),
        ("http://[::1]/", f"::1 is a loopback address, {REASON}"),
        ("http://[::ffff:a00:1]/", f"::ffff:a00:1 is a private address, {REASON}"),
        ("http://inside.test/", f"inside.test is at 172.16.0.9, a private address, {REASON}"),
        ("file:///etc/passwd", "is not an http or https address; only these are fetched"),
    ],
)
def test_redirect_from_a_public_page_is_checked_too(target: str, why: str) -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.redirect("/", target)
        [page], _ = await fetch(site.url(), allow_private=False, resolve=names, network=net)
        assert reason(page) == f"leads to {target}: {why}"
        assert set(net.connected) == {PUBLIC}

    on_internet(test, site=[[PUBLIC]], inside=[["172.16.0.9"]])


# What may stand in a sitemap, a list or an index of sitemaps, and why it is not fetched.
INSIDE = {
    "http://169.254.169.254/latest/meta-data/": f"169.254.169.254 is a link-local address, {REASON}",
    "http://10.0.0.1:8080/": f"10.0.0.1 is a private address, {REASON}",
    "http://[::1]/admin": f"::1 is a loopback address, {REASON}",
    "http://inside.test/": f"inside.test is at 172.16.0.9, a private address, {REASON}",
    "//192.168.0.1/x": f"192.168.0.1 is a private address, {REASON}",
    "http://127.1/": "its host is not a name; write an IP address as four decimal numbers",
    "file:///etc/passwd": "is not an http or https address; only these are fetched",
    "FILE://localhost/etc/passwd": "is not an http or https address; only these are fetched",
    "ftp://site.test/a": "is not an http or https address; only these are fetched",
    "javascript:alert(1)": "is not an http or https address; only these are fetched",
}


@pytest.mark.parametrize("kind", ["sitemap", "index", "packed", "list", "behind a redirect"])
def test_what_a_sitemap_or_a_list_names_is_checked_too(kind: str) -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.html("/a", "a")
        named = [*INSIDE, site.url("/a")]
        if kind in ("list", "behind a redirect"):
            # A list has whole addresses, the first of which shows that it is one.
            named = [site.url("/a"), *INSIDE]
            site.text("/named", *named)
            site.redirect("/elsewhere", "/named")
        else:
            site.sitemap(
                "/named", *named, root="urlset" if kind != "index" else "sitemapindex", packed=kind == "packed"
            )
        asked = site.url("/elsewhere" if kind == "behind a redirect" else "/named")
        found, _ = await fetch(asked, allow_private=False, resolve=names, network=net)
        assert [page.url for page in found if isinstance(page, Fetched)] == [site.url("/a")]
        assert {page.reason for page in found if isinstance(page, Refused)} == set(INSIDE.values())
        assert len(found) == len(named)
        assert set(net.connected) == {PUBLIC}
        assert set(site.asked()) <= {"/named", "/elsewhere", "/a"}

    on_internet(test, site=[[PUBLIC]], inside=[["172.16.0.9"]])


def test_page_of_a_sitemap_that_leads_inside_is_refused() -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.sitemap("/s.xml", site.url("/a"), site.url("/b"))
        site.redirect("/a", "file:///etc/passwd", 301)
        site.redirect("/b", "http://10.0.0.1/")
        found, _ = await fetch(site.url("/s.xml"), allow_private=False, resolve=names, network=net)
        assert sorted(map(reason, found)) == [
            "leads to file:///etc/passwd: is not an http or https address; only these are fetched",
            f"leads to http://10.0.0.1/: 10.0.0.1 is a private address, {REASON}",
        ]
        assert set(net.connected) == {PUBLIC}

    on_internet(test, site=[[PUBLIC]])


def test_robots_txt_that_leads_inside_is_not_followed() -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.redirect("/robots.txt", "http://10.0.0.1/robots.txt")
        site.html("/", "a")
        [page], _ = await fetch(site.url(), allow_private=False, resolve=names, network=net)
        assert reason(page) == f"10.0.0.1 is a private address, {REASON}"
        assert set(net.connected) == {PUBLIC}

    on_internet(test, site=[[PUBLIC]])


@pytest.mark.parametrize(
    "host",
    ["2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1.5", "0", "example.0x7f", "1.2.3.04"],
)
@pytest.mark.parametrize("allow_private", [False, True])
def test_address_in_disguise_is_refused(host: str, allow_private: bool) -> None:
    async def main() -> None:
        names = Names({})
        [page], _ = await fetch(f"http://{host}/", allow_private=allow_private, resolve=names, network=Internet())
        assert reason(page) == "its host is not a name; write an IP address as four decimal numbers"
        assert names.asked == []

    run(main)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1.", "１２７.0.0.1", "[::1]", "[::ffff:7f00:1]"])
def test_this_machine_is_refused_by_every_name(host: str) -> None:
    async def main() -> None:
        net = Internet()
        names = Names({"localhost": [["127.0.0.1"]]})
        [page], _ = await fetch(f"http://{host}:{free_port()}/", allow_private=False, resolve=names, network=net)
        assert reason(page).endswith(f"loopback address, {REASON}")
        assert net.connected == []

    run(main)


def test_private_addresses_may_be_allowed() -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        site.html("/", "a")
        [page], _ = await fetch(site.url(), allow_private=True, resolve=names, network=net)
        assert isinstance(page, Fetched)
        assert set(net.connected) == {"192.168.0.1"}

    on_internet(test, site=[["192.168.0.1"]])


def test_next_address_is_tried_where_one_is_dead() -> None:
    async def test(site: Site, names: Names, _net: Internet) -> None:
        site.html("/", "a")
        net = Internet(dead=[PUBLIC_V6])
        [page], _ = await fetch(site.url(), allow_private=False, resolve=names, network=net)
        assert isinstance(page, Fetched)
        assert net.connected[:2] == [PUBLIC_V6, PUBLIC]

    on_internet(test, site=[[PUBLIC_V6, PUBLIC]])


def test_tls_is_asked_for_the_name_of_the_host() -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        [page], _ = await fetch(f"https://site.test:{site.port}/", allow_private=False, resolve=names, network=net)
        assert (net.server_names, net.connected) == (["site.test"], [PUBLIC])
        plain = "site.test offers no encrypted connection there; check the address, port and http or https"
        assert reason(page) == plain

    on_internet(test, site=[[PUBLIC]])


def test_certificate_must_be_for_the_host_and_of_a_known_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=site.test",
         "-addext", "subjectAltName=DNS:site.test", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def main() -> list[Page]:
        async with serve(context) as site:
            site.html("/", "a")
            names = Names({"site.test": [[PUBLIC]], "other.test": [[PUBLIC]]})
            urls = [f"https://{host}:{site.port}/" for host in ("site.test", "other.test")]
            first, _ = await fetch(urls[0], allow_private=False, resolve=names, network=Internet())
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            pages = [(await fetch(url, allow_private=False, resolve=names, network=Internet()))[0][0] for url in urls]
            return [*first, *pages]

    unknown, fine, other = asyncio.run(main())
    trust = "; check the address and this machine's authorities"
    assert reason(unknown) == f"the certificate of site.test cannot be trusted (self-signed certificate){trust}"
    assert isinstance(fine, Fetched)
    assert reason(other).startswith("the certificate of other.test cannot be trusted (Hostname mismatch, ")


@pytest.mark.parametrize("answers", [[], [[]]])
def test_name_without_address_is_said_to_have_none(answers: list[list[str]]) -> None:
    async def test(site: Site, names: Names, net: Internet) -> None:
        [page], _ = await fetch(site.url(), allow_private=False, resolve=names, network=net)
        assert reason(page).startswith("there is no host site.test")
        assert isinstance(page, Refused)
        assert page.passing

    on_internet(test, site=answers)


def test_no_server_is_said_plainly() -> None:
    async def main() -> None:
        [page], _ = await fetch(f"http://127.0.0.1:{free_port()}/")
        assert reason(page) == "127.0.0.1 accepts no connection; check the address, or try again later"

    run(main)


def test_guard_does_not_open_sockets_of_other_kinds() -> None:
    async def main() -> None:
        with pytest.raises(NotImplementedError):
            await GuardedNetwork().connect_unix_socket("/run/x.sock")
        with pytest.raises(LoadError, match="loopback"):
            await GuardedNetwork().connect_tcp("127.0.0.1", 80)

    run(main)


@pytest.mark.parametrize(
    ("kind", "addresses"),
    [
        ("", "1.1.1.1 93.184.216.34 172.32.0.1 100.128.0.1 ::ffff:1.1.1.1 64:ff9b::101:101 2002:101:101::1 2606::1"),
        ("loopback", "127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::"),
        ("private", "10.0.0.0 172.31.255.255 192.168.1.1 100.64.0.1 100.100.100.200 fd00:ec2::254 64:ff9b::10.0.0.1"),
        ("private", "::ffff:192.168.0.1 2002:c0a8:1::1 2002:a00:1::"),
        ("link-local", "169.254.169.254 fe80::1 ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe::"),
        ("multicast", "224.0.0.1 239.255.255.250 ff02::1 64:ff9b::e000:1"),
        ("reserved", "0.0.0.0 255.255.255.255 240.0.0.1 198.18.0.1 192.0.2.1 203.0.113.9 192.88.99.1 192.0.0.192"),
        ("reserved", ":: 2001:db8::1 2001::1 2001:0:4136:e378::1 3fff::1 100::1 64:ff9b:1::a00:1 ::10.0.0.1 5f00::1"),
        ("site-local", "fec0::1"),
        ("cloud-internal", "168.63.129.16"),
    ],
)  # fmt: skip
def test_addresses_have_kinds(kind: str, addresses: str) -> None:
    assert {address: kind_of(address) for address in addresses.split()} == dict.fromkeys(addresses.split(), kind)


def test_what_python_takes_for_no_public_address_is_none() -> None:
    """Its lists differ from version to version; ours must hold at least what each of them holds."""
    for first in range(256):
        for second in (0, 31, 51, 64, 88, 100, 127, 168, 254, 255):
            address = ipaddress.ip_address(f"{first}.{second}.0.1")
            assert kind_of(str(address)) or (address.is_global and not address.is_multicast), address
    for first in range(0, 2**16, 7):
        address = ipaddress.ip_address(first << 112 | 1)
        assert kind_of(str(address)) or (address.is_global and not address.is_multicast), address
