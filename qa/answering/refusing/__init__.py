"""Whether there is an answer at all, and what is said if there is none.

`refuse` judges what was found, before a sentence is chosen. `unanswered` finds parts of a question that nothing
answers. `not_computed` is about questions that ask to compute over rows which make no table. `not_found` words the
refusal, at the end.
"""
