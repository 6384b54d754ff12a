"""The pane's addresses: a source at a place as HTML, pages of PDFs as pictures, and the original files.

No address names a file. It names a footnote of a stored answer, or a document of the collection, and what those do not
hold is not found.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest.load.formats import FORMATS, format_of
from qa.database.exchanges import Exchange
from qa.errors import NoCollectionError, QAError
from qa.store.records import ChunkSpan
from qa.types import Chunk
from ui.reading import links, lookup, view
from ui.reading.gathering import Parts, called, file_of, number_in, reading
from ui.reading.lookup import Wanted
from ui.reading.pdf.drawing import UnreadableError
from ui.reading.pdf.painter import WIDTHS
from ui.web import recording
from ui.web.access import current_access
from ui.web.language import speaking, t
from ui.web.reasons import in_sentences, worded

logger = logging.getLogger(__name__)
T = TypeVar("T")

_FILES = Path(__file__).with_name("files")
_SERVED = {"pane.js": "text/javascript; charset=utf-8", "pane.css": "text/css; charset=utf-8"}
_DAY_S = 86_400
# Of a browser that two people use, each gets their own.
_KEPT = {"cache-control": f"private, max-age={_DAY_S}", "vary": "cookie"}
_BLOCK = 1 << 18
# Of pictures, those that every browser shows.
_SHOWN = frozenset({"image/png", "image/jpeg", "image/webp"})
_SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


def routes(parts: Parts) -> list[Route]:
    """Return the routes of the reading pane."""
    places = (
        (f"{links.ROOT}/document/{{document}}", partial(_document, parts)),
        (f"{links.ROOT}/passage/{{passage}}", partial(_passage, parts)),
        (f"{links.ROOT}/{{exchange}}/near/{{rank:int}}", partial(_near, parts)),
        (f"{links.ROOT}/{{exchange}}/{{number:int}}", partial(_cited, parts)),
    )
    found = [Route(f"{links.ROOT}/files/{{name}}", _file, methods=["GET"])]
    for path, look in places:
        found += [
            Route(path, partial(_told, partial(_shown, parts, look)), methods=["GET"]),
            Route(f"{path}/page-{{page:int}}.png", partial(_told, partial(_picture, parts, look)), methods=["GET"]),
            Route(f"{path}/original", partial(_told, partial(_original, parts, look)), methods=["GET"]),
        ]
    return found


Look = Callable[[Request], Awaitable[Wanted | None]]


async def _told(answer: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """Answer in the language that the address names, and say in words what failed."""
    with speaking(request.query_params.get("lang", "en")):
        try:
            return await answer(request)
        except NoCollectionError:
            return _missing(request)
        except QAError as error:
            return _message(request, t("This cannot be shown now"), in_sentences(worded(error)), 503)
        except Exception:
            logger.exception("a source could not be shown")
            text = t("Sorry, something went wrong here. The details are in the log of the terminal that runs Footnote.")
            return _message(request, t("This cannot be shown"), text, 500)


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _SERVED:
        return PlainTextResponse("There is no such file.\n", 404)
    body = await asyncio.to_thread((_FILES / name).read_bytes)
    return Response(body, media_type=_SERVED[name], headers={"cache-control": "no-cache"})


async def _shown(parts: Parts, look: Look, request: Request) -> Response:
    wanted = await look(request)
    if wanted is None:
        return _missing(request)
    await _note(parts, wanted)
    found = await reading(parts, wanted, request)
    body = view.part(found) if "part" in request.query_params else view.whole(found)
    return _html(body)


async def _picture(parts: Parts, look: Look, request: Request) -> Response:
    wanted = await look(request)
    width = number_in(request, "w", 1200)
    page: int = request.path_params["page"]
    if wanted is None or width not in WIDTHS:
        return _missing(request)
    await _note(parts, wanted)
    original = await file_of(parts, wanted)
    if not original.is_drawn:
        return _missing(request)
    try:
        drawn = await asyncio.to_thread(parts.painter.picture, original.path, original.stamp, page, width)
    except UnreadableError:
        return _missing(request)
    parts.painter.ahead(original.path, original.stamp, [page + 1, page - 1], width)
    return Response(drawn, media_type="image/png", headers=_KEPT)


async def _original(parts: Parts, look: Look, request: Request) -> Response:
    wanted = await look(request)
    if wanted is None:
        return _missing(request)
    await _note(parts, wanted)
    original = await file_of(parts, wanted)
    if original.is_there and not await _reads_all_of(parts, wanted):
        return _missing(request)
    file = await asyncio.to_thread(parts.originals.open, original)
    if file is None:
        text = t("The file is not what it was when it was read, or not here.")
        if current_access().may("change", wanted.collection):
            text = t("The file is not what it was when it was read, or not here; ingest it again to open it.")
        return _message(request, t("This file cannot be opened"), text, 404)
    kind, is_shown = await asyncio.to_thread(_kind, original.name, file)
    is_shown = is_shown and "download" not in request.query_params
    headers = {
        "content-disposition": f"{'inline' if is_shown else 'attachment'}; filename*=UTF-8''{quote(original.name)}",
        "content-length": str(original.stamp[2]),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    # A browser's own reader of PDFs does not start in a sandbox; it runs nothing of the file in this page's name.
    if kind != "application/pdf":
        headers["content-security-policy"] = _SANDBOX
    return StreamingResponse(_bytes(file), media_type=kind, headers=headers)


async def _note(parts: Parts, wanted: Wanted) -> None:
    await recording.noted("opened", collection=parts.session().named(wanted.collection), subject=wanted.chunk.source)


async def _reads_all_of(parts: Parts, wanted: Wanted) -> bool:
    """Tell whether who asks may read all that is in the file of a document, such as the attachments of a mail."""
    source = wanted.chunk.source
    return current_access().sees_all or await called(
        parts, wanted.collection, lambda answerer: answerer.reads_all_of(source)
    )


async def _cited(parts: Parts, request: Request) -> Wanted | None:
    exchange, collection = await _exchange(parts, request)
    number: int = request.path_params["number"]
    address = links.cited(request.path_params["exchange"], number, mark=(mark := number_in(request, "mark", 0)))
    wanted = lookup.cited(exchange, number, address, mark=mark) if exchange else None
    return replace(wanted, collection=collection) if wanted else None


async def _near(parts: Parts, request: Request) -> Wanted | None:
    exchange, collection = await _exchange(parts, request)
    rank: int = request.path_params["rank"]
    wanted = lookup.nearest(exchange, rank, links.nearest(exchange.id, rank)) if exchange else None
    return replace(wanted, collection=collection) if wanted else None


async def _document(parts: Parts, request: Request) -> Wanted | None:
    document: str = request.path_params["document"]
    if not lookup.is_id(document):
        return None
    collection = request.query_params.get("collection", "")
    row = await called(parts, collection, lambda answerer: answerer.registered(document))
    if row is None:
        return None
    first = await called(parts, collection, lambda answerer: answerer.around(ChunkSpan(document, row.version, 0, 0)))
    # An archive has no text of its own.
    chunk = first[0] if first else Chunk("", document, row.version, 0, row.source, row.title, "", 0, 0, 0, "")
    return Wanted(chunk, links.document(document, collection), collection)


async def _passage(parts: Parts, request: Request) -> Wanted | None:
    """Return a passage by its id, which answers to programs and agents name."""
    passage: str = request.path_params["passage"]
    if not lookup.is_id(passage):
        return None
    collection = request.query_params.get("collection", "")
    found = await called(parts, collection, lambda answerer: answerer.passages([passage]))
    if not found:
        return None
    chunk = found[0]
    marks = links.read_marks(request.query_params.getlist("mark"))
    spans = lookup.merged(marks, chunk) or ((chunk.start, chunk.end),)
    return Wanted(chunk, links.passage(passage, collection, marks), collection, spans=spans)


async def _exchange(parts: Parts, request: Request) -> tuple[Exchange | None, str]:
    """Return the exchange that an address names, and the collection that was asked."""
    id = request.path_params["exchange"]  # noqa: A001
    return await asyncio.to_thread(_found, parts, id) if lookup.is_id(id) else (None, "")


def _found(parts: Parts, id: str) -> tuple[Exchange | None, str]:  # noqa: A002
    kept = parts.records()
    exchange = kept.read.get(id) or kept.conversations.exchange(id)
    conversation = kept.conversations.get(exchange.conversation) if exchange else None
    # Of a conversation that was deleted nothing is shown, though it can still be brought back.
    return (exchange, conversation.collection) if conversation else (None, "")


def _kind(name: str, file: BinaryIO) -> tuple[str, bool]:
    """Return as what a file is sent, and whether a browser may show it: a PDF or picture as it is, and text as text."""
    key = format_of(name)
    if key == "pdf":
        return "application/pdf", True
    if key and FORMATS[key].media_type in _SHOWN:
        return FORMATS[key].media_type, True
    if key and FORMATS[key].is_text:
        start = file.read(_BLOCK)
        file.seek(0)
        try:
            # A letter may be cut in two at the end.
            start.decode() if len(start) < _BLOCK else start[:-4].decode("utf-8", "strict")
        except UnicodeDecodeError as error:
            if error.start < len(start) - 8:
                return "text/plain", True
        return "text/plain; charset=utf-8", True
    return "application/octet-stream", False


def _bytes(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block


def _missing(request: Request) -> Response:
    text = t("The answer or document is not here: it was deleted, or the address is not complete.")
    return _message(request, t("This source is not here"), text, 404)


def _message(request: Request, title: str, text: str, status: int) -> Response:
    body = view.message(title, text)
    return _html(body if "part" in request.query_params else view.page(title, body), status)


def _html(body: str, status: int = 200) -> Response:
    return HTMLResponse(body.encode("utf-8", "replace"), status, headers={"cache-control": "no-store"})
