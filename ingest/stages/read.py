"""The first stage of an ingest: files are loaded and split, several at a time, and queued for the model."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from ingest.discover.sources import FileSource, LoadedSource
from ingest.plan.plan import Task
from ingest.read.prepare import Job, Prepared, prepared
from ingest.read.workers import Workers
from ingest.report import EMPTY
from ingest.split.pieces import Read, ReadQueue
from ingest.split.splitter import SplitterOptions
from ingest.stages.queues import put
from ingest.stages.shared import Shared
from ingest.stages.store import StoreStage
from qa.errors import LoadError
from qa.store import failed_row

# Files read at a time at first. With n at a time, one more is added once the model has waited n times the patience.
READERS = 2
_PATIENCE_S = 2.0


class ReadStage:
    """Reads files, and hands on those of their documents that are not stored yet."""

    def __init__(self, shared: Shared, store: StoreStage) -> None:
        """Take what all stages share, and the stage that finishes a file of which nothing is new."""
        self._shared = shared
        self._store = store

    async def run(self, tasks: Iterator[Task], workers: Workers, reads: ReadQueue) -> None:
        """Load and split the files of the tasks; more of them at a time if the model has to wait."""

        async def work() -> None:
            for task in tasks:
                if self._shared.stop.is_set():
                    return
                self._shared.on_progress(self._shared.report, task.source.name)
                try:
                    await self.accept(task, await self._prepare(task, workers), reads)
                except LoadError as error:
                    await self.fail(task, error)

        async def more() -> None:
            readers = min(READERS, workers.count)
            while readers < workers.count:
                await asyncio.sleep(_PATIENCE_S / 8)
                if self._shared.waits.seconds >= readers * _PATIENCE_S:
                    loaders.create_task(work())
                    readers += 1

        async with asyncio.TaskGroup() as loaders:
            first = [loaders.create_task(work()) for _ in range(min(READERS, workers.count))]
            helping = loaders.create_task(more())
            await asyncio.wait(first)
            helping.cancel()
        await put(reads, None)

    async def _prepare(self, task: Task, workers: Workers) -> Prepared:
        source = task.source
        if not isinstance(source, FileSource):
            return await asyncio.to_thread(self._load, task, source)
        report = self._shared.report

        def at(done: int, total: int) -> None:
            report.pages[task.name] = done, total
            self._shared.on_progress(report, task.source.name)

        try:
            return await workers.prepare(job_of(task, self._shared.index.identity, self._shared.splitter.options), at)
        finally:
            report.pages.pop(task.name, None)

    async def accept(self, task: Task, whole: Prepared, reads: ReadQueue) -> None:
        """Queue those documents of a file that are not stored in this version yet, as soon as there is room."""
        stored = dict(self._shared.register.inside.get(task.name, {}))
        if task.known:
            stored[task.name] = task.known
        new = [
            document
            for document in whole.documents
            if document.row.source not in stored or stored[document.row.source].version != document.row.version
        ]
        self._shared.report.seen += len(whole.documents) + len(whole.failed) - 1
        self._shared.report.unchanged += len(whole.documents) - len(new)
        self._shared.report.ignored += whole.ignored
        self._shared.report.files_read += 1
        self._shared.report.chunks_read += sum(len(document.chunks) for document in new)
        read = Read(task, replace(whole, documents=new))
        if not new:
            await self._store.finish(read)
            return
        await self._shared.budget.take(read.prepared.size)
        await put(reads, read)

    def _load(self, task: Task, source: LoadedSource) -> Prepared:
        file = source.fingerprint()
        document = source.load()
        own = prepared(
            document, file, identity=self._shared.index.identity, splitter=self._shared.splitter, metadata=task.metadata
        )
        return Prepared([own], (task.name,))

    async def fail(self, task: Task, error: LoadError) -> None:
        """Report a file that cannot be read, and remember it until it changes, unless that may pass."""
        named = isinstance(task.source, FileSource) and task.source.single
        is_blank = error.reason == EMPTY and task.known is None and not named
        self._shared.report.fail(error.source, error.reason, is_blank=is_blank)
        self._shared.report.bytes_done += task.size
        if error.passing or not isinstance(task.source, FileSource):
            return
        try:
            file = await asyncio.to_thread(task.source.fingerprint)
        except LoadError:
            return  # gone or closed by now; it is reported, and there is no version to remember it by
        row = failed_row(
            self._shared.index.identity,
            task.name,
            error.reason,
            sha256=file.sha256,
            size=file.size,
            modified=file.modified,
            metadata=task.metadata,
        )
        await self._shared.index.record_failures([row])


def job_of(task: Task, identity: str, options: SplitterOptions) -> Job:
    """Return the job that tells a worker to read a task's file."""
    if not isinstance(task.source, FileSource):
        raise TypeError(f"{task.name} is not a file")
    return Job(task.source, task.name, identity, options, task.metadata)
