"""Whether a passage says what a sentence says: what each says in the same place. Pure functions; English and German.

`verify` is the door: for each sentence that is written it takes what the passages hold of it (`cover`, `held_words`,
`nearness`) and what they say otherwise (`contradiction`, which asks all kinds of it in turn: `quantities`, `opposites`,
`polarity`, `roles`, `owners`, `lists` and the like). A new kind of contradiction is a module that `contradiction` asks.
"""
