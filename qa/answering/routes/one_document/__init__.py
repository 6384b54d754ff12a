"""Questions about one document: summarised section by section, answered from it alone, or from its facts.

`document` is the route. `document_words` tells what is wanted and `naming` which document is named, also in the other
language (`other_tongue`). Then `facts` (pages, author, size), `section` (one by its heading) or `summary` answers.
"""
