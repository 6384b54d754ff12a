"""Writing documents into the index."""

from ingest.discover.files import Discovered, Selection, discover
from ingest.discover.sources import DocumentSource, FileSource
from ingest.pipeline import ingest, plan_only
from ingest.plan.plan import Wishes
from ingest.read.workers import Limits
from ingest.report import Failure, IngestReport
from ingest.split.splitter import Splitter

__all__ = [
    "Discovered",
    "DocumentSource",
    "Failure",
    "FileSource",
    "IngestReport",
    "Limits",
    "Selection",
    "Splitter",
    "Wishes",
    "discover",
    "ingest",
    "plan_only",
]
