"""A conversation on the terminal: what is asked and answered, kept for the next command, shown and saved."""
