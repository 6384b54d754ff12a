"""What an ingest has to do: what was found, against the register."""
