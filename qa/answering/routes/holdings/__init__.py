"""Questions about the collection itself, answered from the register: how many, which, the newest, what kinds.

`collection` is the route. `collection_words` reads the question whole, with `narrowing` for which documents are meant
(`genres`, limits, sizes) and `upkeep_words` for the state of a collection; what was read is an
`about.AboutCollection`. What is newest or largest is read by `extreme_words`. `choosing` then finds its documents,
one condition after the other, and `listing`, `kinds`, `extremes` or `duplicates` word the answer. `days`, `measures`
and `mentions` tell what holds of a document, to other routes too.
"""
