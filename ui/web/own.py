"""A small script of the pages' own: what Streamlit itself leaves to the browser, the theme and the page's language."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ui.web.escape import escape
from ui.web.language import current
from ui.web.place import at

ADDRESS = "/own/page.js"
# What Streamlit calls the themes; "" is the system's.
THEMES = {"": "System", "light": "Light", "dark": "Dark"}
_FILE = Path(__file__).parent / "files" / "page.js"


def routes() -> list[Route]:
    """Return the route of the script."""
    return [Route(ADDRESS, _script, methods=["GET"])]


def script(theme: str) -> str:
    """Return the script's element, as HTML.

    Args:
        theme: One of `THEMES`.
    """
    name = THEMES.get(theme, "System")
    return f'<script src="{at(ADDRESS)}" data-theme="{name}" data-lang="{escape(current())}"></script>'


async def _script(_request: Request) -> Response:
    headers = {"cache-control": "no-cache"}
    return Response(_FILE.read_bytes(), media_type="text/javascript; charset=utf-8", headers=headers)
