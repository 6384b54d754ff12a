"""Addresses of web pages in the normal form by which a page is known: pure functions."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urljoin, urlsplit

from qa.errors import LoadError
from qa.lazy_regex import lazy_regex

MAX_CHARS = 2048
_PORTS = {"http": 80, "https": 443}
_USERINFO = lazy_regex(r"\A([^/?#]*//)[^/?#\\]*@")
_NAME = lazy_regex(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMERIC_END = lazy_regex(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")
_ESCAPE = lazy_regex(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address; `host` is ASCII without brackets, `target` the path with the query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and, unless it is the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        """The address as text, the same for all that mean the same."""
        return self.origin + self.target

    @property
    def name(self) -> str:
        """The last part of its path, "" if that ends in a slash."""
        return unquote(self.target.partition("?")[0].rpartition("/")[2])

    def join(self, reference: str) -> "Address":
        """Return the address that a reference on this page means.

        Raises:
            LoadError: It is not one that may be fetched.
        """
        return parse(urljoin(self.url, reference.strip()))


def parse(text: str) -> Address:
    """Read an address and normalise it.

    Scheme and host become lower case, and the host ASCII. The scheme's own port, the fragment, an empty query and a dot
    at the end of the host are dropped. Dots in the path are resolved. Only the percent-encodings that are needed
    remain, in capitals.

    Raises:
        LoadError: It is not an http or https address, holds a user or password, or has an impossible host or port.
    """
    shown = without_userinfo(text)
    text = text.strip()
    if len(text) > MAX_CHARS:
        raise LoadError(shown[:80] + "…", f"is longer than {MAX_CHARS:,} characters; use a shorter address")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise LoadError(shown, f"is not an address ({error}); check it") from error
    if parts.scheme not in _PORTS:
        raise LoadError(shown, "is not an http or https address; only these are fetched")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise LoadError(shown, "holds a user or password, which are never sent; name it without them")
    if port == 0:
        raise LoadError(shown, "its port cannot be 0; check the address")
    path = _without_dots(_escaped(parts.path, "/:@!$&'()*+,;=")) or "/"
    query = _escaped(parts.query, "/:@!$&'()*+,;=?")
    target = f"{path}?{query}" if query else path
    return Address(parts.scheme, _host(host, shown), port or _PORTS[parts.scheme], target)


def without_userinfo(text: str) -> str:
    """Return an address as it may be shown: without user and password."""
    return _USERINFO.sub(r"\1", text.strip())


def _host(host: str, shown: str) -> str:
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).compressed if "%" not in host else _no_host(shown)
        except ValueError:
            _no_host(shown)
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            _no_host(shown)
    host = host.lower().removesuffix(".")
    if _NUMERIC_END.fullmatch(host):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            # 2130706433, 0x7f.1 and 0177.1 are 127.0.0.1 to some readers and a name to others.
            raise LoadError(shown, "its host is not a name; write an IP address as four decimal numbers") from error
    return host if _NAME.fullmatch(host) else _no_host(shown)


def _no_host(shown: str) -> str:
    raise LoadError(shown, "its host is not the name of a machine; check the address")


def _escaped(text: str, allowed: str) -> str:
    """Encode what must be, decode what need not be; a percent sign that begins no encoding is encoded itself."""

    def tidy(match: re.Match[str]) -> str:
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"

    pieces = re.split(r"(%[0-9A-Fa-f]{2})", text)
    return "".join(
        _ESCAPE.sub(tidy, piece) if index % 2 else quote(piece, safe=allowed, errors="replace")
        for index, piece in enumerate(pieces)
    )


def _without_dots(path: str) -> str:
    """Resolve "." and ".." as RFC 3986 does in 5.2.4."""
    if not path:
        return ""
    kept: list[str] = []
    parts = path.removeprefix("/").split("/")
    for index, part in enumerate(parts):
        if part in (".", ".."):
            if part == ".." and kept:
                kept.pop()
            if index == len(parts) - 1:
                kept.append("")
        else:
            kept.append(part)
    return "/" + "/".join(kept)
