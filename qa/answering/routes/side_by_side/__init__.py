"""Questions across documents or things: each is looked for by itself, and set beside the others.

`across` is the route. `across_words` reads the question, `sides` finds what is set side by side, `cells` looks for
what each one says, and `verdict` tells which holds more. Which of several is first or most (`ranked`) and all values
of a sort (`all_values`, with `values`) are asked for before that; two papers are compared line by line too
(`same_fields`).
"""
