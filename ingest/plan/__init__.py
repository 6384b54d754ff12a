"""What an ingest has to do: the sources that were found, compared with the register."""
