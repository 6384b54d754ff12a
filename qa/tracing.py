"""How long a question's stages take: for the answer's trace and, if a program set up OpenTelemetry, as spans.

Spans follow OpenTelemetry's conventions for generative AI (in development, as of November 2026). They hold names,
counts and times, but no word of a question, a document or an answer. Nothing is imported and nothing sent unless
OpenTelemetry's API is loaded already, see `qa.command.telemetry`.
"""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

Attribute = str | int | float | bool | list[str]
# The conventions' names.
Operation = Literal["invoke_workflow", "retrieval", "embeddings", "chat"]

_Event = TypeVar("_Event")


class Stage:
    """One stage while it runs; what it notes becomes attributes of its span."""

    def __init__(self, span: Any = None) -> None:
        self._span = span

    def note(self, name: str, value: Attribute) -> None:
        """Set an attribute."""
        if self._span is not None:
            self._span.set_attribute(name, value)


class Recorder:
    """The stages of one question, with the seconds that they took together, in the order in which they began.

    Attributes:
        calls: How often a language model was called and answered.
        prompt_tokens: Tokens that it read, over all calls.
        completion_tokens: Tokens that it wrote.
        estimated: Whether any of these counts is an estimate.
        tried: How faults of the endpoint were worked around, in words.
        lost_s: Seconds that went by on calls that failed.
        sent: Ids of the chunks that the model was given last.
        waits: Why nothing comes, in words, for whoever reads the answer.
    """

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self.waits: asyncio.Queue[str] = asyncio.Queue()
        self.calls = self.prompt_tokens = self.completion_tokens = 0
        self.estimated = False
        self.tried: list[str] = []
        self.lost_s = 0.0
        self.sent: tuple[str, ...] = ()

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """Each stage and its own wall time; what lies in none of them comes last, and together they are the whole."""
        named = [item for item in self._seconds.items() if item[0] != OTHER]
        other = self._seconds.get(OTHER, 0.0)
        return (*named, (OTHER, other)) if other >= _LEAST_S else tuple(named)

    def begin(self, name: str) -> None:
        """Give a stage its place."""
        self._seconds.setdefault(name, 0.0)

    def add(self, name: str, seconds: float) -> None:
        """Add the seconds that a stage took."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds


# What is done between the stages, and how much of it is worth a word.
OTHER = "other"
_LEAST_S = 0.005

_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
# Seconds of the stages within the one that runs, which are not its own.
_within_s: ContextVar[list[float] | None] = ContextVar("within", default=None)


def note_waiting(words: str) -> None:
    """Tell whoever reads the answer why nothing comes."""
    if recorder := _recorder.get():
        recorder.waits.put_nowait(words)


def note_call(prompt_tokens: int, completion_tokens: int, *, estimated: bool) -> None:
    """Count one call of a language model for the question that is being answered."""
    if recorder := _recorder.get():
        recorder.calls += 1
        recorder.prompt_tokens += prompt_tokens
        recorder.completion_tokens += completion_tokens
        recorder.estimated = recorder.estimated or estimated


def note_lost(seconds: float) -> None:
    """Count the seconds of a call that failed."""
    if recorder := _recorder.get():
        recorder.lost_s += seconds


def lost_s() -> float:
    """Return how many seconds of this question were lost on calls that failed."""
    recorder = _recorder.get()
    return recorder.lost_s if recorder else 0.0


def note_tried(words: str) -> None:
    """Keep in words how a fault of an endpoint was worked around."""
    if recorder := _recorder.get():
        recorder.tried.append(words)


def note_sent(ids: Sequence[str]) -> None:
    """Keep the ids of the chunks that a language model is given."""
    if recorder := _recorder.get():
        recorder.sent = tuple(ids)


@contextmanager
def stage(name: str, operation: Operation | None = None, subject: str = "", **attributes: Attribute) -> Iterator[Stage]:
    """Time what happens within, for the question that is being answered.

    The time of a stage within another one is not counted twice: it is the inner one's. It must not be held over a
    `yield`; see `streaming`.

    Args:
        name: In a word, as a person reads it: "search".
        operation: Makes a span of that kind.
        subject: What else the span's name holds, such as the model.
        attributes: Attributes of the span; two underscores in a name stand for a dot.
    """
    with _timed(name), _span(operation, subject, attributes) as span:
        yield Stage(span)


@contextmanager
def _timed(name: str) -> Iterator[None]:
    recorder, started = _recorder.get(), time.perf_counter()
    if recorder is None:
        yield
        return
    recorder.begin(name)
    outer, inner = _within_s.get(), list[float]()
    token = _within_s.set(inner)
    try:
        yield
    finally:
        _within_s.reset(token)
        took = time.perf_counter() - started
        # Stages side by side may take longer together than the one that they lie in.
        recorder.add(name, max(0.0, took - sum(inner)))
        if outer is not None:
            outer.append(took)


async def streaming(
    pieces: AsyncGenerator[_Event, None],
    name: str = "",
    operation: Operation | None = None,
    subject: str = "",
    **attributes: Attribute,
) -> AsyncGenerator[tuple[Stage, _Event], None]:
    """Pass on what a generator yields, timed as a stage without the time of who reads it; as `stage` otherwise.

    Without a `name` there is a span alone.
    """
    with _span(operation, subject, attributes, current=False) as span:
        running = Stage(span)
        async with aclosing(pieces):
            while True:
                with _timed(name) if name else nullcontext():
                    piece = await anext(pieces, _END)
                if piece is _END:
                    return
                yield running, piece  # type: ignore[misc]


async def recorded(
    happening: AsyncGenerator[_Event, None], recorder: Recorder, *, workflow: str
) -> AsyncGenerator[tuple[Stage, _Event], None]:
    """Pass on what a generator yields; its stages go to the recorder, and their spans into that of the workflow.

    The recorder is set only while the generator runs, so that two questions read in turns do not mix.
    """
    attributes: dict[str, Attribute] = {"gen_ai__workflow__name": workflow}
    with _span("invoke_workflow", workflow, attributes, current=False) as span:
        running = Stage(span)
        async with aclosing(happening):
            while True:
                token = _recorder.set(recorder)
                try:
                    with _within(span), _timed(OTHER):
                        event = await anext(happening, _END)
                finally:
                    _recorder.reset(token)
                if event is _END:
                    return
                yield running, event  # type: ignore[misc]


_END = object()


@contextmanager
def _span(
    operation: Operation | None, subject: str, attributes: dict[str, Attribute], *, current: bool = True
) -> Iterator[Any]:
    """Yield a span of OpenTelemetry; None if there is none to make."""
    api = sys.modules.get("opentelemetry.trace")
    if operation is None or api is None:
        yield None
        return
    span = api.get_tracer("footnote").start_span(
        f"{operation} {subject}".strip(),
        kind=api.SpanKind.CLIENT if operation == "chat" else api.SpanKind.INTERNAL,
        attributes={"gen_ai.operation.name": operation, **{k.replace("__", "."): v for k, v in attributes.items()}},
    )
    try:
        with _within(span) if current else nullcontext():
            yield span
    except BaseException as error:
        # Only the error's kind: a message may quote the question.
        if not isinstance(error, GeneratorExit):
            span.set_attribute("error.type", type(error).__qualname__)
            span.set_status(api.StatusCode.ERROR)
        raise
    finally:
        span.end()


def _within(span: Any) -> Any:
    if span is None:
        return nullcontext()
    use = sys.modules["opentelemetry.trace"].use_span
    return use(span, end_on_exit=False, record_exception=False, set_status_on_exception=False)
