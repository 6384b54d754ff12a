"""`/api/collections`: listed, made, renamed and dropped."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from ui.api.json_body import JsonRoute
from ui.api.keeper import Keeper
from ui.api.parameters import NAMED
from ui.api.problems import PROBLEMS, ProblemError
from ui.api.service import Service
from ui.api.strict import Form

Named = Annotated[str, Path(pattern=NAMED)]


class NameForm(Form):
    """A collection's name."""

    name: str = Field(pattern=NAMED)


def collections_router(service: Service, keeper: Keeper) -> APIRouter:
    """Return the routes."""
    router = APIRouter(route_class=JsonRoute, prefix="/api", tags=["Collections"], responses=PROBLEMS)

    @router.get("/collections", operation_id="list_collections", summary="List the collections")
    async def collections() -> dict[str, Any]:
        return {"collections": [asdict(item) for item in await service.collections()]}

    @router.post("/collections", operation_id="make_collection", summary="Make an empty collection", status_code=201)
    async def make(form: NameForm) -> dict[str, Any]:
        await keeper.make(form.name)
        return await _one(service, form.name)

    @router.get("/collections/{name}", operation_id="read_collection", summary="What a collection holds")
    async def collection(name: Named) -> dict[str, Any]:
        return await _one(service, name)

    @router.patch("/collections/{name}", operation_id="rename_collection", summary="Give a collection another name")
    async def rename(name: Named, form: NameForm) -> dict[str, Any]:
        await keeper.rename(name, form.name)
        return await _one(service, form.name)

    @router.delete(
        "/collections/{name}",
        operation_id="drop_collection",
        summary="Delete a collection and what was uploaded into it, for good",
    )
    async def drop(name: Named) -> dict[str, Any]:
        documents, passages = await keeper.drop(name)
        return {"dropped": name, "documents": documents, "passages": passages}

    return router


async def _one(service: Service, name: str) -> dict[str, Any]:
    found = [item for item in await service.collections() if item.name == name]
    if not found:
        raise ProblemError(404, f'there is no collection "{name}"')
    return asdict(next((item for item in found if item.state == "ready"), found[-1]))
