"""What programs send and get, where no server and no index is needed."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from qa.answering.events import Event, TextPiece
from qa.config import Settings
from qa.errors import StoreUnavailableError
from qa.types import Answer, Chunk, Citation, Statement
from ui.api.app import addresses
from ui.api.citations import url_citations
from ui.api.openai_forms import ChatRequest, asked, asked_for_response
from ui.api.passages_routes import passages_router
from ui.api.problems import ProblemError
from ui.api.service import Service
from ui.conversation.save import as_markdown
from ui.web import place
from ui.web.session import Session

CHUNK = Chunk("c/1", "d", "v", 0, "notes.txt", "Notes", "", 0, 0, 19, "Seen by [1] in May.")
BEGUN = TextPiece("begun")
HUGE = f"[{'1' * 5_000}]"


def answer(text: str, *said: str) -> Answer:
    statements = tuple(Statement(one, (1,)) for one in said)
    return Answer("q", "q", text, statements, (Citation(1, CHUNK),), (), found=True, model="extractive")


@pytest.mark.parametrize(("collection", "query"), [("", ""), ("mail", "?collection=mail")])
def test_address_leads_into_the_collection_that_was_asked(collection: str, query: str) -> None:
    scope = {"type": "http", "scheme": "http", "server": ("localhost", 8501), "path": "/", "headers": []}
    assert addresses(Request(scope), collection)(CHUNK) == f"http://localhost:8501/api/passages/c%2F1{query}"


@pytest.mark.parametrize("base", ["", "/notes"])
def test_person_is_led_to_the_place_below_the_same_path(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    """Behind a proxy with a path, its beginning was there twice."""

    class Held:
        async def passages(self, _ids: Sequence[str], *, collection: str) -> list[Chunk]:  # noqa: ARG002
            return [CHUNK]

    monkeypatch.setattr(place, "_base", base)
    app = FastAPI()
    app.include_router(passages_router(Held()))  # type: ignore[arg-type]
    with TestClient(app, base_url="http://localhost") as client:
        led = client.get("/api/passages/x", headers={"accept": "text/html"}, follow_redirects=False)
    assert led.status_code == 303
    assert urljoin(f"http://localhost{base}/api/passages/x", led.headers["location"]) == (
        f"http://localhost{base}/read/passage/c/1"
    )


def test_marker_inside_a_quoted_sentence_is_no_citation() -> None:
    text = "Seen by [1] in May. [1]"
    [citation] = url_citations(text, answer(text, CHUNK.text), addresses_of_nothing)
    assert (citation["start_index"], citation["end_index"]) == (20, 23)


def test_number_too_long_to_be_read_is_text() -> None:
    said = answer(f"Waves {HUGE}. [1]", f"Waves {HUGE}.")
    assert len(url_citations(said.text, said, addresses_of_nothing)) == 1
    assert "1" * 5_000 in as_markdown([said], title="t")


def addresses_of_nothing(_chunk: Chunk, _marks: Sequence[tuple[int, int]] = ()) -> str:
    return ""


@pytest.mark.parametrize("content", [5, {"a": 1}, ["text"]])
def test_content_that_is_no_text_is_refused(content: Any) -> None:
    with pytest.raises(ProblemError, match="must be a text or a list of parts") as refused:
        asked_for_response([{"role": "user", "content": content}])
    assert refused.value.status == 422


def test_long_conversation_counts_from_its_end() -> None:
    """Programs send all of it with every question, and the 201st message was refused for ever."""
    said = [{"role": role, "content": f"{role} {number}"} for number in range(600) for role in ("user", "assistant")]
    form = ChatRequest.model_validate({"messages": [*said, {"role": "user", "content": "And by night?"}]})
    question, turns = asked(form.messages)
    assert question == "And by night?"
    assert 100 <= len(turns) < 200
    assert turns[-1].text == "assistant 599"


class _Endless:
    async def stream(self, *_: Any, **__: Any) -> AsyncGenerator[Event, None]:
        yield BEGUN
        await asyncio.Event().wait()


@asynccontextmanager
async def _opened(_collection: str) -> AsyncIterator[Any]:
    yield _Endless()


def test_who_waits_for_an_answer_is_told_that_the_session_ends(tmp_path: Path) -> None:
    """A client that was never told kept the server from stopping."""
    session = Session(_opened)
    service = Service(session, lambda: Settings(home=tmp_path))

    async def ask() -> None:
        async for event in service.events("q"):
            assert event == BEGUN
            await asyncio.to_thread(session.close)

    with pytest.raises(StoreUnavailableError, match="Footnote is stopping"):
        asyncio.run(asyncio.wait_for(ask(), 30))
