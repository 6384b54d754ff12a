"""What every command line of Footnote shares: settings as options, and what surrounds a command."""
