"""Tables as they are stored, and what is computed over their rows: the only room with DuckDB."""
