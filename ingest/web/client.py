"""A client with manners: waits for its turn at each host, keeps to robots.txt, follows few redirects, heeds "busy"."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from ingest.web import robots
from ingest.web.addresses import Address
from ingest.web.hosts import Host
from ingest.web.wire import MAX_BYTES, Answer, Head, Wire
from qa.errors import LoadError
from qa.release import installed

MAX_REDIRECTS: Final = 5
CONNECTIONS: Final = 8
_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_BUSY = (429, 503)
_TRIES = 2
_PAUSE_S = 5.0
_MAX_PAUSE_S = 60.0


@dataclass(frozen=True, slots=True)
class Trail:
    """Where redirects led: what was asked for, what it is known by, where it lies today."""

    asked: Address
    identity: Address
    at: Address

    def step(self, status: int, location: str) -> "Trail":
        """Return the trail after one more redirect."""
        at = self.at.join(location)
        for_good = status in _FOR_GOOD and self.identity == self.at
        return replace(self, at=at, identity=at if for_good else self.identity)


class Client:
    """Asks for pages; all requests of one client share hosts, rules and connections."""

    def __init__(self, wire: Wire, *, delay_s: float) -> None:
        """Take an open wire, and the seconds between two requests to one host."""
        self._wire = wire
        self._delay_s = delay_s
        self._slots = asyncio.Semaphore(CONNECTIONS)
        self._hosts: dict[str, Host] = {}
        self._rules: dict[str, asyncio.Task[robots.Robots]] = {}
        self._headers = {
            "User-Agent": f"{robots.AGENT}/{installed()}",
            "Accept": "text/html, application/pdf, text/*;q=0.9, */*;q=0.8",
            "Accept-Encoding": "gzip, deflate",
        }

    async def close(self) -> None:
        """Cancel the requests for rules that are still under way."""
        for task in self._rules.values():
            task.cancel()
        await asyncio.gather(*self._rules.values(), return_exceptions=True)

    async def follow(
        self,
        asked: Address,
        *,
        headers: Callable[[Trail], Mapping[str, str]],
        wants: Callable[[Trail, Head], bool],
        max_bytes: int = MAX_BYTES,
    ) -> tuple[Trail, Answer]:
        """Ask for a page, wherever it is by now.

        Args:
            asked: Its address.
            headers: Returns further headers to be sent at each step.
            wants: Tells whether the body of the final answer is wanted.
            max_bytes: The most that the body may have.

        Raises:
            LoadError: It may not be fetched, or there was no answer that can be used.
        """
        trail = Trail(asked, asked, asked)
        seen = {asked}
        while True:
            (await self._rules_of(trail.at)).check(trail.at.url)
            here = trail
            answer = await self._ask(
                trail.at,
                headers(trail),
                wants=lambda head: head.status not in _REDIRECTS and wants(here, head),  # noqa: B023
                max_bytes=max_bytes,
            )
            if answer.head.status not in _REDIRECTS:
                return trail, answer
            trail = trail.step(answer.head.status, _location(trail.at, answer.head))
            if trail.at in seen:
                raise LoadError(asked.url, "redirects in a circle; look at it in a browser")
            seen.add(trail.at)
            if len(seen) > MAX_REDIRECTS + 1:
                raise LoadError(asked.url, f"redirects more than {MAX_REDIRECTS} times; name the address it ends at")

    async def _rules_of(self, address: Address) -> robots.Robots:
        """Return the rules of an address's site, which are asked for once, whatever comes of it."""
        origin = address.origin
        if origin not in self._rules:
            self._rules[origin] = asyncio.create_task(self._ask_rules(address))
        # Shielded: otherwise a page that is given up would cancel the rules of all others.
        rules = await asyncio.shield(self._rules[origin])
        host = self._host(address)
        host.delay_s = max(host.delay_s, rules.delay_s)
        return rules

    async def _ask_rules(self, address: Address) -> robots.Robots:
        try:
            return robots.read(*await self._fetch_rules(address.join("/robots.txt")))
        except LoadError as error:
            # What is wrong with the whole host needs no mention of this file. The error itself is not kept: with all
            # that it refers to it takes 14 kB, for each of thousands of hosts.
            reason = f"its site's robots.txt {error.reason}" if "://" in error.source else error.reason
            return robots.Robots(unknown=reason, passing=error.passing)

    async def _fetch_rules(self, at: Address) -> tuple[int, bytes | None]:
        for _ in range(MAX_REDIRECTS + 1):
            answer = await self._ask(
                at, {}, wants=lambda head: head.status == 200, max_bytes=robots.MAX_BYTES, cut=True
            )
            if answer.head.status not in _REDIRECTS:
                return answer.head.status, answer.body
            at = at.join(_location(at, answer.head))
        raise LoadError(at.url, f"redirects more than {MAX_REDIRECTS} times; try again later")

    async def _ask(
        self,
        address: Address,
        headers: Mapping[str, str],
        *,
        wants: Callable[[Head], bool],
        max_bytes: int,
        cut: bool = False,
    ) -> Answer:
        """Ask one address when its host's turn has come; once more, after the pause it wants, if it is busy."""
        host = self._host(address)
        for left in reversed(range(_TRIES)):
            async with host.turn(self._slots):
                answer = await self._wire.get(
                    address, {**self._headers, **headers}, wants=wants, max_bytes=max_bytes, cut=cut
                )
            if answer.head.status not in _BUSY or not left:
                break
            host.pause(_pause_s(answer.head))
        return answer

    def _host(self, address: Address) -> Host:
        return self._hosts.setdefault(address.host, Host(address.host, self._delay_s))


def _location(at: Address, head: Head) -> str:
    location = head.headers.get("location", "")
    if not location:
        raise LoadError(at.url, f"answered {head.status} without saying where the page is; look at it in a browser")
    return location


def _pause_s(head: Head) -> float:
    """Return how long a busy server wants to be left alone, within bounds."""
    text = head.headers.get("retry-after", "")
    if text.isdecimal():
        return min(float(text), _MAX_PAUSE_S)
    try:
        seconds = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return _PAUSE_S
    return min(max(seconds, 0.0), _MAX_PAUSE_S)
