"""What Footnote says in its own words, in the language of the question.

`phrases` looks messages up, `phrases_de` and its parts are the German catalogue. `courtesy` answers thanks
and greetings, before anything is searched. `corrections` tells what misspelt words were taken for.
"""
