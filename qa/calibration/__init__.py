"""How sure Footnote may be that the documents answer a question: learned from each collection's own text."""
