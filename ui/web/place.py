"""Where Footnote is served: under which names, below which path, and whose word about that is taken.

A proxy in front tells what a visitor asked for (`X-Forwarded-Host`, `-Proto`, `-For`). Any page and program could send
that too, so it is read only from the addresses of proxies that the settings name.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from qa.errors import ConfigError
from qa.lazy_regex import lazy_regex
from ui.web.asgi import Application, Message, Receive, Scope, Send

SIGN_IN, ACCOUNT = "/sign-in", "/account"
"""Where people sign in, and look after their own account."""

NEWS = "/own/news"
"""Where a page that is open asks by itself whether there is anything new for it."""

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_DEFAULT_PORTS = {"http": 80, "https": 443}
_SEGMENT = lazy_regex(r"[A-Za-z0-9._~-]+")
# Paths that Footnote or Streamlit has itself, so that nobody can tell a prefix from them.
_OWN = frozenset(
    {
        *("chat", "documents", "settings", "read", "frame", "own", "add", "sign-in", "account", "share"),
        *("api", "v1", "mcp", "openapi.json", "docs", "healthz", "readyz", "metrics"),
        *("media", "static", "component", "_stcore", "oauth2callback", "auth"),
    }
)
# As many agents are told: other servers have it there.
_AGENTS_WITH_SLASH = "/mcp/"
# Those by which a library says that something has another address; sign-in and pages of ours use 303.
_MOVES = frozenset({301, 302, 307, 308})
_FORWARDED = (b"x-forwarded-", b"forwarded", b"x-real-ip")
# The path below which a proxy has this process, for what makes addresses. One process has one.
_base = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process is served.

    Attributes:
        port: On which it listens.
        host: The address or the name on which it listens, "" for this machine alone.
        names: Under which it may be asked there.
        origin: Scheme, host and port of the address that people use, "" where there is no other.
        base: The path of that address, as in "/footnote"; "" for none.
        proxies: Whose word about an address is taken.
    """

    port: int
    host: str = ""
    names: tuple[str, ...] = LOOPBACK
    origin: str = ""
    base: str = ""
    proxies: tuple[Network, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether others than this machine can come."""
        return bool(self.host) or bool(self.origin and not _is_loopback(urlsplit(self.origin).hostname or ""))

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by TLS alone."""
        return self.origin.startswith("https:")

    @property
    def shared_address(self) -> str:
        """An address that others of the network can use, "" where nobody but this machine comes, or it is told."""
        if self.origin or not self.host:
            return ""
        host = next((name for name in machine_names() if name in self.names), "") if _is_any(self.host) else self.host
        return f"http://{host}:{self.port}{self.base}" if host else ""

    @property
    def address(self) -> str:
        """The address that people are told."""
        if self.origin:
            return self.origin + self.base
        host = self.host if self.host and not _is_any(self.host) else self.names[0]
        return f"http://{host}:{self.port}{self.base}"

    def how_to_name(self, host: str) -> str:
        """Return what who looks after this has to do so that it answers under a `Host` as well; a line, or ""."""
        name, port = _parted(host)
        if self.origin:
            return "A proxy in front has to pass on the Host that the browser sent, or send it as X-Forwarded-Host.\n"
        if not re.fullmatch(r"[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?", name):
            return ""
        if name in self.names and port != str(self.port):
            return ""
        return f"If {name} is a name of yours for this machine, start it with: footnote serve --name {name}\n"

    def origin_of(self, host: str) -> str:
        """Return the origin of the page that is served under a `Host`, "" where it is served under no such one."""
        if self.origin and host in _hosts_of(self.origin):
            return self.origin
        name, port = _parted(host)
        if port != str(self.port) and not (port == "" and self.port == _DEFAULT_PORTS["http"]):
            return ""
        # No name of a page elsewhere can lead to an address: a browser that says an address went to it.
        is_ours = name in self.names or (_is_address(name) if _is_any(self.host) else bool(name) and name == self.host)
        return f"http://{host}" if is_ours else ""


def machine_names() -> tuple[str, ...]:
    """Return the names under which others of the network know this machine, as it tells them itself.

    A page elsewhere cannot have one of them as its own, so none of them opens this to it. No server of names is asked.
    """
    told = socket.gethostname().strip(".").lower()
    short = told.partition(".")[0]
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", told) or short == "localhost":
        return ()
    return tuple(dict.fromkeys((told, short, f"{short}.local")))


def read_place(
    port: int, *, host: str = "", names: Sequence[str] = (), public_url: str = "", proxies: str = ""
) -> Place:
    """Return where a process is served.

    Args:
        port: On which it listens.
        host: On which it listens, "" or a loopback address for this machine alone.
        names: Further ones under which it may be asked there. Those of this machine count where others can come.
        public_url: The address that people use, "" for none.
        proxies: Addresses and networks of proxies, with commas between.

    Raises:
        ConfigError: One of them cannot be.
    """
    host = host.strip().lower()
    if ":" in host and not host.startswith("["):
        host = f"[{host}]"
    is_shared = not _is_loopback(host.strip("[]"))
    place = Place(
        port,
        host=host if is_shared else "",
        names=(*LOOPBACK, *names, *(machine_names() if is_shared else ())),
        proxies=tuple(_networks(proxies)),
    )
    if host and not re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*\.?|\[[0-9a-f:.]+\]", host):
        raise ConfigError(f'--host "{host}" is neither an address nor a name; use 0.0.0.0 for all of this machine')
    if not public_url:
        return place
    said = f'public_url "{public_url}"'
    try:
        parts = urlsplit(public_url)
        wrong = parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username or parts.query
        public_port = parts.port
    except ValueError:
        wrong, public_port = True, None
    if wrong or parts.fragment:
        raise ConfigError(f"{said} is not an address; use one such as https://docs.example.com/footnote")
    base = parts.path.rstrip("/")
    segments = base.split("/")[1:]
    if not all(_SEGMENT.fullmatch(segment) and set(segment) != {"."} for segment in segments):
        raise ConfigError(f"{said} has a path of other signs than letters, digits and . _ ~ -; choose another one")
    if segments and segments[0] in _OWN:
        raise ConfigError(f'{said} has a path that begins as one of Footnote\'s own, "/{segments[0]}"; choose another')
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    has_port = public_port is not None and public_port != _DEFAULT_PORTS[parts.scheme]
    return replace(place, origin=f"{parts.scheme}://{name}{f':{public_port}' if has_port else ''}", base=base)


def settle(base: str) -> None:
    """Let every address that this process makes be below a path, as in "/footnote"; "" for none."""
    global _base
    _base = base


def at(path: str) -> str:
    """Return the address of a path of Footnote's own, below the one that this process is served under."""
    return _base + path


class Placed:
    """An ASGI application that gives another one requests as they were meant, whatever stands between.

    The path is without the prefix, whether a proxy left it or not; host, scheme and client are those of the visitor
    where a proxy that is known tells them. What others tell is left out.
    """

    def __init__(self, app: Application, place: Place) -> None:
        self._app = app
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        base, path = self._place.base, scope["path"]
        scope = self._unforwarded(scope)
        if self._place.origin_of(_host(scope)).startswith("https:"):
            scope = {**scope, "scheme": "wss" if scope["type"] == "websocket" else "https"}
        if base and path == base and scope["type"] == "http":
            await _moved(base + "/", scope, send)
            return
        if base and path.startswith(base + "/"):
            scope = {**scope, "path": path.removeprefix(base), "raw_path": _raw(scope).removeprefix(base.encode())}
        if scope["path"] == _AGENTS_WITH_SLASH:
            scope = {
                **scope,
                "path": _AGENTS_WITH_SLASH.rstrip("/"),
                "raw_path": _AGENTS_WITH_SLASH.rstrip("/").encode(),
            }
        await self._app(scope, receive, _moved_below(base, _host(scope), send) if base else send)

    def _unforwarded(self, scope: Scope) -> Scope:
        told = {key: value for key, value in scope["headers"] if key.startswith(_FORWARDED)}
        kept = [pair for pair in scope["headers"] if not pair[0].startswith(_FORWARDED)]
        client = scope.get("client")
        if client is None or not self._is_proxy(client[0]):
            return {**scope, "headers": kept}
        scope = {**scope, "headers": kept}
        if host := _last(told.get(b"x-forwarded-host", b"")):
            scope["headers"] = [*(pair for pair in kept if pair[0] != b"host"), (b"host", host.encode("latin-1"))]
        came = [part.strip() for part in told.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
        # The nearest is written last. What stands before the first that is no proxy of ours anybody could have sent.
        strangers = [part for part in came if _is_address(part) and not self._is_proxy(part)]
        if strangers and _is_address(came[-1]):
            scope["client"] = (strangers[-1], 0)
        return scope

    def _is_proxy(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found.version == network.version and found in network for network in self._place.proxies)


def _host(scope: Scope) -> str:
    return next((value.decode("latin-1").lower() for key, value in scope["headers"] if key == b"host"), "")


async def _moved(path: str, scope: Scope, send: Send) -> None:
    query = scope.get("query_string", b"")
    location = path.encode() + (b"?" + query if query else b"")
    headers = [(b"location", location), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send(_EMPTY)


def _moved_below(base: str, host: str, send: Send) -> Send:
    """Let what a library moves to another address of this server stay below the path that people know it by.

    Starlette and Streamlit move whoever asks with a slash too many, and know of no such path: what asked would bring
    its key to whatever else the proxy has there.
    """

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in _MOVES:
            headers = [
                (key, _below(base, host, value) if key == b"location" else value) for key, value in message["headers"]
            ]
            message = {**message, "headers": headers}
        await send(message)

    return sent


def _below(base: str, host: str, location: bytes) -> bytes:
    told = location.decode("latin-1")
    try:
        parts = urlsplit(told)
    except ValueError:
        return location
    if (parts.netloc and parts.netloc.lower() != host) or not parts.path.startswith("/"):
        return location
    if parts.path == base or parts.path.startswith(f"{base}/"):
        return location
    path = told.removeprefix(f"{parts.scheme}:").removeprefix(f"//{parts.netloc}") if parts.netloc else told
    return (base + path).encode("latin-1")


_EMPTY: Message = {"type": "http.response.body", "body": b""}


def _raw(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw if unquote(raw.decode("latin-1")) == scope["path"] else quote(scope["path"]).encode()


def _last(value: bytes) -> str:
    return value.decode("latin-1").split(",")[-1].strip()


def _networks(text: str) -> Iterable[Network]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            yield ipaddress.ip_network(part, strict=False)
        except ValueError:
            raise ConfigError(
                f'trusted_proxies has "{part}", which is no address or network; use one such as 10.0.0.0/8'
            ) from None


def _hosts_of(origin: str) -> tuple[str, ...]:
    scheme, _, netloc = origin.partition("://")
    return (netloc,) if _parted(netloc)[1] else (netloc, f"{netloc}:{_DEFAULT_PORTS[scheme]}")


def _parted(host: str) -> tuple[str, str]:
    """Return the name and the port of a `Host`; an impossible one is a name that nothing has."""
    found = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::([1-9]\d*))?", host)
    return (found[1], found[2] or "") if found else (host, "")


def network_of(address: str) -> str:
    """Return what somebody has who has an address: of version 6 its whole network, else the address alone."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> 64 << 64, 64)))


def _is_loopback(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_any(host: str) -> bool:
    return host in ("0.0.0.0", "[::]")


def _is_address(name: str) -> bool:
    """Tell whether this is an address as browsers write it, IPv6 in brackets or not."""
    bare = name.removeprefix("[").removesuffix("]") if name.startswith("[") else name
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return False
    return str(found) == bare and not found.is_unspecified
