"""Bring web pages into an index: `ingest.web` fetches them, and they are ingested batch by batch as they come."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from ingest.discover.files import Discovered
from ingest.discover.sources import FileSource
from ingest.plan.plan import Register
from ingest.progress import Say
from ingest.report import Failure, IngestReport
from ingest.web import Fetched, Fetcher, Gone, Moved, Page, Refused, Unchanged
from qa.store import read_by_this_release

Ingest = Callable[[Discovered], Awaitable[IngestReport]]

# After so many pages or seconds, what was fetched is stored: a large site takes a day to fetch.
_BATCH_PAGES = 200
_BATCH_S = 60.0

_ETAG, _LAST_MODIFIED = "etag", "last_modified"


async def ingest_pages(
    addresses: Sequence[str],
    ingest: Ingest,
    register: Register,
    *,
    allow_private: bool,
    stop: asyncio.Event,
    say: Say,
    fetcher: Fetcher | None = None,
) -> IngestReport:
    """Fetch pages, and those that sitemaps and lists name, and bring the index in step with them.

    A page that is gone (404, 410) is removed, one that moved for good is stored under its new address, and one that
    cannot be fetched now stays as it is and is reported.

    Args:
        addresses: Those of pages, sitemaps and lists.
        ingest: Brings the index in step with what it is given.
        register: What the index knows.
        allow_private: Whether addresses of this machine and its networks may be asked.
        stop: Once it is set, no further page is fetched.
        say: Called with lines for the user.
        fetcher: For tests; otherwise one is made.
    """
    total = IngestReport()
    known = {
        row.source: (row.metadata.get(_ETAG, ""), row.metadata.get(_LAST_MODIFIED, ""))
        for row in register.documents.values()
        if read_by_this_release(row.version) and (_ETAG in row.metadata or _LAST_MODIFIED in row.metadata)
    }
    async with fetcher or Fetcher(allow_private=allow_private, known=known) as web:
        batch: list[Page] = []
        began = time.monotonic()
        async for page in web.pages(addresses):
            batch.append(page)
            # What could not be fetched is told with its reason, in the report.
            if not isinstance(page, Refused):
                say(f"fetched {page.url}")
            if len(batch) >= _BATCH_PAGES or time.monotonic() - began > _BATCH_S:
                await _store(batch, ingest, total)
                began = time.monotonic()
            if stop.is_set():
                break
        await _store(batch, ingest, total)
    total.interrupted = stop.is_set()
    return total


async def _store(
    batch: list[Page], ingest: Callable[[Discovered], Awaitable[IngestReport]], total: IngestReport
) -> None:
    """Ingest a batch of pages, add its report to the total, and empty the batch."""
    if batch:
        total.add(await ingest(found_of(batch)))
    for page in batch:
        if isinstance(page, Fetched):
            page.path.unlink(missing_ok=True)
    batch.clear()


def found_of(pages: Sequence[Page]) -> Discovered:
    """Return fetched pages in the form that an ingest takes."""
    return Discovered(
        sources=tuple(
            FileSource(page.path, page.path.parent, url=page.url, facts=tuple(_validators(page).items()))
            for page in pages
            if isinstance(page, Fetched)
        ),
        unchanged=tuple(page.url for page in pages if isinstance(page, Unchanged)),
        gone=tuple(page.url for page in pages if isinstance(page, Gone | Moved)),
        failed=tuple(Failure(page.url, page.reason) for page in pages if isinstance(page, Refused)),
    )


def _validators(page: Fetched) -> Mapping[str, str]:
    """Return the validators (ETag, Last-Modified) by which the server can tell next time whether the page changed."""
    values = {_ETAG: page.etag, _LAST_MODIFIED: page.last_modified}
    return {name: value for name, value in values.items() if value}
