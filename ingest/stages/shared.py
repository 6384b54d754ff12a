"""What the stages of one ingest share: where it goes, what is known of it, and what keeps them in step."""

import asyncio
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.plan.plan import Register
from ingest.report import IngestReport, OnProgress
from ingest.split.splitter import Splitter
from ingest.stages.queues import Budget, Waits
from qa.store import Index

_PREPARED_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Shared:
    """What the stages of one ingest share; each ingest makes its own."""

    index: Index
    splitter: Splitter
    register: Register
    report: IngestReport
    on_progress: OnProgress
    stop: asyncio.Event
    budget: Budget = field(default_factory=lambda: Budget(_PREPARED_BYTES))
    waits: Waits = field(default_factory=Waits)
    """How long the model has waited for files to be read."""
    lender: Index | None = None
    """Another index with vectors of the same model: what it holds is not embedded again."""
    uncommitted: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    """Vectors (float32, shape (dim,)) by text hash that the index does not hold yet: two new files may share texts."""
