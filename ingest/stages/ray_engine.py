"""An ingest as a Ray Data pipeline: files are read by tasks, embedded and stored by a pool of actors.

The plan is made here, as for every ingest; what an actor does with a file is what `ingest.stages` does with it. All
of them write to the same index through the same store code, so the same guards hold: on an embedded engine they join
the one that this process started, and their requests take turns. Where there are GPUs, each actor has one.
"""

import asyncio
import logging
import pickle
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from ingest.discover.files import Discovered
from ingest.discover.sources import FileSource
from ingest.pipeline import finish, planned, remove
from ingest.plan.plan import Register, Task, Wishes, make_plan, read_register
from ingest.read.prepare import Prepared
from ingest.read.workers import Limits, Workers
from ingest.report import IngestReport, OnProgress, ignore_progress
from ingest.split.pieces import ReadQueue
from ingest.split.splitter import Splitter, SplitterOptions
from ingest.stages.read import job_of
from ingest.stages.run import Run
from ingest.stages.shared import Shared
from qa.config import Settings
from qa.errors import ConfigError, LoadError, StoreError
from qa.store import Index

# Files that an actor takes at a time: enough chunks to sort by length, few enough to spread a small folder.
_FILES = 16


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a file was not read: a `LoadError` that can be pickled."""

    source: str
    reason: str
    passing: bool


Outcome = Prepared | Unread


@dataclass(frozen=True, slots=True)
class Order:
    """What the tasks and actors of one ingest have in common; it travels to them once.

    Attributes:
        settings: Filled with what the collection was made with.
        identity: The index's identity.
        options: How to split documents.
        register: What the index knew at the start.
        limits: What one file may take.
    """

    settings: Settings
    identity: str
    options: SplitterOptions
    register: Register
    limits: Limits


async def ingest_with_ray(
    found: Discovered,
    *,
    index: Index,
    settings: Settings,
    splitter: Splitter,
    wishes: Wishes | None = None,
    limits: Limits | None = None,
    on_progress: OnProgress = ignore_progress,
    actors: int = 0,
) -> IngestReport:
    """Bring the index in step with what was found, as `ingest.ingest` does, on the Ray cluster that `ray` finds.

    Args:
        found: Files alone.
        index: Open; the actors open it for themselves by `settings`.
        settings: Filled with what the collection was made with.
        splitter: Cuts documents.
        wishes: How to go about it.
        limits: What one file may take.
        on_progress: Called when the report changed.
        actors: How many embed; 0 is one for each GPU, or one for every two processors.

    Raises:
        ConfigError: Ray is not installed, or a source is not a file.
        StoreError: The index failed.
    """
    started = time.monotonic()
    register = await read_register(index)
    plan = await make_plan(found, register, wishes or Wishes())
    if not all(isinstance(task.source, FileSource) for task in plan.tasks):
        raise ConfigError("--engine ray ingests files alone; ingest other sources without it")
    report = planned(found, plan)
    if plan.tasks:
        order = Order(settings, index.identity, splitter.options, register, limits or Limits())
        async for done in _results(order, plan.tasks, actors):
            report.add(pickle.loads(done["report"]))
            on_progress(report, str(done["last"]))
    await remove(plan, index, report, on_progress)
    await finish(index, report, started)
    return report


async def _results(order: Order, tasks: Sequence[Task], actors: int) -> AsyncIterator[dict[str, Any]]:
    """Yield what the actors report; Ray's calls block, so they are made in threads."""
    try:
        import ray.data
        import ray.exceptions
    except ImportError as error:
        raise ConfigError('--engine ray needs Ray; install it with: pip install "footnote[ray]"') from error

    ours = not ray.is_initialized()
    try:
        results = await asyncio.to_thread(_started, order, tasks, actors)
        while (done := await asyncio.to_thread(next, results, None)) is not None:
            yield done
    except ray.exceptions.RayError as error:
        reason = str(error).strip().splitlines()[-1][:300]
        raise StoreError(f"Ray stopped ({reason}); what was counted is stored, run the same command again") from error
    finally:
        if ours:
            await asyncio.to_thread(ray.shutdown)


def _started(order: Order, tasks: Sequence[Task], actors: int) -> Any:
    """Start the pipeline and return an iterator of its results."""
    import ray
    import ray.data

    if not ray.is_initialized():
        ray.init(logging_level=logging.ERROR, log_to_driver=False, include_dashboard=False)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    gpus = int(ray.cluster_resources().get("GPU", 0))
    count = actors or gpus or max(1, int(ray.cluster_resources().get("CPU", 1)) // 2)
    common = pickle.dumps(order)
    # Each file is a row of its own: Ray spreads them over the cluster, whatever their sizes.
    files = ray.data.from_items(
        [{"task": pickle.dumps(task)} for task in tasks], override_num_blocks=max(1, len(tasks) // _FILES)
    )
    # The two steps take different shares of a processor: Ray fuses equal ones, and reading would not overlap embedding.
    read = files.map_batches(_read, fn_kwargs={"order": common}, batch_size=_FILES, num_cpus=0.25)
    stored = read.map_batches(
        _Store,
        fn_constructor_kwargs={"order": common},
        batch_size=_FILES,
        compute=ray.data.ActorPoolStrategy(size=count),
        num_cpus=0.5,
        num_gpus=1 if gpus else 0,
    )
    return iter(stored.iter_rows())


def _read(batch: dict[str, Any], order: bytes) -> dict[str, Any]:
    """Read files, each within the limits, in processes below this task's own."""
    common: Order = pickle.loads(order)
    tasks: list[Task] = [pickle.loads(task) for task in batch["task"]]
    outcomes = asyncio.run(_prepared(common, tasks))
    return {"read": [pickle.dumps(pair) for pair in zip(tasks, outcomes, strict=True)]}


async def _prepared(order: Order, tasks: Sequence[Task]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    async with Workers(1, order.limits) as workers:
        for task in tasks:
            try:
                outcomes.append(await workers.prepare(job_of(task, order.identity, order.options)))
            except LoadError as error:
                outcomes.append(Unread(error.source, error.reason, error.passing))
    return outcomes


class _Store:
    """An actor: one model, one connection to the index, one event loop that owns both."""

    def __init__(self, order: bytes) -> None:
        self._order: Order = pickle.loads(order)
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._parts = self._run(self._open())

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(coroutine)

    async def _open(self) -> tuple[Index, Any, Any]:
        from qa.wiring import chunk_embedders, open_settings_index

        index = await self._stack.enter_async_context(open_settings_index(self._order.settings))
        made = await index.open()
        return index, *chunk_embedders(self._order.settings, made.terms_version)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Embed and store what was read, and report it."""
        pairs: list[tuple[Task, Outcome]] = [pickle.loads(read) for read in batch["read"]]
        report = self._run(self._stored(pairs))
        return {"report": [pickle.dumps(report)], "last": [pairs[-1][0].name]}

    async def _stored(self, pairs: Sequence[tuple[Task, Outcome]]) -> IngestReport:
        index, dense, sparse = self._parts
        options = self._order.options
        splitter = Splitter(options.tokenizer_file, chunk_tokens=options.chunk_tokens, max_tokens=options.max_tokens)
        report = IngestReport()
        register, stop = self._order.register, asyncio.Event()
        run = Run(Shared(index, splitter, register, report, ignore_progress, stop), dense=dense, sparse=sparse)

        async def feed(reads: ReadQueue) -> None:
            for task, outcome in pairs:
                if isinstance(outcome, Unread):
                    await run.read.fail(task, LoadError(outcome.source, outcome.reason, passing=outcome.passing))
                else:
                    await run.read.accept(task, outcome, reads)
            await reads.put(None)

        await run.through(feed)
        return report
