"""`/api/passages`: a passage as it is stored, its page as a picture, and for a browser the place where it stands."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from qa.answering.serialise import chunk_values
from ui.api.citations import label
from ui.api.json_body import JsonRoute
from ui.api.parameters import MARK, Collection, tagged, tagged_bytes
from ui.api.problems import PROBLEMS, ProblemError
from ui.api.service import Service
from ui.reading import links
from ui.web.place import at

Marks = Annotated[
    list[Annotated[str, Query(pattern=MARK)]] | None,
    Query(
        alias="mark",
        max_length=links.MOST_MARKS,
        description="What is marked: offsets of its start and end in the document's text, such as 120-180",
    ),
]


def passages_router(service: Service) -> APIRouter:
    """Return the routes."""
    router = APIRouter(route_class=JsonRoute, prefix="/api", tags=["Passages"], responses=PROBLEMS)

    @router.get(
        "/passages/{passage}",
        operation_id="read_passage",
        summary="A passage, as it is stored; a browser is led to its place in the document",
        responses={
            200: {"description": "The passage", "content": {"application/json": {}}},
            303: {"description": "Where a person can read it, for clients that ask for text/html"},
        },
    )
    async def passage(request: Request, passage: str, collection: Collection = "", marks: Marks = None) -> Response:
        chunks = await service.passages([passage], collection=collection)
        if not chunks:
            raise ProblemError(404, f'there is no passage "{passage}"; its document may have changed since')
        if _is_person(request):
            place = links.passage(chunks[0].id, collection, links.read_marks(marks or ()))
            # Without a host or a leading slash: a proxy may put a beginning before the path that is not known here.
            return RedirectResponse(f"../..{place.removeprefix(at(''))}", 303, headers={"vary": "accept"})
        answer = tagged(request, {**chunk_values(chunks[0]), "label": label(chunks[0])})
        answer.headers["vary"] = "accept"
        return answer

    @router.get(
        "/passages/{passage}/page.png",
        operation_id="draw_passage",
        summary="The page of a PDF on which a passage stands, its words boxed",
        response_class=Response,
        responses={200: {"description": "The picture", "content": {"image/png": {}}}},
    )
    async def picture(
        request: Request,
        passage: str,
        collection: Collection = "",
        zoom: Annotated[Literal["50", "100", "150", "200"], Query(description="Size in percent")] = "100",
        marks: Marks = None,
    ) -> Response:
        drawn = await service.picture(
            passage, collection=collection, zoom=int(zoom), marks=links.read_marks(marks or ())
        )
        return tagged_bytes(request, drawn, "image/png")

    return router


def _is_person(request: Request) -> bool:
    """Tell whether a browser asks for a page to show, rather than a program for the passage."""
    accepted: Any = request.headers.get("accept", "").lower()
    return "text/html" in accepted and "application/json" not in accepted
