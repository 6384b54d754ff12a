"""Web pages for an ingest: expand sitemaps and lists → fetch → keep in files. `Fetcher` is all that others use.

A page is known by the address that was asked for, in its normal form. Only permanent redirects (301, 308) change that,
up to the first temporary one. A page that asks not to be indexed (`noindex`) is not taken, since Footnote would index
it.
"""

import asyncio
import hashlib
import shutil
import tempfile
import threading
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from urllib.parse import urljoin

from httpcore2 import AsyncNetworkBackend

from ingest.stages.queues import first_error
from ingest.web import content, lists
from ingest.web.addresses import Address, parse
from ingest.web.client import Client, Trail
from ingest.web.guard import GuardedNetwork, Resolve, look_up
from ingest.web.results import Fetched, Gone, Moved, Page, Refused, Unchanged
from ingest.web.wire import MAX_BYTES, Answer, Head, Patience, Wire
from qa.errors import LoadError
from qa.private import make_folder

# All files of one fetcher together; a sitemap may otherwise fill any disk.
MAX_TOTAL_BYTES: Final = 20 * 2**30
_WAITING_RESULTS = 16
_MAX_DEPTH = 3
_FINE = (200, 304)
_GONE = (404, 410)
_LOGIN = (401, 402, 403, 407, 451)


class Fetcher:
    """Fetches pages and what sitemaps and lists name; to be opened with `async with`, which removes the files again."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        known: Mapping[str, tuple[str, str]] | None = None,
        delay_s: float = 1.0,
        max_bytes: int = MAX_BYTES,
        max_total_bytes: int = MAX_TOTAL_BYTES,
        max_listed: int = lists.MAX_LISTED,
        patience: Patience | None = None,
        resolve: Resolve = look_up,
        network: AsyncNetworkBackend | None = None,
    ) -> None:
        """Prepare; nothing is opened yet.

        Args:
            allow_private: Whether addresses of this machine and its networks may be fetched.
            known: `etag` and `last_modified` of what was fetched before, by `url`.
            delay_s: Seconds between two requests to one host; its robots.txt may ask for more, up to 30.
            max_bytes: The most bytes of one page, both as it comes and unpacked.
            max_total_bytes: The most bytes of all pages together.
            max_listed: How many addresses the sitemaps and lists of one call may name together.
            patience: How long to wait.
            resolve: Looks host names up.
            network: Opens connections to addresses that were checked.
        """
        self._known = known or {}
        self._delay_s = delay_s
        self._max_bytes = max_bytes
        self._max_total_bytes = max_total_bytes
        self._max_listed = max_listed
        guard = GuardedNetwork(allow_private=allow_private, resolve=resolve, network=network)
        self._wire = Wire(guard, patience=patience or Patience())
        self._runs: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._wire.__aenter__()
        self._client = Client(self._wire, delay_s=self._delay_s)
        folder = await asyncio.to_thread(tempfile.mkdtemp, prefix="footnote-web-")
        self._files = _Files(Path(folder), self._max_total_bytes)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)
        await self._client.close()
        await self._wire.__aexit__(kind, error, trace)
        await asyncio.to_thread(shutil.rmtree, self._files.folder, ignore_errors=True)

    async def pages(self, urls: Iterable[str]) -> AsyncIterator[Page]:
        """Fetch pages, and all that the sitemaps (XML, gzip, indexes) and lists (plain text) among them name.

        Results come as they arrive: several hosts are asked at the same time, the pages of one host in order. A page
        has one result, except for one that moved for good: it has a `Moved`, and another under its new address.
        Sitemaps and lists have none, unless something is wrong with them. A page that is named twice counts once.
        """
        run = _Run(self._client, self._files, self._known, self._max_bytes, self._max_listed)
        task = asyncio.create_task(run.run(list(urls)))
        self._runs.add(task)
        try:
            while (page := await run.results.get()) is not None:
                yield page
            await task
        finally:
            self._runs.discard(task)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


class _Files:
    """Where pages are kept."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.folder = folder
        self._limit = limit
        self._bytes = 0
        self._count = 0
        self._lock = threading.Lock()

    def keep(self, address: Address, suffix: str, body: bytes) -> tuple[Path, str]:
        """Write one page and return its path and sha256; may be called from several threads.

        Raises:
            LoadError: All pages together are too large, or the disk is full.
        """
        with self._lock:
            if self._bytes + len(body) > self._limit:
                mib = self._limit / 2**20
                raise LoadError(address.url, f"brings the total above {mib:,.0f} MiB of pages; name fewer at a time")
            self._bytes += len(body)
            self._count += 1
            folder = self.folder / str(self._count)
        # In a folder of its own, so that the file can have the page's name: that is the title of a page without one.
        path = folder / (content.file_stem(address) + suffix)
        try:
            make_folder(folder)
            path.write_bytes(body)
        except OSError as error:
            raise LoadError(
                address.url, f"cannot be kept in {self.folder} ({error.strerror}); make room there", passing=True
            ) from error
        return path, hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An address, and how many nested lists led to it."""

    address: Address
    depth: int


class _Run:
    """One call of `pages`."""

    def __init__(
        self, client: Client, files: _Files, known: Mapping[str, tuple[str, str]], max_bytes: int, max_listed: int
    ) -> None:
        self.results: asyncio.Queue[Page | None] = asyncio.Queue(_WAITING_RESULTS)
        self._client = client
        self._files = files
        self._known = known
        self._max_bytes = max_bytes
        self._may_list = max_listed
        self._max_listed = max_listed
        self._asked: set[Address] = set()
        self._taken: set[Address] = set()
        self._waiting: dict[str, deque[_Wanted]] = {}

    async def run(self, urls: list[str]) -> None:
        """Put the results of all pages, then None."""
        error: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as self._hosts:
                for url in urls:
                    await self._add(url, 0)
        except BaseExceptionGroup as group:
            error = first_error(group)
        await self.results.put(None)
        if error:
            raise error

    async def _add(self, url: str, depth: int) -> None:
        """Queue an address, unless it was named before."""
        try:
            address = parse(url)
        except LoadError as error:
            await self.results.put(Refused(error.source, error.reason))
            return
        if address in self._asked:
            return
        self._asked.add(address)
        if address.host not in self._waiting:
            self._waiting[address.host] = deque()
            self._hosts.create_task(self._work(address.host))
        self._waiting[address.host].append(_Wanted(address, depth))

    async def _work(self, host: str) -> None:
        waiting = self._waiting[host]
        while waiting:
            await self._visit(waiting.popleft())
        del self._waiting[host]

    async def _visit(self, wanted: _Wanted) -> None:
        asked = wanted.address
        if asked in self._taken:
            return
        taken: list[Address] = []
        page: Page | None
        try:
            trail, answer = await self._client.follow(
                asked,
                headers=self._validators,
                wants=lambda trail, head: self._wants(trail, head, taken),
                max_bytes=self._max_bytes,
            )
            page = await self._page(wanted, trail, answer)
            identity = trail.identity if answer.head.status in _FINE else asked
        except LoadError as error:
            # A page that this visit took has its result here: other visits that were led to it passed it by.
            identity = taken[0] if taken else asked
            elsewhere = "://" in error.source and error.source != identity.url
            reason = f"leads to {error.source}: {error.reason}" if elsewhere else error.reason
            page = Refused(identity.url, reason, error.passing)
        if identity != asked:
            await self.results.put(Moved(asked.url, identity.url))
        if page:
            await self.results.put(page)

    def _validators(self, trail: Trail) -> Mapping[str, str]:
        """Return the headers that ask for a page only if it changed.

        What lies behind a temporary redirect may be another page tomorrow, to which they would mean something else.
        """
        if trail.at != trail.identity:
            return {}
        etag, last_modified = self._known.get(trail.identity.url, ("", ""))
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        return {name: value for name, value in headers.items() if value and value.isascii() and value.isprintable()}

    def _wants(self, trail: Trail, head: Head, taken: list[Address]) -> bool:
        """Tell by the head whether to read on: not what another address led to already, nor what cannot be read."""
        if head.status not in _FINE or trail.identity in self._taken:
            return False
        self._taken.add(trail.identity)
        taken.append(trail.identity)
        if head.status == 200 and not lists.may_be(trail.at, content.media_type(head.headers)[0]):
            content.check_kind(trail.at, head.headers)
        return head.status == 200

    async def _page(self, wanted: _Wanted, trail: Trail, answer: Answer) -> Page | None:
        """Return the result of an answer; None if there is none, or many."""
        status = answer.head.status
        if status == 304:
            return Unchanged(trail.identity.url)
        if status in _GONE:
            return Gone(wanted.address.url)
        if status != 200:
            raise LoadError(wanted.address.url, _status_reason(status), passing=status == 429 or status >= 500)
        if answer.body is None or await self._expand(wanted, trail, answer.head, answer.body):
            return None
        return await asyncio.to_thread(self._keep, trail, answer.head, answer.body)

    async def _expand(self, wanted: _Wanted, trail: Trail, head: Head, body: bytes) -> bool:
        """Add what the body names, if it is a sitemap or a list, and tell whether it is."""
        url = trail.at.url
        plain = wanted.depth == 0 and content.media_type(head.headers)[0] in {"text/plain", *lists.TYPES}
        named = await asyncio.to_thread(lists.addresses_in, url, body, plain=plain, max_bytes=self._max_bytes)
        if named is None:
            return False
        if not named:
            raise LoadError(url, "is a sitemap that names no page; name the pages themselves")
        if wanted.depth == _MAX_DEPTH:
            raise LoadError(url, f"is a sitemap {_MAX_DEPTH} levels down, too deep to be read; name it itself")
        welcome = named[: self._may_list]
        self._may_list -= len(welcome)
        for reference in welcome:
            await self._add(urljoin(url, reference), wanted.depth + 1)
        if len(welcome) < len(named):
            left = len(named) - len(welcome)
            raise LoadError(
                url, f"brings the total above {self._max_listed:,} addresses; {left:,} were left out, name fewer"
            )
        return True

    def _keep(self, trail: Trail, head: Head, body: bytes) -> Fetched:
        suffix = content.check_kind(trail.at, head.headers)
        if content.forbids_index(head.headers, body, suffix):
            raise LoadError(trail.at.url, "the page asks not to be indexed (noindex); save it and ingest the file")
        body = content.as_utf8(body, suffix, content.media_type(head.headers)[1])
        path, sha256 = self._files.keep(trail.identity, suffix, body)
        lasting = trail.at == trail.identity
        return Fetched(
            trail.identity.url,
            path,
            len(body),
            sha256,
            content.modified_us(head.headers),
            head.headers.get("etag", "") if lasting else "",
            head.headers.get("last-modified", "") if lasting else "",
        )


def _status_reason(status: int) -> str:
    if status in _LOGIN:
        return f"is not open to everyone (status {status}); save it and ingest the file"
    if status == 429 or status >= 500:
        return f"its server is busy or broken (status {status}); try again later"
    return f"came with status {status} and no page; look at it in a browser"
