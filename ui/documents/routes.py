"""The file of the documents' page that its browser loads: the script that keeps the paths of dropped folders."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

SCRIPT = "/add/folders.js"
_FILE = Path(__file__).with_name("files") / "folders.js"


def routes() -> list[Route]:
    """Return the route of the script."""
    return [Route(SCRIPT, _script, methods=["GET"])]


async def _script(_request: Request) -> Response:
    body = await asyncio.to_thread(_FILE.read_bytes)
    return Response(body, media_type="text/javascript; charset=utf-8", headers={"cache-control": "no-cache"})
