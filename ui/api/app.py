"""The HTTP interface as one application, and the server that has it beside the pages."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from qa.accounts.person import NOBODY
from qa.errors import QAError
from qa.release import installed
from qa.types import Chunk
from ui.api.ask_routes import ask_router
from ui.api.bodies import Bounded
from ui.api.citations import Address, is_on_the_web
from ui.api.collections_routes import collections_router
from ui.api.docs_routes import docs_router
from ui.api.documents_routes import documents_router
from ui.api.failures import AGENTS, failure, tell_failures
from ui.api.jobs_routes import jobs_router
from ui.api.keeper import Keeper
from ui.api.measures_routes import MEASURES, measures_router
from ui.api.openai_routes import openai_router
from ui.api.passages_routes import passages_router
from ui.api.rates import Limited, Rates
from ui.api.service import Service
from ui.api.strayed import is_strayed
from ui.reading import links
from ui.web.asgi import Application, Scope
from ui.web.identity import is_sign_in_required, person_of
from ui.web.measures import OTHER, PAGES, ROUTE, Measured, Measures
from ui.web.place import at
from ui.web.unpathed import for_who_asks

# What is not of the pages.
_OURS = ("/api/", "/v1/", "/docs/")
_OUR_PATHS = frozenset({"/docs", "/openapi.json", "/healthz", "/readyz", MEASURES})

# Whoever watches over the process may ask as often as they like.
_FREE = frozenset({"/healthz", "/readyz", MEASURES})

# Answered whoever asks.
_UNASKED = frozenset({"/healthz", "/readyz"})

_ABOUT = """Questions over a person's own documents: every sentence of an answer carries a footnote that opens the
passage it rests on, and a verdict of the check. `/v1` speaks as OpenAI's API does; `/api` says more."""


def make_api(service: Service, keeper: Keeper, measures: Measures) -> FastAPI:
    """Return the application.

    Args:
        service: Its only way to answers and passages.
        keeper: Its only way to change anything.
        measures: What is counted in this process.
    """
    app = FastAPI(
        title="Footnote",
        version=installed(),
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        servers=[{"url": at("") or "/"}],
    )
    app.openapi = lambda: _with_keys(FastAPI.openapi(app))  # type: ignore[method-assign]
    for router in (
        ask_router(service, addresses),
        documents_router(service, keeper),
        passages_router(service),
        jobs_router(keeper),
        collections_router(service, keeper),
        openai_router(service, addresses),
        measures_router(service, measures, keeper.jobs_by_state),
        docs_router(),
    ):
        app.include_router(router)
    tell_failures(app)

    @app.get(
        "/healthz",
        operation_id="healthy",
        tags=["Operation"],
        summary="Whether the process answers",
        response_class=PlainTextResponse,
    )
    async def healthy() -> Response:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", operation_id="ready", tags=["Operation"], summary="Whether the index can be used")
    async def ready(request: Request) -> Response:
        try:
            held = await service.collections()
        except QAError as error:
            return JSONResponse(
                {"ready": False, **({"reason": for_who_asks(str(error))} if is_known(request) else {})}, 503
            )
        return JSONResponse({"ready": True, **({"collections": len(held)} if is_known(request) else {})})

    return app


def _with_keys(schema: dict[str, Any]) -> dict[str, Any]:
    """Say that a key is needed, where people sign in; what watches over the process needs none for these two."""
    if is_sign_in_required():
        schemes = {"key": {"type": "http", "scheme": "bearer", "description": "A key, as `footnote keys add` makes it"}}
        schema.setdefault("components", {})["securitySchemes"] = schemes
        schema["security"] = [{"key": []}]
        for path in _UNASKED & schema["paths"].keys():
            for way in schema["paths"][path].values():
                way["security"] = []
    return schema


def is_known(request: Request) -> bool:
    """Tell whether somebody may be told more than that there is a Footnote here."""
    return person_of(request) != NOBODY


def addresses(request: Request, collection: str) -> Address:
    """Return what gives a passage's address: that of its web page, else where this server shows it.

    Args:
        request: Whose host and port lead here.
        collection: The one that was asked, "" for that of the settings.
    """
    base = str(request.base_url).rstrip("/") + at("")

    def address(chunk: Chunk, marks: Sequence[tuple[int, int]] = ()) -> str:
        if is_on_the_web(chunk):
            return chunk.source
        given = {"collection": collection} if collection else {}
        query = urlencode({**given, "mark": links.written_marks(marks)}, doseq=True)
        return f"{base}/api/passages/{quote(chunk.id, safe='')}{'?' if query else ''}{query}"

    return address


def beside(
    pages: Application, api: Application, agents: Application, rates: Rates | None = None, *, measures: Measures
) -> Application:
    """Return an application that passes on what programs and agents ask to theirs, and all else to the pages.

    Args:
        pages: Of the chat.
        api: From `make_api`.
        agents: Speaks the Model Context Protocol.
        rates: What one caller may ask; nothing is limited without.
        measures: Where requests are counted.
    """

    async def asked(scope: Scope, receive: Any, send: Any) -> None:
        await (agents if scope["path"] == AGENTS else api)(scope, receive, send)

    programs = Limited(Bounded(asked, failure), failure, rates or Rates(), free=_FREE)

    async def served(scope: Scope, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http":
            await pages(scope, receive, send)
        else:
            is_ours = path == AGENTS or path.startswith(_OURS) or path in _OUR_PATHS or is_strayed(path)
            # Known beforehand for what has no pattern of its own.
            scope[ROUTE] = path if path == AGENTS else OTHER if is_ours else PAGES
            await (programs if is_ours else pages)(scope, receive, send)

    return Measured(served, measures)
