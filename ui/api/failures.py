"""How a failed request is told, and what of it goes into the log."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from qa.errors import QAError
from ui.api.problems import PROBLEM, UNEXPECTED, ProblemError, openai_error, problem, status_of
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
        return status_of(error), for_who_asks(str(error))
    logger.error("a program's request failed", exc_info=error)
    return 500, UNEXPECTED


def tell_failures(app: FastAPI) -> None:
    """Let every route tell what went wrong in the form that its clients read."""

    async def failed(request: Request, error: Exception) -> Response:
        status, detail = told(error)
        return _told(request, status, detail, param=getattr(error, "param", ""))

    async def unread(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        if not field and isinstance(first.get("input"), bytes | str):
            # What came was not taken for JSON, however right it may be.
            return _told(request, 415, "send the body as JSON, with the header Content-Type: application/json")
        return _told(request, 422, f"{field}: {first['msg']}" if field else str(first["msg"]), param=field)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        detail = _UNREADABLE if error.detail == _UNREADABLE_TO_FASTAPI else str(error.detail)
        return _told(request, error.status_code, detail)

    app.add_exception_handler(QAError, failed)
    app.add_exception_handler(ProblemError, failed)
    app.add_exception_handler(Exception, failed)
    app.add_exception_handler(RequestValidationError, unread)
    app.add_exception_handler(HTTPException, refused)


def _told(request: Request, status: int, detail: str, *, param: str = "") -> Response:
    return failure(request.url.path, status, detail, param=param)


def failure(path: str, status: int, detail: str, *, param: str = "") -> Response:
    """Return a failure in the form that those read who ask under a path."""
    if path == AGENTS:
        # -32600: as JSON-RPC has it, "this is no valid request".
        error = {"code": -32600, "message": detail}
        return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, status)
    if path.startswith("/v1/"):
        return JSONResponse(openai_error(status, detail, param=param), status)
    return JSONResponse(problem(status, detail), status, media_type=PROBLEM)
