"""What a process of `footnote serve` counts for Prometheus: requests, answers, ingests. No text, no name, no address.

Each process counts for itself, since each is asked for itself. What is of the database or of the index is looked up
when somebody asks.
"""

import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client import disable_created_metrics as without_times_of_creation

from qa.answering.events import Event, Finished
from ui.web.guard import Application, Message, Receive, Scope, Send
from ui.web.head import ASKED

# Seconds. A quoted answer takes tenths, a written one seconds, a stream as long as its model.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0)

ROUTE = "footnote.route"
"""Where a request's scope has what it counts as, where no router says it."""
PAGES, OTHER = "pages", "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Measures:
    """The measures of a process. Any number of threads may count."""

    def __init__(self) -> None:
        without_times_of_creation()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "footnote_requests", "Requests that were answered.", ["route", "method", "status"], registry=registry
        )
        self.request_seconds = Histogram(
            "footnote_request_seconds",
            "From a request to its last byte.",
            ["route"],
            buckets=_BUCKETS,
            registry=registry,
        )
        self.in_progress = Gauge(
            "footnote_requests_in_progress", "Requests that are being answered.", registry=registry
        )
        self.answers = Counter(
            "footnote_answers",
            "Questions by what came of them: answered, nothing found, stopped by who asked, failed.",
            ["outcome"],
            registry=registry,
        )
        self.answer_seconds = Histogram(
            "footnote_answer_seconds", "From a question to its whole answer.", buckets=_BUCKETS, registry=registry
        )
        self._ingests = Gauge("footnote_ingests", "Ingests of the database by state.", ["state"], registry=registry)
        self._index_up = Gauge("footnote_index_up", "Whether the index can be used.", registry=registry)
        self._collections = Gauge("footnote_collections", "Collections of the index.", registry=registry)

    def written(self, *, ingests: Mapping[str, int], collections: int | None) -> bytes:
        """Return all measures in the text format of Prometheus.

        Args:
            ingests: How many the database knows in each state.
            collections: How many the index has; None if it cannot be used.
        """
        self._ingests.clear()
        for state, count in ingests.items():
            self._ingests.labels(state).set(count)
        self._index_up.set(collections is not None)
        self._collections.set(collections or 0)
        return generate_latest(self._registry)

    async def followed(self, happening: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
        """Yield what happens while a question is answered, and count what came of it."""
        started, outcome = time.monotonic(), "stopped"
        try:
            async with aclosing(happening):
                async for event in happening:
                    if isinstance(event, Finished):
                        outcome = "answered" if event.answer.found else "nothing found"
                        self.answer_seconds.observe(time.monotonic() - started)
                    yield event
        except Exception:
            outcome = "failed"
            raise
        finally:
            self.answers.labels(outcome).inc()


class Measured:
    """An ASGI application that passes all on to another, and counts the requests by route, method and status.

    The route is the pattern of a path, never the path: that holds names.
    """

    def __init__(self, app: Application, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.monotonic(), "500"

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        self._measures.in_progress.inc()
        try:
            await self._app(scope, receive, noted)
        finally:
            route = _route(scope)
            asked = scope.get(ASKED, scope["method"])
            method = asked if asked in _METHODS else OTHER
            self._measures.in_progress.dec()
            self._measures.requests.labels(route, method, status).inc()
            self._measures.request_seconds.labels(route).observe(time.monotonic() - started)


def _route(scope: Scope) -> str:
    """Return the pattern of the route that the routers found; what they did not know is `OTHER`."""
    found: Any = scope.get("route")
    pattern = getattr(found, "path", "")
    named: str = scope.get(ROUTE, OTHER)
    return pattern if named == OTHER and isinstance(pattern, str) and pattern.startswith("/") else named
