"""What there is to ingest: files below folders, and documents that are in memory already."""
