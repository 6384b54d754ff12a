"""Whether the chosen sentences tell what is asked, or are taken back so that nothing is quoted.

`write_or_quote` asks in this order, after `quoting` and before `completing`: `unlikely` (by how a model reads the
sentences, of which none may answer), `untold` (another thing, row, edition or
kind of value), `existence` (is there any?), then `siblings` (another one of the kind). After `completing` it asks
`name_asked` (whose name or how many people), since a completing sentence may hold the name.
"""
