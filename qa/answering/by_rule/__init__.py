"""Rules that know which sentences answer a question; they run before sentences are scored.

`told_by_rule` is the door and holds the order: lists of people, changes that a section tells, what held then, what
changed, turns of phrase. The first rule that knows the question wins, and `refuse` asks here too. A rule takes the
query, all passages and the language, and returns a `Told` or None. `superseded` is what later messages change; it is
asked by `changes`, and for any quotation.
"""
