"""A question made to stand alone, before anything is searched.

`conversation` is the door: a language model rewrites the question, or `follow_up` does so by rule, and in doubt what is
found decides. `lacking` says what a question lacks (a subject, what "it" means); other packages ask it too.
`bare_subject` is one of `follow_up`'s rules.
"""
