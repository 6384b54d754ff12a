"""An open page asks cheaply whether there is anything new, and is drawn again only where there is."""

import asyncio
import gc
from functools import partial
from threading import Event
from typing import Any, cast

import pytest
from conftest import run
from starlette.applications import Starlette
from starlette.testclient import TestClient

from qa.accounts.person import Person
from qa.errors import StoreUnavailableError
from ui.web import news
from ui.web.place import NEWS
from ui.web.sign_in import SignIn


def test_mark_is_another_for_whatever_else_there_is_to_see_and_tells_nothing_of_it() -> None:
    look, seen = news.Look(), ["secret"]
    look.sees = lambda: list(seen)
    first = look.mark()
    assert look.mark() == first
    assert "secret" not in first
    seen.append("more")
    assert look.mark() != first


def test_database_that_does_not_answer_is_news_once() -> None:
    look = news.Look()

    def fail() -> object:
        raise StoreUnavailableError("The database does not answer.")

    whole = look.mark()
    look.sees = fail
    assert look.mark() == look.mark() != whole


def test_script_is_told_of_pages_that_are_open_alone() -> None:
    """Under a name that nobody guesses; what an ended session looked at is gone with it."""
    look = news.Look()
    news._looks[look.token] = look
    address = f"{NEWS}/{look.token}"
    with TestClient(Starlette(routes=news.routes())) as client:
        told = client.get(address)
        assert (told.status_code, told.text, told.headers["cache-control"]) == (200, look.mark(), "no-store")
        assert client.get(f"{NEWS}/another").status_code == 404
        del look
        gc.collect()
        assert client.get(address).status_code == 404


def test_look_that_lasts_is_taken_once_for_all_who_ask_and_holds_up_nobody_else() -> None:
    """Where the database is slow, a page gives up and asks again: its looks took all threads of the server."""
    looks, free, begun = [news.Look() for _ in range(3)], Event(), list[str]()

    def wait(look: news.Look) -> object:
        begun.append(look.token)
        free.wait(20)
        return look.token

    for look in looks:
        look.sees = partial(wait, look)

    async def main() -> None:
        asking = [asyncio.ensure_future(look.told()) for look in looks for _ in range(40)]
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "read"), 10) == "read"
        asking.pop().cancel()
        free.set()
        assert len(set(await asyncio.gather(*asking))) == len(looks)

    run(main)
    assert sorted(begun) == sorted(look.token for look in looks)


@pytest.mark.parametrize(("path", "is_use"), [(f"{NEWS}/x", False), ("/own/page.js", True)])
def test_page_that_asks_by_itself_keeps_no_session_alive(path: str, is_use: bool) -> None:
    """A session ends some hours after the last click; a page that was left open asked all the time."""
    asked: list[bool] = []

    class Known:
        def token(self, _scope: object) -> str:
            return "token"

        def of_session(self, _token: str, *, is_use: bool = True) -> Person:
            asked.append(is_use)
            return Person("ann", True, frozenset())

    accounts, app, nobody = (cast(Any, each) for each in (Known(), Starlette(), lambda _session: None))
    TestClient(SignIn(app, accounts, app, nobody)).get(path)
    assert asked[0] is is_use
