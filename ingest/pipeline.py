"""The ingest flow from end to end: plan → load → split → embed (dense + sparse) → store → commit.

What is new, changed or gone is planned first; `ingest.stages` does the rest, all of it at the same time, so that memory
stays flat and the model, which costs most, is never kept waiting. Files are read in processes of their own.
"""

import asyncio
import os
import time

from ingest.discover.files import Discovered
from ingest.load.picture import ocr_work
from ingest.plan.plan import Plan, Register, Wishes, make_plan, read_register
from ingest.read.workers import Limits, Workers
from ingest.report import IngestReport, OnProgress, ignore_progress
from ingest.split.splitter import Splitter
from ingest.stages.read import READERS
from ingest.stages.run import Run
from ingest.stages.shared import Shared
from ingest.stages.store import outcome
from qa.models.dense import ChunkEmbedder, SparseChunkEmbedder
from qa.store import Index

# A reader makes about 1,000 chunks a second of office files, and the engine stores 3,000.
_MOST_READERS = 4
_REMOVED_AT_ONCE = 500


async def ingest(
    found: Discovered,
    *,
    index: Index,
    splitter: Splitter,
    dense: ChunkEmbedder,
    sparse: SparseChunkEmbedder,
    wishes: Wishes | None = None,
    limits: Limits | None = None,
    lender: Index | None = None,
    on_progress: OnProgress = ignore_progress,
    stop: asyncio.Event | None = None,
) -> IngestReport:
    """Bring the index in step with what was found.

    A source whose content did not change is passed over. One that cannot be read is reported and remembered; it does
    not stop the others, and what was stored of it stays. A registered file that has vanished from one of the folders
    is removed, unless a new file has the same content: then it has moved there.

    Args:
        found: What `discover` returns, or documents of your own.
        index: Open, and made with the same models.
        splitter: Cuts documents.
        dense: Embeds chunks.
        sparse: Makes the sparse vectors: counts terms, or a learned model.
        wishes: How to go about it.
        limits: What one file may take.
        lender: Another index with vectors of the same model, which are taken for the same texts.
        on_progress: Called when the report changed or another file is taken up, with the path of that file.
        stop: Once it is set, no further file is read; what is being embedded is stored, and the report says so.

    Raises:
        StoreError: The index failed; what was committed before stays, and the next run goes on from there.
        ModelError: The dense model cannot be loaded.
    """
    started = time.monotonic()
    register = await read_register(index)
    plan = await make_plan(found, register, wishes or Wishes())
    report = planned(found, plan)
    shared = Shared(index, splitter, register, report, on_progress, stop or asyncio.Event(), lender=lender)
    run = Run(shared, dense=dense, sparse=sparse)
    async with Workers(_readers(), limits or Limits()) as workers:
        await run.through(lambda reads: run.read.run(iter(plan.tasks), workers, reads))
    report.interrupted = shared.stop.is_set()
    if not report.interrupted:
        await remove(plan, index, report, on_progress)
        ocr_work.clear()
    await finish(index, report, started)
    return report


async def finish(index: Index, report: IngestReport, started: float) -> None:
    """Clear what killed runs left behind, unless the next run needs it to go on, and write everything to disk."""
    if index.embedded and not report.interrupted:
        # On a server, another ingest may be about to register what looks left behind.
        await index.clear_unregistered()
    if report.changes:
        await index.flush()
    report.elapsed_s = time.monotonic() - started


async def plan_only(found: Discovered, *, index: Index | None, wishes: Wishes | None = None) -> IngestReport:
    """Return the report that an ingest would give, as far as it shows before files are read; nothing is changed.

    `index` is open, or None where there is none yet.
    """
    started = time.monotonic()
    register = await read_register(index) if index else Register({}, {}, {})
    plan = await make_plan(found, register, wishes or Wishes())
    report = planned(found, plan)
    report.dry_run = True
    for task in plan.tasks:
        report.count(*outcome(task))
    for row in plan.removed:
        report.count("removed", row.source)
    report.elapsed_s = time.monotonic() - started
    return report


def planned(found: Discovered, plan: Plan) -> IngestReport:
    """Return the report of an ingest that has only compared so far."""
    report = IngestReport(ignored=list(found.ignored), remarks=list(plan.remarks))
    report.bytes_total = sum(task.size for task in plan.tasks)
    report.unchanged_sources = list(plan.unchanged)
    report.unchanged = sum(documents for _, documents in plan.unchanged)
    for folder in found.closed:
        report.fail(folder, "may not be listed; check its permissions")
    report.failed += [*found.failed, *plan.failed]
    report.seen = len(plan.tasks) + report.unchanged + len(report.failed)
    return report


async def remove(plan: Plan, index: Index, report: IngestReport, on_progress: OnProgress) -> None:
    """Remove the documents that are gone, and the records of failures that no longer hold."""
    for start in range(0, len(plan.removed), _REMOVED_AT_ONCE):
        rows = plan.removed[start : start + _REMOVED_AT_ONCE]
        await index.remove(*(row.document_id for row in rows))
        for row in rows:
            report.count("removed", row.source)
            on_progress(report, row.source)
    await index.forget_failures(plan.forgotten)


def _readers() -> int:
    """Return how many files may be read at a time."""
    return min(_MOST_READERS, max(READERS, os.cpu_count() or 1))
