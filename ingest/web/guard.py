"""Connections to public addresses only: what a name stands for is checked, and that very address is connected to.

A page must not make this machine read what only this machine, or its network, can reach. The check is made where the
connection is, so that redirects, robots.txt and names that change their address all pass it.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from httpcore2 import AnyIOBackend, AsyncNetworkBackend, AsyncNetworkStream, ConnectError, ConnectTimeout

from qa.errors import LoadError

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# Ranges in the registries of special-purpose addresses (RFC 6890) that are not globally reachable or no single machine.
_NOT_PUBLIC = {
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    "loopback": ("127.0.0.0/8",),
    "link-local": ("169.254.0.0/16",),  # where clouds keep their metadata, 169.254.169.254
    "cloud-internal": ("168.63.129.16/32",),  # Azure's, which looks public
    "multicast": ("224.0.0.0/4",),
    "reserved": (
        "0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24",
        "203.0.113.0/24", "240.0.0.0/4",
    ),
}  # fmt: skip
_NETWORKS = [(ipaddress.IPv4Network(net), kind) for kind, nets in _NOT_PUBLIC.items() for net in nets]
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_RESERVED_V6 = [ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20")]
_6TO4 = ipaddress.IPv6Network("2002::/16")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_KINDS_V6 = {
    "loopback": "::1/128",
    "link-local": "fe80::/10",
    "private": "fc00::/7",
    "site-local": "fec0::/10",
    "multicast": "ff00::/8",
}
_MOST_ADDRESSES = 4


async def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system for all addresses of a host, in the order in which it would try them.

    Raises:
        OSError: It has none, or nobody could be asked.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def kind_of(address: str) -> str:
    """Say what an IP address is, "private" for instance; "" if it is an ordinary public one.

    An IPv6 address that stands for an IPv4 address (mapped, 6to4, NAT64) is of the kind of that one.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return next((kind for network, kind in _NETWORKS if ip in network), "")
    inner = _inside(ip)
    if inner is not None:
        return kind_of(str(inner))
    if ip in _GLOBAL_V6 and not any(ip in network for network in _RESERVED_V6):
        return ""
    return next((kind for kind, net in _KINDS_V6.items() if ip in ipaddress.IPv6Network(net)), "reserved")


def _inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped:
        return ip.ipv4_mapped
    if ip in _6TO4:
        return ip.sixtofour
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None


class GuardedNetwork(AsyncNetworkBackend):
    """Opens connections for httpcore; the name that TLS checks stays the host's."""

    def __init__(
        self, *, allow_private: bool = False, resolve: Resolve = look_up, network: AsyncNetworkBackend | None = None
    ) -> None:
        self._allow_private = allow_private
        self._resolve = resolve
        self._network = network or AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        """Look the host up once, refuse it if any of its addresses is not public, and connect to one of them.

        Raises:
            LoadError: It has no address, or one that is not public.
            ConnectError: None of them answered.
        """
        addresses = (await self._addresses(host, port, timeout))[:_MOST_ADDRESSES]
        each = timeout / len(addresses) if timeout else timeout
        failed: ConnectError | ConnectTimeout | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(address, port, each, local_address, socket_options)
            except (ConnectError, ConnectTimeout) as error:
                failed = error
        raise failed or ConnectError(host)

    async def _addresses(self, host: str, port: int, timeout: float | None) -> Sequence[str]:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                addresses = [host] if _is_address(host) else await self._resolve(host, port)
        except TimeoutError as error:
            raise LoadError(host, "its name could not be looked up in time; try again later", passing=True) from error
        except (OSError, UnicodeError) as error:
            raise LoadError(host, f"there is no host {host}, or no network; check the address", passing=True) from error
        if not addresses:
            raise LoadError(host, f"there is no host {host}; check the address", passing=True)
        for address in addresses:
            # Any of them: a name with a public and a private address is the classic way around such a check.
            if not self._allow_private and (kind := kind_of(address)):
                what = f"{host} is" if address == host else f"{host} is at {address},"
                raise LoadError(host, f"{what} a {kind} address, which only footnote ingest --allow-private fetches")
        return addresses


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
