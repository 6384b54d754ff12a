"""The commands of `footnote`, one module each, and what several of them share."""
