"""The HTTP interface as one application, and the server that has it beside the pages."""

from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from qa.errors import QAError
from qa.release import installed
from qa.types import Chunk
from ui.api.bodies import Bounded
from ui.api.citations import Address, is_on_the_web
from ui.api.failures import AGENTS, failure, tell_failures
from ui.api.openai_routes import openai_router
from ui.api.own_routes import own_router
from ui.api.service import Service
from ui.web.guard import Application, Scope

# What is not of the pages.
_OURS = ("/api/", "/v1/")
_OUR_PATHS = frozenset({"/openapi.json", "/healthz", "/readyz"})

_ABOUT = """Questions over a person's own documents: every sentence of an answer carries a footnote that opens the
passage it rests on, and a verdict of the check. `/v1` speaks as OpenAI's API does; `/api` says more."""


def make_api(service: Service) -> FastAPI:
    """Return the application."""
    app = FastAPI(title="Footnote", version=installed(), description=_ABOUT, docs_url=None, redoc_url=None)
    app.include_router(own_router(service, addresses))
    app.include_router(openai_router(service, addresses))
    tell_failures(app)

    @app.get("/healthz", tags=["Operation"], summary="Whether the process answers", response_class=PlainTextResponse)
    async def healthy() -> Response:
        return PlainTextResponse("ok\n")

    @app.get("/readyz", tags=["Operation"], summary="Whether the index can be used")
    async def ready() -> Response:
        try:
            held = await service.collections()
        except QAError as error:
            return JSONResponse({"ready": False, "reason": str(error)}, 503)
        return JSONResponse({"ready": True, "collections": len(held)})

    return app


def addresses(request: Request, collection: str) -> Address:
    """Return what gives a passage's address: that of its web page, else where this server shows it.

    Args:
        request: Whose host and port lead here.
        collection: The one that was asked, "" for that of the settings.
    """
    base = str(request.base_url).rstrip("/")
    query = f"?{urlencode({'collection': collection})}" if collection else ""

    def address(chunk: Chunk) -> str:
        return chunk.source if is_on_the_web(chunk) else f"{base}/api/passages/{quote(chunk.id, safe='')}{query}"

    return address


def beside(pages: Application, api: Application, agents: Application) -> Application:
    """Return an application that passes on what programs and agents ask to theirs, and all else to the pages."""
    api, agents = Bounded(api, failure), Bounded(agents, failure)

    async def served(scope: Scope, receive: Any, send: Any) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http":
            await pages(scope, receive, send)
        elif path == AGENTS:
            await agents(scope, receive, send)
        else:
            await (api if path.startswith(_OURS) or path in _OUR_PATHS else pages)(scope, receive, send)

    return served
