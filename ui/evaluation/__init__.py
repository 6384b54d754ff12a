"""What `footnote eval` does, from a question set to a report."""
