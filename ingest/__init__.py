"""Writing documents into the index."""

from ingest.pipeline import Failure, IngestReport, ingest
from ingest.split import Splitter
from ingest.sync import Discovered, DocumentSource, FileSource, discover

__all__ = ["Discovered", "DocumentSource", "Failure", "FileSource", "IngestReport", "Splitter", "discover", "ingest"]
