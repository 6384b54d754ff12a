"""An answer by a language model.

`write` is the door: `prompt` words the request, `unwrapped` reads a reply that comes as JSON, `table_cells` and
`written_table` take tables apart, `attribute` finds footnotes for sentences without, and `qa.answering.checking.verify`
checks each. `beside` holds an answer without footnotes to the quoted one. `second_opinion` asks another model, last.
"""
