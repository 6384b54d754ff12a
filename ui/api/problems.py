"""What goes wrong, as programs are told: problem details (RFC 9457), and OpenAI's errors under `/v1`."""

from typing import Any

from pydantic import BaseModel

from qa.errors import (
    AccessError,
    CollectionMismatchError,
    ConfigError,
    FilterError,
    LLMError,
    LoadError,
    ModelError,
    NoCollectionError,
    QuestionError,
    StoreError,
    StoreUnavailableError,
)

PROBLEM = "application/problem+json"
UNEXPECTED = "Something went wrong here. The details are in the log of the terminal that runs Footnote."

# The status of each kind, the narrower ones first.
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (AccessError, 403),
    (QuestionError, 422),
    (FilterError, 422),
    (ConfigError, 422),
    (LoadError, 422),
    (ModelError, 503),
    (NoCollectionError, 404),
    (CollectionMismatchError, 409),
    (StoreUnavailableError, 503),
    (StoreError, 503),
    (LLMError, 502),
)
_TITLES = {
    400: "This request cannot be read",
    403: "This is not allowed",
    401: "Say who asks",
    404: "There is nothing here",
    405: "This is not done here",
    408: "This took too long to come",
    409: "This does not fit what is stored",
    413: "This is too large",
    415: "This is of the wrong kind",
    422: "This cannot be asked",
    429: "This is too much at once",
    502: "The language model failed",
    503: "The index cannot be used",
    507: "There is no room for this",
}


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    title: str
    status: int
    detail: str


# What every route may answer, for the schema.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "It cannot be done", "content": {PROBLEM: {"schema": Problem.model_json_schema()}}},
    "5XX": {"description": "It failed", "content": {PROBLEM: {"schema": Problem.model_json_schema()}}},
}


# What a route answers that streams where it is asked to.
STREAMED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The answer; server-sent events with `stream`", "content": {"text/event-stream": {}}}
}


class ProblemError(Exception):
    """A request that cannot be answered, with the status of HTTP that says so."""

    def __init__(self, status: int, detail: str, *, param: str = "") -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.param = param


def said(error: Exception) -> str:
    """Return what a program is told of an error of Footnote."""
    return error.elsewhere if isinstance(error, NoCollectionError) else str(error)


def status_of(error: Exception) -> int:
    """Return the status that fits an error of Footnote; 500 for one that nobody foresaw."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def problem(status: int, detail: str) -> dict[str, Any]:
    """Return problem details; `type` is left out, so that `title` says what kind it is."""
    return {"title": _TITLES.get(status, "Something went wrong"), "status": status, "detail": detail}


def openai_error(status: int, detail: str, *, param: str = "") -> dict[str, Any]:
    """Return an error in the form that OpenAI's clients read."""
    kind = {429: "requests"}.get(status, "invalid_request_error" if status < 500 else "server_error")
    code = "model_not_found" if status == 404 and param == "model" else None
    code = {401: "invalid_api_key", 429: "rate_limit_exceeded"}.get(status, code)
    return {"error": {"message": detail, "type": kind, "param": param or None, "code": code}}
