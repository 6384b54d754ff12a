"""Where a question can be answered from besides the best passages; each route has a package of its own.

`answer.ROUTES` is the order in which they are asked: rows of tables (`rows`), values added up (`stated`), the
collection (`holdings`), several things (`side_by_side`), one document (`one_document`), and with a language model
several searches (`steps`, `asking`). A question is the first one's that knows it; what is nobody's goes to the best
passages. `route` is what each takes and gives; `reading`, `plain` and `decide` are how they read questions,
`footnotes` and `labels` how they put answers together.
"""
