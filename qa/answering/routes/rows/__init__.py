"""Questions about the rows of a table, computed on what is stored of it, never by a model.

`table` is the route; what can be asked and computed is in `qa.tables`. `shelf` keeps the tables of a collection,
`table_model` lets a model propose a plan, `table_answer` and `table_words` word what was computed, and `also_said` sets
beside it what the text of a document says.
"""
