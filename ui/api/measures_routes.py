"""`/metrics`: what the process counts, for Prometheus."""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from qa.errors import QAError
from ui.api.json_body import JsonRoute
from ui.api.problems import ProblemError
from ui.api.service import Service
from ui.web.identity import person_of
from ui.web.measures import Measures

MEASURES = "/metrics"
_KIND = "text/plain; version=1.0.0; charset=utf-8"
# Prometheus itself waits ten seconds.
_LONGEST_S = 5.0


def measures_router(service: Service, measures: Measures, ingests_by_state: Callable[[], dict[str, int]]) -> APIRouter:
    """Return the route.

    Args:
        service: Tells whether the index can be used.
        measures: Of this process.
        ingests_by_state: Counts the ingests of the database.
    """
    router = APIRouter(route_class=JsonRoute, tags=["Operation"])

    @router.get(
        MEASURES,
        operation_id="measures",
        summary="Requests, answers, ingests and the index, for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}},
    )
    async def measured(request: Request) -> Response:
        if not person_of(request).may("admin"):
            raise ProblemError(403, "this needs a key of an owner of all, with the scope admin")
        async with asyncio.TaskGroup() as tasks:
            counted = tasks.create_task(_ingests(ingests_by_state))
            collections = tasks.create_task(_collections(service))
        return Response(
            measures.written(ingests=counted.result(), collections=collections.result()),
            headers={"content-type": _KIND, "cache-control": "no-store"},
        )

    return router


async def _collections(service: Service) -> int | None:
    """Return how many collections there are, None where the index cannot be used or says nothing for long."""
    try:
        async with asyncio.timeout(_LONGEST_S):
            return len(await service.collections())
    except (QAError, TimeoutError):
        return None


async def _ingests(ingests_by_state: Callable[[], dict[str, int]]) -> dict[str, int]:
    """Return how many ingests there are by state; none where the database cannot be used."""
    try:
        return await asyncio.to_thread(ingests_by_state)
    except QAError:
        return {}
