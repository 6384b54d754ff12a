"""What `footnote serve` counts for Prometheus."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from calling import call
from chat_server import Chat
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from qa.accounts.person import NOBODY
from qa.answering.events import Event, Finished, TextPiece
from qa.errors import StoreUnavailableError
from qa.types import Answer
from ui.api.app import make_api
from ui.api.failures import tell_failures
from ui.api.keeper import Keeper
from ui.api.measures_routes import measures_router
from ui.web import identity
from ui.web.head import Headed
from ui.web.measures import OTHER, ROUTE, Measured, Measures


def samples(body: bytes | str) -> dict[tuple[str, ...], float]:
    """Return the values by name and labels, these in the order of their names."""
    text = body.decode() if isinstance(body, bytes) else body
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Held:
    """A service that has two collections, or no index."""

    def __init__(self, *, works: bool = True) -> None:
        self._works = works

    async def collections(self) -> list[str]:
        if not self._works:
            raise StoreUnavailableError("gone")
        return ["a", "b"]


def app(measures: Measures, *, works: bool = True) -> Any:
    held: Any = Held(works=works)
    api = FastAPI()
    api.include_router(measures_router(held, measures, lambda: {"running": 3}))
    tell_failures(api)

    @api.get("/things/{name}")
    async def thing(name: str) -> str:
        return name

    async def named(scope: Any, receive: Any, send: Any) -> None:
        scope[ROUTE] = OTHER
        await api(scope, receive, send)

    return Measured(named, measures)


def test_requests_are_counted_by_pattern_and_not_by_path() -> None:
    measures = Measures()
    with TestClient(Headed(app(measures))) as client:
        for path in ("/things/secret-plan", "/things/other", "/no-such/secret-plan"):
            client.get(path)
        client.head("/things/secret-plan")
        client.request("BREW", "/things/x")
        found = client.get("/metrics")
    assert found.headers["content-type"].startswith("text/plain; version=")
    assert "secret-plan" not in found.text
    values = samples(found.text)
    assert values["footnote_requests_total", "GET", "/things/{name}", "200"] == 2
    assert values["footnote_requests_total", "HEAD", "/things/{name}", "200"] == 1
    assert values["footnote_requests_total", "GET", "other", "404"] == 1
    assert values["footnote_requests_total", "other", "/things/{name}", "405"] == 1
    assert values["footnote_request_seconds_count", "/things/{name}"] == 4
    assert values["footnote_requests_in_progress",] == 1  # that for the measures


def test_index_and_ingests_are_looked_up() -> None:
    with TestClient(app(Measures())) as client:
        values = samples(client.get("/metrics").text)
    assert values["footnote_ingests", "running"] == 3
    assert (values["footnote_index_up",], values["footnote_collections",]) == (1, 2)
    with TestClient(app(Measures(), works=False)) as client:
        values = samples(client.get("/metrics").text)
    assert (values["footnote_index_up",], values["footnote_collections",]) == (0, 0)


def test_measures_are_for_who_may_look_after_others() -> None:
    identity.require_sign_in(lambda _cookies: NOBODY)
    try:
        with TestClient(app(Measures())) as client:
            refused = client.get("/metrics")
    finally:
        identity.require_sign_in(None)
    assert refused.status_code == 403
    assert "footnote_" not in refused.text


@pytest.mark.parametrize("outcome", ["answered", "nothing found", "failed", "stopped"])
def test_answers_are_counted_by_what_came_of_them(outcome: str) -> None:
    measures = Measures()

    async def happening() -> AsyncGenerator[Event, None]:
        yield TextPiece("so ")
        if outcome == "failed":
            raise StoreUnavailableError("gone")
        yield Finished(Answer("q", "q", "", (), (), (), outcome == "answered", "extractive"))

    async def asked() -> None:
        followed = measures.followed(happening())
        async for _ in followed:
            if outcome == "stopped":
                break
        await followed.aclose()

    if outcome == "failed":
        with pytest.raises(StoreUnavailableError):
            asyncio.run(asked())
    else:
        asyncio.run(asked())
    values = samples(measures.written(ingests={}, collections=0))
    assert {labels[-1]: value for labels, value in values.items() if labels[0] == "footnote_answers_total"} == {
        outcome: 1
    }
    assert values["footnote_answer_seconds_count",] == (outcome in ("answered", "nothing found"))


@pytest.mark.models
def test_server_tells_what_was_asked_of_it_without_the_words(served: Chat) -> None:
    def measured() -> dict[tuple[str, ...], float]:
        status, _, text = call(f"{served.url}/metrics")
        assert status == 200
        for secret in ("Plover", "plover", "footnote/documents", str(served.folder)):
            assert secret not in text
        return samples(text)

    before = measured()
    question = {"question": "How high may the waves be for a transfer from Plover Dash?"}
    assert call(f"{served.url}/api/ask", question)[0] == 200
    call(f"{served.url}/")
    after = measured()
    for name in (("footnote_answers_total", "answered"), ("footnote_requests_total", "POST", "/api/ask", "200")):
        assert after[name] == before.get(name, 0) + 1
    assert after["footnote_requests_total", "GET", "pages", "200"] > before.get(
        ("footnote_requests_total", "GET", "pages", "200"), 0
    )
    assert after["footnote_index_up",] == 1
    assert after["footnote_ingests", "running"] == 0


def test_paths_that_the_schema_describes_are_the_patterns() -> None:
    service: Any = Held()
    assert "/metrics" in make_api(service, Keeper(), Measures()).openapi()["paths"]
