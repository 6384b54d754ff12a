"""One ingest of files, folders and web addresses: the work of `footnote ingest`, and of the jobs of the page."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.discover.files import Discovered, Selection
from ingest.pipeline import ingest
from ingest.plan.plan import Wishes
from ingest.progress import Say
from ingest.read.workers import Limits
from ingest.report import IngestReport, OnProgress
from ingest.split.splitter import Splitter
from qa.config import Settings
from qa.models.unread import read_by, unread_documents, what_to_run
from qa.store import Holder
from qa.text.language import name_of

if TYPE_CHECKING:
    from qa.models.dense import DenseChunkEmbedder
    from qa.wiring import Writer


# Languages that are named at most.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be ingested, and how.

    Attributes:
        settings: Which collection, and with which models it is made if it is new.
        paths: Files and folders.
        addresses: Addresses of pages, sitemaps and lists.
        allow_private: Whether pages of this machine and its networks may be asked for.
        selection: Which files of the folders are wanted.
        wishes: How to go about it.
        limits: What one file may take.
        engine: "local" or "ray".
        actors: How many actors of Ray embed and store; 0 leaves that to it.
    """

    settings: Settings
    paths: tuple[Path, ...] = ()
    addresses: tuple[str, ...] = ()
    allow_private: bool = False
    selection: Selection = field(default_factory=Selection)
    wishes: Wishes = field(default_factory=Wishes)
    limits: Limits = field(default_factory=Limits)
    engine: str = "local"
    actors: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it, and the model, which the next one need not load again."""

    report: IngestReport
    model: "DenseChunkEmbedder"


async def sync(
    order: Order,
    found: Discovered,
    *,
    say: Say,
    on_progress: OnProgress,
    on_wait: Callable[[Holder | None], None],
    stop: asyncio.Event,
    model: "DenseChunkEmbedder | None" = None,
    meanwhile: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Done:
    """Ingest once.

    Args:
        order: What, and how.
        found: What `discover` found of its paths.
        say: Called with lines for the user.
        on_progress: As `ingest` calls it.
        on_wait: Called once if another process writes to the collection, with its name if that is known.
        stop: Once it is set, what is in hand is finished and nothing further is begun.
        model: That of an earlier ingest.
        meanwhile: Entered while files are read and stored, so while `stop` is heeded.

    Raises:
        QAError: Nothing could be ingested, or the index failed on the way.
    """
    from qa.calibration.calibrate import is_open
    from qa.calibration.model import read
    from qa.wiring import calibrated, keep_words, open_writer, splitter_options

    async with open_writer(order.settings, model=model, on_wait=on_wait) as writer:
        splitter = Splitter(**splitter_options(writer.settings, writer.copy))
        if order.engine == "ray":
            from ingest.stages.ray_engine import ingest_with_ray

            report = await ingest_with_ray(
                found,
                index=writer.index,
                settings=writer.settings,
                splitter=splitter,
                wishes=order.wishes,
                limits=order.limits,
                on_progress=on_progress,
                actors=order.actors,
            )
            return Done(report, writer.dense)
        with meanwhile():

            async def ingested(discovered: Discovered) -> IngestReport:
                return await ingest(
                    discovered,
                    index=writer.index,
                    splitter=splitter,
                    dense=writer.dense,
                    sparse=writer.sparse,
                    wishes=order.wishes,
                    limits=order.limits,
                    on_progress=on_progress,
                    stop=stop,
                )

            report = await ingested(found)
            if order.addresses and not report.interrupted:
                from ingest.pages import ingest_pages
                from ingest.plan.plan import read_register

                register = await read_register(writer.index)
                allow = order.allow_private
                pages = await ingest_pages(order.addresses, ingested, register, allow_private=allow, stop=stop, say=say)
                report.add(pages)
                report.interrupted = pages.interrupted
        if report.added or report.updated:
            report.remarks += await _unread(order.settings, writer)
        if not report.interrupted and report.changes:
            # With much to read it takes seconds, and on a busy machine a minute.
            say("getting ready for questions")
            await keep_words(writer.index, writer.sparse)
        if not report.interrupted and (report.changes or is_open(read(await writer.index.calibration()))):
            await calibrated(writer.settings, writer.index, writer.copy)
    return Done(report, writer.dense)


async def _unread(wanted: Settings, writer: "Writer") -> list[str]:
    """Return what to say where documents are in languages that the model does not read, and nobody chose the model."""
    model = writer.settings.dense_model
    if wanted.dense_model or not read_by(model):
        return []
    others = unread_documents(
        Counter([row.metadata.get("language", "") async for row in writer.index.documents()]), model
    )
    if not others:
        return []
    named = ", ".join(map(name_of, others[:_NAMED]))
    return [
        f"{model} does not read the language of some documents ({named}): words find them, "
        f"meaning does not; {what_to_run(wanted.collection, wanted.home)} changes that"
    ]
