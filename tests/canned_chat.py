"""The chat as `footnote ui` serves it, with canned answers behind it: python tests/canned_chat.py PORT.

It writes the files `opened` and `closed` into the working directory when the answerer is opened and closed.
"""

import asyncio
import sys
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import test_page

import ui.web.opening
from qa.command.entry import guarded
from ui.web.server import serve


@asynccontextmanager
async def open_canned(_collection: str = "") -> AsyncIterator[test_page.FakeAnswerer]:
    await asyncio.to_thread(Path("opened").touch)
    yield test_page.FakeAnswerer()
    # Refused where the interpreter is already on its way out.
    await asyncio.to_thread(Path("closed").touch)


if __name__ == "__main__":
    ui.web.opening.open_answerer = open_canned  # type: ignore[assignment]
    ui.web.opening.open_library = lambda _: test_page.FakeLibrary()  # type: ignore[assignment, return-value]
    port = int(sys.argv[1])
    sys.exit(guarded(lambda _: serve({"home": Path.cwd()}, port=port, browser=False), Namespace()))
