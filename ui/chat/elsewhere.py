"""What was done elsewhere, in another tab or by a program, with the conversation that a page shows and with the list.

A look costs two small requests to the database. What it finds is compared with what the page shows, so that nothing
that was done on the page itself is taken for news.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.database.exchanges import Conversation, Exchange
from qa.errors import StoreError
from ui.chat.exchanges import Shown
from ui.chat.history import Rows, limit, rows_of
from ui.web.records import Records


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows.

    Attributes:
        wanted: Id of the conversation in its address, "" for a new one.
        conversation: As the page was drawn with it, or as all of it is known to stand there.
        shown: Its exchanges; None while one is in the making, or the page is drawn.
        rows: The list.
        limit: How many conversations the list has at most.
    """

    wanted: str
    conversation: Conversation | None
    shown: Shown | None
    rows: Rows
    limit: int


@dataclass(frozen=True, slots=True)
class News:
    """What the page does not show yet.

    Attributes:
        mark: Another one for other news, "" for none.
        listed: Whether the list of conversations is another one.
        branch: The exchanges of the conversation, None where they are as the page shows them.
        is_whole: Whether more of the page is out of date than what stands below the exchanges.
        known: The conversation as the page shows all of it.
    """

    mark: str = ""
    listed: bool = False
    branch: Sequence[Exchange] | None = None
    is_whole: bool = False
    known: Conversation | None = None


def look(kept: Records, page: Page) -> News:
    """Look for what the page does not show.

    While it is drawn, or follows an answer of its own, there is none: the next look comes soon, and whoever drew
    something else meanwhile would end what follows the answer.
    """
    if page.shown is None:
        return News(known=page.conversation)
    try:
        return _news(kept, page, page.shown)
    except StoreError:
        # Nobody asked for this look. What somebody does next says what is wrong.
        return News(known=page.conversation)


def watched(kept: Records, wanted: str) -> Callable[[], object]:
    """Return what tells, outside of a run of the page, what a look would look at.

    Args:
        kept: The conversations.
        wanted: Id of the conversation in the page's address, "" for a new one.
    """
    most = limit()

    def look() -> object:
        now = kept.conversations.get(wanted) if wanted else None
        return rows_of(kept.conversations.listed(limit=most)), now

    return look


def _news(kept: Records, page: Page, shown: Shown) -> News:
    before, rows = page.conversation, rows_of(kept.conversations.listed(limit=page.limit))
    listed = rows != page.rows
    mark = f"{hash(rows)}" if listed else ""
    if not page.wanted:
        return News(mark, listed)
    now = kept.conversations.get(page.wanted)
    if now is None or before is None or (now.id, now.limits) != (before.id, before.limits):
        return News(f"{mark} {now}", listed, is_whole=True, known=before)
    if (now.tip, now.changed) == (before.tip, before.changed):
        return News(mark, listed, known=before)
    branch = kept.branch(page.wanted)
    if [(exchange.id, exchange.finished) for exchange in branch] == list(shown.items()):
        # All of it was done here.
        return News(mark, listed, known=now)
    return News(f"{mark} {now.tip} {now.changed}", listed, branch, known=before)
