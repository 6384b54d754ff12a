"""Pictures, by themselves and inside documents: their words, read or drawn."""
