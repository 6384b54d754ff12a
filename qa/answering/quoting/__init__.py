"""Which sentences are quoted where no rule and no model answers.

`quote_each` is the door. It takes one question or several, and has each answered by `quote`: sentences that may be
quoted (`quotable`) are scored (`quote_score`, with `near_words` and what `selection` reads), those about something else
fall out (`times_counted`, then `wordless`, then the siblings by `asked_thing`), and `quote_count` decides how many are
taken.
`direct` then finds the few words in front. A rule that drops sentences before the choice belongs here; one that drops
the choice itself belongs to `taken_back`.
"""
