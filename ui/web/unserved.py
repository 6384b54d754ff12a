"""What programs are told where only the pages are served: Streamlit would answer with the page, as if all were well."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui.api import strayed

_PATHS = ("/mcp", "/v1/{rest:path}", "/api/{rest:path}", *strayed.PATHS)
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes() -> list[Route]:
    """Return the routes where `footnote serve` would answer programs."""
    return [Route(path, _refuse, methods=_METHODS) for path in _PATHS]


async def _refuse(_request: Request) -> Response:
    return PlainTextResponse(
        "Only the pages are served here. For programs, start `footnote serve` in place of `footnote ui`.\n", 404
    )
