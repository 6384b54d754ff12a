"""Writing documents into the index."""

from ingest.discover import Discovered, Selection, discover
from ingest.pipeline import ingest, plan_only
from ingest.plan import Wishes
from ingest.report import Failure, IngestReport
from ingest.sources import DocumentSource, FileSource
from ingest.split import Splitter
from ingest.workers import Limits

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
