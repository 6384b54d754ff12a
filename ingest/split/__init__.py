"""From documents to chunks, and from chunks to batches for the model."""
