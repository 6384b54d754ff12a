"""How a failed request is told, and what of it goes into the log."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route

from qa.errors import QAError
from ui.api import strayed
from ui.api.problems import PROBLEM, UNEXPECTED, ProblemError, openai_error, problem, said, status_of
from ui.api.wrong import what_is_wrong
from ui.web.unpathed import for_who_asks

logger = logging.getLogger(__name__)

_UNREADABLE_TO_FASTAPI = "There was an error parsing the body"
_UNREADABLE = "the body cannot be read as JSON: a number in it is too long, or it is nested too deeply; send less"
# Where agents ask.
AGENTS = "/mcp"


def told(error: Exception) -> tuple[int, str]:
    """Return the status and the words for an error; one that nobody foresaw goes into the log instead."""
    if isinstance(error, ProblemError):
        return error.status, error.detail
    if isinstance(error, QAError):
        return status_of(error), for_who_asks(said(error))
    logger.error("a program's request failed", exc_info=error)
    return 500, UNEXPECTED


def tell_failures(app: FastAPI) -> None:
    """Let every route tell what went wrong in the form that its clients read."""

    async def failed(request: Request, error: Exception) -> Response:
        status, detail = told(error)
        return _told(request, status, detail, param=getattr(error, "param", ""))

    async def unread(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = error.errors()
        if not errors[0]["loc"][1:] and isinstance(errors[0].get("input"), bytes):
            # What came was not taken for JSON, however right it may be.
            return _told(request, 415, "send the body as JSON, with the header Content-Type: application/json")
        wrong = what_is_wrong(*_within(errors, error.body))
        return _told(request, 422, wrong.words, param=wrong.field)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(sorted(_methods(app.routes, request))) or headers.get("Allow", "")
        words = _in_our_words(request, error, headers.get("Allow", ""))
        answer = _told(request, error.status_code, words, param=getattr(error, "param", ""))
        answer.headers.update(headers)
        return answer

    app.add_exception_handler(QAError, failed)
    app.add_exception_handler(ProblemError, failed)
    app.add_exception_handler(Exception, failed)
    app.add_exception_handler(RequestValidationError, unread)
    app.add_exception_handler(HTTPException, refused)


def _methods(routes: Iterable[BaseRoute], request: Request) -> set[str]:
    """Return all methods that an address takes: the framework tells those of the first route that it finds."""
    found: set[str] = set()
    for route in routes:
        if router := getattr(route, "original_router", None):
            found |= _methods(router.routes, request)
        elif isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return found


def _in_our_words(request: Request, error: HTTPException, allowed: str) -> str:
    """Return what an error says, in our words where the framework raised it by itself."""
    ours = {
        _UNREADABLE_TO_FASTAPI: _UNREADABLE,
        HTTPStatus.NOT_FOUND.phrase: f"there is nothing at this address; {strayed.way(request.url.path)}",
        HTTPStatus.METHOD_NOT_ALLOWED.phrase: f"this address takes no {request.method}; it takes {allowed or 'others'}",
    }
    return ours.get(str(error.detail), str(error.detail))


def _within(errors: Sequence[Mapping[str, Any]], body: Any) -> tuple[list[dict[str, Any]], Any]:
    """Return errors of the body or else of the address, their places within it, and what was sent there."""
    part = errors[0]["loc"][0]
    shorter = [{**error, "loc": error["loc"][1:]} for error in errors if error["loc"][0] == part]
    if shorter[0]["type"] == "json_invalid":  # its place is that of a letter
        shorter[0]["loc"] = ()
    return shorter, body if part == "body" else None


def _told(request: Request, status: int, detail: str, *, param: str = "") -> Response:
    return failure(request.url.path, status, detail, param=param)


def failure(path: str, status: int, detail: str, *, param: str = "") -> Response:
    """Return a failure in the form that those read who ask under a path."""
    if path == AGENTS:
        # -32600: as JSON-RPC has it, "this is no valid request".
        error = {"code": -32600, "message": detail}
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, status)
    if path.startswith("/v1/") or path in strayed.OPENAI:
        return JSONResponse(openai_error(status, detail, param=param), status)
    return JSONResponse(problem(status, detail), status, media_type=PROBLEM)
