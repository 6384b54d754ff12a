"""`/docs`: the interface described for people, and tried out; all of it from this machine.

Swagger UI comes with the package fastapi-offline, of which nothing but these files is used: FastAPI's own page has a
script within its HTML, which the content security policy rightly forbids.
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

_OWN = Path(__file__).with_name("files")
_SCRIPT, _STYLE, _PAGE = "text/javascript; charset=utf-8", "text/css; charset=utf-8", "text/html; charset=utf-8"
_SERVED = {"docs.js": _SCRIPT, "swagger-ui-bundle.js": _SCRIPT, "swagger-ui.css": _STYLE}


def docs_router() -> APIRouter:
    """Return the routes. They are no part of what they describe."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    async def docs() -> Response:
        return await _sent(_OWN / "docs.html", _PAGE)

    @router.get("/docs/{name}")
    async def file(name: str) -> Response:
        if name not in _SERVED:
            raise HTTPException(404, f'there is no file "{name}"')
        return await _sent((_OWN if name == "docs.js" else _swagger()) / name, _SERVED[name])

    return router


def _swagger() -> Path:
    """Return the folder of Swagger UI. The package is not imported: it would open what it wraps."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise HTTPException(404, "fastapi-offline is not installed, which brings this file; openapi.json says the same")
    return Path(spec.origin).parent / "static"


async def _sent(file: Path, media_type: str) -> Response:
    body = await asyncio.to_thread(file.read_bytes)
    return Response(body, media_type=media_type, headers={"cache-control": "no-cache"})
