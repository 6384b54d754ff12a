"""Stages with their times, and OpenTelemetry's spans of them: from real providers, to a real socket."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, run
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qa.command.telemetry import send_spans
from qa.errors import ConfigError
from qa.tracing import Recorder, recorded, stage, streaming


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


async def working(names: list[str]) -> AsyncGenerator[str, None]:
    for name in names:
        with stage(name, "retrieval", gen_ai__request__top_k=8) as running:
            await asyncio.sleep(0)
            running.note("footnote.retrieval.hits", 3)
        yield name


def test_stages_add_up_in_the_order_in_which_they_began() -> None:
    async def main() -> None:
        recorder = Recorder()
        async for _, _ in recorded(working(["read", "search", "read"]), recorder, workflow="w"):
            pass
        assert [name for name, _ in recorder.seconds] == ["read", "search"]
        assert all(seconds > 0.0 for _, seconds in recorder.seconds)

    run(main)


def test_stage_within_another_is_counted_once_and_all_are_the_whole() -> None:
    async def nested() -> AsyncGenerator[str, None]:
        await asyncio.sleep(0.02)
        with stage("outer"):
            await asyncio.sleep(0.02)
            with stage("inner"):
                await asyncio.sleep(0.02)
        yield "done"

    async def main() -> None:
        recorder, began = Recorder(), time.perf_counter()
        async for _, _ in recorded(nested(), recorder, workflow="w"):
            pass
        took = time.perf_counter() - began
        seconds = dict(recorder.seconds)
        assert list(seconds) == ["outer", "inner", "other"]
        assert 0.9 * took < sum(seconds.values()) <= took
        assert seconds["outer"] < 0.75 * (seconds["outer"] + seconds["inner"])

    run(main)


def test_questions_read_in_turns_do_not_mix() -> None:
    async def main() -> None:
        recorders = [Recorder(), Recorder()]
        both = [
            recorded(working([f"{at}{name}" for name in "ab"]), recorder, workflow="w")
            for at, recorder in enumerate(recorders)
        ]
        for _ in range(2):
            for happening in both:
                await anext(happening)
        for happening in both:
            await happening.aclose()
        assert [[name for name, _ in recorder.seconds] for recorder in recorders] == [["0a", "0b"], ["1a", "1b"]]

    run(main)


def test_time_of_who_reads_a_reply_is_not_the_models() -> None:
    async def pieces() -> AsyncGenerator[str, None]:
        yield "a"
        yield "b"

    async def reply() -> AsyncGenerator[str, None]:
        async with aclosing(streaming(pieces(), "write", "chat", "m")) as told:
            async for _, piece in told:
                yield piece

    async def main() -> None:
        recorder = Recorder()
        async for _, _ in recorded(reply(), recorder, workflow="w"):
            await asyncio.sleep(0.05)
        [(name, seconds)] = recorder.seconds
        assert name == "write"
        assert seconds < 0.05

    run(main)


def test_spans_lie_within_their_question_and_say_what_the_conventions_name(spans: InMemorySpanExporter) -> None:
    async def main() -> None:
        async for workflow, _ in recorded(working(["search"]), Recorder(), workflow="footnote"):
            workflow.note("footnote.route", "passages")

    run(main)
    found = by_name(spans)
    assert set(found) == {"invoke_workflow footnote", "retrieval"}
    root, search = found["invoke_workflow footnote"], found["retrieval"]
    assert search.parent
    assert root.context
    assert search.parent.span_id == root.context.span_id
    assert dict(root.attributes or {}) == {
        "gen_ai.operation.name": "invoke_workflow",
        "gen_ai.workflow.name": "footnote",
        "footnote.route": "passages",
    }
    assert dict(search.attributes or {}) == {
        "gen_ai.operation.name": "retrieval",
        "gen_ai.request.top_k": 8,
        "footnote.retrieval.hits": 3,
    }


def test_failed_stage_says_its_kind_and_not_its_message(spans: InMemorySpanExporter) -> None:
    async def failing() -> AsyncGenerator[str, None]:
        with stage("search", "retrieval"):
            raise ConfigError("a secret")
        yield ""

    async def main() -> None:
        with pytest.raises(ConfigError):
            async for _ in recorded(failing(), Recorder(), workflow="footnote"):
                pass

    run(main)
    for span in spans.get_finished_spans():
        assert (span.attributes or {})["error.type"] == "ConfigError"
        assert not span.events
        assert "secret" not in span.to_json()


def test_question_given_up_ends_its_spans(spans: InMemorySpanExporter) -> None:
    async def main() -> None:
        happening = recorded(working(["read", "search"]), Recorder(), workflow="footnote")
        await anext(happening)
        await happening.aclose()

    run(main)
    assert len(spans.get_finished_spans()) == 2
    assert all(span.status.is_unset for span in spans.get_finished_spans())


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    bodies: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", bodies
    server.shutdown()
    server.server_close()


def test_command_sends_its_spans_to_the_endpoint_and_no_word_of_the_question(
    sample_home: Path, collector: tuple[str, list[bytes]]
) -> None:
    address, bodies = collector
    environment = {**os.environ, "FOOTNOTE_HOME": str(sample_home), "OTEL_EXPORTER_OTLP_ENDPOINT": address}
    asked = subprocess.run(
        [Path(sys.executable).parent / "footnote", "ask", "Which company repaired the damaged export cable?"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )
    assert "Bryhaven" in asked.stdout, asked.stderr
    names, together = [], b"".join(bodies)
    for body in bodies:
        request = ExportTraceServiceRequest.FromString(body)
        names += [span.name for group in request.resource_spans for scope in group.scope_spans for span in scope.spans]
    assert {"invoke_workflow footnote", "retrieval", "embeddings all-MiniLM-L6-v2"} <= set(names)
    assert b"footnote" in together
    for word in (b"Bryhaven", b"export cable", b"damaged"):
        assert word not in together


def test_endpoint_without_what_sends_to_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ConfigError, match=r"pip install 'footnote\[otel\]'"):
        send_spans()


def test_nothing_is_loaded_without_an_endpoint() -> None:
    script = (
        "import sys; from qa.command.telemetry import send_spans; from qa.tracing import stage\n"
        "send_spans()\nwith stage('read', 'retrieval'): pass\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT, env=environment)
