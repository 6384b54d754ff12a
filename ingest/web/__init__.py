"""Fetching web pages for an ingest: `Fetcher` turns addresses into files that the loaders read."""

from ingest.web.fetch import Fetcher
from ingest.web.results import Fetched, Gone, Moved, Page, Refused, Unchanged

__all__ = ["Fetched", "Fetcher", "Gone", "Moved", "Page", "Refused", "Unchanged"]
