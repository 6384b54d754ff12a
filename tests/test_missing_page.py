"""An address without a page: told in the visitor's language, with a way home."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from qa import chosen
from qa.chosen import Chosen
from ui.web import app, opening
from ui.web.frame import PAGES, Frame

STREAMLITS = '<html><head><title>Streamlit</title></head><body><div id="root"></div></body></html>'


@pytest.fixture
def pages() -> Any:
    async def page(_request: Request) -> Response:
        return HTMLResponse(STREAMLITS)

    async def own(_request: Request) -> Response:
        return HTMLResponse("<p>A page of ours</p>")

    return Starlette(routes=[Route("/share/x", own), Route("/{path:path}", page)])


@pytest.fixture
def client(pages: Any) -> TestClient:
    return TestClient(Frame(pages))


@pytest.mark.parametrize("path", ["/", "/chat", "/documents", "/settings", "/documents/", "/share/x"])
def test_page_that_is_there_is_sent(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(("language", "said"), [("en", "There is no page"), ("de", "gibt es keine Seite")])
@pytest.mark.parametrize("path", ["/nowhere", "/documents/more", "/<script>alert(1)</script>"])
def test_page_that_is_not_there_is_told_with_a_way_home(
    client: TestClient, path: str, language: str, said: str
) -> None:
    """Streamlit sent its own page, and said over it in English that there was none."""
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 404
    assert said in answer.text
    assert f'lang="{language}"' in answer.text
    assert 'href="/"' in answer.text
    assert "Streamlit" not in answer.text
    assert "<script>" not in answer.text


def test_language_of_the_settings_goes_before_the_browsers(
    pages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    client = TestClient(Frame(pages, opening.language_for))
    asked = {"accept-language": "en-GB,en"}
    assert 'lang="en"' in client.get("/nowhere", headers=asked).text
    chosen.write(tmp_path, Chosen(language="de"))
    assert "gibt es keine Seite" in client.get("/nowhere", headers=asked).text


def test_setting_that_cannot_be_used_takes_no_page_away(
    pages: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes into `.env` while the server runs: the page says what is wrong there, so it has to come."""
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path))
    monkeypatch.setenv("FOOTNOTE_TOP_K", "many")
    client = TestClient(Frame(pages, opening.language_for))
    assert client.get("/").status_code == 200
    assert "gibt es keine Seite" in client.get("/nowhere", headers={"accept-language": "de"}).text


def test_addresses_that_are_known_are_those_of_the_pages() -> None:
    named = re.findall(r'url_path="(\w+)"', Path(app.__file__).read_text(encoding="utf-8"))
    assert {"/", *(f"/{name}" for name in named)} == PAGES
