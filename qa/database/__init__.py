"""What Footnote remembers besides the index: conversations, answers and what people said of them."""
