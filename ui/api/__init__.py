"""Footnote for programs: the HTTP interface, and what OpenAI's clients expect of one."""
