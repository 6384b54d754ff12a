"""The stages of an ingest, which run at the same time: read, embed, store."""
