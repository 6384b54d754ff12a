"""`/api/documents`: listed, read, uploaded, removed and brought back."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from qa.answering.serialise import chunk_values
from qa.store.records import RegisterRow
from qa.store.where import parse_filter
from ui.api.jobs_routes import job_values
from ui.api.json_body import JsonRoute
from ui.api.keeper import Keeper
from ui.api.multipart import MOST_FILES, read_form
from ui.api.parameters import NAME, PAGE, Collection, Conditions, Cursor, Limit, cursor_of, read_cursor, tagged
from ui.api.problems import PROBLEMS, ProblemError
from ui.api.service import Service
from ui.documents.listing import Entry
from ui.documents.removing import Removal
from ui.documents.uploads import MOST_MB, Clash, Refused
from ui.web.access import current_access
from ui.web.place import at
from ui.web.unpathed import metadata_for_who_asks

_CLASHES: tuple[Clash, ...] = ("replace", "both", "skip")
_WHY = {
    "hidden": "hidden files are passed over",
    "trace": "a program keeps it for itself",
    "kind": "of a kind that Footnote does not read",
    "size": f"larger than {MOST_MB} MB",
    "name": "without a usable name",
    "empty": "empty",
}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "format": "binary"},
                            "description": f"Files of at most {MOST_MB} MB; a name may be a path with slashes",
                        },
                        "clash": {
                            "type": "string",
                            "enum": list(_CLASHES),
                            "description": "What becomes of files whose names are taken; without it, none is kept",
                        },
                        "collection": {
                            "type": "string",
                            "pattern": NAME,
                            "description": "Made if there is none; that of the settings if it is left out",
                        },
                    },
                }
            }
        },
    }
}


def documents_router(service: Service, keeper: Keeper) -> APIRouter:
    """Return the routes."""
    router = APIRouter(route_class=JsonRoute, prefix="/api", tags=["Documents"], responses=PROBLEMS)

    @router.get("/documents", operation_id="list_documents", summary="List the documents of a collection, by source")
    async def documents(
        request: Request,
        collection: Collection = "",
        where: Conditions = None,
        limit: Limit = PAGE,
        cursor: Cursor = "",
    ) -> Response:
        rows = await service.documents(where=parse_filter(where or ()), collection=collection)
        after = tuple(read_cursor(cursor, 2))
        rest = [row for row in rows if (row.source, row.document_id) > after] if cursor else rows
        page = rest[:limit]
        more = len(rest) > len(page)
        values = {
            "documents": [_row(row) for row in page],
            "total": len(rows),
            "next": cursor_of(page[-1].source, page[-1].document_id) if more else None,
        }
        return tagged(request, values)

    @router.post(
        "/documents",
        operation_id="upload_documents",
        summary="Upload files, and have them ingested",
        status_code=202,
        openapi_extra=_FORM,
    )
    async def upload(request: Request) -> Response:
        # Who may add nothing anywhere does not fill the disk first.
        await asyncio.to_thread(lambda: current_access().require_adding())
        async with read_form(request) as form:
            clash = _clash(form.texts.get("clash", ""))
            brought = await keeper.upload(form.files, collection=_name(form.texts.get("collection", "")), clash=clash)
        refused = [_refused(item) for item in brought.refused]
        if refused and not brought.kept:
            told = "; ".join(f"{item['name']}: {item['detail']}" for item in refused[:10])
            raise ProblemError(422, f"none of these files can be taken in: {told}", param="files")
        values = {
            "job": job_values(brought.job) if brought.job else None,
            "kept": [{"name": name, "path": path} for name, path in brought.kept],
            "refused": refused,
        }
        headers = {"location": at(f"/api/jobs/{brought.job.id}")} if brought.job else None
        return JSONResponse(values, 202, headers=headers)

    @router.delete("/documents", operation_id="remove_documents", summary="Remove all documents that pass a filter")
    async def remove_some(
        where: Annotated[list[str], Query(min_length=1, description="Conditions; at least one, so that not all go")],
        collection: Collection = "",
    ) -> dict[str, Any]:
        return _removed(*await keeper.remove(collection=collection, where=parse_filter(where)))

    @router.get("/documents/{document}", operation_id="read_document", summary="A document and its passages, in order")
    async def document(request: Request, document: str, collection: Collection = "") -> Response:
        found = await service.text(document, collection=collection)
        if found is None:
            raise ProblemError(404, f'there is no document "{document}"')
        row, chunks = found
        return tagged(request, {**_row(row), "passages": [chunk_values(chunk) for chunk in chunks]})

    @router.delete("/documents/{document}", operation_id="remove_document", summary="Remove a document")
    async def remove(document: str, collection: Collection = "") -> dict[str, Any]:
        return _removed(*await keeper.remove(collection=collection, documents=[document]))

    @router.post(
        "/removals/{removal}/undo",
        operation_id="undo_removal",
        summary="Bring back what was removed, until this process ends",
    )
    async def undo(removal: str, collection: Collection = "") -> dict[str, Any]:
        back = await keeper.undo(removal, collection=collection)
        return {"documents": back.documents, "there_already": back.there}

    return router


def _clash(text: str) -> Clash | None:
    clash = next((known for known in _CLASHES if known == text), None)
    if text and clash is None:
        raise ProblemError(422, f'clash is "{text}"; it must be one of {", ".join(_CLASHES)}', param="clash")
    return clash


def _name(text: str) -> str:
    from qa.config import NAME as USABLE

    if text and not USABLE.fullmatch(text):
        raise ProblemError(
            422, f'collection "{text}" is not a name; use letters, digits and underscores', param="collection"
        )
    return text


def _refused(item: Refused) -> dict[str, str]:
    return {"name": item.name, "reason": item.reason, "detail": _WHY[item.reason]}


def _removed(removal: Removal, entries: list[Entry]) -> dict[str, Any]:
    return {
        "removal": removal.id,
        "removed": [
            {"id": entry.document, "source": entry.source, "title": entry.title, "passages": entry.passages}
            for entry in entries
        ],
    }


def _row(row: RegisterRow) -> dict[str, Any]:
    return {
        "id": row.document_id,
        "source": row.source,
        "title": row.title,
        "media_type": row.media_type,
        "size": row.size,
        "sha256": row.sha256,
        "modified": row.modified,
        "ingested": row.ingested_at,
        "passages": row.chunk_count,
        "metadata": metadata_for_who_asks(row.metadata),
    }
