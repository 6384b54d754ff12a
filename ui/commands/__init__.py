"""The commands of `footnote`, a module each, and what several of them share."""
