"""What tells an open page whether there is anything new for it, at a fraction of what drawing it again costs.

A timer of Streamlit's costs a browser 65 to 95 ms of the processor's time each time, whatever it finds: all of the page
is compared. So the script of the frame asks here instead, which costs a millisecond, and presses a button that nobody
sees where the answer is another one than what the page was drawn with. Only the press draws anything.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from weakref import WeakValueDictionary

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from qa.errors import QAError
from ui.web.escape import escape
from ui.web.language import t
from ui.web.place import NEWS, at

logger = logging.getLogger(__name__)

# Of the session's state.
_KEPT = "look"


class Look:
    """What an open page would look at, and the address under which its script asks for that."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(16)
        self.sees: Callable[[], object] = lambda: None
        self._telling: asyncio.Future[str] | None = None

    def mark(self) -> str:
        """Return another mark for whatever else there is to see; it says nothing but that."""
        return self.marked()[0]

    def marked(self) -> tuple[str, bool]:
        """Return the mark, and whether there was anything to see."""
        try:
            seen, is_there = repr(self.sees()), True
        except QAError as error:
            # A page that says so has this mark too, until there is something to see again.
            seen, is_there = str(error), False
        mark = hashlib.blake2b(seen.encode("utf-8", "backslashreplace"), key=_secret, digest_size=12)
        return mark.hexdigest(), is_there

    async def told(self) -> str:
        """Return the mark once it is known; while one is looked up, whoever else asks waits for the same."""
        loop = asyncio.get_running_loop()
        if self._telling is None or self._telling.done() or self._telling.get_loop() is not loop:
            self._telling = loop.run_in_executor(_lookers, copy_context().run, self.mark)
        # A script that waits no longer asks again.
        return await asyncio.shield(self._telling)


_secret = secrets.token_bytes(32)
# Their own, and few: where the database is slow, pages that are only open do not take all threads there are.
_lookers = ThreadPoolExecutor(2, "news")
# Those of pages that are open: the session of each keeps its own.
_looks: WeakValueDictionary[str, Look] = WeakValueDictionary()


def current_look() -> Look:
    """Return that of the page that is drawn."""
    look: Look = st.session_state.setdefault(_KEPT, Look())
    _looks[look.token] = look
    return look


def draw(look: Look, mark: str) -> None:
    """Draw what the script reads and presses; a press draws the fragment in which this stands.

    Args:
        look: Of the page.
        mark: What the page shows, as it was told before it was drawn; "" has the script press soon in any case.
    """
    st.html(f'<div class="fn-look" data-at="{at(NEWS)}/{look.token}" data-seen="{escape(mark)}"></div>')
    st.button(t("Show what is new"), key="look-again")


def routes() -> list[Route]:
    """Return the route where the script asks."""
    return [Route(f"{NEWS}/{{token}}", _told, methods=["GET"])]


async def _told(request: Request) -> Response:
    look = _looks.get(request.path_params["token"])
    if look is None:
        # Of a session that has ended, or of an earlier process. The page is drawn again when it comes back.
        return PlainTextResponse("", 404, headers={"cache-control": "no-store"})
    return PlainTextResponse(await look.told(), headers={"cache-control": "no-store"})
