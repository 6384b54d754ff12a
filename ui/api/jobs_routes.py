"""`/api/jobs`: ingests, the same that the page of documents shows; how far they are comes as server-sent events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field, model_validator
from starlette.responses import JSONResponse, Response, StreamingResponse

from qa.database.ingests import Ingest
from qa.store.where import parse_filter
from ui.api.failures import told
from ui.api.json_body import JsonRoute
from ui.api.keeper import Keeper
from ui.api.openai_forms import sent_event
from ui.api.parameters import NAME, Collection, Cursor, Limit, cursor_of, read_cursor
from ui.api.problems import PROBLEMS, ProblemError, problem
from ui.api.strict import Digits, Form
from ui.documents.unpathed import as_seen, failures_as_seen
from ui.web.place import at

_PAGE = 20
_FAILURES, _MOST_FAILURES = 100, 1_000
_MOST_DOCUMENTS = 1_000
_WAYS = ("address", "folder", "documents", "where", "job")


class JobForm(Form):
    """What is to be ingested: one of `address`, `folder`, `documents`, `where` and `job`."""

    address: str = Field("", max_length=2_000, description="A web page, a sitemap or a list of pages")
    folder: str = Field("", max_length=4_000, description="A folder or file of the machine that runs Footnote")
    documents: list[str] = Field(default_factory=list, max_length=_MOST_DOCUMENTS, description="Ids, to be read again")
    where: list[str] = Field(default_factory=list, description="Conditions; what passes them is read again")
    job: str = Field("", max_length=100, description="Id of a job that is to be done once more")
    collection: str = Field("", pattern=NAME, description="Made if there is none")

    @model_validator(mode="after")
    def _one_way(self) -> "JobForm":
        if len([way for way in _WAYS if getattr(self, way)]) != 1:
            raise ValueError(f"say what is to be ingested with exactly one of {', '.join(_WAYS)}")
        return self


def jobs_router(keeper: Keeper) -> APIRouter:
    """Return the routes."""
    router = APIRouter(route_class=JsonRoute, prefix="/api", tags=["Jobs"], responses=PROBLEMS)

    @router.get("/jobs", operation_id="list_jobs", summary="List the ingests, the newest first")
    async def jobs(collection: Collection = "", limit: Limit = _PAGE, cursor: Cursor = "") -> dict[str, Any]:
        [skipped] = read_cursor(cursor, 1)
        if skipped and not (skipped.isascii() and skipped.isdecimal() and len(skipped) < 10):
            raise ProblemError(400, "this cursor is not one that was given out; begin without one", param="cursor")
        skip = int(skipped or 0)
        found = await keeper.jobs(collection=collection, limit=limit + 1, skip=skip)
        return {
            "jobs": [job_values(ingest) for ingest in found[:limit]],
            "next": cursor_of(str(skip + limit)) if len(found) > limit else None,
        }

    @router.post(
        "/jobs",
        operation_id="start_job",
        summary="Ingest a web address or a folder, documents again, or an earlier job once more",
        status_code=202,
    )
    async def start(form: JobForm) -> Response:
        lost: list[dict[str, str]] = []
        if form.job:
            ingest: Ingest | None = await keeper.repeat(form.job)
        elif form.address or form.folder:
            ingest = await keeper.add(collection=form.collection, folder=form.folder, address=form.address)
        else:
            where = parse_filter(form.where) if form.where else None
            ingest, entries = await keeper.again(collection=form.collection, documents=form.documents, where=where)
            lost = [{"id": entry.document, "source": entry.source} for entry in entries]
        if ingest is None:
            raise ProblemError(
                409, f"it is not known where the file of {lost[0]['source']} is; upload it, or name its folder"
            )
        values = {"job": job_values(ingest), "lost": lost}
        return JSONResponse(values, 202, headers={"location": at(f"/api/jobs/{ingest.id}")})

    @router.get("/jobs/{job}", operation_id="read_job", summary="How far an ingest is, and what it could not read")
    async def job(
        job: str,
        failures: Annotated[Digits, Query(ge=0, le=_MOST_FAILURES, description="Most that are listed")] = _FAILURES,
    ) -> dict[str, Any]:
        ingest = await keeper.job(job)
        listed = failures_as_seen(await keeper.failures(job, limit=failures), ingest)
        return {**job_values(ingest), "failures": [asdict(failure) for failure in listed]}

    @router.post("/jobs/{job}/cancel", operation_id="cancel_job", summary="End an ingest; what is stored stays")
    async def cancel(job: str) -> dict[str, Any]:
        return job_values(await keeper.cancel(job))

    @router.get(
        "/jobs/{job}/events",
        operation_id="follow_job",
        summary="Follow an ingest: `progress` whenever something changes, `ended` at its end",
        response_class=StreamingResponse,
        responses={200: {"description": "Server-sent events", "content": {"text/event-stream": {}}}},
    )
    async def events(job: str) -> Response:
        await keeper.job(job)  # what is not there is told before anything is sent
        stream = _streamed(keeper.followed(job))
        return StreamingResponse(stream, media_type="text/event-stream", headers={"cache-control": "no-store"})

    return router


async def _streamed(happening: AsyncGenerator[Ingest | None, None]) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(happening) as ingests:
            async for ingest in ingests:
                if ingest is None:
                    yield b": still at it\n\n"
                else:
                    yield sent_event(job_values(ingest), name="ended" if ingest.is_finished else "progress")
    except Exception as error:  # noqa: BLE001 - the status was sent already; the client is told within the stream
        yield sent_event(problem(*told(error)), name="failed")


def job_values(ingest: Ingest) -> dict[str, Any]:
    """Return an ingest as programs read it."""
    ingest = as_seen(ingest)
    is_waiting = ingest.stage == "waiting" and not ingest.is_finished
    return {
        "id": ingest.id,
        "collection": ingest.collection,
        "kind": ingest.kind,
        "wanted": list(ingest.wanted),
        "state": ingest.state,
        "stage": ingest.stage or None,
        "waits_for": ingest.error if is_waiting else None,
        "progress": asdict(ingest.progress),
        "error": (ingest.error or None) if ingest.is_finished else None,
        "cancelled": ingest.cancelled,
        "created": _moment(ingest.created),
        "started": _moment(ingest.started),
        "finished": _moment(ingest.finished),
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
