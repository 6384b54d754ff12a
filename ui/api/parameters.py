"""What requests of our own interface have in common: collections, conditions, cursors, ETags."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from ui.api.problems import ProblemError
from ui.api.strict import Digits

PAGE, MOST_PAGE = 50, 500

# What texts have to be like; `wrong.PATTERNS` says each in words. The name of a collection; and one, or nothing.
NAMED = r"^[A-Za-z_][A-Za-z0-9_]{0,99}$"
NAME = r"^([A-Za-z_][A-Za-z0-9_]{0,99})?$"
SOMETHING = r"\S"
MARK = r"^\d{1,9}-\d{1,9}$"

Collection = Annotated[
    str, Query(pattern=NAME, description="Name of the collection; that of the settings if it is left out")
]
Conditions = Annotated[list[str] | None, Query(description='Conditions such as "type=pdf", as `--where` takes them')]
Limit = Annotated[Digits, Query(ge=1, le=MOST_PAGE)]
Cursor = Annotated[str, Query(description="`next` of the page before")]


def cursor_of(*place: str) -> str:
    """Return what stands for a place in a list."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def read_cursor(cursor: str, parts: int) -> Sequence[str]:
    """Return the place that a cursor stands for, texts as many as were given; as many empty ones for "".

    Raises:
        ProblemError: It is none of ours.
    """
    if not cursor:
        return [""] * parts
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))
    except (ValueError, binascii.Error, TypeError, RecursionError):
        place = None
    if not isinstance(place, list) or len(place) != parts or not all(isinstance(part, str) for part in place):
        raise ProblemError(400, "this cursor is not one that was given out; begin without one", param="cursor")
    return place


def tagged(request: Request, values: dict[str, Any]) -> Response:
    """Answer with an ETag, and with nothing but that where the client has the same."""
    return tagged_bytes(request, json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"), "application/json")


def tagged_bytes(request: Request, body: bytes, media_type: str) -> Response:
    """Answer likewise with a body that is made already."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in [part.strip().removeprefix("W/") for part in known.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
