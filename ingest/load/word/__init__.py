"""Word documents, of today and old ones."""
