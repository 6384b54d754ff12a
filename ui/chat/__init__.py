"""The chat: one conversation on the page, its parts, and the list of the others."""
