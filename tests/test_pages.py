"""Web pages in an index: stored by their addresses, asked again politely, removed when they are gone."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, OpenIndex, run
from fakes import FakeDense
from test_pipeline import ALPHA, BETA, GAMMA, SPARSE, SPLITTER, counts
from web_server import PATIENCE, Reply, Site, serve, to_loopback

from ingest import Discovered, IngestReport, ingest
from ingest.pages import ingest_pages
from ingest.plan.plan import read_register
from ingest.web import Fetcher
from qa.store import Index


async def pages(index: Index, *addresses: str, stop: asyncio.Event | None = None) -> IngestReport:
    register = await read_register(index)
    known = {
        row.source: (row.metadata.get("etag", ""), row.metadata.get("last_modified", ""))
        for row in register.documents.values()
    }

    async def ingested(found: Discovered) -> IngestReport:
        return await ingest(found, index=index, splitter=SPLITTER, dense=FakeDense(), sparse=SPARSE)

    return await ingest_pages(
        addresses,
        ingested,
        register,
        allow_private=True,
        stop=stop or asyncio.Event(),
        say=lambda _text: None,
        fetcher=Fetcher(allow_private=True, delay_s=0.0, patience=PATIENCE, resolve=to_loopback, known=known),
    )


async def sources(index: Index) -> list[str]:
    return sorted([row.source async for row in index.documents()])


def test_pages_are_stored_asked_again_and_removed(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index, serve() as site:
            site.html("/one", ALPHA, ETag='"1"')
            site.html("/two", BETA)
            site.sitemap("/sitemap.xml", site.url("/one"), site.url("/two"), site.url("/missing"))
            sitemap = site.url("/sitemap.xml")
            assert counts(await pages(index, sitemap)) == {"added": 2}
            assert await sources(index) == [site.url("/one"), site.url("/two")]
            rows = {row.source: row async for row in index.documents()}
            assert rows[site.url("/one")].metadata == {"etag": '"1"', "language": "en"}
            assert rows[site.url("/one")].media_type == "text/html"

            site.pages["/one"] = Reply(status=304)
            assert counts(await pages(index, sitemap)) == {"unchanged": 2}
            assert '"1"' in [request.headers.get("if-none-match") for request in site.requests]
            site.html("/one", GAMMA, ETag='"2"')
            del site.pages["/two"]
            report = await pages(index, sitemap)
            assert counts(report) == {"updated": 1, "removed": 1}
            assert await sources(index) == [site.url("/one")]

    run(main)


def test_page_that_moved_for_good_is_known_by_its_new_address(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index, serve() as site:
            site.html("/old", ALPHA)
            await pages(index, site.url("/old"))
            site.redirect("/old", "/new", 301)
            site.html("/new", ALPHA)
            await pages(index, site.url("/old"))
            assert await sources(index) == [site.url("/new")]

    run(main)


def test_page_that_cannot_be_fetched_stays_and_is_reported(new_index: OpenIndex) -> None:
    async def main() -> None:
        async with new_index() as index, serve() as site:
            site.html("/one", ALPHA)
            await pages(index, site.url("/one"))
            site.text("/robots.txt", "User-agent: *", "Disallow: /one")
            report = await pages(index, site.url("/one"))
            assert counts(report) == {"failed": 1}
            assert "robots.txt" in report.failed[0].reason
            assert await sources(index) == [site.url("/one")]

    run(main)


def test_pages_and_files_live_in_one_index(new_index: OpenIndex, tmp_path: Path) -> None:
    from test_pipeline import ingested

    async def main() -> None:
        async with new_index() as index, serve() as site:
            site.html("/one", ALPHA)
            await pages(index, site.url("/one"))
            (tmp_path / "docs").mkdir()
            (tmp_path / "docs" / "a.txt").write_text(BETA)
            assert counts(await ingested(index, tmp_path / "docs")) == {"added": 1}
            (tmp_path / "docs" / "b.txt").write_text(BETA)
            (tmp_path / "docs" / "a.txt").unlink()
            assert counts(await ingested(index, tmp_path / "docs")) == {"moved": 1}
            assert await sources(index) == ["docs/b.txt", site.url("/one")]

    run(main)


def _command(home: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    command = [sys.executable, "-m", "ingest", *arguments, "--home", str(home), "--collection", "web", "--json"]
    done = subprocess.run([*command, "--quiet"], cwd=ROOT, capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.mark.models
def test_command_refuses_private_addresses_unless_they_are_allowed(home: Path) -> None:
    async def main() -> None:
        async with serve() as site:
            site.html("/one", ALPHA)
            address = f"http://127.0.0.1:{site.port}/one"
            status, report, errors = await asyncio.to_thread(_command, home, address)
            assert (status, report["added"], len(report["failed"])) == (1, 0, 1)
            assert "--allow-private" in errors
            assert not _asked(site)
            status, report, errors = await asyncio.to_thread(_command, home, address, "--allow-private")
            assert (status, report["added"], errors) == (0, 1, "")
            status, _, errors = await asyncio.to_thread(_command, home, address, "--dry-run")
            assert (status, errors.count("\n")) == (1, 1)
            assert "are for files" in errors

    run(main)


def _asked(site: Site) -> list[str]:
    return [request.path for request in site.requests]
